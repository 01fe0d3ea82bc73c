//! Scenarios as people really write them, from the folder `cases`.

use haul_scenario::{Overrides, Report, Run, Scenario, ScenarioError};
use std::path::{Path, PathBuf};

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name).join("scenario.toml")
}

fn on_the_sample_pit() -> Overrides {
    let mine = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/mines/sample_pit");
    Overrides { mine: Some(mine), ..Overrides::default() }
}

fn prepare(name: &str) -> Result<Run, ScenarioError> {
    Scenario::load(&case(name)).unwrap_or_else(|faults| panic!("{name}: {faults}")).prepare(&on_the_sample_pit())
}

fn run(name: &str) -> Report {
    let mut run = prepare(name).unwrap_or_else(|error| panic!("{name}: {error}"));
    while !run.is_finished() {
        run.step();
    }
    run.report(1.0)
}

#[test]
fn scenario_obstacle_nan_place() {
    let faults = Scenario::load(&case("scenario-obstacle-nan-place")).unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("scenario.toml:14:7: expected a finite number, found NaN (help: East and north"),
        "{told:?}"
    );
}

#[test]
fn scenario_start_in_the_wall() {
    let faults = prepare("scenario-start-in-the-wall").map(|_| ()).unwrap_err().into_faults();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("scenario.toml:7:12: T1 does not fit there: its outline at (-95.8, 47.6)"), "{told:?}");
    assert!(told[0].contains("is free"), "{told:?}");
}

#[test]
fn scenario_event_after_the_end() {
    let run = prepare("scenario-event-after-the-end").unwrap();
    assert_eq!(run.notes(), ["`all_stop` at 5000 s (line 12) does not happen: the run ends at 20 s"]);
}

#[test]
fn scenario_two_from_the_park_one_face() {
    two_cycles("scenario-two-from-the-park-one-face");
}

#[test]
fn scenario_two_trucks_head_on() {
    two_cycles("scenario-two-trucks-head-on");
}

fn two_cycles(name: &str) {
    let report = run(name);
    assert!(report.passed, "{name}: {:?}", report.checks);
    assert_eq!((report.cycles >= 2, report.collisions, report.stuck), (true, 0, 0), "{name}");
}

/// Checks other parts of a scenario without effect, besides events after the end: each is named with its line.
#[test]
fn parts_without_effect_are_named_with_their_lines() {
    let text = "name = \"x\"\nduration_s = 20\n\
        [[truck]]\nid = 1\nstart = \"park\"\nload = \"face_1\"\ndump = \"crusher\"\n\
        [[vehicle]]\nid = \"lv\"\nspeed_kmh = 30\nstart_s = 900\n\
        way = [{ at = [-689.9, -539.9, 124] }, { place = \"face_2\" }]\n\
        [[event]]\nwhat = \"obstacle\"\nid = \"rock\"\nat_s = 10\nat = [9000, 9000]\nradius_m = 1\n\
        [[event]]\nwhat = \"remove_obstacle\"\nid = \"rock\"\nat_s = 5\n\
        [[event]]\nwhat = \"hand_back\"\ntruck = 1\nat_s = 20\n";
    let scenario = Scenario::from_source(&haul_core::fault::SourceText::new("s.toml", text), ".".into()).unwrap();
    let notes = scenario.prepare(&on_the_sample_pit()).unwrap().notes().to_vec();
    assert_eq!(notes.len(), 4, "{notes:#?}");
    assert_eq!(notes[0], "`hand_back` at 20 s (line 26) does not happen: the run ends at 20 s");
    assert_eq!(notes[1], "`lv` does not drive: it starts at 900 s (line 11), and the run ends at 20 s");
    assert!(notes[2].starts_with("`rock` at (9000, 9000) (line 17) lies"), "{notes:#?}");
    assert_eq!(notes[3], "`remove_obstacle` at 5 s (line 22) has no effect: `rock` is placed at 10 s");
}

/// Checks that a number shared by two trucks is reported together with the other faults.
#[test]
fn a_shared_truck_number_is_told_with_the_other_faults() {
    let truck = "[[truck]]\nid = 1\nstart = \"park\"\nload = \"face_1\"\ndump = \"crusher\"\n";
    let text = format!(
        "name = \"x\"\nduration_s = -5\n{truck}{truck}payload_t = nan\n[conditions]\nfriction = 5\n\
         [[event]]\nwhat = \"fault\"\ntruck = 9\nfault = \"engine\"\nat_s = 1\nfor_s = -5\n"
    );
    let faults = Scenario::from_source(&haul_core::fault::SourceText::new("s.toml", text), ".".into()).unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    for part in [
        "s.toml:2:14: -5 is out of range",
        "s.toml:9:6: the number 1 is taken by another truck (line 4)",
        "s.toml:13:13: expected a finite number, found NaN",
        "s.toml:15:12: 5 is out of range",
        "there is no truck 9",
        "-5 is out of range (help: 0.1 to",
    ] {
        assert!(told.iter().any(|fault| fault.contains(part)), "{part} is missing: {told:#?}");
    }
}
