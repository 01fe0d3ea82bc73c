//! From the fuel to the final drive: engine, converter, gearbox, retarder.

pub mod converter;
mod drive;
pub mod engine;
pub mod retarder;
pub mod transmission;

pub(crate) use drive::{Drive, Powertrain, full_axle_torque};
