//! Random routes against Dijkstra's algorithm on independently computed costs.
//!
//! ```text
//! cargo bench -p haul-planner --bench routes_against_dijkstra -- [SIDE] [STARTS] [GOALS_PER_START]
//! ```
#![allow(clippy::print_stdout)]

#[path = "../tests/dijkstra/mod.rs"]
mod dijkstra;
#[path = "../tests/grid/mod.rs"]
mod grid;

use dijkstra::Oracle;
use grid::{grid_mine, random_position};
use haul_planner::route::{Network, RouteOptions};
use haul_planner::{Conditions, TruckModel};
use haul_vehicle::TruckSpec;
use std::sync::Arc;

fn main() {
    let number = |k: usize, or: usize| std::env::args().nth(k).and_then(|a| a.parse().ok()).unwrap_or(or);
    let (side, starts, goals) = (number(1, 40), number(2, 1_000), number(3, 100));
    let (map, truck) = (grid_mine(side, 21), TruckModel::new(Arc::new(TruckSpec::tr100at())));
    let conditions = Conditions::of(&map);
    let network = Network::prepare(&map, &truck, &conditions, 91_000.0);
    let oracle = Oracle::new(&map, &truck, &conditions, 91_000.0);
    let mut stream = haul_core::stream(17, "example", "dijkstra");
    let (mut asked, mut unreached, mut worst) = (0, 0, 0.0_f64);
    for _ in 0..starts {
        let from = random_position(&mut stream, &map);
        let known = oracle.from(from);
        for _ in 0..goals {
            let to = random_position(&mut stream, &map);
            let best = oracle.time(&known, from, to);
            asked += 1;
            match network.plan(&map, from, to, &RouteOptions::default()) {
                Ok(route) => worst = worst.max((route.time - best).abs()),
                Err(_) if best.is_infinite() => unreached += 1,
                Err(error) => println!("{from:?} to {to:?}: {error}, Dijkstra takes {best} s"),
            }
        }
    }
    println!(
        "{} ways: {asked} routes, {unreached} not connected, greatest difference {worst:.2e} s",
        map.roads.roads.len() * 2
    );
}
