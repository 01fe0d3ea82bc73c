//! The 3D mine simulator: a bevy app that watches a run.
//!
//! The run steps at its own fixed rate and never depends on frames: with a window and without one, the same scenario
//! and seed give the same state hash. [`watch`] opens the window, [`shot`] renders one picture without a window,
//! [`probe_window`] and [`probe_device`] say in a sentence what is missing where neither can be.

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
