//! Steering: the rate of the steering angle, and the angle of each front wheel (Ackermann).

use crate::spec::quantity::Quantity::{Angle, Duration, Ratio};
use crate::spec::reader::{FigureRange, Reader};
use serde::{Deserialize, Serialize};

/// Data of the steering.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SteeringSpec {
    /// Maximum angle of the inner front wheel, rad.
    pub wheel_angle: f64,
    /// Maximum angle of the virtual wheel at the centre of the front axle, rad; commands are limited to this angle.
    pub max_angle: f64,
    /// Maximum rate of the virtual wheel's angle, rad/s.
    pub rate: f64,
    /// Lag of valve and cylinders, s.
    pub lag: f64,
    /// Steering angle that a full accumulator provides without the pump, rad.
    pub accumulator_angle: f64,
    /// Ratio of the steering rate on the accumulator to the rate on the pump.
    pub emergency_rate: f64,
}

impl SteeringSpec {
    pub(crate) fn read(r: &mut Reader, wheelbase: f64, track_front: f64) -> Self {
        let wheel_angle = r.figure("steering.wheel_angle", Angle, FigureRange::Positive);
        let lock_to_lock = r.figure("steering.lock_to_lock", Duration, FigureRange::Positive);
        let lag = r.figure("steering.lag", Duration, FigureRange::NotNegative);
        let accumulator_angle = r.figure("steering.accumulator_angle", Angle, FigureRange::NotNegative);
        let emergency_rate = r.figure("steering.emergency_rate", Ratio, FigureRange::Share);
        if wheel_angle > MAX_WHEEL_ANGLE {
            let what = format!("a wheel angle of {:.0}° is out of range", wheel_angle.to_degrees());
            r.wrong("steering.wheel_angle.value", what, "30 to 45° on rigid trucks");
        }
        let radius = wheelbase / libm::tan(wheel_angle) + 0.5 * track_front;
        let max_angle = libm::atan(wheelbase / radius);
        Self { wheel_angle, max_angle, rate: 2.0 * max_angle / lock_to_lock, lag, accumulator_angle, emergency_rate }
    }

    /// Returns the angle (rad) after following `target` for `dt` at a share of the steering rate.
    pub(crate) fn advance(&self, angle: f64, target: f64, share: f64, dt: f64) -> f64 {
        let target = target.clamp(-self.max_angle, self.max_angle);
        let lagged = if self.lag > 0.0 { dt / (self.lag + dt) } else { 1.0 };
        let most = self.rate * share * dt;
        angle + ((target - angle) * lagged).clamp(-most, most)
    }
}

/// State of the steering accumulator.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct SteeringState {
    /// Steering angle that the accumulator can still provide, rad.
    pub(crate) left: f64,
}

/// Time in which the pump fills an empty accumulator, s. Estimated: a few seconds after the start of the engine.
const FILLING_TIME: f64 = 8.0;

impl SteeringState {
    pub(crate) fn full(spec: &SteeringSpec) -> Self {
        Self { left: spec.accumulator_angle }
    }

    /// Returns the angle after following `target` for `dt`, with or without the pump.
    pub(crate) fn advance(&mut self, spec: &SteeringSpec, angle: f64, target: f64, pump: bool, dt: f64) -> f64 {
        if pump {
            self.left = (self.left + spec.accumulator_angle * dt / FILLING_TIME).min(spec.accumulator_angle);
            return spec.advance(angle, target, 1.0, dt);
        }
        let wanted = spec.advance(angle, target, spec.emergency_rate, dt) - angle;
        let moved = wanted.clamp(-self.left, self.left);
        self.left -= moved.abs();
        angle + moved
    }
}

/// Maximum front wheel angle of any rigid truck, rad (60°).
const MAX_WHEEL_ANGLE: f64 = std::f64::consts::FRAC_PI_3;

/// Returns the angles of the left and right front wheel (rad) for a virtual wheel at `angle` at the centre of the axle.
/// The normals of all wheels meet in one point (Ackermann, 1818).
pub fn ackermann(angle: f64, wheelbase: f64, track: f64) -> (f64, f64) {
    let t = libm::tan(angle);
    let half = 0.5 * track * t;
    // A positive angle turns left, so the left wheel is the inner one.
    (libm::atan2(wheelbase * t, wheelbase - half), libm::atan2(wheelbase * t, wheelbase + half))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_wheel_normals_meet_on_the_rear_axle() {
        let (l, t) = (4.6, 4.2);
        let (left, right) = ackermann(0.4, l, t);
        let (from_left, from_right) = (l / libm::tan(left) + t / 2.0, l / libm::tan(right) - t / 2.0);
        assert!((from_left - l / libm::tan(0.4)).abs() < 1e-9 && (from_right - from_left).abs() < 1e-9);
        let (mirrored_left, mirrored_right) = ackermann(-0.4, l, t);
        assert!((mirrored_left + right).abs() < 1e-12 && (mirrored_right + left).abs() < 1e-12);
        assert_eq!(ackermann(0.0, l, t), (0.0, 0.0));
    }
}
