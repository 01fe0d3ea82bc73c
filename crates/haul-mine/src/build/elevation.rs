//! A measured raster of elevations, with cells at which nothing is known.

use haul_core::{Point2, Point3};

/// Elevations at the middles of regular cells; NaN where there is no data.
#[derive(Debug, Clone, PartialEq)]
pub struct ElevationGrid {
    origin: Point2,
    step: (f64, f64),
    columns: usize,
    rows: usize,
    heights: Vec<f32>,
}

impl ElevationGrid {
    /// A raster whose south-west cell has its middle at `origin`, cells `step` apart to the east and to the north (m),
    /// heights row by row from the south, each row from the west. `None` where it has no whole number of rows, fewer than
    /// two either way, or its steps are not positive.
    pub fn new(origin: Point2, step: (f64, f64), columns: usize, heights: Vec<f32>) -> Option<ElevationGrid> {
        let rows = heights.len().checked_div(columns)?;
        let sound = columns >= 2
            && rows >= 2
            && rows.checked_mul(columns) == Some(heights.len())
            && [origin.x, origin.y, step.0, step.1].iter().all(|v| v.is_finite())
            && step.0 > 0.0
            && step.1 > 0.0;
        sound.then_some(ElevationGrid { origin, step, columns, rows, heights })
    }

    /// Columns and rows.
    pub fn size(&self) -> (usize, usize) {
        (self.columns, self.rows)
    }

    /// Distance between cells to the east and to the north, m.
    pub fn step(&self) -> (f64, f64) {
        self.step
    }

    /// Middle of a cell.
    pub fn place(&self, i: usize, j: usize) -> Point2 {
        Point2::new(self.origin.x + i as f64 * self.step.0, self.origin.y + j as f64 * self.step.1)
    }

    /// Middles of the south-west and the north-east cell.
    pub fn bounds(&self) -> (Point2, Point2) {
        (self.origin, self.place(self.columns - 1, self.rows - 1))
    }

    /// Elevation of a cell, where it is known.
    pub fn cell(&self, i: usize, j: usize) -> Option<f64> {
        if i >= self.columns || j >= self.rows {
            return None;
        }
        let h = self.heights[j * self.columns + i];
        h.is_finite().then_some(f64::from(h))
    }

    /// Cells at which the elevation is known.
    pub fn known(&self) -> usize {
        self.heights.iter().filter(|h| h.is_finite()).count()
    }

    /// Elevation at a point, m: bilinear between four cells that are all known, else nothing.
    pub fn height(&self, p: Point2) -> Option<f64> {
        let (u, v) = ((p.x - self.origin.x) / self.step.0, (p.y - self.origin.y) / self.step.1);
        let (w, n) = ((self.columns - 1) as f64, (self.rows - 1) as f64);
        if !(u >= 0.0 && v >= 0.0 && u <= w && v <= n) {
            return None;
        }
        let (i, j) = ((u as usize).min(self.columns - 2), (v as usize).min(self.rows - 2));
        let (u, v) = (u - i as f64, v - j as f64);
        let south = self.cell(i, j)? * (1.0 - u) + self.cell(i + 1, j)? * u;
        let north = self.cell(i, j + 1)? * (1.0 - u) + self.cell(i + 1, j + 1)? * u;
        Some(south * (1.0 - v) + north * v)
    }

    /// Moves, scales and turns it with the coordinates it came in: metres for a unit, and what the datum takes away.
    pub(crate) fn rebased(mut self, metres: f64, datum: Point3) -> ElevationGrid {
        self.origin = Point2::new(self.origin.x * metres - datum.x, self.origin.y * metres - datum.y);
        self.step = (self.step.0 * metres, self.step.1 * metres);
        self.heights.iter_mut().for_each(|h| *h = (f64::from(*h) * metres - datum.z) as f32);
        self
    }
}
