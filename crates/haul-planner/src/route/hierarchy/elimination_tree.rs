//! The elimination tree: which vertices a path can reach by only going up in rank. It does not depend on costs.

use super::adjacency::Adjacency;
use super::order;
use haul_core::Point2;
use std::ops::Range;

/// Marks a missing vertex, arc or edge.
pub(super) const NONE: u32 = u32::MAX;

/// The chordal completion of a graph, with its elimination tree.
///
/// Each vertex has arcs to vertices above it. Arcs are added until the upper ends of each vertex's arcs are all linked
/// to each other; they then all lie on the path from the vertex to the root. Vertices are named by rank. The vertices
/// below a vertex have the ranks just before its own.
#[derive(Debug)]
pub(super) struct EliminationTree {
    /// Rank of each vertex, by its index in the original graph.
    pub(super) rank: Vec<u32>,
    /// By rank: the lowest vertex above, or [`NONE`] for a root.
    pub(super) parent: Vec<u32>,
    /// By rank: number of vertices above.
    pub(super) depth: Vec<u32>,
    /// By rank: number of vertices below, including the vertex itself.
    pub(super) size: Vec<u32>,
    /// By rank: the lowest vertex above that has more than one child, or [`NONE`].
    pub(super) fork: Vec<u32>,
    /// By rank: index of the first arc of each vertex; one more entry marks the end.
    first: Vec<u32>,
    /// By arc: upper end (ascending within the arcs of a vertex) and lower end.
    pub(super) head: Vec<u32>,
    pub(super) tail: Vec<u32>,
    /// By rank: index in `below` of the first arc that leads up to the vertex; one more entry marks the end.
    first_below: Vec<u32>,
    below: Vec<u32>,
    /// Neighbours in the original graph.
    pub(super) adjacency: Adjacency,
}

impl EliminationTree {
    /// Builds the tree from positions and neighbours. Returns `None` if a vertex has more than 256 neighbours.
    pub(super) fn new(at: &[Point2], neighbours: &[Vec<u32>]) -> Option<Self> {
        let count = at.len();
        let dissected = order::ranks(at, neighbours);
        let above = fill(neighbours, &dissected);
        let parents: Vec<u32> = above.iter().map(|list| list.first().copied().unwrap_or(NONE)).collect();
        // Renumber, so that the vertices below a vertex have the ranks just before it. Vertices on one path to the root
        // keep their order.
        let after = postorder(&parents);
        let renumbered = |rank: u32| if rank == NONE { NONE } else { after[rank as usize] };
        let mut of = vec![0; count];
        after.iter().zip(0..).for_each(|(&new, old)| of[new as usize] = old);
        let (mut first, mut head, mut tail, mut parent) = (vec![0], Vec::new(), Vec::new(), Vec::new());
        for (low, &old) in of.iter().enumerate() {
            let list = &above[old];
            head.extend(list.iter().map(|&to| after[to as usize]));
            tail.resize(head.len(), low as u32);
            first.push(head.len() as u32);
            parent.push(renumbered(parents[old]));
        }
        let (mut size, mut children) = (vec![1; count], vec![0; count]);
        for (low, &up) in parent.iter().enumerate().filter(|(_, up)| **up != NONE) {
            size[up as usize] += size[low];
            children[up as usize] += 1;
        }
        let (mut depth, mut fork) = (vec![0; count], vec![NONE; count]);
        for (low, &up) in parent.iter().enumerate().rev().filter(|(_, up)| **up != NONE) {
            depth[low] = depth[up as usize] + 1;
            fork[low] = if children[up as usize] > 1 { up } else { fork[up as usize] };
        }
        let mut first_below = vec![0; count + 1];
        head.iter().for_each(|&up| first_below[up as usize + 1] += 1);
        for k in 0..count {
            first_below[k + 1] += first_below[k];
        }
        let (mut below, mut next) = (vec![0; head.len()], first_below.clone());
        for (&up, arc) in head.iter().zip(0..) {
            below[next[up as usize] as usize] = arc;
            next[up as usize] += 1;
        }
        let rank: Vec<u32> = dissected.into_iter().map(renumbered).collect();
        let adjacency = Adjacency::new(neighbours, &rank)?;
        Some(Self { rank, parent, depth, size, fork, first, head, tail, first_below, below, adjacency })
    }

    /// Returns the arcs up from a vertex.
    pub(super) fn arcs(&self, low: usize) -> Range<usize> {
        self.first[low] as usize..self.first[low + 1] as usize
    }

    /// Returns the arcs that lead up to a vertex, ordered by their lower end.
    pub(super) fn arcs_below(&self, up: usize) -> &[u32] {
        &self.below[self.first_below[up] as usize..self.first_below[up + 1] as usize]
    }

    /// Returns true if `up` is `low` or lies above it.
    pub(super) fn is_above(&self, up: u32, low: u32) -> bool {
        up >= low && up - low < self.size[up as usize]
    }

    /// Returns the lowest vertex that lies above both `a` and `b`, or is one of them. `None` if they are not connected.
    pub(super) fn meeting(&self, a: u32, b: u32) -> Option<u32> {
        if self.is_above(b, a) {
            return Some(b);
        }
        let mut up = a;
        while up != NONE {
            if self.is_above(up, b) {
                return Some(up);
            }
            up = self.fork[up as usize];
        }
        None
    }

    /// Returns the vertex at a depth on the path from `low` to the root.
    pub(super) fn above_at(&self, low: u32, depth: u32) -> u32 {
        let mut up = low;
        // Between two forks, ranks rise by one for each step up.
        while let Some(fork) = Some(self.fork[up as usize]).filter(|&f| f != NONE && self.depth[f as usize] >= depth) {
            up = fork;
        }
        up + (self.depth[up as usize] - depth)
    }
}

/// Returns, by rank, the vertices above each vertex: its higher neighbours, and those inherited when a lower neighbour
/// is eliminated.
fn fill(neighbours: &[Vec<u32>], rank: &[u32]) -> Vec<Vec<u32>> {
    let mut above: Vec<Vec<u32>> = vec![Vec::new(); neighbours.len()];
    for (list, &low) in neighbours.iter().zip(rank) {
        above[low as usize].extend(list.iter().map(|&to| rank[to as usize]).filter(|&up| up > low));
    }
    for low in 0..above.len() {
        let mut list = std::mem::take(&mut above[low]);
        list.sort_unstable();
        list.dedup();
        if let Some((&lowest, others)) = list.split_first() {
            above[lowest as usize].extend_from_slice(others);
        }
        above[low] = list;
    }
    above
}

/// Numbers the vertices of a forest so that each vertex comes after its children.
fn postorder(parent: &[u32]) -> Vec<u32> {
    let mut size = vec![1_u32; parent.len()];
    for (low, &up) in parent.iter().enumerate().filter(|(_, up)| **up != NONE) {
        size[up as usize] += size[low];
    }
    let mut number = vec![0; parent.len()];
    // By vertex: end of the range of numbers below it that are not yet given out.
    let mut end = vec![0; parent.len()];
    let mut roots = parent.len() as u32;
    for (low, &up) in parent.iter().enumerate().rev() {
        let free = if up == NONE { &mut roots } else { &mut end[up as usize] };
        *free -= size[low];
        let begin = *free;
        number[low] = begin + size[low] - 1;
        end[low] = number[low];
    }
    number
}
