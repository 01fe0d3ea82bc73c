//! The content that a server offers: only the page, recordings, or a live run.

use crate::error::ServeError;
use crate::live::LiveRun;
use haul_mine::MineMap;
use haul_record::recording::{MAP_LAYER_FILE, MINE_FILE};
use haul_record::{Recording, map_layer};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Maximum number of recordings of a folder that are offered, in the order of their names.
const MOST_RECORDINGS: usize = 500;

/// The content that a server offers.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Content {
    /// Only the page, which can open recordings of its user.
    #[default]
    Page,
    /// Recordings, by their names.
    Recordings(Vec<SharedRecording>),
    /// A live run.
    Live(Arc<LiveRun>),
}

/// A recording that is offered. Its name is that of the file without its folder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SharedRecording {
    /// Name in addresses.
    pub name: String,
    /// Size of the file, bytes.
    pub size: u64,
    /// Position at which a truncated file stops, in words; absent for a complete file, and in a folder of recordings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<String>,
    /// The file.
    #[serde(skip)]
    pub path: PathBuf,
}

impl Content {
    /// Offers one recording.
    ///
    /// # Errors
    /// The file cannot be read, is not a recording, or has another format. A truncated file is not an error.
    pub fn recording(path: &Path) -> Result<Self, ServeError> {
        let fault = |error| ServeError::Recording { path: path.to_owned(), error };
        let recording = Recording::open(path).map_err(fault)?;
        Ok(Content::Recordings(vec![SharedRecording {
            name: file_name(path),
            size: recording.size() as u64,
            cut: recording.cut,
            path: path.to_owned(),
        }]))
    }

    /// Offers the recordings of a folder: its files that end in `.mcap`. Each file is read when it is opened.
    ///
    /// # Errors
    /// The folder cannot be listed, or holds no recording.
    pub fn folder(path: &Path) -> Result<Self, ServeError> {
        let fault = |error| ServeError::Folder { path: path.to_owned(), error };
        let mut recordings = Vec::new();
        for entry in std::fs::read_dir(path).map_err(fault)? {
            let entry = entry.map_err(fault)?.path();
            let is_recording = entry.extension().is_some_and(|e| e.eq_ignore_ascii_case("mcap"));
            let Ok(about) = std::fs::metadata(&entry) else { continue };
            if is_recording && about.is_file() {
                recordings.push(SharedRecording { name: file_name(&entry), size: about.len(), cut: None, path: entry });
            }
        }
        if recordings.is_empty() {
            return Err(ServeError::NoRecording(path.to_owned()));
        }
        recordings.sort_by(|a, b| a.name.cmp(&b.name));
        if recordings.len() > MOST_RECORDINGS {
            tracing::warn!(found = recordings.len(), offered = MOST_RECORDINGS, "the folder holds too many recordings");
            recordings.truncate(MOST_RECORDINGS);
        }
        Ok(Content::Recordings(recordings))
    }

    /// Returns a recording by its name.
    pub(crate) fn find(&self, name: &str) -> Option<&SharedRecording> {
        match self {
            Content::Recordings(recordings) => recordings.iter().find(|r| r.name == name),
            _ => None,
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Makes the map layer of a packed mine, for recordings without a map layer.
///
/// # Errors
/// A sentence, if the bytes are not a packed mine.
pub(crate) fn layer_of_mine(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let map = MineMap::from_bytes(bytes).map_err(|error| format!("the packed mine cannot be read: {error}"))?;
    map_layer(&map).map_err(|error| error.to_string())
}

/// Returns the map layer of a recording, from its own layer or from its packed mine.
///
/// # Errors
/// A sentence, if the file cannot be read or holds no mine.
pub(crate) fn layer_of_recording(path: &Path) -> Result<Vec<u8>, String> {
    let recording = Recording::open(path).map_err(|error| error.to_string())?;
    if let Some(layer) = recording.attachment(MAP_LAYER_FILE) {
        return Ok(layer.to_vec());
    }
    let mine = recording.attachment(MINE_FILE);
    layer_of_mine(mine.ok_or_else(|| "the recording holds no mine; record the run again".to_owned())?)
}
