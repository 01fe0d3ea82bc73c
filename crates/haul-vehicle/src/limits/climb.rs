//! Climbing a grade at full throttle.

use super::Limits;
use super::drive::SPEED_STEP;
use haul_core::GRAVITY;
use serde::Serialize;

/// A steady climb at full throttle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Climb {
    /// Steady speed, m/s; 0 if the truck cannot start.
    pub speed: f64,
    /// Forward gear, from 1.
    pub gear: u8,
    /// True if the lock-up clutch is closed.
    pub locked_up: bool,
    /// Drive force at the wheels, N.
    pub pull: f64,
    /// Maximum drive force from standstill, N.
    pub pull_at_start: f64,
    /// Engine speed, rad/s.
    pub engine_speed: f64,
    /// Power at the wheels, W.
    pub power: f64,
    /// Fuel rate, kg/s.
    pub fuel_rate: f64,
}

/// Number of bisections that find a speed of 15 m/s to 10⁻⁵ m/s.
const HALVINGS: usize = 21;

impl Limits {
    /// Returns the steady speed (m/s) that a truck reaches from rest at full throttle; 0 if it cannot start. The total
    /// resistance is grade plus rolling resistance, as a ratio of weight. A truck that arrives faster may keep a higher
    /// speed, because its lock-up clutch opens at a lower speed than it closes.
    pub fn climb_speed(&self, mass: f64, total_resistance: f64) -> f64 {
        let surplus = |force: f64, v: f64| force - mass * GRAVITY * total_resistance - self.air_drag(v);
        // From rest, the truck reaches the lowest speed at which no surplus force remains.
        let short = |i: usize| self.from_rest.get(i).is_none_or(|b| surplus(b.force, i as f64 * SPEED_STEP) <= 0.0);
        if short(0) {
            return 0.0;
        }
        let last = self.from_rest.len() - 1;
        let i = (1..last).find(|i| short(*i)).unwrap_or(last);
        let (low, high) = (self.from_rest[i - 1].force, self.from_rest[i].force);
        let (mut least, mut most) = ((i - 1) as f64 * SPEED_STEP, i as f64 * SPEED_STEP);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (least + most);
            let force = low + (high - low) * (middle / SPEED_STEP - (i - 1) as f64);
            if surplus(force, middle) > 0.0 {
                least = middle;
            } else {
                most = middle;
            }
        }
        least
    }

    /// Returns the steady climb at full throttle of a gross mass (kg) against a total resistance (ratio of weight).
    pub fn climb(&self, mass: f64, total_resistance: f64) -> Climb {
        let spec = &self.spec;
        let speed = self.climb_speed(mass, total_resistance);
        let gear = self.from_rest.get((speed / SPEED_STEP) as usize).map_or(1, |b| b.gear);
        let turbine = speed / spec.tyre.rolling_radius * spec.transmission.ratio(gear as i8) * spec.final_drive.ratio;
        let locked_up = turbine >= spec.transmission.locks_from();
        // At a steady speed, the pull equals the resistance.
        let pull = if speed > 0.0 { mass * GRAVITY * total_resistance + self.air_drag(speed) } else { 0.0 };
        Climb {
            speed,
            gear,
            locked_up,
            pull,
            pull_at_start: self.rimpull(0.0),
            engine_speed: if locked_up { turbine } else { self.converter_engine_speed(turbine) },
            power: pull * speed,
            fuel_rate: self.fuel_rate(pull * speed),
        }
    }

    /// Returns the steepest grade (rise over run) on which a gross mass (kg) keeps a speed (m/s) with a rolling
    /// resistance (ratio); negative if the truck cannot keep that speed on level ground.
    pub fn gradeability(&self, mass: f64, speed: f64, rolling: f64) -> f64 {
        let share = (self.rimpull(speed) - self.air_drag(speed)) / (mass * GRAVITY);
        // sin θ + f cos θ = share, by the half-angle substitution.
        let root = 1.0 + rolling * rolling - share * share;
        if root <= 0.0 {
            return f64::INFINITY;
        }
        let sine = (share - rolling * libm::sqrt(root)) / (1.0 + rolling * rolling);
        sine / libm::sqrt((1.0 - sine * sine).max(f64::MIN_POSITIVE))
    }
}
