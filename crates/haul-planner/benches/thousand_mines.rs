#![allow(clippy::print_stdout)]
//! Checks generated mines for the TR100AT: trucks can haul from every face to every tip and back and reach every queue,
//! every road keeps the design rules, and no two mines are alike.
//!
//! ```text
//! cargo bench -p haul-planner --bench thousand_mines -- [MINES] [FIRST_SEED]
//! ```
//!
//! Without arguments it checks 1,000 mines from seed 1.

use haul_mine::check::Severity;
use haul_mine::generate::{PitSpec, generate_pit};
use haul_mine::{DesignRules, DesignTruck, MineMap, PlaceKind, check_design};
use haul_planner::journey::{JourneyOptions, plan_journey};
use haul_planner::{Conditions, Travel, TruckModel};
use haul_vehicle::{Limits, TruckSpec, road_class};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

/// Returns the diameter of the truck's turning circle, m: twice its minimum turning radius plus its width.
fn turning_circle(spec: &TruckSpec) -> f64 {
    spec.min_turning_radius() + spec.geometry.width / 2.0
}

/// Returns the violations of the rules that a mine must keep.
fn breaches(map: &MineMap, spec: &TruckSpec) -> Vec<String> {
    let limits = Limits::new(spec);
    let mass = limits.gross_mass(spec.rated_payload());
    let Some(class) = road_class(&map.road_class) else { return vec![format!("no road class {}", map.road_class)] };
    let speed = |grade: f64| {
        if grade > 0.0 {
            limits.climb_speed(mass, grade + class.rolling_resistance).min(limits.top_speed())
        } else {
            limits.descent_speed(mass, grade, class.rolling_resistance)
        }
    };
    let stopping = |v: f64, g: f64| limits.stopping_distance(v, mass, g, class.rolling_resistance, class.friction, 0.0);
    let truck = DesignTruck {
        name: spec.name.clone(),
        width: spec.geometry.width,
        turning_circle: turning_circle(spec),
        speed: &speed,
        stopping: &stopping,
    };
    let report = check_design(map, &DesignRules::standard(), &truck);
    report.findings.iter().filter(|f| f.severity == Severity::Must).map(|f| f.what.clone()).collect()
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|a| a.parse::<u64>().ok());
    let (count, first) = (numbers.next().unwrap_or(1_000), numbers.next().unwrap_or(1));
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let (mut made, mut sound, mut drivable) = (0_u64, 0_u64, 0_u64);
    let (mut pairs, mut planned, mut queues, mut reached) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut outlines = BTreeSet::new();
    let mut times = Vec::new();
    for seed in first..first + count {
        let start = Instant::now();
        let map = match generate_pit(&PitSpec::drawn(seed)) {
            Ok(map) => map,
            Err(error) => {
                println!("seed {seed}: {error}");
                continue;
            }
        };
        times.push(start.elapsed().as_secs_f64() * 1e3);
        made += 1;
        outlines
            .insert(map.drivable.polygon().outer.iter().map(|p| (p.x.to_bits(), p.y.to_bits())).collect::<Vec<_>>());
        let broken = breaches(&map, &truck.spec);
        sound += u64::from(broken.is_empty());
        broken.iter().for_each(|b| println!("seed {seed}: {b}"));
        let conditions = Conditions::of(&map);
        let of = |kinds: &[PlaceKind]| map.places.iter().filter(|p| kinds.contains(&p.kind)).collect::<Vec<_>>();
        let (loads, tips) = (of(&[PlaceKind::Load]), of(&[PlaceKind::Crusher, PlaceKind::Dump]));
        let drive = |from, to, payload_kg, arrive| {
            let options = JourneyOptions { payload_kg, arrive: Some(arrive), ..JourneyOptions::default() };
            plan_journey(&map, &truck, &conditions, from, to, &options)
        };
        let mut all = !loads.is_empty() && !tips.is_empty();
        for (face, tip) in loads.iter().flat_map(|a| tips.iter().map(move |b| (a, b))) {
            for (from, to, payload) in [(face, tip, truck.spec.rated_payload()), (tip, face, 0.0)] {
                pairs += 1;
                match drive(from.spots[0].pose, to.spots[0].pose, payload, Travel::Reverse) {
                    Ok(_) => planned += 1,
                    Err(error) => {
                        all = false;
                        println!("seed {seed}, {} to {}: {error}", from.id, to.id);
                    }
                }
            }
        }
        drivable += u64::from(all);
        // Trucks reach the queues of faces empty, and the queues of tips loaded.
        for place in loads.iter().chain(&tips) {
            let (from, payload) = match place.kind {
                PlaceKind::Load => (&tips, 0.0),
                _ => (&loads, truck.spec.rated_payload()),
            };
            let Some(from) = from.first() else { continue };
            for (k, pose) in place.queue.iter().enumerate() {
                queues += 1;
                match drive(from.spots[0].pose, *pose, payload, Travel::Forward) {
                    Ok(_) => reached += 1,
                    Err(error) => println!("seed {seed}, {} to {}/queue {k}: {error}", from.id, place.id),
                }
            }
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |q: f64| times.get(((times.len().max(1) - 1) as f64 * q) as usize).copied().unwrap_or(0.0);
    println!(
        "{made} of {count} mines made, {} different, {sound} keep every rule, {drivable} drivable",
        outlines.len()
    );
    println!("{planned} of {pairs} hauls between faces and tips, {reached} of {queues} queue stands");
    println!("ms a mine: median {:.0}, 95th percentile {:.0}, greatest {:.0}", at(0.5), at(0.95), at(1.0));
}
