//! Weather reports of the site, and their consequences for the truck: the likely friction of roads, and the range of
//! the sensors.
//!
//! A report contains no measurement of grip. So the truck assumes the lowest friction that the weather allows when the
//! weather turns worse, and keeps it until its own wheels show more.

use haul_core::units::{CELSIUS, from_celsius};
use haul_core::{SimTime, TruckId};
use haul_messages::{Body, Envelope, WeatherReport, equipment_id};
use haul_vehicle::{road_surface, sensor_range};
use serde::{Deserialize, Serialize};

/// Range of the surround sensors in clear air, m.
const CLEAR_RANGE: f64 = 100.0;
/// Share of the clear range below which the truck limits its speed by sight.
const CLEAR_SHARE: f64 = 0.95;
/// Rain rate from which roads get slippery, mm/h: less dries as it falls.
const WETTING_RAIN: f64 = 0.2;
/// Snowfall rate from which roads get white, mm/h of water.
const WHITENING_SNOW: f64 = 0.05;
/// Time (s) for which a road may stay wet after rain: a night without sun.
const DRYING_TIME: f64 = 12.0 * 3_600.0;

/// Weather that the site has reported.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct SiteWeather {
    report: Option<WeatherReport>,
    /// Time at which rain or snow was last reported.
    fell_at: Option<SimTime>,
    /// Lowest friction coefficient that the truck has assumed for this weather.
    supposed: Option<f64>,
}

impl SiteWeather {
    /// Reads the weather reports in the messages to a truck. Reports that are not credible are dropped with a line in
    /// the log. Returns the friction coefficient to assume if the weather has turned worse.
    pub fn hear(&mut self, now: SimTime, truck: TruckId, inbox: &[Envelope]) -> Option<f64> {
        let own = equipment_id(truck);
        let mut heard = false;
        for envelope in inbox.iter().filter(|e| e.header.equipment_id.is_none_or(|id| id == own)) {
            let Body::WeatherReportV1 { report } = envelope.body else { continue };
            if let Some(fault) = report.fault() {
                tracing::warn!(%truck, at = %now, %fault, "the weather report is not believed");
                continue;
            }
            heard = true;
            self.report = Some(report);
            if report.rain_mm_h > WETTING_RAIN || report.snow_mm_h > WHITENING_SNOW {
                self.fell_at = Some(now);
            }
        }
        if !heard {
            return None;
        }
        let lowest = self.lowest_friction(now);
        let is_worse = lowest.is_some_and(|lowest| self.supposed.is_none_or(|supposed| lowest < supposed));
        self.supposed = lowest;
        lowest.filter(|_| is_worse)
    }

    /// Returns the lowest friction coefficient that the weather allows; `None` if the weather does not make roads
    /// slippery.
    pub fn lowest_friction(&self, now: SimTime) -> Option<f64> {
        let report = self.report?;
        let law = road_surface();
        let air = from_celsius(report.air_c);
        let freezes = air < CELSIUS;
        let has_fallen = self.fell_at.is_some_and(|at| now.since(at) < DRYING_TIME);
        if freezes && (report.rain_mm_h > WETTING_RAIN) {
            Some(law.worst_ice(air))
        } else if report.snow_mm_h > WHITENING_SNOW || (freezes && has_fallen) {
            Some(law.worst_snow())
        } else if report.rain_mm_h > WETTING_RAIN {
            Some(law.worst_wet())
        } else {
            None
        }
    }

    /// Returns the meteorological visibility, m, if it was reported.
    pub fn visibility(&self) -> Option<f64> {
        self.report.map(|report| report.visibility_m)
    }

    /// Returns the distance (m) within which the surround sensors see an obstacle; `None` in clear air, where their
    /// range is longer than any stopping distance.
    pub fn sight(&self) -> Option<f64> {
        let range = sensor_range(CLEAR_RANGE, self.visibility()?);
        (range < CLEAR_SHARE * CLEAR_RANGE).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_messages::Timestamp;

    const FAIR: WeatherReport = WeatherReport { rain_mm_h: 0.0, snow_mm_h: 0.0, visibility_m: 20_000.0, air_c: 15.0 };

    fn hear(weather: &mut SiteWeather, seconds: f64, report: WeatherReport) -> Option<f64> {
        let message = Envelope::new(TruckId(1), Timestamp::UNIX_EPOCH, Body::WeatherReportV1 { report });
        weather.hear(SimTime::from_seconds(seconds), TruckId(1), &[message])
    }

    #[test]
    fn the_truck_supposes_the_worst_of_rain_once_and_again_when_a_new_rain_begins() {
        let mut weather = SiteWeather::default();
        let rain = |rain_mm_h| WeatherReport { rain_mm_h, ..FAIR };
        assert_eq!(hear(&mut weather, 0.0, FAIR), None);
        assert_eq!(hear(&mut weather, 60.0, rain(10.0)), Some(road_surface().worst_wet()));
        assert_eq!(hear(&mut weather, 120.0, rain(40.0)), None, "its own wheels know better by now");
        assert_eq!(hear(&mut weather, 180.0, FAIR), None);
        assert!(hear(&mut weather, 240.0, rain(5.0)).is_some());
    }

    #[test]
    fn snow_is_worse_than_rain_and_rain_in_frost_is_the_worst() {
        let mut weather = SiteWeather::default();
        let wet = hear(&mut weather, 0.0, WeatherReport { rain_mm_h: 5.0, ..FAIR }).unwrap();
        let snow = hear(&mut weather, 60.0, WeatherReport { snow_mm_h: 1.0, air_c: -2.0, ..FAIR }).unwrap();
        let ice = hear(&mut weather, 120.0, WeatherReport { rain_mm_h: 2.0, air_c: -1.0, ..FAIR }).unwrap();
        assert!(ice < snow && snow < wet, "{ice} {snow} {wet}");
    }

    #[test]
    fn frost_after_rain_counts_as_slippery_and_dry_frost_does_not() {
        let mut weather = SiteWeather::default();
        let frost = WeatherReport { air_c: -5.0, ..FAIR };
        assert_eq!(hear(&mut weather, 0.0, frost), None);
        hear(&mut weather, 60.0, WeatherReport { rain_mm_h: 5.0, ..FAIR });
        assert!(hear(&mut weather, 3_600.0, frost).is_some());
    }

    #[test]
    fn sight_is_limited_in_fog_only() {
        let mut weather = SiteWeather::default();
        assert_eq!(weather.sight(), None);
        hear(&mut weather, 0.0, FAIR);
        assert_eq!(weather.sight(), None);
        hear(&mut weather, 1.0, WeatherReport { visibility_m: 100.0, ..FAIR });
        assert!(weather.sight().is_some_and(|sight| (30.0..50.0).contains(&sight)), "{:?}", weather.sight());
    }

    #[test]
    fn reports_that_are_not_credible_change_nothing() {
        let mut weather = SiteWeather::default();
        for wrong in [f64::NAN, -1.0, f64::INFINITY, 1e9] {
            assert_eq!(hear(&mut weather, 0.0, WeatherReport { rain_mm_h: wrong, ..FAIR }), None);
        }
        assert_eq!(weather, SiteWeather::default());
    }
}
