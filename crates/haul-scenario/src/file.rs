//! What a scenario file says. Quantities carry their unit in the key's name; the same types are the schema.

use haul_mine::PlaceSpec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A scenario: a mine, trucks with their work, what happens, and what must come out.
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
    /// The run ends at the latest after this time, s of simulated time.
    pub duration_s: f64,
    /// The run ends early when every truck has finished this many cycles.
    pub until_cycles: Option<u32>,
    /// What the road and the weather are like; the mine's own road class where left out.
    #[serde(default)]
    pub conditions: ConditionsFile,
    /// Places added to the mine's own; one with the same id takes its stead. Written as in a `mine.toml`.
    #[serde(default, rename = "place")]
    pub places: Vec<PlaceSpec>,
    /// The trucks.
    #[serde(default, rename = "truck")]
    pub trucks: Vec<TruckFile>,
    /// The loading tools; a place without one gets the first of `seeds/shovels.toml`.
    #[serde(default, rename = "shovel")]
    pub shovels: Vec<ShovelFile>,
    /// What happens during the run.
    #[serde(default, rename = "event")]
    pub events: Vec<EventFile>,
    /// What must come out: names of figures of the report, each with a bound.
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
    /// A truck file, relative to this file; the TR100AT where left out.
    pub model: Option<PathBuf>,
    /// Where it stands at the start: the first free spot of a place.
    pub start: Option<String>,
    /// Where it stands at the start: east (m), north (m), compass bearing (degrees). In place of `start`.
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

/// Something that happens at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventFile {
    /// When, s of simulated time.
    pub at_s: f64,
    /// What.
    pub what: EventKind,
    /// `obstacle`: east and north, m.
    pub at: Option<[f64; 2]>,
    /// `obstacle`: radius, m.
    pub radius_m: Option<f64>,
    /// `obstacle`: it is cleared away after this time, s; it stays where left out.
    pub for_s: Option<f64>,
    /// `friction`: the new friction coefficient of all roads.
    pub friction: Option<f64>,
}

/// Kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The site stops every truck.
    AllStop,
    /// The site lets them go on.
    Resume,
    /// A rock lies on the road.
    Obstacle,
    /// The roads become slippery, or grip again.
    Friction,
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
    /// Whether a value is within the bound; a value that is not a number never is.
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
