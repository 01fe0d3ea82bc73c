//! Stages of the cycle, waiting poses and the queue.

use super::closed_loop::{Loop, START};
use haul_core::{SimTime, StandReason};
use haul_messages::CycleState;

#[test]
fn two_cycles_run_in_order_and_deliver_the_load() {
    let mut l = Loop::new(3, START, 0.0, 0.0);
    l.until(1_500.0, "second tip", |l| l.site.tipped.len() == 2);
    l.write_log();
    use CycleState::*;
    // The spots are free, so the truck does not stop at the waiting poses.
    let cycle = [TravelEmpty, SpotAtLoad, Loading, LeaveLoad, TravelLoaded, SpotAtDump, Dumping, LeaveDump];
    let expected: Vec<CycleState> = [Parked].into_iter().chain(cycle).chain(cycle).collect();
    assert_eq!(l.stages, expected);
    assert!(l.site.tipped.iter().all(|kg| (kg - 91_000.0).abs() < 2_000.0), "{:?}", l.site.tipped);
    println!(
        "two cycles in {:.0} s: least clearance {:.2} m, lateral {:.3} m, slowest step {:?}, {} path requests",
        l.now().seconds(),
        l.least_clearance,
        l.lateral_max,
        l.slowest,
        l.site.requests
    );
    assert!(l.least_clearance > 0.2, "clearance {}", l.least_clearance);
    assert!(l.lateral_max < 0.3, "lateral {}", l.lateral_max);
    assert!(
        l.restrictions.is_empty(),
        "the supervisor had to intervene: {:?}",
        &l.restrictions[..l.restrictions.len().min(5)]
    );
}

/// Drives to the waiting pose of the face. Returns the loop there, and the minimum speed over the last 20 m before it.
fn at_the_waiting_pose(mut l: Loop) -> (Loop, f64) {
    let head = l.map.places[0].queue[0];
    l.until(200.0, "way to the waiting pose", |l| l.truck.pose.distance(head) < 20.0);
    let mut least = f64::INFINITY;
    while l.stage() == Some(CycleState::TravelEmpty) {
        l.tick();
        least = least.min(l.truck.speed);
        assert!(l.now().seconds() < 300.0, "it does not reach its waiting pose");
    }
    (l, least)
}

#[test]
fn a_truck_whose_spot_is_free_drives_through_its_waiting_pose_on_one_path() {
    let (mut l, least) = at_the_waiting_pose(Loop::new(6, START, 0.0, 0.0));
    assert_eq!(l.stage(), Some(CycleState::SpotAtLoad));
    assert!(least > 0.3, "it slows to {least} m/s");
    let paths = l.paths.len();
    l.until(120.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    assert_eq!((l.paths.len(), l.asked.len()), (paths, 1), "one path, one request");
    assert!(l.lateral_max < 0.3, "off its path by {} m", l.lateral_max);
}

#[test]
fn a_truck_without_ground_beyond_its_waiting_pose_stops_there_and_continues_later() {
    let mut l = Loop::new(6, START, 0.0, 0.0);
    l.site.hold_at_stops = true;
    let head = l.map.places[0].queue[0];
    l.until(200.0, "stop", |l| l.stage() == Some(CycleState::SpotAtLoad) && l.truck.speed == 0.0);
    assert!(l.truck.pose.distance(head) < 2.0, "{} m from its waiting pose", l.truck.pose.distance(head));
    let from = l.now();
    l.until(31.0, "time", |l| l.now().since(from) >= 30.0);
    assert_eq!(l.onboard.telemetry().stands, Some(StandReason::RightOfWay { behind: None }));
    assert!(l.truck.pose.distance(head) < 2.0);
    l.site.hold_at_stops = false;
    l.until(120.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    assert_eq!(l.asked.len(), 1, "it keeps its spot");
}

#[test]
fn a_truck_held_up_before_its_waiting_pose_gives_its_spot_back_and_asks_again_there() {
    let mut l = Loop::new(6, START, 0.0, 0.0);
    l.until(200.0, "spot", |l| !l.site.visits.is_empty());
    assert_eq!(l.stage(), Some(CycleState::TravelEmpty));
    let (_, visit) = l.site.visits[0].clone();
    l.site.ahead = 0.0;
    l.until(60.0, "standstill", |l| l.truck.speed == 0.0);
    let from = l.now();
    l.until(25.0, "spot given back", |l| l.site.left_visits.contains(&visit));
    assert!(l.now().since(from) > 10.0, "after {} s", l.now().since(from));
    let from = l.now();
    l.until(31.0, "time", |l| l.now().since(from) >= 30.0);
    assert_eq!(l.asked.len(), 1, "it asks again before it is there");
    l.site.ahead = 90.0;
    l.until(200.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    assert!(l.asked.len() == 2 && l.stages.contains(&CycleState::QueueAtLoad), "{:?}", l.stages);
}

#[test]
fn a_truck_waits_in_the_queue_until_the_spot_is_free() {
    let mut l = Loop::new(6, START, 0.0, 0.0);
    l.site.face_free_at = SimTime::from_seconds(150.0);
    l.until(140.0, "queue", |l| l.stages.last() == Some(&CycleState::QueueAtLoad) && l.truck.speed == 0.0);
    let head = l.map.places[0].queue[0];
    assert!(l.truck.pose.distance(head) < 0.2, "{} m from the head of the queue", l.truck.pose.distance(head));
    l.until(120.0, "way into the spot", |l| l.stages.last() == Some(&CycleState::SpotAtLoad));
    assert!(l.now() >= l.site.face_free_at);
    l.until(120.0, "spot", |l| l.stages.last() == Some(&CycleState::Loading));
    let spot = l.map.places[0].spots[0].pose;
    assert!(l.truck.pose.distance(spot) < 0.15, "{} m from its spot", l.truck.pose.distance(spot));
}

#[test]
fn the_same_frames_give_the_same_state() {
    let run = || {
        let mut l = Loop::new(11, START, 0.2, 0.2);
        for _ in 0..3_000 {
            l.tick();
        }
        l.hash()
    };
    assert_eq!(run(), run());
}
