//! Success rate, speed and quality of manoeuvres into 2,000 random spots in 200 random loading and dumping areas. Each
//! spot has a path by construction.
//!
//! ```text
//! cargo bench -p haul-planner --bench completeness -- [AREAS] [SPOTS_PER_AREA] [check]
//! ```
//!
//! `check` tests the footprint along each path at every centimetre, independently of the planner.
#![allow(clippy::print_stdout)]

#[path = "../tests/areas/mod.rs"]
mod areas;

use areas::{MARGIN, Oracle};
use haul_core::angle;
use haul_planner::manoeuvre::reeds_shepp::{RsPath, shortest};
use haul_planner::manoeuvre::{FreeSpace, ManoeuvreOptions, plan_manoeuvre};
use haul_planner::speed::{SpeedRequest, speed_profile};
use haul_planner::{Conditions, Path, Travel, TruckModel};
use haul_vehicle::TruckSpec;
use std::sync::Arc;
use std::time::Instant;

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let i = ((sorted.len() as f64 - 1.0) * share).round() as usize;
    sorted.get(i).copied().unwrap_or(f64::NAN)
}

fn is_clear(word: &RsPath, space: &FreeSpace, truck: &TruckModel) -> bool {
    let count = (word.length() / 0.2).ceil() as usize;
    (0..=count).all(|k| {
        let pose = word.at(word.length() * k as f64 / count.max(1) as f64);
        space.footprint_clearance_up_to(&truck.footprint, pose, MARGIN) >= MARGIN
    })
}

/// Returns the driving time of a path with the empty truck on dry level ground, s.
fn seconds(path: &Path, truck: &TruckModel) -> f64 {
    let dry = Conditions { friction: 0.55, rolling_resistance: 0.025, speed_cap: 13.0 };
    let request = SpeedRequest { payload_kg: 0.0, ..SpeedRequest::default() };
    speed_profile(path, truck, &dry, &request).map_or(f64::NAN, |p| p.total_time())
}

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let check = std::env::args().any(|a| a == "check");
    let (areas, spots) = (numbers.first().copied().unwrap_or(200), numbers.get(1).copied().unwrap_or(10));
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let options = ManoeuvreOptions { margin: MARGIN, last: Some(Travel::Reverse), ..ManoeuvreOptions::default() };
    let radius = 1.0 / truck.max_curvature();
    let (mut times, mut ratios, mut free_ratios, mut way_ratios) = (vec![], vec![], vec![], vec![]);
    let (mut driven, mut clearances, mut crooked) = (vec![], vec![], vec![]);
    let (mut made, mut solved, mut touched) = (0, 0, 0);
    let mut excess = [0_usize; 6];
    for number in 0..areas {
        let mut stream = haul_core::stream(number as u64, "completeness", "area");
        let area = areas::area(&mut stream, &truck);
        let space = area.space();
        for spot in 0..spots {
            let Some(case) = areas::case(&mut stream, &area, &truck) else { continue };
            made += 1;
            let began = Instant::now();
            let found = plan_manoeuvre(case.start, case.goal, &space, &truck, &options);
            let took = began.elapsed().as_secs_f64() * 1e3;
            times.push(took);
            match found {
                Ok(path) => {
                    solved += 1;
                    let free = shortest(case.start, case.goal, radius);
                    let ratio = path.length() / free.length();
                    ratios.push(ratio);
                    way_ratios.push(path.length() / case.length);
                    if is_clear(&free, &space, &truck) {
                        free_ratios.push(ratio);
                    }
                    let run_in = path.at(path.length() - 5.0).pose.heading;
                    crooked.push(angle::difference(run_in, case.goal.heading).abs().to_degrees());
                    driven.push(seconds(&path, &truck));
                    clearances.push(path.points.iter().map(|p| p.clearance).fold(f64::INFINITY, f64::min));
                    let cusps = path.sections().len() - 1;
                    excess[cusps.saturating_sub(case.cusps).min(5)] += 1;
                    if cusps > case.cusps + 1 {
                        println!("{number}/{spot}: {cusps} cusps, {} are enough", case.cusps);
                    }
                    if check {
                        let least = Oracle::new(&area).along(&truck.footprint, &path);
                        if least < MARGIN - 0.05 {
                            touched += 1;
                            println!("{number}/{spot}: comes within {least:.3} m");
                        }
                    }
                }
                Err(error) => println!("{number}/{spot}: {took:.0} ms, way of {} cusps: {error}", case.cusps),
            }
        }
    }
    for list in [&mut times, &mut ratios, &mut free_ratios, &mut way_ratios, &mut driven, &mut clearances, &mut crooked]
    {
        list.sort_by(f64::total_cmp);
    }
    println!("solved {solved} of {made} ({:.2} %)", 100.0 * solved as f64 / made as f64);
    println!(
        "time: median {:.1} ms, 95 % {:.1} ms, 99 % {:.1} ms, greatest {:.0} ms",
        quantile(&times, 0.5),
        quantile(&times, 0.95),
        quantile(&times, 0.99),
        quantile(&times, 1.0)
    );
    println!(
        "length by the free Reeds-Shepp length: median {:.3} of all, {:.3} of the {} where nothing is in its way; by the way known: {:.3}",
        quantile(&ratios, 0.5),
        quantile(&free_ratios, 0.5),
        free_ratios.len(),
        quantile(&way_ratios, 0.5)
    );
    println!(
        "driven in: mean {:.2} s, median {:.2} s; least clearance: median {:.3} m, 5 % {:.3} m; turned on the last 5 m: median {:.1}°, 95 % {:.1}°",
        driven.iter().sum::<f64>() / driven.len() as f64,
        quantile(&driven, 0.5),
        quantile(&clearances, 0.5),
        quantile(&clearances, 0.05),
        quantile(&crooked, 0.5),
        quantile(&crooked, 0.95)
    );
    println!("changes of travel beyond those of the way known: {excess:?} (0, 1, 2, ...)");
    if check {
        println!("nearer than asked for by over 5 cm: {touched}");
    }
}
