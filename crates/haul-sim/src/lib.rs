//! The world: physics, ground contact, sensors, shovels and crushers; closes the loop.
//!
//! The truth of the world stays in this crate. A truck's stack gets a sensor frame and its inbox and gives an actuator
//! command and its outbox; the machine turns the command into wheel forces; the physics turns those into motion.

pub mod convert;
pub mod ground;
pub mod input;
pub mod metrics;
pub mod physics;
pub mod sensors;
pub mod shovel;
pub mod tip;
