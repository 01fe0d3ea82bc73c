//! Routes that are really different from each other.
//!
//! The roads of the routes found so far are made dearer, and the search asked again (the penalty method; see R. Bader,
//! J. Dees, R. Geisberger and P. Sanders, *Alternative route graphs in road networks*, 2011). A route counts where it
//! shares little with each of the others and costs little more than the best.

use super::network::Network;
use super::search::{self, Dear, Ends};
use super::{Route, RouteError, RouteOptions};
use haul_core::RoadId;
use haul_mine::{MineMap, RoadPosition};

/// A route's roads are made dearer by this factor each time they are used.
const DEARER: f64 = 1.3;
/// Greatest share of its length that a route may have in common with another one.
const COMMON: f64 = 0.7;
/// Greatest cost, times the best one's.
const DEAREST: f64 = 2.0;
/// Searches for each route wanted.
const TRIES: usize = 8;

impl Network {
    /// Up to `count` routes, the best first, no two of which have more than 70 % of the shorter one's length in common
    /// and none of which costs more than twice the best. Errors: as [`plan_route`](super::plan_route) where there is not
    /// even one.
    pub fn alternatives(
        &self,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
        count: usize,
    ) -> Result<Vec<Route>, RouteError> {
        let best = self.plan(map, from, to, options)?;
        let ends = Ends::new(self, map, from, to, options);
        let mut dear = Dear::new();
        punish(&mut dear, &best);
        let cost = |route: &Route| self.criterion.of(route.time, route.fuel_kg);
        let most = DEAREST * cost(&best);
        let mut routes = vec![best];
        for _ in 0..TRIES * count.saturating_sub(1) {
            if routes.len() >= count {
                break;
            }
            let Some((_, ways)) = search::best(self, map, &ends, options, &dear) else { break };
            let route = self.route(self.driven(&ways), &ends);
            punish(&mut dear, &route);
            if cost(&route) <= most && routes.iter().all(|r| common(&route, r) <= COMMON * route.length.min(r.length)) {
                routes.push(route);
            }
        }
        routes.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
        Ok(routes)
    }
}

fn punish(dear: &mut Dear, route: &Route) {
    for leg in &route.legs {
        *dear.entry(leg.road).or_insert(1.0) *= DEARER;
    }
}

/// Length that two routes drive in common, m.
fn common(a: &Route, b: &Route) -> f64 {
    let driven = |route: &Route, road: RoadId| -> Option<(f64, f64)> {
        let leg = route.legs.iter().find(|l| l.road == road)?;
        Some((leg.from_station.min(leg.to_station), leg.from_station.max(leg.to_station)))
    };
    a.legs
        .iter()
        .filter_map(|leg| {
            let (low, high) = driven(b, leg.road)?;
            let (from, to) = (leg.from_station.min(leg.to_station), leg.from_station.max(leg.to_station));
            Some((to.min(high) - from.max(low)).max(0.0))
        })
        .sum()
}
