//! The double lane change, after ISO 3888-1, with lanes that suit the truck's size.

use super::{Rig, Trace};
use crate::command::{ActuatorCommand, Direction};
use crate::ground::Plane;
use crate::spec::TruckSpec;
use haul_core::Pose2;
use std::sync::Arc;

/// Rolling resistance of a maintained road.
const ROLLING: f64 = 0.02;
/// Lengths of the lanes and of the transitions between them, m. They are twice those of ISO 3888-1, because the truck
/// is more than twice as long as the standard's cars and its steering rate is a fifth of theirs.
const LENGTHS: [f64; 5] = [30.0, 60.0, 50.0, 50.0, 60.0];
/// Offset of the second lane, in multiples of the truck's width (ISO 3888-1: 3.5 m).
const OFFSET_WIDTHS: f64 = 1.0;
/// Extra width of the lanes: a fixed part (m), and a share of the truck's width (ISO 3888-1: 1.1 × width + 0.25 m).
const LANE: [f64; 2] = [0.25, 0.1];
/// Preview time of the driver (s), and the minimum preview distance (m).
const PREVIEW: [f64; 2] = [0.9, 6.0];
/// Throttle per m/s of missing speed, and throttle at the target speed.
const THROTTLE: [f64; 2] = [0.8, 0.25];

/// The path of a double lane change, and the truck's deviation from that path.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneChange {
    /// Samples of the drive.
    pub trace: Trace,
    /// Desired path of the rear-axle centre: x and y, m.
    pub path: Vec<[f64; 2]>,
    /// Maximum distance from the desired path inside the lanes, m.
    pub off: f64,
    /// Clearance to the lane edge on either side of the truck, m.
    pub room: f64,
}

/// Drives a truck with a payload (kg) through a double lane change at a speed (m/s), for a friction coefficient.
pub fn double_lane_change(spec: &Arc<TruckSpec>, payload: f64, speed: f64, friction: f64) -> LaneChange {
    let offset = OFFSET_WIDTHS * spec.geometry.width;
    let mut rig = Rig::new(spec, payload, Pose2::default(), Plane::level(friction, ROLLING));
    rig.push(speed);
    let start = rig.sample();
    let wish = |x: f64| aside(x - start.x) * offset + start.y;
    let mut trace = Trace::of(&rig);
    let length: f64 = LENGTHS.iter().sum();
    let wheelbase = spec.geometry.wheelbase;
    let seconds = (length + LENGTHS[0]) / speed.max(1.0);
    rig.run(seconds, &mut trace, |rig| {
        let plan = Pose2::from_isometry(&rig.motion.pose);
        let now = rig.truck.state().speed;
        // Pure pursuit: steers along the arc from the rear axle to a point of the path ahead.
        let ahead = (PREVIEW[0] * now).max(PREVIEW[1]);
        let (dx, dy) = (ahead, wish(plan.x + ahead) - plan.y);
        let (sin, cos) = libm::sincos(plan.heading);
        let (along, across) = (dx * cos + dy * sin, dy * cos - dx * sin);
        let curvature = 2.0 * across / (along * along + across * across);
        ActuatorCommand {
            direction: Direction::Forward,
            throttle: (THROTTLE[1] + THROTTLE[0] * (speed - now)).clamp(0.0, 1.0),
            park_brake: false,
            steering_angle: libm::atan(curvature * wheelbase),
            ..ActuatorCommand::default()
        }
    });
    let in_lane = |x: f64| {
        let s = x - start.x;
        let second = LENGTHS[0] + LENGTHS[1];
        s < LENGTHS[0] || (second..second + LENGTHS[2]).contains(&s) || s > length - 0.5 * LENGTHS[4]
    };
    let off = trace.samples.iter().filter(|s| in_lane(s.x)).fold(0.0f64, |m, s| m.max((s.y - wish(s.x)).abs()));
    let path = trace.samples.iter().map(|s| [s.x, wish(s.x)]).collect();
    let room = 0.5 * (LANE[0] + LANE[1] * spec.geometry.width);
    LaneChange { trace, path, off, room }
}

/// Returns the share of the lane offset at a distance `s` (m): half a cosine wave to the second lane, and another one
/// back.
fn aside(s: f64) -> f64 {
    let over = LENGTHS[0];
    let lane = over + LENGTHS[1];
    let back = lane + LENGTHS[2];
    let end = back + LENGTHS[3];
    let half_cosine = |t: f64| 0.5 - 0.5 * libm::cos(std::f64::consts::PI * t.clamp(0.0, 1.0));
    if s < lane { half_cosine((s - over) / (lane - over)) } else { 1.0 - half_cosine((s - back) / (end - back)) }
}
