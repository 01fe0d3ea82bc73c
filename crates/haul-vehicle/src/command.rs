//! Commands to the truck's actuators.

use serde::{Deserialize, Serialize};

/// Selected direction of drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Direction {
    /// Forward, along the body's +x.
    Forward,
    /// Neutral, no drive.
    #[default]
    Neutral,
    /// Reverse, along the body's −x.
    Reverse,
}

/// Position of the hoist lever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Hoist {
    /// Hold the body.
    #[default]
    Hold,
    /// Raise the body.
    Raise,
    /// Lower the body.
    Lower,
}

/// A command to every actuator.
///
/// The machine refuses what is not safe, such as a change of direction at speed or a raised body on the move. The
/// default is a parked truck: neutral, service brake released, park brake set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ActuatorCommand {
    /// Direction of drive; it changes only near standstill.
    pub direction: Direction,
    /// Engine demand, 0 to 1.
    pub throttle: f64,
    /// Retarder demand, 0 to 1 of the retarder's capacity.
    pub retarder: f64,
    /// Service brake demand, 0 to 1 of the service brake's capacity.
    pub service_brake: f64,
    /// True to set the park brake.
    pub park_brake: bool,
    /// Target angle of the virtual front wheel at the centre of the front axle, rad, positive to the left.
    pub steering_angle: f64,
    /// Position of the hoist lever.
    pub hoist: Hoist,
}

impl Default for ActuatorCommand {
    fn default() -> Self {
        Self {
            direction: Direction::Neutral,
            throttle: 0.0,
            retarder: 0.0,
            service_brake: 0.0,
            park_brake: true,
            steering_angle: 0.0,
            hoist: Hoist::Hold,
        }
    }
}

impl ActuatorCommand {
    /// Returns the command with every number limited to its range; a number that is not finite becomes 0.
    pub(crate) fn sane(&self) -> Self {
        let share = |x: f64| if x.is_finite() { x.clamp(0.0, 1.0) } else { 0.0 };
        Self {
            throttle: share(self.throttle),
            retarder: share(self.retarder),
            service_brake: share(self.service_brake),
            steering_angle: if self.steering_angle.is_finite() { self.steering_angle } else { 0.0 },
            ..*self
        }
    }
}
