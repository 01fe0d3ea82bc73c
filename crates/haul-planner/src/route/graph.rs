//! The graph of directed edges: costs of edges, turns between edges, and updates after a change of the map.

use super::RouteOptions;
use super::criterion::Criterion;
use super::edge::{DirectedRoad, EdgeId, Traversal};
use super::edge_cost::{EdgeCost, SteadySpeeds};
use super::turn::{self, Bearings, Turn};
use crate::cost::Cost;
use crate::{Conditions, TruckModel};
use haul_core::{NodeId, Point2, RoadId, polygon::ring_contains};
use haul_mine::{MineMap, Road, RoadIndex};
use std::collections::{BTreeMap, BTreeSet};

/// The road graph of one truck with one payload under given conditions.
///
/// Lists "by edge" have one entry for each [`EdgeId`]. If `by_road` is true, turn losses are counted per road: the
/// truck enters and leaves each road at the speed of the easiest turn. Otherwise each pair of roads has its own loss.
#[derive(Debug, Clone)]
pub(super) struct EdgeGraph {
    /// Positions of the roads in the road list, from which edges are numbered.
    index: RoadIndex,
    /// By edge: cost along the edge.
    pub(super) edge_costs: Vec<EdgeCost>,
    /// By edge: cost of the whole edge and of its ends.
    totals: Vec<EdgeTotals>,
    /// By edge: length and cost from end to end.
    passages: Vec<Passage>,
    /// By edge: headings at its ends.
    bearings: Vec<Bearings>,
    /// By edge: index in `turns` of the first turn out of the edge; one more entry marks the end.
    first: Vec<u32>,
    /// Turns, ordered by the edge before the turn.
    turns: Vec<EdgeTurn>,
    /// By edge: position of the end of the edge.
    pub(super) ends: Vec<Point2>,
    by_road: bool,
    /// By road position: number of the connected component. The direction of travel is ignored.
    components: Vec<u32>,
    /// Roads that run through a closed zone.
    closed: BTreeSet<RoadId>,
    /// The quantity that routes minimise.
    pub(super) criterion: Criterion,
    pub(super) speeds: SteadySpeeds,
}

/// A turn from one edge into another.
#[derive(Debug, Clone, Copy)]
pub(super) struct EdgeTurn {
    /// The edge after the turn.
    pub(super) into: EdgeId,
    /// Cost of slowing for the turn and of accelerating after it.
    pub(super) lost: Cost,
    /// Cost of the turn and of the whole edge after it, in [`UNIT`]s.
    pub(super) cost: u64,
}

/// Cost of the whole edge, and losses at its ends.
#[derive(Debug, Clone, Copy, Default)]
struct EdgeTotals {
    whole: Cost,
    /// Losses at the two ends if turn losses are counted per road, otherwise zero.
    entering: Cost,
    leaving: Cost,
}

impl EdgeTotals {
    fn new(edge_cost: &EdgeCost) -> Self {
        Self { whole: edge_cost.total(), ..Self::default() }
    }
}

/// An edge from end to end, including the losses at its ends if turn losses are counted per road.
#[derive(Debug, Clone, Copy, Default)]
struct Passage {
    traversal: Traversal,
    /// True if the edge is against a one-way road.
    is_barred: bool,
}

impl Passage {
    /// Creates a passage with the length of a road and zero cost.
    fn of(road: &Road, forward: bool) -> Self {
        let traversal = Traversal { length: road.line.length(), ..Traversal::default() };
        Self { traversal, is_barred: DirectedRoad::new(road.id, forward).is_barred(road) }
    }
}

/// Costs are counted in whole units of this size, so that a sum does not depend on the order of its terms.
const UNIT: f64 = 1e-8;

/// Converts a cost to whole units.
pub(super) fn units(cost: f64) -> u64 {
    (cost.max(0.0) / UNIT).round() as u64
}

impl EdgeGraph {
    /// Computes the costs of every road and of the turns between roads, for a payload in kg.
    pub(super) fn prepare(
        map: &MineMap,
        truck: &TruckModel,
        conditions: &Conditions,
        payload_kg: f64,
        criterion: Criterion,
        by_road: bool,
    ) -> Self {
        let speeds = SteadySpeeds::new(truck, conditions, payload_kg);
        let roads = &map.roads.roads;
        let mut graph = Self {
            index: map.roads.index().clone(),
            edge_costs: Vec::with_capacity(roads.len() * 2),
            totals: Vec::with_capacity(roads.len() * 2),
            passages: Vec::with_capacity(roads.len() * 2),
            bearings: Vec::with_capacity(roads.len() * 2),
            first: Vec::new(),
            turns: Vec::new(),
            ends: Vec::with_capacity(roads.len() * 2),
            by_road,
            components: components(map),
            closed: BTreeSet::new(),
            criterion,
            speeds,
        };
        for road in roads {
            for forward in [true, false] {
                let edge_cost = graph.speeds.edge_cost(map, road, forward);
                graph.totals.push(EdgeTotals::new(&edge_cost));
                graph.passages.push(Passage::of(road, forward));
                graph.edge_costs.push(edge_cost);
                graph.bearings.push(Bearings::new(road, forward));
                let end = map.roads.node(DirectedRoad::new(road.id, forward).end(road));
                graph.ends.push(end.map_or(Point2::origin(), |n| n.position.xy()));
            }
            graph.update_closure(map, road.id);
        }
        for from in graph.edges() {
            graph.first.push(graph.turns.len() as u32);
            let turns = graph.turns_out_of(map, truck, from);
            graph.turns.extend(turns);
        }
        graph.first.push(graph.turns.len() as u32);
        for node in &map.roads.nodes {
            graph.update_end_losses(map, node.id);
        }
        graph.edges().for_each(|edge| graph.update_passage(edge));
        graph
    }

    /// Applies changes to the given roads: speed limits, one-way rules, grades, zones over them. Returns the nodes at
    /// their ends. Skips roads that the graph does not have.
    pub(super) fn update(&mut self, map: &MineMap, truck: &TruckModel, changed: &[RoadId]) -> Vec<NodeId> {
        let changed: BTreeSet<RoadId> = changed.iter().copied().collect();
        let mut nodes = Vec::with_capacity(2 * changed.len());
        for &id in &changed {
            let Some(road) = map.roads.road(id) else { continue };
            let both = [true, false].map(|forward| self.edge(DirectedRoad::new(id, forward)));
            let [Some(along), Some(against)] = both else { continue };
            for (edge, forward) in [(along, true), (against, false)] {
                let edge_cost = self.speeds.edge_cost(map, road, forward);
                self.totals[edge.index()] = EdgeTotals::new(&edge_cost);
                self.passages[edge.index()] = Passage::of(road, forward);
                self.edge_costs[edge.index()] = edge_cost;
                self.bearings[edge.index()] = Bearings::new(road, forward);
            }
            self.update_closure(map, id);
            nodes.extend([road.from, road.to]);
        }
        nodes.sort_unstable();
        nodes.dedup();
        self.update_turns(map, truck, &nodes);
        for &node in &nodes {
            self.update_end_losses(map, node);
            for out in roads_leaving(map, node) {
                for edge in [self.edge(out), self.edge(out.opposite())].into_iter().flatten() {
                    self.update_passage(edge);
                }
            }
        }
        nodes
    }

    /// Records whether a road runs through a closed zone.
    fn update_closure(&mut self, map: &MineMap, id: RoadId) {
        let Some(road) = map.roads.road(id) else { return };
        let is_in = |z: &haul_mine::Zone| road.line.points().iter().any(|p| ring_contains(&z.ring, p.xy()));
        if map.zones.iter().filter(|z| z.closed).any(is_in) {
            self.closed.insert(id);
        } else {
            self.closed.remove(&id);
        }
    }

    /// Recomputes the turns at the given nodes.
    fn update_turns(&mut self, map: &MineMap, truck: &TruckModel, nodes: &[NodeId]) {
        let at_nodes = nodes.iter().flat_map(|&n| roads_leaving(map, n));
        let arriving = at_nodes.filter_map(|leaving| self.edge(leaving.opposite()));
        let mut fresh: BTreeMap<EdgeId, Vec<EdgeTurn>> =
            arriving.map(|from| (from, self.turns_out_of(map, truck, from))).collect();
        if fresh.iter().any(|(&from, turns)| turns.len() != self.turns_from(from).len()) {
            let (mut first, mut all) = (Vec::with_capacity(self.first.len()), Vec::with_capacity(self.turns.len()));
            for from in self.edges() {
                first.push(all.len() as u32);
                match fresh.remove(&from) {
                    Some(turns) => all.extend(turns),
                    None => all.extend_from_slice(self.turns_from(from)),
                }
            }
            first.push(all.len() as u32);
            (self.first, self.turns) = (first, all);
        }
        for (from, turns) in fresh {
            let begin = self.first[from.index()] as usize;
            self.turns[begin..begin + turns.len()].copy_from_slice(&turns);
        }
    }

    /// Finds the turns that the truck can make at the end of an edge.
    fn turns_out_of(&self, map: &MineMap, truck: &TruckModel, from: EdgeId) -> Vec<EdgeTurn> {
        let arriving = self.directed_road(from);
        let Some(road) = map.roads.road(arriving.road).filter(|r| !arriving.is_barred(r)) else { return Vec::new() };
        let turn = |into: DirectedRoad| Turn { from: arriving, into };
        let is_barred = |turn: &Turn| map.roads.road(turn.into.road).is_some_and(|r| turn.into.is_barred(r));
        let is_possible = |turn: &Turn| -> Option<bool> {
            let angle = self.turn_angle(from, self.edge(turn.into)?);
            Some(turn::is_possible(map, truck, *turn, angle?))
        };
        let turns = roads_leaving(map, arriving.end(road)).map(turn);
        let turns = turns.filter(|turn| !is_barred(turn) && is_possible(turn) == Some(true));
        turns.filter_map(|turn| self.edge_turn(turn)).collect()
    }

    /// Recomputes the losses at a node, and the costs of the turns there, if turn losses are counted per road.
    fn update_end_losses(&mut self, map: &MineMap, node: NodeId) {
        if !self.by_road {
            return;
        }
        let arriving: Vec<EdgeId> = roads_leaving(map, node).filter_map(|road| self.edge(road.opposite())).collect();
        let leaving: Vec<EdgeId> = roads_leaving(map, node).filter_map(|road| self.edge(road)).collect();
        let mut speeds: BTreeMap<EdgeId, f64> = BTreeMap::new();
        for &from in &arriving {
            let mut fastest = 0.0_f64;
            for turn in self.turns_from(from) {
                let speed = self.turn_speed(from, turn.into);
                fastest = fastest.max(speed);
                let known = speeds.entry(turn.into).or_default();
                *known = known.max(speed);
            }
            self.totals[from.index()].leaving = self.edge_costs[from.index()].exit_loss(fastest);
        }
        for into in leaving {
            let speed = speeds.get(&into).copied().unwrap_or(0.0);
            self.totals[into.index()].entering = self.edge_costs[into.index()].entry_loss(speed);
        }
        for from in arriving {
            for k in self.first[from.index()] as usize..self.first[from.index() + 1] as usize {
                let into = self.turns[k].into;
                self.turns[k].lost = self.loss_between(from, into);
                self.turns[k].cost = self.leaving(from) + self.entering(into) + self.whole(into);
            }
        }
    }

    /// Recomputes the cost of an edge from end to end.
    fn update_passage(&mut self, edge: EdgeId) {
        let EdgeTotals { whole, entering, leaving } = self.totals[edge.index()];
        self.passages[edge.index()].traversal.cost = entering + whole + leaving;
    }

    /// Returns the cost of leaving one edge and entering the next, where turn losses are counted per road.
    fn loss_between(&self, from: EdgeId, into: EdgeId) -> Cost {
        self.totals[from.index()].leaving + self.totals[into.index()].entering
    }

    /// Returns the angle of a turn, rad; `None` if an edge is unknown or has no line.
    fn turn_angle(&self, from: EdgeId, into: EdgeId) -> Option<f64> {
        turn::angle_between(*self.bearings.get(from.index())?, *self.bearings.get(into.index())?)
    }

    /// Returns the maximum speed through a turn, m/s.
    fn turn_speed(&self, from: EdgeId, into: EdgeId) -> f64 {
        let speed = self.speeds.turn_speed(self.turn_angle(from, into).unwrap_or(0.0));
        speed.min(self.edge_costs[from.index()].exit).min(self.edge_costs[into.index()].entry)
    }

    /// Builds a turn with its cost. If turn losses are counted per road, [`Self::update_end_losses`] fills in the cost
    /// later.
    fn edge_turn(&self, turn: Turn) -> Option<EdgeTurn> {
        let (from, into) = (self.edge(turn.from)?, self.edge(turn.into)?);
        if self.by_road {
            return Some(EdgeTurn { into, lost: Cost::ZERO, cost: 0 });
        }
        let (before, after) = (&self.edge_costs[from.index()], &self.edge_costs[into.index()]);
        let speed = self.turn_speed(from, into);
        let lost = before.exit_loss(speed) + after.entry_loss(speed);
        let cost = self.units_of(lost) + self.whole(into);
        Some(EdgeTurn { into, lost, cost })
    }

    /// Returns the number of edges: two for each road.
    pub(super) fn edge_count(&self) -> usize {
        self.edge_costs.len()
    }

    /// Returns all edges, in the order of their indices.
    pub(super) fn edges(&self) -> impl Iterator<Item = EdgeId> + use<> {
        (0..self.edge_count()).map(EdgeId::from_index)
    }

    /// Returns the edge over a road, or `None` for a road that the graph does not have.
    pub(super) fn edge(&self, road: DirectedRoad) -> Option<EdgeId> {
        Some(EdgeId::of_road(self.index.position(road.road)?, road.forward))
    }

    /// Returns the road of an edge of this graph.
    pub(super) fn directed_road(&self, edge: EdgeId) -> DirectedRoad {
        let road = self.index.id(edge.road_position()).unwrap_or(RoadId(u32::MAX));
        DirectedRoad::new(road, edge.is_forward())
    }

    /// Returns true if the graph has the road.
    pub(super) fn has_road(&self, road: RoadId) -> bool {
        self.index.position(road).is_some()
    }

    /// Converts a cost in time and fuel to whole units of the criterion.
    pub(super) fn units_of(&self, cost: Cost) -> u64 {
        units(self.criterion.of(cost.time, cost.fuel))
    }

    /// Returns the loss at the end of an edge, in cost units.
    pub(super) fn leaving(&self, edge: EdgeId) -> u64 {
        self.units_of(self.end_losses(edge).1)
    }

    /// Returns the loss at the start of an edge, in cost units.
    pub(super) fn entering(&self, edge: EdgeId) -> u64 {
        self.units_of(self.end_losses(edge).0)
    }

    /// Returns the losses at the start and at the end of an edge. Both are zero if each pair of roads has its own loss.
    pub(super) fn end_losses(&self, edge: EdgeId) -> (Cost, Cost) {
        let EdgeTotals { entering, leaving, .. } = self.totals[edge.index()];
        (entering, leaving)
    }

    /// Returns the cost of a whole edge, in cost units.
    pub(super) fn whole(&self, edge: EdgeId) -> u64 {
        // At least one unit, so that no edge is free and no best route contains a loop.
        self.units_of(self.totals[edge.index()].whole).max(1)
    }

    /// Returns the cost of a turn without the edge after it, in cost units.
    pub(super) fn turn_cost(&self, from: EdgeId, turn: &EdgeTurn) -> u64 {
        if self.by_road { self.leaving(from) + self.entering(turn.into) } else { self.units_of(turn.lost) }
    }

    /// Returns the turns out of an edge.
    pub(super) fn turns_from(&self, edge: EdgeId) -> &[EdgeTurn] {
        match (self.first.get(edge.index()), self.first.get(edge.index() + 1)) {
            (Some(&a), Some(&b)) => &self.turns[a as usize..b as usize],
            _ => &[],
        }
    }

    /// Returns the turn from one edge into the next, if the truck can make it.
    pub(super) fn turn_into(&self, from: EdgeId, into: EdgeId) -> Option<&EdgeTurn> {
        self.turns_from(from).iter().find(|turn| turn.into == into)
    }

    /// Returns true if two roads are in the same connected component. The direction of travel is ignored.
    pub(super) fn are_connected(&self, a: RoadId, b: RoadId) -> bool {
        let component = |road: RoadId| self.index.position(road).and_then(|k| self.components.get(k));
        component(a) == component(b)
    }

    /// Returns true if a road may not be used.
    pub(super) fn is_closed(&self, road: RoadId, options: &RouteOptions) -> bool {
        self.closed.contains(&road) || options.closed.contains(&road)
    }

    /// Returns the cost from the start of an edge to a station (m) of its road.
    pub(super) fn cost_to(&self, edge: EdgeId, station: f64) -> Cost {
        let distance = if edge.is_forward() { station } else { self.length(edge) - station };
        self.edge_costs.get(edge.index()).map_or(Cost::ZERO, |cost| cost.to(distance))
    }

    /// Returns the cost from a station (m) of an edge's road to the end of the edge.
    pub(super) fn cost_from(&self, edge: EdgeId, station: f64) -> Cost {
        self.totals[edge.index()].whole - self.cost_to(edge, station)
    }

    /// Returns the cost between two stations (m) of an edge's road.
    pub(super) fn cost_between(&self, edge: EdgeId, from: f64, to: f64) -> Cost {
        self.cost_to(edge, to) - self.cost_to(edge, from)
    }

    /// Returns the length of an edge, m.
    pub(super) fn length(&self, edge: EdgeId) -> f64 {
        self.passages[edge.index()].traversal.length
    }

    /// Returns true if an edge is against a one-way road.
    pub(super) fn is_barred(&self, edge: EdgeId) -> bool {
        self.passages[edge.index()].is_barred
    }

    /// Returns length and cost of an edge from end to end.
    pub(super) fn passage(&self, edge: EdgeId) -> Traversal {
        self.passages[edge.index()].traversal
    }

    /// Returns the losses at the turns between consecutive edges; none if turn losses are counted per road.
    pub(super) fn pair_losses<'a>(&'a self, edges: &'a [EdgeId]) -> impl Iterator<Item = Cost> + 'a {
        let pairs = edges.windows(2).filter(|_| !self.by_road);
        pairs.filter_map(|pair| self.turn_into(pair[0], pair[1])).map(|turn| turn.lost)
    }
}

/// Returns the roads that leave a node, each in the direction away from the node.
pub(super) fn roads_leaving(map: &MineMap, node: NodeId) -> impl Iterator<Item = DirectedRoad> + '_ {
    map.roads.roads_at(node).iter().map(|&(road, forward)| DirectedRoad::new(road, forward))
}

/// Numbers the connected components of the roads. The result is by road position.
fn components(map: &MineMap) -> Vec<u32> {
    const NONE: u32 = u32::MAX;
    let mut components = vec![NONE; map.roads.roads.len()];
    for first in 0..components.len() {
        let mut open = vec![first];
        while let Some(position) = open.pop() {
            let Some(road) = map.roads.roads.get(position).filter(|_| components[position] == NONE) else { continue };
            components[position] = first as u32;
            let connected = [road.from, road.to].into_iter().flat_map(|n| map.roads.roads_at(n));
            open.extend(connected.filter_map(|(id, _)| map.roads.index().position(*id)));
        }
    }
    components
}
