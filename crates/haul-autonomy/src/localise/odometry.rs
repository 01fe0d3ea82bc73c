//! Motion from wheels and steering, and the check whether the wheels can be right.

use haul_core::SimTime;

/// The dimensions that turn wheel speeds and steering into motion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chassis {
    /// Front to rear axle, m.
    pub wheelbase: f64,
    /// Between the middles of the front tyres, m.
    pub track_front: f64,
    /// Rolling radius of the tyres, m.
    pub rolling_radius: f64,
}

/// Speed as the wheels tell it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WheelReading {
    /// Of the rear axle's middle along the body, m/s.
    pub speed: f64,
    /// Standard deviation, m/s.
    pub sigma: f64,
}

/// Standard deviation of a wheel-speed reading that slips no more than a tyre must: a floor for the sensor's
/// resolution (m/s) and a share of the speed for slip and tread wear.
const FLOOR: f64 = 0.015;
const SHARE: f64 = 0.004;
/// Front and rear wheels that differ by more than this are sliding or spinning: a floor (m/s) and a share of speed.
const DISAGREE_FLOOR: f64 = 0.15;
const DISAGREE_SHARE: f64 = 0.06;
/// Factor on the standard deviation of a reading while wheels slide or spin.
const DISTRUST: f64 = 20.0;

/// A reading may differ from the speed known by this, m/s, by this number of standard deviations, and by what the
/// hardest braking changes between two frames, m/s².
const JUMP_FLOOR: f64 = 0.5;
const JUMP_SIGMAS: f64 = 5.0;
const JUMP_RATE: f64 = 8.0;
/// Readings that are refused, or missing, for this time are those of failed sensors or locked wheels, s.
const DOUBT_TIME: f64 = 1.0;
/// Doubted wheels must agree with the speed known within this, m/s and standard deviations, ...
const AGREE: f64 = 0.3;
const AGREE_SIGMAS: f64 = 2.0;
/// ... for this time before they are believed again, s.
const AGREE_TIME: f64 = 2.0;

/// Compares the wheels' speed with the one known from everything else.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct WheelWatch {
    refused_since: Option<SimTime>,
    agree_since: Option<SimTime>,
    doubted: bool,
}

impl WheelWatch {
    /// Tells whether the reading of a frame, `dt` after the last one, may be used. `speed` and `sigma` are what is
    /// known, m/s.
    pub fn admit(&mut self, time: SimTime, dt: f64, reading: Option<WheelReading>, (speed, sigma): (f64, f64)) -> bool {
        let within = |most: f64| reading.is_some_and(|r| (r.speed - speed).abs() <= most);
        if self.doubted {
            // Wheels that have stopped for good agree with every standstill: that is judged elsewhere, with more care.
            let rolls = reading.is_some_and(|r| r.speed.abs() > AGREE);
            if !rolls || !within(AGREE + AGREE_SIGMAS * sigma) {
                self.agree_since = None;
                return false;
            }
            let since = *self.agree_since.get_or_insert(time);
            if time.since(since) < AGREE_TIME {
                return false;
            }
            *self = Self::default();
        }
        if within(JUMP_FLOOR + JUMP_SIGMAS * sigma + JUMP_RATE * dt) {
            self.refused_since = None;
            return true;
        }
        let since = *self.refused_since.get_or_insert(time);
        if time.since(since) >= DOUBT_TIME {
            self.doubt("the wheels' speed is none that the truck can have");
        }
        false
    }

    /// Takes note of evidence from elsewhere that the wheels are wrong.
    pub fn doubt(&mut self, why: &str) {
        if !self.doubted {
            tracing::warn!("wheel speeds are not used: {why}");
        }
        *self = Self { doubted: true, ..Self::default() };
    }

    /// Takes note that every witness agrees with the wheels.
    pub fn believe(&mut self) {
        *self = Self::default();
    }

    /// Tells whether the wheels have been found wrong and not yet right again.
    pub fn is_doubted(&self) -> bool {
        self.doubted
    }
}

impl Chassis {
    /// Of a truck.
    pub fn of(spec: &haul_vehicle::TruckSpec) -> Self {
        Self {
            wheelbase: spec.geometry.wheelbase,
            track_front: spec.geometry.track_front,
            rolling_radius: spec.tyre.rolling_radius,
        }
    }

    /// Speed of the rear axle's middle from the undriven front wheels, which slip only under the brake; the driven rear
    /// wheels are asked whether they agree. `None` where a reading is not a finite number.
    pub(super) fn wheel_speed(&self, wheels: &[f64; 6], steering: f64) -> Option<WheelReading> {
        if wheels.iter().any(|w| !w.is_finite()) {
            return None;
        }
        let front = self.rolling_radius * (wheels[0] + wheels[1]) / 2.0 * self.front_to_rear(steering);
        let rear = self.rolling_radius * (wheels[2] + wheels[3] + wheels[4] + wheels[5]) / 4.0;
        let apart = (front - rear).abs();
        let fair = apart <= DISAGREE_FLOOR + DISAGREE_SHARE * front.abs().max(rear.abs());
        // While they disagree the faster pair slides least under the brake, the slower one spins least under drive;
        // the front is the better guess in both, but a poor one.
        let sigma = (FLOOR + SHARE * front.abs()) * if fair { 1.0 } else { DISTRUST };
        Some(WheelReading { speed: front, sigma })
    }

    /// Rear-axle speed for one m/s of mean front tread speed. The two front wheels run on circles about the turning
    /// centre on the rear axle's line, and their mean lies a little above that of the virtual front wheel between them.
    fn front_to_rear(&self, steering: f64) -> f64 {
        let curvature = libm::tan(steering.clamp(-1.4, 1.4)) / self.wheelbase;
        let aside = curvature * self.track_front / 2.0;
        let ahead = curvature * self.wheelbase;
        let left = libm::hypot(1.0 - aside, ahead);
        let right = libm::hypot(1.0 + aside, ahead);
        2.0 / (left + right)
    }

    /// The turn rate that a rolling single-track truck has, rad/s.
    pub(super) fn yaw_rate(&self, speed: f64, steering: f64) -> f64 {
        speed * libm::tan(steering.clamp(-1.4, 1.4)) / self.wheelbase
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHASSIS: Chassis = Chassis { wheelbase: 4.6, track_front: 4.2, rolling_radius: 1.29 };

    #[test]
    fn front_wheels_of_a_tight_turn_give_the_rear_axle_speed() {
        // Turning centre 6 m to the left of the rear axle's middle, yaw rate 0.2 rad/s: the rear middle runs 1.2 m/s.
        let (radius, rate) = (6.0, 0.2);
        let wheel = |y: f64| libm::hypot(radius - y, 4.6) * rate / 1.29;
        let rear = |y: f64| (radius - y) * rate / 1.29;
        let wheels = [wheel(2.1), wheel(-2.1), rear(2.2), rear(1.36), rear(-1.36), rear(-2.2)];
        let reading = CHASSIS.wheel_speed(&wheels, libm::atan(4.6 / radius)).unwrap();
        assert!((reading.speed - 1.2).abs() < 1e-9, "{}", reading.speed);
        assert!(reading.sigma < 0.03);
    }

    #[test]
    fn spinning_rear_wheels_cost_trust() {
        let reading = CHASSIS.wheel_speed(&[1.0, 1.0, 3.0, 3.0, 3.0, 3.0], 0.0).unwrap();
        assert!((reading.speed - 1.29).abs() < 1e-9);
        assert!(reading.sigma > 0.3);
        assert!(CHASSIS.wheel_speed(&[f64::NAN, 1.0, 1.0, 1.0, 1.0, 1.0], 0.0).is_none());
    }
}
