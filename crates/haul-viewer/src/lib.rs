//! The 3D mine simulator: a bevy app that watches a run.
//!
//! The run steps on its own thread and never depends on what is drawn. The same scenario and seed give the same state hash
//! with and without a window. [`watch`] opens the window, and [`shot`] renders one picture without a window.
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
mod text;
mod why;
mod window;

pub use device::{Missing, probe_device, probe_window};
pub use playback::{Playback, PlaybackError};
pub use shot::{ShotCamera, ShotError, ShotOptions, shot};
pub use window::{WatchOptions, view, watch};
