//! Places where trucks load, dump and park.

mod exit_path;
mod proposal;
mod queue;
mod resolve;

pub use exit_path::{QueueConflict, QueueMove};
pub use proposal::propose_places;
pub use resolve::resolve_place;

use haul_core::{Footprint, PlaceId, Pose2};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Greatest distance from a road to a spot, m. Trucks cross the open floor of a wide pit between them.
pub(crate) const FARTHEST_FROM_ROAD: f64 = 240.0;

/// Purpose of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlaceKind {
    /// A face with a shovel.
    Load,
    /// A crusher with a hopper.
    Crusher,
    /// A tip head with a berm.
    Dump,
    /// A place where trucks stand between shifts.
    Park,
    /// A place where trucks are refuelled.
    Fuel,
}

/// A position in which a truck loads, dumps or parks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// Name of the spot, such as `face-1/2`.
    pub name: String,
    /// Rear-axle pose of the truck on the spot. Trucks back in, so the tail faces the shovel, the berm or the hopper.
    pub pose: Pose2,
}

/// A place with its spots and its queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Name of the place, unique on the mine.
    pub id: PlaceId,
    /// Purpose.
    pub kind: PlaceKind,
    /// Spots.
    pub spots: Vec<Spot>,
    /// Waiting poses. The first one is the head of the queue.
    pub queue: Vec<Pose2>,
    /// Pose of the shovel's swing axis or of the crusher's hopper, if there is one.
    pub machine: Option<Pose2>,
    /// Radius around the machine that trucks stay out of, m; 0 without a machine.
    pub obstacle_radius: f64,
    /// Loose density of the material, kg/m³.
    pub material_density: f64,
}

/// A place as written in `mine.toml` and in scenarios: `[[place]]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceSpec {
    /// Name of the place, unique on the mine.
    pub id: String,
    /// Purpose.
    pub kind: PlaceKind,
    /// East and north of the first spot, m. The spot is moved to where a truck fits.
    pub at: [f64; 2],
    /// Compass bearing of the truck's nose on the spot, degrees. Default: the tail faces the nearest wall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading_deg: Option<f64>,
    /// Number of spots side by side. Default: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spots: Option<u32>,
    /// Waiting poses: east and north (m), and compass bearing of the nose (degrees). Default: poses are found on the
    /// road.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<Vec<[f64; 3]>>,
    /// For a dump: true if trucks dump on open ground where they stand, not over an edge. Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paddock: Option<bool>,
    /// Loose density of the material, kg/m³. Default: that of blasted rock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub material_density: Option<f64>,
}

/// Truck dimensions that the layout of a mine depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TruckShape {
    /// Footprint on the ground.
    pub footprint: Footprint,
    /// Least turning radius of the centre of the rear axle, m.
    pub turning_radius: f64,
}
