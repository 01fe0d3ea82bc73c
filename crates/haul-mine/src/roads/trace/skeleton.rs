//! The medial axis of the surface, from the Voronoi diagram of points along its edge.

use crate::drivable::Drivable;
use haul_core::Point2;
use spade::{DelaunayTriangulation, HasPosition, Triangulation};

/// Spacing of the points along the edge, m.
const SPACING: f64 = 1.0;
/// Points along the edge at the most; beyond it they move apart.
const MOST_SITES: f64 = 300_000.0;

/// Points of the axis, the clearance at each, and which are joined.
pub(super) struct Skeleton {
    pub(super) points: Vec<Point2>,
    pub(super) radius: Vec<f64>,
    pub(super) neighbours: Vec<Vec<u32>>,
}

/// A point on the edge.
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
    /// The axis of a surface without the parts that less than `least` metres of edge cause.
    pub(super) fn of(drivable: &Drivable, least: f64) -> Skeleton {
        let (sites, lengths) = sites(drivable);
        let none = Skeleton { points: Vec::new(), radius: Vec::new(), neighbours: Vec::new() };
        let Ok(triangulation) = DelaunayTriangulation::<Site>::bulk_load(sites) else {
            tracing::warn!("the edge cannot be triangulated");
            return none;
        };
        let mut axis = none;
        let mut vertex_of = vec![u32::MAX; triangulation.num_all_faces()];
        for face in triangulation.inner_faces() {
            let centre = face.circumcenter();
            let p = Point2::new(centre.x, centre.y);
            if p.x.is_finite() && p.y.is_finite() && drivable.contains(p) {
                vertex_of[face.fix().index()] = axis.points.len() as u32;
                axis.points.push(p);
                axis.radius.push(face.circumcircle().1.sqrt());
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
fn sites(drivable: &Drivable) -> (Vec<Site>, Vec<f64>) {
    let polygon = drivable.polygon();
    let all: f64 = polygon.segments().map(|(a, b)| (b - a).norm()).sum();
    let spacing = SPACING.max(all / MOST_SITES);
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
