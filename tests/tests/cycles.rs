//! Whole haul cycles through the whole stack, on the shipped pit and on a surveyed mine.

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
fn a_truck_hauls_down_a_surveyed_mine_and_back_up_on_the_drivable_surface() {
    let Some(mine) = dapai("haul") else { return };
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
