//! The `haul` command: the mine simulator, runs, plans, trucks, mines, pictures.

mod cli;
mod commands;
mod draw;
mod failure;
mod log;
mod out;
mod plot;

use cli::{Cli, Command};
use failure::Failure;
use log::Log;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::read();
    let log = match Log::start(cli.verbose) {
        Ok(log) => log,
        Err(failure) => return failure.report(),
    };
    let done = perform(&cli);
    log.finish();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Performs the command; without one, opens the simulator.
fn perform(cli: &Cli) -> Result<(), Failure> {
    match &cli.command {
        None => commands::simulate::simulate(&cli.watch),
        Some(Command::View(args)) => commands::simulate::simulate(args),
        Some(Command::Run(args)) => commands::run::run(args),
        Some(Command::Rerun(args)) => commands::recording::rerun(args),
        Some(Command::Info(args)) => commands::recording::info(args),
        Some(Command::Plan(plan)) => commands::plan::plan(plan),
        Some(Command::Truck(args)) => commands::truck::truck(args),
        Some(Command::Mine(mine)) => commands::mine::mine(mine),
        #[cfg(feature = "window")]
        Some(Command::Shot(args)) => commands::shot::shot(args),
        #[cfg(feature = "window")]
        Some(Command::Film(args)) => commands::film::film(args),
        Some(Command::Web(args)) => commands::web::web(args),
        Some(Command::Schema) => {
            out::json(&haul_scenario::json_schema());
            Ok(())
        }
    }
}
