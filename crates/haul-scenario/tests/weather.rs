//! Weather and slippery zones of a scenario: faults with their positions, and the effect in the world.

use haul_core::fault::SourceText;
use haul_scenario::{Overrides, Run, Scenario};
use haul_vehicle::Ground;
use std::path::PathBuf;

/// First eight lines of a scenario on the sample pit.
const HEAD: &str = "name = \"w\"\nduration_s = 60\nmine = \"assets/mines/sample_pit\"\n[[truck]]\nid = 1\nstart = \"park\"\n\
                    load = \"face_1\"\ndump = \"crusher\"\n";

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(more: &str) -> Result<Scenario, Vec<String>> {
    let source = SourceText::new("s.toml", format!("{HEAD}{more}"));
    Scenario::from_source(&source, project()).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

fn faults(more: &str) -> Vec<String> {
    read(more).err().unwrap_or_default()
}

fn prepare(more: &str) -> Result<Run, Vec<String>> {
    let scenario = read(more)?;
    scenario
        .prepare(&Overrides::default())
        .map_err(|error| error.into_faults().iter().map(ToString::to_string).collect())
}

#[test]
fn every_fault_of_a_table_is_reported_at_once_with_its_place() {
    let table = "[weather]\ndate = \"2026-02-30\"\nstart_time = \"25:00\"\nrain_mm_h = 1\nsnow_mm_h = 2\nair_c = 12\n\
        [[weather.at]]\nat_s = 600\nrain_mm_h = 5\n\
        [[weather.at]]\nat_s = 300\nhumidity_pct = 50\n\
        [[weather.at]]\nat_s = 600\nhumidity_pct = 50\n\
        [[weather.at]]\ntime = \"7 o'clock\"\nhumidity_pct = 50\n\
        [[weather.at]]\nat_s = 900\n\
        [[weather.at]]\nhumidity_pct = 50\n";
    let told = faults(table);
    let expected = [
        "s.toml:10:8: expected a date, found \"2026-02-30\"",
        "s.toml:11:14: expected a time of day, found \"25:00\"",
        "s.toml:12:13: `rain_mm_h` has a constant and rows of the table",
        "s.toml:13:13: it cannot snow at 12 °C",
        "s.toml:19:8: the row is out of order: it is at 300 s, after a row at 600 s (line 15)",
        "s.toml:22:8: the time is that of another row (line 15)",
        "s.toml:25:8: expected a time of day, found \"7 o'clock\"",
        "s.toml:27:1: the row changes nothing",
        "s.toml:29:1: the row has no time",
    ];
    for (k, start) in expected.iter().enumerate() {
        assert!(told.get(k).is_some_and(|fault| fault.starts_with(start)), "expected {start}\nfound {told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
}

#[test]
fn unknown_keys_and_impossible_values_are_refused_with_what_is_accepted() {
    let told = faults("[weather]\nrain = 3\nair_c = 90\nclimate = \"tropics\"\n");
    assert!(told[0].contains("unknown key `rain`") && told[0].contains("`rain_mm_h`"), "{told:#?}");
    assert!(told[1].contains("90 is out of range") && told[1].contains("-60 to 60 °C"), "{told:#?}");
    assert!(told[2].contains("`monsoon`, `arid`, `alpine`, `winter`"), "{told:#?}");
}

#[test]
fn a_zone_without_a_place_or_with_two_is_refused() {
    let told = faults(
        "[[slippery]]\nfriction = 0.2\n[[slippery]]\nfriction = 0.2\nat = [0, 0]\n\
         [[slippery]]\nfriction = 0.2\nat = [0, 0]\nradius_m = 5\nring = [[0, 0], [1, 0]]\n",
    );
    let found = |words: &str| told.iter().any(|fault| fault.contains(words));
    assert!(found("has no place") && found("no `radius_m`") && found("two outlines"), "{told:#?}");
    assert!(found("expected three corners or more, found 2"), "{told:#?}");
}

#[test]
fn a_zone_over_the_start_of_a_truck_is_refused_unless_it_begins_later() {
    let zone = |from: &str| format!("[[slippery]]\nat = [-361, -218]\nradius_m = 10\nfriction = 0.15\n{from}");
    let told = prepare(&zone("")).err().unwrap();
    assert!(told[0].contains("the zone covers the start of T1 at (-361.5, -218.4)"), "{told:#?}");
    assert!(told[0].contains("from_s"), "{told:#?}");
    assert!(prepare(&zone("from_s = 30\n")).is_ok());
}

#[test]
fn a_zone_is_slippery_inside_from_its_time_on() {
    let mut run = prepare("[[slippery]]\nat = [-196, 80]\nradius_m = 20\nfriction = 0.15\nfrom_s = 5\n").unwrap();
    let friction = |run: &Run, x: f64| run.world().ground().under(x, 80.0).friction;
    assert!(friction(&run, -196.0) > 0.5);
    while run.world().now().seconds() < 7.0 {
        run.step();
    }
    assert_eq!((friction(&run, -196.0), friction(&run, -196.0 + 25.0)), (0.15, 0.55));
}

#[test]
fn a_zone_that_no_truck_can_meet_is_noted() {
    let run = prepare("[[slippery]]\nat = [5000, 5000]\nradius_m = 20\nfriction = 0.15\n").unwrap();
    assert!(run.notes().iter().any(|note| note.contains("off the drivable surface")), "{:?}", run.notes());
}

#[test]
fn the_table_runs_straight_between_its_rows() {
    let more = "[weather]\nstart_time = \"06:00\"\nair_c = 5\n[[weather.at]]\ntime = \"06:00\"\nrain_mm_h = 0\n\
        [[weather.at]]\ntime = \"06:00:40\"\nrain_mm_h = 36\n";
    let mut run = prepare(more).unwrap();
    while run.world().now().seconds() < 20.5 {
        run.step();
    }
    let rain = run.world().weather().rain() * 3.6e6;
    assert!((rain - 18.0).abs() < 0.1, "{rain}");
}

#[test]
fn a_climate_follows_the_seed_of_the_run() {
    let air = |seed: u64| {
        let scenario = read("[weather]\nclimate = \"winter\"\n").unwrap();
        let run = scenario.prepare(&Overrides { seed: Some(seed), ..Overrides::default() }).unwrap();
        run.world().weather().sky().air
    };
    assert_eq!(air(3), air(3));
    assert_ne!(air(3), air(4));
    assert!(air(3) < 273.15);
}

#[test]
fn an_area_that_is_incomplete_is_refused() {
    let told = faults("[[event]]\nat_s = 5\nwhat = \"ice\"\ndepth_mm = 2\nat = [1, 2]\n");
    assert!(told[0].contains("the area is incomplete"), "{told:#?}");
}
