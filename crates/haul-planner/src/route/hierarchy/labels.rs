//! Least costs from the upper places of a hierarchy to all places above them, tabled: labels of hubs (I. Abraham,
//! D. Delling, A. Goldberg and R. Werneck 2011), for the places only that questions have in common.

use super::skeleton::{NONE, Skeleton};
use super::weights::{Weighted, Weights, passage};

/// Places with as many below them, themselves included, have a row in the tables; from the others a question rises
/// through the few places between. More rows take more memory; fewer make a question rise further.
const BELOW: u32 = 16;

/// The tables, to the places above and from them.
#[derive(Debug, Clone)]
pub(super) struct Labels {
    /// By rank: where the row of a place begins, [`NONE`] where it has none. A row has a cost for each depth.
    pub(super) row: Vec<u32>,
    pub(super) up: Table,
    pub(super) down: Table,
}

/// Costs of one sense.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// All rows.
    pub(super) costs: Vec<f64>,
    /// Arcs than which there is nothing cheaper over higher places.
    climbs: Vec<Climb>,
    /// By rank: where the climbs of each place begin and end.
    of: Vec<(u32, u32)>,
}

/// An arc up from a place with a row.
#[derive(Debug, Clone, Copy)]
struct Climb {
    cost: f64,
    arc: u32,
    /// Depth, row and climbs of its upper end.
    depth: u32,
    row: u32,
    climbs: (u32, u32),
}

impl Labels {
    /// Of a network without ways.
    pub(super) fn new(skeleton: &Skeleton) -> Self {
        let mut row = vec![NONE; skeleton.parent.len()];
        let mut costs = Vec::new();
        for low in (0..row.len()).rev().filter(|&low| skeleton.size[low] >= BELOW) {
            row[low] = costs.len() as u32;
            costs.resize(costs.len() + skeleton.depth[low] as usize, f64::INFINITY);
            costs.push(0.0);
        }
        let table = Table { costs, climbs: Vec::new(), of: vec![(0, 0); row.len()] };
        Self { row, up: table.clone(), down: table }
    }

    /// Takes up arcs that have changed: `changed` marks the places at their lower ends.
    pub(super) fn update(&mut self, skeleton: &Skeleton, weights: &Weights, changed: &[bool]) {
        self.up.update(skeleton, weights, &self.row, changed, |arc| arc.up);
        self.down.update(skeleton, weights, &self.row, changed, |arc| arc.down);
    }
}

impl Table {
    fn update(
        &mut self,
        skeleton: &Skeleton,
        weights: &Weights,
        rows: &[u32],
        changed: &[bool],
        cost: impl Fn(&Weighted) -> f64,
    ) {
        let mut moved = vec![false; rows.len()];
        let mut fresh = Vec::new();
        for low in (0..rows.len()).rev().filter(|&low| rows[low] != NONE) {
            let arcs = skeleton.arcs(low);
            if !changed[low] && !skeleton.head[arcs.clone()].iter().any(|&up| moved[up as usize]) {
                continue;
            }
            fresh.clear();
            fresh.resize(skeleton.depth[low] as usize, f64::INFINITY);
            fresh.push(0.0);
            for arc in &weights.arcs[arcs] {
                let cost = cost(arc);
                if cost < fresh[arc.depth as usize] {
                    lower(&mut fresh, cost, self.row(rows[arc.head as usize], arc.depth as usize));
                }
            }
            let begin = rows[low] as usize;
            let known = &mut self.costs[begin..begin + fresh.len()];
            moved[low] = *known != fresh[..];
            known.copy_from_slice(&fresh);
        }
        self.climbs.clear();
        // From the top down: what is above a place comes before it.
        for low in (0..rows.len()).rev().filter(|&low| rows[low] != NONE) {
            let begin = self.climbs.len() as u32;
            for index in skeleton.arcs(low) {
                let arc = &weights.arcs[index];
                let (cost, head) = (cost(arc), arc.head as usize);
                if cost.is_finite() && cost == self.costs[rows[low] as usize + arc.depth as usize] {
                    let (row, climbs) = (rows[head], self.of[head]);
                    self.climbs.push(Climb { cost, arc: index as u32, depth: arc.depth, row, climbs });
                }
            }
            self.of[low] = (begin, self.climbs.len() as u32);
        }
    }

    /// The costs of a row down to a depth.
    pub(super) fn row(&self, begin: u32, depth: usize) -> &[f64] {
        &self.costs[begin as usize..=begin as usize + depth]
    }

    /// Adds the passages from a place with a row to the one above it at a depth.
    pub(super) fn climb(&self, place: u32, row: u32, depth: usize, up: bool, passages: &mut Vec<u32>) -> Option<()> {
        let ((mut begin, mut end), mut left) = (self.of[place as usize], self.costs[row as usize + depth]);
        loop {
            let climbs = &self.climbs[begin as usize..end as usize];
            let on = |c: &&Climb| c.depth as usize >= depth && c.cost + self.costs[c.row as usize + depth] == left;
            let climb = climbs.iter().find(on)?;
            passages.push(passage(climb.arc as usize, up));
            if climb.depth as usize == depth {
                return Some(());
            }
            ((begin, end), left) = (climb.climbs, left - climb.cost);
        }
    }
}

/// Lowers costs to what they are by way of a place: its own cost and those from there.
pub(super) fn lower(costs: &mut [f64], by_way_of: f64, there: &[f64]) {
    for (cost, there) in costs.iter_mut().zip(there) {
        let other = by_way_of + there;
        *cost = if other < *cost { other } else { *cost };
    }
}
