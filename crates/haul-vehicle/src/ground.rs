//! The interface to the world: the ground under a wheel, the motion of the chassis, and the force on the chassis.

use haul_core::{Isometry3, Vector3};
use serde::{Deserialize, Serialize};

/// The ground at a point in plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroundContact {
    /// Height of the ground, site frame, m.
    pub height: f64,
    /// Unit normal, upwards.
    pub normal: Vector3,
    /// Friction coefficient of an off-road tyre at its rated load.
    pub friction: f64,
    /// Rolling resistance, ratio to the wheel load.
    pub rolling_resistance: f64,
}

/// Ground to drive on.
pub trait Ground {
    /// Returns the ground under a point in plan (site frame, m).
    fn under(&self, x: f64, y: f64) -> GroundContact;
}

/// Motion of the chassis, as the physics engine computes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChassisMotion {
    /// Pose of the body frame, whose origin is on the ground under the rear-axle centre.
    pub pose: Isometry3,
    /// Velocity of the centre of mass, site frame, m/s.
    pub velocity: Vector3,
    /// Angular velocity, site frame, rad/s.
    pub angular_velocity: Vector3,
}

/// Force and torque on the chassis, without gravity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Wrench {
    /// Force, site frame, N.
    pub force: Vector3,
    /// Torque about the centre of mass, site frame, N·m.
    pub torque: Vector3,
}

impl Default for Wrench {
    fn default() -> Self {
        Self { force: Vector3::zeros(), torque: Vector3::zeros() }
    }
}

/// An endless plane; flat, or inclined along one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plane {
    normal: Vector3,
    friction: f64,
    rolling_resistance: f64,
}

impl Plane {
    /// Creates a plane through the origin that rises by `grade` (rise over run) towards `heading` (rad).
    pub fn new(grade: f64, heading: f64, friction: f64, rolling_resistance: f64) -> Self {
        let normal = Vector3::new(-grade * libm::cos(heading), -grade * libm::sin(heading), 1.0).normalize();
        Self { normal, friction, rolling_resistance }
    }

    /// Creates a level plane.
    pub fn level(friction: f64, rolling_resistance: f64) -> Self {
        Self::new(0.0, 0.0, friction, rolling_resistance)
    }
}

impl Ground for Plane {
    fn under(&self, x: f64, y: f64) -> GroundContact {
        let height = -(self.normal.x * x + self.normal.y * y) / self.normal.z;
        GroundContact {
            height,
            normal: self.normal,
            friction: self.friction,
            rolling_resistance: self.rolling_resistance,
        }
    }
}
