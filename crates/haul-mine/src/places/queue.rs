//! Waiting poses for a spot, on the road that leads to the spot.

use super::place::Place;
use super::spec::TruckShape;
use crate::map::MineMap;
use crate::roads::{Lanes, Road, RoadPosition, Side};
use haul_core::{NodeId, Point2, Pose2, angle};

/// Maximum distance from a road to a spot, m. In a wide pit, trucks cross the open floor between road and spot.
pub(crate) const FARTHEST_FROM_ROAD: f64 = 240.0;
/// Number of trucks in a queue.
const QUEUE_LENGTH: usize = 3;
/// Minimum and maximum path length from the head of the queue to the spot, m. At these distances, a truck at the head
/// is clear of a departing truck, but near enough to reach the spot quickly.
const HEAD_PATH_LENGTHS: (f64, f64) = (42.0, 200.0);
/// Maximum path length from the head of the queue to the spot if all nearer poses lie on an exit path, m. This length
/// reaches beyond a single-lane ramp.
const FARTHEST_PATH_LENGTH: f64 = 1_500.0;
/// Preferred path length from the head of the queue to the spot, m.
const PREFERRED_PATH_LENGTH: f64 = 60.0;
/// Extra cost of waiting on a single lane, where other trucks cannot pass, in metres of path.
const SINGLE_LANE_COST: f64 = 60.0;
/// Distance between neighbouring waiting poses, in truck lengths.
const SPACING: f64 = 1.9;
/// Minimum clearance of a waiting truck from the edge of the drivable surface, m.
const CLEARANCE: f64 = 0.8;
/// Step along the straight line from a road to a spot, m.
const PATH_STEP: f64 = 2.0;

/// A position on a road, and the direction in which a truck bound for the spot passes it.
#[derive(Clone, Copy)]
struct ApproachPosition<'a> {
    road: &'a Road,
    station: f64,
    forward: bool,
}

/// Returns waiting poses on the road to a place, in the lane and direction of trucks that drive to the place. The first
/// pose is the head of the queue. If the path branches, all poses are on the same branch.
pub(super) fn waiting_poses(map: &MineMap, place: &Place, shape: &TruckShape) -> Vec<Pose2> {
    queue_within(map, place, shape, HEAD_PATH_LENGTHS.1, &|_| true)
}

/// Returns waiting poses like [`waiting_poses`], but only poses for which `is_free` returns true. If no near pose is
/// free, the queue may be further away.
pub(super) fn queue_where(
    map: &MineMap,
    place: &Place,
    shape: &TruckShape,
    is_free: &dyn Fn(Pose2) -> bool,
) -> Vec<Pose2> {
    [HEAD_PATH_LENGTHS.1, FARTHEST_PATH_LENGTH]
        .into_iter()
        .map(|farthest| queue_within(map, place, shape, farthest, is_free))
        .find(|queue| !queue.is_empty())
        .unwrap_or_default()
}

/// Returns waiting poses whose head is at most `farthest` (m) from the spot along the path.
fn queue_within(
    map: &MineMap,
    place: &Place,
    shape: &TruckShape,
    farthest: f64,
    is_free: &dyn Fn(Pose2) -> bool,
) -> Vec<Pose2> {
    let Some(spot) = place.spots.first().map(|s| s.pose) else { return Vec::new() };
    let Some(leaves) = leaving(map, spot.position(), shape) else { return Vec::new() };
    let rest = map.roads.road(leaves.road).and_then(|r| r.line.at(leaves.station));
    let Some(rest) = rest.map(|p| (p.xy() - spot.position()).norm()) else { return Vec::new() };
    let to_node = path_lengths(map, leaves);
    let mut options: Vec<(f64, ApproachPosition)> = Vec::new();
    for road in &map.roads.roads {
        for &station in road.line.stations() {
            let Some((path, forward)) = path_from(road, station, leaves, &to_node) else { continue };
            let path = path + rest;
            let Some(at) = road.line.at(station) else { continue };
            if !(HEAD_PATH_LENGTHS.0..=farthest).contains(&path)
                || (spot.position() - at.xy()).norm() < HEAD_PATH_LENGTHS.0
            {
                continue;
            }
            let is_single = road.at(station).lanes == Lanes::One;
            let cost = (path - PREFERRED_PATH_LENGTH).abs() + if is_single { SINGLE_LANE_COST } else { 0.0 };
            options.push((cost, ApproachPosition { road, station, forward }));
        }
    }
    options.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.road.id.cmp(&b.1.road.id)));
    let head = options.into_iter().find_map(|(_, at)| Some((at, stand(map, at, shape).filter(|pose| is_free(*pose))?)));
    let Some((mut at, head)) = head else { return Vec::new() };
    let mut queue = vec![head];
    let gap = SPACING * shape.footprint.length();
    while queue.len() < QUEUE_LENGTH {
        at.station += if at.forward { -gap } else { gap };
        if !(0.0..=at.road.line.length()).contains(&at.station) {
            break;
        }
        let Some(next) = stand(map, at, shape).filter(|pose| is_free(*pose)) else { break };
        queue.push(next);
    }
    queue
}

/// Returns the position at which trucks leave the road for a spot: the nearest position from which the straight line to
/// the spot is free.
pub(super) fn leaving(map: &MineMap, spot: Point2, shape: &TruckShape) -> Option<RoadPosition> {
    let is_open = |from: Point2| {
        let path = spot - from;
        let steps = (path.norm() / PATH_STEP).ceil().max(1.0);
        // The spot itself may be closer to the wall than half a truck width.
        (0..steps as u32)
            .all(|k| map.drivable.clearance(from + path * (f64::from(k) / steps)) > shape.footprint.half_width)
    };
    let mut near: Vec<(f64, Point2, RoadPosition)> = Vec::new();
    for road in map.roads.within(spot, FARTHEST_FROM_ROAD).into_iter().filter_map(|near| map.roads.road(near.road)) {
        for (p, &station) in road.line.points().iter().zip(road.line.stations()) {
            let distance = (p.xy() - spot).norm();
            if distance <= FARTHEST_FROM_ROAD {
                near.push((distance, p.xy(), RoadPosition { road: road.id, station, lateral: 0.0 }));
            }
        }
    }
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    near.into_iter().find(|(_, p, _)| is_open(*p)).map(|(.., at)| at).or_else(|| map.roads.nearest(spot))
}

/// Returns the path length (m) from every node to a position on a road; infinite if one-way roads leave no path.
fn path_lengths(map: &MineMap, to: RoadPosition) -> Vec<f64> {
    let mut lengths = vec![f64::INFINITY; map.roads.nodes.len()];
    let Some(last) = map.roads.road(to.road) else { return lengths };
    lengths[last.from.index()] = to.station;
    if !last.one_way {
        lengths[last.to.index()] = lengths[last.to.index()].min(last.line.length() - to.station);
    }
    // Bellman–Ford. A mine has a few dozen nodes, so few rounds are needed.
    for _ in 0..map.roads.nodes.len() {
        let mut shorter = false;
        for road in &map.roads.roads {
            let length = road.line.length();
            let (from, to) = (road.from.index(), road.to.index());
            if lengths[to] + length < lengths[from] {
                (lengths[from], shorter) = (lengths[to] + length, true);
            }
            if !road.one_way && lengths[from] + length < lengths[to] {
                (lengths[to], shorter) = (lengths[from] + length, true);
            }
        }
        if !shorter {
            break;
        }
    }
    lengths
}

/// Returns the length (m) of the shorter path from a station of a road to the position at which trucks leave the road
/// for the spot, and true if this path starts in the road's direction.
fn path_from(road: &Road, station: f64, leaves: RoadPosition, to_node: &[f64]) -> Option<(f64, bool)> {
    let node = |k: NodeId| to_node.get(k.index()).copied().unwrap_or(f64::INFINITY);
    let mut ahead = node(road.to) + road.line.length() - station;
    let mut back = node(road.from) + station;
    if road.id == leaves.road {
        let path = leaves.station - station;
        if path >= 0.0 {
            ahead = ahead.min(path);
        } else {
            back = back.min(-path);
        }
    }
    if road.one_way {
        back = f64::INFINITY;
    }
    let path = ahead.min(back);
    path.is_finite().then_some((path, ahead <= back))
}

/// Returns the pose of a truck that waits at a position of the path, as far to the traffic side as the road width
/// allows. Returns `None` if no truck fits there, or if trucks of another place stand there.
fn stand(map: &MineMap, at: ApproachPosition, shape: &TruckShape) -> Option<Pose2> {
    let along = at.road.line.pose(at.station)?;
    let heading = if at.forward { along.heading } else { angle::wrap(along.heading + std::f64::consts::PI) };
    let station = at.road.at(at.station);
    let most = ((station.width_left + station.width_right) / 4.0).min(2.0 * shape.footprint.half_width);
    let side = match map.traffic_side {
        Side::Left => 1.0,
        Side::Right => -1.0,
    };
    let p = Pose2::new(along.x, along.y, heading).place(0.0, side * most);
    let pose = Pose2::new(p.x, p.y, heading);
    let clear = map.drivable.footprint_clearance(&shape.footprint, pose) >= CLEARANCE && is_apart(map, pose, shape);
    clear.then_some(pose)
}

/// Returns true if a waiting truck is clear of the spots, machines and queues of other places.
fn is_apart(map: &MineMap, pose: Pose2, shape: &TruckShape) -> bool {
    let reach = shape.footprint.reach() + shape.footprint.half_width;
    map.places.iter().all(|place| {
        let poses = place.spots.iter().map(|s| s.pose).chain(place.queue.iter().copied());
        let clear_of_machine =
            place.machine.is_none_or(|m| shape.footprint.distance(pose, m.position()) >= place.obstacle_radius + 1.0);
        clear_of_machine && poses.into_iter().all(|p| p.distance(pose) >= reach)
    })
}
