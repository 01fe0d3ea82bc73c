//! Deviation of a truck from its planned path.

use haul_core::Pose2;
use haul_messages::CycleState;
use haul_planner::Path;

/// Maximum value and root mean square of an error.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct ErrorStatistic {
    greatest: f64,
    squares: f64,
    samples: u64,
}

impl ErrorStatistic {
    /// Adds one error, unless it is not finite. Returns true if it is the largest so far.
    pub fn take(&mut self, error: f64) -> bool {
        if !error.is_finite() {
            return false;
        }
        let is_greatest = self.samples == 0 || error.abs() > self.greatest;
        self.greatest = self.greatest.max(error.abs());
        self.squares += error * error;
        self.samples += 1;
        is_greatest
    }

    /// Adds all errors of another statistic.
    pub fn merge(&mut self, other: &ErrorStatistic) {
        self.greatest = self.greatest.max(other.greatest);
        self.squares += other.squares;
        self.samples += other.samples;
    }

    /// Returns the maximum absolute value; 0 without samples.
    pub fn max(&self) -> f64 {
        self.greatest
    }

    /// Returns the root mean square; 0 without samples.
    pub fn rms(&self) -> f64 {
        if self.samples == 0 { 0.0 } else { libm::sqrt(self.squares / self.samples as f64) }
    }

    /// Returns the number of errors added.
    pub fn samples(&self) -> u64 {
        self.samples
    }
}

/// Speed (m/s) below which a truck counts as standing, not as following its path.
const MOVING_SPEED: f64 = 0.2;
/// Distance (m) from the tracker's station within which the nearest point of the path is searched.
const SEARCH_WINDOW: f64 = 8.0;

/// Returns the signed distance (m) of the rear axle from the planned path, positive to the left of the body; `None` for
/// an empty path.
pub(crate) fn planned_offset(path: &Path, station: f64, pose: Pose2) -> Option<f64> {
    path.project(pose, station, SEARCH_WINDOW).map(|p| p.lateral)
}

/// Adds the error of a truck that moves along a path. Returns true if it is the largest so far.
pub(crate) fn measure(
    statistic: &mut ErrorStatistic,
    path: Option<&Path>,
    station: f64,
    pose: Pose2,
    speed: f64,
) -> bool {
    if let Some(path) = path
        && speed.abs() > MOVING_SPEED
        && let Some(offset) = planned_offset(path, station, pose)
    {
        return statistic.take(offset);
    }
    false
}

/// Circumstances of a truck's maximum distance from its path.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct WorstError {
    /// Time, s.
    pub at_s: f64,
    /// East of the rear axle, m.
    pub x: f64,
    /// North of the rear axle, m.
    pub y: f64,
    /// Speed, m/s; negative in reverse.
    pub speed: f64,
    /// State of the haul cycle.
    pub state: CycleState,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statistic_keeps_absolute_values_and_squares() {
        let mut a = ErrorStatistic::default();
        assert!(a.take(0.3) && a.take(-0.4));
        assert!(!a.take(0.1) && !a.take(f64::NAN));
        a = ErrorStatistic::default();
        a.take(0.3);
        a.take(-0.4);
        assert_eq!((a.max(), a.samples()), (0.4, 2));
        assert!((a.rms() - (0.125_f64).sqrt()).abs() < 1e-15);
        let mut b = ErrorStatistic::default();
        b.take(0.5);
        b.merge(&a);
        assert_eq!((b.max(), b.samples()), (0.5, 3));
    }
}
