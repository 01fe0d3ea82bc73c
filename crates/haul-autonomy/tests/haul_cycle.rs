//! The haul cycle as a pure state machine: its table, its printed form, and its actions for any order of events.

use haul_autonomy::cycle::{
    Assignment, CycleAction, CycleEvent, Goal, GrantedSpot, HaulCycle, Outcome, PlanRequest, SiteMessage, TABLE,
    Trigger, markdown,
};
use haul_core::{CycleState, PlaceId, SimTime, StandReason, TruckId};
use haul_messages::{Body, Uuid};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn work(id: u128, load: &str) -> Assignment {
    Assignment { id: Uuid::from_u128(id), load: PlaceId::from(load), dump: PlaceId::from("crusher"), park: None }
}

fn second(s: f64) -> SimTime {
    SimTime::from_seconds(s)
}

/// Returns the only planning request among some actions.
fn planned(actions: &[CycleAction]) -> Option<&PlanRequest> {
    actions.iter().find_map(|action| if let CycleAction::Plan(request) = action { Some(request) } else { None })
}

fn asked(actions: &[CycleAction]) -> Option<(Uuid, PlaceId)> {
    actions.iter().find_map(|action| match action {
        CycleAction::Say(Body::SpotRequestV1 { visit_id, place }) => Some((*visit_id, place.clone())),
        _ => None,
    })
}

/// Returns a cycle in the queue of the face, and its visit.
fn in_the_queue() -> (HaulCycle, Uuid) {
    let mut cycle = HaulCycle::new(TruckId(1));
    cycle.handle(CycleEvent::Site(SiteMessage::Assigned(work(1, "face_1"))), second(0.0));
    cycle.handle(CycleEvent::Located { loaded: false }, second(1.0));
    let actions = cycle.handle(CycleEvent::Arrived, second(60.0));
    let (visit, place) = asked(&actions).unwrap();
    assert_eq!((cycle.stage(), place), (CycleState::QueueAtLoad, PlaceId::from("face_1")));
    (cycle, visit)
}

fn granted(visit: Uuid, index: usize) -> CycleEvent {
    CycleEvent::Site(SiteMessage::SpotGranted(GrantedSpot { place: PlaceId::from("face_1"), index, visit }))
}

#[test]
fn table_has_one_line_for_a_trigger_and_leads_from_every_stage_to_every_other() {
    let mut seen = BTreeSet::new();
    for row in TABLE {
        assert!(seen.insert(format!("{} {:?}", row.from, row.on)), "{row:?} is there twice");
    }
    let stages: Vec<CycleState> = CycleState::ALL.into_iter().filter(|s| *s != CycleState::Stopped).collect();
    for from in &stages {
        let mut reached = BTreeSet::from([*from]);
        loop {
            let next: Vec<_> = TABLE.iter().filter(|r| reached.contains(&r.from)).map(|r| r.to).collect();
            let before = reached.len();
            reached.extend(next);
            if reached.len() == before {
                break;
            }
        }
        // A truck is parked only before its first assignment.
        let missing: Vec<_> = stages.iter().filter(|s| **s != CycleState::Parked && !reached.contains(s)).collect();
        assert!(missing.is_empty(), "from {from} no step leads to {missing:?}");
    }
}

#[test]
fn docs_show_the_table_of_the_code() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/haul-cycle.md");
    let text = std::fs::read_to_string(page).unwrap();
    let (before, rest) = text.split_once("<!-- table -->\n").unwrap();
    let (table, after) = rest.split_once("<!-- end of table -->").unwrap();
    if std::env::var_os("HAUL_WRITE_DOCS").is_some() {
        let new = format!("{before}<!-- table -->\n{}<!-- end of table -->{after}", markdown());
        std::fs::write(page, new).unwrap();
    } else {
        assert_eq!(table, markdown(), "run this test with HAUL_WRITE_DOCS=1 to write the page again");
    }
}

/// Returns the cycle of a truck that has asked for a spot while driving to the face, and its visit.
fn near_the_face() -> (HaulCycle, Uuid) {
    let mut cycle = HaulCycle::new(TruckId(1));
    cycle.handle(CycleEvent::Site(SiteMessage::Assigned(work(1, "face_1"))), second(0.0));
    cycle.handle(CycleEvent::Located { loaded: false }, second(1.0));
    let (visit, _) = asked(&cycle.handle(CycleEvent::Near, second(50.0))).unwrap();
    assert!(cycle.handle(CycleEvent::Near, second(50.1)).is_empty(), "it asks once");
    (cycle, visit)
}

#[test]
fn a_spot_granted_on_the_way_is_kept_until_the_truck_goes_in() {
    let (mut cycle, visit) = near_the_face();
    assert!(cycle.handle(granted(visit, 0), second(51.0)).is_empty(), "nothing is planned while it drives");
    assert_eq!((cycle.stage(), cycle.due()), (CycleState::TravelEmpty, None));
    assert!(cycle.handle(CycleEvent::Entered, second(70.0)).is_empty());
    assert_eq!(cycle.stage(), CycleState::SpotAtLoad);
    // A truck whose path does not lead into that spot stops at its waiting pose and plans from there.
    let (mut cycle, visit) = near_the_face();
    cycle.handle(granted(visit, 1), second(51.0));
    let actions = cycle.handle(CycleEvent::Arrived, second(70.0));
    assert!(matches!(planned(&actions).unwrap().goal, Goal::Spot { .. }), "{actions:?}");
    assert_eq!(cycle.stage(), CycleState::SpotAtLoad);
}

#[test]
fn a_truck_that_stands_on_the_way_gives_its_spot_back_after_15_s() {
    let (mut cycle, visit) = near_the_face();
    cycle.handle(granted(visit, 0), second(51.0));
    cycle.handle(CycleEvent::HeldUp, second(60.0));
    cycle.handle(CycleEvent::Rolls, second(70.0));
    assert_eq!(cycle.due(), None, "it drove in between");
    cycle.handle(CycleEvent::HeldUp, second(80.0));
    assert_eq!(cycle.due(), Some(second(95.0)));
    let actions = cycle.handle(CycleEvent::Due, second(95.0));
    let left =
        |a: &CycleAction| matches!(a, CycleAction::State(Body::LeftSpotV1 { visit_id, .. }) if *visit_id == visit);
    assert!(actions.iter().any(left), "{actions:?}");
    assert_eq!((cycle.stage(), cycle.spot()), (CycleState::TravelEmpty, None));
    assert!(cycle.handle(CycleEvent::Near, second(96.0)).is_empty(), "another truck may need the spot first");
    assert!(cycle.handle(granted(visit, 0), second(97.0)).is_empty(), "a late grant");
    assert_eq!(cycle.spot(), None);
    let (again, _) = asked(&cycle.handle(CycleEvent::Arrived, second(120.0))).unwrap();
    assert_ne!(again, visit);
}

#[test]
fn a_spot_is_lost_when_no_path_leads_to_the_place() {
    let (mut cycle, visit) = near_the_face();
    cycle.handle(granted(visit, 0), second(51.0));
    cycle.handle(CycleEvent::Withheld { other_spots: false }, second(52.0));
    let request = planned(&cycle.handle(CycleEvent::Due, second(92.0))).unwrap().clone();
    let outcome = Outcome::NoPath { cause: "a wall".into(), alternatives: 1 };
    let actions = cycle.handle(CycleEvent::Planned { id: request.id, outcome }, second(93.0));
    assert!(actions.iter().any(|a| matches!(a, CycleAction::State(Body::NoPathV1 { spot_index: None, .. }))));
    assert_eq!(cycle.spot(), None, "the site gives it to others");
}

#[test]
fn a_question_without_an_answer_is_asked_again_when_it_is_due() {
    let (mut cycle, visit) = in_the_queue();
    let due = cycle.due().unwrap();
    assert_eq!(due, second(63.0));
    assert!(cycle.handle(CycleEvent::Due, second(62.0)).is_empty(), "not yet");
    assert_eq!(asked(&cycle.handle(CycleEvent::Due, due)), Some((visit, PlaceId::from("face_1"))));
    assert_eq!(cycle.due(), Some(second(66.0)));
    cycle.handle(granted(visit, 0), second(64.0));
    assert_eq!((cycle.stage(), cycle.due()), (CycleState::SpotAtLoad, None));
}

#[test]
fn an_answer_to_an_earlier_planning_request_is_ignored() {
    let (mut cycle, visit) = in_the_queue();
    let first = planned(&cycle.handle(granted(visit, 0), second(61.0))).unwrap().clone();
    // A new assignment arrives before the answer to the planning request.
    let actions = cycle.handle(CycleEvent::Site(SiteMessage::Assigned(work(2, "face_2"))), second(62.0));
    assert!(
        actions
            .iter()
            .any(|a| matches!(a, CycleAction::State(Body::LeftSpotV1 { visit_id, .. }) if *visit_id == visit))
    );
    let second_request = planned(&actions).unwrap().clone();
    assert_eq!(second_request.goal, Goal::WaitingPose { place: PlaceId::from("face_2") });
    let no_path =
        |id| CycleEvent::Planned { id, outcome: Outcome::NoPath { cause: "blocked".into(), alternatives: 1 } };
    assert!(cycle.handle(no_path(first.id), second(63.0)).is_empty());
    assert_eq!(cycle.stage(), CycleState::TravelEmpty);
    assert!(!cycle.handle(no_path(second_request.id), second(63.0)).is_empty(), "its own answer counts");
}

#[test]
fn a_failed_plan_tries_each_waiting_pose_and_then_tells_the_site() {
    let mut cycle = HaulCycle::new(TruckId(1));
    cycle.handle(CycleEvent::Located { loaded: false }, second(0.0));
    let mut actions = cycle.handle(CycleEvent::Site(SiteMessage::Assigned(work(1, "face_1"))), second(0.0));
    let (mut attempts, mut now) = (Vec::new(), 1.0);
    let told = |actions: &[CycleAction]| actions.iter().any(|a| matches!(a, CycleAction::State(Body::NoPathV1 { .. })));
    for k in 0..3 {
        let request = planned(&actions).unwrap().clone();
        attempts.push(request.attempt);
        let outcome = Outcome::NoPath { cause: "a wall".into(), alternatives: 3 };
        let answer = cycle.handle(CycleEvent::Planned { id: request.id, outcome }, second(now));
        assert_eq!(told(&answer), k == 2, "attempt {k}");
        let cause = "a wall".to_string();
        assert_eq!(cycle.reason(), StandReason::NoPlan { place: PlaceId::from("face_1"), cause });
        now = cycle.due().unwrap().seconds();
        actions = cycle.handle(CycleEvent::Due, second(now));
    }
    assert_eq!(attempts, [0, 1, 2]);
    assert!((now - (1.0 + 2.0 + 2.0 + 15.0)).abs() < 1e-9, "{now}");
}

#[test]
fn a_spot_without_a_way_in_is_declined_and_another_one_is_asked_for() {
    let (mut cycle, visit) = in_the_queue();
    let request = planned(&cycle.handle(granted(visit, 1), second(61.0))).unwrap().clone();
    let outcome = Outcome::NoPath { cause: "a rock".into(), alternatives: 1 };
    let actions = cycle.handle(CycleEvent::Planned { id: request.id, outcome }, second(62.0));
    let declined = actions.iter().any(
        |a| matches!(a, CycleAction::State(Body::NoPathV1 { spot_index: Some(1), cause, .. }) if cause == "a rock"),
    );
    assert!(declined, "{actions:?}");
    assert!(asked(&actions).is_some());
    assert_eq!((cycle.stage(), cycle.spot()), (CycleState::QueueAtLoad, None));
    cycle.handle(granted(visit, 0), second(63.0));
    assert_eq!(cycle.stage(), CycleState::SpotAtLoad);
}

#[test]
fn a_late_grant_of_a_declined_spot_is_ignored() {
    let (mut cycle, visit) = in_the_queue();
    let request = planned(&cycle.handle(granted(visit, 1), second(61.0))).unwrap().clone();
    let outcome = Outcome::NoPath { cause: "a rock".into(), alternatives: 1 };
    cycle.handle(CycleEvent::Planned { id: request.id, outcome }, second(62.0));
    assert!(cycle.handle(granted(visit, 1), second(63.0)).is_empty());
    assert_eq!(cycle.stage(), CycleState::QueueAtLoad);
}

#[test]
fn a_truck_that_gets_no_answer_for_long_begins_a_new_visit() {
    let (mut cycle, visit) = in_the_queue();
    let mut ids = Vec::new();
    while ids.len() < 12 {
        let due = cycle.due().unwrap();
        ids.push(asked(&cycle.handle(CycleEvent::Due, due)).unwrap().0);
    }
    assert!(ids[..9].iter().all(|id| *id == visit), "{ids:?}");
    assert_ne!(ids[11], visit);
    // Any answer, even one that the truck must wait, keeps the visit.
    let (mut cycle, visit) = in_the_queue();
    for _ in 0..40 {
        let due = cycle.due().unwrap();
        assert_eq!(asked(&cycle.handle(CycleEvent::Due, due)).unwrap().0, visit);
        cycle.handle(CycleEvent::Site(SiteMessage::Queued { visit, ahead: 1 }), due);
    }
}

#[test]
fn waiting_without_the_right_of_way_has_an_end() {
    let (mut cycle, visit) = in_the_queue();
    let request = planned(&cycle.handle(granted(visit, 0), second(61.0))).unwrap().clone();
    cycle.handle(CycleEvent::Planned { id: request.id, outcome: Outcome::Follows }, second(61.0));
    for s in 62..100 {
        assert!(cycle.handle(CycleEvent::Withheld { other_spots: true }, second(f64::from(s))).is_empty());
    }
    assert_eq!(cycle.due(), Some(second(62.0 + 90.0)));
    cycle.handle(CycleEvent::Free, second(100.0));
    assert_eq!(cycle.due(), None, "it drove in between");
    cycle.handle(CycleEvent::Withheld { other_spots: true }, second(101.0));
    let actions = cycle.handle(CycleEvent::Due, second(191.0));
    assert!(actions.iter().any(|a| matches!(a, CycleAction::State(Body::NoPathV1 { .. }))), "{actions:?}");
    assert_eq!(cycle.stage(), CycleState::QueueAtLoad);
}

fn any_event() -> impl Strategy<Value = CycleEvent> {
    let visit = prop_oneof![Just(Uuid::nil()), (1..4_u128).prop_map(Uuid::from_u128)];
    let place = prop_oneof![Just("face_1"), Just("face_2"), Just("crusher")];
    let outcome = prop_oneof![
        3 => Just(Outcome::Follows),
        1 => Just(Outcome::There),
        1 => Just(Outcome::NoWaitingPose),
        1 => Just(Outcome::InSpot),
        1 => Just(Outcome::KeepsPath),
        1 => (0..4_u32).prop_map(|alternatives| Outcome::NoPath { cause: "none".into(), alternatives }),
    ];
    prop_oneof![
        1 => any::<bool>().prop_map(|loaded| CycleEvent::Located { loaded }),
        1 => (1..4_u128, prop_oneof![Just("face_1"), Just("face_2")])
            .prop_map(|(id, load)| CycleEvent::Site(SiteMessage::Assigned(work(id, load)))),
        1 => (visit.clone(), place, 0..3_usize).prop_map(|(visit, place, index)| CycleEvent::Site(SiteMessage::SpotGranted(GrantedSpot {
            place: PlaceId::from(place),
            index,
            visit
        }))),
        1 => (visit.clone(), 0..5_usize).prop_map(|(visit, ahead)| CycleEvent::Site(SiteMessage::Queued { visit, ahead })),
        1 => visit.clone().prop_map(|visit| CycleEvent::Site(SiteMessage::KickedOut { visit })),
        1 => visit.clone().prop_map(|id| CycleEvent::Site(SiteMessage::AllStop(id))),
        1 => visit.prop_map(|id| CycleEvent::Site(SiteMessage::Resume(id))),
        1 => (0..30_u64, outcome).prop_map(|(id, outcome)| CycleEvent::Planned { id, outcome }),
        3 => Just(CycleEvent::Arrived),
        3 => Just(CycleEvent::Near),
        2 => Just(CycleEvent::Entered),
        2 => Just(CycleEvent::HeldUp),
        1 => Just(CycleEvent::Rolls),
        1 => Just(CycleEvent::Cleared),
        1 => Just(CycleEvent::Away),
        1 => Just(CycleEvent::Tipped(90_000.0)),
        1 => any::<bool>().prop_map(|at_a_place| CycleEvent::Blocked { at_a_place }),
        1 => any::<bool>().prop_map(|other_spots| CycleEvent::Withheld { other_spots }),
        1 => Just(CycleEvent::Free),
        3 => Just(CycleEvent::Due),
    ]
}

proptest! {
    /// Handles any events in any order: each stage keeps its requirements, and each change of stage is in the table.
    /// Ids that only the truck knows (visits, requests) are taken from its own messages.
    #[test]
    fn any_order_of_events_keeps_the_cycle_sound(
        events in proptest::collection::vec((any_event(), any::<bool>(), 0.0..20.0_f64), 1..200)
    ) {
        let mut cycle = HaulCycle::new(TruckId(3));
        let (mut now, mut last_visit, mut last_request) = (0.0, Uuid::nil(), 0);
        for (event, own, wait) in events {
            now += wait;
            let event = match event {
                CycleEvent::Planned { outcome, .. } if own => CycleEvent::Planned { id: last_request, outcome },
                CycleEvent::Site(SiteMessage::SpotGranted(spot)) if own => {
                    let place = cycle.destination().cloned().unwrap_or(spot.place);
                    CycleEvent::Site(SiteMessage::SpotGranted(GrantedSpot { place, visit: last_visit, ..spot }))
                }
                CycleEvent::Site(SiteMessage::KickedOut { .. }) if own => CycleEvent::Site(SiteMessage::KickedOut { visit: last_visit }),
                event => event,
            };
            let before = cycle.stage();
            let actions = cycle.handle(event.clone(), second(now));
            let after = cycle.stage();
            if before != after {
                let one = TABLE.iter().any(|r| r.from == before && r.to == after);
                let two = TABLE.iter().any(|r| {
                    r.from == before && TABLE.iter().any(|s| s.from == r.to && s.to == after && s.on == Trigger::SpotGranted)
                });
                prop_assert!(one || two, "{before} to {after} by {event:?}");
            }
            let needs_spot = matches!(
                after,
                CycleState::SpotAtLoad | CycleState::SpotAtDump | CycleState::Loading | CycleState::Dumping
            );
            prop_assert!(!needs_spot || cycle.spot().is_some(), "{after} without a spot after {event:?}");
            prop_assert!(after == CycleState::Parked || cycle.work().is_some());
            let waits = matches!(
                after,
                CycleState::QueueAtLoad | CycleState::QueueAtDump | CycleState::Loading | CycleState::Dumping
            );
            prop_assert!(!waits || cycle.due().is_some(), "{after} waits without asking again");
            if let Some(request) = planned(&actions) {
                last_request = request.id;
            }
            if let Some((visit, _)) = asked(&actions) {
                last_visit = visit;
            }
        }
    }
}
