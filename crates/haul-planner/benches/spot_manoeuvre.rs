#![allow(clippy::print_stdout, missing_docs)]
//! Manoeuvres into spots of a loading area, over a fixed set of 40 cases. The budget is 20 ms in the median and 200 ms
//! at the 95th percentile.

use criterion::{Criterion, criterion_group, criterion_main};
use haul_core::random::Draw;
use haul_core::{Point2, Polygon, Pose2, Vector2};
use haul_mine::Drivable;
use haul_planner::manoeuvre::{FreeSpace, ManoeuvreOptions, Obstacle, plan_manoeuvre};
use haul_planner::{Travel, TruckModel};
use haul_vehicle::TruckSpec;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

const CASES: usize = 40;

/// Returns a road 24 m wide that ends in a bench with a ragged face.
fn bench_floor() -> Option<Drivable> {
    let outer = [
        (-80.0, -12.0),
        (0.0, -12.0),
        (6.0, -28.0),
        (20.0, -33.0),
        (38.0, -30.0),
        (55.0, -34.0),
        (68.0, -25.0),
        (72.0, -8.0),
        (69.0, 9.0),
        (71.0, 22.0),
        (60.0, 33.0),
        (42.0, 30.0),
        (25.0, 34.0),
        (8.0, 28.0),
        (0.0, 12.0),
        (-80.0, 12.0),
    ];
    Drivable::new(Polygon { outer: outer.iter().map(|&(x, y)| Point2::new(x, y)).collect(), holes: Vec::new() })
}

/// Generates spots along the face where the truck stands tail to it, with a shovel and up to two parked machines
/// nearby. Each start pose is on the road.
fn cases(drivable: &Drivable, truck: &TruckModel) -> Vec<(Pose2, Pose2, Vec<Obstacle>)> {
    let mut stream = haul_core::stream(11, "bench", "spots");
    let ring = &drivable.polygon().outer;
    let mut cases = Vec::new();
    while cases.len() < CASES {
        let i = 1 + (stream.unit() * (ring.len() - 3) as f64) as usize;
        let along = (ring[i + 1] - ring[i]).normalize();
        let inwards = Vector2::new(-along.y, along.x);
        let foot = ring[i] + (ring[i + 1] - ring[i]) * stream.unit();
        let at = foot + inwards * (truck.footprint.rear + stream.between(0.8, 3.0));
        let goal = Pose2::new(at.x, at.y, libm::atan2(inwards.y, inwards.x) + stream.between(-0.4, 0.4));
        let start = Pose2::new(stream.between(-60.0, -15.0), stream.between(-7.0, -4.0), stream.between(-0.1, 0.1));
        if drivable.footprint_clearance(&truck.footprint, goal) < 0.5 {
            continue;
        }
        // The shovel is on the truck's left; parked machines are anywhere.
        let shovel = Obstacle::Circle { centre: goal.place(-2.0, 14.0), radius: 7.0 };
        let mut obstacles = vec![shovel];
        for _ in 0..(stream.unit() * 3.0) as usize {
            let centre = Point2::new(stream.between(15.0, 65.0), stream.between(-25.0, 25.0));
            if truck.footprint.distance(goal, centre) > 12.0 {
                obstacles.push(Obstacle::Circle { centre, radius: 4.0 });
            }
        }
        cases.push((start, goal, obstacles));
    }
    cases
}

fn bench(c: &mut Criterion) {
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let Some(drivable) = bench_floor() else { return };
    let cases = cases(&drivable, &truck);
    let options = ManoeuvreOptions { last: Some(Travel::Reverse), ..ManoeuvreOptions::default() };
    let plan = |k: usize| {
        let (start, goal, obstacles) = &cases[k % CASES];
        let space = FreeSpace { drivable: &drivable, obstacles: obstacles.clone() };
        plan_manoeuvre(black_box(*start), black_box(*goal), &space, &truck, &options)
    };
    let mut times = Vec::new();
    let mut reached = 0;
    for k in 0..CASES {
        // Take the minimum of three runs, because the computer has other work.
        let mut least = f64::INFINITY;
        for round in 0..3 {
            let began = Instant::now();
            let found = plan(k).is_ok();
            least = least.min(began.elapsed().as_secs_f64() * 1e3);
            reached += usize::from(found && round == 0);
        }
        times.push(least);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "manoeuvre into a spot: median {:.2} ms (budget 20 ms), 95th percentile {:.2} ms (budget 200 ms), {reached} of {CASES} reached",
        times[CASES / 2],
        times[CASES * 95 / 100]
    );
    let mut k = 0;
    c.bench_function("manoeuvre into a spot, mean of 40 (budget 20 ms in the median)", |b| {
        b.iter(|| {
            k += 1;
            plan(k)
        });
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
