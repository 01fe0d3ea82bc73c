//! The cheapest ways from some places to others: the labels of two ends are held against each other, and the steps of both
//! followed to the place above both where they meet.

use super::skeleton::NONE;
use super::{Best, Hierarchy};

/// A place that a question begins or ends with, by rank, and what it costs to come there or to go on from there.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) place: u32,
    pub(super) cost: f64,
    /// Whatever who asks knows it by.
    pub(super) tag: usize,
}

impl Hierarchy {
    /// The cheapest ways from one of some places to one of others. The places of each side lie above the first of them.
    pub(super) fn meet(&self, from: &[End], to: &[End]) -> Option<Best> {
        let skeleton = &*self.skeleton;
        let common = skeleton.meeting(from.first()?.place, to.first()?.place)?;
        let row = |end: &End| {
            let depth = skeleton.depth[end.place as usize].min(skeleton.depth[common as usize]);
            self.labels.row(end.place, depth)
        };
        let mut best: Option<(f64, &End, &End)> = None;
        for start in from {
            for goal in to {
                let (up, down) = (&self.labels.up.costs[row(start)], &self.labels.down.costs[row(goal)]);
                let cost = start.cost + least_sum(up, down) + goal.cost;
                if cost < best.map_or(f64::INFINITY, |b| b.0) {
                    best = Some((cost, start, goal));
                }
            }
        }
        let (cost, start, goal) = best?;
        let (up, down) = (&self.labels.up.costs[row(start)], &self.labels.down.costs[row(goal)]);
        let depth = up.iter().zip(down).position(|(a, b)| start.cost + (a + b) + goal.cost == cost)?;
        let hub = skeleton.above_at(common, depth as u32);
        Some(Best { cost: cost as u64, from: start.tag, to: goal.tag, ends: [start.place, goal.place], hub })
    }

    /// The joins along which an answer is driven, first to last. `None` where costs are so great that they have lost their
    /// units: steps may then go in circles.
    pub(in super::super) fn follow(&self, best: &Best) -> Option<Vec<u32>> {
        let ([mut start, mut goal], hub) = (best.ends, best.hub);
        let (joins, labels) = (&self.skeleton.joins, &self.labels);
        let towards = labels.steps_towards(hub);
        let ahead = |place: u32| joins.at(place, labels.up.steps.get(towards + place as usize));
        let behind = |place: u32| joins.at(place, labels.down.steps.get(towards + place as usize));
        let (mut all, mut last) = (Vec::with_capacity(MANY), Vec::with_capacity(MANY));
        // No place below the one where they meet is passed twice. Each step waits for its memory: both ends are followed at
        // the same time, and nothing is done here that no step needs.
        for _ in 0..self.skeleton.size[hub as usize] {
            if start != hub {
                let join = ahead(start);
                start = joins.to[join];
                all.push(join as u32);
            }
            if goal != hub {
                let join = behind(goal);
                goal = joins.to[join];
                last.push(joins.at(goal, joins.back[join]) as u32);
            }
            if start == hub && goal == hub {
                all.extend(last.iter().rev());
                return Some(all);
            }
        }
        None
    }

    /// The cheapest way along a join, by its number, where there is one.
    pub(in super::super) fn way(&self, join: usize) -> Option<usize> {
        Some(self.weights.ways[join]).filter(|&way| way != NONE).map(|way| way as usize)
    }

    /// How many joins there are.
    pub(in super::super) fn join_count(&self) -> usize {
        self.weights.ways.len()
    }
}

/// Room for the joins of most answers.
const MANY: usize = 256;

/// The least sum of two costs of the same depth.
fn least_sum(up: &[f64], down: &[f64]) -> f64 {
    /// So many sums are compared side by side.
    const LANES: usize = 8;
    let count = up.len().min(down.len());
    let (up, down) = (&up[..count], &down[..count]);
    let less = |a: f64, b: f64| if a < b { a } else { b };
    let mut least = [f64::INFINITY; LANES];
    let (up, down) = (up.chunks_exact(LANES), down.chunks_exact(LANES));
    let rest = up.remainder().iter().zip(down.remainder()).map(|(a, b)| a + b).fold(f64::INFINITY, less);
    for (up, down) in up.zip(down) {
        for ((least, a), b) in least.iter_mut().zip(up).zip(down) {
            *least = less(a + b, *least);
        }
    }
    least.into_iter().fold(rest, less)
}
