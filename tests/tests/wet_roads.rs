//! Roads that lose most of their friction while trucks work on them.

use haul_core::fault::SourceText;
use haul_scenario::{Overrides, Report, Run, Scenario};
use haul_tests::project;
use haul_vehicle::Ground;

/// Prepares a run in the shipped pit. At 30 s the friction coefficient of all roads falls to `friction`.
fn wet(trucks: u32, friction: f64, slip_control: bool, duration_s: f64) -> Run {
    let mut text = format!(
        "name = \"wet\"\nmine = \"assets/mines/sample_pit\"\nduration_s = {duration_s}\n\
         [[event]]\nat_s = 30\nwhat = \"friction\"\nfriction = {friction}\n"
    );
    for id in 1..=trucks {
        let face = if id % 2 == 1 { "face_1" } else { "face_2" };
        text += &format!("[[truck]]\nid = {id}\nstart = \"park\"\nload = \"{face}\"\ndump = \"crusher\"\n");
        if !slip_control {
            text += &format!("[[event]]\nat_s = 0\nwhat = \"fault\"\ntruck = {id}\nfault = \"slip_control\"\n");
        }
    }
    let source = SourceText::new("wet", text);
    Scenario::from_source(&source, project().to_path_buf()).unwrap().prepare(&Overrides::default()).unwrap()
}

/// Runs to the end. Returns the report, and the friction coefficient that each truck estimates.
fn finish(mut run: Run) -> (Report, Vec<f64>) {
    while !run.is_finished() {
        run.step();
    }
    let believed = run.world().trucks().iter().map(|truck| truck.onboard().friction()).collect();
    (run.report(1.0), believed)
}

fn stays_on_the_road(report: &Report) {
    assert_eq!((report.collisions, report.off_surface_seconds), (0, 0.0), "{report:#?}");
    let error = report.lateral_error_max_m.unwrap();
    assert!(error < 0.6, "{error} m off the path");
}

#[test]
fn a_truck_notices_wet_clay_and_stays_on_the_road() {
    let (report, believed) = finish(wet(1, 0.25, true, 900.0));
    stays_on_the_road(&report);
    assert!((believed[0] - 0.25).abs() < 0.1, "believes in {}", believed[0]);
}

#[test]
fn a_truck_notices_ice_and_stays_on_the_road() {
    let (report, believed) = finish(wet(1, 0.15, true, 600.0));
    stays_on_the_road(&report);
    assert!((believed[0] - 0.15).abs() < 0.1, "believes in {}", believed[0]);
}

#[test]
fn without_slip_control_the_same_truck_leaves_the_road() {
    for friction in [0.25, 0.15] {
        let (report, _) = finish(wet(1, friction, false, 300.0));
        assert!(report.off_surface_seconds > 1.0, "the test above could not fail at {friction}: {report:#?}");
    }
}

#[test]
fn four_trucks_work_on_wet_clay() {
    let (report, _) = finish(wet(4, 0.25, true, 1_200.0));
    stays_on_the_road(&report);
    assert!(report.cycles >= 2, "{report:#?}");
}

#[test]
fn a_truck_finds_its_mass_and_the_rolling_resistance_as_the_road_gets_soft() {
    let path = project().join("scenarios/09_rain.toml");
    let overrides = Overrides { duration_s: Some(1_300.0), ..Overrides::default() };
    let mut run = Scenario::load(&path).unwrap().prepare(&overrides).unwrap();
    let (mut worst_mass, mut squares, mut seen) = (0.0_f64, 0.0, 0_u32);
    let mut driven = 0.0;
    while !run.is_finished() {
        run.step();
        let truck = &run.world().trucks()[0];
        let state = truck.truck().state();
        // The distance starts again after each stop for loading or tipping.
        driven = if state.speed.abs() < 0.05 { 0.0 } else { driven + state.speed.abs() * run.step_length() };
        let belief = (truck.onboard().mass(), truck.onboard().rolling_resistance());
        let here = truck.plan_pose();
        let road = run.world().ground().under(here.x, here.y);
        if driven > 500.0 {
            let mass = truck.truck().spec().own_mass() + state.load.mass;
            worst_mass = worst_mass.max((belief.0.value / mass - 1.0).abs());
            squares += (belief.1.value - road.rolling_resistance).powi(2);
            seen += 1;
        }
    }
    assert!(seen > 50_000, "only {seen} steps on the road");
    assert!(worst_mass < 0.03, "{worst_mass} of the mass");
    // The surface differs from cell to cell; the belief is that of the last half kilometre.
    let rms = (squares / f64::from(seen)).sqrt();
    assert!(rms < 0.01, "{rms} of the weight");
}

#[test]
fn a_wet_run_comes_out_the_same_twice() {
    let hash = || finish(wet(2, 0.2, true, 120.0)).0.state_hash;
    assert_eq!(hash(), hash());
}

#[test]
fn four_trucks_notice_the_rain_and_stay_on_the_road() {
    let path = project().join("scenarios/09_rain.toml");
    let overrides = Overrides { duration_s: Some(2_400.0), ..Overrides::default() };
    let (report, believed) = finish(Scenario::load(&path).unwrap().prepare(&overrides).unwrap());
    stays_on_the_road(&report);
    assert!(believed.iter().all(|friction| *friction < 0.45), "nobody has noticed the rain: {believed:?}");
}
