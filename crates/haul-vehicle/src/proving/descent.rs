//! Descending a grade on the retarder.

use super::{Rig, Trace};
use crate::command::{ActuatorCommand, Direction};
use crate::ground::Plane;
use crate::limits::Limits;
use crate::spec::TruckSpec;
use haul_core::Pose2;
use std::sync::Arc;

/// Friction coefficient and rolling resistance of a dry, maintained road.
const ROAD: [f64; 2] = [0.55, 0.02];
/// Increase of the retarder demand per m/s of speed above the target.
const GAIN: f64 = 2.0;
/// Retarder demand at the target speed.
const DEMAND_AT_TARGET: f64 = 0.5;
/// Maximum duration of a descent, s.
const MAX_DURATION: f64 = 3600.0;

/// Drives a truck with a payload (kg) down a grade (negative ratio) for a length (m). The retarder alone holds it at
/// the continuous descent speed of the performance limits.
pub fn descent(spec: &Arc<TruckSpec>, payload: f64, grade: f64, length: f64) -> Trace {
    let limits = Limits::new(spec);
    let target = limits.descent_speed(limits.gross_mass(payload), grade, ROAD[1]);
    let mut rig = Rig::new(spec, payload, Pose2::default(), Plane::new(grade, 0.0, ROAD[0], ROAD[1]));
    let mut trace = Trace::of(&rig);
    let gear = ActuatorCommand { direction: Direction::Forward, park_brake: false, ..ActuatorCommand::default() };
    while rig.time < MAX_DURATION && rig.sample().x < length {
        rig.run(1.0, &mut trace, |rig| {
            let excess = rig.truck.state().speed - target;
            ActuatorCommand { retarder: (DEMAND_AT_TARGET + GAIN * excess).clamp(0.0, 1.0), ..gear }
        });
    }
    trace
}
