//! The satellite receiver, with two antennas and corrections from a base station at the mine.

use haul_autonomy::GnssFix;
use haul_core::random::{Draw, Stream};
use haul_core::{Isometry3, Pose2, Vector3, angle, stream};

/// Standard deviation of each horizontal coordinate, m: a fixed solution with corrections.
const POSITION_SIGMA: f64 = 0.02;
/// Ratio of the height error to the horizontal error: above 1, as all satellites are above the receiver.
const HEIGHT_FACTOR: f64 = 1.7;
/// Standard deviation of the heading, rad: 0.1° with antennas some 2 m apart.
const HEADING_SIGMA: f64 = 0.1 * std::f64::consts::PI / 180.0;

/// Satellite receiver of one truck.
pub struct Satellite {
    noise: Stream,
}

haul_core::keep_state!(Satellite { noise: value });

impl Satellite {
    pub fn new(seed: u64, truck: &str) -> Self {
        Self { noise: stream(seed, truck, "gnss") }
    }

    /// Returns a fix for a truck at `pose`.
    pub fn fix(&mut self, pose: &Isometry3) -> GnssFix {
        let mut error = |sigma: f64| sigma * self.noise.normal();
        let offset = Vector3::new(error(POSITION_SIGMA), error(POSITION_SIGMA), error(POSITION_SIGMA * HEIGHT_FACTOR));
        let heading = angle::wrap(Pose2::from_isometry(pose).heading + error(HEADING_SIGMA));
        GnssFix {
            position: (pose.translation.vector + offset).into(),
            heading,
            sigma: POSITION_SIGMA,
            heading_sigma: HEADING_SIGMA,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixes_scatter_about_the_truth_by_their_stated_deviation() {
        let pose = Isometry3::new(Vector3::new(900.0, -40.0, 12.0), Vector3::new(0.0, 0.0, 3.1));
        let mut receiver = Satellite::new(1, "T1");
        let fixes: Vec<GnssFix> = (0..4000).map(|_| receiver.fix(&pose)).collect();
        let n = fixes.len() as f64;
        let mean = fixes.iter().map(|f| f.position.x - 900.0).sum::<f64>() / n;
        let deviation = (fixes.iter().map(|f| (f.position.x - 900.0).powi(2)).sum::<f64>() / n).sqrt();
        let turn = (fixes.iter().map(|f| angle::difference(f.heading, 3.1).powi(2)).sum::<f64>() / n).sqrt();
        assert!(mean.abs() < 0.002, "{mean}");
        assert!((deviation / fixes[0].sigma - 1.0).abs() < 0.05, "{deviation}");
        assert!((turn / fixes[0].heading_sigma - 1.0).abs() < 0.05, "{turn}");
    }
}
