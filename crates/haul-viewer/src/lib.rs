//! The 3D mine simulator: a bevy app that watches a run.
//!
//! The run steps at its own fixed rate and never depends on frames. The same scenario and seed give the same state hash
//! with and without a window. [`watch`] opens the window, and [`shot`] renders one picture without a window.
//! [`probe_window`] and [`probe_device`] describe what is missing if they cannot work.

mod camera;
mod device;
mod frames;
mod model;
mod panel;
mod scene;
mod session;
mod shot;
mod window;

pub use device::{Missing, probe_device, probe_window};
pub use shot::{ShotCamera, ShotError, ShotOptions, shot};
pub use window::{WatchOptions, watch};
