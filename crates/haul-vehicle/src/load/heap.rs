//! The heap: a grid of columns that stands at the angle of repose, takes passes, and runs out as the body rises.
//!
//! Columns give way to their neighbours until no slope is steeper than the angle of repose (a sandpile). With the body
//! at an angle the slope that stands towards the tail is less by it, so the upper part of the heap runs off first;
//! when the floor is steeper than the friction on steel the rest slides off as a whole, speeding up as a block on an
//! incline does.

use super::{BodySpec, MaterialSpec};
use haul_core::{GRAVITY, Point3, Vector3};
use nalgebra::Matrix3;

/// Columns along the floor.
const ALONG: usize = 16;
/// Columns across it.
const ACROSS: usize = 10;
/// Sweeps in which a pass comes to rest at the most.
const SWEEPS: usize = 400;
/// Movement below which a heap is at rest, m.
const AT_REST: f64 = 1e-5;
/// Share of half the excess that moves in a sweep.
const YIELD: f64 = 0.9;
/// Half lengths of where a bucket is emptied, along and across the body, m: a bucket of 15 m³ is 3.5 to 4 m wide, is
/// drawn along the body as it empties, and its load spreads as it falls.
const BUCKET: [f64; 2] = [3.2, 2.2];
/// Less than this that left is a rounding, kg.
const LEAST_LEFT: f64 = 1e-6;
/// Time in which loose rock gives way on a slope that has become too steep, s: it falls about its own grain.
const FLOW_TIME: f64 = 0.12;
/// A sliding load is no faster than this, m/s.
const FASTEST_SLIDE: f64 = 4.0;
/// Below this (kg) over what sticks the body is empty.
const CLEAN: f64 = 20.0;
/// Halvings that find the level of a heap to less than a millimetre.
const HALVINGS: usize = 40;

/// The load's shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Heap {
    /// Depth of each column, m.
    depth: [[f64; ACROSS]; ALONG],
    /// Depth of what sticks, m.
    stuck: [[f64; ACROSS]; ALONG],
    /// Speed of the load along the floor, m/s.
    slide: f64,
}

/// Highest surface that a column can have: the slope from the tail edge, the sides and the front wall, m.
fn roof(body: &BodySpec, grid: Grid, slope: f64, i: usize, j: usize) -> f64 {
    let ahead = grid.ahead(i);
    let tail = body.tail_height + slope * ahead;
    let front = body.front_height + slope * (body.floor_length - ahead);
    let side = body.side_height + slope * (0.5 * body.inside_width - grid.left(j).abs());
    tail.min(front).min(side)
}

/// What a heap weighs and where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Weighed {
    /// Mass, kg.
    pub(crate) mass: f64,
    /// Centre in the body frame with the body down, m.
    pub(crate) centre: Point3,
    /// Inertia about the centre, body axes with the body down, kg·m².
    pub(crate) inertia: Matrix3<f64>,
}

/// The grid of a body.
#[derive(Debug, Clone, Copy)]
struct Grid {
    du: f64,
    dv: f64,
}

impl Grid {
    fn of(body: &BodySpec) -> Self {
        Self { du: body.floor_length / ALONG as f64, dv: body.inside_width / ACROSS as f64 }
    }

    fn ahead(self, i: usize) -> f64 {
        (i as f64 + 0.5) * self.du
    }

    /// Distance to the left of the middle.
    fn left(self, j: usize) -> f64 {
        (j as f64 + 0.5 - 0.5 * ACROSS as f64) * self.dv
    }

    fn area(self) -> f64 {
        self.du * self.dv
    }
}

impl Heap {
    /// An empty body.
    pub fn empty() -> Self {
        Self { depth: [[0.0; ACROSS]; ALONG], stuck: [[0.0; ACROSS]; ALONG], slide: 0.0 }
    }

    /// A mass (kg) heaped evenly: flat on top, at the angle of repose to sides, front and tail. What the body cannot
    /// hold is not there.
    pub fn even(body: &BodySpec, material: &MaterialSpec, mass: f64) -> Self {
        let grid = Grid::of(body);
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
        // The last of the bisection's error goes into the columns' depth, so that the mass is the mass.
        let found = heap.volume(grid);
        if found > 0.0 && volume < found {
            heap.depth.iter_mut().flatten().for_each(|d| *d *= volume / found);
        }
        heap.remember(material);
        heap
    }

    /// Takes a pass of a mass (kg) emptied about a point (body frame, body down), where the operator sees room. Gives
    /// what fell over the edges, kg.
    pub fn receive(&mut self, body: &BodySpec, material: &MaterialSpec, mass: f64, at: Point3) -> f64 {
        let grid = Grid::of(body);
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
                // Where there is no room anywhere it comes down on all of it.
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

    /// Lets the load run for `dt` (s) with the floor's tail turned down by an angle (rad, of the body from level).
    /// Gives the mass that left over the tail, kg.
    pub fn run_out(&mut self, body: &BodySpec, material: &MaterialSpec, angle: f64, dt: f64) -> f64 {
        let grid = Grid::of(body);
        let before = self.volume(grid);
        if before <= 0.0 {
            self.slide = 0.0;
            return 0.0;
        }
        let stands = libm::tan((material.repose - angle).max(-STEEPEST_RUN));
        let share = dt / (FLOW_TIME + dt);
        self.settle_along(body, grid, stands, f64::INFINITY, share);
        let floor = angle - body.floor_angle;
        let pull = GRAVITY * (libm::sin(floor) - libm::tan(material.wall_friction) * libm::cos(floor));
        self.slide = (self.slide + pull * dt).clamp(0.0, FASTEST_SLIDE);
        if self.slide > 0.0 {
            self.shift(grid, self.slide * dt);
        }
        let over = (self.volume(grid) - self.stuck_volume(grid)) * material.density;
        if over < CLEAN && angle > material.wall_friction {
            self.depth = self.stuck;
            self.slide = 0.0;
        }
        let left = (before - self.volume(grid)) * material.density;
        if left > LEAST_LEFT { left } else { 0.0 }
    }

    /// Whether the body has to be at rest for nothing to run.
    pub(crate) fn is_sliding(&self) -> bool {
        self.slide > 0.0
    }

    /// What lies in the body.
    pub(crate) fn weighed(&self, body: &BodySpec, material: &MaterialSpec) -> Weighed {
        let grid = Grid::of(body);
        let column = grid.area() * material.density;
        let (mut mass, mut moment) = (0.0, Vector3::zeros());
        let mut second = Matrix3::zeros();
        for i in 0..ALONG {
            let ahead = grid.ahead(i);
            let (x, floor) = (ahead - body.tail_behind, body.floor(ahead));
            for j in 0..ACROSS {
                let depth = self.depth[i][j];
                let m = depth * column;
                let at = Vector3::new(x, grid.left(j), floor + 0.5 * depth);
                mass += m;
                moment += at * m;
                let spread = Vector3::new(grid.du * grid.du, grid.dv * grid.dv, depth * depth) / 12.0;
                second += (at * at.transpose() + Matrix3::from_diagonal(&spread)) * m;
            }
        }
        if mass <= 0.0 {
            return Weighed { mass: 0.0, centre: Point3::origin(), inertia: Matrix3::zeros() };
        }
        let centre = moment / mass;
        let about = second - centre * centre.transpose() * mass;
        Weighed { mass, centre: Point3::from(centre), inertia: Matrix3::identity() * about.trace() - about }
    }

    /// The depths, column by column from the tail forward and right to left, m.
    pub fn depths(&self) -> impl Iterator<Item = f64> {
        self.depth.iter().flatten().copied()
    }

    fn volume(&self, grid: Grid) -> f64 {
        self.depth.iter().flatten().sum::<f64>() * grid.area()
    }

    fn stuck_volume(&self, grid: Grid) -> f64 {
        self.stuck.iter().flatten().sum::<f64>() * grid.area()
    }

    /// What sticks is a share of the deepest load a column has held.
    fn remember(&mut self, material: &MaterialSpec) {
        for (stuck, depth) in self.stuck.iter_mut().flatten().zip(self.depth.iter().flatten()) {
            *stuck = stuck.max(material.carry_back * depth).min(*depth);
        }
    }

    /// One sweep along the floor; gives the greatest movement, m. Towards the tail slopes up to `to_tail` stand,
    /// towards the front those up to `to_front`.
    fn settle_along(&mut self, body: &BodySpec, grid: Grid, to_tail: f64, to_front: f64, share: f64) -> f64 {
        let mut most = 0.0f64;
        let fall = libm::tan(body.floor_angle) * grid.du;
        for j in 0..ACROSS {
            // Over the tail edge.
            let floor = body.floor(grid.ahead(0));
            let over = floor + self.depth[0][j] - body.tail_height - to_tail * 0.5 * grid.du;
            let gone = (share * over).clamp(0.0, self.loose(0, j));
            self.depth[0][j] -= gone;
            most = most.max(gone);
            for i in 0..ALONG - 1 {
                let rise = self.depth[i + 1][j] - self.depth[i][j] - fall;
                let moved = if rise > to_tail * grid.du {
                    (0.5 * share * (rise - to_tail * grid.du)).min(self.loose(i + 1, j))
                } else if rise < -to_front * grid.du {
                    -(0.5 * share * (-rise - to_front * grid.du)).min(self.loose(i, j))
                } else {
                    continue;
                };
                self.depth[i + 1][j] -= moved;
                self.depth[i][j] += moved;
                most = most.max(moved.abs());
            }
            if to_front.is_finite() {
                let last = ALONG - 1;
                let top = body.floor(grid.ahead(last)) + self.depth[last][j];
                let over = top - body.front_height - to_front * 0.5 * grid.du;
                let gone = (share * over).clamp(0.0, self.loose(last, j));
                self.depth[last][j] -= gone;
                most = most.max(gone);
            }
        }
        most
    }

    /// One sweep across the floor, over the sides too; gives the greatest movement, m.
    fn settle_across(&mut self, body: &BodySpec, grid: Grid, slope: f64, share: f64) -> f64 {
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
                let moved = (0.5 * share * excess).min(self.loose(i, high));
                self.depth[i][high] -= moved;
                self.depth[i][low] += moved;
                most = most.max(moved);
            }
            for j in [0, ACROSS - 1] {
                let over = floor + self.depth[i][j] - body.side_height - slope * 0.5 * grid.dv;
                let gone = (share * over).clamp(0.0, self.loose(i, j));
                self.depth[i][j] -= gone;
                most = most.max(gone);
            }
        }
        most
    }

    fn loose(&self, i: usize, j: usize) -> f64 {
        (self.depth[i][j] - self.stuck[i][j]).max(0.0)
    }

    /// Shifts all that is loose towards the tail by a distance (m), first-order upwind.
    fn shift(&mut self, grid: Grid, distance: f64) {
        let share = (distance / grid.du).min(1.0);
        for j in 0..ACROSS {
            self.depth[0][j] -= share * self.loose(0, j);
            for i in 1..ALONG {
                let moved = share * self.loose(i, j);
                self.depth[i][j] -= moved;
                self.depth[i - 1][j] += moved;
            }
        }
    }
}

/// A body never stands so steep that the loose slope turns past this, rad.
const STEEPEST_RUN: f64 = 1.2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{material, materials};
    use crate::spec::TruckSpec;

    fn body() -> BodySpec {
        TruckSpec::tr100at().body
    }

    #[test]
    fn an_even_heap_weighs_what_it_should_and_lies_in_the_middle() {
        let (body, rock) = (body(), &materials()[0]);
        for mass in [1e3, 20e3, 60e3, 91e3] {
            let heap = Heap::even(&body, rock, mass).weighed(&body, rock);
            assert!((heap.mass / mass - 1.0).abs() < 1e-9, "{mass}: {}", heap.mass);
            assert!(heap.centre.y.abs() < 1e-9);
            assert!(heap.inertia.symmetric_eigenvalues().iter().all(|e| *e > 0.0));
        }
    }

    #[test]
    fn a_heap_at_rest_is_nowhere_steeper_than_its_angle_of_repose() {
        let (body, rock) = (body(), &materials()[0]);
        let mut heap = Heap::empty();
        for (x, y) in [(2.0, 0.3), (0.5, -0.4), (1.5, 0.0), (0.0, 0.2)] {
            heap.receive(&body, rock, 22e3, Point3::new(x, y, 5.0));
        }
        let (grid, slope) = (Grid::of(&body), libm::tan(rock.repose));
        for i in 0..ALONG {
            for j in 0..ACROSS - 1 {
                let across = (heap.depth[i][j + 1] - heap.depth[i][j]).abs();
                assert!(across <= slope * grid.dv + 1e-3, "{i} {j}: {across}");
            }
        }
        for i in 0..ALONG - 1 {
            for j in 0..ACROSS {
                let rise = heap.depth[i + 1][j] - heap.depth[i][j] - libm::tan(body.floor_angle) * grid.du;
                let stands = heap.depth[i + 1][j].min(heap.depth[i][j]) <= 0.0;
                assert!(stands || rise.abs() <= slope * grid.du + 1e-3, "{i} {j}: {rise}");
            }
        }
    }

    #[test]
    fn a_pass_off_the_middle_puts_the_centre_off_the_middle() {
        let (body, rock) = (body(), &materials()[0]);
        let mut heap = Heap::empty();
        assert!(heap.receive(&body, rock, 25e3, Point3::new(1.5, 0.8, 5.0)) < 1.0);
        let off = heap.weighed(&body, rock);
        assert!((off.mass - 25e3).abs() < 1.0 && off.centre.y > 0.3, "{} {}", off.mass, off.centre);
        let before = off.centre.z;
        heap.receive(&body, rock, 25e3, Point3::new(1.5, -0.8, 5.0));
        let both = heap.weighed(&body, rock);
        assert!(both.centre.y.abs() < 0.2 && both.centre.z > before, "{}", both.centre);
    }

    #[test]
    fn four_passes_that_an_operator_spreads_make_a_rated_load_and_nothing_falls() {
        let (body, rock) = (body(), &materials()[0]);
        let mut heap = Heap::empty();
        let mut fallen = 0.0;
        for (mass, x, y) in [(24e3, 1.4, 0.2), (26e3, 0.7, -0.2), (26e3, 1.1, 0.1), (15e3, 1.0, 0.0)] {
            fallen += heap.receive(&body, rock, mass, Point3::new(x, y, 6.0));
        }
        assert!(fallen < 100.0, "{fallen} kg fall");
        let centre = heap.weighed(&body, rock).centre;
        let even = Heap::even(&body, rock, 91e3).weighed(&body, rock).centre;
        assert!((centre - even).norm() < 0.4, "{centre} {even}");
    }

    #[test]
    fn too_much_falls_over_the_sides() {
        let (body, rock) = (body(), &materials()[0]);
        let mut heap = Heap::even(&body, rock, 91e3);
        let fallen = heap.receive(&body, rock, 60e3, Point3::new(1.0, 0.0, 6.0));
        let left = heap.weighed(&body, rock).mass;
        assert!(fallen > 5e3 && (left + fallen - 151e3).abs() < 10.0, "{fallen} fell, {left} lie");
    }

    #[test]
    fn the_heap_runs_from_the_top_and_then_slides_as_a_whole() {
        let (body, rock) = (body(), &materials()[0]);
        let mut heap = Heap::even(&body, rock, 91e3);
        let mut settle = |degrees: f64| {
            let mut gone = 0.0;
            for _ in 0..4000 {
                gone += heap.run_out(&body, rock, degrees.to_radians(), 0.005);
            }
            (gone, heap.weighed(&body, rock).mass)
        };
        let (gone, left) = settle(25.0);
        assert!(gone > 5e3 && left > 30e3, "part of it at 25°: {gone} gone, {left} left");
        assert!((gone + left - 91e3).abs() < 1.0, "nothing is lost");
        let (_, left) = settle(47.0);
        assert_eq!(left, 0.0, "all of it at 47°");
    }

    #[test]
    fn clay_sticks() {
        let (body, clay) = (body(), material("wet_clay").unwrap());
        let mut heap = Heap::even(&body, &clay, 80e3);
        for _ in 0..6000 {
            heap.run_out(&body, &clay, 0.82, 0.005);
        }
        let left = heap.weighed(&body, &clay).mass;
        assert!((left / (clay.carry_back * 80e3) - 1.0).abs() < 0.01, "{left}");
    }
}
