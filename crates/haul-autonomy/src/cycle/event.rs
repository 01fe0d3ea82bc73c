//! Events that the haul cycle hears of, and the actions that it answers with.

use haul_core::PlaceId;
use haul_messages::{Body, Uuid};
use serde::{Deserialize, Serialize};

/// Work given by the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// Names the assignment.
    pub id: Uuid,
    /// Place to be loaded at.
    pub load: PlaceId,
    /// Place to tip at.
    pub dump: PlaceId,
    /// Place to stand at without work.
    pub park: Option<PlaceId>,
}

/// A spot that belongs to the truck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// Its place.
    pub place: PlaceId,
    /// Index into the place's spots.
    pub index: usize,
    /// The visit, as the truck named it in its request.
    pub visit: Uuid,
}

/// Something that the haul cycle has to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The truck knows where it stands, and whether it carries a load.
    Located {
        /// True for a truck that has to tip before it is loaded.
        loaded: bool,
    },
    /// Word of the site.
    Site(SiteWord),
    /// The answer to a planning request.
    Planned {
        /// The request.
        id: u64,
        /// Its outcome.
        outcome: Outcome,
    },
    /// The truck, on its way to a place, comes near its waiting pose.
    Near,
    /// The truck stands at the end of its path.
    Arrived,
    /// The truck has come to its waiting pose, and its path goes on into the spot.
    Entered,
    /// The truck stands before its waiting pose.
    HeldUp,
    /// The truck moves.
    Rolls,
    /// The truck, on its way out, is clear of the spot by its length.
    Cleared,
    /// The truck waits in the queue of a place that it is not at.
    Away,
    /// The body is down again, and this payload has been tipped, kg.
    Tipped(f64),
    /// A person who drove the truck has handed it back.
    HandedBack {
        /// True where it stands in its spot.
        in_spot: bool,
        /// True where it carries nothing.
        empty: bool,
    },
    /// The truck stands before an obstacle; whether it stands on the open ground of a place.
    Blocked {
        /// True where there is room to drive around it.
        at_a_place: bool,
    },
    /// The truck stands at the start of its path without the right of way.
    Withheld {
        /// True where the place has other spots to ask for.
        other_spots: bool,
    },
    /// The truck drives, or could.
    Free,
    /// The time that [`HaulCycle::due`](super::HaulCycle::due) named has come.
    Due,
}

/// A message of the site to the truck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SiteWord {
    /// Work to do.
    Assigned(Assignment),
    /// A spot is the truck's.
    SpotGranted(Spot),
    /// No spot is free.
    Queued {
        /// The visit, as the truck named it.
        visit: Uuid,
        /// Trucks that are before it.
        ahead: usize,
    },
    /// The truck is loaded and has to leave its spot.
    KickedOut {
        /// The visit.
        visit: Uuid,
    },
    /// All trucks have to stop.
    AllStop(Uuid),
    /// An all-stop is over.
    Resume(Uuid),
}

/// Outcome of a planning request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// A path is planned, and the truck follows it.
    Follows,
    /// The truck is at its goal already.
    There,
    /// The place has no waiting pose: the truck waits where it stands.
    NoWaitingPose,
    /// The truck stands in a spot of the place, as trucks do when a shift begins.
    InSpot,
    /// There is no way around the obstacle: the truck keeps the path at hand.
    KeepsPath,
    /// No path leads there.
    NoPath {
        /// The planner's reason.
        cause: String,
        /// Number of goals that can be tried one after the other.
        alternatives: u32,
    },
}

/// A request for a path, answered later by [`Event::Planned`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanRequest {
    /// Names the request. An answer to an earlier one is ignored.
    pub id: u64,
    /// Goal of the path.
    pub goal: Goal,
    /// Number of attempts before this one; each one tries another alternative.
    pub attempt: u32,
    /// True for a path around what stands in the way of the one at hand.
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
    /// A spot, and from there the waiting pose of the next place.
    Spot {
        /// The spot.
        spot: Spot,
        /// The next place.
        next: PlaceId,
    },
}

/// Something that the haul cycle has the truck do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Plan a path and follow it, from a standstill.
    Plan(PlanRequest),
    /// Come to a stop and drop the path at hand.
    Halt,
    /// Drop the path at hand; the truck stands at its end.
    DropPath,
    /// Send a message once.
    Say(Body),
    /// Send a message until the site acknowledges it.
    State(Body),
    /// Report the truck's state at once.
    Report,
}
