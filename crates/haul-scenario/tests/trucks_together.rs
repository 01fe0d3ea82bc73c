//! Several trucks in full physics: each test is a run in which trucks once stood for ever.

use haul_mine::{MineMap, PitSpec, PlaceKind, generate_pit};
use haul_scenario::{Overrides, Report, Scenario};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn run(path: &Path, overrides: &Overrides) -> Report {
    let mut run = Scenario::load(path).unwrap().prepare(overrides).unwrap();
    while !run.is_finished() {
        run.step();
    }
    run.report(1.0)
}

fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(name)
}

fn check(report: &Report, cycles: u32) {
    let trucks: Vec<String> = report
        .by_truck
        .iter()
        .map(|t| format!("T{} {} cycles, {}, {:?}", t.truck, t.cycles, t.state, t.stands.as_ref().map(|s| &s.text)))
        .collect();
    assert_eq!((report.stuck, report.collisions), (0, 0), "{}: {trucks:#?}", report.mine);
    assert_eq!(report.off_surface_seconds, 0.0, "{}", report.mine);
    assert!(report.cycles >= cycles, "{}: {} cycles: {trucks:#?}", report.mine, report.cycles);
}

/// Returns a generated mine in its own folder, and four trucks that start in its park, with faces and dumps in turn.
fn four_trucks(seed: u64) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("haul-together-{}-{seed}", std::process::id()));
    let map: MineMap = generate_pit(&PitSpec::drawn(seed)).unwrap();
    map.save(&folder).unwrap();
    let names = |kinds: &[PlaceKind]| {
        let ids: Vec<String> =
            map.places.iter().filter(|p| kinds.contains(&p.kind)).map(|p| format!("{:?}", p.id.as_str())).collect();
        ids.join(", ")
    };
    let mut text = String::from("name = \"four\"\nmine = \".\"\nduration_s = 5400\nuntil_cycles = 1\n");
    writeln!(text, "[[fleet]]\ncount = 4\nstart = \"park\"\nload = [{}]", names(&[PlaceKind::Load])).unwrap();
    writeln!(text, "dump = [{}]", names(&[PlaceKind::Dump, PlaceKind::Crusher])).unwrap();
    let file = folder.join("four.toml");
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn two_trucks_at_one_face_both_haul_and_none_stands_for_ever() {
    let report = run(&scenario("03_two_trucks_one_face.toml"), &Overrides::default());
    check(&report, 4);
    assert!(report.passed, "{:?}", report.checks);
}

#[test]
fn ten_trucks_share_two_faces() {
    let report =
        run(&scenario("04_ten_trucks_a_shift.toml"), &Overrides { duration_s: Some(2400.0), ..Overrides::default() });
    check(&report, 10);
}

#[test]
fn four_trucks_on_generated_mines_all_haul() {
    for seed in [508, 512, 520] {
        let file = four_trucks(seed);
        let report = run(&file, &Overrides::default());
        check(&report, 4);
        drop(std::fs::remove_dir_all(file.parent().unwrap()));
    }
}

#[test]
fn a_truck_that_cannot_climb_is_stuck_and_says_why() {
    let folder = std::env::temp_dir().join(format!("haul-slippery-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mine = scenario("../assets/mines/sample_pit").canonicalize().unwrap();
    let text = format!(
        "name = \"slippery\"\nmine = {:?}\nduration_s = 300\n[conditions]\nfriction = 0.12\nrolling_resistance_pct = 5\n[[truck]]\nid = 1\nstart = \"park\"\nload = \"face_1\"\ndump = \"crusher\"\n",
        mine.to_str().unwrap()
    );
    let file = folder.join("slippery.toml");
    std::fs::write(&file, text).unwrap();
    let report = run(&file, &Overrides::default());
    assert!(!report.passed && report.stuck == 1, "{:?}", report.checks);
    let stands = report.by_truck[0].stands.as_ref().unwrap();
    assert!(stands.text.contains("no path to face_1") && stands.text.contains("climb"), "{}", stands.text);
    assert!(report.notes().iter().any(|n| n.contains("nothing was delivered")), "{:?}", report.notes());
    drop(std::fs::remove_dir_all(folder));
}
