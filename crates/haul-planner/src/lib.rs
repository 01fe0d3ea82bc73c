//! Routes, paths, manoeuvres and speed profiles for a haul truck.

pub mod manoeuvre;
pub mod path;
pub mod speed;
mod truck_model;

pub use path::{Path, PathPoint, PathProjection, Travel};
pub use truck_model::{Conditions, TruckModel};
