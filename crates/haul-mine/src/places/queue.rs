//! Where trucks wait for a spot: on the way that leads to it, as trucks drive it.

use super::{FARTHEST_FROM_ROAD, Place, TruckShape};
use crate::map::{MineMap, Side};
use crate::roads::{Lanes, Road, RoadPosition};
use haul_core::{NodeId, Point2, Pose2, angle};

/// Trucks that a queue holds.
const LENGTH: usize = 3;
/// Least and greatest way from the head of the queue to the spot, m: out of the way of the truck that leaves, near
/// enough to be there at once.
const HEAD: (f64, f64) = (42.0, 200.0);
/// Greatest such way where all nearer poses lie on a way out, m: beyond a single-lane ramp.
const FARTHEST: f64 = 1_500.0;
/// Way wanted, m.
const WANTED: f64 = 60.0;
/// What a stand on a single lane costs beside one where others pass, m of way.
const SINGLE_LANE: f64 = 60.0;
/// Distance between two waiting trucks, in lengths of the truck.
const SPACING: f64 = 1.9;
/// Clearance of a waiting truck from the edge, m.
const CLEARANCE: f64 = 0.8;
/// Steps along the straight way from a road to a spot, m.
const WAY_STEP: f64 = 2.0;

/// A position on a road and the sense in which a truck on its way to the spot passes it.
#[derive(Clone, Copy)]
struct Way<'a> {
    road: &'a Road,
    station: f64,
    forward: bool,
}

/// Waiting poses on the road to a place, each on its side of the road and heading as trucks drive there; the first is the
/// head. Where the way branches, all stand on the same branch.
pub(super) fn waiting_poses(map: &MineMap, place: &Place, shape: &TruckShape) -> Vec<Pose2> {
    queue_within(map, place, shape, HEAD.1, &|_| true)
}

/// Waiting poses as [`waiting_poses`] finds them, but only where `is_free` allows, and farther away where none is near.
pub(super) fn queue_where(
    map: &MineMap,
    place: &Place,
    shape: &TruckShape,
    is_free: &dyn Fn(Pose2) -> bool,
) -> Vec<Pose2> {
    [HEAD.1, FARTHEST]
        .into_iter()
        .map(|farthest| queue_within(map, place, shape, farthest, is_free))
        .find(|queue| !queue.is_empty())
        .unwrap_or_default()
}

/// Waiting poses with the head at most `farthest` (m) of way from the spot.
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
    let to_node = ways_to_nodes(map, leaves);
    let mut options: Vec<(f64, Way)> = Vec::new();
    for road in &map.roads.roads {
        for &station in road.line.stations() {
            let Some((way, forward)) = way_from(road, station, leaves, &to_node) else { continue };
            let way = way + rest;
            let Some(at) = road.line.at(station) else { continue };
            if !(HEAD.0..=farthest).contains(&way) || (spot.position() - at.xy()).norm() < HEAD.0 {
                continue;
            }
            let is_single = road.at(station).lanes == Lanes::One;
            let cost = (way - WANTED).abs() + if is_single { SINGLE_LANE } else { 0.0 };
            options.push((cost, Way { road, station, forward }));
        }
    }
    options.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.road.id.cmp(&b.1.road.id)));
    let head = options.into_iter().find_map(|(_, at)| Some((at, stand(map, at, shape).filter(|pose| is_free(*pose))?)));
    let Some((mut at, head)) = head else { return Vec::new() };
    let mut queue = vec![head];
    let gap = SPACING * shape.footprint.length();
    while queue.len() < LENGTH {
        at.station += if at.forward { -gap } else { gap };
        if !(0.0..=at.road.line.length()).contains(&at.station) {
            break;
        }
        let Some(next) = stand(map, at, shape).filter(|pose| is_free(*pose)) else { break };
        queue.push(next);
    }
    queue
}

/// Where trucks leave the roads for a spot: the nearest position from which the straight way to it is open.
pub(super) fn leaving(map: &MineMap, spot: Point2, shape: &TruckShape) -> Option<RoadPosition> {
    let is_open = |from: Point2| {
        let way = spot - from;
        let steps = (way.norm() / WAY_STEP).ceil().max(1.0);
        // The spot itself may lie as near to its wall as half a truck.
        (0..steps as u32)
            .all(|k| map.drivable.clearance(from + way * (f64::from(k) / steps)) > shape.footprint.half_width)
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

/// Length of the way from every node to a position on a road, m; infinite where one-way roads leave none.
fn ways_to_nodes(map: &MineMap, to: RoadPosition) -> Vec<f64> {
    let mut ways = vec![f64::INFINITY; map.roads.nodes.len()];
    let Some(last) = map.roads.road(to.road) else { return ways };
    ways[last.from.index()] = to.station;
    if !last.one_way {
        ways[last.to.index()] = ways[last.to.index()].min(last.line.length() - to.station);
    }
    // Bellman and Ford: a mine has some dozens of nodes, and few rounds are needed.
    for _ in 0..map.roads.nodes.len() {
        let mut shorter = false;
        for road in &map.roads.roads {
            let length = road.line.length();
            let (from, to) = (road.from.index(), road.to.index());
            if ways[to] + length < ways[from] {
                (ways[from], shorter) = (ways[to] + length, true);
            }
            if !road.one_way && ways[from] + length < ways[to] {
                (ways[to], shorter) = (ways[from] + length, true);
            }
        }
        if !shorter {
            break;
        }
    }
    ways
}

/// The shorter way from a position on a road to where it is left for the spot, m, and whether it goes along from→to.
fn way_from(road: &Road, station: f64, leaves: RoadPosition, to_node: &[f64]) -> Option<(f64, bool)> {
    let node = |k: NodeId| to_node.get(k.index()).copied().unwrap_or(f64::INFINITY);
    let mut ahead = node(road.to) + road.line.length() - station;
    let mut back = node(road.from) + station;
    if road.id == leaves.road {
        let way = leaves.station - station;
        if way >= 0.0 {
            ahead = ahead.min(way);
        } else {
            back = back.min(-way);
        }
    }
    if road.one_way {
        back = f64::INFINITY;
    }
    let way = ahead.min(back);
    way.is_finite().then_some((way, ahead <= back))
}

/// A truck's pose at a position of the way, on its side of the road as far as the width allows. `None` where no truck
/// fits, or where another place's trucks stand.
fn stand(map: &MineMap, at: Way, shape: &TruckShape) -> Option<Pose2> {
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

/// Tells whether a waiting truck is clear of the spots, machines and queues of other places.
fn is_apart(map: &MineMap, pose: Pose2, shape: &TruckShape) -> bool {
    let reach = shape.footprint.reach() + shape.footprint.half_width;
    map.places.iter().all(|place| {
        let poses = place.spots.iter().map(|s| s.pose).chain(place.queue.iter().copied());
        let clear_of_machine =
            place.machine.is_none_or(|m| shape.footprint.distance(pose, m.position()) >= place.obstacle_radius + 1.0);
        clear_of_machine && poses.into_iter().all(|p| p.distance(pose) >= reach)
    })
}
