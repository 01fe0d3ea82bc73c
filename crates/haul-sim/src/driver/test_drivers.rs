//! Test drivers with one fixed action. They show the limits of the machine and the reaction of the rest of the world.

use super::{Driver, DriverOutput, DriverStep};
use haul_vehicle::{ActuatorCommand, Direction};
use serde::{Deserialize, Serialize};

/// A driver at full throttle, straight ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FullThrottle;

/// A driver on the service brake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FullBrake;

impl Driver for FullThrottle {
    fn drive(&mut self, _: &DriverStep<'_>) -> DriverOutput {
        let command = ActuatorCommand {
            direction: Direction::Forward,
            throttle: 1.0,
            park_brake: false,
            ..ActuatorCommand::default()
        };
        DriverOutput { command, outbox: Vec::new() }
    }
}

impl Driver for FullBrake {
    fn drive(&mut self, _: &DriverStep<'_>) -> DriverOutput {
        let command = ActuatorCommand { service_brake: 1.0, park_brake: false, ..ActuatorCommand::default() };
        DriverOutput { command, outbox: Vec::new() }
    }
}
