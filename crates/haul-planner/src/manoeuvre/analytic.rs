//! Analytic expansions: a Reeds-Shepp word and then a straight into the goal, without a search.

use super::cost::{ManoeuvreCost, MotionState};
use super::reeds_shepp::{RsPath, all_words};
use super::segment_path::{Segment, SegmentPath};
use super::sweep::Sweep;
use super::tuning::TUNING;
use crate::path::Travel;
use haul_core::Pose2;

/// Turning radii that are tried, as multiples of the minimum planned radius. Wider turns need less steering.
pub(crate) const RADII: [f64; 5] = [1.0, 1.5, 2.25, 4.0, 8.0];
/// Lengths of the straight into a goal with a requested direction of travel, m.
const STRAIGHTS: [f64; 6] = [24.0, 15.0, 8.0, 5.0, 2.5, 0.0];

/// A path from a pose to the goal; its clearance is not checked yet.
pub(crate) struct AnalyticExpansion {
    pub cost: f64,
    word: RsPath,
    straight: f64,
    last: Option<Travel>,
}

impl AnalyticExpansion {
    pub fn path(&self) -> SegmentPath {
        let mut path = SegmentPath::new(self.word.start());
        path.push_word(&self.word);
        if let Some(last) = self.last {
            path.push(Segment::steady(last, 0.0, self.straight));
        }
        path
    }
}

/// Returns the cost of a straight into the goal that is shorter than desired.
pub(crate) fn missing_straight_cost(straight: f64) -> f64 {
    TUNING.missing_straight_cost * (TUNING.desired_straight - straight).max(0.0).powi(2)
}

/// Returns true if a word keeps its last direction of travel for long enough, or has only one direction of travel.
fn runs_in(word: &RsPath) -> bool {
    let last = word.segments().last().map_or(0.0, |s| s.length);
    let run = word.segments().iter().rev().take_while(|s| (s.length < 0.0) == (last < 0.0));
    word.cusps() == 0 || run.map(|s| s.length.abs()).sum::<f64>() >= TUNING.min_final_run
}

/// The goal of a search.
pub(crate) struct SearchGoal {
    pub goal: Pose2,
    pub last: Option<Travel>,
    /// Minimum planned turning radius, m.
    pub radius: f64,
    pub cost: ManoeuvreCost,
}

impl SearchGoal {
    /// Returns the analytic expansions that cost less than `below`, the cheapest first.
    pub fn expansions(&self, from: Pose2, before: MotionState, below: f64, radii: &[f64]) -> Vec<AnalyticExpansion> {
        let mut expansions = Vec::new();
        for &factor in radii {
            for straight in STRAIGHTS {
                if self.last.is_some() || straight == 0.0 {
                    self.words(from, before, factor * self.radius, straight, below, &mut expansions);
                }
            }
        }
        expansions.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        expansions
    }

    /// Returns the cost of the cheapest expansion without obstacles. Where no word ends in the requested direction,
    /// uses the cheapest word that ends in any direction.
    pub fn obstacle_free_cost(&self, from: Pose2, before: MotionState) -> f64 {
        let cheapest = |target: &SearchGoal| {
            let mut expansions = Vec::new();
            target.words(from, before, self.radius, 0.0, f64::INFINITY, &mut expansions);
            expansions.iter().map(|s| s.cost).fold(f64::INFINITY, f64::min)
        };
        let asked = cheapest(self);
        if asked.is_finite() || self.last.is_none() { asked } else { cheapest(&SearchGoal { last: None, ..*self }) }
    }

    /// Returns the same problem backwards in time: from this goal to `start`.
    pub fn reversed_in_time(&self, start: Pose2, first: Option<Travel>) -> SearchGoal {
        let cost = ManoeuvreCost { reverses_in: self.cost.reverses_in.other(), ..self.cost };
        SearchGoal { goal: start, last: first.map(Travel::other), cost, ..*self }
    }

    fn words(
        &self,
        from: Pose2,
        before: MotionState,
        radius: f64,
        straight: f64,
        below: f64,
        expansions: &mut Vec<AnalyticExpansion>,
    ) {
        let entry = match self.last {
            Some(travel) => self.goal.advanced(-travel.sign() * straight),
            None => self.goal,
        };
        let run_in = self.last.map(|travel| Segment::steady(travel, 0.0, straight)).filter(|p| p.length > 0.0);
        let missing = if self.last.is_some() { missing_straight_cost(straight) } else { 0.0 };
        for word in all_words(from, entry, radius) {
            let ends = word.ends_in_reverse().map(|r| if r { Travel::Reverse } else { Travel::Forward });
            if run_in.is_none() && self.last.is_some() && ends.is_some() && (ends != self.last || !runs_in(&word)) {
                continue;
            }
            let mut motion = before;
            let mut cost = missing;
            for s in word.segments() {
                let travel = if s.length < 0.0 { Travel::Reverse } else { Travel::Forward };
                let segment = Segment::steady(travel, s.turn.sign() / radius, s.length.abs());
                cost += self.cost.segment(motion, &segment);
                motion = self.cost.after(motion, &segment);
            }
            if let Some(segment) = &run_in {
                cost += self.cost.segment(motion, segment);
            }
            if cost < below {
                expansions.push(AnalyticExpansion { cost, word, straight, last: self.last });
            }
        }
    }

    /// Returns the cheapest expansion whose footprint stays clear, and its cost including that of nearby obstacles.
    pub fn best(
        &self,
        sweep: &Sweep,
        margin: f64,
        expansions: &[AnalyticExpansion],
        below: f64,
    ) -> Option<(f64, SegmentPath)> {
        let mut best: Option<(f64, SegmentPath)> = None;
        let mut limit = below;
        for expansion in expansions {
            if expansion.cost >= limit {
                break;
            }
            let path = expansion.path();
            if let Some(least) = sweep.path(&path) {
                let length = path.length().min(TUNING.proximity_length);
                let cost = expansion.cost + self.cost.proximity(length, least - margin);
                if cost < limit {
                    limit = cost;
                    best = Some((cost, path));
                }
            }
        }
        best
    }
}
