//! Tipping sequence: the body is raised until the load is gone, then lowered; only then may the truck drive.

use haul_core::SimTime;
use haul_vehicle::Hoist;

/// Share of the rated payload below which the body counts as empty. It allows for carry-back and the error of the
/// struts.
const EMPTY_SHARE: f64 = 0.02;
/// Difference (rad) from the dump angle within which the body is at its top.
const TOP_TOLERANCE: f64 = 0.02;
/// Minimum time (s) at the top, in which the last of the load slides out.
const TOP_TIME: f64 = 2.0;
/// Time at the top (s) after which a load that does not get lighter counts as stuck (carry-back). The body is then
/// lowered with the load.
const STUCK_TIME: f64 = 12.0;
/// Minimum decrease of the load that counts as lighter, kg.
const STUCK_MASS: f64 = 500.0;
/// Maximum angle reading of a lowered body, rad (0.9°: three standard deviations of the sensor).
const DOWN_ANGLE: f64 = 0.016;
/// Time (s) for which all readings must be low before the body counts as down: a single low reading may be noise.
const DOWN_TIME: f64 = 1.0;

/// Step of the tipping sequence.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
enum Step {
    Raising,
    /// The body is at the top since `since`; the load last got lighter at `lighter`.
    Emptying {
        since: SimTime,
        lighter: SimTime,
        mass: f64,
    },
    /// The body comes down; the angle readings are low since `low`.
    Lowering {
        low: Option<SimTime>,
    },
    Done,
}

/// Sequence of one tip.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct TipSequence {
    step: Step,
    dump_angle: f64,
    empty: f64,
    /// Payload before the tip, kg.
    pub before: f64,
}

impl TipSequence {
    /// Begins a tip, with the load weighed while the body was down.
    pub fn begin(dump_angle: f64, rated_payload: f64, payload: f64) -> Self {
        Self { step: Step::Raising, dump_angle, empty: EMPTY_SHARE * rated_payload, before: payload }
    }

    /// Returns true if the body is down again.
    pub fn is_done(&self) -> bool {
        self.step == Step::Done
    }

    /// Returns the command for the hoist. A pause, such as an all-stop, only delays the sequence.
    pub fn advance(&mut self, now: SimTime, body_angle: f64, payload: f64) -> Hoist {
        match &mut self.step {
            Step::Raising => {
                if body_angle > self.dump_angle - TOP_TOLERANCE {
                    self.step = Step::Emptying { since: now, lighter: now, mass: payload };
                }
                Hoist::Raise
            }
            Step::Emptying { since, lighter, mass } => {
                if payload < *mass - STUCK_MASS {
                    *lighter = now;
                    *mass = payload;
                }
                let empty = payload < self.empty && now.since(*since) > TOP_TIME;
                if empty || now.since(*lighter) > STUCK_TIME {
                    self.step = Step::Lowering { low: None };
                }
                Hoist::Raise
            }
            Step::Lowering { low } => {
                *low = if body_angle < DOWN_ANGLE { low.or(Some(now)) } else { None };
                if low.is_some_and(|since| now.since(since) >= DOWN_TIME) {
                    self.step = Step::Done;
                }
                Hoist::Lower
            }
            Step::Done => Hoist::Hold,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_low_reading_does_not_end_the_lowering() {
        // A truck once drove a whole cycle with its body raised by 1.5°, until noise on that angle stopped it.
        let mut tipping = TipSequence::begin(0.8, 91_000.0, 91_000.0);
        tipping.step = Step::Lowering { low: None };
        let at = |seconds: f64| SimTime::from_seconds(seconds);
        assert_eq!(tipping.advance(at(0.0), 0.005, 0.0), Hoist::Lower);
        assert_eq!(tipping.advance(at(0.05), 0.030, 0.0), Hoist::Lower);
        assert_eq!(tipping.advance(at(1.05), 0.005, 0.0), Hoist::Lower);
        assert!(!tipping.is_done());
        assert_eq!(tipping.advance(at(2.10), 0.005, 0.0), Hoist::Lower);
        assert!(tipping.is_done());
    }

    fn run(flow: f64) -> f64 {
        let mut tipping = TipSequence::begin(0.8, 91_000.0, 91_000.0);
        let (mut angle, mut payload) = (0.0_f64, 91_000.0_f64);
        for k in 0..4_000 {
            let now = SimTime::from_seconds(0.05 * f64::from(k));
            let hoist = tipping.advance(now, angle, payload);
            match hoist {
                Hoist::Raise => angle = (angle + 0.0025).min(0.8),
                Hoist::Lower => angle = (angle - 0.0025).max(0.0),
                Hoist::Hold => {}
            }
            if angle > 0.5 && hoist == Hoist::Raise {
                payload = (payload - flow * 0.05).max(0.0);
            }
            if tipping.is_done() {
                assert!(angle < DOWN_ANGLE, "done with the body up");
                return payload;
            }
        }
        panic!("never done: {tipping:?}");
    }

    #[test]
    fn the_body_comes_down_only_when_the_load_is_gone() {
        assert!(run(8_000.0) < 0.02 * 91_000.0);
        assert!(run(2_000.0) < 0.02 * 91_000.0, "the body waits for a load that flows slowly");
    }

    #[test]
    fn a_stuck_load_does_not_keep_the_body_up_for_ever() {
        assert!(run(0.0) > 90_000.0);
    }
}
