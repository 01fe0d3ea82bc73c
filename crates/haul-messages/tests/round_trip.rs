//! Every written message reads back the same, bit for bit, and no input makes the reader panic.

use haul_core::{PlaceId, Pose2, SimTime, TruckId, VehicleId, VehicleKind};
use haul_messages::{Body, CycleState, Envelope, Epoch, PathPose, Stated, Uuid, VehicleReport, WeatherReport};
use proptest::prelude::*;

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn place() -> impl Strategy<Value = PlaceId> {
    // Any text: all kinds of quotes, backslashes, control characters, letters of any script.
    prop_oneof!["[a-z]{1,8}-[0-9]", "\\PC{0,12}", Just("“a”\"\\\n\u{1}'".to_owned())].prop_map(PlaceId)
}

fn real() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>().prop_filter("finite", |x| x.is_finite()), -1e4..1e4_f64, Just(0.0), Just(-0.0)]
}

fn path_pose() -> impl Strategy<Value = PathPose> {
    (real(), real(), real(), real(), any::<bool>()).prop_map(|(station, x, y, heading, reverse)| PathPose {
        station,
        pose: Pose2::new(x, y, heading),
        reverse,
    })
}

fn vehicle_report() -> impl Strategy<Value = VehicleReport> {
    ("\\PC{0,12}", any::<bool>(), real(), real(), real(), real()).prop_map(|(name, cart, x, y, heading, speed)| {
        let kind = if cart { VehicleKind::WaterCart } else { VehicleKind::LightVehicle };
        VehicleReport { vehicle: VehicleId(name), kind, pose: Pose2::new(x, y, heading), speed }
    })
}

fn body() -> impl Strategy<Value = Body> {
    let index = || 0..1_000_usize;
    prop_oneof![
        (id(), place(), place(), proptest::option::of(place())).prop_map(
            |(assignment_id, load_place, dump_place, park)| Body::AssignmentV1 {
                assignment_id,
                load_place,
                dump_place,
                park
            }
        ),
        (id(), real(), proptest::option::of(any::<u32>())).prop_map(|(request_id, up_to_station, behind)| {
            Body::PathGrantV1 { request_id, up_to_station, behind: behind.map(TruckId) }
        }),
        (id(), place(), index()).prop_map(|(visit_id, place, spot_index)| Body::SpotGrantV1 {
            visit_id,
            place,
            spot_index
        }),
        (id(), place(), index()).prop_map(|(visit_id, place, queue_index)| Body::WaitV1 {
            visit_id,
            place,
            queue_index
        }),
        (id(), place(), proptest::option::of(real())).prop_map(|(visit_id, place, payload_kg)| Body::LeaveSpotV1 {
            visit_id,
            place,
            payload_kg
        }),
        (0..Stated::ALL.len(), any::<u64>()).prop_map(|(kind, nanos)| Body::ReceiptV1 {
            stated: Stated::ALL[kind],
            stated_at: Epoch::default().at(SimTime::from_nanos(nanos)),
        }),
        id().prop_map(|stop_id| Body::AllStopV1 { stop_id }),
        id().prop_map(|stop_id| Body::ResumeV1 { stop_id }),
        id().prop_map(|stop_id| Body::AllStopAcknowledgedV1 { stop_id }),
        (proptest::option::of(id()), real(), real(), real(), real(), real(), 0..CycleState::ALL.len()).prop_map(
            |(assignment_id, x, y, heading, speed, payload_kg, state)| Body::EquipmentStateV1 {
                assignment_id,
                pose: Pose2::new(x, y, heading),
                speed,
                payload_kg,
                state: CycleState::ALL[state],
            }
        ),
        (id(), proptest::collection::vec(path_pose(), 0..5), proptest::collection::vec(real(), 0..3), real(), real())
            .prop_map(|(request_id, path, stops, passed, wanted)| Body::PathRequestV1 {
                request_id,
                path,
                stops,
                passed,
                wanted
            }),
        (id(), place()).prop_map(|(visit_id, place)| Body::SpotRequestV1 { visit_id, place }),
        (id(), place(), index()).prop_map(|(visit_id, place, spot_index)| Body::SpottedV1 {
            visit_id,
            place,
            spot_index
        }),
        (id(), place()).prop_map(|(visit_id, place)| Body::LeftSpotV1 { visit_id, place }),
        (id(), place(), real()).prop_map(|(visit_id, place, payload_kg)| Body::TippedV1 {
            visit_id,
            place,
            payload_kg
        }),
        vehicle_report().prop_map(|report| Body::VehicleStateV1 { report }),
        (real(), real(), real(), real())
            .prop_map(|(x, y, heading, friction)| Body::SlipperyRoadV1 { pose: Pose2::new(x, y, heading), friction }),
        (real(), real(), real(), real()).prop_map(|(rain_mm_h, snow_mm_h, visibility_m, air_c)| {
            Body::WeatherReportV1 { report: WeatherReport { rain_mm_h, snow_mm_h, visibility_m, air_c } }
        }),
        (vehicle_report(), any::<u64>()).prop_map(|(report, nanos)| Body::TrafficV1 {
            report,
            reported_at: Epoch::default().at(SimTime::from_nanos(nanos)),
        }),
        (id(), place(), proptest::option::of(index()), ".{0,20}")
            .prop_map(|(visit_id, place, spot_index, cause)| { Body::NoPathV1 { visit_id, place, spot_index, cause } }),
    ]
}

fn envelope() -> impl Strategy<Value = Envelope> {
    (any::<u32>(), any::<u64>(), any::<bool>(), body()).prop_map(|(truck, nanos, addressed, body)| {
        let mut sent = Envelope::new(TruckId(truck), Epoch::default().at(SimTime::from_nanos(nanos)), body);
        if !addressed {
            sent.header.equipment_id = None;
        }
        sent
    })
}

proptest! {
    #[test]
    fn every_message_reads_back_as_it_was_sent(sent in envelope()) {
        let text = sent.to_json().unwrap();
        prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "strict JSON: {}", text);
        let back = Envelope::from_json(&text).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
        prop_assert_eq!(back.to_json().unwrap(), text);
        prop_assert_eq!(back, sent);
    }

    #[test]
    fn any_text_gives_a_message_or_an_error(text in "\\PC{0,200}") {
        let _ = Envelope::from_json(&text);
    }

    #[test]
    fn any_bytes_give_a_message_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Envelope::from_json(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn a_message_with_bytes_changed_cut_or_doubled_gives_a_message_or_an_error(
        sent in envelope(), at in any::<prop::sample::Index>(), with in any::<char>(), what in 0..3_u8,
    ) {
        let mut letters: Vec<char> = sent.to_json().unwrap().chars().collect();
        let at = at.index(letters.len());
        match what {
            0 => letters[at] = with,
            1 => letters.truncate(at),
            _ => letters.insert(at, letters[at]),
        }
        let text: String = letters.into_iter().collect();
        if let Err(error) = Envelope::from_json(&text) {
            let (line, column) = error.line_column.expect("a read error has a place");
            prop_assert!(line >= 1 && column >= 1 && !error.what.is_empty());
        }
    }
}
