//! Content of the messages.

use crate::Timestamp;
use crate::wire::MessageName;
use haul_core::{PlaceId, Pose2, TruckId, VehicleId, VehicleKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use haul_core::CycleState;

/// Content of one message. Lengths are in metres, speeds in m/s, masses in kg, angles in radians.
///
/// Every message may be lost or arrive twice. A receiver answers a message that it has already acted on with the present
/// state. A sender repeats a message until it is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Body {
    /// Site to truck: the work until the next assignment. The same `assignment_id` again changes nothing.
    AssignmentV1 {
        /// Id of this assignment.
        assignment_id: Uuid,
        /// Place to be loaded at.
        load_place: PlaceId,
        /// Place to tip at.
        dump_place: PlaceId,
        /// Place to stand at when there is no work.
        park: Option<PlaceId>,
    },
    /// Site to truck: the right of way along a requested path.
    PathGrantV1 {
        /// Id of the path, from the request.
        request_id: Uuid,
        /// Station of the path up to which the middle of the rear axle may drive, m. Up to there the site keeps the
        /// ground under the truck and a gap ahead of it free of other trucks. For one path it only grows.
        up_to_station: f64,
        /// Truck whose ground keeps this one from going as far as it wants; `None` if the grant is complete.
        behind: Option<TruckId>,
    },
    /// Site to truck: the spot belongs to this truck until it says that it has left.
    SpotGrantV1 {
        /// Id of the visit, from the truck's request.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
        /// Index into the place's spots.
        spot_index: usize,
    },
    /// Site to truck: no spot is free; wait in the queue.
    WaitV1 {
        /// Id of the visit, from the truck's request.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
        /// Position in the queue, 0 for its head. It may exceed the number of waiting poses of the place.
        queue_index: usize,
    },
    /// Site to truck: the shovel's kick-out. The truck is loaded and leaves.
    LeaveSpotV1 {
        /// Id of the visit that ends.
        visit_id: Uuid,
        /// Place to leave.
        place: PlaceId,
        /// Mass that the shovel loaded, kg, if it knows.
        payload_kg: Option<f64>,
    },
    /// Site to truck: the site has received a statement, which the truck repeats until then. The kind of a statement and the
    /// time at which the truck first made it identify it; all its repetitions have the same time.
    ReceiptV1 {
        /// Kind of the statement.
        stated: Stated,
        /// `Timestamp` in the statement's header.
        stated_at: Timestamp,
    },
    /// Site to truck: stop at once and stay.
    AllStopV1 {
        /// Id of this all-stop; the resume that ends it has the same id.
        stop_id: Uuid,
    },
    /// Site to truck: the all-stop with this id is over. A resume with another id does not end it.
    ResumeV1 {
        /// Id of the all-stop that ends.
        stop_id: Uuid,
    },
    /// Site to truck: a manned vehicle is near the truck. Sent at each beacon of the vehicle.
    TrafficV1 {
        /// Report of the vehicle's beacon.
        report: VehicleReport,
        /// Time at which the beacon was sent.
        reported_at: Timestamp,
    },
    /// Site to truck: the weather at the site. Sent when it changes, to a truck that registers, and again once a minute.
    WeatherReportV1 {
        /// The report.
        report: WeatherReport,
    },

    /// Manned vehicle to site: its beacon; sent twice a second.
    VehicleStateV1 {
        /// Report of the vehicle.
        report: VehicleReport,
    },

    /// Truck to site: its pose and state; sent about once a second.
    EquipmentStateV1 {
        /// Id of the assignment that the truck works on; `None` until it has one.
        assignment_id: Option<Uuid>,
        /// Pose of the middle of the rear axle in the site frame.
        pose: Pose2,
        /// Speed, positive forward, m/s.
        speed: f64,
        /// Payload, estimated by the truck, kg.
        payload_kg: f64,
        /// Stage of the haul cycle.
        state: CycleState,
    },
    /// Truck to site, and site to all other trucks: wheels slide here, and the road has only this much grip.
    SlipperyRoadV1 {
        /// Pose of the truck whose wheels slide.
        pose: Pose2,
        /// Friction of the road, ratio.
        friction: f64,
    },
    /// Truck to site: the path that it wants to drive, and its progress on it. A truck sends a new path while it stands, and
    /// waits for the first grant. As it drives, it sends the request again with a larger `passed`. That releases the ground
    /// behind it and asks for more ground ahead.
    PathRequestV1 {
        /// Id of the path. A new path has a new id and replaces the earlier one.
        request_id: Uuid,
        /// Poses of the path, in the order of travel. Empty after the path has been sent and answered.
        path: Vec<PathPose>,
        /// Stations at which the truck may stop by its own decision, m: at a waiting pose, in a spot.
        stops: Vec<f64>,
        /// Station that the middle of the rear axle has reached, m.
        passed: f64,
        /// Station up to which the truck wants to drive now, m: its stopping distance and a margin ahead of it.
        wanted: f64,
    },
    /// Truck to site: the truck wants a spot at this place. Answered by `SpotGrantV1` or `WaitV1`.
    SpotRequestV1 {
        /// Id of the visit. Every visit has its own id, also after a restart of the truck.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
    },
    /// Truck to site: the truck stands in its spot and is ready.
    SpottedV1 {
        /// Id of the visit.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
        /// Index into the place's spots.
        spot_index: usize,
    },
    /// Truck to site: the whole truck is clear of the spot. Answered by `ReceiptV1`.
    LeftSpotV1 {
        /// Id of the visit that is over.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
    },
    /// Truck to site: the load is tipped. Answered by `ReceiptV1`.
    TippedV1 {
        /// Id of the visit.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
        /// Tipped mass, kg.
        payload_kg: f64,
    },
    /// Truck to site: the truck finds no path into its granted spot, or none to the place. The site gives the spot to other
    /// trucks, and another spot to this one. Answered by `ReceiptV1`.
    NoPathV1 {
        /// Id of the visit.
        visit_id: Uuid,
        /// The place.
        place: PlaceId,
        /// Spot that cannot be reached; `None` if the whole place cannot.
        spot_index: Option<usize>,
        /// The planner's reason, in words.
        cause: String,
    },
    /// Truck to site: the truck has received the all-stop.
    AllStopAcknowledgedV1 {
        /// Id of that all-stop.
        stop_id: Uuid,
    },
}

/// Kind of a statement. A truck makes a statement once, and repeats it until the site confirms it.
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

    /// Returns the name of the statement's message in JSON.
    pub const fn message(self) -> &'static str {
        match self {
            Stated::LeftSpot => MessageName::LeftPlace.text(),
            Stated::Tipped => MessageName::TaskComplete.text(),
            Stated::NoPath => MessageName::NoPath.text(),
        }
    }
}

impl Body {
    /// Returns the kind of the statement; `None` for a message that needs no receipt.
    pub const fn stated(&self) -> Option<Stated> {
        match self {
            Body::LeftSpotV1 { .. } => Some(Stated::LeftSpot),
            Body::TippedV1 { .. } => Some(Stated::Tipped),
            Body::NoPathV1 { .. } => Some(Stated::NoPath),
            _ => None,
        }
    }
}

/// Weather as a station at the site measures it. It says nothing about the grip of a road.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WeatherReport {
    /// Rain, mm/h.
    pub rain_mm_h: f64,
    /// Snow, mm/h of water.
    pub snow_mm_h: f64,
    /// Meteorological visibility, m.
    pub visibility_m: f64,
    /// Temperature of the air, °C.
    pub air_c: f64,
}

impl WeatherReport {
    /// Returns the first fault of the report; `None` if the report is credible.
    pub fn fault(&self) -> Option<String> {
        let ranges = [
            ("rain", self.rain_mm_h, 0.0, 500.0, "mm/h"),
            ("snow", self.snow_mm_h, 0.0, 100.0, "mm/h"),
            ("visibility", self.visibility_m, 1.0, 1e5, "m"),
            ("air temperature", self.air_c, -70.0, 70.0, "°C"),
        ];
        let (name, found, least, most, unit) =
            ranges.into_iter().find(|(_, value, least, most, _)| !(least..=most).contains(&value))?;
        Some(format!("expected a {name} from {least} to {most} {unit}, found {found}"))
    }
}

/// Report of a manned vehicle's beacon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VehicleReport {
    /// Name of the vehicle.
    pub vehicle: VehicleId,
    /// Kind of the vehicle, which determines its outline.
    pub kind: VehicleKind,
    /// Pose of the middle of its rear axle in the site frame.
    pub pose: Pose2,
    /// Speed, positive forward, m/s.
    pub speed: f64,
}

impl VehicleReport {
    /// Upper limit of a credible speed, m/s (144 km/h). A report above it is refused.
    pub const FASTEST: f64 = 40.0;

    /// Returns the first fault of the report; `None` if the report is credible.
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
    /// Distance driven from the start of the path, m; it never decreases along the path.
    pub station: f64,
    /// Pose of the middle of the rear axle in the site frame.
    pub pose: Pose2,
    /// True if the truck drives in reverse from here.
    pub reverse: bool,
}
