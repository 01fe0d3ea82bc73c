//! Faulty readings: the truck bridges them or stops, and drives on when the readings are good again.

use super::closed_loop::{Loop, START, on_the_road};
use haul_autonomy::{Distrust, Restriction, SensorFrame};
use haul_core::SimTime;
use haul_messages::CycleState;

#[test]
fn a_few_seconds_without_fixes_are_bridged_and_many_stop_the_truck() {
    let mut l = Loop::new(12, START, 0.0, 0.0);
    l.until(500.0, "loaded travel", |l| l.stages.last() == Some(&CycleState::TravelLoaded) && l.truck.pose.x > 100.0);
    let now = l.now().seconds();
    l.sensors.silence = Some((now, now + 4.0));
    l.restrictions.clear();
    let from = l.now();
    l.until(5.0, "bridge", |l| l.now().since(from) > 4.0);
    assert!(l.restrictions.is_empty(), "4 s are bridged: {:?}", l.restrictions.first());
    let now = l.now().seconds();
    l.sensors.silence = Some((now, now + 90.0));
    l.until(60.0, "stop without a position", |l| l.truck.speed == 0.0);
    assert_eq!(l.onboard.telemetry().restriction, Some(Restriction::Fault(Distrust::Position)));
    assert!(l.lateral_max < 0.6, "off the path by {} m before it gave up", l.lateral_max);
    l.until(120.0, "going on", |l| l.truck.speed > 1.0);
}

#[test]
fn a_lasting_satellite_jump_stops_the_truck_until_the_receiver_returns() {
    let mut l = on_the_road(13);
    l.spoil = |f| {
        if let Some(fix) = &mut f.gnss {
            fix.position.x += 3.0;
            fix.position.y += 4.0;
        }
    };
    l.until(60.0, "stop", |l| l.truck.speed == 0.0);
    assert_eq!(l.onboard.telemetry().restriction, Some(Restriction::Fault(Distrust::Position)));
    let at = l.truck.pose;
    let from = l.now();
    l.until(301.0, "time", |l| l.now().since(from) >= 300.0);
    assert!(at.distance(l.truck.pose) < 0.05, "it moved by {} m", at.distance(l.truck.pose));
    assert!(l.lateral_max < 0.6, "off its path by {} m", l.lateral_max);
    l.spoil = |_| {};
    l.until(60.0, "going on", |l| l.truck.speed > 1.0);
}

#[test]
fn readings_that_are_not_numbers_stop_the_truck_until_they_are_back() {
    type Spoil = fn(&mut SensorFrame);
    let spoils: [(&str, Spoil, Distrust); 4] = [
        ("wheels", |f| f.wheel_speeds = [f64::NAN; 6], Distrust::WheelSpeeds),
        ("steering", |f| f.steering_angle = f64::NAN, Distrust::Steering),
        ("body angle", |f| f.body_angle = f64::NAN, Distrust::BodyUp),
        ("clock", |f| f.time = SimTime::from_nanos(f.time.nanos() + 3_600_000_000_000), Distrust::StaleFrame),
    ];
    for (name, spoil, cause) in spoils {
        let mut l = on_the_road(14);
        l.spoil = spoil;
        l.until(40.0, name, |l| l.truck.speed == 0.0);
        assert_eq!(l.onboard.telemetry().restriction, Some(Restriction::Fault(cause)), "{name}");
        l.spoil = |_| {};
        l.until(60.0, name, |l| l.truck.speed > 1.0);
    }
    // The truck can drive without these readings.
    let bearable: [(&str, Spoil); 4] = [
        ("engine", |f| f.engine_speed = f64::NAN),
        ("retarder", |f| f.retarder_temp = f64::NAN),
        ("payload", |f| f.payload_kg = f64::NAN),
        ("gear", |f| f.gear = i8::MAX),
    ];
    for (name, spoil) in bearable {
        let mut l = on_the_road(14);
        l.spoil = spoil;
        let from = l.now();
        l.until(31.0, name, |l| l.now().since(from) >= 30.0);
        assert!(l.lateral_max < 0.4, "{name}: {}", l.lateral_max);
    }
}

#[test]
fn wheel_sensors_stuck_at_zero_stop_the_truck() {
    let mut l = on_the_road(15);
    l.spoil = |f| f.wheel_speeds = [0.0; 6];
    l.until(20.0, "stop", |l| l.truck.speed == 0.0);
    assert_eq!(l.onboard.telemetry().restriction, Some(Restriction::Fault(Distrust::WheelSpeeds)));
    assert!(l.lateral_max < 0.5, "off its path by {} m", l.lateral_max);
}

#[test]
fn a_frame_that_is_repeated_for_ever_stops_the_truck() {
    let mut l = on_the_road(16);
    let frozen = l.now();
    l.spoil = |f| f.time = SimTime::from_seconds(1.0);
    l.until(20.0, "stop", |l| l.truck.speed == 0.0);
    assert_eq!(l.onboard.telemetry().restriction, Some(Restriction::Fault(Distrust::StaleFrame)));
    assert!(l.now().since(frozen) < 15.0);
}
