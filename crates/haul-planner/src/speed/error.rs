//! Why there is no speed profile.

use thiserror::Error;

/// Why a speed profile cannot be given.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SpeedError {
    /// A number of the request or the conditions is not finite or out of its range.
    #[error("{what} is not a usable number: it is to be {wanted}")]
    NotUsable {
        /// Which one.
        what: &'static str,
        /// What it is to be.
        wanted: &'static str,
    },
    /// A number of the path is not finite, or its stations fall.
    #[error("point {index} of the path is not usable: {what}")]
    BadPath {
        /// Index of the point.
        index: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// There is no path between start and end.
    #[error("the path has no length between {from:.2} m and {to:.2} m")]
    NoLength {
        /// Station of the start, m.
        from: f64,
        /// Station of the end, m.
        to: f64,
    },
    /// With all brakes the truck does not stop in time.
    #[error("{speed:.1} m/s at the start is too fast to stop {distance:.1} m ahead")]
    TooFastToStop {
        /// Speed at the start, m/s.
        speed: f64,
        /// Distance to the place that must not be passed as fast, m.
        distance: f64,
    },
    /// The arrival time asked for is shorter than driving takes at the least.
    #[error("arriving in {time:.1} s is asked for, driving takes {least:.1} s at the least")]
    NoTime {
        /// Time asked for, s.
        time: f64,
        /// Least driving time, s.
        least: f64,
    },
    /// Drive force or grip does not carry the truck up.
    #[error("the truck cannot climb {:.1} % at station {station:.1} m", grade * 100.0)]
    CannotClimb {
        /// Where, m.
        station: f64,
        /// Grade there, rise over run.
        grade: f64,
    },
}
