#![allow(clippy::print_stdout, missing_docs)]
//! A speed profile over 3 km with points every metre. The budget is 2 ms.

use criterion::{Criterion, criterion_group, criterion_main};
use haul_core::Pose2;
use haul_planner::speed::{SpeedRequest, speed_profile};
use haul_planner::{Conditions, Path, PathPoint, Travel, TruckModel};
use haul_vehicle::TruckSpec;
use std::hint::black_box;
use std::sync::Arc;

/// Returns a haul road out of a pit: a bench, two ramps with a switchback between them, and a road with crests and
/// bends.
fn haul_road() -> Path {
    let grade = |s: f64| match s {
        s if s < 300.0 => 0.0,
        s if s < 1900.0 => 0.08 + 0.01 * libm::sin(s / 37.0),
        s => 0.04 * libm::sin(s / 120.0),
    };
    let curvature = |s: f64| {
        let switchback = (1.0 - ((s - 1100.0) / 40.0).abs()).max(0.0) * 0.04;
        0.004 * libm::sin(s / 90.0) + switchback
    };
    let point = |k: usize| {
        let s = k as f64;
        PathPoint { grade: grade(s), ..PathPoint::at_pose(Pose2::default(), curvature(s), s, Travel::Forward) }
    };
    Path::new((0..=3000).map(point).collect())
}

fn bench(c: &mut Criterion) {
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let conditions = Conditions { friction: 0.5, rolling_resistance: 0.025, speed_cap: 13.0 };
    let out = haul_road();
    // The same road downhill with an empty truck, where the retarder limits the speed.
    let mut back = Path::new(out.points.iter().rev().copied().collect());
    for p in &mut back.points {
        (p.station, p.grade, p.curvature) = (3000.0 - p.station, -p.grade, -p.curvature);
    }
    let loaded = SpeedRequest { payload_kg: truck.spec.rated_payload(), ..SpeedRequest::default() };
    for (name, path, request) in [
        ("loaded, uphill", &out, loaded),
        ("loaded, downhill", &back, loaded),
        ("empty, downhill", &back, SpeedRequest::default()),
    ] {
        c.bench_function(&format!("speed profile of 3 km at 1 m, {name} (budget 2 ms)"), |b| {
            b.iter(|| speed_profile(black_box(path), &truck, &conditions, black_box(&request)));
        });
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
