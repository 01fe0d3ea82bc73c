//! The medial axis of the surface, from the Voronoi diagram of points along its edge.

use crate::drivable::Drivable;
use crate::spatial_order::spatial_order;
use haul_core::Point2;
use spade::{DelaunayTriangulation, HasPosition, InsertionError, Triangulation};

/// Points along the edge at the most; beyond it they move apart.
const MOST_SITES: f64 = 150_000.0;

/// Points of the axis, the clearance at each, and which are joined.
pub(super) struct Skeleton {
    pub(super) points: Vec<Point2>,
    pub(super) radius: Vec<f64>,
    pub(super) neighbours: Vec<Vec<u32>>,
}

/// A point on the edge.
#[derive(Clone, Copy)]
struct Site {
    position: spade::Point2<f64>,
    ring: u32,
    station: f64,
}

impl HasPosition for Site {
    type Scalar = f64;
    fn position(&self) -> spade::Point2<f64> {
        self.position
    }
}

impl Skeleton {
    /// The axis of a surface without the parts that less than `least` metres of edge cause, from points of the edge `step`
    /// metres apart.
    pub(super) fn of(drivable: &Drivable, least: f64, step: f64) -> Skeleton {
        let (mut sites, mut lengths) = sites(drivable, step);
        frame(drivable, &mut sites, &mut lengths);
        let none = Skeleton { points: Vec::new(), radius: Vec::new(), neighbours: Vec::new() };
        let triangulation = match triangulated(&sites) {
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

/// Points along all rings and the rings' lengths.
fn sites(drivable: &Drivable, step: f64) -> (Vec<Site>, Vec<f64>) {
    let polygon = drivable.polygon();
    let all: f64 = polygon.segments().map(|(a, b)| (b - a).norm()).sum();
    let spacing = step.max(0.1).max(all / MOST_SITES);
    let mut sites = Vec::new();
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
                sites.push(Site {
                    position: spade::Point2::new(p.x, p.y),
                    ring: r as u32,
                    station: station + length * t,
                });
            }
            station += length;
        }
        lengths.push(station);
    }
    (sites, lengths)
}

/// Adds the corners of a square far about all sites, as a ring of its own without length, so that no site is added to the
/// triangulation from without. Every circle about a place on the surface that is free of sites is far from them.
fn frame(drivable: &Drivable, sites: &mut Vec<Site>, lengths: &mut Vec<f64>) {
    let Some((low, high)) = drivable.polygon().bounds() else { return };
    let side = (high - low).max();
    let ring = lengths.len() as u32;
    for (x, y) in [
        (low.x - side, low.y - side),
        (high.x + side, low.y - side),
        (high.x + side, high.y + side),
        (low.x - side, high.y + side),
    ] {
        sites.push(Site { position: spade::Point2::new(x, y), ring, station: 0.0 });
    }
    lengths.push(0.0);
}

fn triangulated(sites: &[Site]) -> Result<DelaunayTriangulation<Site>, InsertionError> {
    let positions: Vec<Point2> = sites.iter().map(|s| Point2::new(s.position.x, s.position.y)).collect();
    let mut triangulation = DelaunayTriangulation::<Site>::with_capacity(sites.len(), 3 * sites.len(), 2 * sites.len());
    for k in spatial_order(&positions) {
        triangulation.insert(sites[k])?;
    }
    Ok(triangulation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Polygon;

    #[test]
    fn a_long_straight_edge_is_triangulated_as_any_other_and_keeps_its_axis() {
        // A wedge of 20 km: the points nearest to the middle of all lie on one line by the thousand.
        let outer = vec![Point2::new(0.0, 0.0), Point2::new(20_000.0, 0.0), Point2::new(0.0, 300.0)];
        let drivable = Drivable::new(Polygon { outer, holes: Vec::new() }).unwrap();
        let axis = Skeleton::of(&drivable, 30.0, 1.0);
        let (p, r) = axis.points.iter().zip(&axis.radius).max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        // The circle inscribed in the wedge: area over half the perimeter.
        let expected = 20_000.0 * 300.0 / (20_000.0 + 300.0 + libm::hypot(20_000.0, 300.0));
        assert!((r - expected).abs() < 1.0 && (p.y - expected).abs() < 1.0, "{r} at {p}, expected {expected}");
    }
}
