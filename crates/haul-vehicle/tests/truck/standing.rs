//! Standing and riding on the suspension.

use crate::rig::{Rig, parked, spec};
use haul_core::{GRAVITY, Pose2};
use haul_vehicle::{ActuatorCommand, Plane};

/// Maximum motion in ten minutes on the brake, m.
const STILL: f64 = 1e-3;

fn moved_in_ten_minutes(mut rig: Rig, command: &ActuatorCommand) -> f64 {
    rig.run(20.0, command);
    let start = rig.position();
    rig.run(600.0, command);
    (rig.position() - start).norm()
}

#[test]
fn parked_loaded_on_slopes_it_does_not_creep() {
    for grade in [-0.20, -0.10, 0.10, 0.20] {
        let rig = Rig::new(Plane::new(grade, 0.0, 0.55, 0.02), spec().rated_payload());
        let moved = moved_in_ten_minutes(rig, &parked());
        assert!(moved < STILL, "{moved} m on {grade}");
    }
}

#[test]
fn parked_across_a_slope_it_does_not_slide() {
    let ground = Plane::new(0.08, std::f64::consts::FRAC_PI_2, 0.55, 0.02);
    let moved = moved_in_ten_minutes(Rig::new(ground, spec().rated_payload()), &parked());
    assert!(moved < STILL, "{moved} m");
}

#[test]
fn the_service_brake_holds_as_well() {
    let command = ActuatorCommand { park_brake: false, service_brake: 0.6, ..parked() };
    let rig = Rig::new(Plane::new(0.10, 0.0, 0.55, 0.02), spec().rated_payload());
    let moved = moved_in_ten_minutes(rig, &command);
    assert!(moved < STILL, "{moved} m");
}

#[test]
fn a_braked_wheel_stands_exactly() {
    let mut rig = Rig::new(Plane::new(0.10, 0.0, 0.55, 0.02), spec().rated_payload());
    rig.run(30.0, &parked());
    for wheel in &rig.truck.state().wheels[2..] {
        assert_eq!(wheel.spin_rate, 0.0);
    }
}

#[test]
fn without_brakes_it_rolls_down_but_not_where_rolling_resistance_holds_it() {
    let free = ActuatorCommand { park_brake: false, ..parked() };
    let mut rolling = Rig::new(Plane::new(0.10, 0.0, 0.55, 0.02), 0.0);
    rolling.run(5.0, &free);
    // Acceleration (sin − 0.02 cos) g, reduced by the equivalent mass of the turning wheels, from the release of the
    // park brake.
    let wheels = 6.0 * spec().tyre.inertia / spec().tyre.rolling_radius.powi(2);
    let share = spec().own_mass() / (spec().own_mass() + wheels);
    let expected = -(0.0995 - 0.02 * 0.995) * GRAVITY * share * (5.0 - 0.8 * spec().brakes.park_build_up);
    assert!((rolling.speed() / expected - 1.0).abs() < 0.03, "{} against {expected}", rolling.speed());
    let mut held = Rig::new(Plane::new(0.01, 0.0, 0.55, 0.02), 0.0);
    held.run(30.0, &free);
    assert!(held.speed().abs() < 1e-4, "{}", held.speed());
}

#[test]
fn on_ice_the_park_brake_holds_its_wheels_and_the_truck_slides() {
    let mut rig = Rig::new(Plane::new(0.20, 0.0, 0.12, 0.02), spec().rated_payload());
    rig.run(10.0, &parked());
    assert!(rig.speed() < -3.0, "{}", rig.speed());
    assert_eq!(rig.truck.state().wheels[3].spin_rate, 0.0);
    assert!(rig.truck.state().wheels[3].friction_used > 0.99);
}

#[test]
fn a_settled_truck_is_at_rest_from_the_first_step() {
    for (grade, payload) in [(0.0, 0.0), (0.0, 91e3), (0.08, 91e3)] {
        let ground = Plane::new(grade, 0.6, 0.55, 0.02);
        let mut rig = Rig::at(Pose2::new(30.0, -20.0, 1.9), ground, payload);
        let start = rig.position();
        let mut fastest = 0.0f64;
        for _ in 0..2000 {
            rig.step(&parked());
            fastest = fastest.max(rig.motion.velocity.z.abs());
        }
        // On a slope, the truck moves only while the shear of the tyres builds up.
        assert!((rig.position() - start).norm() < 0.05, "{grade} {payload}: {}", (rig.position() - start).norm());
        assert!(fastest < 0.03, "{grade} {payload}: {fastest} m/s up or down");
    }
}

#[test]
fn the_empty_truck_stands_level_with_its_origin_on_the_ground() {
    let rig = Rig::new(Plane::level(0.55, 0.02), 0.0);
    assert!(rig.position().norm() < 1e-6, "{}", rig.position());
}

#[test]
fn the_wheels_carry_the_stated_axle_split() {
    for (payload, front_share) in [(0.0, 0.47), (91e3, 0.33)] {
        let mut rig = Rig::new(Plane::level(0.55, 0.02), payload);
        rig.run(20.0, &parked());
        let wheels = &rig.truck.state().wheels;
        let front: f64 = wheels[..2].iter().map(|w| w.load_n).sum();
        let all: f64 = wheels.iter().map(|w| w.load_n).sum();
        assert!((all / (rig.truck.mass_properties().mass * GRAVITY) - 1.0).abs() < 1e-4);
        assert!((front / all - front_share).abs() < 0.01, "{}", front / all);
    }
}

#[test]
fn a_drop_of_ten_centimetres_gains_no_energy_and_dies_out() {
    for payload in [0.0, 91e3] {
        let mut rig = Rig::new(Plane::level(0.55, 0.02), payload);
        let rest = rig.position().z;
        rig.lift(0.10);
        // The struts extend while the truck falls.
        let start = rig.energy();
        let mut heights = Vec::new();
        for _ in 0..(10.0 / rig.dt) as usize {
            rig.step(&parked());
            // Tyres and struts take their energy from the chassis: the total energy never exceeds its initial value.
            assert!(rig.energy() <= start + 1.0, "{payload}: {} J more at {} s", rig.energy() - start, rig.time);
            heights.push(rig.position().z - rest);
        }
        let late = heights[(8.0 / rig.dt) as usize..].iter().fold(0.0f64, |m, h| m.max(h.abs()));
        assert!(late < 2e-3, "{payload}: still {late} m off after 8 s");
        let lowest = heights.iter().copied().fold(f64::MAX, f64::min);
        assert!(lowest < -0.01 && lowest > -0.25, "{payload}: dips by {lowest}");
    }
}

#[test]
fn the_loaded_truck_rides_at_about_one_hertz_and_is_damped() {
    let mut rig = Rig::new(Plane::level(0.55, 0.02), 91e3);
    rig.run(5.0, &parked());
    let rest = rig.position().z;
    rig.motion.velocity.z = -0.3;
    let mut extremes = Vec::new();
    let mut last = [rest, rest];
    for _ in 0..(4.0 / rig.dt) as usize {
        rig.step(&parked());
        let z = rig.position().z;
        if (z - last[1]) * (last[1] - last[0]) < 0.0 && (last[1] - rest).abs() > 1e-3 {
            extremes.push((rig.time, last[1] - rest));
        }
        last = [last[1], z];
    }
    let (t0, z0) = extremes[0];
    let (t1, z1) = extremes[1];
    let frequency = 0.5 / (t1 - t0);
    assert!((0.8..1.6).contains(&frequency), "{frequency} Hz");
    let decrement = (z0 / z1).abs().ln();
    let ratio = decrement / (std::f64::consts::PI.powi(2) + decrement * decrement).sqrt();
    assert!((0.12..0.40).contains(&ratio), "damping ratio {ratio}");
}
