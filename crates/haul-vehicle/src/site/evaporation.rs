//! Evaporation from open water and wet ground.

use haul_core::units::to_celsius;

/// Latent heat of vaporisation, J/kg (Allen et al. 1998, FAO Irrigation and Drainage Paper 56, eq. 8: 2.45 MJ/kg).
const VAPORISATION: f64 = 2.45e6;
/// Density of water, kg/m³.
const WATER: f64 = 1_000.0;
/// Ratio of the psychrometric constant to the air pressure, 1/K (Allen et al. 1998, eq. 8).
const PSYCHROMETRIC: f64 = 0.665e-3;

/// State of the air over a wet surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WetAir {
    /// Air temperature, K.
    pub temperature: f64,
    /// Relative humidity, ratio.
    pub humidity: f64,
    /// Wind speed at 2 m height, m/s.
    pub wind: f64,
    /// Air pressure, Pa.
    pub pressure: f64,
    /// Net radiation of the surface, W/m².
    pub net_radiation: f64,
}

/// Returns the vapour pressure of saturated air at a temperature (K), Pa (Tetens; Allen et al. 1998, eq. 11).
pub fn saturation_pressure(temperature: f64) -> f64 {
    let celsius = to_celsius(temperature);
    610.8 * libm::exp(17.27 * celsius / (celsius + 237.3))
}

/// Returns the evaporation rate from open water, m/s, never negative: the equation of Penman (1948) in the form of
/// Shuttleworth (1993, Handbook of Hydrology, eq. 4.2.30).
pub fn evaporation(air: &WetAir) -> f64 {
    let celsius = to_celsius(air.temperature);
    let saturated = saturation_pressure(air.temperature);
    // Slope of the saturation vapour pressure with temperature, Pa/K (Allen et al. 1998, eq. 13).
    let slope = 4_098.0 * saturated / ((celsius + 237.3) * (celsius + 237.3));
    let gamma = PSYCHROMETRIC * air.pressure;
    let deficit = saturated * (1.0 - air.humidity.clamp(0.0, 1.0));
    // Wind function 6.43 (1 + 0.536 u) MJ/(m² d kPa), converted to W/(m² Pa).
    let transfer = 6.43e6 / 86_400.0 / 1_000.0 * (1.0 + 0.536 * air.wind.max(0.0));
    let heat = (slope * air.net_radiation + gamma * transfer * deficit) / (slope + gamma);
    (heat / (VAPORISATION * WATER)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::units::from_celsius;

    #[test]
    fn a_hot_dry_day_evaporates_as_much_as_a_pan_shows() {
        // Pans on desert mines lose 8 to 14 mm a day (Bureau of Meteorology, Pilbara, annual mean and January).
        let air = WetAir {
            temperature: from_celsius(33.0),
            humidity: 0.3,
            wind: 3.0,
            pressure: 96_000.0,
            // Mean over day and night on a clear summer day.
            net_radiation: 190.0,
        };
        let mm_a_day = evaporation(&air) * 86_400e3;
        assert!((8.0..14.0).contains(&mm_a_day), "{mm_a_day}");
    }

    #[test]
    fn sun_wind_heat_and_dry_air_each_speed_it_up() {
        let air = WetAir {
            temperature: from_celsius(20.0),
            humidity: 0.6,
            wind: 2.0,
            pressure: 101_325.0,
            net_radiation: 200.0,
        };
        let base = evaporation(&air);
        assert!(evaporation(&WetAir { net_radiation: 500.0, ..air }) > 1.5 * base);
        assert!(evaporation(&WetAir { wind: 8.0, ..air }) > base);
        assert!(evaporation(&WetAir { temperature: from_celsius(30.0), ..air }) > base);
        assert!(evaporation(&WetAir { humidity: 0.2, ..air }) > base);
        assert_eq!(evaporation(&WetAir { humidity: 1.0, net_radiation: -50.0, ..air }), 0.0, "no dew");
    }

    #[test]
    fn saturated_air_has_the_vapour_pressure_of_the_tables() {
        // Allen et al. 1998, annex 2, table 2.3: 2.338 kPa at 20 °C.
        assert!((saturation_pressure(from_celsius(20.0)) - 2_338.0).abs() < 5.0);
    }
}
