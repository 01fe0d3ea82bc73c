//! Assembly of closed rings into the drivable surface: one connected polygon with islands, and a height at each point.

use super::BuildOptions;
use super::crossing::{SegmentIndex, crossings};
use crate::error::MineError;
use crate::map::{Repair, RepairKind};
use haul_core::polygon::{ring_area, ring_contains};
use haul_core::{Point2, Point3, Polygon};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::float::simplify::SimplifyShape;

/// Edges of the drivable surface with heights: the outer ring first, then the islands.
#[derive(Debug, Clone, Default)]
pub(super) struct EdgeRings {
    pub(super) rings: Vec<Vec<Point3>>,
}

impl EdgeRings {
    /// Returns the rings as a polygon in plan.
    pub(super) fn polygon(&self) -> Polygon {
        let mut rings = self.rings.iter().map(|r| flat(r));
        Polygon { outer: rings.next().unwrap_or_default(), holes: rings.collect() }.oriented()
    }
}

/// Returns the points of a ring in plan.
pub(super) fn flat(ring: &[Point3]) -> Vec<Point2> {
    ring.iter().map(|p| p.xy()).collect()
}

/// Assembles rings into the largest surface with its islands. Untangles rings that cross. Drops slivers, and surfaces
/// that are not connected to the largest one.
pub(super) fn assemble(
    rings: Vec<Vec<Point3>>,
    options: &BuildOptions,
    repairs: &mut Vec<Repair>,
) -> Result<EdgeRings, MineError> {
    let none = slivers(&rings);
    let rings = untangled(rings, repairs);
    let mut sized: Vec<(f64, Vec<Point3>)> = Vec::new();
    for ring in rings {
        let area = ring_area(&flat(&ring)).abs();
        if area < options.least_ring {
            let at = ring.first().map_or(Point2::origin(), |p| p.xy());
            let what = format!("a ring of {area:.1} m² was dropped");
            repairs.push(Repair { kind: RepairKind::SliverDropped, at, what });
        } else {
            sized.push((area, ring));
        }
    }
    sized.sort_by(|a, b| b.0.total_cmp(&a.0));
    let plans: Vec<Vec<Point2>> = sized.iter().map(|(_, r)| flat(r)).collect();
    // Rings do not cross here, so a ring lies either inside or outside another. Larger rings come first, so the last
    // ring that encloses a ring is its parent.
    let parent: Vec<Option<usize>> =
        (0..plans.len()).map(|i| (0..i).rev().find(|&j| inside(&plans[i], &plans[j]))).collect();
    let depth: Vec<usize> =
        (0..plans.len()).map(|i| std::iter::successors(parent[i], |&p| parent[p]).count()).collect();
    let net = |i: usize| {
        let islands: f64 = (0..plans.len()).filter(|&j| parent[j] == Some(i)).map(|j| sized[j].0).sum();
        sized[i].0 - islands
    };
    let surfaces: Vec<usize> = (0..plans.len()).filter(|&i| depth[i].is_multiple_of(2)).collect();
    let Some(&main) = surfaces.iter().max_by(|&&a, &&b| net(a).total_cmp(&net(b)).then(b.cmp(&a))) else {
        return Err(none);
    };
    if net(main) <= 0.0 {
        return Err(MineError::NoSurface("islands fill the whole of the largest ring".into()));
    }
    for &i in surfaces.iter().filter(|&&i| i != main) {
        repairs.push(Repair {
            kind: RepairKind::PieceDropped,
            at: plans[i][0],
            what: format!("a surface of {:.0} m² without a connection to the largest one was dropped", net(i)),
        });
    }
    let mut kept = EdgeRings::default();
    for (i, (_, ring)) in sized.into_iter().enumerate() {
        if i == main {
            kept.rings.insert(0, ring);
        } else if parent[i] == Some(main) {
            kept.rings.push(ring);
        }
    }
    Ok(kept)
}

/// Returns true if ring `a` lies inside ring `b`. The rings do not cross but may touch, so the majority of sampled
/// points decides.
fn inside(a: &[Point2], b: &[Point2]) -> bool {
    let step = (a.len() / 15).max(1);
    let votes: Vec<bool> = a.iter().step_by(step).map(|p| ring_contains(b, *p)).collect();
    2 * votes.iter().filter(|v| **v).count() > votes.len()
}

/// Extent (m) below which coordinates may be degrees of longitude and latitude. No mine is this small.
const LEAST_EXTENT: f64 = 1.0;

/// Returns the error for rings that enclose nothing larger than a sliver.
fn slivers(rings: &[Vec<Point3>]) -> MineError {
    let corners = rings.iter().flatten().map(|p| (p.xy(), p.xy()));
    let (low, high) = corners.reduce(|(low, high), (p, _)| (low.inf(&p), high.sup(&p))).unwrap_or_default();
    let across = high - low;
    let mut what = "the strings enclose nothing larger than a sliver".to_owned();
    if across.max() > 0.0 && across.max() < LEAST_EXTENT {
        what += &format!(
            ": they lie within {:.3} m by {:.3} m; if the coordinates are degrees, project them to metres, otherwise give --unit",
            across.x, across.y
        );
    }
    MineError::NoSurface(what)
}

/// Splits rings that cross themselves or each other into rings that do not cross, by the even-odd rule.
fn untangled(rings: Vec<Vec<Point3>>, repairs: &mut Vec<Repair>) -> Vec<Vec<Point3>> {
    let pieces: Vec<(Point2, Point2)> =
        rings.iter().flat_map(|r| (0..r.len()).map(|i| (r[i].xy(), r[(i + 1) % r.len()].xy()))).collect();
    let crossings = crossings(&pieces);
    if crossings.is_empty() {
        return rings;
    }
    let index = SegmentIndex::new(pieces);
    for &(i, j) in &crossings {
        let at = index.meeting(i, j);
        let what = format!("edges cross at ({:.2}, {:.2}) and were cut there", at.x, at.y);
        repairs.push(Repair { kind: RepairKind::Untangled, at, what });
    }
    let ends: Vec<(Point3, Point3)> =
        rings.iter().flat_map(|r| (0..r.len()).map(|i| (r[i], r[(i + 1) % r.len()]))).collect();
    let lifted = |x: f64, y: f64| {
        let p = Point2::new(x, y);
        let z = index.nearest(p).map_or(0.0, |i| {
            let (a, b) = ends[i];
            let along = b.xy() - a.xy();
            let span = along.norm_squared();
            let t = if span > 0.0 { ((p - a.xy()).dot(&along) / span).clamp(0.0, 1.0) } else { 0.0 };
            a.z + (b.z - a.z) * t
        });
        Point3::new(x, y, z)
    };
    let contours: Vec<Vec<[f64; 2]>> = rings.iter().map(|r| r.iter().map(|p| [p.x, p.y]).collect()).collect();
    let shapes = contours.simplify_shape(FillRule::EvenOdd);
    shapes
        .into_iter()
        .flatten()
        .map(|ring| ring.into_iter().map(|[x, y]| lifted(x, y)).collect::<Vec<_>>())
        .filter(|ring| ring.len() >= 3)
        .collect()
}

/// Simplifies a ring (Douglas and Peucker 1973): drops points within `tolerance` (m) of the simplified ring.
/// Neighbouring points stay at most `longest` (m) apart.
pub(crate) fn thinned(ring: &[Point3], tolerance: f64, longest: f64) -> Vec<Point3> {
    let n = ring.len();
    if n < 8 {
        return ring.to_vec();
    }
    let mut keep = vec![false; n];
    // The first point and the point farthest from it split the ring into two open lines.
    let far = (0..n)
        .max_by(|&a, &b| {
            let d = |i: usize| (ring[i].xy() - ring[0].xy()).norm_squared();
            d(a).total_cmp(&d(b)).then(b.cmp(&a))
        })
        .unwrap_or(n / 2);
    (keep[0], keep[far]) = (true, true);
    let mut open = vec![(0, far), (far, n)];
    while let Some((i, j)) = open.pop() {
        if j - i < 2 {
            continue;
        }
        let (a, b) = (ring[i], ring[j % n]);
        let (mut worst, mut at) = (-1.0, i);
        for (k, p) in ring.iter().enumerate().take(j).skip(i + 1) {
            let d = distance3(*p, a, b);
            if d > worst {
                (worst, at) = (d, k);
            }
        }
        if worst > tolerance {
            keep[at] = true;
            open.extend([(i, at), (at, j)]);
        } else if (b.xy() - a.xy()).norm() > longest {
            let half = (i + j) / 2;
            keep[half] = true;
            open.extend([(i, half), (half, j)]);
        }
    }
    ring.iter().zip(keep).filter(|(_, k)| *k).map(|(p, _)| *p).collect()
}

/// Returns the distance (m) in three dimensions from the point `p` to the segment `a`–`b`.
pub(crate) fn distance3(p: Point3, a: Point3, b: Point3) -> f64 {
    let along = b - a;
    let span = along.norm_squared();
    let t = if span > 0.0 { ((p - a).dot(&along) / span).clamp(0.0, 1.0) } else { 0.0 };
    (p - (a + along * t)).norm()
}
