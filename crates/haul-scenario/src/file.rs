//! Content of a scenario file. The name of a key ends with the unit of its quantity. The same types make the schema.

mod weather;

pub use weather::{ClimateName, Corner, SlipperyFile, WeatherFile, WeatherRow};
pub(crate) use weather::{MOST_RAIN_MM_H, MOST_SNOW_MM_H};

use haul_mine::PlaceSpec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Upper limit of a run's duration, s: one year.
pub(crate) const LONGEST_RUN_S: f64 = 366.0 * 86_400.0;
/// Upper limit of lost and of duplicate messages, %: with more, hardly any order arrives.
const MOST_LOSS_PCT: f64 = 90.0;
/// Upper limit of a message's delay, s.
const MOST_DELAY_S: f64 = 60.0;
/// Greatest distance of a coordinate from the datum, m: the northing of a projected grid is below 10,000 km.
const FARTHEST_M: f64 = 1e7;

/// A scenario: a mine, trucks with their work, actions from outside, and expectations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// Short name for reports.
    pub name: String,
    /// Purpose of the scenario in one line.
    #[serde(default)]
    pub about: String,
    /// Directory of the mine, relative to this file. The command line can give it instead (`--mine`).
    pub mine: Option<PathBuf>,
    /// Seed of every random stream of the run.
    #[serde(default = "first_seed")]
    pub seed: u64,
    /// Longest simulated time of the run, s.
    #[schemars(range(min = 0.1, max = LONGEST_RUN_S))]
    pub duration_s: f64,
    /// Number of cycles of every truck after which the run ends early.
    pub until_cycles: Option<u32>,
    /// State of roads and weather. Left out: the road class of the mine.
    #[serde(default)]
    pub conditions: ConditionsFile,
    /// Weather. Left out: fair, 25 °C, at sea level.
    pub weather: Option<WeatherFile>,
    /// Ground that is more slippery than anybody knows.
    #[serde(default)]
    pub slippery: Vec<SlipperyFile>,
    /// Places in addition to those of the mine, written as in a `mine.toml`. A place with the same id replaces that of the mine.
    #[serde(default, rename = "place")]
    pub places: Vec<PlaceSpec>,
    /// Single trucks.
    #[serde(default, rename = "truck")]
    pub trucks: Vec<TruckFile>,
    /// Groups of equal trucks.
    #[serde(default, rename = "fleet")]
    pub fleets: Vec<FleetFile>,
    /// Loading tools. A place without one gets the first of `seeds/shovels.toml`.
    #[serde(default, rename = "shovel")]
    pub shovels: Vec<ShovelFile>,
    /// Manned vehicles among the trucks.
    #[serde(default, rename = "vehicle")]
    pub vehicles: Vec<VehicleFile>,
    /// Quality of the radio line between site and trucks. Left out: perfect.
    #[serde(default)]
    pub line: LineFile,
    /// Actions on the mine during the run.
    #[serde(default, rename = "event")]
    pub actions: Vec<Action>,
    /// Expectations: names of figures of the report, each with its bound.
    #[serde(default)]
    pub expect: BTreeMap<String, Bound>,
}

fn first_seed() -> u64 {
    1
}

/// Road and weather.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionsFile {
    /// Road class of `seeds/roads.toml`.
    pub road: Option<String>,
    /// Upper limit of the friction coefficient between tyre and road, instead of that of the class: ice is near 0.1, dry rock near 0.8.
    #[schemars(range(min = 0.05, max = 1.2))]
    pub friction: Option<f64>,
    /// Rolling resistance as a share of the weight, %, instead of that of the class.
    #[schemars(range(min = 0.5, max = 25.0))]
    pub rolling_resistance_pct: Option<f64>,
    /// Penetration of the loaded tyres, cm, instead of the rolling resistance: 2 % and 0.6 % for each centimetre.
    #[schemars(range(min = 0.0, max = 40.0))]
    pub tyre_penetration_cm: Option<f64>,
    /// Upper limit of the speed on the site, km/h.
    #[schemars(range(min = 1.0, max = 100.0))]
    pub speed_limit_kmh: Option<f64>,
    /// Output of the trucks' sensors: `objects` (each visible object) or `scan` (lidar returns).
    #[serde(default)]
    pub sensors: Sensors,
}

/// Level of detail of the sensors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sensors {
    /// Each visible object, by a few occlusion rays.
    #[default]
    Objects,
    /// Lidar returns, by ray casts.
    Scan,
}

/// One truck and its work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TruckFile {
    /// Number of the truck, unique in the scenario.
    pub id: u32,
    /// Name of a truck that comes with Haul, or a truck file, relative to this file. Left out: the TR100AT.
    pub model: Option<PathBuf>,
    /// Place at the start. The truck stands at its first free spot; if a park is full, at another park or beside it.
    pub start: Option<String>,
    /// Pose at the start, instead of `start`: east (m), north (m), compass bearing (degrees).
    #[schemars(inner(range(min = -FARTHEST_M, max = FARTHEST_M)))]
    pub start_at: Option<[f64; 3]>,
    /// Payload at the start, t.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub payload_t: f64,
    /// Fuel at the start as a share of the tank, %.
    #[serde(default = "full")]
    #[schemars(range(min = 1.0, max = 100.0))]
    pub fuel_pct: f64,
    /// Place at which the truck is loaded.
    pub load: String,
    /// Place at which the truck tips.
    pub dump: String,
    /// Driver at the start: `stack`, `manual`, or a test driver.
    #[serde(default)]
    pub driver: DriverName,
    /// Method of the stack's steering: `predictive` or `preview`.
    #[serde(default)]
    pub lateral_control: LateralControlName,
}

/// Method of the stack's steering.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LateralControlName {
    /// Model-predictive steering.
    #[default]
    Predictive,
    /// The preview regulator, which knows neither the load nor the grip.
    Preview,
}

/// Driver of a truck.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DriverName {
    /// The on-board stack.
    #[default]
    Stack,
    /// A person: the truck stands until a `drive` event.
    Manual,
    /// A test driver at full throttle, straight ahead.
    FullThrottle,
    /// A test driver on the service brake.
    FullBrake,
}

fn full() -> f64 {
    100.0
}

/// Loading tool of a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShovelFile {
    /// Loading place at which it works.
    pub place: String,
    /// Model in `seeds/shovels.toml`.
    pub model: String,
}

/// Group of equal trucks. They get the faces and dumps in turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FleetFile {
    /// Number of trucks.
    pub count: u32,
    /// Number of the first truck; the others follow. Left out: one more than the highest number used before.
    pub first_id: Option<u32>,
    /// Name of a truck that comes with Haul, or a truck file, relative to this file. Left out: the TR100AT.
    pub model: Option<PathBuf>,
    /// Place of the trucks at the start. Trucks without a free spot stand at other parks or beside it.
    pub start: String,
    /// Payload at the start, t.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub payload_t: f64,
    /// Fuel at the start as a share of the tank, %.
    #[serde(default = "full")]
    #[schemars(range(min = 1.0, max = 100.0))]
    pub fuel_pct: f64,
    /// Places at which the trucks are loaded: the first truck at the first place, the second at the second, and so on in turn.
    pub load: Vec<String>,
    /// Places at which the trucks tip, in turn.
    pub dump: Vec<String>,
}

/// Manned vehicle that follows a given route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VehicleFile {
    /// Name of the vehicle, unique in the scenario.
    pub id: String,
    /// Kind of the vehicle.
    #[serde(default)]
    pub kind: VehicleName,
    /// Speed of the vehicle, km/h.
    #[schemars(range(min = 1.0, max = 100.0))]
    pub speed_kmh: f64,
    /// Time at which it starts, s of simulated time.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
    pub start_s: f64,
    /// True if the vehicle has a beacon, which reports its position to the site and to trucks near it.
    #[serde(default = "yes")]
    pub beacon: bool,
    /// True if a water cart or a grader works on the road that it passes.
    #[serde(default = "yes")]
    pub works: bool,
    /// Points of the route, in order. The vehicle stands at the first point and parks at the last one.
    pub way: Vec<WayPointFile>,
}

/// Kind of a manned vehicle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VehicleName {
    /// A pickup with a crew cab.
    #[default]
    LightVehicle,
    /// A water cart. It wets the road that it passes.
    WaterCart,
    /// A grader. It cuts mud, snow and ice off the road that it passes.
    Grader,
}

/// Point of a vehicle's route: a place or a pose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WayPointFile {
    /// Place: its first waiting pose, or its first spot if it has none.
    pub place: Option<String>,
    /// Pose, instead of `place`: east (m), north (m), compass bearing (degrees).
    #[schemars(inner(range(min = -FARTHEST_M, max = FARTHEST_M)))]
    pub at: Option<[f64; 3]>,
    /// Time for which the vehicle stands there, s.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
    pub stop_s: f64,
}

/// Quality of the radio line between site and trucks, in both directions. A line without keys is perfect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineFile {
    /// Share of messages that are lost, %.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = MOST_LOSS_PCT))]
    pub loss_pct: f64,
    /// Shortest and longest delay of a message, s. Each message draws its own delay, uniform between the two.
    #[serde(default)]
    #[schemars(inner(range(min = 0.0, max = MOST_DELAY_S)))]
    pub delay_s: [f64; 2],
    /// Share of messages that arrive twice, %.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = MOST_LOSS_PCT))]
    pub duplicates_pct: f64,
    /// True if a message with a shorter delay can overtake an earlier one.
    #[serde(default = "yes")]
    pub reorder: bool,
    /// Areas in which trucks neither send nor receive.
    #[serde(default, rename = "hole")]
    pub holes: Vec<HoleFile>,
}

fn yes() -> bool {
    true
}

impl Default for LineFile {
    fn default() -> Self {
        Self { loss_pct: 0.0, delay_s: [0.0, 0.0], duplicates_pct: 0.0, reorder: true, holes: Vec::new() }
    }
}

/// Disc without radio coverage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoleFile {
    /// East and north of its centre, m.
    #[schemars(inner(range(min = -FARTHEST_M, max = FARTHEST_M)))]
    pub at: [f64; 2],
    /// Radius, m.
    #[schemars(range(min = 0.1, max = 10000.0))]
    pub radius_m: f64,
}

/// An action on the mine from outside, at a time of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// The site stops every truck.
    AllStop {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
    },
    /// The site ends the all-stop.
    Resume {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
    },
    /// A rock lies on the road.
    Obstacle {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
        /// Name of the obstacle, for `remove_obstacle`. Left out: `obstacle_1` for the first `[[event]]`, and so on.
        id: Option<String>,
        /// East and north of its centre, m.
        #[schemars(inner(range(min = -FARTHEST_M, max = FARTHEST_M)))]
        at: [f64; 2],
        /// Radius, m.
        #[schemars(range(min = 0.1, max = 50.0))]
        radius_m: f64,
        /// Time until the rock is removed, s; leave it out if it stays.
        #[schemars(range(min = 0.1, max = LONGEST_RUN_S))]
        for_s: Option<f64>,
    },
    /// An obstacle is removed.
    RemoveObstacle {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
        /// Name of the obstacle.
        id: String,
    },
    /// The friction of the roads changes.
    Friction {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
        /// Upper limit of the friction coefficient of all roads: rain is about 0.35, ice 0.12; 1 removes the limit.
        #[schemars(range(min = 0.05, max = 1.2))]
        friction: f64,
    },
    /// It rains, or the rain ends. Roads get wet over minutes and dry over hours (`seeds/weather.toml`).
    Rain {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
        /// Rain, mm/h: 2 is light, 10 heavy, 50 a cloudburst; 0 ends it.
        #[schemars(range(min = 0.0, max = MOST_RAIN_MM_H))]
        mm_h: f64,
    },
    /// It snows, or the snowfall ends. It replaces the snow of the weather from then on.
    Snow {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
        /// Snow, mm/h of water: 1 is moderate, 4 heavy; 0 ends it.
        #[schemars(range(min = 0.0, max = MOST_SNOW_MM_H))]
        mm_h: f64,
    },
    /// Fog or dust comes, or lifts. It replaces the visibility of the weather from then on.
    Fog {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
        /// Visibility, m: 1000 is fog, 100 dense fog; 20000 is clear air.
        #[schemars(range(min = 5.0, max = 50000.0))]
        visibility_m: f64,
    },
    /// Ice forms on the roads. It thaws by the weather.
    Ice {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
        /// Depth, mm of water: 1 closes a gravel road.
        #[schemars(range(min = 0.1, max = 100.0))]
        depth_mm: f64,
        /// East and north of the middle, m, together with `radius_m`. Left out: all roads.
        #[schemars(inner(range(min = -FARTHEST_M, max = FARTHEST_M)))]
        at: Option<[f64; 2]>,
        /// Radius, m.
        #[schemars(range(min = 1.0, max = 5000.0))]
        radius_m: Option<f64>,
    },
    /// Water carts wet the roads by one pass. A `vehicle` of that kind does it as it drives.
    WaterCart {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
        /// East and north of the middle, m, together with `radius_m`. Left out: all roads.
        #[schemars(inner(range(min = -FARTHEST_M, max = FARTHEST_M)))]
        at: Option<[f64; 2]>,
        /// Radius, m.
        #[schemars(range(min = 1.0, max = 5000.0))]
        radius_m: Option<f64>,
    },
    /// Graders cut mud, snow and ice off the roads by one pass. A `vehicle` of that kind does it as it drives.
    Grader {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
        /// East and north of the middle, m, together with `radius_m`. Left out: all roads.
        #[schemars(inner(range(min = -FARTHEST_M, max = FARTHEST_M)))]
        at: Option<[f64; 2]>,
        /// Radius, m.
        #[schemars(range(min = 1.0, max = 5000.0))]
        radius_m: Option<f64>,
    },
    /// A person drives a truck, with controls that hold until the next `drive` or `hand_back`.
    Drive {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
        /// Number of the truck.
        truck: u32,
        /// Selected direction.
        #[serde(default)]
        gear: GearName,
        /// Throttle, %.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 100.0))]
        throttle_pct: f64,
        /// Retarder lever, %.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 100.0))]
        retarder_pct: f64,
        /// Service brake, %.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 100.0))]
        brake_pct: f64,
        /// True if the park brake is set.
        #[serde(default)]
        park_brake: bool,
        /// Angle of the front wheels, degrees, positive to the left.
        #[serde(default)]
        #[schemars(range(min = -60.0, max = 60.0))]
        steering_deg: f64,
        /// Position of the hoist lever.
        #[serde(default)]
        hoist: HoistName,
    },
    /// The on-board stack drives the truck again.
    HandBack {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
        /// Number of the truck.
        truck: u32,
    },
    /// A part of a truck fails.
    Fault {
        /// Time of the action, s of simulated time.
        #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
        at_s: f64,
        /// Number of the truck.
        truck: u32,
        /// Name of the fault, such as `satellite_lost` or `engine`.
        fault: FaultName,
        /// Time until the fault ends, s; leave it out if it stays.
        #[schemars(range(min = 0.1, max = LONGEST_RUN_S))]
        for_s: Option<f64>,
        /// For `satellite_offset`: offset to the east and to the north, m.
        #[schemars(inner(range(min = -1000.0, max = 1000.0)))]
        offset_m: Option<[f64; 2]>,
        /// For `steering_slow`: remaining share of the steering rate, %.
        #[schemars(range(min = 1.0, max = 100.0))]
        rate_pct: Option<f64>,
    },
}

/// Direction that a person selects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum GearName {
    Forward,
    #[default]
    Neutral,
    Reverse,
}

/// Position of the hoist lever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum HoistName {
    #[default]
    Hold,
    Raise,
    Lower,
}

/// Fault of a truck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "documented at haul_record::TruckFault")]
pub enum FaultName {
    SatelliteLost,
    SatelliteOffset,
    WheelSpeedsStuck,
    StrutsDead,
    DetectorBlind,
    SteeringStuck,
    SteeringSlow,
    SteeringPump,
    Engine,
    Retarder,
    FrontBrakes,
    RearBrakes,
    SlipControl,
    Hoist,
    LineSilent,
}

impl Action {
    /// Time of the action, s of simulated time.
    pub fn at_s(&self) -> f64 {
        match self {
            Action::AllStop { at_s }
            | Action::Resume { at_s }
            | Action::Obstacle { at_s, .. }
            | Action::RemoveObstacle { at_s, .. }
            | Action::Drive { at_s, .. }
            | Action::HandBack { at_s, .. }
            | Action::Fault { at_s, .. }
            | Action::Friction { at_s, .. }
            | Action::Snow { at_s, .. }
            | Action::Fog { at_s, .. }
            | Action::Ice { at_s, .. }
            | Action::WaterCart { at_s, .. }
            | Action::Grader { at_s, .. }
            | Action::Rain { at_s, .. } => *at_s,
        }
    }

    /// Returns the value of the key `what`.
    pub fn name(&self) -> &'static str {
        match self {
            Action::AllStop { .. } => "all_stop",
            Action::Resume { .. } => "resume",
            Action::Obstacle { .. } => "obstacle",
            Action::RemoveObstacle { .. } => "remove_obstacle",
            Action::Friction { .. } => "friction",
            Action::Rain { .. } => "rain",
            Action::Snow { .. } => "snow",
            Action::Fog { .. } => "fog",
            Action::Ice { .. } => "ice",
            Action::WaterCart { .. } => "water_cart",
            Action::Grader { .. } => "grader",
            Action::Drive { .. } => "drive",
            Action::HandBack { .. } => "hand_back",
            Action::Fault { .. } => "fault",
        }
    }

    /// Returns the middle and the radius of an action on roads, if it has them; `None` for another kind of action.
    pub fn area(&self) -> Option<(Option<[f64; 2]>, Option<f64>)> {
        match self {
            Action::Ice { at, radius_m, .. }
            | Action::WaterCart { at, radius_m, .. }
            | Action::Grader { at, radius_m, .. } => Some((*at, *radius_m)),
            _ => None,
        }
    }

    /// Returns the number of the truck of the action; `None` for an action on the mine or the site.
    pub fn truck(&self) -> Option<u32> {
        match self {
            Action::Drive { truck, .. } | Action::HandBack { truck, .. } | Action::Fault { truck, .. } => Some(*truck),
            _ => None,
        }
    }

    /// Returns the name of the obstacle that the action at `index` places; `None` for another kind of action.
    pub fn places_obstacle(&self, index: usize) -> Option<String> {
        match self {
            Action::Obstacle { id, .. } => Some(id.clone().unwrap_or_else(|| format!("obstacle_{}", index + 1))),
            _ => None,
        }
    }
}

/// Bound of a figure: `12` for exactly this value, or `{ min = 1, max = 2 }`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Bound {
    /// Exactly this value.
    Exactly(f64),
    /// A range; either end may be left out.
    Within(Range),
}

/// Range; either end may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Smallest value.
    pub min: Option<f64>,
    /// Largest value.
    pub max: Option<f64>,
}

impl Bound {
    /// Returns true if a value is within the bound. A value that is not a number never is.
    pub fn holds(&self, value: f64) -> bool {
        match *self {
            Bound::Exactly(want) => (value - want).abs() <= 1e-9 * want.abs().max(1.0),
            Bound::Within(Range { min, max }) => {
                value.is_finite() && min.is_none_or(|m| value >= m) && max.is_none_or(|m| value <= m)
            }
        }
    }

    /// Returns the bound in words.
    pub fn words(&self) -> String {
        match *self {
            Bound::Exactly(want) => format!("{want}"),
            Bound::Within(Range { min: Some(a), max: Some(b) }) => format!("{a} to {b}"),
            Bound::Within(Range { min: Some(a), max: None }) => format!("{a} or more"),
            Bound::Within(Range { min: None, max: Some(b) }) => format!("{b} or less"),
            Bound::Within(Range { min: None, max: None }) => "anything".into(),
        }
    }
}
