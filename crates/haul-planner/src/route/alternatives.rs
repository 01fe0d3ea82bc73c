//! Alternative routes that differ clearly from each other.
//!
//! The search is repeated with a penalty on the roads of the routes found so far (the penalty method; see R. Bader,
//! J. Dees, R. Geisberger and P. Sanders, *Alternative route graphs in road networks*, 2011). A route is accepted if it
//! has little in common with each of the routes found before and costs little more than the best route.

use super::assembly::EdgeSequence;
use super::ends::Ends;
use super::network::Network;
use super::search::{self, Penalties};
use super::{Route, RouteError, RouteOptions};
use haul_core::RoadId;
use haul_mine::{MineMap, RoadPosition};

/// Factor on the cost of a road for each route that uses it.
const PENALTY: f64 = 1.3;
/// Maximum length in common with another route, as a share of the length of the shorter route.
const MAX_COMMON_SHARE: f64 = 0.7;
/// Maximum ratio of a route's cost to the cost of the best route.
const MAX_COST_RATIO: f64 = 2.0;
/// Maximum number of searches for each requested route beyond the best one.
const SEARCHES_PER_ROUTE: usize = 8;

impl Network {
    /// Returns up to `count` routes, the best first.
    ///
    /// The common length of any two routes is at most 70 % of the shorter route. No route costs more than twice as much
    /// as the best route.
    ///
    /// # Errors
    ///
    /// As [`plan_route`](super::plan_route), if there is no route at all.
    pub fn alternatives(
        &self,
        map: &MineMap,
        from: RoadPosition,
        to: RoadPosition,
        options: &RouteOptions,
        count: usize,
    ) -> Result<Vec<Route>, RouteError> {
        let best = self.plan(map, from, to, options)?;
        let ends = Ends::new(&self.graph, map, from, to, options);
        let mut penalties = Penalties::new();
        penalise(&mut penalties, &best);
        let cost = |route: &Route| self.graph.criterion.of(route.time, route.fuel_kg);
        let most = MAX_COST_RATIO * cost(&best);
        let mut routes = vec![best];
        for _ in 0..SEARCHES_PER_ROUTE * count.saturating_sub(1) {
            if routes.len() >= count {
                break;
            }
            let Some(edges) = search::cheapest(&self.graph, map, &ends, options, &penalties) else { break };
            let route = EdgeSequence::new(&self.graph, &edges).into_route(&self.graph, &ends);
            penalise(&mut penalties, &route);
            if cost(&route) <= most
                && routes.iter().all(|r| common(&route, r) <= MAX_COMMON_SHARE * route.length.min(r.length))
            {
                routes.push(route);
            }
        }
        routes.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
        Ok(routes)
    }
}

fn penalise(penalties: &mut Penalties, route: &Route) {
    for leg in &route.legs {
        *penalties.entry(leg.road).or_insert(1.0) *= PENALTY;
    }
}

/// Returns the length that two routes have in common, m.
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
