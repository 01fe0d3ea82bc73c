//! The cheapest ways from some places to others: both ends rise through the hierarchy, and meet at a place above both.

use super::labels::{Table, lower};
use super::skeleton::NONE;
use super::weights::{Weighted, passage};
use super::{Best, Hierarchy};

/// A place that a question begins or ends with, by rank, and what it costs to come there or to go on from there.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) place: u32,
    pub(super) cost: f64,
    /// Which of the places of the question it is.
    pub(super) index: usize,
}

/// Costs between the ends of one side and all places above the lowest of them, by depth.
struct Rise<'a> {
    ends: &'a [End],
    /// To the places below the tables, and to those right above these.
    near: Vec<f64>,
    /// The last arc to each of these, [`NONE`] at an end.
    arcs: Vec<u32>,
    /// Depth of the lowest place with a row in the tables.
    tabled: Option<usize>,
    /// Depths of the places from which the tables are used.
    edge: Vec<usize>,
    /// To all places down to the lowest that both sides have in common.
    costs: Vec<f64>,
}

impl Hierarchy {
    /// The cheapest ways from one of some places to one of others. The places of each side lie above the first of them.
    pub(super) fn meet(&self, from: &[End], to: &[End]) -> Option<Best> {
        let common = self.skeleton.meeting(from.first()?.place, to.first()?.place)?;
        let rising = self.rise(from, common, &self.labels.up, |arc| arc.up);
        let falling = self.rise(to, common, &self.labels.down, |arc| arc.down);
        let (mut least, mut depth) = (f64::INFINITY, 0);
        for (k, (a, b)) in rising.costs.iter().zip(&falling.costs).enumerate() {
            if a + b < least {
                (least, depth) = (a + b, k);
            }
        }
        if least.is_infinite() {
            return None;
        }
        let mut passages = Vec::with_capacity(64);
        let from = self.trace(&rising, depth, true, &mut passages)?;
        passages.reverse();
        let to = self.trace(&falling, depth, false, &mut passages)?;
        Some(Best { cost: least as u64, from: from.index, to: to.index, ways: self.weights.unpack(&passages) })
    }

    fn rise<'a>(&self, ends: &'a [End], common: usize, table: &Table, cost: impl Fn(&Weighted) -> f64) -> Rise<'a> {
        let (skeleton, lowest) = (&*self.skeleton, ends[0].place);
        let bottom = skeleton.depth[lowest as usize] as usize;
        let mut near = vec![f64::INFINITY; bottom + 1];
        let mut arcs = vec![NONE; bottom + 1];
        for end in ends {
            let known = &mut near[skeleton.depth[end.place as usize] as usize];
            *known = known.min(end.cost);
        }
        let (mut place, mut tabled) = (lowest, None);
        for depth in (0..=bottom).rev() {
            if self.labels.row[place as usize] != NONE {
                tabled = Some(depth);
                break;
            }
            let here = near[depth];
            if here.is_finite() {
                for index in skeleton.arcs(place as usize) {
                    let arc = &self.weights.arcs[index];
                    let there = here + cost(arc);
                    if there < near[arc.depth as usize] {
                        near[arc.depth as usize] = there;
                        arcs[arc.depth as usize] = index as u32;
                    }
                }
            }
            place = skeleton.parent[place as usize];
        }
        let mut costs = vec![f64::INFINITY; common + 1];
        let below = tabled.map_or(0, |depth| depth + 1).min(common + 1);
        costs[below..].copy_from_slice(&near[below..=common]);
        let mut rise = Rise { ends, near, arcs, tabled, edge: Vec::with_capacity(32), costs };
        for depth in (0..tabled.map_or(0, |depth| depth + 1)).rev() {
            let cost = rise.near[depth];
            if cost.is_finite() && rise.costs.get(depth).is_none_or(|known| cost < *known) {
                let row = self.labels.row[self.place(&rise, depth) as usize];
                lower(&mut rise.costs, cost, table.row(row, depth.min(common)));
                rise.edge.push(depth);
            }
        }
        rise
    }

    /// The place at a depth to which a rise has come by an arc, or with which it begins.
    fn place(&self, rise: &Rise, depth: usize) -> u32 {
        match rise.arcs[depth] {
            NONE => self.end(rise, depth).map_or(NONE, |end| end.place),
            arc => self.skeleton.head[arc as usize],
        }
    }

    /// The cheapest end at a depth.
    fn end<'a>(&self, rise: &Rise<'a>, depth: usize) -> Option<&'a End> {
        rise.ends.iter().find(|end| self.skeleton.depth[end.place as usize] as usize == depth)
    }

    /// Adds the passages between the place at a depth and the end of a rise, from the place down, and says which end it is.
    fn trace<'a>(&self, rise: &Rise<'a>, depth: usize, up: bool, passages: &mut Vec<u32>) -> Option<&'a End> {
        let mut at = depth;
        if rise.tabled.is_some_and(|tabled| depth <= tabled) {
            let table = if up { &self.labels.up } else { &self.labels.down };
            let row = |edge: usize| self.labels.row[self.place(rise, edge) as usize];
            let leads = |edge: &&usize| {
                **edge >= depth && rise.near[**edge] + table.row(row(**edge), depth)[depth] == rise.costs[depth]
            };
            at = *rise.edge.iter().find(leads)?;
            if at > depth {
                let known = passages.len();
                table.climb(self.place(rise, at), row(at), depth, up, passages)?;
                passages[known..].reverse();
            }
        }
        while rise.arcs[at] != NONE {
            let arc = rise.arcs[at] as usize;
            passages.push(passage(arc, up));
            at = self.skeleton.depth[self.skeleton.tail[arc] as usize] as usize;
        }
        self.end(rise, at)
    }
}
