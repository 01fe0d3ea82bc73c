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

/// Heading in which a road is entered at (or left towards) a node, over [`APPROACH`].
fn heading(road: &Road, forward: bool, leaving: bool) -> Option<f64> {
    let length = road.line.length();
    let reach = APPROACH.min(length);
    let (a, b) = match (forward, leaving) {
        (true, true) => (0.0, reach),
        (true, false) => (length - reach, length),
        (false, true) => (length, length - reach),
        (false, false) => (reach, 0.0),
    };
    let (a, b) = (road.line.at(a)?, road.line.at(b)?);
    Some(libm::atan2(b.y - a.y, b.x - a.x))
}

/// Angle of a turn, rad; 0 where a road is not known.
pub(super) fn sharpness(map: &MineMap, turn: Turn) -> f64 {
    let (Some(from), Some(into)) = (map.roads.road(turn.from.0), map.roads.road(turn.into.0)) else { return 0.0 };
    match (heading(from, turn.from.1, false), heading(into, turn.into.1, true)) {
        (Some(a), Some(b)) => angle::difference(b, a).abs(),
        _ => 0.0,
    }
}

/// Whether a truck can make a turn: never back into the same road, and where it turns by more than about 110° only
/// where its turning circle has its share of room around the node, rising to the whole circle for a half turn.
pub(super) fn is_possible(map: &MineMap, truck: &TruckModel, turn: Turn) -> bool {
    let (Some(from), Some(into)) = (map.roads.road(turn.from.0), map.roads.road(turn.into.0)) else { return false };
    if turn.from.0 == turn.into.0 && turn.from.1 != turn.into.1 {
        return false;
    }
    let (Some(h0), Some(h1)) = (heading(from, turn.from.1, false), heading(into, turn.into.1, true)) else {
        return false;
    };
    let sharp = angle::difference(h1, h0).abs();
    if sharp <= PLAIN_TURN {
        return true;
    }
    let node = if turn.into.1 { into.from } else { into.to };
    let Some(node) = map.roads.node(node) else { return false };
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
