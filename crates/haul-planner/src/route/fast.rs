//! A contraction hierarchy over a network whose turns are reckoned road by road.
//!
//! A node of the mine is one place of the hierarchy where every turn but that back into the same road can be made, else
//! one place for each way that ends there. No best route turns back into the road it comes from in its middle, for then
//! it would have passed the node before; where one would at its very start the plain search is asked.

use super::network::{Network, unway};
use super::search::Ends;
use fast_paths::{FastGraph, InputGraph, PathCalculator};
use haul_mine::MineMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// The hierarchy, and what a question writes in: one question at a time.
pub(super) struct FastWays {
    graph: FastGraph,
    calculator: Mutex<PathCalculator>,
    /// Place in which each way ends.
    ends: Vec<u32>,
    /// Places from which each way may be entered.
    entries: Vec<Vec<u32>>,
    /// By place: the ways that leave it, with where they lead and their cost; of two with the same end the cheaper.
    leaves: Vec<Vec<Leave>>,
}

/// A way out of a place.
#[derive(Clone, Copy)]
struct Leave {
    to: u32,
    way: u32,
    cost: u64,
}

/// A cost and the ways that come to it.
pub(super) type Found = Option<(u64, Vec<usize>)>;

impl fmt::Debug for FastWays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FastWays").field("places", &self.graph.get_num_nodes()).finish_non_exhaustive()
    }
}

impl Clone for FastWays {
    fn clone(&self) -> Self {
        let calculator = Mutex::new(fast_paths::create_calculator(&self.graph));
        let (graph, ends) = (self.graph.clone(), self.ends.clone());
        Self { graph, calculator, ends, entries: self.entries.clone(), leaves: self.leaves.clone() }
    }
}

impl FastWays {
    /// The hierarchy of a network; in the order of contraction of a former one where the places are the same.
    pub(super) fn new(network: &Network, map: &MineMap, former: Option<&FastWays>) -> Self {
        let none = super::RouteOptions::default();
        let count = network.tolls.len();
        let (ends, places) = places(network, map);
        let mut entries: Vec<Vec<u32>> = vec![Vec::new(); count];
        for (from, &place) in ends.iter().enumerate() {
            for turn in network.turns_from(from) {
                let list = &mut entries[turn.into as usize];
                if !list.contains(&place) {
                    list.push(place);
                }
            }
        }
        let mut leaves: Vec<Vec<Leave>> = vec![Vec::new(); places];
        let mut input = InputGraph::new();
        for way in (0..count).filter(|w| !network.is_closed(unway(*w).0, &none)) {
            let cost = network.entering(way) + network.whole(way) + network.leaving(way);
            for &from in &entries[way] {
                let leave = Leave { to: ends[way], way: way as u32, cost };
                if from == leave.to {
                    continue;
                }
                match leaves[from as usize].iter_mut().find(|l| l.to == leave.to) {
                    Some(known) if known.cost <= cost => continue,
                    Some(known) => *known = leave,
                    None => leaves[from as usize].push(leave),
                }
                input.add_edge(from as usize, leave.to as usize, cost as usize);
            }
        }
        input.freeze();
        let prepared = former
            .map(|f| f.graph.get_node_ordering())
            .filter(|order| order.len() == input.get_num_nodes())
            .and_then(|order| fast_paths::prepare_with_order(&input, &order).ok());
        let graph = prepared.unwrap_or_else(|| fast_paths::prepare(&input));
        Self { calculator: Mutex::new(fast_paths::create_calculator(&graph)), graph, ends, entries, leaves }
    }

    /// The best route; the inner `None` where there is none, the outer where only the plain search can tell.
    #[allow(clippy::option_option)] // the outer one is "not mine to say"
    pub(super) fn best(&self, network: &Network, ends: &Ends) -> Option<Found> {
        let sources: Vec<(usize, usize, usize)> = ends
            .seeds()
            .map(|s| (self.ends[s.way] as usize, (s.cost + network.leaving(s.way)) as usize, s.way))
            .collect();
        let mut targets: Vec<(usize, usize, usize)> = Vec::with_capacity(8);
        for goal in ends.goals() {
            let cost = (network.entering(goal.way) + goal.cost) as usize;
            for &place in &self.entries[goal.way] {
                targets.push((place as usize, cost, goal.way));
            }
        }
        let known = self.graph.get_num_nodes();
        let cheapest = |list: &[(usize, usize, usize)]| {
            let mut ends: Vec<(usize, usize)> = Vec::with_capacity(list.len());
            // Places that no way leads to or from are not in the hierarchy.
            for &(place, cost, _) in list.iter().filter(|e| e.0 < known) {
                match ends.iter_mut().find(|e| e.0 == place) {
                    Some(known) => known.1 = known.1.min(cost),
                    None => ends.push((place, cost)),
                }
            }
            ends
        };
        let (from, to) = (cheapest(&sources), cheapest(&targets));
        let found = if from.is_empty() || to.is_empty() {
            None
        } else {
            let mut calculator = self.calculator.lock().unwrap_or_else(PoisonError::into_inner);
            calculator.calc_path_multiple_sources_and_targets(&self.graph, from, to)
        };
        let direct = ends.direct().map(|(cost, way)| (cost, vec![way]));
        let Some(path) = found else { return Some(direct) };
        let cost = path.get_weight() as u64;
        if let Some(direct) = direct.filter(|d| d.0 <= cost) {
            return Some(Some(direct));
        }
        let nodes = path.get_nodes();
        let (first, last) = (*nodes.first()?, *nodes.last()?);
        let least = |list: &[(usize, usize, usize)], place: usize| {
            list.iter().filter(|e| e.0 == place).min_by_key(|e| (e.1, e.2)).map(|e| e.2)
        };
        let (seed, goal) = (least(&sources, first)?, least(&targets, last)?);
        let mut ways = Vec::with_capacity(nodes.len() + 1);
        ways.push(seed);
        for pair in nodes.windows(2) {
            let leave = self.leaves[pair[0]].iter().find(|l| l.to as usize == pair[1])?;
            ways.push(leave.way as usize);
        }
        ways.push(goal);
        // Straight back over the start's road is no turn that a truck makes.
        ways.windows(2).all(|w| network.turn_into(w[0], w[1]).is_some()).then_some(Some((cost, ways)))
    }
}

/// The place in which each way ends, and how many places there are.
fn places(network: &Network, map: &MineMap) -> (Vec<u32>, usize) {
    let mut of_node: Vec<Option<u32>> = vec![None; map.roads.nodes.len()];
    let mut ends = Vec::with_capacity(network.tolls.len());
    let mut count = 0_u32;
    let mut fresh = || {
        count += 1;
        count - 1
    };
    let free: Vec<bool> = map.roads.nodes.iter().map(|n| all_turns(network, map, n.id)).collect();
    for way in 0..network.tolls.len() {
        let (road, forward) = unway(way);
        let node = map.roads.road(road).map(|r| if forward { r.to } else { r.from }.index());
        match node.filter(|n| free.get(*n).copied().unwrap_or(false)) {
            Some(node) => {
                let place = *of_node[node].get_or_insert_with(&mut fresh);
                ends.push(place);
            }
            None => ends.push(fresh()),
        }
    }
    (ends, count as usize)
}

/// Whether every turn at a node can be made but those back into the same road.
fn all_turns(network: &Network, map: &MineMap, node: haul_core::NodeId) -> bool {
    let leaves = map.roads.roads_at(node);
    let one_way = |road| map.roads.road(road).is_some_and(|r| r.one_way);
    leaves.iter().all(|&(id, along)| {
        // Against a one-way road nobody comes in.
        if along && one_way(id) {
            return true;
        }
        let from = super::network::way(id, !along);
        leaves.iter().all(|&(into, leaving)| {
            into == id
                || (!leaving && one_way(into))
                || network.turn_into(from, super::network::way(into, leaving)).is_some()
        })
    })
}
