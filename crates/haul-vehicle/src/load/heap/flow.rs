//! The flow of a heap over slopes that are too steep, and down a steep floor.

use super::grid::{Columns, HeapGrid};
use super::{ACROSS, ALONG, Heap};
use crate::load::{BodySpec, MaterialSpec};
use haul_core::GRAVITY;

/// Minimum mass that counts as discharged, kg; anything less is rounding.
const MIN_DISCHARGE: f64 = 1e-6;
/// Time in which loose rock gives way on a slope that has become too steep, s; about that of a fall through one grain
/// size.
const FLOW_TIME: f64 = 0.12;
/// Maximum speed of a sliding load, m/s.
const MAX_SLIDE_SPEED: f64 = 4.0;
/// Mass in excess of the sticking material up to which the body counts as empty, kg.
const EMPTY_MASS: f64 = 20.0;
/// Maximum angle of the loose slope in a raised body, rad.
const MAX_FLOW_ANGLE: f64 = 1.2;

/// Returns the depth of a column above its sticking material, which can move, m.
fn loose(depth: f64, stuck: f64) -> f64 {
    (depth - stuck).max(0.0)
}

/// Returns row `i` of the columns and the next row.
fn pair(columns: &mut Columns, i: usize) -> (&mut [f64; ACROSS], &mut [f64; ACROSS]) {
    let (low, high) = columns.split_at_mut(i + 1);
    (&mut low[i], &mut high[0])
}

impl Heap {
    /// Lets the load flow for `dt` (s) with the body raised by `angle` (rad), which turns the floor's tail down.
    /// Returns the mass that left over the tail, kg.
    pub fn run_out(&mut self, body: &BodySpec, material: &MaterialSpec, angle: f64, dt: f64) -> f64 {
        let grid = HeapGrid::of(body);
        let before = self.volume(grid);
        if before <= 0.0 {
            self.slide = 0.0;
            return 0.0;
        }
        let stands = libm::tan((material.repose - angle).max(-MAX_FLOW_ANGLE));
        let share = dt / (FLOW_TIME + dt);
        self.settle_along(body, grid, stands, f64::INFINITY, share);
        let floor = angle - body.floor_angle;
        let pull = GRAVITY * (libm::sin(floor) - libm::tan(material.wall_friction) * libm::cos(floor));
        self.slide = (self.slide + pull * dt).clamp(0.0, MAX_SLIDE_SPEED);
        if self.slide > 0.0 {
            self.shift(grid, self.slide * dt);
        }
        let mut after = self.volume(grid);
        if angle > material.wall_friction {
            let stuck = self.stuck_volume(grid);
            if (after - stuck) * material.density < EMPTY_MASS {
                (self.depth, self.slide, after) = (self.stuck, 0.0, stuck);
            }
        }
        let left = (before - after) * material.density;
        if left > MIN_DISCHARGE { left } else { 0.0 }
    }

    /// Makes one sweep along the floor and returns the greatest movement, m. Slopes up to `to_tail` are stable towards
    /// the tail, and slopes up to `to_front` towards the front. If `to_front` is infinite, nothing moves to the front.
    pub(super) fn settle_along(
        &mut self,
        body: &BodySpec,
        grid: HeapGrid,
        to_tail: f64,
        to_front: f64,
        share: f64,
    ) -> f64 {
        let mut most = [0.0f64; ACROSS];
        let fall = libm::tan(body.floor_angle) * grid.du;
        // Flow over the tail edge.
        let edge = body.tail_height + to_tail * 0.5 * grid.du - body.floor(grid.ahead(0));
        for ((depth, stuck), most) in self.depth[0].iter_mut().zip(&self.stuck[0]).zip(&mut most) {
            let gone = (share * (*depth - edge)).clamp(0.0, loose(*depth, *stuck));
            *depth -= gone;
            *most = most.max(gone);
        }
        for i in 0..ALONG - 1 {
            let (lower, upper) = pair(&mut self.depth, i);
            let (lower_stuck, upper_stuck) = (&self.stuck[i], &self.stuck[i + 1]);
            for j in 0..ACROSS {
                let rise = upper[j] - lower[j] - fall;
                let back = (0.5 * share * (rise - to_tail * grid.du)).max(0.0).min(loose(upper[j], upper_stuck[j]));
                let ahead = (0.5 * share * (-rise - to_front * grid.du)).max(0.0).min(loose(lower[j], lower_stuck[j]));
                let moved = back - ahead;
                upper[j] -= moved;
                lower[j] += moved;
                most[j] = most[j].max(moved.abs());
            }
        }
        if to_front.is_finite() {
            let last = ALONG - 1;
            let edge = body.front_height + to_front * 0.5 * grid.du - body.floor(grid.ahead(last));
            for ((depth, stuck), most) in self.depth[last].iter_mut().zip(&self.stuck[last]).zip(&mut most) {
                let gone = (share * (*depth - edge)).clamp(0.0, loose(*depth, *stuck));
                *depth -= gone;
                *most = most.max(gone);
            }
        }
        most.into_iter().fold(0.0, f64::max)
    }

    /// Makes one sweep across the floor and over the sides, and returns the greatest movement, m.
    pub(super) fn settle_across(&mut self, body: &BodySpec, grid: HeapGrid, slope: f64, share: f64) -> f64 {
        let mut most = 0.0f64;
        for i in 0..ALONG {
            let floor = body.floor(grid.ahead(i));
            for j in 0..ACROSS - 1 {
                let rise = self.depth[i][j + 1] - self.depth[i][j];
                let excess = rise.abs() - slope * grid.dv;
                if excess <= 0.0 {
                    continue;
                }
                let (high, low) = if rise > 0.0 { (j + 1, j) } else { (j, j + 1) };
                let moved = (0.5 * share * excess).min(loose(self.depth[i][high], self.stuck[i][high]));
                self.depth[i][high] -= moved;
                self.depth[i][low] += moved;
                most = most.max(moved);
            }
            for j in [0, ACROSS - 1] {
                let over = floor + self.depth[i][j] - body.side_height - slope * 0.5 * grid.dv;
                let gone = (share * over).clamp(0.0, loose(self.depth[i][j], self.stuck[i][j]));
                self.depth[i][j] -= gone;
                most = most.max(gone);
            }
        }
        most
    }

    /// Shifts all loose material towards the tail by a distance (m), with a first-order upwind scheme.
    fn shift(&mut self, grid: HeapGrid, distance: f64) {
        let share = (distance / grid.du).min(1.0);
        for (depth, stuck) in self.depth[0].iter_mut().zip(&self.stuck[0]) {
            *depth -= share * loose(*depth, *stuck);
        }
        for i in 0..ALONG - 1 {
            let (lower, upper) = pair(&mut self.depth, i);
            for ((lower, upper), stuck) in lower.iter_mut().zip(upper).zip(&self.stuck[i + 1]) {
                let moved = share * loose(*upper, *stuck);
                *upper -= moved;
                *lower += moved;
            }
        }
    }
}
