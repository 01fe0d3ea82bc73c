//! The reasons for which a truck stands.

use crate::{MachinePart, PlaceId, Restriction, TruckId, VehicleId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Reason why a truck stands, with its parameters. Prints as a phrase such as "waiting for the right of way behind T2".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StandReason {
    /// It has no work.
    NoAssignment,
    /// Its localisation is not ready.
    NoPosition,
    /// It is about to move: the path is being planned, the wheels turn, the brakes come off.
    Starting,
    /// It stands under the shovel.
    Loading {
        /// The loading place.
        place: PlaceId,
    },
    /// Its body is up, or on its way.
    Tipping {
        /// The dump or crusher.
        place: PlaceId,
    },
    /// All spots of the place belong to other trucks, or none has been granted yet.
    WaitingForSpot {
        /// The place.
        place: PlaceId,
        /// Trucks that are before it in the queue.
        ahead: usize,
    },
    /// The ground ahead is not its own.
    RightOfWay {
        /// The truck that holds the ground or needs it first; `None` while the site has not answered.
        behind: Option<TruckId>,
    },
    /// An object stands in its path.
    Obstacle {
        /// East of the object, m.
        x: f64,
        /// North of the object, m.
        y: f64,
    },
    /// A manned vehicle is in its path.
    Vehicle {
        /// The vehicle.
        vehicle: VehicleId,
        /// East of the vehicle, m.
        x: f64,
        /// North of the vehicle, m.
        y: f64,
    },
    /// No path leads to where it has to go.
    NoPlan {
        /// Place that it has to go to.
        place: PlaceId,
        /// The planner's reason.
        cause: String,
    },
    /// The safety supervisor holds it.
    Supervisor {
        /// The supervisor's reason.
        cause: Restriction,
    },
    /// The site has stopped all trucks.
    AllStop,
    /// A part of it does not work.
    Breakdown {
        /// The part.
        part: MachinePart,
    },
    /// A person drives it, or a test driver does.
    ByHand,
    /// It lies on its side, or has left the map.
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
    /// All kinds.
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

    /// Name in reports and data files.
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
    /// The kind of the reason.
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
