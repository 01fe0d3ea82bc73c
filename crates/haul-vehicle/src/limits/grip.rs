//! Grip of the axles: the force along the ground that the tyres of each axle transmit.

use super::Limits;

/// Greatest force along the ground of the tyres of each axle, N.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AxleGrip {
    /// Front axle.
    pub front: f64,
    /// Rear axle.
    pub rear: f64,
}

impl Limits {
    /// Grip of the axles of a truck of a gross mass (kg) on ground with a friction (ratio). `felt` is the specific force
    /// along the body that an accelerometer reads, m/s²; it shifts weight between the axles, on a slope too.
    pub fn axle_grip(&self, mass: f64, felt: f64, friction: f64) -> AxleGrip {
        let loads = self.axle_loads(mass, 0.0, felt);
        let (spec, tyre) = (&self.spec, &self.spec.tyre);
        let (front, rear) = (loads.front.max(0.0), loads.rear.max(0.0));
        AxleGrip {
            front: tyre.friction(friction, spec.front_tyre_load(front)) * front,
            rear: tyre.friction(friction, spec.rear_tyre_load(rear)) * rear,
        }
    }
}
