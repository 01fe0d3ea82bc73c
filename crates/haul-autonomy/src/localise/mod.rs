//! Where the truck is: an extended Kalman filter over satellite fixes, wheel speeds, gyro and steering.
//!
//! The state is (east, north, heading, speed, yaw-rate bias, wheel scale, sideslip). Between fixes the wheels and the
//! gyro carry it on, so that a receiver may fall silent for some seconds; how much it then knows less is part of the
//! [`Estimate`], and the supervisor stops the truck when that is too much. Truth never enters.
//!
//! The filter is the textbook one (S. Thrun, W. Burgard, D. Fox, *Probabilistic Robotics*, 2005, table 3.3) with the
//! measurements taken one number at a time, which needs no matrix inverse.

mod filter;
mod odometry;

use crate::sensor::SensorFrame;
use filter::{Filter, HEADING, SLIP, SPEED, X, Y};
use haul_core::{Pose2, SimTime, StateHasher, angle};
pub use odometry::Chassis;

/// Shortest step the filter predicts over, s; frames with the same stamp are taken as one.
const LEAST_STEP: f64 = 1e-6;
/// Longest step the filter predicts over, s: a longer gap means that frames were lost and the prediction is worthless.
const LONGEST_STEP: f64 = 0.5;
/// How many standard deviations of its own expectation a fix may lie off before it is taken for a multipath outlier.
const GATE: f64 = 5.0;
/// So many refused fixes in a row (1 s at 10 Hz) are not outliers: the filter is wrong and starts again from them.
const REFUSALS_TO_RESTART: u32 = 10;
/// A wheel slower than this stands still, rad/s (about 1 cm/s at the tread): below the resolution of wheel sensors.
const STANDSTILL_WHEEL: f64 = 0.008;
/// All wheels must stand for so long before the truck is taken to stand still, s: they also stand while locked in a
/// short slide.
const STANDSTILL_TIME: f64 = 0.6;

/// What the truck believes about its own motion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The instant it is for.
    pub time: SimTime,
    /// Pose of the body frame's origin (ground under the rear axle's middle).
    pub pose: Pose2,
    /// Speed along the body, m/s, negative in reverse.
    pub speed: f64,
    /// Turn rate without the gyro's bias, rad/s.
    pub yaw_rate: f64,
    /// Angle from the body's heading to the rear axle's course, rad, positive to the left.
    pub sideslip: f64,
    /// Steering angle as measured, rad.
    pub steering_angle: f64,
    /// Standard deviation of the position, both coordinates together, m.
    pub position_sigma: f64,
    /// Standard deviation of the heading, rad.
    pub heading_sigma: f64,
    /// Time since the last accepted fix, s.
    pub fix_age: f64,
    /// Whether all wheels have stood for a while.
    pub standing: bool,
    /// Whether a first fix has been seen; before that nothing else here has a meaning.
    pub ready: bool,
}

impl Default for Estimate {
    fn default() -> Self {
        Self {
            time: SimTime::START,
            pose: Pose2::default(),
            speed: 0.0,
            yaw_rate: 0.0,
            sideslip: 0.0,
            steering_angle: 0.0,
            position_sigma: f64::INFINITY,
            heading_sigma: f64::INFINITY,
            fix_age: f64::INFINITY,
            standing: true,
            ready: false,
        }
    }
}

/// The localiser: feed it frames, read its estimate.
#[derive(Debug, Clone)]
pub struct Localiser {
    chassis: Chassis,
    filter: Filter,
    estimate: Estimate,
    last_fix: Option<SimTime>,
    refused: u32,
    standing_since: Option<SimTime>,
}

impl Localiser {
    /// A localiser for a truck with this chassis; it is not ready before the first fix.
    pub fn new(chassis: Chassis) -> Self {
        Self {
            chassis,
            filter: Filter::default(),
            estimate: Estimate::default(),
            last_fix: None,
            refused: 0,
            standing_since: None,
        }
    }

    /// The belief after the last frame.
    pub fn estimate(&self) -> &Estimate {
        &self.estimate
    }

    /// Takes a frame and returns the belief at its time. Readings that are not finite numbers are passed over.
    pub fn update(&mut self, frame: &SensorFrame) -> Estimate {
        let gyro = finite(frame.imu.angular_velocity.z).unwrap_or(self.estimate.yaw_rate + self.filter.bias());
        let steering = finite(frame.steering_angle).unwrap_or(self.estimate.steering_angle);
        if !self.estimate.ready {
            self.start(frame);
        } else {
            let dt = frame.time.since(self.estimate.time);
            if dt >= LEAST_STEP {
                self.filter.predict(dt.min(LONGEST_STEP), gyro);
            }
            self.take_wheels(frame, gyro, steering);
            self.take_fix(frame);
        }
        if !self.estimate.ready {
            self.estimate = Estimate { time: frame.time, steering_angle: steering, ..Estimate::default() };
            return self.estimate;
        }
        let (state, covariance) = (self.filter.state(), self.filter.covariance());
        self.estimate = Estimate {
            time: frame.time,
            pose: Pose2::new(state[X], state[Y], angle::wrap(state[HEADING])),
            speed: if self.estimate.standing && self.standing_since.is_some() { 0.0 } else { state[SPEED] },
            yaw_rate: gyro - self.filter.bias(),
            sideslip: state[SLIP],
            steering_angle: steering,
            position_sigma: libm::sqrt((covariance[(X, X)] + covariance[(Y, Y)]).max(0.0)),
            heading_sigma: libm::sqrt(covariance[(HEADING, HEADING)].max(0.0)),
            fix_age: self.last_fix.map_or(f64::INFINITY, |t| frame.time.since(t)),
            standing: self.standing_since.is_some_and(|t| frame.time.since(t) >= STANDSTILL_TIME),
            ready: self.estimate.ready,
        };
        self.estimate
    }

    /// Begins from the first fix that is whole.
    fn start(&mut self, frame: &SensorFrame) {
        let Some(fix) = frame.gnss.filter(is_whole) else { return };
        self.filter.start(fix.position.x, fix.position.y, fix.heading, fix.sigma, fix.heading_sigma);
        self.last_fix = Some(frame.time);
        self.refused = 0;
        self.estimate.ready = true;
        self.estimate.time = frame.time;
    }

    fn take_wheels(&mut self, frame: &SensorFrame, gyro: f64, steering: f64) {
        let still = frame.wheel_speeds.iter().all(|w| w.abs() < STANDSTILL_WHEEL);
        if still {
            let since = *self.standing_since.get_or_insert(frame.time);
            if frame.time.since(since) >= STANDSTILL_TIME {
                self.filter.stand_still(gyro);
                return;
            }
        } else {
            self.standing_since = None;
        }
        if let Some(reading) = self.chassis.wheel_speed(&frame.wheel_speeds, steering) {
            self.filter.take_wheel_speed(reading.speed, reading.sigma);
        }
        let expected = self.chassis.yaw_rate(self.filter.state()[SPEED], steering);
        self.filter.take_steering(gyro, expected);
    }

    fn take_fix(&mut self, frame: &SensorFrame) {
        let Some(fix) = frame.gnss.filter(is_whole) else { return };
        let fits = self.filter.fits_position(fix.position.x, fix.position.y, fix.sigma, GATE)
            && self.filter.fits_heading(fix.heading, fix.heading_sigma, GATE);
        if fits {
            self.filter.take_position(fix.position.x, fix.position.y, fix.sigma);
            self.filter.take_heading(fix.heading, fix.heading_sigma);
            self.last_fix = Some(frame.time);
            self.refused = 0;
            return;
        }
        self.refused += 1;
        if self.refused >= REFUSALS_TO_RESTART {
            tracing::warn!(refused = self.refused, "fixes and dead reckoning disagree: starting again from the fixes");
            self.start(frame);
        }
    }

    /// Takes the filter's state into a hash.
    #[allow(clippy::should_implement_trait, reason = "a state hash is not `std::hash`")]
    pub fn hash(&self, hasher: &mut StateHasher) {
        for value in self.filter.state().iter() {
            hasher.real(*value);
        }
        hasher.whole(u64::from(self.refused));
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn is_whole(fix: &crate::sensor::GnssFix) -> bool {
    fix.position.x.is_finite()
        && fix.position.y.is_finite()
        && fix.heading.is_finite()
        && fix.sigma.is_finite()
        && fix.heading_sigma.is_finite()
}
