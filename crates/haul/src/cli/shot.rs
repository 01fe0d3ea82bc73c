//! Options of `haul shot` and `haul film`.

use super::ScenarioArgs;
use clap::{Args, ValueEnum};
use haul_viewer::Weather;
use std::path::PathBuf;

/// View of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CameraArg {
    /// Behind and above the truck
    Chase,
    /// From the side, near the truck
    Side,
    /// From the truck's nose
    Cab,
    /// From the shovel's cab
    Shovel,
    /// The whole mine from the side
    Overview,
    /// Straight down on the whole mine
    Map,
    /// The most interesting thing of the moment
    Director,
}

/// Effort for a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum QualityArg {
    /// Without shadows and lamps, for software renderers
    Light,
    /// Everything
    Full,
}

/// Options of a view.
#[derive(Debug, Args)]
pub struct ViewArgs {
    /// Width and height in pixels
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = size_text)]
    pub size: (u32, u32),
    /// View of the picture
    #[arg(long, value_enum, default_value_t = CameraArg::Chase)]
    pub camera: CameraArg,
    /// Truck in the view, by its place in the scenario
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub truck: u16,
    /// Hour of the day, 0 to 24, instead of the scenario's
    #[arg(long, value_name = "HOUR", value_parser = hour)]
    pub hour: Option<f64>,
    /// Weather instead of the scenario's: clear, rain, wet, snow, fog, dusty
    #[arg(long, value_name = "WEATHER")]
    pub weather: Option<Weather>,
    /// Effort for the picture
    #[arg(long, value_enum, default_value_t = QualityArg::Full)]
    pub quality: QualityArg,
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
    #[command(flatten)]
    pub view: ViewArgs,
    /// Draw this number of frames as well, and print the frame rate
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub frames: u32,
}

/// Options of a film.
#[derive(Debug, Args)]
pub struct FilmArgs {
    /// Scenario to film
    pub scenario: PathBuf,
    #[command(flatten)]
    pub overrides: ScenarioArgs,
    /// Simulated time of the first picture, s
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = super::snapshot_time)]
    pub from: f64,
    /// Simulated time at which the film ends, s
    #[arg(long, value_name = "SECONDS", value_parser = super::snapshot_time)]
    pub to: f64,
    /// Simulated time between two pictures, s
    #[arg(long, value_name = "SECONDS", default_value_t = 0.04, value_parser = interval)]
    pub every: f64,
    /// Folder for the pictures, 00000.png and so on
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub view: ViewArgs,
}

fn interval(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(v) if (0.005..=3600.0).contains(&v) => Ok(v),
        _ => Err(format!("expected seconds from 0.005 to 3600, e.g. 0.04, found {text:?}")),
    }
}

fn hour(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(v) if (0.0..=24.0).contains(&v) => Ok(v),
        _ => Err(format!("expected an hour from 0 to 24, e.g. 6.5, found {text:?}")),
    }
}

fn size_text(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    match parts {
        Some((w, h)) if (16..=8192).contains(&w) && (16..=8192).contains(&h) => Ok((w, h)),
        _ => Err(format!("expected two whole numbers from 16 to 8192, e.g. 1280x720, found {text:?}")),
    }
}
