//! Robustness: for any input, the output is finite and reproducible.

use crate::rig::{Rig, drive, parked, spec};
use haul_core::state::{StateReader, StateWriter, hash_part};
use haul_vehicle::{ActuatorCommand, ChassisMotion, Direction, Hoist, Limits, Plane, Wrench};
use proptest::prelude::*;

fn finite(w: &Wrench) -> bool {
    w.force.iter().chain(w.torque.iter()).all(|x| x.is_finite())
}

#[test]
fn commands_that_are_not_numbers_count_as_none() {
    let mut rig = Rig::new(Plane::level(0.55, 0.02), 0.0);
    let odd = ActuatorCommand {
        direction: Direction::Forward,
        throttle: f64::NAN,
        retarder: f64::INFINITY,
        service_brake: -3.0,
        park_brake: false,
        steering_angle: f64::NEG_INFINITY,
        hoist: Hoist::Hold,
    };
    rig.run(5.0, &odd);
    assert!(rig.speed().is_finite() && rig.speed() < 2.0);
    assert_eq!(rig.truck.state().steering_angle, 0.0);
}

#[test]
fn a_step_of_no_time_does_nothing() {
    let mut rig = Rig::new(Plane::level(0.55, 0.02), 0.0);
    rig.run(1.0, &drive(1.0));
    let (state, motion) = (rig.truck.state().clone(), rig.motion);
    for dt in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let ground = rig.ground;
        assert_eq!(rig.truck.step(dt, &drive(1.0), &motion, &ground), Wrench::default());
    }
    assert_eq!(*rig.truck.state(), state);
}

#[test]
fn long_and_short_steps_drive_alike() {
    let run = |dt: f64| {
        let mut rig = Rig::new(Plane::new(0.06, 0.0, 0.55, 0.02), spec().rated_payload());
        rig.dt = dt;
        rig.run(40.0, &drive(1.0));
        (rig.position().x, rig.speed())
    };
    let (x, v) = run(0.005);
    for dt in [0.001, 0.002, 0.01] {
        let (other_x, other_v) = run(dt);
        assert!((other_x / x - 1.0).abs() < 0.02, "{dt}: {other_x} against {x}");
        assert!((other_v / v - 1.0).abs() < 0.02, "{dt}: {other_v} against {v}");
    }
}

#[test]
fn two_runs_agree_bit_for_bit() {
    let hash = || {
        let mut rig = Rig::new(Plane::new(0.06, 0.4, 0.55, 0.02), 60e3);
        rig.run(20.0, &ActuatorCommand { steering_angle: 0.2, ..drive(0.8) });
        (hash_part(&rig.truck).unwrap(), rig.motion.pose)
    };
    assert_eq!(hash(), hash());
}

#[test]
fn the_hash_sees_what_the_gauges_do_not() {
    let mut rig = Rig::new(Plane::level(0.55, 0.02), 0.0);
    rig.run(1.0, &drive(1.0));
    let before = hash_part(&rig.truck).unwrap();
    rig.step(&drive(1.0));
    assert_ne!(before, hash_part(&rig.truck).unwrap());
}

#[test]
fn a_restored_truck_goes_on_as_the_saved_one() {
    let mut rig = Rig::new(Plane::new(0.06, 0.4, 0.55, 0.02), 60e3);
    rig.run(7.3, &ActuatorCommand { steering_angle: 0.2, ..drive(0.8) });
    let mut writer = StateWriter::to_bytes();
    writer.part(&rig.truck).unwrap();
    let bytes = writer.into_bytes();
    // A truck with a different history, of which nothing may remain.
    let mut other = Rig::new(Plane::new(0.06, 0.4, 0.55, 0.02), 91e3);
    other.run(3.0, &ActuatorCommand { steering_angle: -0.3, ..drive(1.0) });
    let mut reader = StateReader::new(&bytes);
    reader.part(&mut other.truck).unwrap();
    reader.end().unwrap();
    other.motion = rig.motion;
    for r in [&mut rig, &mut other] {
        r.run(10.0, &ActuatorCommand { service_brake: 0.3, steering_angle: -0.1, ..drive(0.0) });
    }
    assert_eq!(rig.motion, other.motion);
    assert_eq!(hash_part(&rig.truck).unwrap(), hash_part(&other.truck).unwrap());
}

#[test]
fn a_truck_thrown_about_stays_finite_and_comes_to_rest() {
    let mut rig = Rig::new(Plane::level(0.55, 0.02), spec().rated_payload());
    rig.lift(1.0);
    rig.motion.velocity = haul_core::Vector3::new(6.0, 4.0, -2.0);
    rig.motion.angular_velocity = haul_core::Vector3::new(0.2, -0.2, 0.6);
    rig.run(30.0, &ActuatorCommand { service_brake: 1.0, ..parked() });
    assert!(rig.motion.velocity.norm() < 1e-2, "{}", rig.motion.velocity);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_motion_gets_a_finite_answer(
        vx in -20.0..20.0, vy in -10.0..10.0, vz in -10.0..10.0, w in -2.0..2.0,
        z in -3.0..5.0, throttle in 0.0..1.0, brake in 0.0..1.0, steer in -1.0..1.0, payload in 0.0..120e3,
    ) {
        let mut rig = Rig::new(Plane::level(0.5, 0.03), payload);
        let mut motion: ChassisMotion = rig.motion;
        motion.pose.translation.vector.z += z;
        motion.velocity = haul_core::Vector3::new(vx, vy, vz);
        motion.angular_velocity = haul_core::Vector3::new(w, -w, w);
        let command = ActuatorCommand { service_brake: brake, steering_angle: steer, ..drive(throttle) };
        for _ in 0..20 {
            let ground = rig.ground;
            let wrench = rig.truck.step(0.005, &command, &motion, &ground);
            prop_assert!(finite(&wrench));
        }
    }

    #[test]
    fn the_limits_answer_any_query(
        speed in -50.0..50.0, mass in 1e3..400e3, grade in -1.0..1.0, rolling in 0.0..0.5, friction in 0.0..1.5,
    ) {
        let limits = Limits::new(&spec());
        prop_assert!(limits.rimpull(speed) >= -1e7);
        prop_assert!(limits.acceleration(speed, mass, grade, rolling).is_finite());
        prop_assert!(limits.deceleration(speed, mass, grade, rolling, friction).is_finite());
        prop_assert!(limits.climb_speed(mass, grade + rolling) >= 0.0);
        let down = limits.descent_speed(mass, grade, rolling);
        prop_assert!((0.0..=limits.top_speed()).contains(&down));
        prop_assert!(limits.stopping_distance(speed, mass, grade, rolling, friction, 0.5) >= 0.0);
        prop_assert!(limits.curve_speed(speed * 10.0, grade, friction) >= 0.0);
    }
}
