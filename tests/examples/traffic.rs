//! Moves trucks on generated mines along their planned paths, without physics, and prints one line per mine: visits,
//! loads per hour, and trucks that stand permanently. The site and the path planner are the real ones. An hour of eight
//! trucks takes seconds, so that right-of-way deadlocks can be sought on many mines. The exit status is 1 if a truck
//! stands permanently.
//!
//! ```text
//! cargo run -p haul-tests --example traffic -- [--first 501] [--count 40] [--trucks 8] [--hours 4] [--jitter 1]
//!     [--explain] [--mine DIR] [SEED ...]
//! ```
//!
//! Trucks start at the park; faces and dumps are assigned to them in turn. `--jitter` seeds the times that loading and
//! starting take. `--explain` prints the right of way on a mine where trucks stand permanently.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints a table")]

use haul_mine::MineMap;
use haul_mine::generate::{PitSpec, generate_pit};
use haul_tests::traffic::drive;
use std::path::PathBuf;
use std::sync::Arc;

fn main() {
    let mut seeds: Vec<u64> = Vec::new();
    let (mut first, mut count, mut trucks, mut hours, mut jitter) = (501_u64, 40_u64, 8_usize, 4.0, 1_u64);
    let (mut explain, mut mine) = (false, None::<PathBuf>);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_default();
        match word.as_str() {
            "--first" => first = value().parse().unwrap_or(first),
            "--count" => count = value().parse().unwrap_or(count),
            "--trucks" => trucks = value().parse().unwrap_or(trucks),
            "--hours" => hours = value().parse().unwrap_or(hours),
            "--jitter" => jitter = value().parse().unwrap_or(jitter),
            "--mine" => mine = Some(value().into()),
            "--explain" => explain = true,
            seed => match seed.parse() {
                Ok(seed) => seeds.push(seed),
                Err(_) => {
                    eprintln!("`{seed}` is neither an option nor a seed");
                    std::process::exit(2);
                }
            },
        }
    }
    if seeds.is_empty() {
        seeds = if mine.is_some() { vec![0] } else { (first..first + count).collect() };
    }
    let mut bad = 0;
    for seed in seeds {
        let began = std::time::Instant::now();
        let map = match &mine {
            Some(folder) => MineMap::load(folder).map_err(|e| e.to_string()),
            None => generate_pit(&PitSpec::drawn(seed)).map_err(|e| e.to_string()),
        };
        let line = match map.and_then(|map| drive(Arc::new(map), trucks, jitter + seed, hours)) {
            Ok(outcome) => {
                outcome.refused.iter().for_each(|refused| println!("  refused: {refused}"));
                let loads: u32 = outcome.loads.iter().sum();
                if outcome.stand.is_empty() {
                    let fewest = outcome.loads.iter().min().copied().unwrap_or(0);
                    let (rate, longest) = (f64::from(loads) / outcome.hours, outcome.longest_stand / 60.0);
                    format!("{rate:.1} loads an hour, fewest {fewest} of a truck, longest stand {longest:.0} min")
                } else {
                    bad += 1;
                    if explain {
                        println!("{}", outcome.right_of_way);
                    }
                    let (at, stand) = (outcome.hours * 3600.0, outcome.stand.join(", "));
                    format!("FOR GOOD at {at:.0} s after {loads} loads: {stand}")
                }
            }
            Err(error) => {
                bad += 1;
                error
            }
        };
        println!("{seed} {line}; {:.1} s", began.elapsed().as_secs_f64());
    }
    println!("{bad} mines with trucks that stand for good");
    std::process::exit(i32::from(bad > 0));
}
