//! Routes: which roads to take, at what cost in time and fuel.
//!
//! [`plan_route`] answers one question; a [`Network`] is prepared once for a truck, its payload and the day's
//! conditions and answers many.

mod alternatives;
mod cost;
mod criterion;
mod delays;
mod error;
mod fast;
mod hierarchy;
mod network;
mod search;
mod turn;

#[cfg(test)]
mod tests;

pub use criterion::Criterion;
pub use delays::TravelTime;
pub use error::{NoConnection, RouteError};
pub use network::{FAST_FROM, Network};
pub use turn::Turn;

use crate::{Conditions, TruckModel};
use haul_core::RoadId;
use haul_mine::{MineMap, RoadPosition};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A stretch of one road, driven one way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RouteLeg {
    /// The road.
    pub road: RoadId,
    /// Whether it is driven along from→to.
    pub forward: bool,
    /// Station of the road's line at which the leg begins, m; greater than `to_station` where it is driven backwards.
    pub from_station: f64,
    /// Station at which it ends, m.
    pub to_station: f64,
}

impl RouteLeg {
    /// Length along the centreline, m.
    pub fn length(&self) -> f64 {
        (self.to_station - self.from_station).abs()
    }
}

/// Roads one after the other, with what driving them takes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Route {
    /// The stretches, in the order driven.
    pub legs: Vec<RouteLeg>,
    /// Length along the centrelines, m.
    pub length: f64,
    /// Time, s: each road at the speed that power, retarder, bends and limits allow, slowing for the turns between them,
    /// without stops.
    pub time: f64,
    /// Fuel, kg.
    pub fuel_kg: f64,
}

impl Route {
    /// The time with the stops of a working mine, and its spread.
    pub fn travel_time(&self) -> TravelTime {
        TravelTime::of(self.time)
    }
}

/// What else bounds the choice of roads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RouteOptions {
    /// Where the truck's nose points at the start, rad. Setting off the other way costs the time of a turn.
    pub heading: Option<f64>,
    /// Speed at the start, m/s: what speeding up takes is reckoned. `None`: the truck rolls as fast as the road allows.
    pub speed: Option<f64>,
    /// Roads that may not be used at all.
    pub closed: BTreeSet<RoadId>,
    /// Turns that may not be made.
    pub banned: Vec<Turn>,
}

/// The quickest route between two positions on roads for a truck with a payload (kg).
///
/// `heading` is where the truck's nose points at the start (rad), where that is known; setting off the other way costs
/// the time of a turn. Errors: a road that is not on the map; no connection, with the reason.
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
