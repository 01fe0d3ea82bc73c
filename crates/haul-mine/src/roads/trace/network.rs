//! The medial axis as a network of branches between junctions and ends.

use super::branch::Branch;
use super::medial_axis::MedialAxis;
use super::prune::Pruner;
use std::collections::BTreeMap;

/// Distance below which two junctions are merged, as a fraction of the larger of their two clearances.
const MERGE_SHARE: f64 = 0.9;
/// Length below which a loop is dropped, m. So short a loop encloses nothing that separates two roads.
const LEAST_LOOP_LENGTH: f64 = 40.0;

/// Branches between junctions and ends.
pub(super) struct BranchNetwork {
    pub(super) branches: Vec<Branch>,
}

impl BranchNetwork {
    /// Returns the network of the largest connected part of the axis.
    pub(super) fn of(axis: &MedialAxis) -> BranchNetwork {
        BranchNetwork { branches: branches(&largest_part(axis)) }
    }

    /// Returns the number of branch ends that meet at each axis point.
    fn degrees(&self) -> BTreeMap<u32, usize> {
        let mut degrees = BTreeMap::new();
        for b in &self.branches {
            *degrees.entry(b.from()).or_insert(0) += 1;
            *degrees.entry(b.to()).or_insert(0) += 1;
        }
        degrees
    }

    /// Removes spurs: dead ends whose outermost inscribed circle hardly extends beyond the circle at their root. The
    /// root is the junction or, if the spur passes through centres of areas, the centre nearest to the dead end. The
    /// branch up to such a centre stays.
    pub(super) fn prune_spurs(&mut self, axis: &MedialAxis, centres: &[usize]) {
        self.branches = Pruner::new(std::mem::take(&mut self.branches), axis, centres).run();
    }

    /// Joins pairs of branches that meet at a point where no other branch ends.
    fn join_through(&mut self) {
        loop {
            let degrees = self.degrees();
            let mut ends: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
            for (i, b) in self.branches.iter().enumerate() {
                ends.entry(b.from()).or_default().push(i);
                ends.entry(b.to()).or_default().push(i);
            }
            let pair = degrees
                .iter()
                .filter(|(_, d)| **d == 2)
                .find_map(|(v, _)| ends.get(v).filter(|e| e[0] != e[1]).map(|e| (*v, e[0], e[1])));
            let Some((v, i, j)) = pair else { return };
            let (low, high) = (i.min(j), i.max(j));
            let second = self.branches.remove(high);
            let first = self.branches.remove(low);
            self.branches.push(first.joined(second, v));
        }
    }

    /// Merges junctions that lie within the same widening of the road. The centre of an area stays, otherwise the
    /// junction with the greater clearance.
    pub(super) fn merge_junctions(&mut self, axis: &MedialAxis, centres: &[usize]) {
        loop {
            let degrees = self.degrees();
            let is_junction = |v: u32| degrees.get(&v).is_some_and(|d| *d >= 3);
            let near = self
                .branches
                .iter()
                .enumerate()
                .filter(|(_, b)| b.from() != b.to() && is_junction(b.from()) && is_junction(b.to()))
                .map(|(i, b)| {
                    let clear = axis.radius[b.from() as usize].max(axis.radius[b.to() as usize]);
                    (b.length(axis) / clear.max(1e-9), i)
                })
                .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let Some((share, i)) = near else { break };
            if share >= MERGE_SHARE {
                break;
            }
            let link = self.branches.remove(i);
            let room = |v: u32| (centres.contains(&(v as usize)), axis.radius[v as usize]);
            let (a, b) = (room(link.from()), room(link.to()));
            let from_stays = a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).is_ge();
            // The link leads from the junction that is removed to the one that stays.
            let link = if from_stays { link.reversed() } else { link };
            for branch in &mut self.branches {
                if branch.to() == link.from() {
                    branch.path.extend(link.path.iter().skip(1));
                }
                if branch.from() == link.from() {
                    let lead: Vec<u32> = link.path.iter().skip(1).rev().copied().collect();
                    branch.path.splice(0..0, lead);
                }
            }
            self.branches.retain(|b| b.from() != b.to() || b.length(axis) >= LEAST_LOOP_LENGTH);
        }
        self.join_through();
    }

    /// Splits each loop at its midpoint, so that every road has two distinct ends.
    pub(super) fn split_loops(&mut self, axis: &MedialAxis) {
        let mut split = Vec::new();
        for branch in std::mem::take(&mut self.branches) {
            if branch.from() != branch.to() || branch.path.len() < 4 {
                split.push(branch);
                continue;
            }
            let half = branch.length(axis) / 2.0;
            let mut run = 0.0;
            let mut at = 1;
            for (k, w) in branch.path.windows(2).enumerate() {
                run += (axis.points[w[0] as usize] - axis.points[w[1] as usize]).norm();
                if run >= half {
                    at = k + 1;
                    break;
                }
            }
            let at = at.clamp(1, branch.path.len() - 2);
            split.push(Branch { path: branch.path[..=at].to_vec() });
            split.push(Branch { path: branch.path[at..].to_vec() });
        }
        self.branches = split;
    }
}

/// Returns the neighbours of each axis point in the largest connected part. Points outside that part have none.
fn largest_part(axis: &MedialAxis) -> Vec<Vec<u32>> {
    let n = axis.points.len();
    let mut part = vec![usize::MAX; n];
    let mut sizes: Vec<usize> = Vec::new();
    for start in 0..n {
        if part[start] != usize::MAX {
            continue;
        }
        let id = sizes.len();
        sizes.push(0);
        part[start] = id;
        let mut open = vec![start];
        while let Some(v) = open.pop() {
            sizes[id] += 1;
            for &w in &axis.neighbours[v] {
                if part[w as usize] == usize::MAX {
                    part[w as usize] = id;
                    open.push(w as usize);
                }
            }
        }
    }
    let largest = (0..sizes.len()).max_by_key(|&i| (sizes[i], std::cmp::Reverse(i)));
    (0..n)
        .map(|v| {
            let mut near = if Some(part[v]) == largest { axis.neighbours[v].clone() } else { Vec::new() };
            near.sort_unstable();
            near.dedup();
            near.retain(|w| *w as usize != v);
            near
        })
        .collect()
}

/// Splits the axis into branches. A branch runs through points with exactly two neighbours and ends at points with any
/// other number of neighbours. Closed chains come last.
fn branches(neighbours: &[Vec<u32>]) -> Vec<Branch> {
    let mut found = Vec::new();
    let mut walked = vec![false; neighbours.len()];
    let walk = |start: usize, first: u32, walked: &mut Vec<bool>| {
        let mut path = vec![start as u32, first];
        let mut previous = start as u32;
        let mut at = first;
        while neighbours[at as usize].len() == 2 && at as usize != start {
            walked[at as usize] = true;
            let pair = &neighbours[at as usize];
            let next = if pair[0] == previous { pair[1] } else { pair[0] };
            previous = at;
            at = next;
            path.push(at);
        }
        Branch { path }
    };
    for (v, around) in neighbours.iter().enumerate() {
        if around.is_empty() || around.len() == 2 {
            continue;
        }
        for &w in around {
            let branch = walk(v, w, &mut walked);
            // Each branch is found from both of its ends, and a loop at one junction is found twice from there.
            let (a, b) = (branch.path[0], branch.path[branch.path.len() - 1]);
            let (second, before_last) = (branch.path[1], branch.path[branch.path.len() - 2]);
            if (a, second) <= (b, before_last) {
                found.push(branch);
            }
        }
    }
    for v in 0..neighbours.len() {
        if neighbours[v].len() == 2 && !walked[v] {
            walked[v] = true;
            found.push(walk(v, neighbours[v][0], &mut walked));
        }
    }
    found
}
