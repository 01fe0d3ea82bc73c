//! Descending a grade on the retarder: without end, or over a length of road with the heat that it allows.

use super::Limits;
use super::drive::SPEED_STEP;
use crate::powertrain::retarder_thermal::RetarderThermal;
use serde::Serialize;

/// The limit that binds a descent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DescentBinding {
    /// The retarder: its torque, its power or its heat.
    Retarder,
    /// The engine's rated speed in the top gear.
    TopSpeed,
    /// No speed can be held on the retarder.
    RunsAway,
}

/// A steady descent on the retarder.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Descent {
    /// Speed, m/s; 0 if the retarder can hold no speed.
    pub speed: f64,
    /// Gear that keeps the engine below its rated speed, from 1.
    pub gear: u8,
    /// Force of the retarder, N.
    pub retardation: f64,
    /// Power of the retarder, W.
    pub power: f64,
    /// Oil temperature at the end, K; for a descent without end, the steady temperature.
    pub temperature: f64,
    /// The limit that binds.
    pub binding: DescentBinding,
}

/// Number of parts of a descent in the calculation of the oil's temperature.
const PARTS: usize = 400;
/// Bisections that bring a force of 500 kN to less than 100 N.
const FORCE_HALVINGS: usize = 13;

impl Limits {
    /// Continuous retarder force, N, at a speed (m/s).
    pub fn retarder_force(&self, speed: f64) -> f64 {
        self.retarder_force_at(speed, self.retarder_thermal().continuous_power())
    }

    /// Retarder force while its oil is cool, N, at a speed (m/s).
    pub fn retarder_peak_force(&self, speed: f64) -> f64 {
        self.retarder_force_at(speed, self.spec.transmission.retarder.peak_power)
    }

    /// Retarder force at a power (W), N, at a speed (m/s).
    fn retarder_force_at(&self, speed: f64, power: f64) -> f64 {
        let retarder = &self.spec.transmission.retarder;
        let (ratio, radius) = (self.spec.final_drive.ratio, self.spec.tyre.rolling_radius);
        let output = speed.abs() / radius * ratio;
        retarder.torque(output, power) * ratio / radius
    }

    /// Greatest steady speed down a grade (negative) with the retarder alone, with the margin of the seeds, m/s; at
    /// most the top speed. 0 if the retarder can hold no speed.
    pub fn descent_speed(&self, mass: f64, grade: f64, rolling: f64) -> f64 {
        self.held_speed(mass, grade, rolling, self.retarder_thermal().continuous_power())
    }

    /// Greatest speed at which a retarder of a power (W) holds the truck, with the margin of the seeds, m/s.
    fn held_speed(&self, mass: f64, grade: f64, rolling: f64, power: f64) -> f64 {
        let held = |v: f64| {
            self.margins.retarder * self.retarder_force_at(v, power) + self.resistance(v, mass, grade, rolling) >= 0.0
        };
        // The truck is lost at high speed, where power is the limit, and near standstill, where the retarder has no
        // torque.
        let mut i = (self.top_speed / SPEED_STEP) as usize;
        if held(self.top_speed) {
            return self.top_speed;
        }
        while i > 0 && !held(i as f64 * SPEED_STEP) {
            i -= 1;
        }
        i as f64 * SPEED_STEP
    }

    /// The descent of a gross mass (kg) down a grade (negative) over a rolling resistance (ratio). It has no end, or a
    /// `length` (m along the road) that begins with the oil at `start` (K) and may bring it to its limit.
    pub fn descent(&self, mass: f64, grade: f64, rolling: f64, length: Option<f64>, start: Option<f64>) -> Descent {
        let retarder = &self.spec.transmission.retarder;
        let start = start.unwrap_or(self.retarder_coolant());
        let steady = self.descent_speed(mass, grade, rolling);
        let Some(length) = length.filter(|l| l.is_finite() && *l > 0.0) else {
            return self.descent_at(steady, mass, grade, rolling, None, start);
        };
        let fastest = self.held_speed(mass, grade, rolling, retarder.peak_power);
        let bearable = |v: f64| {
            self.oil_after(v, mass, grade, rolling, length, start).is_some_and(|t| t <= retarder.limit_temperature)
        };
        // A faster descent ends hotter, until power is the limit: take the greatest speed that the oil allows.
        let mut i = (fastest / SPEED_STEP) as usize;
        let least = (steady / SPEED_STEP) as usize;
        while i > least && !bearable(i as f64 * SPEED_STEP) {
            i -= 1;
        }
        let speed = if i > least { i as f64 * SPEED_STEP } else { steady };
        self.descent_at(speed, mass, grade, rolling, Some(length), start)
    }

    fn descent_at(&self, speed: f64, mass: f64, grade: f64, rolling: f64, length: Option<f64>, start: f64) -> Descent {
        let retardation = (-self.resistance(speed, mass, grade, rolling)).max(0.0);
        let power = retardation * speed;
        let settled = self.retarder_thermal().steady_temperature(power);
        let temperature = match length {
            None => settled,
            Some(length) => self.oil_after(speed, mass, grade, rolling, length, start).unwrap_or(settled),
        };
        let binding = if speed <= 0.0 {
            DescentBinding::RunsAway
        } else if speed >= self.top_speed {
            DescentBinding::TopSpeed
        } else {
            DescentBinding::Retarder
        };
        Descent { speed, gear: self.descent_gear(speed), retardation, power, temperature, binding }
    }

    /// Oil temperature after a length at a speed, K; `None` if the oil becomes too hot for the power on the way.
    fn oil_after(&self, speed: f64, mass: f64, grade: f64, rolling: f64, length: f64, start: f64) -> Option<f64> {
        let retarder = &self.spec.transmission.retarder;
        let needed = (-self.resistance(speed, mass, grade, rolling)).max(0.0);
        let part = length / speed.max(SPEED_STEP) / PARTS as f64;
        let relaxation = self.retarder_thermal().relaxation(needed * speed, part);
        let mut oil = start;
        for _ in 0..PARTS {
            let able = self.margins.retarder * self.retarder_force_at(speed, retarder.power_limit(oil));
            if able < needed {
                return None;
            }
            oil = relaxation.after(oil);
        }
        Some(oil)
    }

    /// Force of the retarder at a speed (m/s) over a length (m), N, if its oil starts at the coolant's temperature and
    /// may reach its limit at the end. `None` at a standstill.
    pub fn retardation_over(&self, speed: f64, length: f64) -> Option<f64> {
        if speed < SPEED_STEP || !(length.is_finite() && length > 0.0) {
            return None;
        }
        let retarder = &self.spec.transmission.retarder;
        let steady = self.retarder_force(speed);
        let (mut low, mut high) = (steady, self.retarder_peak_force(speed));
        let part = length / speed / PARTS as f64;
        let thermal = self.retarder_thermal();
        for _ in 0..FORCE_HALVINGS {
            let force = 0.5 * (low + high);
            let relaxation = thermal.relaxation(force * speed, part);
            let mut oil = thermal.coolant();
            let mut bears = true;
            for _ in 0..PARTS {
                bears &= self.retarder_force_at(speed, retarder.power_limit(oil)) >= force;
                oil = relaxation.after(oil);
            }
            if bears && oil <= retarder.limit_temperature {
                low = force;
            } else {
                high = force;
            }
        }
        Some(low)
    }

    /// The lowest gear that keeps the engine at or below its rated speed, from 1.
    pub fn descent_gear(&self, speed: f64) -> u8 {
        let spec = &self.spec;
        let output = speed / spec.tyre.rolling_radius * spec.final_drive.ratio;
        let top = spec.transmission.top_gear();
        (1..=top).find(|g| spec.transmission.ratio(*g) * output <= spec.engine.rated * RATED_SLACK).unwrap_or(top) as u8
    }

    /// Coolant temperature of the retarder, K; the oil has it before the retarder works.
    pub fn retarder_coolant(&self) -> f64 {
        self.retarder_thermal().coolant()
    }

    /// Thermal model of the retarder in the air of these limits.
    pub fn retarder_thermal(&self) -> RetarderThermal<'_> {
        RetarderThermal::in_environment(&self.spec.transmission.retarder, &self.environment)
    }
}

/// Tolerance for rounding at rated speed, as a factor.
const RATED_SLACK: f64 = 1.0 + 1e-9;
