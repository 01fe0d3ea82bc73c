//! Extended Kalman filter: state, prediction and scalar corrections.

use haul_core::{Pose2, angle};
use nalgebra::{SMatrix, SVector};

/// Index of the east coordinate (m) in the state.
pub(super) const X: usize = 0;
/// Index of the north coordinate (m) in the state.
pub(super) const Y: usize = 1;
/// Index of the heading (rad) in the state.
pub(super) const HEADING: usize = 2;
/// Index of the speed along the body (m/s) in the state.
pub(super) const SPEED: usize = 3;
/// Index of the gyro reading at rest, that is, its bias (rad/s), in the state.
pub(super) const BIAS: usize = 4;
/// Index of the wheel scale in the state: ratio of wheel speed to ground speed, minus 1.
pub(super) const SCALE: usize = 5;
/// Index of the sideslip (rad) in the state: angle from the heading to the rear axle's course.
pub(super) const SLIP: usize = 6;
const N: usize = 7;

type State = SVector<f64, N>;
type Covariance = SMatrix<f64, N, N>;

// Standard deviations of unmeasured changes, per square root of a second.
/// Acceleration between wheel readings, m/s²·√s: a haul truck brakes with at most 3 m/s², usually 0.3 m/s².
const SPEED_WALK: f64 = 0.6;
/// Noise of the gyro, rad/s·√s.
const HEADING_WALK: f64 = 0.002;
/// Heading noise without a gyro, with the turn rate taken from the steering, rad/s·√s.
const BLIND_WALK: f64 = 0.05;
/// Drift of the gyro's bias, rad/s/√s.
const BIAS_WALK: f64 = 3e-5;
/// Drift of the wheels' scale, 1/√s: load and heat change the rolling radius over minutes.
const SCALE_WALK: f64 = 2e-4;
/// Random walk of the sideslip, rad/√s: it comes and goes with the curves, within seconds.
const SLIP_WALK: f64 = 0.008;
/// Time constant with which unmeasured sideslip decays, s.
const SLIP_TIME: f64 = 2.0;
/// Motion of the ground point that the state does not explain (body roll, antenna sway), m/√s at a speed of 1 m/s.
const POSITION_WALK: f64 = 0.004;

// Standard deviations of the initial state.
const FIRST_SPEED: f64 = 0.5;
const FIRST_BIAS: f64 = 0.01;
const FIRST_SCALE: f64 = 0.02;
const FIRST_SLIP: f64 = 0.01;
/// Standard deviations added after dead reckoning has failed: the truck slides, or its wheel readings were wrong.
const FAILURE_SPEED: f64 = 3.0;
const FAILURE_SLIP: f64 = 0.2;
/// Minimum standard deviation accepted for the position of a fix, m: receivers are optimistic.
const POSITION_FLOOR: f64 = 0.01;
/// Minimum standard deviation accepted for the heading of a fix, rad.
const HEADING_FLOOR: f64 = 0.001;
/// Standard deviation of the speed measurement 0 at rest, m/s.
const REST_SPEED: f64 = 0.003;
/// Standard deviation of the gyro at rest, rad/s.
const REST_GYRO: f64 = 0.004;
/// Standard deviation of the turn rate from the steering, constant part, rad/s.
const STEERING_FLOOR: f64 = 0.05;
/// Standard deviation of the turn rate from the steering, as a share of that rate: understeer, toe, slack.
const STEERING_SHARE: f64 = 0.3;

/// The turn rate of a prediction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Turning {
    /// Gyro reading including its bias, rad/s.
    Gyro(f64),
    /// Turn rate from the steering while the gyro reading is missing or not a number, rad/s.
    Steering(f64),
    /// The truck stands and keeps its heading.
    Standing,
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Filter {
    state: State,
    covariance: Covariance,
}

impl Default for Filter {
    fn default() -> Self {
        Self { state: State::zeros(), covariance: Covariance::identity() }
    }
}

impl Filter {
    pub fn state(&self) -> &State {
        &self.state
    }

    pub fn covariance(&self) -> &Covariance {
        &self.covariance
    }

    /// Returns the gyro reading at rest (its bias), rad/s.
    pub fn bias(&self) -> f64 {
        self.state[BIAS]
    }

    /// Returns the present pose.
    pub fn pose(&self) -> Pose2 {
        Pose2::new(self.state[X], self.state[Y], self.state[HEADING])
    }

    /// Returns the present speed and its standard deviation, m/s.
    pub fn speed(&self) -> (f64, f64) {
        (self.state[SPEED], libm::sqrt(self.covariance[(SPEED, SPEED)].max(0.0)))
    }

    /// Restarts at a pose with a speed (m/s). The filter keeps the learned bias and scale.
    pub fn start(&mut self, pose: Pose2, speed: f64, sigma: f64, heading_sigma: f64) {
        let Pose2 { x, y, heading } = pose;
        let (bias, scale) = (self.state[BIAS], self.state[SCALE]);
        self.state = State::zeros();
        self.state[X] = x;
        self.state[Y] = y;
        self.state[HEADING] = angle::wrap(heading);
        self.state[SPEED] = speed;
        self.state[BIAS] = bias;
        self.state[SCALE] = scale;
        let s = sigma.max(POSITION_FLOOR);
        let h = heading_sigma.max(HEADING_FLOOR);
        let deviations = [s, s, h, FIRST_SPEED, FIRST_BIAS, FIRST_SCALE, FIRST_SLIP];
        self.covariance = Covariance::from_diagonal(&State::from(deviations.map(|d| d * d)));
    }

    /// Predicts the state after `dt` seconds.
    pub fn predict(&mut self, dt: f64, turning: Turning) {
        let s = &self.state;
        let (rate, heading_walk) = match turning {
            Turning::Gyro(gyro) => (gyro - s[BIAS], HEADING_WALK),
            Turning::Steering(rate) => (rate, BLIND_WALK),
            Turning::Standing => (0.0, 0.0),
        };
        let course = s[HEADING] + s[SLIP] + rate * dt / 2.0;
        let (sin, cos) = (libm::sin(course), libm::cos(course));
        let distance = s[SPEED] * dt;
        let decay = libm::exp(-dt / SLIP_TIME);

        let mut f = Covariance::identity();
        f[(X, SPEED)] = cos * dt;
        f[(Y, SPEED)] = sin * dt;
        for (row, slope) in [(X, -distance * sin), (Y, distance * cos)] {
            f[(row, HEADING)] = slope;
            f[(row, SLIP)] = slope;
            f[(row, BIAS)] = -slope * dt / 2.0;
        }
        if let Turning::Gyro(_) = turning {
            f[(HEADING, BIAS)] = -dt;
        }
        f[(SLIP, SLIP)] = decay;

        let speed = s[SPEED].abs();
        let moving = speed.min(1.0);
        let walks = [
            POSITION_WALK * speed,
            POSITION_WALK * speed,
            heading_walk,
            SPEED_WALK,
            BIAS_WALK,
            SCALE_WALK * moving,
            SLIP_WALK * moving,
        ];
        self.state[X] += distance * cos;
        self.state[Y] += distance * sin;
        self.state[HEADING] = angle::wrap(self.state[HEADING] + rate * dt);
        self.state[SLIP] *= decay;
        self.covariance = f * self.covariance * f.transpose();
        for (i, walk) in walks.iter().enumerate() {
            self.covariance[(i, i)] += walk * walk * dt;
        }
    }

    /// Widens the uncertainty for fixes that lie `offset` metres off: the filter's position, speed and sideslip are
    /// wrong.
    pub fn open(&mut self, offset: f64) {
        let added = [(X, offset), (Y, offset), (SPEED, FAILURE_SPEED), (SLIP, FAILURE_SLIP), (HEADING, FAILURE_SLIP)];
        for (i, deviation) in added {
            self.covariance[(i, i)] += deviation * deviation;
        }
    }

    /// Returns true if the filter may accept a position: the innovation is within `gate` standard deviations.
    pub fn fits_position(&self, x: f64, y: f64, sigma: f64, gate: f64) -> bool {
        let r = sigma.max(POSITION_FLOOR).powi(2);
        let (dx, dy) = (x - self.state[X], y - self.state[Y]);
        dx * dx <= gate * gate * (self.covariance[(X, X)] + r) && dy * dy <= gate * gate * (self.covariance[(Y, Y)] + r)
    }

    /// Returns true if the filter may accept a heading.
    pub fn fits_heading(&self, heading: f64, sigma: f64, gate: f64) -> bool {
        let r = sigma.max(HEADING_FLOOR).powi(2);
        let d = angle::difference(heading, self.state[HEADING]);
        d * d <= gate * gate * (self.covariance[(HEADING, HEADING)] + r)
    }

    pub fn take_position(&mut self, x: f64, y: f64, sigma: f64) {
        let r = sigma.max(POSITION_FLOOR).powi(2);
        self.correct(&[(X, 1.0)], x - self.state[X], r);
        self.correct(&[(Y, 1.0)], y - self.state[Y], r);
    }

    pub fn take_heading(&mut self, heading: f64, sigma: f64) {
        let innovation = angle::difference(heading, self.state[HEADING]);
        self.correct(&[(HEADING, 1.0)], innovation, sigma.max(HEADING_FLOOR).powi(2));
    }

    pub fn take_wheel_speed(&mut self, reading: f64, sigma: f64) {
        let (speed, scale) = (self.state[SPEED], 1.0 + self.state[SCALE]);
        self.correct(&[(SPEED, scale), (SCALE, speed)], reading - speed * scale, sigma * sigma);
    }

    /// Corrects the bias by the difference between the gyro and the turn rate from the steering.
    pub fn take_steering(&mut self, gyro: f64, expected: f64) {
        let sigma = STEERING_FLOOR + STEERING_SHARE * expected.abs();
        self.correct(&[(BIAS, 1.0)], gyro - expected - self.state[BIAS], sigma * sigma);
    }

    /// Corrects the state at rest: the speed is 0 and the gyro reads its bias.
    pub fn stand_still(&mut self, gyro: Option<f64>) {
        self.correct(&[(SPEED, 1.0)], -self.state[SPEED], REST_SPEED * REST_SPEED);
        if let Some(gyro) = gyro {
            self.correct(&[(BIAS, 1.0)], gyro - self.state[BIAS], REST_GYRO * REST_GYRO);
        }
    }

    /// Applies a scalar measurement. `row` lists the non-zero partial derivatives by index.
    fn correct(&mut self, row: &[(usize, f64)], innovation: f64, variance: f64) {
        let mut ph = State::zeros();
        for &(i, h) in row {
            ph += self.covariance.column(i) * h;
        }
        let s = variance + row.iter().map(|&(i, h)| h * ph[i]).sum::<f64>();
        if !(s > 0.0 && s.is_finite() && innovation.is_finite()) {
            return;
        }
        let gain = ph / s;
        self.state += gain * innovation;
        self.state[HEADING] = angle::wrap(self.state[HEADING]);
        // P − K s Kᵀ equals (I−KH)P(I−KH)ᵀ + KRKᵀ for one row, and is symmetric by construction.
        self.covariance -= gain * gain.transpose() * s;
    }
}
