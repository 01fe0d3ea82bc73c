//! `haul`: the simulator in a window, or without one if there is no display.

use crate::cli::{FIRST_SCENARIO, WatchArgs};
use crate::commands::{prepare, run};
use crate::failure::Failure;
use crate::out;
use haul_core::Fault;
use haul_scenario::{Report, Run};
use std::path::{Path, PathBuf};

/// Opens the window on a scenario. Without a display or a device, reports that and runs the scenario without a window.
pub fn simulate(args: &WatchArgs) -> Result<(), Failure> {
    let path = match &args.scenario {
        Some(path) => path.clone(),
        None => first_scenario()?,
    };
    if path.extension().is_some_and(|extension| extension == "mcap") {
        return view(&path, args);
    }
    let ready = prepare(&path, &args.overrides)?;
    let Some(report) = show(ready, args)? else { return Ok(()) };
    run::print(&report, args.json);
    run::verdict(&report)
}

/// Opens the window on a recording.
fn view(path: &Path, args: &WatchArgs) -> Result<(), Failure> {
    let options = &args.overrides;
    if options.mine.is_some() || options.seed.is_some() || options.duration.is_some() {
        let fault = Fault::new("a recording has its own mine, seed and duration").in_file(path.display());
        return Err(fault.help("leave out --mine, --seed and --duration").into());
    }
    let Some(report) = show_recording(path, args)? else { return Ok(()) };
    run::print(&report, args.json);
    run::verdict(&report)
}

/// Shows a recording until the window is closed. If the user continued the run from the recording, returns the report
/// of that run.
#[cfg(feature = "window")]
fn show_recording(path: &Path, args: &WatchArgs) -> Result<Option<Report>, Failure> {
    use haul_viewer::{Playback, PlaybackError, WatchOptions, probe_device, probe_window};
    let playback = Playback::open(path).map_err(|error| match error {
        PlaybackError::Scenario(error) => Failure::BadInput(error.into_faults()),
        other => Failure::from(Fault::new(other.to_string()).in_file(path.display())),
    })?;
    match probe_window().and_then(|()| probe_device()) {
        Ok(in_software) => {
            let options = WatchOptions { clock: args.clock, exit_at_end: args.exit_at_end, in_software };
            Ok(haul_viewer::view(playback, options))
        }
        Err(missing) => Err(Fault::new(missing.what)
            .in_file(path.display())
            .help(format!("{}; `haul info` prints the content of a recording", missing.help))
            .into()),
    }
}

#[cfg(not(feature = "window"))]
fn show_recording(path: &Path, _: &WatchArgs) -> Result<Option<Report>, Failure> {
    let fault = Fault::new("this build has no window for a recording").in_file(path.display());
    Err(fault.help("build with the feature `window`; `haul info` prints the content of a recording").into())
}

/// Shows a run in a window until it is closed. Returns `None` if it was closed before the end of the scenario.
#[cfg(feature = "window")]
fn show(ready: Run, args: &WatchArgs) -> Result<Option<Report>, Failure> {
    use haul_viewer::{WatchOptions, probe_device, probe_window, watch};
    match probe_window().and_then(|()| probe_device()) {
        Ok(in_software) => {
            if in_software {
                out::aside("haul: drawing in software; a graphics card makes it smooth");
            }
            let options = WatchOptions { clock: args.clock, exit_at_end: args.exit_at_end, in_software };
            Ok(watch(ready, options))
        }
        Err(missing) => headless(ready, missing),
    }
}

#[cfg(not(feature = "window"))]
fn show(ready: Run, _: &WatchArgs) -> Result<Option<Report>, Failure> {
    headless(ready, "this build has no window; build it with the feature `window`")
}

fn headless(ready: Run, why: impl std::fmt::Display) -> Result<Option<Report>, Failure> {
    out::aside(format!("haul: {why}. Running the scenario without a window."));
    run::drive(ready, None, None, false).map(Some)
}

/// Finds the first scenario in the working directory or a folder above.
fn first_scenario() -> Result<PathBuf, Failure> {
    let here = std::env::current_dir().unwrap_or_default();
    if PathBuf::from(FIRST_SCENARIO).is_file() {
        return Ok(FIRST_SCENARIO.into());
    }
    here.ancestors().map(|folder| folder.join(FIRST_SCENARIO)).find(|path| path.is_file()).ok_or_else(|| {
        Fault::new(format!("{FIRST_SCENARIO} is neither here nor in a folder above"))
            .help("go to the project's folder, or name a scenario: haul SCENARIO")
            .into()
    })
}
