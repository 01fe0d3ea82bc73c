//! Tests of stopping.

use crate::rig::{Rig, drive, spec};
use haul_core::units::from_kmh;
use haul_vehicle::{ActuatorCommand, Limits, Plane, stopping};

/// Accelerates to a speed and stops with the service brake alone; returns the distance (m) and the mass (kg).
fn stop_from(kmh: f64, payload: f64, grade: f64, friction: f64) -> (f64, f64) {
    let mut rig = Rig::new(Plane::new(grade, 0.0, friction, 0.02), payload);
    // The truck rolls freely, so that neither engine nor converter helps to brake.
    let free = ActuatorCommand { park_brake: false, ..ActuatorCommand::default() };
    rig.run(1.0, &free);
    let speed = from_kmh(kmh);
    rig.push(speed);
    // Bringing wheels and tyre shear up to speed slows the truck a little: push again until the truck rolls.
    for _ in 0..10 {
        rig.run(0.1, &free);
        rig.push(speed);
    }
    let distance = rig.stop(&ActuatorCommand { service_brake: 1.0, ..free });
    (distance, rig.truck.mass_properties().mass)
}

#[test]
fn it_stops_within_the_limits_distance_and_not_far_inside() {
    let limits = Limits::new(&spec());
    for (kmh, payload, grade, friction) in [
        (40.0, 0.0, 0.0, 0.55),
        (40.0, 91e3, 0.0, 0.55),
        (20.0, 91e3, -0.10, 0.55),
        (30.0, 91e3, -0.05, 0.45),
        (30.0, 0.0, 0.0, 0.20),
        (12.0, 91e3, 0.10, 0.55),
    ] {
        let (plant, mass) = stop_from(kmh, payload, grade, friction);
        let stated = limits.stopping_distance(from_kmh(kmh), mass, grade, 0.02, friction, 0.0);
        assert!(
            plant <= stated * 1.02 + 0.1,
            "{kmh} km/h, {payload} kg, {grade}, {friction}: plant {plant}, stated {stated}"
        );
        assert!(
            plant >= stated * 0.80 - 0.3,
            "{kmh} km/h, {payload} kg, {grade}, {friction}: plant {plant}, stated {stated}"
        );
    }
}

#[test]
fn loaded_it_keeps_the_service_stopping_distance_of_the_standard() {
    for (kmh, downgrade) in [(47.6, 0.0), (30.0, 0.05), (20.0, 0.10)] {
        let (plant, _) = stop_from(kmh, 91e3, -downgrade, 0.55);
        let allowed = stopping().service.distance(from_kmh(kmh), downgrade);
        assert!(plant < allowed, "{kmh} km/h on −{downgrade}: {plant} m, {allowed} m allowed");
    }
}

#[test]
fn the_standards_rule_is_the_one_written_down() {
    // Rule for 32 km/h on a 9 % downgrade: 32² / (48 − 23.4).
    assert!((stopping().service.distance(from_kmh(32.0), 0.09) - 41.626).abs() < 0.01);
    assert_eq!(stopping().service.distance(5.0, 0.30), f64::INFINITY);
}

#[test]
fn reaction_time_adds_the_road_driven_in_it() {
    let limits = Limits::new(&spec());
    let at = |reaction: f64| limits.stopping_distance(10.0, 160e3, 0.0, 0.0, 0.5, reaction);
    let added = at(1.0) - at(0.0);
    assert!((9.9..10.0).contains(&added), "{added}");
    assert_eq!(limits.stopping_distance(5.0, 160e3, -0.3, 0.02, 0.12, 0.5), f64::INFINITY);
}

#[test]
fn braking_hard_on_slippery_ground_locks_wheels_and_keeps_it_straight() {
    let mut rig = Rig::new(Plane::level(0.15, 0.02), 0.0);
    rig.run(25.0, &drive(0.4));
    rig.run(1.0, &ActuatorCommand { service_brake: 1.0, ..drive(0.0) });
    assert!(rig.truck.state().wheels.iter().any(|w| w.spin_rate == 0.0));
    assert!(rig.speed() > 1.0);
    assert!(rig.pose().heading.abs() < 0.01);
}

#[test]
fn braking_loads_the_front_axle() {
    let mut rig = Rig::new(Plane::level(0.55, 0.02), spec().rated_payload());
    rig.run(20.0, &drive(0.7));
    let front = |r: &Rig| r.truck.state().wheels[0].load_n + r.truck.state().wheels[1].load_n;
    let before = front(&rig);
    rig.run(1.5, &ActuatorCommand { service_brake: 0.6, ..drive(0.0) });
    assert!(front(&rig) > 1.1 * before, "{} then {}", before, front(&rig));
}

#[test]
fn the_limit_of_deceleration_is_that_of_retarder_and_brakes() {
    let limits = Limits::new(&spec());
    let mut rig = Rig::new(Plane::level(0.55, 0.02), spec().rated_payload());
    rig.run(20.0, &drive(1.0));
    let full = ActuatorCommand { service_brake: 1.0, retarder: 1.0, ..drive(0.0) };
    rig.run(0.8, &full);
    // The speed is that of the centre of mass; the frame's origin on the ground swings under it as the truck pitches.
    let speed = |rig: &Rig| rig.motion.velocity.norm();
    let (v0, mass) = (speed(&rig), rig.truck.mass_properties().mass);
    rig.run(0.4, &full);
    let plant = (v0 - speed(&rig)) / 0.4;
    let stated = limits.deceleration(0.5 * (v0 + speed(&rig)), mass, 0.0, 0.02, 0.55);
    // The plant also brakes with the engine's drag and the retarder's peak power.
    assert!(plant > 0.95 * stated && plant < 1.25 * stated, "plant {plant}, stated {stated}");
}
