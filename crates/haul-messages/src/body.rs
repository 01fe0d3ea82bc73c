//! What a message says.

use crate::Timestamp;
use haul_core::{PlaceId, Pose2, RoadId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use haul_core::CycleState;

/// A grant's station beyond the end of any journey, m: the way is free to the end, the manoeuvre off the road included.
pub const WHOLE_JOURNEY: f64 = 1.0e9;

/// The content of one message. Lengths in metres, speeds in m/s, masses in kg, angles in radians.
///
/// Every message may be lost or come twice: a receiver treats one that it has already acted on as a question for the
/// present state, and a sender repeats what it has had no answer to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Body {
    /// Site to truck: the work to do until another assignment comes. The same `assignment_id` again changes nothing.
    AssignmentV1 {
        /// Names this assignment.
        assignment_id: Uuid,
        /// Where to be loaded.
        load_place: PlaceId,
        /// Where to tip.
        dump_place: PlaceId,
        /// Where to stand when there is no work.
        park: Option<PlaceId>,
    },
    /// Site to truck: the right of way along a requested journey.
    RoadGrantV1 {
        /// The journey, as named by the request.
        request_id: Uuid,
        /// Station of the journey up to which the middle of the rear axle may go, m; [`WHOLE_JOURNEY`] where no road
        /// of it is withheld. The site keeps the truck's nose and the stopping gap ahead of it free as well. Only ever
        /// grows for one journey.
        up_to_station: f64,
    },
    /// Site to truck: the spot is this truck's alone until it says that it has left.
    SpotGrantV1 {
        /// The place.
        place: PlaceId,
        /// Index into the place's spots.
        spot_index: usize,
    },
    /// Site to truck: no spot is free; wait in the queue.
    WaitV1 {
        /// The place.
        place: PlaceId,
        /// 0 is the head of the queue. May exceed the waiting poses of the place.
        queue_index: usize,
    },
    /// Site to truck: the shovel's kick-out. The truck is loaded and leaves.
    LeaveSpotV1 {
        /// The place to leave.
        place: PlaceId,
        /// What the shovel loaded, kg, where it knows.
        payload_kg: Option<f64>,
    },
    /// Site to truck: it has heard a statement, which the truck repeats until then. A statement is named by its kind and
    /// the time at which the truck first made it, which all its repetitions bear.
    ReceiptV1 {
        /// What was stated.
        stated: Stated,
        /// The `Timestamp` of the statement's header.
        stated_at: Timestamp,
    },
    /// Site to truck: stop at once and stay.
    AllStopV1 {
        /// Names this all-stop; the resume that ends it bears the same id.
        stop_id: Uuid,
    },
    /// Site to truck: the all-stop of this id is over. A resume of another id does not end it.
    ResumeV1 {
        /// The all-stop that ends.
        stop_id: Uuid,
    },

    /// Truck to site: where it is and what it does; sent about once a second.
    EquipmentStateV1 {
        /// The assignment it works on; `None` until it has one.
        assignment_id: Option<Uuid>,
        /// Pose of the middle of the rear axle in the site frame.
        pose: Pose2,
        /// Signed speed, positive ahead, m/s.
        speed: f64,
        /// Payload by the truck's own estimate, kg.
        payload_kg: f64,
        /// Stage of the haul cycle.
        state: CycleState,
    },
    /// Truck to site: the way it wants to go, and how much of it lies behind. Sent again with a larger `passed` as the
    /// truck goes, which both releases what it has passed and asks for more.
    RoadRequestV1 {
        /// Names the journey. A new journey has a new id and replaces the one before.
        request_id: Uuid,
        /// The roads in the order of travel. May be left empty when the id has been sent before with them.
        journey: Vec<RoadSpan>,
        /// Station of the journey that the middle of the rear axle has reached, m.
        passed: f64,
    },
    /// Truck to site: it wants a spot at this place. Answered by `SpotGrantV1` or `WaitV1`.
    SpotRequestV1 {
        /// The place.
        place: PlaceId,
    },
    /// Truck to site: it stands in its spot, ready.
    SpottedV1 {
        /// The place.
        place: PlaceId,
        /// Index into the place's spots.
        spot_index: usize,
    },
    /// Truck to site: its whole length is clear of the spot. Answered by `ReceiptV1`.
    LeftSpotV1 {
        /// The place.
        place: PlaceId,
    },
    /// Truck to site: the load is off. Answered by `ReceiptV1`.
    TippedV1 {
        /// The place.
        place: PlaceId,
        /// What was tipped, kg.
        payload_kg: f64,
    },
    /// Truck to site: it has taken the all-stop.
    AllStopAcknowledgedV1 {
        /// The all-stop it answers.
        stop_id: Uuid,
    },
}

/// What a truck states once and for all, and repeats until the site says that it has heard it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Stated {
    /// [`Body::LeftSpotV1`].
    LeftSpot,
    /// [`Body::TippedV1`].
    Tipped,
}

impl Stated {
    /// All kinds.
    pub const ALL: [Stated; 2] = [Stated::LeftSpot, Stated::Tipped];

    /// The name of the statement's message, as it stands in JSON.
    pub const fn message(self) -> &'static str {
        match self {
            Stated::LeftSpot => "LeftPlaceV2",
            Stated::Tipped => "TaskCompleteV1",
        }
    }
}

impl Body {
    /// Which statement this is; `None` for what is said anew each time.
    pub const fn stated(&self) -> Option<Stated> {
        match self {
            Body::LeftSpotV1 { .. } => Some(Stated::LeftSpot),
            Body::TippedV1 { .. } => Some(Stated::Tipped),
            _ => None,
        }
    }
}

/// One road of a journey, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RoadSpan {
    /// The road.
    pub road: RoadId,
    /// Whether it is travelled in its from→to sense.
    pub forward: bool,
    /// Where the truck comes onto it: station on the road's line, m.
    pub from_station: f64,
    /// Where the truck goes off it: station on the road's line, m; less than `from_station` where not `forward`.
    pub to_station: f64,
    /// Station of the journey at `from_station`, m.
    pub journey_from: f64,
    /// Station of the journey at `to_station`, m; never less than `journey_from`.
    pub journey_to: f64,
}
