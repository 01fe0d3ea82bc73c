//! Hub labels: the minimum costs between each vertex and all vertices above it (I. Abraham, D. Delling, A. Goldberg and
//! R. Werneck 2011). The vertices above a vertex form a single path to the root, so two labels are compared entry by
//! entry.

use super::arc_costs::{ArcCosts, WeightedArc};
use super::elimination_tree::EliminationTree;
use super::next_hops::NextHops;
use std::ops::Range;

/// Maximum number of entries in a table. Both tables with their hops take at most 18 bytes an entry: 1.8 GB.
const MAX_ENTRIES: usize = 100_000_000;

/// Labels in both directions: from each vertex to the vertices above (`up`), and back (`down`).
#[derive(Debug, Clone)]
pub(super) struct Labels {
    /// By rank: start of the vertex's row of costs, which has one entry for each depth from the root down to its own
    /// depth.
    row: Vec<usize>,
    /// By rank: index at which the hop of vertex 0 towards this vertex would be. The column has one entry for each
    /// vertex below.
    column: Vec<usize>,
    pub(super) up: LabelTable,
    pub(super) down: LabelTable,
}

/// Costs and next hops in one direction.
#[derive(Debug, Clone)]
pub(super) struct LabelTable {
    /// Costs, row by row: one row for each vertex, so that two rows are compared in one pass.
    pub(super) costs: Vec<f64>,
    /// Next hops, column by column: the next neighbour on the path between a vertex and a vertex above it. Hops towards
    /// the same upper vertex are stored together.
    pub(super) hops: NextHops,
}

impl Labels {
    /// Creates the labels of a graph without edges. Returns `None` if they would be too large.
    pub(super) fn new(tree: &EliminationTree) -> Option<Self> {
        let (mut row, mut column) = (Vec::new(), Vec::new());
        let count = Some(tree.size.iter().map(|&size| size as usize).sum()).filter(|&count| count <= MAX_ENTRIES)?;
        let (mut costs, mut hops) = (Vec::with_capacity(count), 0);
        for (vertex, (&depth, &size)) in tree.depth.iter().zip(&tree.size).enumerate() {
            row.push(costs.len());
            costs.resize(costs.len() + depth as usize, f64::INFINITY);
            costs.push(0.0);
            // The vertices below a vertex come right before it and no column is empty, so this index is not negative.
            column.push(hops + size as usize - 1 - vertex);
            hops += size as usize;
        }
        let table = LabelTable { costs, hops: NextHops::zeros(count, tree.adjacency.most()) };
        Some(Self { row, column, up: table.clone(), down: table })
    }

    /// Applies changed arcs. `changed` is true for the vertices at the lower ends of these arcs.
    pub(super) fn update(&mut self, tree: &EliminationTree, arc_costs: &ArcCosts, changed: &[bool]) {
        let at = (&self.row[..], &self.column[..]);
        self.up.update(tree, arc_costs, at, changed, |arc| (arc.up, arc.up_hops.first));
        self.down.update(tree, arc_costs, at, changed, |arc| (arc.down, arc.down_hops.last));
    }

    /// Returns the range of a vertex's row in the tables, from the root down to `depth`.
    pub(super) fn row(&self, vertex: u32, depth: u32) -> Range<usize> {
        let begin = self.row[vertex as usize];
        begin..begin + depth as usize + 1
    }

    /// Returns the index of the hop of vertex 0 towards `above`. The hops of the other vertices follow.
    pub(super) fn hops_towards(&self, above: u32) -> usize {
        self.column[above as usize]
    }
}

impl LabelTable {
    fn update(
        &mut self,
        tree: &EliminationTree,
        arc_costs: &ArcCosts,
        (row, column): (&[usize], &[usize]),
        changed: &[bool],
        of: impl Fn(&WeightedArc) -> (f64, u8),
    ) {
        // By rank: range of depths at which costs have changed.
        let mut moved = vec![(0, 0); row.len()];
        // By depth: the vertices above the current one.
        let mut above: Vec<u32> = Vec::new();
        let mut fresh = Vec::new();
        // As wide as costs, so that costs and hops are compared and selected together.
        let mut hops: Vec<u64> = Vec::new();
        for low in (0..row.len()).rev() {
            let depth = tree.depth[low] as usize;
            above.truncate(depth);
            above.push(low as u32);
            let arcs = tree.arcs(low);
            let all = tree.head[arcs.clone()].iter().map(|&up| moved[up as usize]).filter(|(begin, end)| begin < end);
            let some = all.reduce(|a: (usize, usize), b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or_default();
            let (begin, end) = if changed[low] { (0, depth) } else { some };
            if begin == end {
                continue;
            }
            fresh.clear();
            fresh.resize(end - begin, f64::INFINITY);
            hops.clear();
            hops.resize(end - begin, 0);
            for arc in &arc_costs.arcs[arcs] {
                let ((cost, step), head) = (of(arc), arc.head as usize);
                let last = tree.depth[head] as usize;
                // Skip the arc if a path through other vertices is cheaper.
                let is_best = if last < end {
                    last >= begin && cost < fresh[last - begin]
                } else {
                    cost <= self.costs[row[low] + last]
                };
                if is_best {
                    let there = &self.costs[row[head] + begin..row[head] + end.min(last + 1)];
                    lower(&mut fresh, &mut hops, (cost, u64::from(step)), there);
                }
            }
            let known = &mut self.costs[row[low] + begin..row[low] + end];
            let mut others = known.iter().zip(&fresh).map(|(a, b)| a != b);
            if let Some(first) = others.position(|is_other| is_other) {
                let last = others.rposition(|is_other| is_other).map_or(first, |k| first + 1 + k);
                moved[low] = (begin + first, begin + last + 1);
                known.copy_from_slice(&fresh);
            }
            for (&up, &step) in above[begin..end].iter().zip(&hops) {
                self.hops.set(column[up as usize] + low, step as u8);
            }
        }
    }
}

/// Lowers costs to those of paths through another vertex: the cost to that vertex plus the costs from there.
fn lower(costs: &mut [f64], hops: &mut [u64], (cost, step): (f64, u64), there: &[f64]) {
    for ((known, kept), there) in costs.iter_mut().zip(hops).zip(there) {
        let other = cost + there;
        // Branch-free, so that several entries are compared side by side.
        let mask = u64::from(other < *known).wrapping_neg();
        *kept ^= (*kept ^ step) & mask;
        *known = if other < *known { other } else { *known };
    }
}
