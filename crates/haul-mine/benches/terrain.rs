#![allow(clippy::print_stdout, missing_docs)]
//! Height and normal under a point and under a tyre's footprint on a mine of 5 × 5 km: at the spacing at which such a mine is
//! built (6 million nodes), and at 1 m (25 million nodes), far more than a cache holds. The budget is 100 ns for height
//! and normal under a point. Points lie along truck paths, as the physics asks for them, and at random, the worst there is.

use haul_core::Point2;
use haul_mine::Terrain;
use haul_mine::build::BuildOptions;
use std::hint::black_box;
use std::time::Instant;

/// Side of the mine, m.
const SIDE: f64 = 5_000.0;
const ASKED: usize = 2_000_000;

fn main() {
    let built = SIDE / ((BuildOptions::default().terrain_nodes as f64).sqrt() - 1.0);
    for spacing in [built, 1.0] {
        println!("5 x 5 km at {spacing:.2} m");
        ask(spacing);
    }
}

fn ask(spacing: f64) {
    let nodes = (SIDE / spacing).round() as usize + 1;
    let heights = (0..nodes * nodes)
        .map(|k| {
            let (x, y) = ((k % nodes) as f32 * spacing as f32, (k / nodes) as f32 * spacing as f32);
            40.0 * (x / 300.0).sin() + 30.0 * (y / 210.0).cos()
        })
        .collect();
    let Some(terrain) = Terrain::new(Point2::origin(), spacing, nodes, heights) else { return };
    // A truck's four wheels on a winding road, 5 cm a step.
    let path: Vec<Point2> = (0..ASKED)
        .map(|k| {
            let s = (k / 4) as f64 * 0.05;
            let wheel = [(0.0, 2.1), (0.0, -2.1), (-4.6, 1.8), (-4.6, -1.8)][k % 4];
            let a = s / 900.0;
            Point2::new(2_500.0 + 2_000.0 * a.cos() + wheel.0, 2_500.0 + 2_000.0 * a.sin() + wheel.1)
        })
        .collect();
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31) * SIDE
    };
    let random: Vec<Point2> = (0..ASKED).map(|_| Point2::new(next(), next())).collect();
    for (name, points) in [("along a path", &path), ("at random", &random)] {
        let point = nanoseconds(points, |p| {
            let (h, n) = terrain.surface(p.x, p.y);
            h + n.z
        });
        let footprint = nanoseconds(points, |p| {
            let c = terrain.under_tyre(p.x, p.y, 0.3, 0.7, 0.45);
            c.height + c.normal.z
        });
        println!("{name}: height and normal {point:.0} ns, under a tyre's footprint {footprint:.0} ns");
    }
}

/// Median of five rounds.
fn nanoseconds(points: &[Point2], ask: impl Fn(&Point2) -> f64) -> f64 {
    let mut rounds: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            let sum: f64 = points.iter().map(&ask).sum();
            black_box(sum);
            start.elapsed().as_secs_f64() * 1e9 / points.len() as f64
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[2]
}
