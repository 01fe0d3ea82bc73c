//! The cheapest sequence of edges: A* over directed edges (Hart, Nilsson and Raphael 1968).

use super::RouteOptions;
use super::edge::EdgeId;
use super::ends::Ends;
use super::error::{NoConnection, RouteError};
use super::graph::{EdgeGraph, units};
use super::turn::Turn;
use haul_core::{Point2, RoadId};
use haul_mine::{MineMap, RoadPosition};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Factors on the costs of roads.
pub(super) type Penalties = BTreeMap<RoadId, f64>;

/// Returns the cheapest sequence of edges, first to last, with penalties on some roads.
pub(super) fn cheapest(
    graph: &EdgeGraph,
    map: &MineMap,
    ends: &Ends,
    options: &RouteOptions,
    penalties: &Penalties,
) -> Option<Vec<EdgeId>> {
    let goal_at = position(map, &ends.to);
    let mut best: Option<(u64, Vec<EdgeId>)> = ends.direct().map(|(cost, edge)| (cost, vec![edge]));
    let mut known = vec![u64::MAX; graph.edge_count()];
    let mut before: Vec<Option<EdgeId>> = vec![None; graph.edge_count()];
    // Ordered by f-value; ties go to the lower edge index, so that the result is the same on every machine.
    let mut open = BinaryHeap::new();
    let pace = graph.criterion.per_second / graph.speeds.greatest();
    // Rounded down, less one unit for the rounding of sums, because the heuristic must not exceed the true cost.
    let heuristic =
        |edge: EdgeId| units((goal_at - graph.ends[edge.index()]).norm() * pace * (1.0 - 1e-9)).saturating_sub(1);
    let factor = |road: RoadId| penalties.get(&road).copied().unwrap_or(1.0);
    let penalised = |cost: u64, road: RoadId| match factor(road) {
        1.0 => cost,
        f => (cost as f64 * f).round() as u64,
    };
    for start in ends.starts() {
        let cost = penalised(start.cost, ends.from.road);
        known[start.edge.index()] = cost;
        open.push(Reverse((cost + heuristic(start.edge), start.edge, cost)));
    }
    while let Some(Reverse((f_value, here, cost))) = open.pop() {
        if best.as_ref().is_some_and(|(c, _)| *c <= f_value) {
            break;
        }
        if cost > known[here.index()] {
            continue;
        }
        for turn in graph.turns_from(here) {
            let next = turn.into;
            let this = Turn { from: graph.directed_road(here), into: graph.directed_road(next) };
            let road = this.into.road;
            if options.banned.contains(&this) || graph.is_closed(road, options) {
                continue;
            }
            if let Some(goal) = ends.goals().find(|g| g.edge == next) {
                let whole = cost + penalised(ends.cost_through(graph, here, turn, goal), road);
                if best.as_ref().is_none_or(|(c, _)| whole < *c) {
                    let mut edges = vec![next];
                    let mut at = Some(here);
                    while let Some(edge) = at {
                        edges.push(edge);
                        at = before[edge.index()];
                    }
                    edges.reverse();
                    best = Some((whole, edges));
                }
            }
            let driven = cost + penalised(turn.cost, road);
            if driven < known[next.index()] {
                known[next.index()] = driven;
                before[next.index()] = Some(here);
                open.push(Reverse((driven + heuristic(next), next, driven)));
            }
        }
    }
    best.map(|(_, edges)| edges)
}

/// Returns the error for two ends that no route connects.
pub(super) fn no_connection(graph: &EdgeGraph, ends: &Ends) -> RouteError {
    let (from, to) = (ends.from.road, ends.to.road);
    let because = if graph.are_connected(from, to) { NoConnection::Barred } else { NoConnection::Apart };
    RouteError::NoConnection { from, to, because }
}

fn position(map: &MineMap, at: &RoadPosition) -> Point2 {
    map.roads.road(at.road).and_then(|r| r.line.at(at.station)).map_or(Point2::origin(), |p| p.xy())
}
