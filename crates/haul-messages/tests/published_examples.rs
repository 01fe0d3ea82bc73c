//! The family's published examples, including their slips, and the texts of errors.

use haul_core::{PlaceId, TruckId};
use haul_messages::{Body, CycleState, Envelope, Epoch, Timestamp, Uuid, find_place, place_id};

fn read(text: &str) -> Envelope {
    Envelope::from_json(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

#[test]
fn an_assignment_with_curly_quotes_and_a_whole_route_is_read() {
    // After the dispatch specification's example, its curly quotes kept.
    let text = r#"{
  "Protocol":"Open-Autonomy",
  "Version": 1,
  "Timestamp": "2025-01-31T09:40:20.316Z",
  "EquipmentId": "3f4964b3-66a2-41ef-89b1-83b5af0da44e ",
  "HaulTruckAssignmentRequestV2": [
    { "AssignmentId": "7a846ede-5048-4529-b820-d6b712b7e113", "Task": "Load", "DestinationId": 24594,
      “DestinationEquipmentId”: "ae9c2b65-3adc-4622-96d8-c261c004ca9d", "RouteV1": [ {"WayId": -456}, {"WayId": 457} ] }
    { "AssignmentId": "7a846ede-5048-4529-b820-d6b712b7e113", "Task": "Offload", "DestinationId": "731889", }
  ]
}"#;
    let envelope = read(text);
    assert_eq!(envelope.header.version, 1);
    assert_eq!(envelope.header.equipment_id.unwrap().to_string(), "3f4964b3-66a2-41ef-89b1-83b5af0da44e");
    let Body::AssignmentV1 { load_place, dump_place, park, .. } = envelope.body else { panic!("an assignment") };
    assert_eq!((load_place.as_str(), dump_place.as_str(), park), ("24594", "731889", None));
}

#[test]
fn a_state_beside_a_position_with_numbers_as_text_is_read() {
    let text = r#"{
  "Protocol":"Open-Autonomy ",
  "Timestamp": "2025-01-31T09:40:20.316",
  "EquipmentID": "eae43356-3c42-4929-9a5a-49460f152acf",
  "HaulTruckProductionStateV2": { "WayId": 546, "AutonomyMode": "Autonomous", "ProductionState": "hauling",
    "Haul": { "East": "12.5", "North": "-3", "Heading": 0 } },
  "MachinePositionV1": { "Heading":"222", "Latitude":"65.176854", "Longitude":"-23.071800", "HeightAccuracy":"0.58" }
}"#;
    let envelope = read(text);
    assert_eq!(envelope.header.timestamp, "2025-01-31T09:40:20.316Z".parse::<Timestamp>().unwrap());
    let Body::EquipmentStateV1 { pose, state, assignment_id, .. } = envelope.body else { panic!("a state") };
    assert_eq!((pose.x, pose.y, state, assignment_id), (12.5, -3.0, CycleState::TravelLoaded, None));
}

#[test]
fn a_sender_that_knows_only_ids_is_understood() {
    let crusher = PlaceId::from("crusher");
    let text = format!(
        r#"{{"Protocol":"Open-Autonomy","Version":2,"Timestamp":"2023-01-24T09:30:10.948Z",
            "LeftPlaceV2":{{"LastMileId":"23456756-aa34-5742-9b66-08a5d4294f34","PlaceId":"{}"}}}}"#,
        place_id(&crusher).to_string().to_uppercase()
    );
    let Body::LeftSpotV1 { place, .. } = read(&text).body else { panic!("a place left") };
    assert_eq!(find_place(&place, [&PlaceId::from("face"), &crusher]), Some(&crusher));
}

#[test]
fn the_written_form_is_the_family_s() {
    let now = "2025-01-31T09:40:20.316Z".parse().unwrap();
    let body = Body::SpotGrantV1 { visit_id: Uuid::from_u128(5), place: PlaceId::from("face-1"), spot_index: 1 };
    let text = Envelope::new(TruckId(7), now, body).to_json().unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(text.starts_with(
        r#"{"Protocol":"Open-Autonomy","Version":2,"Timestamp":"2025-01-31T09:40:20.316Z","EquipmentId":"#
    ));
    let grant = &value["OccupyPlaceRequestV1"];
    assert!(grant["LastMileId"].is_string() && grant["RequestId"].is_string() && grant["Queues"].is_array());
    assert_eq!(grant["Spot"]["PlaceIO"], "BackIn");
    assert_eq!(grant["Spot"]["Origin"], "Axle");
}

#[test]
fn a_number_that_is_not_finite_is_not_written() {
    let body = Body::TippedV1 { visit_id: Uuid::nil(), place: PlaceId::from("dump"), payload_kg: f64::NAN };
    let error = Envelope::new(TruckId(0), Epoch::default().0, body).to_json().unwrap_err();
    assert_eq!(error.to_string(), "TaskCompleteV1.Haul.PayloadKg: expected a finite number to write, found NaN");
}

#[test]
fn an_error_says_line_column_path_and_what_would_be_right() {
    let cases = [
        (
            "{\"Timestamp\": \"2025-01-31T09:40:20Z\",\n \"Haul.PathRequestV1\": {\"RequestId\": \"7a846ede-5048-4529-b820-d6b712b7e113\",\n  \"Passed\": 0, \"Path\": [{\"Station\": true}]}}",
            "line 3, column 37, Haul.PathRequestV1.Path[0].Station: expected a number, found true",
        ),
        (
            "{\"Timestamp\": \"2025-01-31T09:40:20Z\",\n \"TaskCompleteV1\": {\"PlaceId\": 4}}",
            "line 2, column 20, TaskCompleteV1: the key \"Haul\" is missing",
        ),
        (
            "{\"Timestamp\": \"yesterday\"}",
            "line 1, column 15, Timestamp: expected a UTC time such as 2025-01-31T09:40:20.316Z, found \"yesterday\"",
        ),
        ("{\"Protocol\": \"MQTT\"}", "line 1, column 14, Protocol: expected \"Open-Autonomy\", found \"MQTT\""),
        ("{\"a\": 1,\n \"a\": 2}", "line 2, column 2: the key \"a\" occurs twice"),
        ("", "line 1, column 1: expected a value, found the end"),
        ("[]", "line 1, column 1: expected an object, found a list"),
    ];
    for (text, says) in cases {
        assert_eq!(Envelope::from_json(text).unwrap_err().to_string(), says);
    }
}

#[test]
fn two_messages_in_one_envelope_or_one_task_twice_are_refused() {
    let two =
        r#"{"Timestamp":"2025-01-31T09:40:20Z","LeftPlaceV2":{"PlaceId":"1"},"OccupyingPlaceV2":{"PlaceId":"1"}}"#;
    assert!(Envelope::from_json(two).unwrap_err().what.contains("expected one message in an envelope"));
    let twice = r#"{"Timestamp":"2025-01-31T09:40:20Z","HaulTruckAssignmentRequestV2":[
        {"AssignmentId":"7a846ede-5048-4529-b820-d6b712b7e113","Task":"Load","DestinationId":1},
        {"AssignmentId":"7a846ede-5048-4529-b820-d6b712b7e113","Task":"Load","DestinationId":2}]}"#;
    assert_eq!(Envelope::from_json(twice).unwrap_err().path, "HaulTruckAssignmentRequestV2[1]");
}
