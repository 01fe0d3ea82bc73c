//! New assignments in the middle of a cycle.

use super::closed_loop::{Loop, START};
use super::rig::mine::{small_mine, with_second_face};
use haul_core::{PlaceId, SimTime, TruckId};
use haul_messages::{Body, CycleState, Envelope, Epoch, Uuid};

#[test]
fn new_assignment_after_a_spot_grant_gives_the_spot_back() {
    let mut l = Loop::on(with_second_face(small_mine()), 20, START, 0.0, 0.0);
    l.until(200.0, "way into the spot", |l| l.stage() == Some(CycleState::SpotAtLoad) && l.truck.speed < -0.5);
    let (place, visit) = l.site.visits.last().unwrap().clone();
    assert_eq!(place, PlaceId::from("face"));
    l.site.assignment = 2;
    l.site.load = PlaceId::from("face_2");
    l.until(10.0, "spot given back", |l| l.site.left_visits.contains(&visit));
    l.until(300.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    let place = l.site.visits.last().unwrap().0.clone();
    assert_eq!(place, PlaceId::from("face_2"));
    let spot = l.map.place(&place).unwrap().spots[0].pose;
    assert!(l.truck.pose.distance(spot) < 0.3, "{} m from its new spot", l.truck.pose.distance(spot));
    assert!(l.site.no_path.is_empty(), "{:?}", l.site.no_path);
    l.until(600.0, "tip", |l| l.site.tipped.len() == 1);
}

#[test]
fn new_assignment_in_the_queue_leads_to_the_new_place() {
    let mut l = Loop::on(with_second_face(small_mine()), 21, START, 0.0, 0.0);
    l.site.face_free_at = SimTime::from_seconds(1e6);
    l.until(140.0, "queue", |l| l.stage() == Some(CycleState::QueueAtLoad) && l.truck.speed == 0.0);
    l.site.assignment = 2;
    l.site.load = PlaceId::from("face_2");
    l.site.face_free_at = SimTime::START;
    l.until(300.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    let spot = l.map.place(&PlaceId::from("face_2")).unwrap().spots[0].pose;
    assert!(l.truck.pose.distance(spot) < 0.3, "{} m from its new spot", l.truck.pose.distance(spot));
}

#[test]
fn new_assignment_on_the_exit_path_of_a_spot_leads_to_the_new_place() {
    let mut l = Loop::on(with_second_face(small_mine()), 23, START, 0.0, 0.0);
    l.until(1_500.0, "exit path", |l| l.stage() == Some(CycleState::LeaveDump) && l.truck.speed > 0.5);
    l.site.assignment = 2;
    l.site.load = PlaceId::from("face_2");
    l.until(400.0, "loading", |l| l.stage() == Some(CycleState::Loading));
    let spot = l.map.place(&PlaceId::from("face_2")).unwrap().spots[0].pose;
    assert!(l.truck.pose.distance(spot) < 0.3, "{} m from its new spot", l.truck.pose.distance(spot));
    assert!(l.site.left.iter().any(|place| place == "tip"), "the truck never reported that it left the tip");
}

#[test]
fn a_late_copy_of_an_older_assignment_is_ignored() {
    let mut l = Loop::on(with_second_face(small_mine()), 24, START, 0.0, 0.0);
    l.until(1_500.0, "exit path of the tip", |l| l.stage() == Some(CycleState::LeaveDump) && l.truck.speed > 0.5);
    l.site.assignment = 2;
    l.site.load = PlaceId::from("face_2");
    l.until(60.0, "halt", |l| l.truck.speed == 0.0);
    l.until(60.0, "way to the new face", |l| l.truck.speed > 3.0);
    let body = Body::AssignmentV1 {
        assignment_id: Uuid::from_u128(1),
        load_place: PlaceId::from("face"),
        dump_place: PlaceId::from("tip"),
        park: None,
    };
    let old = Envelope::new(TruckId(1), Epoch::default().at(SimTime::from_seconds(1.0)), body);
    let from = l.now();
    while l.now().since(from) < 6.0 {
        l.inbox.push(old.clone());
        l.tick();
        assert!(l.truck.speed > 1.0, "it halts for the old assignment");
    }
}
