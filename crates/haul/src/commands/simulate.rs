//! `haul`: the simulator in a window, or without one where there is no display.

use crate::cli::{FIRST_SCENARIO, WatchArgs};
use crate::commands::{prepare, run};
use crate::failure::Failure;
use crate::out;
use haul_core::Fault;
use haul_viewer::{WatchOptions, probe_device, probe_window, watch};
use std::path::PathBuf;

/// Opens the window on a scenario; without a display or a device it says so and runs the scenario headless.
pub fn simulate(args: &WatchArgs) -> Result<(), Failure> {
    let path = match &args.scenario {
        Some(path) => path.clone(),
        None => first_scenario()?,
    };
    let ready = prepare(&path, &args.overrides)?;
    let report = match probe_window().and_then(|()| probe_device()) {
        Ok(in_software) => {
            if in_software {
                out::aside("haul: drawing in software; a graphics card makes it smooth");
            }
            let options = WatchOptions { clock: args.clock, exit_at_end: args.exit_at_end, in_software };
            match watch(ready, options) {
                Some(report) => report,
                None => return Ok(()),
            }
        }
        Err(missing) => {
            out::aside(format!("haul: {missing}. Running the scenario without a window."));
            run::drive(ready, None)?
        }
    };
    run::print(&report, args.json);
    run::verdict(&report)
}

/// The first scenario, here or in a folder above.
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
