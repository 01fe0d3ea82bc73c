//! The truck and the road's condition as planners see them.

use haul_core::Footprint;
use haul_mine::MineMap;
use haul_vehicle::{Environment, Limits, TruckSpec, road_class, road_classes};
use std::sync::Arc;

/// A truck as planners see it: its figures, its book of limits and the ground it covers, worked out once.
#[derive(Debug, Clone)]
pub struct TruckModel {
    /// The truck's figures.
    pub spec: Arc<TruckSpec>,
    /// What may be asked of it.
    pub limits: Limits,
    /// The ground it covers about the middle of its rear axle.
    pub footprint: Footprint,
}

impl TruckModel {
    /// Works out the model of a truck at sea level and 25 °C.
    pub fn new(spec: Arc<TruckSpec>) -> Self {
        Self::in_environment(spec, Environment::default())
    }

    /// The model at an altitude and an air temperature: what they leave of the engine, and how well the retarder is cooled.
    pub fn in_environment(spec: Arc<TruckSpec>, environment: Environment) -> Self {
        Self { limits: Limits::in_environment(&spec, environment), footprint: spec.footprint(), spec }
    }
}

/// The condition of the roads on the day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditions {
    /// Friction of the tyres on the road, ratio.
    pub friction: f64,
    /// Rolling resistance, ratio of the weight.
    pub rolling_resistance: f64,
    /// Greatest speed allowed anywhere, m/s; infinite where only truck and roads limit.
    pub speed_cap: f64,
}

/// What the sky does to the roads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Weather {
    /// As the class of the roads says.
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
    /// The road class of the seeds that says what this weather makes of a road.
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
    /// The conditions of a mine under some weather: the lesser grip of the road's class and the weather's, and where the
    /// weather softens the road the greater rolling resistance.
    pub fn under(map: &MineMap, weather: Weather) -> Self {
        let dry = Conditions::of(map);
        let Some(class) = weather.class().and_then(road_class) else { return dry };
        Self {
            friction: dry.friction.min(class.friction),
            rolling_resistance: dry.rolling_resistance.max(class.rolling_resistance),
            ..dry
        }
    }

    /// The conditions of a mine whose roads are as their class says; a class that is not known counts as a maintained
    /// haul road. No speed cap.
    pub fn of(map: &MineMap) -> Self {
        let class = road_class(&map.road_class)
            .or_else(|| road_class("maintained"))
            .or_else(|| road_classes().first().cloned());
        // The embedded classes are never none; without one nothing would be known but that nothing grips.
        let (friction, rolling_resistance) = class.map_or((0.0, 0.0), |c| (c.friction, c.rolling_resistance));
        Self { friction, rolling_resistance, speed_cap: f64::INFINITY }
    }
}
