//! Planned weather of a run: curves over time, date and altitude.

use super::sun::{SiteClock, Sun};
use haul_core::Lookup;
use haul_core::units::from_celsius;
use haul_vehicle::RoadSurface;

/// State of the air and precipitation at one instant.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Sky {
    /// Rain rate, m/s.
    pub rain: f64,
    /// Snowfall rate, m/s of water.
    pub snow: f64,
    /// Extinction by fog and dust, 1/m.
    pub haze: f64,
    /// Wind speed at 2 m above ground, m/s.
    pub wind: f64,
    /// Direction into which the wind blows, rad.
    pub wind_heading: f64,
    /// Temperature of the air, K.
    pub air: f64,
    /// Relative humidity, 0 to 1.
    pub humidity: f64,
    /// Cloud cover, 0 to 1.
    pub cloud: f64,
}

impl Default for Sky {
    /// Returns a fair day with the air for which the sources' charts hold, 25 °C.
    fn default() -> Self {
        Self {
            rain: 0.0,
            snow: 0.0,
            haze: 0.0,
            wind: 3.0,
            wind_heading: 0.0,
            air: from_celsius(25.0),
            humidity: 0.4,
            cloud: 0.0,
        }
    }
}

/// Planned weather of a run. Curves are over the time of the run (s), linear between their points.
#[derive(Debug, Clone, PartialEq)]
pub struct WeatherPlan {
    /// True if the run has its own weather. Otherwise the trucks have the air for which the sources' charts hold.
    pub is_given: bool,
    /// Rain rate, m/s.
    pub rain: Lookup,
    /// Snowfall rate, m/s of water.
    pub snow: Lookup,
    /// Extinction by fog and dust, 1/m.
    pub haze: Lookup,
    /// Wind speed at 2 m above ground, m/s.
    pub wind: Lookup,
    /// Direction into which the wind blows, rad.
    pub wind_heading: f64,
    /// Temperature of the air, K.
    pub air: Lookup,
    /// Relative humidity, 0 to 1.
    pub humidity: Lookup,
    /// Cloud cover, 0 to 1.
    pub cloud: Lookup,
    /// Date, time of day and latitude; without these the sun stands still.
    pub clock: Option<SiteClock>,
    /// Altitude of the site, m.
    pub altitude: f64,
    /// Surface of the roads at the start.
    pub surface: RoadSurface,
    /// True if the trucks have stood in the cold, so that their oil is as cold as the air.
    pub cold_start: bool,
    /// Class of the roads, if it differs from that of the mine.
    pub road_class: Option<String>,
}

/// Returns a curve with one value.
pub fn constant(value: f64) -> Lookup {
    // A single finite point is a valid curve; the plan is checked where it is read.
    Lookup::new(vec![[0.0, if value.is_finite() { value } else { 0.0 }]]).expect("one finite point")
}

impl Default for WeatherPlan {
    fn default() -> Self {
        let sky = Sky::default();
        Self {
            is_given: false,
            rain: constant(sky.rain),
            snow: constant(sky.snow),
            haze: constant(sky.haze),
            wind: constant(sky.wind),
            wind_heading: sky.wind_heading,
            air: constant(sky.air),
            humidity: constant(sky.humidity),
            cloud: constant(sky.cloud),
            clock: None,
            altitude: 0.0,
            surface: RoadSurface::default(),
            cold_start: false,
            road_class: None,
        }
    }
}

impl WeatherPlan {
    /// Returns the planned sky some seconds after the start.
    pub fn sky(&self, seconds: f64) -> Sky {
        Sky {
            rain: self.rain.at(seconds).max(0.0),
            snow: self.snow.at(seconds).max(0.0),
            haze: self.haze.at(seconds).max(0.0),
            wind: self.wind.at(seconds).max(0.0),
            wind_heading: self.wind_heading,
            air: self.air.at(seconds),
            humidity: self.humidity.at(seconds).clamp(0.0, 1.0),
            cloud: self.cloud.at(seconds).clamp(0.0, 1.0),
        }
    }

    /// Returns the sun some seconds after the start.
    pub fn sun(&self, seconds: f64) -> Sun {
        match &self.clock {
            Some(clock) => clock.sun(seconds),
            None => {
                let picture = haul_record::WeatherFrame::default();
                Sun { heading: picture.sun_heading, elevation: picture.sun_elevation }
            }
        }
    }
}
