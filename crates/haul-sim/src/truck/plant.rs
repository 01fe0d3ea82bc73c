//! The plant of a truck: the part that a tier moves.

use crate::ground::MineGround;
use crate::physics::Motion;
use haul_core::{Pose2, Vector3};
use haul_vehicle::{ActuatorCommand, MassProperties, Truck};

/// A truck's machine and its motion, under the last command that reached the actuators.
pub struct Plant {
    /// The machine.
    pub machine: Truck,
    /// Motion of the machine after the last step.
    pub motion: Motion,
    /// Mass and centre of mass last passed to the tier.
    pub mass: MassProperties,
    /// Last command that reached the actuators.
    pub command: ActuatorCommand,
}

haul_core::keep_state!(Plant { machine: part, motion: value, mass: value, command: value });

impl Plant {
    /// Creates a machine that stands on the ground at a pose.
    pub fn at_rest(machine: Truck, start: Pose2, ground: &MineGround) -> Self {
        let pose = machine.settle_on(start, ground);
        let mass = machine.mass_properties();
        let motion = Motion { pose, velocity: Vector3::zeros(), angular_velocity: Vector3::zeros() };
        Self { machine, motion, mass, command: ActuatorCommand::default() }
    }

    /// Stops the truck at its present pose.
    pub(crate) fn freeze(&mut self) {
        self.motion.velocity = Vector3::zeros();
        self.motion.angular_velocity = Vector3::zeros();
    }
}
