//! Rigid bodies and their contacts: all that this crate asks of rapier.
//!
//! The wheels are not here: they are forces of `haul-vehicle` on the chassis. What can touch here is the chassis with
//! the terrain, another truck, a machine or an obstacle, and each such touch is an accident.

mod airborne;
mod bodies;
mod contact;
mod rays;
mod relief;
mod state;
mod terrain;
mod tier;

pub use bodies::{BodyId, ChassisShape, FixedId};
pub use contact::Touch;
pub use rays::Sight;
pub use tier::PhysicsTier;

use haul_core::{GRAVITY, Isometry3, Vector3};
use rapier3d::prelude as rapier;

use crate::convert;
use airborne::{Chassis, OnlyCloseToGround};
use contact::TouchLog;
use relief::Relief;

/// Forces on a body about its centre of mass, site frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// N.
    pub force: Vector3,
    /// N·m, about the centre of mass.
    pub torque: Vector3,
}

/// Motion of a body.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Motion {
    /// Pose of the body frame.
    pub pose: Isometry3,
    /// Velocity of the centre of mass, site frame, m/s.
    pub velocity: Vector3,
    /// Turn rate, site frame, rad/s.
    pub angular_velocity: Vector3,
}

/// The physical world.
pub struct Physics {
    engine: rapier::PhysicsWorld,
    touches: TouchLog,
    relief: Option<Relief>,
    /// The trucks' chassis, by index.
    chassis: Vec<Chassis>,
}

impl Physics {
    /// An empty world with a fixed step of `dt` seconds.
    pub fn new(dt: f64) -> Self {
        let mut engine = rapier::PhysicsWorld::new();
        engine.gravity = rapier::Vector::new(0.0, 0.0, -GRAVITY);
        engine.integration_parameters.dt = dt;
        // Continuous collision detection is off: at 200 Hz the fastest truck moves 7 cm a step, against boxes metres
        // thick.
        engine.integration_parameters.max_ccd_substeps = 0;
        // One solver pass: forces are then held over the step and integrated as semi-implicit Euler does, which is
        // what the wheels' forces are made for. Contacts are accidents here and need no fine solution.
        engine.integration_parameters.num_solver_iterations = 1;
        Self { engine, touches: TouchLog::default(), relief: None, chassis: Vec::new() }
    }

    /// Moves everything on by one step and returns the touches that began in it, in a fixed order.
    pub fn step(&mut self) -> Vec<Touch> {
        for chassis in &mut self.chassis {
            chassis.look(&self.engine.bodies, self.relief.as_ref());
        }
        self.engine.step_with_events(&OnlyCloseToGround(&self.chassis), &self.touches);
        self.touches.take()
    }

    /// Sets what acts on a body in the next step; it replaces what acted in the last.
    pub fn set_load(&mut self, body: BodyId, load: &Load) {
        if let Some(body) = self.engine.bodies.get_mut(body.0) {
            body.reset_forces(false);
            body.reset_torques(false);
            body.add_force(convert::vector(&load.force), true);
            body.add_torque(convert::vector(&load.torque), true);
        }
    }

    /// Returns the present motion of a body. A body that was removed stands still at the origin.
    pub fn motion(&self, body: BodyId) -> Motion {
        match self.engine.bodies.get(body.0) {
            Some(body) => Motion {
                pose: convert::from_pose(body.position()),
                velocity: convert::from_vector(body.linvel()),
                angular_velocity: convert::from_vector(body.angvel()),
            },
            None => {
                Motion { pose: Isometry3::identity(), velocity: Vector3::zeros(), angular_velocity: Vector3::zeros() }
            }
        }
    }
}

#[cfg(test)]
mod tests;
