//! Errors of speed profiles.

use thiserror::Error;

/// Reason why there is no speed profile.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SpeedError {
    /// A number of the request or the conditions is not finite or out of its range.
    #[error("{what} is not usable: expected {expected}")]
    NotUsable {
        /// Name of the quantity.
        what: &'static str,
        /// Accepted values.
        expected: &'static str,
    },
    /// A number of the path is not finite or out of its range, or its stations decrease.
    #[error("point {index} of the path is not usable: {what}")]
    BadPath {
        /// Index of the point.
        index: usize,
        /// Reason.
        what: &'static str,
    },
    /// The path has no length between start and end.
    #[error("the path has no length between {from:.2} m and {to:.2} m")]
    NoLength {
        /// Station of the start, m.
        from: f64,
        /// Station of the end, m.
        to: f64,
    },
    /// The truck cannot stop in time with all brakes.
    #[error("{speed:.1} m/s at the start is too fast to stop {distance:.1} m ahead")]
    TooFastToStop {
        /// Speed at the start, m/s.
        speed: f64,
        /// Distance to the station that must be passed more slowly, m.
        distance: f64,
    },
    /// The requested arrival time is shorter than the least driving time.
    #[error("arrival in {time:.1} s is requested, but driving takes at least {least:.1} s")]
    NoTime {
        /// Requested time, s.
        time: f64,
        /// Least driving time, s.
        least: f64,
    },
    /// Pull or grip is not enough to climb a grade.
    #[error("the truck cannot climb {:.1} % at station {station:.1} m", grade * 100.0)]
    CannotClimb {
        /// Station, m.
        station: f64,
        /// Grade there, rise over run.
        grade: f64,
    },
}
