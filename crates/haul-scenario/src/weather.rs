//! Conversion of a scenario's weather, from its keys, its table and its climate, to the plan of the world.

use crate::file::{ScenarioFile, WeatherFile, WeatherRow};
use crate::read::Scenario;
use haul_core::units::{from_celsius, from_compass};
use haul_core::{Lookup, TomlText};
use haul_mine::MineMap;
use haul_sim::weather::{DAY, SiteClock, WeatherPlan, constant, random_day};
use haul_vehicle::{RoadSurface, climate, extinction, road_surface};

/// 1 mm/h in m/s.
const MM_H: f64 = 1e-3 / 3_600.0;
/// Visibility in clear air, m.
const CLEAR: f64 = 20_000.0;
/// Day of the year, local solar time (s) and latitude (degrees) of a scenario that gives none.
const USUAL: (u32, f64, f64) = (80, 0.5 * DAY, 30.0);
/// Minimum length of a random plan, s. It does not depend on the run's duration, so that a snapshot can be resumed for
/// a longer run.
const PLANNED: f64 = 7.0 * DAY;
/// First day of each month in a year of 365 days, minus 1.
const MONTHS: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// Returns the time of day, in s after midnight, from a text such as `06:30` or `06:30:15`.
pub(crate) fn time_of_day(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.split(':').collect();
    let [hour, minute, rest @ ..] = parts.as_slice() else { return None };
    let second = match rest {
        [] => "0",
        [second] => second,
        _ => return None,
    };
    let part = |text: &str, most: u32| {
        let digits = !text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u32>().ok().filter(|value| digits && *value <= most)
    };
    let (hour, minute, second) = (part(hour, 23)?, part(minute, 59)?, part(second, 59)?);
    Some(f64::from(3_600 * hour + 60 * minute + second))
}

/// Returns the day of the year of a date such as `2026-07-01` or `07-01`.
pub(crate) fn day_of_year(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.split('-').collect();
    let (month, day) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => (month, day),
        [month, day] => (month, day),
        _ => return None,
    };
    let part = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| digits)
    };
    let (month, day) = (part(month)?, part(day)?);
    let first = MONTHS.get(month.checked_sub(1)? as usize)?;
    let length = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=length).contains(&day).then_some(first + day)
}

/// Returns the local solar time at the start, in s after midnight.
pub(crate) fn start_time(file: &WeatherFile) -> f64 {
    file.start_time.as_deref().and_then(time_of_day).unwrap_or(USUAL.1)
}

/// Returns the simulated time of a row, s; `None` if the row has no time that can be read.
pub(crate) fn row_time(row: &WeatherRow, start: f64) -> Option<f64> {
    match (&row.time, row.at_s) {
        (Some(text), None) => {
            let seconds = time_of_day(text)? - start;
            Some(if seconds < 0.0 { seconds + DAY } else { seconds })
        }
        (None, at_s) => at_s,
        (Some(_), Some(_)) => None,
    }
}

/// A quantity of the weather: its key, and its values in the block and in a row.
pub(crate) type Quantity = (&'static str, fn(&WeatherFile) -> Option<f64>, fn(&WeatherRow) -> Option<f64>);

/// Quantities that a block and its rows give, in the same order as the curves of a plan.
pub(crate) const QUANTITIES: [Quantity; 7] = [
    ("rain_mm_h", |f| f.rain_mm_h, |r| r.rain_mm_h),
    ("snow_mm_h", |f| f.snow_mm_h, |r| r.snow_mm_h),
    ("visibility_m", |f| f.visibility_m, |r| r.visibility_m),
    ("wind_m_s", |f| f.wind_m_s, |r| r.wind_m_s),
    ("air_c", |f| f.air_c, |r| r.air_c),
    ("humidity_pct", |f| f.humidity_pct, |r| r.humidity_pct),
    ("cloud_pct", |f| f.cloud_pct, |r| r.cloud_pct),
];

/// Converts a value of the quantity with an index to SI units.
fn to_si(index: usize, value: f64) -> f64 {
    match index {
        0 | 1 => value * MM_H,
        2 if value >= CLEAR => 0.0,
        2 => extinction(value),
        4 => from_celsius(value),
        5 | 6 => value / 100.0,
        _ => value,
    }
}

/// Returns the weather plan of a scenario, for the seed and the duration (s) of a run.
pub(crate) fn plan(scenario: &Scenario, map: &MineMap, seed: u64, duration: f64) -> WeatherPlan {
    let road_class = scenario.file.conditions.road.clone();
    let Some(file) = &scenario.file.weather else { return WeatherPlan { road_class, ..WeatherPlan::default() } };
    let clock = SiteClock {
        day: file.date.as_deref().and_then(day_of_year).unwrap_or(USUAL.0),
        start: start_time(file),
        latitude: file.latitude_deg.unwrap_or(USUAL.2).to_radians(),
    };
    let altitude = file.altitude_m.unwrap_or(map.datum.elevation);
    let climate = file.climate.and_then(|name| climate(name.text()));
    let mut plan = match climate {
        Some(climate) => random_day(climate, seed, clock, altitude, duration.max(PLANNED)),
        None => WeatherPlan { is_given: true, clock: Some(clock), altitude, ..WeatherPlan::default() },
    };
    plan.road_class = road_class;
    if let Some(bearing) = file.wind_from_deg {
        // The wind blows away from the bearing from which it comes.
        plan.wind_heading = from_compass(bearing + 180.0);
    }
    let curves = [
        &mut plan.rain,
        &mut plan.snow,
        &mut plan.haze,
        &mut plan.wind,
        &mut plan.air,
        &mut plan.humidity,
        &mut plan.cloud,
    ];
    for (index, ((_, of_file, of_row), curve)) in QUANTITIES.iter().zip(curves).enumerate() {
        let point = |row: &WeatherRow| Some([row_time(row, clock.start)?, to_si(index, of_row(row)?)]);
        let points: Vec<[f64; 2]> = file.rows.iter().filter_map(point).collect();
        if let Ok(table) = Lookup::new(points) {
            *curve = table;
        } else if let Some(value) = of_file(file) {
            *curve = constant(to_si(index, value));
        }
    }
    plan.cold_start = file.cold_start;
    plan.surface = RoadSurface {
        water: road_surface().film * file.wetness_pct / 100.0,
        packed_snow: 1e-3 * file.packed_snow_mm,
        ice: 1e-3 * file.ice_mm,
        ..RoadSurface::default()
    };
    plan
}

/// Returns a note for each weather key that has no effect.
pub(crate) fn without_effect(file: &ScenarioFile, text: &TomlText, duration_s: f64) -> Vec<String> {
    let Some(weather) = &file.weather else { return Vec::new() };
    let start = start_time(weather);
    let late = weather.rows.iter().enumerate().filter_map(|(i, row)| Some((i, row_time(row, start)?)));
    let first_late = late.filter(|(_, at)| *at >= duration_s).nth(1);
    let note = |(i, at)| {
        let line = crate::check::line_of(text, &format!("weather.at.{i}"));
        format!("the weather from {at} s on{line} does not come: the run ends at {duration_s} s")
    };
    first_late.map(note).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_dates_are_read_strictly() {
        assert_eq!((time_of_day("06:00"), time_of_day("23:59:59")), (Some(21_600.0), Some(86_399.0)));
        for wrong in ["", "6", "24:00", "06:60", "06:00:00:00", "a:b", "-6:00", "006:00", "06:", "0６:00"] {
            assert_eq!(time_of_day(wrong), None, "{wrong}");
        }
        assert_eq!((day_of_year("01-01"), day_of_year("2026-12-31")), (Some(1), Some(365)));
        assert_eq!(day_of_year("2026-07-01"), Some(182));
        for wrong in ["", "13-01", "00-10", "02-30", "04-31", "7-1", "26-07-01", "2026/07/01", "07-00"] {
            assert_eq!(day_of_year(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_before_the_start_is_of_the_next_day() {
        let row = |time: &str| WeatherRow { time: Some(time.into()), ..WeatherRow::default() };
        assert_eq!(row_time(&row("22:00"), 21.0 * 3_600.0), Some(3_600.0));
        assert_eq!(row_time(&row("02:00"), 21.0 * 3_600.0), Some(5.0 * 3_600.0));
    }
}
