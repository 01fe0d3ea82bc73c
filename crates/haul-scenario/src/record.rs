//! Recording of runs.

use crate::frames::FrameMaker;
use crate::report::Ending;
use crate::run::Run;
use haul_mine::{MineError, MineMap};
use haul_record::recording::{MAP_LAYER_FILE, MAP_LAYER_TYPE, MINE_FILE, NAMED_FILES, SCENARIO_FILE, create_file};
use haul_record::{Attachment, Checkpoint, RecordingWriter, RunEnd, RunInfo};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Number of physics steps between two frames: 50 Hz.
const FRAME_EVERY: u64 = haul_sim::PHYSICS_RATE as u64 / 50;
/// Number of physics steps between two state hashes: one hash every 10 s.
const CHECKPOINT_EVERY: u64 = haul_sim::PHYSICS_RATE as u64 * 10;

/// Error in writing a recording.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The file exists already.
    #[error("{}: the file exists; name another one, or overwrite it with --force", .0.display())]
    Exists(PathBuf),
    /// The file cannot be written.
    #[error("{}: the recording cannot be written: {error}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Error from the operating system.
        error: io::Error,
    },
    /// A file of the run cannot be read again.
    #[error("{}: cannot be read for the recording: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Error from the operating system.
        error: io::Error,
    },
    /// The mine of the run cannot be read again.
    #[error("the mine cannot be read for the recording: {0}")]
    Mine(#[from] MineError),
}

/// Recording that is being written.
pub struct Recorder {
    path: PathBuf,
    writer: RecordingWriter<File>,
    frames: FrameMaker,
    inputs: usize,
}

impl Recorder {
    /// Creates the file and writes everything that a rerun needs: scenario, mine, truck files, seed, versions.
    ///
    /// # Errors
    /// Returns an error if the file exists and `overwrite` is false, if the file cannot be written, or if the mine
    /// cannot be read again.
    pub fn create(path: &Path, run: &Run, overwrite: bool) -> Result<Self, RecordError> {
        let attachments = attachments(run)?;
        let write = |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => RecordError::Exists(path.to_owned()),
            _ => RecordError::Write { path: path.to_owned(), error },
        };
        let file = create_file(path, overwrite).map_err(write)?;
        let writer = RecordingWriter::new(file, &info(run), &attachments).map_err(write)?;
        Ok(Self { path: path.to_owned(), writer, frames: FrameMaker::default(), inputs: 0 })
    }

    /// Writes the events and inputs since the last call, and a frame if one is due. Call it after every step.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn sample(&mut self, run: &mut Run) -> Result<(), RecordError> {
        let done = self.try_sample(run);
        done.map_err(|error| RecordError::Write { path: self.path.clone(), error })
    }

    fn try_sample(&mut self, run: &mut Run) -> io::Result<()> {
        for event in run.take_fresh_events() {
            self.writer.event(event)?;
        }
        let world = run.world();
        let (now, steps) = (world.now(), world.steps());
        for input in &world.inputs()[self.inputs..] {
            self.writer.input(now, input)?;
        }
        self.inputs = world.inputs().len();
        if steps.is_multiple_of(CHECKPOINT_EVERY) {
            self.writer.checkpoint(now, &Checkpoint { step: steps, state_hash: state_hash(run) })?;
        }
        if steps.is_multiple_of(FRAME_EVERY) {
            self.writer.frame(&self.frames.frame(world))?;
        }
        Ok(())
    }

    /// Writes the end of the run and closes the file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn finish(self, run: &Run) -> Result<(), RecordError> {
        let ended = match run.ending() {
            Some(Ending::CyclesDone) => "every truck has had its cycles",
            Some(Ending::TimeOver) => "the time is over",
            Some(Ending::Interrupted) | None => "interrupted",
        };
        let end = RunEnd { steps: run.world().steps(), state_hash: state_hash(run), ended: ended.into() };
        self.writer.finish(&end).map(drop).map_err(|error| RecordError::Write { path: self.path, error })
    }
}

/// Returns the state hash of a run as text.
pub(crate) fn state_hash(run: &Run) -> String {
    format!("{:016x}", run.world().state_hash())
}

fn info(run: &Run) -> RunInfo {
    let overrides = run.overrides();
    let option = |name: &str, value: Option<String>| value.map(|v| (name.to_owned(), v));
    RunInfo {
        haul: env!("CARGO_PKG_VERSION").into(),
        scenario: run.name().into(),
        path: run.scenario().path().into(),
        mine: run.world().map().name.clone(),
        seed: run.seed(),
        duration_s: run.duration().seconds(),
        steps_per_second: haul_sim::PHYSICS_RATE,
        overrides: [
            option("mine", overrides.mine.as_ref().map(|p| p.display().to_string())),
            option("seed", overrides.seed.map(|s| s.to_string())),
            option("duration", overrides.duration_s.map(|d| d.to_string())),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

/// Returns the files from which the run was built.
fn attachments(run: &Run) -> Result<Vec<Attachment>, RecordError> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| RecordError::Read { path: path.to_owned(), error });
    let scenario = run.scenario();
    let mut files = vec![Attachment {
        name: SCENARIO_FILE.into(),
        media_type: "application/toml".into(),
        data: scenario.source_text().as_bytes().to_vec(),
    }];
    // Attach the mine as it was read. A rerun lays out the places of the scenario again.
    files.push(Attachment {
        name: MINE_FILE.into(),
        media_type: "application/octet-stream".into(),
        data: MineMap::load(run.mine())?.to_bytes(),
    });
    // Attach the mine with the places of the scenario, for readers without a packer: the browser page.
    files.push(Attachment {
        name: MAP_LAYER_FILE.into(),
        media_type: MAP_LAYER_TYPE.into(),
        data: haul_record::map_layer(run.world().map())
            .map_err(io::Error::from)
            .map_err(|error| RecordError::Read { path: run.mine().to_owned(), error })?,
    });
    for model in scenario.named_files() {
        let name = format!("{NAMED_FILES}{}", model.display());
        files.push(Attachment { name, media_type: media_type(model).into(), data: read(&scenario.resolve(model))? });
    }
    Ok(files)
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|e| e.to_str()) {
        Some("toml") => "application/toml",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}
