//! The 3D mine simulator: a bevy app that watches a run.
//!
//! The run steps at its own fixed rate and never depends on frames. The same scenario and seed give the same state hash
//! with and without a window. [`watch`] opens the window. [`shot`], [`film`] and [`Studio`] take pictures without one.
//! [`probe_window`] and [`probe_device`] describe what is missing if they cannot work.

mod camera;
mod device;
mod frames;
mod model;
mod panel;
mod scene;
mod session;
mod shot;
mod studio;
mod view;
mod window;

pub use device::{Missing, probe_device, probe_window};
pub use scene::Quality;
pub use scene::weather::{ChosenWeather, Weather};
pub use shot::{FilmOptions, SceneOptions, ShotError, ShotOptions, ShotReport, film, shot, write};
pub use studio::{Studio, StudioError};
pub use view::{View, Viewpoint};
pub use window::{WatchOptions, watch};
