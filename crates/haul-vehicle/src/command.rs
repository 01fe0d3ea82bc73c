//! What the truck's actuators are asked to do.

use serde::{Deserialize, Serialize};

/// The direction selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Direction {
    /// Along the body's +x.
    Forward,
    /// No drive.
    #[default]
    Neutral,
    /// Along the body's −x.
    Reverse,
}

/// What the hoist lever asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Hoist {
    /// Keep the body where it is.
    #[default]
    Hold,
    /// Raise the body.
    Raise,
    /// Lower the body.
    Lower,
}

/// A command to every actuator. What the machine cannot do safely (a direction change at speed, a raised body on the
/// move) it does not do, whatever is asked. The default is a truck that stands: neutral, service brake released, park
/// brake set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ActuatorCommand {
    /// The direction to drive in. Changes only near standstill.
    pub direction: Direction,
    /// Engine demand, 0 to 1.
    pub throttle: f64,
    /// Retarder demand, 0 to 1 of what the retarder can give.
    pub retarder: f64,
    /// Service brake demand, 0 to 1 of its capacity.
    pub service_brake: f64,
    /// Whether the park brake is set.
    pub park_brake: bool,
    /// Target angle of the virtual front wheel in the middle of the front axle, rad, positive to the left.
    pub steering_angle: f64,
    /// The hoist lever.
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
    /// The same command with every number inside its range; what is not a number counts as 0.
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
