//! What may be typed after `haul plan`.

use super::air::{AirArgs, within};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What can be planned.
#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// The route between two places: roads, length, time with its spread, fuel
    Route(PlanRouteArgs),
    /// The manoeuvre into a place's spot, and out of it again
    Spot(PlanSpotArgs),
    /// The speed along the way between two places, and the limit that binds at each point
    Speed(PlanRouteArgs),
}

/// What a route is to be least in.
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

/// What the sky does to the roads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum WeatherName {
    /// As the class of the roads says
    #[default]
    Dry,
    /// Wet earth
    Rain,
    /// Packed snow
    Snow,
    /// Ice
    Ice,
}

/// How a truck comes into a spot and leaves it.
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

/// The point of the truck that is brought to a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum OriginName {
    /// The foremost point
    Front,
    /// Middle of the load in the body
    Load,
    /// Middle of the rear axle, about which spots are given
    #[default]
    Axle,
    /// The tail of the body
    Rear,
    /// Where the load falls when it is tipped
    Pile,
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
    /// What the sky does to the roads
    #[arg(long, value_enum, default_value_t)]
    pub weather: WeatherName,
    /// The air the truck works in.
    #[command(flatten)]
    pub air: AirArgs,
    /// Temperature of the retarder's oil at the start, °C: descents are planned by what its heat leaves, rather than by what
    /// the retarder takes for ever
    #[arg(long, value_name = "CELSIUS", value_parser = within::<-60, 150>)]
    pub oil: Option<f64>,
    /// What the route is to be least in
    #[arg(long, value_enum, default_value_t)]
    pub criterion: CriterionName,
    /// Other routes to name, each really different from the others
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=20))]
    pub alternatives: u8,
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
    /// Where it is to go from the spot; without it only the way in is planned
    #[arg(long, value_name = "X,Y,BEARING", value_parser = pose_text, allow_hyphen_values = true)]
    pub to: Option<[f64; 3]>,
    /// How it comes in and leaves
    #[arg(long, value_enum, default_value_t)]
    pub way: WayName,
    /// The point of the truck that is brought to the spot
    #[arg(long, value_enum, default_value_t)]
    pub align: OriginName,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pose_is_three_numbers() {
        assert_eq!(pose_text("-1, 2.5,90"), Ok([-1.0, 2.5, 90.0]));
        assert!(pose_text("1,2").is_err() && pose_text("1,2,nan").is_err() && pose_text("a,b,c").is_err());
    }
}
