//! Messages about the weather.

use super::rounded;
use crate::frame::WeatherFrame;
use haul_core::units::{from_celsius, from_compass, to_celsius, to_compass};
use serde::{Deserialize, Serialize};

/// Keys of the numbers in a message.
pub const NUMBERS: [&str; 10] = [
    "rain_mm_h",
    "snow_mm_h",
    "visibility_m",
    "wind_m_s",
    "wind_bearing_deg",
    "air_c",
    "sun_bearing_deg",
    "sun_elevation_deg",
    "wetness",
    "snow_depth_m",
];

/// Number of mm/h in 1 m/s.
const MM_PER_HOUR: f64 = 3.6e6;

/// One message on `/weather`.
#[derive(Serialize, Deserialize)]
pub struct WeatherMessage {
    rain_mm_h: f64,
    snow_mm_h: f64,
    visibility_m: f64,
    wind_m_s: f64,
    wind_bearing_deg: f64,
    air_c: f64,
    sun_bearing_deg: f64,
    sun_elevation_deg: f64,
    wetness: f64,
    snow_depth_m: f64,
}

impl WeatherMessage {
    pub fn new(weather: &WeatherFrame) -> Self {
        Self {
            rain_mm_h: rounded(weather.rain * MM_PER_HOUR, 3),
            snow_mm_h: rounded(weather.snow * MM_PER_HOUR, 3),
            visibility_m: rounded(weather.visibility, 0),
            wind_m_s: rounded(weather.wind, 2),
            wind_bearing_deg: rounded(to_compass(weather.wind_heading), 1),
            air_c: rounded(to_celsius(weather.air_temperature), 2),
            sun_bearing_deg: rounded(to_compass(weather.sun_heading), 2),
            sun_elevation_deg: rounded(weather.sun_elevation.to_degrees(), 2),
            wetness: rounded(weather.wetness, 4),
            snow_depth_m: rounded(weather.snow_depth, 4),
        }
    }

    pub fn frame(&self) -> WeatherFrame {
        WeatherFrame {
            rain: self.rain_mm_h / MM_PER_HOUR,
            snow: self.snow_mm_h / MM_PER_HOUR,
            visibility: self.visibility_m,
            wind: self.wind_m_s,
            wind_heading: from_compass(self.wind_bearing_deg),
            air_temperature: from_celsius(self.air_c),
            sun_heading: from_compass(self.sun_bearing_deg),
            sun_elevation: self.sun_elevation_deg.to_radians(),
            wetness: self.wetness,
            snow_depth: self.snow_depth_m,
        }
    }
}
