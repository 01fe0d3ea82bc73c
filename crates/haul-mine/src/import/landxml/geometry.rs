//! Geometry of the segments in a `CoordGeom`: straight lines, arcs and spirals as chords, irregular lines, chains of
//! points.

use haul_core::Point3;
use std::ops::Range;

/// Maximum distance between an arc and its chords (m).
const CHORD_TOLERANCE: f64 = 0.02;
/// Maximum number of chords of an arc.
const GREATEST_CHORDS: f64 = 256.0;
/// Number of integration steps, and of chords, along a spiral.
const SPIRAL_STEPS: usize = 64;
/// Relative difference between the radii at both ends of an arc up to which they count as equal.
const RADIUS_TOLERANCE: f64 = 0.01;
/// Relative difference between the stated and the drawn length of a spiral up to which nothing is reported.
const SPIRAL_TOLERANCE: f64 = 0.02;
/// Tolerance for the same point, as a share of the largest coordinate, because exports round to about 10 digits.
const SAME_POINT: f64 = 1e-9;

/// A point of a line: either coordinates, or the name of a coordinate point.
#[derive(Debug, Clone)]
pub(super) enum Spot {
    Given(Position),
    Named { name: String, at: Range<usize> },
}

/// A point in the coordinate order of the file, with or without a height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Position {
    pub(super) point: Point3,
    pub(super) has_height: bool,
}

/// Kind of a segment of a line.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Line,
    Curve { clockwise: Option<bool>, radius: Option<f64> },
    Spiral { clockwise: Option<bool>, start_radius: Option<f64>, end_radius: Option<f64>, length: Option<f64> },
    Irregular,
    Chain,
}

/// A segment of a line, as the file gives it.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) shape: Shape,
    pub(super) start: Option<Spot>,
    pub(super) end: Option<Spot>,
    pub(super) centre: Option<Spot>,
    /// Points between the start and the end, or all points of the segment.
    pub(super) list: Vec<Spot>,
    /// Byte range of the segment's element in the file.
    pub(super) at: Range<usize>,
}

/// A segment in which names of points are replaced by coordinates.
pub(super) struct Resolved {
    pub(super) start: Option<Position>,
    pub(super) end: Option<Position>,
    pub(super) centre: Option<Position>,
    pub(super) list: Vec<Position>,
}

/// Properties of a file that affect the shape of its lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawing {
    /// Length of the plan unit (m).
    pub(super) unit: f64,
    /// True if the first coordinate is north. The axes are then mirrored: an arc that is clockwise on the map is
    /// anticlockwise in the order of the coordinates.
    pub(super) north_first: bool,
}

/// Points of a drawn segment, and a remark for the report.
pub(super) struct Drawn {
    pub(super) points: Vec<Position>,
    pub(super) remark: Option<String>,
}

/// Returns the points of a segment. Curves become chords.
///
/// # Errors
///
/// Returns a description of the problem, for example a missing end, or an arc without its direction, centre or radius.
pub(super) fn draw(shape: &Shape, piece: &Resolved, drawing: Drawing) -> Result<Drawn, String> {
    let ends = || match (piece.start, piece.end) {
        (Some(start), Some(end)) => Ok((start, end)),
        (None, _) => Err("expected a Start with coordinates, found none".to_owned()),
        (_, None) => Err("expected an End with coordinates, found none".to_owned()),
    };
    let plain = |points| Ok(Drawn { points, remark: None });
    match shape {
        Shape::Line => ends().and_then(|(start, end)| plain(vec![start, end])),
        Shape::Irregular | Shape::Chain => {
            let mut points: Vec<Position> =
                piece.start.into_iter().chain(piece.list.iter().copied()).chain(piece.end).collect();
            points.dedup_by(|b, a| is_same(a.point, b.point));
            plain(points)
        }
        Shape::Curve { clockwise, radius } => {
            let (start, end) = ends()?;
            let clockwise = clockwise.ok_or("expected a Curve with rot=\"cw\" or rot=\"ccw\", found none")?;
            let turn = turn_of(clockwise, drawing);
            let centre = match (piece.centre, radius) {
                (Some(centre), _) => centre.point,
                (None, Some(radius)) => centre_of(start.point, end.point, *radius, turn)
                    .ok_or("expected a radius of at least half the chord, found a smaller one")?,
                (None, None) => return Err("expected a Curve with a Center or a radius, found neither".to_owned()),
            };
            Ok(arc(start, end, centre, turn, drawing))
        }
        Shape::Spiral { clockwise, start_radius, end_radius, length } => {
            let (start, end) = ends()?;
            let turn = clockwise.map_or(1.0, |clockwise| turn_of(clockwise, drawing));
            let Some(length) = length.filter(|l| *l > 0.0) else {
                return Err("expected a Spiral with its length, found none".to_owned());
            };
            let curvature = |radius: &Option<f64>| radius.filter(|r| *r > 0.0).map_or(0.0, |r| turn / r);
            Ok(spiral(start, end, curvature(start_radius), curvature(end_radius), length))
        }
    }
}

/// Returns 1 for an arc that is anticlockwise in the coordinate order of the file, and -1 for a clockwise arc.
fn turn_of(clockwise: bool, drawing: Drawing) -> f64 {
    if clockwise == drawing.north_first { 1.0 } else { -1.0 }
}

/// Returns true if two points are equal to within the rounding of the file.
pub(super) fn is_same(a: Point3, b: Point3) -> bool {
    let size = a.iter().chain(b.iter()).fold(1.0_f64, |m, v| m.max(v.abs()));
    (a - b).iter().all(|d| d.abs() <= SAME_POINT * size)
}

/// Returns the centre of an arc that is at most a half circle, from its ends and its radius.
fn centre_of(a: Point3, b: Point3, radius: f64, turn: f64) -> Option<Point3> {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let chord = libm::hypot(dx, dy);
    let off = radius * radius - chord * chord / 4.0;
    // For a half circle, rounding may make the radius slightly smaller than half the chord.
    let off = libm::sqrt(if off > -radius * radius * RADIUS_TOLERANCE { off.max(0.0) } else { return None });
    let side = turn * off / chord;
    let centre = Point3::new((a.x + b.x) / 2.0 - dy * side, (a.y + b.y) / 2.0 + dx * side, 0.0);
    (chord > 0.0).then_some(centre)
}

/// Returns an arc as chords. The height changes linearly along the arc.
fn arc(start: Position, end: Position, centre: Point3, turn: f64, drawing: Drawing) -> Drawn {
    let out = |p: Point3| (p.x - centre.x, p.y - centre.y);
    let (a, b) = (out(start.point), out(end.point));
    let (from, to) = (libm::hypot(a.0, a.1), libm::hypot(b.0, b.1));
    let chord = Drawn { points: vec![start, end], remark: None };
    if (from - to).abs() > RADIUS_TOLERANCE * from.max(to) {
        let remark = "arcs have ends at different distances from their centre; they became chords".to_owned();
        return Drawn { remark: Some(remark), ..chord };
    }
    if from == 0.0 {
        return chord;
    }
    let first = libm::atan2(a.1, a.0);
    let full = std::f64::consts::TAU;
    let mut angle = (turn * (libm::atan2(b.1, b.0) - first)).rem_euclid(full);
    if angle < 1e-12 {
        angle = if is_same(start.point, end.point) { full } else { 0.0 };
    }
    let step = 2.0 * libm::acos((1.0 - CHORD_TOLERANCE / (from * drawing.unit)).clamp(-1.0, 1.0));
    let pieces = (angle / step.max(1e-6)).ceil().clamp(1.0, GREATEST_CHORDS);
    let between = (1..pieces as usize).map(|k| {
        let share = k as f64 / pieces;
        let (at, radius) = (first + turn * angle * share, from + (to - from) * share);
        let z = start.point.z + (end.point.z - start.point.z) * share;
        let point = Point3::new(centre.x + radius * libm::cos(at), centre.y + radius * libm::sin(at), z);
        Position { point, has_height: start.has_height && end.has_height }
    });
    let points = std::iter::once(start).chain(between).chain(std::iter::once(end)).collect();
    Drawn { points, remark: None }
}

/// Returns a clothoid as chords: its curvature changes linearly with its length. The curve is rotated and scaled so
/// that it meets both ends.
fn spiral(start: Position, end: Position, first: f64, last: f64, length: f64) -> Drawn {
    let step = length / SPIRAL_STEPS as f64;
    let heading = |s: f64| first * s + (last - first) * s * s / (2.0 * length);
    let mut shape = vec![(0.0, 0.0)];
    let (mut x, mut y) = (0.0, 0.0);
    for k in 0..SPIRAL_STEPS {
        let middle = heading((k as f64 + 0.5) * step);
        x += step * libm::cos(middle);
        y += step * libm::sin(middle);
        shape.push((x, y));
    }
    let (dx, dy) = (end.point.x - start.point.x, end.point.y - start.point.y);
    let (chord, drawn) = (libm::hypot(dx, dy), x * x + y * y);
    if chord == 0.0 || drawn == 0.0 {
        return Drawn { points: vec![start, end], remark: None };
    }
    // The complex quotient of the required chord and the drawn chord gives rotation and scale.
    let (re, im) = ((dx * x + dy * y) / drawn, (dy * x - dx * y) / drawn);
    let scale = libm::hypot(re, im);
    let points = shape.iter().enumerate().map(|(k, (x, y))| {
        let share = k as f64 / SPIRAL_STEPS as f64;
        let z = start.point.z + (end.point.z - start.point.z) * share;
        let point = Point3::new(start.point.x + re * x - im * y, start.point.y + im * x + re * y, z);
        Position { point, has_height: start.has_height && end.has_height }
    });
    let mut points: Vec<Position> = points.collect();
    if let Some(point) = points.last_mut() {
        *point = end;
    }
    let fits = (scale - 1.0).abs() <= SPIRAL_TOLERANCE;
    let remark =
        (!fits).then(|| "spirals do not fit their length and radii; they were scaled between their ends".to_owned());
    Drawn { points, remark }
}
