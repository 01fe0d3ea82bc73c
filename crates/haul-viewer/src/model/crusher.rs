//! A primary crusher's hopper with its walls, building and conveyor.

use super::solid::Solid;
use super::{BRIGHT_STEEL, STEEL, YELLOW};

const CONCRETE: [f32; 3] = [0.34, 0.33, 0.31];

/// Returns the hopper, at the origin on the ground. Its open side faces +x, from where trucks reverse up to it.
pub fn crusher() -> Solid {
    let mut s = Solid::new();
    // Retaining wall and hopper of concrete; a bump stop for the wheels.
    let (half, depth) = (5.5, 7.0);
    for side in [-1.0, 1.0] {
        s.cuboid([-depth, side * half, -2.0], [0.5, side * (half + 0.7), 2.2], CONCRETE);
    }
    s.cuboid([-depth - 0.7, -half - 0.7, -2.0], [-depth, half + 0.7, 3.4], CONCRETE);
    s.cuboid([0.0, -half, -0.2], [0.6, half, 0.75], CONCRETE);
    s.face(&[[0.0, -half, 0.1], [0.0, half, 0.1], [-depth, half - 2.0, -2.0], [-depth, 2.0 - half, -2.0]], STEEL);
    for k in 0..6 {
        let y = -half + 1.0 + f64::from(k) * (2.0 * half - 2.0) / 5.0;
        s.cuboid([-depth, y - 0.08, 0.15], [-0.2, y + 0.08, 0.45], BRIGHT_STEEL);
    }
    // Crusher house behind, with a roof and the control cabin over the hopper.
    s.cuboid([-depth - 7.0, -4.5, -2.0], [-depth - 0.7, 4.5, 9.0], BRIGHT_STEEL);
    s.plate(&[[-depth - 7.4, 9.0], [-depth - 0.3, 9.0], [-depth - 0.3, 9.4], [-depth - 7.4, 10.6]], -4.9, 4.9, STEEL);
    s.cuboid([-depth - 2.6, half - 1.2, 5.0], [-depth + 0.8, half + 1.6, 8.0], YELLOW);
    s.face(
        &[
            [-depth + 0.82, half - 1.0, 6.0],
            [-depth + 0.82, half + 1.4, 6.0],
            [-depth + 0.82, half + 1.4, 7.6],
            [-depth + 0.82, half - 1.0, 7.6],
        ],
        super::GLASS,
    );
    // Conveyor to a stockpile.
    let (a, b) = ([-depth - 6.0, 0.0, 2.0], [-depth - 32.0, 0.0, 13.0]);
    let wide = 1.2;
    s.block(
        [[b[0], -wide, b[2]], [a[0], -wide, a[2]], [a[0], wide, a[2]], [b[0], wide, b[2]]],
        [[b[0], -wide, b[2] + 0.7], [a[0], -wide, a[2] + 0.7], [a[0], wide, a[2] + 0.7], [b[0], wide, b[2] + 0.7]],
        STEEL,
    );
    for k in 1..4 {
        let t = f64::from(k) / 3.4;
        let (x, z) = (a[0] + (b[0] - a[0]) * t, a[2] + (b[2] - a[2]) * t);
        for y in [-wide, wide] {
            s.bar([x, y * 1.5, -3.0], [x, y * 0.8, z], 0.14, 8, STEEL);
        }
    }
    s
}
