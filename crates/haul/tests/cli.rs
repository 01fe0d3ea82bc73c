//! The command line as a user sees it: bad input gives exit status 2, and a message with its position and what is
//! accepted.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn haul(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_haul")).args(arguments).current_dir(project()).output().unwrap()
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns the path of a file that only this test uses. Its folder is as deep as that of the scenarios, so that
/// relative paths of mines are valid.
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
    refused(&["run", "scenarios/01_first_haul.toml", "--mine", "nowhere"], &["nowhere", "expected a mine directory"]);
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

/// Returns a folder that only this test uses.
fn folder(name: &str) -> String {
    std::env::temp_dir().join(format!("haul-cli-{}", std::process::id())).join(name).display().to_string()
}

#[test]
fn a_mine_is_checked_changed_and_compared() {
    let pit = "assets/mines/sample_pit";
    let checked = haul(&["mine", "check", pit, "--json", "--svg", &folder("c.svg"), "--geojson", &folder("c.geojson")]);
    let report: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(checked.status.code(), Some(i32::from(report["passed"] != true)));
    assert_eq!(report["passed"], true, "{report:#}");
    let drawn = std::fs::read_to_string(folder("c.geojson")).unwrap();
    let features: serde_json::Value = serde_json::from_str(&drawn).unwrap();
    assert_eq!(features["features"].as_array().unwrap().len(), report["findings"].as_array().unwrap().len());
    let changed = folder("changed");
    let done = haul(&["mine", "change", pit, "--out", &changed, "--dig", "face_1=5000", "--traffic", "all=100000"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(haul(&["mine", "diff", pit, pit]).status.code(), Some(0));
    let differ = haul(&["mine", "diff", pit, &changed, "--json"]);
    let differ_json: serde_json::Value = serde_json::from_slice(&differ.stdout).unwrap();
    assert_eq!(differ.status.code(), Some(1));
    assert!((differ_json["cut_m3"].as_f64().unwrap() - 5_000.0).abs() < 500.0, "{differ_json:#}");
    refused(&["mine", "change", pit, "--out", &changed, "--dig", "face_9=1"], &["face_9", "face_1"]);
    refused(&["mine", "change", pit, "--out", &changed], &["nothing is to be changed"]);
}

#[test]
fn an_inspection_draws_the_plan_and_writes_every_metre() {
    let (png, csv) = (folder("plan.png"), folder("roads.csv"));
    let output = haul(&["mine", "inspect", "assets/mines/sample_pit", "--json", "--png", &png, "--stations", &csv]);
    let totals: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for key in ["drivable_area_m2", "road_length_m", "nodes", "edges", "components", "areas", "grade_median", "repairs"]
    {
        assert!(totals.get(key).is_some(), "{key}");
    }
    assert!(std::fs::read(&png).unwrap().starts_with(b"\x89PNG"));
    let rows = std::fs::read_to_string(&csv).unwrap().lines().count() as f64;
    assert!(rows > totals["road_length_m"].as_f64().unwrap(), "{rows}");
}

#[test]
fn a_short_run_prints_one_json_object() {
    let output = haul(&["run", "scenarios/01_first_haul.toml", "--duration", "5", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    // Five seconds are too short for a haul: the expectations fail, which gives exit status 1.
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

fn answered(arguments: &[&str]) -> serde_json::Value {
    let output = haul(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_plan_is_asked_for_by_weather_criterion_way_and_origin() {
    let pit = "assets/mines/sample_pit";
    let haul_to = |extra: &[&str]| {
        let base = ["plan", "route", pit, "--from", "face_1", "--to", "crusher", "--load", "91", "--json"];
        answered(&[&base[..], extra].concat())
    };
    let number = |v: &serde_json::Value, key: &str| v[key].as_f64().unwrap_or_else(|| panic!("{key}: {v}"));
    let (dry, wet) = (haul_to(&[]), haul_to(&["--weather", "rain"]));
    assert!(number(&wet, "time_s") > number(&dry, "time_s"), "rain softens the road");
    assert!(number(&dry["travel_time"], "p90_s") > number(&dry, "time_s"));
    for criterion in ["fuel", "cost"] {
        let other = haul_to(&["--criterion", criterion, "--alternatives", "2"]);
        assert!(number(&other, "fuel_kg") > 0.0 && other["alternatives"].is_array());
    }
    let chart = folder("speed.svg");
    answered(&["plan", "speed", pit, "--from", "face_1", "--to", "crusher", "--oil", "85", "--json", "--svg", &chart]);
    let chart = std::fs::read_to_string(&chart).unwrap();
    assert!(["engine power", "stop ahead", "Ground", "Retarder oil"].iter().all(|part| chart.contains(part)));
    let svg = folder("spot.svg");
    let spot = |extra: &[&str]| {
        let base = ["plan", "spot", pit, "--at", "crusher", "--json"];
        answered(&[&base[..], extra].concat())
    };
    let last = |v: &serde_json::Value| v["path"].as_array().and_then(|p| p.last().cloned()).unwrap();
    let (tail, axle) = (spot(&["--align", "rear", "--svg", &svg]), spot(&[]));
    assert_eq!(last(&axle)["reverse"], true);
    let apart = |k: &str| number(&last(&tail), k) - number(&last(&axle), k);
    let overhang = haul_vehicle::TruckSpec::tr100at().geometry.rear_overhang;
    assert!((apart("x").hypot(apart("y")) - overhang).abs() < 1e-6, "the tail stands where the axle stood");
    assert!(std::fs::read_to_string(&svg).unwrap().contains("<polygon"));
    // The face's queue stands on its road, out of sight of the spot.
    assert_eq!(last(&answered(&["plan", "spot", pit, "--at", "face_1", "--json"]))["reverse"], true);
    let route = ["plan", "route", pit, "--from", "face_1", "--to", "crusher", "--load", "91", "--weather"];
    refused(&[&route[..], &["hail"]].concat(), &["hail", "snow"]);
    refused(&[&route[..], &["ice"]].concat(), &["cannot climb", "station"]);
    refused(&["plan", "spot", pit, "--at", "face_1", "--way", "sideways"], &["sideways", "back-through"]);
    refused(&["plan", "spot", pit, "--at", "face_1", "--from", "9000,9000,0"], &["spot 1 of face_1", "start"]);
}

#[test]
fn the_truck_is_looked_up_as_in_a_handbook() {
    let number = |v: &serde_json::Value, key: &str| v[key].as_f64().unwrap_or_else(|| panic!("{key}: {v}"));
    let climb = answered(&["truck", "climb", "--gross", "160", "--resistance", "10", "--json"]);
    assert!((12.0..16.0).contains(&number(&climb, "speed_kmh")) && climb["gear"] == 2, "{climb}");
    let down = ["truck", "descend", "--gross", "160", "--grade", "-10", "--rolling", "2"];
    let long = answered(&[&down[..], &["--json"]].concat());
    let short = answered(&[&down[..], &["--length", "500", "--json"]].concat());
    assert!(number(&short, "speed_kmh") > number(&long, "speed_kmh"), "a short descent bears more");
    assert!(number(&short, "oil_at_the_end_c") <= number(&short, "oil_limit_c") + 0.01);
    let stop = answered(&[
        "truck",
        "stop",
        "--speed",
        "40",
        "--grade",
        "-9",
        "--load",
        "91",
        "--surface",
        "wet",
        "--system",
        "secondary",
        "--json",
    ]);
    assert!(number(&stop, "distance_with_delay_m") > number(&stop, "braking_distance_m"));
    assert!(number(&stop, "distance_with_driver_m") < number(&stop, "rule_distance_m"), "{stop}");
    let curve = answered(&["truck", "curve", "--radius", "40", "--superelevation", "4", "--surface", "wet", "--json"]);
    assert!(number(&curve, "safe_kmh") < number(&curve, "slides_kmh"));
    let wide = answered(&["truck", "--file", "seeds/trucks/wide_body_60t.toml", "--json"]);
    assert_eq!(wide["gear_speeds_kmh"].as_array().map(Vec::len), Some(8));
}

#[test]
fn a_haul_is_studied_from_its_profile_and_charts_are_drawn() {
    let profile =
        scratch("haul.csv", "length_m,grade_pct,rolling_pct,limit_kmh\n300,0,3,\n1500,10,2.5,\n400,0,2.5,40\n");
    let study = answered(&["truck", "cycle", &profile.display().to_string(), "--json"]);
    for key in ["cycle_min", "fuel_l", "payload_t_per_h", "retarder_peak_c", "range_km"] {
        assert!(study[key].as_f64().is_some_and(|v| v > 0.0), "{key}: {study}");
    }
    assert_eq!(study["loaded"].as_array().map(Vec::len), Some(3));
    let folder = profile.with_file_name("charts");
    answered(&["truck", "chart", "--out", &folder.display().to_string(), "--json"]);
    for name in ["rimpull.svg", "gradeability.svg", "retardation.svg"] {
        let svg = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(svg.contains("km/h") && svg.contains("<path") && !svg.contains("NaN"), "{name}");
    }
}

#[test]
fn odd_questions_about_a_truck_are_refused() {
    refused(&["truck", "climb", "--gross", "900", "--resistance", "10"], &["out of range", "178.2"]);
    refused(&["truck", "climb"], &["--resistance"]);
    refused(&["truck", "stop", "--speed", "nan"], &["a number from 0 to 120"]);
    refused(&["truck", "curve", "--radius", "40", "--surface", "mud"], &["no surface is named `mud`", "snow"]);
    let steep = scratch("steep.csv", "length_m,grade_pct,rolling_pct\n500,35,8\n");
    refused(&["truck", "cycle", &steep.display().to_string()], &["comes to a stand"]);
    let wrong = scratch("wrong.csv", "length_m,grade_pct,rolling_pct\nfar,10,2\n100,10\n");
    refused(&["truck", "cycle", &wrong.display().to_string()], &["wrong.csv:2:1", "wrong.csv:3:1"]);
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
    let scene = ["scenarios/01_first_haul.toml", "--at", "5", "--size", "320x180", "--frames", "2"];
    let output = haul(&[&["shot", "--out", &path], &scene[..]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains(" frames/s at 320 x 180"));
    let bytes = std::fs::read(&out).unwrap();
    // A picture of one colour would be a few hundred bytes of PNG.
    assert!(bytes.len() > 10_000, "{} bytes", bytes.len());
}

#[test]
fn a_run_is_recorded_told_and_repeated() {
    let file = folder("run.mcap");
    let scenario = "scenarios/01_first_haul.toml";
    let record = ["run", scenario, "--duration", "32", "--seed", "5", "--json", "--record", &file];
    let ran: serde_json::Value = serde_json::from_slice(&haul(&record).stdout).unwrap();
    refused(&record, &["run.mcap: the file exists", "--force"]);
    let told = answered(&["info", &file, "--json"]);
    assert_eq!((told["seed"].as_u64(), told["recorded_s"].as_f64()), (Some(5), Some(32.0)), "{told:#}");
    assert_eq!((&told["state_hash"], &told["cut"]), (&ran["state_hash"], &serde_json::Value::Null));
    assert_eq!(told["overrides"]["duration"], "32");
    let again = answered(&["rerun", &file, "--json"]);
    assert_eq!((&again["rerun_hash"], &again["same"]), (&ran["state_hash"], &true.into()), "{again:#}");

    // A recording that is cut in the middle: this is reported, and the run is repeated up to the last state hash.
    let bytes = std::fs::read(&file).unwrap();
    let cut = folder("cut.mcap");
    std::fs::write(&cut, &bytes[..bytes.len() - 20_000]).unwrap();
    let told = answered(&["info", &cut, "--json"]);
    assert!(told["cut"].is_string() && told["state_hash"].is_null(), "{told:#}");
    let again = answered(&["rerun", &cut, "--json"]);
    let repeated = again["steps"].as_u64().unwrap();
    assert!(again["same"] == true && [2_000, 4_000, 6_000].contains(&repeated), "{again:#}");

    // With another seed, the state differs: exit status 1.
    let other = folder("other.mcap");
    let seed = |text: &[u8]| text.windows(13).position(|w| w == b"\x04\0\0\0seed\x01\0\0\x005");
    let mut changed = bytes.clone();
    let at = seed(&changed).unwrap();
    changed[at + 12] = b'6';
    std::fs::write(&other, &changed).unwrap();
    let output = haul(&["rerun", &other]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("different, seen first at 10.0 s"), "{said}");
}

#[test]
fn a_run_is_resumed_from_its_snapshot_to_the_same_end() {
    let scenario = "scenarios/01_first_haul.toml";
    let file = scratch("resumed.haulsnap", "in the way").display().to_string();
    let take = ["run", scenario, "--duration", "6", "--json", "--snapshot-at", "3.5", "--snapshot-out", &file];
    refused(&take, &["resumed.haulsnap", "exists", "--force"]);
    refused(
        &[&take[..5], &["--snapshot-at", "7", "--snapshot-out", "x"]].concat(),
        &["after the end of the run, at 6 s"],
    );
    // Six seconds are too few for the scenario's expectations: the exit status is 1.
    let report = |arguments: &[&str]| -> serde_json::Value { serde_json::from_slice(&haul(arguments).stdout).unwrap() };
    let whole = report(&[&take[..], &["--force"]].concat());
    let resumed = report(&["run", scenario, "--duration", "6", "--json", "--resume", &file]);
    assert_eq!(whole["state_hash"], resumed["state_hash"]);
    assert_eq!(whole["events"], resumed["events"]);
    let seed = ["run", scenario, "--seed", "77", "--resume", &file];
    refused(&seed, &["resumed.haulsnap", "another run", "the seed"]);
    refused(&["run", scenario, "--resume", scenario], &["01_first_haul.toml", "not a snapshot"]);
    refused(&["run", scenario, "--resume", &file, "--record", "x.mcap"], &["cannot be used with"]);
}

/// Returns a scenario in which the wheel sensors of a truck fail while it drives.
fn failing_wheels() -> PathBuf {
    let text = std::fs::read_to_string(project().join("scenarios/01_first_haul.toml")).unwrap();
    let mine = project().join("assets/mines/sample_pit").display().to_string().replace('\\', "/");
    let text = text.replace("../assets/mines/sample_pit", &mine);
    let event =
        "[[event]]\nat_s = 20\nwhat = \"fault\"\ntruck = 1\nfault = \"wheel_speeds_stuck\"\nfor_s = 5\n\n[expect]";
    scratch("wheels.toml", &text.replace("[expect]", event))
}

#[test]
fn a_warning_is_shown_once_with_truck_and_simulated_time() {
    let scenario = failing_wheels().display().to_string();
    let run = ["run", &scenario, "--duration", "40", "--json"];
    let said = |arguments: &[&str]| String::from_utf8(haul(arguments).stderr).unwrap();
    let warnings = said(&run);
    let wheels: Vec<&str> = warnings.lines().filter(|line| line.contains("wheel speeds are not used")).collect();
    assert_eq!(wheels.len(), 1, "{warnings}");
    assert!(wheels[0].contains("WARN haul_autonomy") && wheels[0].contains(" at=00:00:2"), "{warnings}");
    assert!(wheels[0].contains(" truck=T1"), "{warnings}");
    assert_eq!(said(&run), warnings, "equal runs have equal logs");
    // Options before and after the command, and the variable.
    assert!(said(&[&["-v"], &run[..]].concat()).contains(" INFO haul_"));
    assert!(said(&[&run[..], &["-vv"]].concat()).contains("DEBUG haul_"));
    let by_variable = Command::new(env!("CARGO_BIN_EXE_haul")).args(run).env("HAUL_LOG", "off").output().unwrap();
    assert!(!String::from_utf8_lossy(&by_variable.stderr).contains("WARN"));
    for command in [&["--help"][..], &["run", "--help"], &["mine", "diff", "--help"]] {
        let help = String::from_utf8(haul(command).stdout).unwrap();
        assert!(help.contains("--verbose") && help.contains("HAUL_LOG"), "{command:?}: {help}");
    }
}

#[test]
fn a_wrong_filter_of_the_log_is_refused() {
    let output = Command::new(env!("CARGO_BIN_EXE_haul")).arg("schema").env("HAUL_LOG", "haul=loud").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(["HAUL_LOG", "haul=loud", "haul=info"].iter().all(|part| said.contains(part)), "{said}");
}

#[test]
fn a_file_that_is_no_recording_is_refused() {
    refused(
        &["info", "scenarios/01_first_haul.toml"],
        &["01_first_haul.toml", "not an MCAP file", "haul run --record"],
    );
    refused(&["rerun", "nowhere.mcap"], &["nowhere.mcap", "cannot be read"]);
    let unwritable = "/dev/null/run.mcap";
    refused(
        &["run", "scenarios/01_first_haul.toml", "--duration", "1", "--record", unwritable],
        &[unwritable, "cannot be written"],
    );
}
