//! The stations at which a speed profile is computed.

use super::{SpeedError, SpeedRequest};
use crate::path::{Path, PathPoint, Travel};
use haul_mine::LEAST_SPEED_LIMIT;

/// Speed across a jump of curvature, m/s. The controller turns the wheels while the truck creeps.
pub(crate) const CREEP_SPEED: f64 = 0.4;
/// Distance below which two stations count as one, m.
pub(crate) const SAME_STATION: f64 = 1e-9;

/// Maximum length of a path, m. A longer path is an error in the input.
const MAX_PATH_LENGTH: f64 = 1e5;
/// Maximum grade and cross slope (rise over run), and maximum curvature (1/m), of a path.
const MAX_SLOPE: f64 = 10.0;
const MAX_CURVATURE: f64 = 1e3;

/// A station, with the properties of the path there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SpeedNode {
    pub station: f64,
    pub grade: f64,
    /// Cross slope, rise over run, positive if the road rises to the left of the body.
    pub cross_slope: f64,
    /// Change of the cross slope per metre of path around the node, 1/m.
    pub lean_rate: f64,
    pub curvature: f64,
    pub travel: Travel,
    /// Speed limit of the road or zone, m/s.
    pub limit: Option<f64>,
    /// True at a change of direction, where the truck stops.
    pub changes_direction: bool,
}

impl SpeedNode {
    /// Returns the node at a point of a path.
    pub fn of(p: &PathPoint) -> SpeedNode {
        SpeedNode {
            station: p.station,
            grade: p.grade,
            cross_slope: p.cross_slope,
            lean_rate: 0.0,
            curvature: p.curvature,
            travel: p.travel,
            limit: p.speed_limit,
            changes_direction: false,
        }
    }
}

/// Returns at least two nodes between the start and the end of the request. A change of direction is one node, which
/// has the direction of travel after it.
pub(crate) fn along(path: &Path, request: &SpeedRequest) -> Result<Vec<SpeedNode>, SpeedError> {
    check(path)?;
    let (Some(first), Some(last)) = (path.points.first(), path.points.last()) else {
        return Err(SpeedError::NoLength { from: 0.0, to: 0.0 });
    };
    let from = request.start_station.map_or(first.station, |s| s.clamp(first.station, last.station));
    let to = request.end_station.map_or(last.station, |s| s.min(last.station));
    if to - from <= SAME_STATION {
        return Err(SpeedError::NoLength { from, to });
    }
    let mut nodes: Vec<SpeedNode> = Vec::with_capacity(path.points.len() + 2);
    let start = path.points.partition_point(|p| p.station <= from + SAME_STATION);
    // At a change of direction, use the direction of travel after it.
    let on = start.checked_sub(1).map(|k| &path.points[k]).filter(|p| p.station >= from - SAME_STATION);
    nodes.push(SpeedNode { station: from, ..on.map_or_else(|| SpeedNode::of(&path.at(from)), SpeedNode::of) });
    for p in &path.points[start..] {
        if p.station >= to - SAME_STATION {
            break;
        }
        add(&mut nodes, SpeedNode::of(p));
    }
    let before = path.points.partition_point(|p| p.station < to - SAME_STATION);
    let end = path.points.get(before).map_or_else(|| SpeedNode::of(last), SpeedNode::of);
    add(&mut nodes, SpeedNode { station: to, ..end });
    lean(&mut nodes, path);
    Ok(between_stops(nodes, request.start_speed < CREEP_SPEED))
}

/// Length over which the change of the cross slope is measured, m: about a wheelbase.
const LEAN_BASE: f64 = 5.0;

/// Computes the change of the cross slope at each node, over a length of [`LEAN_BASE`] centred on the node.
fn lean(nodes: &mut [SpeedNode], path: &Path) {
    let points = &path.points;
    let (mut low, mut high) = (0, 0);
    for node in nodes {
        while points.get(low + 1).is_some_and(|p| p.station <= node.station - LEAN_BASE / 2.0) {
            low += 1;
        }
        while points.get(high + 1).is_some() && points[high].station < node.station + LEAN_BASE / 2.0 {
            high += 1;
        }
        if let (Some(a), Some(b)) = (points.get(low), points.get(high)) {
            // The minimum distance prevents close survey points from looking like a cliff.
            node.lean_rate = (b.cross_slope - a.cross_slope) / (b.station - a.station).max(LEAN_BASE / 2.0);
        }
    }
}

fn add(nodes: &mut Vec<SpeedNode>, node: SpeedNode) {
    let Some(last) = nodes.last_mut() else { return };
    let changes_direction = last.travel != node.travel;
    if node.station - last.station <= SAME_STATION {
        let changes_direction = last.changes_direction || changes_direction;
        *last = SpeedNode { changes_direction, station: last.station, ..node };
        return;
    }
    // A path should repeat its point at a change of direction. If it does not, the truck stops at the second point.
    nodes.push(SpeedNode { changes_direction, ..node });
}

/// Adds a node between two consecutive stops, so that the truck has a speed above zero between them. `starts` is true
/// if the truck hardly moves at the first node, which then counts as a stop.
fn between_stops(nodes: Vec<SpeedNode>, starts: bool) -> Vec<SpeedNode> {
    let stop = |i: usize| i == 0 && starts || i + 1 == nodes.len() || nodes[i].changes_direction;
    if !(1..nodes.len()).any(|i| stop(i - 1) && stop(i)) {
        return nodes;
    }
    let mut full = Vec::with_capacity(nodes.len());
    for (i, node) in nodes.iter().enumerate() {
        full.push(*node);
        if let Some(next) = nodes.get(i + 1).filter(|_| stop(i) && stop(i + 1)) {
            let station = (node.station + next.station) / 2.0;
            full.push(SpeedNode { station, changes_direction: false, ..*node });
        }
    }
    full
}

fn check(path: &Path) -> Result<(), SpeedError> {
    let mut before = f64::NEG_INFINITY;
    for (index, p) in path.points.iter().enumerate() {
        let bad = |what| Err(SpeedError::BadPath { index, what });
        if !p.station.is_finite() {
            return bad("its station is not finite");
        }
        if !(p.grade.is_finite() && p.cross_slope.is_finite() && p.curvature.is_finite()) {
            return bad("its grade, cross slope or curvature is not finite");
        }
        if p.grade.abs().max(p.cross_slope.abs()) > MAX_SLOPE || p.curvature.abs() > MAX_CURVATURE {
            return bad("expected a grade and cross slope of at most 10 and a curvature of at most 1000 1/m");
        }
        if p.speed_limit.is_some_and(|v| v.is_nan() || v < LEAST_SPEED_LIMIT) {
            return bad("its speed limit is below the least, 0.1 m/s");
        }
        if p.station < before {
            return bad("its station is less than that of the point before");
        }
        if p.station - path.points[0].station > MAX_PATH_LENGTH {
            return bad("it is more than 100 km from the first point");
        }
        before = p.station;
    }
    Ok(())
}
