//! Turns from one road into another that a truck can make.

use crate::TruckModel;
use haul_core::{Point2, RoadId, Vector2, angle};
use haul_mine::{MineMap, Road};
use serde::{Deserialize, Serialize};

/// A turn from the end of one road into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Turn {
    /// The road that is left, and whether it was driven along from→to.
    pub from: (RoadId, bool),
    /// The road that is entered, and whether it is driven along from→to.
    pub into: (RoadId, bool),
}

/// Headings at a junction are taken over this length, m: within it centrelines still bend towards the node.
pub(super) const APPROACH: f64 = 15.0;
/// Up to here a truck turns wherever two roads of its own width meet, rad; a sharper turn needs room at the junction.
const PLAIN_TURN: f64 = 1.9;

/// Headings of a road driven one way, over [`APPROACH`] from where it is entered and up to where it ends, rad. `None` on a
/// road without a line.
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

/// Angle of a turn from one road into the next, rad, where both have headings.
pub(super) fn sharpness(from: Bearings, into: Bearings) -> Option<f64> {
    Some(angle::difference(into.entry?, from.exit?).abs())
}

/// Whether a truck can make a turn of some angle (rad): never back into the same road, and where it turns by more than
/// about 110° only where its turning circle has its share of room around the node, rising to the whole circle for a half
/// turn.
pub(super) fn is_possible(map: &MineMap, truck: &TruckModel, turn: Turn, sharp: f64) -> bool {
    if turn.from.0 == turn.into.0 && turn.from.1 != turn.into.1 {
        return false;
    }
    if sharp <= PLAIN_TURN {
        return true;
    }
    let node = map.roads.road(turn.into.0).map(|into| if turn.into.1 { into.from } else { into.to });
    let Some(node) = node.and_then(|id| map.roads.node(id)) else { return false };
    let radius = 1.0 / truck.max_curvature();
    let circle = libm::hypot(radius + truck.footprint.half_width, truck.footprint.front);
    let share = (sharp - PLAIN_TURN) / (std::f64::consts::PI - PLAIN_TURN);
    has_room(map, node.position.xy(), circle * share)
}

/// Whether a point lies on the surface at least so far (m) from its edge. Looks only so far, which on open ground is much
/// quicker than to seek the edge.
fn has_room(map: &MineMap, at: Point2, radius: f64) -> bool {
    let reach = Vector2::new(radius, radius);
    let is_off = |(a, b): (Point2, Point2)| {
        let along = b - a;
        let share = (at - a).dot(&along) / along.norm_squared().max(f64::MIN_POSITIVE);
        (at - (a + along * share.clamp(0.0, 1.0))).norm() >= radius
    };
    map.drivable.contains(at) && map.drivable.segments_near((at - reach, at + reach)).all(is_off)
}
