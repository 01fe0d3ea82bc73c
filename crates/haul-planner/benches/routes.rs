//! Routes on two networks, of 40,000 directed edges and of 40,000 nodes. The budget is 10 µs for a route and 0.12 s for
//! an update.
#![allow(clippy::print_stdout, missing_docs)]

#[path = "../tests/grid/mod.rs"]
mod grid;

use criterion::{Criterion, criterion_group, criterion_main};
use grid::{grid_mine, random_position};
use haul_core::RoadId;
use haul_mine::RoadPosition;
use haul_planner::route::{Network, RouteOptions};
use haul_planner::{Conditions, TruckModel};
use haul_vehicle::TruckSpec;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

const QUESTIONS: usize = 1000;
/// Number of rounds. The quickest round shows the time of a query on an idle machine.
const ROUNDS: usize = 100;
/// Number of road changes timed before criterion measures more of them.
const CHANGES: usize = 40;
/// Speed limit of the changed roads, m/s.
const SLOW: f64 = 4.0;
const QUICK: f64 = 12.0;

fn bench(c: &mut Criterion) {
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    for side in [112, 200] {
        let mut map = grid_mine(side, 1);
        let conditions = Conditions::of(&map);
        let began = Instant::now();
        let mut network = Network::prepare(&map, &truck, &conditions, 91_000.0);
        let prepared = began.elapsed();
        let size = format!("{} nodes, {} ways", map.roads.nodes.len(), map.roads.roads.len() * 2);
        println!("{size}: prepared in {prepared:.2?}");
        let mut stream = haul_core::stream(2, "bench", "routes");
        let questions: Vec<(RoadPosition, RoadPosition)> =
            (0..QUESTIONS).map(|_| (random_position(&mut stream, &map), random_position(&mut stream, &map))).collect();
        let options = RouteOptions::default();
        let round = |_| {
            let began = Instant::now();
            for (from, to) in &questions {
                let _ = black_box(network.plan(&map, *from, *to, &options));
            }
            began.elapsed()
        };
        let quickest = (0..ROUNDS).map(round).min().unwrap_or_default() / QUESTIONS as u32;
        println!("route, {size}: {quickest:.2?} in the quickest of {ROUNDS} rounds (budget 10 µs)");
        let mut k = 0;
        c.bench_function(&format!("route, {size} (budget 10 µs)"), |b| {
            b.iter(|| {
                k = (k + 1) % QUESTIONS;
                network.plan(&map, black_box(questions[k].0), questions[k].1, &options)
            });
        });
        c.bench_function(&format!("route by plain A*, {size}"), |b| {
            b.iter(|| {
                k = (k + 1) % QUESTIONS;
                network.plan_by_search(&map, black_box(questions[k].0), questions[k].1, &options)
            });
        });
        // Changes the limit of one road after another, all over the network.
        let (mut changed, mut slowest) = (0, Duration::ZERO);
        let mut change = || {
            changed = (changed + map.roads.roads.len() * 7 / CHANGES) % map.roads.roads.len();
            let limit = map.roads.roads[changed].speed_limit;
            map.roads.roads[changed].speed_limit = Some(if limit == Some(SLOW) { QUICK } else { SLOW });
            let began = Instant::now();
            network.update(&map, &truck, &[RoadId(changed as u32)]);
            slowest = slowest.max(began.elapsed());
        };
        (0..CHANGES).for_each(|_| change());
        c.bench_function(&format!("a change taken up, {size} (budget 0.12 s)"), |b| b.iter(&mut change));
        println!("the slowest of all changes: {slowest:.3?}");
    }
}

criterion_group! {
    name = routes;
    config = Criterion::default().sample_size(10);
    targets = bench
}
criterion_main!(routes);
