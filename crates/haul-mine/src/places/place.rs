//! A place with its spots and its queue.

use haul_core::{PlaceId, Pose2};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Spots of the place.
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
