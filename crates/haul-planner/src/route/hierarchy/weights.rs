//! What the arcs of a skeleton cost: customisation (J. Dibbelt, B. Strasser and D. Wagner, *Customizable contraction
//! hierarchies*, 2016).

use super::skeleton::{NONE, Skeleton};

/// A way of the network from place to place, with its cost in whole units.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Way {
    pub(in super::super) from: u32,
    pub(in super::super) to: u32,
    pub(in super::super) way: u32,
    pub(in super::super) cost: u64,
}

/// To which neighbour of its first place a path goes first, and from which of its last place it comes: their numbers among
/// all neighbours of these two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tips {
    pub(super) first: u8,
    pub(super) last: u8,
}

/// An arc with the least cost from its lower end to its upper one over lower places alone, and back. Costs are whole
/// numbers of units, infinite where there is no way; as floats they are exact up to 2⁵³ and two are added at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weighted {
    pub(super) up: f64,
    pub(super) down: f64,
    /// Its upper end.
    pub(super) head: u32,
    pub(super) up_tips: Tips,
    pub(super) down_tips: Tips,
}

/// Arcs with their costs.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    pub(super) arcs: Vec<Weighted>,
    /// By join: the cheapest way of the network out to the neighbour, [`NONE`] where there is none.
    pub(super) ways: Vec<u32>,
    /// By join: what it costs to go out, and in from there.
    costs: Vec<(f64, f64)>,
}

impl Weights {
    /// Of a network without ways.
    pub(super) fn new(skeleton: &Skeleton) -> Self {
        let joins = skeleton.joins.count();
        Self {
            arcs: skeleton.head.iter().map(|&head| Weighted::impassable(head)).collect(),
            ways: vec![NONE; joins],
            costs: vec![(f64::INFINITY, f64::INFINITY); joins],
        }
    }

    /// Takes up other ways: by rank, whether arcs of a place have changed. `None`, and nothing changed, where a way joins
    /// places that the skeleton does not join.
    pub(super) fn update(&mut self, skeleton: &Skeleton, ways: &[Way]) -> Option<Vec<bool>> {
        let mut cheapest = vec![NONE; self.ways.len()];
        let mut costs = vec![(f64::INFINITY, f64::INFINITY); self.costs.len()];
        for way in ways {
            let (from, to) = (skeleton.rank[way.from as usize], skeleton.rank[way.to as usize]);
            let (there, back) = skeleton.joins.between(from, to)?;
            let cost = way.cost as f64;
            if cost < costs[there].0 {
                (costs[there].0, costs[back].1) = (cost, cost);
                cheapest[there] = way.way;
            }
        }
        let is_other = |place: u32| {
            let joins = skeleton.joins.of(place);
            costs[joins.clone()] != self.costs[joins]
        };
        let mut dirty: Vec<bool> = (0..skeleton.parent.len() as u32).map(is_other).collect();
        (self.ways, self.costs) = (cheapest, costs);
        self.customise(skeleton, &mut dirty);
        Some(dirty)
    }

    /// Works out anew the arcs of the places that are marked, and of those above them that this changes; marked is then
    /// what has changed.
    fn customise(&mut self, skeleton: &Skeleton, dirty: &mut [bool]) {
        let mut arc_to = vec![0; dirty.len()];
        let mut before = Vec::new();
        for place in 0..dirty.len() {
            if !dirty[place] {
                continue;
            }
            let (arcs, joins) = (skeleton.arcs(place), skeleton.joins.of(place as u32));
            before.clear();
            before.extend_from_slice(&self.arcs[arcs.clone()]);
            for arc in arcs.clone() {
                arc_to[skeleton.head[arc] as usize] = arc as u32;
                self.arcs[arc] = Weighted::impassable(skeleton.head[arc]);
            }
            for join in joins.clone().filter(|&j| skeleton.joins.to[j] as usize > place) {
                let (here, there) = ((join - joins.start) as u8, skeleton.joins.back[join]);
                let arc = &mut self.arcs[arc_to[skeleton.joins.to[join] as usize] as usize];
                arc.lower_up(self.costs[join].0, Tips { first: here, last: there });
                arc.lower_down(self.costs[join].1, Tips { first: there, last: here });
            }
            for &into in skeleton.arcs_below(place) {
                self.pass_below(skeleton, into as usize, &arc_to);
            }
            dirty[place] = self.arcs[arcs.clone()] != before[..];
            if dirty[place] {
                skeleton.head[arcs].iter().for_each(|&up| dirty[up as usize] = true);
            }
        }
    }

    /// Goes from the upper end of an arc to all other places above its lower end, by way of that.
    fn pass_below(&mut self, skeleton: &Skeleton, into: usize, arc_to: &[u32]) {
        let here = self.arcs[into];
        if here.up.is_infinite() && here.down.is_infinite() {
            return;
        }
        for other in into + 1..skeleton.arcs(skeleton.tail[into] as usize).end {
            let there = self.arcs[other];
            let arc = &mut self.arcs[arc_to[there.head as usize] as usize];
            let up = Tips { first: here.down_tips.first, last: there.up_tips.last };
            let down = Tips { first: there.down_tips.first, last: here.up_tips.last };
            arc.lower_up(here.down + there.up, up);
            arc.lower_down(there.down + here.up, down);
        }
    }
}

impl Weighted {
    /// Without a way in either sense.
    fn impassable(head: u32) -> Self {
        let (cost, tips) = (f64::INFINITY, Tips::default());
        Self { up: cost, down: cost, head, up_tips: tips, down_tips: tips }
    }

    /// Takes up a path from the lower end to the upper one, if it is cheaper.
    fn lower_up(&mut self, cost: f64, tips: Tips) {
        if cost < self.up {
            (self.up, self.up_tips) = (cost, tips);
        }
    }

    /// The same from the upper end to the lower one.
    fn lower_down(&mut self, cost: f64, tips: Tips) {
        if cost < self.down {
            (self.down, self.down_tips) = (cost, tips);
        }
    }
}
