//! A regular grid in plan, and fields on it.

use haul_core::{Point2, Vector2};
use std::ops::Range;

/// A regular grid of nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Lattice {
    /// The node of least east and north, m.
    pub origin: Point2,
    /// Distance between nodes, m.
    pub spacing: f64,
    /// Nodes eastward.
    pub nx: usize,
    /// Nodes northward.
    pub ny: usize,
}

/// A point with a height that cones start from.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Where.
    pub at: Point2,
    /// Height, m.
    pub height: f64,
}

impl Lattice {
    /// The grid of a spacing that covers a box.
    pub fn covering(low: Point2, high: Point2, spacing: f64) -> Self {
        let count = |span: f64| (span / spacing).ceil().max(1.0) as usize + 1;
        Self { origin: low, spacing, nx: count(high.x - low.x), ny: count(high.y - low.y) }
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nx * self.ny
    }

    /// Place of a node.
    pub fn node(&self, i: usize, j: usize) -> Point2 {
        self.origin + Vector2::new(i as f64, j as f64) * self.spacing
    }

    /// A value at a point, bilinear between those at the nodes, clamped to the rim.
    pub fn value(&self, p: Point2, at: impl Fn(usize) -> f64) -> f64 {
        let cell = (p - self.origin) / self.spacing;
        let (u, v) = (cell.x.clamp(0.0, (self.nx - 1) as f64), cell.y.clamp(0.0, (self.ny - 1) as f64));
        let (i, j) = ((u as usize).min(self.nx.saturating_sub(2)), (v as usize).min(self.ny.saturating_sub(2)));
        let (fu, fv) = (u - i as f64, v - j as f64);
        let value = |i: usize, j: usize| at(j.min(self.ny - 1) * self.nx + i.min(self.nx - 1));
        (value(i, j) * (1.0 - fu) + value(i + 1, j) * fu) * (1.0 - fv)
            + (value(i, j + 1) * (1.0 - fu) + value(i + 1, j + 1) * fu) * fv
    }

    /// The node nearest to a point, clamped to the grid.
    pub fn nearest(&self, p: Point2) -> (usize, usize) {
        let cell = (p - self.origin) / self.spacing;
        let clamp = |v: f64, n: usize| (v.round().max(0.0) as usize).min(n - 1);
        (clamp(cell.x, self.nx), clamp(cell.y, self.ny))
    }

    /// The runs of nodes along the rows that lie in a region (even-odd over all its rings), as ranges of their numbers.
    pub fn runs(&self, rings: &[&[Point2]]) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        let mut rows: Vec<Vec<f64>> = vec![Vec::new(); self.ny];
        let row = |y: f64| ((y - self.origin.y) / self.spacing).clamp(0.0, self.ny as f64);
        for ring in rings {
            for (k, a) in ring.iter().enumerate() {
                let b = ring[(k + 1) % ring.len()];
                // One row more on either side, so that rounding leaves out none.
                let first = (row(a.y.min(b.y)) as usize).saturating_sub(1);
                for (j, crossings) in rows.iter_mut().enumerate().take(row(a.y.max(b.y)) as usize + 2).skip(first) {
                    let y = self.origin.y + j as f64 * self.spacing;
                    if (a.y > y) != (b.y > y) {
                        crossings.push(a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y));
                    }
                }
            }
        }
        for (j, crossings) in rows.iter_mut().enumerate() {
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                let first = ((pair[0] - self.origin.x) / self.spacing).ceil().max(0.0) as usize;
                let last = ((pair[1] - self.origin.x) / self.spacing).floor();
                if last >= 0.0 {
                    let end = (last as usize).min(self.nx - 1) + 1;
                    if first < end {
                        runs.push(j * self.nx + first..j * self.nx + end);
                    }
                }
            }
        }
        runs
    }
}

/// The nodes about a node and itself.
pub(super) fn neighbours(i: usize, j: usize, nx: usize, ny: usize) -> impl Iterator<Item = (usize, usize)> {
    (j.saturating_sub(1)..=(j + 1).min(ny - 1))
        .flat_map(move |j| (i.saturating_sub(1)..=(i + 1).min(nx - 1)).map(move |i| (i, j)))
}

/// A height at every node of a lattice.
#[derive(Debug, Clone)]
pub struct Field {
    /// The grid.
    pub lattice: Lattice,
    /// Values, row by row from the south.
    pub values: Vec<f64>,
}

impl Field {
    /// The value at a point, bilinear, clamped to the rim.
    pub fn at(&self, p: Point2) -> f64 {
        self.lattice.value(p, |node| self.values[node])
    }
}
