//! A person at the controls.

use super::{Driver, DriverOutput, DriverStep};
use haul_record::{Controls, Gear, HoistLever};
use haul_vehicle::{ActuatorCommand, Direction, Hoist};
use serde::{Deserialize, Serialize};

/// A person who holds the controls at set points. No supervisor acts between the person and the machine; the machine's
/// own interlocks remain.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ByHand {
    controls: Controls,
}

impl ByHand {
    /// Creates a person who holds the controls at these set points.
    pub fn new(controls: Controls) -> Self {
        Self { controls }
    }
}

impl Driver for ByHand {
    fn drive(&mut self, _: &DriverStep<'_>) -> DriverOutput {
        let controls = self.controls;
        let command = ActuatorCommand {
            direction: match controls.gear {
                Gear::Forward => Direction::Forward,
                Gear::Neutral => Direction::Neutral,
                Gear::Reverse => Direction::Reverse,
            },
            throttle: controls.throttle,
            retarder: controls.retarder,
            service_brake: controls.service_brake,
            park_brake: controls.park_brake,
            steering_angle: controls.steering,
            hoist: match controls.hoist {
                HoistLever::Hold => Hoist::Hold,
                HoistLever::Raise => Hoist::Raise,
                HoistLever::Lower => Hoist::Lower,
            },
        };
        DriverOutput { command, outbox: Vec::new() }
    }
}
