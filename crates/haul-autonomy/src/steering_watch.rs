//! Measurement of the true rate at which the steering turns the wheels.

use serde::{Deserialize, Serialize};

/// Lag of the wheels behind the commanded angle beyond which they turn at their full rate, in lags of the actuator. A
/// sound actuator does so beyond one lag; the rest allows for the arrival of a command.
const FULL_RATE_LAGS: f64 = 1.5;
/// Turn (rad) at the full rate that makes one measurement (6°): the noise of the angle sensor is 2 % of it.
const MEASURED_TURN: f64 = 0.10;
/// Weight of a new measurement that is worse than the estimate: the estimate follows almost at once.
const WORSE_WEIGHT: f64 = 0.8;
/// Weight of a new measurement that is better than the estimate.
const BETTER_WEIGHT: f64 = 0.5;
/// Share of the nominal rate above which a steering counts as sound.
const SOUND_SHARE: f64 = 0.9;
/// Share of the nominal rate below which a steering has failed: trucks with 40 % of the rate can haul, trucks with 30 %
/// reach the edge of the road.
const FAILED_SHARE: f64 = 0.35;

/// Compares the wheels with the commanded angles, step by step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct SteeringWatch {
    /// Estimated share of the nominal rate, 0 to 1.
    share: f64,
    /// Steering angle measured in the previous step, rad.
    before: Option<f64>,
    /// True if the wheels were far behind their command in the previous step.
    was_behind: bool,
    /// Angle by which the full rate would have turned the wheels while they were far behind, rad.
    due: f64,
    /// Angle by which the wheels turned while they were far behind, rad.
    made: f64,
}

impl Default for SteeringWatch {
    fn default() -> Self {
        Self { share: 1.0, before: None, was_behind: false, due: 0.0, made: 0.0 }
    }
}

impl SteeringWatch {
    /// Processes the measured angle and the previously commanded angle (rad), `dt` seconds after the last call. `rate`
    /// (rad/s) and `lag` (s) describe the steering without a fault.
    pub fn look(&mut self, measured: f64, asked: f64, dt: f64, rate: f64, lag: f64) {
        if !(measured.is_finite() && asked.is_finite()) {
            *self = Self { share: self.share, ..Self::default() };
            return;
        }
        let Some(from) = self.before.replace(measured) else { return };
        let gap = asked - from;
        let is_behind = gap.abs() > rate * (FULL_RATE_LAGS * lag + dt);
        if is_behind && self.was_behind {
            self.due += rate * dt;
            self.made += gap.signum() * (measured - from);
        }
        self.was_behind = is_behind;
        if !is_behind && self.has_failed() {
            // The wheels have reached the commanded angle after all: restart from the slowest accepted rate.
            self.share = FAILED_SHARE;
        }
        if self.due < MEASURED_TURN {
            return;
        }
        let was_sound = self.is_sound();
        let change = (self.made / self.due).clamp(0.0, 1.0) - self.share;
        self.share += if change < 0.0 { WORSE_WEIGHT } else { BETTER_WEIGHT } * change;
        (self.due, self.made) = (0.0, 0.0);
        if was_sound != self.is_sound() {
            tracing::warn!(
                rate_pct = 100.0 * self.share,
                "{}",
                if was_sound { "the steering is slow, the truck drives slower" } else { "the steering is sound again" }
            );
        }
    }

    fn is_sound(&self) -> bool {
        self.share >= SOUND_SHARE
    }

    /// Returns the share of the nominal steering rate on which the stack can rely; 1 for a sound steering.
    pub fn share(&self) -> f64 {
        if self.is_sound() { 1.0 } else { self.share.max(FAILED_SHARE) }
    }

    /// Returns true if the steering is too slow to drive with.
    pub fn has_failed(&self) -> bool {
        self.share < FAILED_SHARE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DT: f64 = 0.05;
    const RATE: f64 = 0.21;
    const LAG: f64 = 0.15;

    /// Swings the wheels from side to side for some `seconds`, at a `share` of the nominal rate.
    fn swung(watch: &mut SteeringWatch, share: f64, seconds: f64) {
        let mut angle = 0.0_f64;
        let mut asked = 0.0;
        watch.before = None;
        for k in 0..(seconds / DT) as usize {
            watch.look(angle, asked, DT, RATE, LAG);
            asked = 0.4 * f64::sin(0.9 * k as f64 * DT) * if (k / 60) % 2 == 0 { 1.0 } else { -1.0 };
            let most = RATE * share * DT;
            angle += ((asked - angle) * DT / (LAG + DT)).clamp(-most, most);
        }
    }

    #[test]
    fn the_share_of_a_slow_steering_is_measured_and_reset_after_repair() {
        for share in [0.7, 0.5, 0.4] {
            let mut watch = SteeringWatch::default();
            swung(&mut watch, share, 40.0);
            assert!((watch.share() - share).abs() < 0.05, "{share}: {}", watch.share());
            assert!(!watch.has_failed());
            swung(&mut watch, 1.0, 40.0);
            assert_eq!(watch.share(), 1.0);
        }
    }

    #[test]
    fn a_sound_steering_never_counts_as_slow() {
        let mut watch = SteeringWatch::default();
        for seconds in [5.0, 20.0, 80.0] {
            swung(&mut watch, 1.0, seconds);
            assert_eq!(watch.share(), 1.0);
        }
    }

    #[test]
    fn a_steering_that_hardly_moves_has_failed_and_a_dead_sensor_is_no_evidence() {
        let mut watch = SteeringWatch::default();
        for k in 0..400 {
            watch.look(0.02 * RATE * f64::from(k) * DT, 0.5, DT, RATE, LAG);
        }
        assert!(watch.has_failed());
        for _ in 0..2 {
            watch.look(0.5, 0.5, DT, RATE, LAG);
        }
        assert!(!watch.has_failed() && watch.share() == FAILED_SHARE, "it is tried again when the wheels have arrived");
        let mut watch = SteeringWatch::default();
        for _ in 0..200 {
            watch.look(f64::NAN, 0.4, DT, RATE, LAG);
        }
        assert_eq!(watch.share(), 1.0);
    }
}
