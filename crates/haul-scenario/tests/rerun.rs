//! Recordings of runs on the sample pit, repeated.

use haul_core::Point2;
use haul_core::fault::SourceText;
use haul_mine::MineMap;
use haul_record::recording::MINE_FILE;
use haul_record::{Recording, SimInput};
use haul_scenario::{Overrides, RecordError, Recorder, Scenario, rerun};
use std::path::{Path, PathBuf};

const TEXT: &str = "name = \"x\"\nduration_s = 25\n\
    [[fleet]]\ncount = 3\nstart = \"park\"\nload = [\"face_1\", \"face_2\"]\ndump = [\"crusher\"]\n\
    [[event]]\nat_s = 4\nwhat = \"friction\"\nfriction = 0.4\n";

/// Records a run with an input by hand, and interrupts the run after some steps.
fn recorded(name: &str, steps: u64) -> PathBuf {
    let mine = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/mines/sample_pit");
    let scenario = Scenario::from_source(&SourceText::new("s.toml", TEXT), ".".into()).unwrap();
    let mut run = scenario.prepare(&Overrides { mine: Some(mine), seed: Some(9), duration_s: None }).unwrap();
    let file = std::env::temp_dir().join(format!("haul-rerun-test-{}", std::process::id())).join(name);
    let mut recorder = Recorder::create(&file, &run, false).unwrap();
    assert!(matches!(Recorder::create(&file, &run, false), Err(RecordError::Exists(_))));
    while !run.is_finished() {
        match run.world().steps() {
            1_001 => run.inject(SimInput::AllStop),
            2_003 => run.inject(SimInput::Resume),
            2_500 => {
                run.inject(SimInput::PlaceObstacle { id: "rock".into(), at: Point2::new(-300.0, -150.0), radius: 1.0 })
            }
            now if now == steps => run.interrupt(),
            _ => {}
        }
        run.step();
        recorder.sample(&mut run).unwrap();
    }
    recorder.finish(&run).unwrap();
    file
}

#[test]
fn a_run_with_inputs_by_hand_is_repeated_to_the_same_state() {
    let recording = Recording::open(&recorded("whole.mcap", u64::MAX)).unwrap();
    assert_eq!(recording.inputs.iter().map(|i| i.step).collect::<Vec<_>>(), [1_001, 2_003, 2_500]);
    let report = rerun(&recording, |_| {}).unwrap();
    assert!(report.same && report.steps == 5_000 && report.compared == 3, "{report:?}");
}

#[test]
fn an_interrupted_run_is_repeated_up_to_its_interruption() {
    let recording = Recording::open(&recorded("interrupted.mcap", 3_001)).unwrap();
    let report = rerun(&recording, |_| {}).unwrap();
    assert!(report.same && report.steps == 3_001, "{report:?}");
}

#[test]
fn a_run_without_one_of_its_inputs_differs() {
    let mut recording = Recording::open(&recorded("other.mcap", u64::MAX)).unwrap();
    recording.inputs.remove(0);
    let report = rerun(&recording, |_| {}).unwrap();
    assert!(!report.same && report.differs_at_s == Some(10.0), "{report:?}");
}

#[test]
fn a_recording_holds_the_packed_mine_and_runs_the_same_from_it() {
    let recording = Recording::open(&recorded("packed.mcap", 2_001)).unwrap();
    let packed = recording.attachment(MINE_FILE).unwrap();
    let mine = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/mines/sample_pit");
    let map = MineMap::load(&mine).unwrap();
    assert!(MineMap::from_bytes(packed).unwrap() == map);
    let files = std::fs::read_dir(&mine).unwrap().flatten().map(|entry| entry.metadata().unwrap().len()).sum::<u64>();
    assert!((packed.len() as u64) < files / 2, "{} bytes for {files} in files", packed.len());
    assert!(rerun(&recording, |_| {}).unwrap().same);
}
