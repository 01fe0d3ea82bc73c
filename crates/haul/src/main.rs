//! The `haul` command: the mine simulator, runs, plans, trucks, mines, pictures.

mod cli;
mod commands;
mod draw;
mod failure;
mod out;
mod plot;

use clap::Parser;
use cli::{Cli, Command};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Logs go to stderr and are quiet unless asked for: HAUL_LOG=info, HAUL_LOG=haul_sim=debug.
    let filter = EnvFilter::try_from_env("HAUL_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let done = match &cli.command {
        None => commands::simulate::simulate(&cli.watch),
        Some(Command::Run(args)) => commands::run::run(args),
        Some(Command::Rerun(args)) => commands::recording::rerun(args),
        Some(Command::Info(args)) => commands::recording::info(args),
        Some(Command::Plan(plan)) => commands::plan::plan(plan),
        Some(Command::Truck(args)) => commands::truck::truck(args),
        Some(Command::Mine(mine)) => commands::mine::mine(mine),
        #[cfg(feature = "window")]
        Some(Command::Shot(args)) => commands::shot::shot(args),
        Some(Command::Schema) => {
            out::json(&haul_scenario::json_schema());
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
