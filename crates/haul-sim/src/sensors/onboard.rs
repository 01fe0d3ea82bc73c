//! Sensors of the machine itself: wheels, steering, body, struts.

use super::Truth;
use haul_core::random::{Draw, Stream};
use haul_core::stream;

/// Relative standard deviation of a wheel speed: the teeth of a pulse ring are not all alike.
const WHEEL_NOISE: f64 = 0.002;
/// Standard deviation of a steering reading and of its zero, rad (0.1°).
const STEERING_NOISE: f64 = 0.1 * std::f64::consts::PI / 180.0;
/// Standard deviation of a body-angle reading, rad (0.3°).
const BODY_NOISE: f64 = 0.3 * std::f64::consts::PI / 180.0;
/// Relative standard deviation of the payload scale from truck to truck. With the noise of one reading, the estimate
/// stays within about 2 %.
const PAYLOAD_SCALE: f64 = 0.008;
/// Standard deviation of one payload reading of a truck at rest, kg.
const PAYLOAD_NOISE: f64 = 250.0;
/// Relative growth of the payload noise per unit of speed, s/m: the struts move.
const PAYLOAD_NOISE_PER_SPEED: f64 = 0.3;

/// Machine sensors of one truck.
pub struct MachineSensors {
    noise: Stream,
    steering_zero: f64,
    payload_scale: f64,
}

haul_core::keep_state!(MachineSensors { noise: value, steering_zero: value, payload_scale: value });

/// Readings of the sensors.
pub struct Readings {
    pub wheel_speeds: [f64; 6],
    pub steering_angle: f64,
    pub body_angle: f64,
    pub payload_kg: f64,
}

impl MachineSensors {
    pub fn new(seed: u64, truck: &str) -> Self {
        let mut noise = stream(seed, truck, "machine");
        let steering_zero = STEERING_NOISE * noise.normal();
        let payload_scale = 1.0 + PAYLOAD_SCALE * noise.normal();
        Self { noise, steering_zero, payload_scale }
    }

    pub fn sample(&mut self, truth: &Truth) -> Readings {
        let state = truth.state;
        let mut wheel_speeds = [0.0; 6];
        for (reading, wheel) in wheel_speeds.iter_mut().zip(&state.wheels) {
            *reading = wheel.spin_rate * (1.0 + WHEEL_NOISE * self.noise.normal());
        }
        let shaking = 1.0 + PAYLOAD_NOISE_PER_SPEED * state.speed.abs();
        Readings {
            wheel_speeds,
            steering_angle: state.steering_angle + self.steering_zero + STEERING_NOISE * self.noise.normal(),
            body_angle: (state.body_angle + BODY_NOISE * self.noise.normal()).max(0.0),
            payload_kg: (state.load.mass * self.payload_scale + PAYLOAD_NOISE * shaking * self.noise.normal()).max(0.0),
        }
    }
}
