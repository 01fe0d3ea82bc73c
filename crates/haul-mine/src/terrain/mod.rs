//! The ground: heights on a regular grid, bilinear between its nodes, and how worn the roads on it are.

mod bands;
mod condition;

pub(crate) use condition::DEEPEST;
pub use condition::RoadCondition;

use bands::Bands;
use haul_core::{Point2, Point3, Vector3};

/// What a tyre stands on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Footing {
    /// Mean height, m.
    pub height: f64,
    /// Unit normal, upwards.
    pub normal: Vector3,
}

/// Heights on a regular grid. Single precision, so that a GeoTIFF holds them exactly; about a datum elevation the
/// step of an `f32` is 0.03 mm at 300 m.
#[derive(Debug, Clone, PartialEq)]
pub struct Terrain {
    origin: Point2,
    spacing: f64,
    columns: usize,
    rows: usize,
    heights: Bands,
    surveyed: bool,
}

/// A number of cells that is not negative, parted into whole ones and the rest.
#[inline]
fn apart(cells: f64) -> (usize, f64) {
    // In 32 bits, which turn into a float and back in one step.
    let cell = cells as u32;
    (cell as usize, cells - f64::from(cell))
}

/// The cell so many cells from the rim, of a number of nodes, and the share of the way through it. Clamped.
#[inline]
fn within(cells: f64, nodes: usize) -> (usize, f64) {
    // In 32 bits, which turn into a float and back in one step. max before min: a NaN becomes 0 and so a node of the grid.
    let nodes = nodes as u32;
    let t = cells.max(0.0).min(f64::from(nodes - 1));
    let cell = (t as u32).min(nodes - 2);
    (cell as usize, t - f64::from(cell))
}

impl Terrain {
    /// A grid whose node (0, 0) is the south-west corner `origin`, `spacing` m apart, heights row by row from the
    /// south, each row from the west. `None` where it has fewer than two columns or rows, the number of heights is
    /// not columns × rows, the spacing is not positive, or a number is not finite.
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

    /// The same ground, known beside the roads as well: measured or designed, not drawn from the roads' edges alone.
    pub fn surveyed(mut self) -> Terrain {
        self.surveyed = true;
        self
    }

    /// Whether the heights beside the roads can be relied on.
    pub fn is_surveyed(&self) -> bool {
        self.surveyed
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
        f64::from(self.heights.get(i.min(self.columns - 1), j.min(self.rows - 1)))
    }

    /// All heights, row by row from the south, each row from the west, m.
    pub fn heights(&self) -> Vec<f32> {
        self.heights.to_rows()
    }

    /// The cell that holds a point, and where in it: (column, row, share east, share north). Clamped at the rim.
    fn cell(&self, x: f64, y: f64) -> (usize, usize, f64, f64) {
        let (i, u) = within((x - self.origin.x) / self.spacing, self.columns);
        let (j, v) = within((y - self.origin.y) / self.spacing, self.rows);
        (i, j, u, v)
    }

    /// Height of the ground, m: bilinear between the nodes, clamped at the rim, never NaN.
    pub fn height(&self, x: f64, y: f64) -> f64 {
        let (i, j, u, v) = self.cell(x, y);
        self.mixed((i, u), (j, v))
    }

    /// The same in a cell by its column and row and the shares of the way through it.
    #[inline]
    fn mixed(&self, (i, u): (usize, f64), (j, v): (usize, f64)) -> f64 {
        let h = self.heights.cell(i, j);
        let south = h[0] * (1.0 - u) + h[1] * u;
        let north = h[2] * (1.0 - u) + h[3] * u;
        south * (1.0 - v) + north * v
    }

    /// Whether the ground stands between two points: as high as the straight way from one to the other, or higher, at any of
    /// the points that part it into even pieces of at most a step (m).
    pub(crate) fn hides(&self, from: Point3, to: Point3, step: f64) -> bool {
        let way = to - from;
        let pieces = (libm::hypot(way.x, way.y) / step).ceil().max(1.0) as u32;
        // In cells from the rim, so that nothing is divided on the way.
        let cells = |d: f64| d / self.spacing;
        let (x, y) = (cells(from.x - self.origin.x), cells(from.y - self.origin.y));
        let (east, north, up) = (cells(way.x), cells(way.y), way.z);
        let share = 1.0 / f64::from(pieces);
        let inner = |cells: f64, nodes: usize| cells >= 0.0 && cells < (nodes - 1) as f64;
        let is_inner = |x: f64, y: f64| inner(x, self.columns) && inner(y, self.rows);
        // Between two places on the grid all are: there nothing is clamped.
        let is_within = is_inner(x, y) && is_inner(x + east, y + north);
        (1..pieces).any(|k| {
            let along = f64::from(k) * share;
            let (x, y) = (x + east * along, y + north * along);
            let (x, y) = if is_within { (apart(x), apart(y)) } else { (within(x, self.columns), within(y, self.rows)) };
            self.mixed(x, y) >= from.z + up * along
        })
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

    /// Height and unit normal together, from the sixteen nodes about a point looked at once. The same figures as
    /// [`height`](Self::height) and [`normal`](Self::normal).
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

    /// The ground under a tyre's footprint, a rectangle of a length and a width (m) about a point, its length along
    /// `heading` (rad): mean height and the plane through its edges' middles, so that a rut or a stone narrower than the
    /// tyre is bridged as the tyre bridges it. Allocates nothing.
    pub fn under_tyre(&self, x: f64, y: f64, heading: f64, length: f64, width: f64) -> Footing {
        let (sin, cos) = (libm::sin(heading), libm::cos(heading));
        let (l, w) = (0.5 * length, 0.5 * width);
        let at = |a: f64, b: f64| self.height(x + a * cos - b * sin, y + a * sin + b * cos);
        let (front, back, left, right) = (at(l, 0.0), at(-l, 0.0), at(0.0, w), at(0.0, -w));
        let slope = |high: f64, low: f64, run: f64| if run > 0.0 { (high - low) / run } else { 0.0 };
        let (along, across) = (slope(front, back, length), slope(left, right, width));
        let (gx, gy) = (along * cos - across * sin, along * sin + across * cos);
        let size = (gx * gx + gy * gy + 1.0).sqrt();
        // Simpson's rule over the rectangle's two middle lines.
        let height = (2.0 * at(0.0, 0.0) + front + back + left + right) / 6.0;
        Footing { height, normal: Vector3::new(-gx / size, -gy / size, 1.0 / size) }
    }

    /// Slope at a node, rise/run to the east and to the north; one-sided at the rim.
    pub(crate) fn node_slope(&self, i: usize, j: usize) -> (f64, f64) {
        let (w, e) = (i.saturating_sub(1), (i + 1).min(self.columns - 1));
        let (s, n) = (j.saturating_sub(1), (j + 1).min(self.rows - 1));
        (
            (self.node(e, j) - self.node(w, j)) / ((e - w) as f64 * self.spacing),
            (self.node(i, n) - self.node(i, s)) / ((n - s) as f64 * self.spacing),
        )
    }

    /// Sets the height of the node nearest to a point, m, from what it is. A height that is not finite changes nothing.
    pub(crate) fn set(&mut self, p: Point2, height: impl FnOnce(f64) -> f64) {
        let (i, j, u, v) = self.cell(p.x, p.y);
        let node = self.heights.get_mut(i + usize::from(u >= 0.5), j + usize::from(v >= 0.5));
        let new = height(f64::from(*node)) as f32;
        if new.is_finite() {
            *node = new;
        }
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
    fn what_hides_is_ground_as_high_as_the_way_inside_and_beyond_the_rim() {
        let heights = (0..40 * 30).map(|k| 6.0 * ((k % 40) as f32 * 0.5).sin() + 4.0 * ((k / 40) as f32 * 0.7).cos());
        let terrain = Terrain::new(Point2::new(-10.0, 5.0), 2.0, 40, heights.collect()).unwrap();
        let (low, high) = terrain.bounds();
        let (mut hidden, mut seen) = (0, 0);
        for k in 0..2_000_u32 {
            let at = |n: u32, low: f64, high: f64| low - 8.0 + f64::from(k * n % 997) / 997.0 * (high - low + 16.0);
            let from = Point3::new(at(7, low.x, high.x), at(31, low.y, high.y), 3.0 + f64::from(k % 9));
            // Also along the last row and column.
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
    fn height_and_normal_together_are_those_asked_for_one_by_one() {
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
    fn a_tyre_bridges_a_rut_narrower_than_itself_and_stands_on_a_plane_as_it_lies() {
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
