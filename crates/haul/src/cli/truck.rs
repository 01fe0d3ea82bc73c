//! What may be typed after `haul truck`.

use super::air::{AirArgs, within};
use clap::{Args, Subcommand, ValueEnum};
use haul_vehicle::BrakeSystem;
use std::path::PathBuf;

/// The truck, and what is asked of it.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct TruckArgs {
    /// What to look up; the data sheet if left out
    #[command(subcommand)]
    pub command: Option<TruckCommand>,
    #[command(flatten)]
    pub datasheet: DatasheetArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}

/// What every question has in common.
#[derive(Debug, Args)]
pub struct CommonArgs {
    /// Truck file, in place of the TR100AT
    #[arg(long, value_name = "FILE", global = true)]
    pub file: Option<PathBuf>,
    /// The air the truck works in.
    #[command(flatten)]
    pub air: AirArgs,
    /// Print the answer as one JSON object
    #[arg(long, global = true)]
    pub json: bool,
}

/// What a maker's handbook answers.
#[derive(Debug, Subcommand)]
pub enum TruckCommand {
    /// Masses, axle loads, dimensions, speeds by gear, and every figure with its source and standing
    Datasheet(DatasheetArgs),
    /// Steady speed, gear and pull at full throttle against a total resistance
    Climb(ClimbArgs),
    /// Steady speed, gear, retardation and oil temperature down a grade on the retarder
    Descend(DescendArgs),
    /// Distance to a stop, by brake system, grade, load and surface
    Stop(StopArgs),
    /// Speeds at which a curve slides and rolls over
    Curve(CurveArgs),
    /// Draw rimpull, gradeability and retardation charts as SVG
    Chart(ChartArgs),
    /// Drive the handling tests on the proving ground and draw each as SVG
    Handling(ChartArgs),
    /// Travel time, fuel, temperatures, tyre load and cost over a haul profile, loaded and empty
    Cycle(CycleArgs),
}

/// A load.
#[derive(Debug, Args)]
pub struct DatasheetArgs {
    /// Payload in tonnes for the masses and axle loads; the rated payload if left out
    #[arg(long, value_name = "TONNES")]
    pub load: Option<f64>,
}

/// How heavy the truck is.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct MassArgs {
    /// Gross machine mass in tonnes
    #[arg(long, value_name = "TONNES")]
    pub gross: Option<f64>,
    /// Payload in tonnes; the rated payload if neither is given
    #[arg(long, value_name = "TONNES")]
    pub load: Option<f64>,
}

/// Up.
#[derive(Debug, Args)]
pub struct ClimbArgs {
    #[command(flatten)]
    pub mass: MassArgs,
    /// Total resistance in percent of the weight: grade plus rolling resistance
    #[arg(long, value_name = "PERCENT", required_unless_present = "grade",
        conflicts_with_all = ["grade", "rolling", "penetration"],
        allow_hyphen_values = true, value_parser = within::<-40, 60>)]
    pub resistance: Option<f64>,
    /// Grade in percent, in place of the total resistance
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true, value_parser = within::<-40, 40>)]
    pub grade: Option<f64>,
    /// Rolling resistance in percent, with the grade
    #[arg(long, value_name = "PERCENT", requires = "grade", value_parser = within::<0, 40>)]
    pub rolling: Option<f64>,
    /// How deep the tyres sink in, cm, in place of the rolling resistance: 2 % and 0.6 % for each centimetre
    #[arg(long, value_name = "CM", requires = "grade", conflicts_with = "rolling", value_parser = within::<0, 60>)]
    pub penetration: Option<f64>,
}

/// Down.
#[derive(Debug, Args)]
pub struct DescendArgs {
    #[command(flatten)]
    pub mass: MassArgs,
    /// Grade in percent, negative downhill
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true, value_parser = within::<-40, 40>)]
    pub grade: f64,
    /// Rolling resistance in percent
    #[arg(long, value_name = "PERCENT", default_value = "2", value_parser = within::<0, 40>)]
    pub rolling: f64,
    /// How deep the tyres sink in, cm, in place of the rolling resistance: 2 % and 0.6 % for each centimetre
    #[arg(long, value_name = "CM", conflicts_with = "rolling", value_parser = within::<0, 60>)]
    pub penetration: Option<f64>,
    /// Length of the descent in metres; without it the descent has no end
    #[arg(long, value_name = "METRES", value_parser = within::<1, 100000>)]
    pub length: Option<f64>,
    /// Temperature of the retarder's oil at the top, °C; that of the coolant if left out
    #[arg(long, value_name = "CELSIUS", value_parser = within::<-60, 200>, allow_hyphen_values = true)]
    pub oil: Option<f64>,
}

/// To a stop.
#[derive(Debug, Args)]
pub struct StopArgs {
    /// Speed in km/h
    #[arg(long, value_name = "KMH", value_parser = within::<0, 120>)]
    pub speed: f64,
    /// Grade in percent, negative downhill
    #[arg(long, value_name = "PERCENT", default_value = "0", allow_hyphen_values = true,
        value_parser = within::<-40, 40>)]
    pub grade: f64,
    #[command(flatten)]
    pub mass: MassArgs,
    #[command(flatten)]
    pub surface: SurfaceArgs,
    /// Brake system
    #[arg(long, value_enum, default_value = "service")]
    pub system: SystemArg,
    /// Time before the brakes are commanded, s; that of the unmanned truck if left out
    #[arg(long, value_name = "SECONDS", value_parser = within::<0, 60>)]
    pub delay: Option<f64>,
}

/// Round a curve.
#[derive(Debug, Args)]
pub struct CurveArgs {
    /// Radius in metres
    #[arg(long, value_name = "METRES", value_parser = within::<1, 100000>)]
    pub radius: f64,
    /// Superelevation in percent, positive where the curve leans inwards
    #[arg(long, value_name = "PERCENT", default_value = "0", allow_hyphen_values = true,
        value_parser = within::<-40, 40>)]
    pub superelevation: f64,
    #[command(flatten)]
    pub mass: MassArgs,
    #[command(flatten)]
    pub surface: SurfaceArgs,
}

/// The ground.
#[derive(Debug, Args)]
pub struct SurfaceArgs {
    /// Surface: dry, wet, snow, ice, or a road class
    #[arg(long, value_name = "NAME", default_value = "dry")]
    pub surface: String,
}

/// Charts.
#[derive(Debug, Args)]
pub struct ChartArgs {
    /// Folder that the drawings are written to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// A haul.
#[derive(Debug, Args)]
pub struct CycleArgs {
    /// Table of the haul road from the shovel to the dump: length_m, grade_pct, rolling_pct or penetration_cm (of the
    /// tyres), and if wanted limit_kmh, radius_m
    pub profile: PathBuf,
    /// Payload in tonnes; the rated payload if left out
    #[arg(long, value_name = "TONNES")]
    pub load: Option<f64>,
    #[command(flatten)]
    pub surface: SurfaceArgs,
    /// Time at the shovel in seconds, spotting included
    #[arg(long, value_name = "SECONDS", value_parser = within::<0, 36000>)]
    pub loading: Option<f64>,
    /// Time at the dump in seconds, backing up included
    #[arg(long, value_name = "SECONDS", value_parser = within::<0, 36000>)]
    pub dumping: Option<f64>,
    /// Waiting in a cycle in seconds
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = within::<0, 36000>)]
    pub waiting: f64,
    /// Draw speed, gear and oil temperature over the road to an SVG file
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

/// A brake system by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SystemArg {
    /// Front discs and rear oil-cooled discs
    Service,
    /// What is left after a single failure
    Secondary,
    /// The spring-applied parking brake
    Parking,
}

impl From<SystemArg> for BrakeSystem {
    fn from(system: SystemArg) -> Self {
        match system {
            SystemArg::Service => BrakeSystem::Service,
            SystemArg::Secondary => BrakeSystem::Secondary,
            SystemArg::Parking => BrakeSystem::Parking,
        }
    }
}
