//! Which satellite fixes the filter may use.

use super::continuity::{Continuity, Placed, Step};
use super::filter::Filter;
use crate::sensor::GnssFix;
use haul_core::{Point2, Pose2, SimTime, angle};

/// Number of standard deviations of its own expectation that a fix may lie off.
const GATE: f64 = 5.0;
/// Fixes that must agree with dead reckoning, one after the other, before they count again after a jump or a gap: half a
/// second of them.
const PROOF: u32 = 5;
/// Refused fixes in a row, without a jump between them, after which dead reckoning is wrong and not the fixes: 1 s at
/// 10 Hz. A truck that slides and an odometer that fails come to this.
const REFUSALS: u32 = 10;
/// Offsets smaller than this may be an unseen jump: dead reckoning's own growing uncertainty takes them in, m and rad.
const LEAST_OFFSET: f64 = 0.30;
const LEAST_TURN: f64 = 0.05;

/// Treatment of a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Correct the filter with it.
    Use,
    /// Leave it.
    Refuse,
    /// Open the filter for it: dead reckoning has failed.
    Follow,
    /// Begin again from it: those before it were too few to tell which is wrong.
    Restart,
}

/// The judge of one receiver's fixes.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Fixes {
    continuity: Continuity,
    used: Option<SimTime>,
    refused: u32,
    to_prove: u32,
    /// Fixes since the start that followed one another, up to [`PROOF`].
    first: u32,
    /// Tells whether the last fix went on from those before it, used or not.
    follows: bool,
}

impl Fixes {
    /// Judges a fix of an instant against dead reckoning, which stands in the filter.
    pub fn judge(&mut self, time: SimTime, fix: &GnssFix, filter: &Filter) -> Verdict {
        let seen = Placed { time, position: fix.position.xy(), heading: fix.heading };
        let reckoned = placed(time, filter.pose());
        let step = self.continuity.step(seen, reckoned, fix.sigma, fix.heading_sigma);
        let fits = filter.fits_position(fix.position.x, fix.position.y, fix.sigma, GATE)
            && filter.fits_heading(fix.heading, fix.heading_sigma, GATE);
        self.follows = step == Step::Follows && self.continuity.is_whole();
        let offset = seen.position - reckoned.position;
        let turned = angle::difference(seen.heading, reckoned.heading);
        if self.first < PROOF {
            if step != Step::Follows {
                return Verdict::Restart;
            }
            self.first += 1;
        }
        if step == Step::Gap {
            self.continuity.offset_after_gap(offset, turned, fits);
        }
        if step != Step::Follows {
            self.to_prove = PROOF;
            self.refused = 0;
        }
        if !self.continuity.is_whole() {
            if step != Step::Follows {
                tracing::warn!(east = offset.x, north = offset.y, turned, "satellite fixes have jumped: not used");
            }
            self.to_prove = PROOF;
            return Verdict::Refuse;
        }
        if !fits {
            self.to_prove = PROOF;
            if offset.norm() > LEAST_OFFSET || turned.abs() > LEAST_TURN {
                self.refused += 1;
            }
            if self.refused < REFUSALS {
                return Verdict::Refuse;
            }
            tracing::warn!(east = offset.x, north = offset.y, turned, "dead reckoning has failed: fixes are followed");
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

    /// Takes note of what the filter became by a fix.
    pub fn corrected(&mut self, time: SimTime, pose: Pose2) {
        self.continuity.corrected(placed(time, pose));
    }

    /// Tells whether the last fix went on from those before it without a jump, used or not: it tells of motion.
    pub fn follows(&self) -> bool {
        self.follows
    }

    /// Tells whether fixes are in use at an instant: one was used within `seconds`.
    pub fn are_used(&self, now: SimTime, seconds: f64) -> bool {
        self.age(now) <= seconds
    }

    /// Time since a fix was used, s.
    pub fn age(&self, now: SimTime) -> f64 {
        self.used.map_or(f64::INFINITY, |t| now.since(t))
    }

    /// Begins with a fix that the filter starts from.
    pub fn start(&mut self, time: SimTime, fix: &GnssFix) {
        *self = Self { used: Some(time), ..Self::default() };
        let seen = Placed { time, position: fix.position.xy(), heading: fix.heading };
        let _ = self.continuity.step(seen, seen, fix.sigma, fix.heading_sigma);
    }
}

fn placed(time: SimTime, pose: Pose2) -> Placed {
    Placed { time, position: Point2::new(pose.x, pose.y), heading: pose.heading }
}
