//! A turn of constant radius with increasing speed.

use super::{Rig, Trace};
use crate::command::{ActuatorCommand, Direction};
use crate::ground::Plane;
use crate::spec::TruckSpec;
use haul_core::{Pose2, angle};
use std::sync::Arc;

/// Rolling resistance of a maintained road.
const ROLLING: f64 = 0.02;
/// Rate at which the speed increases, m/s²; slow compared with every motion of the truck.
const ACCELERATION: f64 = 0.06;
/// Speed at which the turn begins, m/s.
const START_SPEED: f64 = 2.0;
/// Throttle per m/s of missing speed.
const THROTTLE_GAIN: f64 = 0.8;
/// Throttle that roughly holds a speed.
const THROTTLE_MIDDLE: f64 = 0.25;
/// Steering angle (rad) per metre off the circle, and per radian off the circle's tangent.
const STEER_GAINS: [f64; 2] = [0.15, 0.8];
/// Time allowed for the truck to reach its speed at the start of the turn, s.
const START_TIME: f64 = 10.0;
/// Shortfall of speed from which the truck counts as out of power, m/s.
const MAX_SPEED_LACK: f64 = 1.0;
/// Distance off the circle at which the test ends, m.
const MAX_OFF_CIRCLE: f64 = 3.0;

/// Drives a truck with a payload (kg) on a circle of a radius (m) at increasing speed, for a friction coefficient. The
/// test ends when the truck is 3 m off the circle, lifts all wheels of the inner side, has no more power, or after a
/// time (s).
pub fn turn_to_the_limit(spec: &Arc<TruckSpec>, payload: f64, radius: f64, friction: f64, seconds: f64) -> Trace {
    let mut rig = Rig::new(spec, payload, Pose2::default(), Plane::level(friction, ROLLING));
    let mut trace = Trace::of(&rig);
    let geometry = libm::atan(spec.geometry.wheelbase / radius);
    let mut lost = false;
    while rig.time < seconds && !lost {
        rig.run(0.5, &mut trace, |rig| {
            let target = START_SPEED + ACCELERATION * rig.time;
            let speed = rig.truck.state().speed;
            // The centre of the circle lies to the left of the start.
            let plan = Pose2::from_isometry(&rig.motion.pose);
            let (x, y) = (plan.x, plan.y - radius);
            let off = libm::hypot(x, y) - radius;
            let tangent = libm::atan2(x, -y);
            let aside = angle::difference(tangent, plan.heading);
            ActuatorCommand {
                direction: Direction::Forward,
                throttle: (THROTTLE_MIDDLE + THROTTLE_GAIN * (target - speed)).clamp(0.0, 1.0),
                park_brake: false,
                steering_angle: geometry + STEER_GAINS[0] * off + STEER_GAINS[1] * aside,
                ..ActuatorCommand::default()
            }
        });
        let now = rig.sample();
        let off = libm::hypot(now.x, now.y - radius) - radius;
        let inner_up = [0, 2, 3].iter().all(|i| now.wheel_loads[*i] <= 0.0);
        let out_of_power = rig.time > START_TIME && START_SPEED + ACCELERATION * rig.time - now.speed > MAX_SPEED_LACK;
        lost = off.abs() > MAX_OFF_CIRCLE || inner_up || out_of_power;
    }
    trace
}
