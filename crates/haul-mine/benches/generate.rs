#![allow(clippy::print_stdout, missing_docs)]
//! Benchmark of the pit generator: the time per mine, the number of mines that pass their own checks, and the number of
//! different mines. The budget is 100 ms per mine. Give the number of mines as an argument; the default is 1,000.

use haul_mine::generate::{PitSpec, generate_pit};
use std::collections::BTreeSet;
use std::time::Instant;

fn main() {
    let count = std::env::args().skip(1).find_map(|a| a.parse::<u64>().ok()).unwrap_or(1_000);
    let mut times = Vec::new();
    let mut outlines = BTreeSet::new();
    let mut failed = Vec::new();
    for seed in 1..=count {
        let start = Instant::now();
        match generate_pit(&PitSpec::drawn(seed)) {
            Ok(map) => {
                times.push(start.elapsed().as_secs_f64() * 1e3);
                let outline: Vec<u64> = map.drivable.polygon().outer.iter().map(|p| p.x.to_bits()).collect();
                outlines.insert(outline);
            }
            Err(error) => failed.push(format!("seed {seed}: {error}")),
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |q: f64| times.get(((times.len().max(1) - 1) as f64 * q) as usize).copied().unwrap_or(0.0);
    println!("{count} mines: {} made, {} different; failed {}", times.len(), outlines.len(), failed.len());
    println!("ms a mine: median {:.1}, 95th percentile {:.1}, greatest {:.1}", at(0.5), at(0.95), at(1.0));
    println!("in 100 ms: {}", times.iter().filter(|ms| **ms <= 100.0).count());
    failed.iter().take(20).for_each(|f| println!("{f}"));
}
