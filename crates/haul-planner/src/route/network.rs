//! The road network, prepared once for many route queries.

use super::assembly::EdgeSequence;
use super::criterion::Criterion;
use super::ends::Ends;
use super::error::RouteError;
use super::graph::EdgeGraph;
use super::graph_hierarchy::{GraphHierarchy, HierarchyResult};
use super::search::{self, Penalties};
use super::{Route, RouteOptions};
use crate::{Conditions, TruckModel};
use haul_core::RoadId;
use haul_mine::{MineMap, RoadPosition};

/// The roads of a mine for one truck with one payload under given conditions: costs and possible turns.
///
/// Prepare it once and query it often. After a change to some roads, call [`Network::update`].
///
/// A network of at least [`MIN_HIERARCHY_EDGES`] directed edges has a customisable contraction hierarchy (J. Dibbelt,
/// B. Strasser and D. Wagner 2016). The hierarchy answers queries without closures and banned turns, with exactly the
/// cost that the plain search finds. Such a network counts turn losses per road, not per pair of roads: the truck
/// enters and leaves each road at the speed of the easiest turn.
#[derive(Debug, Clone)]
pub struct Network {
    pub(super) graph: EdgeGraph,
    hierarchy: Option<GraphHierarchy>,
}

/// Minimum number of directed edges (two for each road) for which a contraction hierarchy is prepared.
pub const MIN_HIERARCHY_EDGES: usize = 4_000;

impl Network {
    /// Prepares a network for a payload in kg. Its routes minimise time.
    pub fn prepare(map: &MineMap, truck: &TruckModel, conditions: &Conditions, payload_kg: f64) -> Network {
        Self::prepare_for(map, truck, conditions, payload_kg, Criterion::TIME)
    }

    /// Prepares a network whose routes minimise `criterion`. A criterion that is not [sound](Criterion::is_sound) is
    /// replaced by time.
    pub fn prepare_for(
        map: &MineMap,
        truck: &TruckModel,
        conditions: &Conditions,
        payload_kg: f64,
        criterion: Criterion,
    ) -> Network {
        let criterion = if criterion.is_sound() { criterion } else { Criterion::TIME };
        let by_road = map.roads.roads.len() * 2 >= MIN_HIERARCHY_EDGES;
        let graph = EdgeGraph::prepare(map, truck, conditions, payload_kg, criterion, by_road);
        let hierarchy = if by_road { GraphHierarchy::new(&graph, map) } else { None };
        Network { graph, hierarchy }
    }

    /// Applies changes to the given roads: speed limits, one-way rules, grades, zones over them.
    ///
    /// Roads that the network does not have are skipped. After a road is added or removed, prepare a new network.
    pub fn update(&mut self, map: &MineMap, truck: &TruckModel, changed: &[RoadId]) {
        let nodes = self.graph.update(map, truck, changed);
        if let Some(mut hierarchy) = self.hierarchy.take() {
            let updated = hierarchy.update(&self.graph, map, &nodes);
            self.hierarchy = updated.map(|()| hierarchy).or_else(|| GraphHierarchy::new(&self.graph, map));
        }
    }

    /// Returns the best route between two positions on roads.
    ///
    /// # Errors
    ///
    /// As [`plan_route`](super::plan_route).
    pub fn plan(
        &self,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
    ) -> Result<Route, RouteError> {
        let is_unrestricted = options.closed.is_empty() && options.banned.is_empty();
        self.query(map, from, to, options, self.hierarchy.as_ref().filter(|_| is_unrestricted))
    }

    /// Returns the best route by the plain search: the reference for the contraction hierarchy.
    ///
    /// # Errors
    ///
    /// As [`plan_route`](super::plan_route).
    pub fn plan_by_search(
        &self,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
    ) -> Result<Route, RouteError> {
        self.query(map, from, to, options, None)
    }

    /// Returns the best route, by the hierarchy if one is given and can answer, otherwise by the plain search.
    fn query(
        &self,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
        hierarchy: Option<&GraphHierarchy>,
    ) -> Result<Route, RouteError> {
        self.check(map, from, to, options)?;
        let ends = Ends::new(&self.graph, map, from, to, options);
        let found = match hierarchy.map_or(HierarchyResult::NeedsSearch, |h| h.cheapest(&self.graph, &ends)) {
            HierarchyResult::Found(edges) => Some(edges),
            HierarchyResult::NoRoute => None,
            HierarchyResult::NeedsSearch => search::cheapest(&self.graph, map, &ends, options, &Penalties::new())
                .map(|edges| EdgeSequence::new(&self.graph, &edges)),
        };
        let found = found.ok_or_else(|| search::no_connection(&self.graph, &ends))?;
        Ok(found.into_route(&self.graph, &ends))
    }

    /// Checks the inputs of a query.
    fn check(
        &self,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
    ) -> Result<(), RouteError> {
        for position in [&from, &to] {
            if map.roads.road(position.road).is_none() || !self.graph.has_road(position.road) {
                return Err(RouteError::UnknownRoad { road: position.road, roads: map.roads.roads.len() });
            }
            if !position.station.is_finite() {
                return Err(RouteError::NotFinite { what: "the station on a road" });
            }
            if self.graph.is_closed(position.road, options) {
                return Err(RouteError::Closed { road: position.road });
            }
        }
        if options.heading.is_some_and(|h| !h.is_finite()) {
            return Err(RouteError::NotFinite { what: "the heading at the start" });
        }
        if options.speed.is_some_and(|v| !v.is_finite()) {
            return Err(RouteError::NotFinite { what: "the speed at the start" });
        }
        Ok(())
    }
}
