//! The powertrain: engine, torque converter, gearbox, retarder, final drive.

pub mod converter;
mod drive;
pub mod engine;
pub mod losses;
mod oil;
pub mod retarder;
mod retarder_state;
pub mod retarder_thermal;
pub mod transmission;

pub(crate) use drive::{AxleDrive, Powertrain, converter_engine_speed, full_axle_torque_locking};
pub(crate) use engine::EngineTorques;
