//! Options of `haul mine`.

use super::number::{seed, whole};
use clap::{Args, Subcommand};
use haul_mine::Side;
use haul_mine::generate::RampShape;
use haul_mine::import::{Axes, Format, Unit};
use std::path::PathBuf;

/// Mines.
#[derive(Debug, Subcommand)]
pub enum MineCommand {
    /// Turn survey files into a mine map: strings, surfaces, elevation rasters, a mask of the drivable surface
    #[command(after_help = "Several files make one mine: rasters and surfaces are its ground, strings its edges.\n\
        How each was read, its unit and its axes are always told. Exit status: 0 imported, 2 for input that cannot be used.")]
    Import(ImportArgs),
    /// Print the totals of a mine map and draw its plan
    Inspect(InspectArgs),
    /// Check the roads of a mine against the rules of haul road design, the worst stretches first
    #[command(
        after_help = "Exit status: 0 where every `must` rule is kept, 1 where one is broken (`should` rules are \
        advice), 2 for bad input. The rules with their sources: seeds/design.toml."
    )]
    Check(CheckArgs),
    /// Propose places to load, tip and park from the wide areas of a mine, as `[[place]]` entries
    Propose(ProposeArgs),
    /// Write the next revision of a mine: faces advance, dumps grow, roads wear and are graded
    Change(ChangeArgs),
    /// Compare two maps of one mine: surface, earth moved, roads, places, zones, settings
    #[command(after_help = "Exit status: 0 where the maps are the same, 1 where they differ, 2 for bad input.")]
    Diff(DiffArgs),
    /// Pack a mine into one file, which scenarios and commands accept like its directory
    Pack(PackArgs),
    /// Write a packed mine to a directory with files for other tools
    Unpack(UnpackArgs),
    /// Make an open pit with ramps, faces, a dump, a crusher and a park
    Generate(GenerateArgs),
}

/// Options of an import.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Survey files, of the formats in the table
    #[arg(required = true, value_name = "FILE", help = capitalised(&haul_mine::import::accepted()))]
    pub files: Vec<PathBuf>,
    /// Directory to write the mine to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Name of the mine [default: the folder of the first file]
    #[arg(long)]
    pub name: Option<String>,
    /// Format of the files, if content and name do not tell it
    #[arg(long, value_name = "NAME", value_parser = format)]
    pub format: Option<Format>,
    /// Unit of their lengths, instead of the stated one, for example m, mm, ft or us-ft
    #[arg(long, value_name = "UNIT", value_parser = unit)]
    pub unit: Option<Unit>,
    /// Unit of their heights, instead of the stated one [default: the unit of lengths]
    #[arg(long, value_name = "UNIT", value_parser = unit)]
    pub height_unit: Option<Unit>,
    /// Order of their axes, instead of that of their format: en (east first) or ne
    #[arg(long, value_name = "ORDER", value_parser = axes)]
    pub axes: Option<Axes>,
    /// Layers (string numbers, feature kinds) that are edges of the drivable surface; all others are lines of the ground
    #[arg(long, value_name = "LAYER", value_delimiter = ',')]
    pub edges: Vec<String>,
    /// Meaning of each column of a CSV file in order: string, x (east), y (north), z, or - for a column that is not read
    #[arg(long, value_name = "NAME", value_delimiter = ',', allow_hyphen_values = true)]
    pub columns: Vec<String>,
    /// Name of the surface to read from a LandXML file with several surfaces
    #[arg(long, value_name = "NAME")]
    pub surface: Option<String>,
    /// Size of a mask's pixel, m
    #[arg(long, value_name = "METRES", requires = "origin")]
    pub scale: Option<f64>,
    /// East and north of the upper left corner of a mask, m
    #[arg(long, value_name = "EAST,NORTH", value_parser = position, requires = "scale", allow_hyphen_values = true)]
    pub origin: Option<(f64, f64)>,
    /// Longest gap that is closed between the ends of two strings, m
    #[arg(long, value_name = "METRES", value_parser = length)]
    pub tolerance: Option<f64>,
    /// Width up to which a road is closed at the end of the survey, m
    #[arg(long, value_name = "METRES", value_parser = length)]
    pub close_across: Option<f64>,
    /// Side of the road that traffic keeps to: left or right
    #[arg(long, value_name = "SIDE", value_parser = side)]
    pub traffic_side: Option<Side>,
    /// Earlier map of this mine: a road along one of its roads keeps the id
    #[arg(long, value_name = "MINE")]
    pub ids_of: Option<PathBuf>,
    /// Print the report of the import as JSON
    #[arg(long)]
    pub json: bool,
}

/// Returns a sentence with a capital letter at its start.
fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn format(text: &str) -> Result<Format, String> {
    let names = || Format::ALL.map(Format::name).join(", ");
    Format::of_name(text).ok_or_else(|| format!("one of {}", names()))
}

fn unit(text: &str) -> Result<Unit, String> {
    Unit::of_name(text).ok_or_else(|| format!("expected one of {}", Unit::names()))
}

fn axes(text: &str) -> Result<Axes, String> {
    Axes::of_name(text).ok_or_else(|| "en or ne".into())
}

fn shape(text: &str) -> Result<RampShape, String> {
    match text {
        "switchback" => Ok(RampShape::Switchback),
        "spiral" => Ok(RampShape::Spiral),
        _ => Err("switchback or spiral".into()),
    }
}

fn side(text: &str) -> Result<Side, String> {
    match text {
        "left" => Ok(Side::Left),
        "right" => Ok(Side::Right),
        _ => Err("left or right".into()),
    }
}

fn length(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(v) if v.is_finite() && v >= 0.0 => Ok(v),
        _ => Err("a number of metres from 0 up".into()),
    }
}

fn amount(text: &str) -> Result<(String, f64), String> {
    let number = |t: &str| t.trim().parse::<f64>().ok().filter(|v| v.is_finite() && *v >= 0.0);
    let parts = text.split_once('=').and_then(|(name, value)| Some((name.trim().to_owned(), number(value)?)));
    parts.ok_or_else(|| "a name, =, and a number from 0 up".into())
}

fn position(text: &str) -> Result<(f64, f64), String> {
    let number = |t: &str| t.trim().parse::<f64>().ok().filter(|v| v.is_finite());
    text.split_once(',').and_then(|(x, y)| Some((number(x)?, number(y)?))).ok_or_else(|| "east,north in metres".into())
}

/// Options of an inspection.
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
    /// Draw the plan to a PNG file
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
    /// Write grade, cross-fall, curvature, width, sight distance and lanes of each metre of road to a CSV file
    #[arg(long, value_name = "FILE")]
    pub stations: Option<PathBuf>,
}

/// Options of a design check.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Mine directory
    pub mine: PathBuf,
    /// Truck file [default: the TR100AT]
    #[arg(long, value_name = "FILE")]
    pub truck: Option<PathBuf>,
    /// Rules, a file like seeds/design.toml [default: seeds/design.toml]
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Print every finding, not only the worst
    #[arg(long)]
    pub all: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// Write the findings to a GeoJSON file, in metres of the site
    #[arg(long, value_name = "FILE")]
    pub geojson: Option<PathBuf>,
    /// Draw the plan coloured by findings to an SVG file
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

/// Options of a proposal of places.
#[derive(Debug, Args)]
pub struct ProposeArgs {
    /// Mine directory
    pub mine: PathBuf,
    /// Truck file [default: the TR100AT]
    #[arg(long, value_name = "FILE")]
    pub truck: Option<PathBuf>,
    /// Propose places in addition to those of the mine, not instead of them
    #[arg(long)]
    pub beside: bool,
    /// Print the proposal as JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of a change.
#[derive(Debug, Args)]
pub struct ChangeArgs {
    /// Mine directory
    pub mine: PathBuf,
    /// Directory to write the changed mine to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Truck file [default: the TR100AT]
    #[arg(long, value_name = "FILE")]
    pub truck: Option<PathBuf>,
    /// Dig a face forward by a volume in the bank, m³: face_1=20000
    #[arg(long, value_name = "FACE=M3", value_parser = amount)]
    pub dig: Vec<(String, f64)>,
    /// Tip a volume over the edge of a dump, m³ as tipped: dump=30000
    #[arg(long, value_name = "DUMP=M3", value_parser = amount)]
    pub tip: Vec<(String, f64)>,
    /// Wear a road by its traffic, tonnes of gross mass: 3=250000; `all` for every road
    #[arg(long, value_name = "ROAD=TONNES", value_parser = amount)]
    pub traffic: Vec<(String, f64)>,
    /// Grade a road, by its number; `all` for every road
    #[arg(long, value_name = "ROAD")]
    pub grade: Vec<String>,
    /// Print the changes as JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of packing.
#[derive(Debug, Args)]
pub struct PackArgs {
    /// Mine directory
    pub mine: PathBuf,
    /// File to write, usually with the ending .mine
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Print size and fingerprint as JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of unpacking.
#[derive(Debug, Args)]
pub struct UnpackArgs {
    /// Packed mine, from `haul mine pack`
    pub mine: PathBuf,
    /// Directory to write the mine to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Options of a comparison.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Earlier mine directory
    pub before: PathBuf,
    /// Later mine directory
    pub after: PathBuf,
    /// Print the comparison as JSON
    #[arg(long)]
    pub json: bool,
    /// Write added and removed drivable surface to a GeoJSON file
    #[arg(long, value_name = "FILE")]
    pub geojson: Option<PathBuf>,
}

/// Options of a generated mine.
#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// Directory to write the mine to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Seed from which the figures that are not given are drawn: shape, depth, lanes, faces, crushers, dumps, phases; the same
    /// seed gives the same mine
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    /// Use usual figures instead of drawn ones: 120 m deep, two lanes, switchbacks, two faces
    #[arg(long)]
    pub usual: bool,
    /// Shape of the ramp: switchback or spiral
    #[arg(long, value_name = "SHAPE", value_parser = shape)]
    pub shape: Option<RampShape>,
    /// Number of lanes of ramps and roads, 1 or 2
    #[arg(long, value_name = "N", value_parser = whole::<1, 2>)]
    pub lanes: Option<u32>,
    /// Number of loading faces, 1 to 4
    #[arg(long, value_name = "N", value_parser = whole::<1, 4>)]
    pub faces: Option<u32>,
    /// Number of crushers, 1 or 2
    #[arg(long, value_name = "N", value_parser = whole::<1, 2>)]
    pub crushers: Option<u32>,
    /// Number of tip heads, 1 to 3
    #[arg(long, value_name = "N", value_parser = whole::<1, 3>)]
    pub dumps: Option<u32>,
    /// Number of pushbacks, 0 to 5
    #[arg(long, value_name = "N", value_parser = whole::<0, 5>)]
    pub phases: Option<u32>,
    /// Number of switchbacks of a switchback ramp, 2 to 5
    #[arg(long, value_name = "N", value_parser = whole::<2, 5>)]
    pub switchbacks: Option<u32>,
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
    /// Earlier map of this mine: a road along one of its roads keeps the id
    #[arg(long, value_name = "MINE")]
    pub ids_of: Option<PathBuf>,
    /// Print the totals as JSON
    #[arg(long)]
    pub json: bool,
}
