//! Ray casts against the ground, a surface that is bilinear between the nodes: the same surface that the wheels feel.
//!
//! A pyramid of blocks with sides of 2, 4, 8, … cells stores the highest point of each block. A ray that passes over a
//! block crosses it in one step (A. Tevs, I. Ihrke, H.-P. Seidel, "Maximum mipmaps for fast, accurate, and scalable
//! dynamic height field rendering", I3D 2008).

use haul_core::{Point2, Point3, Vector3};

/// Distance (m) by which a ray is advanced beyond a block's border, so that it lies in the next block.
const BORDER_STEP: f64 = 1e-7;

/// Ground of a mine, prepared for ray casts.
pub(super) struct Relief {
    west: f64,
    south: f64,
    spacing: f64,
    columns: usize,
    /// Heights of the nodes, row by row, m.
    heights: Vec<f32>,
    /// Height (m) of the highest point of each block, by level; the first level holds single cells.
    levels: Vec<Level>,
}

struct Level {
    columns: usize,
    rows: usize,
    highest: Vec<f32>,
}

/// A ray with plan coordinates in cells from the south-western node, and heights and length in metres.
struct Ray {
    x: f64,
    y: f64,
    z: f64,
    east: f64,
    north: f64,
    up: f64,
}

impl Relief {
    /// Creates the ground from a grid of at least two columns and rows.
    pub fn new(
        (west, south): (f64, f64),
        spacing: f64,
        (columns, rows): (usize, usize),
        height: impl Fn(usize, usize) -> f64,
    ) -> Self {
        // Rounded up, since a height may not fit an f32: blocks must not be lower than their cells.
        let heights: Vec<f32> = (0..rows * columns).map(|k| height(k % columns, k / columns) as f32).collect();
        let (wide, deep) = (columns - 1, rows - 1);
        let corner = |k: usize| {
            let (i, j) = (k % wide, k / wide);
            let at = j * columns + i;
            heights[at].max(heights[at + 1]).max(heights[at + columns]).max(heights[at + columns + 1])
        };
        let mut levels = vec![Level { columns: wide, rows: deep, highest: (0..wide * deep).map(corner).collect() }];
        while let Some(below) = levels.last().filter(|l| l.columns > 1 || l.rows > 1) {
            levels.push(below.doubled());
        }
        Self { west, south, spacing, columns, heights, levels }
    }

    /// Returns the distance at which a ray hits the ground within `reach` metres. `direction` is a unit vector.
    pub fn meet(&self, from: &Point3, direction: &Vector3, reach: f64) -> Option<f64> {
        let ray = Ray {
            x: (from.x - self.west) / self.spacing,
            y: (from.y - self.south) / self.spacing,
            z: from.z,
            east: direction.x / self.spacing,
            north: direction.y / self.spacing,
            up: direction.z,
        };
        let cells = self.levels.first()?;
        let (begin, end) = ray.within(cells.columns as f64, cells.rows as f64, reach)?;
        let mut at = begin;
        let mut level = 0;
        while at < end {
            let here = |p: f64, cells: usize| (p.max(0.0) as usize).min(cells - 1);
            let (i, j) = (here(ray.x + ray.east * at, cells.columns), here(ray.y + ray.north * at, cells.rows));
            let block = self.levels.get(level)?;
            let (bi, bj) = (i >> level, j >> level);
            let out = ray.leaves(at, (bi, bj), level).min(end);
            let lowest = ray.z + ray.up * if ray.up < 0.0 { out } else { at };
            if lowest > f64::from(block.highest[bj * block.columns + bi]) {
                at = out + BORDER_STEP;
                level = (level + 1).min(self.levels.len() - 1);
            } else if level > 0 {
                level -= 1;
            } else if let Some(met) = self.in_cell(&ray, (i, j), at, out) {
                return Some(met);
            } else {
                at = out + BORDER_STEP;
            }
        }
        None
    }

    /// Returns the nodes of all cells that a box in plan touches.
    pub fn nodes_about(&self, low: Point2, high: Point2) -> impl Iterator<Item = Point3> {
        let rows = self.heights.len() / self.columns;
        // A cast saturates, so that any number gives a range within the grid.
        let range = |low: f64, high: f64, most: usize| {
            (low / self.spacing).floor() as usize..((high / self.spacing).ceil() as usize).saturating_add(1).min(most)
        };
        let columns = range(low.x - self.west, high.x - self.west, self.columns);
        range(low.y - self.south, high.y - self.south, rows).flat_map(move |j| {
            columns.clone().map(move |i| {
                let (x, y) = (self.west + i as f64 * self.spacing, self.south + j as f64 * self.spacing);
                Point3::new(x, y, f64::from(self.heights[j * self.columns + i]))
            })
        })
    }

    /// Returns the distance at which a ray hits the ground of one cell, between the distances `at` and `out`.
    fn in_cell(&self, ray: &Ray, (i, j): (usize, usize), at: f64, out: f64) -> Option<f64> {
        let node = |k: usize| f64::from(self.heights[k]);
        let k = j * self.columns + i;
        let (h00, h10, h01, h11) = (node(k), node(k + 1), node(k + self.columns), node(k + self.columns + 1));
        let (a, b, c) = (h10 - h00, h01 - h00, h00 - h10 - h01 + h11);
        let (u, v) = (ray.x + ray.east * at - i as f64, ray.y + ray.north * at - j as f64);
        // Height of the ray above the ground: p s² + q s + r at s metres from `at`.
        let r = ray.z + ray.up * at - (h00 + a * u + b * v + c * u * v);
        let q = ray.up - (a * ray.east + b * ray.north + c * (u * ray.north + v * ray.east));
        let p = -c * ray.east * ray.north;
        if r <= 0.0 {
            return Some(at);
        }
        let disc = q * q - 4.0 * p * r;
        if disc < 0.0 {
            return None;
        }
        // The form without cancellation; the roots are r / m and m / p.
        let m = -0.5 * (q + if q < 0.0 { -disc.sqrt() } else { disc.sqrt() });
        let first = [r / m, m / p].into_iter().filter(|s| *s >= 0.0).fold(f64::INFINITY, f64::min);
        (first <= out - at).then_some(at + first)
    }
}

impl Level {
    /// Returns the level above, with blocks of twice the side length.
    fn doubled(&self) -> Level {
        let (columns, rows) = (self.columns.div_ceil(2), self.rows.div_ceil(2));
        let mut highest = vec![f32::NEG_INFINITY; columns * rows];
        for j in 0..self.rows {
            for i in 0..self.columns {
                let block = &mut highest[(j / 2) * columns + i / 2];
                *block = block.max(self.highest[j * self.columns + i]);
            }
        }
        Level { columns, rows, highest }
    }
}

impl Ray {
    /// Returns the distances (m) at which the ray enters and leaves a grid of `columns` × `rows` cells.
    fn within(&self, columns: f64, rows: f64, reach: f64) -> Option<(f64, f64)> {
        let (mut begin, mut end) = (0.0_f64, reach);
        for (p, d, most) in [(self.x, self.east, columns), (self.y, self.north, rows)] {
            if d == 0.0 {
                if !(0.0..=most).contains(&p) {
                    return None;
                }
                continue;
            }
            let (a, b) = (-p / d, (most - p) / d);
            begin = begin.max(a.min(b));
            end = end.min(a.max(b));
        }
        (begin < end).then_some((begin, end))
    }

    /// Returns the distance at which the ray, after `at`, leaves a block with sides of 2^level cells.
    fn leaves(&self, at: f64, (i, j): (usize, usize), level: usize) -> f64 {
        let border = |p: f64, d: f64, k: usize| match d {
            d if d > 0.0 => (((k + 1) << level) as f64 - p) / d,
            d if d < 0.0 => ((k << level) as f64 - p) / d,
            _ => f64::INFINITY,
        };
        border(self.x, self.east, i).min(border(self.y, self.north, j)).max(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::random::Draw;
    use haul_core::stream;
    use haul_mine::Terrain;

    /// Finds the hit slowly, as a reference: samples the map's own heights along the ray, refined to millimetres where
    /// the sign changes.
    fn oracle(terrain: &Terrain, from: &Point3, direction: &Vector3, reach: f64) -> Option<f64> {
        let above = |t: f64| {
            let p = from + direction * t;
            p.z - terrain.height(p.x, p.y)
        };
        let step = 0.02;
        let k = (0..(reach / step) as u32).find(|k| above(f64::from(*k) * step) <= 0.0)?;
        Some(f64::from(k) * step)
    }

    #[test]
    fn rays_meet_the_ground_where_the_map_has_it() {
        let mut random = stream(3, "test", "relief");
        let (columns, rows, spacing) = (53, 38, 2.0);
        let heights: Vec<f32> = (0..columns * rows)
            .map(|k| {
                let (i, j) = (k % columns, k / columns);
                let pit = if (10..30).contains(&i) && (10..25).contains(&j) { -12.0 } else { 0.0 };
                (pit + random.between(-0.8, 0.8)) as f32
            })
            .collect();
        let terrain = Terrain::new(Point2::new(-30.0, 10.0), spacing, columns, heights.clone()).unwrap();
        let relief = Relief::new((-30.0, 10.0), spacing, (columns, rows), |i, j| f64::from(heights[j * columns + i]));
        let mut met = 0;
        for _ in 0..3_000 {
            let from = Point3::new(random.between(-28.0, 72.0), random.between(12.0, 82.0), random.between(1.0, 8.0));
            let (around, up) = (random.between(0.0, 6.3), random.between(-0.5, 0.1));
            let flat = libm::cos(up);
            let direction = Vector3::new(flat * libm::cos(around), flat * libm::sin(around), libm::sin(up));
            let slow = oracle(&terrain, &from, &direction, 100.0);
            // Beyond its rim the map continues at a constant height, while the ground for rays ends.
            let inside = |t: f64| {
                let p = from + direction * t;
                (-30.0..=74.0).contains(&p.x) && (10.0..=84.0).contains(&p.y)
            };
            match (relief.meet(&from, &direction, 100.0), slow) {
                // The slow reference may step over the top of a hump.
                (Some(fast), Some(slow)) => {
                    assert!(fast < slow + 1e-6, "{fast} after {slow}");
                    let p = from + direction * fast;
                    assert!((p.z - terrain.height(p.x, p.y)).abs() < 1e-5, "{fast}: {p}");
                    met += 1;
                }
                (None, Some(slow)) => assert!(!inside(slow + 0.05), "missed at {slow}"),
                (Some(fast), None) => {
                    let p = from + direction * fast;
                    assert!((p.z - terrain.height(p.x, p.y)).abs() < 1e-5, "{fast}");
                }
                (None, None) => {}
            }
        }
        assert!(met > 1_500, "{met}");
    }

    #[test]
    fn ray_straight_down_and_one_beside_the_grid() {
        let relief = Relief::new((0.0, 0.0), 1.0, (5, 5), |i, j| (i + j) as f64);
        let down = relief.meet(&Point3::new(1.5, 2.0, 10.0), &-Vector3::z(), 100.0);
        assert!((down.unwrap() - 6.5).abs() < 1e-9);
        assert_eq!(relief.meet(&Point3::new(-1.0, 2.0, 10.0), &-Vector3::z(), 100.0), None);
        assert_eq!(relief.meet(&Point3::new(1.5, 2.0, 10.0), &Vector3::z(), 100.0), None);
    }
}
