//! Recordings in MCAP, the robotics container that Foxglove, Lichtblick and the `mcap` tools open.
//!
//! Written in chunks that are flushed to the file as they fill: a run that is killed leaves a file that is readable up
//! to its last whole chunk.

use crate::run::Run;
use haul_core::units::{to_celsius, to_compass, to_kmh, to_tonnes};
use mcap::records::{MessageHeader, Metadata};
use mcap::{WriteOptions, Writer};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Samples of each truck a second of simulated time.
pub const SAMPLE_RATE: u32 = 10;
/// Samples between two flushes: 5 s of simulated time.
const FLUSH_EVERY: u64 = 50;

/// Why a recording cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: the recording cannot be written: {why}")]
pub struct RecordError {
    path: String,
    why: String,
}

/// A recording that is being written.
pub struct Recorder {
    path: PathBuf,
    writer: Writer<BufWriter<File>>,
    states: Vec<u16>,
    transforms: u16,
    events: u16,
    sequence: u32,
    samples: u64,
}

impl Recorder {
    /// Creates the file, and folders on its way. Errors: it cannot be written.
    pub fn create(path: &Path, run: &Run) -> Result<Self, RecordError> {
        let failed = |why: String| RecordError { path: path.display().to_string(), why };
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| failed(e.to_string()))?;
        }
        let file = File::create(path).map_err(|e| failed(e.to_string()))?;
        let options =
            WriteOptions::new().compression(None).profile("").library(concat!("haul ", env!("CARGO_PKG_VERSION")));
        let mut writer = options.create(BufWriter::new(file)).map_err(|e| failed(e.to_string()))?;
        let mut open = || -> mcap::McapResult<(Vec<u16>, u16, u16)> {
            let text = run.scenario().source_text();
            let about = BTreeMap::from([
                ("scenario".to_owned(), run.name().to_owned()),
                ("seed".to_owned(), run.seed().to_string()),
                ("file".to_owned(), text.to_owned()),
            ]);
            writer.write_metadata(&Metadata { name: "haul".into(), metadata: about })?;
            let schema = |w: &mut Writer<_>, name: &str, schema: Value| {
                w.add_schema(name, "jsonschema", schema.to_string().as_bytes())
            };
            let state = schema(&mut writer, "haul.TruckState", truck_schema())?;
            let transform = schema(&mut writer, "foxglove.FrameTransform", transform_schema())?;
            let event = schema(&mut writer, "haul.Event", event_schema())?;
            let none = BTreeMap::new();
            let mut states = Vec::new();
            for truck in run.world().trucks() {
                states.push(writer.add_channel(state, &format!("/truck/{}/state", truck.id()), "json", &none)?);
            }
            Ok((
                states,
                writer.add_channel(transform, "/tf", "json", &none)?,
                writer.add_channel(event, "/events", "json", &none)?,
            ))
        };
        let (states, transforms, events) = open().map_err(|e| failed(e.to_string()))?;
        Ok(Self { path: path.to_path_buf(), writer, states, transforms, events, sequence: 0, samples: 0 })
    }

    /// Writes what is to be seen now, at the rate of [`SAMPLE_RATE`], and the events since the last call.
    pub fn sample(&mut self, run: &mut Run) -> Result<(), RecordError> {
        let now = run.world().now().nanos();
        let mut messages: Vec<(u16, u64, Value)> = Vec::new();
        for event in run.take_fresh_events() {
            let body = json!({ "at_s": event.at.seconds(), "what": event.what.to_string() });
            messages.push((self.events, event.at.nanos(), body));
        }
        if now.is_multiple_of(1_000_000_000 / u64::from(SAMPLE_RATE)) {
            for (truck, channel) in run.world().trucks().iter().zip(&self.states) {
                messages.push((*channel, now, truck_sample(truck)));
                messages.push((self.transforms, now, transform_sample(truck, now)));
            }
            self.samples += 1;
        }
        for (channel_id, time, body) in messages {
            let header = MessageHeader { channel_id, sequence: self.sequence, log_time: time, publish_time: time };
            self.sequence = self.sequence.wrapping_add(1);
            self.writer
                .write_to_known_channel(&header, body.to_string().as_bytes())
                .map_err(|e| Self::failed(&self.path, &e))?;
        }
        if self.samples >= FLUSH_EVERY {
            self.samples = 0;
            self.writer.flush().map_err(|e| Self::failed(&self.path, &e))?;
        }
        Ok(())
    }

    /// Writes the index and closes the file.
    pub fn finish(mut self) -> Result<(), RecordError> {
        self.writer.finish().map(|_| ()).map_err(|e| Self::failed(&self.path, &e))
    }

    fn failed(path: &Path, error: &mcap::McapError) -> RecordError {
        RecordError { path: path.display().to_string(), why: error.to_string() }
    }
}

fn truck_sample(truck: &haul_sim::SimTruck) -> Value {
    let (state, telemetry, command) = (truck.truck().state(), truck.onboard().telemetry(), truck.command());
    let (pose, plan) = (truck.pose(), truck.plan_pose());
    json!({
        "x": plan.x,
        "y": plan.y,
        "z": pose.translation.z,
        "bearing_deg": to_compass(plan.heading),
        "speed_kmh": to_kmh(state.speed),
        "target_speed_kmh": to_kmh(telemetry.target_speed),
        "state": format!("{:?}", telemetry.state),
        "restriction": telemetry.restriction.map(|r| format!("{r:?}")),
        "station_m": telemetry.station,
        "lateral_error_m": telemetry.lateral_error,
        "gear": state.gear,
        "engine_rpm": state.engine_speed * 60.0 / std::f64::consts::TAU,
        "throttle": command.throttle,
        "retarder": command.retarder,
        "service_brake": command.service_brake,
        "park_brake": command.park_brake,
        "retarder_temp_c": to_celsius(state.retarder_temp),
        "steering_deg": state.steering_angle.to_degrees(),
        "body_deg": state.body_angle.to_degrees(),
        "payload_t": to_tonnes(state.load.mass),
        "fuel_used_kg": state.fuel_used_kg,
    })
}

fn transform_sample(truck: &haul_sim::SimTruck, now: u64) -> Value {
    let pose = truck.pose();
    let (t, q) = (pose.translation.vector, pose.rotation);
    json!({
        "timestamp": { "sec": now / 1_000_000_000, "nsec": now % 1_000_000_000 },
        "parent_frame_id": "site",
        "child_frame_id": truck.id().to_string(),
        "translation": { "x": t.x, "y": t.y, "z": t.z },
        "rotation": { "x": q.i, "y": q.j, "z": q.k, "w": q.w },
    })
}

fn object(properties: &[(&str, &str)]) -> Value {
    let fields: serde_json::Map<String, Value> =
        properties.iter().map(|(name, kind)| ((*name).to_owned(), json!({ "type": kind }))).collect();
    json!({ "type": "object", "properties": fields })
}

fn truck_schema() -> Value {
    let numbers = [
        "x",
        "y",
        "z",
        "bearing_deg",
        "speed_kmh",
        "target_speed_kmh",
        "station_m",
        "lateral_error_m",
        "gear",
        "engine_rpm",
        "throttle",
        "retarder",
        "service_brake",
        "retarder_temp_c",
        "steering_deg",
        "body_deg",
        "payload_t",
        "fuel_used_kg",
    ];
    let mut all: Vec<(&str, &str)> = numbers.iter().map(|n| (*n, "number")).collect();
    all.extend([("state", "string"), ("restriction", "string"), ("park_brake", "boolean")]);
    object(&all)
}

fn event_schema() -> Value {
    object(&[("at_s", "number"), ("what", "string")])
}

fn transform_schema() -> Value {
    let vector = object(&[("x", "number"), ("y", "number"), ("z", "number")]);
    let rotation = object(&[("x", "number"), ("y", "number"), ("z", "number"), ("w", "number")]);
    json!({
        "type": "object",
        "properties": {
            "timestamp": object(&[("sec", "integer"), ("nsec", "integer")]),
            "parent_frame_id": { "type": "string" },
            "child_frame_id": { "type": "string" },
            "translation": vector,
            "rotation": rotation,
        },
    })
}
