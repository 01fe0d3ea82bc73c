//! What may be typed after `haul mine`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

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
