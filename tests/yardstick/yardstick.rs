//! Runs the planner's share of the comparison with OMPL and toppra in `tests/yardstick/compare.py`.
//!
//! ```text
//! yardstick pairs N         x,y,heading and the Reeds-Shepp length from the origin, radius 1, one a line
//! yardstick time            microseconds: a Reeds-Shepp length; milliseconds: a 3 km profile at 1 m
//! ```
#![allow(clippy::print_stdout)]

use haul_core::Pose2;
use haul_core::random::Draw;
use haul_planner::manoeuvre::reeds_shepp::shortest_length;
use haul_planner::speed::{SpeedRequest, speed_profile};
use haul_planner::{Conditions, Path, PathPoint, Travel, TruckModel};
use haul_vehicle::TruckSpec;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

fn pairs(count: usize) -> Vec<Pose2> {
    let mut stream = haul_core::stream(23, "yardstick", "pairs");
    (0..count)
        .map(|_| Pose2::new(stream.between(-10.0, 10.0), stream.between(-10.0, 10.0), stream.between(-3.0, 3.0)))
        .collect()
}

/// Returns a flat, curved road of 3 km.
fn road() -> Path {
    let point = |k: usize| {
        let s = k as f64;
        PathPoint::at_pose(Pose2::default(), 0.02 * (s / 90.0).sin(), s, Travel::Forward)
    };
    Path::new((0..=3_000).map(point).collect())
}

/// Returns the shortest time of several runs, s.
fn least(mut work: impl FnMut()) -> f64 {
    (0..20)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let number = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    match what.as_str() {
        "pairs" => {
            for goal in pairs(number) {
                let length = shortest_length(Pose2::default(), goal, 1.0);
                println!("{:.17},{:.17},{:.17},{length:.17}", goal.x, goal.y, goal.heading);
            }
        }
        "time" => {
            let goals = pairs(20_000);
            let word = least(|| {
                for goal in &goals {
                    black_box(shortest_length(Pose2::default(), black_box(*goal), 1.0));
                }
            });
            let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
            let dry = Conditions { friction: 0.5, rolling_resistance: 0.025, speed_cap: 13.0 };
            let (path, request) = (road(), SpeedRequest { payload_kg: 91_000.0, ..SpeedRequest::default() });
            let profile = least(|| {
                black_box(speed_profile(black_box(&path), &truck, &dry, &request).is_ok());
            });
            println!("{:.6} {:.6}", 1e6 * word / goals.len() as f64, 1e3 * profile);
        }
        _ => println!("yardstick pairs N | time"),
    }
}
