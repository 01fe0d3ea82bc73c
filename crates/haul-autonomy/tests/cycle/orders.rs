//! Orders and grants of the site: lossy lines, all-stop, late messages and restarts.

use super::closed_loop::{BEFORE_GRANT, Loop, START, on_the_road};
use haul_autonomy::OnBoard;
use haul_core::{PlaceId, SimTime, StandReason};
use haul_messages::{Body, CycleState, Uuid};

#[test]
fn lost_and_duplicated_messages_only_delay_the_work() {
    let mut l = Loop::new(3, START, 0.35, 0.2);
    l.until(1_200.0, "tip over a bad line", |l| l.site.tipped.len() == 1);
    assert!((l.site.tipped[0] - 91_000.0).abs() < 2_000.0, "{:?}", l.site.tipped);
    assert!(l.site.left.iter().any(|p| p == "face"), "the truck never reported that it left the face");
}

#[test]
fn an_all_stop_holds_until_its_own_resume() {
    let mut l = Loop::new(8, START, 0.1, 0.1);
    l.until(500.0, "loaded travel", |l| l.stages.last() == Some(&CycleState::TravelLoaded) && l.truck.speed > 4.0);
    let id = Uuid::from_u128(77);
    l.site.stop = Some((id, true));
    l.until(15.0, "standstill", |l| l.truck.speed == 0.0);
    assert_eq!(l.onboard.telemetry().state, CycleState::Stopped);
    let at = l.truck.pose;
    l.site.stop = Some((Uuid::from_u128(78), false));
    let from = l.now();
    l.until(21.0, "time", |l| l.now().since(from) >= 20.0);
    assert!(at.distance(l.truck.pose) < 0.02, "moved by {} m", at.distance(l.truck.pose));
    assert!(l.site.acknowledged);
    l.site.stop = Some((id, false));
    l.until(400.0, "tip", |l| l.site.tipped.len() == 1);
    assert!(l.stages.contains(&CycleState::Stopped));
}

#[test]
fn late_copy_of_a_lifted_all_stop_stops_nothing() {
    let mut l = on_the_road(18);
    let id = Uuid::from_u128(77);
    l.site.stop = Some((id, true));
    l.until(20.0, "standstill", |l| l.truck.speed == 0.0);
    l.until(1.0, "reason", |l| l.onboard.telemetry().stands == Some(StandReason::AllStop));
    l.site.stop = Some((id, false));
    l.until(30.0, "moving on", |l| l.truck.speed > 2.0);
    l.site.stop = None;
    l.deliver(Body::AllStopV1 { stop_id: id });
    let from = l.now();
    while l.now().since(from) < 10.0 {
        l.tick();
        assert_ne!(l.onboard.telemetry().state, CycleState::Stopped);
        assert!(l.truck.speed > 1.0, "it brakes");
    }
    // A new order stops the truck.
    l.deliver(Body::AllStopV1 { stop_id: Uuid::from_u128(78) });
    l.until(20.0, "standstill", |l| l.truck.speed == 0.0);
}

#[test]
fn a_short_grant_holds_the_truck_and_names_the_reason() {
    let mut l = on_the_road(22);
    l.site.ahead = 0.0;
    l.until(60.0, "standstill", |l| l.truck.speed == 0.0);
    let from = l.now();
    l.until(31.0, "time", |l| l.now().since(from) >= 30.0);
    assert_eq!(l.truck.speed, 0.0);
    assert_eq!(l.onboard.telemetry().stands, Some(StandReason::RightOfWay { behind: None }));
    l.site.ahead = 90.0;
    l.until(30.0, "driving on", |l| l.truck.speed > 2.0);
}

#[test]
fn late_grant_of_an_earlier_visit_is_ignored() {
    let mut l = Loop::new(17, START, 0.0, 0.0);
    l.until(1_500.0, "first tip", |l| l.site.tipped.len() == 1);
    let (face, first) = l.site.visits[0].clone();
    assert_eq!(face, PlaceId::from("face"));
    l.site.face_free_at = SimTime::from_seconds(1e6);
    l.until(400.0, "queue", |l| l.stage() == Some(CycleState::QueueAtLoad) && l.truck.speed == 0.0);
    let late = Body::SpotGrantV1 { visit_id: first, place: face.clone(), spot_index: 0 };
    let from = l.now();
    while l.now().since(from) < 20.0 {
        l.deliver(late.clone());
        l.tick();
        assert_eq!(l.stage(), Some(CycleState::QueueAtLoad), "the grant of the first visit is over");
    }
    assert!(matches!(l.onboard.telemetry().stands, Some(StandReason::WaitingForSpot { .. })));
    l.site.face_free_at = SimTime::START;
    l.until(120.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    let second = l.site.visits.last().unwrap().1;
    assert_ne!(first, second, "each visit has its own id");
    // Under the shovel, the kick-out of the first visit arrives again.
    let late = Body::LeaveSpotV1 { visit_id: first, place: face, payload_kg: Some(91_000.0) };
    while !l.site.loaded {
        l.deliver(late.clone());
        l.tick();
        assert_eq!(l.stage(), Some(CycleState::Loading), "it leaves with {} kg", l.truck.payload);
    }
    l.until(20.0, "kick-out", |l| l.stage() == Some(CycleState::LeaveLoad));
}

#[test]
fn path_and_visit_ids_differ_after_a_restart() {
    let mut l = Loop::new(19, START, 0.0, 0.0);
    l.until(200.0, "way into the spot", |l| l.stage() == Some(CycleState::SpotAtLoad) && l.truck.speed < -0.5);
    let old = l.paths.clone();
    assert!(!old.is_empty() && !l.asked.is_empty());
    let asked = l.asked.clone();
    l.site.ahead = 0.0;
    l.onboard = OnBoard::new(l.onboard.config().clone());
    let restarted = old.len();
    // `Loop::note` asserts that no id is used twice.
    l.until(60.0, "new path", |l| l.paths.len() > restarted && l.truck.speed == 0.0);
    let at = l.truck.pose;
    let from = l.now();
    while l.now().since(from) < 10.0 {
        for id in &old {
            l.deliver(Body::PathGrantV1 { request_id: *id, up_to_station: 1e3, behind: None });
        }
        l.tick();
    }
    assert!(at.distance(l.truck.pose) < BEFORE_GRANT, "it drove by a grant from before the restart");
    assert_eq!(l.onboard.telemetry().stands, Some(StandReason::RightOfWay { behind: None }));
    l.site.ahead = 90.0;
    l.until(200.0, "new visit", |l| l.asked.len() > asked.len());
    assert!(l.asked.iter().skip(asked.len()).all(|id| !asked.contains(id)), "a visit id is used again");
}
