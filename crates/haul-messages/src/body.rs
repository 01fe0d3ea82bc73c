//! What a message says.

use crate::Timestamp;
use haul_core::{PlaceId, Pose2, TruckId, VehicleId, VehicleKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use haul_core::CycleState;

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
    /// Site to truck: the right of way along a requested path.
    PathGrantV1 {
        /// The path, as named by the request.
        request_id: Uuid,
        /// Station of the path up to which the middle of the rear axle may go, m. The site keeps the ground under the
        /// truck and a gap ahead of it free of other trucks up to there. Only ever grows for one path.
        up_to_station: f64,
        /// The truck whose ground keeps this one from going as far as it wants; `None` where nothing is withheld.
        behind: Option<TruckId>,
    },
    /// Site to truck: the spot is this truck's alone until it says that it has left.
    SpotGrantV1 {
        /// The visit, as named by the truck's request.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
        /// Index into the place's spots.
        spot_index: usize,
    },
    /// Site to truck: no spot is free; wait in the queue.
    WaitV1 {
        /// The visit, as named by the truck's request.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
        /// 0 is the head of the queue. May exceed the waiting poses of the place.
        queue_index: usize,
    },
    /// Site to truck: the shovel's kick-out. The truck is loaded and leaves.
    LeaveSpotV1 {
        /// The visit that ends.
        visit_id: Uuid,
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
    /// Site to truck: a manned vehicle near it. Sent at each beacon of the vehicle.
    TrafficV1 {
        /// The vehicle, as its beacon told.
        report: VehicleReport,
        /// Time at which the beacon was sent.
        reported_at: Timestamp,
    },

    /// Manned vehicle to site: its beacon; sent twice a second.
    VehicleStateV1 {
        /// The vehicle.
        report: VehicleReport,
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
    /// Truck to site: the path that it wants to drive, and how far it has come on it. A new path is sent by a truck that
    /// stands and waits for the first grant. Sent again with a larger `passed` as the truck goes, which both gives back
    /// the ground behind it and asks for more ahead.
    PathRequestV1 {
        /// Names the path. A new path has a new id and replaces the one before.
        request_id: Uuid,
        /// The poses of the path, in the order of travel. Empty once the path has been sent and answered.
        path: Vec<PathPose>,
        /// Stations at which the truck may stop of itself before it drives on, m: at a waiting pose, in a spot.
        stops: Vec<f64>,
        /// Station that the middle of the rear axle has reached, m.
        passed: f64,
        /// Station up to which the truck wants to drive now, m: its stopping distance and a margin ahead of it.
        wanted: f64,
    },
    /// Truck to site: it wants a spot at this place. Answered by `SpotGrantV1` or `WaitV1`.
    SpotRequestV1 {
        /// Names the visit. Every visit has an id of its own, also after a restart of the truck.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
    },
    /// Truck to site: it stands in its spot, ready.
    SpottedV1 {
        /// The visit.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
        /// Index into the place's spots.
        spot_index: usize,
    },
    /// Truck to site: its whole length is clear of the spot. Answered by `ReceiptV1`.
    LeftSpotV1 {
        /// The visit that is over.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
    },
    /// Truck to site: the load is off. Answered by `ReceiptV1`.
    TippedV1 {
        /// The visit.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
        /// What was tipped, kg.
        payload_kg: f64,
    },
    /// Truck to site: it finds no path into the spot that it was granted, or to the place at all. The site gives the
    /// spot to others and this truck another one. Answered by `ReceiptV1`.
    NoPathV1 {
        /// The visit.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
        /// The spot that cannot be reached; `None` where it is the place.
        spot_index: Option<usize>,
        /// The planner's reason, in words.
        cause: String,
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
    /// [`Body::NoPathV1`].
    NoPath,
}

impl Stated {
    /// All kinds.
    pub const ALL: [Stated; 3] = [Stated::LeftSpot, Stated::Tipped, Stated::NoPath];

    /// The name of the statement's message, as it stands in JSON.
    pub const fn message(self) -> &'static str {
        match self {
            Stated::LeftSpot => "LeftPlaceV2",
            Stated::Tipped => "TaskCompleteV1",
            Stated::NoPath => "Haul.NoPathV1",
        }
    }
}

impl Body {
    /// Which statement this is; `None` for what is said anew each time.
    pub const fn stated(&self) -> Option<Stated> {
        match self {
            Body::LeftSpotV1 { .. } => Some(Stated::LeftSpot),
            Body::TippedV1 { .. } => Some(Stated::Tipped),
            Body::NoPathV1 { .. } => Some(Stated::NoPath),
            _ => None,
        }
    }
}

/// A manned vehicle as its beacon tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VehicleReport {
    /// Its name.
    pub vehicle: VehicleId,
    /// Its kind, by which others know its outline.
    pub kind: VehicleKind,
    /// Pose of the middle of its rear axle in the site frame.
    pub pose: Pose2,
    /// Signed speed, positive ahead, m/s.
    pub speed: f64,
}

impl VehicleReport {
    /// Greatest speed of a vehicle on a mine, m/s (144 km/h). A report of a greater one is not believed.
    pub const FASTEST: f64 = 40.0;

    /// The first thing that cannot be in the report; `None` where it can be believed.
    pub fn fault(&self) -> Option<String> {
        if !self.pose.is_on_a_map() {
            return Some(format!("the pose ({}, {}) is on no map", self.pose.x, self.pose.y));
        }
        if self.speed.is_nan() || self.speed.abs() > Self::FASTEST {
            return Some(format!("the speed is {} m/s; at most {} m/s is accepted", self.speed, Self::FASTEST));
        }
        None
    }
}

/// One pose of a requested path.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PathPose {
    /// Distance driven from the start of the path, m; never falls along it.
    pub station: f64,
    /// Pose of the middle of the rear axle in the site frame.
    pub pose: Pose2,
    /// Tells whether the truck drives in reverse from here on.
    pub reverse: bool,
}
