//! The medial axis of the surface, from the Voronoi diagram of points along its edge.

use crate::drivable::Drivable;
use crate::spatial_order::spatial_order;
use haul_core::Point2;
use spade::{DelaunayTriangulation, HasPosition, InsertionError, Triangulation};

/// Maximum number of points along the edge. Above it, their spacing grows.
const GREATEST_POINT_COUNT: f64 = 150_000.0;

/// The medial axis: its points, the clearance at each point (m), and the neighbours of each point.
pub(super) struct MedialAxis {
    pub(super) points: Vec<Point2>,
    pub(super) radius: Vec<f64>,
    pub(super) neighbours: Vec<Vec<u32>>,
}

/// A point on the edge, with its ring and its station along the ring (m).
#[derive(Clone, Copy)]
struct EdgePoint {
    position: spade::Point2<f64>,
    ring: u32,
    station: f64,
}

impl HasPosition for EdgePoint {
    type Scalar = f64;
    fn position(&self) -> spade::Point2<f64> {
        self.position
    }
}

impl MedialAxis {
    /// Computes the medial axis of a surface from points along its edge, `step` (m) apart. Leaves out parts of the axis
    /// whose two generating edge points are less than `least` (m) apart along the edge.
    pub(super) fn of(drivable: &Drivable, least: f64, step: f64) -> MedialAxis {
        let (mut points, mut lengths) = points(drivable, step);
        frame(drivable, &mut points, &mut lengths);
        let none = MedialAxis { points: Vec::new(), radius: Vec::new(), neighbours: Vec::new() };
        let triangulation = match triangulated(&points) {
            Ok(triangulation) => triangulation,
            Err(error) => {
                tracing::warn!(%error, "the edge cannot be triangulated");
                return none;
            }
        };
        let mut axis = none;
        let mut vertex_of = vec![u32::MAX; triangulation.num_all_faces()];
        for face in triangulation.inner_faces() {
            let (centre, squared) = face.circumcircle();
            let p = Point2::new(centre.x, centre.y);
            if p.x.is_finite() && p.y.is_finite() && drivable.contains(p) {
                vertex_of[face.fix().index()] = axis.points.len() as u32;
                axis.points.push(p);
                axis.radius.push(squared.sqrt());
                axis.neighbours.push(Vec::new());
            }
        }
        for edge in triangulation.undirected_edges() {
            let directed = edge.as_directed();
            let (one, two) = (vertex_of[directed.face().fix().index()], vertex_of[directed.rev().face().fix().index()]);
            if one == u32::MAX || two == u32::MAX {
                continue;
            }
            let [a, b] = edge.vertices();
            let (a, b) = (a.data(), b.data());
            let caused = if a.ring == b.ring {
                let arc = (a.station - b.station).abs();
                arc.min(lengths[a.ring as usize] - arc)
            } else {
                f64::INFINITY
            };
            if caused >= least {
                axis.neighbours[one as usize].push(two);
                axis.neighbours[two as usize].push(one);
            }
        }
        axis
    }
}

/// Returns points along all rings, and the lengths of the rings (m).
fn points(drivable: &Drivable, step: f64) -> (Vec<EdgePoint>, Vec<f64>) {
    let polygon = drivable.polygon();
    let all: f64 = polygon.segments().map(|(a, b)| (b - a).norm()).sum();
    let spacing = step.max(0.1).max(all / GREATEST_POINT_COUNT);
    let mut points = Vec::new();
    let mut lengths = Vec::new();
    for (r, ring) in polygon.rings().enumerate() {
        let mut station = 0.0;
        for (i, a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            let length = (b - a).norm();
            let pieces = (length / spacing).ceil().max(1.0) as usize;
            for k in 0..pieces {
                let t = k as f64 / pieces as f64;
                let p = a + (b - a) * t;
                points.push(EdgePoint {
                    position: spade::Point2::new(p.x, p.y),
                    ring: r as u32,
                    station: station + length * t,
                });
            }
            station += length;
        }
        lengths.push(station);
    }
    (points, lengths)
}

/// Adds the corners of a large square around all points, as a ring of length 0. No point is then inserted outside the
/// triangulation. Every empty circle around a point of the surface is far from these corners.
fn frame(drivable: &Drivable, points: &mut Vec<EdgePoint>, lengths: &mut Vec<f64>) {
    let Some((low, high)) = drivable.polygon().bounds() else { return };
    let side = (high - low).max();
    let ring = lengths.len() as u32;
    for (x, y) in [
        (low.x - side, low.y - side),
        (high.x + side, low.y - side),
        (high.x + side, high.y + side),
        (low.x - side, high.y + side),
    ] {
        points.push(EdgePoint { position: spade::Point2::new(x, y), ring, station: 0.0 });
    }
    lengths.push(0.0);
}

/// Returns the Delaunay triangulation of the edge points.
fn triangulated(points: &[EdgePoint]) -> Result<DelaunayTriangulation<EdgePoint>, InsertionError> {
    let positions: Vec<Point2> = points.iter().map(|s| Point2::new(s.position.x, s.position.y)).collect();
    let mut triangulation =
        DelaunayTriangulation::<EdgePoint>::with_capacity(points.len(), 3 * points.len(), 2 * points.len());
    for k in spatial_order(&positions) {
        triangulation.insert(points[k])?;
    }
    Ok(triangulation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Polygon;

    #[test]
    fn long_straight_edge_has_its_medial_axis() {
        // A wedge of 20 km length. Thousands of points lie on one line through the middle.
        let outer = vec![Point2::new(0.0, 0.0), Point2::new(20_000.0, 0.0), Point2::new(0.0, 300.0)];
        let drivable = Drivable::new(Polygon { outer, holes: Vec::new() }).unwrap();
        let axis = MedialAxis::of(&drivable, 30.0, 1.0);
        let (p, r) = axis.points.iter().zip(&axis.radius).max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        // Radius of the wedge's inscribed circle: area over half the perimeter.
        let expected = 20_000.0 * 300.0 / (20_000.0 + 300.0 + libm::hypot(20_000.0, 300.0));
        assert!((r - expected).abs() < 1.0 && (p.y - expected).abs() < 1.0, "{r} at {p}, expected {expected}");
    }
}
