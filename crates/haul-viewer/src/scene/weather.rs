//! The weather in the picture: the weather of the run, or one chosen for the picture.

use crate::session::Session;
use bevy::prelude::*;
use haul_record::WeatherFrame;
use std::fmt;
use std::str::FromStr;

/// Latitude for the sun of a chosen hour, rad: 35° N, within the range of the Chinese open pits.
const LATITUDE: f64 = 0.611;
/// Declination of the sun for a chosen hour, rad: late April.
const DECLINATION: f64 = 0.22;

/// Weather chosen for a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Weather {
    /// Clear and dry.
    Clear,
    /// Heavy rain on wet roads.
    Rain,
    /// After rain: wet roads under a clearing sky.
    Wet,
    /// Snowfall on snow-covered ground.
    Snow,
    /// Fog.
    Fog,
    /// Dry wind that carries dust.
    Dusty,
}

impl Weather {
    /// All kinds with their names.
    pub const ALL: [(Weather, &'static str); 6] = [
        (Weather::Clear, "clear"),
        (Weather::Rain, "rain"),
        (Weather::Wet, "wet"),
        (Weather::Snow, "snow"),
        (Weather::Fog, "fog"),
        (Weather::Dusty, "dusty"),
    ];

    /// Changes the weather of a frame to this kind.
    fn change(self, frame: &mut WeatherFrame) {
        let mm_h = |v: f64| v / 3.6e6;
        *frame = WeatherFrame {
            sun_heading: frame.sun_heading,
            sun_elevation: frame.sun_elevation,
            ..WeatherFrame::default()
        };
        match self {
            Weather::Clear => {}
            Weather::Rain => {
                (frame.rain, frame.wetness, frame.wind, frame.wind_heading) = (mm_h(18.0), 1.0, 5.0, 0.6);
            }
            Weather::Wet => frame.wetness = 0.85,
            Weather::Snow => {
                (frame.snow, frame.snow_depth, frame.wind, frame.wind_heading) = (mm_h(1.2), 0.06, 3.0, 2.2);
                frame.air_temperature = 268.0;
            }
            Weather::Fog => frame.visibility = 220.0,
            Weather::Dusty => (frame.visibility, frame.wind, frame.wind_heading) = (3_500.0, 8.0, 0.4),
        }
    }
}

impl fmt::Display for Weather {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(kind, _)| kind == self).map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

impl FromStr for Weather {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.map(|(_, name)| name).join(", ");
        let found = Self::ALL.iter().find(|(_, name)| *name == text);
        found.map(|(kind, _)| *kind).ok_or_else(|| format!("expected one of {known}, found {text:?}"))
    }
}

/// Hour and weather that replace those of the run in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Default, Resource)]
pub struct ChosenWeather {
    /// Solar hour of the day, 0 to 24.
    pub hour: Option<f64>,
    /// Kind of weather.
    pub weather: Option<Weather>,
}

/// The weather on screen.
#[derive(Debug, Clone, Copy, PartialEq, Default, Resource)]
pub struct ShownWeather {
    /// The weather.
    pub frame: WeatherFrame,
    /// Simulated time, s; it moves rain and dust.
    pub time: f64,
}

/// Returns the heading (rad, anticlockwise from east) and the elevation (rad) of the sun at a solar hour (Cooper 1969).
pub fn sun_at(hour: f64) -> (f64, f64) {
    let angle = (hour - 12.0) * std::f64::consts::PI / 12.0;
    let up = LATITUDE.sin() * DECLINATION.sin() + LATITUDE.cos() * DECLINATION.cos() * angle.cos();
    let east = -DECLINATION.cos() * angle.sin();
    let north = LATITUDE.cos() * DECLINATION.sin() - LATITUDE.sin() * DECLINATION.cos() * angle.cos();
    (north.atan2(east), up.clamp(-1.0, 1.0).asin())
}

impl ChosenWeather {
    /// Returns the weather of the run, with the chosen values instead of its own.
    pub fn applied(&self, run: WeatherFrame) -> WeatherFrame {
        let mut frame = run;
        if let Some(weather) = self.weather {
            weather.change(&mut frame);
        }
        if let Some(hour) = self.hour {
            (frame.sun_heading, frame.sun_elevation) = sun_at(hour);
        }
        frame
    }
}

/// Updates the shown weather from the run.
pub fn follow(session: Res<Session>, chosen: Res<ChosenWeather>, mut shown: ResMut<ShownWeather>) {
    let frame = session.frame();
    shown.set_if_neq(ShownWeather { frame: chosen.applied(frame.weather), time: frame.at.seconds() });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sun_rises_in_the_east_stands_south_at_noon_and_sets_in_the_west() {
        let (heading, elevation) = sun_at(12.0);
        assert!((heading + std::f64::consts::FRAC_PI_2).abs() < 1e-9, "south at noon");
        assert!((elevation.to_degrees() - (90.0 - 35.0 + 12.6)).abs() < 0.5);
        let (morning, up) = sun_at(7.0);
        assert!(morning.abs() < 0.4 && up > 0.1, "{morning} {up}");
        assert!(sun_at(18.0).0.cos() < -0.9);
        assert!(sun_at(0.0).1 < -0.5, "night");
    }

    #[test]
    fn an_unknown_weather_is_refused_with_the_known_ones() {
        assert_eq!("snow".parse(), Ok(Weather::Snow));
        let error = "hail".parse::<Weather>().unwrap_err();
        assert!(error.contains("fog") && error.contains("hail"), "{error}");
        for (kind, name) in Weather::ALL {
            assert_eq!(kind.to_string(), name);
        }
    }
}
