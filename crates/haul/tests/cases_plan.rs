//! Queries to the planner and to the handbook, as users really make them.

use std::path::Path;
use std::process::{Command, Output};

const PIT: &str = "assets/mines/sample_pit";

fn haul(arguments: &[&str]) -> Output {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Command::new(env!("CARGO_BIN_EXE_haul")).args(arguments).current_dir(project).output().unwrap()
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

fn answer(arguments: &[&str]) -> serde_json::Value {
    let output = haul(&[arguments, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Reads the number before ` km/h` in a message.
fn kmh(arguments: &[&str]) -> f64 {
    let said = String::from_utf8_lossy(&haul(arguments).stderr).into_owned();
    let before = said.split(" km/h").next().unwrap();
    before.rsplit(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("no speed in {said}"))
}

/// `plan-reverse-only`, `plan-reverse-only-2`, `plan-reverse-only-4`, and two similar cases.
#[test]
fn plan_reverse_only() {
    for (at, from) in [
        ("crusher", "-354.453,-211.309,45.028"),
        ("crusher", "-540.85,-190.8,230.2"),
        ("crusher", "-427.8,-103.1,53"),
        ("face_1", "-354.453,-211.309,45.028"),
        ("dump", "-540.85,-190.8,230.2"),
    ] {
        let into = answer(&["plan", "spot", PIT, "--at", at, &format!("--from={from}")]);
        let (reversed, length) = (into["reversed_m"].as_f64().unwrap(), into["length_m"].as_f64().unwrap());
        assert!((1.0..60.0).contains(&reversed), "{at} from {from}: {reversed} m in reverse of {length} m");
    }
}

#[test]
fn plan_route_same_place() {
    refused(&["plan", "route", PIT, "--from", "crusher", "--to", "crusher"], &["start and goal are the same place"]);
    refused(&["plan", "speed", PIT, "--from", "face_1", "--to", "face_1"], &["start and goal are the same place"]);
}

#[test]
fn haulage_climb_downhill() {
    let asked = ["truck", "climb", "--gross", "160", "--grade", "-8", "--rolling", "2"];
    let other = ["truck", "descend", "--gross", "160", "--grade", "-8", "--rolling", "2"];
    refused(&asked, &["rolls by itself", "haul truck descend --gross 160 --grade -8 --rolling 2; it gives"]);
    let right = answer(&other)["speed_kmh"].as_f64().unwrap();
    assert!((kmh(&asked) - right).abs() < 0.06 && right < 40.0, "{right}");
    // Similar cases: a total resistance, a payload, a penetration. A gentle descent still takes power.
    let total = "haul truck descend --load 40 --grade -7 --rolling 2";
    refused(&["truck", "climb", "--load", "40", "--resistance", "-5"], &[total]);
    let soft = "haul truck descend --grade -10 --rolling 5";
    refused(&["truck", "climb", "--grade", "-10", "--penetration", "5"], &[soft]);
    let gentle = answer(&["truck", "climb", "--grade", "-1", "--rolling", "2"]);
    assert!(gentle["wheel_power_kw"].as_f64().unwrap() > 0.0, "{gentle}");
}

#[test]
fn haulage_descend_uphill() {
    let asked = ["truck", "descend", "--gross", "160", "--grade", "5", "--rolling", "2"];
    let other = ["truck", "climb", "--gross", "160", "--grade", "5", "--rolling", "2"];
    refused(&asked, &["this is uphill", "haul truck climb --gross 160 --grade 5 --rolling 2; it gives"]);
    let right = answer(&other)["speed_kmh"].as_f64().unwrap();
    assert!((kmh(&asked) - right).abs() < 0.06 && (15.0..25.0).contains(&right), "{right}");
    // Similar cases: a descent gentler than the rolling resistance, level ground, and a climb on which the truck cannot
    // start.
    let gentle = "haul truck climb --grade -1 --rolling 2; it gives";
    refused(&["truck", "descend", "--grade", "-1"], &["does not fall more than the rolling resistance", gentle]);
    refused(&["truck", "descend", "--grade", "0", "--rolling", "0"], &["expected a grade below 0.0 %"]);
    refused(&["truck", "descend", "--grade", "40", "--rolling", "20"], &["there the truck does not start"]);
    refused(&["truck", "descend", "--grade", "-2", "--length", "500"], &["haul truck climb"]);
    assert_eq!(answer(&["truck", "descend", "--grade", "-8"])["binding"], "retarder");
}

#[test]
fn a_cycle_without_a_load_has_no_figure_a_tonne() {
    let profile = std::env::temp_dir().join(format!("haul-cases-{}.csv", std::process::id()));
    std::fs::write(&profile, "length_m,grade_pct,rolling_pct\n1220,6,5\n300,0,3\n").unwrap();
    let profile = profile.display().to_string();
    let output = haul(&["truck", "cycle", &profile, "--load", "0"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    assert!(said.contains("hauls nothing") && !said.contains("inf") && !said.contains("NaN"), "{said}");
    let empty = answer(&["truck", "cycle", &profile, "--load", "0"]);
    assert!(empty["fuel_l_per_t"].is_null() && empty["cost"]["per_tonne"].is_null(), "{empty}");
    assert!(answer(&["truck", "cycle", &profile])["cost"]["per_tonne"].as_f64().unwrap() > 0.0);
    refused(&["truck", "cycle", &profile, "--load", "-5"], &["expected a number from 0 to 1000"]);
    refused(&["truck", "cycle", &profile, "--load", "900"], &["--load 900 is out of range", "0 to 109"]);
}

/// Every number of the handbook and of the planner has a range.
#[test]
fn numbers_out_of_range_are_refused_with_the_range() {
    let bad: [(&[&str], &str); 22] = [
        (&["truck", "climb", "--grade", "400"], "from -40 to 40"),
        (&["truck", "climb", "--resistance", "nan"], "from -40 to 60"),
        (&["truck", "climb", "--grade", "5", "--rolling", "-3"], "from 0 to 40"),
        (&["truck", "climb", "--grade", "5", "--penetration", "-3"], "from 0 to 60"),
        (&["truck", "climb", "--grade", "5", "--load", "-1"], "from 0 to 1000"),
        (&["truck", "climb", "--grade", "5", "--load", "200"], "0 to 109"),
        (&["truck", "climb", "--grade", "5", "--gross", "-160"], "from 1 to 2000"),
        (&["truck", "climb", "--grade", "5", "--gross", "20"], "69.0 to"),
        (&["truck", "climb", "--grade", "5", "--altitude", "20000"], "from -430 to 6000"),
        (&["truck", "climb", "--grade", "5", "--air", "-300"], "from -60 to 60"),
        (&["truck", "descend", "--grade", "-400"], "from -40 to 40"),
        (&["truck", "descend", "--grade", "-8", "--rolling", "nan"], "from 0 to 40"),
        (&["truck", "descend", "--grade", "-8", "--length", "-5"], "from 1 to 100000"),
        (&["truck", "descend", "--grade", "-8", "--oil", "900"], "from -60 to 200"),
        (&["truck", "stop", "--speed", "-5"], "from 0 to 120"),
        (&["truck", "stop", "--speed", "30", "--delay", "-1"], "from 0 to 60"),
        (&["truck", "curve", "--radius", "-20"], "from 1 to 100000"),
        (&["truck", "curve", "--radius", "20", "--superelevation", "inf"], "from -40 to 40"),
        (&["truck", "datasheet", "--load", "nan"], "from 0 to 1000"),
        (&["plan", "route", PIT, "--from", "face_1", "--to", "crusher", "--load", "-1"], "from 0 to 1000"),
        (&["plan", "speed", PIT, "--from", "face_1", "--to", "crusher", "--oil", "nan"], "from -60 to 150"),
        (&["run", "scenarios/01_first_haul.toml", "--duration", "-5"], "--duration -5 is out of range"),
    ];
    for (arguments, range) in bad {
        refused(arguments, &[range]);
    }
    refused(&["run", "scenarios/01_first_haul.toml", "--duration", "1e300"], &["0.1 to 31622400 s"]);
}
