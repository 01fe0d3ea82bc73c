//! Check that consecutive satellite fixes fit the motion of a truck.
//!
//! A truck's velocity changes by a few m/s² at most. If a receiver locks on to a reflected signal, or loses its
//! corrections, its fixes move by metres from one to the next. So the motion between two fixes is compared with dead
//! reckoning. A sudden difference is a jump of the receiver. A gradual difference is sliding, or a failing odometer.
//! The jumps are summed. Fixes count again when the sum is near zero, that is, when the receiver has jumped back.

use haul_core::{Point2, SimTime, Vector2, angle};

/// Number of standard deviations beyond which a difference between successive fixes is not noise.
const NOISE_SIGMAS: f64 = 5.0;
/// Standard deviation of the difference between two fixes, less the mean of earlier differences, in standard deviations
/// of one fix.
const DIFFERENCE_NOISE: f64 = 1.7;
/// Weight of the newest difference in the running mean of differences.
const MEAN_SHARE: f64 = 0.5;
/// Position change (m) between two fixes that dead reckoning may miss: constant part.
const SLIDE_FLOOR: f64 = 0.10;
/// Rate of velocity change (m/s²) that dead reckoning may miss.
const SLIDE_RATE: f64 = 5.0;
/// Heading change (rad) between two fixes that dead reckoning may miss: constant part.
const TURN_FLOOR: f64 = 0.02;
/// Turn rate that dead reckoning may miss, rad/s.
const TURN_RATE: f64 = 0.1;
/// Longest time (s) between two fixes that can show a jump: beyond it, more than three fixes are missing.
const LONGEST_GAP: f64 = 0.45;
/// Sum of position jumps (m) below which the receiver counts as back.
const JUMP_TOLERANCE: f64 = 0.30;
/// Sum of heading jumps (rad) below which the receiver counts as back.
const TURN_TOLERANCE: f64 = 0.05;

/// A position and a heading at one time.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Placed {
    pub time: SimTime,
    pub position: Point2,
    pub heading: f64,
}

/// Verdict on a fix, compared with the previous fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The fix follows the previous one, as by dead reckoning or in a slide.
    Follows,
    /// The receiver has jumped since the previous fix.
    Jumps,
    /// The previous fix is too old to compare.
    Gap,
}

/// The last fix, and the dead-reckoned pose at that time.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
struct Last {
    fix: Placed,
    reckoned: Placed,
}

/// Continuity of one receiver's fixes.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Continuity {
    last: Option<Last>,
    /// Mean difference from dead reckoning, as a velocity, m/s.
    drift: Vector2,
    /// Sum of the position jumps, m.
    jumped: Vector2,
    /// Sum of the heading jumps, rad.
    turned: f64,
}

impl Continuity {
    /// Compares a fix with the previous one. `reckoned` is the dead-reckoned pose at the same time, before the fix
    /// corrects it. `sigma` (m) and `heading_sigma` (rad) are the standard deviations of the fix. While dead reckoning
    /// is doubted, as in a slide, a difference is an error of dead reckoning and not a jump.
    pub fn step(&mut self, fix: Placed, reckoned: Placed, [sigma, heading_sigma]: [f64; 2], doubted: bool) -> Step {
        let Some(last) = self.last.replace(Last { fix, reckoned }) else { return Step::Gap };
        let dt = fix.time.since(last.fix.time);
        if !(dt > 0.0 && dt <= LONGEST_GAP) {
            self.drift = Vector2::zeros();
            return Step::Gap;
        }
        let apart = (fix.position - last.fix.position) - (reckoned.position - last.reckoned.position);
        let sudden = apart - self.drift * dt;
        let turned = angle::wrap((fix.heading - last.fix.heading) - (reckoned.heading - last.reckoned.heading));
        let may_move = NOISE_SIGMAS * DIFFERENCE_NOISE * sigma + SLIDE_FLOOR + SLIDE_RATE * dt * dt;
        let may_turn = NOISE_SIGMAS * DIFFERENCE_NOISE * heading_sigma + TURN_FLOOR + TURN_RATE * dt;
        let steady = doubted || sudden.norm() <= may_move;
        let straight = doubted || turned.abs() <= may_turn;
        if steady {
            self.drift += (apart / dt - self.drift) * MEAN_SHARE;
        } else {
            self.jumped += sudden;
        }
        if !straight {
            self.turned = angle::wrap(self.turned + turned);
        }
        if steady && straight { Step::Follows } else { Step::Jumps }
    }

    /// Replaces the dead-reckoned pose of the last fix, after that fix has corrected it.
    pub fn corrected(&mut self, reckoned: Placed) {
        if let Some(last) = &mut self.last {
            last.reckoned = reckoned;
        }
    }

    /// Returns true if the receiver is back at its offset before the first jump.
    pub fn is_whole(&self) -> bool {
        self.jumped.norm() <= JUMP_TOLERANCE && self.turned.abs() <= TURN_TOLERANCE
    }

    /// Records an offset between fixes and dead reckoning that arose in a gap. An offset nearer to the known jump than
    /// to zero is that same jump, which still lasts.
    pub fn offset_after_gap(&mut self, offset: Vector2, turned: f64, plausible: bool) {
        let (jumped, swung) = (self.jumped, self.turned);
        let same = !self.is_whole()
            && (offset - jumped).norm() <= offset.norm()
            && angle::difference(turned, swung).abs() <= turned.abs() + TURN_TOLERANCE;
        if same {
            return;
        }
        (self.jumped, self.turned) = if plausible { (Vector2::zeros(), 0.0) } else { (offset, turned) };
    }

    /// Clears the small remainder of jumps that have reversed.
    pub fn settle(&mut self) {
        self.jumped = Vector2::zeros();
        self.turned = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGMA: f64 = 0.02;

    fn placed(seconds: f64, x: f64, heading: f64) -> Placed {
        Placed { time: SimTime::from_seconds(seconds), position: Point2::new(x, 0.0), heading }
    }

    /// Returns the verdicts at 10 Hz for a truck at 5 m/s, with fixes at the given lateral offsets from dead reckoning.
    fn drive(continuity: &mut Continuity, offsets: impl IntoIterator<Item = f64>) -> Vec<Step> {
        let steps = offsets.into_iter().enumerate();
        steps
            .map(|(k, offset)| {
                let (t, x) = (0.1 * k as f64, 0.5 * k as f64);
                continuity.step(placed(t, x + offset, 0.0), placed(t, x, 0.0), [SIGMA, 0.002], false)
            })
            .collect()
    }

    #[test]
    fn a_jump_and_its_return_count_as_two_jumps_with_sum_zero() {
        let mut continuity = Continuity::default();
        let out = (0..10).map(|_| 0.01).chain((0..30).map(|_| 5.0));
        let steps = drive(&mut continuity, out);
        assert_eq!(steps.iter().filter(|s| **s == Step::Jumps).count(), 1);
        assert!(!continuity.is_whole());
        let back = (0..10).map(|_| 0.0).chain((0..30).map(|_| 5.0)).chain((0..5).map(|_| 0.02));
        let mut continuity = Continuity::default();
        let steps = drive(&mut continuity, back);
        assert_eq!(steps.iter().filter(|s| **s == Step::Jumps).count(), 2);
        assert!(continuity.is_whole());
    }

    #[test]
    fn a_slide_that_begins_with_5_m_per_s2_is_not_a_jump() {
        let mut continuity = Continuity::default();
        // Acceleration at this rate for half a second, then drift at 2.5 m/s to the side.
        let slide = (0..30).map(|k| {
            let t = 0.1 * f64::from(k);
            if t < 0.5 { 2.5 * t * t } else { 0.625 + 2.5 * (t - 0.5) }
        });
        assert!(drive(&mut continuity, slide).iter().all(|s| *s != Step::Jumps));
        assert!(continuity.is_whole());
    }

    #[test]
    fn a_jump_of_the_heading_is_detected() {
        let mut continuity = Continuity::default();
        for k in 0..20 {
            let t = 0.1 * f64::from(k);
            let heading = if k < 10 { 0.0 } else { 0.3 };
            continuity.step(placed(t, 0.0, heading), placed(t, 0.0, 0.0), [SIGMA, 0.002], false);
        }
        assert!(!continuity.is_whole());
    }
}
