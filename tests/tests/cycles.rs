//! Full haul cycles through the whole stack, in the shipped pit and on a surveyed mine.

use haul_core::fault::SourceText;
use haul_scenario::{Overrides, Report, Run, Scenario};
use haul_tests::{dapai, project};

fn prepare(scenario: &str, overrides: &Overrides) -> Run {
    let path = project().join("scenarios").join(scenario);
    Scenario::load(&path).unwrap().prepare(overrides).unwrap()
}

fn finish(mut run: Run) -> Report {
    while !run.is_finished() {
        run.step();
    }
    run.report(1.0)
}

#[test]
fn the_first_scenario_hauls_and_comes_out_the_same_twice() {
    let first = finish(prepare("01_first_haul.toml", &Overrides::default()));
    assert!(first.passed, "{:#?}", first.checks);
    assert!(first.fuel_l > 20.0 && first.fuel_l < 200.0, "{} l", first.fuel_l);
    let second = finish(prepare("01_first_haul.toml", &Overrides::default()));
    assert_eq!(first.state_hash, second.state_hash);
}

#[test]
fn another_seed_gives_another_run() {
    let short = |seed| Overrides { seed: Some(seed), duration_s: Some(60.0), ..Overrides::default() };
    let hash = |seed| finish(prepare("01_first_haul.toml", &short(seed))).state_hash;
    assert_ne!(hash(1), hash(2));
}

#[test]
#[ignore = "needs the survey of a real mine in the folder that HAUL_REAL_MINES names"]
fn a_truck_hauls_down_a_surveyed_mine_and_back_up_on_the_drivable_surface() {
    let mine = dapai("haul");
    let run = prepare("02_dapai.toml", &Overrides { mine: Some(mine.clone()), ..Overrides::default() });
    let (face, crusher) = {
        let map = run.world().map();
        let height = |id: &str| {
            let pose = map.place(&id.into()).unwrap().spots[0].pose;
            map.terrain.height(pose.x, pose.y)
        };
        (height("face_ne"), height("crusher_west"))
    };
    assert!(face - crusher > 185.0, "from {face} m to {crusher} m");
    let report = finish(run);
    std::fs::remove_dir_all(&mine).unwrap();
    assert!(report.passed, "{:#?}", report.checks);
    assert_eq!(report.off_surface_seconds, 0.0);
    assert!(report.min_clearance_m.unwrap() > 0.0);
}

/// Two 60 t wide-body trucks in the shipped pit, one cycle each.
const WIDE_BODIES: &str = r#"
name = "wide bodies"
mine = "assets/mines/sample_pit"
duration_s = 2400
until_cycles = 1

[[fleet]]
count = 2
model = "seeds/trucks/wide_body_60t.toml"
start = "park"
load = ["face_1", "face_2"]
dump = ["crusher"]

[expect]
cycles = { min = 2 }
delivered_t = { min = 110 }
stuck = 0
collisions = 0
off_surface_seconds = 0
lateral_error_max_m = { max = 0.3 }
"#;

#[test]
fn two_wide_body_trucks_haul_without_creeping_out_of_the_park() {
    let scenario =
        Scenario::from_source(&SourceText::new("wide bodies", WIDE_BODIES), project().to_path_buf()).unwrap();
    let mut run = scenario.prepare(&Overrides::default()).unwrap();
    let place = |run: &Run| run.world().trucks()[0].plan_pose();
    let start = place(&run);
    while run.world().now().seconds() < 60.0 {
        run.step();
    }
    let gone = place(&run).distance(start);
    assert!(gone > 100.0, "{gone} m after a minute");
    let report = finish(run);
    assert!(report.passed, "{:#?}", report.checks);
}
