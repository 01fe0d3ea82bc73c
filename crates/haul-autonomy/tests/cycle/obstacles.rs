//! Obstacles on the road, and manned vehicles known by their beacons.

use super::closed_loop::{Loop, START, on_the_road};
use haul_autonomy::{DetectedObject, ObjectShape, Restriction};
use haul_core::{Footprint, Pose2, StandReason, Vector2, VehicleId, VehicleKind};
use haul_messages::{Body, CycleState, Epoch, VehicleReport};

/// Places a car across the road ahead of a truck, at a distance that depends on the truck's speed. Returns the gap at
/// the stop, the restrictions and the loop.
fn obstacle_stop(seen_from: impl FnOnce(f64) -> f64) -> (f64, Vec<(f64, Restriction)>, Loop) {
    let mut l = Loop::new(9, START, 0.0, 0.0);
    l.until(500.0, "loaded travel", |l| l.stages.last() == Some(&CycleState::TravelLoaded) && l.truck.pose.x > 150.0);
    let t = l.onboard.telemetry();
    let path = t.path.clone().unwrap();
    let at = path.at(t.station + seen_from(l.truck.speed) + l.footprint.front).pose;
    let car = Footprint { front: 2.5, rear: 2.5, half_width: 1.0 };
    let across = Pose2::new(at.x, at.y, at.heading + 1.5);
    l.objects = vec![DetectedObject { pose: across, shape: ObjectShape::Box(car), velocity: Vector2::zeros() }];
    l.restrictions.clear();
    l.until(30.0, "standstill", |l| l.truck.speed == 0.0);
    let nose = l.footprint.corners(l.truck.pose);
    let gap = nose.iter().map(|c| car.distance(across, *c)).fold(f64::INFINITY, f64::min);
    let gap = car.corners(across).iter().map(|c| l.footprint.distance(l.truck.pose, *c)).fold(gap, f64::min);
    (gap, l.restrictions.clone(), l)
}

#[test]
fn a_truck_stops_comfortably_for_a_car_seen_early() {
    let (gap, restrictions, mut l) = obstacle_stop(|_| 60.0);
    assert!((5.0..12.0).contains(&gap), "stops {gap} m before it");
    assert!(restrictions.is_empty(), "{restrictions:?}");
    l.objects.clear();
    l.until(20.0, "moving on", |l| l.truck.speed > 1.0);
}

#[test]
fn a_car_that_appears_late_is_not_hit() {
    // A reaction time of 0.5 s and brakes at 4.5 m/s² stop the truck 0.5 m before the car, which is 2 m wide.
    let (gap, restrictions, _) = obstacle_stop(|v| 0.5 * v + v * v / 9.0 + 1.5);
    assert!(gap > 0.3, "gap {gap}");
    println!("stopped {gap:.2} m before it, {} restricted steps", restrictions.len());
    assert!(restrictions.iter().any(|(_, r)| *r == Restriction::Obstacle), "the supervisor did not help");
}

/// Steps for some seconds. Twice a second the site reports a light vehicle, whose pose and speed are functions of the
/// time (s).
fn told_of_a_vehicle(l: &mut Loop, seconds: f64, vehicle: impl Fn(f64) -> (Pose2, f64)) {
    let from = l.now();
    while l.now().since(from) < seconds {
        if l.step.is_multiple_of(10) {
            let (pose, speed) = vehicle(l.now().since(from));
            let (vehicle, kind) = (VehicleId::from("lv"), VehicleKind::LightVehicle);
            let report = VehicleReport { vehicle, kind, pose, speed };
            let reported_at = Epoch::default().at(l.now());
            l.deliver(Body::TrafficV1 { report, reported_at });
        }
        l.tick();
    }
}

/// Returns the distance between the outlines of the truck and a light vehicle, m.
fn gap_to(l: &Loop, pose: Pose2) -> f64 {
    let outline = VehicleKind::LightVehicle.footprint();
    let theirs = outline.outline(pose, 0.5).map(|p| l.footprint.distance(l.truck.pose, p));
    let own = l.footprint.outline(l.truck.pose, 0.5).map(|p| outline.distance(pose, p));
    theirs.chain(own).fold(f64::INFINITY, f64::min)
}

#[test]
fn a_vehicle_known_only_by_its_beacon_is_not_hit_and_is_named() {
    let mut l = on_the_road(25);
    let t = l.onboard.telemetry();
    let at = t.path.clone().unwrap().at(t.station + 70.0).pose;
    let across = Pose2::new(at.x, at.y, at.heading + 1.5);
    told_of_a_vehicle(&mut l, 40.0, |_| (across, 0.0));
    assert_eq!(l.truck.speed, 0.0);
    let gap = gap_to(&l, across);
    assert!((2.0..15.0).contains(&gap), "stops {gap} m before it");
    assert!(l.restrictions.is_empty(), "{:?}", l.restrictions);
    let stands = l.onboard.telemetry().stands.clone();
    assert!(matches!(&stands, Some(StandReason::Vehicle { vehicle, .. }) if vehicle.as_str() == "lv"), "{stands:?}");
    // Without a beacon, only the truck's own sensors count, and here they see nothing.
    let from = l.now();
    l.until(20.0, "driving on", |l| l.truck.speed > 1.0);
    assert!(l.now().since(from) > 2.5, "it trusts a silence of {} s", l.now().since(from));
}

#[test]
fn a_vehicle_whose_beacon_is_lost_stays_an_obstacle_for_the_sensors() {
    let mut l = on_the_road(25);
    let t = l.onboard.telemetry();
    let at = t.path.clone().unwrap().at(t.station + 70.0).pose;
    told_of_a_vehicle(&mut l, 40.0, |_| (at, 0.0));
    assert_eq!(l.truck.speed, 0.0);
    let shape = ObjectShape::Box(VehicleKind::LightVehicle.footprint());
    l.objects = vec![DetectedObject { pose: at, shape, velocity: Vector2::zeros() }];
    let from = l.now();
    l.until(31.0, "time", |l| l.now().since(from) >= 30.0);
    assert_eq!(l.truck.speed, 0.0);
    assert!(gap_to(&l, at) > 2.0);
}

#[test]
fn a_truck_follows_a_vehicle_known_only_by_its_beacon_at_its_speed() {
    let mut l = on_the_road(26);
    let t = l.onboard.telemetry();
    let (path, from) = (t.path.clone().unwrap(), t.station + 60.0);
    let pose = |s: f64| path.at(from + 2.5 * s).pose;
    told_of_a_vehicle(&mut l, 40.0, |s| (pose(s), 2.5));
    assert!((l.truck.speed - 2.5).abs() < 0.6, "{} m/s behind one of 2.5 m/s", l.truck.speed);
    assert!(gap_to(&l, pose(40.0)) > 4.0, "{} m", gap_to(&l, pose(40.0)));
}
