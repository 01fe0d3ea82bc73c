//! Journeys: the whole way from one pose to another.

mod attach;
mod error;
mod splice;
#[cfg(test)]
mod tests;
mod turning;

pub use error::PlanError;

use crate::manoeuvre::{FreeSpace, ManoeuvreError, Obstacle, closed_zone_at};
use crate::path::{GRADE_BASE, Path, PathError, Travel, draft};
use crate::route::{Criterion, Network, Route, RouteError, RouteOptions, Turn};
use crate::{Conditions, TruckModel};
use haul_core::{Point2, Pose2, angle};
use haul_mine::{MineMap, RoadPosition};
use std::sync::Arc;

/// Requirements of a journey, besides start and goal.
#[derive(Debug, Clone, Default)]
pub struct JourneyOptions {
    /// Payload, kg. It affects the choice of roads.
    pub payload_kg: f64,
    /// Obstacles besides those on the map (machines at places, closed zones).
    pub obstacles: Vec<Obstacle>,
    /// Required direction of travel at the goal: [`Travel::Reverse`] to back into a spot. `None`: either direction.
    pub arrive: Option<Travel>,
    /// The quantity that the choice of roads minimises; time by default.
    pub criterion: Criterion,
}

/// A planned journey.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Journey {
    /// Path from the start to the goal.
    pub path: Path,
    /// Roads of the journey; empty if a manoeuvre alone leads to the goal.
    pub route: Route,
}

/// Distance between start and goal below which a manoeuvre alone is tried first, m.
const MANOEUVRE_FIRST_DISTANCE: f64 = 70.0;
/// Distance (m) and heading difference (rad) below which start and goal count as the same pose.
const SAME_DISTANCE: f64 = 0.05;
const SAME_HEADING: f64 = 0.01;
/// Distance between start and goal below which a manoeuvre alone is tried if no route exists, m. On a pad, the only
/// road may lie between start and goal, and in a wide pit, spots are up to 240 m from the road.
const MANOEUVRE_FALLBACK_DISTANCE: f64 = 260.0;
/// Maximum length of a manoeuvre alone: a multiple of the distance between start and goal, plus a length for turning
/// (m).
const MAX_DETOUR: f64 = 2.0;
const TURNING_LENGTH: f64 = 60.0;
/// Number of roads tried at each end.
const ROADS_TRIED: usize = 3;
/// Maximum distance of a start or goal from the nearest road, m.
const MAX_ROAD_DISTANCE: f64 = 250.0;
/// Number of routes tried for each pair of roads.
const ROUTES_TRIED: usize = 6;

/// Plans a journey from `start` to `goal`: a manoeuvre out of the start, the lane along a route, and a manoeuvre into
/// the goal. If start and goal are near each other, a manoeuvre alone may suffice.
///
/// Position and heading are continuous along the path. Wherever the ends leave room, the truck can follow the curvature
/// without stopping to steer. The footprint stays on the drivable surface and clear of obstacles all the way.
///
/// The truck drives forward, and reverses only near the start and the goal, by little more than
/// [`MAX_REVERSE`](crate::manoeuvre::MAX_REVERSE). A truck that faces away from the goal turns on the road if the road
/// is wide enough, otherwise at the best node ahead with room: a junction, a pad, an open end. It reverses farther only
/// if it cannot turn anywhere.
///
/// # Errors
///
/// A [`PlanError`]: why and where the truck cannot leave the start, follow a route or reach the goal.
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

/// Plans a journey. Calls `network` only if roads are needed.
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
    let turn = angle::difference(start.heading, goal.heading).abs();
    if start.distance(goal) < SAME_DISTANCE && turn < SAME_HEADING {
        return Err(PlanError::SamePlace { x: goal.x, y: goal.y });
    }
    if let Some(zone) = closed_zone_at(map, &truck.footprint, start, goal) {
        return Err(PlanError::GoalClosed { zone: zone.name.clone(), x: goal.x, y: goal.y });
    }
    let mut space = FreeSpace::of(map, &truck.footprint, start);
    space.obstacles.extend(options.obstacles.iter().cloned());
    let local = attach::Local { space: &space, truck, reverses_far: false };
    let distance = start.distance(goal);
    let mut alone = None;
    if distance < MANOEUVRE_FIRST_DISTANCE {
        match local.alone(start, goal, options.arrive) {
            Ok(path) if path.length() <= MAX_DETOUR * distance + TURNING_LENGTH => {
                return Ok(Journey {
                    path: finished(map, local.truck, path, &Route::default()),
                    route: Route::default(),
                });
            }
            other => alone = Some(other),
        }
    }
    let query = Query { map, network, local, start, goal, options };
    let Failure { error, may_turn } = match query.by_road() {
        Ok(journey) => return Ok(journey),
        Err(failure) => failure,
    };
    if may_turn && let Some(journey) = query.with_turn() {
        return Ok(journey);
    }
    // A long manoeuvre is better than no journey.
    let is_within_reach = distance < MANOEUVRE_FALLBACK_DISTANCE;
    let mut alone = alone.or_else(|| is_within_reach.then(|| local.alone(start, goal, options.arrive)));
    // Reversing far is the last resort.
    if !matches!(alone, Some(Ok(_))) {
        let local = attach::Local { reverses_far: true, ..local };
        if may_turn && let Ok(journey) = (Query { local, ..query }).by_road() {
            return Ok(journey);
        }
        if matches!(&alone, Some(Err(near)) if near.is_of_search()) {
            alone = Some(local.alone(start, goal, options.arrive));
        }
    }
    match alone {
        Some(Ok(path)) => {
            Ok(Journey { path: finished(map, local.truck, path, &Route::default()), route: Route::default() })
        }
        // If the start or the goal is blocked, the error of the manoeuvre says more than that of the roads.
        Some(Err(near @ (ManoeuvreError::GoalBlocked { .. } | ManoeuvreError::StartBlocked { .. }))) => {
            Err(PlanError::Manoeuvre(near))
        }
        Some(Err(near))
            if distance < MANOEUVRE_FIRST_DISTANCE / 2.0 || matches!(error, PlanError::Path(PathError::NoLength)) =>
        {
            Err(PlanError::Manoeuvre(near))
        }
        _ => Err(error),
    }
}

/// A journey to plan along roads.
#[derive(Clone, Copy)]
struct Query<'a> {
    map: &'a MineMap,
    network: &'a dyn Fn() -> Arc<Network>,
    local: attach::Local<'a>,
    start: Pose2,
    goal: Pose2,
    options: &'a JourneyOptions,
}

/// The first error among the choices tried.
struct Failure {
    error: PlanError,
    /// True if the search for a manoeuvre at an end of a lane failed. The truck may have room to turn elsewhere.
    may_turn: bool,
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        let may_turn = is_of_search(&error);
        Self { error, may_turn }
    }
}

/// Returns true if the search for a manoeuvre at an end of a lane failed.
fn is_of_search(error: &PlanError) -> bool {
    matches!(error, PlanError::Leave(cause) | PlanError::Arrive(cause) if cause.is_of_search())
}

impl Query<'_> {
    /// Plans a journey along roads: takes the best route whose lane can be driven and joined at both ends.
    fn by_road(&self) -> Result<Journey, Failure> {
        let Query { map, local, start, goal, options, .. } = *self;
        let network = (self.network)();
        let mut failed: Option<Failure> = None;
        let (froms, tos) =
            (roads_near(map, local.truck, start, "the start")?, roads_near(map, local.truck, goal, "the goal")?);
        // Try the nearest pair of roads first, then the others, because a near road may lie behind a wall.
        let mut pairs: Vec<(usize, usize)> =
            (0..froms.len()).flat_map(|a| (0..tos.len()).map(move |b| (a, b))).collect();
        pairs.sort_by_key(|(a, b)| (a + b, *a));
        for (a, b) in pairs {
            let mut route_options = RouteOptions { heading: Some(start.heading), ..RouteOptions::default() };
            for _ in 0..ROUTES_TRIED {
                let route = match network.plan(map, froms[a], tos[b], &route_options) {
                    Ok(route) => route,
                    Err(error) => {
                        keep_first(&mut failed, error.into());
                        break;
                    }
                };
                match along(map, &local, &route, start, goal, options) {
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
        Err(failed.unwrap_or(PlanError::Route(RouteError::NotFinite { what: "the position on the roads" }).into()))
    }
}

fn keep_first(failed: &mut Option<Failure>, error: PlanError) {
    tracing::debug!(%error, "journey: trying the next choice");
    let may_turn = is_of_search(&error);
    failed.get_or_insert(error.into()).may_turn |= may_turn;
}

/// The error of a route, and the turn to ban if another route may succeed.
struct Refused {
    error: PlanError,
    turn: Option<Turn>,
}

/// Plans the path along one route: its lane, with detours around obstacles, joined to start and goal.
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

/// Returns the turn nearest to a station along a route, if it is near enough to be the cause of an error.
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

/// Returns positions where the truck may join nearby roads, the nearest first.
///
/// The position on a road is its nearest point in view, across a surface wide enough for the truck. Roads without such
/// a point come last, with their nearest point. A road that leads round a pad into it may pass nearer behind the wall
/// than where the truck can join it.
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
        .within(at, MAX_ROAD_DISTANCE)
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

/// Returns the nearest point of a road in view: the straight line to it keeps `room` (m) to the drivable surface's
/// edge.
fn in_view(map: &MineMap, room: f64, at: Point2, nearest: &RoadPosition) -> Option<RoadPosition> {
    /// Spacing of the points tried on the road, m.
    const POINT_SPACING: f64 = 5.0;
    /// Spacing of the samples on the line to each point, m.
    const STEP: f64 = 2.0;
    let line = &map.roads.road(nearest.road)?.line;
    let clear = |to: Point2| {
        let way = to - at;
        let steps = (way.norm() / STEP).ceil().max(1.0) as usize;
        // The truck's own position may be nearer to the edge than `room`, so it is not checked.
        (1..=steps).all(|k| map.drivable.clearance(at + way * (k as f64 / steps as f64)) > room)
    };
    let count = (line.length() / POINT_SPACING).ceil().max(1.0) as usize;
    let mut stations: Vec<(f64, f64, Point2)> = (0..=count)
        .map(|k| line.length() * k as f64 / count as f64)
        .chain([nearest.station])
        .filter_map(|station| line.at(station).map(|p| ((p.xy() - at).norm(), station, p.xy())))
        .filter(|(away, ..)| *away < MAX_ROAD_DISTANCE)
        .collect();
    stations.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (_, station, _) = stations.into_iter().find(|(.., place)| clear(*place))?;
    let lateral = line.pose(station)?.locate(at).y;
    Some(RoadPosition { road: nearest.road, station, lateral })
}

/// Completes a path with heights and grades, roads and speed limits.
fn finished(map: &MineMap, truck: &TruckModel, mut path: Path, route: &Route) -> Path {
    path.lay_on(|x, y| map.terrain.height(x, y), GRADE_BASE);
    // A manoeuvre beside a road is part of the traffic there, so its points within a lane's reach name the road.
    for p in path.points.iter_mut().filter(|p| p.road.is_none()) {
        let near = map.roads.nearest(p.pose.position());
        p.road =
            near.filter(|r| r.lateral.abs() < ROADSIDE && route.legs.iter().any(|l| l.road == r.road)).map(|r| r.road);
    }
    path.lay_limits(map, truck);
    path
}

/// Distance from a centreline within which a manoeuvre counts as on that road, m: half the width of two lanes.
const ROADSIDE: f64 = 9.0;
