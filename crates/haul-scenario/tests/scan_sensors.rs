//! Trucks that see by lidar: they stop for real obstacles and for nothing else.
#![allow(clippy::print_stdout, reason = "the figures reached are worth reading")]

use haul_core::{Point2, SimTime, TruckId};
use haul_messages::CycleState;
use haul_mine::generate::{PitSpec, generate_pit};
use haul_mine::{MineMap, PlaceKind};
use haul_planner::Conditions;
use haul_scenario::{Overrides, Report, Scenario};
use haul_sim::{SensorLevel, Setup, ShovelSetup, TruckSetup, World};
use haul_vehicle::TruckSpec;
use std::path::Path;
use std::sync::Arc;

/// Time (s) for which an obstacle may stay known after it has gone.
const TRACK_LIFE: f64 = 1.5;
/// Maximum distance (m) between the centre of a track and the outline of its object.
const NEAR: f64 = 2.0;

/// Place at which a truck began to see an obstacle that is not there.
#[derive(Debug)]
#[allow(dead_code, reason = "it is printed where the test fails")]
struct Stop {
    at: f64,
    state: CycleState,
    pose: haul_core::Pose2,
    obstacle: Option<Point2>,
}

/// Watches one truck for stops without a reason in the world.
#[derive(Debug, Default)]
struct Watch {
    /// Number of control steps with a seen obstacle that is not there.
    seen: u32,
    stops: Vec<Stop>,
    was: bool,
    /// Centre, radius and last time of presence of every real object: a track outlives its object by 1 s.
    things: Vec<(Point2, f64, SimTime)>,
}

impl Watch {
    fn look(&mut self, world: &World) {
        let truck = &world.trucks()[0];
        let telemetry = truck.onboard().telemetry();
        let pose = truck.plan_pose();
        for post in world.posts() {
            self.things.retain(|(at, ..)| *at != post.at);
            self.things.push((post.at, post.radius, world.now()));
        }
        self.things.retain(|(.., last)| world.now().since(*last) < TRACK_LIFE);
        let known = truck.onboard().obstacles();
        let is_of = |at: Point2, radius: f64| known.iter().any(|o| (o.pose.position() - at).norm() < radius + NEAR);
        let is_true = self.things.iter().any(|&(at, radius, _)| is_of(at, radius));
        let wrong = telemetry.obstacle_at.is_some() && !is_true;
        self.seen += u32::from(wrong);
        if wrong && !self.was {
            let near = |o: &&haul_autonomy::perceive::TrackedObstacle| (o.pose.position() - pose.position()).norm();
            let nearest = truck.onboard().obstacles().iter().min_by(|a, b| near(a).total_cmp(&near(b)));
            self.stops.push(Stop {
                at: world.now().seconds(),
                state: telemetry.state,
                pose,
                obstacle: nearest.map(|o| o.pose.position()),
            });
        }
        self.was = wrong;
    }
}

/// Runs the scenario, limited to a duration if given. Returns its report, the time (s) that the truck stood before the
/// rock, and the watch.
fn run_scenario(duration_s: Option<f64>) -> (Report, f64, Watch) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/05_scan_sensors.toml");
    let scenario = Scenario::load(&path).unwrap();
    let mut run = scenario.prepare(&Overrides { duration_s, ..Overrides::default() }).unwrap();
    let mut watch = Watch::default();
    let mut before_rock = 0.0_f64;
    let began = std::time::Instant::now();
    while !run.is_finished() {
        run.step();
        if !run.world().steps().is_multiple_of(10) {
            continue;
        }
        let world = run.world();
        watch.look(world);
        let truck = &world.trucks()[0];
        let rock = world.posts().iter().find(|p| p.obstacle().is_some());
        if let (Some(rock), true) = (rock, truck.velocity().norm() < 0.05) {
            let gap = truck.footprint().distance(truck.plan_pose(), rock.at) - rock.radius;
            if gap < 30.0 && truck.onboard().telemetry().obstacle_at.is_some() {
                before_rock += 0.05;
            }
        }
    }
    let report = run.report(began.elapsed().as_secs_f64());
    println!(
        "{} cycles in {:.0} s, {:.0} x real time, {:.0} s before the rock; {} false sights",
        report.cycles, report.sim_seconds, report.realtime_factor, before_rock, watch.seen
    );
    (report, before_rock, watch)
}

#[test]
fn truck_with_lidar_stops_for_the_rock_on_its_way_and_for_nothing_else() {
    let (report, before_rock, watch) = run_scenario(Some(165.0));
    assert!(watch.stops.is_empty(), "{:#?}", watch.stops);
    assert_eq!((report.collisions, report.supervisor_stops), (0, 0));
    assert!(before_rock > 20.0, "it stood {before_rock} s before the rock");
}

/// Takes 1.5 minutes to compute; `haul run scenarios/05_scan_sensors.toml` is the same run.
#[test]
#[ignore = "needs a minute and a half"]
fn scenario_with_lidar_and_a_rock_hauls_twice_and_meets_its_expectations() {
    let (report, _, watch) = run_scenario(None);
    assert!(watch.stops.is_empty(), "{:#?}", watch.stops);
    assert!(report.passed, "{:#?}", report.checks);
}

/// Returns a truck with lidar between the first face and the first tip of a mine.
fn setup(map: MineMap, seed: u64) -> Setup {
    let place = |kinds: &[PlaceKind]| map.places.iter().find(|p| kinds.contains(&p.kind)).expect("a place");
    let (load, dump) = (place(&[PlaceKind::Load]), place(&[PlaceKind::Crusher, PlaceKind::Dump]));
    let park = place(&[PlaceKind::Park]);
    let truck = TruckSetup {
        id: TruckId(1),
        spec: Arc::new(TruckSpec::tr100at()),
        start: park.spots[0].pose,
        payload_kg: 0.0,
        fuel_kg: None,
        load: load.id.clone(),
        dump: dump.id.clone(),
        park: Some(park.id.clone()),
        driver: Default::default(),
        lateral_control: Default::default(),
    };
    let spec = haul_vehicle::shovel("hydraulic_15m3").expect("a shovel");
    Setup {
        trucks: vec![truck],
        shovels: vec![ShovelSetup { place: load.id.clone(), spec }],
        seed,
        conditions: Conditions::of(&map),
        sensors: SensorLevel::Scan,
        slippery: Vec::new(),
        weather: Default::default(),
        script: Vec::new(),
        line: Default::default(),
        vehicles: Vec::new(),
        epoch: haul_messages::Epoch::default(),
        map: Arc::new(map),
        atlas: None,
    }
}

/// Takes ten minutes to compute: `cargo test -p haul-scenario --test scan_sensors -- --ignored --nocapture`. The seeds
/// are those in `HAUL_SEEDS`, or 501 to 503 if it is not set.
#[test]
#[ignore = "needs ten minutes"]
fn two_cycles_on_generated_mines_have_no_false_obstacle() {
    let seeds = std::env::var("HAUL_SEEDS").unwrap_or("501 502 503".into());
    for seed in seeds.split_whitespace().map(|s| s.parse::<u64>().expect("a seed")) {
        let map = generate_pit(&PitSpec::drawn(seed)).expect("a mine");
        let mut world = World::new(setup(map, seed)).expect("a world");
        let mut watch = Watch::default();
        let began = std::time::Instant::now();
        let end = SimTime::from_seconds(10_800.0);
        while world.metrics().total().cycles < 2 && world.now() < end {
            world.step();
            if world.steps().is_multiple_of(10) {
                watch.look(&world);
            }
        }
        let total = world.metrics().total();
        println!(
            "{seed}: {} cycles in {:.0} s, {:.0} x real time, {} supervisor stops, lateral {:.2} m, {} false sights {:?}",
            total.cycles,
            world.now().seconds(),
            world.now().seconds() / began.elapsed().as_secs_f64(),
            total.supervisor_stops,
            total.lateral_error_max_m.unwrap_or(f64::NAN),
            watch.seen,
            watch.stops
        );
        assert!(watch.stops.is_empty() && total.cycles == 2 && total.collisions == 0, "{seed}");
    }
}
