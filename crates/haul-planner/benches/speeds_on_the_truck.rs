//! Speed profiles of random roads driven by the full truck model: figures that compare plan and truck.
//!
//! ```text
//! cargo bench -p haul-planner --bench speeds_on_the_truck -- [ROADS] [SEED] [sharp]
//! cargo bench -p haul-planner --bench speeds_on_the_truck -- descents
//! ```
//!
//! Changes of grade are eased as the design rules require; with `sharp`, over 10 m only. `descents` drives long
//! descents instead of random roads: a grid of altitudes and air temperatures, grades, lengths, payloads and surfaces.

#![allow(clippy::print_stdout)]

#[path = "../tests/full_truck/mod.rs"]
mod full_truck;

use full_truck::{BY_DESIGN, Driven, SHARP, drive, random_road, straight};
use haul_core::units::to_celsius;
use haul_planner::speed::{Retarding, SpeedRequest, speed_profile};
use haul_planner::{Conditions, TruckModel};
use haul_vehicle::{Environment, TruckSpec};
use std::sync::Arc;

/// Drives long descents that are planned with the retarder's heat, starting from cool oil.
fn descents() {
    let (mut hottest, mut latest, mut braked) = (f64::NEG_INFINITY, 0.0f64, 0.0f64);
    let airs = [(0.0, 25.0), (1_300.0, -40.0), (1_300.0, 45.0), (4_000.0, 10.0)];
    let trucks = airs.map(|(altitude, celsius)| {
        TruckModel::in_environment(Arc::new(TruckSpec::tr100at()), Environment::new(altitude, celsius))
    });
    let lengths = [1_000.0, 2_000.0, 3_000.0, 5_000.0];
    let grades = [6.0, 8.0, 10.0, 12.0];
    for (truck, grade, length) in
        trucks.iter().flat_map(|t| grades.into_iter().flat_map(move |g| lengths.map(|l| (t, g, l))))
    {
        let retarder = &truck.spec.transmission.retarder;
        let air = truck.limits.environment();
        for (share, rolling_resistance) in [(1.0, 0.015), (1.0, 0.025), (1.0, 0.04), (0.5, 0.025)] {
            let path = straight(&[(100.0, 0.0), (length, -grade / 100.0), (150.0, 0.0)], 1.0, BY_DESIGN);
            let conditions = Conditions { friction: 0.55, rolling_resistance, speed_cap: 13.0 };
            let payload_kg = share * truck.spec.rated_payload();
            let retarding = Retarding::Heat { temperature: retarder.coolant_temperature(air) };
            let request = SpeedRequest { payload_kg, jerk: Some(1.0), retarding, ..SpeedRequest::default() };
            let Ok(profile) = speed_profile(&path, truck, &conditions, &request) else { continue };
            let driven = drive(truck, &path, &profile, &conditions, payload_kg);
            let over = driven.hottest - retarder.limit_temperature;
            let off = driven.time / profile.total_time() - 1.0;
            println!(
                "{:.0} °C at {:.0} m: -{grade:.0} % over {length:.0} m, {:.0} t, {:.1} % rolling: {:.0} s, {:+.2} % off, {over:+.1} K of the limit, \
                 {:.1} MJ by the service brakes",
                to_celsius(air.air_temperature),
                air.altitude,
                payload_kg / 1e3,
                100.0 * rolling_resistance,
                profile.total_time(),
                100.0 * off,
                driven.service_work / 1e6
            );
            (hottest, latest, braked) =
                (hottest.max(over), latest.max(off.abs()), braked.max(driven.service_work / 1e6));
        }
    }
    println!(
        "hottest {hottest:+.1} K of the limit, time off by {:.2} % at the most, {braked:.1} MJ by the service brakes",
        100.0 * latest
    );
}

fn main() {
    let mut asked = std::env::args().skip(1).filter_map(|a| a.parse::<u64>().ok());
    let (roads, seed) = (asked.next().unwrap_or(60), asked.next().unwrap_or(1));
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    if std::env::args().any(|a| a == "descents") {
        return descents();
    }
    let eased_over = if std::env::args().any(|a| a == "sharp") { SHARP } else { BY_DESIGN };
    let retarder = &truck.spec.transmission.retarder;
    let mut ratios = Vec::new();
    let (mut late, mut fast, mut off, mut hot, mut grip) = (0, 0.0f64, 0.0f64, f64::NEG_INFINITY, 0.0f64);
    for k in 0..roads {
        let (pieces, conditions, payload_kg) = random_road(&truck, seed, k);
        let path = straight(&pieces, 1.0, eased_over);
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
