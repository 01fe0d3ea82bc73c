//! Truck and road conditions, as planners use them.

use haul_core::Footprint;
use haul_mine::MineMap;
use haul_vehicle::{Environment, Limits, TruckSpec, road_class, road_classes};
use std::sync::Arc;

/// A truck for planning: its specification, performance limits and footprint.
#[derive(Debug, Clone)]
pub struct TruckModel {
    /// Specification of the truck.
    pub spec: Arc<TruckSpec>,
    /// Performance limits.
    pub limits: Limits,
    /// Footprint, relative to the rear-axle centre.
    pub footprint: Footprint,
}

impl TruckModel {
    /// Creates the model of a truck at sea level and 25 °C.
    pub fn new(spec: Arc<TruckSpec>) -> Self {
        Self::in_environment(spec, Environment::default())
    }

    /// Creates the model at an altitude and an air temperature, which affect engine power and the cooling of the
    /// retarder.
    pub fn in_environment(spec: Arc<TruckSpec>, environment: Environment) -> Self {
        Self { limits: Limits::in_environment(&spec, environment), footprint: spec.footprint(), spec }
    }
}

/// Condition of the roads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditions {
    /// Friction coefficient between tyres and road.
    pub friction: f64,
    /// Rolling resistance, as a share of the weight.
    pub rolling_resistance: f64,
    /// Maximum speed allowed anywhere, m/s. Infinite if only the truck and the roads limit the speed.
    pub speed_cap: f64,
}

/// Weather, classified by its effect on the roads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Weather {
    /// Dry: roads as in the map's road class.
    #[default]
    Dry,
    /// Rain: wet earth.
    Rain,
    /// Packed snow.
    Snow,
    /// Ice.
    Ice,
}

impl Weather {
    /// Returns the id of the seeds' road class for this weather. `None` if the map's own class applies.
    fn class(self) -> Option<&'static str> {
        match self {
            Weather::Dry => None,
            Weather::Rain => Some("maintained_wet"),
            Weather::Snow => Some("packed_snow"),
            Weather::Ice => Some("ice"),
        }
    }
}

impl Conditions {
    /// Returns the conditions of a mine in some weather. Of the map's road class and the weather's road class, takes
    /// the lower friction and the higher rolling resistance.
    pub fn under(map: &MineMap, weather: Weather) -> Self {
        let dry = Conditions::of(map);
        let Some(class) = weather.class().and_then(road_class) else { return dry };
        Self {
            friction: dry.friction.min(class.friction),
            rolling_resistance: dry.rolling_resistance.max(class.rolling_resistance),
            ..dry
        }
    }

    /// Returns the conditions of a mine in dry weather, from the map's road class and without a speed cap. An unknown
    /// class counts as a maintained haul road.
    pub fn of(map: &MineMap) -> Self {
        let class = road_class(&map.road_class)
            .or_else(|| road_class("maintained"))
            .or_else(|| road_classes().first().cloned());
        // The embedded classes are never empty. If they were, the safe assumption would be no friction.
        let (friction, rolling_resistance) = class.map_or((0.0, 0.0), |c| (c.friction, c.rolling_resistance));
        Self { friction, rolling_resistance, speed_cap: f64::INFINITY }
    }
}
