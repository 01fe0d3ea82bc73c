//! Reads a message from JSON text, leniently.

use super::name::MessageName;
use super::parse::{Node, Value, parse};
use crate::body::{Body, CycleState, PathPose, Stated, VehicleReport, WeatherReport};
use crate::{Envelope, Header, MessageError, PROTOCOL, Timestamp};
use haul_core::fault::SourceText;
use haul_core::{PlaceId, Pose2, TruckId, VehicleId, VehicleKind};
use uuid::Uuid;

/// Fault at a byte position, before that is converted to line and column.
struct Fault {
    at: usize,
    path: String,
    what: String,
}

type Read<T> = Result<T, Fault>;

pub(crate) fn read(text: &str) -> Result<Envelope, MessageError> {
    let outcome = parse(text)
        .map_err(|stop| Fault { at: stop.at, path: String::new(), what: stop.what })
        .and_then(|node| envelope(&Place { node: &node, path: String::new() }));
    outcome.map_err(|fault| MessageError {
        path: fault.path,
        line_column: Some(SourceText::new("", text).line_column(fault.at)),
        what: fault.what,
    })
}

/// Value with its path in the message.
#[derive(Clone)]
struct Place<'a> {
    node: &'a Node,
    path: String,
}

impl<'a> Place<'a> {
    fn fault<T>(&self, what: impl Into<String>) -> Read<T> {
        Err(Fault { at: self.node.at, path: self.path.clone(), what: what.into() })
    }

    fn expected<T>(&self, expected: &str) -> Read<T> {
        self.fault(format!("expected {expected}, found {}", self.node.value.called()))
    }

    /// Returns the entry of a key: first by its exact name, then by its name in another case. A null counts as missing.
    fn find(&self, key: &str) -> Read<Option<Place<'a>>> {
        let Value::Map(entries) = &self.node.value else { return self.expected("an object") };
        let found = entries
            .iter()
            .find(|(name, _)| name == key)
            .or_else(|| entries.iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(key)));
        Ok(found.filter(|(_, node)| node.value != Value::Null).map(|(_, node)| {
            let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
            Place { node, path }
        }))
    }

    fn get(&self, key: &str) -> Read<Place<'a>> {
        match self.find(key)? {
            Some(place) => Ok(place),
            None => self.fault(format!("the key {key:?} is missing")),
        }
    }

    fn items(&self) -> Read<Vec<Place<'a>>> {
        let Value::List(items) = &self.node.value else { return self.expected("a list") };
        let place = |(i, node)| Place { node, path: format!("{}[{i}]", self.path) };
        Ok(items.iter().enumerate().map(place).collect())
    }

    fn text(&self) -> Read<&'a str> {
        match &self.node.value {
            Value::Text(text) => Ok(text),
            _ => self.expected("a text"),
        }
    }

    /// Returns the digits of a number, with or without quotes.
    fn digits(&self) -> Read<&'a str> {
        match &self.node.value {
            Value::Number(digits) => Ok(digits),
            Value::Text(text) => Ok(text.trim()),
            _ => self.expected("a number"),
        }
    }

    fn real(&self) -> Read<f64> {
        match self.digits()?.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => self.expected("a number"),
        }
    }

    /// Returns a whole number from 0 to 2³² − 1; the form `2.0` is also accepted.
    fn whole(&self) -> Read<u32> {
        let value = self.real()?;
        // The comparison comes first, so that the cast is exact.
        if value >= 0.0 && value <= f64::from(u32::MAX) && value.fract() == 0.0 {
            Ok(value as u32)
        } else {
            self.expected("a whole number from 0 to 4294967295")
        }
    }

    fn flag(&self) -> Read<bool> {
        match &self.node.value {
            Value::Bool(flag) => Ok(*flag),
            Value::Text(text) if text.trim().eq_ignore_ascii_case("true") => Ok(true),
            Value::Text(text) if text.trim().eq_ignore_ascii_case("false") => Ok(false),
            _ => self.expected("true or false"),
        }
    }

    fn id(&self) -> Read<Uuid> {
        match Uuid::parse_str(self.text()?.trim()) {
            Ok(id) => Ok(id),
            Err(_) => self.expected("a UUID"),
        }
    }

    fn one_of<T: Copy>(&self, choices: &[(&str, T)]) -> Read<T> {
        let text = self.text()?.trim();
        match choices.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
            Some((_, choice)) => Ok(*choice),
            None => {
                let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
                self.expected(&format!("one of {}", names.join(", ")))
            }
        }
    }

    fn timestamp(&self) -> Read<Timestamp> {
        let text = self.text()?.trim();
        let zoned = text.parse::<Timestamp>();
        match zoned.or_else(|_| format!("{text}Z").parse::<Timestamp>()) {
            Ok(timestamp) => Ok(timestamp),
            Err(_) => self.expected("a UTC time such as 2025-01-31T09:40:20.316Z"),
        }
    }
}

fn envelope(top: &Place) -> Read<Envelope> {
    if let Some(protocol) = top.find("Protocol")?
        && !protocol.text()?.trim().eq_ignore_ascii_case(PROTOCOL)
    {
        return protocol.expected(&format!("{PROTOCOL:?}"));
    }
    let version = top.find("Version")?.map_or(Ok(1), |version| version.whole())?;
    let timestamp = top.get("Timestamp")?.timestamp()?;
    let equipment_id = match top.find("EquipmentId")? {
        Some(id) => Some(id),
        None => top.find("Equipment")?,
    };
    let equipment_id = equipment_id.map(|id| id.id()).transpose()?;

    let mut found: Option<(MessageName, Place)> = None;
    for &name in MessageName::ALL {
        let Some(place) = top.find(name.text())? else { continue };
        if let Some((other, _)) = found {
            let (name, other) = (name.text(), other.text());
            return place.fault(format!("expected one message in an envelope, found {other} and {name}"));
        }
        found = Some((name, place));
    }
    let Some((name, content)) = found else {
        let names: Vec<&str> = MessageName::ALL.iter().map(|name| name.text()).collect();
        return top.fault(format!("expected a message, found none with a known name; known are {}", names.join(", ")));
    };
    let body = body(name, &content)?;
    Ok(Envelope { header: Header { version, timestamp, equipment_id }, body })
}

fn body(name: MessageName, content: &Place) -> Read<Body> {
    Ok(match name {
        MessageName::Assignment => assignment(content)?,
        MessageName::OccupyPlace => match content.find("Spot")? {
            Some(spot) => Body::SpotGrantV1 {
                visit_id: visit(content)?,
                place: place(&spot, "PlaceId")?,
                spot_index: index(&spot, "SpotIndex")?,
            },
            None => {
                let queues = content.get("Queues")?;
                let Some(queue) = queues.items()?.pop() else {
                    return queues
                        .fault("expected a spot or a queue, found neither; withdrawing a permission is not supported");
                };
                Body::WaitV1 {
                    visit_id: visit(content)?,
                    place: place(&queue, "PlaceId")?,
                    queue_index: index(&queue, "QueueIndex")?,
                }
            }
        },
        MessageName::LeavePlace => Body::LeaveSpotV1 {
            visit_id: visit(content)?,
            place: place(content, "PlaceId")?,
            payload_kg: match content.find("Haul")? {
                Some(own) => own.find("PayloadKg")?.map(|kg| kg.real()).transpose()?,
                None => None,
            },
        },
        MessageName::AllStopRequest => {
            let stop_id = content.get("ModeAllStopId")?.id()?;
            let apply = content.get("ModeAllStop")?.one_of(&[("Apply", true), ("Remove", false)])?;
            if apply { Body::AllStopV1 { stop_id } } else { Body::ResumeV1 { stop_id } }
        }
        MessageName::AllStopResponse => {
            let stop_id = content.get("ModeAllStopId")?.id()?;
            content.get("Response")?.one_of(&[("Accepted", ())])?;
            Body::AllStopAcknowledgedV1 { stop_id }
        }
        MessageName::ProductionState => equipment_state(content)?,
        MessageName::ApproachingLastMile => {
            let to = match content.find("ToType")? {
                Some(kind) => kind.one_of(&[("Place", "PlaceId"), ("Area", "AreaId"), ("Equipment", "EquipmentId")])?,
                None => "PlaceId",
            };
            Body::SpotRequestV1 { visit_id: visit(content)?, place: place(content, to)? }
        }
        MessageName::OccupyingPlace => Body::SpottedV1 {
            visit_id: visit(content)?,
            place: place(content, "PlaceId")?,
            spot_index: index(content, "SpotIndex")?,
        },
        MessageName::LeftPlace => Body::LeftSpotV1 { visit_id: visit(content)?, place: place(content, "PlaceId")? },
        MessageName::TaskComplete => Body::TippedV1 {
            visit_id: visit(content)?,
            place: place(content, "PlaceId")?,
            payload_kg: content.get("Haul")?.get("PayloadKg")?.real()?,
        },
        MessageName::PathRequest => Body::PathRequestV1 {
            request_id: content.get("RequestId")?.id()?,
            path: match content.find("Path")? {
                Some(path) => path.items()?.iter().map(path_pose).collect::<Read<Vec<_>>>()?,
                None => Vec::new(),
            },
            stops: match content.find("Stops")? {
                Some(stops) => stops.items()?.iter().map(Place::real).collect::<Read<Vec<_>>>()?,
                None => Vec::new(),
            },
            passed: content.get("Passed")?.real()?,
            wanted: content.get("Wanted")?.real()?,
        },
        MessageName::PathGrant => Body::PathGrantV1 {
            request_id: content.get("RequestId")?.id()?,
            up_to_station: content.get("UpToStation")?.real()?,
            behind: content.find("BehindTruck")?.map(|truck| truck.whole().map(TruckId)).transpose()?,
        },
        MessageName::NoPath => Body::NoPathV1 {
            visit_id: visit(content)?,
            place: place(content, "PlaceId")?,
            spot_index: content.find("SpotIndex")?.map(|i| i.whole().map(|i| i as usize)).transpose()?,
            cause: content.find("Cause")?.map_or(Ok(""), |cause| cause.text())?.to_owned(),
        },
        MessageName::Receipt => Body::ReceiptV1 {
            stated: content.get("Stated")?.one_of(&Stated::ALL.map(|stated| (stated.message(), stated)))?,
            stated_at: content.get("StatedAt")?.timestamp()?,
        },
        MessageName::VehicleState => Body::VehicleStateV1 { report: vehicle_report(content)? },
        MessageName::SlipperyRoad => {
            let real = |key: &str| content.get(key)?.real();
            let pose = Pose2::new(real("East")?, real("North")?, real("Heading")?);
            Body::SlipperyRoadV1 { pose, friction: real("Friction")? }
        }
        MessageName::WeatherReport => {
            let real = |key: &str| content.get(key)?.real();
            let (rain_mm_h, snow_mm_h) = (real("RainMmH")?, real("SnowMmH")?);
            let (visibility_m, air_c) = (real("VisibilityM")?, real("AirC")?);
            Body::WeatherReportV1 { report: WeatherReport { rain_mm_h, snow_mm_h, visibility_m, air_c } }
        }
        MessageName::Traffic => {
            let reported_at = content.get("ReportedAt")?.timestamp()?;
            Body::TrafficV1 { report: vehicle_report(content)?, reported_at }
        }
    })
}

/// Returns the place by its name if the sender gives one, otherwise by its id or number; see [`crate::find_place`].
fn place(content: &Place, key: &str) -> Read<PlaceId> {
    if let Some(own) = content.find("Haul")?
        && let Some(name) = own.find("Place")?
    {
        return Ok(PlaceId(name.text()?.to_owned()));
    }
    let id = content.get(key)?;
    let text = id.digits()?;
    if text.is_empty() { id.expected("an id") } else { Ok(PlaceId(text.to_ascii_lowercase())) }
}

/// Returns the id of the visit, which the family calls the last mile; the nil id if the sender gives none.
fn visit(content: &Place) -> Read<Uuid> {
    let Some(id) = content.find("LastMileId")? else { return Ok(Uuid::nil()) };
    // Some senders use a number or a word as the id.
    let text = id.digits()?;
    Ok(Uuid::parse_str(text).unwrap_or_else(|_| Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes())))
}

/// Returns an index from the `Haul` object; 0 if the sender gives none.
fn index(content: &Place, key: &str) -> Read<usize> {
    let Some(own) = content.find("Haul")? else { return Ok(0) };
    own.find(key)?.map_or(Ok(0), |index| index.whole()).map(|index| index as usize)
}

fn assignment(content: &Place) -> Read<Body> {
    let tasks = match &content.node.value {
        Value::List(_) => content.items()?,
        _ => vec![content.clone()],
    };
    let (mut id, mut load, mut dump, mut park) = (None, None, None, None);
    for task in &tasks {
        let slot = match task.get("Task")?.one_of(&[("Load", 0), ("Offload", 1), ("Park", 2)])? {
            0 => &mut load,
            1 => &mut dump,
            _ => &mut park,
        };
        if slot.replace(place(task, "DestinationId")?).is_some() {
            return task.fault("expected one task of each kind, found a second one of this kind");
        }
        let this = task.get("AssignmentId")?.id()?;
        id.get_or_insert(this);
    }
    match (id, load, dump) {
        (Some(assignment_id), Some(load_place), Some(dump_place)) => {
            Ok(Body::AssignmentV1 { assignment_id, load_place, dump_place, park })
        }
        _ => content.fault("expected a task Load and a task Offload, at least one of them is missing"),
    }
}

fn equipment_state(content: &Place) -> Read<Body> {
    let own = content.get("Haul")?;
    let state = match own.find("State")? {
        Some(state) => state.one_of(&CycleState::ALL.map(|state| (state.name(), state)))?,
        None => content.get("ProductionState")?.one_of(&FROM_PRODUCTION_STATE)?,
    };
    let real = |key: &str| own.get(key)?.real();
    Ok(Body::EquipmentStateV1 {
        assignment_id: content.find("AssignmentId")?.map(|id| id.id()).transpose()?,
        pose: Pose2::new(real("East")?, real("North")?, real("Heading")?),
        speed: own.find("Speed")?.map_or(Ok(0.0), |speed| speed.real())?,
        payload_kg: own.find("PayloadKg")?.map_or(Ok(0.0), |kg| kg.real())?,
        state,
    })
}

fn vehicle_report(content: &Place) -> Read<VehicleReport> {
    let real = |key: &str| content.get(key)?.real();
    Ok(VehicleReport {
        vehicle: VehicleId(content.get("Vehicle")?.text()?.to_owned()),
        kind: match content.find("Kind")? {
            Some(kind) => kind.one_of(&VEHICLE_KINDS)?,
            None => VehicleKind::default(),
        },
        pose: Pose2::new(real("East")?, real("North")?, real("Heading")?),
        speed: content.find("Speed")?.map_or(Ok(0.0), |speed| speed.real())?,
    })
}

/// Kinds of manned vehicles and their names.
const VEHICLE_KINDS: [(&str, VehicleKind); 3] = [
    ("LightVehicle", VehicleKind::LightVehicle),
    ("WaterCart", VehicleKind::WaterCart),
    ("Grader", VehicleKind::Grader),
];

/// Returns the name of a kind of manned vehicle.
pub(super) fn kind_name(kind: VehicleKind) -> &'static str {
    VEHICLE_KINDS.iter().find(|(_, known)| *known == kind).map_or("LightVehicle", |(name, _)| name)
}

fn path_pose(item: &Place) -> Read<PathPose> {
    let real = |key: &str| item.get(key)?.real();
    Ok(PathPose {
        station: real("Station")?,
        pose: Pose2::new(real("East")?, real("North")?, real("Heading")?),
        reverse: item.find("Reverse")?.map_or(Ok(false), |reverse| reverse.flag())?,
    })
}

/// Returns the family's production state for a cycle state; the family distinguishes fewer states.
pub(super) fn production_state(state: CycleState) -> &'static str {
    match state {
        CycleState::Parked => "Parked",
        CycleState::TravelEmpty | CycleState::LeaveDump => "Driving",
        CycleState::QueueAtLoad | CycleState::QueueAtDump => "Queued",
        CycleState::SpotAtLoad | CycleState::SpotAtDump => "Spotting",
        CycleState::Loading => "Loading",
        CycleState::LeaveLoad | CycleState::TravelLoaded => "Hauling",
        CycleState::Dumping => "Dumping",
        CycleState::Stopped => "Stopped",
    }
}

/// Cycle state for each production state of the family, for senders that give no finer one.
const FROM_PRODUCTION_STATE: [(&str, CycleState); 9] = [
    ("Off", CycleState::Parked),
    ("Driving", CycleState::TravelEmpty),
    ("Spotting", CycleState::SpotAtLoad),
    ("Loading", CycleState::Loading),
    ("Hauling", CycleState::TravelLoaded),
    ("Dumping", CycleState::Dumping),
    ("Queued", CycleState::QueueAtLoad),
    ("Stopped", CycleState::Stopped),
    ("Parked", CycleState::Parked),
];
