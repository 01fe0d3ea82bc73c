//! Reads recordings, including truncated ones.

use super::channels::{
    EventMessage, HeapsMessage, InputMessage, PathMessage, ShovelsMessage, TruckStateMessage, VehiclesMessage,
    WeatherMessage,
};
use super::write::PACKED;
use super::{Attachment, Checkpoint, END, FORMAT, RunEnd, RunInfo, START, frames};
use crate::container::{self, Attached, Message, Scan, unpacked};
use crate::event::{Event, EventKind};
use crate::frame::{Frame, HeapFrame, PathFrame, ShovelFrame, TruckDetail, TruckFrame, VehicleFrame, WeatherFrame};
use crate::input::LoggedInput;
use haul_core::{SimTime, TruckId};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Last recorded state of shovels, heaps, vehicles and weather.
#[derive(Debug, Clone, Default)]
struct Machines {
    shovels: Vec<ShovelFrame>,
    heaps: Vec<HeapFrame>,
    vehicles: Vec<VehicleFrame>,
    weather: WeatherFrame,
}

/// Reason why a file cannot be read as a recording.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file cannot be opened or read.
    #[error("it cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// The file is not in the MCAP container format.
    #[error("{0}; give a file that `haul run --record` wrote")]
    NotMcap(#[from] container::ScanError),
    /// The file is MCAP, but not written by haul.
    #[error(
        "it is an MCAP file without a haul run (written by `{library}`); give a file that `haul run --record` wrote"
    )]
    NotOurs {
        /// Program that wrote the file.
        library: String,
    },
    /// The file has another layout version.
    #[error("it has the recording format {found} (written by haul {haul}); this haul reads format {FORMAT}")]
    OtherFormat {
        /// Layout version of the file.
        found: String,
        /// Version of haul that wrote the file.
        haul: String,
    },
    /// A part of the metadata is missing.
    #[error("its metadata `{START}` are incomplete; it was written by another program, or is damaged")]
    Incomplete,
}

/// A recording in memory.
#[derive(Debug, Clone)]
pub struct Recording {
    /// Identity of the recorded run.
    pub info: RunInfo,
    /// Attached files.
    pub attachments: Vec<Attachment>,
    /// Events, in order of time.
    pub events: Vec<Event>,
    /// External inputs, in order of time.
    pub inputs: Vec<LoggedInput>,
    /// State hashes during the run, in order of time.
    pub checkpoints: Vec<Checkpoint>,
    /// End of the run; `None` if it was killed.
    pub end: Option<RunEnd>,
    /// Position at which a truncated or damaged file stops, in words; `None` for a whole file.
    pub cut: Option<String>,
    /// Number of haul's own messages that could not be read.
    pub damaged_messages: u64,
    /// Simulated time of the last frame.
    pub last: SimTime,
    /// Number of frames in the recording.
    pub frame_count: u64,
    /// Number of messages by topic.
    pub topics: BTreeMap<String, u64>,
    bytes: Vec<u8>,
}

impl Recording {
    /// Opens a file and reads everything except its frames.
    ///
    /// # Errors
    /// The file cannot be read, is not a recording, or has another layout version. A truncated file is not an error.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        Self::from_bytes(std::fs::read(path)?)
    }

    /// Reads everything except the frames from a file's content.
    ///
    /// # Errors
    /// As for [`Recording::open`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, ReadError> {
        let (mut events, mut inputs, mut checkpoints) = (Vec::new(), Vec::new(), Vec::new());
        let (mut last, mut frame_count, mut damaged) = (SimTime::START, 0, 0);
        let scan = container::scan(&bytes, |message| {
            let is_read = match message.topic {
                "/events" => parsed(message.data).map(|m: EventMessage| events.push(m.event)),
                "/inputs" => parsed(message.data).and_then(|m: InputMessage| match m.kind {
                    EventKind::Input(input) => {
                        inputs.push(LoggedInput { step: m.step, input });
                        Some(())
                    }
                    _ => None,
                }),
                "/checkpoints" => parsed(message.data).map(|m: Checkpoint| checkpoints.push(m)),
                "/frames" => {
                    last = last.max(SimTime::from_nanos(message.time));
                    frame_count += 1;
                    Some(())
                }
                _ => Some(()),
            };
            damaged += u64::from(is_read.is_none());
        })?;
        let info = info(&scan)?;
        let end = scan.metadata.get(END).and_then(RunEnd::from_pairs);
        let mut topics = BTreeMap::new();
        for channel in scan.channels.values() {
            *topics.entry(channel.topic.clone()).or_default() += channel.messages;
        }
        let attachments = scan
            .attachments
            .into_iter()
            .filter_map(|Attached { name, media_type, data }| match media_type.strip_suffix(PACKED) {
                Some(kind) => Some(Attachment { name, media_type: kind.into(), data: unpacked(&data)? }),
                None => Some(Attachment { name, media_type, data }),
            })
            .collect();
        let cut = scan.cut;
        let damaged_messages = damaged;
        Ok(Self {
            info,
            attachments,
            events,
            inputs,
            checkpoints,
            end,
            cut,
            damaged_messages,
            last,
            frame_count,
            topics,
            bytes,
        })
    }

    /// Passes every frame to `visit`, in order of time. Data that changes slowly has its last recorded value.
    pub fn frames(&self, mut visit: impl FnMut(Frame)) {
        let mut details: BTreeMap<TruckId, TruckDetail> = BTreeMap::new();
        let mut paths: BTreeMap<TruckId, Arc<PathFrame>> = BTreeMap::new();
        let mut machines = Machines::default();
        // The other messages of a time follow its `/frames` message, so that a frame is complete when the next one
        // comes.
        let mut waiting: Option<(SimTime, Vec<frames::TruckMotion>)> = None;
        let mut whole = |waiting: &mut Option<(SimTime, Vec<frames::TruckMotion>)>,
                         details: &BTreeMap<TruckId, TruckDetail>,
                         paths: &BTreeMap<TruckId, Arc<PathFrame>>,
                         machines: &Machines| {
            let Some((at, motions)) = waiting.take() else { return };
            let truck = |m: frames::TruckMotion| TruckFrame {
                truck: m.truck,
                pose: m.pose,
                speed: m.speed,
                steering: m.steering,
                body_angle: m.body_angle,
                payload: m.payload,
                detail: details.get(&m.truck).cloned().unwrap_or_default(),
                path: paths.get(&m.truck).filter(|p| !p.points.is_empty()).cloned(),
                wheels: Vec::new(),
            };
            let trucks = motions.into_iter().map(truck).collect();
            let Machines { shovels, heaps, vehicles, weather } = machines.clone();
            visit(Frame { at, trucks, shovels, heaps, vehicles, weather });
        };
        // The content has already been scanned, so that this cannot fail.
        let _ = container::scan(&self.bytes, |message| match message.topic {
            "/frames" => {
                whole(&mut waiting, &details, &paths, &machines);
                waiting = frames::read(message.data);
            }
            "/shovels" => {
                if let Some(m) = parsed::<ShovelsMessage>(message.data) {
                    machines.shovels = m.shovels();
                }
            }
            "/vehicles" => {
                if let Some(m) = parsed::<VehiclesMessage>(message.data) {
                    machines.vehicles = m.vehicles();
                }
            }
            "/weather" => {
                if let Some(m) = parsed::<WeatherMessage>(message.data) {
                    machines.weather = m.frame();
                }
            }
            "/heaps" => {
                if let Some(m) = parsed::<HeapsMessage>(message.data) {
                    machines.heaps = m.heaps();
                }
            }
            topic => {
                let Some((id, kind)) = truck_topic(topic) else { return };
                match kind {
                    "state" => {
                        if let Some(m) = parsed::<TruckStateMessage>(message.data) {
                            details.insert(id, m.detail());
                        }
                    }
                    "path" => {
                        if let Some(m) = parsed::<PathMessage>(message.data) {
                            paths.insert(id, Arc::new(m.path()));
                        }
                    }
                    _ => {}
                }
            }
        });
        whole(&mut waiting, &details, &paths, &machines);
    }

    /// Returns the last recorded state of the manned vehicles, in the order of the scenario file.
    pub fn last_vehicles(&self) -> Vec<VehicleFrame> {
        let mut vehicles = Vec::new();
        self.messages(|message| {
            if message.topic == "/vehicles"
                && let Some(m) = parsed::<VehiclesMessage>(message.data)
            {
                vehicles = m.vehicles();
            }
        });
        vehicles
    }

    /// Passes every message to `visit`, unchanged and in file order.
    pub fn messages(&self, visit: impl FnMut(Message<'_>)) {
        // The content has already been scanned, so that this cannot fail.
        let _ = container::scan(&self.bytes, visit);
    }

    /// Returns the content of an attached file by name.
    pub fn attachment(&self, name: &str) -> Option<&[u8]> {
        self.attachments.iter().find(|a| a.name == name).map(|a| a.data.as_slice())
    }

    /// Returns the size of the file, bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}

fn info(scan: &Scan) -> Result<RunInfo, ReadError> {
    let Some(pairs) = scan.metadata.get(START) else {
        return Err(ReadError::NotOurs { library: scan.library.clone() });
    };
    match pairs.get("format").map(String::as_str) {
        Some(FORMAT) => RunInfo::from_pairs(pairs).ok_or(ReadError::Incomplete),
        found => Err(ReadError::OtherFormat {
            // Recordings from before the first format have no format number.
            found: found.unwrap_or("0").to_owned(),
            haul: pairs.get("haul").cloned().unwrap_or_else(|| scan.library.clone()),
        }),
    }
}

fn parsed<T: DeserializeOwned>(data: &[u8]) -> Option<T> {
    serde_json::from_slice(data).ok()
}

/// Returns the truck and the message kind of a topic such as `/truck/T1/state`.
fn truck_topic(topic: &str) -> Option<(TruckId, &str)> {
    let (id, kind) = topic.strip_prefix("/truck/T")?.split_once('/')?;
    Some((TruckId(id.parse().ok()?), kind))
}
