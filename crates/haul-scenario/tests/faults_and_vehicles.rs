//! Faults, hand driving and vehicles, from the scenario file to the report.

use haul_core::fault::SourceText;
use haul_scenario::{Overrides, Report, Scenario};
use haul_sim::{DriverKind, VehicleState};
use std::path::Path;

fn run(scenario: &Scenario) -> Report {
    let mut run = scenario.prepare(&Overrides::default()).unwrap();
    while !run.is_finished() {
        run.step();
    }
    run.report(1.0)
}

#[test]
fn trucks_with_faults_among_vehicles_finish_and_every_fault_is_in_the_report() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/07_faults_and_vehicles.toml");
    let report = run(&Scenario::load(&path).unwrap());
    assert!(report.passed, "{:?}\n{:#?}", report.checks, report.notes());
    let said = |words: &str| report.events.iter().filter(|e| e.what.contains(words)).count();
    for fault in ["satellite_lost", "detector_blind", "line_silent", "retarder"] {
        assert_eq!(said(&format!("fault {fault}:")), 1, "{fault} begins");
        assert_eq!(said(&format!("the fault {fault} is mended")), 1, "{fault} ends");
    }
    assert_eq!((said("T2: driven by hand"), said("T2: handed back")), (1, 1));
    let reasons = |truck: usize| report.by_truck[truck].stood_s.keys().cloned().collect::<Vec<_>>();
    assert!(reasons(1).contains(&"breakdown".to_owned()) && reasons(1).contains(&"by_hand".to_owned()));
    assert!(reasons(0).contains(&"supervisor".to_owned()), "{:?}", reasons(0));
    assert!(report.by_truck.iter().all(|t| t.faults.is_empty() && t.driver == DriverKind::Stack));
    assert_eq!(report.vehicles.len(), 2);
    assert!(report.vehicles.iter().all(|v| v.state == VehicleState::Parked), "{:?}", report.vehicles);
    assert!(report.vehicles.iter().all(|v| v.distance_km > 1.0), "{:?}", report.vehicles);
}

/// Runs one cycle of one truck that has a fault from `at_s` (s) on.
fn hauls_with(fault: &str, at_s: u32) {
    let text = format!(
        "name = \"fault\"\nmine = \"assets/mines/sample_pit\"\nduration_s = 3000\nuntil_cycles = 1\n\
         [[truck]]\nid = 1\nstart = \"park\"\nload = \"face_1\"\ndump = \"crusher\"\n\
         [[event]]\nat_s = {at_s}\nwhat = \"fault\"\ntruck = 1\n{fault}\n\
         [expect]\ncycles = {{ min = 1 }}\nstuck = 0\ncollisions = 0\noff_surface_seconds = 0\n"
    );
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let scenario = Scenario::from_source(&SourceText::new("fault", text), project).unwrap();
    let mut run = scenario.prepare(&Overrides::default()).unwrap();
    while !run.is_finished() {
        run.step();
    }
    let report = run.report(1.0);
    assert!(report.passed, "{fault} at {at_s} s: {:?}\n{:#?}", report.checks, report.notes());
}

#[test]
fn a_truck_whose_steering_turns_at_half_of_its_rate_hauls_on_more_slowly() {
    hauls_with("fault = \"steering_slow\"\nrate_pct = 50", 100);
    hauls_with("fault = \"steering_slow\"\nrate_pct = 50", 560);
    hauls_with("fault = \"steering_slow\"\nrate_pct = 70", 590);
}

#[test]
fn a_truck_without_its_retarder_or_one_brake_circuit_hauls_on() {
    for part in ["retarder", "front_brakes", "rear_brakes"] {
        hauls_with(&format!("fault = \"{part}\""), 100);
    }
}

#[test]
fn a_beacon_lost_in_a_hole_of_the_line_is_in_the_report_and_the_trucks_go_on() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/08_vehicle_beacons.toml");
    let scenario = Scenario::load(&path).unwrap();
    assert!(scenario.file.vehicles.iter().all(|vehicle| vehicle.beacon), "a beacon is the default");
    let report = run(&scenario);
    assert!(report.passed, "{:?}\n{:#?}", report.checks, report.notes());
    let at = |text: &str| report.events.iter().find(|e| e.what.contains(text)).map(|e| e.at_s);
    let (lost, back) =
        (at("lost the beacon of `water_cart_1`").unwrap(), at("hears the beacon of `water_cart_1`").unwrap());
    // The vehicle stands there for a minute, and drives in and out.
    assert!((63.0..120.0).contains(&(back - lost)), "lost at {lost} s, back at {back} s");
}
