//! The truck and the condition of the roads, as planners use them.

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
    /// Footprint, relative to the middle of the rear axle.
    pub footprint: Footprint,
}

impl TruckModel {
    /// The model of a truck at sea level and 25 °C.
    pub fn new(spec: Arc<TruckSpec>) -> Self {
        Self::in_environment(spec, Environment::default())
    }

    /// The model at an altitude and an air temperature. They affect the engine's power and the cooling of the retarder.
    pub fn in_environment(spec: Arc<TruckSpec>, environment: Environment) -> Self {
        Self { limits: Limits::in_environment(&spec, environment), footprint: spec.footprint(), spec }
    }
}

/// Condition of the roads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditions {
    /// Friction of the tyres on the road, ratio.
    pub friction: f64,
    /// Rolling resistance, ratio of the weight.
    pub rolling_resistance: f64,
    /// Greatest speed allowed anywhere, m/s; infinite if only truck and roads limit it.
    pub speed_cap: f64,
}

/// Weather, as it affects the roads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Weather {
    /// As the road class says.
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
    /// The road class of the seeds for this weather.
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
    /// The conditions of a mine in some weather: the lower friction of the road's class and the weather's class, and
    /// the higher rolling resistance of the two.
    pub fn under(map: &MineMap, weather: Weather) -> Self {
        let dry = Conditions::of(map);
        let Some(class) = weather.class().and_then(road_class) else { return dry };
        Self {
            friction: dry.friction.min(class.friction),
            rolling_resistance: dry.rolling_resistance.max(class.rolling_resistance),
            ..dry
        }
    }

    /// The conditions of a mine with roads as their class says. An unknown class counts as a maintained haul road. No
    /// speed cap.
    pub fn of(map: &MineMap) -> Self {
        let class = road_class(&map.road_class)
            .or_else(|| road_class("maintained"))
            .or_else(|| road_classes().first().cloned());
        // The embedded classes are never empty; without one, the safe assumption is no friction.
        let (friction, rolling_resistance) = class.map_or((0.0, 0.0), |c| (c.friction, c.rolling_resistance));
        Self { friction, rolling_resistance, speed_cap: f64::INFINITY }
    }
}
