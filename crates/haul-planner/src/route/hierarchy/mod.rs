//! A customisable contraction hierarchy with hub labels.
//!
//! The elimination tree depends only on where vertices lie and which of them are linked, so it is built once.
//! Customisation then sets the cost of each arc; a change of some costs recomputes only the arcs that it affects (J.
//! Dibbelt, B. Strasser and D. Wagner 2016). Each vertex has a label: the costs to and from all vertices above it, with
//! the next hops (I. Abraham, D. Delling, A. Goldberg and R. Werneck 2011). A query compares two labels, then follows
//! next hops from both ends to the vertex where they meet.
//!
//! Planar networks have separators of about √n vertices. Lattices have the largest, so a lattice is the worst case. In
//! a lattice of 40,000 vertices with four fifths of its roads, no vertex has more than 300 vertices above it, and the
//! labels take about 165 MB.

mod adjacency;
mod arc_costs;
mod elimination_tree;
mod labels;
mod next_hops;
mod order;
mod query;
mod separator;

#[cfg(test)]
mod tests;

use arc_costs::ArcCosts;
use elimination_tree::EliminationTree;
use haul_core::Point2;
use labels::Labels;
use query::QueryEnd;
use std::sync::Arc;

pub(super) use arc_costs::WeightedEdge;

/// The cheapest path between two sets of ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CheapestPath {
    /// Total cost, including the costs of both ends.
    pub(super) cost: u64,
    /// Caller's tags of the ends where the path begins and finishes.
    pub(super) from: usize,
    pub(super) to: usize,
    /// Ranks of the first and the last vertex, and of the vertex above both where the path peaks.
    ends: [u32; 2],
    hub: u32,
}

/// A graph prepared for cheapest-path queries.
#[derive(Debug, Clone)]
pub(super) struct Hierarchy {
    tree: Arc<EliminationTree>,
    arc_costs: ArcCosts,
    labels: Labels,
}

impl Hierarchy {
    /// Builds a hierarchy from the vertices' positions, their neighbours (listed from both sides) and the edges.
    ///
    /// Returns `None` if an edge joins two vertices that are not neighbours, a vertex has more than 256 neighbours, or
    /// the labels would be too large.
    pub(super) fn new(at: &[Point2], neighbours: &[Vec<u32>], edges: &[WeightedEdge]) -> Option<Self> {
        let tree = Arc::new(EliminationTree::new(at, neighbours)?);
        let (arc_costs, labels) = (ArcCosts::new(&tree), Labels::new(&tree)?);
        let mut hierarchy = Self { tree, arc_costs, labels };
        hierarchy.update(edges)?;
        Some(hierarchy)
    }

    /// Replaces the edges by others between the same vertices. If an edge joins two vertices that are not neighbours,
    /// changes nothing and returns `None`.
    pub(super) fn update(&mut self, edges: &[WeightedEdge]) -> Option<()> {
        let changed = self.arc_costs.update(&self.tree, edges)?;
        self.labels.update(&self.tree, &self.arc_costs, &changed);
        Some(())
    }

    /// Returns the cheapest path from one of the ends in `from` to one of the ends in `to`, or `None` if there is no
    /// path. Each end is (vertex, extra cost, tag).
    pub(super) fn query(
        &self,
        from: impl Iterator<Item = (u32, u64, usize)>,
        to: impl Iterator<Item = (u32, u64, usize)>,
    ) -> Option<CheapestPath> {
        let (from, to) = (self.ends(from), self.ends(to));
        let is_above = |a: &QueryEnd, b: &QueryEnd| self.tree.is_above(b.vertex, a.vertex);
        let sides = from.chunk_by(is_above);
        let pairs = sides.flat_map(|side| to.chunk_by(is_above).map(move |other| (side, other)));
        pairs.filter_map(|(side, other)| self.meet(side, other)).min_by_key(|best| best.cost)
    }

    /// Sorts ends by the rank of their vertex, then by cost.
    fn ends(&self, ends: impl Iterator<Item = (u32, u64, usize)>) -> Vec<QueryEnd> {
        let rank = |vertex: u32| self.tree.rank[vertex as usize];
        let mut ends: Vec<QueryEnd> =
            ends.map(|(vertex, cost, tag)| QueryEnd { vertex: rank(vertex), cost: cost as f64, tag }).collect();
        ends.sort_by(|a, b| a.vertex.cmp(&b.vertex).then(a.cost.total_cmp(&b.cost)));
        ends
    }
}
