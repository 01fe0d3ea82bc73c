//! Height grid used while the ground is built.

use super::lines::{GroundLines, extent};
use crate::build::BuildOptions;
use crate::build::surface::EdgeRings;
use haul_core::Point2;

/// Heights in double precision, on the grid of the later terrain.
pub(super) struct Raster {
    pub(super) origin: Point2,
    pub(super) spacing: f64,
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) heights: Vec<f64>,
}

impl Raster {
    /// Creates a grid around edges and lines, with the margin from the options. If the grid would have too many nodes,
    /// the spacing is increased. Returns `None` if the survey has no finite extent.
    pub(super) fn about(edges: &EdgeRings, lines: &GroundLines, options: &BuildOptions) -> Option<Raster> {
        let (low, high) = extent(edges, lines)?;
        let margin = options.margin.max(0.0);
        let size = high - low + nalgebra::Vector2::new(2.0 * margin, 2.0 * margin);
        if !(size.x.is_finite() && size.y.is_finite()) {
            return None;
        }
        let mut spacing = options.terrain_spacing.max(0.1);
        let most = options.terrain_nodes.max(16) as f64;
        while (size.x / spacing + 2.0) * (size.y / spacing + 2.0) > most {
            spacing *= 1.25;
        }
        // The origin is a multiple of the spacing, so that two surveys of the same mine have the same nodes.
        let down = |v: f64| ((v - margin) / spacing).floor() * spacing;
        let origin = Point2::new(down(low.x), down(low.y));
        let count = |h: f64, o: f64| ((h + margin - o) / spacing).ceil() as usize + 1;
        let (columns, rows) = (count(high.x, origin.x).max(2), count(high.y, origin.y).max(2));
        Some(Raster { origin, spacing, columns, rows, heights: vec![f64::NAN; columns * rows] })
    }

    pub(super) fn x(&self, i: usize) -> f64 {
        self.origin.x + i as f64 * self.spacing
    }

    pub(super) fn y(&self, j: usize) -> f64 {
        self.origin.y + j as f64 * self.spacing
    }

    /// Returns the south-western and north-eastern corners of a frame one cell outside the grid.
    pub(super) fn frame(&self) -> (Point2, Point2) {
        let s = self.spacing;
        let high = Point2::new(self.x(self.columns - 1) + s, self.y(self.rows - 1) + s);
        (Point2::new(self.origin.x - s, self.origin.y - s), high)
    }

    /// Returns the columns whose nodes lie in the interval [x0, x1].
    pub(super) fn columns_between(&self, x0: f64, x1: f64) -> std::ops::Range<usize> {
        nodes_between((x0 - self.origin.x) / self.spacing, (x1 - self.origin.x) / self.spacing, self.columns)
    }

    /// Returns the rows whose nodes lie in the interval [y0, y1].
    pub(super) fn rows_between(&self, y0: f64, y1: f64) -> std::ops::Range<usize> {
        nodes_between((y0 - self.origin.y) / self.spacing, (y1 - self.origin.y) / self.spacing, self.rows)
    }
}

/// Returns the indices of the nodes in the interval [u0, u1]. Casts saturate, so the range is within the grid for any
/// numbers.
fn nodes_between(u0: f64, u1: f64, count: usize) -> std::ops::Range<usize> {
    let first = u0.ceil().max(0.0) as usize;
    let end = if u1 < 0.0 { 0 } else { (u1.floor() as usize).saturating_add(1).min(count) };
    first.min(end)..end
}
