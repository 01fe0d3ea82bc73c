//! Compares the steering methods in full physics, with the truck's sensors and localisation.
//!
//! One truck hauls one load on each mine, for each friction coefficient and each method. The program prints tables in
//! Markdown: the true distance of the rear axle from the path, the rate of the commanded steering angle, and the pose
//! errors in the spot. `docs/control.md` holds the result.
//!
//! ```text
//! cargo run --release -p haul-tests --example steering_comparison -- [--first 9001] [--count 10] [--dapai]
//!     [--frictions 0.55,0.35,0.25] [--minutes 60] [--methods preview,predictive]
//! ```
//!
//! `sample_pit` is always among the mines. `--dapai` adds the surveyed mine Dapai, if it is available
//! (`HAUL_REAL_MINES`).

#![allow(clippy::print_stdout, reason = "a program that prints a table")]

use haul_core::angle;
use haul_core::fault::SourceText;
use haul_messages::CycleState;
use haul_mine::generate::{PitSpec, generate_pit};
use haul_mine::{MineMap, PlaceKind};
use haul_planner::Travel;
use haul_scenario::{Overrides, Scenario};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

/// Friction coefficient of a mine without a `friction` event.
const DRY: f64 = 0.55;
/// Speed below which a truck counts as standing still, m/s.
const MOVING_SPEED: f64 = 0.2;
/// Payload from which a truck counts as loaded, kg.
const LOADED: f64 = 20_000.0;
/// Number of physics steps between two samples: one control period.
const STEPS: usize = 10;
/// Distance from the end of a path up to which a stop counts as a stop in the spot, m.
const SPOT_DISTANCE: f64 = 1.0;

/// A class of motion: whether the truck is loaded, and whether it drives in reverse.
type Class = (bool, bool);

/// Sums over the samples of one class.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    samples: f64,
    squares: f64,
    greatest: f64,
    rates: f64,
}

/// Result of one run.
#[derive(Debug, Clone, Default)]
struct Drive {
    classes: BTreeMap<Class, Sums>,
    /// Distance (m) and heading error (rad) of each stop in a spot.
    spots: Vec<(f64, f64)>,
    /// Faults of the run, from its report.
    faults: String,
}

impl Sums {
    fn take(&mut self, lateral: f64, rate: f64) {
        self.samples += 1.0;
        self.squares += lateral * lateral;
        self.greatest = self.greatest.max(lateral.abs());
        self.rates += rate * rate;
    }

    fn merge(&mut self, other: &Self) {
        self.samples += other.samples;
        self.squares += other.squares;
        self.greatest = self.greatest.max(other.greatest);
        self.rates += other.rates;
    }

    fn cells(&self) -> String {
        let rms = |sum: f64| (sum / self.samples.max(1.0)).sqrt();
        format!("{:.3} | {:.3} | {:.2}", rms(self.squares), self.greatest, rms(self.rates).to_degrees())
    }
}

struct Arguments {
    first: u64,
    count: u64,
    dapai: bool,
    frictions: Vec<f64>,
    minutes: f64,
    methods: Vec<String>,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut a = Arguments {
        first: 9_001,
        count: 10,
        dapai: false,
        frictions: vec![DRY, 0.35, 0.25],
        minutes: 60.0,
        methods: vec!["preview".into(), "predictive".into()],
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--first" => a.first = value()?.parse()?,
            "--count" => a.count = value()?.parse()?,
            "--dapai" => a.dapai = true,
            "--minutes" => a.minutes = value()?.parse()?,
            "--frictions" => a.frictions = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--methods" => a.methods = value()?.split(',').map(str::to_owned).collect(),
            _ => return Err(format!("`{word}` is not an option").into()),
        }
    }
    Ok(a)
}

/// Drives one load on a mine.
fn drive(folder: &Path, map: &MineMap, method: &str, friction: f64, minutes: f64) -> Result<Drive, Box<dyn Error>> {
    let of = |kinds: &[PlaceKind]| map.places.iter().find(|p| kinds.contains(&p.kind)).map(|p| p.id.to_string());
    let park = of(&[PlaceKind::Park]).ok_or("the mine has no park")?;
    let face = of(&[PlaceKind::Load]).ok_or("the mine has no face")?;
    let tip = of(&[PlaceKind::Crusher, PlaceKind::Dump]).ok_or("the mine has no dump")?;
    let text = format!(
        "name = \"steering\"\nseed = 1\nduration_s = {}\nuntil_cycles = 1\n\
         [[truck]]\nid = 1\nstart = \"{park}\"\nload = \"{face}\"\ndump = \"{tip}\"\nlateral_control = \"{method}\"\n\
         [[event]]\nat_s = 0\nwhat = \"friction\"\nfriction = {friction}\n",
        60.0 * minutes
    );
    let scenario = Scenario::from_source(&SourceText::new("steering", text), std::env::current_dir()?)?;
    let mut run = scenario.prepare(&Overrides { mine: Some(folder.into()), ..Overrides::default() })?;
    let mut drive = Drive::default();
    let (mut last_angle, mut last_state) = (0.0, CycleState::Parked);
    while !run.is_finished() {
        for _ in 0..STEPS {
            run.step();
        }
        let Some(truck) = run.world().trucks().first() else { break };
        let (telemetry, state, pose) = (truck.onboard().telemetry(), truck.truck().state(), truck.plan_pose());
        let angle = truck.command().steering_angle;
        let rate = (angle - last_angle) / (STEPS as f64 * run.step_length());
        last_angle = angle;
        let Some(path) = &telemetry.path else { continue };
        if let (true, Some(at)) = (state.speed.abs() > MOVING_SPEED, path.project(pose, telemetry.station, 8.0)) {
            let reverse = path.at(telemetry.station).travel == Travel::Reverse;
            drive.classes.entry((state.load.mass > LOADED, reverse)).or_default().take(at.lateral, rate);
        }
        let in_spot = matches!(telemetry.state, CycleState::Loading | CycleState::Dumping);
        if telemetry.state != last_state
            && in_spot
            && let Some(end) = path.points.last()
            && pose.distance(end.pose) < SPOT_DISTANCE
        {
            drive.spots.push((pose.distance(end.pose), angle::difference(pose.heading, end.pose.heading).abs()));
        }
        last_state = telemetry.state;
    }
    let report = run.report(1.0);
    let said = [
        (report.cycles == 0, format!("no cycle in {minutes} min")),
        (report.collisions > 0, format!("{} collisions", report.collisions)),
        (report.off_surface_seconds > 0.0, format!("{:.1} s off the surface", report.off_surface_seconds)),
    ];
    let said: Vec<String> = said.into_iter().filter(|(wrong, _)| *wrong).map(|(_, text)| text).collect();
    drive.faults = said.join(", ");
    Ok(drive)
}

fn main() -> Result<(), Box<dyn Error>> {
    let a = arguments()?;
    let mut mines: Vec<(String, PathBuf)> =
        vec![("sample_pit".into(), haul_tests::project().join("assets/mines/sample_pit"))];
    let mut made = Vec::new();
    for seed in a.first..a.first + a.count {
        let folder = std::env::temp_dir().join(format!("haul-steering-{}-{seed}", std::process::id()));
        generate_pit(&PitSpec::drawn(seed))?.save(&folder)?;
        made.push(folder.clone());
        mines.push((format!("seed {seed}"), folder));
    }
    if a.dapai {
        let folder = haul_tests::dapai("steering");
        made.push(folder.clone());
        mines.push(("Dapai".into(), folder));
    }
    println!("| mine | friction | method | load | travel | rms, m | greatest, m | steering, °/s |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut all: BTreeMap<(usize, Class, usize), Sums> = BTreeMap::new();
    let mut spots: BTreeMap<(usize, usize), Vec<(f64, f64)>> = BTreeMap::new();
    for (name, folder) in &mines {
        let map = MineMap::load(folder)?;
        for (f, friction) in a.frictions.iter().enumerate() {
            for (m, method) in a.methods.iter().enumerate() {
                let drive = match drive(folder, &map, method, *friction, a.minutes) {
                    Ok(drive) => drive,
                    Err(why) => {
                        println!("| {name} | {friction} | {method} | not driven: {why} | | | | |");
                        continue;
                    }
                };
                for (class, sums) in &drive.classes {
                    let (load, travel) = words(*class);
                    let cells = sums.cells();
                    println!("| {name} | {friction} | {method} | {load} | {travel} | {cells} | {}", drive.faults);
                    all.entry((f, *class, m)).or_default().merge(sums);
                }
                spots.entry((f, m)).or_default().extend(&drive.spots);
            }
        }
    }
    println!("\n| all mines: friction | load | travel | method | rms, m | greatest, m | steering, °/s |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for ((f, class, m), sums) in &all {
        let (load, travel) = words(*class);
        println!("| {} | {load} | {travel} | {} | {} |", a.frictions[*f], a.methods[*m], sums.cells());
    }
    println!("\n| spots: friction | method | stops | greatest distance, m | greatest heading error, ° |");
    println!("| --- | --- | --- | --- | --- |");
    for ((f, m), stops) in &spots {
        let most = |read: fn(&(f64, f64)) -> f64| stops.iter().map(read).fold(0.0, f64::max);
        let (distance, heading) = (most(|s| s.0), most(|s| s.1).to_degrees());
        println!("| {} | {} | {} | {distance:.3} | {heading:.2} |", a.frictions[*f], a.methods[*m], stops.len());
    }
    for folder in made {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn words((loaded, reverse): Class) -> (&'static str, &'static str) {
    (if loaded { "loaded" } else { "empty" }, if reverse { "reverse" } else { "forward" })
}
