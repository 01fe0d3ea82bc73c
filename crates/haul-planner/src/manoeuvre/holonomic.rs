//! Distance to the goal, or to gates before it, of a disc that may move sideways: what obstacles alone cost.
//!
//! The disc is the largest about the rear axle's middle that lies inside the footprint, so the truck cannot pass where
//! the disc cannot, and the distance bounds the truck's from below. A Dijkstra search from the goal over a grid is run
//! only as far as it is asked for.

use super::ground::Ground;
use haul_core::Point2;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Side of a cell, m, unless the window would hold too many.
const CELL: f64 = 1.0;
const MOST_CELLS: f64 = 250_000.0;
/// A grid path in eight directions is at most 1/0.9239 as long as the straight one (cos 22.5°).
const OCTILE: f64 = 0.923_879_532_511_286_7;

/// A cell waiting with its distance; the nearest first, ties by index.
#[derive(PartialEq)]
struct Waiting(f64, usize);

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

/// The grid about a goal.
pub(crate) struct Holonomic<'a> {
    space: &'a Ground<'a>,
    low: Point2,
    cell: f64,
    columns: usize,
    rows: usize,
    disc: f64,
    distance: Vec<f64>,
    settled: Vec<bool>,
    open: BinaryHeap<Reverse<Waiting>>,
}

impl<'a> Holonomic<'a> {
    /// Over the window between two corners, from sources (place, cost there); `disc` is the radius that must be free, m.
    pub fn new(
        space: &'a Ground<'a>,
        (low, high): (Point2, Point2),
        sources: impl Iterator<Item = (Point2, f64)>,
        disc: f64,
    ) -> Self {
        let size = high - low;
        let cell = CELL.max((size.x * size.y / MOST_CELLS).sqrt());
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
                grid.open.push(Reverse(Waiting(cost / OCTILE, i)));
            }
        }
        grid
    }

    fn index(&self, p: Point2) -> Option<usize> {
        let (i, j) = ((p.x - self.low.x) / self.cell, (p.y - self.low.y) / self.cell);
        let inside = i >= 0.0 && j >= 0.0 && i < self.columns as f64 && j < self.rows as f64;
        inside.then(|| j as usize * self.columns + i as usize)
    }

    /// A lower bound of the distance to the nearest source with its cost, m; infinite where there is no way within the window.
    pub fn distance(&mut self, p: Point2) -> f64 {
        let Some(target) = self.index(p) else { return f64::INFINITY };
        while !self.settled[target] {
            let Some(Reverse(Waiting(d, i))) = self.open.pop() else { break };
            if !self.settled[i] {
                self.settled[i] = true;
                self.spread(i, d);
            }
        }
        // Both ends may lie half a diagonal off their cells' middles.
        (OCTILE * self.distance[target] - std::f64::consts::SQRT_2 * self.cell).max(0.0)
    }

    /// Least distance from a point of all cells that were reached, m.
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
            // Free if the disc may fit anywhere in the cell.
            if self.space.clearance(middle) < self.disc - self.cell * std::f64::consts::FRAC_1_SQRT_2 {
                self.settled[index] = true;
                continue;
            }
            self.distance[index] = d;
            self.open.push(Reverse(Waiting(d, index)));
        }
    }
}
