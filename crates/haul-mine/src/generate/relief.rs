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

    /// Heights at all nodes of a lattice: as [`Relief::height`], by the sum of angles of each swell's east and north.
    pub fn on(&self, lattice: &Lattice) -> Vec<f64> {
        let angles = |n: usize, first: f64, step: f64, phase: f64| -> (Vec<f64>, Vec<f64>) {
            let angle = |k: usize| first + step * k as f64 + phase;
            (0..n).map(|k| (libm::sin(angle(k)), libm::cos(angle(k)))).unzip()
        };
        let (origin, spacing) = (lattice.origin, lattice.spacing);
        let swells: Vec<_> = self
            .swells
            .iter()
            .map(|s| {
                let east = angles(lattice.nx, s.wave.x * origin.x, s.wave.x * spacing, 0.0);
                let north = angles(lattice.ny, s.wave.y * origin.y, s.wave.y * spacing, s.phase);
                (s.amplitude, east, north)
            })
            .collect();
        let mut heights = Vec::with_capacity(lattice.len());
        let mut risen = vec![0.0; lattice.nx];
        for j in 0..lattice.ny {
            risen.fill(0.0);
            for (amplitude, (east_sin, east_cos), (north_sin, north_cos)) in &swells {
                let (sin, cos) = (north_sin[j], north_cos[j]);
                for (risen, (s, c)) in risen.iter_mut().zip(east_sin.iter().zip(east_cos)) {
                    *risen += amplitude * (s * cos + c * sin);
                }
            }
            heights
                .extend(risen.iter().enumerate().map(|(i, risen)| self.tilt.dot(&lattice.node(i, j).coords) + risen));
        }
        heights
    }
}

/// The unit vector at an angle.
pub fn direction(angle: f64) -> Vector2 {
    Vector2::new(libm::cos(angle), libm::sin(angle))
}
