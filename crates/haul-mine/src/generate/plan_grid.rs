//! A regular grid in plan, and height fields on it.

use haul_core::{Point2, Vector2};
use std::ops::Range;

/// Number of nodes along a side of a tile.
pub const TILE: usize = 16;

/// A regular grid of nodes in plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanGrid {
    /// Position of the south-western node, m.
    pub origin: Point2,
    /// Distance between neighbouring nodes, m.
    pub spacing: f64,
    /// Number of nodes from west to east.
    pub nx: usize,
    /// Number of nodes from south to north.
    pub ny: usize,
}

impl PlanGrid {
    /// Returns the grid with the given spacing (m) that covers a box.
    pub fn covering(low: Point2, high: Point2, spacing: f64) -> Self {
        let count = |span: f64| (span / spacing).ceil().max(1.0) as usize + 1;
        Self { origin: low, spacing, nx: count(high.x - low.x), ny: count(high.y - low.y) }
    }

    /// Returns a coarser grid over the same area, with `times` the spacing. Its last nodes may lie outside this
    /// grid.
    pub fn coarser(&self, times: usize) -> Self {
        let count = |n: usize| (n - 1).div_ceil(times) + 1;
        let spacing = self.spacing * times as f64;
        Self { origin: self.origin, spacing, nx: count(self.nx), ny: count(self.ny) }
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.nx * self.ny
    }

    /// Returns the position of a node, m.
    pub fn node(&self, i: usize, j: usize) -> Point2 {
        self.origin + Vector2::new(i as f64, j as f64) * self.spacing
    }

    /// Returns the column and row of the south-western node of the cell that holds a point, clamped to the grid.
    pub fn cell(&self, p: Point2) -> (usize, usize) {
        let cell = (p - self.origin) / self.spacing;
        let clamp = |v: f64, n: usize| (v.max(0.0) as usize).min(n.saturating_sub(2));
        (clamp(cell.x, self.nx), clamp(cell.y, self.ny))
    }

    /// Returns the column and row of the node nearest to a point, clamped to the grid.
    pub fn nearest(&self, p: Point2) -> (usize, usize) {
        let cell = (p - self.origin) / self.spacing;
        let clamp = |v: f64, n: usize| ((v + 0.5).max(0.0) as usize).min(n - 1);
        (clamp(cell.x, self.nx), clamp(cell.y, self.ny))
    }

    /// Returns the runs of nodes along rows that lie inside a region, as ranges of node numbers. The even-odd rule
    /// over all rings defines the inside.
    pub fn runs(&self, rings: &[&[Point2]]) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        let mut rows: Vec<Vec<f64>> = vec![Vec::new(); self.ny];
        let row = |y: f64| ((y - self.origin.y) / self.spacing).clamp(0.0, self.ny as f64);
        for ring in rings {
            for (k, a) in ring.iter().enumerate() {
                let b = ring[(k + 1) % ring.len()];
                // One extra row on either side, so that rounding leaves out no row.
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

/// Returns a node and the nodes around it, by column and row.
pub(super) fn neighbours(i: usize, j: usize, nx: usize, ny: usize) -> impl Iterator<Item = (usize, usize)> {
    (j.saturating_sub(1)..=(j + 1).min(ny - 1))
        .flat_map(move |j| (i.saturating_sub(1)..=(i + 1).min(nx - 1)).map(move |i| (i, j)))
}

/// Heights at the nodes of a grid.
#[derive(Debug, Clone)]
pub struct Field {
    /// The grid.
    pub grid: PlanGrid,
    /// Heights, row by row from the south, m.
    pub values: Vec<f32>,
}

impl Field {
    /// Returns the bilinear height at a point, m, clamped to the edge of the grid.
    pub fn at(&self, p: Point2) -> f64 {
        let PlanGrid { origin, spacing, nx, ny } = self.grid;
        let cell = (p - origin) / spacing;
        let (i, j) = self.grid.cell(p);
        let share = |along: f64, first: usize| (along - first as f64).clamp(0.0, 1.0);
        let (u, v) = (share(cell.x, i), share(cell.y, j));
        // Index steps to the next node east and north, 0 in a grid of one column or row.
        let (east, north) = (usize::from(nx > 1), if ny > 1 { nx } else { 0 });
        let at = j * nx + i;
        let mix = |a: f64, b: f64, share: f64| a * (1.0 - share) + b * share;
        let row = |at: usize| mix(f64::from(self.values[at]), f64::from(self.values[at + east]), u);
        mix(row(at), row(at + north), v)
    }
}
