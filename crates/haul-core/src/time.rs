//! Simulated time in whole nanoseconds since the start of a run, and the fixed time step.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

/// An instant of a run, in nanoseconds since its start. It is exact, so a million steps sum to the same instant in any
/// order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SimTime(u64);

impl SimTime {
    /// Start of a run.
    pub const START: SimTime = SimTime(0);

    /// Creates the instant `nanos` nanoseconds after the start.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Creates the instant `seconds` after the start, to the nearest nanosecond. A negative number, or one that is not
    /// finite, gives the start.
    pub fn from_seconds(seconds: f64) -> Self {
        if seconds.is_finite() && seconds > 0.0 { Self((seconds * 1e9).round() as u64) } else { Self(0) }
    }

    /// Returns the nanoseconds since the start.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Returns the seconds since the start.
    pub fn seconds(self) -> f64 {
        self.0 as f64 * 1e-9
    }

    /// Returns the seconds from `earlier` to this instant; 0 if `earlier` is later.
    pub fn since(self, earlier: SimTime) -> f64 {
        (self.0.saturating_sub(earlier.0)) as f64 * 1e-9
    }
}

impl Add<Duration> for SimTime {
    type Output = SimTime;
    fn add(self, by: Duration) -> SimTime {
        SimTime(self.0.saturating_add(by.as_nanos() as u64))
    }
}

impl Sub for SimTime {
    type Output = Duration;
    fn sub(self, earlier: SimTime) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0 / 1_000_000;
        let (seconds, millis) = (millis / 1_000, millis % 1_000);
        write!(f, "{:02}:{:02}:{:02}.{:03}", seconds / 3_600, seconds / 60 % 60, seconds % 60, millis)
    }
}

/// The fixed time step: its length, and the number of steps taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    nanos: u64,
    taken: u64,
}

impl Step {
    /// Creates a time step for `rate` steps per second, with no steps taken. Its length is exact if `rate` divides 10⁹;
    /// otherwise it is rounded down to whole nanoseconds.
    pub fn at_rate(rate: u32) -> Self {
        Self { nanos: 1_000_000_000 / u64::from(rate.max(1)), taken: 0 }
    }

    /// Returns the length of the step, s.
    pub fn dt(self) -> f64 {
        self.nanos as f64 * 1e-9
    }

    /// Returns the number of steps taken.
    pub fn taken(self) -> u64 {
        self.taken
    }

    /// Returns the instant reached by the steps taken.
    pub fn now(self) -> SimTime {
        SimTime(self.nanos * self.taken)
    }

    /// Returns the number of steps after which the instant `at` is first reached or passed.
    pub fn first_at(self, at: SimTime) -> u64 {
        at.0.div_ceil(self.nanos.max(1))
    }

    /// Advances by one step. Returns the instant reached.
    pub fn advance(&mut self) -> SimTime {
        self.taken += 1;
        self.now()
    }

    /// Returns true if a task that runs once in `every` steps is due at the current step.
    pub fn is_due(self, every: u64) -> bool {
        every <= 1 || self.taken.is_multiple_of(every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_add_up_without_drift() {
        let mut step = Step::at_rate(200);
        for _ in 0..200 * 3_600 * 12 {
            step.advance();
        }
        assert_eq!(step.now(), SimTime::from_seconds(43_200.0));
        assert_eq!(step.now().to_string(), "12:00:00.000");
    }

    #[test]
    fn an_instant_between_two_steps_is_reached_with_the_later_one() {
        let step = Step::at_rate(200);
        let at = |seconds| step.first_at(SimTime::from_seconds(seconds));
        assert_eq!((at(0.0), at(0.005), at(0.0051), at(0.01), at(0.010_000_001)), (0, 1, 2, 2, 3));
        assert!(step.first_at(SimTime::from_nanos(u64::MAX)) > 0);
    }
}
