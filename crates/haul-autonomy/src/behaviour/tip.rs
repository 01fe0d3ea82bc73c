//! Tipping: raise until the load is gone, lower, and only then drive.

use haul_core::SimTime;
use haul_vehicle::Hoist;

/// The body is empty below this share of the rated payload: what clings, and the error of the struts.
const EMPTY_SHARE: f64 = 0.02;
/// The body is at its top within so much of the dump angle, rad.
const AT_TOP: f64 = 0.02;
/// At the top it is held at least so long, s: the last of the load slides.
const SHAKE: f64 = 2.0;
/// A load that does not get lighter at the top for so long is stuck (carry-back), s; the body comes down with it.
const STUCK: f64 = 12.0;
/// ... lighter by less than this, kg.
const STUCK_MASS: f64 = 500.0;
/// A reading below this may be that of a body that is down, rad (0.9°: three deviations of the sensor).
const DOWN: f64 = 0.016;
/// The body is down when all readings have been so low for this time, s. One low reading may be noise.
const DOWN_FOR: f64 = 1.0;

/// Step of the sequence.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
enum Step {
    Raising,
    /// At the top since then, and lighter last then.
    Emptying {
        since: SimTime,
        lighter: SimTime,
        mass: f64,
    },
    /// The readings have been low since then.
    Lowering {
        low: Option<SimTime>,
    },
    Done,
}

/// One tipping.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Tipping {
    step: Step,
    dump_angle: f64,
    empty: f64,
    /// Payload before it, kg.
    pub before: f64,
}

impl Tipping {
    /// Begins with the load weighed on the level, body down.
    pub fn begin(dump_angle: f64, rated_payload: f64, payload: f64) -> Self {
        Self { step: Step::Raising, dump_angle, empty: EMPTY_SHARE * rated_payload, before: payload }
    }

    /// Tells whether the body is down again.
    pub fn is_done(&self) -> bool {
        self.step == Step::Done
    }

    /// Returns the command for the hoist. A pause (an all-stop) only delays.
    pub fn advance(&mut self, now: SimTime, body_angle: f64, payload: f64) -> Hoist {
        match &mut self.step {
            Step::Raising => {
                if body_angle > self.dump_angle - AT_TOP {
                    self.step = Step::Emptying { since: now, lighter: now, mass: payload };
                }
                Hoist::Raise
            }
            Step::Emptying { since, lighter, mass } => {
                if payload < *mass - STUCK_MASS {
                    *lighter = now;
                    *mass = payload;
                }
                let empty = payload < self.empty && now.since(*since) > SHAKE;
                if empty || now.since(*lighter) > STUCK {
                    self.step = Step::Lowering { low: None };
                }
                Hoist::Raise
            }
            Step::Lowering { low } => {
                *low = if body_angle < DOWN { low.or(Some(now)) } else { None };
                if low.is_some_and(|since| now.since(since) >= DOWN_FOR) {
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
        // A truck drove for a whole cycle with its body 1.5° up, and was stopped for it when the noise added to that.
        let mut tipping = Tipping::begin(0.8, 91_000.0, 91_000.0);
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
        let mut tipping = Tipping::begin(0.8, 91_000.0, 91_000.0);
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
                assert!(angle < DOWN, "done with the body up");
                return payload;
            }
        }
        panic!("never done: {tipping:?}");
    }

    #[test]
    fn the_body_comes_down_only_when_the_load_is_gone() {
        assert!(run(8_000.0) < 0.02 * 91_000.0);
        assert!(run(2_000.0) < 0.02 * 91_000.0, "a load that flows slowly is waited for");
    }

    #[test]
    fn a_load_that_sticks_does_not_keep_the_body_up_for_ever() {
        assert!(run(0.0) > 90_000.0);
    }
}
