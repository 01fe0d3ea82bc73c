//! Failed parts, commands that no machine can follow, and thin or cold air.

use crate::rig::{drive, parked, reverse, spec};
use haul_core::Pose2;
use haul_core::units::{from_kmh, to_kmh};
use haul_vehicle::proving::{Rig, Trace, emergency_stop};
use haul_vehicle::{ActuatorCommand, BrakeSystem, Breakdown, Direction, Environment, Hoist, Limits, Plane, StopQuery};
use proptest::prelude::*;

fn rig(payload: f64, grade: f64) -> Rig<Plane> {
    Rig::new(&spec(), payload, Pose2::default(), Plane::new(grade, 0.0, 0.55, 0.02))
}

fn run(rig: &mut Rig<Plane>, seconds: f64, command: ActuatorCommand) {
    let mut trace = Trace::of(rig);
    rig.run(seconds, &mut trace, |_| command);
}

#[test]
fn without_its_engine_it_steers_on_the_accumulator_until_that_is_empty() {
    let mut rig = rig(0.0, 0.0);
    run(&mut rig, 2.0, parked());
    rig.truck.set_breakdown(Breakdown { engine: true, ..Breakdown::default() });
    let most = spec().steering.max_angle;
    let mut turned = 0.0;
    for k in 0..12 {
        let before = rig.truck.state().steering_angle;
        let target = if k % 2 == 0 { most } else { -most };
        run(&mut rig, 10.0, ActuatorCommand { steering_angle: target, ..parked() });
        turned += (rig.truck.state().steering_angle - before).abs();
    }
    assert!((turned / spec().steering.accumulator_angle - 1.0).abs() < 0.02, "{turned} rad");
    assert_eq!(rig.truck.state().steering_reserve, 0.0);
    assert!(rig.truck.state().engine_speed < 10.0);
}

#[test]
fn a_lost_front_circuit_stops_as_the_secondary_brake_does() {
    let limits = Limits::new(&spec());
    let mut rig = rig(91e3, -0.05);
    rig.truck.set_breakdown(Breakdown { front_brakes: true, retarder: true, ..Breakdown::default() });
    rig.push(from_kmh(30.0));
    let start = rig.sample().x;
    let stop = ActuatorCommand { service_brake: 1.0, park_brake: false, ..parked() };
    while rig.truck.state().speed > 0.01 {
        run(&mut rig, 0.1, stop);
    }
    let way = (rig.sample().x - start) * libm::hypot(1.0, 0.05);
    let mass = rig.truck.mass_properties().mass;
    let system = BrakeSystem::Secondary;
    let q = StopQuery { system, speed: from_kmh(30.0), mass, grade: -0.05, rolling: 0.02, friction: 0.55, delay: 0.0 };
    let stated = limits.stop(&q).braking;
    assert!((way / stated - 1.0).abs() < 0.12, "plant {way} m, stated {stated} m");
}

#[test]
fn full_throttle_with_full_brake_stops() {
    let mut rig = rig(91e3, 0.0);
    run(&mut rig, 20.0, drive(1.0));
    assert!(rig.truck.state().speed > 5.0);
    run(&mut rig, 8.0, ActuatorCommand { service_brake: 1.0, ..drive(1.0) });
    assert!(rig.truck.state().speed.abs() < 1e-2, "{}", rig.truck.state().speed);
}

#[test]
fn reverse_at_forty_is_not_taken() {
    let mut rig = rig(0.0, 0.0);
    run(&mut rig, 35.0, drive(1.0));
    assert!(to_kmh(rig.truck.state().speed) > 40.0);
    run(&mut rig, 2.0, reverse(1.0));
    assert!(to_kmh(rig.truck.state().speed) > 30.0 && rig.truck.state().direction == Direction::Forward);
}

#[test]
fn with_its_body_up_it_crawls_in_first_and_does_not_go_back() {
    let mut rig = rig(0.0, 0.0);
    run(&mut rig, 8.0, ActuatorCommand { hoist: Hoist::Raise, ..parked() });
    assert!(rig.truck.state().body_angle > 0.3);
    run(&mut rig, 25.0, drive(1.0));
    let s = rig.truck.state();
    assert!(s.gear == 1 && to_kmh(s.speed) < 9.0 && s.speed > 0.5, "{} km/h in gear {}", to_kmh(s.speed), s.gear);
    run(&mut rig, 10.0, ActuatorCommand { service_brake: 0.6, ..drive(0.0) });
    run(&mut rig, 3.0, reverse(1.0));
    assert!(rig.truck.state().speed > -0.05 && rig.truck.state().gear != -1);
}

#[test]
fn the_hoist_does_not_raise_across_a_steep_slope() {
    let ground = Plane::new(0.15, std::f64::consts::FRAC_PI_2, 0.55, 0.02);
    let mut rig = Rig::new(&spec(), 0.0, Pose2::default(), ground);
    run(&mut rig, 4.0, ActuatorCommand { hoist: Hoist::Raise, ..parked() });
    assert_eq!(rig.truck.state().body_angle, 0.0);
}

#[test]
fn it_is_held_on_a_grade_while_the_brake_is_let_go_and_the_drive_comes() {
    for grade in [0.10, 0.15] {
        let mut rig = rig(91e3, grade);
        run(&mut rig, 5.0, ActuatorCommand { service_brake: 1.0, ..drive(0.0) });
        let start = rig.sample().x;
        // The brake is released one second before the throttle opens; an idling converter does not hold the truck on
        // this grade.
        let mut back = 0.0f64;
        let mut trace = Trace::of(&rig);
        for (seconds, command) in [(1.0, drive(0.0)), (6.0, drive(1.0))] {
            rig.run(seconds, &mut trace, |_| command);
        }
        for s in &trace.samples {
            back = back.min(s.x - start);
        }
        assert!(back > -0.03, "{grade}: rolls back by {back} m");
        assert!(rig.truck.state().speed > 0.8, "{grade}: {}", rig.truck.state().speed);
    }
}

#[test]
fn thin_air_takes_power_and_cold_air_does_not() {
    let speed = |altitude: f64, celsius: f64| {
        let limits = Limits::in_environment(&spec(), Environment::new(altitude, celsius));
        limits.climb_speed(160e3, 0.06)
    };
    let sea = speed(0.0, 25.0);
    let plateau = Limits::in_environment(&spec(), Environment::new(1300.0, 20.0));
    assert_eq!(plateau.engine_share(), 1.0, "the plateau of Inner Mongolia costs no torque");
    assert!(speed(1300.0, 20.0) >= sea, "and its air drags less");
    let high = speed(3025.0, 25.0) / sea;
    assert!((0.72..0.86).contains(&high), "20 % of the torque at 3,025 m: {high}");
    assert!((speed(0.0, -40.0) / sea - 1.0).abs() < 0.02, "cold air drags a little more");
    assert!(speed(0.0, 45.0) < sea);
    let mut plant = rig(91e3, 0.10);
    plant.truck.set_environment(Environment::new(3025.0, 25.0));
    run(&mut plant, 60.0, drive(1.0));
    let limits = Limits::in_environment(&spec(), Environment::new(3025.0, 25.0));
    let stated = limits.climb_speed(plant.truck.mass_properties().mass, 0.0995 + 0.02 * 0.995);
    assert!((plant.truck.state().speed / stated - 1.0).abs() < 0.04, "{} {stated}", plant.truck.state().speed);
}

#[test]
fn hot_brakes_take_longer() {
    let cool = emergency_stop(&spec(), 91e3, 10.0, 0.55, 0.0).end().x;
    let mut rig = rig(91e3, -0.12);
    rig.truck.set_breakdown(Breakdown { retarder: true, ..Breakdown::default() });
    // Down a long grade on the service brake alone, which is bad practice.
    let mut trace = Trace::of(&rig);
    rig.run(240.0, &mut trace, |rig| {
        let excess = rig.truck.state().speed - 10.0;
        ActuatorCommand { service_brake: (0.2 + 0.3 * excess).clamp(0.0, 1.0), ..drive(0.0) }
    });
    let s = rig.truck.state();
    assert!(s.brake_temps[0] > 600.0, "{:?}", s.brake_temps);
    let force = s.brake_force / s.service_brake.max(1e-6);
    assert!(force < 0.97 * spec().brakes.service(), "{force}");
    assert!(cool > 10.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_command_gives_a_number_that_is_not_finite(
        commands in prop::collection::vec(
            (0..3u8, -0.5..1.5f64, -0.5..1.5f64, -0.5..1.5f64, any::<bool>(), -2.0..2.0f64, 0..3u8, any::<u8>()), 8),
        payload in 0.0..110e3f64, grade in -0.25..0.25f64,
    ) {
        let mut rig = rig(payload, grade);
        for (direction, throttle, retarder, brake, park_brake, steering, hoist, broken) in commands {
            let command = ActuatorCommand {
                direction: [Direction::Forward, Direction::Neutral, Direction::Reverse][usize::from(direction)],
                throttle: if throttle > 1.4 { f64::NAN } else { throttle },
                retarder,
                service_brake: brake,
                park_brake,
                steering_angle: if steering > 1.9 { f64::INFINITY } else { steering },
                hoist: [Hoist::Hold, Hoist::Raise, Hoist::Lower][usize::from(hoist)],
            };
            rig.truck.set_breakdown(Breakdown {
                engine: broken & 0x81 == 0x81,
                front_brakes: broken & 2 > 0,
                rear_brakes: broken & 4 > 0,
                retarder: broken & 8 > 0,
                steering_pump: broken & 16 > 0,
                hoist: broken & 32 > 0,
            });
            run(&mut rig, 2.0, command);
            let (s, e) = (rig.truck.state(), rig.truck.energy());
            let numbers = [s.speed, s.engine_speed, s.drive_force, s.retarder_temp, s.brake_temps[0], s.brake_temps[1]];
            prop_assert!(numbers.iter().all(|x| x.is_finite()), "{s:?}");
            prop_assert!(e.lost().is_finite() && e.engine.is_finite());
            prop_assert!(s.wheels.iter().all(|w| w.load_n.is_finite() && w.temperature.is_finite() && w.worn >= 0.0));
            // A truck that runs away may overspeed its engine, but only to the speed at which the wheels drive it.
            let spec = spec();
            let total = spec.transmission.ratio(s.gear).abs() * spec.final_drive.ratio;
            let spin = s.wheels.iter().fold(0.0f64, |m, w| m.max(w.spin_rate.abs()));
            prop_assert!(s.engine_speed < 1.15 * spec.engine.high_idle.max(spin * total), "{}", s.engine_speed);
        }
    }
}
