//! State of the retarder in the plant.

use super::retarder::RetarderSpec;
use super::retarder_thermal::RetarderThermal;
use serde::{Deserialize, Serialize};

/// State of the retarder: filling and oil temperature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Retarder {
    /// Share of the maximum torque that acts, 0 to 1.
    pub(crate) fill: f64,
    /// Oil temperature, K.
    pub(crate) temperature: f64,
}

impl Retarder {
    pub(crate) fn cold(spec: &RetarderSpec) -> Self {
        Self { fill: 0.0, temperature: spec.coolant }
    }

    /// Follows the demand, and returns the torque on the output shaft (N·m) at the shaft's speed (rad/s).
    pub(crate) fn advance(&mut self, spec: &RetarderSpec, demand: f64, speed: f64, dt: f64) -> f64 {
        self.fill += (demand - self.fill) * dt / (spec.response + dt);
        self.fill * spec.torque(speed.abs(), spec.power_limit(self.temperature))
    }

    /// Heats the oil by a power (W) and cools it by a coolant (temperature in K) over a step (s).
    pub(crate) fn heat(&mut self, spec: &RetarderSpec, coolant: f64, power: f64, dt: f64) {
        self.temperature = RetarderThermal::new(spec, coolant).stepped(self.temperature, power, dt);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::TruckSpec;

    #[test]
    fn held_at_full_it_comes_to_rest_at_continuous_power() {
        let spec = TruckSpec::tr100at().transmission.retarder;
        let mut retarder = Retarder::cold(&spec);
        let speed = 130.0;
        let mut power = 0.0;
        for _ in 0..100_000 {
            power = retarder.advance(&spec, 1.0, speed, 0.02) * speed;
            retarder.heat(&spec, spec.coolant, power, 0.02);
        }
        assert!((power / spec.continuous_power - 1.0).abs() < 0.01, "{power}");
        assert!((retarder.temperature - spec.limit_temperature).abs() < 1.0);
    }
}
