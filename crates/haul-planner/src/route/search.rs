//! The best sequence of ways: A* over roads driven one way (Hart, Nilsson and Raphael 1968).

use super::RouteOptions;
use super::error::{NoConnection, RouteError};
use super::network::{Join, Network, units};
use super::turn::Turn;
use haul_core::{Point2, RoadId, angle};
use haul_mine::{MineMap, RoadPosition};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Roads that are reckoned dearer than they are, by this factor.
pub(super) type Dear = BTreeMap<RoadId, f64>;

/// Time that turning round at the start is reckoned to take, s: a three-point turn on a haul road.
const TURN_ROUND: f64 = 60.0;

/// One sense in which the start's road may be left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seed {
    pub(super) way: usize,
    /// Cost to the end of the way.
    pub(super) cost: u64,
    /// Time (s) and fuel (kg) lost by turning round and by speeding up.
    lost: (f64, f64),
}

/// One sense in which the goal's road may be entered.
#[derive(Debug, Clone)]
pub(super) struct Goal {
    pub(super) way: usize,
    /// Cost from its entry to the goal.
    pub(super) cost: u64,
}

/// Where a route begins and ends.
pub(super) struct Ends {
    pub(super) from: RoadPosition,
    pub(super) to: RoadPosition,
    seeds: [Option<Seed>; 2],
    goals: [Option<Goal>; 2],
    direct: Option<(u64, usize)>,
}

impl Ends {
    pub(super) fn new(
        network: &Network,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
    ) -> Self {
        let mut ends = Ends { from, to, seeds: [None, None], goals: [None, None], direct: None };
        for forward in [true, false] {
            let Some(first) = network.way(from.road, forward).filter(|way| !network.is_barred(*way)) else { continue };
            let length = network.length(first);
            let station = from.station.clamp(0.0, length);
            let turned = turn_round(map, &from, forward, options);
            let passed = if forward { station } else { length - station };
            let slow = options.speed.map_or((0.0, 0.0), |v| network.speeds.late_from(&network.tolls[first], passed, v));
            let lost = (turned + slow.0, slow.1);
            let of = |toll: (f64, f64)| units(network.criterion.of(toll.0 + lost.0, toll.1 + lost.1));
            let cost = of(network.toll_from(first, station));
            ends.seeds[usize::from(!forward)] = Some(Seed { way: first, cost, lost });
            let ahead = if forward { to.station >= station } else { to.station <= station };
            if to.road == from.road && ahead {
                let cost = of(network.toll_between(first, station, to.station));
                if ends.direct.is_none_or(|(c, _)| cost < c) {
                    ends.direct = Some((cost, first));
                }
            }
        }
        for forward in [true, false] {
            let Some(last) = network.way(to.road, forward).filter(|way| !network.is_barred(*way)) else { continue };
            let toll = network.toll_to(last, to.station.clamp(0.0, network.length(last)));
            let cost = units(network.criterion.of(toll.0, toll.1));
            ends.goals[usize::from(!forward)] = Some(Goal { way: last, cost });
        }
        ends
    }

    pub(super) fn seeds(&self) -> impl Iterator<Item = &Seed> {
        self.seeds.iter().flatten()
    }

    pub(super) fn goals(&self) -> impl Iterator<Item = &Goal> {
        self.goals.iter().flatten()
    }

    /// Cost and way where the goal lies ahead on the start's own road.
    pub(super) fn direct(&self) -> Option<(u64, usize)> {
        self.direct
    }

    /// Cost from the end of a way through a turn to the goal.
    pub(super) fn cost_through(&self, network: &Network, from: usize, turn: &Join, goal: &Goal) -> u64 {
        network.turning(from, turn) + goal.cost
    }

    /// Time (s) and fuel (kg) lost before the first way.
    pub(super) fn lost(&self, first: usize) -> (f64, f64) {
        self.seeds().find(|s| s.way == first).map_or((0.0, 0.0), |s| s.lost)
    }
}

/// Cost and ways of the best route, first to last; roads in `dear` cost their factor.
pub(super) fn best(
    network: &Network,
    map: &MineMap,
    ends: &Ends,
    options: &RouteOptions,
    dear: &Dear,
) -> Option<(u64, Vec<usize>)> {
    let goal_at = position(map, &ends.to);
    let mut best: Option<(u64, Vec<usize>)> = ends.direct.map(|(cost, way)| (cost, vec![way]));
    let mut known = vec![u64::MAX; network.tolls.len()];
    let mut before = vec![usize::MAX; network.tolls.len()];
    // The heap gives the least bound first; ties go to the lower way, so that the answer is the same everywhere.
    let mut open = BinaryHeap::new();
    let pace = network.criterion.per_second / network.speeds.greatest();
    // Rounded down, with a unit for each rounding of a sum to spare: a bound must not be too high.
    let least = |way: usize| units((goal_at - network.ends[way]).norm() * pace * (1.0 - 1e-9)).saturating_sub(1);
    let factor = |road: RoadId| dear.get(&road).copied().unwrap_or(1.0);
    let dearer = |cost: u64, road: RoadId| match factor(road) {
        1.0 => cost,
        f => (cost as f64 * f).round() as u64,
    };
    for seed in ends.seeds() {
        let cost = dearer(seed.cost, ends.from.road);
        known[seed.way] = cost;
        open.push(Reverse((cost + least(seed.way), seed.way, cost)));
    }
    while let Some(Reverse((bound, here, cost))) = open.pop() {
        if best.as_ref().is_some_and(|(c, _)| *c <= bound) {
            break;
        }
        if cost > known[here] {
            continue;
        }
        for turn in network.turns_from(here) {
            let next = turn.into as usize;
            let (road, _) = network.unway(next);
            let is_this = |turn: &Turn| turn.from == network.unway(here) && turn.into == network.unway(next);
            let banned = options.banned.iter().any(is_this);
            if banned || network.is_closed(road, options) {
                continue;
            }
            if let Some(goal) = ends.goals().find(|g| g.way == next) {
                let whole = cost + dearer(ends.cost_through(network, here, turn, goal), road);
                if best.as_ref().is_none_or(|(c, _)| whole < *c) {
                    let mut ways = vec![next];
                    let mut at = here;
                    while at != usize::MAX {
                        ways.push(at);
                        at = before[at];
                    }
                    ways.reverse();
                    best = Some((whole, ways));
                }
            }
            let driven = cost + dearer(turn.cost, road);
            if driven < known[next] {
                known[next] = driven;
                before[next] = here;
                open.push(Reverse((driven + least(next), next, driven)));
            }
        }
    }
    best
}

/// Why there is no route.
pub(super) fn unreached(network: &Network, ends: &Ends) -> RouteError {
    let (from, to) = (ends.from.road, ends.to.road);
    let is_joined = network.are_joined(from, to);
    RouteError::NoConnection { from, to, because: if is_joined { NoConnection::Barred } else { NoConnection::Apart } }
}

fn position(map: &MineMap, at: &RoadPosition) -> Point2 {
    map.roads.road(at.road).and_then(|r| r.line.at(at.station)).map_or(Point2::origin(), |p| p.xy())
}

/// Time of turning round first, s: nothing for who sets off as he stands, the whole of it for who must face about.
fn turn_round(map: &MineMap, from: &RoadPosition, forward: bool, options: &RouteOptions) -> f64 {
    let (Some(heading), Some(road)) = (options.heading, map.roads.road(from.road)) else { return 0.0 };
    let along = road.line.heading(from.station).unwrap_or(heading);
    let off = angle::difference(if forward { along } else { along + std::f64::consts::PI }, heading);
    TURN_ROUND * (1.0 - libm::cos(off)) / 2.0
}
