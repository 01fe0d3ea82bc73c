//! Outlines of the pit floor and of the pushbacks that make a pit irregular.

use super::original_ground::direction;
use super::slope_edges::SlopeEdge;
use super::spec::PitSpec;
use haul_core::Point2;
use haul_core::random::{Draw, Stream};
use std::f64::consts::TAU;

/// Number of points of an outline.
const POINTS: usize = 240;
/// Relative amplitudes of the second to fifth harmonics of the floor's radius.
const HARMONICS: [f64; 4] = [0.07, 0.05, 0.03, 0.015];

/// Maximum distance of the wall's toe from an outline, m.
const TOLERANCE: f64 = 0.1;

/// Shape of the excavation without its ramp.
#[derive(Debug, Clone)]
pub struct Excavation {
    /// Toe line of the floor, anticlockwise.
    pub floor: Vec<Point2>,
    /// Height of the floor, m.
    pub floor_height: f64,
    /// Pushbacks: the outline of each, and the bench level to which it is dug, m. They widen the pit above that level.
    pub pushbacks: Vec<(Vec<Point2>, f64)>,
}

impl Excavation {
    /// Draws the floor and the pushbacks for a given floor height.
    pub fn draw(spec: &PitSpec, floor_height: f64, rng: &mut Stream) -> Self {
        let turn = rng.between(0.0, TAU);
        let floor = blob(Point2::origin(), spec.floor_length / 2.0, spec.floor_width / 2.0, turn, 1.0, rng);
        let levels = (spec.depth / spec.bench_height).floor();
        let pushbacks = (0..spec.phases)
            .map(|k| {
                // Each pushback has its own sector. It is high enough above the floor to leave the
                // floor unchanged.
                let level = (levels * rng.between(0.35, 0.7)).round().max(2.0);
                let height = level * spec.bench_height;
                let bearing = turn + TAU * (f64::from(k) + rng.unit()) / f64::from(spec.phases);
                let beyond = rng.between(5.0, 40.0);
                let radius = rng.between(90.0, 130.0);
                let out = direction(bearing);
                let rim = support(&floor, out) + height / spec.wall_slope() + beyond;
                let centre = Point2::origin() + out * (rim - radius);
                (blob(centre, radius, radius * 0.85, bearing + TAU / 4.0, 0.6, rng), floor_height + height)
            })
            .collect();
        Self { floor, floor_height, pushbacks }
    }

    /// Returns the edges from which the pit's wall rises, without those of the ramp.
    pub fn edges(&self) -> Vec<SlopeEdge> {
        let floor = (&self.floor, self.floor_height);
        let rings = std::iter::once(floor).chain(self.pushbacks.iter().map(|(ring, height)| (ring, *height)));
        rings.map(|(ring, height)| SlopeEdge::level(ring, height).thinned(TOLERANCE)).collect()
    }
}

/// Returns the greatest extent of a ring in a direction, m.
fn support(ring: &[Point2], out: haul_core::Vector2) -> f64 {
    ring.iter().map(|p| p.coords.dot(&out)).fold(f64::NEG_INFINITY, f64::max)
}

/// Returns an ellipse with semi-axes `a` and `b` (m) and a wavy rim, turned by `turn` (rad).
pub fn blob(centre: Point2, a: f64, b: f64, turn: f64, waviness: f64, rng: &mut Stream) -> Vec<Point2> {
    let waves: Vec<(f64, f64)> =
        HARMONICS.iter().map(|h| (h * waviness * rng.between(0.5, 1.0), rng.between(0.0, TAU))).collect();
    let (along, across) = (direction(turn), direction(turn + TAU / 4.0));
    (0..POINTS)
        .map(|k| {
            let phi = TAU * k as f64 / POINTS as f64;
            let wave: f64 =
                waves.iter().enumerate().map(|(n, (h, phase))| h * libm::cos((n + 2) as f64 * phi + phase)).sum();
            centre + (along * (a * libm::cos(phi)) + across * (b * libm::sin(phi))) * (1.0 + wave)
        })
        .collect()
}
