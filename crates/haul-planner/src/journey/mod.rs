//! Journeys: a whole drive from one pose to another.

mod attach;
mod error;
mod splice;
#[cfg(test)]
mod tests;

pub use error::PlanError;

use crate::manoeuvre::{FreeSpace, ManoeuvreError, Obstacle, closed_zone_at};
use crate::path::{GRADE_BASE, Path, PathError, Travel, draft};
use crate::route::{Criterion, Network, Route, RouteError, RouteOptions, Turn};
use crate::{Conditions, TruckModel};
use haul_core::{Point2, Pose2, angle};
use haul_mine::{MineMap, RoadPosition};
use std::sync::Arc;

/// What else a journey is to keep.
#[derive(Debug, Clone, Default)]
pub struct JourneyOptions {
    /// Payload on the way, kg: it bears on the choice of roads.
    pub payload_kg: f64,
    /// What stands in the way besides what the map knows: machines of its places, closed zones.
    pub obstacles: Vec<Obstacle>,
    /// The travel in which the goal must be reached: [`Travel::Reverse`] to back into a spot.
    pub arrive: Option<Travel>,
    /// What the roads are chosen for: the quickest by default.
    pub criterion: Criterion,
}

/// A drive.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Journey {
    /// What the truck follows, from the start to the goal.
    pub path: Path,
    /// The roads it takes; none where a manoeuvre alone leads to the goal.
    pub route: Route,
}

/// Start and goal nearer than this may be joined by a manoeuvre alone, m.
const NEAR: f64 = 70.0;
/// Start and goal nearer than this, m and rad, are the same place.
const SAME: f64 = 0.05;
const SAME_HEADING: f64 = 0.01;
/// Nearer than this a manoeuvre alone is tried where the roads lead nowhere, m: between two ends of one pad whose only
/// road begins in its middle, or over the floor of a wide pit, where spots lie up to 240 m from the road.
const FAR: f64 = 260.0;
/// A manoeuvre alone is taken up to this many times the distance, plus what turning takes, m.
const DETOUR: f64 = 2.0;
const TURNING: f64 = 60.0;
/// Roads at either end that are tried.
const ROADS_TRIED: usize = 3;
/// A start or goal further than this from every road is not on the road network, m.
const FURTHEST_ROAD: f64 = 250.0;
/// Roads or turns given up before the journey is.
const GIVEN_UP: usize = 6;

/// A drive from `start` to `goal`: out of the start by a manoeuvre, along the lane, into the goal by a manoeuvre; where
/// both are near each other a manoeuvre alone. Position and heading are continuous, and curvature within what the
/// steering does while rolling wherever the ends leave room for it. The footprint stays on the drivable surface and out of
/// the obstacles all the way.
///
/// Errors: what keeps the truck from getting out, along or in, with the place.
pub fn plan_journey(
    map: &MineMap,
    truck: &TruckModel,
    conditions: &Conditions,
    start: Pose2,
    goal: Pose2,
    options: &JourneyOptions,
) -> Result<Journey, PlanError> {
    let network = || Arc::new(Network::prepare_for(map, truck, conditions, options.payload_kg, options.criterion));
    plan_over(map, truck, start, goal, options, &network)
}

/// Plans a drive over a network that is asked for where roads are needed.
pub(crate) fn plan_over(
    map: &MineMap,
    truck: &TruckModel,
    start: Pose2,
    goal: Pose2,
    options: &JourneyOptions,
    network: &dyn Fn() -> Arc<Network>,
) -> Result<Journey, PlanError> {
    for (what, sound) in [
        ("the start", start.is_on_a_map()),
        ("the goal", goal.is_on_a_map()),
        ("the payload", options.payload_kg.is_finite()),
    ] {
        if !sound {
            return Err(PlanError::NotFinite { what });
        }
    }
    if start.distance(goal) < SAME && angle::difference(start.heading, goal.heading).abs() < SAME_HEADING {
        return Err(PlanError::SamePlace { x: goal.x, y: goal.y });
    }
    if let Some(zone) = closed_zone_at(map, &truck.footprint, start, goal) {
        return Err(PlanError::GoalClosed { zone: zone.name.clone(), x: goal.x, y: goal.y });
    }
    let mut space = FreeSpace::of(map, &truck.footprint, start);
    space.obstacles.extend(options.obstacles.iter().cloned());
    let local = attach::Local { space: &space, truck };
    let distance = start.distance(goal);
    let mut alone = None;
    if distance < NEAR {
        match local.alone(start, goal, options.arrive) {
            Ok(path) if path.length() <= DETOUR * distance + TURNING => {
                return Ok(Journey {
                    path: finished(map, local.truck, path, &Route::default()),
                    route: Route::default(),
                });
            }
            other => alone = Some(other),
        }
    }
    let error = match by_road(map, network, &local, start, goal, options) {
        Ok(journey) => return Ok(journey),
        Err(error) => error,
    };
    // A long manoeuvre is better than none.
    match alone.or_else(|| (distance < FAR).then(|| local.alone(start, goal, options.arrive))) {
        Some(Ok(path)) => {
            Ok(Journey { path: finished(map, local.truck, path, &Route::default()), route: Route::default() })
        }
        // Where the roads have nothing to do with it, what the manoeuvre lacks tells more.
        Some(Err(near @ (ManoeuvreError::GoalBlocked { .. } | ManoeuvreError::StartBlocked { .. }))) => {
            Err(PlanError::Manoeuvre(near))
        }
        Some(Err(near)) if distance < NEAR / 2.0 || matches!(error, PlanError::Path(PathError::NoLength)) => {
            Err(PlanError::Manoeuvre(near))
        }
        _ => Err(error),
    }
}

/// Over the roads: the quickest route whose lane can be driven and joined at both ends.
fn by_road(
    map: &MineMap,
    network: &dyn Fn() -> Arc<Network>,
    local: &attach::Local<'_>,
    start: Pose2,
    goal: Pose2,
    options: &JourneyOptions,
) -> Result<Journey, PlanError> {
    let network = network();
    let mut failed: Option<PlanError> = None;
    let (froms, tos) =
        (roads_near(map, local.truck, start, "the start")?, roads_near(map, local.truck, goal, "the goal")?);
    // The nearest pair first, then the next: a road may lie near but behind a wall.
    let mut pairs: Vec<(usize, usize)> = (0..froms.len()).flat_map(|a| (0..tos.len()).map(move |b| (a, b))).collect();
    pairs.sort_by_key(|(a, b)| (a + b, *a));
    for (a, b) in pairs {
        let mut route_options = RouteOptions { heading: Some(start.heading), ..RouteOptions::default() };
        for _ in 0..GIVEN_UP {
            let route = match network.plan(map, froms[a], tos[b], &route_options) {
                Ok(route) => route,
                Err(error) => {
                    keep_first(&mut failed, error.into());
                    break;
                }
            };
            match along(map, local, &route, start, goal, options) {
                Ok(path) => return Ok(Journey { path: finished(map, local.truck, path, &route), route }),
                Err(Refused { error, turn }) => {
                    keep_first(&mut failed, error);
                    match turn {
                        Some(turn) => route_options.banned.push(turn),
                        None => break,
                    }
                }
            }
        }
    }
    Err(failed.unwrap_or(PlanError::Route(RouteError::NotFinite { what: "the position on the roads" })))
}

fn keep_first(failed: &mut Option<PlanError>, error: PlanError) {
    tracing::debug!(%error, "journey: next choice");
    failed.get_or_insert(error);
}

/// Why a route was refused, and the turn to leave out if another one may do.
struct Refused {
    error: PlanError,
    turn: Option<Turn>,
}

/// One route: its lane, what stands in it driven round, joined at both ends.
fn along(
    map: &MineMap,
    local: &attach::Local<'_>,
    route: &Route,
    start: Pose2,
    goal: Pose2,
    options: &JourneyOptions,
) -> Result<Path, Refused> {
    let plain = |error: PlanError| Refused { error, turn: None };
    let mut lane = draft(map, local.truck, route).map_err(|e| plain(e.into()))?;
    let joined = local.join(&lane.path, start, goal, options.arrive).map_err(plain)?;
    lane.faults.retain(|f| f.stations.end >= joined.lane.start && f.stations.start <= joined.lane.end);
    splice::whole(local, lane, joined)
        .map_err(|(error, at)| Refused { error, turn: at.and_then(|s| turn_at(route, s)) })
}

/// The turn nearest to a distance along a route, where there is one near enough to be the cause.
fn turn_at(route: &Route, station: f64) -> Option<Turn> {
    const CAUSE: f64 = 40.0;
    let mut passed = 0.0;
    let mut nearest: Option<(f64, Turn)> = None;
    for legs in route.legs.windows(2) {
        passed += legs[0].length();
        let off = (passed - station).abs();
        if off < CAUSE && nearest.as_ref().is_none_or(|(d, _)| off < *d) {
            let turn = Turn { from: legs[0].directed_road(), into: legs[1].directed_road() };
            nearest = Some((off, turn));
        }
    }
    nearest.map(|(_, turn)| turn)
}

/// Where roads near a pose may be joined: on each the nearest place in view over ground that is wide enough for the
/// truck, nearest first, and behind them, on roads of which none is in view, the nearest place. A road that leads
/// round a pad into it passes nearer behind the wall than where it can be joined.
fn roads_near(
    map: &MineMap,
    truck: &TruckModel,
    pose: Pose2,
    what: &'static str,
) -> Result<Vec<RoadPosition>, PlanError> {
    let at = pose.position();
    let distance =
        |p: &RoadPosition| map.roads.road(p.road).and_then(|r| r.line.at(p.station)).map(|q| (q.xy() - at).norm());
    let mut near: Vec<(bool, f64, RoadPosition)> = map
        .roads
        .within(at, FURTHEST_ROAD)
        .into_iter()
        .filter_map(|nearest| {
            let seen = in_view(map, truck.footprint.half_width, at, &nearest);
            let position = seen.unwrap_or(nearest);
            Some((seen.is_none(), distance(&position)?, position))
        })
        .collect();
    near.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    near.truncate(ROADS_TRIED);
    if near.is_empty() {
        return Err(PlanError::OffRoads { what, x: pose.x, y: pose.y });
    }
    Ok(near.into_iter().map(|(.., position)| position).collect())
}

/// The nearest place of a road, if any, to which the straight way over the drivable surface is clear by `room` (m).
fn in_view(map: &MineMap, room: f64, at: Point2, nearest: &RoadPosition) -> Option<RoadPosition> {
    /// Places of the road looked at, and points of the way to each, so far apart, m.
    const PLACES: f64 = 5.0;
    const STEP: f64 = 2.0;
    let line = &map.roads.road(nearest.road)?.line;
    let clear = |to: Point2| {
        let way = to - at;
        let steps = (way.norm() / STEP).ceil().max(1.0) as usize;
        // The truck's own place may lie nearer to the edge than that.
        (1..=steps).all(|k| map.drivable.clearance(at + way * (k as f64 / steps as f64)) > room)
    };
    let count = (line.length() / PLACES).ceil().max(1.0) as usize;
    let mut stations: Vec<(f64, f64, Point2)> = (0..=count)
        .map(|k| line.length() * k as f64 / count as f64)
        .chain([nearest.station])
        .filter_map(|station| line.at(station).map(|p| ((p.xy() - at).norm(), station, p.xy())))
        .filter(|(away, ..)| *away < FURTHEST_ROAD)
        .collect();
    stations.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (_, station, _) = stations.into_iter().find(|(.., place)| clear(*place))?;
    let lateral = line.pose(station)?.locate(at).y;
    Some(RoadPosition { road: nearest.road, station, lateral })
}

/// Ground and roads filled in over the whole path.
fn finished(map: &MineMap, truck: &TruckModel, mut path: Path, route: &Route) -> Path {
    path.lay_on(|x, y| map.terrain.height(x, y), GRADE_BASE);
    // Manoeuvres at a road's side take part in its traffic as well: within a lane's reach they name it.
    for p in path.points.iter_mut().filter(|p| p.road.is_none()) {
        let near = map.roads.nearest(p.pose.position());
        p.road =
            near.filter(|r| r.lateral.abs() < ROADSIDE && route.legs.iter().any(|l| l.road == r.road)).map(|r| r.road);
    }
    path.lay_limits(map, truck);
    path
}

/// Distance from a centreline within which a manoeuvre counts as on that road, m: half of what two lanes take.
const ROADSIDE: f64 = 9.0;
