//! The shape of a hierarchy: which place can be reached from which by rising alone, whatever roads cost.

use super::joins::Joins;
use super::order;
use haul_core::Point2;
use std::ops::Range;

/// No place, no arc.
pub(super) const NONE: u32 = u32::MAX;

/// Arcs from each place to places above it, so many that the places above any one are all joined to each other: the
/// chordal completion of a network. All places above one are on its way to the root. Places are known by their rank, and
/// those below a place have the ranks just before its own.
#[derive(Debug)]
pub(super) struct Skeleton {
    /// Rank by place.
    pub(super) rank: Vec<u32>,
    /// By rank: the lowest place above, [`NONE`] for a root.
    pub(super) parent: Vec<u32>,
    /// By rank: how many places lie above.
    pub(super) depth: Vec<u32>,
    /// By rank: how many places lie below, itself included.
    pub(super) size: Vec<u32>,
    /// By rank: the lowest place above that has more than one child, [`NONE`] where there is none.
    pub(super) fork: Vec<u32>,
    /// By rank: where the arcs of each begin, and where the last one's end.
    first: Vec<u32>,
    /// By arc: its upper end, rising within the arcs of a place, and its lower end.
    pub(super) head: Vec<u32>,
    pub(super) tail: Vec<u32>,
    /// By rank: where the arcs that lead to each begin in `below`, and where the last one's end.
    first_below: Vec<u32>,
    below: Vec<u32>,
    /// Which places are joined by roads.
    pub(super) joins: Joins,
}

impl Skeleton {
    /// Of places by where they are and with which others each is joined. `None` where one has more than 256 neighbours.
    pub(super) fn new(at: &[Point2], joins: &[Vec<u32>]) -> Option<Self> {
        let count = at.len();
        let dissected = order::ranks(at, joins);
        let above = fill(joins, &dissected);
        let parents: Vec<u32> = above.iter().map(|list| list.first().copied().unwrap_or(NONE)).collect();
        // Renumbered so that what is below a place comes right before it; places on one way to the root keep their order.
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
        let joins = Joins::new(joins, &rank)?;
        Some(Self { rank, parent, depth, size, fork, first, head, tail, first_below, below, joins })
    }

    /// Arcs up from a place.
    pub(super) fn arcs(&self, low: usize) -> Range<usize> {
        self.first[low] as usize..self.first[low + 1] as usize
    }

    /// Arcs that lead up to a place, by their lower end.
    pub(super) fn arcs_below(&self, up: usize) -> &[u32] {
        &self.below[self.first_below[up] as usize..self.first_below[up + 1] as usize]
    }

    /// Whether a place is another one or lies above it.
    pub(super) fn is_above(&self, up: u32, low: u32) -> bool {
        up >= low && up - low < self.size[up as usize]
    }

    /// The lowest place that is above both or one of the two, if they are connected.
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

    /// The place at a depth on the way from one to the root.
    pub(super) fn above_at(&self, low: u32, depth: u32) -> u32 {
        let mut up = low;
        // Up to the next fork ranks rise one by one.
        while let Some(fork) = Some(self.fork[up as usize]).filter(|&f| f != NONE && self.depth[f as usize] >= depth) {
            up = fork;
        }
        up + (self.depth[up as usize] - depth)
    }
}

/// The places above each, by rank: what is joined to it, and what its lower neighbours hand up when they are taken out.
fn fill(joins: &[Vec<u32>], rank: &[u32]) -> Vec<Vec<u32>> {
    let mut above: Vec<Vec<u32>> = vec![Vec::new(); joins.len()];
    for (list, &low) in joins.iter().zip(rank) {
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

/// A number for each place of a forest, after all of its children.
fn postorder(parent: &[u32]) -> Vec<u32> {
    let mut size = vec![1_u32; parent.len()];
    for (low, &up) in parent.iter().enumerate().filter(|(_, up)| **up != NONE) {
        size[up as usize] += size[low];
    }
    let mut number = vec![0; parent.len()];
    // Where what is below a place ends that is not yet numbered.
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
