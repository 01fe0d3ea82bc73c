//! Rigid bodies and their contacts: every use of rapier in this crate.
//!
//! The wheels are not bodies: they act on the chassis by the forces that `haul-vehicle` computes. Only the chassis can
//! touch the terrain, another truck, a machine or an obstacle, and each such touch is an accident.

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
use haul_vehicle::Wrench;
use rapier3d::prelude as rapier;

use crate::convert;
use airborne::{ChassisWatch, OnlyCloseToGround};
use contact::TouchLog;
use relief::Relief;

/// Motion of a body.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Motion {
    /// Pose of the body frame.
    pub pose: Isometry3,
    /// Velocity of the centre of mass in the site frame, m/s.
    pub velocity: Vector3,
    /// Turn rate in the site frame, rad/s.
    pub angular_velocity: Vector3,
}

/// The physical world.
pub struct Physics {
    engine: rapier::PhysicsWorld,
    touches: TouchLog,
    relief: Option<Relief>,
    /// Chassis of the trucks, by truck index.
    chassis: Vec<ChassisWatch>,
}

impl Physics {
    /// Creates an empty world with a fixed step of `dt` seconds.
    pub fn new(dt: f64) -> Self {
        let mut engine = rapier::PhysicsWorld::new();
        engine.gravity = rapier::Vector::new(0.0, 0.0, -GRAVITY);
        engine.integration_parameters.dt = dt;
        // Continuous collision detection is off: at 200 Hz the fastest truck moves 7 cm per step, against boxes several
        // metres thick.
        engine.integration_parameters.max_ccd_substeps = 0;
        // One solver pass: forces are then constant over the step and integrated by semi-implicit Euler, as the forces
        // of the wheels require. Contacts are accidents here and need no accurate solution.
        engine.integration_parameters.num_solver_iterations = 1;
        Self { engine, touches: TouchLog::default(), relief: None, chassis: Vec::new() }
    }

    /// Advances all bodies by one step and returns the touches that began in it, in a fixed order.
    pub fn step(&mut self) -> Vec<Touch> {
        for chassis in &mut self.chassis {
            chassis.look(&self.engine.bodies, self.relief.as_ref());
        }
        self.engine.step_with_events(&OnlyCloseToGround(&self.chassis), &self.touches);
        self.touches.take()
    }

    /// Sets the force and the torque on a body for the next step, replacing those of the last step.
    pub fn set_wrench(&mut self, body: BodyId, wrench: &Wrench) {
        if let Some(body) = self.engine.bodies.get_mut(body.0) {
            body.reset_forces(false);
            body.reset_torques(false);
            body.add_force(convert::vector(&wrench.force), true);
            body.add_torque(convert::vector(&wrench.torque), true);
        }
    }

    /// Returns the present motion of a body; rest at the origin for a removed body.
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
