//! The air around the truck: altitude, temperature, pressure, density.

use serde::{Deserialize, Serialize};

/// Altitude and air temperature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Altitude above sea level, m.
    pub altitude: f64,
    /// Temperature of the air, K.
    pub air_temperature: f64,
}

/// The air for which the sources' charts hold: sea level, 25 °C.
impl Default for Environment {
    fn default() -> Self {
        Self { altitude: 0.0, air_temperature: 298.15 }
    }
}

/// Pressure of the standard atmosphere at sea level, Pa (ISO 2533).
const SEA_LEVEL_PRESSURE: f64 = 101_325.0;
/// Temperature of the standard atmosphere at sea level, K (ISO 2533).
const SEA_LEVEL_TEMPERATURE: f64 = 288.15;
/// Temperature lapse rate, K/m (ISO 2533).
const LAPSE: f64 = 0.0065;
/// Exponent g M / (R L) of the barometric formula (ISO 2533).
const BAROMETRIC: f64 = 5.255_88;
/// Gas constant of dry air, J/(kg·K) (ISO 2533).
const AIR_GAS: f64 = 287.053;
/// Range of mine altitudes, m: from the shore of the Dead Sea to the highest mines of the Andes.
const ALTITUDES: [f64; 2] = [-430.0, 6000.0];
/// Range of air temperatures for which machines are built, with a margin, K (−60 to +60 °C).
const TEMPERATURES: [f64; 2] = [213.15, 333.15];

impl Environment {
    /// Returns the environment at an altitude (m) and an air temperature (°C), each limited to the range found in
    /// mines. An altitude that is not finite becomes sea level, a temperature that is not finite 25 °C.
    pub fn new(altitude: f64, celsius: f64) -> Self {
        let standard = Self::default();
        let altitude = if altitude.is_finite() { altitude } else { standard.altitude };
        let kelvin = haul_core::units::from_celsius(celsius);
        let kelvin = if kelvin.is_finite() { kelvin } else { standard.air_temperature };
        Self {
            altitude: altitude.clamp(ALTITUDES[0], ALTITUDES[1]),
            air_temperature: kelvin.clamp(TEMPERATURES[0], TEMPERATURES[1]),
        }
    }

    /// Returns the air pressure in the standard atmosphere, Pa.
    pub fn pressure(&self) -> f64 {
        SEA_LEVEL_PRESSURE * libm::pow(1.0 - LAPSE * self.altitude / SEA_LEVEL_TEMPERATURE, BAROMETRIC)
    }

    /// Returns the density of the air, kg/m³.
    pub fn air_density(&self) -> f64 {
        self.pressure() / (AIR_GAS * self.air_temperature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn air_is_that_of_the_standard_atmosphere() {
        // ISO 2533: 1.225 kg/m³ at sea level and 15 °C; 84,556 Pa at 1,500 m.
        assert!((Environment::new(0.0, 15.0).air_density() - 1.225).abs() < 1e-3);
        assert!((Environment::new(1500.0, 5.25).pressure() - 84_556.0).abs() < 20.0);
    }

    #[test]
    fn what_is_no_air_counts_as_the_nearest() {
        let odd = Environment::new(f64::NAN, f64::INFINITY);
        assert_eq!(odd, Environment::default());
        assert!(Environment::new(1e9, -500.0).air_density() > 0.0);
    }
}
