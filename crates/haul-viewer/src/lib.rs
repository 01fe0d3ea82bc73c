//! The 3D mine simulator: a bevy app that watches a run.
//!
//! The run steps on its own thread and never depends on what is drawn. The same scenario and seed give the same state hash
//! with and without a window. [`watch`] opens the window. [`shot`], [`film`] and [`Studio`] take pictures without one.
//! [`probe_window`] and [`probe_device`] describe what is missing if they cannot work.

mod blend;
mod buffer;
mod by_hand;
mod camera;
mod device;
mod followed;
mod frames;
mod keys;
mod live;
mod model;
mod panel;
mod pick;
mod playback;
mod scene;
mod script;
mod session;
mod settings;
mod setup;
mod shot;
mod studio;
mod text;
mod view;
mod why;
mod window;

pub use device::{Missing, probe_device, probe_window};
pub use playback::{Playback, PlaybackError};
pub use scene::Quality;
pub use scene::weather::{ChosenWeather, Weather};
pub use shot::{FilmOptions, SceneOptions, ShotError, ShotOptions, ShotReport, film, shot, write};
pub use studio::{Studio, StudioError};
pub use view::{View, Viewpoint};
pub use window::{WatchOptions, view, watch};
