//! Weather of a run: rain, snow, fog, dust, wind, air and sun. Its effect on the roads is in [`crate::ground`].

mod climate;
mod forcing;
mod plan;
mod sun;

pub use climate::random_day;
pub use plan::{Sky, WeatherPlan, constant};
pub use sun::{DAY, SiteClock, Sun};

pub(crate) use forcing::Forcing;

use haul_core::units::to_celsius;
use haul_messages::WeatherReport;
use haul_vehicle::{Environment, extinction, rain_extinction, snow_extinction, visibility};
use serde::{Deserialize, Serialize};

/// Visibility in clear air, m.
const CLEAR: f64 = haul_record::WeatherFrame::CLEAR;
/// 1 mm/h in m/s.
const MM_H: f64 = 1e-3 / 3_600.0;
/// Relative change of a quantity from which the site sends a new report.
const NEWS: f64 = 0.2;
/// Change of the air temperature from which the site sends a new report, K.
const NEWS_KELVIN: f64 = 2.0;

/// Present weather: the planned sky, changed by events.
#[derive(Debug, Clone, PartialEq)]
pub struct Weather {
    plan: WeatherPlan,
    sky: Sky,
    sun: Sun,
    /// Quantities set by an event, which replace the planned ones.
    rain: Option<f64>,
    snow: Option<f64>,
    haze: Option<f64>,
    /// The last report to the site.
    reported: Option<WeatherReport>,
}

haul_core::keep_state!(Weather {
    plan: given,
    sky: value,
    sun: value,
    rain: value,
    snow: value,
    haze: value,
    reported: value,
});

/// A quantity of the weather that an event sets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) enum Change {
    /// Rain rate, m/s.
    Rain(f64),
    /// Snowfall rate, m/s of water.
    Snow(f64),
    /// Visibility in fog and dust, m.
    Visibility(f64),
}

impl Weather {
    /// Creates the weather at the start of a plan.
    pub fn new(plan: WeatherPlan) -> Self {
        let (sky, sun) = (plan.sky(0.0), plan.sun(0.0));
        Self { plan, sky, sun, rain: None, snow: None, haze: None, reported: None }
    }

    /// Sets a quantity from now on. A number that is not finite or is negative changes nothing.
    pub(crate) fn change(&mut self, change: Change) {
        let usable = |value: f64| (value.is_finite() && value >= 0.0).then_some(value);
        let (place, value) = match change {
            Change::Rain(rain) => (&mut self.rain, usable(rain)),
            Change::Snow(snow) => (&mut self.snow, usable(snow)),
            Change::Visibility(distance) => {
                let haze = usable(distance).filter(|d| *d > 0.0).map(|d| if d < CLEAR { extinction(d) } else { 0.0 });
                (&mut self.haze, haze)
            }
        };
        *place = value.or(*place);
    }

    /// Sets the weather planned for `seconds` after the start.
    pub(crate) fn advance(&mut self, seconds: f64) {
        let planned = self.plan.sky(seconds);
        self.sky = Sky {
            rain: self.rain.unwrap_or(planned.rain),
            snow: self.snow.unwrap_or(planned.snow),
            haze: self.haze.unwrap_or(planned.haze),
            ..planned
        };
        self.sun = self.plan.sun(seconds);
    }

    /// Returns the present sky.
    pub fn sky(&self) -> &Sky {
        &self.sky
    }

    /// Returns the present sun.
    pub fn sun(&self) -> Sun {
        self.sun
    }

    /// Returns the plan of the run.
    pub fn plan(&self) -> &WeatherPlan {
        &self.plan
    }

    /// Returns the present rain rate, m/s.
    pub fn rain(&self) -> f64 {
        self.sky.rain
    }

    /// Returns the present meteorological visibility, m: that of clear air, reduced by rain, snow, fog and dust.
    pub fn visibility(&self) -> f64 {
        let sky = &self.sky;
        visibility(extinction(CLEAR) + sky.haze + rain_extinction(sky.rain) + snow_extinction(sky.snow)).min(CLEAR)
    }

    /// Returns the air around the trucks.
    pub fn environment(&self) -> Environment {
        if self.plan.is_given {
            Environment::new(self.plan.altitude, to_celsius(self.sky.air))
        } else {
            Environment::default()
        }
    }

    /// Returns the present effect of sun, air, rain and snow on the roads.
    pub(crate) fn forcing(&self) -> Forcing {
        Forcing::of(&self.sky, self.sun, Environment::new(self.plan.altitude, 25.0).pressure())
    }

    /// Returns the report to the site, if the weather has changed enough.
    pub(crate) fn news(&mut self) -> Option<WeatherReport> {
        let report = WeatherReport {
            rain_mm_h: self.sky.rain / MM_H,
            snow_mm_h: self.sky.snow / MM_H,
            visibility_m: self.visibility(),
            air_c: to_celsius(self.sky.air),
        };
        let fair = WeatherReport {
            rain_mm_h: 0.0,
            snow_mm_h: 0.0,
            visibility_m: CLEAR,
            air_c: to_celsius(self.plan.sky(0.0).air),
        };
        let last = match self.reported {
            Some(last) => last,
            // A run without its own weather sends no report until something changes.
            None if !self.plan.is_given => fair,
            None => {
                self.reported = Some(report);
                return Some(report);
            }
        };
        let differs = |a: f64, b: f64| (a - b).abs() > NEWS * a.abs().max(b.abs()) || (a > 0.0) != (b > 0.0);
        let is_news = differs(report.rain_mm_h, last.rain_mm_h)
            || differs(report.snow_mm_h, last.snow_mm_h)
            || differs(report.visibility_m, last.visibility_m)
            || (report.air_c - last.air_c).abs() > NEWS_KELVIN
            || (report.air_c < 0.0) != (last.air_c < 0.0);
        if is_news {
            self.reported = Some(report);
        }
        is_news.then_some(report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Lookup;

    fn curve(points: &[[f64; 2]]) -> Lookup {
        Lookup::new(points.to_vec()).unwrap()
    }

    #[test]
    fn the_sky_follows_its_curves_and_an_event_replaces_one_of_them() {
        let plan = WeatherPlan { rain: curve(&[[0.0, 0.0], [600.0, 20.0 * MM_H]]), ..WeatherPlan::default() };
        let mut weather = Weather::new(plan);
        weather.advance(300.0);
        assert!((weather.rain() / MM_H - 10.0).abs() < 1e-9);
        weather.change(Change::Rain(f64::NAN));
        weather.change(Change::Rain(-1.0));
        weather.advance(600.0);
        assert!((weather.rain() / MM_H - 20.0).abs() < 1e-9, "what is no rain changes nothing");
        weather.change(Change::Rain(0.0));
        weather.advance(900.0);
        assert_eq!(weather.rain(), 0.0);
    }

    #[test]
    fn fog_rain_and_snow_add_up_in_the_visibility() {
        let mut weather = Weather::new(WeatherPlan::default());
        assert_eq!(weather.visibility(), CLEAR);
        weather.change(Change::Visibility(200.0));
        weather.advance(1.0);
        assert!((weather.visibility() - 198.0).abs() < 1.0, "{}", weather.visibility());
        weather.change(Change::Snow(2.0 * MM_H));
        weather.advance(2.0);
        assert!(weather.visibility() < 160.0, "{}", weather.visibility());
        weather.change(Change::Visibility(CLEAR));
        weather.change(Change::Snow(0.0));
        weather.advance(3.0);
        assert_eq!(weather.visibility(), CLEAR);
    }

    #[test]
    fn only_a_change_that_matters_is_reported() {
        let mut weather = Weather::new(WeatherPlan::default());
        weather.advance(1.0);
        assert_eq!(weather.news(), None, "fair weather is no news");
        weather.change(Change::Rain(10.0 * MM_H));
        weather.advance(2.0);
        assert!(weather.news().is_some_and(|report| (report.rain_mm_h - 10.0).abs() < 1e-9));
        weather.change(Change::Rain(11.0 * MM_H));
        weather.advance(3.0);
        assert_eq!(weather.news(), None, "10 % is none");
        weather.change(Change::Rain(0.0));
        weather.advance(4.0);
        assert!(weather.news().is_some(), "the end of the rain is");
    }

    #[test]
    fn trucks_have_the_air_of_the_charts_unless_the_run_has_weather_of_its_own() {
        let cold = WeatherPlan { air: constant(253.15), altitude: 3_000.0, ..WeatherPlan::default() };
        assert_eq!(Weather::new(cold.clone()).environment(), Environment::default());
        let given = Weather::new(WeatherPlan { is_given: true, ..cold }).environment();
        assert!((given.altitude, given.air_temperature) == (3_000.0, 253.15), "{given:?}");
    }
}
