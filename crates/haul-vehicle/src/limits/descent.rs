//! Descending a grade on the retarder: either endless, or over a length of road for which the oil's heat capacity
//! counts.

use super::Limits;
use super::drive::SPEED_STEP;
use crate::powertrain::retarder_thermal::RetarderThermal;
use serde::Serialize;

/// The limit that determines the speed of a descent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DescentBinding {
    /// The retarder: its torque, its power or its heat.
    Retarder,
    /// Engine at rated speed in the top gear.
    TopSpeed,
    /// None: the retarder holds no speed.
    RunsAway,
}

/// A steady descent on the retarder.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Descent {
    /// Speed, m/s; 0 if the retarder can hold no speed.
    pub speed: f64,
    /// Gear (from 1) that keeps the engine at or below its rated speed.
    pub gear: u8,
    /// Retarder force, N.
    pub retardation: f64,
    /// Retarder power, W.
    pub power: f64,
    /// Oil temperature at the end, K; for an endless descent, the steady temperature.
    pub temperature: f64,
    /// The limit that determines the speed.
    pub binding: DescentBinding,
}

/// Number of parts into which a descent is divided to compute the oil temperature.
const PARTS: usize = 400;
/// Number of bisections that narrow a force of 500 kN to less than 100 N.
const FORCE_HALVINGS: usize = 13;

impl Limits {
    /// Returns the continuous retarder force (N) at a speed (m/s).
    pub fn retarder_force(&self, speed: f64) -> f64 {
        self.retarder_force_at(speed, self.retarder_thermal().continuous_power())
    }

    /// Returns the retarder force (N) at a speed (m/s) while the oil is cool.
    pub fn retarder_peak_force(&self, speed: f64) -> f64 {
        self.retarder_force_at(speed, self.spec.transmission.retarder.peak_power)
    }

    /// Returns the retarder force (N) at a speed (m/s) under a power limit (W).
    fn retarder_force_at(&self, speed: f64, power: f64) -> f64 {
        let retarder = &self.spec.transmission.retarder;
        let (ratio, radius) = (self.spec.final_drive.ratio, self.spec.tyre.rolling_radius);
        let output = speed.abs() / radius * ratio;
        retarder.torque(output, power) * ratio / radius
    }

    /// Returns the maximum steady speed (m/s) down a grade (negative) on the retarder alone, with the margin from
    /// `seeds/stopping.toml`; at most the top speed, and 0 if the retarder can hold no speed.
    pub fn descent_speed(&self, mass: f64, grade: f64, rolling: f64) -> f64 {
        self.held_speed(mass, grade, rolling, self.retarder_thermal().continuous_power())
    }

    /// Returns the maximum speed (m/s) at which a retarder of a power (W) holds the truck, with the margin from
    /// `seeds/stopping.toml`.
    fn held_speed(&self, mass: f64, grade: f64, rolling: f64, power: f64) -> f64 {
        let held = |v: f64| {
            self.margins.retarder * self.retarder_force_at(v, power) + self.resistance(v, mass, grade, rolling) >= 0.0
        };
        // The retarder cannot hold the truck at high speed, where its power is the limit, or near standstill, where it
        // has no torque.
        let mut i = (self.top_speed / SPEED_STEP) as usize;
        if held(self.top_speed) {
            return self.top_speed;
        }
        while i > 0 && !held(i as f64 * SPEED_STEP) {
            i -= 1;
        }
        i as f64 * SPEED_STEP
    }

    /// Returns the descent of a gross mass (kg) down a grade (negative) with a rolling resistance (ratio). Without a
    /// `length`, the descent is endless. Over a `length` (m along the road), the oil begins at `start` (K) and may
    /// reach its limit at the end.
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

    /// Returns the oil temperature (K) after a length at a speed; `None` if the oil becomes too hot for the power on
    /// the way.
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

    /// Returns the retarder force (N) at a speed (m/s) over a length (m), if the oil starts at the coolant temperature
    /// and may reach its limit at the end. `None` at standstill.
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

    /// Returns the lowest gear (from 1) that keeps the engine at or below its rated speed.
    pub fn descent_gear(&self, speed: f64) -> u8 {
        let spec = &self.spec;
        let output = speed / spec.tyre.rolling_radius * spec.final_drive.ratio;
        let top = spec.transmission.top_gear();
        (1..=top).find(|g| spec.transmission.ratio(*g) * output <= spec.engine.rated * RATED_SLACK).unwrap_or(top) as u8
    }

    /// Returns the retarder's coolant temperature, K; the oil has this temperature before the retarder works.
    pub fn retarder_coolant(&self) -> f64 {
        self.retarder_thermal().coolant()
    }

    /// Returns the thermal model of the retarder in the environment of these limits.
    pub fn retarder_thermal(&self) -> RetarderThermal<'_> {
        RetarderThermal::in_environment(&self.spec.transmission.retarder, &self.environment)
    }
}

/// Factor on the rated speed that allows for rounding.
const RATED_SLACK: f64 = 1.0 + 1e-9;
