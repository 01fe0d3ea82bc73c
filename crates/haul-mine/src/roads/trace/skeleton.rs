//! The medial axis of the surface, from the Voronoi diagram of points along its edge.

use crate::drivable::Drivable;
use haul_core::Point2;
use spade::{DelaunayTriangulation, HasPosition, Triangulation};

/// Points along the edge at the most; beyond it they move apart.
const MOST_SITES: f64 = 150_000.0;

/// Points of the axis, the clearance at each, and which are joined.
pub(super) struct Skeleton {
    pub(super) points: Vec<Point2>,
    pub(super) radius: Vec<f64>,
    pub(super) neighbours: Vec<Vec<u32>>,
}

/// So many points nearest to the middle of all on one line make the triangulation slow: its time grows with their square.
const MOST_ON_LINE: usize = 500;
/// Points are then moved off their line by up to this much, m: far below what an edge is known to.
const OFF_LINE: f64 = 1e-5;

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
    /// The axis of a surface without the parts that less than `least` metres of edge cause, from points of the edge `step`
    /// metres apart.
    pub(super) fn of(drivable: &Drivable, least: f64, step: f64) -> Skeleton {
        let (mut sites, lengths) = sites(drivable, step);
        if nearest_on_line(&sites) > MOST_ON_LINE {
            scatter(&mut sites);
        }
        let none = Skeleton { points: Vec::new(), radius: Vec::new(), neighbours: Vec::new() };
        let Ok(triangulation) = DelaunayTriangulation::<Site>::bulk_load(sites) else {
            tracing::warn!("the edge cannot be triangulated");
            return none;
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

/// How many of the points nearest to the middle of all, where the triangulation begins, lie on one line.
fn nearest_on_line(sites: &[Site]) -> usize {
    let sum = sites.iter().fold((0.0, 0.0), |s, p| (s.0 + p.position.x, s.1 + p.position.y));
    let middle = spade::Point2::new(sum.0 / sites.len() as f64, sum.1 / sites.len() as f64);
    let distance = |s: &Site| libm::hypot(s.position.x - middle.x, s.position.y - middle.y);
    let mut nearest: [Option<(f64, usize)>; 2] = [None, None];
    for (k, s) in sites.iter().enumerate() {
        let d = distance(s);
        if nearest[0].is_none_or(|(least, _)| d < least) {
            nearest = [Some((d, k)), nearest[0]];
        } else if nearest[1].is_none_or(|(least, _)| d < least) {
            nearest[1] = Some((d, k));
        }
    }
    let [Some((_, a)), Some((_, b))] = nearest else { return 0 };
    let (a, b) = (sites[a].position, sites[b].position);
    let along = (b.x - a.x, b.y - a.y);
    let span = libm::hypot(along.0, along.1).max(1e-12);
    let is_off = |s: &&Site| {
        let off = (s.position.x - a.x) * along.1 - (s.position.y - a.y) * along.0;
        off.abs() / span > 0.1 * OFF_LINE
    };
    let first_off = sites.iter().filter(is_off).map(distance).fold(f64::INFINITY, f64::min);
    sites.iter().filter(|s| distance(s) < first_off).count()
}

/// Moves points a little, each in its own way, so that few stay on one line.
fn scatter(sites: &mut [Site]) {
    for (k, site) in sites.iter_mut().enumerate() {
        // The golden ratio's multiples are spread evenly.
        let share = |by: f64| ((k as f64 * by).fract() - 0.5) * 2.0 * OFF_LINE;
        site.position.x += share(0.618_033_988_749_895);
        site.position.y += share(0.754_877_666_246_693);
    }
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
        let (mut of_edge, _) = sites(&drivable, 1.0);
        of_edge.retain(|s| s.position.y == 0.0 || s.position.x < 1.0);
        assert!(nearest_on_line(&of_edge) > 10_000);
        scatter(&mut of_edge);
        assert!(nearest_on_line(&of_edge) < 10);
        let axis = Skeleton::of(&drivable, 30.0, 1.0);
        let (p, r) = axis.points.iter().zip(&axis.radius).max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        // The circle inscribed in the wedge: area over half the perimeter.
        let expected = 20_000.0 * 300.0 / (20_000.0 + 300.0 + libm::hypot(20_000.0, 300.0));
        assert!((r - expected).abs() < 1.0 && (p.y - expected).abs() < 1.0, "{r} at {p}, expected {expected}");
    }
}
