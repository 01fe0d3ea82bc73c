//! The two ends of a route: the edges on which the route may begin and finish, with their costs.

use super::RouteOptions;
use super::edge::{DirectedRoad, EdgeId};
use super::graph::{EdgeGraph, EdgeTurn};
use crate::cost::Cost;
use haul_core::angle;
use haul_mine::{MineMap, RoadPosition};

/// Time of a three-point turn on a haul road, to reverse direction at the start, s.
const TURN_ROUND: f64 = 60.0;

/// A possible first edge of a route: the start's road in one direction.
#[derive(Debug, Clone, Copy)]
pub(super) struct StartEdge {
    pub(super) edge: EdgeId,
    /// Cost from the start position to the end of the edge, in cost units.
    pub(super) cost: u64,
    /// Cost of turning round and of accelerating from the initial speed.
    lost: Cost,
}

/// A possible last edge of a route: the goal's road in one direction.
#[derive(Debug, Clone)]
pub(super) struct GoalEdge {
    pub(super) edge: EdgeId,
    /// Cost from the start of the edge to the goal position, in cost units.
    pub(super) cost: u64,
}

/// Start and goal of a route.
pub(super) struct Ends {
    pub(super) from: RoadPosition,
    pub(super) to: RoadPosition,
    starts: [Option<StartEdge>; 2],
    goals: [Option<GoalEdge>; 2],
    direct: Option<(u64, EdgeId)>,
}

impl Ends {
    pub(super) fn new(
        graph: &EdgeGraph,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
    ) -> Self {
        let mut ends = Ends { from, to, starts: [None, None], goals: [None, None], direct: None };
        let allowed = |road, forward| graph.edge(DirectedRoad::new(road, forward)).filter(|e| !graph.is_barred(*e));
        for forward in [true, false] {
            let Some(first) = allowed(from.road, forward) else { continue };
            let length = graph.length(first);
            let station = from.station.clamp(0.0, length);
            let turned = turn_round(map, &from, forward, options);
            let passed = if forward { station } else { length - station };
            let slow = options
                .speed
                .map_or(Cost::ZERO, |v| graph.speeds.loss_from_speed(&graph.edge_costs[first.index()], passed, v));
            let lost = Cost::new(turned + slow.time, slow.fuel);
            let of = |cost: Cost| graph.units_of(cost + lost);
            let cost = of(graph.cost_from(first, station));
            ends.starts[usize::from(!forward)] = Some(StartEdge { edge: first, cost, lost });
            let ahead = if forward { to.station >= station } else { to.station <= station };
            if to.road == from.road && ahead {
                let cost = of(graph.cost_between(first, station, to.station));
                if ends.direct.is_none_or(|(c, _)| cost < c) {
                    ends.direct = Some((cost, first));
                }
            }
        }
        for forward in [true, false] {
            let Some(last) = allowed(to.road, forward) else { continue };
            let cost = graph.units_of(graph.cost_to(last, to.station.clamp(0.0, graph.length(last))));
            ends.goals[usize::from(!forward)] = Some(GoalEdge { edge: last, cost });
        }
        ends
    }

    pub(super) fn starts(&self) -> impl Iterator<Item = &StartEdge> {
        self.starts.iter().flatten()
    }

    pub(super) fn goals(&self) -> impl Iterator<Item = &GoalEdge> {
        self.goals.iter().flatten()
    }

    /// Returns cost and edge of the direct route, if the goal lies ahead on the start's own road.
    pub(super) fn direct(&self) -> Option<(u64, EdgeId)> {
        self.direct
    }

    /// Returns the cost from the end of an edge, through a turn, to the goal, in cost units.
    pub(super) fn cost_through(&self, graph: &EdgeGraph, from: EdgeId, turn: &EdgeTurn, goal: &GoalEdge) -> u64 {
        graph.turn_cost(from, turn) + goal.cost
    }

    /// Returns the cost of turning round and accelerating on the first edge.
    pub(super) fn lost(&self, first: EdgeId) -> Cost {
        self.starts().find(|s| s.edge == first).map_or(Cost::ZERO, |s| s.lost)
    }
}

/// Returns the time to face the direction of travel, s: zero for a truck that already does, [`TURN_ROUND`] for a truck
/// that faces the opposite way.
fn turn_round(map: &MineMap, from: &RoadPosition, forward: bool, options: &RouteOptions) -> f64 {
    let (Some(heading), Some(road)) = (options.heading, map.roads.road(from.road)) else { return 0.0 };
    let along = road.line.heading(from.station).unwrap_or(heading);
    let off = angle::difference(if forward { along } else { along + std::f64::consts::PI }, heading);
    TURN_ROUND * (1.0 - libm::cos(off)) / 2.0
}
