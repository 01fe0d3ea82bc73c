//! The cheapest ways from some places to others: the labels of two ends are held against each other, and the steps of both
//! followed to the place above both where they meet.

use super::{Best, Hierarchy};

/// A place that a question begins or ends with, by rank, and what it costs to come there or to go on from there.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) place: u32,
    pub(super) cost: f64,
    /// Which of the places of the question it is.
    pub(super) index: usize,
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
        Some(Best { cost: cost as u64, from: start.index, to: goal.index, ends: [start.place, goal.place], hub })
    }

    /// Adds something for each of the ways of an answer. `None` where costs are so great that they have lost their units:
    /// steps may then go in circles.
    pub(in super::super) fn follow<T: Copy>(
        &self,
        best: &Best,
        all: &mut Vec<T>,
        of: impl Fn(usize) -> T,
    ) -> Option<()> {
        let ([mut start, mut goal], hub) = (best.ends, best.hub);
        let joins = &self.skeleton.joins;
        let (mut out, mut into) = (Vec::with_capacity(all.capacity()), Vec::with_capacity(all.capacity()));
        // No place below the one where they meet is passed twice. Each step waits for its memory: both ends are followed at
        // the same time, and what no step needs is looked up behind, where nothing waits for it.
        for _ in 0..self.skeleton.size[hub as usize] {
            if start == hub && goal == hub {
                let ways = &self.weights.ways;
                all.extend(out.iter().map(|&join: &usize| of(ways[join].out as usize)));
                all.extend(into.iter().rev().map(|&join: &usize| of(ways[join].into as usize)));
                return Some(());
            }
            if start != hub {
                let join = joins.at(start, self.labels.up.steps[self.labels.step(start, hub)]);
                out.push(join);
                start = joins.to[join];
            }
            if goal != hub {
                let join = joins.at(goal, self.labels.down.steps[self.labels.step(goal, hub)]);
                into.push(join);
                goal = joins.to[join];
            }
        }
        None
    }
}

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
