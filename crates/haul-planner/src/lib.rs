//! Routes, paths, manoeuvres and speed profiles for a haul truck.

pub mod manoeuvre;
pub mod path;
pub mod speed;

pub use path::{Path, PathPoint, PathProjection, Travel};
