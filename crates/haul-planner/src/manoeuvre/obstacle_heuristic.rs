//! The obstacle heuristic: the distance that a disc must travel to the goal, or to staging poses before the goal.
//!
//! The disc may move sideways. It is the largest disc centred on the rear axle that lies inside the footprint. The
//! truck cannot pass where the disc cannot, so the distance is a lower bound of the truck's distance. Dijkstra's
//! algorithm runs from the goal over a grid, only as far as queries need it.

use super::search_frame::SearchSpace;
use haul_core::Point2;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Side length of a cell, m, unless the window would hold too many cells.
const CELL: f64 = 1.0;
const MAX_CELLS: f64 = 250_000.0;
/// Minimum ratio of a straight distance to the grid distance in eight directions (cos 22.5°).
const OCTILE: f64 = 0.923_879_532_511_286_7;

/// A cell in the open list, ordered by distance; ties by index.
#[derive(PartialEq)]
struct OpenCell(f64, usize);

impl Eq for OpenCell {}

impl PartialOrd for OpenCell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OpenCell {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

/// A grid of distances to the goal.
pub(crate) struct ObstacleHeuristic<'a> {
    space: &'a SearchSpace<'a>,
    low: Point2,
    cell: f64,
    columns: usize,
    rows: usize,
    disc: f64,
    distance: Vec<f64>,
    settled: Vec<bool>,
    open: BinaryHeap<Reverse<OpenCell>>,
}

impl<'a> ObstacleHeuristic<'a> {
    /// Creates the grid over a window given by two opposite corners. Each source is a position and the cost there.
    /// `disc` is the radius that must be free, m.
    pub fn new(
        space: &'a SearchSpace<'a>,
        (low, high): (Point2, Point2),
        sources: impl Iterator<Item = (Point2, f64)>,
        disc: f64,
    ) -> Self {
        let size = high - low;
        let cell = CELL.max((size.x * size.y / MAX_CELLS).sqrt());
        let columns = (size.x / cell).ceil().max(1.0) as usize;
        let rows = (size.y / cell).ceil().max(1.0) as usize;
        let mut grid = Self {
            space,
            low,
            cell,
            columns,
            rows,
            disc,
            distance: vec![f64::INFINITY; columns * rows],
            settled: vec![false; columns * rows],
            open: BinaryHeap::new(),
        };
        for (place, cost) in sources {
            if let Some(i) = grid.index(place).filter(|&i| cost / OCTILE < grid.distance[i]) {
                grid.distance[i] = cost / OCTILE;
                grid.open.push(Reverse(OpenCell(cost / OCTILE, i)));
            }
        }
        grid
    }

    fn index(&self, p: Point2) -> Option<usize> {
        let (i, j) = ((p.x - self.low.x) / self.cell, (p.y - self.low.y) / self.cell);
        let inside = i >= 0.0 && j >= 0.0 && i < self.columns as f64 && j < self.rows as f64;
        inside.then(|| j as usize * self.columns + i as usize)
    }

    /// Returns a lower bound of the distance to the nearest source plus the cost at that source, m. The bound is
    /// infinite if no path lies within the window.
    pub fn distance(&mut self, p: Point2) -> f64 {
        let Some(target) = self.index(p) else { return f64::INFINITY };
        while !self.settled[target] {
            let Some(Reverse(OpenCell(d, i))) = self.open.pop() else { break };
            if !self.settled[i] {
                self.settled[i] = true;
                self.spread(i, d);
            }
        }
        // The point and the source may each lie half a diagonal from the centre of their cell.
        (OCTILE * self.distance[target] - std::f64::consts::SQRT_2 * self.cell).max(0.0)
    }

    /// Returns the minimum distance from a point to the cells reached so far, m.
    pub fn nearest_to(&self, p: Point2) -> f64 {
        let reached = (0..self.distance.len()).filter(|&i| self.distance[i].is_finite());
        reached.map(|i| (self.middle(i % self.columns, i / self.columns) - p).norm()).fold(f64::INFINITY, f64::min)
    }

    fn middle(&self, column: usize, row: usize) -> Point2 {
        let offset = nalgebra::Vector2::new(column as f64 + 0.5, row as f64 + 0.5);
        self.low + offset * self.cell
    }

    fn spread(&mut self, from: usize, distance: f64) {
        let (row, column) = ((from / self.columns) as isize, (from % self.columns) as isize);
        for (dj, di) in [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)] {
            let (j, i) = (row + dj, column + di);
            if j < 0 || i < 0 || j >= self.rows as isize || i >= self.columns as isize {
                continue;
            }
            let index = j as usize * self.columns + i as usize;
            let step = if di != 0 && dj != 0 { std::f64::consts::SQRT_2 } else { 1.0 } * self.cell;
            let d = distance + step;
            if self.settled[index] || d >= self.distance[index] {
                continue;
            }
            let middle = self.middle(i as usize, j as usize);
            // Count the cell as free if the disc fits anywhere in it.
            if self.space.clearance(middle) < self.disc - self.cell * std::f64::consts::FRAC_1_SQRT_2 {
                self.settled[index] = true;
                continue;
            }
            self.distance[index] = d;
            self.open.push(Reverse(OpenCell(d, index)));
        }
    }
}
