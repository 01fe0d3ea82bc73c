//! The road graph with its tolls, prepared for many questions.

use super::cost::{Speeds, Toll};
use super::error::RouteError;
use super::search::{self, Ends};
use super::turn::{self, Turn};
use super::{Route, RouteLeg, RouteOptions};
use crate::{Conditions, TruckModel};
use haul_core::{RoadId, polygon::ring_contains};
use haul_mine::{MineMap, RoadPosition};
use std::collections::BTreeSet;

/// The roads as a truck with some payload finds them under some conditions: what each takes, and which turns it can
/// make. Prepare it once, ask it often.
#[derive(Debug, Clone)]
pub struct Network {
    /// By way: road × 2, + 1 where it is driven backwards.
    pub(super) tolls: Vec<Toll>,
    /// Ways that can follow each way.
    pub(super) next: Vec<Vec<usize>>,
    /// Roads that run through a closed zone.
    closed: BTreeSet<RoadId>,
    /// Greatest speed, m/s.
    pub(super) fastest: f64,
}

/// Index of a way: a road driven one way.
pub(super) fn way(road: RoadId, forward: bool) -> usize {
    road.index() * 2 + usize::from(!forward)
}

/// The way of an index.
pub(super) fn unway(way: usize) -> (RoadId, bool) {
    (RoadId((way / 2) as u32), way.is_multiple_of(2))
}

impl Network {
    /// Works out the tolls of every road and the turns between them for a payload, kg.
    pub fn prepare(map: &MineMap, truck: &TruckModel, conditions: &Conditions, payload_kg: f64) -> Network {
        let speeds = Speeds::new(truck, conditions, payload_kg);
        let mut tolls = Vec::with_capacity(map.roads.roads.len() * 2);
        let mut next = Vec::with_capacity(map.roads.roads.len() * 2);
        let mut closed = BTreeSet::new();
        for road in &map.roads.roads {
            for forward in [true, false] {
                tolls.push(speeds.toll(map, road, forward));
                let end = if forward { road.to } else { road.from };
                let open = |(id, along): (RoadId, bool)| {
                    let turn = Turn { from: (road.id, forward), into: (id, along) };
                    let allowed = along || !map.roads.road(id).is_some_and(|r| r.one_way);
                    (allowed && turn::is_possible(map, truck, turn)).then(|| way(id, along))
                };
                let leaves = map.roads.roads_at(end).iter().copied();
                next.push(if !forward && road.one_way { Vec::new() } else { leaves.filter_map(open).collect() });
            }
            let is_in = |z: &haul_mine::Zone| road.line.points().iter().any(|p| ring_contains(&z.ring, p.xy()));
            if map.zones.iter().filter(|z| z.closed).any(is_in) {
                closed.insert(road.id);
            }
        }
        Network { tolls, next, closed, fastest: speeds.greatest() }
    }

    /// The quickest route between two positions on roads. Errors: as [`plan_route`](super::plan_route).
    pub fn plan(
        &self,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
    ) -> Result<Route, RouteError> {
        for position in [&from, &to] {
            if map.roads.road(position.road).is_none() || position.road.index() * 2 >= self.tolls.len() {
                return Err(RouteError::UnknownRoad { road: position.road, roads: map.roads.roads.len() });
            }
            if !position.station.is_finite() {
                return Err(RouteError::NotFinite { what: "the station on a road" });
            }
            if self.is_closed(position.road, options) {
                return Err(RouteError::Closed { road: position.road });
            }
        }
        if options.heading.is_some_and(|h| !h.is_finite()) {
            return Err(RouteError::NotFinite { what: "the heading at the start" });
        }
        let ways = search::quickest(self, map, &Ends { from, to }, options)?;
        Ok(self.route(map, &ways, from, to))
    }

    /// Whether a road may not be used.
    pub(super) fn is_closed(&self, road: RoadId, options: &RouteOptions) -> bool {
        self.closed.contains(&road) || options.closed.contains(&road)
    }

    /// Time and fuel of one way between two stations of its road.
    pub(super) fn toll(&self, map: &MineMap, way: usize, from: f64, to: f64) -> (f64, f64) {
        let (road, forward) = unway(way);
        let length = map.roads.road(road).map_or(0.0, |r| r.line.length());
        let passed = |s: f64| if forward { s } else { length - s };
        self.tolls.get(way).map_or((0.0, 0.0), |t| t.between(passed(from), passed(to)))
    }

    fn route(&self, map: &MineMap, ways: &[usize], from: RoadPosition, to: RoadPosition) -> Route {
        let mut route = Route::default();
        for (k, &way) in ways.iter().enumerate() {
            let (road, forward) = unway(way);
            let length = map.roads.road(road).map_or(0.0, |r| r.line.length());
            let (first, last) = if forward { (0.0, length) } else { (length, 0.0) };
            let leg = RouteLeg {
                road,
                forward,
                from_station: if k == 0 { from.station.clamp(0.0, length) } else { first },
                to_station: if k + 1 == ways.len() { to.station.clamp(0.0, length) } else { last },
            };
            let (time, fuel) = self.toll(map, way, leg.from_station, leg.to_station);
            route.length += leg.length();
            route.time += time;
            route.fuel_kg += fuel;
            route.legs.push(leg);
        }
        route
    }
}
