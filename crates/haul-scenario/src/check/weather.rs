//! Checks of the weather and of slippery zones that need no mine.

use super::{Checker, line_of};
use crate::file::{SlipperyFile, WeatherFile};
use crate::weather::{QUANTITIES, day_of_year, row_time, start_time, time_of_day};

/// Air temperature (°C) above which no snow falls: precipitation is then rain everywhere on earth (Jennings et al.
/// 2018, figure 1).
const NO_SNOW_C: f64 = 6.0;

impl Checker<'_> {
    pub(super) fn weather(&mut self, file: &WeatherFile) {
        if let Some(date) = file.date.as_deref().filter(|date| day_of_year(date).is_none()) {
            self.fault(
                "weather.date",
                format!("expected a date, found \"{date}\""),
                "date = \"2026-07-01\" or \"07-01\"",
            );
        }
        if let Some(time) = file.start_time.as_deref().filter(|time| time_of_day(time).is_none()) {
            let what = format!("expected a time of day, found \"{time}\"");
            self.fault("weather.start_time", what, "start_time = \"06:00\", from 00:00 to 23:59");
        }
        self.rows(file);
        for (key, of_file, of_row) in QUANTITIES {
            if of_file(file).is_some() && file.rows.iter().any(|row| of_row(row).is_some()) {
                let what = format!("`{key}` has a constant and rows of the table");
                self.fault(&format!("weather.{key}"), what, "leave one of them out");
            }
        }
        let warm =
            |snow: Option<f64>, air: Option<f64>| snow.is_some_and(|s| s > 0.0) && air.is_some_and(|a| a > NO_SNOW_C);
        let help = format!("at most {NO_SNOW_C} °C where it snows; above it, use `rain_mm_h`");
        if warm(file.snow_mm_h, file.air_c) {
            let what = format!("it cannot snow at {} °C", file.air_c.unwrap_or_default());
            self.fault("weather.snow_mm_h", what, &help);
        }
        for (i, row) in file.rows.iter().enumerate() {
            let air = row.air_c.or(file.air_c);
            if warm(row.snow_mm_h, air) {
                let what = format!("it cannot snow at {} °C", air.unwrap_or_default());
                self.fault(&format!("weather.at.{i}.snow_mm_h"), what, &help);
            }
        }
    }

    /// Checks the times of the rows: each row has a time, and the times rise.
    fn rows(&mut self, file: &WeatherFile) {
        let start = start_time(file);
        let mut last: Option<(usize, f64)> = None;
        for (i, row) in file.rows.iter().enumerate() {
            let path = |key: &str| format!("weather.at.{i}.{key}");
            let here = format!("weather.at.{i}");
            let help = "give one: time = \"06:00\", or at_s = 3600";
            match (&row.time, row.at_s) {
                (None, None) => self.fault(&here, "the row has no time", help),
                (Some(_), Some(_)) => self.fault(&here, "the row has two times, `time` and `at_s`", help),
                (Some(time), None) if time_of_day(time).is_none() => {
                    let what = format!("expected a time of day, found \"{time}\"");
                    self.fault(&path("time"), what, "time = \"06:00\", from 00:00 to 23:59");
                }
                _ => {}
            }
            if QUANTITIES.iter().all(|(_, _, of_row)| of_row(row).is_none()) {
                let keys: Vec<&str> = QUANTITIES.iter().map(|(key, ..)| *key).collect();
                self.fault(&here, "the row changes nothing", format!("give one or more of {}", keys.join(", ")));
            }
            let Some(at) = row_time(row, start) else { continue };
            if let Some((other, before)) = last.filter(|(_, before)| at <= *before) {
                let key = if row.time.is_some() { "time" } else { "at_s" };
                let line = line_of(self.text, &format!("weather.at.{other}"));
                let what = if at == before {
                    format!("the time is that of another row{line}")
                } else {
                    format!("the row is out of order: it is at {at} s, after a row at {before} s{line}")
                };
                self.fault(&path(key), what, "give the rows in the order of their times, each time once");
                continue;
            }
            last = Some((i, at));
        }
    }

    pub(super) fn slippery(&mut self, files: &[SlipperyFile]) {
        for (i, file) in files.iter().enumerate() {
            let path = format!("slippery.{i}");
            let help = "give one: at = [x, y] with radius_m = 20, or ring = [[x, y], [x, y], [x, y]]";
            match (&file.ring, file.at, file.radius_m) {
                (Some(_), None, None) | (None, Some(_), Some(_)) => {}
                (Some(_), ..) => self.fault(&path, "the zone has two outlines, a ring and a disc", help),
                (None, Some(_), None) => self.fault(&path, "the zone has a centre and no `radius_m`", help),
                (None, None, _) => self.fault(&path, "the zone has no place", help),
            }
            if let Some(ring) = file.ring.as_ref().filter(|ring| ring.len() < 3) {
                let what = format!("expected three corners or more, found {}", ring.len());
                self.fault(&format!("{path}.ring"), what, help);
            }
        }
    }
}
