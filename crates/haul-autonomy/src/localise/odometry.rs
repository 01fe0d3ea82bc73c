//! Motion from wheels and steering, and a check of the wheel readings.

use haul_core::SimTime;

/// Dimensions that convert wheel speeds and steering to motion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chassis {
    /// Distance from the front to the rear axle, m.
    pub wheelbase: f64,
    /// Distance between the centres of the front tyres, m.
    pub track_front: f64,
    /// Rolling radius of the tyres, m.
    pub rolling_radius: f64,
}

/// Speed as read from the wheels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WheelReading {
    /// Speed of the rear-axle centre along the body, m/s.
    pub speed: f64,
    /// Standard deviation of the speed, m/s.
    pub sigma: f64,
}

/// Standard deviation of the speed of a wheel that does not slide, constant part, m/s: the resolution of the sensor.
const SPEED_FLOOR: f64 = 0.015;
/// Standard deviation of the speed of a wheel that does not slide, as a share of the speed: normal slip and tread wear.
const SPEED_SHARE: f64 = 0.004;
/// Difference (m/s) between front and rear wheels beyond which they slide or spin: constant part.
const SLIDE_FLOOR: f64 = 0.15;
/// Difference between front and rear wheels beyond which they slide or spin, as a share of the speed.
const SLIDE_SHARE: f64 = 0.06;
/// Factor on the standard deviation of a reading while wheels slide or spin.
const SLIDE_FACTOR: f64 = 20.0;

/// Accepted difference of a reading from the known speed: constant part, m/s.
const JUMP_FLOOR: f64 = 0.5;
/// Accepted difference of a reading from the known speed: variable part, in standard deviations.
const JUMP_SIGMAS: f64 = 5.0;
/// Accepted rate of change of the speed between two frames, m/s²: the hardest braking.
const JUMP_RATE: f64 = 8.0;
/// Time (s) of refused or missing readings after which the sensors count as failed or the wheels as locked.
const DOUBT_TIME: f64 = 1.0;
/// Accepted difference of untrusted wheels from the known speed: constant part, m/s.
const AGREEMENT_FLOOR: f64 = 0.3;
/// Accepted difference of untrusted wheels from the known speed: variable part, in standard deviations.
const AGREEMENT_SIGMAS: f64 = 2.0;
/// Time for which untrusted wheels must agree before they are trusted again, s.
const AGREEMENT_TIME: f64 = 2.0;

/// Compares the wheels' speed with the speed known from the other sensors.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct WheelWatch {
    refused_since: Option<SimTime>,
    agree_since: Option<SimTime>,
    doubted: bool,
}

impl WheelWatch {
    /// Returns true if the reading of a frame, `dt` seconds after the last one, may be used. `speed` and `sigma` are
    /// the known speed and its standard deviation, m/s.
    pub fn admit(&mut self, time: SimTime, dt: f64, reading: Option<WheelReading>, (speed, sigma): (f64, f64)) -> bool {
        let within = |most: f64| reading.is_some_and(|r| (r.speed - speed).abs() <= most);
        if self.doubted {
            // Failed wheel sensors that read 0 agree with every standstill. The module `standstill` checks that case
            // more carefully.
            let rolls = reading.is_some_and(|r| r.speed.abs() > AGREEMENT_FLOOR);
            if !rolls || !within(AGREEMENT_FLOOR + AGREEMENT_SIGMAS * sigma) {
                self.agree_since = None;
                return false;
            }
            let since = *self.agree_since.get_or_insert(time);
            if time.since(since) < AGREEMENT_TIME {
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
            self.doubt("their speed is not possible for the truck");
        }
        false
    }

    /// Records evidence from other sensors that the wheels are wrong.
    pub fn doubt(&mut self, why: &str) {
        if !self.doubted {
            tracing::warn!("wheel speeds are not used: {why}");
        }
        *self = Self { doubted: true, ..Self::default() };
    }

    /// Records that all other sensors agree with the wheels.
    pub fn believe(&mut self) {
        *self = Self::default();
    }

    /// Returns true if the wheels have been found wrong and are not trusted again yet.
    pub fn is_doubted(&self) -> bool {
        self.doubted
    }
}

impl Chassis {
    /// Creates the dimensions of a truck.
    pub fn of(spec: &haul_vehicle::TruckSpec) -> Self {
        Self {
            wheelbase: spec.geometry.wheelbase,
            track_front: spec.geometry.track_front,
            rolling_radius: spec.tyre.rolling_radius,
        }
    }

    /// Returns the speed of the rear-axle centre from the undriven front wheels, which slip only under braking. The
    /// driven rear wheels serve as a check. Returns `None` if a reading is not a finite number.
    pub(super) fn wheel_speed(&self, wheels: &[f64; 6], steering: f64) -> Option<WheelReading> {
        if wheels.iter().any(|w| !w.is_finite()) {
            return None;
        }
        let front = self.rolling_radius * (wheels[0] + wheels[1]) / 2.0 * self.front_to_rear(steering);
        let rear = self.rolling_radius * (wheels[2] + wheels[3] + wheels[4] + wheels[5]) / 4.0;
        let apart = (front - rear).abs();
        let fair = apart <= SLIDE_FLOOR + SLIDE_SHARE * front.abs().max(rear.abs());
        // If front and rear disagree: under braking, the faster pair slides least; under drive, the slower pair spins
        // least. The front is the better guess in both cases, but a poor one.
        let sigma = (SPEED_FLOOR + SPEED_SHARE * front.abs()) * if fair { 1.0 } else { SLIDE_FACTOR };
        Some(WheelReading { speed: front, sigma })
    }

    /// Returns the ratio of the rear-axle speed to the mean front tread speed. The two front wheels run on circles
    /// about the turning centre on the rear axle's line. Their mean speed is a little above that of the virtual front
    /// wheel between them.
    fn front_to_rear(&self, steering: f64) -> f64 {
        let curvature = libm::tan(steering.clamp(-1.4, 1.4)) / self.wheelbase;
        let aside = curvature * self.track_front / 2.0;
        let ahead = curvature * self.wheelbase;
        let left = libm::hypot(1.0 - aside, ahead);
        let right = libm::hypot(1.0 + aside, ahead);
        2.0 / (left + right)
    }

    /// Returns the turn rate of a rolling single-track truck, rad/s.
    pub(super) fn yaw_rate(&self, speed: f64, steering: f64) -> f64 {
        speed * libm::tan(steering.clamp(-1.4, 1.4)) / self.wheelbase
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHASSIS: Chassis = Chassis { wheelbase: 4.6, track_front: 4.2, rolling_radius: 1.29 };

    #[test]
    fn front_wheels_in_a_tight_turn_give_the_rear_axle_speed() {
        // Turning centre 6 m to the left of the rear-axle centre, yaw rate 0.2 rad/s: the centre moves at 1.2 m/s.
        let (radius, rate) = (6.0, 0.2);
        let wheel = |y: f64| libm::hypot(radius - y, 4.6) * rate / 1.29;
        let rear = |y: f64| (radius - y) * rate / 1.29;
        let wheels = [wheel(2.1), wheel(-2.1), rear(2.2), rear(1.36), rear(-1.36), rear(-2.2)];
        let reading = CHASSIS.wheel_speed(&wheels, libm::atan(4.6 / radius)).unwrap();
        assert!((reading.speed - 1.2).abs() < 1e-9, "{}", reading.speed);
        assert!(reading.sigma < 0.03);
    }

    #[test]
    fn spinning_rear_wheels_increase_the_deviation() {
        let reading = CHASSIS.wheel_speed(&[1.0, 1.0, 3.0, 3.0, 3.0, 3.0], 0.0).unwrap();
        assert!((reading.speed - 1.29).abs() < 1e-9);
        assert!(reading.sigma > 0.3);
        assert!(CHASSIS.wheel_speed(&[f64::NAN, 1.0, 1.0, 1.0, 1.0, 1.0], 0.0).is_none());
    }
}
