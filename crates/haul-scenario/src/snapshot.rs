//! Snapshots of runs: taken at any step, kept in a file, resumed with the same scenario.

use crate::prepare::{Overrides, ScenarioError};
use crate::read::Scenario;
use crate::run::Run;
use haul_core::state::{decode, encode};
use haul_record::Event;
use haul_record::recording::create_file;
use haul_sim::{SimError, Snapshot, SnapshotError, World};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Error in writing or reading a snapshot file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotFileError {
    /// The file exists already.
    #[error("{}: the file exists; name another one, or overwrite it with --force", .0.display())]
    Exists(PathBuf),
    /// The file cannot be written.
    #[error("{}: the snapshot cannot be written: {error}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Error from the operating system.
        error: io::Error,
    },
    /// The file cannot be read.
    #[error("{}: the snapshot cannot be read: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Error from the operating system.
        error: io::Error,
    },
    /// The content of the file cannot be used, or the state of a run cannot be written.
    #[error("{}: {error}", path.display())]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// Cause of the error.
        error: SnapshotError,
    },
}

/// State of a run outside its world, stored in the snapshot with the world.
#[derive(Serialize, Deserialize)]
struct RunState {
    events: Vec<Event>,
    fresh_events: usize,
}

impl Run {
    /// Returns the state of the run after its last step. [`Scenario::resume`] continues from it.
    ///
    /// # Errors
    /// Returns an error if the state cannot be written.
    pub fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        let world = match self.world.snapshot() {
            Ok(snapshot) => snapshot,
            Err(SimError::Snapshot(error)) => return Err(error),
            Err(other) => return Err(SnapshotError::Damaged(other.to_string())),
        };
        let state = RunState { events: self.events.clone(), fresh_events: self.fresh_events };
        Ok(world.with_companion(encode(&state)?))
    }

    /// Writes a snapshot of the run to a file.
    ///
    /// # Errors
    /// Returns an error if the file exists and `overwrite` is false, or if the file or the state cannot be written.
    pub fn write_snapshot(&self, path: &Path, overwrite: bool) -> Result<(), SnapshotFileError> {
        let taken = self.snapshot().and_then(|snapshot| snapshot.to_bytes());
        let bytes = taken.map_err(|error| SnapshotFileError::Snapshot { path: path.to_owned(), error })?;
        let written = create_file(path, overwrite).and_then(|mut file| file.write_all(&bytes));
        written.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => SnapshotFileError::Exists(path.to_owned()),
            _ => SnapshotFileError::Write { path: path.to_owned(), error },
        })
    }
}

/// Reads a snapshot from a file.
///
/// # Errors
/// Returns an error if the file cannot be read, or if it is not a snapshot of this version.
pub fn read_snapshot(path: &Path) -> Result<Snapshot, SnapshotFileError> {
    let bytes = std::fs::read(path).map_err(|error| SnapshotFileError::Read { path: path.to_owned(), error })?;
    Snapshot::from_bytes(&bytes).map_err(|error| SnapshotFileError::Snapshot { path: path.to_owned(), error })
}

impl Scenario {
    /// Returns the run of a snapshot, ready to continue. The duration and the number of cycles may differ; everything
    /// else must be the same as in the first run.
    ///
    /// # Errors
    /// Returns the errors of [`Scenario::prepare`], and an error if the snapshot is of another scenario, mine or seed.
    pub fn resume(&self, overrides: &Overrides, snapshot: &Snapshot) -> Result<Run, ScenarioError> {
        let mut run = self.prepare_with(overrides, |setup| World::resume(setup, snapshot))?;
        let state: RunState =
            decode(snapshot.companion()).map_err(|error| SimError::from(SnapshotError::from(error)))?;
        run.fresh_events = state.fresh_events.min(state.events.len());
        run.events = state.events;
        run.resumed_at = Some(snapshot.at());
        run.notes.push(format!("resumed at {} from a snapshot; all figures count from the start", snapshot.at()));
        run.judge_end();
        Ok(run)
    }
}
