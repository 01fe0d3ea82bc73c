//! Options of `haul shot`.

use super::ScenarioArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// View of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CameraArg {
    /// Behind and above the truck
    Chase,
    /// From the side, near the truck
    Side,
    /// The whole mine from above
    Overview,
}

/// Options of a picture.
#[derive(Debug, Args)]
pub struct ShotArgs {
    /// Scenario to draw
    pub scenario: PathBuf,
    #[command(flatten)]
    pub overrides: ScenarioArgs,
    /// Simulated time of the picture, s
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = super::snapshot_time)]
    pub at: f64,
    /// File to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Width and height in pixels
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = size_text)]
    pub size: (u32, u32),
    /// View of the picture
    #[arg(long, value_enum, default_value_t = CameraArg::Chase)]
    pub camera: CameraArg,
    /// Draw this number of frames as well, and print the frame rate
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub frames: u32,
}

fn size_text(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    match parts {
        Some((w, h)) if (16..=8192).contains(&w) && (16..=8192).contains(&h) => Ok((w, h)),
        _ => Err("two whole numbers from 16 to 8192, such as 1280x720".into()),
    }
}
