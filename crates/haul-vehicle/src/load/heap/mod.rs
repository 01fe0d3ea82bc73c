//! The heap: a grid of columns at the angle of repose, which receives passes and flows out as the body rises.
//!
//! Columns give way to their neighbours until no slope is steeper than the angle of repose (a sandpile model). In a
//! raised body, the stable slope towards the tail is reduced by the body's angle, so that the upper part of the heap
//! flows off first. When the floor is steeper than the friction angle on steel, the rest slides off as a whole and
//! accelerates like a block on an incline.

mod flow;
mod grid;
#[cfg(test)]
mod tests;
mod weigh;

use super::{BodySpec, MaterialSpec};
use grid::{Columns, HeapGrid, total};
use haul_core::Point3;

/// Number of columns along the floor.
const ALONG: usize = 16;
/// Number of columns across the floor.
const ACROSS: usize = 10;
/// Maximum number of sweeps after a pass.
const SWEEPS: usize = 400;
/// Movement below which a heap counts as at rest, m.
const AT_REST: f64 = 1e-5;
/// Share of half the excess height that moves in one sweep.
const YIELD: f64 = 0.9;
/// Half lengths of the area over which a bucket is emptied, along and across the body, m. A bucket of 15 m³ is 3.5 to 4
/// m wide, moves along the body as it empties, and its load spreads as it falls.
const BUCKET: [f64; 2] = [3.2, 2.2];
/// Number of bisections that find the level of a heap to less than a millimetre.
const HALVINGS: usize = 40;

/// Shape of the load in the body.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Heap {
    /// Depth of each column, m.
    depth: Columns,
    /// Depth of the sticking material in each column, m.
    stuck: Columns,
    /// Speed of the load along the floor, m/s.
    slide: f64,
}

/// Returns the maximum height of a column, m, as limited by the slopes from the tail edge, the sides and the front
/// wall.
fn roof(body: &BodySpec, grid: HeapGrid, slope: f64, i: usize, j: usize) -> f64 {
    let ahead = grid.ahead(i);
    let tail = body.tail_height + slope * ahead;
    let front = body.front_height + slope * (body.floor_length - ahead);
    let side = body.side_height + slope * (0.5 * body.inside_width - grid.left(j).abs());
    tail.min(front).min(side)
}

impl Heap {
    /// Returns an empty heap.
    pub fn empty() -> Self {
        Self { depth: [[0.0; ACROSS]; ALONG], stuck: [[0.0; ACROSS]; ALONG], slide: 0.0 }
    }

    /// Returns an evenly heaped mass (kg): flat on top, with slopes at the angle of repose to sides, front and tail.
    /// Mass beyond the body's capacity is left out.
    pub fn even(body: &BodySpec, material: &MaterialSpec, mass: f64) -> Self {
        let grid = HeapGrid::of(body);
        let slope = libm::tan(material.repose);
        let volume = (mass / material.density).max(0.0);
        let filled = |level: f64| {
            let mut heap = Self::empty();
            for i in 0..ALONG {
                let floor = body.floor(grid.ahead(i));
                for j in 0..ACROSS {
                    heap.depth[i][j] = (roof(body, grid, slope, i, j).min(level) - floor).max(0.0);
                }
            }
            heap
        };
        let (mut low, mut high) = (body.floor(body.floor_length), body.front_height + slope * body.floor_length);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if filled(middle).volume(grid) < volume {
                low = middle;
            } else {
                high = middle;
            }
        }
        let mut heap = filled(high);
        // The remaining error of the bisection goes into the depths of the columns, so that the mass is exact.
        let found = heap.volume(grid);
        if found > 0.0 && volume < found {
            heap.depth.iter_mut().flatten().for_each(|d| *d *= volume / found);
        }
        heap.remember(material);
        heap
    }

    /// Receives one pass of a mass (kg), emptied where there is room around a point (body frame, body down). Returns
    /// the mass that fell over the edges, kg.
    pub fn receive(&mut self, body: &BodySpec, material: &MaterialSpec, mass: f64, at: Point3) -> f64 {
        let grid = HeapGrid::of(body);
        let before = self.volume(grid);
        let ahead = (at.x + body.tail_behind).clamp(0.0, body.floor_length);
        let left = at.y.clamp(-0.5 * body.inside_width, 0.5 * body.inside_width);
        let slope = libm::tan(material.repose);
        let mut shares = [[0.0; ACROSS]; ALONG];
        let mut sum = 0.0;
        for (i, row) in shares.iter_mut().enumerate() {
            let x = (grid.ahead(i) - ahead) / BUCKET[0];
            for (j, share) in row.iter_mut().enumerate() {
                let y = (grid.left(j) - left) / BUCKET[1];
                if x * x + y * y < 1.0 {
                    let floor = body.floor(grid.ahead(i));
                    *share = (roof(body, grid, slope, i, j) - floor - self.depth[i][j]).max(0.0);
                    sum += *share;
                }
            }
        }
        let volume = mass / material.density;
        for (row, shares) in self.depth.iter_mut().zip(&shares) {
            for (depth, share) in row.iter_mut().zip(shares) {
                // If there is no room anywhere, the load is spread over all columns.
                let share = if sum > 0.0 { share / sum } else { 1.0 / (ALONG * ACROSS) as f64 };
                *depth += share * volume / grid.area();
            }
        }
        for _ in 0..SWEEPS {
            let along = self.settle_along(body, grid, slope, slope, YIELD);
            let across = self.settle_across(body, grid, slope, YIELD);
            if along.max(across) < AT_REST {
                break;
            }
        }
        self.remember(material);
        ((before + volume - self.volume(grid)) * material.density).max(0.0)
    }

    /// Returns true if the load is sliding; it then flows even if the body is at rest.
    pub(crate) fn is_sliding(&self) -> bool {
        self.slide > 0.0
    }

    /// Returns the depth of each column, from the tail forward and right to left, m.
    pub fn depths(&self) -> impl Iterator<Item = f64> {
        self.depth.iter().flatten().copied()
    }

    fn volume(&self, grid: HeapGrid) -> f64 {
        total(&self.depth) * grid.area()
    }

    fn stuck_volume(&self, grid: HeapGrid) -> f64 {
        total(&self.stuck) * grid.area()
    }

    /// Updates the sticking material: a share of the greatest depth that each column has held.
    fn remember(&mut self, material: &MaterialSpec) {
        for (stuck, depth) in self.stuck.iter_mut().flatten().zip(self.depth.iter().flatten()) {
            *stuck = stuck.max(material.carry_back * depth).min(*depth);
        }
    }
}
