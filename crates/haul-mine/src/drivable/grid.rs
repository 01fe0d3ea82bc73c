//! Spatial index of the drivable edge: the segments that pass through each square of a grid.

use haul_core::{Footprint, Point2, Polygon, Pose2, Rectangle, Vector2};
use std::ops::Range;

/// Minimum side length of a grid square, m: a few times the usual spacing of edge points, and a fraction of a road's
/// width.
const LEAST_CELL: f64 = 4.0;
/// Maximum number of grid squares. For a larger surface, the squares are made larger.
const MOST_CELLS: f64 = 4.0e6;
/// Maximum number of grid squares along one side of the grid.
const MOST_ALONG: f64 = 1.0e6;
/// Tolerance at the border of a square, m, so that rounding never hides a segment from a neighbour.
const BORDER_TOLERANCE: f64 = 1e-6;

/// Edge segments by grid square.
#[derive(Debug, Clone)]
pub(super) struct SegmentGrid {
    origin: Point2,
    cell: f64,
    columns: usize,
    rows: usize,
    /// Index in `items` at which the segments of each square start.
    starts: Vec<u32>,
    /// Indices of segments, square by square.
    items: Vec<u32>,
    segments: Vec<(Point2, Point2)>,
    /// Number of rings of squares between each square and the nearest square with a segment (chessboard distance).
    empty_rings: Vec<u16>,
    /// True for each square whose centre is on the surface. In a square without a segment, this holds for the whole
    /// square.
    inside: Vec<bool>,
}

/// Returns the point of a segment nearest to `p`.
pub(super) fn nearest_on(p: Point2, a: Point2, b: Point2) -> Point2 {
    let along = b - a;
    let span = along.norm_squared();
    let t = if span > 0.0 { ((p - a).dot(&along) / span).clamp(0.0, 1.0) } else { 0.0 };
    a + along * t
}

/// Returns the squared distance from a point to a segment, m².
fn distance_squared(p: Point2, (a, b): (Point2, Point2)) -> f64 {
    (p - nearest_on(p, a, b)).norm_squared()
}

impl SegmentGrid {
    /// Creates the index of a polygon's edge. Returns `None` if there is no edge.
    pub(super) fn new(polygon: &Polygon) -> Option<SegmentGrid> {
        let segments: Vec<(Point2, Point2)> = polygon.segments().collect();
        let first = segments.first()?.0;
        let (low, high) = segments.iter().fold((first, first), |(l, h), (a, _)| (l.inf(a), h.sup(a)));
        let (width, height) = (high.x - low.x, high.y - low.y);
        let cell = LEAST_CELL
            .max(((width + LEAST_CELL) * (height + LEAST_CELL) / MOST_CELLS).sqrt())
            .max(width.max(height) / MOST_ALONG);
        let origin = Point2::new(low.x - cell, low.y - cell);
        let (columns, rows) = ((width / cell) as usize + 3, (height / cell) as usize + 3);
        let mut grid = SegmentGrid {
            origin,
            cell,
            columns,
            rows,
            starts: vec![0; columns * rows + 1],
            items: Vec::new(),
            segments,
            empty_rings: Vec::new(),
            inside: Vec::new(),
        };
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for s in 0..grid.segments.len() {
            grid.squares_of(grid.segments[s], |square| pairs.push((square as u32, s as u32)));
        }
        pairs.sort_unstable();
        for &(square, _) in &pairs {
            grid.starts[square as usize + 1] += 1;
        }
        for k in 0..columns * rows {
            grid.starts[k + 1] += grid.starts[k];
        }
        grid.items = pairs.into_iter().map(|(_, s)| s).collect();
        grid.empty_rings = grid.measure_empty_rings();
        grid.inside = grid.classify();
        Some(grid)
    }

    pub(super) fn segment(&self, index: u32) -> (Point2, Point2) {
        self.segments[index as usize]
    }

    fn column(&self, x: f64) -> usize {
        // The cast saturates, so that any number gives a column of the grid.
        (((x - self.origin.x) / self.cell) as usize).min(self.columns - 1)
    }

    fn row(&self, y: f64) -> usize {
        (((y - self.origin.y) / self.cell) as usize).min(self.rows - 1)
    }

    /// Returns the segments of a square.
    fn items_of(&self, square: usize) -> &[u32] {
        &self.items[self.starts[square] as usize..self.starts[square + 1] as usize]
    }

    /// Visits all squares that a segment passes through, column by column.
    fn squares_of(&self, (a, b): (Point2, Point2), mut visit: impl FnMut(usize)) {
        let (a, b) = if a.x <= b.x { (a, b) } else { (b, a) };
        for i in self.column(a.x - BORDER_TOLERANCE)..=self.column(b.x + BORDER_TOLERANCE) {
            let west = self.origin.x + i as f64 * self.cell - BORDER_TOLERANCE;
            let east = west + self.cell + 2.0 * BORDER_TOLERANCE;
            let y_at = |x: f64| {
                if b.x > a.x { a.y + (b.y - a.y) * ((x - a.x) / (b.x - a.x)).clamp(0.0, 1.0) } else { a.y }
            };
            let (mut y0, mut y1) = (y_at(west), y_at(east));
            if b.x - a.x < 2.0 * BORDER_TOLERANCE {
                (y0, y1) = (a.y, b.y);
            }
            if y0 > y1 {
                (y0, y1) = (y1, y0);
            }
            for j in self.row(y0 - BORDER_TOLERANCE)..=self.row(y1 + BORDER_TOLERANCE) {
                visit(j * self.columns + i);
            }
        }
    }

    /// Computes the chessboard distances to the nearest square with a segment.
    fn measure_empty_rings(&self) -> Vec<u16> {
        let (w, h) = (self.columns, self.rows);
        let mut rings: Vec<u16> = (0..w * h).map(|k| if self.items_of(k).is_empty() { u16::MAX } else { 0 }).collect();
        let mut relax = |k: usize, from: usize| rings[k] = rings[k].min(rings[from].saturating_add(1));
        // Chessboard distance in two sweeps (Rosenfeld and Pfaltz 1966).
        for j in 0..h {
            for i in 0..w {
                let k = j * w + i;
                if i > 0 {
                    relax(k, k - 1);
                }
                if j > 0 {
                    relax(k, k - w);
                    if i > 0 {
                        relax(k, k - w - 1);
                    }
                    if i + 1 < w {
                        relax(k, k - w + 1);
                    }
                }
            }
        }
        for j in (0..h).rev() {
            for i in (0..w).rev() {
                let k = j * w + i;
                if i + 1 < w {
                    relax(k, k + 1);
                }
                if j + 1 < h {
                    relax(k, k + w);
                    if i + 1 < w {
                        relax(k, k + w + 1);
                    }
                    if i > 0 {
                        relax(k, k + w - 1);
                    }
                }
            }
        }
        rings
    }

    /// Returns true for each square whose centre is on the surface, by the even-odd rule along each row.
    fn classify(&self) -> Vec<bool> {
        let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); self.rows];
        let middle = |j: usize| self.origin.y + (j as f64 + 0.5) * self.cell;
        for &(a, b) in &self.segments {
            let (low, high) = (a.y.min(b.y), a.y.max(b.y));
            let (first, last) = (self.row(low - self.cell), self.row(high + self.cell));
            for (j, row) in crossings.iter_mut().enumerate().take(last + 1).skip(first) {
                row.extend(crossing(a, b, middle(j)));
            }
        }
        let mut inside = vec![false; self.columns * self.rows];
        for (j, row) in crossings.iter_mut().enumerate() {
            row.sort_by(f64::total_cmp);
            for i in 0..self.columns {
                let x = self.origin.x + (i as f64 + 0.5) * self.cell;
                inside[j * self.columns + i] = row.partition_point(|&c| c <= x) % 2 == 1;
            }
        }
        inside
    }

    /// Returns true if a point is on the surface, by the even-odd rule along a line to the east. The line ends at the
    /// next square without a segment.
    pub(super) fn contains(&self, p: Point2) -> bool {
        let (u, v) = ((p.x - self.origin.x) / self.cell, (p.y - self.origin.y) / self.cell);
        // Written so that NaN is outside.
        if !(u >= 0.0 && v >= 0.0 && u < self.columns as f64 && v < self.rows as f64) {
            return false;
        }
        let (row, first) = (self.row(p.y), self.column(p.x));
        let mut odd = false;
        for i in first..self.columns {
            let square = row * self.columns + i;
            let items = self.items_of(square);
            if items.is_empty() {
                return odd != self.inside[square];
            }
            for &s in items {
                let (a, b) = self.segments[s as usize];
                // A segment counts only in the square that holds the crossing.
                if let Some(x) = crossing(a, b, p.y)
                    && x > p.x
                    && self.column(x) == i
                {
                    odd = !odd;
                }
            }
        }
        odd
    }

    /// Returns the nearest segment and its distance, m. Returns `None` for a point that is not finite.
    pub(super) fn nearest(&self, p: Point2) -> Option<(u32, f64)> {
        if !(p.x.is_finite() && p.y.is_finite()) {
            return None;
        }
        let (ci, cj) = (self.column(p.x) as isize, self.row(p.y) as isize);
        let low = self.origin;
        let high = Point2::new(low.x + self.columns as f64 * self.cell, low.y + self.rows as f64 * self.cell);
        // q is the nearest point of the grid's box. For a point x inside the convex box,
        // |p − x|² ≥ |p − q|² + |q − x|².
        let q = p.sup(&low).inf(&high);
        let beyond = (p - q).norm_squared();
        let within = |v: f64, c: isize| {
            let share = v - c as f64 * self.cell;
            share.min(self.cell - share).max(0.0)
        };
        let slack = within(q.x - low.x, ci).min(within(q.y - low.y, cj));
        let start = self.empty_rings[cj as usize * self.columns + ci as usize] as isize;
        let mut best: Option<(u32, f64)> = None;
        for ring in start..=(self.columns.max(self.rows) as isize) {
            let reach = ((ring - 1) as f64 * self.cell + slack).max(0.0);
            if best.is_some_and(|(_, d)| d <= reach * reach + beyond) && ring > 0 {
                break;
            }
            self.ring(ci, cj, ring, |square| {
                for &s in self.items_of(square) {
                    let d = distance_squared(p, self.segments[s as usize]);
                    if best.is_none_or(|(_, least)| d < least) {
                        best = Some((s, d));
                    }
                }
            });
        }
        best.map(|(s, d)| (s, d.sqrt()))
    }

    /// Visits the squares with segments in the ring number `ring` around the square (`ci`, `cj`), clipped to the grid.
    fn ring(&self, ci: isize, cj: isize, ring: isize, mut visit: impl FnMut(usize)) {
        let (w, h) = (self.columns as isize, self.rows as isize);
        let side = |from: isize, to: isize, most: isize| from.max(0) as usize..(to.min(most - 1) + 1).max(0) as usize;
        for j in [cj - ring, cj + ring].into_iter().filter(|&j| j >= 0 && j < h) {
            let first = j as usize * self.columns;
            self.held(side(ci - ring, ci + ring, w), |i| first + i, &mut visit);
            if ring == 0 {
                return;
            }
        }
        for i in [ci - ring, ci + ring].into_iter().filter(|&i| i >= 0 && i < w) {
            self.held(side(cj - ring + 1, cj + ring - 1, h), |j| j * self.columns + i as usize, &mut visit);
        }
    }

    /// Visits the squares with segments along one line of the grid. Skips empty squares by their distance to the
    /// nearest segment.
    fn held(&self, line: Range<usize>, square: impl Fn(usize) -> usize, mut visit: impl FnMut(usize)) {
        let mut at = line.start;
        while at < line.end {
            let here = square(at);
            let empty = usize::from(self.empty_rings[here]);
            if empty == 0 {
                visit(here);
            }
            at += empty.max(1);
        }
    }

    /// Returns the segments in the squares that a box touches, each once, in order of index.
    pub(super) fn near(&self, bounds: (Point2, Point2)) -> Vec<u32> {
        let mut found = Vec::new();
        self.visit_near(bounds, |s| found.push(s));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Visits the segments in the squares that a box touches. A segment in several squares is visited several times.
    pub(super) fn visit_near(&self, (low, high): (Point2, Point2), mut visit: impl FnMut(u32)) {
        if low.x <= high.x && low.y <= high.y {
            for j in self.row(low.y)..=self.row(high.y) {
                for i in self.column(low.x)..=self.column(high.x) {
                    self.items_of(j * self.columns + i).iter().for_each(|s| visit(*s));
                }
            }
        }
    }

    /// Returns the clearance of a footprint at a pose, m. `near` may hold a segment that is expected to be near, and
    /// receives the nearest segment.
    pub(super) fn footprint_clearance(&self, footprint: &Footprint, pose: Pose2, near: &mut Option<u32>) -> f64 {
        let frame = Rectangle::new(footprint, pose);
        let centre = frame.middle();
        let Some(mut nearest) = near.or_else(|| Some(self.nearest(centre)?.0)) else { return f64::NEG_INFINITY };
        // Where a segment cuts the rectangle, the distance is minus the penetration depth.
        let mut least = frame.signed_distance(self.segments[nearest as usize], f64::INFINITY);
        let reach = frame.half_box() + Vector2::new(least, least).sup(&Vector2::zeros());
        let (i0, i1) = (self.column(centre.x - reach.x), self.column(centre.x + reach.x));
        let (j0, j1) = (self.row(centre.y - reach.y), self.row(centre.y + reach.y));
        let half = self.cell * std::f64::consts::FRAC_1_SQRT_2;
        for j in j0..=j1 {
            let first = j * self.columns;
            self.held(
                i0..i1 + 1,
                |i| first + i,
                |square| {
                    let middle = Point2::new(
                        self.origin.x + ((square - first) as f64 + 0.5) * self.cell,
                        self.origin.y + (j as f64 + 0.5) * self.cell,
                    );
                    if !frame.is_within(middle, least.max(0.0) + half) {
                        return;
                    }
                    for &s in self.items_of(square) {
                        let distance = frame.signed_distance(self.segments[s as usize], least);
                        if distance < least {
                            (least, nearest) = (distance, s);
                        }
                    }
                },
            );
        }
        *near = Some(nearest);
        if least > 0.0 && self.contains(centre) {
            return least;
        }
        // The footprint is cut by the edge or entirely off the surface. Its corners' distances from the surface count
        // too.
        footprint
            .corners(pose)
            .into_iter()
            .filter(|&c| !self.contains(c))
            .filter_map(|c| self.nearest(c))
            .map(|(_, d)| -d)
            .fold(if least > 0.0 { -least } else { least }, f64::min)
    }
}

/// Returns the x coordinate at which a segment crosses the line of constant `y`. The test is half-open, so that a
/// corner on the line counts once.
fn crossing(a: Point2, b: Point2, y: f64) -> Option<f64> {
    ((a.y > y) != (b.y > y)).then(|| (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x)
}
