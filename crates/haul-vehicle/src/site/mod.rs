//! Data of the site around the truck: road classes, loading tools, stopping rules, patience with standing trucks, and
//! the effects of weather on roads and air.

mod climate;
mod evaporation;
mod patience;
mod road_surface;
mod roads;
mod shovels;
mod stopping;
mod visibility;

pub use climate::{Climate, climate, climates};
pub use evaporation::{WetAir, evaporation, saturation_pressure};
pub use patience::{Patience, patience};
pub use road_surface::{DryRoad, RoadSurface, SurfaceSpec, road_surface};
pub use roads::{PenetrationRule, RoadClass, RoadSeeds, penetration_rule, road_class, road_classes, road_seeds_from};
pub use shovels::{ShovelSpec, shovel, shovels, shovels_from};
pub use stopping::{Margins, StoppingRule, StoppingSpec, stopping};
pub use visibility::{extinction, rain_extinction, sensor_range, snow_extinction, visibility};
