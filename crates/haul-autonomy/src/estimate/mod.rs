//! Estimates of road and load from the truck's own motion: wheel slip, grip, mass and rolling resistance.

mod grip;
mod resistance;
mod slip;

pub(crate) use grip::{GREATEST_TEST, Grip};
pub use resistance::Believed;
pub(crate) use resistance::Resistance;
pub(crate) use slip::WheelState;
