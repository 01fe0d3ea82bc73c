//! `haul run`: a scenario without a window.

use crate::cli::{RunArgs, ScenarioArgs};
use crate::commands::{overrides, prepare};
use crate::failure::Failure;
use crate::out;
use haul_core::{Fault, SimTime};
use haul_scenario::report::Ending;
use haul_scenario::{Recorder, Report, Run, Scenario, ScenarioError, SnapshotFileError, read_snapshot};
use haul_sim::SimError;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Runs a scenario and prints its report.
pub fn run(args: &RunArgs) -> Result<(), Failure> {
    let run = match &args.resume {
        Some(file) => resume(&args.scenario, &args.overrides, file)?,
        None => prepare(&args.scenario, &args.overrides)?,
    };
    let snapshot = args.snapshot_at.zip(args.snapshot_out.clone());
    let snapshot = snapshot.map(|(at, path)| PlannedSnapshot { at: SimTime::from_seconds(at), path });
    let report = drive(run, args.record.as_deref(), snapshot, args.force)?;
    print(&report, args.json);
    verdict(&report)
}

/// Returns the failure of a report, for the exit status.
pub fn verdict(report: &Report) -> Result<(), Failure> {
    match (report.ended, report.passed) {
        (Ending::Interrupted, _) => Err(Failure::Interrupted),
        (_, true) => Ok(()),
        (_, false) => Err(Failure::CheckFailed),
    }
}

/// Steps a run to its end, with a progress bar on a terminal. Ctrl-C ends the run with a report.
/// If a recording can no longer be written, it ends with a message, and the run continues.
pub fn drive(
    mut run: Run,
    record: Option<&Path>,
    mut snapshot: Option<PlannedSnapshot>,
    overwrite: bool,
) -> Result<Report, Failure> {
    if let Some(planned) = &snapshot {
        planned.check(&run, overwrite)?;
    }
    let mut recorder = match record {
        Some(path) => Some(Recorder::create(path, &run, overwrite).map_err(Failure::sentence)?),
        None => None,
    };
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    // A second handler in one process is refused; the first one stays.
    let _ = ctrlc::set_handler(move || asked.store(true, Ordering::SeqCst));
    for note in run.notes() {
        out::aside(format!("note: {note}"));
    }
    let bar = bar();
    let began = Instant::now();
    let mut steps = 0_u64;
    loop {
        if let Some(planned) = snapshot.take_if(|planned| run.world().now() >= planned.at) {
            // The run is worth more than its snapshot, so it continues.
            if let Err(error) = run.write_snapshot(&planned.path, overwrite) {
                out::aside(format!("error: {error}"));
            }
        }
        if run.is_finished() {
            break;
        }
        run.step();
        steps += 1;
        if let Some(writing) = &mut recorder
            && let Err(error) = writing.sample(&mut run)
        {
            out::aside(format!("error: {error}. The recording ends at {}.", run.world().now()));
            recorder = None;
        }
        if steps.is_multiple_of(200) {
            let (cycles, delivered) = run.figures();
            bar.set_position((run.progress() * 1_000.0) as u64);
            bar.set_message(format!("{}  {cycles} cycles, {delivered:.1} t", run.world().now()));
            if stop.load(Ordering::SeqCst) {
                run.interrupt();
            }
        }
    }
    if snapshot.is_some() {
        out::aside(format!("note: no snapshot was taken: the run ended at {}", run.world().now()));
    }
    let report = run.report(began.elapsed().as_secs_f64());
    bar.finish_and_clear();
    if let Some(Err(error)) = recorder.map(|recorder| recorder.finish(&run)) {
        out::aside(format!("error: {error}. The recording has no end."));
    }
    Ok(report)
}

/// Snapshot to be taken during a run.
pub struct PlannedSnapshot {
    at: SimTime,
    path: PathBuf,
}

impl PlannedSnapshot {
    /// Checks before the run what would otherwise fail hours later.
    fn check(&self, run: &Run, overwrite: bool) -> Result<(), Failure> {
        if self.at > run.duration() {
            let (at, end) = (self.at.seconds(), run.duration().seconds());
            let fault = Fault::new(format!("--snapshot-at {at} is after the end of the run, at {end} s"));
            return Err(fault.help("a time within the run, or a longer run with --duration SECONDS").into());
        }
        if self.at < run.world().now() {
            let (at, now) = (self.at.seconds(), run.world().now().seconds());
            let fault = Fault::new(format!("--snapshot-at {at} is before the time that the run resumes at, {now} s"));
            return Err(fault.help(format!("a time from {now} s on")).into());
        }
        if !overwrite && self.path.exists() {
            return Err(Failure::sentence(SnapshotFileError::Exists(self.path.clone())));
        }
        Ok(())
    }
}

/// Prepares the run of a snapshot.
fn resume(scenario: &Path, args: &ScenarioArgs, file: &Path) -> Result<Run, Failure> {
    let snapshot = read_snapshot(file).map_err(Failure::sentence)?;
    let scenario = Scenario::load(scenario)?;
    scenario.resume(&overrides(args), &snapshot).map_err(|error| match error {
        ScenarioError::World(error @ SimError::Snapshot(_)) => {
            Failure::sentence(format!("{}: {error}", file.display()))
        }
        other => Failure::BadInput(other.into_faults()),
    })
}

/// Makes a progress bar on stderr; hidden if stderr is not a terminal.
pub fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(1_000);
    if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} [{bar:40}] {msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    out::write_around(bar.clone());
    bar
}

/// Prints a report: JSON for machines, tables for people.
pub fn print(report: &Report, as_json: bool) {
    if as_json {
        out::json(report);
        return;
    }
    let ended = match report.ended {
        Ending::CyclesDone => "every truck has had its cycles",
        Ending::TimeOver => "the time is over",
        Ending::Interrupted => "interrupted",
    };
    out::line(format!("{} on {} (seed {}): {ended}", report.scenario, report.mine, report.seed));
    out::line(out::pairs(report.rows()));
    if let Some(cycle) = report.by_cycle.last() {
        out::line(format!("\nlast cycle, truck {}: {:.1} t in {:.0} s", cycle.truck, cycle.payload_t, cycle.cycle_s));
        out::line(out::pairs(cycle.stages_s.iter().map(|(stage, s)| (format!("  {stage}"), format!("{s:7.1} s")))));
    }
    if !report.checks.is_empty() {
        let rows = report.checks.iter().map(|c| {
            vec![c.figure.clone(), c.found(), c.expected.clone(), if c.passed { "passed" } else { "FAILED" }.into()]
        });
        out::line(format!("\n{}", out::table(&["expected of", "is", "should be", ""], rows)));
    }
    for note in report.notes() {
        out::line(note);
    }
    out::line(if report.passed { "passed" } else { "not passed" });
}
