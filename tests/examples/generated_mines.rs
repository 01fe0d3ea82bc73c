//! Runs trucks on generated mines in full physics and prints one line per mine: cycles, lateral error, collisions and
//! time off the drivable surface; with several trucks, also tonnes per hour and the share of time standing by reason.
//! The exit status is 1 if a mine misses the goal.
//!
//! ```text
//! cargo run -p haul-tests --example generated_mines -- [--first 501] [--count 48] [--trucks 1] [--cycles 2]
//!     [--minutes 90] [--threads 2] [--face 0] [--tip 0] [--run-seed 1] [--truck seeds/trucks/wide_body_60t.toml]
//!     [--mine DIR] [--trace FILE.csv] [SEED ...]
//! ```
//!
//! Trucks start at the park. Faces and dumps are assigned to the trucks in turn, beginning with face number `--face`
//! and dump number `--tip` of the mine. `--run-seed` seeds the random streams of each run. `--trace` writes one line
//! per 0.2 s for truck 1, for one mine. `--mine` uses a mine from a folder instead of generated mines.

#![allow(clippy::print_stdout, reason = "a program that prints a table")]

use haul_core::fault::SourceText;
use haul_mine::generate::{PitSpec, generate_pit};
use haul_mine::{MineMap, PlaceKind};
use haul_scenario::{Overrides, Report, Run, Scenario};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Maximum lateral error that the goal allows, m.
const MOST_LATERAL: f64 = 0.30;
/// Simulated time between two lines of a trace file, s.
const TRACE_EVERY: f64 = 0.2;

/// Arguments of the command line.
#[derive(Debug, Clone)]
struct Arguments {
    seeds: Vec<u64>,
    trucks: usize,
    cycles: u32,
    minutes: f64,
    threads: usize,
    /// Number of the first truck's face and dump in the mine.
    face: usize,
    tip: usize,
    /// Seed of the run's random streams.
    run_seed: u64,
    truck: Option<PathBuf>,
    mine: Option<PathBuf>,
    trace: Option<PathBuf>,
}

fn arguments() -> Result<Arguments, String> {
    let (mut first, mut count, mut seeds) = (501_u64, 48_u64, Vec::new());
    let mut arguments = Arguments {
        seeds: Vec::new(),
        trucks: 1,
        cycles: 2,
        minutes: 90.0,
        threads: 2,
        face: 0,
        tip: 0,
        run_seed: 1,
        truck: None,
        mine: None,
        trace: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        let number = |text: String| text.parse::<u64>().map_err(|e| format!("{word} {text}: {e}"));
        match word.as_str() {
            "--first" => first = number(value()?)?,
            "--count" => count = number(value()?)?,
            "--trucks" => arguments.trucks = number(value()?)? as usize,
            "--cycles" => arguments.cycles = number(value()?)? as u32,
            "--minutes" => arguments.minutes = number(value()?)? as f64,
            "--threads" => arguments.threads = number(value()?)? as usize,
            "--face" => arguments.face = number(value()?)? as usize,
            "--tip" => arguments.tip = number(value()?)? as usize,
            "--run-seed" => arguments.run_seed = number(value()?)?,
            "--truck" => arguments.truck = Some(PathBuf::from(value()?)),
            "--mine" => arguments.mine = Some(PathBuf::from(value()?)),
            "--trace" => arguments.trace = Some(PathBuf::from(value()?)),
            seed => seeds.push(seed.parse().map_err(|_| format!("`{seed}` is neither an option nor a seed"))?),
        }
    }
    if arguments.mine.is_some() && seeds.is_empty() {
        seeds.push(0);
    }
    arguments.seeds = if seeds.is_empty() { (first..first + count).collect() } else { seeds };
    Ok(arguments)
}

/// Returns the scenario file of a mine: the trucks start at the park, and faces and dumps are assigned in turn.
fn scenario(map: &MineMap, arguments: &Arguments, seed: u64) -> Result<String, String> {
    let of = |kinds: &[PlaceKind]| -> Vec<&str> {
        map.places.iter().filter(|p| kinds.contains(&p.kind)).map(|p| p.id.as_str()).collect()
    };
    let (faces, parks) = (of(&[PlaceKind::Load]), of(&[PlaceKind::Park]));
    let tips = of(&[PlaceKind::Crusher, PlaceKind::Dump]);
    let (Some(park), false, false) = (parks.first(), faces.is_empty(), tips.is_empty()) else {
        return Err("the mine lacks a park, a face or a dump".into());
    };
    let mut text = format!(
        "name = \"generated {seed}\"\nseed = {}\nduration_s = {}\nuntil_cycles = {}\n",
        arguments.run_seed,
        60.0 * arguments.minutes,
        arguments.cycles
    );
    let model = arguments.truck.as_ref().map_or(String::new(), |path| format!("model = {path:?}\n"));
    for k in 0..arguments.trucks {
        let (face, tip) = (faces[(arguments.face + k) % faces.len()], tips[(arguments.tip + k) % tips.len()]);
        let id = k + 1;
        // Writing to a string does not fail.
        let _ = write!(text, "[[truck]]\nid = {id}\nstart = \"{park}\"\nload = \"{face}\"\ndump = \"{tip}\"\n{model}");
    }
    Ok(text)
}

/// Generates a mine and runs its trucks. Returns the report, and the state of each truck that has not finished.
fn haul(seed: u64, arguments: &Arguments) -> Result<(Report, String), String> {
    if let Some(folder) = &arguments.mine {
        let map = MineMap::load(folder).map_err(|e| e.to_string())?;
        return run(seed, &map, folder, arguments);
    }
    let map = generate_pit(&PitSpec::drawn(seed)).map_err(|e| e.to_string())?;
    let folder = std::env::temp_dir().join(format!("haul-generated-{}-{seed}", std::process::id()));
    map.save(&folder).map_err(|e| e.to_string())?;
    let ran = run(seed, &map, &folder, arguments);
    std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    ran
}

fn run(seed: u64, map: &MineMap, folder: &std::path::Path, arguments: &Arguments) -> Result<(Report, String), String> {
    let source = SourceText::new(format!("generated {seed}"), scenario(map, arguments, seed)?);
    let here = std::env::current_dir().map_err(|e| e.to_string())?;
    let scenario = Scenario::from_source(&source, here).map_err(|e| e.to_string())?;
    let overrides = Overrides { mine: Some(folder.to_path_buf()), ..Overrides::default() };
    let mut run = scenario.prepare(&overrides).map_err(|e| e.to_string())?;
    let mut trace = match &arguments.trace {
        Some(path) => Some(Trace::create(path).map_err(|e| e.to_string())?),
        None => None,
    };
    let started = std::time::Instant::now();
    while !run.is_finished() {
        run.step();
        if let Some(trace) = &mut trace {
            trace.follow(&run).map_err(|e| e.to_string())?;
        }
    }
    let unfinished = |t: &&haul_sim::SimTruck| {
        let done = run.world().metrics().trucks.iter().find(|m| m.truck == t.id()).map_or(0, |m| m.cycles.len());
        done < arguments.cycles as usize
    };
    let mut words: Vec<String> = run.world().trucks().iter().filter(unfinished).map(says).collect();
    let report = run.report(started.elapsed().as_secs_f64());
    let collisions = report.events.iter().filter(|e| e.what.contains("collision with"));
    words.extend(collisions.map(|e| format!("{:.0} s {}", e.at_s, e.what)));
    Ok((report, words.join("; ")))
}

/// Returns the state of a truck and the reason for which it stands, as the truck reports them.
fn says(truck: &haul_sim::SimTruck) -> String {
    let telemetry = truck.onboard().telemetry();
    let reason = truck.stands().map_or("drives".into(), |(reason, _)| reason.to_string());
    format!("T{} {:?}: {reason}", truck.id().0, telemetry.state)
}

/// A file with the motion of truck 1.
struct Trace {
    file: std::io::BufWriter<std::fs::File>,
    next: f64,
}

impl Trace {
    fn create(path: &std::path::Path) -> std::io::Result<Self> {
        let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
        writeln!(
            file,
            "time_s,state,x,y,heading,speed,target_speed,station,length,lateral,believed_lateral,heading_error,steering_deg,\
             asked_deg,path_deg,travel,planned_speed,payload_t,road,\
             path_curvature,driven_curvature,grade,cross_slope,sideslip"
        )?;
        Ok(Self { file, next: 0.0 })
    }

    fn follow(&mut self, run: &Run) -> std::io::Result<()> {
        let now = run.world().now().seconds();
        if now < self.next {
            return Ok(());
        }
        self.next += TRACE_EVERY;
        let Some(truck) = run.world().trucks().first() else { return Ok(()) };
        let (telemetry, state, pose) = (truck.onboard().telemetry(), truck.truck().state(), truck.plan_pose());
        let Some(path) = &telemetry.path else { return Ok(()) };
        let (at, wheelbase) = (path.at(telemetry.station), truck.truck().spec().geometry.wheelbase);
        let lateral = path.project(pose, telemetry.station, 8.0).map_or(f64::NAN, |p| p.lateral);
        let across = truck.pose().rotation * haul_core::Vector3::y();
        let velocity = truck.pose().rotation.inverse() * truck.velocity();
        writeln!(
            self.file,
            "{now:.2},{:?},{:.2},{:.2},{:.4},{:.3},{:.3},{:.2},{:.1},{lateral:.3},{:.3},{:.4},{:.2},{:.2},{:.2},{:?},{:.3},{:.1},{},\
             {:.5},{:.5},{:.4},{:.4},{:.4}",
            telemetry.state,
            pose.x,
            pose.y,
            pose.heading,
            state.speed,
            telemetry.target_speed,
            telemetry.station,
            path.length(),
            telemetry.lateral_error,
            telemetry.heading_error,
            state.steering_angle.to_degrees(),
            truck.command().steering_angle.to_degrees(),
            (wheelbase * at.curvature).atan().to_degrees(),
            at.travel,
            telemetry.profile.as_ref().map_or(0.0, |p| p.speed_at(telemetry.station)),
            state.load.mass / 1e3,
            at.road.map_or("-".into(), |r| r.to_string()),
            at.curvature,
            truck.angular_velocity().z / velocity.x,
            at.grade,
            across.z,
            velocity.y.atan2(velocity.x),
        )
    }
}

/// Returns true if a report meets the goal.
fn keeps(report: &Report, arguments: &Arguments) -> bool {
    report.by_truck.iter().all(|t| t.cycles >= arguments.cycles)
        && report.lateral_error_max_m.is_some_and(|error| error <= MOST_LATERAL)
        && report.stuck == 0
        && report.collisions == 0
        && report.off_surface_seconds == 0.0
}

/// Returns the tonnes per hour, and the share of the trucks' time spent standing, by reason.
fn standing(report: &Report) -> String {
    let mut seconds: BTreeMap<&str, f64> = BTreeMap::new();
    for (reason, stood) in report.by_truck.iter().flat_map(|truck| &truck.stood_s) {
        *seconds.entry(reason).or_default() += stood;
    }
    let all = report.sim_seconds * report.by_truck.len() as f64;
    let shares = seconds.iter().map(|(reason, stood)| format!("{reason} {:.0} %", 100.0 * stood / all));
    let shares: Vec<String> = shares.filter(|share| !share.ends_with(" 0 %")).collect();
    format!("{:.0} t/h; {}", report.delivered_tph, shares.join(", "))
}

fn line(seed: u64, report: &Report, words: &str, arguments: &Arguments) -> String {
    let words = if report.by_truck.len() > 1 { format!("{} {words}", standing(report)) } else { words.to_owned() };
    format!(
        "{seed:6} {:5} {:6} {:8.0} {:7.1} {:7.3} {:6.3} {:5} {:7.1} {:6} {:9.2} {:6.0} {words}",
        if keeps(report, arguments) { "ok" } else { "BROKE" },
        report.cycles,
        report.sim_seconds,
        report.delivered_t,
        report.lateral_error_max_m.unwrap_or(f64::NAN),
        report.lateral_error_rms_m.unwrap_or(f64::NAN),
        report.collisions,
        report.off_surface_seconds,
        report.supervisor_stops,
        report.min_clearance_m.unwrap_or(f64::NAN),
        report.realtime_factor,
    )
}

fn main() -> std::process::ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(fault) => {
            println!("{fault}");
            return 2.into();
        }
    };
    println!(
        "{:>6} {:5} {:>6} {:>8} {:>7} {:>7} {:>6} {:>5} {:>7} {:>6} {:>9} {:>6} standing, and what unfinished trucks wait for",
        "seed", "", "cycles", "time s", "tonnes", "lat max", "rms", "coll", "off s", "stops", "clear m", "x rt"
    );
    let (next, broken) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let worst = Mutex::new((0.0_f64, 0_u64));
    std::thread::scope(|scope| {
        for _ in 0..arguments.threads.max(1) {
            scope.spawn(|| {
                while let Some(&seed) = arguments.seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let kept = match haul(seed, &arguments) {
                        Ok((report, words)) => {
                            println!("{}", line(seed, &report, &words, &arguments));
                            let mut worst = worst.lock().unwrap_or_else(PoisonError::into_inner);
                            let lateral = report.lateral_error_max_m.unwrap_or(0.0);
                            if lateral > worst.0 {
                                *worst = (lateral, seed);
                            }
                            keeps(&report, &arguments)
                        }
                        Err(why) => {
                            println!("{seed:6} FAULT {why}");
                            false
                        }
                    };
                    broken.fetch_add(usize::from(!kept), Ordering::Relaxed);
                }
            });
        }
    });
    let broken = broken.into_inner();
    let (lateral, seed) = worst.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!(
        "{} of {} mines keep the goal; greatest lateral error {lateral:.3} m (seed {seed})",
        arguments.seeds.len() - broken,
        arguments.seeds.len()
    );
    u8::from(broken > 0).into()
}
