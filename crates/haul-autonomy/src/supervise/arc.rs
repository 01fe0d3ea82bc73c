//! Poses that a truck sweeps while it stops.

use haul_core::{Pose2, angle};

/// Number of poses tested up to a stop; the last pose is at the stop.
pub(super) const POSES: usize = 12;
/// Minimum speed (m/s) assumed when the turn of the wheels is spread over the distance: a crawling truck turns its
/// wheels over almost no distance.
const LEAST_SPEED: f64 = 0.5;

/// Number of poses in the first half of the distance.
pub(super) const HALF_POSES: usize = POSES / 2;

/// Motion of the truck until its stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct StopMotion {
    /// Direction: +1 forward, −1 in reverse.
    pub sense: f64,
    /// Speed at the start of the motion, m/s.
    pub speed: f64,
    /// Stopping distance, m.
    pub way: f64,
}

/// Kinematics of a single-track truck without slip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Arc {
    pub wheelbase: f64,
    pub greatest_angle: f64,
    pub rate: f64,
}

impl Arc {
    /// Returns poses over the distance and direction of `motion`. The steering turns from `angle` to the first target,
    /// and after half of the distance to the second.
    pub fn sweep(&self, from: Pose2, angle: f64, targets: [f64; 2], motion: StopMotion) -> [Pose2; POSES] {
        let StopMotion { sense, speed, way } = motion;
        let step = way / POSES as f64;
        let targets = targets.map(|target| {
            let target = if target.is_finite() { target } else { angle };
            target.clamp(-self.greatest_angle, self.greatest_angle)
        });
        let most = self.rate * step / speed.max(LEAST_SPEED);
        let (mut pose, mut steer) = (from, angle);
        let mut poses = [from; POSES];
        for (k, p) in poses.iter_mut().enumerate() {
            let target = targets[usize::from(k >= HALF_POSES)];
            let next = steer + (target - steer).clamp(-most, most);
            let curvature = libm::tan((steer + next) / 2.0) / self.wheelbase;
            let turn = sense * step * curvature;
            let course = pose.heading + turn / 2.0;
            pose = Pose2::new(
                pose.x + sense * step * libm::cos(course),
                pose.y + sense * step * libm::sin(course),
                angle::wrap(pose.heading + turn),
            );
            steer = next;
            *p = pose;
        }
        poses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARC: Arc = Arc { wheelbase: 4.6, greatest_angle: 0.6, rate: 0.25 };

    #[test]
    fn a_held_angle_is_a_circle_ahead_and_in_reverse() {
        for sense in [1.0, -1.0] {
            let angle = libm::atan(4.6 / 20.0);
            let motion = StopMotion { sense, speed: 5.0, way: 15.0 };
            let poses = ARC.sweep(Pose2::default(), angle, [angle; 2], motion);
            for p in &poses {
                assert!((libm::hypot(p.x, p.y - 20.0) - 20.0).abs() < 0.01);
            }
            assert!((poses[POSES - 1].heading - sense * 15.0 / 20.0).abs() < 1e-9);
        }
    }

    #[test]
    fn fast_trucks_turn_their_wheels_over_more_distance() {
        let at = |speed| ARC.sweep(Pose2::default(), 0.0, [0.5; 2], StopMotion { sense: 1.0, speed, way: 10.0 });
        let (slow, fast) = (at(1.0), at(10.0));
        assert!(slow[POSES - 1].y > 2.0 * fast[POSES - 1].y && fast[POSES - 1].y > 0.05);
    }

    #[test]
    fn two_targets_make_an_s() {
        let motion = StopMotion { sense: 1.0, speed: 1.0, way: 12.0 };
        let poses = ARC.sweep(Pose2::default(), 0.0, [0.2, -0.2], motion);
        assert!(poses[HALF_POSES - 1].heading > 0.1 && poses[POSES - 1].heading < poses[HALF_POSES].heading - 0.1);
        assert!(poses[POSES - 1].y > 0.3);
    }
}
