//! Measurement of heights, grades, widths and curvature along centrelines.

use super::options::TraceOptions;
use super::smooth::Centreline;
use crate::drivable::Drivable;
use crate::roads::{Lanes, RoadStation};
use crate::terrain::Terrain;
use crate::threads;
use haul_core::{Point2, Point3, Polyline, Vector2, angle};
use std::ops::Range;

/// Standard deviation of the Gaussian that smooths heights along a line, m.
const HEIGHT_SIGMA: f64 = 5.0;
/// Length over which grades are measured, m.
const GRADE_LENGTH: f64 = 20.0;
/// Maximum distance from the centreline to the points between which the crossfall is measured, m.
const CROSSFALL_REACH: f64 = 6.0;
/// Length of road over which crossfall is averaged, m.
const CROSSFALL_LENGTH: f64 = 10.0;
/// Fraction of each side of the road over which the crossfall is measured. It leaves out the shoulder.
const CROSSFALL_SHARE: f64 = 0.7;
/// Maximum width of one side of a road, m. The edge is not searched for beyond this distance.
const GREATEST_WIDTH: f64 = 80.0;
/// Distance along the road between the three lines along which the edge is searched for, m.
const LINE_SPACING: f64 = 1.0;

/// Number of stations per task, so that a long road keeps all threads busy.
const STATIONS_PER_TASK: usize = 64;

/// Returns the lines with heights, and the measured values at each of their points.
pub(super) fn measure(
    lines: &[Centreline],
    drivable: &Drivable,
    terrain: &Terrain,
    options: &TraceOptions,
) -> Vec<(Polyline, Vec<RoadStation>)> {
    let lifted = threads::each(lines, |line| {
        let flat = Polyline::new(line.points.iter().map(|p| Point3::new(p.x, p.y, terrain.height(p.x, p.y))));
        let heights = smoothed(&flat);
        Polyline::new(flat.points().iter().zip(&heights).map(|(p, z)| Point3::new(p.x, p.y, *z)))
    });
    let shares: Vec<(usize, Range<usize>)> = lifted
        .iter()
        .enumerate()
        .flat_map(|(k, line)| {
            let count = line.points().len();
            (0..count).step_by(STATIONS_PER_TASK).map(move |first| (k, first..(first + STATIONS_PER_TASK).min(count)))
        })
        .collect();
    let measured = threads::each(&shares, |(k, range)| -> Vec<RoadStation> {
        range.clone().map(|i| station(&lifted[*k], i, drivable, terrain, options)).collect()
    });
    let mut stations: Vec<Vec<RoadStation>> = lifted.iter().map(|_| Vec::new()).collect();
    for ((k, _), part) in shares.iter().zip(measured) {
        stations[*k].extend(part);
    }
    for (line, stations) in lifted.iter().zip(&mut stations) {
        stations.iter_mut().zip(curvature(line)).for_each(|(station, curvature)| station.curvature = curvature);
    }
    lifted.into_iter().zip(stations).collect()
}

/// Measures one point of a line, without its curvature.
fn station(line: &Polyline, i: usize, drivable: &Drivable, terrain: &Terrain, options: &TraceOptions) -> RoadStation {
    let ahead = tangent(line, i);
    let at = line.points()[i].xy();
    let left = Vector2::new(-ahead.y, ahead.x);
    let clearance = drivable.clearance(at);
    let width = |across| width(drivable, at, clearance, ahead, across);
    let (width_left, width_right) = (width(left), width(-left));
    RoadStation {
        grade: grade(line, line.stations()[i]),
        width_left,
        width_right,
        crossfall: crossfall(terrain, at, (ahead, left), (width_left, width_right)),
        lanes: lanes(clearance, width_left + width_right, options),
        ..RoadStation::default()
    }
}

/// Returns the heights smoothed along the line.
///
/// Beyond an end the line continues, mirrored about its end point. The end therefore keeps its height, and roads meet
/// without a step.
fn smoothed(line: &Polyline) -> Vec<f64> {
    let (points, stations) = (line.points(), line.stations());
    let n = points.len();
    let length = line.length();
    let z_at = |s: f64, piece: &mut usize| {
        let end = |k: usize| points[k].z;
        let mut inner = |s: f64| height_at(line, s.clamp(0.0, length), piece);
        if s < 0.0 {
            2.0 * end(0) - inner(-s)
        } else if s > length {
            2.0 * end(n - 1) - inner(2.0 * length - s)
        } else {
            inner(s)
        }
    };
    const SAMPLES: i32 = 12;
    // Each sample stores the segment that it lies on. The segment moves along the line with the sample.
    let mut weights: Vec<(f64, f64, usize)> = (-SAMPLES..=SAMPLES)
        .map(|k| {
            // Samples reach to three standard deviations.
            let u = f64::from(k) * 3.0 / f64::from(SAMPLES);
            (u, libm::exp(-0.5 * u * u), 0)
        })
        .collect();
    stations
        .iter()
        .map(|&s| {
            let (mut sum, mut weight) = (0.0, 0.0);
            for (u, w, piece) in &mut weights {
                sum += *w * z_at(s + *u * HEIGHT_SIGMA, piece);
                weight += *w;
            }
            sum / weight
        })
        .collect()
}

/// Returns the height (m) at a station, like [`Polyline::at`]. The search starts at the segment with index `piece`, and
/// sets `piece` to the segment that it finds.
fn height_at(line: &Polyline, station: f64, piece: &mut usize) -> f64 {
    if line.is_degenerate() {
        return line.points().first().map_or(0.0, |p| p.z);
    }
    let (points, stations) = (line.points(), line.stations());
    let mut k = *piece;
    while k + 2 < points.len() && stations[k + 1] <= station {
        k += 1;
    }
    while k > 0 && stations[k] > station {
        k -= 1;
    }
    *piece = k;
    let t = ((station - stations[k]) / (stations[k + 1] - stations[k])).clamp(0.0, 1.0);
    points[k].z + (points[k + 1].z - points[k].z) * t
}

/// Returns the grade over [`GRADE_LENGTH`] around a station, rise over run. Near the ends of the line, the length is
/// shorter.
fn grade(line: &Polyline, station: f64) -> f64 {
    let (s0, s1) = ((station - GRADE_LENGTH / 2.0).max(0.0), (station + GRADE_LENGTH / 2.0).min(line.length()));
    match (line.at(s0), line.at(s1)) {
        (Some(a), Some(b)) if s1 > s0 => (b.z - a.z) / (s1 - s0),
        _ => 0.0,
    }
}

/// Returns the slope from the right side to the left side, rise over run, as the mean of three lines across the road.
fn crossfall(
    terrain: &Terrain,
    at: Point2,
    (ahead, left): (Vector2, Vector2),
    (width_left, width_right): (f64, f64),
) -> f64 {
    let reach = |width: f64| (CROSSFALL_SHARE * width).clamp(0.0, CROSSFALL_REACH);
    let (l, r) = (reach(width_left), reach(width_right));
    if l + r <= 0.0 {
        return 0.0;
    }
    let line = |along: f64| {
        let (a, b) = (at + ahead * along + left * l, at + ahead * along - left * r);
        (terrain.height(a.x, a.y) - terrain.height(b.x, b.y)) / (l + r)
    };
    (line(-CROSSFALL_LENGTH / 2.0) + line(0.0) + line(CROSSFALL_LENGTH / 2.0)) / 3.0
}

/// Returns the number of lanes that the clearance and the width (m) allow.
fn lanes(clearance: f64, width: f64, options: &TraceOptions) -> Lanes {
    if clearance >= options.area_radius {
        Lanes::Open
    } else if width >= options.two_way_width {
        Lanes::Two
    } else {
        Lanes::One
    }
}

/// Returns the unit tangent of a line at a point.
fn tangent(line: &Polyline, i: usize) -> Vector2 {
    let points = line.points();
    let d = points[(i + 1).min(points.len() - 1)].xy() - points[i.saturating_sub(1)].xy();
    if d.norm() > 0.0 { d.normalize() } else { Vector2::x() }
}

/// Returns the curvature at each point, 1/m: the angle between neighbouring segments divided by the distance between
/// their midpoints, averaged over three points.
fn curvature(line: &Polyline) -> Vec<f64> {
    let (p, s) = (line.points(), line.stations());
    let n = p.len();
    let heading = |i: usize| {
        let d = p[i + 1] - p[i];
        libm::atan2(d.y, d.x)
    };
    let mut raw = vec![0.0; n];
    for i in 1..n.saturating_sub(1) {
        raw[i] = 2.0 * angle::difference(heading(i), heading(i - 1)) / (s[i + 1] - s[i - 1]);
    }
    if n > 2 {
        (raw[0], raw[n - 1]) = (raw[1], raw[n - 2]);
    }
    (0..n)
        .map(|i| {
            let window = &raw[i.saturating_sub(1)..=(i + 1).min(n - 1)];
            window.iter().sum::<f64>() / window.len() as f64
        })
        .collect()
}

/// Returns the distance from a point of the line to the edge on one side, m: the minimum along three lines across the
/// road.
fn width(drivable: &Drivable, at: Point2, clearance: f64, ahead: Vector2, across: Vector2) -> f64 {
    // Nothing is nearer than the clearance, and most roads are little wider. A short search therefore comes first.
    let clear = clearance.max(0.0);
    for reach in [(2.0 * clear + 2.0).min(GREATEST_WIDTH), GREATEST_WIDTH] {
        let mut least = f64::INFINITY;
        let lines = [-LINE_SPACING, 0.0, LINE_SPACING].map(|offset| at + ahead * offset);
        let ends = lines.map(|from| [from, from + across * reach]);
        let around = |of: fn(&Point2, &Point2) -> Point2| ends.iter().flatten().fold(at, |all, p| of(&all, p));
        drivable.visit_near((around(Point2::inf), around(Point2::sup)), |(a, b)| {
            let met = lines.iter().filter_map(|from| meets(*from, across, a, b));
            least = met.filter(|d| *d <= reach).fold(least, f64::min);
        });
        if least.is_finite() {
            return least;
        }
    }
    GREATEST_WIDTH
}

/// Returns the distance along a ray at which the ray meets a segment.
fn meets(from: Point2, direction: Vector2, a: Point2, b: Point2) -> Option<f64> {
    let along = b - a;
    let cross = direction.x * along.y - direction.y * along.x;
    if cross == 0.0 {
        return None;
    }
    let to = a - from;
    let d = (to.x * along.y - to.y * along.x) / cross;
    let t = (to.x * direction.y - to.y * direction.x) / cross;
    (d >= 0.0 && (0.0..=1.0).contains(&t)).then_some(d)
}
