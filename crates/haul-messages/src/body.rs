//! Content of the messages.

use crate::Timestamp;
use crate::wire::MessageName;
use haul_core::{PlaceId, Pose2, TruckId, VehicleId, VehicleKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use haul_core::CycleState;

/// Content of one message. Lengths are in metres, speeds in m/s, masses in kg, angles in radians.
///
/// Any message may be lost or arrive twice. A receiver that gets a message again after acting on it answers with its
/// present state. A sender repeats a message until it is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Body {
    /// Site to truck: the work until the next assignment. Receiving the same `assignment_id` again changes nothing.
    AssignmentV1 {
        /// Id of this assignment.
        assignment_id: Uuid,
        /// Place where the truck is loaded.
        load_place: PlaceId,
        /// Place where the truck tips.
        dump_place: PlaceId,
        /// Place where the truck stands when it has no work.
        park: Option<PlaceId>,
    },
    /// Site to truck: the right of way along a requested path.
    PathGrantV1 {
        /// Id of the path, from the truck's request.
        request_id: Uuid,
        /// Station up to which the rear-axle centre may drive along the path, m. Up to this station, the site keeps the
        /// area that the truck sweeps, and a gap ahead of the truck, free of other trucks. For one path, the station
        /// only increases.
        up_to_station: f64,
        /// Truck whose claim limits this grant; `None` if the grant is complete.
        behind: Option<TruckId>,
    },
    /// Site to truck: the spot belongs to the truck until the truck reports that it has left.
    SpotGrantV1 {
        /// Id of the visit, from the truck's request.
        visit_id: Uuid,
        /// Place of the spot.
        place: PlaceId,
        /// Index of the spot in the place's list of spots.
        spot_index: usize,
    },
    /// Site to truck: no spot is free; wait in the queue.
    WaitV1 {
        /// Id of the visit, from the truck's request.
        visit_id: Uuid,
        /// Place for which the truck waits.
        place: PlaceId,
        /// Position in the queue, 0 at its head. It may exceed the number of waiting poses of the place.
        queue_index: usize,
    },
    /// Site to truck: the shovel's kick-out signal. The truck is loaded and must leave.
    LeaveSpotV1 {
        /// Id of the visit that ends.
        visit_id: Uuid,
        /// Place to leave.
        place: PlaceId,
        /// Mass that the shovel loaded, kg; `None` if the shovel does not know it.
        payload_kg: Option<f64>,
    },
    /// Site to truck: the site has received a statement, which the truck repeats until it gets this receipt. A
    /// statement is identified by its kind and by the time at which the truck first made it; all repetitions carry that
    /// time.
    ReceiptV1 {
        /// Kind of the statement.
        stated: Stated,
        /// `Timestamp` from the statement's header.
        stated_at: Timestamp,
    },
    /// Site to truck: stop at once and stay stopped.
    AllStopV1 {
        /// Id of this all-stop; the resume message that ends it has the same id.
        stop_id: Uuid,
    },
    /// Site to truck: the all-stop with this id is over. A resume with another id does not end it.
    ResumeV1 {
        /// Id of the all-stop that ends.
        stop_id: Uuid,
    },
    /// Site to truck: a manned vehicle is near the truck. Sent whenever the site receives the vehicle's beacon.
    TrafficV1 {
        /// Report from the vehicle's beacon.
        report: VehicleReport,
        /// Time at which the vehicle sent the beacon.
        reported_at: Timestamp,
    },
    /// Site to truck: the weather at the site. Sent when the weather changes, when a truck registers, and once a
    /// minute.
    WeatherReportV1 {
        /// Weather report.
        report: WeatherReport,
    },

    /// Manned vehicle to site: its beacon; sent twice a second.
    VehicleStateV1 {
        /// Report of the vehicle.
        report: VehicleReport,
    },

    /// Truck to site: the truck's pose and state; sent about once a second.
    EquipmentStateV1 {
        /// Id of the assignment that the truck works on; `None` until it has received one.
        assignment_id: Option<Uuid>,
        /// Pose of the rear-axle centre in the site frame.
        pose: Pose2,
        /// Speed, positive forward, m/s.
        speed: f64,
        /// Payload, estimated by the truck, kg.
        payload_kg: f64,
        /// Stage of the haul cycle.
        state: CycleState,
    },
    /// Truck to site, and site to all other trucks: the wheels slide at this pose, and the road has only this friction.
    SlipperyRoadV1 {
        /// Pose of the truck whose wheels slide.
        pose: Pose2,
        /// Friction coefficient of the road.
        friction: f64,
    },
    /// Truck to site: the path that the truck wants to drive, and its progress along the path. A truck sends a new path
    /// while it stands, and waits for the first grant. As it drives, it sends the request again with a larger `passed`.
    /// That releases the area behind the truck and requests more ahead.
    PathRequestV1 {
        /// Id of the path. A new path has a new id and replaces the earlier one.
        request_id: Uuid,
        /// Poses of the path, in the order of travel. Empty after the path has been sent and answered.
        path: Vec<PathPose>,
        /// Stations at which the truck may stop by its own decision, m: at a waiting pose or in a spot.
        stops: Vec<f64>,
        /// Station reached by the rear-axle centre, m.
        passed: f64,
        /// Station up to which the truck wants to drive now, m: ahead of it by its stopping distance and a margin.
        wanted: f64,
    },
    /// Truck to site: the truck wants a spot at a place. Answered by `SpotGrantV1` or `WaitV1`.
    SpotRequestV1 {
        /// Id of the visit. Every visit has a new id, even after a restart of the truck.
        visit_id: Uuid,
        /// Place of the visit.
        place: PlaceId,
    },
    /// Truck to site: the truck stands in its spot and is ready for loading or tipping.
    SpottedV1 {
        /// Id of the visit.
        visit_id: Uuid,
        /// Place of the visit.
        place: PlaceId,
        /// Index of the spot in the place's list of spots.
        spot_index: usize,
    },
    /// Truck to site: the whole truck is clear of the spot. Answered by `ReceiptV1`.
    LeftSpotV1 {
        /// Id of the visit that is over.
        visit_id: Uuid,
        /// Place of the visit.
        place: PlaceId,
    },
    /// Truck to site: the load is tipped. Answered by `ReceiptV1`.
    TippedV1 {
        /// Id of the visit.
        visit_id: Uuid,
        /// Place of the visit.
        place: PlaceId,
        /// Tipped mass, kg.
        payload_kg: f64,
    },
    /// Truck to site: the truck finds no path into its granted spot, or to any spot of the place. The site gives the
    /// spot to other trucks, and another spot to this truck. Answered by `ReceiptV1`.
    NoPathV1 {
        /// Id of the visit.
        visit_id: Uuid,
        /// Place of the visit.
        place: PlaceId,
        /// Spot that cannot be reached; `None` if no spot of the place can be reached.
        spot_index: Option<usize>,
        /// The planner's reason, in words.
        cause: String,
    },
    /// Truck to site: the truck has received the all-stop.
    AllStopAcknowledgedV1 {
        /// Id of the all-stop.
        stop_id: Uuid,
    },
}

/// Kind of a statement. A truck makes a statement once, and repeats it until the site acknowledges it with a receipt.
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
    /// All kinds of statements.
    pub const ALL: [Stated; 3] = [Stated::LeftSpot, Stated::Tipped, Stated::NoPath];

    /// Returns the JSON name of the statement's message.
    pub const fn message(self) -> &'static str {
        match self {
            Stated::LeftSpot => MessageName::LeftPlace.text(),
            Stated::Tipped => MessageName::TaskComplete.text(),
            Stated::NoPath => MessageName::NoPath.text(),
        }
    }
}

impl Body {
    /// Returns the kind of statement that the message makes; `None` for a message that needs no receipt.
    pub const fn stated(&self) -> Option<Stated> {
        match self {
            Body::LeftSpotV1 { .. } => Some(Stated::LeftSpot),
            Body::TippedV1 { .. } => Some(Stated::Tipped),
            Body::NoPathV1 { .. } => Some(Stated::NoPath),
            _ => None,
        }
    }
}

/// Weather as a station at the site measures it. It does not include the grip of the roads.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WeatherReport {
    /// Rate of rain, mm/h.
    pub rain_mm_h: f64,
    /// Rate of snowfall, mm/h of water equivalent.
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
    /// Pose of the vehicle's rear-axle centre in the site frame.
    pub pose: Pose2,
    /// Speed, positive forward, m/s.
    pub speed: f64,
}

impl VehicleReport {
    /// Maximum credible speed, m/s (144 km/h). A report with a higher speed is refused.
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
    /// Distance from the start along the path, m; it never decreases along the path.
    pub station: f64,
    /// Pose of the rear-axle centre in the site frame.
    pub pose: Pose2,
    /// True if the truck drives in reverse from this pose on.
    pub reverse: bool,
}
