//! Tells whether satellite fixes go on as a truck can move.
//!
//! A truck's velocity changes with a few m/s² at most. A receiver that locks on to a reflected signal, or loses its
//! corrections, moves its fixes by metres between two of them. So the motion between two fixes is compared with that of
//! dead reckoning: what differs suddenly is a jump of the receiver, what differs gradually is sliding, or an odometer
//! that fails. The jumps are added up. Fixes count again when the sum is back near zero, which is when the receiver has
//! jumped back to where it was.

use haul_core::{Point2, SimTime, Vector2, angle};

/// Differences of successive fixes beyond this many standard deviations are no noise.
const SIGMAS: f64 = 5.0;
/// Standard deviations of one fix in the difference of two, less the mean of those before.
const NOISE: f64 = 1.7;
/// Share of the newest difference in the mean of differences.
const MEAN_SHARE: f64 = 0.5;
/// Position change between two fixes that dead reckoning may miss: a floor, m, and a change of velocity, m/s².
const SLIDE_FLOOR: f64 = 0.10;
const SLIDE_RATE: f64 = 5.0;
/// The same for the heading: a floor, rad, and a rate, rad/s.
const TURN_FLOOR: f64 = 0.02;
const TURN_RATE: f64 = 0.1;
/// Fixes further apart in time say nothing about jumps between them, s: more than three are missing.
const LONGEST_GAP: f64 = 0.45;
/// Sums of jumps below these are none, m and rad.
const NO_JUMP: f64 = 0.30;
const NO_TURN: f64 = 0.05;

/// A position and heading at an instant.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Placed {
    pub time: SimTime,
    pub position: Point2,
    pub heading: f64,
}

/// Verdict on a fix with respect to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It goes on from the last one as dead reckoning does, or as a slide would.
    Follows,
    /// The receiver has jumped since the last one.
    Jumps,
    /// The last one is too long ago.
    Gap,
}

/// The last fix with the pose of dead reckoning at that instant.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
struct Last {
    fix: Placed,
    reckoned: Placed,
}

/// The continuity of one receiver's fixes.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Continuity {
    last: Option<Last>,
    /// Mean of the differences from dead reckoning, m/s.
    drift: Vector2,
    /// Sum of the jumps, m and rad.
    jumped: Vector2,
    turned: f64,
}

impl Continuity {
    /// Compares a fix with the last one. `reckoned` is dead reckoning's pose at the same instant, before the fix has
    /// any effect on it; `sigma` and `heading_sigma` are the fix's, m and rad.
    pub fn step(&mut self, fix: Placed, reckoned: Placed, sigma: f64, heading_sigma: f64) -> Step {
        let Some(last) = self.last.replace(Last { fix, reckoned }) else { return Step::Gap };
        let dt = fix.time.since(last.fix.time);
        if !(dt > 0.0 && dt <= LONGEST_GAP) {
            self.drift = Vector2::zeros();
            return Step::Gap;
        }
        let apart = (fix.position - last.fix.position) - (reckoned.position - last.reckoned.position);
        let sudden = apart - self.drift * dt;
        let turned = angle::wrap((fix.heading - last.fix.heading) - (reckoned.heading - last.reckoned.heading));
        let may_move = SIGMAS * NOISE * sigma + SLIDE_FLOOR + SLIDE_RATE * dt * dt;
        let may_turn = SIGMAS * NOISE * heading_sigma + TURN_FLOOR + TURN_RATE * dt;
        let steady = sudden.norm() <= may_move;
        let straight = turned.abs() <= may_turn;
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

    /// Replaces the pose of dead reckoning of the last fix, after that fix has corrected it.
    pub fn corrected(&mut self, reckoned: Placed) {
        if let Some(last) = &mut self.last {
            last.reckoned = reckoned;
        }
    }

    /// Tells whether the receiver stands where it stood before its first jump.
    pub fn is_whole(&self) -> bool {
        self.jumped.norm() <= NO_JUMP && self.turned.abs() <= NO_TURN
    }

    /// Takes note of an offset between fixes and dead reckoning that came about unseen. An offset nearer to the known
    /// jump than to none is that jump, still there.
    pub fn offset_after_gap(&mut self, offset: Vector2, turned: f64, plausible: bool) {
        let (jumped, swung) = (self.jumped, self.turned);
        let same = !self.is_whole()
            && (offset - jumped).norm() <= offset.norm()
            && angle::difference(turned, swung).abs() <= turned.abs() + NO_TURN;
        if same {
            return;
        }
        (self.jumped, self.turned) = if plausible { (Vector2::zeros(), 0.0) } else { (offset, turned) };
    }

    /// Forgets what little is left of jumps that have gone back.
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

    /// Steps at 10 Hz of a truck at 5 m/s whose fixes lie `offset(k)` beside dead reckoning.
    fn drive(continuity: &mut Continuity, offsets: impl IntoIterator<Item = f64>) -> Vec<Step> {
        let steps = offsets.into_iter().enumerate();
        steps
            .map(|(k, offset)| {
                let (t, x) = (0.1 * k as f64, 0.5 * k as f64);
                continuity.step(placed(t, x + offset, 0.0), placed(t, x, 0.0), SIGMA, 0.002)
            })
            .collect()
    }

    #[test]
    fn jump_and_return_are_two_jumps_and_leave_the_receiver_whole() {
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
    fn slide_that_begins_with_five_metres_per_second_squared_is_no_jump() {
        let mut continuity = Continuity::default();
        // Half a second of it, then 2.5 m/s to the side.
        let slide = (0..30).map(|k| {
            let t = 0.1 * f64::from(k);
            if t < 0.5 { 2.5 * t * t } else { 0.625 + 2.5 * (t - 0.5) }
        });
        assert!(drive(&mut continuity, slide).iter().all(|s| *s != Step::Jumps));
        assert!(continuity.is_whole());
    }

    #[test]
    fn heading_that_jumps_is_seen() {
        let mut continuity = Continuity::default();
        for k in 0..20 {
            let t = 0.1 * f64::from(k);
            let heading = if k < 10 { 0.0 } else { 0.3 };
            continuity.step(placed(t, 0.0, heading), placed(t, 0.0, 0.0), SIGMA, 0.002);
        }
        assert!(!continuity.is_whole());
    }
}
