//! Recordings: written, read back, truncated, damaged, and from other programs.

use haul_core::{CycleState, Footprint, Isometry3, Point2, Pose2, Restriction, SimTime, TruckId, Vector3, VehicleKind};
use haul_record::recording::json_schemas;
use haul_record::{
    Attachment, Checkpoint, Event, EventKind, Frame, HeapFrame, LoggedInput, PathFrame, ReadError, Recording,
    RecordingWriter, RunEnd, RunInfo, ShovelFrame, SimInput, TruckDetail, TruckFrame, VehicleFrame, WeatherFrame,
};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

fn info() -> RunInfo {
    RunInfo {
        haul: "0.1.0".into(),
        scenario: "two trucks".into(),
        path: "s.toml".into(),
        mine: "pit".into(),
        seed: u64::MAX,
        duration_s: 3_600.25,
        steps_per_second: 200,
        overrides: BTreeMap::from([("seed".to_owned(), "7".to_owned())]),
    }
}

fn end() -> RunEnd {
    RunEnd { steps: 400, state_hash: "0123456789abcdef".into(), ended: "the time is over".into() }
}

fn attachments() -> Vec<Attachment> {
    let file = |name: &str, data: Vec<u8>| Attachment { name: name.into(), media_type: "text/plain".into(), data };
    vec![file("scenario.toml", b"name = \"x\"\n".to_vec()), file("mine/terrain.flt", vec![7; 10_000])]
}

/// Returns the frame at `k` fiftieths of a second.
fn frame(k: u64) -> Frame {
    let t = k as f64 / 50.0;
    let path =
        Arc::new(PathFrame { points: vec![Point2::new(0.0, 1.5), Point2::new(2.0, 1.5)], ..PathFrame::default() });
    let truck = |id: u32| TruckFrame {
        truck: TruckId(id),
        pose: Isometry3::new(Vector3::new(477_000.125 + 8.0 * t, -3.0, 120.5), Vector3::new(0.01, 0.02, 1.0 + 0.1 * t)),
        speed: 8.0,
        steering: -0.1,
        body_angle: 0.0,
        payload: 91_000.0,
        detail: TruckDetail {
            cycle: CycleState::TravelLoaded,
            standing: (id == 2).then(|| "waits for T1".to_owned()),
            restriction: (id == 2).then_some(Restriction::NoGrant),
            granted: (id == 1).then_some(120.0),
            gear: if id == 1 { 3 } else { -1 },
            retarder_temperature: 350.0,
            park_brake: id == 2,
            believed_friction: 0.35,
            friction: 0.25,
            ..TruckDetail::default()
        },
        path: (id == 1).then(|| Arc::clone(&path)),
        wheels: Vec::new(),
    };
    Frame {
        at: SimTime::from_nanos(k * 20_000_000),
        trucks: vec![truck(1), truck(2)],
        shovels: vec![ShovelFrame {
            place: "face_1".into(),
            pose: Pose2::new(1.0, 2.0, 0.5),
            ground: 100.0,
            swing: 0.1,
            boom: 0.2,
            stick: -0.3,
            bucket: 0.4,
            bucket_mass: 27_000.0,
        }],
        heaps: vec![HeapFrame { place: "dump".into(), centre: Point2::new(5.0, 6.0), radius: 3.0, height: 1.0 }],
        vehicles: vec![VehicleFrame {
            vehicle: "cart".into(),
            kind: VehicleKind::WaterCart,
            pose: Pose2::new(10.0 + 5.0 * t, 2.0, 0.0),
            ground: 100.0,
            footprint: Footprint { front: 7.2, rear: 2.8, half_width: 1.25 },
            height: 3.2,
            speed: 5.0,
            driven: 0.0,
            activity: String::new(),
        }],
        weather: WeatherFrame { rain: 5.0e-6, wetness: 0.25, ..WeatherFrame::default() },
    }
}

fn event(k: u64) -> Event {
    Event {
        at: SimTime::from_nanos(k * 20_000_000),
        what: EventKind::State { truck: TruckId(1), from: CycleState::Parked, to: CycleState::TravelEmpty },
    }
}

fn input() -> LoggedInput {
    LoggedInput {
        step: 12,
        input: SimInput::PlaceObstacle { id: "rock".into(), at: Point2::new(1.0, 2.0), radius: 1.5 },
    }
}

/// Returns a recording of two trucks over some seconds, with one event per second.
fn recorded(seconds: u64) -> Vec<u8> {
    let mut writer = RecordingWriter::new(Vec::new(), &info(), &attachments()).unwrap();
    writer.input(SimTime::START, &input()).unwrap();
    for k in 0..=50 * seconds {
        if k % 50 == 0 {
            writer.event(&event(k)).unwrap();
            let checkpoint = Checkpoint { step: 4 * k, state_hash: format!("{k:016x}") };
            writer.checkpoint(SimTime::from_nanos(k * 20_000_000), &checkpoint).unwrap();
        }
        writer.frame(&frame(k)).unwrap();
    }
    writer.finish(&end()).unwrap()
}

fn frames(recording: &Recording) -> Vec<Frame> {
    let mut frames = Vec::new();
    recording.frames(|frame| frames.push(frame));
    frames
}

#[test]
fn a_viewer_of_transforms_sees_trucks_and_vehicles() {
    let recording = Recording::from_bytes(recorded(1)).unwrap();
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    recording.messages(|message| {
        if message.topic == "/tf" {
            let transform: serde_json::Value = serde_json::from_slice(message.data).unwrap();
            *seen.entry(transform["child_frame_id"].as_str().unwrap().to_owned()).or_default() += 1;
            if transform["child_frame_id"] == "cart" {
                assert_eq!(transform["translation"]["z"], 100.0);
            }
        }
    });
    let expected = [("T1", 3), ("T2", 3), ("cart", 3)];
    assert_eq!(seen, expected.map(|(name, count)| (name.to_owned(), count)).into());
    let last = recording.last_vehicles();
    assert!(last.len() == 1 && (last[0].pose.x - 15.0).abs() < 2e-3, "{last:?}");
}

#[test]
fn a_recording_comes_back_as_it_was_written() {
    let recording = Recording::from_bytes(recorded(3)).unwrap();
    assert_eq!(recording.info, info());
    assert_eq!(recording.end, Some(end()));
    assert_eq!(recording.cut, None);
    assert_eq!(recording.damaged_messages, 0);
    assert_eq!(recording.attachments, attachments());
    assert_eq!(recording.events, [event(0), event(50), event(100), event(150)]);
    assert_eq!(recording.inputs, [input()]);
    assert_eq!(recording.checkpoints.len(), 4);
    assert_eq!(recording.last, SimTime::from_seconds(3.0));
    let found = frames(&recording);
    assert_eq!(found.len(), 151);
    for (k, found) in found.iter().enumerate() {
        let written = frame(k as u64);
        assert_eq!(found.at, written.at);
        assert_eq!(found.shovels.len(), 1);
        // Vehicles are recorded ten times a second: all of five frames show the position from the first.
        let (cart, placed) = (&found.vehicles[0], &frame(k as u64 / 5 * 5).vehicles[0]);
        assert!(cart.pose.distance(placed.pose) < 2e-3 && (cart.speed - 5.0).abs() < 2e-3, "{cart:?}");
        assert_eq!((cart.vehicle.as_str(), cart.footprint, cart.height), ("cart", placed.footprint, 3.2));
        assert_eq!(cart.kind, VehicleKind::WaterCart);
        assert_eq!(found.heaps, written.heaps);
        for (a, b) in found.trucks.iter().zip(&written.trucks) {
            assert_eq!((a.truck, &a.path), (b.truck, &b.path));
            let apart = a.pose.inverse() * b.pose;
            assert!(apart.translation.vector.norm() < 1e-3 && apart.rotation.angle() < 5e-5, "{apart}");
            assert!((a.speed - b.speed).abs() < 1e-3 && (a.payload - b.payload).abs() < 0.6);
            assert_eq!((a.detail.cycle, &a.detail.standing), (b.detail.cycle, &b.detail.standing));
            assert_eq!((a.detail.restriction, a.detail.gear), (b.detail.restriction, b.detail.gear));
            assert_eq!((a.detail.granted, a.detail.park_brake), (b.detail.granted, b.detail.park_brake));
            assert!((a.detail.retarder_temperature - b.detail.retarder_temperature).abs() < 0.01);
        }
    }
}

#[test]
fn the_mcap_library_reads_index_attachments_and_metadata() {
    let bytes = recorded(3);
    let summary = mcap::Summary::read(&bytes).unwrap().expect("a summary");
    let statistics = summary.stats.as_ref().unwrap();
    assert_eq!(statistics.chunk_count as usize, summary.chunk_indexes.len());
    assert_eq!(statistics.attachment_count, 2);
    assert_eq!(statistics.message_end_time, 3_000_000_000);
    assert!(statistics.message_count > 151);
    let mut indexed = 0;
    for chunk in &summary.chunk_indexes {
        for entries in summary.read_message_indexes(&bytes, chunk).unwrap().values() {
            indexed += entries.len() as u64;
        }
    }
    assert_eq!(indexed, statistics.message_count);
    let topics: Vec<&str> = summary.channels.values().map(|c| c.topic.as_str()).collect();
    for topic in ["/frames", "/tf", "/events", "/inputs", "/checkpoints", "/truck/T1/state", "/truck/T1/path"] {
        assert!(topics.contains(&topic), "{topic} in {topics:?}");
    }
    let scenario = mcap::read::attachment(&bytes, &summary.attachment_indexes[0]).unwrap();
    assert_eq!(scenario.data.as_ref(), b"name = \"x\"\n");
    let named: Vec<String> =
        summary.metadata_indexes.iter().map(|m| mcap::read::metadata(&bytes, m).unwrap().name).collect();
    assert_eq!(named, ["haul", "haul.end"]);
    let records = mcap::read::LinearReader::new(&bytes).unwrap();
    let whole = records.collect::<Result<Vec<_>, _>>().unwrap();
    assert!(whole.len() > 10, "the file is whole from front to back");
}

/// Returns an error if a value violates a schema of `type`, `properties`, `required` and `items`. Any other key in the
/// schema is refused.
fn keeps(value: &Value, schema: &Value) -> Result<(), String> {
    let schema = schema.as_object().ok_or("a schema is an object")?;
    for key in schema.keys() {
        if !["type", "properties", "required", "items"].contains(&key.as_str()) {
            return Err(format!("the schema uses `{key}`"));
        }
    }
    let suits = match schema["type"].as_str().ok_or("one type is expected")? {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        other => return Err(format!("unknown type {other}")),
    };
    if !suits {
        return Err(format!("{value} is not of type {}", schema["type"]));
    }
    for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        let key = key.as_str().unwrap();
        value.get(key).ok_or(format!("`{key}` is missing in {value}"))?;
    }
    for (key, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if let Some(value) = value.get(key) {
            keeps(value, inner).map_err(|why| format!("{key}: {why}"))?;
        }
    }
    for item in value.as_array().into_iter().flatten() {
        keeps(item, &schema["items"])?;
    }
    Ok(())
}

#[test]
fn every_json_message_keeps_the_schema_that_its_channel_names() {
    let schemas: BTreeMap<&str, Value> = json_schemas().into_iter().collect();
    let recording = Recording::from_bytes(recorded(2)).unwrap();
    let mut seen = BTreeMap::new();
    recording.messages(|message| {
        if message.encoding == "json" {
            let value: Value = serde_json::from_slice(message.data).unwrap();
            if let Err(why) = keeps(&value, &schemas[message.schema]) {
                panic!("{}: {why}", message.topic);
            }
            let known = schemas[message.schema]["properties"].as_object().unwrap();
            let unknown: Vec<&String> = value.as_object().unwrap().keys().filter(|k| !known.contains_key(*k)).collect();
            assert!(unknown.is_empty(), "{}: {unknown:?} are not in the schema", message.topic);
            *seen.entry(message.schema.to_owned()).or_insert(0) += 1;
        }
    });
    assert_eq!(seen.len(), schemas.len(), "a schema was never used: {seen:?}");
}

#[test]
fn a_number_that_is_not_finite_never_reaches_a_message() {
    let mut frame = frame(0);
    frame.trucks[0].detail.lateral_error = f64::NAN;
    frame.trucks[0].detail.granted = Some(f64::INFINITY);
    frame.trucks[1].pose.translation.vector.x = f64::NAN;
    let mut writer = RecordingWriter::new(Vec::new(), &info(), &[]).unwrap();
    writer.frame(&frame).unwrap();
    let recording = Recording::from_bytes(writer.finish(&end()).unwrap()).unwrap();
    let schemas: BTreeMap<&str, Value> = json_schemas().into_iter().collect();
    recording.messages(|m| {
        if m.encoding == "json" {
            keeps(&serde_json::from_slice(m.data).unwrap(), &schemas[m.schema]).unwrap();
        }
    });
    let found = frames(&recording);
    let trucks: Vec<u32> = found[0].trucks.iter().map(|t| t.truck.0).collect();
    assert_eq!(trucks, [1], "a truck without a place is left out");
}

#[test]
fn a_killed_run_leaves_a_file_that_is_readable_to_its_last_second() {
    /// Writer that keeps everything written so far, like the file of a killed process.
    #[derive(Clone, Default)]
    struct Disk(Arc<std::sync::Mutex<Vec<u8>>>);
    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let disk = Disk::default();
    let mut writer = RecordingWriter::new(disk.clone(), &info(), &attachments()).unwrap();
    for k in 0..=500 {
        writer.frame(&frame(k)).unwrap();
        let recording = Recording::from_bytes(disk.0.lock().unwrap().clone()).unwrap();
        let lost = frame(k).at.since(recording.last);
        assert!(lost <= 1.0 || k < 50, "{lost} s are lost at {k}");
        assert!(recording.cut.is_some() && recording.end.is_none());
    }
}

#[test]
fn a_file_cut_at_any_byte_is_read_up_to_there() {
    let bytes = recorded(3);
    let whole = Recording::from_bytes(bytes.clone()).unwrap();
    let mut before = 0;
    for length in (0..bytes.len()).step_by(61).chain(bytes.len() - 40..bytes.len()) {
        match Recording::from_bytes(bytes[..length].to_vec()) {
            Ok(cut) => {
                assert!(cut.frame_count >= before, "more of the file gives no less");
                before = cut.frame_count;
                assert_eq!(cut.events, whole.events[..cut.events.len()]);
                if length < bytes.len() - 8 {
                    let at = cut.cut.clone().expect("it is told");
                    assert!(at.ends_with(&format!("of {length}")), "{at}");
                }
                assert_eq!(frames(&cut).len() as u64, cut.frame_count);
            }
            Err(ReadError::NotMcap(_)) => assert!(length < 8),
            Err(ReadError::NotOurs { .. }) => assert!(length < 1_000),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(before, whole.frame_count);
}

#[test]
fn a_file_that_is_not_ours_is_refused_with_words() {
    let refused = |bytes: &[u8]| Recording::from_bytes(bytes.to_vec()).unwrap_err().to_string();
    for foreign in [b"".as_slice(), b"name = \"x\"", b"\x89MCAP1\r\n--------"] {
        let said = refused(foreign);
        assert!(said.contains("not an MCAP file") && said.contains("haul run --record"), "{said}");
    }
    let mut other =
        mcap::WriteOptions::new().compression(None).library("ros").create(io::Cursor::new(Vec::new())).unwrap();
    other.finish().unwrap();
    let said = refused(other.into_inner().get_ref());
    assert!(said.contains("without a haul run (written by `ros`)"), "{said}");
}

#[test]
fn a_recording_of_another_format_is_refused_with_both_versions() {
    let pairs = |format: Option<&str>| {
        let mut map =
            BTreeMap::from([("scenario".to_owned(), "x".to_owned()), ("haul".to_owned(), "9.9.9".to_owned())]);
        map.extend(format.map(|f| ("format".to_owned(), f.to_owned())));
        mcap::records::Metadata { name: "haul".into(), metadata: map }
    };
    for (format, words) in [(Some("7"), "format 7 (written by haul 9.9.9)"), (None, "format 0 (written by haul 9.9.9)")]
    {
        let mut other = mcap::WriteOptions::new().compression(None).create(io::Cursor::new(Vec::new())).unwrap();
        other.write_metadata(&pairs(format)).unwrap();
        other.finish().unwrap();
        let said = Recording::from_bytes(other.into_inner().into_inner()).unwrap_err().to_string();
        assert!(said.contains(words) && said.contains("reads format 1"), "{said}");
    }
}

#[test]
fn an_error_of_the_disk_is_handed_on() {
    /// Writer that is full after a number of bytes.
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if bytes.len() > self.0 {
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            self.0 -= bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut writer = RecordingWriter::new(Full(60_000), &info(), &[]).unwrap();
    let failed = (0..10_000).find_map(|k| writer.frame(&frame(k)).err());
    assert_eq!(failed.map(|e| e.kind()), Some(io::ErrorKind::StorageFull));
}

#[test]
fn a_file_that_exists_is_overwritten_only_when_asked() {
    let path = std::env::temp_dir().join(format!("haul-record-{}", std::process::id())).join("a/b.mcap");
    haul_record::recording::create_file(&path, false).unwrap();
    let again = haul_record::recording::create_file(&path, false).unwrap_err();
    assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
    haul_record::recording::create_file(&path, true).unwrap();
    std::fs::remove_dir_all(path.ancestors().nth(2).unwrap()).unwrap();
}

#[test]
fn a_frame_is_laid_out_as_ros_2_has_it() {
    let mut writer = RecordingWriter::new(Vec::new(), &info(), &[]).unwrap();
    writer.frame(&frame(1)).unwrap();
    let recording = Recording::from_bytes(writer.finish(&end()).unwrap()).unwrap();
    let mut found = Vec::new();
    recording.messages(|m| {
        if m.topic == "/frames" {
            assert_eq!((m.encoding, m.schema), ("cdr", "haul_msgs/msg/Frame"));
            found.push(m.data.to_vec());
        }
    });
    let bytes = &found[0];
    // Header, time, count, then for each truck: an id, two doubles and nine floats. The doubles happen to be aligned to
    // 8.
    assert_eq!(bytes.len(), 4 + 8 + 4 + (4 + 16 + 36) + (4 + 16 + 36));
    assert_eq!(bytes[..4], [0, 1, 0, 0]);
    assert_eq!(u64::from_le_bytes(bytes[4..12].try_into().unwrap()), 20_000_000);
    assert_eq!(bytes[12..16], 2_u32.to_le_bytes());
    assert_eq!(bytes[16..20], 1_u32.to_le_bytes());
    let x = f64::from_le_bytes(bytes[20..28].try_into().unwrap());
    assert!((x - frame(1).trucks[0].pose.translation.x).abs() <= 0.000_25, "{x} is not rounded to half a millimetre");
    assert_eq!(x * 2048.0, (x * 2048.0).round(), "the low bytes are zero");
}

proptest! {
    #[test]
    fn a_damaged_file_never_panics(at in 0_usize..40_000, byte in any::<u8>()) {
        let mut bytes = recorded(1);
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(recording) = Recording::from_bytes(bytes) {
            frames(&recording);
        }
    }
}
