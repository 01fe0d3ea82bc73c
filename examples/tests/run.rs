//! Runs each example and checks what it prints.

use std::process::Command;

fn printed(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// The first number after a word.
fn number_after(text: &str, word: &str) -> f64 {
    let rest = &text[text.find(word).unwrap_or_else(|| panic!("no {word:?} in {text}")) + word.len()..];
    let digits: String = rest.trim_start().chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    digits.parse().unwrap_or_else(|_| panic!("no number after {word:?} in {text}"))
}

#[test]
fn rain_makes_the_route_slower() {
    let told = printed(env!("CARGO_BIN_EXE_plan_a_route"), &[]);
    let seconds = |weather: &str| {
        let line = told.lines().find(|line| line.starts_with(weather)).unwrap_or_else(|| panic!("{told}"));
        number_after(line, " m,")
    };
    assert!(seconds("rain:") > seconds("dry:"), "{told}");
}

#[test]
fn the_truck_comes_into_the_spot_backwards_and_clear() {
    let told = printed(env!("CARGO_BIN_EXE_into_a_spot"), &[]);
    let sections: Vec<&str> = told.lines().filter(|line| line.contains("clearance")).collect();
    assert!(sections.last().is_some_and(|last| last.starts_with("Reverse")), "{told}");
    assert!(sections.iter().all(|section| number_after(section, "clearance of") > 0.4), "{told}");
}

#[test]
fn the_survey_becomes_a_mine_with_three_places() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("two_pads");
    let told = printed(env!("CARGO_BIN_EXE_your_own_mine"), &[&folder.display().to_string()]);
    assert!(["face: 1 spot", "tip: 1 spot", "park: 2 spot"].iter().all(|place| told.contains(place)), "{told}");
    let map = haul_mine::MineMap::load(&folder).unwrap();
    assert_eq!((map.name.as_str(), map.places.len()), ("two_pads", 3));
}

#[test]
fn the_scenario_passes_its_own_checks() {
    let told = printed(env!("CARGO_BIN_EXE_your_own_scenario"), &[]);
    assert_eq!(told.matches(": passed").count(), 3, "{told}");
    assert!(!told.contains("FAILED"), "{told}");
}
