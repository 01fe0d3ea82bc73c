//! Descending the ramp on the retarder.

use crate::rig::{Rig, drive, parked, spec};
use haul_core::units::to_kmh;
use haul_vehicle::{ActuatorCommand, Limits, Plane};

/// Returns the command that holds a speed with the retarder alone, as a speed controller would.
fn hold(rig: &Rig, target: f64) -> ActuatorCommand {
    let excess = rig.speed() - target;
    ActuatorCommand { retarder: (0.5 + 2.0 * excess).clamp(0.0, 1.0), ..drive(0.0) }
}

#[test]
fn loaded_on_ten_percent_the_retarder_holds_the_limits_speed_for_ten_minutes() {
    let limits = Limits::new(&spec());
    let gross = limits.gross_mass(spec().rated_payload());
    let target = limits.descent_speed(gross, -0.10, 0.02);
    let mut rig = Rig::new(Plane::new(-0.10, 0.0, 0.55, 0.02), spec().rated_payload());
    rig.run(60.0, &parked());
    while rig.time < 660.0 {
        let command = hold(&rig, target);
        rig.step(&command);
        assert!(rig.speed() < 1.05 * target, "{:.1} km/h at {:.0} s", to_kmh(rig.speed()), rig.time);
    }
    assert!(rig.speed() > 0.95 * target);
    let s = rig.truck.state();
    assert!(s.retarder_temp < spec().transmission.retarder.limit_temperature);
    assert!(s.retarder_temp > spec().transmission.retarder.coolant + 10.0, "it does heat up");
    assert!(s.engine_speed < 1.06 * spec().engine.high_idle);
}

#[test]
fn well_above_the_limits_speed_the_hot_retarder_loses_it() {
    let limits = Limits::new(&spec());
    let gross = limits.gross_mass(spec().rated_payload());
    let mut rig = Rig::new(Plane::new(-0.10, 0.0, 0.55, 0.02), spec().rated_payload());
    let target = 1.6 * limits.descent_speed(gross, -0.10, 0.02);
    let mut fastest = 0.0f64;
    while rig.time < 400.0 {
        let command = hold(&rig, target);
        rig.step(&command);
        fastest = fastest.max(rig.speed());
        if fastest > 1.2 * target {
            return;
        }
    }
    panic!("held {:.1} km/h on the retarder for ever", to_kmh(fastest));
}

#[test]
fn the_limits_say_where_it_runs_away() {
    let limits = Limits::new(&spec());
    let gross = limits.gross_mass(spec().rated_payload());
    let steady = limits.descent_speed(gross, -0.10, 0.02);
    assert!(limits.retarder_deceleration(steady, gross, -0.10, 0.02) > 0.0);
    assert!(limits.retarder_deceleration(1.3 * steady, gross, -0.10, 0.02) < 0.0);
    let empty = limits.gross_mass(0.0);
    assert!(limits.descent_speed(empty, -0.10, 0.02) > 1.8 * steady, "half the mass, twice the speed");
    assert_eq!(limits.descent_speed(gross, 0.05, 0.02), limits.top_speed());
}
