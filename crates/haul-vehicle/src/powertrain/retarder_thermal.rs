//! Thermal model of the retarder: oil and cooler as one heat capacity, cooled by the coolant.
//!
//! C dT/dt = P − G (T − coolant), with the heat capacity C, the conductance G from oil to coolant and the retarder's
//! power P. Under constant power the oil approaches a steady temperature exponentially.

use super::retarder::RetarderSpec;
use crate::environment::Environment;

/// Thermal model of a retarder whose coolant has a given temperature.
#[derive(Debug, Clone, Copy)]
pub struct RetarderThermal<'a> {
    spec: &'a RetarderSpec,
    coolant: f64,
}

/// Approach of the oil temperature to its steady value over an interval of constant power.
#[derive(Debug, Clone, Copy)]
pub struct Relaxation {
    steady: f64,
    /// Remaining share of the difference from the steady temperature, at the end of the interval.
    decay: f64,
}

impl Relaxation {
    /// Returns the oil temperature at the end of the interval (K), from that at the start (K).
    pub fn after(&self, temperature: f64) -> f64 {
        self.steady + (temperature - self.steady) * self.decay
    }
}

impl<'a> RetarderThermal<'a> {
    /// Creates the model for a coolant temperature, K.
    pub fn new(spec: &'a RetarderSpec, coolant: f64) -> Self {
        Self { spec, coolant }
    }

    /// Creates the model for an environment.
    pub fn in_environment(spec: &'a RetarderSpec, environment: &Environment) -> Self {
        Self::new(spec, spec.coolant_temperature(environment))
    }

    /// Returns the coolant temperature, K; the oil has this temperature before the retarder works.
    pub fn coolant(&self) -> f64 {
        self.coolant
    }

    /// Returns the steady oil temperature (K) under a power (W).
    pub fn steady_temperature(&self, power: f64) -> f64 {
        self.coolant + power / self.spec.conductance
    }

    /// Returns the power (W) that keeps the oil at a temperature (K).
    pub fn steady_power(&self, temperature: f64) -> f64 {
        self.spec.conductance * (temperature - self.coolant)
    }

    /// Returns the continuous power, W: the power that just brings the oil to its limit.
    pub fn continuous_power(&self) -> f64 {
        self.steady_power(self.spec.limit_temperature).max(0.0)
    }

    /// Returns the approach to the steady temperature under a power (W) over a time (s).
    pub fn relaxation(&self, power: f64, time: f64) -> Relaxation {
        self.relaxation_over(power, time, 1.0)
    }

    /// Returns the approach to the steady temperature under a power (W) over a length (m) at a speed (m/s).
    pub fn relaxation_over(&self, power: f64, length: f64, speed: f64) -> Relaxation {
        let decay = libm::exp(-self.spec.conductance / self.spec.heat_capacity * length / speed);
        Relaxation { steady: self.steady_temperature(power), decay }
    }

    /// Returns the oil temperature (K) after a short step (s) under a power (W), by explicit Euler.
    pub(crate) fn stepped(&self, temperature: f64, power: f64, dt: f64) -> f64 {
        let flow = power - self.steady_power(temperature);
        temperature + flow * dt / self.spec.heat_capacity
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::TruckSpec;

    #[test]
    fn small_steps_agree_with_the_exact_approach() {
        let spec = TruckSpec::tr100at().transmission.retarder;
        let thermal = RetarderThermal::new(&spec, spec.coolant);
        let (power, mut temperature) = (0.6 * spec.continuous_power, spec.coolant);
        for _ in 0..6_000 {
            temperature = thermal.stepped(temperature, power, 0.01);
        }
        let exact = thermal.relaxation(power, 60.0).after(spec.coolant);
        assert!((temperature - exact).abs() < 0.01, "{temperature} K, exactly {exact} K");
        assert!((thermal.relaxation_over(power, 600.0, 10.0).after(spec.coolant) - exact).abs() < 1e-9);
        let steady = thermal.steady_temperature(power);
        assert!((thermal.steady_power(steady) / power - 1.0).abs() < 1e-12);
    }
}
