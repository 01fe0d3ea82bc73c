//! Conversion between simulated time and the UTC times in message headers.

use haul_core::SimTime;
use jiff::SignedDuration;

/// An instant of UTC, to the nanosecond.
pub use jiff::Timestamp;

/// UTC time at which the simulated time of a run is zero. It comes from the scenario, never from a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Epoch(pub Timestamp);

/// Default epoch for a scenario that sets none, in seconds of Unix time: 2025-01-01T00:00:00Z.
const DEFAULT_EPOCH_SECONDS: i64 = 1_735_689_600;

impl Default for Epoch {
    fn default() -> Self {
        Self(Timestamp::constant(DEFAULT_EPOCH_SECONDS, 0))
    }
}

impl Epoch {
    /// Returns the UTC time of a simulated time, at most the last time that can be written (in the year 9999).
    pub fn at(self, time: SimTime) -> Timestamp {
        // A u64 of nanoseconds is at most 584 years, so quotient and remainder fit their types.
        let since = SignedDuration::new((time.nanos() / 1_000_000_000) as i64, (time.nanos() % 1_000_000_000) as i32);
        self.0.checked_add(since).unwrap_or(Timestamp::MAX)
    }

    /// Returns the simulated time of a UTC time; `None` if it is before the epoch or too late for a `SimTime`.
    pub fn sim_time(self, timestamp: Timestamp) -> Option<SimTime> {
        let nanos = timestamp.as_nanosecond().checked_sub(self.0.as_nanosecond())?;
        u64::try_from(nanos).ok().map(SimTime::from_nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simulated_time_maps_to_utc_and_back_to_the_nanosecond() {
        let epoch = Epoch("2026-03-01T06:00:00Z".parse().unwrap());
        let t = SimTime::from_nanos(3_600_000_000_001);
        assert_eq!(epoch.at(t).to_string(), "2026-03-01T07:00:00.000000001Z");
        assert_eq!(epoch.sim_time(epoch.at(t)), Some(t));
        assert_eq!(epoch.sim_time(Timestamp::UNIX_EPOCH), None);
        assert_eq!(epoch.at(SimTime::from_nanos(u64::MAX)).to_string(), "2610-09-20T05:34:33.709551615Z");
        assert_eq!(Epoch::default().0.to_string(), "2025-01-01T00:00:00Z");
    }

    #[test]
    fn an_epoch_at_the_end_of_time_is_no_panic() {
        let last = Epoch(Timestamp::MAX);
        assert_eq!(last.at(SimTime::from_seconds(10.0)), Timestamp::MAX);
    }
}
