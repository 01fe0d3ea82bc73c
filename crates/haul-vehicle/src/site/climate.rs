//! Climates: parameters of a random day's weather.

use crate::spec::quantity::Quantity::{Duration, Length, Ratio, Speed, Temperature, TemperatureDifference};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::fault::{Faults, SourceText};
use serde::Serialize;
use std::sync::{Arc, LazyLock};

/// Parameters of a climate, from which a random seed makes the weather of a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Climate {
    /// Name of the climate, as scenarios write it.
    pub name: String,
    /// Mean air temperature of the day, K.
    pub air: f64,
    /// Half the temperature difference between the warmest and the coldest hour, K.
    pub swing: f64,
    /// Standard deviation of the daily mean temperature, K.
    pub spread: f64,
    /// Relative humidity, ratio.
    pub humidity: f64,
    /// Cloud cover between showers, ratio.
    pub cloud: f64,
    /// Mean wind speed, m/s.
    pub wind: f64,
    /// Mean number of showers per day.
    pub showers: f64,
    /// Time of day around which showers come, s.
    pub shower_hour: f64,
    /// Standard deviation of the showers' time of day, s.
    pub shower_spread: f64,
    /// Mean duration of a shower, s.
    pub shower_length: f64,
    /// Mean rate of rain in a shower, m/s of water.
    pub shower_rate: f64,
    /// Probability of fog in the morning.
    pub fog: f64,
    /// Visibility in the morning fog, m.
    pub fog_visibility: f64,
    /// Probability of a dust storm in the afternoon.
    pub dust: f64,
    /// Visibility in the dust storm, m.
    pub dust_visibility: f64,
}

static EMBEDDED: LazyLock<Vec<Climate>> = LazyLock::new(|| {
    let source = SourceText::new("seeds/climates.toml", include_str!("../../../../seeds/climates.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    climates_from(&source).expect("the embedded climates are valid")
});

/// Returns the built-in climates.
pub fn climates() -> &'static [Climate] {
    &EMBEDDED
}

/// Returns the built-in climate with this name, if any.
pub fn climate(name: &str) -> Option<&'static Climate> {
    EMBEDDED.iter().find(|c| c.name == name)
}

/// Reads climates from a file's content. Errors: all faults of the file.
fn climates_from(source: &Arc<SourceText>) -> Result<Vec<Climate>, Faults> {
    let (positive, not_negative) = (FigureRange::Positive, FigureRange::NotNegative);
    let mut r = Reader::new(source)?;
    let mut climates: Vec<Climate> = Vec::new();
    for i in 0..r.count("climate") {
        let name = r.text(&format!("climate.{i}.name"));
        let mut read = |key: &str, quantity, range| r.figure(&format!("climate.{i}.{key}"), quantity, range);
        let climate = Climate {
            air: read("air", Temperature, positive),
            swing: read("swing", TemperatureDifference, not_negative),
            spread: read("spread", TemperatureDifference, not_negative),
            humidity: read("humidity", Ratio, FigureRange::Share),
            cloud: read("cloud", Ratio, not_negative),
            wind: read("wind", Speed, not_negative),
            showers: read("showers", Ratio, not_negative),
            shower_hour: read("shower_hour", Duration, not_negative),
            shower_spread: read("shower_spread", Duration, not_negative),
            shower_length: read("shower_length", Duration, positive),
            shower_rate: read("shower_rate", Speed, positive),
            fog: read("fog", Ratio, not_negative),
            fog_visibility: read("fog_visibility", Length, positive),
            dust: read("dust", Ratio, not_negative),
            dust_visibility: read("dust_visibility", Length, positive),
            name,
        };
        if climates.iter().any(|c| c.name == climate.name) {
            r.wrong(&format!("climate.{i}.name"), format!("`{}` appears twice", climate.name), "each name once");
        }
        climates.push(climate);
    }
    r.refuse_unknown();
    Faults::check(r.faults)?;
    Ok(climates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_climates_differ_where_a_mine_feels_it() {
        let of = |name: &str| climate(name).unwrap();
        let (monsoon, arid, alpine, winter) = (of("monsoon"), of("arid"), of("alpine"), of("winter"));
        assert!(monsoon.showers * monsoon.shower_rate > 5.0 * arid.showers * arid.shower_rate);
        assert!(arid.dust > 0.0 && arid.humidity < monsoon.humidity);
        assert!(winter.air < 268.15 && alpine.air < arid.air);
        assert!(climate("tropical").is_none());
    }
}
