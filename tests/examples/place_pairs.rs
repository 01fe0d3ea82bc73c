//! Plans a journey for every pair of spots and queue poses of a mine, spots in reverse, and prints the pairs that fail.
//! The exit status is 1 if one fails.
//!
//! ```text
//! cargo run -p haul-tests --example place_pairs -- [--first 501] [--count 20] [--spots] [--near] [--threads 2]
//!     [--mine DIR] [--survey EDGES.csv] [--truck seeds/trucks/wide_body_60t.toml] [--drive] [SEED ...]
//! ```
//!
//! With `--drive`, instead drives one truck in physics for one cycle between each pair of a loading and a tipping
//! place.
//!
//! `--spots` leaves out the queue poses. `--near` plans within each place only. `--survey` imports a survey and uses
//! the places that `haul_mine::propose_places` returns.

#![allow(clippy::print_stdout, reason = "a program that prints a table")]

use haul_core::Pose2;
use haul_core::fault::SourceText;
use haul_core::units::to_compass;
use haul_mine::generate::{PitSpec, generate_pit};
use haul_mine::{
    ImportOptions, MineMap, Place, PlaceKind, TruckShape, import_edges_csv, propose_places, resolve_place,
};
use haul_planner::journey::{JourneyOptions, plan_journey};
use haul_planner::{Conditions, Travel, TruckModel};
use haul_scenario::{Overrides, Scenario};
use haul_vehicle::TruckSpec;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// A pose to which trucks are sent: a spot or a queue pose.
struct Stand {
    name: String,
    pose: Pose2,
    /// Direction of travel in which a truck arrives at the pose.
    arrive: Option<Travel>,
    place: String,
    is_load: bool,
}

/// Returns the spots and queue poses of all places.
fn stands(map: &MineMap, only_spots: bool) -> Vec<Stand> {
    let mut stands = Vec::new();
    for place in &map.places {
        let is_load = place.kind == PlaceKind::Load;
        for spot in &place.spots {
            stands.push(Stand {
                name: spot.name.clone(),
                pose: spot.pose,
                arrive: Some(Travel::Reverse),
                place: place.id.to_string(),
                is_load,
            });
        }
        for (k, &pose) in place.queue.iter().enumerate().filter(|_| !only_spots) {
            stands.push(Stand {
                name: format!("{}/queue{k}", place.id),
                pose,
                arrive: None,
                place: place.id.to_string(),
                is_load: false,
            });
        }
    }
    stands
}

/// Result of one mine.
#[derive(Default)]
struct Outcome {
    planned: usize,
    failed: Vec<String>,
    slowest: (f64, String),
}

fn plan_all(map: &MineMap, truck: &TruckModel, only_spots: bool, near: bool) -> Outcome {
    let conditions = Conditions::of(map);
    let stands = stands(map, only_spots);
    let mut outcome = Outcome::default();
    for from in &stands {
        for to in stands.iter().filter(|to| to.name != from.name && (!near || to.place == from.place)) {
            let payload_kg = if from.is_load { truck.spec.rated_payload() } else { 0.0 };
            let options = JourneyOptions { payload_kg, arrive: to.arrive, ..JourneyOptions::default() };
            let began = Instant::now();
            let journey = plan_journey(map, truck, &conditions, from.pose, to.pose, &options);
            let (took, name) = (began.elapsed().as_secs_f64(), format!("{} to {}", from.name, to.name));
            if took > outcome.slowest.0 {
                outcome.slowest = (took, name.clone());
            }
            let distance = from.pose.distance(to.pose);
            match journey {
                Ok(journey) => {
                    outcome.planned += 1;
                    let backwards: f64 = journey.path.sections().into_iter().map(|s| &journey.path.points[s]).fold(
                        0.0,
                        |sum, points| match (points.first(), points.last()) {
                            (Some(a), Some(b)) if a.travel == Travel::Reverse => sum + b.station - a.station,
                            _ => sum,
                        },
                    );
                    let least = journey.path.points.iter().map(|p| p.clearance).fold(f64::INFINITY, f64::min);
                    if backwards > 120.0 || least < 0.0 {
                        outcome.failed.push(format!("{name}: {backwards:.0} m backwards, clearance {least:.2} m"));
                    }
                }
                Err(error) => outcome.failed.push(format!("{name} ({distance:.0} m): {error}")),
            }
        }
    }
    outcome
}

/// Maximum simulated time of one cycle, s.
const CYCLE_MOST: f64 = 3_600.0;

/// Drives one truck for each pair of a loading and a tipping place, starting at the park, or beside the face if the
/// mine has no park.
fn drive_all(map: &MineMap, model: Option<&Path>, name: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let file = std::env::temp_dir().join(format!("haul-pairs-{}-{name}.mine", std::process::id()));
    if let Err(error) = std::fs::write(&file, map.to_bytes()) {
        outcome.failed.push(format!("{}: {error}", file.display()));
        return outcome;
    }
    let of = |tips: bool| {
        let is_tip = |kind| matches!(kind, PlaceKind::Dump | PlaceKind::Crusher);
        map.places.iter().filter(move |p| if tips { is_tip(p.kind) } else { p.kind == PlaceKind::Load })
    };
    for load in of(false) {
        for dump in of(true) {
            let began = Instant::now();
            let name = format!("{} to {}", load.id, dump.id);
            match drive(map, &file, load, dump, model) {
                Ok(()) => outcome.planned += 1,
                Err(why) => outcome.failed.push(format!("{name}: {why}")),
            }
            let took = began.elapsed().as_secs_f64();
            if took > outcome.slowest.0 {
                outcome.slowest = (took, name);
            }
        }
    }
    // A file that remains in the temporary folder does no harm.
    let _ = std::fs::remove_file(&file);
    outcome
}

/// Drives one cycle of one truck; the error says what went wrong.
fn drive(map: &MineMap, mine: &Path, load: &Place, dump: &Place, model: Option<&Path>) -> Result<(), String> {
    let park = map.places.iter().find(|p| p.kind == PlaceKind::Park).map(|p| p.id.to_string());
    let start = match (park, dump.queue.first()) {
        (Some(park), _) => format!("start = \"{park}\""),
        (None, Some(at)) => format!("start_at = [{}, {}, {}]", at.x, at.y, to_compass(at.heading)),
        (None, None) => return Err("the mine has neither a park nor a waiting pose to start from".into()),
    };
    let model = model.map_or(String::new(), |path| format!("model = {path:?}\n"));
    let text = format!(
        "name = \"pair\"\nduration_s = {CYCLE_MOST}\nuntil_cycles = 1\n\
         [[truck]]\nid = 1\n{start}\nload = \"{}\"\ndump = \"{}\"\n{model}",
        load.id, dump.id
    );
    let here = std::env::current_dir().map_err(|e| e.to_string())?;
    let scenario = Scenario::from_source(&SourceText::new("pair", text), here).map_err(|e| e.to_string())?;
    let overrides = Overrides { mine: Some(mine.to_owned()), ..Overrides::default() };
    let mut run = scenario.prepare(&overrides).map_err(|e| e.to_string())?;
    let mut words = run.notes().to_vec();
    while !run.is_finished() {
        run.step();
    }
    let report = run.report(0.0);
    let lateral = report.lateral_error_max_m.unwrap_or(f64::NAN);
    if report.cycles == 0 {
        let stands = run.world().trucks().first().and_then(|t| t.stands().map(|(reason, _)| reason.to_string()));
        words.push(format!(
            "no cycle in {CYCLE_MOST} s, the truck stands: {}",
            stands.unwrap_or("no, it drives".into())
        ));
    }
    if report.stuck > 0 || report.collisions > 0 || report.off_surface_seconds > 0.0 {
        words.push(format!(
            "{} stuck, {} collisions, {:.1} s off the surface",
            report.stuck, report.collisions, report.off_surface_seconds
        ));
    }
    if lateral.is_nan() || lateral > MOST_LATERAL {
        words.push(format!("{lateral:.2} m off its path"));
    }
    if words.is_empty() { Ok(()) } else { Err(words.join("; ")) }
}

/// Maximum lateral error of a drive, m.
const MOST_LATERAL: f64 = 0.30;

/// Returns a surveyed mine with its proposed places.
fn surveyed(edges: &Path, truck: &TruckModel) -> Result<MineMap, String> {
    let (mut map, _) = import_edges_csv(edges, &ImportOptions::default()).map_err(|e| e.to_string())?;
    let shape = TruckShape { footprint: truck.footprint, turning_radius: truck.spec.min_turning_radius() };
    let mut places = Vec::new();
    for spec in propose_places(&map, &shape) {
        let place = resolve_place(&map, &spec, &shape).map_err(|e| e.to_string())?;
        places.push(place);
    }
    map.set_places(places);
    Ok(map)
}

fn main() -> std::process::ExitCode {
    let (mut first, mut count, mut threads, mut only_spots, mut near) = (501_u64, 20_u64, 2_usize, false, false);
    let (mut seeds, mut mine, mut survey, mut model, mut drives) = (Vec::new(), None, None, None, false);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_default();
        match word.as_str() {
            "--first" => first = value().parse().unwrap_or(first),
            "--count" => count = value().parse().unwrap_or(count),
            "--threads" => threads = value().parse().unwrap_or(threads),
            "--mine" => mine = Some(PathBuf::from(value())),
            "--survey" => survey = Some(PathBuf::from(value())),
            "--truck" => model = Some(PathBuf::from(value())),
            "--spots" => only_spots = true,
            "--near" => near = true,
            "--drive" => drives = true,
            seed => match seed.parse::<u64>() {
                Ok(seed) => seeds.push(seed),
                Err(_) => {
                    println!("`{seed}` is neither an option nor a seed");
                    return 2.into();
                }
            },
        }
    }
    let spec = match model.as_deref().map(TruckSpec::load) {
        None => TruckSpec::tr100at(),
        Some(Ok(spec)) => spec,
        Some(Err(faults)) => {
            println!("{faults}");
            return 2.into();
        }
    };
    let truck = TruckModel::new(Arc::new(spec));
    if seeds.is_empty() {
        seeds = (first..first + count).collect();
    }
    let map_of = |k: usize| match (&mine, &survey) {
        (Some(folder), _) => MineMap::load(folder).map_err(|e| e.to_string()),
        (None, Some(edges)) => surveyed(edges, &truck),
        (None, None) => generate_pit(&PitSpec::drawn(seeds[k])).map_err(|e| e.to_string()),
    };
    let mines = if mine.is_some() || survey.is_some() { 1 } else { seeds.len() };
    let (next, planned, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let k = next.fetch_add(1, Ordering::Relaxed);
                    if k >= mines {
                        return;
                    }
                    let outcome = match map_of(k) {
                        Ok(map) if drives => drive_all(&map, model.as_deref(), &k.to_string()),
                        Ok(map) => plan_all(&map, &truck, only_spots, near),
                        Err(why) => Outcome { failed: vec![why], ..Outcome::default() },
                    };
                    let (slowest, name) = &outcome.slowest;
                    let lines: Vec<String> = outcome.failed.iter().map(|f| format!("\n    {f}")).collect();
                    println!(
                        "{:6} {} planned, {} failed, slowest {slowest:.2} s ({name}){}",
                        seeds.get(k).copied().unwrap_or_default(),
                        outcome.planned,
                        outcome.failed.len(),
                        lines.concat()
                    );
                    planned.fetch_add(outcome.planned, Ordering::Relaxed);
                    failed.fetch_add(outcome.failed.len(), Ordering::Relaxed);
                }
            });
        }
    });
    let (planned, failed) = (planned.into_inner(), failed.into_inner());
    println!("{planned} planned, {failed} failed");
    u8::from(failed > 0).into()
}
