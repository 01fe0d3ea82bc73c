//! What may be typed: commands, options, their help.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The scenario that `haul` opens when none is named.
pub const FIRST_SCENARIO: &str = "scenarios/01_first_haul.toml";

/// An open autonomous haulage stack for the TR100AT mining dump truck, and the mine simulator that proves it.
#[derive(Debug, Parser)]
#[command(name = "haul", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
#[command(after_help = "Without a command, haul opens the 3D mine simulator on a scenario.\n\
    Exit status: 0 passed, 1 a check failed, 2 bad input, 130 interrupted.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub watch: WatchArgs,
}

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a scenario without a window and report what came out
    Run(RunArgs),
    /// Plan a route, a manoeuvre into a spot, or a speed profile
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Show a truck: masses, axle loads, speeds by gear, each figure with its source
    Truck(TruckArgs),
    /// Import, inspect or generate a mine
    #[command(subcommand)]
    Mine(MineCommand),
    /// Render a scenario at a time to a PNG, with or without a display
    Shot(ShotArgs),
    /// Print the JSON schema of scenario files, for editors
    Schema,
}

/// A scenario and what the command line changes in it.
#[derive(Debug, Args)]
pub struct ScenarioArgs {
    /// Mine directory, in place of the scenario's own
    #[arg(long, value_name = "DIR")]
    pub mine: Option<PathBuf>,
    /// Seed of every random stream, in place of the scenario's own
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Longest simulated time in seconds, in place of the scenario's own
    #[arg(long, value_name = "SECONDS")]
    pub duration: Option<f64>,
}

/// The simulator.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// Scenario to open [default: scenarios/01_first_haul.toml]
    pub scenario: Option<PathBuf>,
    #[command(flatten)]
    pub overrides: ScenarioArgs,
    /// Speed of the clock at the start, in multiples of real time
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = clock_speed)]
    pub clock: f64,
    /// Leave when the scenario ends, printing its report
    #[arg(long)]
    pub exit_at_end: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

fn clock_speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(v) if (0.1..=64.0).contains(&v) => Ok(v),
        _ => Err("a number from 0.1 to 64".into()),
    }
}

/// A run without a window.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Scenario to run
    pub scenario: PathBuf,
    #[command(flatten)]
    pub overrides: ScenarioArgs,
    /// Record the run to an MCAP file, for Foxglove, Lichtblick or the `mcap` tools
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Print the report as one JSON object
    #[arg(long)]
    pub json: bool,
}

/// What can be planned.
#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// The route between two places: roads, length, time and fuel
    Route(PlanRouteArgs),
    /// The manoeuvre into a place's spot, tail first
    Spot(PlanSpotArgs),
    /// The speed along the way between two places, and the limit that binds at each point
    Speed(PlanRouteArgs),
}

/// From a place to a place.
#[derive(Debug, Args)]
pub struct PlanRouteArgs {
    /// Mine directory
    pub mine: PathBuf,
    /// Place to start from
    #[arg(long, value_name = "PLACE")]
    pub from: String,
    /// Place to go to
    #[arg(long, value_name = "PLACE")]
    pub to: String,
    /// Payload in tonnes
    #[arg(long, value_name = "TONNES", default_value_t = 0.0)]
    pub load: f64,
    /// Truck file, in place of the TR100AT
    #[arg(long, value_name = "FILE")]
    pub truck: Option<PathBuf>,
    /// Print the answer as JSON
    #[arg(long)]
    pub json: bool,
    /// Draw the answer to an SVG file
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

/// Into a spot.
#[derive(Debug, Args)]
pub struct PlanSpotArgs {
    /// Mine directory
    pub mine: PathBuf,
    /// Place to spot at
    #[arg(long, value_name = "PLACE")]
    pub at: String,
    /// Where the truck stands: east (m), north (m), compass bearing (degrees); the head of the queue if left out
    #[arg(long, value_name = "X,Y,BEARING", value_parser = pose_text, allow_hyphen_values = true)]
    pub from: Option<[f64; 3]>,
    /// Number of the spot, from 1
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub spot: usize,
    /// Truck file, in place of the TR100AT
    #[arg(long, value_name = "FILE")]
    pub truck: Option<PathBuf>,
    /// Print the answer as JSON
    #[arg(long)]
    pub json: bool,
    /// Draw the answer to an SVG file
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

fn pose_text(text: &str) -> Result<[f64; 3], String> {
    let numbers: Vec<f64> = text
        .split(',')
        .map(|part| part.trim().parse::<f64>().ok().filter(|v| v.is_finite()))
        .collect::<Option<_>>()
        .ok_or("three numbers with commas between: east in m, north in m, compass bearing in degrees")?;
    numbers.try_into().map_err(|_| "three numbers with commas between, such as 120.5,340,90".into())
}

/// The truck.
#[derive(Debug, Args)]
pub struct TruckArgs {
    /// Truck file, in place of the TR100AT
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Payload in tonnes for the masses and axle loads; the rated payload if left out
    #[arg(long, value_name = "TONNES")]
    pub load: Option<f64>,
    /// Print the answer as JSON
    #[arg(long)]
    pub json: bool,
}

/// Mines.
#[derive(Debug, Subcommand)]
pub enum MineCommand {
    /// Turn surveyed edge strings (CSV: string,x,y,z) into a mine map
    Import(ImportArgs),
    /// Print the totals of a mine map and draw its plan
    Inspect(InspectArgs),
    /// Make an open pit with ramps, faces, a dump, a crusher and a park
    Generate(GenerateArgs),
}

/// An import.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Survey file: CSV with the columns string,x,y,z in metres east, north, up
    pub file: PathBuf,
    /// Directory to write the mine to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Name of the mine; the file's folder if left out
    #[arg(long)]
    pub name: Option<String>,
    /// Longest gap between the ends of two strings that are joined, m
    #[arg(long, value_name = "METRES")]
    pub tolerance: Option<f64>,
    /// Print the import's report as JSON
    #[arg(long)]
    pub json: bool,
}

/// An inspection.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Mine directory
    pub mine: PathBuf,
    /// Print the totals as JSON
    #[arg(long)]
    pub json: bool,
    /// Draw the plan to an SVG file
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

/// A generated mine.
#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// Directory to write the mine to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Seed: the same one gives the same mine
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Depth of the pit, m
    #[arg(long, value_name = "METRES")]
    pub depth: Option<f64>,
    /// Height of a bench, m
    #[arg(long, value_name = "METRES")]
    pub bench_height: Option<f64>,
    /// Grade of the ramps, %
    #[arg(long, value_name = "PERCENT")]
    pub ramp_grade: Option<f64>,
    /// Width of the ramps, m
    #[arg(long, value_name = "METRES")]
    pub ramp_width: Option<f64>,
    /// Print the totals as JSON
    #[arg(long)]
    pub json: bool,
}

/// Where a picture is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CameraArg {
    /// Behind and above the truck
    Chase,
    /// From the side, near the truck
    Side,
    /// The whole mine from above
    Overview,
}

/// A picture.
#[derive(Debug, Args)]
pub struct ShotArgs {
    /// Scenario to render
    pub scenario: PathBuf,
    #[command(flatten)]
    pub overrides: ScenarioArgs,
    /// Simulated time of the picture, s
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub at: f64,
    /// File to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Width and height in pixels
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = size_text)]
    pub size: (u32, u32),
    /// Where the picture is taken from
    #[arg(long, value_enum, default_value_t = CameraArg::Chase)]
    pub camera: CameraArg,
}

fn size_text(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    match parts {
        Some((w, h)) if (16..=8192).contains(&w) && (16..=8192).contains(&h) => Ok((w, h)),
        _ => Err("two whole numbers from 16 to 8192, such as 1280x720".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_pose_is_three_numbers() {
        assert_eq!(pose_text("-1, 2.5,90"), Ok([-1.0, 2.5, 90.0]));
        assert!(pose_text("1,2").is_err() && pose_text("1,2,nan").is_err() && pose_text("a,b,c").is_err());
    }
}
