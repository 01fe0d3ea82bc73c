//! Grip of the axles: the force along the ground that the tyres of each axle transmit.

use super::Limits;
use haul_core::GRAVITY;

/// Minimum load of an axle's lighter side, as a share of half the axle load.
const LEAST_SIDE: f64 = 0.3;

/// Maximum force along the ground of the tyres of each axle, before the tyres of one side slide, N.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AxleGrip {
    /// Maximum force along the ground of the front axle, N.
    pub front: f64,
    /// Maximum force along the ground of the rear axle, N.
    pub rear: f64,
}

impl Limits {
    /// Returns the grip of both axles of a truck of a gross mass (kg), for a friction coefficient of the ground. `felt`
    /// is the specific force along and across the body that an accelerometer reads (m/s²), including that of a slope.
    /// It shifts weight between axles and sides. Brakes and differential give both sides of an axle the same torque, so
    /// that the lighter side slides first.
    pub fn axle_grip(&self, mass: f64, felt: [f64; 2], friction: f64) -> AxleGrip {
        let [along, across] = felt;
        let loads = self.axle_loads(mass, 0.0, along);
        let payload = (mass - self.spec.mass.own).max(0.0);
        let shifted = (across / GRAVITY).abs() / self.rollover_threshold(payload, 0.0).max(f64::MIN_POSITIVE);
        let side = (1.0 - shifted).max(LEAST_SIDE);
        let (spec, tyre) = (&self.spec, &self.spec.tyre);
        let (front, rear) = (loads.front.max(0.0), loads.rear.max(0.0));
        AxleGrip {
            front: tyre.friction(friction, spec.front_tyre_load(front)) * front * side,
            rear: tyre.friction(friction, spec.rear_tyre_load(rear)) * rear * side,
        }
    }
}
