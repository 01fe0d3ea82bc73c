//! Projection of degrees to metres, and recognition of degrees by the size of the coordinates.
//!
//! The projection is a transverse Mercator projection of the GRS 80 ellipsoid, centred on the survey, with series to
//! the third order.

use super::super::read::ReadOptions;
use super::super::survey::Survey;
use super::super::units::{Axes, StatedUnit, Unit};
use haul_core::Point3;
use std::fmt;

/// Semi-major axis of GRS 80 (m).
const SEMI_MAJOR_AXIS: f64 = 6_378_137.0;
/// Squared first eccentricity of GRS 80.
const SQUARED_ECCENTRICITY: f64 = 0.006_694_380_022_9;
/// Extent below which coordinates are degrees: no mine is smaller than one unit of length.
const LEAST_METRE_EXTENT: f64 = 1.0;
/// Maximum longitude and latitude (degrees).
const GREATEST_DEGREES: [f64; 2] = [180.0, 90.0];

/// Bounding box of all points, in the unit of the file, with east first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    low: [f64; 2],
    high: [f64; 2],
}

/// Returns true if the user says that north comes before east.
fn is_north_first(options: &ReadOptions) -> bool {
    options.axes == Some(Axes::NorthEast)
}

fn points(survey: &mut Survey) -> impl Iterator<Item = &mut Point3> {
    let strings = survey.strings.iter_mut().chain(&mut survey.ground_strings);
    strings.flat_map(|s| &mut s.string.points).chain(&mut survey.points)
}

impl Extent {
    /// Returns the bounding box of a survey, or `None` if the survey has no points.
    pub(super) fn of(survey: &mut Survey, options: &ReadOptions) -> Option<Extent> {
        let start = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        let north_first = is_north_first(options);
        let (low, high) = points(survey).fold(start, |(l, h), p| {
            let plan = if north_first { [p.y, p.x] } else { [p.x, p.y] };
            ([0, 1].map(|k| plan[k].min(l[k])), [0, 1].map(|k| plan[k].max(h[k])))
        });
        (low[0] <= high[0]).then_some(Extent { low, high })
    }

    fn is_within(&self, greatest: [f64; 2]) -> bool {
        (0..2).all(|k| -greatest[k] <= self.low[k] && self.high[k] <= greatest[k])
    }

    /// Returns true if all coordinates are valid as longitude and latitude.
    pub(super) fn is_in_degrees(&self) -> bool {
        self.is_within(GREATEST_DEGREES)
    }

    /// Returns true if the coordinates are valid as latitude and longitude, but not as longitude and latitude.
    pub(super) fn is_swapped(&self) -> bool {
        let [longitude, latitude] = GREATEST_DEGREES;
        self.is_within([latitude, longitude]) && !self.is_in_degrees()
    }

    /// Returns true if the extent, read as degrees, is small enough for one mine.
    pub(super) fn is_site(&self) -> bool {
        (0..2).all(|k| self.high[k] - self.low[k] < LEAST_METRE_EXTENT)
    }
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [x, y] = self.low;
        write!(f, "{x:.3} to {:.3} east and {y:.3} to {:.3} north", self.high[0], self.high[1])
    }
}

/// Projects a survey from degrees to metres about its centre. `origin` says, for the report, why the coordinates are
/// degrees.
pub(super) fn project(survey: &mut Survey, options: &ReadOptions, origin: &str) {
    let Some(Extent { low, high }) = Extent::of(survey, options) else { return };
    let (lon, lat) = ((low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0);
    let north_first = is_north_first(options);
    for p in points(survey) {
        let (x, y) = if north_first { (p.y, p.x) } else { (p.x, p.y) };
        let (east, north) = metres(x - lon, y, lat);
        (p.x, p.y) = if north_first { (north, east) } else { (east, north) };
    }
    survey.plan_unit = Some(StatedUnit::known(Unit::Metre, format!("degrees, projected to metres; {origin}")));
    survey.findings.assumed.push(format!(
        "coordinates are degrees of WGS 84; they were projected about longitude {lon:.6}, latitude {lat:.6}; if latitude comes \
         first, give --axes ne"
    ));
}

/// Returns the metres east and north of a centre. `off` is the longitude relative to the centre, `y` the latitude of
/// the point, and `lat` the latitude of the centre, all in degrees.
fn metres(off: f64, y: f64, lat: f64) -> (f64, f64) {
    let phi = y.to_radians();
    let l = off.to_radians();
    let (sin, cos) = (libm::sin(phi), libm::cos(phi));
    let n = SEMI_MAJOR_AXIS / libm::sqrt(1.0 - SQUARED_ECCENTRICITY * sin * sin);
    let t = libm::tan(phi) * libm::tan(phi);
    let eta = SQUARED_ECCENTRICITY / (1.0 - SQUARED_ECCENTRICITY) * cos * cos;
    let east = n * cos * l * (1.0 + cos * cos * l * l / 6.0 * (1.0 - t + eta));
    let north = meridian(phi) - meridian(lat.to_radians()) + n * sin * cos * l * l / 2.0;
    (east, north)
}

/// Returns the length of the meridian (m) from the equator to the latitude `phi` (rad), by the usual series in the
/// eccentricity.
fn meridian(phi: f64) -> f64 {
    let e = SQUARED_ECCENTRICITY;
    let (e2, e3) = (e * e, e * e * e);
    SEMI_MAJOR_AXIS
        * ((1.0 - e / 4.0 - 3.0 * e2 / 64.0 - 5.0 * e3 / 256.0) * phi
            - (3.0 * e / 8.0 + 3.0 * e2 / 32.0 + 45.0 * e3 / 1024.0) * libm::sin(2.0 * phi)
            + (15.0 * e2 / 256.0 + 45.0 * e3 / 1024.0) * libm::sin(4.0 * phi)
            - 35.0 * e3 / 3072.0 * libm::sin(6.0 * phi))
}
