//! Speed profiles driven by the full truck model: it must follow the plan, including the retarder's temperature.

mod full_truck;

use full_truck::{BY_DESIGN, SHARP, drive, random_road, straight};
use haul_planner::speed::{Retarding, SpeedRequest, retarder_temperatures, speed_profile};
use haul_planner::{Conditions, Path, TruckModel};
use haul_vehicle::{Environment, TruckSpec};
use std::sync::Arc;

const DRY: Conditions = Conditions { friction: 0.55, rolling_resistance: 0.025, speed_cap: 13.0 };

fn truck() -> TruckModel {
    TruckModel::new(Arc::new(TruckSpec::tr100at()))
}

fn report(what: &str, figures: impl std::fmt::Debug) {
    #[allow(clippy::print_stderr)] // Figures for a run with --nocapture.
    {
        eprintln!("{what}: {figures:?}");
    }
}

/// Returns the same truck with a retarder that keeps its peak power at any temperature.
fn unsaved(truck: &TruckModel) -> TruckModel {
    let mut spec = TruckSpec::clone(&truck.spec);
    let retarder = &mut spec.transmission.retarder;
    retarder.warm_temperature += 1_000.0;
    retarder.limit_temperature += 1_000.0;
    TruckModel::new(Arc::new(spec))
}

#[test]
fn a_long_descent_ends_just_below_the_retarders_limit() {
    let truck = truck();
    let retarder = &truck.spec.transmission.retarder;
    let path = straight(&[(60.0, 0.0), (3_000.0, -0.10), (150.0, 0.0)], 1.0, SHARP);
    let payload_kg = truck.spec.rated_payload();
    let plan = |retarding| {
        let request = SpeedRequest { payload_kg, retarding, ..SpeedRequest::default() };
        let profile = speed_profile(&path, &truck, &DRY, &request).unwrap();
        let told = retarder_temperatures(&profile, &path, &truck, &DRY, &request, retarder.coolant).unwrap();
        let hottest = told.into_iter().fold(0.0, f64::max);
        let driven = drive(&truck, &path, &profile, &DRY, payload_kg);
        report(&format!("{retarding:?}, {:.0} s planned, {hottest:.1} K foreseen", profile.total_time()), driven);
        (profile, hottest, driven)
    };
    let (careful_of_heat, foreseen, driven) = plan(Retarding::Heat { temperature: retarder.coolant });
    assert!(foreseen < retarder.limit_temperature);
    assert!(driven.hottest <= retarder.limit_temperature, "{} K", driven.hottest);
    assert!(driven.last_temperature > retarder.limit_temperature - 2.0, "{} K", driven.last_temperature);
    assert!(driven.too_fast < 0.5, "{driven:?}");
    assert!(driven.service_work < 1e6, "{driven:?}");
    // A plan that ignores heat is faster, and the retarder cannot hold the truck to it.
    let (naive, _, driven) = plan(Retarding::Peak);
    assert!(naive.total_time() < 0.95 * careful_of_heat.total_time());
    assert!(driven.service_work > 2e7 || driven.too_fast > 2.0, "the naive plan holds: {driven:?}");
    // If the retarder keeps its peak power when hot, its oil overheats under the plan that ignores heat. The plan that
    // follows the heat hardly needs the reduction of power.
    let bare = unsaved(&truck);
    let hot = drive(&bare, &path, &naive, &DRY, payload_kg);
    report("peak power, retarder not saved", hot);
    assert!(hot.hottest > retarder.limit_temperature + 5.0, "{} K", hot.hottest);
    let kept = drive(&bare, &path, &careful_of_heat, &DRY, payload_kg);
    report("heat followed, retarder not saved", kept);
    assert!(kept.hottest <= retarder.limit_temperature + 0.5, "{} K", kept.hottest);
    // A plan with continuous power only is slower than the plan that follows the heat.
    let (careful, _, driven) = plan(Retarding::Continuous);
    assert!(careful.total_time() > careful_of_heat.total_time() && driven.hottest < retarder.limit_temperature);
}

#[test]
fn descents_in_cold_and_hot_air_end_below_the_limit() {
    let mut times = Vec::new();
    // Cold dense air and cold tyres slow the truck more than the plan assumes.
    for (celsius, below) in [(-40.0, 3.0), (45.0, 2.0)] {
        let air = Environment::new(1_300.0, celsius);
        let truck = TruckModel::in_environment(Arc::new(TruckSpec::tr100at()), air);
        let retarder = &truck.spec.transmission.retarder;
        let path = straight(&[(60.0, 0.0), (3_000.0, -0.10), (150.0, 0.0)], 1.0, SHARP);
        let payload_kg = truck.spec.rated_payload();
        let retarding = Retarding::Heat { temperature: retarder.coolant_temperature(&air) };
        let request = SpeedRequest { payload_kg, retarding, ..SpeedRequest::default() };
        let profile = speed_profile(&path, &truck, &DRY, &request).unwrap();
        let driven = drive(&truck, &path, &profile, &DRY, payload_kg);
        report(&format!("{celsius} °C, {:.0} s planned", profile.total_time()), driven);
        assert!(driven.hottest <= retarder.limit_temperature, "{celsius} °C: {} K", driven.hottest);
        assert!(driven.last_temperature > retarder.limit_temperature - below, "{celsius} °C: {driven:?}");
        times.push(profile.total_time());
    }
    assert!(times[1] > 1.1 * times[0], "hot air cools less: {times:?}");
}

/// Drives a profile along a road with the full truck model, and checks the result against the plan.
fn holds(name: &str, truck: &TruckModel, path: &Path, conditions: &Conditions, payload_kg: f64) {
    let retarder = &truck.spec.transmission.retarder;
    let retarding = Retarding::Heat { temperature: retarder.coolant };
    let request = SpeedRequest { payload_kg, jerk: Some(1.0), retarding, ..SpeedRequest::default() };
    let profile = speed_profile(path, truck, conditions, &request).unwrap();
    let driven = drive(truck, path, &profile, conditions, payload_kg);
    report(&format!("{name}, {:.1} s planned", profile.total_time()), driven);
    assert!((driven.time / profile.total_time() - 1.0).abs() < 0.02, "{name}: {driven:?}");
    assert!((driven.at - path.length()).abs() < 0.1, "{name}: {driven:?}");
    assert!(driven.too_fast < 0.5, "{name}: {driven:?}");
    assert!(driven.hottest <= retarder.limit_temperature, "{name}: {driven:?}");
    assert!(driven.grip_used < 0.9, "{name}: {driven:?}");
}

#[test]
fn the_full_truck_follows_its_profiles() {
    let truck = truck();
    let roads: [(f64, &[(f64, f64)]); 6] = [
        (SHARP, &[(400.0, 0.0), (700.0, 0.08), (400.0, 0.0)]),
        (SHARP, &[(300.0, 0.02), (500.0, -0.08), (300.0, 0.03), (300.0, -0.05), (100.0, 0.0)]),
        (SHARP, &[(150.0, 0.0), (200.0, 0.05), (400.0, -0.06), (150.0, 0.0)]),
        // A short ramp at speed, a start on a ramp, and a climb after a descent.
        (SHARP, &[(200.0, 0.0), (150.0, 0.10), (200.0, 0.0)]),
        (BY_DESIGN, &[(150.0, 0.10), (100.0, 0.0)]),
        (BY_DESIGN, &[(300.0, -0.09), (300.0, 0.09), (80.0, 0.0)]),
    ];
    for (k, (eased_over, pieces)) in roads.into_iter().enumerate() {
        let path = straight(pieces, 1.0, eased_over);
        for payload_kg in [0.0, truck.spec.rated_payload()] {
            holds(&format!("road {k} with {payload_kg} kg"), &truck, &path, &DRY, payload_kg);
        }
    }
}

#[test]
fn the_full_truck_follows_profiles_of_random_roads() {
    let truck = truck();
    for number in 0..24 {
        let (pieces, conditions, payload_kg) = random_road(&truck, 1, number);
        let path = straight(&pieces, 1.0, SHARP);
        holds(&format!("{pieces:?} with {payload_kg} kg"), &truck, &path, &conditions, payload_kg);
    }
}
