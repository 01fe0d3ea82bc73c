//! Conservation laws and invariants of the plant.

use crate::rig::{drive, parked, spec};
use haul_core::{GRAVITY, Pose2};
use haul_vehicle::proving::{Rig, Trace};
use haul_vehicle::{ActuatorCommand, Ground, Hoist, Plane};

fn rig(payload: f64, ground: Plane) -> Rig<Plane> {
    Rig::new(&spec(), payload, Pose2::default(), ground)
}

fn quiet<G: Ground>(rig: &mut Rig<G>, seconds: f64, command: ActuatorCommand) {
    let mut trace = Trace::of(rig);
    rig.run(seconds, &mut trace, |_| command);
}

/// Returns the total energy of chassis, rotors, springs and tyres, J.
fn all<G: Ground>(rig: &Rig<G>) -> f64 {
    rig.energy() + rig.truck.stored_energy()
}

/// Returns the engine work, the losses and the change of stored energy over a drive, J.
fn balance(payload: f64, grade: f64, drive_s: f64, speed: f64) -> [f64; 3] {
    let mut rig = rig(payload, Plane::new(grade, 0.0, 0.55, 0.02));
    quiet(&mut rig, 5.0, parked());
    let (start, before) = (all(&rig), *rig.truck.energy());
    let mut trace = Trace::of(&rig);
    rig.run(drive_s, &mut trace, |rig| {
        let excess = rig.truck.state().speed - speed;
        let throttle = (0.3 - 0.8 * excess).clamp(0.0, 1.0);
        let retarder = if throttle > 0.0 { 0.0 } else { (2.0 * excess - 0.4).clamp(0.0, 1.0) };
        ActuatorCommand { retarder, ..drive(throttle) }
    });
    let halt = ActuatorCommand { service_brake: 0.5, ..drive(0.0) };
    rig.run(20.0, &mut trace, |_| halt);
    assert!(rig.truck.state().speed.abs() < 1e-3);
    let after = *rig.truck.energy();
    [after.engine - before.engine, after.lost() - before.lost(), all(&rig) - start]
}

#[test]
fn the_engines_work_is_the_change_of_energy_and_the_losses_over_a_whole_cycle() {
    // Loaded on the level and up the ramp, empty down the ramp and on the level; each direction begins and ends at
    // standstill.
    let legs = [
        balance(91e3, 0.0, 60.0, 11.0),
        balance(91e3, 0.10, 300.0, 9.0),
        balance(0.0, -0.10, 90.0, 10.0),
        balance(0.0, 0.0, 40.0, 12.0),
    ];
    let [work, lost, gained] = legs.iter().fold([0.0; 3], |sum, leg| [0, 1, 2].map(|i| sum[i] + leg[i]));
    let off = (work - lost - gained) / work;
    assert!(work > 200e6, "{work} J");
    assert!(off.abs() < 1e-3, "engine {work} J, losses {lost} J, gained {gained} J: {:.3} % off", 100.0 * off);
    for [work, lost, gained] in legs {
        let moved = work.abs().max(gained.abs());
        assert!(((work - lost - gained) / moved).abs() < 5e-3, "engine {work}, losses {lost}, gained {gained}");
    }
}

#[test]
fn the_wheels_carry_the_weight() {
    for (grade, heading, payload) in [(0.0, 0.0, 0.0), (0.08, 0.0, 91e3), (0.06, 1.2, 60e3)] {
        let mut rig = rig(payload, Plane::new(grade, heading, 0.55, 0.02));
        quiet(&mut rig, 30.0, parked());
        let sum: f64 = rig.truck.state().wheels.iter().map(|w| w.load_n).sum();
        let normal = rig.truck.mass_properties().mass * GRAVITY * libm::cos(libm::atan(grade));
        assert!((sum / normal - 1.0).abs() < 1e-4, "{grade} {heading} {payload}: {sum} of {normal}");
    }
}

#[test]
fn braking_shifts_mass_times_deceleration_times_height_over_wheelbase() {
    for payload in [0.0, 91e3] {
        let mut rig = rig(payload, Plane::level(0.55, 0.02));
        let front = |rig: &Rig<Plane>| rig.truck.state().wheels[..2].iter().map(|w| w.load_n).sum::<f64>();
        quiet(&mut rig, 20.0, parked());
        let standing = front(&rig);
        rig.push(13.0);
        let free = ActuatorCommand { park_brake: false, ..parked() };
        // Brakes gently, so that the truck settles on its struts while it still slows down.
        let brake = ActuatorCommand { service_brake: if payload > 0.0 { 0.30 } else { 0.15 }, ..free };
        quiet(&mut rig, 5.0, brake);
        let (mut shift, mut slowing, mut n) = (0.0, 0.0, 0.0);
        for _ in 0..600 {
            rig.step(&brake);
            shift += front(&rig) - standing;
            slowing -= rig.acceleration.x;
            n += 1.0;
        }
        let m = rig.truck.mass_properties();
        // Air drag acts at the height of the centre of mass. Rolling resistance is a moment at the wheels; the inertia
        // of the decelerating wheels gives part of that moment back.
        let (s, a) = (spec(), slowing / n);
        let radius = s.tyre.rolling_radius;
        let speed = rig.truck.state().speed;
        let air = 0.5 * rig.truck.environment().air_density() * s.drag_area * speed * speed;
        let rolling = 0.02 * m.mass * GRAVITY * radius;
        let moment = (m.mass * a - air) * m.centre.z - rolling + s.wheels_inertia() * a / radius;
        let expected = moment / s.geometry.wheelbase;
        assert!((shift / n / expected - 1.0).abs() < 0.02, "{payload}: {} N, expected {expected} N", shift / n);
    }
}

#[test]
fn halving_the_step_moves_the_time_of_a_cycle_by_less_than_a_thousandth() {
    let time = |dt: f64, payload: f64, grade: f64, length: f64| {
        let mut rig = rig(payload, Plane::new(grade, 0.0, 0.55, 0.02));
        rig.dt = dt;
        let mut trace = Trace::of(&rig);
        while rig.motion.pose.translation.vector.x < length {
            let command = if grade >= 0.0 {
                drive(1.0)
            } else {
                let excess = rig.truck.state().speed - 8.0;
                ActuatorCommand { retarder: (0.5 + 0.8 * excess).clamp(0.0, 1.0), ..drive(0.0) }
            };
            rig.step(&command);
        }
        trace.samples.push(rig.sample());
        // Time at which the truck crosses the line; the last step ends beyond it.
        rig.time - (rig.motion.pose.translation.vector.x - length) / rig.truck.state().speed
    };
    let cycle = |dt: f64| {
        time(dt, 91e3, 0.0, 500.0)
            + time(dt, 91e3, 0.10, 1000.0)
            + time(dt, 0.0, -0.10, 1000.0)
            + time(dt, 0.0, 0.0, 500.0)
    };
    let (whole, half) = (cycle(0.005), cycle(0.0025));
    assert!((half / whole - 1.0).abs() < 1e-3, "{whole} s, with half the step {half} s");
}

#[test]
fn parked_loaded_on_twenty_percent_it_moves_less_than_a_millimetre_in_ten_minutes() {
    let mut rig = rig(91e3, Plane::new(0.20, 0.0, 0.55, 0.02));
    quiet(&mut rig, 60.0, parked());
    let start = rig.motion.pose.translation.vector;
    quiet(&mut rig, 600.0, parked());
    let moved = (rig.motion.pose.translation.vector - start).norm();
    assert!(moved < 1e-3, "{} mm", moved * 1e3);
}

#[test]
fn a_straight_kilometre_drifts_by_less_than_a_millimetre() {
    let mut rig = rig(91e3, Plane::level(0.55, 0.02));
    while rig.motion.pose.translation.vector.x < 1000.0 {
        rig.step(&drive(1.0));
    }
    let aside = rig.motion.pose.translation.vector.y;
    assert!(aside.abs() < 1e-3, "{} mm", aside * 1e3);
}

#[test]
fn tipping_moves_the_load_to_the_tail_and_then_off_it() {
    let mut rig = rig(91e3, Plane::level(0.55, 0.02));
    quiet(&mut rig, 5.0, parked());
    let raise = ActuatorCommand { hoist: Hoist::Raise, ..parked() };
    let (mut least_front, mut furthest_back) = (f64::MAX, f64::MAX);
    let standing: f64 = rig.truck.state().wheels[..2].iter().map(|w| w.load_n).sum();
    let mut left = 0.0;
    for _ in 0..(24.0 / rig.dt) as usize {
        rig.step(&raise);
        left += rig.truck.discharged_in_last_step();
        let s = rig.truck.state();
        least_front = f64::min(least_front, s.wheels[..2].iter().map(|w| w.load_n).sum());
        furthest_back = furthest_back.min(if s.load.mass > 5e3 { s.load.centre.x } else { f64::MAX });
    }
    assert!((left - 91e3).abs() < 1.0, "{left}");
    assert!(least_front < 0.5 * standing, "the front axle is relieved: {least_front} of {standing}");
    assert!(furthest_back < -0.5, "the load slides aft: {furthest_back}");
}
