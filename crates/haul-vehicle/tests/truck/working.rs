//! Loading and tipping.

use crate::rig::{Rig, drive, parked, spec};
use haul_core::Point3;
use haul_vehicle::{ActuatorCommand, Hoist, Load, Plane, axle_loads, mass_properties};

fn level() -> Plane {
    Plane::level(0.55, 0.02)
}

#[test]
fn a_pass_moves_the_loads_centre_and_the_trucks_mass() {
    let mut rig = Rig::new(level(), 0.0);
    assert!(rig.truck.receive(20e3, Point3::new(2.0, 0.6, 2.8)) < 1.0, "nothing falls over the sides");
    let first = rig.truck.state().load;
    rig.truck.receive(30e3, Point3::new(0.5, -0.1, 3.2));
    let load = rig.truck.state().load;
    assert!((first.mass - 20e3).abs() < 1e-6 && (load.mass - 50e3).abs() < 1e-6);
    // The first pass stays where it fell; the second moves the load's centre back and to the right, and raises it.
    assert!((1.0..2.2).contains(&first.centre.x) && (0.15..0.7).contains(&first.centre.y), "{}", first.centre);
    assert!(load.centre.x < first.centre.x && load.centre.y < first.centre.y && load.centre.z > first.centre.z);
    assert!(load.centre.y > 0.02, "{}", load.centre);
    assert!((rig.truck.mass_properties().mass - 119e3).abs() < 1.0);
    assert!(rig.truck.mass_properties().centre.y > 0.0);
    rig.run(15.0, &parked());
    let w = &rig.truck.state().wheels;
    assert!(w[2].load_n + w[3].load_n > w[4].load_n + w[5].load_n, "the heavier side carries more");
}

#[test]
fn passes_that_are_no_masses_are_not_taken() {
    let mut rig = Rig::new(level(), 0.0);
    for mass in [-5.0, 0.0, f64::NAN, f64::INFINITY] {
        rig.truck.receive(mass, Point3::new(1.0, 0.0, 3.0));
    }
    rig.truck.receive(1e3, Point3::new(f64::NAN, 0.0, 3.0));
    assert_eq!(rig.truck.state().load, Load::default());
}

#[test]
fn tipping_takes_the_stated_times_and_empties_the_body() {
    let mut rig = Rig::new(level(), spec().rated_payload());
    rig.run(5.0, &parked());
    let raise = ActuatorCommand { hoist: Hoist::Raise, ..parked() };
    let mut discharged = 0.0;
    let start = rig.time;
    while rig.truck.state().body_angle < spec().hoist.dump_angle {
        rig.step(&raise);
        discharged += rig.truck.discharged_in_last_step();
    }
    let seconds = rig.time - start;
    assert!((15.9..16.2).contains(&seconds), "raised in {seconds} s");
    for _ in 0..(8.0 / rig.dt) as usize {
        rig.step(&raise);
        discharged += rig.truck.discharged_in_last_step();
    }
    assert!((discharged - 91e3).abs() < 1e-3, "{discharged} kg left the body");
    assert_eq!(rig.truck.state().load, Load::default());
    assert!((rig.truck.mass_properties().mass - 69e3).abs() < 1.0);
    let start = rig.time;
    while rig.truck.state().body_angle > 0.0 {
        rig.step(&ActuatorCommand { hoist: Hoist::Lower, ..parked() });
    }
    assert!((16.9..17.2).contains(&(rig.time - start)));
}

#[test]
fn the_truck_stays_on_its_wheels_while_it_tips() {
    let mut rig = Rig::new(level(), spec().rated_payload());
    for _ in 0..(26.0 / rig.dt) as usize {
        rig.step(&ActuatorCommand { hoist: Hoist::Raise, ..parked() });
        assert!(rig.truck.state().wheels.iter().all(|w| w.in_contact), "a wheel lifts at {} s", rig.time);
    }
    assert!(rig.position().norm() < 0.5);
}

#[test]
fn the_body_stays_down_on_the_move_and_in_gear() {
    let mut rig = Rig::new(level(), 0.0);
    rig.run(8.0, &drive(0.5));
    rig.run(3.0, &ActuatorCommand { hoist: Hoist::Raise, ..drive(0.5) });
    assert_eq!(rig.truck.state().body_angle, 0.0);
    rig.stop(&ActuatorCommand { service_brake: 0.5, ..drive(0.0) });
    rig.run(1.0, &ActuatorCommand { service_brake: 1.0, hoist: Hoist::Raise, ..drive(0.0) });
    assert_eq!(rig.truck.state().body_angle, 0.0, "still in forward, no park brake");
    rig.run(1.0, &ActuatorCommand { hoist: Hoist::Raise, ..parked() });
    assert!(rig.truck.state().body_angle > 0.0);
}

#[test]
fn raising_the_body_moves_the_centre_back_and_up() {
    let s = spec();
    let load = Load { mass: 91e3, centre: s.mass.payload_centre };
    let down = mass_properties(&s, &load, s.mass.fuel_capacity, 0.0);
    let up = mass_properties(&s, &load, s.mass.fuel_capacity, 0.5);
    assert!(up.centre.x < down.centre.x - 0.3 && up.centre.z > down.centre.z + 0.3);
    for m in [down, up] {
        let e = m.inertia.symmetric_eigenvalues();
        assert!(e.iter().all(|x| *x > 0.0));
        assert!(e[0] + e[1] > e[2] && e[1] + e[2] > e[0] && e[0] + e[2] > e[1], "no body has such an inertia: {e}");
    }
}

#[test]
fn axle_loads_follow_slope_and_acceleration() {
    let s = spec();
    let load = Load { mass: 91e3, centre: s.mass.payload_centre };
    let mass = mass_properties(&s, &load, s.mass.fuel_capacity, 0.0);
    let level = axle_loads(&s, &mass, 0.0, 0.0);
    assert!((level.front / (level.front + level.rear) - 0.33).abs() < 0.005);
    assert!(axle_loads(&s, &mass, 0.1, 0.0).front < level.front, "uphill the rear carries more");
    assert!(axle_loads(&s, &mass, 0.0, -2.0).front > level.front, "braking loads the front");
    let sum = axle_loads(&s, &mass, 0.1, 1.0);
    assert!(((sum.front + sum.rear) / (level.front + level.rear) - libm::cos(0.1)).abs() < 1e-9);
}
