//! Data of the site around the truck: road classes, loading tools, stopping rules, patience with standing trucks, wet
//! roads.

mod patience;
mod roads;
mod shovels;
mod stopping;
mod wet_road;

pub use patience::{Patience, patience};
pub use roads::{PenetrationRule, RoadClass, RoadSeeds, penetration_rule, road_class, road_classes, road_seeds_from};
pub use shovels::{ShovelSpec, shovel, shovels, shovels_from};
pub use stopping::{Margins, StoppingRule, StoppingSpec, stopping};
pub use wet_road::{WetRoad, wet_road};
