//! The handling tests of the proving ground, each with its expected result.

use crate::rig::spec;
use haul_core::units::{from_kmh, to_kmh};
use haul_vehicle::proving::{
    climb_from_standstill, descent, double_lane_change, emergency_stop, over_a_rock, turn_to_the_limit,
};
use haul_vehicle::{Limits, stopping};

#[test]
fn it_climbs_from_standstill_on_ten_and_twenty_percent() {
    let limits = Limits::new(&spec());
    for grade in [0.10, 0.20] {
        let trace = climb_from_standstill(&spec(), 91e3, grade, 45.0);
        let stated = limits.climb_speed(160e3, (grade + 0.02) / libm::hypot(1.0, grade));
        let speed = trace.end().speed;
        assert!((speed / stated - 1.0).abs() < 0.05, "{grade}: {} km/h, stated {}", to_kmh(speed), to_kmh(stated));
        // Position of the truck on its parking brake, before the start.
        let stood = trace.samples.iter().rfind(|s| s.time < 5.0).map_or(0.0, |s| s.x);
        let back = trace.least(|s| s.x) - stood;
        assert!(back > -0.05, "{grade}: rolls back by {back} m");
    }
}

#[test]
fn three_kilometres_down_ten_percent_are_steady_on_the_retarder_and_under_its_temperature() {
    let trace = descent(&spec(), 91e3, -0.10, 3000.0);
    let settled: Vec<_> = trace.samples.iter().filter(|s| s.x > 400.0).collect();
    let (slow, fast) = settled.iter().fold((f64::MAX, 0.0f64), |(l, h), s| (l.min(s.speed), h.max(s.speed)));
    assert!(trace.end().x >= 3000.0);
    assert!(fast / slow < 1.02, "{} to {} km/h", to_kmh(slow), to_kmh(fast));
    let limit = spec().transmission.retarder.limit_temperature;
    assert!(trace.most(|s| s.retarder_temperature) < limit);
    assert!(trace.most(|s| s.retarder_temperature) > limit - 15.0, "it is worked hard");
}

#[test]
fn an_emergency_stop_from_top_speed_is_short_dry_longer_wet_and_long_on_snow() {
    let top = from_kmh(47.1);
    let stop = |friction: f64| emergency_stop(&spec(), 91e3, top, friction, 0.0);
    let [dry, wet, snow] = [0.55, 0.45, 0.20].map(|f| stop(f).end().x);
    assert!(dry < stopping().service.distance(top, 0.0), "{dry} m");
    assert!(dry < wet && 1.5 * wet < snow, "{dry} m dry, {wet} m wet, {snow} m on snow");
    // On snow, grip is the limit: v² / (2 μ g). Tyre load sensitivity lowers μ, and rolling resistance helps to stop.
    let grip = top * top / (2.0 * 0.20 * 9.81);
    assert!((0.8..1.15).contains(&(snow / grip)), "{snow} m, by grip alone {grip} m");
    let straight = stop(0.20);
    assert!(straight.end().y.abs() < 0.2 && straight.end().heading.abs() < 0.01);
}

#[test]
fn a_turn_holds_to_near_the_limits_limit_and_not_beyond() {
    let limits = Limits::new(&spec());
    for (friction, radius) in [(0.55, 20.0), (0.20, 40.0)] {
        let curve = limits.curve(91e3, radius, 0.0, friction);
        let trace = turn_to_the_limit(&spec(), 91e3, radius, friction, 240.0);
        let fastest = trace.most(|s| s.speed);
        assert!(fastest > curve.safe, "{} km/h, safe {}", to_kmh(fastest), to_kmh(curve.safe));
        let stated = curve.slides.min(curve.rolls_over);
        assert!(fastest < 1.05 * stated, "{} km/h, stated {}", to_kmh(fastest), to_kmh(stated));
        if friction < 0.3 {
            // On snow, grip is the limit; on a dry road, the drag of the steered front wheels uses up the engine's
            // power.
            assert!(fastest > 0.85 * stated, "{} km/h, stated {}", to_kmh(fastest), to_kmh(stated));
        }
    }
}

#[test]
fn a_double_lane_change_at_thirty_keeps_its_lanes_and_its_wheels_down() {
    for payload in [0.0, 91e3] {
        let drive = double_lane_change(&spec(), payload, from_kmh(30.0), 0.55);
        assert!(drive.off < drive.room, "{payload}: {} m off of {} m of room", drive.off, drive.room);
        let least = drive.trace.least(|s| s.wheel_loads[0].min(s.wheel_loads[1]));
        assert!(least > 0.0, "{payload}: a front wheel lifts");
        assert!((drive.trace.end().y).abs() < 1.0, "{payload}: ends {} m aside", drive.trace.end().y);
    }
}

#[test]
fn a_rock_under_one_wheel_lifts_that_side_and_is_forgotten_soon() {
    for payload in [0.0, 91e3] {
        let trace = over_a_rock(&spec(), payload, 0.3, from_kmh(10.0));
        let lean = trace.most(|s| s.roll.abs());
        assert!((0.01..0.10).contains(&lean), "{payload}: leans by {}°", lean.to_degrees());
        assert!(trace.most(|s| s.vertical.abs()) < 9.81, "{payload}: {} m/s²", trace.most(|s| s.vertical.abs()));
        assert!(trace.end().roll.abs() < 0.005 && trace.end().y.abs() < 0.5, "{payload}: {:?}", trace.end());
    }
}
