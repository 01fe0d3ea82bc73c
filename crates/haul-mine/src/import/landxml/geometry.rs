//! Geometry of lines in a `CoordGeom`: straight lines, arcs, spirals as chords, irregular lines and chains of points.

use haul_core::Point3;
use std::ops::Range;

/// Greatest distance between an arc and its chords, m.
const CHORD_TOLERANCE: f64 = 0.02;
/// Greatest number of chords of an arc or spiral.
const GREATEST_CHORDS: f64 = 256.0;
/// Number of steps for the shape of a spiral.
const SPIRAL_STEPS: usize = 64;
/// Relative difference of the radii at both ends of an arc that counts as one radius.
const RADIUS_TOLERANCE: f64 = 0.01;
/// Relative difference between the stated and the drawn length of a spiral that is not reported.
const SPIRAL_TOLERANCE: f64 = 0.02;
/// Share of the greatest coordinate within which two ends are one point. Exports round to some 10 digits.
const SAME_POINT: f64 = 1e-9;

/// A point of a line: given by its coordinates, or by the name of a coordinate point.
#[derive(Debug, Clone)]
pub(super) enum Spot {
    Given(Position),
    Named { name: String, at: Range<usize> },
}

/// Coordinates in the order of the file, and whether the last one is a height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Position {
    pub(super) point: Point3,
    pub(super) has_height: bool,
}

/// Kind of a piece of a line.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Line,
    Curve { clockwise: Option<bool>, radius: Option<f64> },
    Spiral { clockwise: Option<bool>, start_radius: Option<f64>, end_radius: Option<f64>, length: Option<f64> },
    Irregular,
    Chain,
}

/// A piece of a line, as the file gives it.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) shape: Shape,
    pub(super) start: Option<Spot>,
    pub(super) end: Option<Spot>,
    pub(super) centre: Option<Spot>,
    /// Points between start and end, or all points.
    pub(super) list: Vec<Spot>,
    /// Bytes of the element.
    pub(super) at: Range<usize>,
}

/// A piece with resolved points.
pub(super) struct Resolved {
    pub(super) start: Option<Position>,
    pub(super) end: Option<Position>,
    pub(super) centre: Option<Position>,
    pub(super) list: Vec<Position>,
}

/// Facts of a file that its lines depend on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawing {
    /// Length of the unit in plan, m.
    pub(super) unit: f64,
    /// Tells whether the first coordinate is north. Then an arc that is clockwise on the map is anticlockwise in the order
    /// of the coordinates.
    pub(super) north_first: bool,
}

/// Points of a piece, and a remark for the report.
pub(super) struct Drawn {
    pub(super) points: Vec<Position>,
    pub(super) remark: Option<String>,
}

/// Returns the points of a piece.
///
/// # Errors
///
/// Returns what is wrong in one sentence: ends that are missing, or an arc without its turn and centre.
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

/// Returns 1 for an arc that is anticlockwise in the order of the coordinates, and -1 for one that is clockwise.
fn turn_of(clockwise: bool, drawing: Drawing) -> f64 {
    if clockwise == drawing.north_first { 1.0 } else { -1.0 }
}

/// Returns true if two points are one, up to the digits of the file.
pub(super) fn is_same(a: Point3, b: Point3) -> bool {
    let size = a.iter().chain(b.iter()).fold(1.0_f64, |m, v| m.max(v.abs()));
    (a - b).iter().all(|d| d.abs() <= SAME_POINT * size)
}

/// Returns the centre of an arc of at most a half circle.
fn centre_of(a: Point3, b: Point3, radius: f64, turn: f64) -> Option<Point3> {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let chord = libm::hypot(dx, dy);
    let off = radius * radius - chord * chord / 4.0;
    // A half circle may miss its radius by the last digit.
    let off = libm::sqrt(if off > -radius * radius * RADIUS_TOLERANCE { off.max(0.0) } else { return None });
    let side = turn * off / chord;
    let centre = Point3::new((a.x + b.x) / 2.0 - dy * side, (a.y + b.y) / 2.0 + dx * side, 0.0);
    (chord > 0.0).then_some(centre)
}

/// Returns an arc as chords. Heights run evenly along it.
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

/// Returns a spiral as chords. Its curvature changes evenly along its length (a clothoid). It is turned and scaled so that
/// it meets both ends.
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
    // The complex quotient of both chords is the turn and the scale.
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
