//! An emergency stop.

use super::{Rig, Trace};
use crate::command::{ActuatorCommand, Direction};
use crate::ground::Plane;
use crate::spec::TruckSpec;
use haul_core::Pose2;
use std::sync::Arc;

/// Rolling resistance of a maintained road.
const ROLLING: f64 = 0.02;
/// Speed below which the truck counts as stopped, m/s.
const STOPPED_SPEED: f64 = 0.01;
/// Maximum duration of a stop, s.
const MAX_DURATION: f64 = 120.0;

/// Stops a truck with a payload (kg) from a speed (m/s) with all brakes, for a friction coefficient and a grade
/// (ratio). The samples begin at the brake command; x is measured from the truck's position at that time.
pub fn emergency_stop(spec: &Arc<TruckSpec>, payload: f64, speed: f64, friction: f64, grade: f64) -> Trace {
    let mut rig = Rig::new(spec, payload, Pose2::default(), Plane::new(grade, 0.0, friction, ROLLING));
    rig.push(speed);
    let start = rig.sample();
    let mut trace = Trace::of(&rig);
    let stop = ActuatorCommand {
        direction: Direction::Neutral,
        service_brake: 1.0,
        retarder: 1.0,
        park_brake: false,
        ..ActuatorCommand::default()
    };
    while rig.truck.state().speed > STOPPED_SPEED && rig.time - start.time < MAX_DURATION {
        rig.run(0.1, &mut trace, |_| stop);
    }
    for s in &mut trace.samples {
        s.x -= start.x;
        s.y -= start.y;
        s.time -= start.time;
    }
    trace
}
