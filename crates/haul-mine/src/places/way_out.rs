//! Ways out: the ground on which trucks leave the spots of a place, and waiting poses that lie on it.
//!
//! A truck leaves a spot straight ahead, crosses the floor to the road, and drives away in the lane of its sense. A truck
//! that waits on that ground keeps the one inside from leaving. A lane in which both drive the same way does not count:
//! there one follows the other.

use super::queue::{leaving, queue_where};
use super::{Place, TruckShape};
use crate::map::MineMap;
use crate::roads::Lane;
use haul_core::{Footprint, PlaceId, Point2, Pose2, RoadId, angle};
use std::collections::BTreeSet;
use std::fmt;

/// Least distance between a waiting truck and one that leaves, m: twice the margin of the right of way.
const CLEARANCE: f64 = 1.0;
/// A way out is followed on the roads for this length, m: beyond the farthest waiting pose of its place.
const LENGTH: f64 = 600.0;
/// Room ahead of a spot that a truck needs to drive out, in turning radii.
const ROOM_AHEAD: f64 = 2.6;
/// Distance between two poses of a way out, m.
const STEP: f64 = 2.0;
/// Trucks whose headings differ by less than this drive the same way, rad (60°).
const SAME_WAY: f64 = std::f64::consts::FRAC_PI_3;
/// Spacing at which outlines are compared, m.
const OUTLINE_STEP: f64 = 0.5;

/// A waiting pose on the way out of a spot.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueConflict {
    /// Place whose trucks wait there.
    pub place: PlaceId,
    /// Position in its queue; 0 is the head.
    pub index: usize,
    /// The waiting pose.
    pub pose: Pose2,
    /// Spot whose way out it lies on, such as `face-1/2`.
    pub spot: String,
}

/// A queue that was moved off the ways out, or that could not be.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueMove {
    /// The first pose in conflict, as it was.
    pub conflict: QueueConflict,
    /// Poses of the queue now; `None` where no free poses were found and the queue stays.
    pub to: Option<Vec<Pose2>>,
}

/// The poses in which trucks leave a spot.
struct WayOut {
    spot: String,
    poses: Vec<Pose2>,
}

impl MineMap {
    /// The waiting poses that lie on ways out of spots, of the same place and of others.
    pub fn queue_conflicts(&self, shape: &TruckShape) -> Vec<QueueConflict> {
        let ways = ways_out(self, &self.places, shape);
        self.places.iter().flat_map(|place| conflicts(place, &ways, &shape.footprint)).collect()
    }

    /// Moves waiting poses that lie on ways out to the nearest free poses on the way to their place. Returns a record of
    /// each queue with such poses.
    pub fn clear_ways_out(&mut self, shape: &TruckShape) -> Vec<QueueMove> {
        let ways = ways_out(self, &self.places, shape);
        let mut moves = Vec::new();
        for index in 0..self.places.len() {
            let mut place = self.places[index].clone();
            let Some(conflict) = conflicts(&place, &ways, &shape.footprint).into_iter().next() else { continue };
            // The poses of its own queue are given up, those of the other places are not.
            self.places[index].queue.clear();
            let is_free = |pose: Pose2| ways.iter().all(|way| !is_on(way, pose, &shape.footprint));
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

fn conflicts(place: &Place, ways: &[WayOut], footprint: &Footprint) -> Vec<QueueConflict> {
    let on_a_way = |(index, pose): (usize, &Pose2)| {
        let way = ways.iter().find(|way| is_on(way, *pose, footprint))?;
        Some(QueueConflict { place: place.id.clone(), index, pose: *pose, spot: way.spot.clone() })
    };
    place.queue.iter().enumerate().filter_map(on_a_way).collect()
}

/// Tells whether a waiting truck stands in the way of one that leaves in another direction.
fn is_on(way: &WayOut, waits: Pose2, footprint: &Footprint) -> bool {
    let reach = 2.0 * footprint.reach() + CLEARANCE;
    way.poses.iter().filter(|pose| pose.distance(waits) < reach).any(|pose| {
        let near =
            |a: Pose2, b: Pose2| footprint.outline(a, OUTLINE_STEP).any(|p| footprint.distance(b, p) < CLEARANCE);
        angle::difference(pose.heading, waits.heading).abs() >= SAME_WAY && (near(*pose, waits) || near(waits, *pose))
    })
}

fn ways_out(map: &MineMap, places: &[Place], shape: &TruckShape) -> Vec<WayOut> {
    let lanes = map.roads.lanes(map.traffic_side);
    let spots = places.iter().flat_map(|place| &place.spots);
    spots.map(|spot| WayOut { spot: spot.name.clone(), poses: way_out(map, &lanes, spot.pose, shape) }).collect()
}

fn way_out(map: &MineMap, lanes: &[Lane], spot: Pose2, shape: &TruckShape) -> Vec<Pose2> {
    let mut poses = Vec::new();
    // Straight ahead as far as the truck needs to line up, or to the road where that is nearer.
    let leaves = leaving(map, spot.position(), shape);
    let road_at = leaves.and_then(|at| map.roads.road(at.road)?.line.at(at.station)).map(|p| p.xy());
    let room = ROOM_AHEAD * shape.turning_radius;
    let ahead = road_at.map_or(room, |at| room.min((at - spot.position()).norm()));
    poses.extend((0..=(ahead / STEP) as u32).map(|k| spot.advanced(STEP * f64::from(k))));
    let (Some(leaves), Some(road_at)) = (leaves, road_at) else { return poses };
    poses.extend(straight(spot.advanced(ahead).position(), road_at));
    // In the lanes away from there, each once.
    let mut seen: BTreeSet<(RoadId, bool)> = BTreeSet::new();
    let mut open: Vec<(RoadId, bool, Option<Point2>, f64)> =
        [true, false].map(|forward| (leaves.road, forward, Some(road_at), LENGTH)).to_vec();
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

/// Poses along a straight line.
fn straight(from: Point2, to: Point2) -> Vec<Pose2> {
    let way = to - from;
    let heading = way.y.atan2(way.x);
    let steps = (way.norm() / STEP).floor() as u32;
    (0..=steps).map(|k| Pose2::new(from.x, from.y, heading).advanced(STEP * f64::from(k))).collect()
}

impl fmt::Display for QueueConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, index, pose, spot } = self;
        let number = index + 1;
        write!(
            f,
            "waiting pose {number} of `{place}` at ({:.1}, {:.1}) lies on the way out of `{spot}`",
            pose.x, pose.y
        )
    }
}

impl fmt::Display for QueueMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.conflict)?;
        match self.to.as_deref() {
            Some([head, ..]) => write!(f, "trucks wait from ({:.1}, {:.1}) on instead", head.x, head.y),
            _ => f.write_str("no free pose was found, so a truck waits there only while no other one is to leave"),
        }
    }
}
