//! A measured elevation raster, which may have cells without data.

use haul_core::{Point2, Point3};

/// Elevations (m) at the centres of the cells in a regular grid. Cells without data are NaN.
#[derive(Debug, Clone, PartialEq)]
pub struct ElevationGrid {
    origin: Point2,
    step: (f64, f64),
    columns: usize,
    rows: usize,
    heights: Vec<f32>,
}

impl ElevationGrid {
    /// Creates a raster from heights (m), row by row from the south, and from west to east within a row.
    ///
    /// `origin` is the centre of the south-western cell, and `step` is the spacing of cells to the east and to the
    /// north (m). Returns `None` if the heights do not fill whole rows, if there are fewer than two rows or columns, or
    /// if a step is not positive.
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

    /// Returns the number of columns and the number of rows.
    pub fn size(&self) -> (usize, usize) {
        (self.columns, self.rows)
    }

    /// Returns the spacing of cells to the east and to the north (m).
    pub fn step(&self) -> (f64, f64) {
        self.step
    }

    /// Returns the centre (m) of the cell in column `i` and row `j`.
    pub fn place(&self, i: usize, j: usize) -> Point2 {
        Point2::new(self.origin.x + i as f64 * self.step.0, self.origin.y + j as f64 * self.step.1)
    }

    /// Returns the centres (m) of the south-western and north-eastern cells.
    pub fn bounds(&self) -> (Point2, Point2) {
        (self.origin, self.place(self.columns - 1, self.rows - 1))
    }

    /// Returns the elevation (m) of the cell in column `i` and row `j`, if it is known.
    pub fn cell(&self, i: usize, j: usize) -> Option<f64> {
        if i >= self.columns || j >= self.rows {
            return None;
        }
        let h = self.heights[j * self.columns + i];
        h.is_finite().then_some(f64::from(h))
    }

    /// Returns the number of cells whose elevation is known.
    pub fn known(&self) -> usize {
        self.heights.iter().filter(|h| h.is_finite()).count()
    }

    /// Returns the bilinear elevation (m) at a point, if all four cells around the point are known.
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

    /// Converts the raster to metres. `plan` and `up` are the lengths (m) of the raster's units for plan and heights.
    pub(crate) fn scaled(mut self, plan: f64, up: f64) -> ElevationGrid {
        self.origin = Point2::new(self.origin.x * plan, self.origin.y * plan);
        self.step = (self.step.0 * plan, self.step.1 * plan);
        self.heights.iter_mut().for_each(|h| *h = (f64::from(*h) * up) as f32);
        self
    }

    /// Subtracts a datum (m) from the position and the heights of the raster.
    pub(crate) fn rebased(mut self, datum: Point3) -> ElevationGrid {
        self.origin = Point2::new(self.origin.x - datum.x, self.origin.y - datum.y);
        self.heights.iter_mut().for_each(|h| *h = (f64::from(*h) - datum.z) as f32);
        self
    }
}
