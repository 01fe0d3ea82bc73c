//! Localisation: an extended Kalman filter over satellite fixes, wheel speeds, gyro and steering.
//!
//! The state is (east, north, heading, speed, yaw-rate bias, wheel scale, sideslip). Between fixes, the wheels and the
//! gyro update the state, so the receiver may be silent for some seconds. The [`Estimate`] contains the growing
//! uncertainty, and the supervisor stops the truck when the uncertainty is too large. The true state is never an input.
//!
//! Satellites and wheels check each other. A receiver that jumps is not used until it has jumped back, however long
//! that takes. After a gap, several consecutive fixes must agree with dead reckoning. Wheels are not trusted if their
//! speed is impossible for a truck, or if they stand while satellites or the inertial unit show motion.
//! [`Estimate::wheels_trusted`] is true while they are trusted.
//!
//! The filter follows S. Thrun, W. Burgard, D. Fox, *Probabilistic Robotics*, 2005, table 3.3. It applies scalar
//! measurements one at a time, so it needs no matrix inverse.

mod continuity;
mod filter;
mod fixes;
mod odometry;
mod standstill;

use crate::sensor::SensorFrame;
use filter::{Filter, HEADING, SLIP, SPEED, Turning, X, Y};
use fixes::{Fixes, Verdict};
use haul_core::{Point2, Pose2, SimTime, angle};
pub use odometry::Chassis;
use odometry::{WheelReading, WheelWatch};
use standstill::{Standstill, StandstillFinding, Witness};

/// Time (s) without any frame after which dead reckoning is useless: the truck has braked over an unknown distance. The
/// localiser then starts again, as after power-on.
const FRAME_TIMEOUT: f64 = 2.0;
/// Longest step of one prediction, s. A longer gap between frames is predicted in several steps, without wheels, so
/// that the uncertainty grows as it should.
const LONGEST_STEP: f64 = 0.5;
/// Maximum number of prediction steps in a gap between frames: after half a minute without frames, nothing is known.
const STEP_LIMIT: u32 = 60;
/// Wheel speed (rad/s) below which a wheel counts as standing (about 1 cm/s at the tread): below the resolution of
/// wheel sensors.
const STANDSTILL_WHEEL: f64 = 0.008;
/// Distance (m) that a truck may have moved before standing wheels are found wrong.
const UNSEEN_DISTANCE: f64 = 0.3;
/// Maximum age (s) of a used fix that is evidence of a standstill.
const WITNESS_AGE: f64 = 1.0;

/// The truck's estimate of its own motion.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Estimate {
    /// Time of the estimate.
    pub time: SimTime,
    /// Pose of the body frame's origin (on the ground under the rear-axle centre).
    pub pose: Pose2,
    /// Speed along the body, m/s, negative in reverse.
    pub speed: f64,
    /// Turn rate, corrected for the gyro's bias, rad/s.
    pub yaw_rate: f64,
    /// Angle from the body's heading to the rear axle's course, rad, positive to the left.
    pub sideslip: f64,
    /// Steering angle as measured, rad.
    pub steering_angle: f64,
    /// Standard deviation of the position, both coordinates combined, m.
    pub position_sigma: f64,
    /// Standard deviation of the heading, rad.
    pub heading_sigma: f64,
    /// Time since the last accepted fix, s.
    pub fix_age: f64,
    /// True if all wheels have stood for a while and no other sensor shows motion.
    pub standing: bool,
    /// True if the wheel speeds agree with the other sensors.
    pub wheels_trusted: bool,
    /// True after the first fix; until then the other fields have no meaning.
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
            wheels_trusted: true,
            ready: false,
        }
    }
}

/// The localiser: takes frames and returns an estimate.
#[derive(Debug, Clone)]
pub struct Localiser {
    chassis: Chassis,
    filter: Filter,
    fixes: Fixes,
    wheels: WheelWatch,
    standstill: Standstill,
    estimate: Estimate,
}

haul_core::keep_state!(Localiser {
    chassis: given,
    filter: value,
    fixes: value,
    wheels: value,
    standstill: value,
    estimate: value,
});

impl Localiser {
    /// Creates a localiser for a truck with this chassis; it is not ready before the first fix.
    pub fn new(chassis: Chassis) -> Self {
        Self {
            chassis,
            filter: Filter::default(),
            fixes: Fixes::default(),
            wheels: WheelWatch::default(),
            standstill: Standstill::default(),
            estimate: Estimate::default(),
        }
    }

    /// Returns the estimate after the last frame.
    pub fn estimate(&self) -> &Estimate {
        &self.estimate
    }

    /// Processes a frame and returns the estimate at its time. Ignores readings that are not finite numbers, and frames
    /// that are not newer than the last one.
    pub fn update(&mut self, frame: &SensorFrame) -> Estimate {
        let steering = finite(frame.steering_angle).unwrap_or(self.estimate.steering_angle);
        if !self.estimate.ready {
            self.start(frame, steering);
            return self.estimate;
        }
        if frame.time <= self.estimate.time {
            return self.estimate;
        }
        let dt = frame.time.since(self.estimate.time);
        if dt > FRAME_TIMEOUT {
            tracing::warn!(seconds = dt, "no frame for a long time: localisation starts again");
            self.start(frame, steering);
            return self.estimate;
        }
        let gyro = finite(frame.imu.angular_velocity.z);
        self.predict(dt, gyro, steering);
        let fix = self.take_fix(frame);
        let standing = self.take_wheels(frame, dt, fix, steering);

        let (state, covariance) = (self.filter.state(), self.filter.covariance());
        let rolling = self.chassis.yaw_rate(state[SPEED], steering);
        self.estimate = Estimate {
            time: frame.time,
            pose: Pose2::new(state[X], state[Y], angle::wrap(state[HEADING])),
            speed: if standing { 0.0 } else { state[SPEED] },
            yaw_rate: gyro.map_or(rolling, |gyro| gyro - self.filter.bias()),
            sideslip: state[SLIP],
            steering_angle: steering,
            position_sigma: libm::sqrt((covariance[(X, X)] + covariance[(Y, Y)]).max(0.0)),
            heading_sigma: libm::sqrt(covariance[(HEADING, HEADING)].max(0.0)),
            fix_age: self.fixes.age(frame.time),
            standing,
            wheels_trusted: !self.wheels.is_doubted(),
            ready: true,
        };
        self.estimate
    }

    /// Starts from the first complete fix.
    fn start(&mut self, frame: &SensorFrame, steering: f64) {
        self.estimate = Estimate { time: frame.time, steering_angle: steering, ..Estimate::default() };
        let Some(fix) = frame.gnss.filter(is_whole) else { return };
        let pose = Pose2::new(fix.position.x, fix.position.y, angle::wrap(fix.heading));
        let speed = self.chassis.wheel_speed(&frame.wheel_speeds, steering).map_or(0.0, |r| r.speed);
        self.filter.start(pose, speed, fix.sigma, fix.heading_sigma);
        self.fixes.start(frame.time, &fix);
        let covariance = self.filter.covariance();
        self.estimate = Estimate {
            pose,
            speed,
            position_sigma: libm::sqrt(covariance[(X, X)] + covariance[(Y, Y)]),
            heading_sigma: libm::sqrt(covariance[(HEADING, HEADING)]),
            fix_age: 0.0,
            standing: false,
            ready: true,
            ..self.estimate
        };
    }

    fn predict(&mut self, dt: f64, gyro: Option<f64>, steering: f64) {
        let turning = match gyro {
            _ if self.estimate.standing => Turning::Standing,
            Some(gyro) => Turning::Gyro(gyro),
            None => Turning::Steering(self.chassis.yaw_rate(self.filter.state()[SPEED], steering)),
        };
        let mut left = dt.min(LONGEST_STEP * f64::from(STEP_LIMIT));
        while left > 0.0 {
            let step = left.min(LONGEST_STEP);
            self.filter.predict(step, turning);
            left -= step;
        }
    }

    /// Corrects the filter with the frame's fix. Returns the fix's position and standard deviation if it follows the
    /// earlier fixes, used or not.
    fn take_fix(&mut self, frame: &SensorFrame) -> Option<(Point2, f64)> {
        let fix = frame.gnss.filter(is_whole)?;
        let verdict = self.fixes.judge(frame.time, &fix, &self.filter, self.wheels.is_doubted());
        let at = fix.position.xy();
        match verdict {
            Verdict::Refuse => return self.fixes.follows().then_some((at, fix.sigma)),
            Verdict::Use => {}
            Verdict::Restart => {
                let pose = Pose2::new(at.x, at.y, angle::wrap(fix.heading));
                self.filter.start(pose, self.filter.speed().0, fix.sigma, fix.heading_sigma);
                self.fixes.start(frame.time, &fix);
                return Some((at, fix.sigma));
            }
            Verdict::Follow => {
                self.filter.open((at - self.filter.pose().position()).norm());
                self.wheels.doubt("satellites show another distance");
            }
        }
        self.filter.take_position(at.x, at.y, fix.sigma);
        self.filter.take_heading(fix.heading, fix.heading_sigma);
        self.fixes.corrected(frame.time, self.filter.pose());
        Some((at, fix.sigma))
    }

    /// Corrects the filter with wheels and steering. Returns true if the truck stands.
    fn take_wheels(&mut self, frame: &SensorFrame, dt: f64, fix: Option<(Point2, f64)>, steering: f64) -> bool {
        let reading = self.chassis.wheel_speed(&frame.wheel_speeds, steering);
        let admitted = self.wheels.admit(frame.time, dt, reading, self.filter.speed());
        let gyro = finite(frame.imu.angular_velocity.z);
        let witness = Witness {
            time: frame.time,
            dt,
            wheels_still: (admitted || self.wheels.is_doubted())
                && frame.wheel_speeds.iter().all(|w| w.abs() < STANDSTILL_WHEEL),
            fix,
            satellites: self.fixes.are_used(frame.time, WITNESS_AGE),
            imu: frame.imu,
            gyro_bias: self.filter.bias(),
        };
        match self.standstill.take(&witness, self.wheels.is_doubted()) {
            StandstillFinding::Yes => {
                self.wheels.believe();
                self.filter.stand_still(gyro);
                return true;
            }
            StandstillFinding::WheelsLie => {
                self.wheels.doubt("they stand while the truck moves");
                self.filter.open(UNSEEN_DISTANCE);
                return false;
            }
            StandstillFinding::No => {}
        }
        if let Some(WheelReading { speed, sigma }) = reading.filter(|_| admitted) {
            self.filter.take_wheel_speed(speed, sigma);
        }
        if let Some(gyro) = gyro {
            let expected = self.chassis.yaw_rate(self.filter.state()[SPEED], steering);
            self.filter.take_steering(gyro, expected);
        }
        false
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Returns true if every number of a fix is valid.
fn is_whole(fix: &crate::sensor::GnssFix) -> bool {
    let is_deviation = |sigma: f64| sigma.is_finite() && sigma >= 0.0;
    let placed = fix.position.x.is_finite() && fix.position.y.is_finite() && fix.heading.is_finite();
    placed && is_deviation(fix.sigma) && is_deviation(fix.heading_sigma)
}
