//! A hydraulic excavator: undercarriage, upper structure, boom, stick and bucket, each about its own pivot.

use super::solid::Solid;
use super::{BRIGHT_STEEL, GLASS, ROCK, STEEL, YELLOW};

/// Foot of the boom on the upper structure: x, z, m.
pub const BOOM_FOOT: [f64; 2] = [1.4, 3.1];
/// Length of the boom, foot to stick pivot, m.
pub const BOOM_LENGTH: f64 = 8.2;
/// Length of the stick, boom pivot to bucket pivot, m.
pub const STICK_LENGTH: f64 = 4.6;

/// Returns tracks and frame, standing on the ground.
pub fn undercarriage() -> Solid {
    let mut s = Solid::new();
    for side in [-1.0, 1.0] {
        let (a, b) = (side * 1.75, side * 2.65);
        let (y0, y1) = (f64::min(a, b), f64::max(a, b));
        s.plate(
            &[[-3.4, 0.0], [3.4, 0.0], [4.0, 0.55], [4.0, 0.95], [3.5, 1.4], [-3.5, 1.4], [-4.0, 0.95], [-4.0, 0.55]],
            y0,
            y1,
            STEEL,
        );
        for k in 0..26 {
            let x = -3.4 + 6.8 * f64::from(k) / 25.0;
            s.cuboid([x - 0.05, y0 - 0.03, 1.36], [x + 0.05, y1 + 0.03, 1.46], BRIGHT_STEEL);
        }
        for k in 0..7 {
            let x = -3.0 + f64::from(k);
            s.bar([x, y0 - 0.04, 0.55], [x, y1 + 0.04, 0.55], 0.34, 16, BRIGHT_STEEL);
        }
    }
    s.cuboid([-1.7, -1.8, 0.7], [1.7, 1.8, 1.35], YELLOW);
    s.bar([0.0, 0.0, 1.3], [0.0, 0.0, 1.75], 1.5, 32, STEEL);
    s
}

/// Returns house, cab and counterweight; turns about z through the origin.
pub fn upper() -> Solid {
    let mut s = Solid::new();
    s.cuboid([-4.6, -2.5, 1.75], [2.0, 2.5, 2.3], STEEL);
    s.cuboid([-4.4, -2.45, 2.3], [0.8, -0.6, 4.4], YELLOW);
    s.cuboid([-4.4, 0.6, 2.3], [-0.6, 2.45, 4.4], YELLOW);
    s.cuboid([-4.4, -0.6, 2.3], [0.2, 0.6, 4.0], YELLOW);
    s.block(
        [[-5.4, -2.4, 1.9], [-4.4, -2.5, 1.8], [-4.4, 2.5, 1.8], [-5.4, 2.4, 1.9]],
        [[-5.4, -2.4, 3.9], [-4.4, -2.5, 4.2], [-4.4, 2.5, 4.2], [-5.4, 2.4, 3.9]],
        STEEL,
    );
    // Cab at the left front, raised.
    s.cuboid([-0.4, 0.95, 2.3], [1.9, 2.5, 3.3], YELLOW);
    s.cuboid([-0.4, 0.95, 3.3], [1.9, 2.5, 5.2], YELLOW);
    s.face(&[[1.915, 1.05, 3.6], [1.915, 2.4, 3.6], [1.915, 2.4, 5.0], [1.915, 1.05, 5.0]], GLASS);
    s.face(&[[1.75, 2.515, 3.7], [-0.2, 2.515, 3.7], [-0.2, 2.515, 5.0], [1.75, 2.515, 5.0]], GLASS);
    s.face(&[[-0.2, 0.935, 3.7], [1.75, 0.935, 3.7], [1.75, 0.935, 5.0], [-0.2, 0.935, 5.0]], GLASS);
    for y in [-1.9, -1.3] {
        s.bar([-3.4, y, 4.4], [-3.4, y, 5.1], 0.13, 12, STEEL);
    }
    s
}

/// Returns the boom, lying along +x from its foot at the origin.
pub fn boom() -> Solid {
    let mut s = Solid::new();
    let bend = 0.42 * BOOM_LENGTH;
    s.plate(&[[0.0, -0.32], [bend, 0.35], [bend, 1.35], [0.0, 0.32]], -0.55, 0.55, YELLOW);
    s.plate(&[[bend, 0.35], [BOOM_LENGTH, -0.25], [BOOM_LENGTH, 0.25], [bend, 1.35]], -0.48, 0.48, YELLOW);
    s.bar([0.0, -0.75, 0.0], [0.0, 0.75, 0.0], 0.30, 18, STEEL);
    s.bar([BOOM_LENGTH, -0.62, 0.0], [BOOM_LENGTH, 0.62, 0.0], 0.25, 18, STEEL);
    for side in [-1.0, 1.0] {
        s.bar([0.6, side * 0.78, -0.9], [bend - 0.2, side * 0.68, 0.75], 0.17, 14, BRIGHT_STEEL);
    }
    s.bar([bend + 0.2, 0.0, 1.5], [BOOM_LENGTH - 0.6, 0.0, 1.05], 0.17, 14, BRIGHT_STEEL);
    s
}

/// Returns the stick, lying along +x from the boom's end at the origin.
pub fn stick() -> Solid {
    let mut s = Solid::new();
    s.plate(
        &[[-0.9, 0.15], [0.0, -0.35], [STICK_LENGTH, -0.18], [STICK_LENGTH, 0.18], [0.4, 0.65]],
        -0.38,
        0.38,
        YELLOW,
    );
    s.bar([0.9, 0.0, 0.75], [STICK_LENGTH - 0.7, 0.0, 0.5], 0.14, 14, BRIGHT_STEEL);
    s.bar([STICK_LENGTH, -0.5, 0.0], [STICK_LENGTH, 0.5, 0.0], 0.2, 16, STEEL);
    s
}

/// Returns the empty bucket, with its pivot at the origin, its mouth towards +z and its teeth towards +x.
pub fn bucket() -> Solid {
    let mut s = Solid::new();
    let w = BUCKET_HALF_WIDTH;
    let outline = [[0.0, 0.25], [0.0, -0.55], [0.55, -1.45], [1.5, -1.6], [2.25, -0.95], [2.35, 0.1]];
    for pair in outline.windows(2) {
        let (p, q) = (pair[0], pair[1]);
        s.sheet(&[[p[0], w, p[1]], [p[0], -w, p[1]], [q[0], -w, q[1]], [q[0], w, q[1]]], STEEL);
    }
    for side in [-w, w] {
        let wall: Vec<_> = outline.iter().map(|p| [p[0], side, p[1]]).collect();
        s.sheet(&wall, STEEL);
    }
    for k in 0..5 {
        let y = -w + 0.2 + (2.0 * w - 0.4) * f64::from(k) / 4.0;
        s.block(
            [[2.2, y - 0.1, 0.0], [2.4, y - 0.1, 0.0], [2.4, y + 0.1, 0.0], [2.2, y + 0.1, 0.0]],
            [[2.3, y - 0.04, 0.5], [2.36, y - 0.04, 0.5], [2.36, y + 0.04, 0.5], [2.3, y + 0.04, 0.5]],
            BRIGHT_STEEL,
        );
    }
    s
}

/// Half of the bucket's width, m.
const BUCKET_HALF_WIDTH: f64 = 1.35;

/// Returns the rock of a full bucket, heaped over the bucket's mouth. It is flattened towards the height of the pivot
/// as the bucket empties.
pub fn ore() -> Solid {
    let mut s = Solid::new();
    s.grid(
        7,
        9,
        |i, j| {
            let (u, v) = (f64::from(i) / 6.0, f64::from(j) / 8.0 * 2.0 - 1.0);
            let heap = 0.62 * (1.0 - (2.0 * u - 1.0).powi(2)) * (1.0 - v * v);
            [0.1 + 2.1 * u, v * (BUCKET_HALF_WIDTH - 0.02), 0.05 + heap]
        },
        |_| ROCK,
    );
    s
}
