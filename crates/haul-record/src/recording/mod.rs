//! Recordings of runs: frames, events and inputs in an MCAP file, with everything needed to run them again.
//!
//! | topic | encoding | content |
//! | --- | --- | --- |
//! | `/frames` | CDR, `haul_msgs/msg/Frame` | pose, speed, steering, body angle and payload of every truck, 50 Hz |
//! | `/truck/T1/state` | JSON, `haul.TruckState` | other data of a truck, 2 Hz |
//! | `/truck/T1/path` | JSON, `haul.Path` | the planned path, when it changes |
//! | `/tf` | JSON, `foxglove.FrameTransform` | poses of trucks and vehicles for Foxglove and Lichtblick, 2 Hz |
//! | `/shovels`, `/heaps` | JSON | shovels, 2 Hz; heaps, when they grow |
//! | `/vehicles` | JSON, `haul.Vehicles` | manned vehicles: kind, pose, outline, speed, 10 Hz |
//! | `/events`, `/inputs` | JSON | events, and external inputs with their physics steps |
//! | `/checkpoints` | JSON, `haul.Checkpoint` | the state hash, every 10 s |
//!
//! The metadata `haul` holds format, versions, scenario, seed and times. The metadata `haul.end` holds the final state
//! hash. Attachments hold the scenario file, the packed mine, truck files and a map layer for pictures.

mod channels;
mod frames;
mod read;
pub mod stream;
mod write;

pub use crate::container::{Message, ScanError};
pub use channels::json_schemas;
pub use read::{ReadError, Recording};
pub use write::{Attachment, RecordingWriter, create_file};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the file layout. A reader refuses any other version.
pub const FORMAT: &str = "1";
/// Name of the metadata that marks a file as a haul recording.
pub(crate) const START: &str = "haul";
/// Name of the metadata at the end of a complete file.
pub(crate) const END: &str = "haul.end";
/// Name of the attachment that holds the scenario file.
pub const SCENARIO_FILE: &str = "scenario.toml";
/// Name of the attachment that holds the packed mine, as `MineMap::to_bytes` writes it.
pub const MINE_FILE: &str = "map.mine";
/// Name of the attachment that holds the mine as data for pictures, a [`map_layer`](mod@crate::map_layer).
pub const MAP_LAYER_FILE: &str = "map.layer";
/// Media type of a map layer.
pub const MAP_LAYER_TYPE: &str = "application/vnd.haul.map-layer";
/// Prefix of the attachments that hold the mine's files, in recordings made before mines were packed.
pub const MINE_FOLDER: &str = "mine/";
/// Prefix of the attachments that hold files named in the scenario; the path in the scenario follows it.
pub const NAMED_FILES: &str = "file/";

/// Identity of a recorded run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunInfo {
    /// Version of haul that ran the scenario.
    pub haul: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Path of the scenario file at the time of the run.
    pub path: String,
    /// Name of the mine.
    pub mine: String,
    /// Seed of the run's random streams.
    pub seed: u64,
    /// Maximum simulated time, s.
    pub duration_s: f64,
    /// Number of physics steps per second.
    pub steps_per_second: u32,
    /// Changes that the command line made to the scenario, in words, by command-line option.
    pub overrides: BTreeMap<String, String>,
}

/// End of a recorded run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunEnd {
    /// Total number of physics steps taken.
    pub steps: u64,
    /// Hash of the whole final state, 16 hexadecimal digits.
    pub state_hash: String,
    /// Reason why the run ended, in words.
    pub ended: String,
}

/// State hash of a run after a number of steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Number of physics steps taken.
    pub step: u64,
    /// Hash of the whole state at that step, 16 hexadecimal digits.
    pub state_hash: String,
}

impl RunInfo {
    fn pairs(&self) -> BTreeMap<String, String> {
        let mut pairs = BTreeMap::from([
            ("format".into(), FORMAT.into()),
            ("haul".into(), self.haul.clone()),
            ("scenario".into(), self.scenario.clone()),
            ("path".into(), self.path.clone()),
            ("mine".into(), self.mine.clone()),
            ("seed".into(), self.seed.to_string()),
            ("duration_s".into(), self.duration_s.to_string()),
            ("steps_per_second".into(), self.steps_per_second.to_string()),
        ]);
        pairs.extend(self.overrides.iter().map(|(k, v)| (format!("override.{k}"), v.clone())));
        pairs
    }

    fn from_pairs(pairs: &BTreeMap<String, String>) -> Option<Self> {
        let text = |key: &str| pairs.get(key).cloned();
        Some(Self {
            haul: text("haul")?,
            scenario: text("scenario")?,
            path: text("path")?,
            mine: text("mine")?,
            seed: text("seed")?.parse().ok()?,
            duration_s: text("duration_s")?.parse().ok()?,
            steps_per_second: text("steps_per_second")?.parse().ok()?,
            overrides: pairs
                .iter()
                .filter_map(|(k, v)| Some((k.strip_prefix("override.")?.to_owned(), v.clone())))
                .collect(),
        })
    }
}

impl RunEnd {
    fn pairs(&self) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("steps".into(), self.steps.to_string()),
            ("state_hash".into(), self.state_hash.clone()),
            ("ended".into(), self.ended.clone()),
        ])
    }

    fn from_pairs(pairs: &BTreeMap<String, String>) -> Option<Self> {
        let text = |key: &str| pairs.get(key).cloned();
        Some(Self { steps: text("steps")?.parse().ok()?, state_hash: text("state_hash")?, ended: text("ended")? })
    }
}
