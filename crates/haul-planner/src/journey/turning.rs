//! Journeys of a truck that faces away from its goal: drive forward to a place with room, turn there, and drive back.

use super::attach::{nearest, reversed};
use super::{Journey, Query, finished, roads_near, splice};
use crate::manoeuvre::{Budget, MAX_REVERSE, ManoeuvreOptions, plan_within};
use crate::path::{LaneDraft, Path, REQUIRED_CLEARANCE, Travel, draft};
use crate::route::{Network, Route, RouteOptions};
use crate::steering_reserve::Lock;
use haul_core::{Pose2, angle};
use haul_mine::RoadPosition;
use std::f64::consts::{FRAC_PI_2, PI};

/// Number of turning places tried, the quickest journeys first.
const PLACES_TRIED: usize = 6;
/// Maximum distance of a turning place from the start, m. Beyond it a turn costs more than it saves.
const MAX_DISTANCE: f64 = 2_500.0;
/// Minimum clearance of a turning place from the edges, as a multiple of the minimum turning radius.
const ROOM: f64 = 0.8;
/// Distances from the turning place at which the truck leaves its lane and joins the opposite one, m, in the order of
/// trying.
const LEADS: [(f64, f64); 6] = [(25.0, 25.0), (45.0, 45.0), (10.0, 45.0), (45.0, 10.0), (70.0, 70.0), (5.0, 5.0)];
/// Maximum length in reverse during the turn, m.
const MAX_TURN_REVERSE: f64 = 33.0;
/// Budget of the search for each pair of distances.
const TURN_BUDGET: Budget = Budget { expansions: 2_500, poses: 30_000 };

/// Two routes that meet at a turning place.
struct TurningPlace {
    /// Route from the start to the turning place.
    there: Route,
    /// Route from the turning place to the goal.
    back: Route,
}

impl Query<'_> {
    /// Plans a journey with a turn ahead of the start. Returns `None` if no place ahead has room.
    pub(super) fn with_turn(&self) -> Option<Journey> {
        let network = (self.network)();
        self.turning_places(&network).iter().find_map(|place| self.turned_at(place))
    }

    /// Returns the places ahead of the start where the truck may turn, the quickest journeys first.
    fn turning_places(&self, network: &Network) -> Vec<TurningPlace> {
        let Query { map, local, start, goal, .. } = *self;
        let near = |pose, what| roads_near(map, local.truck, pose, what).unwrap_or_default();
        let (froms, tos) = (near(start, "the start"), near(goal, "the goal"));
        let (Some(from), Some(to)) = (froms.first(), tos.first()) else { return Vec::new() };
        let ahead = RouteOptions { heading: Some(start.heading), ..RouteOptions::default() };
        let room = ROOM * local.truck.spec.min_turning_radius();
        let mut places: Vec<TurningPlace> = Vec::new();
        for node in &map.roads.nodes {
            let at = node.position.xy();
            let is_near = (at - start.position()).norm() < MAX_DISTANCE;
            if !is_near || map.drivable.clearance(at) < room {
                continue;
            }
            for &(road, begins) in map.roads.roads_at(node.id) {
                let Some(line) = map.roads.road(road).map(|r| &r.line) else { continue };
                // The truck must reach the node on this road and leave it on the same road.
                let station = if begins { 0.0 } else { line.length() };
                let place = RoadPosition { road, station, lateral: 0.0 };
                let Some(out) = line.heading(station).map(|h| if begins { h } else { h + PI }) else { continue };
                let Ok(there) = network.plan(map, *from, place, &ahead) else { continue };
                let away = RouteOptions { heading: Some(out), ..RouteOptions::default() };
                let Ok(back) = network.plan(map, place, *to, &away) else { continue };
                let arrives = there.legs.last().is_some_and(|leg| leg.road == road && leg.forward != begins);
                let leaves = back.legs.first().is_some_and(|leg| leg.road == road && leg.forward == begins);
                if arrives && leaves && self.faces(&there) {
                    places.push(TurningPlace { there, back });
                }
            }
        }
        places.sort_by(|a, b| (a.there.time + a.back.time).total_cmp(&(b.there.time + b.back.time)));
        places.truncate(PLACES_TRIED);
        places
    }

    /// Returns true if a route begins in the direction that the truck faces.
    fn faces(&self, route: &Route) -> bool {
        let Some(leg) = route.legs.first() else { return false };
        let along = self.map.roads.road(leg.road).and_then(|r| r.line.heading(leg.from_station));
        along.is_some_and(|h| {
            angle::difference(if leg.forward { h } else { h + PI }, self.start.heading).abs() < FRAC_PI_2
        })
    }

    /// Plans the journey with a turn at one turning place.
    fn turned_at(&self, place: &TurningPlace) -> Option<Journey> {
        let Query { map, local, start, goal, options, .. } = *self;
        let lanes = [&place.there, &place.back].map(|route| draft(map, local.truck, route).ok());
        let [Some(mut there), Some(mut back)] = lanes else { return None };
        let (there_length, back_length) = (there.path.length(), back.path.length());
        let from = nearest(&there.path, start, 0.0);
        let (joined, leave) = local.leave(&there.path, start, from, there_length).ok()?;
        let turns = LEADS.iter().filter_map(|&(before, after)| {
            let (left, rejoined) = (there_length - before, after);
            if left < joined || rejoined > back_length {
                return None;
            }
            let turn = self.turn(there.path.at(left), back.path.at(rejoined))?;
            Some((left, turn, rejoined))
        });
        // Take the first turn without reversing, otherwise the turn that reverses least.
        let mut best: Option<(f64, (f64, Path, f64))> = None;
        for turn in turns {
            let reverse = reversed(&turn.1);
            if best.as_ref().is_none_or(|(least, _)| reverse < *least) {
                best = Some((reverse, turn));
            }
            if reverse == 0.0 {
                break;
            }
        }
        let (reverse, (left, turn, rejoined)) = best?;
        let to = nearest(&back.path, goal, back_length);
        if to < rejoined {
            return None;
        }
        let remaining = (MAX_REVERSE - reverse - reversed(&leave)).max(0.0);
        let (exit, arrive) = local.arrive(&back.path, goal, rejoined..to, remaining, options.arrive).ok()?;
        let driven = |lane: &mut LaneDraft, from: f64, to: f64| {
            lane.faults.retain(|f| f.stations.end >= from && f.stations.start <= to);
        };
        driven(&mut there, joined, left);
        driven(&mut back, rejoined, exit);
        let whole = |lane, joined| splice::whole(&local, lane, joined).ok();
        let mut path = whole(there, super::attach::Joined { leave, lane: joined..left, arrive: turn })?;
        path.append(&whole(back, super::attach::Joined { leave: Path::default(), lane: rejoined..exit, arrive })?);
        let route = joined_routes(&place.there, &place.back);
        tracing::debug!(reverse, at = left, "journey turns ahead of its start");
        Some(Journey { path: finished(map, local.truck, path, &route), route })
    }

    /// Plans the turn from one lane into the opposite one.
    fn turn(&self, from: crate::PathPoint, into: crate::PathPoint) -> Option<Path> {
        let options = ManoeuvreOptions {
            margin: REQUIRED_CLEARANCE.min(from.clearance).min(into.clearance),
            budget: TURN_BUDGET,
            max_reverse: MAX_TURN_REVERSE,
            last: Some(Travel::Forward),
            first: Some(Travel::Forward),
            start_curvature: Some(from.curvature),
            goal_curvature: Some(into.curvature),
        };
        let (a, b): (Pose2, Pose2) = (from.pose, into.pose);
        plan_within(Lock::Reserve, a, b, self.local.space, self.local.truck, &options).ok()
    }
}

/// Joins two routes that meet at a turning place.
fn joined_routes(there: &Route, back: &Route) -> Route {
    Route {
        legs: there.legs.iter().chain(&back.legs).copied().collect(),
        length: there.length + back.length,
        time: there.time + back.time,
        fuel_kg: there.fuel_kg + back.fuel_kg,
    }
}
