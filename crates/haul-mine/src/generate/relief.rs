//! The ground before mining: a gentle tilt and a few long swells.

use super::lattice::Lattice;
use haul_core::random::{Draw, Stream};
use haul_core::{Point2, Vector2};

/// Wavelengths of the swells, m: long against a haul road, so that a road follows the ground within its grade.
const WAVELENGTHS: [f64; 4] = [1400.0, 950.0, 620.0, 330.0];
/// Amplitude over wavelength: slopes of about 1.5 % a swell.
const STEEPNESS: f64 = 0.0022;
/// Greatest tilt of the plain.
const TILT: f64 = 0.012;

/// The original ground.
#[derive(Debug, Clone)]
pub struct Relief {
    tilt: Vector2,
    swells: Vec<Swell>,
}

#[derive(Debug, Clone)]
struct Swell {
    amplitude: f64,
    wave: Vector2,
    phase: f64,
}

impl Relief {
    /// Draws a ground.
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

    /// Height of the original ground, m; about zero near the origin.
    pub fn height(&self, p: Point2) -> f64 {
        let swells: f64 = self.swells.iter().map(|s| s.amplitude * libm::sin(s.wave.dot(&p.coords) + s.phase)).sum();
        self.tilt.dot(&p.coords) + swells
    }
}

impl Relief {
    /// A height that nothing exceeds within a square about the origin of half a side, m.
    pub fn most(&self, half_side: f64) -> f64 {
        let swells: f64 = self.swells.iter().map(|s| s.amplitude).sum();
        swells + (self.tilt.x.abs() + self.tilt.y.abs()) * half_side
    }

    /// The original ground at the nodes of a lattice.
    pub fn on<'a>(&'a self, lattice: &'a Lattice) -> OnLattice<'a> {
        let angles = |n: usize, first: f64, step: f64, phase: f64, amplitude: f64| -> Angles {
            let angle = |k: usize| libm::sincos(first + step * k as f64 + phase);
            (0..n).map(angle).map(|(sin, cos)| (amplitude * sin, amplitude * cos)).unzip()
        };
        let (origin, spacing) = (lattice.origin, lattice.spacing);
        let swells = self.swells.iter().map(|s| {
            let east = angles(lattice.nx, s.wave.x * origin.x, s.wave.x * spacing, 0.0, s.amplitude);
            (east, angles(lattice.ny, s.wave.y * origin.y, s.wave.y * spacing, s.phase, 1.0))
        });
        OnLattice { relief: self, lattice, swells: swells.collect() }
    }
}

/// The sines and the cosines of the angles at nodes.
type Angles = (Vec<f64>, Vec<f64>);

/// The original ground at the nodes of a lattice, by the sum of angles of each swell's east and north.
pub struct OnLattice<'a> {
    relief: &'a Relief,
    lattice: &'a Lattice,
    /// East, by the amplitude, and north.
    swells: Vec<(Angles, Angles)>,
}

impl OnLattice<'_> {
    /// Heights of a row of nodes, as [`Relief::height`].
    pub fn row(&self, j: usize, heights: &mut [f64]) {
        let Lattice { origin, spacing, .. } = *self.lattice;
        let tilt = self.relief.tilt;
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

    /// Heights of all nodes, row by row.
    pub fn all(&self) -> Vec<f64> {
        let mut heights = vec![0.0; self.lattice.len()];
        heights.chunks_mut(self.lattice.nx).enumerate().for_each(|(j, row)| self.row(j, row));
        heights
    }
}

/// The unit vector at an angle.
pub fn direction(angle: f64) -> Vector2 {
    Vector2::new(libm::cos(angle), libm::sin(angle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::stream;

    #[test]
    fn rows_of_a_lattice_hold_the_heights_at_its_nodes() {
        let relief = Relief::draw(&mut stream(3, "relief", "rows"));
        let lattice = Lattice::covering(Point2::new(-700.0, 300.0), Point2::new(900.0, 1_500.0), 7.0);
        let all = relief.on(&lattice).all();
        for (k, height) in all.iter().enumerate() {
            let p = lattice.node(k % lattice.nx, k / lattice.nx);
            assert!((height - relief.height(p)).abs() < 1e-9);
        }
        assert!(all.iter().all(|height| *height <= relief.most(1_500.0)));
    }
}
