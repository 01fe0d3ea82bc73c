//! Where to turn round before backing into a goal.
//!
//! A gate is a pose from which the truck backs into the goal without another change of travel: along an arc and then
//! straight. The clear ones are worked out once for a goal. Each pose of the search may then drive forward to a gate in
//! one stroke, and the gates' costs tell the search how dear the end of the manoeuvre is.

use super::analytic::{Target, WANTED};
use super::cost::{CUSP, Motion};
use super::drive::{Drive, Piece};
use super::reeds_shepp::{RsPath, forward_words};
use super::sweep::Sweep;
use crate::path::Travel;
use haul_core::Pose2;

/// Straight ends of the run into the goal, m.
const STRAIGHTS: [f64; 6] = [0.0, 3.0, 6.0, 10.0, 16.0, 24.0];
/// Arcs before it, as shares of the greatest planned curvature.
const ARCS: [f64; 6] = [1.0, -1.0, 0.66, -0.66, 0.33, -0.33];
/// Gates along an arc are this far apart in heading, rad, and go on to the last heading.
const TURN_STEP: f64 = 0.2;
const TURN_STEPS: usize = 8;

/// A pose to turn round at.
pub(crate) struct Gate {
    pub pose: Pose2,
    /// Cost of the change of travel and the run in.
    pub cost: f64,
    arc: Option<Piece>,
    straight: Piece,
}

/// The clear gates of a goal that is to be reached in `last`.
pub(crate) fn gates(target: &Target, sweep: &Sweep, margin: f64, last: Travel) -> Vec<Gate> {
    let mut gates = Vec::new();
    let curvature = target.cost.greatest_curvature;
    for length in STRAIGHTS {
        let entry = target.goal.advanced(-last.sign() * length);
        let straight = Piece::steady(last, 0.0, length);
        let Some(least) = sweep.piece(entry, &straight) else { break };
        let missing = super::analytic::crooked(length);
        let rolling = Motion { travel: Some(last), curvature: 0.0 };
        let cost =
            CUSP + missing + target.cost.piece(rolling, &straight) + target.cost.nearness(length, least - margin);
        if length >= WANTED || length == 0.0 {
            gates.push(Gate { pose: entry, cost, arc: None, straight });
        }
        for share in ARCS {
            let step = Piece::steady(last, share * curvature, TURN_STEP / (share * curvature).abs());
            let back = Piece { travel: last.other(), ..step };
            let (mut pose, mut nearness) = (entry, 0.0);
            for count in 1..=TURN_STEPS {
                pose = back.driven(pose, step.length);
                let Some(least) = sweep.piece(pose, &step) else { break };
                nearness += target.cost.nearness(step.length, least - margin);
                let arc = Piece { length: step.length * count as f64, ..step };
                let before = Motion { travel: Some(last), curvature: arc.from };
                let whole = cost + nearness + target.cost.piece(before, &arc);
                gates.push(Gate { pose, cost: whole, arc: Some(arc), straight });
            }
        }
    }
    gates
}

/// A forward stroke to a gate, not yet checked.
pub(crate) struct Approach {
    pub cost: f64,
    word: RsPath,
    gate: usize,
}

/// Strokes to the gates that cost less than `below`, the cheapest first; at most `most`.
pub(crate) fn approaches(
    target: &Target,
    gates: &[Gate],
    from: Pose2,
    before: Motion,
    below: f64,
    most: usize,
) -> Vec<Approach> {
    let mut found = Vec::new();
    for (index, gate) in gates.iter().enumerate() {
        // The goal itself says where to go; who drives into it forward has not backed in. And no way to a gate is shorter
        // than the straight one.
        let is_goal = gate.arc.is_none() && gate.straight.length == 0.0;
        if is_goal || gate.cost + from.distance(gate.pose) >= below {
            continue;
        }
        forward_words(from, gate.pose, target.radius, |word| {
            let (mut cost, mut motion) = (gate.cost, before);
            for s in word.segments() {
                let piece = Piece::steady(Travel::Forward, s.turn.sign() / word.radius(), s.length);
                cost += target.cost.piece(motion, &piece);
                motion = Motion { travel: Some(Travel::Forward), curvature: piece.to };
            }
            if cost < below {
                found.push(Approach { cost, word, gate: index });
            }
        });
    }
    found.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    found.truncate(most);
    found
}

impl Approach {
    /// The drive to the gate, and the run from there into the goal, which is known to be clear.
    pub fn drive(&self, gates: &[Gate]) -> (Drive, Vec<Piece>) {
        let mut drive = Drive::new(self.word.start());
        drive.push_word(&self.word);
        let gate = &gates[self.gate];
        (drive, gate.arc.into_iter().chain([gate.straight]).collect())
    }
}
