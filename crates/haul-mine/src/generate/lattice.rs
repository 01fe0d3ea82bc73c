//! A regular grid in plan, and fields on it.

use haul_core::{Point2, Vector2};
use std::ops::Range;

/// Nodes along a side of a tile.
pub const TILE: usize = 16;

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

impl Lattice {
    /// The grid of a spacing that covers a box.
    pub fn covering(low: Point2, high: Point2, spacing: f64) -> Self {
        let count = |span: f64| (span / spacing).ceil().max(1.0) as usize + 1;
        Self { origin: low, spacing, nx: count(high.x - low.x), ny: count(high.y - low.y) }
    }

    /// The grid over the same ground with as many times the spacing; its last nodes may lie beyond this one's.
    pub fn coarser(&self, times: usize) -> Self {
        let count = |n: usize| (n - 1).div_ceil(times) + 1;
        let spacing = self.spacing * times as f64;
        Self { origin: self.origin, spacing, nx: count(self.nx), ny: count(self.ny) }
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nx * self.ny
    }

    /// Place of a node.
    pub fn node(&self, i: usize, j: usize) -> Point2 {
        self.origin + Vector2::new(i as f64, j as f64) * self.spacing
    }

    /// Column and row of the south-western node of the cell that holds a point, clamped to the grid.
    pub fn cell(&self, p: Point2) -> (usize, usize) {
        let cell = (p - self.origin) / self.spacing;
        let clamp = |v: f64, n: usize| (v.max(0.0) as usize).min(n.saturating_sub(2));
        (clamp(cell.x, self.nx), clamp(cell.y, self.ny))
    }

    /// The node nearest to a point, clamped to the grid.
    pub fn nearest(&self, p: Point2) -> (usize, usize) {
        let cell = (p - self.origin) / self.spacing;
        let clamp = |v: f64, n: usize| ((v + 0.5).max(0.0) as usize).min(n - 1);
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
    pub values: Vec<f32>,
}

impl Field {
    /// The value at a point, bilinear, clamped to the rim.
    pub fn at(&self, p: Point2) -> f64 {
        let Lattice { origin, spacing, nx, ny } = self.lattice;
        let cell = (p - origin) / spacing;
        let (i, j) = self.lattice.cell(p);
        let share = |along: f64, first: usize| (along - first as f64).clamp(0.0, 1.0);
        let (u, v) = (share(cell.x, i), share(cell.y, j));
        // One node to the east and north, where there is one.
        let (east, north) = (usize::from(nx > 1), if ny > 1 { nx } else { 0 });
        let at = j * nx + i;
        let mix = |a: f64, b: f64, share: f64| a * (1.0 - share) + b * share;
        let row = |at: usize| mix(f64::from(self.values[at]), f64::from(self.values[at + east]), u);
        mix(row(at), row(at + north), v)
    }
}
