//! The command line as a person meets it: bad input is answered with exit status 2, its place and what would be right.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn haul(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_haul")).args(arguments).current_dir(project()).output().unwrap()
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of this test alone, in the folder of the scenarios' own depth so that relative mines hold.
fn scratch(name: &str, text: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("haul-cli-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn refused(arguments: &[&str], expected: &[&str]) {
    let output = haul(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    for part in expected {
        assert!(said.contains(part), "{arguments:?} does not say {part:?}: {said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn missing_files_and_places_are_named() {
    refused(&["run", "nowhere.toml"], &["nowhere.toml", "cannot be read"]);
    refused(&["run", "scenarios/01_first_haul.toml", "--mine", "nowhere"], &["nowhere", "no such mine directory"]);
    refused(&["mine", "inspect", "nowhere"], &["nowhere"]);
    let pit = "assets/mines/sample_pit";
    refused(&["plan", "route", pit, "--from", "face_9", "--to", "crusher"], &["face_9", "face_1"]);
    refused(&["plan", "speed", pit, "--from", "face_1", "--to", "crusher", "--load", "900"], &["out of range"]);
}

#[test]
fn faults_in_a_scenario_are_all_named_with_line_and_column() {
    let text = std::fs::read_to_string(project().join("scenarios/01_first_haul.toml")).unwrap();
    let mine = project().join("assets/mines/sample_pit").display().to_string().replace('\\', "/");
    let text = text.replace("../assets/mines/sample_pit", &mine);
    let misspelt = scratch(
        "misspelt.toml",
        &text.replace("until_cycles", "untl_cycles").replace("lateral_error_max_m", "lateral_error_mx_m"),
    );
    refused(&["run", &misspelt.display().to_string()], &["misspelt.toml:6:1", "untl_cycles", "until_cycles"]);
    let place = scratch("place.toml", &text.replace("dump = \"crusher\"", "dump = \"crushr\""));
    refused(&["run", &place.display().to_string()], &["place.toml:", "crushr", "crusher"]);
    let range = scratch("range.toml", &text.replace("duration_s = 3600", "duration_s = -5"));
    refused(&["run", &range.display().to_string()], &["range.toml:5:", "out of range"]);
    let syntax = scratch("syntax.toml", "name = \n");
    refused(&["run", &syntax.display().to_string()], &["syntax.toml:1:"]);
}

#[test]
fn a_survey_that_is_none_is_refused_with_its_place() {
    let words = scratch("words.csv", "string,x,y,z\n0,1,2,3\n0,one,2,3\n");
    refused(&["mine", "import", &words.display().to_string(), "--out", "target/never"], &["words.csv:3"]);
    let empty = scratch("empty.csv", "");
    refused(&["mine", "import", &empty.display().to_string(), "--out", "target/never"], &["empty.csv"]);
}

#[test]
fn a_short_run_prints_one_json_object() {
    let output = haul(&["run", "scenarios/01_first_haul.toml", "--duration", "5", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    // Five seconds are no haul: the expectations fail, which is exit status 1.
    assert_eq!(output.status.code(), Some(1));
    for key in [
        "passed",
        "sim_seconds",
        "wall_seconds",
        "realtime_factor",
        "trucks",
        "cycles",
        "delivered_t",
        "fuel_l",
        "lateral_error_max_m",
        "lateral_error_rms_m",
        "min_clearance_m",
        "off_surface_seconds",
        "collisions",
        "state_hash",
    ] {
        assert!(report.get(key).is_some(), "{key}");
    }
}

#[cfg(feature = "window")]
#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped must say so where a person looks")]
fn a_picture_shows_a_mine() {
    if let Err(missing) = haul_viewer::probe_device() {
        eprintln!("skipped: {missing}");
        return;
    }
    let out = std::env::temp_dir().join(format!("haul-cli-{}", std::process::id())).join("shot.png");
    let path = out.display().to_string();
    let output = haul(&["shot", "scenarios/01_first_haul.toml", "--at", "5", "--size", "320x180", "--out", &path]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let bytes = std::fs::read(&out).unwrap();
    // A picture of one colour would be a few hundred bytes of PNG.
    assert!(bytes.len() > 10_000, "{} bytes", bytes.len());
}
