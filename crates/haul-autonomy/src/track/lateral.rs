//! Steering along a path.

use super::preview::{Gains, PREVIEW, Weights, solve};
use nalgebra::Vector4;

/// Speeds at which gains are kept, m/s; between them they are interpolated, outside the end ones hold. Closer together
/// where they change fastest.
const SPEEDS: [f64; 18] =
    [0.3, 0.5, 0.75, 1.0, 1.4, 1.9, 2.5, 3.2, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.5, 13.0, 15.0];
/// Sizes of error that are equally unwelcome: 10 cm, 3°, and half of the steering's greatest rate in one step. Softer
/// weights let a 15 m bend swing out, harder ones shake the wheels with the noise of the fixes.
const WEIGHTS: Weights = Weights { lateral: 0.10, course: 0.05, change: 0.002 };
/// Lateral jerk of a change of the asked curvature that is as unwelcome as those errors, m/s³: at 8.7 m/s it is the change
/// above, faster it is a smaller one. A loaded truck that brakes on a ramp at 10 m/s holds its tail by less of its rear tyres'
/// grip; asked for as much as at a walk, it weaves at the rate of the steering.
const JERK: f64 = 3.0;
/// Lag of the turn behind the wheels' angle for each m/s, s per m/s: the chassis' inertia about its up axis and the
/// tyres' relaxation answer the slower the faster the truck goes. Left out, an empty truck at 13 m/s weaves.
const TURN_LAG: f64 = 0.048;
/// Share of the wheels' curvature that is lost to the scrub of dual tyres, and more with the square of the lateral
/// acceleration, s⁴/m²: TR100AT (3 to 4 %) and wide-body 60 t (2 to 4 %), empty and loaded, driven on circles by the full
/// truck. Known beforehand, it changes sides at once in an S-bend.
const SCRUB: f64 = 0.035;
const SLIP: f64 = 0.015;
/// Lateral acceleration beyond which no more slip is reckoned, m/s².
const SLIP_MOST: f64 = 1.5;
/// Time over which the rest of the difference between steered and turned curvature is averaged over, s.
const STRAIN_TIME: f64 = 1.0;
/// Below this speed the turn rate says nothing about the difference, m/s.
const STRAIN_SPEED: f64 = 2.0;
/// The most that is believed of it, 1/m: half of it is what a loaded truck understeers at the edge of grip.
const STRAIN_MOST: f64 = 0.012;
/// The asked angle never runs further ahead of the wheels than they can turn in so long, s.
const LEAD: f64 = 0.5;

/// Limits of the steering.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steering {
    /// Front to rear axle, m.
    pub wheelbase: f64,
    /// Greatest angle of the virtual front wheel, rad.
    pub greatest_angle: f64,
    /// Greatest rate, rad/s.
    pub rate: f64,
    /// Lag of the actuator, s.
    pub lag: f64,
}

impl Steering {
    /// Angle of the virtual front wheel for a curvature, within the lock.
    pub fn angle(&self, curvature: f64) -> f64 {
        libm::atan(self.wheelbase * curvature).clamp(-self.greatest_angle, self.greatest_angle)
    }

    /// Curvature that an angle gives.
    pub fn curvature(&self, angle: f64) -> f64 {
        libm::tan(angle.clamp(-1.4, 1.4)) / self.wheelbase
    }
}

/// Deviation of the truck from the path, in the sense of travel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Errors {
    /// Offset to the left of the path's body heading, m.
    pub lateral: f64,
    /// Course error times the sign of travel, rad.
    pub course: f64,
    /// Speed in the sense of travel, m/s, not negative.
    pub speed: f64,
    /// Steering angle as measured, rad.
    pub steering_angle: f64,
    /// Turn rate over signed speed: the curvature really driven, 1/m; `None` when too slow to tell.
    pub driven_curvature: Option<f64>,
}

/// Curvature of the wheels that only holds the truck on the slope across it, 1/m.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Lean {
    /// Its value at the truck.
    pub here: f64,
    /// Its value at the place that the truck reaches when a command given now turns the wheels.
    pub ahead: f64,
}

/// The lateral controller.
#[derive(Debug, Clone)]
pub(super) struct Lateral {
    steering: Steering,
    dt: f64,
    table: Vec<Gains>,
    /// Curvature asked last, as it is to be driven, 1/m.
    asked: f64,
    /// Curvature that the wheels give, behind them by the lag of the turn, 1/m.
    turned: f64,
    /// Part of the curvature that is not driven, 1/m.
    strain: f64,
    /// Share of its rate with which the steering turns.
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
    /// A controller called every `dt` seconds.
    pub fn new(steering: Steering, dt: f64) -> Self {
        let weights = |v: f64| Weights { change: WEIGHTS.change.min(JERK * dt / (v * v)), ..WEIGHTS };
        let table = SPEEDS.iter().map(|&v| solve(v, dt, steering.lag + TURN_LAG * v, weights(v))).collect();
        Self { steering, dt, table, asked: 0.0, turned: 0.0, strain: 0.0, share: 1.0 }
    }

    /// Takes the share of its rate with which the steering turns. A truck that drives at a share of a speed with that share of
    /// the rate moves along the same way, only more slowly: it keeps the gains of the whole speed.
    pub fn set_share(&mut self, share: f64) {
        self.share = share;
    }

    /// Tells whether the driven curvature may be told at a speed.
    pub fn can_tell(speed: f64) -> bool {
        speed.abs() >= STRAIN_SPEED
    }

    /// Begins anew from the wheels as they stand.
    pub fn restart(&mut self, steering_angle: f64) {
        self.asked = self.steering.curvature(steering_angle) * held(0.0, 0.0);
        self.turned = self.asked;
        self.strain = 0.0;
    }

    /// The angle that puts the wheels on a curvature, without feedback: for turning them at a standstill.
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

    /// Change of curvature for each second at half of the steering's rate, 1/(m s): what plans ask of it.
    pub fn half_rate(&self) -> f64 {
        0.5 * self.steering.rate / self.steering.wheelbase
    }

    /// Front to rear axle, m.
    pub fn wheelbase(&self) -> f64 {
        self.steering.wheelbase
    }

    /// Time from a command to the turn that it makes at a speed (m/s), s.
    pub fn delay(&self, speed: f64) -> f64 {
        self.steering.lag + TURN_LAG * speed
    }

    /// The steering angle to ask for. `here` is the curvature to be driven beside the truck, `ahead` at the preview points.
    pub fn step(&mut self, e: &Errors, lean: Lean, here: f64, ahead: &[f64; PREVIEW]) -> f64 {
        let held = held(e.speed, here);
        let wheels = self.steering.curvature(e.steering_angle) * held;
        self.turned += (1.0 - libm::exp(-self.dt / (TURN_LAG * e.speed).max(1e-3))) * (wheels - self.turned);
        match e.driven_curvature {
            Some(driven) => {
                let share = self.dt / STRAIN_TIME;
                self.strain += share * ((self.turned - lean.here - driven) - self.strain);
                self.strain = self.strain.clamp(-STRAIN_MOST, STRAIN_MOST);
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
        let reach = self.share * self.steering.rate * LEAD;
        let angle = angle.clamp(e.steering_angle - reach, e.steering_angle + reach);
        let angle = angle.clamp(-self.steering.greatest_angle, self.steering.greatest_angle);
        self.asked = self.steering.curvature(angle) * held - lost;
        angle
    }

    /// The gains on both sides of a speed and the share of the upper.
    fn neighbours(&self, speed: f64) -> (&Gains, &Gains, f64) {
        let upper = SPEEDS.partition_point(|&v| v <= speed).clamp(1, SPEEDS.len() - 1);
        let (v0, v1) = (SPEEDS[upper - 1], SPEEDS[upper]);
        (&self.table[upper - 1], &self.table[upper], ((speed - v0) / (v1 - v0)).clamp(0.0, 1.0))
    }
}

/// Share of the wheels' curvature that is driven at a speed (m/s) in a bend (1/m).
fn held(speed: f64, curvature: f64) -> f64 {
    let lateral = (speed * speed * curvature).abs().min(SLIP_MOST);
    1.0 - SCRUB - SLIP * lateral * lateral
}
