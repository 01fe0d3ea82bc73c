//! Spurs taken away, shortest reach first. Each takes the time of what it touches: a noisy survey has thousands of them.

use super::network::Branch;
use super::skeleton::Skeleton;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

/// A spur that reaches less than this beyond the circle at its root is no road, m.
const SPUR: f64 = 15.0;
/// The same as a share of that circle's radius.
const SPUR_SHARE: f64 = 0.4;

/// A dead end that hardly reaches beyond its root's circle.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Spur {
    reach: f64,
    /// Which branch, and whether its first point is the leaf.
    slot: usize,
    at_front: bool,
    /// Index of the root in the branch's path.
    cut: usize,
    /// The branch's state that this was reckoned in.
    state: u32,
}

impl Eq for Spur {}

impl PartialOrd for Spur {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Spur {
    /// The shortest is the greatest, the first branch before the others.
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .reach
            .total_cmp(&self.reach)
            .then(other.slot.cmp(&self.slot))
            .then(other.at_front.cmp(&self.at_front))
            .then(other.state.cmp(&self.state))
    }
}

/// A network from which spurs are taken.
pub(super) struct Pruner<'a> {
    axis: &'a Skeleton,
    is_centre: Vec<bool>,
    /// In the order in which they came.
    slots: Vec<Option<Branch>>,
    /// Counts the times a branch's spurs were reckoned anew.
    states: Vec<u32>,
    /// Branches that end at each axis point, a loop twice.
    ends: BTreeMap<u32, Vec<usize>>,
    spurs: BinaryHeap<Spur>,
}

impl<'a> Pruner<'a> {
    pub(super) fn new(branches: Vec<Branch>, axis: &'a Skeleton, centres: &[usize]) -> Self {
        let mut is_centre = vec![false; axis.points.len()];
        for &centre in centres {
            is_centre[centre] = true;
        }
        let mut pruner = Self {
            axis,
            is_centre,
            slots: Vec::with_capacity(2 * branches.len()),
            states: Vec::with_capacity(2 * branches.len()),
            ends: BTreeMap::new(),
            spurs: BinaryHeap::new(),
        };
        for branch in branches {
            pruner.add(branch);
        }
        for slot in 0..pruner.slots.len() {
            pruner.reckon(slot);
        }
        pruner
    }

    /// Takes all spurs away; what is left, in the order in which it came.
    pub(super) fn run(mut self) -> Vec<Branch> {
        while let Some(spur) = self.spurs.pop() {
            if self.states[spur.slot] == spur.state {
                self.cut_off(&spur);
            }
        }
        self.slots.into_iter().flatten().collect()
    }

    fn degree(&self, v: u32) -> usize {
        self.ends.get(&v).map_or(0, Vec::len)
    }

    fn add(&mut self, branch: Branch) -> usize {
        let slot = self.slots.len();
        for v in [branch.from(), branch.to()] {
            self.ends.entry(v).or_default().push(slot);
        }
        self.slots.push(Some(branch));
        self.states.push(0);
        slot
    }

    fn take(&mut self, slot: usize) -> Option<Branch> {
        let branch = self.slots[slot].take()?;
        self.states[slot] += 1;
        for v in [branch.from(), branch.to()] {
            if let Some(ends) = self.ends.get_mut(&v) {
                if let Some(at) = ends.iter().position(|s| *s == slot) {
                    ends.remove(at);
                }
                if ends.is_empty() {
                    self.ends.remove(&v);
                }
            }
        }
        Some(branch)
    }

    /// Reckons the spurs of a branch anew.
    fn reckon(&mut self, slot: usize) {
        self.states[slot] += 1;
        let Some(branch) = &self.slots[slot] else { return };
        let count = branch.path.len();
        for (leaf, root, at_front) in [(branch.to(), branch.from(), false), (branch.from(), branch.to(), true)] {
            if self.degree(leaf) != 1 {
                continue;
            }
            // From the root to the leaf.
            let outward = |k: usize| branch.path[if at_front { count - 1 - k } else { k }] as usize;
            // From the leaf inwards, the first centre of an area is the root.
            let centre = (0..count).rev().find(|&k| self.is_centre[outward(k)]);
            if centre.is_none() && self.degree(root) == 1 {
                continue;
            }
            let at = centre.unwrap_or(0);
            if at + 1 >= count {
                continue;
            }
            let piece = |k: usize| (self.axis.points[outward(k)] - self.axis.points[outward(k + 1)]).norm();
            let length: f64 = (at..count - 1).map(piece).sum();
            let clear = self.axis.radius[outward(at)];
            let reach = length + self.axis.radius[leaf as usize] - clear;
            if reach < SPUR.max(SPUR_SHARE * clear) {
                let cut = if at_front { count - 1 - at } else { at };
                self.spurs.push(Spur { reach, slot, at_front, cut, state: self.states[slot] });
            }
        }
    }

    fn cut_off(&mut self, spur: &Spur) {
        let Some(branch) = self.take(spur.slot) else { return };
        let (from, to, cut) = (branch.from(), branch.to(), spur.cut);
        // What is left between the root and the branch's other end.
        let rest = if spur.at_front { branch.path[cut..].to_vec() } else { branch.path[..=cut].to_vec() };
        let mut touched = vec![from, to, branch.path[cut]];
        let new = self.slots.len();
        if rest.len() >= 2 {
            self.add(Branch { path: rest });
        }
        touched.sort_unstable();
        touched.dedup();
        for v in &touched {
            self.join(*v);
        }
        // Whether an end is a leaf or a root has changed at those points, and with it what their branches' spurs are.
        let mut changed: Vec<usize> = touched.iter().filter_map(|v| self.ends.get(v)).flatten().copied().collect();
        changed.extend(new..self.slots.len());
        changed.sort_unstable();
        changed.dedup();
        for slot in changed {
            self.reckon(slot);
        }
    }

    /// Two branches that meet where nothing else does become one.
    fn join(&mut self, v: u32) {
        let Some(&[i, j]) = self.ends.get(&v).map(Vec::as_slice).filter(|e| e.len() == 2 && e[0] != e[1]) else {
            return;
        };
        let (Some(first), Some(second)) = (self.take(i.min(j)), self.take(i.max(j))) else { return };
        self.add(first.joined(second, v));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Point2;

    /// An axis along x with a point each 5 m, without the neighbours.
    fn axis(radius: &[f64]) -> Skeleton {
        let points = (0..radius.len()).map(|k| Point2::new(5.0 * k as f64, 0.0)).collect();
        Skeleton { points, radius: radius.to_vec(), neighbours: vec![Vec::new(); radius.len()] }
    }

    #[test]
    fn a_short_way_out_of_a_lone_area_is_taken_and_the_search_ends() {
        let axis = axis(&[1.0, 4.0, 9.0]);
        for path in [vec![0, 1, 2], vec![2, 1, 0]] {
            assert!(Pruner::new(vec![Branch { path }], &axis, &[2]).run().is_empty());
        }
        // Between two areas it is a road.
        let road = Branch { path: vec![0, 1, 2] };
        assert_eq!(Pruner::new(vec![road], &axis, &[0, 2]).run().len(), 1);
    }

    #[test]
    fn what_meets_where_a_spur_was_becomes_one() {
        let axis = axis(&[5.0; 20]);
        let branches = [vec![0, 1, 2, 3, 4, 5, 6, 7, 8], vec![8, 9, 10], vec![8, 11, 12, 13, 14, 15, 16, 17, 18, 19]];
        let left = Pruner::new(branches.map(|path| Branch { path }).to_vec(), &axis, &[]).run();
        assert_eq!(left.len(), 1);
        assert_eq!((left[0].from(), left[0].to(), left[0].path.len()), (0, 19, 18));
    }
}
