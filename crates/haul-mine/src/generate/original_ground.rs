//! The original ground before mining: a gentle tilt and a few long swells.

use super::plan_grid::PlanGrid;
use haul_core::random::{Draw, Stream};
use haul_core::{Point2, Vector2};

/// Wavelengths of the swells, m. They are long compared with a haul road, so that a road can follow the ground within
/// its grade.
const WAVELENGTHS: [f64; 4] = [1400.0, 950.0, 620.0, 330.0];
/// Ratio of a swell's amplitude to its wavelength. One swell has slopes of about 1.5 %.
const STEEPNESS: f64 = 0.0022;
/// Maximum tilt of the plain, rise over run.
const TILT: f64 = 0.012;

/// The original ground as a height function.
#[derive(Debug, Clone)]
pub struct OriginalGround {
    tilt: Vector2,
    swells: Vec<Swell>,
}

#[derive(Debug, Clone)]
struct Swell {
    amplitude: f64,
    wave: Vector2,
    phase: f64,
}

impl OriginalGround {
    /// Draws the original ground.
    pub fn draw(rng: &mut Stream) -> Self {
        let tilt = direction(rng.between(0.0, std::f64::consts::TAU)) * rng.between(0.3 * TILT, TILT);
        let swells = WAVELENGTHS
            .iter()
            .map(|&length| Swell {
                amplitude: length * STEEPNESS * rng.between(0.6, 1.2),
                wave: direction(rng.between(0.0, std::f64::consts::TAU)) * (std::f64::consts::TAU / length),
                phase: rng.between(0.0, std::f64::consts::TAU),
            })
            .collect();
        Self { tilt, swells }
    }

    /// Returns the height of the original ground, m. It is near zero at the origin.
    pub fn height(&self, p: Point2) -> f64 {
        let swells: f64 = self.swells.iter().map(|s| s.amplitude * libm::sin(s.wave.dot(&p.coords) + s.phase)).sum();
        self.tilt.dot(&p.coords) + swells
    }
}

impl OriginalGround {
    /// Returns an upper bound of the height in a square around the origin, m. `half_side` is half the side of the
    /// square, m.
    pub fn upper_bound(&self, half_side: f64) -> f64 {
        let swells: f64 = self.swells.iter().map(|s| s.amplitude).sum();
        swells + (self.tilt.x.abs() + self.tilt.y.abs()) * half_side
    }

    /// Prepares the heights at the nodes of a grid.
    pub fn on<'a>(&'a self, grid: &'a PlanGrid) -> GroundOnGrid<'a> {
        let angles = |n: usize, first: f64, step: f64, phase: f64, amplitude: f64| -> Angles {
            let angle = |k: usize| libm::sincos(first + step * k as f64 + phase);
            (0..n).map(angle).map(|(sin, cos)| (amplitude * sin, amplitude * cos)).unzip()
        };
        let (origin, spacing) = (grid.origin, grid.spacing);
        let swells = self.swells.iter().map(|s| {
            let east = angles(grid.nx, s.wave.x * origin.x, s.wave.x * spacing, 0.0, s.amplitude);
            (east, angles(grid.ny, s.wave.y * origin.y, s.wave.y * spacing, s.phase, 1.0))
        });
        GroundOnGrid { original: self, grid, swells: swells.collect() }
    }
}

/// Sines and cosines of a swell's angles at grid nodes.
type Angles = (Vec<f64>, Vec<f64>);

/// Original ground at the nodes of a grid. Each swell's angle is the sum of an east part and a north part, so that
/// sines are computed once per column and once per row.
pub struct GroundOnGrid<'a> {
    original: &'a OriginalGround,
    grid: &'a PlanGrid,
    /// East parts of each swell's sines and cosines, multiplied by the amplitude, and north parts.
    swells: Vec<(Angles, Angles)>,
}

impl GroundOnGrid<'_> {
    /// Writes the heights of a row of nodes, equal to [`OriginalGround::height`].
    pub fn row(&self, j: usize, heights: &mut [f64]) {
        let PlanGrid { origin, spacing, .. } = *self.grid;
        let tilt = self.original.tilt;
        let south = tilt.y * (origin.y + j as f64 * spacing);
        for (i, height) in heights.iter_mut().enumerate() {
            *height = south + tilt.x * (origin.x + i as f64 * spacing);
        }
        for ((east_sin, east_cos), (north_sin, north_cos)) in &self.swells {
            let (sin, cos) = (north_sin[j], north_cos[j]);
            for ((height, s), c) in heights.iter_mut().zip(east_sin).zip(east_cos) {
                *height += s * cos + c * sin;
            }
        }
    }

    /// Returns the heights of all nodes, row by row.
    pub fn all(&self) -> Vec<f64> {
        let mut heights = vec![0.0; self.grid.len()];
        heights.chunks_mut(self.grid.nx).enumerate().for_each(|(j, row)| self.row(j, row));
        heights
    }
}

/// Returns the unit vector at an angle.
pub fn direction(angle: f64) -> Vector2 {
    Vector2::new(libm::cos(angle), libm::sin(angle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::stream;

    #[test]
    fn grid_rows_hold_the_heights_at_their_nodes() {
        let original = OriginalGround::draw(&mut stream(3, "relief", "rows"));
        let grid = PlanGrid::covering(Point2::new(-700.0, 300.0), Point2::new(900.0, 1_500.0), 7.0);
        let all = original.on(&grid).all();
        for (k, height) in all.iter().enumerate() {
            let p = grid.node(k % grid.nx, k / grid.nx);
            assert!((height - original.height(p)).abs() < 1e-9);
        }
        assert!(all.iter().all(|height| *height <= original.upper_bound(1_500.0)));
    }
}
