//! The ground: heights on a regular grid, and the wear of the roads on it.

mod bands;
mod condition;

pub(crate) use condition::GREATEST_WEAR;
pub use condition::RoadCondition;

use bands::Bands;
use haul_core::{Point2, Point3, Vector3};

/// The ground under a tyre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Footing {
    /// Mean height of the ground under the tyre, m.
    pub height: f64,
    /// Unit normal of the ground under the tyre, upwards.
    pub normal: Vector3,
}

/// Ground heights on a regular grid, bilinear between nodes.
///
/// Heights have single precision, so that a GeoTIFF holds them exactly. At 300 m above the datum, the step of an `f32`
/// is 0.03 mm.
#[derive(Debug, Clone, PartialEq)]
pub struct Terrain {
    origin: Point2,
    spacing: f64,
    columns: usize,
    rows: usize,
    heights: Bands,
    surveyed: bool,
}

/// Splits a non-negative number of cells into a whole number and a remainder.
#[inline]
fn apart(cells: f64) -> (usize, f64) {
    // 32-bit integers convert to a float and back in one instruction.
    let cell = cells as u32;
    (cell as usize, cells - f64::from(cell))
}

/// Returns the cell at the distance `cells` from the rim, and the share of the cell up to there, both clamped to a row
/// of nodes. The distance is in cells.
#[inline]
fn within(cells: f64, nodes: usize) -> (usize, f64) {
    // 32-bit integers convert to a float and back in one instruction. `max` comes before `min`, so that NaN becomes 0.
    let nodes = nodes as u32;
    let t = cells.max(0.0).min(f64::from(nodes - 1));
    let cell = (t as u32).min(nodes - 2);
    (cell as usize, t - f64::from(cell))
}

impl Terrain {
    /// Creates a grid from heights (m), row by row from the south, each row from the west.
    ///
    /// `origin` is the south-western node and `spacing` the distance between nodes, m. Returns `None` if there are
    /// fewer than two columns or rows, if the heights do not fill whole rows, if the spacing is not positive, or if a
    /// number is not finite.
    pub fn new(origin: Point2, spacing: f64, columns: usize, heights: Vec<f32>) -> Option<Terrain> {
        let rows = heights.len().checked_div(columns)?;
        let fits = |nodes: usize| nodes >= 2 && u32::try_from(nodes).is_ok();
        let sound = fits(columns)
            && fits(rows)
            && rows.checked_mul(columns) == Some(heights.len())
            && spacing.is_finite()
            && spacing > 0.0
            && origin.x.is_finite()
            && origin.y.is_finite()
            && heights.iter().all(|h| h.is_finite());
        sound.then(|| {
            let heights = Bands::of_rows(columns, &heights);
            Terrain { origin, spacing, columns, rows, heights, surveyed: false }
        })
    }

    /// Marks the ground beside the roads as known, because it was measured or designed. Otherwise it is only
    /// interpolated between the edges of the roads.
    pub fn surveyed(mut self) -> Terrain {
        self.surveyed = true;
        self
    }

    /// Returns true if the heights beside the roads are reliable.
    pub fn is_surveyed(&self) -> bool {
        self.surveyed
    }

    /// Returns the south-western and the north-eastern corner, m.
    pub fn bounds(&self) -> (Point2, Point2) {
        let reach = |n: usize| (n - 1) as f64 * self.spacing;
        (self.origin, Point2::new(self.origin.x + reach(self.columns), self.origin.y + reach(self.rows)))
    }

    /// Returns the distance between neighbouring nodes, m.
    pub fn spacing(&self) -> f64 {
        self.spacing
    }

    /// Returns the number of nodes from west to east and from south to north.
    pub fn size(&self) -> (usize, usize) {
        (self.columns, self.rows)
    }

    /// Returns the height of the node in column `i` and row `j`, m. Indices beyond the rim are clamped.
    pub fn node(&self, i: usize, j: usize) -> f64 {
        f64::from(self.heights.get(i.min(self.columns - 1), j.min(self.rows - 1)))
    }

    /// Returns all heights (m), row by row from the south, each row from the west.
    pub fn heights(&self) -> Vec<f32> {
        self.heights.to_rows()
    }

    /// Returns the cell that holds a point, as (column, row, share east, share north), clamped at the rim.
    fn cell(&self, x: f64, y: f64) -> (usize, usize, f64, f64) {
        let (i, u) = within((x - self.origin.x) / self.spacing, self.columns);
        let (j, v) = within((y - self.origin.y) / self.spacing, self.rows);
        (i, j, u, v)
    }

    /// Returns the height of the ground, m. It is bilinear between the nodes, clamped at the rim and never NaN.
    pub fn height(&self, x: f64, y: f64) -> f64 {
        let (i, j, u, v) = self.cell(x, y);
        self.mixed((i, u), (j, v))
    }

    /// Returns the height (m) in a cell by bilinear interpolation. Takes the cell's column and row, each with the
    /// position within the cell (0 to 1).
    #[inline]
    fn mixed(&self, (i, u): (usize, f64), (j, v): (usize, f64)) -> f64 {
        let h = self.heights.cell(i, j);
        let south = h[0] * (1.0 - u) + h[1] * u;
        let north = h[2] * (1.0 - u) + h[3] * u;
        south * (1.0 - v) + north * v
    }

    /// Returns true if the ground blocks the line of sight between two points.
    ///
    /// The line is divided into even parts of at most `step` (m). The ground is compared with the line at the points
    /// between the parts.
    pub(crate) fn hides(&self, from: Point3, to: Point3, step: f64) -> bool {
        let way = to - from;
        let pieces = (libm::hypot(way.x, way.y) / step).ceil().max(1.0) as u32;
        // Distances are in cells from the rim, so that the loop does not divide.
        let cells = |d: f64| d / self.spacing;
        let (x, y) = (cells(from.x - self.origin.x), cells(from.y - self.origin.y));
        let (east, north, up) = (cells(way.x), cells(way.y), way.z);
        let share = 1.0 / f64::from(pieces);
        let inner = |cells: f64, nodes: usize| cells >= 0.0 && cells < (nodes - 1) as f64;
        let is_inner = |x: f64, y: f64| inner(x, self.columns) && inner(y, self.rows);
        // If both ends are on the grid, all points between them are, and need no clamping.
        let is_within = is_inner(x, y) && is_inner(x + east, y + north);
        (1..pieces).any(|k| {
            let along = f64::from(k) * share;
            let (x, y) = (x + east * along, y + north * along);
            let (x, y) = if is_within { (apart(x), apart(y)) } else { (within(x, self.columns), within(y, self.rows)) };
            self.mixed(x, y) >= from.z + up * along
        })
    }

    /// Returns the unit normal of the ground, upwards. Slopes are central differences at the nodes and bilinear between
    /// them, so that the normal is continuous.
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

    /// Returns the height and the unit normal together, reading the sixteen nodes around the point once. The values
    /// equal those of [`height`](Self::height) and [`normal`](Self::normal).
    pub fn surface(&self, x: f64, y: f64) -> (f64, Vector3) {
        let (i, j, u, v) = self.cell(x, y);
        if !(1..self.columns - 2).contains(&i) || !(1..self.rows - 2).contains(&j) {
            return (self.height(x, y), self.normal(x, y));
        }
        // Rows j − 1 to j + 2, columns i − 1 to i + 2.
        let row = |r: usize| self.heights.four(i - 1, j + r - 1);
        let h = [row(0), row(1), row(2), row(3)];
        let mix = |a: f64, b: f64| a * (1.0 - u) + b * u;
        let height = mix(h[1][1], h[1][2]) * (1.0 - v) + mix(h[2][1], h[2][2]) * v;
        let east = |r: usize| mix(h[r][2] - h[r][0], h[r][3] - h[r][1]);
        let north = |r: usize| mix(h[r + 1][1] - h[r - 1][1], h[r + 1][2] - h[r - 1][2]);
        let double = 2.0 * self.spacing;
        let gx = (east(1) * (1.0 - v) + east(2) * v) / double;
        let gy = (north(1) * (1.0 - v) + north(2) * v) / double;
        let length = (gx * gx + gy * gy + 1.0).sqrt();
        (height, Vector3::new(-gx / length, -gy / length, 1.0 / length))
    }

    /// Returns the mean height and the plane of the ground under a tyre's contact rectangle.
    ///
    /// The rectangle has a length and a width (m), with its length along `heading` (rad). The plane passes through the
    /// midpoints of its sides, so that the tyre bridges a rut or a stone narrower than itself. Allocates nothing.
    pub fn under_tyre(&self, x: f64, y: f64, heading: f64, length: f64, width: f64) -> Footing {
        let (sin, cos) = (libm::sin(heading), libm::cos(heading));
        let (l, w) = (0.5 * length, 0.5 * width);
        let at = |a: f64, b: f64| self.height(x + a * cos - b * sin, y + a * sin + b * cos);
        let (front, back, left, right) = (at(l, 0.0), at(-l, 0.0), at(0.0, w), at(0.0, -w));
        let slope = |high: f64, low: f64, run: f64| if run > 0.0 { (high - low) / run } else { 0.0 };
        let (along, across) = (slope(front, back, length), slope(left, right, width));
        let (gx, gy) = (along * cos - across * sin, along * sin + across * cos);
        let size = (gx * gx + gy * gy + 1.0).sqrt();
        // Simpson's rule along the two centre lines of the rectangle.
        let height = (2.0 * at(0.0, 0.0) + front + back + left + right) / 6.0;
        Footing { height, normal: Vector3::new(-gx / size, -gy / size, 1.0 / size) }
    }

    /// Returns the slope at a node to the east and to the north, rise over run. It is one-sided at the rim.
    pub(crate) fn node_slope(&self, i: usize, j: usize) -> (f64, f64) {
        let (w, e) = (i.saturating_sub(1), (i + 1).min(self.columns - 1));
        let (s, n) = (j.saturating_sub(1), (j + 1).min(self.rows - 1));
        (
            (self.node(e, j) - self.node(w, j)) / ((e - w) as f64 * self.spacing),
            (self.node(i, n) - self.node(i, s)) / ((n - s) as f64 * self.spacing),
        )
    }

    /// Sets the height (m) of the node nearest to a point, computed from its old height. A result that is not finite
    /// changes nothing.
    pub(crate) fn set(&mut self, p: Point2, height: impl FnOnce(f64) -> f64) {
        let (i, j, u, v) = self.cell(p.x, p.y);
        let node = self.heights.get_mut(i + usize::from(u >= 0.5), j + usize::from(v >= 0.5));
        let new = height(f64::from(*node)) as f32;
        if new.is_finite() {
            *node = new;
        }
    }

    /// Raises the ground around a point by `height` (m); a negative height digs. The change decreases as a cosine to
    /// zero at `radius` (m). Returns the added volume, m³. Numbers that are not finite change nothing.
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
                    let at = self.heights.get_mut(i, j);
                    let before = f64::from(*at);
                    *at = (before + height * 0.5 * (1.0 + libm::cos(std::f64::consts::PI * share))) as f32;
                    volume += (f64::from(*at) - before) * self.spacing * self.spacing;
                }
            }
        }
        volume
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ground_above_the_line_of_sight_hides_the_target() {
        let heights = (0..40 * 30).map(|k| 6.0 * ((k % 40) as f32 * 0.5).sin() + 4.0 * ((k / 40) as f32 * 0.7).cos());
        let terrain = Terrain::new(Point2::new(-10.0, 5.0), 2.0, 40, heights.collect()).unwrap();
        let (low, high) = terrain.bounds();
        let (mut hidden, mut seen) = (0, 0);
        for k in 0..2_000_u32 {
            let at = |n: u32, low: f64, high: f64| low - 8.0 + f64::from(k * n % 997) / 997.0 * (high - low + 16.0);
            let from = Point3::new(at(7, low.x, high.x), at(31, low.y, high.y), 3.0 + f64::from(k % 9));
            // Some lines end on the last column.
            let to = Point3::new(if k % 5 == 0 { high.x } else { at(53, low.x, high.x) }, at(11, low.y, high.y), 2.0);
            let pieces = ((to - from).xy().norm() / 3.0).ceil().max(1.0) as u32;
            let is_hidden = (1..pieces).any(|n| {
                let p = from + (to - from) * (f64::from(n) / f64::from(pieces));
                terrain.height(p.x, p.y) >= p.z
            });
            assert_eq!(terrain.hides(from, to, 3.0), is_hidden, "{from:?} {to:?}");
            *(if is_hidden { &mut hidden } else { &mut seen }) += 1;
        }
        assert!(hidden > 200 && seen > 200, "{hidden} {seen}");
    }

    #[test]
    fn surface_equals_height_and_normal() {
        let heights = (0..30 * 20).map(|k| libm::sinf(k as f32 * 0.37) * 3.0).collect();
        let t = Terrain::new(Point2::new(-5.0, 3.0), 1.5, 30, heights).unwrap();
        for k in 0..2_000 {
            let (x, y) = (-12.0 + 0.031 * f64::from(k), 0.0 + 0.017 * f64::from(k));
            let (height, normal) = t.surface(x, y);
            assert!((height - t.height(x, y)).abs() < 1e-12, "at ({x}, {y})");
            assert!((normal - t.normal(x, y)).norm() < 1e-12, "at ({x}, {y})");
        }
        for odd in [f64::NAN, f64::INFINITY, -1e300] {
            assert!(t.surface(odd, 4.0).0.is_finite() && t.under_tyre(4.0, odd, 0.1, 0.5, 0.7).height.is_finite());
        }
    }

    #[test]
    fn tyre_bridges_a_narrow_rut_and_follows_a_plane() {
        let plane = |p: Point2| 0.10 * p.x - 0.04 * p.y;
        let heights = (0..80 * 80).map(|k| plane(Point2::new((k % 80) as f64 * 0.25, (k / 80) as f64 * 0.25)) as f32);
        let t = Terrain::new(Point2::origin(), 0.25, 80, heights.collect()).unwrap();
        let footing = t.under_tyre(10.0, 10.0, 0.7, 0.8, 0.735);
        assert!((footing.height - plane(Point2::new(10.0, 10.0))).abs() < 1e-5);
        assert!((footing.normal - Vector3::new(-0.10, 0.04, 1.0).normalize()).norm() < 1e-4);
        let mut rutted = t.clone();
        rutted.raise(Point2::new(10.0, 10.0), 0.3, -0.2);
        assert!(
            t.under_tyre(10.0, 10.0, 0.0, 0.8, 0.735).height - rutted.under_tyre(10.0, 10.0, 0.0, 0.8, 0.735).height
                < 0.1
        );
    }
}
