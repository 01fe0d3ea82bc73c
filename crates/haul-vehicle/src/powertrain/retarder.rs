//! The hydraulic retarder: torque, power and derating.

use crate::environment::Environment;
use crate::spec::quantity::Quantity::*;
use crate::spec::reader::{FigureRange, Reader};
use serde::Serialize;

/// Data of the retarder; torque and speed are at the gearbox's output shaft.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RetarderSpec {
    /// Continuous power, W.
    pub continuous_power: f64,
    /// Peak power while the oil is cool, W.
    pub peak_power: f64,
    /// Maximum torque, N·m.
    pub greatest_torque: f64,
    /// Output-shaft speed from which the retarder reaches its maximum torque, rad/s.
    pub full_torque_speed: f64,
    /// Filling time constant, s.
    pub response: f64,
    /// Heat capacity of oil and cooler, J/K.
    pub heat_capacity: f64,
    /// Temperature of the coolant above that of the air, K.
    pub coolant_rise: f64,
    /// Minimum coolant temperature, kept by the thermostat, K.
    pub thermostat: f64,
    /// Coolant temperature at the air temperature of the charts, K.
    pub coolant: f64,
    /// Oil temperature up to which peak power is available, K.
    pub warm_temperature: f64,
    /// Oil temperature at which only continuous power is available, K.
    pub limit_temperature: f64,
    /// Remaining share of the continuous power at the end of the derating. That end lies as far above the limit
    /// temperature as the warm temperature lies below it.
    pub overheated_share: f64,
    /// Conductance from oil to coolant, W/K: at continuous power the oil just stays at the limit temperature.
    pub conductance: f64,
}

impl RetarderSpec {
    pub(crate) fn read(r: &mut Reader) -> Self {
        let p = FigureRange::Positive;
        let continuous_power = r.figure("retarder.continuous_power", Power, p);
        let coolant_rise = r.figure("retarder.coolant_rise", TemperatureDifference, FigureRange::NotNegative);
        let thermostat = r.figure("retarder.thermostat", Temperature, p);
        let coolant = (Environment::default().air_temperature + coolant_rise).max(thermostat);
        let limit_temperature = r.figure("retarder.limit_temperature", Temperature, p);
        let spec = Self {
            continuous_power,
            peak_power: r.figure("retarder.peak_power", Power, p),
            greatest_torque: r.figure("retarder.greatest_torque", Torque, p),
            full_torque_speed: r.figure("retarder.full_torque_speed", Rotation, p),
            response: r.figure("retarder.response", Duration, FigureRange::NotNegative),
            heat_capacity: r.figure("retarder.heat_capacity", HeatCapacity, p),
            coolant_rise,
            thermostat,
            coolant,
            warm_temperature: r.figure("retarder.warm_temperature", Temperature, p),
            limit_temperature,
            overheated_share: r.figure("retarder.overheated_share", Ratio, FigureRange::Share),
            conductance: continuous_power / (limit_temperature - coolant),
        };
        if spec.peak_power < spec.continuous_power {
            let what = "peak power is below continuous power";
            r.wrong("retarder.peak_power.value", what, "at least `retarder.continuous_power`");
        }
        if limit_temperature <= coolant {
            let what = "the coolant is as hot as the limit: no heat would flow";
            r.wrong(
                "retarder.limit_temperature.value",
                what,
                "above the air's 25 °C + `coolant_rise`, and above `thermostat`",
            );
        }
        if spec.warm_temperature >= spec.limit_temperature {
            let what = "the warm temperature is not below the limit";
            r.wrong("retarder.warm_temperature.value", what, "less than `retarder.limit_temperature`");
        }
        spec
    }

    /// Returns the coolant temperature in an environment, K; the oil has this temperature before the retarder works.
    pub fn coolant_temperature(&self, air: &Environment) -> f64 {
        (air.air_temperature + self.coolant_rise).max(self.thermostat)
    }

    /// Returns the power limit (W) at an oil temperature (K).
    ///
    /// The limit falls linearly from peak power at the warm temperature to continuous power at the limit temperature.
    /// Over the same span above the limit temperature, it falls linearly to `overheated_share` of the continuous power.
    pub fn power_limit(&self, temperature: f64) -> f64 {
        let span = self.limit_temperature - self.warm_temperature;
        let over = ((temperature - self.warm_temperature) / span).clamp(0.0, DERATING_END);
        if over <= 1.0 {
            self.peak_power + (self.continuous_power - self.peak_power) * over
        } else {
            self.continuous_power * (1.0 - (1.0 - self.overheated_share) * (over - 1.0))
        }
    }

    /// Returns the maximum torque (N·m) at an absolute output speed (rad/s) under a power limit (W).
    pub fn torque(&self, speed: f64, power: f64) -> f64 {
        let share = (speed / self.full_torque_speed).min(1.0);
        let hydraulic = self.greatest_torque * share * share;
        hydraulic.min(power / speed.max(f64::MIN_POSITIVE))
    }
}

/// End of the derating above the warm temperature, in multiples of the span from warm to limit temperature.
const DERATING_END: f64 = 2.0;

#[cfg(test)]
mod tests {
    use crate::spec::TruckSpec;

    #[test]
    fn it_fades_with_the_square_of_the_speed_near_standstill() {
        let spec = TruckSpec::tr100at().transmission.retarder;
        let half = spec.torque(0.5 * spec.full_torque_speed, 1e9);
        assert!((half / spec.greatest_torque - 0.25).abs() < 1e-12);
        assert_eq!(spec.torque(0.0, 1e9), 0.0);
    }
}
