//! Regression tests for faults that were found once.

use super::mine::{
    LOOK_AHEAD, ROAD_LENGTH, Site, crusher, face, face_2, granted, is_receipt, path_request, registered, told, work,
};
use super::{ask, left, loaded, production, refusals, spot_grant, spotted, state, tip, visit, wait};
use haul_core::{PlaceId, Pose2, TruckId};
use haul_fleet::{FixedAssignment, FleetError, SiteCore, SiteInput, SiteOutput};
use haul_messages::{Body, CycleState, Uuid};

fn ended(truck: u32) -> SiteOutput {
    SiteOutput::EndLoading { place: face(), truck: TruckId(truck) }
}

fn at_other_face(truck: u32) -> FixedAssignment {
    FixedAssignment { load: face_2(), ..work(truck) }
}

fn no_path(id: u128, place: PlaceId, spot_index: Option<usize>) -> Body {
    Body::NoPathV1 { visit_id: visit(id), place, spot_index, cause: "the ramp is blocked".into() }
}

fn stands_at(x: f64, y: f64) -> Body {
    Body::EquipmentStateV1 {
        assignment_id: None,
        pose: Pose2::new(x, y, 0.0),
        speed: 0.0,
        payload_kg: 0.0,
        state: CycleState::TravelEmpty,
    }
}

#[test]
fn messages_of_an_earlier_visit_do_not_change_the_present_one() {
    let mut site = Site::with_trucks(2);
    site.says(0, ask(1, face()));
    site.says(0, spotted(1, face(), 0));
    site.says(0, left(1, face()));
    site.says(0, ask(2, face()));
    // Stamped later than the messages of the new visit, as when a truck repeats a statement. Only the id tells the
    // visits apart.
    assert!(site.says(0, left(1, face())).iter().all(is_receipt));
    assert!(site.says(0, ask(1, face())).is_empty(), "a visit that is over does not begin again");
    assert!(site.says(0, spotted(1, face(), 0)).is_empty(), "nothing is loaded for a visit that is over");
    assert_eq!(told(&site.says(1, ask(11, face())), 1), [wait(11, face(), 0)]);
    assert_eq!(told(&site.says(0, ask(2, face())), 0), [spot_grant(2, face(), 0)]);
}

#[test]
fn a_truck_that_acknowledged_and_then_reports_that_it_is_not_stopped_is_told_again() {
    let mut site = Site::with_trucks(1);
    let [Body::AssignmentV1 { .. }, Body::AllStopV1 { stop_id }] = told(&site.input(SiteInput::AllStop), 0)[..] else {
        panic!("a stop")
    };
    site.says(0, Body::AllStopAcknowledgedV1 { stop_id });
    site.second += 5;
    let again = told(&site.says(0, state(CycleState::TravelEmpty, 3.0)), 0);
    assert!(again.contains(&Body::AllStopV1 { stop_id }), "{again:?}");
    // While the truck stands, the order is not repeated.
    site.says(0, Body::AllStopAcknowledgedV1 { stop_id });
    site.second += 5;
    assert!(!told(&site.says(0, state(CycleState::Stopped, 0.0)), 0).contains(&Body::AllStopV1 { stop_id }));
}

#[test]
fn one_message_from_the_future_does_not_block_later_messages() {
    let mut site = Site::with_trucks(1);
    let hour = site.second + 3_600;
    site.said(0, hour, state(CycleState::TravelEmpty, 3.0));
    site.said(0, hour, path_request(1, true, 0.0));
    site.input(SiteInput::AllStop);
    site.second += 5;
    // The truck's reports are received: it does not stand, and gets the order again.
    let reply = told(&site.says(0, state(CycleState::TravelEmpty, 3.0)), 0);
    assert!(reply.iter().any(|body| matches!(body, Body::AllStopV1 { .. })), "{reply:?}");
    site.input(SiteInput::Resume);
    // The truck's next paths are received as well.
    let reply = told(&site.says(0, path_request(2, true, 0.0)), 0);
    assert!(
        matches!(reply[..], [Body::PathGrantV1 { request_id, .. }] if request_id == Uuid::from_u128(2)),
        "{reply:?}"
    );
}

#[test]
fn a_path_after_a_restart_gets_no_ground_of_the_path_before() {
    let mut site = Site::with_trucks(1);
    let mut at = 0.0;
    while at < 200.0 {
        at = granted(&site.asks_for_path(0, 1, true, at), 0).unwrap();
    }
    // The truck restarts. Its new path begins at its position and has a new id.
    let mut request = path_request(2, true, 0.0);
    if let Body::PathRequestV1 { path, wanted, .. } = &mut request {
        path.drain(..200);
        path.iter_mut().for_each(|pose| pose.station -= 200.0);
        *wanted = 10.0;
    }
    let reply = told(&site.says(0, request), 0);
    assert!(
        matches!(reply[..], [Body::PathGrantV1 { request_id, up_to_station, .. }]
            if request_id == Uuid::from_u128(2) && up_to_station <= 11.0),
        "{reply:?}"
    );
    // The site restarts and knows no path. Progress alone is refused; a request with poses is granted from the start.
    let mut site = Site::with_trucks(1);
    let mut progress = path_request(2, true, 150.0);
    if let Body::PathRequestV1 { path, .. } = &mut progress {
        path.clear();
    }
    assert_eq!(refusals(&site.says(0, progress)), [FleetError::UnknownPath(TruckId(0))]);
}

#[test]
fn a_truck_with_a_new_assignment_gives_back_the_spot_that_it_was_driving_to() {
    let mut site = Site::with_trucks(3);
    site.says(0, ask(1, face()));
    site.says(1, ask(11, face()));
    site.says(2, ask(21, face()));
    // Truck 1 waits, truck 0 holds the spot.
    let moved = site.input(SiteInput::Assign(at_other_face(1)));
    assert!(
        told(&moved, 1).iter().any(|b| matches!(b, Body::AssignmentV1 { load_place, .. } if *load_place == face_2()))
    );
    assert_eq!(told(&moved, 2), [wait(21, face(), 0)]);
    let moved = site.input(SiteInput::Assign(at_other_face(0)));
    assert_eq!(told(&moved, 2), [spot_grant(21, face(), 0)]);
    assert_eq!(told(&site.says(0, ask(2, face_2())), 0), [spot_grant(2, face_2(), 0)]);
    // Late messages of the truck about its past visit do no harm.
    let late = site.says(0, left(1, face()));
    assert!(refusals(&late).is_empty() && late.iter().all(is_receipt), "{late:?}");
}

#[test]
fn a_truck_that_gets_a_new_assignment_in_its_spot_is_still_loaded() {
    let mut site = Site::with_trucks(2);
    site.says(0, ask(1, face()));
    site.says(0, spotted(1, face(), 0));
    site.says(1, ask(11, face()));
    assert!(told(&site.input(SiteInput::Assign(at_other_face(0))), 1).is_empty());
    assert!(refusals(&site.says(0, spotted(1, face(), 0))).is_empty());
    let out = told(&site.input(loaded(0, 90_000.0)), 0);
    assert!(matches!(out[..], [Body::LeaveSpotV1 { .. }]), "{out:?}");
    let gone = site.says(0, left(1, face()));
    assert_eq!(told(&gone, 1), [spot_grant(11, face(), 0)]);
    // The load counts for the face that it comes from.
    site.says(0, ask(2, crusher()));
    site.says(0, spotted(2, crusher(), 0));
    assert_eq!(production(&site.says(0, tip(2, 90_000.0)))[0].load, face());
}

#[test]
fn a_withdrawn_truck_gives_back_its_ground_its_spot_and_the_shovel() {
    let mut site = Site::with_trucks(3);
    site.says(0, ask(1, face()));
    site.says(0, spotted(1, face(), 0));
    site.says(0, path_request(1, true, 0.0));
    site.says(1, ask(11, face()));
    site.says(2, ask(21, face()));
    assert!(site.core.claims().any(|(truck, _)| truck == TruckId(0)));
    let gone = site.input(SiteInput::Withdraw(TruckId(0)));
    assert!(gone.contains(&ended(0)), "{gone:?}");
    assert_eq!(told(&gone, 1), [spot_grant(11, face(), 0)]);
    assert!(site.core.claims().all(|(truck, _)| truck != TruckId(0)));
    // Nothing is sent to the withdrawn truck any more, and its messages do not count.
    site.input(SiteInput::AllStop);
    site.second += 60;
    assert!(told(&site.input(SiteInput::Tick), 0).is_empty());
    assert_eq!(refusals(&site.says(0, stands_at(0.0, 0.0))), [FleetError::UnknownTruck(TruckId(0))]);
    // A truck in the queue that is gone moves the others up.
    let mut site = Site::with_trucks(3);
    site.says(0, ask(1, face()));
    site.says(1, ask(11, face()));
    site.says(2, ask(21, face()));
    assert_eq!(told(&site.input(SiteInput::Withdraw(TruckId(1))), 2), [wait(21, face(), 0)]);
}

#[test]
fn loading_ends_when_the_truck_leaves_and_begins_again_after_the_shovel_gave_up() {
    let mut site = Site::with_trucks(1);
    site.says(0, ask(1, face()));
    let load = SiteOutput::LoadTruck { place: face(), truck: TruckId(0), spot_index: 0 };
    assert_eq!(site.says(0, spotted(1, face(), 0)), std::slice::from_ref(&load));
    // The shovel does not find it in the spot and gives up. The truck comes back and reports it.
    site.input(SiteInput::LoadingAbandoned { place: face(), truck: TruckId(0) });
    assert_eq!(site.says(0, spotted(1, face(), 0)), [load]);
    assert!(site.says(0, left(1, face())).contains(&ended(0)));
}

#[test]
fn a_truck_without_a_path_gets_another_spot_then_another_place_and_then_a_typed_answer() {
    let mut trucks = vec![registered(at_other_face(0)), registered(work(1))];
    let core = SiteCore::new(super::mine::mine(), trucks.clone()).unwrap();
    let mut site = Site { core, second: 0 };
    site.input(SiteInput::Tick);
    assert_eq!(told(&site.says(0, ask(1, face_2())), 0), [spot_grant(1, face_2(), 0)]);
    let other = site.says(0, no_path(1, face_2(), Some(0)));
    assert_eq!(told(&other, 0), [spot_grant(1, face_2(), 1)]);
    // The truck repeats the statement until it gets the receipt. The statement counts once.
    let again = site.says(0, no_path(1, face_2(), Some(0)));
    assert_eq!(told(&again, 0), [spot_grant(1, face_2(), 1)]);
    // The other spot cannot be reached either: the truck gets the face of the other truck.
    let place = site.says(0, no_path(1, face_2(), Some(1)));
    let reason = |outputs: &[SiteOutput]| -> Vec<(PlaceId, Option<PlaceId>)> {
        let no_path = |o: &SiteOutput| match o {
            SiteOutput::NoPath { place, instead, .. } => Some((place.clone(), instead.clone())),
            _ => None,
        };
        outputs.iter().filter_map(no_path).collect()
    };
    assert_eq!(reason(&place), [(face_2(), Some(face()))]);
    assert!(matches!(&told(&place, 0)[..], [Body::AssignmentV1 { load_place, .. }] if *load_place == face()));
    assert!(reason(&site.says(0, no_path(1, face_2(), Some(1)))).is_empty(), "said once");
    assert_eq!(site.core.assignment(TruckId(0)).unwrap().load, face());
    // No other place is suitable: the operator gets a typed answer.
    trucks.remove(0);
    let mut site = Site { core: SiteCore::new(super::mine::mine(), trucks).unwrap(), second: 0 };
    site.says(1, ask(1, face()));
    assert_eq!(reason(&site.says(1, no_path(1, face(), Some(0)))), [(face(), None)]);
    assert_eq!(site.core.place(&face()).unwrap().holder(0), None, "the spot is for others");
}

#[test]
fn a_truck_that_declined_every_spot_waits_and_is_offered_the_spots_again() {
    let mut site = Site::with_trucks(2);
    site.input(SiteInput::Tick);
    assert_eq!(told(&site.says(0, ask(1, face())), 0), [spot_grant(1, face(), 0)]);
    site.says(0, no_path(1, face(), Some(0)));
    // In an earlier version the site did not answer here, and the truck waited for ever.
    assert_eq!(told(&site.says(0, ask(1, face())), 0), [wait(1, face(), 0)]);
    assert_eq!(site.core.place(&face()).unwrap().position(TruckId(0)), None, "it keeps the spot from nobody");
    site.second += 30;
    assert_eq!(told(&site.says(0, ask(1, face())), 0), [spot_grant(1, face(), 0)]);
    // Still no path: the statement counts for the present visit, and the pause begins again.
    site.says(0, no_path(1, face(), Some(0)));
    assert_eq!(told(&site.says(0, ask(1, face())), 0), [wait(1, face(), 0)]);
    // Another truck holds the spot at the end of the pause: the first one queues for it.
    site.says(1, ask(11, face()));
    site.second += 30;
    assert_eq!(told(&site.says(0, ask(1, face())), 0), [wait(1, face(), 0)]);
    site.says(1, left(11, face()));
    assert_eq!(site.core.place(&face()).unwrap().holder(0), Some(TruckId(0)));
    // A visit that ended in the spot cannot continue.
    site.says(0, spotted(1, face(), 0));
    site.says(0, left(1, face()));
    site.second += 60;
    assert_eq!(told(&site.says(0, ask(1, face())), 0), []);
}

#[test]
fn a_truck_without_a_path_to_the_place_is_offered_its_spots_later() {
    let mut site = Site::with_trucks(1);
    site.input(SiteInput::Tick);
    site.says(0, no_path(1, face(), None));
    assert_eq!(told(&site.says(0, ask(1, face())), 0), [wait(1, face(), 0)]);
    site.second += 30;
    assert_eq!(told(&site.says(0, ask(1, face())), 0), [spot_grant(1, face(), 0)]);
}

#[test]
fn ground_of_a_standing_truck_is_not_granted_to_another() {
    let mut site = Site::with_trucks(2);
    site.says(0, stands_at(80.0, 0.0));
    let mut at = 0.0;
    for _ in 0..6 {
        at = granted(&site.asks_for_path(1, 2, true, at), 1).unwrap();
    }
    assert!(at < 80.0 - 3.0 - 7.0, "up to the tail of the truck that stands at 80 m, not {at}");
}

#[test]
fn a_visit_that_ends_in_the_queue_is_over() {
    let mut site = Site::with_trucks(2);
    site.says(0, ask(1, face()));
    assert_eq!(told(&site.says(1, ask(11, face())), 1), [wait(11, face(), 0)]);
    // The second truck gives up waiting; its first request arrives again, late.
    site.says(1, ask(12, crusher()));
    assert!(site.says(1, ask(11, face())).iter().all(is_receipt), "a visit that is over does not begin again");
    assert_eq!(site.core.place(&face()).unwrap().position(TruckId(1)), None);
    assert!(site.core.place(&crusher()).unwrap().position(TruckId(1)).is_some(), "the present visit goes on");
    // A visit without a spot accepts no tip.
    assert_eq!(production(&site.says(1, tip(11, 90_000.0))), []);
}

#[test]
fn a_known_path_id_with_other_poses_is_a_new_path() {
    let mut site = Site::with_trucks(2);
    let first = granted(&site.asks_for_path(0, 1, true, 0.0), 0).unwrap();
    assert!(first >= LOOK_AHEAD, "{first}");
    // After a restart the truck numbers its paths from the first again, and now drives down the ramp.
    let again = site.asks_for_path(0, 1, false, 0.0);
    assert_eq!(granted(&again, 0), Some(LOOK_AHEAD), "the grant is for the new path");
    let poses = site.core.claims().find(|(truck, _)| *truck == TruckId(0)).unwrap().1;
    assert!(
        poses.iter().all(|cell| f64::from(cell.column) > ROAD_LENGTH - LOOK_AHEAD - 20.0),
        "it holds ground of the new path only"
    );
    // A truck that drives up towards it gets only the foot of the ramp: neither could pass the other.
    let other = granted(&site.asks_for_path(1, 2, true, 0.0), 1);
    assert_eq!(other, Some(0.0));
    assert!(site.core.claims().any(|(truck, cells)| truck == TruckId(1) && !cells.is_empty()));
}

#[test]
fn a_known_path_that_is_sent_again_keeps_its_grant() {
    let mut site = Site::with_trucks(1);
    let first = granted(&site.asks_for_path(0, 1, true, 0.0), 0).unwrap();
    let again = granted(&site.asks_for_path(0, 1, true, 10.0), 0).unwrap();
    assert!(again >= first && again >= 10.0 + LOOK_AHEAD - 1.0, "{first}, {again}");
}
