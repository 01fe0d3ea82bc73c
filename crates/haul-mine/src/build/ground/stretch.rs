//! Interpolation of heights between the edges of the drivable surface.

use super::raster::Raster;
use crate::build::surface::EdgeRings;
use haul_core::{Point2, Point3};

/// Maximum distance (grid spacings) outside an edge at which a node takes the height of the edge.
const BAND_OUTSIDE: f64 = 1.5;
/// Maximum distance (grid spacings) inside an edge at which a node takes the height of the edge. With this band, a wall
/// thinner than a cell still separates two roads.
const BAND_INSIDE: f64 = 0.4;
/// Maximum number of multigrid cycles.
const GREATEST_CYCLES: usize = 40;
/// Number of sweeps on the coarsest grid.
const LAST_SWEEPS: usize = 60;
/// Minimum number of free nodes on a coarser grid.
const LEAST_FREE_NODES: usize = 100;
/// Change (m) of a node in one sweep below which the iteration counts as converged.
const CONVERGENCE: f64 = 5e-6;

/// Position of a grid node relative to the drivable surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeKind {
    /// The node lies beside the roads.
    Outside,
    /// The node is at an edge and takes the height of the edge.
    Edge,
    /// The node lies on the drivable surface.
    Surface,
}

/// The kinds of all nodes, and the heights of the edge nodes.
pub(super) struct Mask {
    pub(super) nodes: Vec<NodeKind>,
    edge: Vec<(u32, f64)>,
}

/// Marks the nodes on the drivable surface and at its edges.
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
        let band = if nodes[k] == NodeKind::Surface { BAND_INSIDE } else { BAND_OUTSIDE };
        if d <= band * raster.spacing {
            nodes[k] = NodeKind::Edge;
            edge.push((k as u32, z));
        }
    }
    Mask { nodes, edge }
}

/// Marks the nodes on the drivable surface, by the even-odd rule along each row.
fn fill(raster: &Raster, edges: &EdgeRings) -> Vec<NodeKind> {
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
    let mut nodes = vec![NodeKind::Outside; raster.columns * raster.rows];
    for (j, row) in crossings.iter_mut().enumerate() {
        row.sort_by(f64::total_cmp);
        for pair in row.chunks_exact(2) {
            for i in raster.columns_between(pair[0], pair[1]) {
                nodes[j * raster.columns + i] = NodeKind::Surface;
            }
        }
    }
    nodes
}

/// Calls `found` for every node within `reach` (m) of the edge segment `a`–`b`. The arguments are the index of the
/// node, its distance from the segment (m), and the height (m) of the nearest point of the segment.
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

/// Solves Laplace's equation on the drivable surface, with fixed heights at the edges. The current heights are the
/// initial values.
///
/// The method is multigrid (W. L. Briggs, V. E. Henson and S. F. McCormick, *A Multigrid Tutorial*, 2nd ed. 2000, ch.
/// 3). Sweeps remove short-wave errors. Grids with two, four and more times the spacing remove long-wave errors. A yard
/// 1 km wide therefore needs no more sweeps than a road.
pub(super) fn stretch(raster: &mut Raster, mask: &Mask) {
    for &(k, z) in &mask.edge {
        raster.heights[k as usize] = z;
    }
    let (w, rows) = (raster.columns, raster.rows);
    let is_free = |(k, n): (usize, &NodeKind)| {
        let (i, j) = (k % w, k / w);
        *n == NodeKind::Surface && i > 0 && j > 0 && i + 1 < w && j + 1 < rows
    };
    let free: Vec<bool> = mask.nodes.iter().enumerate().map(is_free).collect();
    let mut grids = vec![MultigridLevel::new(w, rows, free)];
    while let Some(coarser) = grids.last().and_then(MultigridLevel::coarser) {
        grids.push(coarser);
    }
    let [finest, coarser @ ..] = grids.as_mut_slice() else { return };
    for cycle in 0..GREATEST_CYCLES {
        if finest.cycle(&mut raster.heights, coarser) < CONVERGENCE {
            tracing::debug!(cycle, "the heights of the drivable surface have converged");
            return;
        }
    }
}

/// One grid of the multigrid method. At each free node, the sum of the four neighbours minus four times the value of
/// the node must equal the negative right-hand side. All other nodes are fixed.
struct MultigridLevel {
    columns: usize,
    rows: usize,
    free: Vec<bool>,
    /// Indices of the free nodes.
    inner: Vec<u32>,
    /// Right-hand side of the equation; empty on the finest grid, where it is 0.
    right_side: Vec<f64>,
    /// Correction to the heights of the next finer grid.
    values: Vec<f64>,
}

impl MultigridLevel {
    fn new(columns: usize, rows: usize, free: Vec<bool>) -> MultigridLevel {
        let inner = (0..free.len()).filter(|&k| free[k]).map(|k| k as u32).collect();
        MultigridLevel { columns, rows, free, inner, right_side: Vec::new(), values: Vec::new() }
    }

    /// Returns the grid of every second node in every second row. A node of this grid is free only if all surrounding
    /// nodes of the finer grid are free, so that a wall remains. Returns `None` if too few nodes are free.
    fn coarser(&self) -> Option<MultigridLevel> {
        let (columns, rows) = (self.columns.div_ceil(2), self.rows.div_ceil(2));
        let w = self.columns;
        let all_free =
            |c: usize| [c - w, c, c + w].iter().all(|&r| self.free[r - 1] && self.free[r] && self.free[r + 1]);
        let mut free = vec![false; columns * rows];
        for j in 1..rows.saturating_sub(1) {
            for i in 1..columns.saturating_sub(1) {
                let is_inside = 2 * i + 1 < w && 2 * j + 1 < self.rows;
                free[j * columns + i] = is_inside && all_free(2 * j * w + 2 * i);
            }
        }
        let grid = MultigridLevel::new(columns, rows, free);
        let nodes = columns * rows;
        (grid.inner.len() >= LEAST_FREE_NODES).then(|| MultigridLevel {
            right_side: vec![0.0; nodes],
            values: vec![0.0; nodes],
            ..grid
        })
    }

    /// Runs one V-cycle through this grid and the coarser grids. Returns the largest change of a node in the last
    /// sweep.
    fn cycle(&self, h: &mut [f64], coarser: &mut [MultigridLevel]) -> f64 {
        self.sweep(h);
        self.sweep(h);
        let Some((next, rest)) = coarser.split_first_mut() else {
            // The coarsest grid has so few nodes that sweeps alone are enough.
            return (0..LAST_SWEEPS).map(|_| self.sweep(h)).last().unwrap_or(0.0);
        };
        self.restrict(h, next);
        let mut values = std::mem::take(&mut next.values);
        values.fill(0.0);
        next.cycle(&mut values, rest);
        self.correct(h, next.columns, &values);
        next.values = values;
        self.sweep(h);
        self.sweep(h)
    }

    /// Runs one Gauss–Seidel sweep: solves the equation at each free node in turn. Returns the largest change of a
    /// node.
    fn sweep(&self, h: &mut [f64]) -> f64 {
        let w = self.columns;
        let mut most = 0.0_f64;
        for &k in &self.inner {
            let k = k as usize;
            let right_side = self.right_side.get(k).copied().unwrap_or(0.0);
            let value = 0.25 * ((h[k - 1] + h[k + 1]) + (h[k - w] + h[k + w]) + right_side);
            most = most.max((value - h[k]).abs());
            h[k] = value;
        }
        most
    }

    /// Sets the right-hand side of the next coarser grid to the residual, averaged around each node of the coarser
    /// grid.
    fn restrict(&self, h: &[f64], next: &mut MultigridLevel) {
        let w = self.columns;
        let off = |k: usize| {
            if !self.free[k] {
                return 0.0;
            }
            let right_side = self.right_side.get(k).copied().unwrap_or(0.0);
            right_side + (h[k - 1] + h[k + 1]) + (h[k - w] + h[k + w]) - 4.0 * h[k]
        };
        for &k in &next.inner {
            let k = k as usize;
            let c = 2 * (k / next.columns) * w + 2 * (k % next.columns);
            let sides = off(c - 1) + off(c + 1) + off(c - w) + off(c + w);
            let corners = off(c - w - 1) + off(c - w + 1) + off(c + w - 1) + off(c + w + 1);
            // Full weighting, multiplied by four because the spacing doubles.
            next.right_side[k] = (4.0 * off(c) + 2.0 * sides + corners) / 4.0;
        }
    }

    /// Adds the correction from the next coarser grid, interpolated between the coarser nodes.
    fn correct(&self, h: &mut [f64], columns: usize, values: &[f64]) {
        for &k in &self.inner {
            let (i, j) = (k as usize % self.columns, k as usize / self.columns);
            let c = (j / 2) * columns + i / 2;
            // A free node has neighbours on all sides, and so has the coarser node at its position or south-west of it.
            h[k as usize] += match (i % 2, j % 2) {
                (0, 0) => values[c],
                (1, 0) => 0.5 * (values[c] + values.get(c + 1).unwrap_or(&0.0)),
                (0, _) => 0.5 * (values[c] + values.get(c + columns).unwrap_or(&0.0)),
                _ => {
                    let at = |d: usize| values.get(c + d).copied().unwrap_or(0.0);
                    0.25 * ((values[c] + at(1)) + (at(columns) + at(columns + 1)))
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square yard whose four sides have the heights of a saddle. The function z = x² − y² solves Laplace's equation,
    /// also in its discrete form on the grid.
    #[test]
    fn wide_yard_takes_the_saddle_of_its_edges() {
        const NODES: usize = 700;
        let at = |k: usize| (k % NODES, k / NODES);
        let saddle = |k: usize| {
            let (x, y) = at(k);
            1e-4 * ((x * x) as f64 - (y * y) as f64)
        };
        let is_edge = |k: usize| {
            let (x, y) = at(k);
            x < 3 || y < 3 || x + 3 >= NODES || y + 3 >= NODES
        };
        let all = 0..NODES * NODES;
        let nodes = all.clone().map(|k| if is_edge(k) { NodeKind::Edge } else { NodeKind::Surface }).collect();
        let edge = all.clone().filter(|&k| is_edge(k)).map(|k| (k as u32, saddle(k))).collect();
        let mask = Mask { nodes, edge };
        let mut raster = Raster {
            spacing: 1.0,
            columns: NODES,
            rows: NODES,
            heights: vec![0.0; NODES * NODES],
            origin: Point2::origin(),
        };
        stretch(&mut raster, &mask);
        let worst = all.map(|k| (raster.heights[k] - saddle(k)).abs()).fold(0.0, f64::max);
        assert!(worst < 0.002, "{worst} m off");
    }
}
