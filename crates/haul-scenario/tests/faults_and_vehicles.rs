//! Faults, hand driving and vehicles from a scenario file to the report.

use haul_scenario::{Overrides, Scenario};
use haul_sim::{DriverKind, VehicleState};
use std::path::Path;

#[test]
fn trucks_with_faults_among_vehicles_finish_and_every_fault_is_in_the_report() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/07_faults_and_vehicles.toml");
    let mut run = Scenario::load(&path).unwrap().prepare(&Overrides::default()).unwrap();
    while !run.is_finished() {
        run.step();
    }
    let report = run.report(1.0);
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
