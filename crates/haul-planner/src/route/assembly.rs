//! Assembles a route, with its length, time and fuel, from a sequence of edges.

use super::edge::{DirectedRoad, EdgeId, Traversal};
use super::ends::Ends;
use super::graph::EdgeGraph;
use super::{Route, RouteLeg};

/// Edges driven one after the other.
pub(super) struct EdgeSequence {
    /// The edges, each from end to end.
    pub(super) legs: Vec<RouteLeg>,
    /// Length and cost of all edges but the first and the last. Includes the losses at turns where these are counted
    /// per pair of roads.
    pub(super) between: Traversal,
}

impl EdgeSequence {
    /// Builds a sequence from edges.
    pub(super) fn new(graph: &EdgeGraph, edges: &[EdgeId]) -> Self {
        let legs = edges.iter().map(|&edge| leg(graph, edge)).collect();
        let inner = edges.get(1..edges.len().max(2) - 1).unwrap_or_default();
        let passed = inner.iter().map(|&edge| graph.passage(edge));
        let all = passed.chain(graph.pair_losses(edges).map(Traversal::loss));
        Self { legs, between: all.fold(Traversal::default(), Traversal::plus) }
    }

    /// Trims the sequence to the route between two ends.
    pub(super) fn into_route(self, graph: &EdgeGraph, ends: &Ends) -> Route {
        let Self { mut legs, between } = self;
        let on = |leg: &RouteLeg| graph.edge(leg.directed_road());
        let (Some(first), Some(last)) = (legs.first().and_then(on), legs.last().and_then(on)) else {
            return Route::default();
        };
        let count = legs.len();
        let from = ends.from.station.clamp(0.0, graph.length(first));
        let to = ends.to.station.clamp(0.0, graph.length(last));
        (legs[0].from_station, legs[count - 1].to_station) = (from, to);
        let begun = between.plus(Traversal::loss(ends.lost(first)));
        let Traversal { length, cost } = if count == 1 {
            begun.plus(Traversal::new(legs[0].length(), graph.cost_between(first, from, to)))
        } else {
            let (leaving, entering) = (graph.end_losses(first).1, graph.end_losses(last).0);
            let start = Traversal::new(legs[0].length(), graph.cost_from(first, from)).plus(Traversal::loss(leaving));
            let arrival =
                Traversal::new(legs[count - 1].length(), graph.cost_to(last, to)).plus(Traversal::loss(entering));
            begun.plus(start).plus(arrival)
        };
        Route { legs, length, time: cost.time, fuel_kg: cost.fuel }
    }
}

/// Returns the leg over a whole edge.
pub(super) fn leg(graph: &EdgeGraph, edge: EdgeId) -> RouteLeg {
    leg_over(graph.directed_road(edge), graph.passage(edge))
}

/// Returns the leg over a whole edge of known road and length.
pub(super) fn leg_over(DirectedRoad { road, forward }: DirectedRoad, Traversal { length, .. }: Traversal) -> RouteLeg {
    // Branch-free: the direction is unpredictable, and a wrong guess would wait for memory.
    let from_station = length * f64::from(u8::from(!forward));
    RouteLeg { road, forward, from_station, to_station: length - from_station }
}
