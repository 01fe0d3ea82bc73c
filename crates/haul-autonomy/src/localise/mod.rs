//! Localisation: an extended Kalman filter over satellite fixes, wheel speeds, gyro and steering.
//!
//! The state is (east, north, heading, speed, yaw-rate bias, wheel scale, sideslip). Between fixes the wheels and the
//! gyro carry it on, so that a receiver may fall silent for some seconds; how much it then knows less is part of the
//! [`Estimate`], and the supervisor stops the truck when that is too much. Truth never enters.
//!
//! Satellites and wheels watch each other. A receiver that jumps is not used until it has jumped back, however long that
//! takes; after a gap its fixes must agree with dead reckoning again, several in a row. Wheels whose speed no truck can
//! have, or that stand while satellites or the inertial unit tell of motion, are doubted until they agree again, and
//! [`Estimate::wheels_trusted`] says so.
//!
//! The filter is the textbook one (S. Thrun, W. Burgard, D. Fox, *Probabilistic Robotics*, 2005, table 3.3) with the
//! measurements taken one number at a time, which needs no matrix inverse.

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
use standstill::{Standing, Standstill, Witness};

/// Time without any frame after which dead reckoning tells nothing of where the truck is, s: it has braked by an unknown
/// way. The localiser begins again, as when the truck is switched on.
const FRAMES_LOST: f64 = 2.0;
/// Longest step the filter predicts over at once, s. A longer gap between frames is predicted piece by piece, without
/// wheels, so that what is known gets as poor as it should.
const LONGEST_STEP: f64 = 0.5;
/// Pieces predicted at most: after half a minute without frames nothing is known.
const MOST_STEPS: u32 = 60;
/// A wheel slower than this stands still, rad/s (about 1 cm/s at the tread): below the resolution of wheel sensors.
const STANDSTILL_WHEEL: f64 = 0.008;
/// Way that a truck may have gone before wheels that stand are found wrong, m.
const UNSEEN: f64 = 0.3;
/// Fixes used within this time are a witness of a standstill, s.
const WITNESS_AGE: f64 = 1.0;

/// Estimate of the truck of its own motion.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
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
    /// Tells whether all wheels have stood for a while and no other sensor tells of motion.
    pub standing: bool,
    /// Tells whether the wheel speeds agree with the other sensors.
    pub wheels_trusted: bool,
    /// Tells whether a first fix has been seen; before that nothing else here has a meaning.
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

/// The localiser: feed it frames, read its estimate.
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
    /// A localiser for a truck with this chassis; it is not ready before the first fix.
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

    /// The belief after the last frame.
    pub fn estimate(&self) -> &Estimate {
        &self.estimate
    }

    /// Takes a frame and returns the belief at its time. Readings that are not finite numbers are passed over, and so is
    /// a frame that is not newer than the last one: it holds nothing new.
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
        if dt > FRAMES_LOST {
            tracing::warn!(seconds = dt, "no frame for long: localisation begins again");
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

    /// Begins from the first fix that is whole.
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
        let mut left = dt.min(LONGEST_STEP * f64::from(MOST_STEPS));
        while left > 0.0 {
            let step = left.min(LONGEST_STEP);
            self.filter.predict(step, turning);
            left -= step;
        }
    }

    /// Corrects the filter with the frame's fix; gives its position and standard deviation where it goes on from those
    /// before it, used or not.
    fn take_fix(&mut self, frame: &SensorFrame) -> Option<(Point2, f64)> {
        let fix = frame.gnss.filter(is_whole)?;
        let verdict = self.fixes.judge(frame.time, &fix, &self.filter);
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
                self.wheels.doubt("satellites tell of another way");
            }
        }
        self.filter.take_position(at.x, at.y, fix.sigma);
        self.filter.take_heading(fix.heading, fix.heading_sigma);
        self.fixes.corrected(frame.time, self.filter.pose());
        Some((at, fix.sigma))
    }

    /// Corrects the filter with wheels and steering; whether the truck stands.
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
            Standing::Yes => {
                self.wheels.believe();
                self.filter.stand_still(gyro);
                return true;
            }
            Standing::WheelsLie => {
                self.wheels.doubt("they stand and the truck moves");
                self.filter.open(UNSEEN);
                return false;
            }
            Standing::No => {}
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

/// Tells whether every number of a fix can be used.
fn is_whole(fix: &crate::sensor::GnssFix) -> bool {
    let is_deviation = |sigma: f64| sigma.is_finite() && sigma >= 0.0;
    let placed = fix.position.x.is_finite() && fix.position.y.is_finite() && fix.heading.is_finite();
    placed && is_deviation(fix.sigma) && is_deviation(fix.heading_sigma)
}
