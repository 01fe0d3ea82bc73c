//! Writes recordings.

use super::channels::{
    EventMessage, HeapsMessage, InputMessage, PathMessage, ShovelsMessage, TransformMessage, TruckStateMessage,
    VehiclesMessage, WeatherMessage, json_schemas,
};
use super::{Checkpoint, END, RunEnd, RunInfo, START, frames};
use crate::container::{McapWriter, packed};
use crate::event::Event;
use crate::frame::{Frame, HeapFrame, PathFrame, TruckFrame, WeatherFrame};
use crate::input::LoggedInput;
use haul_core::{SimTime, TruckId};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// Number of frames between two state messages of a truck: 2 Hz. At 5 Hz, an hour of one truck takes more than 20 MB.
const STATES_EVERY: u64 = 25;
/// Number of frames between two messages of the vehicles: 10 Hz.
const VEHICLES_EVERY: u64 = 5;
/// Number of frames between two messages of the shovels: 2 Hz.
const SHOVELS_EVERY: u64 = 25;
/// Number of frames between two messages of changed weather: every 10 s.
const WEATHER_EVERY: u64 = 500;
/// Simulated time after which a chunk is written, ns: a killed run loses no more than this.
const CHUNK_SPAN: u64 = 1_000_000_000;

/// Suffix of the media type of an attachment that is compressed as an LZ4 frame.
pub(super) const PACKED: &str = "+lz4";

/// A file that is attached whole to a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// Name of the attachment, such as [`super::SCENARIO_FILE`].
    pub name: String,
    /// Media type of the attachment.
    pub media_type: String,
    /// Content of the attachment.
    pub data: Vec<u8>,
}

/// Creates the file of a recording, and any missing folders.
///
/// # Errors
/// The file exists and `overwrite` is false, or it cannot be written.
pub fn create_file(path: &Path, overwrite: bool) -> io::Result<File> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        // If a file has the name of a needed folder, that does not mean that the recording exists.
        std::fs::create_dir_all(folder).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => io::Error::from(io::ErrorKind::NotADirectory),
            _ => error,
        })?;
    }
    if overwrite { File::create(path) } else { File::create_new(path) }
}

/// Writer of a recording. All data is in the file at most one simulated second after it was given.
pub struct RecordingWriter<W: Write> {
    mcap: McapWriter<W>,
    channels: Channels,
    trucks: BTreeMap<TruckId, TruckChannels>,
    heaps: Vec<HeapFrame>,
    weather: Option<WeatherFrame>,
    frames: u64,
    flushed: u64,
}

struct Channels {
    frames: u16,
    transforms: u16,
    shovels: u16,
    vehicles: u16,
    heaps: u16,
    weather: u16,
    events: u16,
    inputs: u16,
    checkpoints: u16,
    state_schema: u16,
    path_schema: u16,
}

struct TruckChannels {
    state: u16,
    path: u16,
    /// Path that was written last.
    last: Option<Arc<PathFrame>>,
}

impl<W: Write> RecordingWriter<W> {
    /// Writes the beginning of a recording: metadata and attachments.
    ///
    /// # Errors
    /// Errors from the underlying writer.
    pub fn new(out: W, info: &RunInfo, attachments: &[Attachment]) -> io::Result<Self> {
        let mut mcap = McapWriter::new(out, &format!("haul {}", info.haul))?;
        mcap.metadata(START, &info.pairs())?;
        for file in attachments {
            let packed = packed(&file.data)?;
            if packed.len() < file.data.len() {
                mcap.attach(&file.name, &format!("{}{PACKED}", file.media_type), &packed)?;
            } else {
                mcap.attach(&file.name, &file.media_type, &file.data)?;
            }
        }
        let schemas: BTreeMap<&str, u16> = json_schemas()
            .into_iter()
            .map(|(name, schema)| (name, mcap.schema(name, "jsonschema", &schema.to_string())))
            .collect();
        let frame = mcap.schema(frames::SCHEMA_NAME, "ros2msg", frames::SCHEMA);
        let mut json = |topic: &str, schema: &str| {
            let schema = schemas.get(schema).copied().unwrap_or(0);
            mcap.channel(schema, topic, "json")
        };
        let channels = Channels {
            transforms: json("/tf", "foxglove.FrameTransform"),
            shovels: json("/shovels", "haul.Shovels"),
            vehicles: json("/vehicles", "haul.Vehicles"),
            heaps: json("/heaps", "haul.Heaps"),
            weather: json("/weather", "haul.Weather"),
            events: json("/events", "haul.Event"),
            inputs: json("/inputs", "haul.Input"),
            checkpoints: json("/checkpoints", "haul.Checkpoint"),
            frames: mcap.channel(frame, "/frames", "cdr"),
            state_schema: schemas["haul.TruckState"],
            path_schema: schemas["haul.Path"],
        };
        Ok(Self { mcap, channels, trucks: BTreeMap::new(), heaps: Vec::new(), weather: None, frames: 0, flushed: 0 })
    }

    /// Writes a frame. Trucks whose pose is not a number are left out.
    ///
    /// # Errors
    /// Errors from the underlying writer.
    pub fn frame(&mut self, frame: &Frame) -> io::Result<()> {
        let now = frame.at.nanos();
        let is_finite = |t: &TruckFrame| t.pose.to_homogeneous().iter().all(|v| v.is_finite());
        if frame.trucks.iter().all(is_finite) {
            self.mcap.message(self.channels.frames, now, |out| frames::write(out, frame))?;
        } else {
            let trucks = frame.trucks.iter().filter(|t| is_finite(t)).cloned().collect();
            let frame = Frame { trucks, ..frame.clone() };
            self.mcap.message(self.channels.frames, now, |out| frames::write(out, &frame))?;
        }
        for truck in frame.trucks.iter().filter(|t| is_finite(t)) {
            self.path(truck, now)?;
            if self.frames.is_multiple_of(STATES_EVERY) {
                let channel = self.truck(truck.truck).state;
                self.json(channel, now, &TruckStateMessage::new(truck))?;
                self.json(self.channels.transforms, now, &TransformMessage::truck(truck, frame.at))?;
            }
        }
        if self.frames.is_multiple_of(STATES_EVERY) {
            for vehicle in &frame.vehicles {
                self.json(self.channels.transforms, now, &TransformMessage::vehicle(vehicle, frame.at))?;
            }
        }
        if self.frames.is_multiple_of(SHOVELS_EVERY) {
            self.json(self.channels.shovels, now, &ShovelsMessage::new(&frame.shovels))?;
        }
        if self.frames.is_multiple_of(VEHICLES_EVERY) && !frame.vehicles.is_empty() {
            self.json(self.channels.vehicles, now, &VehiclesMessage::new(&frame.vehicles))?;
        }
        if self.heaps != frame.heaps {
            self.heaps.clone_from(&frame.heaps);
            self.json(self.channels.heaps, now, &HeapsMessage::new(&frame.heaps))?;
        }
        if self.frames.is_multiple_of(WEATHER_EVERY) && self.weather != Some(frame.weather) {
            self.weather = Some(frame.weather);
            self.json(self.channels.weather, now, &WeatherMessage::new(&frame.weather))?;
        }
        self.frames += 1;
        if now >= self.flushed + CHUNK_SPAN {
            self.flushed = now;
            self.mcap.flush()?;
        }
        Ok(())
    }

    /// Writes an event.
    ///
    /// # Errors
    /// Errors from the underlying writer.
    pub fn event(&mut self, event: &Event) -> io::Result<()> {
        self.json(self.channels.events, event.at.nanos(), &EventMessage::new(event))
    }

    /// Writes an external input.
    ///
    /// # Errors
    /// Errors from the underlying writer.
    pub fn input(&mut self, at: SimTime, input: &LoggedInput) -> io::Result<()> {
        self.json(self.channels.inputs, at.nanos(), &InputMessage::new(input))
    }

    /// Writes the state hash after a number of steps.
    ///
    /// # Errors
    /// Errors from the underlying writer.
    pub fn checkpoint(&mut self, at: SimTime, checkpoint: &Checkpoint) -> io::Result<()> {
        self.json(self.channels.checkpoints, at.nanos(), checkpoint)
    }

    /// Writes the end of the recording and returns the underlying writer.
    ///
    /// # Errors
    /// Errors from the underlying writer.
    pub fn finish(mut self, end: &RunEnd) -> io::Result<W> {
        self.mcap.metadata(END, &end.pairs())?;
        self.mcap.finish()
    }

    fn path(&mut self, truck: &TruckFrame, now: u64) -> io::Result<()> {
        let known = self.truck(truck.truck);
        let is_same = match (&known.last, &truck.path) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
            (None, None) => true,
            _ => false,
        };
        if is_same {
            return Ok(());
        }
        known.last.clone_from(&truck.path);
        let channel = known.path;
        self.json(channel, now, &PathMessage::new(truck.path.as_deref().unwrap_or(&PathFrame::default())))
    }

    fn truck(&mut self, id: TruckId) -> &mut TruckChannels {
        let (mcap, channels) = (&mut self.mcap, &self.channels);
        self.trucks.entry(id).or_insert_with(|| TruckChannels {
            state: mcap.channel(channels.state_schema, &format!("/truck/{id}/state"), "json"),
            path: mcap.channel(channels.path_schema, &format!("/truck/{id}/path"), "json"),
            last: None,
        })
    }

    fn json(&mut self, channel: u16, time: u64, message: &impl Serialize) -> io::Result<()> {
        let mut failed = None;
        self.mcap.message(channel, time, |out| failed = serde_json::to_writer(out, message).err())?;
        failed.map_or(Ok(()), |error| Err(error.into()))
    }
}
