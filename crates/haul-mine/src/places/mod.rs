//! Places: where trucks load, tip and park.

mod queue;
mod resolve;
mod way_out;

pub use resolve::resolve_place;
pub use way_out::{QueueConflict, QueueMove};

use haul_core::{Footprint, PlaceId, Pose2};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A road is left for a spot at most this far from it, m: over the open floor of a wide pit.
pub(crate) const FARTHEST_FROM_ROAD: f64 = 240.0;

/// What a place is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlaceKind {
    /// A face with a shovel.
    Load,
    /// A crusher with a hopper.
    Crusher,
    /// A tip head with a berm.
    Dump,
    /// Where trucks stand between shifts.
    Park,
    /// Where trucks are refuelled.
    Fuel,
}

/// A bay in which a truck stands to load, tip or park.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// Its name, such as `face-1/2`.
    pub name: String,
    /// The rear-axle pose when spotted. Trucks back in: the tail points to the shovel, the berm or the hopper.
    pub pose: Pose2,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Its name, unique on the mine.
    pub id: PlaceId,
    /// What it is for.
    pub kind: PlaceKind,
    /// Bays.
    pub spots: Vec<Spot>,
    /// Waiting poses; the first is the head of the queue.
    pub queue: Vec<Pose2>,
    /// Pose of the shovel's swing axis or of the crusher's hopper.
    pub machine: Option<Pose2>,
    /// Radius about the machine that trucks stay out of, m; 0 where there is none.
    pub obstacle_radius: f64,
    /// Loose density of the material, kg/m³.
    pub material_density: f64,
}

/// A place as a person writes it, in `mine.toml` and in scenarios: `[[place]]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceSpec {
    /// Name, unique on the mine.
    pub id: String,
    /// What it is for.
    pub kind: PlaceKind,
    /// East and north of the first spot, m. It is moved to where a truck fits.
    pub at: [f64; 2],
    /// Compass bearing the truck's nose points to when spotted, degrees. Left out: the tail faces the nearest wall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading_deg: Option<f64>,
    /// Number of bays side by side. Left out: one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spots: Option<u32>,
    /// Waiting poses: east, north (m), compass bearing of the nose (degrees). Left out: one is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<Vec<[f64; 3]>>,
    /// Whether a dump is a paddock: trucks tip on open ground where they stand, not over an edge. Left out: it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paddock: Option<bool>,
    /// Loose density of the material, kg/m³. Left out: that of blasted rock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub material_density: Option<f64>,
}

/// What the mine needs to know of a truck.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TruckShape {
    /// The ground it covers.
    pub footprint: Footprint,
    /// Least turning radius of the middle of the rear axle, m.
    pub turning_radius: f64,
}
