//! Options of `haul truck`.
//!
//! Each number has a range, which keeps slips of the pen out:
//! - Grades and superelevations: 40 %, twice the steepest grade on a rimpull chart of this class.
//! - Rolling resistance: 40 %, twice that of sand (10 to 20 %, see `seeds/roads.toml`). Penetration: 60 cm, the same by the
//!   rule of 2 % and 0.6 % a centimetre (Caterpillar).
//! - Speed: 120 km/h, more than twice the top speed of the TR100AT (47.6 km/h).
//! - Oil of the retarder: 200 °C, far above its limit of 121 °C.
//! - Payload and gross mass: above the largest truck built (450 t of payload, BelAZ 75710); the truck's own range, up to
//!   1.2 of its rated payload, is checked with the truck.

use super::air::AirArgs;
use super::number::within;
use clap::{Args, Subcommand, ValueEnum};
use haul_vehicle::BrakeSystem;
use std::path::PathBuf;

/// Options of `haul truck`.
#[derive(Debug, Args)]
pub struct TruckArgs {
    /// The query; without it, the data sheet
    #[command(subcommand)]
    pub command: Option<TruckCommand>,
    #[command(flatten)]
    pub datasheet: DatasheetArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}

/// Options of every query.
#[derive(Debug, Args)]
pub struct CommonArgs {
    /// Truck file [default: the TR100AT]
    #[arg(long, value_name = "FILE", global = true)]
    pub file: Option<PathBuf>,
    /// The air.
    #[command(flatten)]
    pub air: AirArgs,
    /// Print the answer as one JSON object
    #[arg(long, global = true)]
    pub json: bool,
}

/// Queries to a maker's handbook.
#[derive(Debug, Subcommand)]
pub enum TruckCommand {
    /// Print masses, axle loads, dimensions, speeds by gear, and every figure with its source and standing
    Datasheet(DatasheetArgs),
    /// Print steady speed, gear and rimpull at full throttle for a total resistance
    Climb(ClimbArgs),
    /// Print steady speed, gear, retardation and oil temperature on a descent with the retarder
    Descend(DescendArgs),
    /// Print the stopping distance by brake system, grade, load and surface
    Stop(StopArgs),
    /// Print the speeds at which the truck slides and rolls over in a curve
    Curve(CurveArgs),
    /// Draw rimpull, gradeability and retardation charts as SVG
    Chart(ChartArgs),
    /// Drive the handling tests on the proving ground and draw each as SVG
    Handling(ChartArgs),
    /// Print travel time, fuel, temperatures, tyre load and cost over a haul profile, loaded and empty
    Cycle(CycleArgs),
}

/// Load of the truck.
#[derive(Debug, Args)]
pub struct DatasheetArgs {
    /// Payload in tonnes for the masses and axle loads [default: the rated payload]
    #[arg(long, value_name = "TONNES", allow_hyphen_values = true, value_parser = within::<0, 1000>)]
    pub load: Option<f64>,
}

/// Mass of the truck.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct MassArgs {
    /// Gross machine mass in tonnes
    #[arg(long, value_name = "TONNES", allow_hyphen_values = true, value_parser = within::<1, 2000>)]
    pub gross: Option<f64>,
    /// Payload in tonnes [default: the rated payload]
    #[arg(long, value_name = "TONNES", allow_hyphen_values = true, value_parser = within::<0, 1000>)]
    pub load: Option<f64>,
}

/// Options of a climb.
#[derive(Debug, Args)]
pub struct ClimbArgs {
    #[command(flatten)]
    pub mass: MassArgs,
    /// Total resistance in percent of the weight: grade plus rolling resistance
    #[arg(long, value_name = "PERCENT", required_unless_present = "grade",
        conflicts_with_all = ["grade", "rolling", "penetration"],
        allow_hyphen_values = true, value_parser = within::<-40, 60>)]
    pub resistance: Option<f64>,
    /// Grade in percent, instead of the total resistance
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true, value_parser = within::<-40, 40>)]
    pub grade: Option<f64>,
    /// Rolling resistance in percent, with the grade
    #[arg(long, value_name = "PERCENT", requires = "grade", allow_hyphen_values = true, value_parser = within::<0, 40>)]
    pub rolling: Option<f64>,
    /// Penetration of the tyres, cm, instead of the rolling resistance (2 % plus 0.6 % per centimetre)
    #[arg(long, value_name = "CM", requires = "grade", conflicts_with = "rolling", allow_hyphen_values = true, value_parser = within::<0, 60>)]
    pub penetration: Option<f64>,
}

/// Options of a descent.
#[derive(Debug, Args)]
pub struct DescendArgs {
    #[command(flatten)]
    pub mass: MassArgs,
    /// Grade in percent, negative downhill
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true, value_parser = within::<-40, 40>)]
    pub grade: f64,
    /// Rolling resistance in percent
    #[arg(long, value_name = "PERCENT", default_value = "2", allow_hyphen_values = true, value_parser = within::<0, 40>)]
    pub rolling: f64,
    /// Penetration of the tyres, cm, instead of the rolling resistance (2 % plus 0.6 % per centimetre)
    #[arg(long, value_name = "CM", conflicts_with = "rolling", allow_hyphen_values = true, value_parser = within::<0, 60>)]
    pub penetration: Option<f64>,
    /// Length of the descent in metres; without it the descent has no end
    #[arg(long, value_name = "METRES", allow_hyphen_values = true, value_parser = within::<1, 100000>)]
    pub length: Option<f64>,
    /// Temperature of the retarder's oil at the top, °C [default: that of the coolant]
    #[arg(long, value_name = "CELSIUS", value_parser = within::<-60, 200>, allow_hyphen_values = true)]
    pub oil: Option<f64>,
}

/// Options of a stop.
#[derive(Debug, Args)]
pub struct StopArgs {
    /// Speed in km/h
    #[arg(long, value_name = "KMH", allow_hyphen_values = true, value_parser = within::<0, 120>)]
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
    /// Time before the brakes are commanded, s [default: that of the unmanned truck]
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true, value_parser = within::<0, 60>)]
    pub delay: Option<f64>,
}

/// Options of a curve.
#[derive(Debug, Args)]
pub struct CurveArgs {
    /// Radius in metres
    #[arg(long, value_name = "METRES", allow_hyphen_values = true, value_parser = within::<1, 100000>)]
    pub radius: f64,
    /// Superelevation in percent, positive if the curve leans inwards
    #[arg(long, value_name = "PERCENT", default_value = "0", allow_hyphen_values = true,
        value_parser = within::<-40, 40>)]
    pub superelevation: f64,
    #[command(flatten)]
    pub mass: MassArgs,
    #[command(flatten)]
    pub surface: SurfaceArgs,
}

/// Surface of the road.
#[derive(Debug, Args)]
pub struct SurfaceArgs {
    /// Surface: dry, wet, snow, ice, or a road class
    #[arg(long, value_name = "NAME", default_value = "dry")]
    pub surface: String,
}

/// Options of the charts.
#[derive(Debug, Args)]
pub struct ChartArgs {
    /// Folder to write the drawings to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Options of a haulage study.
#[derive(Debug, Args)]
pub struct CycleArgs {
    /// Table of the haul road from the shovel to the dump: length_m, grade_pct, rolling_pct or penetration_cm (of the
    /// tyres), and optionally limit_kmh, radius_m
    pub profile: PathBuf,
    /// Payload in tonnes [default: the rated payload]
    #[arg(long, value_name = "TONNES", allow_hyphen_values = true, value_parser = within::<0, 1000>)]
    pub load: Option<f64>,
    #[command(flatten)]
    pub surface: SurfaceArgs,
    /// Time at the shovel in seconds, with spotting
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true, value_parser = within::<0, 36000>)]
    pub loading: Option<f64>,
    /// Time at the dump in seconds, with backing up
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true, value_parser = within::<0, 36000>)]
    pub dumping: Option<f64>,
    /// Waiting time in a cycle in seconds
    #[arg(long, value_name = "SECONDS", default_value = "0", allow_hyphen_values = true, value_parser = within::<0, 36000>)]
    pub waiting: f64,
    /// Draw speed, gear and oil temperature over the road to an SVG file
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

/// Brake system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SystemArg {
    /// Front discs and rear oil-cooled discs
    Service,
    /// The brakes that remain after a single failure
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
