//! Exit paths of spots, and the waiting poses that lie on them.
//!
//! A truck leaves a spot straight ahead, crosses the floor to the road and drives away in its lane. This is the exit
//! path. A truck that waits on it blocks the departing truck. A lane in which both trucks drive in the same direction
//! does not count, because there one truck follows the other.
//!
//! A straight line across the floor is a first guess. A caller that can plan the driven path gives it as an
//! [`ExitPath`], and [`MineMap::clear_driven_paths`] moves the queues that lie on it.

use super::place::Place;
use super::queue::{leaving, queue_where};
use super::spec::TruckShape;
use crate::map::MineMap;
use crate::roads::Lane;
use haul_core::{Footprint, PlaceId, Point2, Pose2, RoadId, angle};
use std::collections::BTreeSet;
use std::fmt;

/// Minimum distance between a waiting truck and a departing one, m: twice the margin of the right of way.
const CLEARANCE: f64 = 1.0;
/// Length of road over which an exit path is followed, m: beyond the usual waiting poses of a place.
const PATH_LENGTH: f64 = 600.0;
/// Free length that a truck needs ahead of a spot to drive out, as a multiple of its turning radius.
const ROOM_AHEAD: f64 = 2.6;
/// Distance between two poses of an exit path, m.
const STEP: f64 = 2.0;
/// Maximum difference of headings at which two trucks count as driving in the same direction, rad (60°).
const SAME_DIRECTION_ANGLE: f64 = std::f64::consts::FRAC_PI_3;
/// Spacing of the points on a truck's outline whose distance from another truck is checked, m.
const OUTLINE_STEP: f64 = 0.5;

/// A waiting pose on the exit path of a spot.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueConflict {
    /// Place that the queue belongs to.
    pub place: PlaceId,
    /// Position in the queue; 0 is the head.
    pub index: usize,
    /// The waiting pose that lies on the exit path.
    pub pose: Pose2,
    /// Name of the spot on whose exit path the pose lies, such as `face-1/2`.
    pub spot: String,
}

/// The result of moving a queue off the exit paths.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueMove {
    /// First conflict of the queue before the move.
    pub conflict: QueueConflict,
    /// New poses of the queue, or `None` if no free poses were found and the queue stays.
    pub to: Option<Vec<Pose2>>,
}

/// The poses of a truck that leaves a spot.
#[derive(Debug, Clone, PartialEq)]
pub struct ExitPath {
    /// Name of the spot, such as `face-1/2`.
    pub spot: String,
    /// Poses of the rear axle, at most 2 m apart.
    pub poses: Vec<Pose2>,
}

impl MineMap {
    /// Returns the waiting poses that lie on the exit path of a spot, whether of the same place or of another one.
    pub fn queue_conflicts(&self, shape: &TruckShape) -> Vec<QueueConflict> {
        let paths = exit_paths(self, &self.places, shape);
        self.places.iter().flat_map(|place| conflicts(place, &paths, &shape.footprint)).collect()
    }

    /// Moves each queue off the exit paths, to the nearest free poses on the way to its place. Returns one record for
    /// each queue that had a conflict.
    pub fn clear_exit_paths(&mut self, shape: &TruckShape) -> Vec<QueueMove> {
        self.clear_paths(&exit_paths(self, &self.places, shape), shape)
    }

    /// Moves queues off exit paths as they are driven, in the same way. Queues stay off the straight exit paths as well.
    pub fn clear_driven_paths(&mut self, driven: &[ExitPath], shape: &TruckShape) -> Vec<QueueMove> {
        let mut paths = exit_paths(self, &self.places, shape);
        paths.extend_from_slice(driven);
        self.clear_paths(&paths, shape)
    }

    fn clear_paths(&mut self, paths: &[ExitPath], shape: &TruckShape) -> Vec<QueueMove> {
        let mut moves = Vec::new();
        for index in 0..self.places.len() {
            let mut place = self.places[index].clone();
            let Some(conflict) = conflicts(&place, paths, &shape.footprint).into_iter().next() else { continue };
            // Only the poses of this queue are given up, not those of other places.
            self.places[index].queue.clear();
            let is_free = |pose: Pose2| paths.iter().all(|path| !is_on(path, pose, &shape.footprint));
            let queue = queue_where(self, &place, shape, &is_free);
            let to = (!queue.is_empty()).then_some(queue);
            if let Some(queue) = &to {
                place.queue.clone_from(queue);
            }
            self.places[index] = place;
            moves.push(QueueMove { conflict, to });
        }
        moves
    }
}

/// Returns the waiting poses of a place that lie on an exit path.
fn conflicts(place: &Place, paths: &[ExitPath], footprint: &Footprint) -> Vec<QueueConflict> {
    let on_a_path = |(index, pose): (usize, &Pose2)| {
        let path = paths.iter().find(|path| is_on(path, *pose, footprint))?;
        Some(QueueConflict { place: place.id.clone(), index, pose: *pose, spot: path.spot.clone() })
    };
    place.queue.iter().enumerate().filter_map(on_a_path).collect()
}

/// Returns true if a truck that waits at `waits` blocks a truck on the exit path that drives in another direction.
fn is_on(path: &ExitPath, waits: Pose2, footprint: &Footprint) -> bool {
    let reach = 2.0 * footprint.reach() + CLEARANCE;
    path.poses.iter().filter(|pose| pose.distance(waits) < reach).any(|pose| {
        let near =
            |a: Pose2, b: Pose2| footprint.outline(a, OUTLINE_STEP).any(|p| footprint.distance(b, p) < CLEARANCE);
        angle::difference(pose.heading, waits.heading).abs() >= SAME_DIRECTION_ANGLE
            && (near(*pose, waits) || near(waits, *pose))
    })
}

/// Returns the exit paths of all spots.
fn exit_paths(map: &MineMap, places: &[Place], shape: &TruckShape) -> Vec<ExitPath> {
    let lanes = map.roads.lanes(map.traffic_side);
    let spots = places.iter().flat_map(|place| &place.spots);
    spots.map(|spot| ExitPath { spot: spot.name.clone(), poses: exit_path(map, &lanes, spot.pose, shape) }).collect()
}

/// Returns the poses of a truck on the exit path of a spot.
fn exit_path(map: &MineMap, lanes: &[Lane], spot: Pose2, shape: &TruckShape) -> Vec<Pose2> {
    let mut poses = Vec::new();
    // Straight ahead as far as the truck needs to line up, or only to the road if that is nearer.
    let leaves = leaving(map, spot.position(), shape);
    let road_at = leaves.and_then(|at| map.roads.road(at.road)?.line.at(at.station)).map(|p| p.xy());
    let room = ROOM_AHEAD * shape.turning_radius;
    let ahead = road_at.map_or(room, |at| room.min((at - spot.position()).norm()));
    poses.extend((0..=(ahead / STEP) as u32).map(|k| spot.advanced(STEP * f64::from(k))));
    let (Some(leaves), Some(road_at)) = (leaves, road_at) else { return poses };
    poses.extend(straight(spot.advanced(ahead).position(), road_at));
    // Then along the lanes that lead away from there. Each lane is followed once.
    let mut seen: BTreeSet<(RoadId, bool)> = BTreeSet::new();
    let mut open: Vec<(RoadId, bool, Option<Point2>, f64)> =
        [true, false].map(|forward| (leaves.road, forward, Some(road_at), PATH_LENGTH)).to_vec();
    while let Some((road, forward, from, left)) = open.pop() {
        if !seen.insert((road, forward)) {
            continue;
        }
        let lane = lanes.iter().find(|lane| lane.road == road && lane.forward == forward);
        let (Some(lane), Some(known)) = (lane, map.roads.road(road)) else { continue };
        let begin = from.and_then(|at| lane.line.project(at)).map_or(0.0, |p| p.station);
        let end = (begin + left).min(lane.line.length());
        let steps = ((end - begin) / STEP).floor().max(0.0) as u32;
        poses.extend((0..=steps).filter_map(|k| lane.line.pose(begin + STEP * f64::from(k))));
        let left = left - (lane.line.length() - begin);
        if left > 0.0 {
            let node = if forward { known.to } else { known.from };
            for &(next, begins_here) in map.roads.roads_at(node) {
                if (next, begins_here) != (road, !forward) {
                    open.push((next, begins_here, None, left));
                }
            }
        }
    }
    poses
}

/// Returns poses along the straight line between two points.
fn straight(from: Point2, to: Point2) -> Vec<Pose2> {
    let path = to - from;
    let heading = path.y.atan2(path.x);
    let steps = (path.norm() / STEP).floor() as u32;
    (0..=steps).map(|k| Pose2::new(from.x, from.y, heading).advanced(STEP * f64::from(k))).collect()
}

impl fmt::Display for QueueConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, index, pose, spot } = self;
        let number = index + 1;
        write!(
            f,
            "waiting pose {number} of `{place}` at ({:.1}, {:.1}) lies on the exit path of `{spot}`",
            pose.x, pose.y
        )
    }
}

impl fmt::Display for QueueMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.conflict)?;
        match self.to.as_deref() {
            Some([head, ..]) => write!(f, "trucks now wait from ({:.1}, {:.1}) on", head.x, head.y),
            _ => f.write_str(
                "no free pose was found, so a truck waits there only while no other truck is about to leave",
            ),
        }
    }
}
