//! Runs of the sample pit, resumed from a file.

use haul_core::fault::SourceText;
use haul_scenario::{Overrides, Run, Scenario, ScenarioError, SnapshotFileError, read_snapshot};
use haul_sim::{SimError, SnapshotError};
use std::path::{Path, PathBuf};

const TEXT: &str = "name = \"x\"\nduration_s = 25\n\
    [[fleet]]\ncount = 3\nstart = \"park\"\nload = [\"face_1\", \"face_2\"]\ndump = [\"crusher\"]\n\
    [[event]]\nat_s = 4\nwhat = \"friction\"\nfriction = 0.4\n\
    [[event]]\nat_s = 14\nwhat = \"all_stop\"\n\
    [[event]]\nat_s = 18\nwhat = \"resume\"\n";

fn scenario() -> Scenario {
    Scenario::from_source(&SourceText::new("s.toml", TEXT), ".".into()).unwrap()
}

fn overrides(seed: u64, duration_s: Option<f64>) -> Overrides {
    let mine = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/mines/sample_pit");
    Overrides { mine: Some(mine), seed: Some(seed), duration_s }
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("haul-snapshot-test-{}", std::process::id())).join(name)
}

fn finish(mut run: Run) -> Run {
    while !run.is_finished() {
        run.step();
    }
    run
}

#[test]
fn a_resumed_run_reports_as_the_uninterrupted_one() {
    let mut run = scenario().prepare(&overrides(9, None)).unwrap();
    for _ in 0..3_001 {
        run.step();
    }
    let path = file("whole.haulsnap");
    run.write_snapshot(&path, false).unwrap();
    assert!(matches!(run.write_snapshot(&path, false), Err(SnapshotFileError::Exists(_))));
    run.write_snapshot(&path, true).unwrap();
    let snapshot = read_snapshot(&path).unwrap();
    let resumed = scenario().resume(&overrides(9, None), &snapshot).unwrap();
    assert_eq!(resumed.world().steps(), 3_001);
    let (whole, resumed) = (finish(run).report(1.0), finish(resumed).report(1.0));
    assert_eq!(whole.state_hash, resumed.state_hash);
    assert_eq!(whole.events, resumed.events);
    assert_eq!(whole.by_truck, resumed.by_truck);
    assert!(whole.events.len() > 3 && resumed.notes.iter().any(|n| n.contains("00:00:15")), "{:?}", resumed.notes);
    assert!(resumed.realtime_factor < 10.5, "the time before the snapshot counts: {}", resumed.realtime_factor);
}

#[test]
fn a_run_that_is_over_goes_on_with_a_longer_duration() {
    let over = finish(scenario().prepare(&overrides(9, Some(6.0))).unwrap());
    let snapshot = over.snapshot().unwrap();
    assert!(scenario().resume(&overrides(9, Some(6.0)), &snapshot).unwrap().is_finished());
    let longer = finish(scenario().resume(&overrides(9, Some(8.0)), &snapshot).unwrap());
    let whole = finish(scenario().prepare(&overrides(9, Some(8.0))).unwrap());
    assert_eq!(longer.report(0.0).state_hash, whole.report(0.0).state_hash);
}

#[test]
fn another_seed_is_refused_by_name() {
    let snapshot = scenario().prepare(&overrides(9, None)).unwrap().snapshot().unwrap();
    match scenario().resume(&overrides(10, None), &snapshot) {
        Err(ScenarioError::World(SimError::Snapshot(SnapshotError::OtherRun(parts)))) => {
            assert_eq!(parts, ["the seed"]);
        }
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("resumed"),
    }
}
