//! What may be typed after `haul plan`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pose_is_three_numbers() {
        assert_eq!(pose_text("-1, 2.5,90"), Ok([-1.0, 2.5, 90.0]));
        assert!(pose_text("1,2").is_err() && pose_text("1,2,nan").is_err() && pose_text("a,b,c").is_err());
    }
}
