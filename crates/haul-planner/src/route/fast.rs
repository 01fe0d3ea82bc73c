//! A hierarchy over a network whose turns are counted road by road.
//!
//! A node of the mine is one place of the hierarchy where every turn but that back into the same road can be made, else
//! one place for each way that ends there. No best route turns back into the road it comes from in its middle, for then
//! it would have passed the node before; where one would at its very start the plain search is asked.

use super::RouteOptions;
use super::hierarchy::{Hierarchy, Way};
use super::network::{Driven, Network, Sum, leg_over};
use super::search::Ends;
use haul_core::{NodeId, Point2, RoadId};
use haul_mine::MineMap;

/// The hierarchy, and what its places are.
#[derive(Debug, Clone)]
pub(super) struct FastWays {
    hierarchy: Hierarchy,
    places: Places,
    /// Where the places from which each way may be entered begin in `entries`, and where the last one's end.
    first: Vec<u32>,
    entries: Vec<u32>,
    /// By join of the hierarchy: what a route reads of the way along it.
    passed: Vec<Passed>,
}

/// What a route reads of a way that it passes from end to end. Beside those of the ways from the same place, and not far
/// from those of the places around: ways by their numbers lie all over the memory.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Passed {
    takes: Sum,
    road: RoadId,
    forward: bool,
}

/// Places of the hierarchy.
#[derive(Debug, Clone)]
struct Places {
    /// By node: whether it is one place.
    whole: Vec<bool>,
    /// Place in which each way ends.
    ends: Vec<u32>,
    /// Where each place is.
    at: Vec<Point2>,
}

impl FastWays {
    /// The hierarchy of a network; `None` where no hierarchy can be made of it.
    pub(super) fn new(network: &Network, map: &MineMap) -> Option<Self> {
        let places = Places::new(network, map);
        let (first, entries) = entries(network, &places);
        let ways = ways(network, &places, &first, &entries);
        let mut joins = vec![Vec::new(); places.at.len()];
        let mut join = |a: u32, b: u32| {
            if a != b {
                joins[a as usize].push(b);
                joins[b as usize].push(a);
            }
        };
        ways.iter().for_each(|way| join(way.from, way.to));
        // Roads that are one-way or closed today as well.
        for road in &map.roads.roads {
            if places.whole[road.from.index()]
                && places.whole[road.to.index()]
                && let (Some(out), Some(back)) = (network.way(road.id, true), network.way(road.id, false))
            {
                join(places.ends[out], places.ends[back]);
            }
        }
        let hierarchy = Hierarchy::new(&places.at, &joins, &ways)?;
        let passed = passed(network, &hierarchy);
        Some(Self { hierarchy, places, first, entries, passed })
    }

    /// Takes up what has changed at some nodes and on the roads there. `None` where it needs another hierarchy.
    pub(super) fn update(&mut self, network: &Network, map: &MineMap, nodes: &[NodeId]) -> Option<()> {
        if nodes.iter().any(|&node| all_turns(network, map, node) != self.places.whole[node.index()]) {
            return None;
        }
        (self.first, self.entries) = entries(network, &self.places);
        self.hierarchy.update(&ways(network, &self.places, &self.first, &self.entries))?;
        self.passed = passed(network, &self.hierarchy);
        Some(())
    }

    /// The best route; the inner `None` where there is none, the outer where only the plain search can tell.
    #[allow(clippy::option_option)] // the outer one is "not mine to say"
    pub(super) fn best(&self, network: &Network, ends: &Ends) -> Option<Option<Driven>> {
        let sources = ends.seeds().map(|s| (self.places.ends[s.way], s.cost + network.leaving(s.way), s.way));
        let targets = ends.goals().flat_map(|goal| {
            let cost = network.entering(goal.way) + goal.cost;
            self.entries_of(goal.way).iter().map(move |&place| (place, cost, goal.way))
        });
        let direct = |way: usize| Some(Some(network.driven(&[way])));
        let Some(best) = self.hierarchy.best(sources, targets) else {
            return ends.direct().map_or(Some(None), |(_, way)| direct(way));
        };
        if let Some((_, way)) = ends.direct().filter(|d| d.0 <= best.cost) {
            return direct(way);
        }
        let joins = self.hierarchy.follow(&best)?;
        let mut legs = Vec::with_capacity(joins.len() + 2);
        let mut between = Sum::default();
        legs.push(network.leg(best.from));
        legs.extend(joins.iter().map(|&join| {
            let Passed { takes, road, forward } = self.passed[join as usize];
            between = between.plus(takes);
            leg_over((road, forward), takes)
        }));
        legs.push(network.leg(best.to));
        // Straight back over the start's road is no turn that a truck makes; of all others the hierarchy knows.
        (legs[0].road != legs[1].road || legs[0].forward == legs[1].forward).then_some(Some(Driven { legs, between }))
    }

    /// Places from which a way may be entered.
    fn entries_of(&self, way: usize) -> &[u32] {
        &self.entries[self.first[way] as usize..self.first[way + 1] as usize]
    }
}

impl Places {
    fn new(network: &Network, map: &MineMap) -> Self {
        let whole: Vec<bool> = map.roads.nodes.iter().map(|n| all_turns(network, map, n.id)).collect();
        let mut of_node = vec![None; whole.len()];
        let (mut ends, mut at) = (Vec::with_capacity(network.tolls.len()), Vec::new());
        for (way, &end) in network.ends.iter().enumerate() {
            let (road, forward) = network.unway(way);
            let node = map.roads.road(road).map(|r| if forward { r.to } else { r.from }.index());
            let mut fresh = || {
                at.push(end);
                at.len() as u32 - 1
            };
            ends.push(match node.filter(|&n| whole[n]) {
                Some(node) => *of_node[node].get_or_insert_with(fresh),
                None => fresh(),
            });
        }
        Self { whole, ends, at }
    }
}

/// Places from which each way may be entered, and where they begin.
fn entries(network: &Network, places: &Places) -> (Vec<u32>, Vec<u32>) {
    let mut first = vec![0; network.tolls.len() + 1];
    let turns = || (0..network.tolls.len()).flat_map(|from| network.turns_from(from).iter().map(move |t| (from, t)));
    turns().for_each(|(_, turn)| first[turn.into as usize + 1] += 1);
    for k in 1..first.len() {
        first[k] += first[k - 1];
    }
    let (mut all, mut next) = (vec![0; first[network.tolls.len()] as usize], first.clone());
    for (from, turn) in turns() {
        let (begin, end) = (first[turn.into as usize] as usize, &mut next[turn.into as usize]);
        if !all[begin..*end as usize].contains(&places.ends[from]) {
            all[*end as usize] = places.ends[from];
            *end += 1;
        }
    }
    // Without what was kept free for the same place once more.
    let mut kept = Vec::with_capacity(network.tolls.len());
    for way in 0..network.tolls.len() {
        let begin = std::mem::replace(&mut first[way], kept.len() as u32);
        kept.extend_from_slice(&all[begin as usize..next[way] as usize]);
    }
    first[network.tolls.len()] = kept.len() as u32;
    (first, kept)
}

/// What a route reads of the ways along the joins of a hierarchy.
fn passed(network: &Network, hierarchy: &Hierarchy) -> Vec<Passed> {
    let of = |way: usize| {
        let (road, forward) = network.unway(way);
        Passed { takes: network.passing(way), road, forward }
    };
    let none = Passed { takes: Sum::default(), road: RoadId(u32::MAX), forward: true };
    (0..hierarchy.join_count()).map(|join| hierarchy.way(join).map_or(none, of)).collect()
}

/// The ways that are open, from each place from which they may be entered.
fn ways(network: &Network, places: &Places, first: &[u32], entries: &[u32]) -> Vec<Way> {
    let none = RouteOptions::default();
    let mut ways = Vec::with_capacity(entries.len());
    for way in (0..network.tolls.len()).filter(|w| !network.is_closed(network.unway(*w).0, &none)) {
        let cost = network.entering(way) + network.whole(way) + network.leaving(way);
        let (to, known) = (places.ends[way], &entries[first[way] as usize..first[way + 1] as usize]);
        ways.extend(known.iter().filter(|&&from| from != to).map(|&from| Way { from, to, way: way as u32, cost }));
    }
    ways
}

/// Tells whether every turn at a node can be made but those back into the same road.
fn all_turns(network: &Network, map: &MineMap, node: NodeId) -> bool {
    let leaves = map.roads.roads_at(node);
    let one_way = |road| map.roads.road(road).is_some_and(|r| r.one_way);
    leaves.iter().all(|&(id, along)| {
        // Against a one-way road nobody comes in.
        if along && one_way(id) {
            return true;
        }
        let Some(from) = network.way(id, !along) else { return true };
        let can_turn = |into: RoadId, leaving: bool| {
            network.way(into, leaving).is_some_and(|way| network.turn_into(from, way).is_some())
        };
        leaves.iter().all(|&(into, leaving)| into == id || (!leaving && one_way(into)) || can_turn(into, leaving))
    })
}
