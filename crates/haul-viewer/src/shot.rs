//! One picture without a window.

use crate::scene::Quality;
use crate::scene::weather::ChosenWeather;
use crate::studio::{Studio, StudioError};
use crate::view::View;
use haul_core::{CycleState, SimTime, TruckId};
use haul_scenario::Run;
use std::path::{Path, PathBuf};

/// Options of a scene.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneOptions {
    /// Width and height, pixels.
    pub size: (u32, u32),
    /// The view.
    pub view: View,
    /// Number of the truck in the view, from 0.
    pub truck: usize,
    /// Hour and weather instead of those of the run.
    pub weather: ChosenWeather,
    /// Quality of the drawing.
    pub quality: Quality,
}

/// Options of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct ShotOptions {
    /// Simulated time of the picture, s.
    pub at: f64,
    /// The scene.
    pub scene: SceneOptions,
    /// The PNG file to write.
    pub out: PathBuf,
    /// Frames drawn after the picture, to measure the frame rate of the device.
    pub frames: u32,
}

/// Options of a film.
#[derive(Debug, Clone, PartialEq)]
pub struct FilmOptions {
    /// Simulated time of the first picture, s.
    pub from: f64,
    /// Simulated time after which no picture is taken, s.
    pub to: f64,
    /// Simulated time between two pictures, s.
    pub every: f64,
    /// The scene.
    pub scene: SceneOptions,
    /// Folder of the PNG files.
    pub folder: PathBuf,
}

/// Result of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct ShotReport {
    /// Simulated time of the picture.
    pub at: SimTime,
    /// The truck in the view and its stage of the cycle.
    pub truck: Option<(TruckId, CycleState)>,
    /// Frame rate, 1/s, if it was measured.
    pub rate: Option<f64>,
}

/// Reason why there is no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShotError {
    /// No picture was taken.
    #[error(transparent)]
    Studio(#[from] StudioError),
    /// There is no truck with this number.
    #[error("expected a truck from 1 to {count}, found {found}")]
    NoTruck {
        /// The requested number, from 1.
        found: usize,
        /// Number of trucks of the scenario.
        count: usize,
    },
    /// The image could not be written.
    #[error("{path}: cannot be written: {why}")]
    Write {
        /// The file.
        path: String,
        /// The reason.
        why: String,
    },
}

/// Opens a studio for a scene.
fn open(run: Run, scene: &SceneOptions) -> Result<Studio, ShotError> {
    let count = run.world().trucks().len();
    if scene.truck > 0 && scene.truck >= count {
        return Err(ShotError::NoTruck { found: scene.truck + 1, count });
    }
    let mut studio = Studio::open(run, scene.size, scene.quality);
    studio.choose(scene.weather);
    Ok(studio)
}

/// Runs a scenario to a simulated time and draws it. It needs a device: see [`crate::probe_device`].
///
/// # Errors
/// See [`ShotError`].
pub fn shot(run: Run, options: &ShotOptions) -> Result<ShotReport, ShotError> {
    let scene = &options.scene;
    let mut studio = open(run, scene)?;
    studio.advance_to(options.at);
    let picture = studio.take(scene.view, scene.truck)?;
    write(&picture, &options.out)?;
    let truck = studio.frame().trucks.get(scene.truck).map(|t| (t.truck, t.detail.cycle));
    let at = studio.now();
    let rate = (options.frames > 0).then(|| studio.rate(options.frames));
    Ok(ShotReport { at, truck, rate })
}

/// Runs a scenario and draws it at regular intervals, to `00000.png` and so on. Returns the number of pictures. The
/// film ends early if the run ends. It needs a device: see [`crate::probe_device`].
///
/// # Errors
/// See [`ShotError`].
pub fn film(run: Run, options: &FilmOptions) -> Result<u32, ShotError> {
    let scene = &options.scene;
    let mut studio = open(run, scene)?;
    let mut count = 0;
    loop {
        let at = options.from + f64::from(count) * options.every;
        if at > options.to + 1e-9 {
            return Ok(count);
        }
        studio.advance_to(at);
        if count > 0 && studio.now().seconds() + 0.5 * options.every < at {
            return Ok(count);
        }
        let picture = studio.take(scene.view, scene.truck)?;
        write(&picture, &options.folder.join(format!("{count:05}.png")))?;
        count += 1;
    }
}

/// Writes a picture to a PNG file. Creates the folder if necessary.
///
/// # Errors
/// See [`ShotError`].
pub fn write(picture: &image::RgbImage, out: &Path) -> Result<(), ShotError> {
    let failed = |why: String| ShotError::Write { path: out.display().to_string(), why };
    if let Some(folder) = out.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| failed(e.to_string()))?;
    }
    picture.save_with_format(out, image::ImageFormat::Png).map_err(|e| failed(e.to_string()))
}
