//! Speed profiles of random roads driven by the full truck: what the plan is worth on the machine, in figures.
//!
//! `cargo run --release -p haul-planner --example speeds_on_the_truck [ROADS] [SEED]`

#![allow(clippy::print_stdout)]

#[path = "../tests/full_truck/mod.rs"]
mod full_truck;

use full_truck::{Driven, drive, random_road, straight};
use haul_planner::TruckModel;
use haul_planner::speed::{Retarding, SpeedRequest, speed_profile};
use haul_vehicle::TruckSpec;
use std::sync::Arc;

fn main() {
    let mut asked = std::env::args().skip(1).filter_map(|a| a.parse::<u64>().ok());
    let (roads, seed) = (asked.next().unwrap_or(60), asked.next().unwrap_or(1));
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let retarder = &truck.spec.transmission.retarder;
    let mut ratios = Vec::new();
    let (mut late, mut fast, mut off, mut hot, mut grip) = (0, 0.0f64, 0.0f64, f64::NEG_INFINITY, 0.0f64);
    for k in 0..roads {
        let (pieces, conditions, payload_kg) = random_road(&truck, seed, k);
        let path = straight(&pieces, 1.0);
        let request = SpeedRequest {
            payload_kg,
            jerk: Some(1.0),
            retarding: Retarding::Heat { temperature: retarder.coolant },
            ..SpeedRequest::default()
        };
        let profile = match speed_profile(&path, &truck, &conditions, &request) {
            Ok(profile) => profile,
            Err(error) => {
                println!("{k}: {error}");
                continue;
            }
        };
        let driven: Driven = drive(&truck, &path, &profile, &conditions, payload_kg);
        let ratio = driven.time / profile.total_time();
        let grades: Vec<String> = pieces.iter().map(|p| format!("{:.0} m {:+.0} %", p.0, 100.0 * p.1)).collect();
        if (ratio - 1.0).abs() > 0.02 {
            late += 1;
        }
        println!(
            "{k}: {:+.2} % of {:.0} s, {:.2} m/s too fast, stands {:+.2} m off, {:+.1} K of the limit, {:.0} t on {}",
            100.0 * (ratio - 1.0),
            profile.total_time(),
            driven.too_fast,
            driven.at - path.length(),
            driven.hottest - retarder.limit_temperature,
            payload_kg / 1e3,
            grades.join(", "),
        );
        ratios.push(ratio - 1.0);
        fast = fast.max(driven.too_fast);
        off = off.max((driven.at - path.length()).abs());
        hot = hot.max(driven.hottest - retarder.limit_temperature);
        grip = grip.max(driven.grip_used);
    }
    ratios.sort_by(f64::total_cmp);
    let at = |q: f64| 100.0 * ratios[((ratios.len() - 1) as f64 * q) as usize];
    println!(
        "{} roads: time {:+.2} % at the least, {:+.2} % in the median, {:+.2} % at the most; {late} off by over 2 %",
        ratios.len(),
        at(0.0),
        at(0.5),
        at(1.0)
    );
    println!(
        "{fast:.2} m/s too fast, {off:.2} m off the end, {hot:+.1} K of the limit, {:.0} % of the grip",
        100.0 * grip
    );
}
