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

/// Judge of one receiver's fixes.
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
            if self.refused < REFUSAL_LIMIT {
                return Verdict::Refuse;
            }
            tracing::warn!(
                east = offset.x,
                north = offset.y,
                turned,
                "dead reckoning has failed; the filter follows the fixes"
            );
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
