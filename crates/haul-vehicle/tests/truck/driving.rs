//! Driving: from standstill, up a ramp, through the gears, straight ahead.

use crate::rig::{Rig, drive, parked, reverse, spec};
use haul_core::units::{from_kmh, to_kmh};
use haul_vehicle::{ActuatorCommand, Direction, Limits, Plane, road_class};

fn level() -> Plane {
    Plane::level(0.55, 0.02)
}

#[test]
fn forward_throttle_goes_along_x_and_reverse_throttle_back() {
    let mut rig = Rig::new(level(), 0.0);
    rig.run(3.0, &drive(0.5));
    assert!(rig.speed() > 1.0 && rig.position().x > 1.0);
    assert!(rig.truck.state().drive_force > 0.0);
    assert!(rig.truck.state().wheels.iter().all(|w| w.spin_rate > 0.0));
    let mut rig = Rig::new(level(), 0.0);
    rig.run(3.0, &reverse(0.5));
    assert!(rig.speed() < -1.0 && rig.position().x < -1.0);
    assert!(rig.truck.state().drive_force < 0.0);
    assert_eq!(rig.truck.state().gear, -1);
}

#[test]
fn throttle_in_neutral_moves_nothing_but_the_engine() {
    let mut rig = Rig::new(level(), 0.0);
    rig.run(5.0, &ActuatorCommand { throttle: 1.0, park_brake: false, ..parked() });
    assert!(rig.speed().abs() < 1e-4);
    let engine = rig.truck.state().engine_speed;
    assert!(engine > 0.99 * spec().engine.rated && engine < spec().engine.high_idle, "{engine}");
}

#[test]
fn a_straight_run_does_not_drift() {
    let mut rig = Rig::new(level(), spec().rated_payload());
    rig.run(90.0, &drive(1.0));
    assert!(rig.position().x > 800.0);
    assert!(rig.position().y.abs() < 1e-6, "{} m", rig.position().y);
}

#[test]
fn it_climbs_at_the_speed_of_the_limits() {
    let limits = Limits::new(&spec());
    for (payload, grade, rolling) in [
        (91e3, 0.10, 0.02),
        (91e3, 0.08, 0.03),
        (91e3, 0.05, 0.02),
        (91e3, 0.12, 0.025),
        (0.0, 0.10, 0.02),
        (45e3, 0.10, 0.02),
    ] {
        let mut rig = Rig::new(Plane::new(grade, 0.0, 0.55, rolling), payload);
        rig.run(90.0, &drive(1.0));
        let slope = libm::atan(grade);
        // The total resistance of the limits is a ratio to weight, along the road.
        let total = libm::sin(slope) + rolling * libm::cos(slope);
        let stated = limits.climb_speed(rig.truck.mass_properties().mass, total);
        let plant = rig.speed();
        assert!(
            (plant / stated - 1.0).abs() < 0.03,
            "{payload} kg on {grade} + {rolling}: plant {:.2} km/h in gear {}, stated {:.2}",
            to_kmh(plant),
            rig.truck.state().gear,
            to_kmh(stated)
        );
    }
}

#[test]
fn loaded_on_the_ramp_it_does_what_its_power_allows() {
    // 727 kW net × 0.87, divided by 160 t × g × (sin + 0.02 cos of 10 %), is 3.4 m/s, less the slip of the tyres.
    let mut rig = Rig::new(Plane::new(0.10, 0.0, 0.55, 0.02), spec().rated_payload());
    rig.run(60.0, &drive(1.0));
    let speed = to_kmh(rig.speed());
    assert!((11.0..12.4).contains(&speed), "{speed} km/h");
    assert!(rig.truck.state().locked_up);
}

#[test]
fn from_standstill_on_the_ramp_it_does_not_roll_back_far() {
    let mut rig = Rig::new(Plane::new(0.10, 0.0, 0.55, 0.02), spec().rated_payload());
    rig.run(20.0, &parked());
    let start = rig.position().x;
    let mut back = 0.0f64;
    // As a driver would, holds the brake until the converter pulls.
    rig.run(1.5, &ActuatorCommand { park_brake: true, ..drive(0.8) });
    for _ in 0..600 {
        rig.step(&drive(1.0));
        back = back.min(rig.position().x - start);
    }
    assert!(back > -0.03, "{back} m");
    assert!(rig.speed() > 1.0);
}

#[test]
fn top_speed_is_the_stated_one() {
    for payload in [0.0, 91e3] {
        let mut rig = Rig::new(level(), payload);
        rig.run(90.0, &drive(1.0));
        let speed = to_kmh(rig.speed());
        assert!((speed - 47.6).abs() < 1.2, "{speed} km/h");
        assert_eq!(rig.truck.state().gear, 6);
    }
}

#[test]
fn gear_speeds_follow_from_ratios_and_tyre() {
    let limits = Limits::new(&spec());
    // Rated engine speed divided by gear ratio and final drive, times the rolling radius, computed by hand.
    for (gear, kmh) in [(1, 8.1), (2, 14.8), (3, 20.3), (4, 26.2), (5, 34.4), (6, 47.1)] {
        let speed = to_kmh(limits.gear_speed(gear).unwrap());
        assert!((speed - kmh).abs() < 0.1, "gear {gear}: {speed}");
    }
    assert!((to_kmh(limits.reverse_speed()) - 6.0).abs() < 0.1);
    assert!(limits.gear_speed(7).is_none() && limits.gear_speed(0).is_none());
}

#[test]
fn it_goes_up_through_the_gears_once_and_stays() {
    let mut rig = Rig::new(level(), spec().rated_payload());
    let mut gears = vec![0];
    for _ in 0..(120.0 / rig.dt) as usize {
        rig.step(&drive(1.0));
        let gear = rig.truck.state().gear;
        if gears.last() != Some(&gear) {
            gears.push(gear);
        }
    }
    assert_eq!(gears, [0, 1, 2, 3, 4, 5, 6]);
}

#[test]
fn no_grade_makes_it_hunt() {
    for percent in 0..=28 {
        for payload in [0.0, 91e3] {
            let grade = f64::from(percent) * 0.005;
            let mut rig = Rig::new(Plane::new(grade, 0.0, 0.55, 0.02), payload);
            rig.run(90.0, &drive(1.0));
            let before = rig.truck.state().shifts;
            rig.run(90.0, &drive(1.0));
            let shifts = rig.truck.state().shifts - before;
            assert!(shifts <= 1, "{shifts} shifts in 90 s on {grade} with {payload} kg");
        }
    }
}

#[test]
fn a_trembling_throttle_makes_it_shift_no_more_than_a_steady_one() {
    let shifts = |tremble: f64| {
        let mut rig = Rig::new(Plane::new(0.03, 0.0, 0.55, 0.02), spec().rated_payload());
        for _ in 0..(120.0 / rig.dt) as usize {
            let wave = libm::sin(rig.time * std::f64::consts::TAU * 0.7);
            rig.step(&drive(0.75 + tremble * wave));
        }
        rig.truck.state().shifts
    };
    assert!(shifts(0.25) <= shifts(0.0) + 2, "{} against {}", shifts(0.25), shifts(0.0));
}

#[test]
fn a_direction_change_at_speed_is_refused_until_it_stands() {
    let mut rig = Rig::new(level(), 0.0);
    rig.run(10.0, &drive(0.6));
    let speed = rig.speed();
    assert!(speed > 3.0);
    rig.run(1.0, &reverse(1.0));
    assert_eq!(rig.truck.state().direction, Direction::Forward);
    assert!(rig.speed() < speed, "no drive is given meanwhile");
    rig.stop(&ActuatorCommand { service_brake: 0.5, ..reverse(0.0) });
    rig.run(3.0, &reverse(0.5));
    assert_eq!(rig.truck.state().direction, Direction::Reverse);
    assert!(rig.speed() < -0.5);
}

#[test]
fn lock_up_closes_once_it_is_fast_enough_and_opens_before_the_engine_stalls() {
    let mut rig = Rig::new(level(), 0.0);
    rig.run(30.0, &drive(1.0));
    assert!(rig.truck.state().locked_up);
    let stop = ActuatorCommand { service_brake: 0.8, ..drive(0.0) };
    for _ in 0..(15.0 / rig.dt) as usize {
        rig.step(&stop);
        let s = rig.truck.state();
        assert!(s.engine_speed > 0.75 * spec().engine.idle, "{} rad/s in gear {}", s.engine_speed, s.gear);
    }
    assert!(rig.speed().abs() < 1e-3);
    assert!(!rig.truck.state().locked_up);
}

#[test]
fn on_ramps_power_decides_the_speed() {
    // One percent more total resistance costs up to 10 % of the speed (Thompson), as at constant power.
    let limits = Limits::new(&spec());
    let gross = limits.gross_mass(spec().rated_payload());
    let power: Vec<f64> = (8..=12).map(|p| f64::from(p) * limits.climb_speed(gross, f64::from(p) / 100.0)).collect();
    let (least, most) = power.iter().fold((f64::MAX, 0.0f64), |(l, m), p| (l.min(*p), m.max(*p)));
    assert!(least / most > 0.88, "{power:?}");
}

#[test]
fn fuel_on_the_ramp_agrees_with_the_limits_rate() {
    let limits = Limits::new(&spec());
    let mut rig = Rig::new(Plane::new(0.10, 0.0, 0.55, 0.02), spec().rated_payload());
    rig.run(40.0, &drive(1.0));
    let before = rig.truck.state().fuel_used_kg;
    rig.run(60.0, &drive(1.0));
    let burnt = (rig.truck.state().fuel_used_kg - before) / 60.0;
    let stated = limits.fuel_rate(rig.truck.state().drive_force * rig.speed());
    assert!((burnt / stated - 1.0).abs() < 0.05, "{burnt} kg/s against {stated}");
    let litres_an_hour = burnt / 0.84 * 3600.0;
    assert!((150.0..220.0).contains(&litres_an_hour), "{litres_an_hour} L/h at full load");
}

#[test]
fn the_engine_dies_without_fuel_and_no_torque_comes() {
    let mut rig = Rig::new(level(), 0.0);
    rig.truck.set_fuel(0.0);
    rig.run(20.0, &drive(1.0));
    assert!(rig.speed().abs() < 0.05);
    assert!(rig.truck.state().engine_speed < 10.0);
}

#[test]
fn soft_ground_slows_and_a_road_class_gives_the_figures() {
    let soft = road_class("soft_soil").unwrap();
    let mut rig = Rig::new(Plane::level(soft.friction, soft.rolling_resistance), spec().rated_payload());
    rig.run(60.0, &drive(1.0));
    assert!(rig.speed() < from_kmh(22.0), "{}", to_kmh(rig.speed()));
    assert!(rig.speed() > from_kmh(12.0));
}
