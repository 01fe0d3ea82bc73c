//! Reasons why a truck stands still.

use crate::{MachinePart, PlaceId, Restriction, TruckId, VehicleId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Reason why a truck stands, with parameters. Prints as a phrase such as "waiting for the right of way behind T2".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StandReason {
    /// The truck has no work.
    NoAssignment,
    /// The truck's localisation is not ready.
    NoPosition,
    /// The truck is about to move: it plans its path, turns its wheels or releases its brakes.
    Starting,
    /// The truck stands under the shovel.
    Loading {
        /// Loading place.
        place: PlaceId,
    },
    /// The body is raised or moving.
    Tipping {
        /// Dump or crusher.
        place: PlaceId,
    },
    /// All spots of the place belong to other trucks, or none has been granted yet.
    WaitingForSpot {
        /// Place for whose spot the truck waits.
        place: PlaceId,
        /// Number of trucks before this truck in the queue.
        ahead: usize,
    },
    /// The path ahead is not granted to the truck.
    RightOfWay {
        /// Truck that holds the path ahead, or gets it first. `None` until the site has answered.
        behind: Option<TruckId>,
    },
    /// An object is in the truck's path.
    Obstacle {
        /// East coordinate of the object, m.
        x: f64,
        /// North coordinate of the object, m.
        y: f64,
    },
    /// A manned vehicle is in the truck's path.
    Vehicle {
        /// Vehicle in the path.
        vehicle: VehicleId,
        /// East coordinate of the vehicle, m.
        x: f64,
        /// North coordinate of the vehicle, m.
        y: f64,
    },
    /// No path leads to the next place.
    NoPlan {
        /// The truck's next place.
        place: PlaceId,
        /// Reason given by the planner.
        cause: String,
    },
    /// The safety supervisor holds the truck.
    Supervisor {
        /// Reason given by the supervisor.
        cause: Restriction,
    },
    /// The site has stopped all trucks.
    AllStop,
    /// A part of the truck has failed.
    Breakdown {
        /// Failed part.
        part: MachinePart,
    },
    /// A person or a test driver drives the truck.
    ByHand,
    /// The truck lies on its side or has left the map.
    Lost,
}

/// Kind of a [`StandReason`], without its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[allow(missing_docs, reason = "documented at StandReason")]
pub enum StandKind {
    NoAssignment,
    NoPosition,
    Starting,
    Loading,
    Tipping,
    WaitingForSpot,
    RightOfWay,
    Obstacle,
    NoPlan,
    Supervisor,
    AllStop,
    Breakdown,
    ByHand,
    Lost,
}

impl StandKind {
    /// All kinds of reason.
    pub const ALL: [StandKind; 14] = [
        StandKind::NoAssignment,
        StandKind::NoPosition,
        StandKind::Starting,
        StandKind::Loading,
        StandKind::Tipping,
        StandKind::WaitingForSpot,
        StandKind::RightOfWay,
        StandKind::Obstacle,
        StandKind::NoPlan,
        StandKind::Supervisor,
        StandKind::AllStop,
        StandKind::Breakdown,
        StandKind::ByHand,
        StandKind::Lost,
    ];

    /// Returns the name used in reports and data files.
    pub const fn name(self) -> &'static str {
        match self {
            StandKind::NoAssignment => "no_assignment",
            StandKind::NoPosition => "no_position",
            StandKind::Starting => "starting",
            StandKind::Loading => "loading",
            StandKind::Tipping => "tipping",
            StandKind::WaitingForSpot => "waiting_for_spot",
            StandKind::RightOfWay => "right_of_way",
            StandKind::Obstacle => "obstacle",
            StandKind::NoPlan => "no_plan",
            StandKind::Supervisor => "supervisor",
            StandKind::AllStop => "all_stop",
            StandKind::Breakdown => "breakdown",
            StandKind::ByHand => "by_hand",
            StandKind::Lost => "lost",
        }
    }
}

impl StandReason {
    /// Returns the kind of this reason.
    pub fn kind(&self) -> StandKind {
        match self {
            StandReason::NoAssignment => StandKind::NoAssignment,
            StandReason::NoPosition => StandKind::NoPosition,
            StandReason::Starting => StandKind::Starting,
            StandReason::Loading { .. } => StandKind::Loading,
            StandReason::Tipping { .. } => StandKind::Tipping,
            StandReason::WaitingForSpot { .. } => StandKind::WaitingForSpot,
            StandReason::RightOfWay { .. } => StandKind::RightOfWay,
            StandReason::Obstacle { .. } | StandReason::Vehicle { .. } => StandKind::Obstacle,
            StandReason::NoPlan { .. } => StandKind::NoPlan,
            StandReason::Supervisor { .. } => StandKind::Supervisor,
            StandReason::AllStop => StandKind::AllStop,
            StandReason::Breakdown { .. } => StandKind::Breakdown,
            StandReason::ByHand => StandKind::ByHand,
            StandReason::Lost => StandKind::Lost,
        }
    }
}

impl fmt::Display for StandReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StandReason::NoAssignment => f.write_str("without an assignment"),
            StandReason::NoPosition => f.write_str("without a position"),
            StandReason::Starting => f.write_str("about to start"),
            StandReason::Loading { place } => write!(f, "loading at {place}"),
            StandReason::Tipping { place } => write!(f, "tipping at {place}"),
            StandReason::WaitingForSpot { place, ahead: 0 } => write!(f, "waiting for a spot at {place}"),
            StandReason::WaitingForSpot { place, ahead } => {
                write!(f, "waiting for a spot at {place}, {ahead} before it in the queue")
            }
            StandReason::RightOfWay { behind: Some(truck) } => write!(f, "waiting for the right of way behind {truck}"),
            StandReason::RightOfWay { behind: None } => f.write_str("waiting for the right of way"),
            StandReason::Obstacle { x, y } => write!(f, "an obstacle at ({x:.1}, {y:.1}) stands in its path"),
            StandReason::Vehicle { vehicle, x, y } => {
                write!(f, "the vehicle {vehicle} at ({x:.1}, {y:.1}) is in its path")
            }
            StandReason::NoPlan { place, cause } => write!(f, "no path to {place}: {cause}"),
            StandReason::Supervisor { cause } => write!(f, "held by its supervisor ({cause})"),
            StandReason::AllStop => f.write_str("stopped by an all-stop"),
            StandReason::Breakdown { part } => write!(f, "broken down: {part}"),
            StandReason::ByHand => f.write_str("driven by hand"),
            StandReason::Lost => f.write_str("lost: overturned or off the map"),
        }
    }
}
