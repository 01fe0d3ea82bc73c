//! Selection of the satellite fixes that the filter may use.

use super::continuity::{Continuity, Placed, Step};
use super::filter::Filter;
use crate::sensor::GnssFix;
use haul_core::{Point2, Pose2, SimTime, angle};

/// Maximum innovation of an accepted fix, in standard deviations.
const INNOVATION_GATE: f64 = 5.0;
/// Number of consecutive fixes that must agree with dead reckoning before fixes count again after a jump or a gap: half
/// a second.
const PROOF_FIXES: u32 = 5;
/// Number of consecutive refused fixes, without a jump between them, after which dead reckoning counts as wrong and not
/// the fixes: 1 s at 10 Hz. This happens when a truck slides or an odometer fails.
const REFUSAL_LIMIT: u32 = 10;
/// Minimum offset (m) that counts as a failure of dead reckoning. A smaller offset may be an undetected jump, and the
/// growing uncertainty of dead reckoning covers it.
const LEAST_OFFSET: f64 = 0.30;
/// Minimum heading offset (rad) that counts as a failure of dead reckoning.
const LEAST_TURN: f64 = 0.05;

/// Treatment of a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Correct the filter with the fix.
    Use,
    /// Ignore the fix.
    Refuse,
    /// Widen the filter's uncertainty and follow the fix: dead reckoning has failed.
    Follow,
    /// Restart the filter from the fix: there were too few earlier fixes to show which one is wrong.
    Restart,
}

/// Check of one receiver's fixes.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Fixes {
    continuity: Continuity,
    used: Option<SimTime>,
    refused: u32,
    to_prove: u32,
    /// Number of consecutive fixes since the start that fit one another, up to [`PROOF_FIXES`].
    first: u32,
    /// True if the last fix followed the earlier ones without a jump, used or not.
    follows: bool,
}

impl Fixes {
    /// Compares a fix with dead reckoning, that is, with the filter's present pose.
    /// `doubted` is true while the wheels, and with them dead reckoning, are not trusted.
    pub fn judge(&mut self, time: SimTime, fix: &GnssFix, filter: &Filter, doubted: bool) -> Verdict {
        let seen = Placed { time, position: fix.position.xy(), heading: fix.heading };
        let reckoned = placed(time, filter.pose());
        let step = self.continuity.step(seen, reckoned, [fix.sigma, fix.heading_sigma], doubted);
        let fits = filter.fits_position(fix.position.x, fix.position.y, fix.sigma, INNOVATION_GATE)
            && filter.fits_heading(fix.heading, fix.heading_sigma, INNOVATION_GATE);
        self.follows = step == Step::Follows && self.continuity.is_whole();
        let offset = seen.position - reckoned.position;
        let turned = angle::difference(seen.heading, reckoned.heading);
        if self.first < PROOF_FIXES {
            if step != Step::Follows {
                return Verdict::Restart;
            }
            self.first += 1;
        }
        if step == Step::Gap {
            self.continuity.offset_after_gap(offset, turned, fits);
        }
        if step != Step::Follows {
            self.to_prove = PROOF_FIXES;
            self.refused = 0;
        }
        if !self.continuity.is_whole() {
            if step != Step::Follows {
                tracing::warn!(
                    east = offset.x,
                    north = offset.y,
                    turned,
                    "satellite fixes have jumped and are not used"
                );
            }
            self.to_prove = PROOF_FIXES;
            return Verdict::Refuse;
        }
        if !fits {
            self.to_prove = PROOF_FIXES;
            if offset.norm() > LEAST_OFFSET || turned.abs() > LEAST_TURN {
                self.refused += 1;
            }
            // In a slide the truck may turn, and its sideslip may grow faster than the filter expects. Dead reckoning
            // has already been found wrong then, so the fixes are followed at once.
            if self.refused < REFUSAL_LIMIT && !doubted {
                return Verdict::Refuse;
            }
            if !doubted {
                tracing::warn!(
                    east = offset.x,
                    north = offset.y,
                    turned,
                    "dead reckoning has failed; the filter follows the fixes"
                );
            }
            self.refused = 0;
            self.to_prove = 0;
            self.used = Some(time);
            return Verdict::Follow;
        }
        self.refused = 0;
        if self.to_prove > 0 {
            self.to_prove -= 1;
            if self.to_prove > 0 {
                return Verdict::Refuse;
            }
            self.continuity.settle();
        }
        self.used = Some(time);
        Verdict::Use
    }

    /// Records the filter's pose after the correction by a fix.
    pub fn corrected(&mut self, time: SimTime, pose: Pose2) {
        self.continuity.corrected(placed(time, pose));
    }

    /// Returns true if the last fix followed the earlier ones without a jump, used or not. Such a fix is evidence of
    /// motion.
    pub fn follows(&self) -> bool {
        self.follows
    }

    /// Returns true if a fix was used within the last `seconds` before `now`.
    pub fn are_used(&self, now: SimTime, seconds: f64) -> bool {
        self.age(now) <= seconds
    }

    /// Returns the time since the last used fix, s.
    pub fn age(&self, now: SimTime) -> f64 {
        self.used.map_or(f64::INFINITY, |t| now.since(t))
    }

    /// Begins with the fix from which the filter starts.
    pub fn start(&mut self, time: SimTime, fix: &GnssFix) {
        *self = Self { used: Some(time), ..Self::default() };
        let seen = Placed { time, position: fix.position.xy(), heading: fix.heading };
        let _ = self.continuity.step(seen, seen, [fix.sigma, fix.heading_sigma], false);
    }
}

fn placed(time: SimTime, pose: Pose2) -> Placed {
    Placed { time, position: Point2::new(pose.x, pose.y), heading: pose.heading }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::localise::filter::Turning;
    use haul_core::Point3;

    /// Returns the verdicts at 10 Hz for a filter that drives straight on at 4.5 m/s, while the truck slides on with
    /// the given velocity to the left (m/s).
    fn slide(doubted: bool, aside: f64) -> Vec<Verdict> {
        let mut filter = Filter::default();
        filter.start(Pose2::default(), 4.5, 0.02, 0.002);
        let mut fixes = Fixes::default();
        let fix = |x: f64, y: f64| GnssFix {
            position: Point3::new(x, y, 0.0),
            heading: 0.0,
            sigma: 0.02,
            heading_sigma: 0.002,
        };
        fixes.start(SimTime::START, &fix(0.0, 0.0));
        let mut verdicts = Vec::new();
        for k in 1..=30 {
            let t = 0.1 * f64::from(k);
            filter.predict(0.1, Turning::Gyro(0.0));
            let fix = fix(4.5 * t, aside * (t - 1.0).max(0.0));
            let verdict = fixes.judge(SimTime::from_seconds(t), &fix, &filter, doubted && k > 10);
            if verdict == Verdict::Follow {
                filter.open((fix.position.xy() - filter.pose().position()).norm());
            }
            if matches!(verdict, Verdict::Use | Verdict::Follow) {
                filter.take_position(fix.position.x, fix.position.y, fix.sigma);
                fixes.corrected(SimTime::from_seconds(t), filter.pose());
            }
            verdicts.push(verdict);
        }
        verdicts
    }

    /// Regression: a truck that turned on ice did not follow its fixes. Its position was 1.4 m off when its wheels were
    /// trusted again, the fixes then counted as jumped, and the truck never trusted its position again.
    #[test]
    fn a_slide_that_is_known_is_followed_at_once_and_an_unknown_one_after_a_second() {
        let refused = |verdicts: &[Verdict]| verdicts.iter().filter(|v| **v == Verdict::Refuse).count();
        assert_eq!(refused(&slide(true, 2.0)), 0);
        let unknown = slide(false, 2.0);
        assert!(unknown.contains(&Verdict::Follow) && refused(&unknown) >= 9, "{unknown:?}");
    }
}
