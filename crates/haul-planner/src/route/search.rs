//! The quickest sequence of ways: A* over roads driven one way (Hart, Nilsson and Raphael 1968).

use super::RouteOptions;
use super::error::{NoConnection, RouteError};
use super::network::{Network, unway, way};
use super::turn::Turn;
use haul_core::{Point2, RoadId, angle};
use haul_mine::{MineMap, RoadPosition};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Where a route begins and ends.
pub(super) struct Ends {
    pub(super) from: RoadPosition,
    pub(super) to: RoadPosition,
}

/// Time that turning round at the start is reckoned to take, s: a three-point turn on a haul road.
const TURN_ROUND: f64 = 60.0;

/// A way that has been driven to its end, waiting for its turn.
struct Open {
    /// Time so far plus what the way to the goal takes at least, s.
    bound: f64,
    /// Time so far, s.
    time: f64,
    way: usize,
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives the greatest first; ties go to the lower way, so that the answer is the same everywhere.
        other.bound.total_cmp(&self.bound).then(other.way.cmp(&self.way))
    }
}
impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Open {}

/// The ways of the quickest route, first to last.
pub(super) fn quickest(
    network: &Network,
    map: &MineMap,
    ends: &Ends,
    options: &RouteOptions,
) -> Result<Vec<usize>, RouteError> {
    let goal = position(map, &ends.to);
    let mut best: Option<(f64, Vec<usize>)> = None;
    let mut known = vec![f64::INFINITY; network.tolls.len()];
    let mut before = vec![usize::MAX; network.tolls.len()];
    let mut open = BinaryHeap::new();
    let least = |way: usize| {
        let (road, forward) = unway(way);
        let end = map.roads.road(road).map(|r| if forward { r.to } else { r.from });
        let end = end.and_then(|n| map.roads.node(n)).map_or(goal, |n| n.position.xy());
        (goal - end).norm() / network.fastest
    };
    for forward in [true, false] {
        let Some(road) = map.roads.road(ends.from.road) else { continue };
        if !forward && road.one_way {
            continue;
        }
        let first = way(road.id, forward);
        let turned = turn_round(map, &ends.from, forward, options);
        let station = ends.from.station.clamp(0.0, road.line.length());
        let ahead = if forward { ends.to.station >= station } else { ends.to.station <= station };
        if ends.to.road == road.id && ahead {
            let time = turned + network.toll(map, first, station, ends.to.station).0;
            if best.as_ref().is_none_or(|(t, _)| time < *t) {
                best = Some((time, vec![first]));
            }
        }
        let end = if forward { road.line.length() } else { 0.0 };
        let time = turned + network.toll(map, first, station, end).0;
        known[first] = time;
        open.push(Open { bound: time + least(first), time, way: first });
    }
    while let Some(Open { bound, time, way: here }) = open.pop() {
        if best.as_ref().is_some_and(|(t, _)| *t <= bound) {
            break;
        }
        if time > known[here] {
            continue;
        }
        for &next in &network.next[here] {
            let (road, forward) = unway(next);
            let turn = Turn { from: unway(here), into: (road, forward) };
            if network.is_closed(road, options) || options.banned.contains(&turn) {
                continue;
            }
            if road == ends.to.road {
                let length = map.roads.road(road).map_or(0.0, |r| r.line.length());
                let entry = if forward { 0.0 } else { length };
                let time = time + network.toll(map, next, entry, ends.to.station).0;
                if best.as_ref().is_none_or(|(t, _)| time < *t) {
                    let mut ways = vec![next];
                    let mut at = here;
                    while at != usize::MAX {
                        ways.push(at);
                        at = before[at];
                    }
                    ways.reverse();
                    best = Some((time, ways));
                }
            }
            let time = time + network.tolls[next].total();
            if time < known[next] {
                known[next] = time;
                before[next] = here;
                open.push(Open { bound: time + least(next), time, way: next });
            }
        }
    }
    best.map(|(_, ways)| ways).ok_or_else(|| RouteError::NoConnection {
        from: ends.from.road,
        to: ends.to.road,
        because: if is_joined(map, ends.from.road, ends.to.road) { NoConnection::Barred } else { NoConnection::Apart },
    })
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

/// Whether roads join two roads, whichever way they are driven.
fn is_joined(map: &MineMap, from: RoadId, to: RoadId) -> bool {
    let mut seen = vec![false; map.roads.roads.len()];
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        if id == to {
            return true;
        }
        let Some(road) = map.roads.road(id) else { continue };
        if std::mem::replace(&mut seen[id.index()], true) {
            continue;
        }
        for node in [road.from, road.to] {
            open.extend(map.roads.roads_at(node).iter().map(|r| r.0).filter(|r| !seen[r.index()]));
        }
    }
    false
}
