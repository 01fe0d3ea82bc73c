//! Removal of spurs, in order of increasing reach. The time per spur depends only on the branches that it touches,
//! because a noisy survey has thousands of spurs.

use super::branch::Branch;
use super::medial_axis::MedialAxis;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

/// Reach of a spur beyond the circle at its root below which the spur is removed, m.
const LEAST_SPUR_REACH: f64 = 15.0;
/// Reach below which a spur is removed, as a fraction of the radius of the circle at its root. The larger limit
/// applies.
const LEAST_SPUR_SHARE: f64 = 0.4;

/// A dead end with little reach beyond the circle at its root.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Spur {
    /// Distance from the circle at the root to the far side of the last circle, m.
    reach: f64,
    /// Slot of the spur's branch in [`Pruner::slots`].
    slot: usize,
    /// True if the leaf is the first point of the branch.
    at_front: bool,
    /// Index of the root in the branch's path.
    cut: usize,
    /// Value of the branch's counter in [`Pruner::states`] when this spur was computed. Another value there now marks
    /// the spur as outdated.
    state: u32,
}

impl Eq for Spur {}

impl PartialOrd for Spur {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Spur {
    /// Orders the spur with the smallest reach as the greatest, for the max-heap. Spurs of equal reach are ordered by
    /// slot, lowest first.
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .reach
            .total_cmp(&self.reach)
            .then(other.slot.cmp(&self.slot))
            .then(other.at_front.cmp(&self.at_front))
            .then(other.state.cmp(&self.state))
    }
}

/// A network while its spurs are removed.
pub(super) struct Pruner<'a> {
    axis: &'a MedialAxis,
    is_centre: Vec<bool>,
    /// Branches in the order in which they were added; `None` after removal.
    slots: Vec<Option<Branch>>,
    /// Counter for each branch, raised whenever its spurs are computed or it is removed.
    states: Vec<u32>,
    /// Slots of the branches that end at each axis point. A loop is listed twice.
    ends: BTreeMap<u32, Vec<usize>>,
    /// Candidate spurs, including outdated ones.
    spurs: BinaryHeap<Spur>,
}

impl<'a> Pruner<'a> {
    pub(super) fn new(branches: Vec<Branch>, axis: &'a MedialAxis, centres: &[usize]) -> Self {
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
            pruner.find_spurs(slot);
        }
        pruner
    }

    /// Removes all spurs and returns the remaining branches in the order in which they were added.
    pub(super) fn run(mut self) -> Vec<Branch> {
        while let Some(spur) = self.spurs.pop() {
            if self.states[spur.slot] == spur.state {
                self.cut_off(&spur);
            }
        }
        self.slots.into_iter().flatten().collect()
    }

    /// Returns the number of branch ends at an axis point.
    fn degree(&self, v: u32) -> usize {
        self.ends.get(&v).map_or(0, Vec::len)
    }

    /// Adds a branch and returns its slot.
    fn add(&mut self, branch: Branch) -> usize {
        let slot = self.slots.len();
        for v in [branch.from(), branch.to()] {
            self.ends.entry(v).or_default().push(slot);
        }
        self.slots.push(Some(branch));
        self.states.push(0);
        slot
    }

    /// Removes a branch from its slot and returns it.
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

    /// Computes the spurs of a branch again.
    fn find_spurs(&mut self, slot: usize) {
        self.states[slot] += 1;
        let Some(branch) = &self.slots[slot] else { return };
        let count = branch.path.len();
        for (leaf, root, at_front) in [(branch.to(), branch.from(), false), (branch.from(), branch.to(), true)] {
            if self.degree(leaf) != 1 {
                continue;
            }
            // Axis point number `k`, counted from the root to the leaf.
            let outward = |k: usize| branch.path[if at_front { count - 1 - k } else { k }] as usize;
            // Seen from the leaf, the first centre of an area is the root.
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
            if reach < LEAST_SPUR_REACH.max(LEAST_SPUR_SHARE * clear) {
                let cut = if at_front { count - 1 - at } else { at };
                self.spurs.push(Spur { reach, slot, at_front, cut, state: self.states[slot] });
            }
        }
    }

    /// Removes a spur and updates the branches at the points that it touches.
    fn cut_off(&mut self, spur: &Spur) {
        let Some(branch) = self.take(spur.slot) else { return };
        let (from, to, cut) = (branch.from(), branch.to(), spur.cut);
        // The rest of the branch between the root and the other end.
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
        // At these points, ends may have become leaves or roots. The spurs of their branches are therefore computed
        // again.
        let mut changed: Vec<usize> = touched.iter().filter_map(|v| self.ends.get(v)).flatten().copied().collect();
        changed.extend(new..self.slots.len());
        changed.sort_unstable();
        changed.dedup();
        for slot in changed {
            self.find_spurs(slot);
        }
    }

    /// Joins the two branches that meet at a point if no other branch ends there.
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

    /// Returns an axis along x with points 5 m apart, without neighbours.
    fn axis(radius: &[f64]) -> MedialAxis {
        let points = (0..radius.len()).map(|k| Point2::new(5.0 * k as f64, 0.0)).collect();
        MedialAxis { points, radius: radius.to_vec(), neighbours: vec![Vec::new(); radius.len()] }
    }

    #[test]
    fn short_branch_from_a_lone_area_is_removed() {
        let axis = axis(&[1.0, 4.0, 9.0]);
        for path in [vec![0, 1, 2], vec![2, 1, 0]] {
            assert!(Pruner::new(vec![Branch { path }], &axis, &[2]).run().is_empty());
        }
        // Between two areas it is a road.
        let road = Branch { path: vec![0, 1, 2] };
        assert_eq!(Pruner::new(vec![road], &axis, &[0, 2]).run().len(), 1);
    }

    #[test]
    fn branches_at_a_removed_spur_are_joined() {
        let axis = axis(&[5.0; 20]);
        let branches = [vec![0, 1, 2, 3, 4, 5, 6, 7, 8], vec![8, 9, 10], vec![8, 11, 12, 13, 14, 15, 16, 17, 18, 19]];
        let left = Pruner::new(branches.map(|path| Branch { path }).to_vec(), &axis, &[]).run();
        assert_eq!(left.len(), 1);
        assert_eq!((left[0].from(), left[0].to(), left[0].path.len()), (0, 19, 18));
    }
}
