//! Routes, paths, manoeuvres and speed profiles for a haul truck.

pub mod journey;
pub mod manoeuvre;
pub mod path;
pub mod route;
pub mod speed;
#[cfg(test)]
mod synthetic;
mod truck_model;

pub use journey::PlanError;
pub use path::{Path, PathPoint, PathProjection, Travel};
pub use truck_model::{Conditions, TruckModel};
