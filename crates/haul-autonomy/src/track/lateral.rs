//! Steering along a path.

use super::preview::{Gains, PREVIEW, Weights, solve};
use nalgebra::Vector4;

/// Speeds (m/s) for which gains are computed. Gains are interpolated between these speeds, and constant outside. The
/// speeds are closer together where gains change fastest.
const SPEEDS: [f64; 18] =
    [0.3, 0.5, 0.75, 1.0, 1.4, 1.9, 2.5, 3.2, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.5, 13.0, 15.0];
/// Errors of equal weight: 10 cm, 3°, and half the maximum steering rate in one step. With softer weights the truck
/// swings out in a 15 m bend; with harder weights the noise of the fixes shakes the wheels.
const WEIGHTS: Weights = Weights { lateral: 0.10, course: 0.05, change: 0.002 };
/// Lateral jerk (m/s³) of a change of the commanded curvature that has the same weight as the errors above. At 8.7 m/s
/// it equals the change above; at higher speed it is a smaller change. A loaded truck that brakes on a ramp at 10 m/s
/// has less lateral grip at the rear. With the weight for walking pace it would weave at the rate of the steering.
const CHANGE_JERK: f64 = 3.0;
/// Lag of the turn behind the wheel angle, per m/s of speed, s. The lag comes from the yaw inertia of the chassis and
/// the relaxation of the tyres, and grows with speed. If it is ignored, an empty truck at 13 m/s weaves.
const TURN_LAG: f64 = 0.048;
/// Share of the wheels' curvature that is lost to the scrub of dual tyres. The full truck model on circles, empty and
/// loaded, gives 3 to 4 % for the TR100AT and 2 to 4 % for the wide-body 60 t. As feed-forward, this correction changes
/// sides at once in an S-bend.
const SCRUB_SHARE: f64 = 0.035;
/// Growth of the scrub share with the square of the lateral acceleration, s⁴/m²; same source as [`SCRUB_SHARE`].
const SLIP_SHARE: f64 = 0.015;
/// Lateral acceleration above which the scrub share grows no further, m/s².
const SLIP_ACCELERATION: f64 = 1.5;
/// Time constant that averages the remaining difference between steered and driven curvature, s.
const STRAIN_TIME: f64 = 1.0;
/// Speed below which the turn rate gives no information about the driven curvature, m/s.
const STRAIN_SPEED: f64 = 2.0;
/// Limit of the difference between steered and driven curvature, 1/m: a loaded truck at the limit of grip understeers
/// by half of it.
const STRAIN_LIMIT: f64 = 0.012;
/// Time (s) of turning at the full rate by which the commanded angle may be ahead of the wheels.
const LEAD_TIME: f64 = 0.5;

/// Limits of the steering.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steering {
    /// Distance from the front to the rear axle, m.
    pub wheelbase: f64,
    /// Maximum angle of the virtual front wheel, rad.
    pub greatest_angle: f64,
    /// Maximum steering rate, rad/s.
    pub rate: f64,
    /// Lag of the steering actuator, s.
    pub lag: f64,
}

impl Steering {
    /// Returns the angle of the virtual front wheel for a curvature, within the lock.
    pub fn angle(&self, curvature: f64) -> f64 {
        libm::atan(self.wheelbase * curvature).clamp(-self.greatest_angle, self.greatest_angle)
    }

    /// Returns the curvature for an angle of the virtual front wheel.
    pub fn curvature(&self, angle: f64) -> f64 {
        libm::tan(angle.clamp(-1.4, 1.4)) / self.wheelbase
    }
}

/// Deviation of the truck from the path, in the direction of travel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Errors {
    /// Offset from the path, m, positive to the left of the body.
    pub lateral: f64,
    /// Course error times the sign of the direction of travel, rad.
    pub course: f64,
    /// Speed in the direction of travel, m/s, not negative.
    pub speed: f64,
    /// Measured steering angle, rad.
    pub steering_angle: f64,
    /// Driven curvature, 1/m: turn rate divided by signed speed; `None` at low speed.
    pub driven_curvature: Option<f64>,
}

/// Wheel curvature that only holds the truck on a cross slope, 1/m.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Lean {
    /// Wheel curvature for the cross slope at the truck.
    pub here: f64,
    /// Wheel curvature for the cross slope at the look-ahead point: where the truck will be when the present command
    /// takes effect.
    pub ahead: f64,
}

/// Lateral controller.
#[derive(Debug, Clone)]
pub(super) struct Lateral {
    steering: Steering,
    dt: f64,
    table: Vec<Gains>,
    /// Last commanded curvature, after losses by scrub, 1/m.
    asked: f64,
    /// Curvature of the wheels, delayed by the turn lag, 1/m.
    turned: f64,
    /// Difference between steered and driven curvature, 1/m.
    strain: f64,
    /// Share of the nominal rate at which the steering turns.
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
    /// Creates a controller that is called every `dt` seconds.
    pub fn new(steering: Steering, dt: f64) -> Self {
        let weights = |v: f64| Weights { change: WEIGHTS.change.min(CHANGE_JERK * dt / (v * v)), ..WEIGHTS };
        let table = SPEEDS.iter().map(|&v| solve(v, dt, steering.lag + TURN_LAG * v, weights(v))).collect();
        Self { steering, dt, table, asked: 0.0, turned: 0.0, strain: 0.0, share: 1.0 }
    }

    /// Sets the share of the nominal rate at which the steering turns. A truck at a share of a speed, with the same
    /// share of the steering rate, moves along the same line, only more slowly. So it uses the gains of the full speed.
    pub fn set_share(&mut self, share: f64) {
        self.share = share;
    }

    /// Returns true if the driven curvature can be measured at a speed.
    pub fn can_tell(speed: f64) -> bool {
        speed.abs() >= STRAIN_SPEED
    }

    /// Restarts from the present steering angle.
    pub fn restart(&mut self, steering_angle: f64) {
        self.asked = self.steering.curvature(steering_angle) * held(0.0, 0.0);
        self.turned = self.asked;
        self.strain = 0.0;
    }

    /// Returns the steering angle for a curvature without feedback, to turn the wheels at a standstill.
    pub fn turn_to(&mut self, curvature: f64) -> f64 {
        self.asked = curvature;
        self.turned = curvature;
        self.strain = 0.0;
        self.steering.angle(curvature / held(0.0, 0.0))
    }

    /// Returns the spacing (m) of the preview points at a speed.
    pub fn preview_spacing(&self, speed: f64) -> f64 {
        (speed / self.share).max(SPEEDS[0]) * self.dt
    }

    /// Returns the change of curvature per second at half the steering rate, 1/(m s): the rate that plans use.
    pub fn half_rate(&self) -> f64 {
        0.5 * self.steering.rate / self.steering.wheelbase
    }

    /// Returns the distance from the front axle to the rear axle, m.
    pub fn wheelbase(&self) -> f64 {
        self.steering.wheelbase
    }

    /// Returns the time from a command to the resulting turn at a speed (m/s), s.
    pub fn delay(&self, speed: f64) -> f64 {
        self.steering.lag + TURN_LAG * speed
    }

    /// Returns the commanded steering angle. `here` is the path's curvature at the truck; `ahead` holds the curvatures
    /// at the preview points.
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

    /// Returns the gains at the speeds just below and above a speed, and the weight of the upper ones.
    fn neighbours(&self, speed: f64) -> (&Gains, &Gains, f64) {
        let upper = SPEEDS.partition_point(|&v| v <= speed).clamp(1, SPEEDS.len() - 1);
        let (v0, v1) = (SPEEDS[upper - 1], SPEEDS[upper]);
        (&self.table[upper - 1], &self.table[upper], ((speed - v0) / (v1 - v0)).clamp(0.0, 1.0))
    }
}

/// Returns the share of the wheels' curvature that the truck drives at a speed (m/s) in a bend of a curvature (1/m).
fn held(speed: f64, curvature: f64) -> f64 {
    let lateral = (speed * speed * curvature).abs().min(SLIP_ACCELERATION);
    1.0 - SCRUB_SHARE - SLIP_SHARE * lateral * lateral
}
