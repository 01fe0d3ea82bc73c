//! Contents of a scenario file. Quantities carry their unit in the key's name; the same types are the schema.

use haul_mine::PlaceSpec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A scenario: a mine, trucks with their work, actions from outside, and expectations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// A short name for reports.
    pub name: String,
    /// One line that says what the scenario shows.
    #[serde(default)]
    pub about: String,
    /// The mine's directory, relative to this file. May be left to the command line (`--mine`).
    pub mine: Option<PathBuf>,
    /// Seed of every random stream of the run.
    #[serde(default = "first_seed")]
    pub seed: u64,
    /// Longest simulated time of the run, s.
    pub duration_s: f64,
    /// Cycles of every truck after which the run ends early.
    pub until_cycles: Option<u32>,
    /// What the road and the weather are like; the mine's own road class where left out.
    #[serde(default)]
    pub conditions: ConditionsFile,
    /// Places added to the mine's own; one with the same id takes its stead. Written as in a `mine.toml`.
    #[serde(default, rename = "place")]
    pub places: Vec<PlaceSpec>,
    /// Trucks one by one.
    #[serde(default, rename = "truck")]
    pub trucks: Vec<TruckFile>,
    /// Groups of equal trucks.
    #[serde(default, rename = "fleet")]
    pub fleets: Vec<FleetFile>,
    /// The loading tools; a place without one gets the first of `seeds/shovels.toml`.
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
    /// Expectations: names of figures of the report, each with a bound.
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
    /// Greatest friction coefficient between tyre and road, in place of the class's.
    pub friction: Option<f64>,
    /// Rolling resistance as a share of weight, %, in place of the class's.
    pub rolling_resistance_pct: Option<f64>,
    /// How deep the loaded tyres sink in, cm, in place of the rolling resistance: 2 % and 0.6 % for each centimetre.
    pub tyre_penetration_cm: Option<f64>,
    /// Greatest speed on the site, km/h.
    pub speed_limit_kmh: Option<f64>,
    /// What the trucks' sensors give: `objects` (each visible thing) or `scan` (lidar returns).
    #[serde(default)]
    pub sensors: Sensors,
}

/// How much the sensors give.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sensors {
    /// Each visible thing by a few occlusion rays.
    #[default]
    Objects,
    /// Lidar returns by ray casts.
    Scan,
}

/// One truck and its work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TruckFile {
    /// Number of the truck, unique in the scenario.
    pub id: u32,
    /// A truck that comes with Haul, or a truck file, relative to this file; the TR100AT where left out.
    pub model: Option<PathBuf>,
    /// Place where it stands at the start: at its first free spot. Where a park is full, at another or beside it.
    pub start: Option<String>,
    /// Pose at the start, instead of `start`: east (m), north (m), compass bearing (degrees).
    pub start_at: Option<[f64; 3]>,
    /// Payload at the start, t.
    #[serde(default)]
    pub payload_t: f64,
    /// Fuel at the start, share of the tank, %.
    #[serde(default = "full")]
    pub fuel_pct: f64,
    /// The place it is loaded at.
    pub load: String,
    /// The place it tips at.
    pub dump: String,
    /// Driver at the start: `stack`, `manual`, or a test driver.
    #[serde(default)]
    pub driver: DriverName,
}

/// A driver of a truck.
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

/// The loading tool of a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShovelFile {
    /// The load place it works at.
    pub place: String,
    /// Its model in `seeds/shovels.toml`.
    pub model: String,
}

/// A group of equal trucks. Faces and dumps are dealt to them in turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FleetFile {
    /// Number of trucks.
    pub count: u32,
    /// Number of the first truck, the others follow. Left out: one above the highest number used before.
    pub first_id: Option<u32>,
    /// A truck that comes with Haul, or a truck file, relative to this file; the TR100AT where left out.
    pub model: Option<PathBuf>,
    /// Place where the trucks stand at the start. Trucks that find no free spot stand at other parks or beside it.
    pub start: String,
    /// Payload at the start, t.
    #[serde(default)]
    pub payload_t: f64,
    /// Fuel at the start as a share of the tank, %.
    #[serde(default = "full")]
    pub fuel_pct: f64,
    /// Places where the trucks are loaded: the first truck at the first, the second at the second, and so on in turn.
    pub load: Vec<String>,
    /// Places where the trucks tip, in turn.
    pub dump: Vec<String>,
}

/// A manned vehicle that follows a given way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VehicleFile {
    /// Name of the vehicle, unique in the scenario.
    pub id: String,
    /// Kind of the vehicle.
    #[serde(default)]
    pub kind: VehicleName,
    /// Speed that it drives at, km/h.
    pub speed_kmh: f64,
    /// Time at which it sets out, s of simulated time.
    #[serde(default)]
    pub start_s: f64,
    /// Tells whether it has a beacon by which the site, and trucks near it, know where it is.
    #[serde(default = "yes")]
    pub beacon: bool,
    /// Points of its way, in order. It stands at the first and parks at the last.
    pub way: Vec<WayPointFile>,
}

/// A kind of vehicle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VehicleName {
    /// A pickup with a crew cab.
    #[default]
    LightVehicle,
    /// A water cart.
    WaterCart,
}

/// A point of a vehicle's way: a place or a pose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WayPointFile {
    /// A place: its first waiting pose, or its first spot where it has none.
    pub place: Option<String>,
    /// A pose, instead of `place`: east (m), north (m), compass bearing (degrees).
    pub at: Option<[f64; 3]>,
    /// Time that the vehicle stands there, s.
    #[serde(default)]
    pub stop_s: f64,
}

/// Quality of the radio line between site and trucks, both ways. A line without keys is perfect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineFile {
    /// Share of messages that are lost, %.
    #[serde(default)]
    pub loss_pct: f64,
    /// Least and greatest delay of a message, s. Each message draws its own, uniform between the two.
    #[serde(default)]
    pub delay_s: [f64; 2],
    /// Share of messages that arrive twice, %.
    #[serde(default)]
    pub duplicates_pct: f64,
    /// Lets a message with a shorter delay overtake an earlier one.
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

/// An area without coverage, a disc.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoleFile {
    /// East and north of its centre, m.
    pub at: [f64; 2],
    /// Radius, m.
    pub radius_m: f64,
}

/// An action on the mine from outside, at a time of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// The site stops every truck.
    AllStop {
        /// Time of the action, s of simulated time.
        at_s: f64,
    },
    /// The site ends the all-stop.
    Resume {
        /// Time of the action, s of simulated time.
        at_s: f64,
    },
    /// A rock comes to lie on the road.
    Obstacle {
        /// Time of the action, s of simulated time.
        at_s: f64,
        /// Name of the obstacle, for `remove_obstacle`. Left out: `obstacle_1` for the first `[[event]]`, and so on.
        id: Option<String>,
        /// East and north of its centre, m.
        at: [f64; 2],
        /// Radius, m.
        radius_m: f64,
        /// Time until it is cleared away, s. Left out: it stays.
        for_s: Option<f64>,
    },
    /// An obstacle is cleared away.
    RemoveObstacle {
        /// Time of the action, s of simulated time.
        at_s: f64,
        /// Name of the obstacle.
        id: String,
    },
    /// The roads become slippery, or grip again.
    Friction {
        /// Time of the action, s of simulated time.
        at_s: f64,
        /// Greatest friction coefficient of all roads: rain is about 0.35, ice 0.12; 1 ends the slipperiness.
        friction: f64,
    },
    /// A person drives a truck, with controls that hold until the next `drive` or `hand_back`.
    Drive {
        /// Time of the action, s of simulated time.
        at_s: f64,
        /// Number of the truck.
        truck: u32,
        /// The direction selected.
        #[serde(default)]
        gear: GearName,
        /// Throttle, %.
        #[serde(default)]
        throttle_pct: f64,
        /// Retarder lever, %.
        #[serde(default)]
        retarder_pct: f64,
        /// Service brake, %.
        #[serde(default)]
        brake_pct: f64,
        /// Sets the park brake.
        #[serde(default)]
        park_brake: bool,
        /// Angle of the front wheels, degrees, positive to the left.
        #[serde(default)]
        steering_deg: f64,
        /// The hoist lever.
        #[serde(default)]
        hoist: HoistName,
    },
    /// A truck goes back to its on-board stack.
    HandBack {
        /// Time of the action, s of simulated time.
        at_s: f64,
        /// Number of the truck.
        truck: u32,
    },
    /// A part of a truck fails.
    Fault {
        /// Time of the action, s of simulated time.
        at_s: f64,
        /// Number of the truck.
        truck: u32,
        /// Name of the fault, such as `satellite_lost` or `engine`.
        fault: FaultName,
        /// Time until it is mended, s. Left out: it stays.
        for_s: Option<f64>,
        /// For `satellite_offset`: offset to the east and to the north, m.
        offset_m: Option<[f64; 2]>,
        /// For `steering_slow`: share of the steering's rate that is left, %.
        rate_pct: Option<f64>,
    },
}

/// A direction that a person selects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum GearName {
    Forward,
    #[default]
    Neutral,
    Reverse,
}

/// A position of the hoist lever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum HoistName {
    #[default]
    Hold,
    Raise,
    Lower,
}

/// A fault of a truck.
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
            | Action::Friction { at_s, .. } => *at_s,
        }
    }

    /// Value of the key `what`.
    pub fn name(&self) -> &'static str {
        match self {
            Action::AllStop { .. } => "all_stop",
            Action::Resume { .. } => "resume",
            Action::Obstacle { .. } => "obstacle",
            Action::RemoveObstacle { .. } => "remove_obstacle",
            Action::Friction { .. } => "friction",
            Action::Drive { .. } => "drive",
            Action::HandBack { .. } => "hand_back",
            Action::Fault { .. } => "fault",
        }
    }

    /// Number of the truck that the action is for; `None` for an action on the mine or the site.
    pub fn truck(&self) -> Option<u32> {
        match self {
            Action::Drive { truck, .. } | Action::HandBack { truck, .. } | Action::Fault { truck, .. } => Some(*truck),
            _ => None,
        }
    }

    /// Name of the obstacle that the action at `index` places; `None` for an action of another kind.
    pub fn places_obstacle(&self, index: usize) -> Option<String> {
        match self {
            Action::Obstacle { id, .. } => Some(id.clone().unwrap_or_else(|| format!("obstacle_{}", index + 1))),
            _ => None,
        }
    }
}

/// A bound of a figure: `12` for just this, or `{ min = 1, max = 2 }`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Bound {
    /// Just this value.
    Exactly(f64),
    /// Within a range; either end may be left open.
    Within(Range),
}

/// A range; either end may be left open.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// At least.
    pub min: Option<f64>,
    /// At most.
    pub max: Option<f64>,
}

impl Bound {
    /// Tells whether a value is within the bound; a value that is not a number never is.
    pub fn holds(&self, value: f64) -> bool {
        match *self {
            Bound::Exactly(want) => (value - want).abs() <= 1e-9 * want.abs().max(1.0),
            Bound::Within(Range { min, max }) => {
                value.is_finite() && min.is_none_or(|m| value >= m) && max.is_none_or(|m| value <= m)
            }
        }
    }

    /// The bound in words.
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
