//! Writes a message as JSON text, strictly.

use super::name::MessageName;
use crate::body::{Body, PathPose, VehicleReport};
use crate::identity::{place_id, place_number, queue_id, request_id, spot_id};
use crate::{Envelope, MessageError, PROTOCOL};
use haul_core::PlaceId;
use std::fmt::Write;
use uuid::Uuid;

/// Value to write; the keys of a map keep their order.
enum Out {
    Null,
    Bool(bool),
    Whole(u64),
    Real(f64),
    Text(String),
    List(Vec<Out>),
    Map(Vec<(&'static str, Out)>),
}

impl From<Uuid> for Out {
    fn from(id: Uuid) -> Self {
        Out::Text(id.to_string())
    }
}

impl From<&str> for Out {
    fn from(text: &str) -> Self {
        Out::Text(text.to_owned())
    }
}

impl From<f64> for Out {
    fn from(value: f64) -> Self {
        Out::Real(value)
    }
}

impl From<usize> for Out {
    fn from(value: usize) -> Self {
        Out::Whole(value as u64)
    }
}

pub(crate) fn write(envelope: &Envelope) -> Result<String, MessageError> {
    let (name, body) = message(envelope);
    let mut top = vec![
        ("Protocol", Out::from(PROTOCOL)),
        ("Version", Out::Whole(u64::from(envelope.header.version))),
        ("Timestamp", Out::Text(envelope.header.timestamp.to_string())),
    ];
    if let Some(id) = envelope.header.equipment_id {
        top.push(("EquipmentId", id.into()));
    }
    top.push((name.text(), body));
    let mut text = String::new();
    put(&Out::Map(top), "", &mut text)?;
    Ok(text)
}

fn put(value: &Out, path: &str, text: &mut String) -> Result<(), MessageError> {
    // Writing into a String cannot fail, so the results are dropped.
    match value {
        Out::Null => text.push_str("null"),
        Out::Bool(b) => text.push_str(if *b { "true" } else { "false" }),
        Out::Whole(n) => drop(write!(text, "{n}")),
        // `{:?}` writes the shortest digits that read back to the same bits, with an exponent if that is shorter.
        Out::Real(x) if x.is_finite() => drop(write!(text, "{x:?}")),
        Out::Real(x) => {
            let what = format!("expected a finite number to write, found {x}");
            return Err(MessageError { path: path.to_owned(), line_column: None, what });
        }
        Out::Text(t) => put_text(t, text),
        Out::List(items) => {
            text.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                put(item, &format!("{path}[{i}]"), text)?;
            }
            text.push(']');
        }
        Out::Map(entries) => {
            text.push('{');
            for (i, (key, item)) in entries.iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                put_text(key, text);
                text.push(':');
                let inner = if path.is_empty() { (*key).to_owned() } else { format!("{path}.{key}") };
                put(item, &inner, text)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

fn put_text(value: &str, text: &mut String) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            c if c < ' ' => drop(write!(text, "\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('"');
}

/// Returns the name and the content of the message.
fn message(envelope: &Envelope) -> (MessageName, Out) {
    let header = &envelope.header;
    let last_mile = |visit: &Uuid| ("LastMileId", Out::from(*visit));
    let request = |place: &PlaceId| ("RequestId", Out::from(request_id(header, place)));
    let haul = |entries: Vec<(&'static str, Out)>| ("Haul", Out::Map(entries));
    let named = |place: &PlaceId| ("Place", Out::from(place.as_str()));
    match &envelope.body {
        Body::AssignmentV1 { assignment_id, load_place, dump_place, park } => {
            let task = |task: &str, place: &PlaceId| {
                Out::Map(vec![
                    ("AssignmentId", (*assignment_id).into()),
                    ("Task", task.into()),
                    ("DestinationId", Out::Whole(place_number(place))),
                    haul(vec![named(place)]),
                ])
            };
            let mut tasks = vec![task("Load", load_place), task("Offload", dump_place)];
            tasks.extend(park.as_ref().map(|park| task("Park", park)));
            (MessageName::Assignment, Out::List(tasks))
        }
        Body::PathGrantV1 { request_id, up_to_station, behind } => {
            let mut own = vec![("RequestId", (*request_id).into()), ("UpToStation", (*up_to_station).into())];
            own.extend(behind.map(|truck| ("BehindTruck", Out::Whole(u64::from(truck.0)))));
            (MessageName::PathGrant, Out::Map(own))
        }
        Body::SpotGrantV1 { visit_id, place, spot_index } => {
            let spot = Out::Map(vec![
                ("PlaceId", spot_id(place, *spot_index).into()),
                ("PlaceIO", "BackIn".into()),
                ("Origin", "Axle".into()),
                haul(vec![named(place), ("SpotIndex", (*spot_index).into())]),
            ]);
            let entries = vec![last_mile(visit_id), request(place), ("Queues", Out::List(vec![])), ("Spot", spot)];
            (MessageName::OccupyPlace, Out::Map(entries))
        }
        Body::WaitV1 { visit_id, place, queue_index } => {
            let queue = Out::Map(vec![
                ("PlaceId", queue_id(place, *queue_index).into()),
                ("PlaceIO", "PullThrough".into()),
                ("Origin", "Axle".into()),
                ("Sequence", Out::Whole(1)),
                haul(vec![named(place), ("QueueIndex", (*queue_index).into())]),
            ]);
            let entries =
                vec![last_mile(visit_id), request(place), ("Queues", Out::List(vec![queue])), ("Spot", Out::Null)];
            (MessageName::OccupyPlace, Out::Map(entries))
        }
        Body::LeaveSpotV1 { visit_id, place, payload_kg } => {
            let mut own = vec![named(place)];
            own.extend(payload_kg.map(|kg| ("PayloadKg", kg.into())));
            let entries = vec![request(place), ("PlaceId", place_id(place).into()), last_mile(visit_id), haul(own)];
            (MessageName::LeavePlace, Out::Map(entries))
        }
        Body::ReceiptV1 { stated, stated_at } => (
            MessageName::Receipt,
            Out::Map(vec![("Stated", stated.message().into()), ("StatedAt", Out::Text(stated_at.to_string()))]),
        ),
        Body::VehicleStateV1 { report } => (MessageName::VehicleState, Out::Map(vehicle_report(report))),
        Body::TrafficV1 { report, reported_at } => {
            let mut own = vehicle_report(report);
            own.push(("ReportedAt", Out::Text(reported_at.to_string())));
            (MessageName::Traffic, Out::Map(own))
        }
        Body::SlipperyRoadV1 { pose, friction } => (
            MessageName::SlipperyRoad,
            Out::Map(vec![
                ("East", pose.x.into()),
                ("North", pose.y.into()),
                ("Heading", pose.heading.into()),
                ("Friction", (*friction).into()),
            ]),
        ),
        Body::WeatherReportV1 { report } => (
            MessageName::WeatherReport,
            Out::Map(vec![
                ("RainMmH", report.rain_mm_h.into()),
                ("SnowMmH", report.snow_mm_h.into()),
                ("VisibilityM", report.visibility_m.into()),
                ("AirC", report.air_c.into()),
            ]),
        ),
        Body::AllStopV1 { stop_id } => (MessageName::AllStopRequest, all_stop("Apply", *stop_id)),
        Body::ResumeV1 { stop_id } => (MessageName::AllStopRequest, all_stop("Remove", *stop_id)),
        Body::AllStopAcknowledgedV1 { stop_id } => (
            MessageName::AllStopResponse,
            Out::Map(vec![("Response", "Accepted".into()), ("ModeAllStopId", (*stop_id).into())]),
        ),
        Body::EquipmentStateV1 { assignment_id, pose, speed, payload_kg, state } => {
            let mut entries = Vec::new();
            entries.extend(assignment_id.map(|id| ("AssignmentId", id.into())));
            entries.push(("AutonomyMode", "Autonomous".into()));
            entries.push(("ProductionState", super::read::production_state(*state).into()));
            entries.push(haul(vec![
                ("State", state.name().into()),
                ("East", pose.x.into()),
                ("North", pose.y.into()),
                ("Heading", pose.heading.into()),
                ("Speed", (*speed).into()),
                ("PayloadKg", (*payload_kg).into()),
            ]));
            (MessageName::ProductionState, Out::Map(entries))
        }
        Body::PathRequestV1 { request_id, path, stops, passed, wanted } => {
            let own = vec![
                ("RequestId", (*request_id).into()),
                ("Passed", (*passed).into()),
                ("Wanted", (*wanted).into()),
                ("Stops", Out::List(stops.iter().map(|station| (*station).into()).collect())),
                ("Path", Out::List(path.iter().map(path_pose).collect())),
            ];
            (MessageName::PathRequest, Out::Map(own))
        }
        Body::NoPathV1 { visit_id, place, spot_index, cause } => {
            let mut own = vec![
                last_mile(visit_id),
                ("PlaceId", place_id(place).into()),
                haul(vec![named(place)]),
                ("Cause", cause.as_str().into()),
            ];
            own.extend(spot_index.map(|index| ("SpotIndex", index.into())));
            (MessageName::NoPath, Out::Map(own))
        }
        Body::SpotRequestV1 { visit_id, place } => {
            let entries = vec![
                last_mile(visit_id),
                ("FromWayId", Out::Null),
                ("ToType", "Place".into()),
                ("PlaceId", place_id(place).into()),
                haul(vec![named(place)]),
            ];
            (MessageName::ApproachingLastMile, Out::Map(entries))
        }
        Body::SpottedV1 { visit_id, place, spot_index } => {
            let own = haul(vec![named(place), ("SpotIndex", (*spot_index).into())]);
            let entries = vec![last_mile(visit_id), ("PlaceId", spot_id(place, *spot_index).into()), own];
            (MessageName::OccupyingPlace, Out::Map(entries))
        }
        Body::LeftSpotV1 { visit_id, place } => {
            let entries = vec![last_mile(visit_id), ("PlaceId", place_id(place).into()), haul(vec![named(place)])];
            (MessageName::LeftPlace, Out::Map(entries))
        }
        Body::TippedV1 { visit_id, place, payload_kg } => {
            let own = haul(vec![named(place), ("PayloadKg", (*payload_kg).into())]);
            (MessageName::TaskComplete, Out::Map(vec![last_mile(visit_id), ("PlaceId", place_id(place).into()), own]))
        }
    }
}

fn all_stop(mode: &str, stop_id: Uuid) -> Out {
    Out::Map(vec![("ModeAllStop", mode.into()), ("ModeAllStopId", stop_id.into())])
}

fn vehicle_report(report: &VehicleReport) -> Vec<(&'static str, Out)> {
    vec![
        ("Vehicle", report.vehicle.as_str().into()),
        ("Kind", super::read::kind_name(report.kind).into()),
        ("East", report.pose.x.into()),
        ("North", report.pose.y.into()),
        ("Heading", report.pose.heading.into()),
        ("Speed", report.speed.into()),
    ]
}

fn path_pose(at: &PathPose) -> Out {
    Out::Map(vec![
        ("Station", at.station.into()),
        ("East", at.pose.x.into()),
        ("North", at.pose.y.into()),
        ("Heading", at.pose.heading.into()),
        ("Reverse", Out::Bool(at.reverse)),
    ])
}
