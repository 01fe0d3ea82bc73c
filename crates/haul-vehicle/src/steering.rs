//! Steering: how fast the front wheels turn, and where each of the two points (Ackermann).

use crate::spec::quantity::Quantity::{Angle, Duration};
use crate::spec::reader::{Bound, Reader};
use serde::Serialize;

/// The steering's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SteeringSpec {
    /// Greatest angle of the inner front wheel, rad.
    pub wheel_angle: f64,
    /// Greatest angle of the virtual wheel in the middle of the front axle, rad; what commands are limited to.
    pub max_angle: f64,
    /// Greatest rate of the virtual wheel's angle, rad/s.
    pub rate: f64,
    /// Lag of valve and cylinders, s.
    pub lag: f64,
}

impl SteeringSpec {
    pub(crate) fn read(r: &mut Reader, wheelbase: f64, track_front: f64) -> Self {
        let wheel_angle = r.figure("steering.wheel_angle", Angle, Bound::Positive);
        let lock_to_lock = r.figure("steering.lock_to_lock", Duration, Bound::Positive);
        let lag = r.figure("steering.lag", Duration, Bound::NotNegative);
        if wheel_angle > MOST_WHEEL_ANGLE {
            let what = format!("a front wheel does not turn by {:.0}°", wheel_angle.to_degrees());
            r.wrong("steering.wheel_angle.value", what, "30 to 45° on rigid trucks");
        }
        let radius = wheelbase / libm::tan(wheel_angle) + 0.5 * track_front;
        let max_angle = libm::atan(wheelbase / radius);
        Self { wheel_angle, max_angle, rate: 2.0 * max_angle / lock_to_lock, lag }
    }

    /// The achieved angle after `dt` of following `target`, rad.
    pub(crate) fn advance(&self, angle: f64, target: f64, dt: f64) -> f64 {
        let target = target.clamp(-self.max_angle, self.max_angle);
        let share = if self.lag > 0.0 { dt / (self.lag + dt) } else { 1.0 };
        let most = self.rate * dt;
        angle + ((target - angle) * share).clamp(-most, most)
    }
}

/// No front wheel of a rigid truck turns further than this, rad (60°).
const MOST_WHEEL_ANGLE: f64 = std::f64::consts::FRAC_PI_3;

/// Angles of the left and right front wheel for a virtual wheel at `angle` in the middle of the axle, rad: both axles'
/// normals meet in one point (Ackermann, 1818).
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
