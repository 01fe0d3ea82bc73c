//! Effect of the weather on a road at one instant, per unit of road area.

use super::plan::Sky;
use super::sun::{Sun, cloud_share};
use haul_core::units::CELSIUS;
use haul_vehicle::{WetAir, evaporation, saturation_pressure};

/// Stefan–Boltzmann constant, W/(m² K⁴).
const STEFAN_BOLTZMANN: f64 = 5.670_374e-8;
/// Share of the solar radiation that a wet earth road absorbs (albedo 0.15; Oke 1987, table 1.1).
const WET_ABSORPTION: f64 = 0.85;
/// Share of the solar radiation that trafficked snow absorbs (albedo 0.5, old snow; Oke 1987, table 1.1).
const SNOW_ABSORPTION: f64 = 0.5;
/// Volumetric heat capacity of water, J/(m³ K).
const WATER_HEAT: f64 = 4.19e6;
/// Latent heat of fusion per volume of water, J/m³ (334 kJ/kg).
const FUSION: f64 = 3.34e8;

/// Effect of the weather on a road, per unit of road area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Forcing {
    /// Rain rate, m/s.
    pub rain: f64,
    /// Snowfall rate, m/s of water.
    pub snow: f64,
    /// Evaporation from open water, m/s.
    pub evaporation: f64,
    /// Temperature of the air, K.
    pub air: f64,
    /// Snow or ice that the heat can melt, m/s of water; negative for water that the cold can freeze.
    pub thaw: f64,
}

impl Forcing {
    /// Returns the forcing under a sky and a sun at an air pressure (Pa).
    pub fn of(sky: &Sky, sun: Sun, pressure: f64) -> Self {
        // It rains and snows only from a closed cloud cover.
        let cloud = if sky.rain > 0.0 || sky.snow > 0.0 { 1.0 } else { sky.cloud };
        let humidity = if sky.rain > 0.0 { sky.humidity.max(0.9) } else { sky.humidity };
        let radiation = sun.radiation(cloud);
        // Net long-wave loss (Allen et al. 1998, eq. 39), with the vapour pressure in kPa.
        let vapour = humidity * saturation_pressure(sky.air) / 1_000.0;
        let clear = (1.35 * cloud_share(cloud) - 0.35).clamp(0.05, 1.0);
        let square = sky.air * sky.air;
        let loss = STEFAN_BOLTZMANN * square * square * (0.34 - 0.14 * libm::sqrt(vapour)).max(0.0) * clear;
        let air = WetAir {
            temperature: sky.air,
            humidity,
            wind: sky.wind,
            pressure,
            net_radiation: WET_ABSORPTION * radiation - loss,
        };
        // Heat transfer to a flat surface in wind, W/(m² K) (McAdams 1954).
        let transfer = 5.7 + 3.8 * sky.wind;
        let warmth = sky.air - CELSIUS;
        let rain_heat = sky.rain * WATER_HEAT * warmth.max(0.0);
        let heat = transfer * warmth + SNOW_ABSORPTION * radiation - loss + rain_heat;
        // The sun does not melt snow while the air stays well below zero.
        let heat = if warmth < COLD { heat.min(0.0) } else { heat };
        Self { rain: sky.rain, snow: sky.snow, evaporation: evaporation(&air), air: sky.air, thaw: heat / FUSION }
    }
}

/// Air temperature below which the sun no longer melts snow on a road, °C.
const COLD: f64 = -5.0;

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::units::from_celsius;

    const NOON: Sun = Sun { heading: -1.57, elevation: 1.0 };
    const NIGHT: Sun = Sun { heading: 1.57, elevation: -0.5 };
    const MM_H: f64 = 1e-3 / 3_600.0;

    fn sky(celsius: f64) -> Sky {
        Sky { air: from_celsius(celsius), ..Sky::default() }
    }

    #[test]
    fn a_road_dries_by_a_millimetre_an_hour_at_noon_and_hardly_at_night_or_in_the_rain() {
        let at = |sky: Sky, sun| Forcing::of(&sky, sun, 101_325.0).evaporation / MM_H;
        assert!((0.7..1.3).contains(&at(sky(25.0), NOON)), "{}", at(sky(25.0), NOON));
        assert!(at(sky(25.0), NIGHT) < 0.25, "{}", at(sky(25.0), NIGHT));
        let rain = Sky { rain: 10.0 * MM_H, ..sky(20.0) };
        assert!(at(rain, NOON) < 0.3, "{}", at(rain, NOON));
    }

    #[test]
    fn frost_freezes_a_millimetre_an_hour_and_warm_air_melts_at_the_degree_day_rate() {
        let at = |celsius: f64, sun| Forcing::of(&sky(celsius), sun, 101_325.0).thaw / MM_H;
        assert!((-3.0..-0.8).contains(&at(-5.0, NIGHT)), "{}", at(-5.0, NIGHT));
        // Test under clouds, so that only the warm air melts snow: 3 to 8 mm per day and kelvin (Hock 2003, table 1).
        let cloudy = |celsius| Forcing::of(&Sky { cloud: 1.0, ..sky(celsius) }, NIGHT, 101_325.0).thaw;
        let per_kelvin = (cloudy(6.0) - cloudy(2.0)) / 4.0 * 86_400e3;
        assert!((3.0..8.0).contains(&per_kelvin), "{per_kelvin} mm per day and kelvin");
    }

    #[test]
    fn the_sun_melts_no_snow_in_hard_frost() {
        assert!(Forcing::of(&sky(-15.0), NOON, 101_325.0).thaw <= 0.0);
        assert!(Forcing::of(&sky(1.0), NOON, 101_325.0).thaw > 0.0);
    }
}
