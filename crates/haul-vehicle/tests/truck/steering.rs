//! Tests of turning.

use crate::rig::{Rig, drive, parked, spec};
use haul_vehicle::{ActuatorCommand, Plane};

/// Drives at a steady crawl with a steering angle; returns the radius of the rear-axle centre's circle, m.
fn radius_at(angle: f64, payload: f64) -> f64 {
    let mut rig = Rig::new(Plane::level(0.55, 0.02), payload);
    let crawl = |rig: &Rig| {
        let throttle = (0.15 + 0.6 * (1.2 - rig.speed())).clamp(0.0, 1.0);
        ActuatorCommand { steering_angle: angle, ..drive(throttle) }
    };
    for _ in 0..(20.0 / rig.dt) as usize {
        let command = crawl(&rig);
        rig.step(&command);
    }
    let (start, mut turned, mut driven) = (rig.pose(), 0.0, 0.0);
    let mut last = start;
    while driven < 30.0 {
        let command = crawl(&rig);
        rig.step(&command);
        let now = rig.pose();
        turned += haul_core::angle::difference(now.heading, last.heading);
        driven += now.distance(last);
        last = now;
    }
    driven / turned
}

#[test]
fn a_crawl_turns_on_the_radius_of_its_geometry() {
    let most = spec().steering.max_angle;
    for angle in [0.15, 0.3, most, -0.3, -most] {
        for payload in [0.0, 91e3] {
            let geometry = spec().geometry.wheelbase / libm::tan(angle);
            let plant = radius_at(angle, payload);
            assert!((plant / geometry - 1.0).abs() < 0.05, "{angle} rad, {payload} kg: {plant} m, geometry {geometry}");
        }
    }
}

#[test]
fn the_outer_front_wheel_turns_in_the_class_of_its_truck() {
    // Trucks of this class turn within 10.8 m, measured at the outer front wheel.
    let (s, g) = (spec(), spec().geometry.clone());
    let outer = libm::hypot(s.min_turning_radius() + 0.5 * g.track_front, g.wheelbase);
    assert!((outer - 10.8).abs() < 0.2, "{outer}");
}

#[test]
fn steering_goes_no_faster_and_no_further_than_it_can() {
    let mut rig = Rig::new(Plane::level(0.55, 0.02), 0.0);
    let most = spec().steering.max_angle;
    rig.run(6.0, &ActuatorCommand { steering_angle: -2.0, ..parked() });
    assert!((rig.truck.state().steering_angle + most).abs() < 1e-3);
    let mut seconds = 0.0;
    while rig.truck.state().steering_angle < 0.99 * most {
        rig.step(&ActuatorCommand { steering_angle: 2.0, ..parked() });
        seconds += rig.dt;
    }
    assert!((4.9..5.6).contains(&seconds), "lock to lock in {seconds} s");
    let wheels = &rig.truck.state().wheels;
    assert!(wheels[0].steer > wheels[1].steer, "turning left, the left wheel is the inner one");
    assert!((wheels[0].steer / spec().steering.wheel_angle - 1.0).abs() < 0.02);
}

#[test]
fn a_truck_on_a_side_slope_crabs_by_the_limits_slip_angle() {
    let limits = haul_vehicle::Limits::new(&spec());
    for (payload, slope) in [(0.0, 0.08), (91e3, 0.05), (91e3, -0.08)] {
        let mut rig = Rig::new(Plane::new(slope, std::f64::consts::FRAC_PI_2, 0.55, 0.02), payload);
        for _ in 0..(30.0 / rig.dt) as usize {
            let throttle = (0.3 + 0.5 * (6.0 - rig.speed())).clamp(0.0, 1.0);
            let (pose, course) = (rig.pose(), rig.motion.velocity.y.atan2(rig.motion.velocity.x));
            let steering_angle = -0.04 * pose.y - 0.6 * course - pose.heading;
            rig.step(&ActuatorCommand { steering_angle, ..drive(throttle) });
        }
        let velocity = rig.motion.pose.rotation.inverse() * rig.motion.velocity;
        let (crab, across) = (velocity.y.atan2(velocity.x), 9.81 * slope / libm::hypot(1.0, slope));
        let stated = limits.slip_angles(limits.gross_mass(payload)).rear * across;
        assert!((crab / -stated - 1.0).abs() < 0.25, "{payload} kg on {slope}: crabs by {crab} rad, stated {stated}");
    }
}

#[test]
fn left_is_left() {
    let mut rig = Rig::new(Plane::level(0.55, 0.02), 0.0);
    rig.run(8.0, &ActuatorCommand { steering_angle: 0.2, ..drive(0.4) });
    assert!(rig.pose().heading > 0.1 && rig.position().y > 0.0);
    let wheels = &rig.truck.state().wheels;
    let (left, right) = (wheels[2].load_n + wheels[3].load_n, wheels[4].load_n + wheels[5].load_n);
    assert!(right > left, "it leans out of the curve");
}

#[test]
fn curves_are_taken_slower_on_ice_and_faster_when_banked() {
    let limits = haul_vehicle::Limits::new(&spec());
    let dry = limits.curve_speed(30.0, 0.0, 0.55);
    assert!(limits.curve_speed(30.0, 0.0, 0.12) < 0.6 * dry);
    assert!(limits.curve_speed(30.0, 0.05, 0.55) > dry);
    assert!(limits.curve_speed(f64::INFINITY, 0.0, 0.55) <= limits.top_speed());
    // A margin of one half on the friction coefficient 0.55: √(0.275 · 9.81 · 30).
    assert!((dry - 9.0).abs() < 0.1, "{dry}");
}

#[test]
fn the_books_curve_speed_can_be_driven_without_sliding_or_lifting_a_wheel() {
    let limits = haul_vehicle::Limits::new(&spec());
    let radius = 40.0;
    let target = limits.curve_speed(radius, 0.0, 0.55);
    let mut rig = Rig::new(Plane::level(0.55, 0.02), spec().rated_payload());
    let angle = libm::atan(spec().geometry.wheelbase / radius);
    for _ in 0..(60.0 / rig.dt) as usize {
        let throttle = (0.3 + 0.5 * (target - rig.speed())).clamp(0.0, 1.0);
        rig.step(&ActuatorCommand { steering_angle: angle, ..drive(throttle) });
        assert!(rig.truck.state().wheels.iter().all(|w| w.in_contact), "a wheel lifts at {}", rig.speed());
    }
    assert!(rig.speed() > 0.85 * target, "{} of {target}", rig.speed());
    assert!(rig.truck.state().wheels.iter().all(|w| w.friction_used < 0.98));
}
