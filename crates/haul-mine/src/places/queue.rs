//! Where trucks wait for a spot.

use super::{Place, TruckShape};
use crate::map::{MineMap, Side};
use haul_core::{Pose2, angle};

/// Trucks that a queue holds.
const LENGTH: usize = 3;
/// Least and greatest distance of the head of the queue from the spot, m: out of the way of the truck that leaves, near
/// enough to be there at once.
const HEAD: (f64, f64) = (42.0, 130.0);
/// Distance wanted, m.
const WANTED: f64 = 60.0;
/// Distance between two waiting trucks, in lengths of the truck.
const SPACING: f64 = 1.9;
/// Clearance of a waiting truck from the edge, m.
const CLEARANCE: f64 = 0.8;

/// Waiting poses on the road to a place, each on its side of the road and facing the place; the first is the head.
pub(super) fn waiting_poses(map: &MineMap, place: &Place, shape: &TruckShape) -> Vec<Pose2> {
    let Some(spot) = place.spots.first().map(|s| s.pose) else { return Vec::new() };
    let towards = |pose: Pose2| {
        let way = spot.position() - pose.position();
        angle::difference(libm::atan2(way.y, way.x), pose.heading).abs()
    };
    let head = map
        .roads
        .roads
        .iter()
        .flat_map(|road| (0..road.line.points().len()).map(move |k| (road, k)))
        .filter_map(|(road, k)| {
            let station = road.line.stations().get(k).copied()?;
            let along = road.line.pose(station)?;
            let distance = (spot.position() - along.position()).norm();
            if !(HEAD.0..=HEAD.1).contains(&distance) {
                return None;
            }
            let facing = if towards(along) <= std::f64::consts::FRAC_PI_2 {
                along
            } else {
                Pose2::new(along.x, along.y, angle::wrap(along.heading + std::f64::consts::PI))
            };
            let pose = beside_centreline(
                map,
                facing,
                shape,
                road.stations.get(k).map_or(0.0, |s| s.width_left + s.width_right),
            );
            let clear =
                map.drivable.footprint_clearance(&shape.footprint, pose) >= CLEARANCE && is_apart(map, pose, shape);
            clear.then_some(((distance - WANTED).abs() + 12.0 * towards(pose), pose))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, pose)| pose);
    let Some(head) = head else { return Vec::new() };
    let mut queue = vec![head];
    let gap = SPACING * shape.footprint.length();
    while queue.len() < LENGTH {
        let Some(next) = queue.last().and_then(|last| behind(map, *last, gap, shape)) else { break };
        queue.push(next);
    }
    queue
}

/// A pose moved to its side of the road, as far as the width allows.
fn beside_centreline(map: &MineMap, pose: Pose2, shape: &TruckShape, width: f64) -> Pose2 {
    let most = (width / 4.0).min(2.0 * shape.footprint.half_width);
    let side = match map.traffic_side {
        Side::Left => 1.0,
        Side::Right => -1.0,
    };
    let p = pose.place(0.0, side * most);
    Pose2::new(p.x, p.y, pose.heading)
}

/// The pose `gap` metres behind another along the same road. `None` where the road ends or no truck fits.
fn behind(map: &MineMap, pose: Pose2, gap: f64, shape: &TruckShape) -> Option<Pose2> {
    let near = map.roads.nearest(pose.position())?;
    let road = map.roads.roads.get(near.road.index())?;
    let forward =
        angle::difference(road.line.heading(near.station)?, pose.heading).abs() <= std::f64::consts::FRAC_PI_2;
    let station = if forward { near.station - gap } else { near.station + gap };
    if !(0.0..=road.line.length()).contains(&station) {
        return None;
    }
    let along = road.line.pose(station)?;
    let facing =
        if forward { along } else { Pose2::new(along.x, along.y, angle::wrap(along.heading + std::f64::consts::PI)) };
    let s = road.stations.get(road.line.piece(station))?;
    let pose = beside_centreline(map, facing, shape, s.width_left + s.width_right);
    let clear = map.drivable.footprint_clearance(&shape.footprint, pose) >= CLEARANCE && is_apart(map, pose, shape);
    clear.then_some(pose)
}

/// Whether a waiting truck is clear of the spots, machines and queues of other places.
fn is_apart(map: &MineMap, pose: Pose2, shape: &TruckShape) -> bool {
    let reach = shape.footprint.reach() + shape.footprint.half_width;
    map.places.iter().all(|place| {
        let poses = place.spots.iter().map(|s| s.pose).chain(place.queue.iter().copied());
        let clear_of_machine =
            place.machine.is_none_or(|m| shape.footprint.distance(pose, m.position()) >= place.obstacle_radius + 1.0);
        clear_of_machine && poses.into_iter().all(|p| p.distance(pose) >= reach)
    })
}
