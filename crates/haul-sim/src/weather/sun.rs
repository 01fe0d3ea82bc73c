//! Position and radiation of the sun.

use haul_core::angle;
use serde::{Deserialize, Serialize};
use std::f64::consts::{PI, TAU};

/// Length of a day, s.
pub const DAY: f64 = 86_400.0;
/// Obliquity of the ecliptic in Cooper's formula, rad (23.45°).
const OBLIQUITY: f64 = 23.45 * PI / 180.0;

/// Date, local solar time and latitude of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SiteClock {
    /// Day of the year, 1 to 366.
    pub day: u32,
    /// Local solar time at the start of the run, s after midnight.
    pub start: f64,
    /// Latitude, rad, positive north.
    pub latitude: f64,
}

/// Position of the sun.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sun {
    /// Direction in plan, rad, anticlockwise from east.
    pub heading: f64,
    /// Elevation above the horizon, rad; negative at night.
    pub elevation: f64,
}

impl SiteClock {
    /// Returns the local solar time some seconds after the start, in s after midnight of the first day.
    pub fn time(&self, seconds: f64) -> f64 {
        self.start + seconds
    }

    /// Returns the position of the sun some seconds after the start. The declination is that of Cooper (1969, Solar
    /// Energy 12); elevation and azimuth follow from spherical trigonometry (Duffie and Beckman 2013, eq. 1.6.5 and
    /// 1.6.6).
    pub fn sun(&self, seconds: f64) -> Sun {
        let time = self.time(seconds);
        let day = f64::from(self.day) + libm::floor(time / DAY);
        let declination = OBLIQUITY * libm::sin(TAU * (284.0 + day) / 365.0);
        let hour_angle = TAU * (time / DAY) - PI;
        let (sin_d, cos_d) = libm::sincos(declination);
        let (sin_l, cos_l) = libm::sincos(self.latitude);
        let (sin_h, cos_h) = libm::sincos(hour_angle);
        let elevation = libm::asin((sin_l * sin_d + cos_l * cos_d * cos_h).clamp(-1.0, 1.0));
        // East and north components of the direction to the sun.
        let east = -cos_d * sin_h;
        let north = cos_l * sin_d - sin_l * cos_d * cos_h;
        Sun { heading: angle::wrap(libm::atan2(north, east)), elevation }
    }
}

impl Sun {
    /// Returns the global radiation (W/m²) on level ground under a cloud cover (0 to 1): Haurwitz (1945) for a clear
    /// sky, Kasten and Czeplak (1980, Solar Energy 24, eq. 4) for clouds.
    pub fn radiation(&self, cloud: f64) -> f64 {
        let height = libm::sin(self.elevation);
        if height <= 0.0 {
            return 0.0;
        }
        1_098.0 * height * libm::exp(-0.057 / height) * cloud_share(cloud)
    }
}

/// Returns the share of the clear-sky radiation that remains under a cloud cover (0 to 1).
pub fn cloud_share(cloud: f64) -> f64 {
    1.0 - 0.75 * libm::pow(cloud.clamp(0.0, 1.0), 3.4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(day: u32, hour: f64, latitude: f64) -> SiteClock {
        SiteClock { day, start: 3_600.0 * hour, latitude: latitude.to_radians() }
    }

    #[test]
    fn the_sun_stands_where_the_almanac_has_it() {
        // Equinox at the equator: the sun is overhead at noon, and on the eastern horizon at six.
        assert!(clock(81, 12.0, 0.0).sun(0.0).elevation.to_degrees() > 89.0);
        let morning = clock(81, 6.0, 0.0).sun(0.0);
        assert!(morning.elevation.abs() < 0.01 && morning.heading.abs() < 0.01, "{morning:?}");
        // Summer solstice at 48° N: 90 − 48 + 23.45 = 65.45° in the south.
        let noon = clock(172, 12.0, 48.0).sun(0.0);
        assert!((noon.elevation.to_degrees() - 65.45).abs() < 0.1, "{noon:?}");
        assert!((noon.heading + PI / 2.0).abs() < 1e-6, "south");
        // In the southern hemisphere the sun stands in the north at noon.
        assert!((clock(172, 12.0, -30.0).sun(0.0).heading - PI / 2.0).abs() < 1e-6);
        assert!(clock(172, 0.0, 48.0).sun(0.0).elevation < 0.0, "midnight");
    }

    #[test]
    fn the_sun_moves_with_the_seconds_of_the_run_and_over_midnight() {
        let clock = clock(172, 22.0, 48.0);
        assert!(clock.sun(0.0).elevation < 0.0);
        assert!((clock.sun(14.0 * 3_600.0).elevation.to_degrees() - 65.4).abs() < 0.2, "noon of the next day");
    }

    #[test]
    fn clouds_leave_a_quarter_of_the_radiation() {
        let noon = clock(81, 12.0, 0.0).sun(0.0);
        assert!((1_000.0..1_060.0).contains(&noon.radiation(0.0)), "{}", noon.radiation(0.0));
        assert!((noon.radiation(1.0) / noon.radiation(0.0) - 0.25).abs() < 1e-12);
        assert_eq!(clock(81, 0.0, 0.0).sun(0.0).radiation(0.0), 0.0);
    }
}
