//! Commands and options of the command line, with their help.

pub mod air;
pub mod mine;
mod number;
pub mod plan;
#[cfg(feature = "window")]
pub mod shot;
pub mod truck;
pub mod web;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgAction, ArgGroup, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::path::PathBuf;

/// Scenario that `haul` opens without a name.
pub const FIRST_SCENARIO: &str = "scenarios/01_first_haul.toml";

/// An open autonomous haulage stack for the TR100AT mining dump truck, and the mine simulator that proves it.
#[derive(Debug, Parser)]
#[command(name = "haul", version, max_term_width = 100)]
#[command(override_usage = "haul [OPTIONS] [SCENARIO]\n       haul [OPTIONS] <COMMAND>")]
#[command(after_help = "Without a command, haul opens the 3D mine simulator on a scenario.\n\
    Exit status: 0 passed, 1 a check failed, 2 bad input, 130 interrupted.")]
pub struct Cli {
    /// The command to perform.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Show more of the log on stderr: -v progress, -vv details; without it, warnings, each cause once.
    /// The variable HAUL_LOG may hold a filter instead, e.g. HAUL_LOG=haul_sim=debug,haul_fleet=info
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    #[command(flatten)]
    pub watch: WatchArgs,
}

impl Cli {
    /// Reads the command line. Prints a message and exits with status 2 if it is wrong.
    pub fn read() -> Self {
        let mut command = number::with_negative_numbers(Self::command());
        let matches = command.get_matches_mut();
        if let Some(what) = misplaced(&command, &matches) {
            command.error(ErrorKind::ArgumentConflict, what).exit();
        }
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

/// Finds an option of a command that was given before the name of a subcommand, where it would have no effect. Options of every
/// command, such as `-v`, may stand anywhere.
fn misplaced(command: &clap::Command, matches: &ArgMatches) -> Option<String> {
    let (name, inner) = matches.subcommand()?;
    let subcommand = command.find_subcommand(name)?;
    let is_given = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    // An option that the subcommand shares with its own ones shows up here as well, wherever it was given.
    let is_shared = |id: &str| subcommand.get_arguments().any(|own| own.is_global_set() && own.get_id() == id);
    let has_no_effect = |own: &&clap::Arg| {
        let id = own.get_id().as_str();
        !own.is_global_set() && !is_shared(id) && is_given(id)
    };
    match command.get_arguments().find(has_no_effect) {
        Some(own) => {
            Some(format!("the subcommand '{name}' cannot be used with '{own}'; give its own options after it"))
        }
        None => misplaced(subcommand, inner),
    }
}

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the window on a recording or a scenario, as `haul FILE` does
    View(WatchArgs),
    /// Run a scenario without a window and print its report
    Run(RunArgs),
    /// Run a recording again and compare the state hashes
    Rerun(RecordingArgs),
    /// Print the content of a recording
    Info(RecordingArgs),
    /// Plan a route, a manoeuvre into a spot, or a speed profile
    #[command(subcommand)]
    Plan(plan::PlanCommand),
    /// Look up a truck as in a maker's handbook: data sheet, climb, descend, stop, curve, chart, cycle
    Truck(truck::TruckArgs),
    /// Import, inspect or generate a mine
    #[command(subcommand)]
    Mine(mine::MineCommand),
    /// Draw a scenario at a simulated time to a PNG file, with or without a display
    #[cfg(feature = "window")]
    Shot(shot::ShotArgs),
    /// Draw a scenario at regular intervals to a series of PNG files, with or without a display
    #[cfg(feature = "window")]
    Film(shot::FilmArgs),
    /// Show a recording or a live run in the browser
    Web(web::WebArgs),
    /// Print the JSON schema of scenario files, for editors
    Schema,
}

/// Changes of the command line to a scenario.
#[derive(Debug, Args)]
pub struct ScenarioArgs {
    /// Mine directory, instead of the scenario's own
    #[arg(long, value_name = "DIR")]
    pub mine: Option<PathBuf>,
    /// Seed of every random stream, instead of the scenario's own
    #[arg(long, value_name = "N", value_parser = number::seed)]
    pub seed: Option<u64>,
    /// Longest simulated time in seconds, instead of the scenario's own
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    pub duration: Option<f64>,
}

/// Options of the simulator.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// Scenario or recording (.mcap) to open [default: scenarios/01_first_haul.toml]
    pub scenario: Option<PathBuf>,
    #[command(flatten)]
    pub overrides: ScenarioArgs,
    /// Speed of the clock at the start, in multiples of real time
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = clock_speed)]
    pub clock: f64,
    /// Close the window when the scenario ends, and print its report
    #[arg(long)]
    pub exit_at_end: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

fn clock_speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(v) if (0.1..=64.0).contains(&v) => Ok(v),
        _ => Err("expected a number from 0.1 to 64".into()),
    }
}

fn snapshot_time(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(v) if v.is_finite() && v >= 0.0 => Ok(v),
        _ => Err("expected a time of 0 s or more, e.g. 600".into()),
    }
}

/// Options of a run without a window.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("written").args(["record", "snapshot_out"]).multiple(true)))]
pub struct RunArgs {
    /// Scenario to run
    pub scenario: PathBuf,
    #[command(flatten)]
    pub overrides: ScenarioArgs,
    /// Record the run to an MCAP file, for Foxglove, Lichtblick or the `mcap` tools
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Take a snapshot of the run at this simulated time in seconds
    #[arg(long, value_name = "SECONDS", requires = "snapshot_out", value_parser = snapshot_time)]
    pub snapshot_at: Option<f64>,
    /// File to write the snapshot to; `--resume` continues from it
    #[arg(long, value_name = "FILE", requires = "snapshot_at")]
    pub snapshot_out: Option<PathBuf>,
    /// Continue from a snapshot of the same scenario, mine and seed
    #[arg(long, value_name = "FILE", conflicts_with = "record")]
    pub resume: Option<PathBuf>,
    /// Overwrite the recording or the snapshot if it exists
    #[arg(long, requires = "written")]
    pub force: bool,
    /// Print the report as one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Options of a recording.
#[derive(Debug, Args)]
pub struct RecordingArgs {
    /// Recording, written by `haul run --record`
    pub file: PathBuf,
    /// Print the answer as one JSON object
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        number::with_negative_numbers(Cli::command()).debug_assert();
    }

    /// Gives each option of a command a negative number. Returns the options for which clap does not accept it.
    fn misread(command: &clap::Command, path: &[String], found: &mut Vec<String>) {
        let takes_value = |arg: &&clap::Arg| arg.get_long().is_some() && arg.get_action().takes_values();
        for long in command.get_arguments().filter(takes_value).filter_map(clap::Arg::get_long) {
            let words = path.iter().cloned().chain([format!("--{long}"), "-1".to_owned()]);
            let read = number::with_negative_numbers(Cli::command()).try_get_matches_from(words);
            if read.is_err_and(|error| error.kind() == ErrorKind::UnknownArgument) {
                found.push(format!("{} --{long}", path.join(" ")));
            }
        }
        for inner in command.get_subcommands() {
            misread(inner, &[path, &[inner.get_name().to_owned()]].concat(), found);
        }
    }

    #[test]
    fn every_option_takes_a_negative_number_and_then_tells_its_range() {
        let mut found = Vec::new();
        misread(&Cli::command(), &["haul".to_owned()], &mut found);
        assert_eq!(found, Vec::<String>::new());
    }

    fn misplaced_in(words: &[&str]) -> Option<String> {
        let mut command = Cli::command();
        let matches = command.try_get_matches_from_mut(words).unwrap();
        misplaced(&command, &matches)
    }

    #[test]
    fn the_log_is_asked_for_anywhere_and_other_options_after_their_command() {
        let climb = ["climb", "--resistance", "10"];
        for before in [&["haul", "-v", "truck"][..], &["haul", "truck", "-vv"], &["haul", "truck"]] {
            assert_eq!(misplaced_in(&[before, &climb].concat()), None, "{before:?}");
        }
        assert_eq!(misplaced_in(&["haul", "run", "x.toml", "-v"]), None);
        let scenario = misplaced_in(&["haul", "x.toml", "run", "y.toml"]).unwrap();
        assert!(scenario.contains("'run'") && scenario.contains("[SCENARIO]"), "{scenario}");
        let json = misplaced_in(&["haul", "--json", "run", "y.toml"]).unwrap();
        assert!(json.contains("'run'") && json.contains("--json"), "{json}");
        let load = misplaced_in(&[&["haul", "truck", "--load", "50"][..], &climb].concat()).unwrap();
        assert!(load.contains("'climb'") && load.contains("--load"), "{load}");
        // These are options of every query to the handbook.
        for json in [
            [&["haul", "truck", "--json"][..], &climb].concat(),
            [&["haul", "truck"][..], &climb, &["--json"]].concat(),
        ] {
            assert_eq!(misplaced_in(&json), None, "{json:?}");
        }
    }
}
