//! The ground: heights on a regular grid, bilinear between its nodes.

use haul_core::{Point2, Vector3};

/// Heights on a regular grid. Single precision, so that a GeoTIFF holds them exactly; about a datum elevation the
/// step of an `f32` is 0.03 mm at 300 m.
#[derive(Debug, Clone, PartialEq)]
pub struct Terrain {
    origin: Point2,
    spacing: f64,
    columns: usize,
    rows: usize,
    heights: Vec<f32>,
}

impl Terrain {
    /// A grid whose node (0, 0) is the south-west corner `origin`, `spacing` m apart, heights row by row from the
    /// south, each row from the west. `None` where it has fewer than two columns or rows, the number of heights is
    /// not columns × rows, the spacing is not positive, or a number is not finite.
    pub fn new(origin: Point2, spacing: f64, columns: usize, heights: Vec<f32>) -> Option<Terrain> {
        let rows = heights.len().checked_div(columns)?;
        let sound = columns >= 2
            && rows >= 2
            && rows.checked_mul(columns) == Some(heights.len())
            && spacing.is_finite()
            && spacing > 0.0
            && origin.x.is_finite()
            && origin.y.is_finite()
            && heights.iter().all(|h| h.is_finite());
        sound.then_some(Terrain { origin, spacing, columns, rows, heights })
    }

    /// Least and greatest corner, m.
    pub fn bounds(&self) -> (Point2, Point2) {
        let reach = |n: usize| (n - 1) as f64 * self.spacing;
        (self.origin, Point2::new(self.origin.x + reach(self.columns), self.origin.y + reach(self.rows)))
    }

    /// Distance between neighbouring nodes, m.
    pub fn spacing(&self) -> f64 {
        self.spacing
    }

    /// Nodes from west to east, and from south to north.
    pub fn size(&self) -> (usize, usize) {
        (self.columns, self.rows)
    }

    /// Height of the node in column `i` and row `j`, m; beyond the rim that of the nearest node.
    pub fn node(&self, i: usize, j: usize) -> f64 {
        f64::from(self.heights[j.min(self.rows - 1) * self.columns + i.min(self.columns - 1)])
    }

    /// All heights, row by row from the south, each row from the west, m.
    pub fn heights(&self) -> &[f32] {
        &self.heights
    }

    /// The cell that holds a point, and where in it: (column, row, share east, share north). Clamped at the rim.
    fn cell(&self, x: f64, y: f64) -> (usize, usize, f64, f64) {
        // max before min: a NaN becomes 0 and so a node of the grid.
        let u = ((x - self.origin.x) / self.spacing).max(0.0).min((self.columns - 1) as f64);
        let v = ((y - self.origin.y) / self.spacing).max(0.0).min((self.rows - 1) as f64);
        let (i, j) = ((u as usize).min(self.columns - 2), (v as usize).min(self.rows - 2));
        (i, j, u - i as f64, v - j as f64)
    }

    /// Height of the ground, m: bilinear between the nodes, clamped at the rim, never NaN.
    pub fn height(&self, x: f64, y: f64) -> f64 {
        let (i, j, u, v) = self.cell(x, y);
        let south = self.node(i, j) * (1.0 - u) + self.node(i + 1, j) * u;
        let north = self.node(i, j + 1) * (1.0 - u) + self.node(i + 1, j + 1) * u;
        south * (1.0 - v) + north * v
    }

    /// Unit normal of the ground, upwards. The slope is taken by central differences at the nodes and is bilinear
    /// between them, so that the normal turns without jumps.
    pub fn normal(&self, x: f64, y: f64) -> Vector3 {
        let (i, j, u, v) = self.cell(x, y);
        let mut slope = (0.0, 0.0);
        for (di, dj, share) in
            [(0, 0, (1.0 - u) * (1.0 - v)), (1, 0, u * (1.0 - v)), (0, 1, (1.0 - u) * v), (1, 1, u * v)]
        {
            let (east, north) = self.node_slope(i + di, j + dj);
            slope = (slope.0 + east * share, slope.1 + north * share);
        }
        Vector3::new(-slope.0, -slope.1, 1.0).normalize()
    }

    /// Slope at a node, rise/run to the east and to the north; one-sided at the rim.
    fn node_slope(&self, i: usize, j: usize) -> (f64, f64) {
        let (w, e) = (i.saturating_sub(1), (i + 1).min(self.columns - 1));
        let (s, n) = (j.saturating_sub(1), (j + 1).min(self.rows - 1));
        (
            (self.node(e, j) - self.node(w, j)) / ((e - w) as f64 * self.spacing),
            (self.node(i, n) - self.node(i, s)) / ((n - s) as f64 * self.spacing),
        )
    }

    /// Raises the ground about a point by `height` (m, negative digs), falling off as a cosine to nothing at
    /// `radius` (m). Returns the volume added, m³. Numbers that are not finite change nothing.
    pub fn raise(&mut self, centre: Point2, radius: f64, height: f64) -> f64 {
        if !(centre.x.is_finite() && centre.y.is_finite() && height.is_finite() && radius.is_finite() && radius > 0.0) {
            return 0.0;
        }
        let (i0, j0, ..) = self.cell(centre.x - radius, centre.y - radius);
        let (i1, j1, ..) = self.cell(centre.x + radius, centre.y + radius);
        let mut volume = 0.0;
        for j in j0..=(j1 + 1) {
            for i in i0..=(i1 + 1) {
                let x = self.origin.x + i as f64 * self.spacing - centre.x;
                let y = self.origin.y + j as f64 * self.spacing - centre.y;
                let share = libm::hypot(x, y) / radius;
                if share < 1.0 {
                    let at = &mut self.heights[j * self.columns + i];
                    let before = f64::from(*at);
                    *at = (before + height * 0.5 * (1.0 + libm::cos(std::f64::consts::PI * share))) as f32;
                    volume += (f64::from(*at) - before) * self.spacing * self.spacing;
                }
            }
        }
        volume
    }
}
