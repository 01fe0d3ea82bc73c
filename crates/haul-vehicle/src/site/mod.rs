//! Figures of the site around the truck: road classes, loading tools, stopping rules.

mod roads;
mod shovels;
mod stopping;

pub use roads::{RoadClass, road_class, road_classes, road_classes_from};
pub use shovels::{ShovelSpec, shovel, shovels, shovels_from};
pub use stopping::{Margins, StoppingRule, StoppingSpec, stopping};
