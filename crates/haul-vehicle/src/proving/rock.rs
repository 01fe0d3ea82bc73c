//! Driving one wheel over a rock.

use super::{Rig, Trace};
use crate::command::{ActuatorCommand, Direction};
use crate::ground::{Ground, GroundContact, Plane};
use crate::spec::TruckSpec;
use haul_core::{Pose2, Vector3};
use std::sync::Arc;

/// A level road with a rock on its left side. A wheel of radius R rolls over a rock of height h roughly as if the road
/// rose by h over a length 2 √(2 R h), the chord that the wheel spans. This road has that shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RockRoad {
    road: Plane,
    /// Position of the rock along the road, m.
    at: f64,
    height: f64,
    half_length: f64,
}

/// Friction coefficient and rolling resistance of a dry, maintained road.
const ROAD: [f64; 2] = [0.55, 0.02];
/// Position of the rock along the road, m.
const ROCK_POSITION: f64 = 25.0;
/// Throttle per m/s of missing speed, and throttle at the target speed.
const THROTTLE: [f64; 2] = [0.8, 0.25];
/// Steering angle (rad) per metre of lateral error, and per radian of heading error.
const STRAIGHT: [f64; 2] = [0.05, 0.6];
/// Time simulated after the rock, s.
const TIME_AFTER: f64 = 6.0;

impl RockRoad {
    /// Creates a road with a rock of a height (m), for wheels of a radius (m).
    pub fn new(height: f64, radius: f64) -> Self {
        let half_length = libm::sqrt(2.0 * radius * height);
        Self { road: Plane::level(ROAD[0], ROAD[1]), at: ROCK_POSITION, height, half_length }
    }
}

impl Ground for RockRoad {
    fn under(&self, x: f64, y: f64) -> GroundContact {
        let mut contact = self.road.under(x, y);
        let t = (x - self.at) / self.half_length;
        if y > 0.0 && t.abs() < 1.0 {
            let (sin, cos) = libm::sincos(std::f64::consts::PI * t);
            contact.height += 0.5 * self.height * (1.0 + cos);
            let slope = -0.5 * self.height * std::f64::consts::PI / self.half_length * sin;
            contact.normal = Vector3::new(-slope, 0.0, 1.0).normalize();
        }
        contact
    }
}

/// Drives a truck with a payload (kg) at a speed (m/s) so that its left wheels pass over a rock of a height (m).
pub fn over_a_rock(spec: &Arc<TruckSpec>, payload: f64, height: f64, speed: f64) -> Trace {
    let road = RockRoad::new(height, spec.tyre.radius);
    let mut rig = Rig::new(spec, payload, Pose2::default(), road);
    rig.push(speed);
    let mut trace = Trace::of(&rig);
    let seconds = ROCK_POSITION / speed.max(1.0) + TIME_AFTER;
    rig.run(seconds, &mut trace, |rig| ActuatorCommand {
        direction: Direction::Forward,
        throttle: (THROTTLE[1] + THROTTLE[0] * (speed - rig.truck.state().speed)).clamp(0.0, 1.0),
        park_brake: false,
        steering_angle: -STRAIGHT[0] * rig.sample().y - STRAIGHT[1] * rig.sample().heading,
        ..ActuatorCommand::default()
    });
    trace
}
