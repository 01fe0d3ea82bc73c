//! Faults, hand driving and vehicles from a scenario file to the report.

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
    // It stands there for a minute, and drives in and out.
    assert!((63.0..120.0).contains(&(back - lost)), "lost at {lost} s, back at {back} s");
}
