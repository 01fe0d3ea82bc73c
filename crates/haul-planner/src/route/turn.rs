//! Turns that a truck can make from one road into another.

use super::edge::DirectedRoad;
use crate::TruckModel;
use haul_core::{Point2, Vector2, angle};
use haul_mine::{MineMap, Road};
use serde::{Deserialize, Serialize};

/// A turn from the end of one road into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Turn {
    /// The road before the turn, in the direction of travel.
    pub from: DirectedRoad,
    /// The road after the turn, in the direction of travel.
    pub into: DirectedRoad,
}

/// Length over which headings at a junction are measured, m. Closer to the node, centrelines still bend towards it.
pub(super) const APPROACH: f64 = 15.0;
/// Maximum turn angle that needs no extra room where two roads of the truck's width meet, rad.
const FREE_TURN_ANGLE: f64 = 1.9;

/// Headings at the two ends of a directed edge, each measured over [`APPROACH`], rad. `None` on a road without a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bearings {
    entry: Option<f64>,
    exit: Option<f64>,
}

impl Bearings {
    pub(super) fn new(road: &Road, forward: bool) -> Self {
        let length = road.line.length();
        let reach = APPROACH.min(length);
        let between = |a: f64, b: f64| {
            let (a, b) = (road.line.at(a)?, road.line.at(b)?);
            Some(libm::atan2(b.y - a.y, b.x - a.x))
        };
        if forward {
            Self { entry: between(0.0, reach), exit: between(length - reach, length) }
        } else {
            Self { entry: between(length, length - reach), exit: between(reach, 0.0) }
        }
    }
}

/// Returns the angle of a turn from one edge into the next, rad; `None` if one of the edges has no heading.
pub(super) fn angle_between(from: Bearings, into: Bearings) -> Option<f64> {
    Some(angle::difference(into.entry?, from.exit?).abs())
}

/// Returns true if the truck can make a turn of `angle` (rad).
///
/// A U-turn is never possible. A turn of more than [`FREE_TURN_ANGLE`] (about 110°) needs room around the node: a share
/// of the turning circle's radius that rises from none to all of it at 180°.
pub(super) fn is_possible(map: &MineMap, truck: &TruckModel, turn: Turn, angle: f64) -> bool {
    if turn.into == turn.from.opposite() {
        return false;
    }
    if angle <= FREE_TURN_ANGLE {
        return true;
    }
    let node = map.roads.road(turn.into.road).map(|into| turn.into.start(into));
    let Some(node) = node.and_then(|id| map.roads.node(id)) else { return false };
    let radius = 1.0 / truck.max_curvature();
    let circle = libm::hypot(radius + truck.footprint.half_width, truck.footprint.front);
    let share = (angle - FREE_TURN_ANGLE) / (std::f64::consts::PI - FREE_TURN_ANGLE);
    has_room(map, node.position.xy(), circle * share)
}

/// Returns true if a point lies on the drivable surface and at least `radius` (m) from its edge. Farther edges are not
/// searched, which is much faster on open ground.
fn has_room(map: &MineMap, at: Point2, radius: f64) -> bool {
    let reach = Vector2::new(radius, radius);
    let is_off = |(a, b): (Point2, Point2)| {
        let along = b - a;
        let share = (at - a).dot(&along) / along.norm_squared().max(f64::MIN_POSITIVE);
        (at - (a + along * share.clamp(0.0, 1.0))).norm() >= radius
    };
    map.drivable.contains(at) && map.drivable.segments_near((at - reach, at + reach)).all(is_off)
}
