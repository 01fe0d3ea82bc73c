//! Options of `haul plan`.

use super::air::AirArgs;
use super::number::{whole, within};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Commands of `haul plan`.
#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// Plan the route between two places: roads, length, time with its spread, fuel
    Route(PlanRouteArgs),
    /// Plan the manoeuvre into a spot of a place, and out of it
    Spot(PlanSpotArgs),
    /// Plan the speed on the way between two places, with the limit that binds at each point
    Speed(PlanRouteArgs),
}

/// Quantity that a route minimises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum CriterionName {
    /// Driving time
    #[default]
    Time,
    /// Fuel
    Fuel,
    /// Money, at the prices of `seeds/costs.toml`
    Cost,
}

/// Weather on the roads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum WeatherName {
    /// Dry, as the road class says
    #[default]
    Dry,
    /// Wet earth
    Rain,
    /// Packed snow
    Snow,
    /// Ice
    Ice,
}

/// Directions in which a truck enters and leaves a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum WayName {
    /// In forward, out forward
    PullThrough,
    /// In backwards, out forward
    #[default]
    BackIn,
    /// In forward, out backwards
    BackOut,
    /// In backwards, out backwards
    BackThrough,
}

/// Point of the truck that comes to the spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum OriginName {
    /// Foremost point
    Front,
    /// Middle of the load in the body
    Load,
    /// Middle of the rear axle, the reference of spots
    #[default]
    Axle,
    /// Tail of the body
    Rear,
    /// Point at which the load falls when it is tipped
    Pile,
}

/// Options of a plan from place to place.
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
    #[arg(long, value_name = "TONNES", default_value_t = 0.0, allow_hyphen_values = true, value_parser = within::<0, 1000>)]
    pub load: f64,
    /// Weather on the roads
    #[arg(long, value_enum, default_value_t)]
    pub weather: WeatherName,
    /// The air.
    #[command(flatten)]
    pub air: AirArgs,
    /// Temperature of the retarder's oil at the start, °C; descents then follow its heat instead of the continuous power of
    /// the retarder
    #[arg(long, value_name = "CELSIUS", allow_hyphen_values = true, value_parser = within::<-60, 150>)]
    pub oil: Option<f64>,
    /// Quantity that the route minimises
    #[arg(long, value_enum, default_value_t)]
    pub criterion: CriterionName,
    /// Number of other routes to print, each clearly different from the others
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=20))]
    pub alternatives: u8,
    /// Truck file [default: the TR100AT]
    #[arg(long, value_name = "FILE")]
    pub truck: Option<PathBuf>,
    /// Print the answer as JSON
    #[arg(long)]
    pub json: bool,
    /// Draw the answer to an SVG file
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

/// Options of a manoeuvre into a spot.
#[derive(Debug, Args)]
pub struct PlanSpotArgs {
    /// Mine directory
    pub mine: PathBuf,
    /// Place with the spot
    #[arg(long, value_name = "PLACE")]
    pub at: String,
    /// Start of the truck: east (m), north (m), compass bearing (degrees) [default: the head of the queue]
    #[arg(long, value_name = "X,Y,BEARING", value_parser = pose_text, allow_hyphen_values = true)]
    pub from: Option<[f64; 3]>,
    /// Pose to drive to from the spot; without it, only the way in is planned
    #[arg(long, value_name = "X,Y,BEARING", value_parser = pose_text, allow_hyphen_values = true)]
    pub to: Option<[f64; 3]>,
    /// Directions in which the truck enters and leaves
    #[arg(long, value_enum, default_value_t)]
    pub way: WayName,
    /// Point of the truck that comes to the spot
    #[arg(long, value_enum, default_value_t)]
    pub align: OriginName,
    /// Number of the spot, from 1
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<1, 1000>)]
    pub spot: u32,
    /// Truck file [default: the TR100AT]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pose_is_three_numbers() {
        assert_eq!(pose_text("-1, 2.5,90"), Ok([-1.0, 2.5, 90.0]));
        assert!(pose_text("1,2").is_err() && pose_text("1,2,nan").is_err() && pose_text("a,b,c").is_err());
    }
}
