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

/// An arc with the least cost from its lower end to its upper one over lower places alone, and back. Costs are whole
/// numbers of units, infinite where there is no way; as floats they are exact up to 2⁵³ and two are added at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weighted {
    pub(super) up: f64,
    pub(super) down: f64,
    /// Its upper end and the depth of that.
    pub(super) head: u32,
    pub(super) depth: u32,
}

/// Marks a number that is a way of the network and not a [`passage`].
const WAY: u32 = 1 << 31;

/// An arc in one sense, as a number.
pub(super) fn passage(arc: usize, up: bool) -> u32 {
    2 * arc as u32 + u32::from(!up)
}

/// What a passage is made of: two that meet in a lower place, or a way of the network, in which case `first` is [`NONE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Made {
    first: u32,
    second: u32,
}

const NOT_MADE: Made = Made { first: NONE, second: NONE };

/// Arcs with their costs.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    pub(super) arcs: Vec<Weighted>,
    /// By passage.
    made: Vec<Made>,
    /// By passage: the cheapest way of the network that is one, and its cost.
    ways: Vec<u32>,
    costs: Vec<f64>,
}

impl Weights {
    /// Of a network without ways.
    pub(super) fn new(skeleton: &Skeleton) -> Self {
        let none = |&head: &u32| Weighted {
            up: f64::INFINITY,
            down: f64::INFINITY,
            head,
            depth: skeleton.depth[head as usize],
        };
        let count = 2 * skeleton.head.len();
        Self {
            arcs: skeleton.head.iter().map(none).collect(),
            made: vec![NOT_MADE; count],
            ways: vec![NONE; count],
            costs: vec![f64::INFINITY; count],
        }
    }

    /// Takes up other ways: by rank, whether arcs of a place have changed. `None`, and nothing changed, where a way joins
    /// places that the skeleton does not join.
    pub(super) fn update(&mut self, skeleton: &Skeleton, ways: &[Way]) -> Option<Vec<bool>> {
        let mut cheapest = vec![NONE; self.ways.len()];
        let mut costs = vec![f64::INFINITY; self.costs.len()];
        for way in ways {
            let (from, to) = (skeleton.rank[way.from as usize], skeleton.rank[way.to as usize]);
            let passage = passage(skeleton.arc(from, to)?, from < to) as usize;
            let cost = way.cost as f64;
            if cost < costs[passage] {
                (costs[passage], cheapest[passage]) = (cost, way.way);
            }
        }
        let mut dirty = vec![false; skeleton.parent.len()];
        for (arc, &low) in skeleton.tail.iter().enumerate() {
            let both = 2 * arc..2 * arc + 2;
            dirty[low as usize] |= costs[both.clone()] != self.costs[both.clone()];
            dirty[low as usize] |= cheapest[both.clone()] != self.ways[both];
        }
        (self.ways, self.costs) = (cheapest, costs);
        self.customise(skeleton, &mut dirty);
        Some(dirty)
    }

    /// Works out anew the arcs of the places that are marked, and of those above them that this changes; marked is then
    /// what has changed.
    fn customise(&mut self, skeleton: &Skeleton, dirty: &mut [bool]) {
        let mut arc_to = vec![0; dirty.len()];
        let mut before = (Vec::new(), Vec::new());
        for place in 0..dirty.len() {
            if !dirty[place] {
                continue;
            }
            let arcs = skeleton.arcs(place);
            let passages = 2 * arcs.start..2 * arcs.end;
            before.0.clear();
            before.0.extend_from_slice(&self.arcs[arcs.clone()]);
            before.1.clear();
            before.1.extend_from_slice(&self.made[passages.clone()]);
            for arc in arcs.clone() {
                arc_to[skeleton.head[arc] as usize] = arc as u32;
                (self.arcs[arc].up, self.arcs[arc].down) = (self.costs[2 * arc], self.costs[2 * arc + 1]);
            }
            for passage in passages.clone() {
                self.made[passage] = Made { first: NONE, second: self.ways[passage] };
            }
            for &into in skeleton.arcs_below(place) {
                self.pass_below(skeleton, into as usize, &arc_to);
            }
            dirty[place] = self.arcs[arcs.clone()] != before.0[..] || self.made[passages] != before.1[..];
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
            let arc = arc_to[there.head as usize] as usize;
            let (up, down) = (here.down + there.up, there.down + here.up);
            let known = self.arcs[arc];
            if up < known.up {
                self.arcs[arc].up = up;
                self.made[2 * arc] = Made { first: self.part(into, false), second: self.part(other, true) };
            }
            if down < known.down {
                self.arcs[arc].down = down;
                self.made[2 * arc + 1] = Made { first: self.part(other, false), second: self.part(into, true) };
            }
        }
    }

    /// The passage, or the way that it is.
    fn part(&self, arc: usize, up: bool) -> u32 {
        let passage = passage(arc, up);
        match self.made[passage as usize] {
            Made { first: NONE, second } => second | WAY,
            _ => passage,
        }
    }

    /// The ways of the network that passages stand for.
    pub(super) fn unpack(&self, passages: &[u32]) -> Vec<usize> {
        let made = |part: u32| if part & WAY == 0 { self.made[part as usize] } else { NOT_MADE };
        let mut ways = Vec::with_capacity(8 * passages.len());
        // What a part is made of is looked up when the part is found, well before it is needed.
        let mut open: Vec<(u32, Made)> = Vec::with_capacity(2 * passages.len());
        for &passage in passages.iter().rev() {
            let part = self.part(passage as usize / 2, passage.is_multiple_of(2));
            open.push((part, made(part)));
        }
        while let Some((part, Made { first, second })) = open.pop() {
            if part & WAY == 0 {
                open.push((second, made(second)));
                open.push((first, made(first)));
            } else {
                ways.push((part & !WAY) as usize);
            }
        }
        ways
    }
}
