//! Cheapest-path queries: compare the labels of two ends, then follow the next hops from both ends to the vertex above
//! them where they meet.

use super::elimination_tree::NONE;
use super::{CheapestPath, Hierarchy};

/// An end of a query: a vertex by rank, and the extra cost of starting or ending there.
#[derive(Debug, Clone, Copy)]
pub(super) struct QueryEnd {
    pub(super) vertex: u32,
    pub(super) cost: f64,
    /// The caller's number for this end.
    pub(super) tag: usize,
}

impl Hierarchy {
    /// Returns the cheapest path between two groups of ends. In each group, the first vertex must be below all others.
    pub(super) fn meet(&self, from: &[QueryEnd], to: &[QueryEnd]) -> Option<CheapestPath> {
        let tree = &*self.tree;
        let common = tree.meeting(from.first()?.vertex, to.first()?.vertex)?;
        let row = |end: &QueryEnd| {
            let depth = tree.depth[end.vertex as usize].min(tree.depth[common as usize]);
            self.labels.row(end.vertex, depth)
        };
        let mut best: Option<(f64, &QueryEnd, &QueryEnd)> = None;
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
        let hub = tree.above_at(common, depth as u32);
        Some(CheapestPath { cost: cost as u64, from: start.tag, to: goal.tag, ends: [start.vertex, goal.vertex], hub })
    }

    /// Returns the links of a path, first to last, or `None` if costs above 2⁵³ have lost their units: next hops may
    /// then form a loop.
    pub(in super::super) fn follow(&self, best: &CheapestPath) -> Option<Vec<u32>> {
        let ([mut start, mut goal], hub) = (best.ends, best.hub);
        let (adjacency, labels) = (&self.tree.adjacency, &self.labels);
        let towards = labels.hops_towards(hub);
        let ahead = |vertex: u32| adjacency.at(vertex, labels.up.hops.get(towards + vertex as usize));
        let behind = |vertex: u32| adjacency.at(vertex, labels.down.hops.get(towards + vertex as usize));
        let (mut all, mut last) = (Vec::with_capacity(TYPICAL_LINKS), Vec::with_capacity(TYPICAL_LINKS));
        // No vertex below the meeting point is passed twice. Each hop waits for memory. The loop therefore follows both
        // ends at once and does nothing that a hop does not need.
        for _ in 0..self.tree.size[hub as usize] {
            if start != hub {
                let link = ahead(start);
                start = adjacency.to[link];
                all.push(link as u32);
            }
            if goal != hub {
                let link = behind(goal);
                goal = adjacency.to[link];
                last.push(adjacency.at(goal, adjacency.back[link]) as u32);
            }
            if start == hub && goal == hub {
                all.extend(last.iter().rev());
                return Some(all);
            }
        }
        None
    }

    /// Returns the cheapest edge along a link, if there is one.
    pub(in super::super) fn edge(&self, link: usize) -> Option<usize> {
        Some(self.arc_costs.edges[link]).filter(|&edge| edge != NONE).map(|edge| edge as usize)
    }

    /// Returns the number of links.
    pub(in super::super) fn link_count(&self) -> usize {
        self.arc_costs.edges.len()
    }
}

/// Initial capacity for the links of a path, enough for most paths.
const TYPICAL_LINKS: usize = 256;

/// Returns the minimum sum of two costs at the same depth.
fn least_sum(up: &[f64], down: &[f64]) -> f64 {
    /// Number of sums compared side by side.
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
