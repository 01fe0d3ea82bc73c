//! Wheel slip: tread speeds compared with the speed of the ground under the wheels.

use crate::localise::Estimate;
use crate::sensor::SensorFrame;
use haul_vehicle::TruckSpec;

/// Slip speed above which a wheel slides: a minimum (m/s), and a share of the truck's speed. Tyres that grip slip by
/// less than 4 % on wet ground and 11 % at the limit on dry ground.
const SLIDE_FLOOR: f64 = 0.25;
const SLIDE_SHARE: f64 = 0.06;
/// Speed (m/s) below which slip tells nothing about grip.
const LEAST_SPEED: f64 = 0.4;

/// Motion of an axle's wheels relative to the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub(crate) enum WheelState {
    /// The wheels roll without sliding.
    #[default]
    Rolls,
    /// A wheel turns more slowly than the ground passes: it is braked beyond its grip.
    Locks,
    /// A wheel turns faster than the ground passes: it is driven beyond its grip.
    Spins,
}

/// Geometry that converts the truck's motion to ground speeds at its wheels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WheelSlip {
    wheelbase: f64,
    half_track_front: f64,
    half_track_rear: f64,
    rolling_radius: f64,
}

/// States of the wheels of the front axle and of the rear axle.
pub(crate) type AxleStates = [WheelState; 2];

impl WheelSlip {
    /// Creates the geometry of a truck.
    pub fn of(spec: &TruckSpec) -> Self {
        let g = &spec.geometry;
        Self {
            wheelbase: g.wheelbase,
            half_track_front: 0.5 * g.track_front,
            half_track_rear: 0.5 * g.track_rear,
            rolling_radius: spec.tyre.rolling_radius,
        }
    }

    /// Returns the states of both axles. A wheel whose sensor has failed counts as rolling.
    pub fn states(&self, frame: &SensorFrame, estimate: &Estimate) -> AxleStates {
        let (speed, yaw) = (estimate.speed, estimate.yaw_rate);
        let w = &frame.wheel_speeds;
        let sense = if speed < 0.0 { -1.0 } else { 1.0 };
        let state = |tread: f64, ground: f64| {
            let slip = sense * (tread * self.rolling_radius - ground);
            let most = SLIDE_FLOOR + SLIDE_SHARE * speed.abs();
            if slip < -most && speed.abs() >= LEAST_SPEED {
                WheelState::Locks
            } else if slip > most {
                WheelState::Spins
            } else {
                WheelState::Rolls
            }
        };
        let (sin, cos) = (libm::sin(estimate.steering_angle), libm::cos(estimate.steering_angle));
        let front = |y: f64| (speed - yaw * y) * cos + yaw * self.wheelbase * sin;
        let rear = |y: f64| speed - yaw * y;
        // Front wheels are not driven: if one seems to spin, the speed estimate lags.
        let undriven = |s: WheelState| if s == WheelState::Spins { WheelState::Rolls } else { s };
        let worst = |a: WheelState, b: WheelState| if a == WheelState::Rolls { b } else { a };
        let (f, r) = (self.half_track_front, self.half_track_rear);
        [
            undriven(worst(state(w[0], front(f)), state(w[1], front(-f)))),
            worst(state(0.5 * (w[2] + w[3]), rear(r)), state(0.5 * (w[4] + w[5]), rear(-r))),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(speed: f64, yaw_rate: f64, steering_angle: f64) -> Estimate {
        Estimate { speed, yaw_rate, steering_angle, ready: true, standing: false, ..Estimate::default() }
    }

    #[test]
    fn a_bend_is_no_slip_and_a_slow_axle_locks() {
        let spec = TruckSpec::tr100at();
        let slip = WheelSlip::of(&spec);
        let radius = spec.tyre.rolling_radius;
        let (speed, yaw) = (4.0, 0.3);
        let steering = libm::atan(spec.geometry.wheelbase * yaw / speed);
        let rear = |y: f64| (speed - yaw * y) / radius;
        let front = |y: f64| {
            ((speed - yaw * y) * libm::cos(steering) + yaw * spec.geometry.wheelbase * libm::sin(steering)) / radius
        };
        let (f, r) = (0.5 * spec.geometry.track_front, 0.5 * spec.geometry.track_rear);
        let rolling = [front(f), front(-f), rear(r), rear(r), rear(-r), rear(-r)];
        let states = |wheel_speeds| {
            slip.states(&SensorFrame { wheel_speeds, ..SensorFrame::default() }, &at(speed, yaw, steering))
        };
        assert_eq!(states(rolling), [WheelState::Rolls; 2]);
        let mut locked = rolling;
        locked[2..].fill(0.0);
        assert_eq!(states(locked), [WheelState::Rolls, WheelState::Locks]);
        let mut spun = rolling;
        (spun[4], spun[5]) = (9.0, 9.0);
        assert_eq!(states(spun), [WheelState::Rolls, WheelState::Spins], "one side of the differential");
        assert_eq!(states([f64::NAN; 6]), [WheelState::Rolls; 2]);
    }
}
