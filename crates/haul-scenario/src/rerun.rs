//! Reruns of recordings: the same scenario, mine, seed and inputs must give the same state.

use crate::prepare::{Overrides, ScenarioError};
use crate::read::Scenario;
use crate::record::state_hash;
use crate::run::Run;
use haul_core::Fault;
use haul_core::fault::SourceText;
use haul_record::Recording;
use haul_record::recording::{MINE_FILE, MINE_FOLDER, NAMED_FILES, SCENARIO_FILE};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Outcome of a rerun.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RerunReport {
    /// Number of repeated physics steps.
    pub steps: u64,
    /// Repeated simulated time, s.
    pub sim_seconds: f64,
    /// Number of compared state hashes, including the last one.
    pub compared: usize,
    /// State hash of the recording after these steps.
    pub recorded_hash: String,
    /// State hash of the rerun.
    pub rerun_hash: String,
    /// Time of the first state hash that differs, s; absent if all are equal.
    pub differs_at_s: Option<f64>,
    /// True if all state hashes are equal.
    pub same: bool,
}

/// Repeats the run of a recording and compares the state hashes. A cut recording is repeated up to its last state hash.
/// `progress` is called with the finished share, 0 to 1.
///
/// # Errors
/// Returns an error if the recording has no state hash, scenario or mine, or if this version refuses the scenario or
/// the mine.
pub fn rerun(recording: &Recording, mut progress: impl FnMut(f64)) -> Result<RerunReport, ScenarioError> {
    let mut hashes: BTreeMap<u64, &str> =
        recording.checkpoints.iter().map(|c| (c.step, c.state_hash.as_str())).collect();
    if let Some(end) = &recording.end {
        hashes.insert(end.steps, &end.state_hash);
    }
    let Some((&target, &recorded)) = hashes.last_key_value() else {
        let fault = Fault::new("the recording holds no state hash: it was cut before the first one, at 10 s");
        return Err(fault.help("record a longer run").into());
    };
    let mut run = prepare_recording(recording)?;
    let mut inputs = recording.inputs.iter().peekable();
    let mut differs_at_s = None;
    while run.world().steps() < target && !run.is_finished() {
        while let Some(input) = inputs.next_if(|input| input.step <= run.world().steps()) {
            run.inject(input.input.clone());
        }
        run.step();
        let steps = run.world().steps();
        if let Some(hash) = hashes.get(&steps)
            && differs_at_s.is_none()
            && *hash != state_hash(&run)
        {
            differs_at_s = Some(run.world().now().seconds());
        }
        if steps.is_multiple_of(200) {
            progress(steps as f64 / target.max(1) as f64);
        }
    }
    let rerun_hash = state_hash(&run);
    let same = differs_at_s.is_none() && rerun_hash == recorded && run.world().steps() == target;
    Ok(RerunReport {
        steps: run.world().steps(),
        sim_seconds: run.world().now().seconds(),
        compared: hashes.len(),
        recorded_hash: recorded.to_owned(),
        rerun_hash,
        differs_at_s: differs_at_s.or((!same).then(|| run.world().now().seconds())),
        same,
    })
}

/// Returns the run of a recording at its beginning, prepared from the files in the recording.
///
/// # Errors
/// Returns an error if the recording lacks its scenario or mine, or if this version refuses one of them.
pub fn prepare_recording(recording: &Recording) -> Result<Run, ScenarioError> {
    let scratch = Scratch::new()?;
    prepare(recording, &scratch.0)
}

/// Prepares the run of a recording from the files in the recording, which are written to a folder.
fn prepare(recording: &Recording, scratch: &Path) -> Result<Run, ScenarioError> {
    let lacks = |what: &str| Fault::new(format!("the recording lacks {what}")).help("record the run again");
    let text = recording.attachment(SCENARIO_FILE).ok_or_else(|| lacks("the scenario"))?;
    let text = String::from_utf8(text.to_vec()).map_err(|_| lacks("a readable scenario"))?;
    let mine = scratch.join("mine");
    let mut named = BTreeMap::new();
    for (k, file) in recording.attachments.iter().enumerate() {
        let path = if file.name == MINE_FILE {
            mine.clone()
        } else if let Some(name) = file.name.strip_prefix(MINE_FOLDER) {
            // A name from a recording may point anywhere, so only its last part is used.
            mine.join(Path::new(name).file_name().unwrap_or_default())
        } else if let Some(name) = file.name.strip_prefix(NAMED_FILES) {
            let path = scratch.join(format!("file-{k}"));
            named.insert(PathBuf::from(name), path.clone());
            path
        } else {
            continue;
        };
        let data = recording.attachment(&file.name).unwrap_or_default();
        write(&path, data)?;
    }
    if !mine.exists() {
        return Err(lacks("the mine").into());
    }
    let source = SourceText::new(recording.info.path.clone(), text);
    let scenario = Scenario::from_source(&source, PathBuf::new())?.with_files(named);
    scenario.prepare(&Overrides {
        mine: Some(mine),
        seed: Some(recording.info.seed),
        duration_s: Some(recording.info.duration_s),
    })
}

fn write(path: &Path, data: &[u8]) -> Result<(), ScenarioError> {
    let done = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(path, data));
    Ok(done.map_err(|e| Fault::new(format!("cannot be written: {e}")).in_file(path.display()))?)
}

/// Folder that is deleted when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, ScenarioError> {
        use std::sync::atomic::{AtomicU64, Ordering};
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("haul-rerun-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        let made = std::fs::create_dir_all(&path);
        made.map_err(|e| Fault::new(format!("cannot be made: {e}")).in_file(path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that remains in the temporary folder does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
