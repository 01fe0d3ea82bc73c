//! The inertial unit at the rear-axle centre.

use super::Truth;
use haul_autonomy::ImuSample;
use haul_core::random::{Draw, Stream};
use haul_core::{GRAVITY, Vector3, stream};

/// Standard deviation of the noise of one accelerometer sample, m/s². It is that of an industrial unit after its own
/// filter, on a vibrating machine.
const ACCELERATION_NOISE: f64 = 0.03;
/// Standard deviation of the accelerometer's bias from unit to unit, m/s².
const ACCELERATION_BIAS: f64 = 0.01;
/// Standard deviation of the noise of one gyroscope sample, rad/s.
const TURN_NOISE: f64 = 0.000_5;
/// Standard deviation of the gyroscope's bias from unit to unit, rad/s: a few tens of degrees per hour.
const TURN_BIAS: f64 = 0.000_2;

/// The inertial unit of one truck.
pub struct Inertial {
    noise: Stream,
    acceleration_bias: Vector3,
    turn_bias: Vector3,
    last_velocity: Option<Vector3>,
}

haul_core::keep_state!(Inertial { noise: value, acceleration_bias: value, turn_bias: value, last_velocity: value });

fn draw(noise: &mut Stream, sigma: f64) -> Vector3 {
    Vector3::new(sigma * noise.normal(), sigma * noise.normal(), sigma * noise.normal())
}

impl Inertial {
    pub fn new(seed: u64, truck: &str) -> Self {
        let mut noise = stream(seed, truck, "imu");
        let acceleration_bias = draw(&mut noise, ACCELERATION_BIAS);
        let turn_bias = draw(&mut noise, TURN_BIAS);
        Self { noise, acceleration_bias, turn_bias, last_velocity: None }
    }

    /// Returns the mean specific force and the turn rate over the last `dt` seconds.
    pub fn sample(&mut self, dt: f64, truth: &Truth) -> ImuSample {
        let velocity = truth.origin_velocity();
        // Take the change of velocity over the whole interval: the unit's own filter removes the vibration in between.
        let change = self.last_velocity.replace(velocity).map_or(Vector3::zeros(), |last| (velocity - last) / dt);
        let felt = truth.motion.pose.rotation.inverse() * (change + Vector3::new(0.0, 0.0, GRAVITY));
        let turn = truth.motion.pose.rotation.inverse() * truth.motion.angular_velocity;
        ImuSample {
            acceleration: felt + self.acceleration_bias + draw(&mut self.noise, ACCELERATION_NOISE),
            angular_velocity: turn + self.turn_bias + draw(&mut self.noise, TURN_NOISE),
        }
    }
}
