//! Routes: which roads to take, and their cost in time and fuel.
//!
//! [`plan_route`] answers a single query. A [`Network`] is prepared once for a truck, its payload and the conditions,
//! and then answers many queries.

mod alternatives;
mod assembly;
mod criterion;
mod delays;
mod edge;
mod edge_cost;
mod ends;
mod error;
mod graph;
mod graph_hierarchy;
mod hierarchy;
mod network;
mod search;
mod turn;

#[cfg(test)]
mod tests;

pub use criterion::Criterion;
pub use delays::TravelTime;
pub use edge::DirectedRoad;
pub use error::{NoConnection, RouteError};
pub use network::{MIN_HIERARCHY_EDGES, Network};
pub use turn::Turn;

use crate::{Conditions, TruckModel};
use haul_core::RoadId;
use haul_mine::{MineMap, RoadPosition};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A section of one road, in one direction of travel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RouteLeg {
    /// The road.
    pub road: RoadId,
    /// True in the direction of the road's line, from→to.
    pub forward: bool,
    /// Station where the leg begins, m; greater than `to_station` if the leg is driven against the road's line.
    pub from_station: f64,
    /// Station where the leg ends, m.
    pub to_station: f64,
}

impl RouteLeg {
    /// Returns the road in the direction of travel.
    pub fn directed_road(&self) -> DirectedRoad {
        DirectedRoad::new(self.road, self.forward)
    }

    /// Returns the length along the centreline, m.
    pub fn length(&self) -> f64 {
        (self.to_station - self.from_station).abs()
    }
}

/// A sequence of road sections, with total length, time and fuel.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Route {
    /// The sections, in driving order.
    pub legs: Vec<RouteLeg>,
    /// Length along the centrelines, m.
    pub length: f64,
    /// Time without stops, s. The truck drives each road at the speed that power, retarder, bends and limits allow, and
    /// slows for the turns between roads.
    pub time: f64,
    /// Fuel burnt, kg.
    pub fuel_kg: f64,
}

impl Route {
    /// Returns the travel time including the stops of a working mine, and its spread.
    pub fn travel_time(&self) -> TravelTime {
        TravelTime::of(self.time)
    }
}

/// Options of a route query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RouteOptions {
    /// Heading of the truck at the start, rad. Leaving in the opposite direction costs the time of a three-point turn.
    pub heading: Option<f64>,
    /// Speed at the start, m/s; the cost of accelerating is included. `None`: the truck has the speed that the road
    /// allows.
    pub speed: Option<f64>,
    /// Roads that may not be used.
    pub closed: BTreeSet<RoadId>,
    /// Turns that may not be made.
    pub banned: Vec<Turn>,
}

/// Returns the quickest route between two positions on roads, for a truck with a payload in kg.
///
/// `heading` is the truck's heading at the start (rad), if known. Leaving in the opposite direction costs the time of a
/// three-point turn.
///
/// # Errors
///
/// A [`RouteError`] if a road is not on the map or is closed, a number is not finite, or no route connects the two
/// positions.
pub fn plan_route(
    map: &MineMap,
    truck: &TruckModel,
    conditions: &Conditions,
    from: RoadPosition,
    heading: Option<f64>,
    to: RoadPosition,
    payload_kg: f64,
) -> Result<Route, RouteError> {
    let options = RouteOptions { heading, ..RouteOptions::default() };
    Network::prepare(map, truck, conditions, payload_kg).plan(map, from, to, &options)
}
