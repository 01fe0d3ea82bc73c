//! Events that the haul cycle handles, and the actions that it returns.

use haul_core::PlaceId;
use haul_messages::{Body, Uuid};
use serde::{Deserialize, Serialize};

/// An assignment from the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// Id of the assignment.
    pub id: Uuid,
    /// Loading place.
    pub load: PlaceId,
    /// Dumping place.
    pub dump: PlaceId,
    /// Park for times without work.
    pub park: Option<PlaceId>,
}

/// A spot that the truck holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrantedSpot {
    /// Place to which the spot belongs.
    pub place: PlaceId,
    /// Index into the place's spots.
    pub index: usize,
    /// Id of the visit, from the truck's request.
    pub visit: Uuid,
}

/// An event that the haul cycle handles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CycleEvent {
    /// The truck knows its position, and whether it carries a load.
    Located {
        /// True if the truck must tip before it is loaded.
        loaded: bool,
    },
    /// A message from the site.
    Site(SiteMessage),
    /// The answer to a planning request.
    Planned {
        /// Id of the request.
        id: u64,
        /// Outcome of the request.
        outcome: Outcome,
    },
    /// The truck, driving to a place, approaches the waiting pose.
    Near,
    /// The truck stands at the end of its path.
    Arrived,
    /// The truck has reached its waiting pose, and its path continues into the spot.
    Entered,
    /// The truck stands short of its waiting pose.
    HeldUp,
    /// The truck moves.
    Rolls,
    /// The truck has driven out of the spot and is its own length away from it.
    Cleared,
    /// The truck is queued at a place, but is not there.
    Away,
    /// The body is down again; the value is the tipped payload, kg.
    Tipped(f64),
    /// A person who drove the truck has handed it back.
    HandedBack {
        /// True if the truck stands in its spot.
        in_spot: bool,
        /// True if the truck carries nothing.
        empty: bool,
    },
    /// The truck stands before an obstacle.
    Blocked {
        /// True if the truck stands on the open ground of a place, with room to drive around the obstacle.
        at_a_place: bool,
    },
    /// The truck stands at the start of its path without the right of way.
    Withheld {
        /// True if the place has other spots.
        other_spots: bool,
    },
    /// The truck drives, or could drive: nothing holds it up.
    Free,
    /// The time given by [`HaulCycle::due`](super::HaulCycle::due) has come.
    Due,
}

/// A message from the site to the truck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SiteMessage {
    /// An assignment.
    Assigned(Assignment),
    /// The truck is granted a spot.
    SpotGranted(GrantedSpot),
    /// No spot is free.
    Queued {
        /// Id of the visit.
        visit: Uuid,
        /// Number of trucks ahead in the queue.
        ahead: usize,
    },
    /// The truck is loaded and must leave its spot.
    KickedOut {
        /// Id of the visit.
        visit: Uuid,
    },
    /// All trucks must stop.
    AllStop(Uuid),
    /// An all-stop is over.
    Resume(Uuid),
}

/// Outcome of a planning request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// A path is planned, and the truck follows it.
    Follows,
    /// The truck is already at its goal.
    There,
    /// The place has no waiting pose: the truck waits where it stands.
    NoWaitingPose,
    /// The truck stands in a spot of the place, as at the start of a shift.
    InSpot,
    /// No path leads around the obstacle: the truck keeps the present path.
    KeepsPath,
    /// No path leads to the goal.
    NoPath {
        /// The planner's reason.
        cause: String,
        /// Number of goals to try one after the other.
        alternatives: u32,
    },
}

/// A request for a path, answered later by [`CycleEvent::Planned`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanRequest {
    /// Id of the request. An answer to an earlier request is ignored.
    pub id: u64,
    /// Goal of the path.
    pub goal: Goal,
    /// Number of earlier attempts; each attempt tries another alternative.
    pub attempt: u32,
    /// True for a path around an obstacle on the present path.
    pub around: bool,
}

/// Goal of a path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Goal {
    /// A waiting pose of a place.
    WaitingPose {
        /// The place.
        place: PlaceId,
    },
    /// A spot, followed by the waiting pose of the next place.
    Spot {
        /// The spot.
        spot: GrantedSpot,
        /// The next place.
        next: PlaceId,
    },
}

/// An action that the haul cycle asks of the truck.
#[derive(Debug, Clone, PartialEq)]
pub enum CycleAction {
    /// Plan a path and follow it, from a standstill.
    Plan(PlanRequest),
    /// Stop and drop the present path.
    Halt,
    /// Drop the present path; the truck stands at its end.
    DropPath,
    /// Send a message once.
    Say(Body),
    /// Send a message until the site acknowledges it.
    State(Body),
    /// Report the truck's state at once.
    Report,
}
