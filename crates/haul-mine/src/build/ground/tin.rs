//! The triangulated irregular network (TIN) of the ground, and its transfer to the height grid.

use super::lines::GroundLines;
use super::raster::Raster;
use crate::spatial_order::spatial_order;
use haul_core::{Point2, Point3};
use spade::handles::FixedVertexHandle;
use spade::{ConstrainedDelaunayTriangulation, HasPosition, InsertionError, Triangulation};
use std::collections::BTreeMap;

/// Spacing (m) of the points on the frame around the mine.
const FRAME_SPACING: f64 = 40.0;
/// Approximate number of mine points from which the height of each frame point is averaged, weighted by the inverse
/// square of the distance (Shepard 1968).
const FRAME_SAMPLES: usize = 800;
/// Distance (grid spacings) outside a triangle up to which a node counts as on the border of the triangle.
const BORDER_TOLERANCE: f64 = 1e-9;

/// A corner of the triangulation with its height.
#[derive(Clone, Copy)]
struct TinCorner {
    position: spade::Point2<f64>,
    z: f64,
}

impl HasPosition for TinCorner {
    type Scalar = f64;
    fn position(&self) -> spade::Point2<f64> {
        self.position
    }
}

/// A constrained Delaunay triangulation whose corners have heights.
pub(super) struct Tin {
    triangulation: ConstrainedDelaunayTriangulation<TinCorner>,
}

/// List of corners without duplicate positions.
#[derive(Default)]
struct TinCorners {
    list: Vec<TinCorner>,
    places: BTreeMap<(u64, u64), usize>,
}

impl TinCorners {
    /// Adds a corner and returns its index. If the position already has a corner, returns the existing corner
    /// unchanged.
    fn add(&mut self, p: Point3) -> usize {
        // Adding 0 turns −0 into 0, so that both have the same key.
        let key = ((p.x + 0.0).to_bits(), (p.y + 0.0).to_bits());
        *self.places.entry(key).or_insert_with(|| {
            self.list.push(TinCorner { position: spade::Point2::new(p.x, p.y), z: p.z });
            self.list.len() - 1
        })
    }
}

impl Tin {
    /// Triangulates edge rings and lines of the ground, with a frame around them. Segments of lines that cross an edge
    /// or another line are left out.
    pub(super) fn new(rings: &[Vec<Point3>], lines: &GroundLines, frame: (Point2, Point2)) -> Tin {
        let mut corners = TinCorners::default();
        let mut edges: Vec<[usize; 2]> = Vec::new();
        for ring in rings {
            let ids: Vec<usize> = ring.iter().map(|p| corners.add(*p)).collect();
            edges.extend((0..ids.len()).map(|i| [ids[i], ids[(i + 1) % ids.len()]]));
        }
        for line in &lines.breaklines {
            let ids: Vec<usize> = line.iter().map(|p| corners.add(*p)).collect();
            edges.extend(ids.windows(2).map(|w| [w[0], w[1]]));
        }
        for p in &lines.points {
            corners.add(*p);
        }
        for p in frame_points(&corners.list, frame) {
            corners.add(p);
        }
        edges.retain(|e| e[0] != e[1]);
        let (triangulation, dropped) = triangulated(corners.list, &edges).unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot triangulate the ground");
            (ConstrainedDelaunayTriangulation::new(), 0)
        });
        if dropped > 0 {
            tracing::debug!(dropped, "left out lines of the ground that cross others");
        }
        Tin { triangulation }
    }

    /// Returns the number of triangles.
    pub(super) fn triangles(&self) -> usize {
        self.triangulation.num_inner_faces()
    }

    /// Sets each node of the grid to the height of the triangle around the node. Nodes outside all triangles get the
    /// mean height.
    pub(super) fn draw(&self, raster: &mut Raster) {
        for face in self.triangulation.inner_faces() {
            let corners = face.vertices().map(|v| {
                let p = v.position();
                Point3::new(p.x, p.y, v.data().z)
            });
            draw_triangle(raster, corners);
        }
        let (sum, count) = raster.heights.iter().filter(|h| h.is_finite()).fold((0.0, 0), |(s, n), h| (s + h, n + 1));
        let mean = if count > 0 { sum / f64::from(count) } else { 0.0 };
        for h in raster.heights.iter_mut().filter(|h| !h.is_finite()) {
            *h = mean;
        }
    }
}

/// Triangulates corners, with edges as constraints. Also returns the number of edges that were left out because they
/// cross others.
fn triangulated(
    corners: Vec<TinCorner>,
    edges: &[[usize; 2]],
) -> Result<(ConstrainedDelaunayTriangulation<TinCorner>, usize), InsertionError> {
    let positions: Vec<Point2> = corners.iter().map(|c| Point2::new(c.position.x, c.position.y)).collect();
    let (vertices, halves, faces) = (corners.len(), 3 * corners.len(), 2 * corners.len());
    let mut triangulation = ConstrainedDelaunayTriangulation::with_capacity(vertices, halves, faces);
    let mut handles = vec![FixedVertexHandle::from_index(0); corners.len()];
    for k in spatial_order(&positions) {
        handles[k] = triangulation.insert(corners[k])?;
    }
    let mut dropped = 0;
    for &[a, b] in edges {
        dropped += usize::from(triangulation.try_add_constraint(handles[a], handles[b]).is_empty());
    }
    Ok((triangulation, dropped))
}

/// Triangulates lines and points with heights (Delaunay), with the segments of the lines as sides of faces. Returns no
/// faces if all points lie on one straight line.
pub(crate) fn faces_between(lines: &[&[Point3]], points: &[Point3]) -> Vec<[Point3; 3]> {
    let mut corners = TinCorners::default();
    let mut edges: Vec<[usize; 2]> = Vec::new();
    for line in lines {
        let ids: Vec<usize> = line.iter().map(|p| corners.add(*p)).collect();
        edges.extend(ids.windows(2).map(|w| [w[0], w[1]]));
    }
    for p in points {
        corners.add(*p);
    }
    edges.retain(|e| e[0] != e[1]);
    let Ok((triangulation, _)) = triangulated(corners.list, &edges) else { return Vec::new() };
    let corners = triangulation.inner_faces().map(|face| face.vertices());
    corners.map(|face| face.map(|v| Point3::new(v.position().x, v.position().y, v.data().z))).collect()
}

/// Returns the points on the frame, with heights averaged from the corners.
fn frame_points(corners: &[TinCorner], (low, high): (Point2, Point2)) -> Vec<Point3> {
    let step = (corners.len() / FRAME_SAMPLES).max(1);
    let height = |p: Point2| {
        let (mut sum, mut weight) = (0.0, 0.0);
        for c in corners.iter().step_by(step) {
            let (x, y) = (c.position.x - p.x, c.position.y - p.y);
            let w = 1.0 / (x * x + y * y).max(1.0);
            sum += w * c.z;
            weight += w;
        }
        if weight > 0.0 { sum / weight } else { 0.0 }
    };
    let mut points = Vec::new();
    let mut side = |a: Point2, b: Point2| {
        let pieces = ((b - a).norm() / FRAME_SPACING).ceil().clamp(1.0, 2_000.0) as usize;
        for k in 0..pieces {
            let p = a + (b - a) * (k as f64 / pieces as f64);
            points.push(Point3::new(p.x, p.y, height(p)));
        }
    };
    let (se, nw) = (Point2::new(high.x, low.y), Point2::new(low.x, high.y));
    side(low, se);
    side(se, high);
    side(high, nw);
    side(nw, low);
    points
}

/// Sets the heights of the nodes that a triangle covers.
pub(super) fn draw_triangle(raster: &mut Raster, [a, b, c]: [Point3; 3]) {
    let det = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
    if det == 0.0 {
        return;
    }
    // Height = a.z + gx (x − a.x) + gy (y − a.y).
    let gx = ((b.z - a.z) * (c.y - a.y) - (c.z - a.z) * (b.y - a.y)) / det;
    let gy = ((b.x - a.x) * (c.z - a.z) - (c.x - a.x) * (b.z - a.z)) / det;
    let (y0, y1) = (a.y.min(b.y).min(c.y), a.y.max(b.y).max(c.y));
    let pad = BORDER_TOLERANCE * raster.spacing;
    let (low, high) = (a.z.min(b.z).min(c.z), a.z.max(b.z).max(c.z));
    for j in raster.rows_between(y0 - pad, y1 + pad) {
        let y = raster.y(j);
        let (mut west, mut east) = (f64::INFINITY, f64::NEG_INFINITY);
        for (p, q) in [(a, b), (b, c), (c, a)] {
            let (p, q) = if p.y <= q.y { (p, q) } else { (q, p) };
            if y < p.y - pad || y > q.y + pad {
                continue;
            }
            let ends = if q.y - p.y > pad {
                let x = p.x + (q.x - p.x) * ((y - p.y) / (q.y - p.y)).clamp(0.0, 1.0);
                (x, x)
            } else {
                (p.x.min(q.x), p.x.max(q.x))
            };
            west = west.min(ends.0);
            east = east.max(ends.1);
        }
        for i in raster.columns_between(west - pad, east + pad) {
            let x = raster.x(i);
            raster.heights[j * raster.columns + i] = (a.z + gx * (x - a.x) + gy * (y - a.y)).clamp(low, high);
        }
    }
}
