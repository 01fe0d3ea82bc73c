//! The last part of a manoeuvre in one stroke: a Reeds-Shepp word, then straight into the goal.

use super::cost::{Cost, Motion};
use super::drive::{Drive, Piece};
use super::reeds_shepp::{RsPath, all_words};
use super::sweep::Sweep;
use crate::path::Travel;
use haul_core::Pose2;

/// Turns of these multiples of the least planned radius are tried: wider ones ask less of the steering.
pub(crate) const RADII: [f64; 5] = [1.0, 1.5, 2.25, 4.0, 8.0];
/// Straight run into a goal with a given travel, m.
const STRAIGHTS: [f64; 6] = [24.0, 15.0, 8.0, 5.0, 2.5, 0.0];
/// Straight run that is wanted, m: a truck that comes in straight stands straight.
pub(crate) const WANTED: f64 = 8.0;
/// Cost of straight run that is missing from what is wanted, per square metre: the last metres matter most.
pub(crate) const CROOKED: f64 = 0.4;

/// Least run into a goal that is to be reached in one travel, m: less is a nudge.
const LEAST_RUN: f64 = 0.5;
/// A stroke is as near to things as its least clearance for this length at most, m.
const NEAR_LENGTH: f64 = 10.0;

/// A way from a pose to the goal, not yet checked.
pub(crate) struct Stroke {
    pub cost: f64,
    word: RsPath,
    straight: f64,
    last: Option<Travel>,
}

impl Stroke {
    pub fn drive(&self) -> Drive {
        let mut drive = Drive::new(self.word.start());
        drive.push_word(&self.word);
        if let Some(last) = self.last {
            drive.push(Piece::steady(last, 0.0, self.straight));
        }
        drive
    }
}

/// Cost of a straight run into the goal that is shorter than wanted.
pub(crate) fn crooked(straight: f64) -> f64 {
    CROOKED * (WANTED - straight).max(0.0).powi(2)
}

/// Whether a word keeps its last travel for more than a nudge, or has no other.
fn runs_in(word: &RsPath) -> bool {
    let last = word.segments().last().map_or(0.0, |s| s.length);
    let run = word.segments().iter().rev().take_while(|s| (s.length < 0.0) == (last < 0.0));
    word.cusps() == 0 || run.map(|s| s.length.abs()).sum::<f64>() >= LEAST_RUN
}

/// The goal as strokes see it.
pub(crate) struct Target {
    pub goal: Pose2,
    pub last: Option<Travel>,
    /// Least planned radius, m.
    pub radius: f64,
    pub cost: Cost,
}

impl Target {
    /// Strokes that cost less than `below`, the cheapest first.
    pub fn strokes(&self, from: Pose2, before: Motion, below: f64, radii: &[f64]) -> Vec<Stroke> {
        let mut strokes = Vec::new();
        for &factor in radii {
            for straight in STRAIGHTS {
                if self.last.is_some() || straight == 0.0 {
                    self.words(from, before, factor * self.radius, straight, below, &mut strokes);
                }
            }
        }
        strokes.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        strokes
    }

    /// Cost of the cheapest stroke without anything in the way. From some poses no single word ends in the travel that
    /// is asked; then what the cheapest of any end costs.
    pub fn free_cost(&self, from: Pose2, before: Motion) -> f64 {
        let cheapest = |target: &Target| {
            let mut strokes = Vec::new();
            target.words(from, before, self.radius, 0.0, f64::INFINITY, &mut strokes);
            strokes.iter().map(|s| s.cost).fold(f64::INFINITY, f64::min)
        };
        let asked = cheapest(self);
        if asked.is_finite() || self.last.is_none() { asked } else { cheapest(&Target { last: None, ..*self }) }
    }

    /// The same drive asked the other way round in time: from this goal to `start`.
    pub fn turned_round(&self, start: Pose2, first: Option<Travel>) -> Target {
        Target { goal: start, last: first.map(Travel::other), ..*self }
    }

    fn words(&self, from: Pose2, before: Motion, radius: f64, straight: f64, below: f64, strokes: &mut Vec<Stroke>) {
        let entry = match self.last {
            Some(travel) => self.goal.advanced(-travel.sign() * straight),
            None => self.goal,
        };
        let run_in = self.last.map(|travel| Piece::steady(travel, 0.0, straight)).filter(|p| p.length > 0.0);
        let missing = if self.last.is_some() { crooked(straight) } else { 0.0 };
        for word in all_words(from, entry, radius) {
            let ends = word.ends_in_reverse().map(|r| if r { Travel::Reverse } else { Travel::Forward });
            if run_in.is_none() && self.last.is_some() && ends.is_some() && (ends != self.last || !runs_in(&word)) {
                continue;
            }
            let mut motion = before;
            let mut cost = missing;
            for s in word.segments() {
                let travel = if s.length < 0.0 { Travel::Reverse } else { Travel::Forward };
                let piece = Piece::steady(travel, s.turn.sign() / radius, s.length.abs());
                cost += self.cost.piece(motion, &piece);
                motion = Motion { travel: Some(travel), curvature: piece.to };
            }
            if let Some(piece) = &run_in {
                cost += self.cost.piece(motion, piece);
            }
            if cost < below {
                strokes.push(Stroke { cost, word, straight, last: self.last });
            }
        }
    }

    /// The cheapest of some strokes whose footprint stays clear, nearness counted.
    pub fn best(&self, sweep: &Sweep, margin: f64, strokes: &[Stroke], below: f64) -> Option<(f64, Drive)> {
        let mut best: Option<(f64, Drive)> = None;
        let mut limit = below;
        for stroke in strokes {
            if stroke.cost >= limit {
                break;
            }
            let drive = stroke.drive();
            if let Some(least) = sweep.drive(&drive) {
                let cost = stroke.cost + self.cost.nearness(drive.length().min(NEAR_LENGTH), least - margin);
                if cost < limit {
                    limit = cost;
                    best = Some((cost, drive));
                }
            }
        }
        best
    }
}
