//! A mining tyre on its rim.

use super::solid::Solid;
use super::{BRIGHT_STEEL, RUBBER, STEEL, YELLOW};

/// Returns a wheel with an outer `radius` and a `width` (m) about the y axis through its centre.
pub fn wheel(radius: f64, width: f64) -> Solid {
    let (r, h) = (radius, width / 2.0);
    let rim = 0.48 * r;
    let mut s = Solid::new();
    // The carcass bulges at the shoulders; the rim is dished on both sides.
    s.turned(
        &[
            ([0.0, -0.35 * h], BRIGHT_STEEL),
            ([0.16 * r, -0.35 * h], YELLOW),
            ([0.40 * r, -0.20 * h], YELLOW),
            ([rim, -0.86 * h], STEEL),
            ([1.06 * rim, -0.92 * h], RUBBER),
            ([0.72 * r, -h], RUBBER),
            ([0.90 * r, -0.97 * h], RUBBER),
            ([0.965 * r, -0.78 * h], RUBBER),
            ([0.965 * r, 0.78 * h], RUBBER),
            ([0.90 * r, 0.97 * h], RUBBER),
            ([0.72 * r, h], RUBBER),
            ([1.06 * rim, 0.92 * h], STEEL),
            ([rim, 0.86 * h], YELLOW),
            ([0.40 * r, 0.20 * h], YELLOW),
            ([0.16 * r, 0.35 * h], BRIGHT_STEEL),
            ([0.0, 0.35 * h], BRIGHT_STEEL),
        ],
        36,
    );
    // Lugs of a rock tread, alternately left and right of the middle. They make the rolling visible.
    let lugs = 28;
    for k in 0..lugs {
        let turn = std::f64::consts::TAU * (f64::from(k) + 0.5) / f64::from(lugs);
        let (side, half) = (if k % 2 == 0 { 1.0 } else { -1.0 }, 0.062);
        let at = |r: f64, t: f64, y: f64| [r * t.cos(), y, r * t.sin()];
        let (y0, y1) = if side > 0.0 { (-0.12 * h, 0.93 * h) } else { (-0.93 * h, 0.12 * h) };
        let (r0, r1) = (0.94 * r, r);
        let ring = |rad: f64| {
            [at(rad, turn - half, y0), at(rad, turn - half, y1), at(rad, turn + half, y1), at(rad, turn + half, y0)]
        };
        let (inner, outer) = (ring(r0), ring(r1));
        s.face(&outer, RUBBER);
        for i in 0..4 {
            let j = (i + 1) % 4;
            s.sheet(&[inner[i], inner[j], outer[j], outer[i]], RUBBER);
        }
    }
    // Wheel nuts.
    for k in 0..12 {
        let turn = std::f64::consts::TAU * f64::from(k) / 12.0;
        let (x, z) = (0.26 * r * turn.cos(), 0.26 * r * turn.sin());
        for side in [-1.0, 1.0] {
            s.bar([x, side * 0.26 * h, z], [x, side * 0.40 * h, z], 0.028, 6, BRIGHT_STEEL);
        }
    }
    s
}
