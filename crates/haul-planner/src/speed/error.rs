//! Errors of speed profiles.

use thiserror::Error;

/// Reason why there is no speed profile.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SpeedError {
    /// A number of the request or of the conditions is not finite or out of range.
    #[error("{what} is not usable: expected {expected}")]
    NotUsable {
        /// Name of the quantity.
        what: &'static str,
        /// Accepted values.
        expected: &'static str,
    },
    /// A number of the path is not finite or out of range, or stations decrease.
    #[error("point {index} of the path is not usable: {what}")]
    BadPath {
        /// Index of the point at fault.
        index: usize,
        /// Reason why the point is not usable.
        what: &'static str,
    },
    /// The path has no length between the start and the end of the profile.
    #[error("the path has no length between {from:.2} m and {to:.2} m")]
    NoLength {
        /// Station of the start of the profile, m.
        from: f64,
        /// Station of the end of the profile, m.
        to: f64,
    },
    /// The truck cannot stop in time with all brakes.
    #[error("{speed:.1} m/s at the start is too fast to stop {distance:.1} m ahead")]
    TooFastToStop {
        /// Speed at the start, m/s.
        speed: f64,
        /// Distance from the start to the station that the truck must pass more slowly, m.
        distance: f64,
    },
    /// The requested time is shorter than the minimum driving time.
    #[error("arrival in {time:.1} s is requested, but driving takes at least {least:.1} s")]
    NoTime {
        /// Requested driving time, s.
        time: f64,
        /// Minimum driving time, s.
        least: f64,
    },
    /// The truck does not have enough power or grip to climb a grade.
    #[error("the truck cannot climb {:.1} % at station {station:.1} m", grade * 100.0)]
    CannotClimb {
        /// Station where the truck stalls, m.
        station: f64,
        /// Grade at that station, rise over run.
        grade: f64,
    },
}
