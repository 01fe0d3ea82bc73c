//! Down a grade on the retarder.

use super::{Rig, Trace};
use crate::command::{ActuatorCommand, Direction};
use crate::ground::Plane;
use crate::limits::Limits;
use crate::spec::TruckSpec;
use haul_core::Pose2;
use std::sync::Arc;

/// Friction and rolling resistance of a dry, maintained road.
const ROAD: [f64; 2] = [0.55, 0.02];
/// Retarder for each m/s above the target.
const GAIN: f64 = 2.0;
/// Retarder at the target.
const MIDDLE: f64 = 0.5;
/// No descent takes longer, s.
const LONGEST: f64 = 3600.0;

/// A truck with a payload (kg) goes down a grade (negative ratio) for a length (m) at the speed that the book gives for
/// as long as wanted, held by the retarder alone.
pub fn descent(spec: &Arc<TruckSpec>, payload: f64, grade: f64, length: f64) -> Trace {
    let limits = Limits::new(spec);
    let target = limits.descent_speed(limits.gross_mass(payload), grade, ROAD[1]);
    let mut rig = Rig::new(spec, payload, Pose2::default(), Plane::new(grade, 0.0, ROAD[0], ROAD[1]));
    let mut trace = Trace::of(&rig);
    let gear = ActuatorCommand { direction: Direction::Forward, park_brake: false, ..ActuatorCommand::default() };
    while rig.time < LONGEST && rig.sample().x < length {
        rig.run(1.0, &mut trace, |rig| {
            let excess = rig.truck.state().speed - target;
            ActuatorCommand { retarder: (MIDDLE + GAIN * excess).clamp(0.0, 1.0), ..gear }
        });
    }
    trace
}
