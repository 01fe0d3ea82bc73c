//! The drivable part of the ground, stretched between its edges.

use super::raster::Raster;
use crate::build::surface::EdgeRings;
use haul_core::{Point2, Point3};

/// Nodes outside the surface up to so many spacings from its edge carry the edge's height.
const BAND_OUTSIDE: f64 = 1.5;
/// Nodes on the surface this near to its edge carry the edge's height, in spacings: a wall thinner than a cell still
/// parts two roads.
const BAND_INSIDE: f64 = 0.4;
/// Over-relaxation; near the best for areas some 100 nodes across (Young 1954).
const RELAXATION: f64 = 1.93;
/// Sweeps at the most.
const SWEEPS: usize = 600;
/// The surface is at rest where no node moves more in a sweep, m.
const AT_REST: f64 = 1e-4;

/// What a node of the grid is to the drivable surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    /// Ground beside the roads.
    Outside,
    /// Carries the height of the edge.
    Edge,
    /// On the drivable surface.
    Surface,
}

/// The nodes by kind, and the heights of those at the edge.
pub(super) struct Mask {
    pub(super) nodes: Vec<Node>,
    edge: Vec<(u32, f64)>,
}

/// Marks the nodes on and at the edge of the surface.
pub(super) fn mark(raster: &Raster, edges: &EdgeRings) -> Mask {
    let mut nodes = fill(raster, edges);
    let mut nearest: Vec<(f64, f64)> = vec![(f64::INFINITY, 0.0); nodes.len()];
    let reach = BAND_OUTSIDE * raster.spacing;
    for ring in &edges.rings {
        for (i, a) in ring.iter().enumerate() {
            visit(raster, *a, ring[(i + 1) % ring.len()], reach, |k, d, z| {
                if d < nearest[k].0 {
                    nearest[k] = (d, z);
                }
            });
        }
    }
    let mut edge = Vec::new();
    for (k, (d, z)) in nearest.into_iter().enumerate() {
        let band = if nodes[k] == Node::Surface { BAND_INSIDE } else { BAND_OUTSIDE };
        if d <= band * raster.spacing {
            nodes[k] = Node::Edge;
            edge.push((k as u32, z));
        }
    }
    Mask { nodes, edge }
}

/// Nodes on the surface by the even-odd rule along each row.
fn fill(raster: &Raster, edges: &EdgeRings) -> Vec<Node> {
    let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); raster.rows];
    for ring in &edges.rings {
        for (i, a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            let (low, high) = (a.y.min(b.y), a.y.max(b.y));
            for j in raster.rows_between(low, high) {
                let y = raster.y(j);
                if (a.y > y) != (b.y > y) {
                    crossings[j].push((b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x);
                }
            }
        }
    }
    let mut nodes = vec![Node::Outside; raster.columns * raster.rows];
    for (j, row) in crossings.iter_mut().enumerate() {
        row.sort_by(f64::total_cmp);
        for pair in row.chunks_exact(2) {
            for i in raster.columns_between(pair[0], pair[1]) {
                nodes[j * raster.columns + i] = Node::Surface;
            }
        }
    }
    nodes
}

/// Calls back for every node within `reach` of a piece of edge: index, distance, height of the edge there.
fn visit(raster: &Raster, a: Point3, b: Point3, reach: f64, mut found: impl FnMut(usize, f64, f64)) {
    let along = b.xy() - a.xy();
    let span = along.norm_squared();
    for j in raster.rows_between(a.y.min(b.y) - reach, a.y.max(b.y) + reach) {
        for i in raster.columns_between(a.x.min(b.x) - reach, a.x.max(b.x) + reach) {
            let p = Point2::new(raster.x(i), raster.y(j));
            let t = if span > 0.0 { ((p - a.xy()).dot(&along) / span).clamp(0.0, 1.0) } else { 0.0 };
            let d = (p - (a.xy() + along * t)).norm();
            if d <= reach {
                found(j * raster.columns + i, d, a.z + (b.z - a.z) * t);
            }
        }
    }
}

/// Solves Laplace's equation on the surface with the edge's heights held, by successive over-relaxation from the
/// heights that are there.
pub(super) fn stretch(raster: &mut Raster, mask: &Mask) {
    for &(k, z) in &mask.edge {
        raster.heights[k as usize] = z;
    }
    let w = raster.columns;
    let inner: Vec<u32> = mask
        .nodes
        .iter()
        .enumerate()
        .filter(|&(k, n)| {
            let (i, j) = (k % w, k / w);
            *n == Node::Surface && i > 0 && j > 0 && i + 1 < w && j + 1 < raster.rows
        })
        .map(|(k, _)| k as u32)
        .collect();
    let h = &mut raster.heights;
    for sweep in 0..SWEEPS {
        let mut most = 0.0_f64;
        for &k in &inner {
            let k = k as usize;
            let mean = 0.25 * ((h[k - 1] + h[k + 1]) + (h[k - w] + h[k + w]));
            let change = RELAXATION * (mean - h[k]);
            h[k] += change;
            most = most.max(change.abs());
        }
        if most < AT_REST {
            tracing::debug!(sweep, "the drivable ground is at rest");
            return;
        }
    }
}
