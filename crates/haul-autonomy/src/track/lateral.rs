//! Steering along a path.

use super::preview::{Gains, PREVIEW, Weights, solve};
use nalgebra::Vector4;

/// Speeds for which gains are computed, m/s. Gains are interpolated between them, and constant outside. The speeds are
/// closer together where gains change fastest.
const SPEEDS: [f64; 18] =
    [0.3, 0.5, 0.75, 1.0, 1.4, 1.9, 2.5, 3.2, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.5, 13.0, 15.0];
/// Error sizes of equal weight: 10 cm, 3°, and half the greatest steering rate in one step. With softer weights the
/// truck swings out in a 15 m bend; with harder weights the noise of the fixes shakes the wheels.
const WEIGHTS: Weights = Weights { lateral: 0.10, course: 0.05, change: 0.002 };
/// Lateral jerk of a change of the commanded curvature with the same weight, m/s³. At 8.7 m/s it equals the change
/// above; at higher speed it is a smaller change. A loaded truck that brakes on a ramp at 10 m/s has less lateral grip
/// at the rear. With the weight for walking pace it would weave at the rate of the steering.
const CHANGE_JERK: f64 = 3.0;
/// Lag of the turn behind the wheel angle, s per m/s of speed. It comes from the yaw inertia of the chassis and the
/// relaxation of the tyres, and grows with speed. Without it, an empty truck at 13 m/s weaves.
const TURN_LAG: f64 = 0.048;
/// Share of the wheels' curvature that is lost to the scrub of dual tyres. The full truck on circles, empty and loaded,
/// gives 3 to 4 % for the TR100AT and 2 to 4 % for the wide-body 60 t. As feed-forward, it changes sides at once in an
/// S-bend.
const SCRUB_SHARE: f64 = 0.035;
/// Growth of this share with the square of the lateral acceleration, s⁴/m²; same source.
const SLIP_SHARE: f64 = 0.015;
/// Lateral acceleration above which this share grows no further, m/s².
const SLIP_ACCELERATION: f64 = 1.5;
/// Time constant that averages the remaining difference between steered and driven curvature, s.
const STRAIN_TIME: f64 = 1.0;
/// Speed below which the turn rate gives no information about this difference, m/s.
const STRAIN_SPEED: f64 = 2.0;
/// Limit of this difference, 1/m: a loaded truck at the limit of grip understeers by half of it.
const STRAIN_LIMIT: f64 = 0.012;
/// Time of wheel turning by which the commanded angle may be ahead of the wheels, s.
const LEAD_TIME: f64 = 0.5;

/// Limits of the steering.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steering {
    /// Distance from the front to the rear axle, m.
    pub wheelbase: f64,
    /// Maximum angle of the virtual front wheel, rad.
    pub greatest_angle: f64,
    /// Maximum rate, rad/s.
    pub rate: f64,
    /// Lag of the actuator, s.
    pub lag: f64,
}

impl Steering {
    /// Angle of the virtual front wheel for a curvature, within the lock.
    pub fn angle(&self, curvature: f64) -> f64 {
        libm::atan(self.wheelbase * curvature).clamp(-self.greatest_angle, self.greatest_angle)
    }

    /// Curvature of an angle.
    pub fn curvature(&self, angle: f64) -> f64 {
        libm::tan(angle.clamp(-1.4, 1.4)) / self.wheelbase
    }
}

/// Deviation of the truck from the path, in the direction of travel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Errors {
    /// Offset from the path, m, positive to the left of the body.
    pub lateral: f64,
    /// Course error times the sign of the travel, rad.
    pub course: f64,
    /// Speed in the direction of travel, m/s, not negative.
    pub speed: f64,
    /// Measured steering angle, rad.
    pub steering_angle: f64,
    /// Turn rate divided by signed speed: the driven curvature, 1/m; `None` at low speed.
    pub driven_curvature: Option<f64>,
}

/// Curvature of the wheels that only holds the truck on a cross slope, 1/m.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Lean {
    /// Its value at the truck.
    pub here: f64,
    /// Its value at the point that the truck reaches when a present command turns the wheels.
    pub ahead: f64,
}

/// The lateral controller.
#[derive(Debug, Clone)]
pub(super) struct Lateral {
    steering: Steering,
    dt: f64,
    table: Vec<Gains>,
    /// Last commanded curvature, as driven, 1/m.
    asked: f64,
    /// Curvature of the wheels, delayed by the lag of the turn, 1/m.
    turned: f64,
    /// Part of the curvature that the truck does not drive, 1/m.
    strain: f64,
    /// Share of its rate at which the steering turns.
    share: f64,
}

haul_core::keep_state!(Lateral {
    steering: given,
    dt: given,
    table: given,
    asked: value,
    turned: value,
    strain: value,
    share: value,
});

impl Lateral {
    /// Returns a controller called every `dt` seconds.
    pub fn new(steering: Steering, dt: f64) -> Self {
        let weights = |v: f64| Weights { change: WEIGHTS.change.min(CHANGE_JERK * dt / (v * v)), ..WEIGHTS };
        let table = SPEEDS.iter().map(|&v| solve(v, dt, steering.lag + TURN_LAG * v, weights(v))).collect();
        Self { steering, dt, table, asked: 0.0, turned: 0.0, strain: 0.0, share: 1.0 }
    }

    /// Sets the share of its rate at which the steering turns. A truck at a share of a speed, with the same share of
    /// the steering rate, moves along the same line, only more slowly. So it uses the gains of the full speed.
    pub fn set_share(&mut self, share: f64) {
        self.share = share;
    }

    /// Returns true if the driven curvature can be measured at a speed.
    pub fn can_tell(speed: f64) -> bool {
        speed.abs() >= STRAIN_SPEED
    }

    /// Restarts from the present wheel angle.
    pub fn restart(&mut self, steering_angle: f64) {
        self.asked = self.steering.curvature(steering_angle) * held(0.0, 0.0);
        self.turned = self.asked;
        self.strain = 0.0;
    }

    /// Returns the wheel angle of a curvature without feedback, for turning the wheels at a standstill.
    pub fn turn_to(&mut self, curvature: f64) -> f64 {
        self.asked = curvature;
        self.turned = curvature;
        self.strain = 0.0;
        self.steering.angle(curvature / held(0.0, 0.0))
    }

    /// Spacing of the preview at a speed, m.
    pub fn preview_spacing(&self, speed: f64) -> f64 {
        (speed / self.share).max(SPEEDS[0]) * self.dt
    }

    /// Change of curvature per second at half the steering rate, 1/(m s): the rate that plans use.
    pub fn half_rate(&self) -> f64 {
        0.5 * self.steering.rate / self.steering.wheelbase
    }

    /// Returns the distance from the front to the rear axle, m.
    pub fn wheelbase(&self) -> f64 {
        self.steering.wheelbase
    }

    /// Returns the time from a command to the resulting turn at a speed (m/s), s.
    pub fn delay(&self, speed: f64) -> f64 {
        self.steering.lag + TURN_LAG * speed
    }

    /// Returns the commanded steering angle. `here` is the path's curvature at the truck, and `ahead` that at the
    /// preview points.
    pub fn step(&mut self, e: &Errors, lean: Lean, here: f64, ahead: &[f64; PREVIEW]) -> f64 {
        let held = held(e.speed, here);
        let wheels = self.steering.curvature(e.steering_angle) * held;
        self.turned += (1.0 - libm::exp(-self.dt / (TURN_LAG * e.speed).max(1e-3))) * (wheels - self.turned);
        match e.driven_curvature {
            Some(driven) => {
                let share = self.dt / STRAIN_TIME;
                self.strain += share * ((self.turned - lean.here - driven) - self.strain);
                self.strain = self.strain.clamp(-STRAIN_LIMIT, STRAIN_LIMIT);
            }
            None => self.strain *= 1.0 - self.dt / STRAIN_TIME,
        }
        let driven = self.turned - self.strain - lean.here;
        let state = Vector4::new(e.lateral, e.course, driven - here, self.asked - here);
        let (low, high, t) = self.neighbours(e.speed / self.share);
        let change = |g: &Gains| {
            let ahead: f64 = g.preview.iter().zip(ahead).map(|(gain, k)| gain * (k - here)).sum();
            ahead - (g.feedback * state)[0]
        };
        let change = self.share * (change(low) * (1.0 - t) + change(high) * t);
        let lost = self.strain + lean.ahead;
        let angle = self.steering.angle((self.asked + change + lost) / held);
        let reach = self.share * self.steering.rate * LEAD_TIME;
        let angle = angle.clamp(e.steering_angle - reach, e.steering_angle + reach);
        let angle = angle.clamp(-self.steering.greatest_angle, self.steering.greatest_angle);
        self.asked = self.steering.curvature(angle) * held - lost;
        angle
    }

    /// Returns the gains on both sides of a speed, and the weight of the upper ones.
    fn neighbours(&self, speed: f64) -> (&Gains, &Gains, f64) {
        let upper = SPEEDS.partition_point(|&v| v <= speed).clamp(1, SPEEDS.len() - 1);
        let (v0, v1) = (SPEEDS[upper - 1], SPEEDS[upper]);
        (&self.table[upper - 1], &self.table[upper], ((speed - v0) / (v1 - v0)).clamp(0.0, 1.0))
    }
}

/// Share of the wheels' curvature that the truck drives at a speed (m/s) in a bend (1/m).
fn held(speed: f64, curvature: f64) -> f64 {
    let lateral = (speed * speed * curvature).abs().min(SLIP_ACCELERATION);
    1.0 - SCRUB_SHARE - SLIP_SHARE * lateral * lateral
}
