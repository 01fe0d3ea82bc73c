//! Climbing a grade from standstill.

use super::{Rig, Trace};
use crate::command::{ActuatorCommand, Direction};
use crate::ground::Plane;
use crate::spec::TruckSpec;
use haul_core::Pose2;
use std::sync::Arc;

/// Friction coefficient and rolling resistance of a dry, maintained road.
const ROAD: [f64; 2] = [0.55, 0.02];
/// Time on the parking brake before the start, s.
const STANDING_TIME: f64 = 5.0;

/// Simulates a start on a grade (ratio) with a payload (kg): the truck releases its parking brake and gives full
/// throttle at once, for a time (s). The samples begin while the truck stands.
pub fn climb_from_standstill(spec: &Arc<TruckSpec>, payload: f64, grade: f64, seconds: f64) -> Trace {
    let mut rig = Rig::new(spec, payload, Pose2::default(), Plane::new(grade, 0.0, ROAD[0], ROAD[1]));
    let mut trace = Trace::of(&rig);
    rig.run(STANDING_TIME, &mut trace, |_| ActuatorCommand::default());
    let go = ActuatorCommand {
        direction: Direction::Forward,
        throttle: 1.0,
        park_brake: false,
        ..ActuatorCommand::default()
    };
    rig.run(seconds, &mut trace, |_| go);
    trace
}
