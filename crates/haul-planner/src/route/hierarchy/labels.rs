//! Least costs between every place of a hierarchy and all places above it, tabled: labels of hubs (I. Abraham, D. Delling,
//! A. Goldberg and R. Werneck 2011). What is above a place is one way to the root, so that the labels of two places are held
//! against each other entry by entry.

use super::skeleton::Skeleton;
use super::steps::Steps;
use super::weights::{Weighted, Weights};
use std::ops::Range;

/// Most entries that a table may have: with both senses and their steps 18 bytes each at the most, 1.8 GB in all.
const MOST: usize = 100_000_000;

/// The tables, to the places above and from them.
#[derive(Debug, Clone)]
pub(super) struct Labels {
    /// By rank: where the row of a place begins; it has a cost for each depth down to its own.
    row: Vec<usize>,
    /// By rank: where the step of place 0 towards a place above would be; its column has one for each place below.
    column: Vec<usize>,
    pub(super) up: Table,
    pub(super) down: Table,
}

/// Costs and steps of one sense.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// All rows: of a place, so that two of them are compared in one go.
    pub(super) costs: Vec<f64>,
    /// All columns: which of its neighbours is next on the path between a place and the one above. What is passed on the way
    /// to the same place lies close together.
    pub(super) steps: Steps,
}

impl Labels {
    /// Of a network without ways. `None` where the tables would be too large.
    pub(super) fn new(skeleton: &Skeleton) -> Option<Self> {
        let (mut row, mut column) = (Vec::new(), Vec::new());
        let count = Some(skeleton.size.iter().map(|&size| size as usize).sum()).filter(|&count| count <= MOST)?;
        let (mut costs, mut steps) = (Vec::with_capacity(count), 0);
        for (place, (&depth, &size)) in skeleton.depth.iter().zip(&skeleton.size).enumerate() {
            row.push(costs.len());
            costs.resize(costs.len() + depth as usize, f64::INFINITY);
            costs.push(0.0);
            // What is below a place comes right before it, and no column is empty: this is not negative.
            column.push(steps + size as usize - 1 - place);
            steps += size as usize;
        }
        let table = Table { costs, steps: Steps::zeros(count, skeleton.joins.most()) };
        Some(Self { row, column, up: table.clone(), down: table })
    }

    /// Takes up arcs that have changed: `changed` marks the places at their lower ends.
    pub(super) fn update(&mut self, skeleton: &Skeleton, weights: &Weights, changed: &[bool]) {
        let at = (&self.row[..], &self.column[..]);
        self.up.update(skeleton, weights, at, changed, |arc| (arc.up, arc.up_tips.first));
        self.down.update(skeleton, weights, at, changed, |arc| (arc.down, arc.down_tips.last));
    }

    /// Where the row of a place of some depth lies in the tables, to a greatest depth.
    pub(super) fn row(&self, place: u32, depth: u32) -> Range<usize> {
        let begin = self.row[place as usize];
        begin..begin + depth as usize + 1
    }

    /// Where the step of place 0 towards a place would lie in the tables; those of all others follow.
    pub(super) fn steps_towards(&self, above: u32) -> usize {
        self.column[above as usize]
    }
}

impl Table {
    fn update(
        &mut self,
        skeleton: &Skeleton,
        weights: &Weights,
        (row, column): (&[usize], &[usize]),
        changed: &[bool],
        of: impl Fn(&Weighted) -> (f64, u8),
    ) {
        // By rank: between which depths costs have changed.
        let mut moved = vec![(0, 0); row.len()];
        // By depth: the places above the one looked at.
        let mut above: Vec<u32> = Vec::new();
        let mut fresh = Vec::new();
        // As wide as costs, so that both are compared and chosen together.
        let mut steps: Vec<u64> = Vec::new();
        for low in (0..row.len()).rev() {
            let depth = skeleton.depth[low] as usize;
            above.truncate(depth);
            above.push(low as u32);
            let arcs = skeleton.arcs(low);
            let all =
                skeleton.head[arcs.clone()].iter().map(|&up| moved[up as usize]).filter(|(begin, end)| begin < end);
            let some = all.reduce(|a: (usize, usize), b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or_default();
            let (begin, end) = if changed[low] { (0, depth) } else { some };
            if begin == end {
                continue;
            }
            fresh.clear();
            fresh.resize(end - begin, f64::INFINITY);
            steps.clear();
            steps.resize(end - begin, 0);
            for arc in &weights.arcs[arcs] {
                let ((cost, step), head) = (of(arc), arc.head as usize);
                let last = skeleton.depth[head] as usize;
                // There may be something cheaper by way of other places.
                let is_best = if last < end {
                    last >= begin && cost < fresh[last - begin]
                } else {
                    cost <= self.costs[row[low] + last]
                };
                if is_best {
                    let there = &self.costs[row[head] + begin..row[head] + end.min(last + 1)];
                    lower(&mut fresh, &mut steps, (cost, u64::from(step)), there);
                }
            }
            let known = &mut self.costs[row[low] + begin..row[low] + end];
            let mut others = known.iter().zip(&fresh).map(|(a, b)| a != b);
            if let Some(first) = others.position(|is_other| is_other) {
                let last = others.rposition(|is_other| is_other).map_or(first, |k| first + 1 + k);
                moved[low] = (begin + first, begin + last + 1);
                known.copy_from_slice(&fresh);
            }
            for (&up, &step) in above[begin..end].iter().zip(&steps) {
                self.steps.set(column[up as usize] + low, step as u8);
            }
        }
    }
}

/// Lowers costs to what they are by way of a place: its own cost and those from there.
fn lower(costs: &mut [f64], steps: &mut [u64], (cost, step): (f64, u64), there: &[f64]) {
    for ((known, kept), there) in costs.iter_mut().zip(steps).zip(there) {
        let other = cost + there;
        // Without a branch, so that several are compared side by side.
        let mask = u64::from(other < *known).wrapping_neg();
        *kept ^= (*kept ^ step) & mask;
        *known = if other < *known { other } else { *known };
    }
}
