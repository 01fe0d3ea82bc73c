//! Costs of the arcs of the elimination tree: customisation (J. Dibbelt, B. Strasser and D. Wagner, *Customizable
//! contraction hierarchies*, 2016).

use super::elimination_tree::{EliminationTree, NONE};

/// A directed edge between two vertices, with its cost in whole units and the caller's id for it.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct WeightedEdge {
    pub(in super::super) from: u32,
    pub(in super::super) to: u32,
    pub(in super::super) id: u32,
    pub(in super::super) cost: u64,
}

/// The first and the last hop of a path. `first` is the position of the second vertex among the first vertex's
/// neighbours; `last` is the position of the second-to-last vertex among the last vertex's neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct EndHops {
    pub(super) first: u8,
    pub(super) last: u8,
}

/// An arc with the minimum costs in both directions between its two ends, on paths through lower vertices only.
///
/// Costs are whole numbers of units, infinite if there is no path. As floats they are exact up to 2⁵³.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WeightedArc {
    pub(super) up: f64,
    pub(super) down: f64,
    /// Upper end of the arc.
    pub(super) head: u32,
    pub(super) up_hops: EndHops,
    pub(super) down_hops: EndHops,
}

/// All arcs, with their costs.
#[derive(Debug, Clone)]
pub(super) struct ArcCosts {
    pub(super) arcs: Vec<WeightedArc>,
    /// By link: the cheapest edge from the vertex to the neighbour, or [`NONE`].
    pub(super) edges: Vec<u32>,
    /// By link: cost of the cheapest edge to the neighbour, and of the cheapest edge back.
    costs: Vec<(f64, f64)>,
}

impl ArcCosts {
    /// Builds the costs of a graph without edges.
    pub(super) fn new(tree: &EliminationTree) -> Self {
        let links = tree.adjacency.count();
        Self {
            arcs: tree.head.iter().map(|&head| WeightedArc::impassable(head)).collect(),
            edges: vec![NONE; links],
            costs: vec![(f64::INFINITY, f64::INFINITY); links],
        }
    }

    /// Replaces the edges. Returns a list by rank, true for each vertex whose arcs have changed. If an edge joins two
    /// vertices that are not neighbours, changes nothing and returns `None`.
    pub(super) fn update(&mut self, tree: &EliminationTree, edges: &[WeightedEdge]) -> Option<Vec<bool>> {
        let mut cheapest = vec![NONE; self.edges.len()];
        let mut costs = vec![(f64::INFINITY, f64::INFINITY); self.costs.len()];
        for edge in edges {
            let (from, to) = (tree.rank[edge.from as usize], tree.rank[edge.to as usize]);
            let (there, back) = tree.adjacency.between(from, to)?;
            let cost = edge.cost as f64;
            if cost < costs[there].0 {
                (costs[there].0, costs[back].1) = (cost, cost);
                cheapest[there] = edge.id;
            }
        }
        let is_other = |vertex: u32| {
            let links = tree.adjacency.of(vertex);
            costs[links.clone()] != self.costs[links]
        };
        let mut dirty: Vec<bool> = (0..tree.parent.len() as u32).map(is_other).collect();
        (self.edges, self.costs) = (cheapest, costs);
        self.customise(tree, &mut dirty);
        Some(dirty)
    }

    /// Recomputes the arcs of all marked vertices, and of the vertices above them that this affects. On return, exactly
    /// the vertices whose arcs have changed are marked.
    fn customise(&mut self, tree: &EliminationTree, dirty: &mut [bool]) {
        let mut arc_to = vec![0; dirty.len()];
        let mut before = Vec::new();
        for vertex in 0..dirty.len() {
            if !dirty[vertex] {
                continue;
            }
            let (arcs, links) = (tree.arcs(vertex), tree.adjacency.of(vertex as u32));
            before.clear();
            before.extend_from_slice(&self.arcs[arcs.clone()]);
            for arc in arcs.clone() {
                arc_to[tree.head[arc] as usize] = arc as u32;
                self.arcs[arc] = WeightedArc::impassable(tree.head[arc]);
            }
            for link in links.clone().filter(|&j| tree.adjacency.to[j] as usize > vertex) {
                let (here, there) = ((link - links.start) as u8, tree.adjacency.back[link]);
                let arc = &mut self.arcs[arc_to[tree.adjacency.to[link] as usize] as usize];
                arc.lower_up(self.costs[link].0, EndHops { first: here, last: there });
                arc.lower_down(self.costs[link].1, EndHops { first: there, last: here });
            }
            for &into in tree.arcs_below(vertex) {
                self.pass_below(tree, into as usize, &arc_to);
            }
            dirty[vertex] = self.arcs[arcs.clone()] != before[..];
            if dirty[vertex] {
                tree.head[arcs].iter().for_each(|&up| dirty[up as usize] = true);
            }
        }
    }

    /// Lowers costs by the paths through the lower end of arc `into`, between its upper end and the other vertices
    /// above.
    fn pass_below(&mut self, tree: &EliminationTree, into: usize, arc_to: &[u32]) {
        let here = self.arcs[into];
        if here.up.is_infinite() && here.down.is_infinite() {
            return;
        }
        for other in into + 1..tree.arcs(tree.tail[into] as usize).end {
            let there = self.arcs[other];
            let arc = &mut self.arcs[arc_to[there.head as usize] as usize];
            let up = EndHops { first: here.down_hops.first, last: there.up_hops.last };
            let down = EndHops { first: there.down_hops.first, last: here.up_hops.last };
            arc.lower_up(here.down + there.up, up);
            arc.lower_down(there.down + here.up, down);
        }
    }
}

impl WeightedArc {
    /// Creates an arc without a path in either direction.
    fn impassable(head: u32) -> Self {
        let (cost, hops) = (f64::INFINITY, EndHops::default());
        Self { up: cost, down: cost, head, up_hops: hops, down_hops: hops }
    }

    /// Replaces the path from the lower end to the upper end if the new path is cheaper.
    fn lower_up(&mut self, cost: f64, hops: EndHops) {
        if cost < self.up {
            (self.up, self.up_hops) = (cost, hops);
        }
    }

    /// Replaces the path from the upper end to the lower end if the new path is cheaper.
    fn lower_down(&mut self, cost: f64, hops: EndHops) {
        if cost < self.down {
            (self.down, self.down_hops) = (cost, hops);
        }
    }
}
