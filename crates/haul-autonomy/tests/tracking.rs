//! Tracking with the rig's truck: errors of the controllers with noisy sensors, lags, sideslip and grades.

#![allow(clippy::print_stdout, reason = "the figures reached are worth reading")]

mod rig;

use haul_core::Pose2;
use haul_planner::{Path, Travel};
use rig::course::{Course, speeds};
use rig::truck::RigTruck;
use rig::{Drive, drive, drive_limited, log};

const LOADED: f64 = 91_000.0;

/// Checks the limits of a drive: RMS error below 0.1 m, maximum below 0.3 m, stop within 0.1 m, no rolling back.
fn holds(name: &str, path: Path, top: f64, payload: f64, slope_east: f64) -> Drive {
    let profile = speeds(&path, top, payload);
    let mut truck = RigTruck::new(path.points[0].pose, payload, slope_east);
    let seconds = 40.0 + 8.0 * path.length() / top.min(4.0);
    let out = drive(path, profile, &mut truck, 7, seconds);
    log(name, &out);
    println!(
        "{name}: rms {:.3} m, max {:.3} m, stop {:+.3} m, rolled back {:.3} m, overspeed {:.2}, top {:.1} m/s, {:.0} s",
        out.lateral_rms,
        out.lateral_max,
        out.stop_error,
        out.rolled_back,
        out.speed_error_max,
        out.speed_max,
        out.seconds
    );
    assert!(out.arrived, "{name}: never arrived in {seconds} s");
    assert!(out.lateral_rms < 0.1, "{name}: rms {}", out.lateral_rms);
    assert!(out.lateral_max < 0.3, "{name}: max {}", out.lateral_max);
    assert!(out.stop_error.abs() < 0.1, "{name}: stops {} m off", out.stop_error);
    assert!(out.rolled_back < 0.05, "{name}: rolls back {} m", out.rolled_back);
    // The rig's truck coasts and creeps differently from the stack's model.
    assert!(out.speed_error_max < 1.0, "{name}: {} m/s too fast", out.speed_error_max);
    out
}

fn start(heading: f64) -> Pose2 {
    Pose2::new(0.0, 0.0, heading)
}

#[test]
fn a_straight_at_full_speed() {
    let path = Course::from(start(0.3), Travel::Forward, 0.0).keep(400.0).path();
    let out = holds("straight", path.clone(), 13.0, 0.0, 0.0);
    assert!(out.speed_max > 9.0);
    holds("straight loaded", path, 13.0, LOADED, 0.0);
}

#[test]
fn s_bends_of_fifteen_to_thirty_metres() {
    for (radius, payload) in [(15.0, 0.0), (15.0, LOADED), (22.0, LOADED), (30.0, 0.0), (30.0, LOADED)] {
        let k = 1.0 / radius;
        let ease = 8.0;
        let path = Course::from(start(-1.0), Travel::Forward, 0.0)
            .keep(20.0)
            .bend(ease, k)
            .keep(radius)
            .bend(2.0 * ease, -k)
            .keep(radius)
            .bend(ease, 0.0)
            .keep(20.0)
            .path();
        holds(&format!("s-bend {radius} {payload}"), path, 10.0, payload, 0.0);
    }
}

#[test]
fn a_hairpin_up_and_down_a_ramp() {
    for slope in [0.10, -0.10] {
        let path = Course::from(start(0.0), Travel::Forward, slope)
            .keep(60.0)
            .bend(8.0, 1.0 / 14.0)
            .keep(36.0)
            .bend(8.0, 0.0)
            .keep(60.0)
            .path();
        holds(&format!("hairpin {slope}"), path, 6.0, LOADED, slope);
    }
}

#[test]
fn a_switchback_with_two_cusps() {
    let path = Course::from(start(0.5), Travel::Forward, 0.0)
        .keep(15.0)
        .bend(4.0, 0.09)
        .keep(6.0)
        .turn_round(-0.09)
        .keep(10.0)
        .bend(4.0, 0.0)
        .keep(10.0)
        .turn_round(0.08)
        .keep(12.0)
        .bend(4.0, 0.0)
        .keep(15.0)
        .path();
    holds("switchback", path.clone(), 5.0, 0.0, 0.0);
    holds("switchback loaded", path, 5.0, LOADED, 0.0);
}

#[test]
fn backing_into_a_spot_level_uphill_and_downhill() {
    for slope in [0.0, 0.05, -0.05] {
        let path = Course::from(start(2.0), Travel::Forward, slope)
            .bend(5.0, 0.1)
            .keep(12.0)
            .turn_round(-0.1)
            .keep(8.0)
            .bend(4.0, 0.0)
            .keep(18.0)
            .path();
        holds(&format!("spot {slope}"), path, 3.0, LOADED, slope);
    }
}

#[test]
fn curvature_that_jumps_is_still_followed() {
    // As in Reeds–Shepp paths, the curvature jumps from straight to the tightest arc at one point.
    let path =
        Course::from(start(0.0), Travel::Forward, 0.0).keep(12.0).bend(0.5, 0.11).keep(10.0).bend(0.5, 0.0).keep(12.0);
    holds("jump", path.path(), 4.0, 0.0, 0.0);
}

#[test]
fn a_start_on_a_ramp_does_not_roll_back() {
    for slope in [0.12, 0.08, -0.12] {
        for heading in [0.0, std::f64::consts::PI] {
            let path = Course::from(start(heading), Travel::Forward, slope).keep(60.0).path();
            holds(&format!("start {slope} {heading:.1}"), path, 4.0, LOADED, slope);
        }
    }
}

#[test]
fn a_halt_on_a_climb_cancelled_at_a_crawl_does_not_let_the_truck_roll_back() {
    for lifted_at in [0.6, 0.3, 0.15, 0.05, 0.0, -0.1] {
        let path = Course::from(start(0.0), Travel::Forward, 0.1).keep(60.0).path();
        let profile = speeds(&path, 3.2, LOADED);
        let mut truck = RigTruck::new(start(0.0), LOADED, 0.1);
        let (mut halts, mut lifted) = (false, false);
        let drive = drive_limited(path, profile, &mut truck, 1, 120.0, |truck| {
            halts |= truck.speed > 1.5;
            lifted |= halts && truck.speed <= lifted_at;
            if halts && !lifted { 0.0 } else { f64::INFINITY }
        });
        assert!(lifted || lifted_at < 0.0, "it stops before");
        if lifted {
            assert!(drive.arrived, "lifted at {lifted_at} m/s: it stands after {} s", drive.seconds);
        }
        assert!(drive.rolled_back < 0.25, "lifted at {lifted_at} m/s: rolled back {} m", drive.rolled_back);
    }
}
