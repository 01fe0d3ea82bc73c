//! Stories of a site and its trucks.
//!
//! Trucks that meet on lanes are tested in `tests/right_of_way`; these tests cover the site's messages.

mod faults;
mod mine;
mod roads;
mod traffic;

use haul_core::{PlaceId, Pose2, TruckId};
use haul_fleet::{FixedAssignment, FleetError, SiteCore, SiteInput, SiteOutput};
use haul_messages::{Body, CycleState, Envelope, Epoch, Stated, Uuid};
use haul_mine::PlaceKind;
use mine::{ROAD_LENGTH, Site, crusher, face, face_2, granted, is_receipt, path_request, registered, told, work};
use proptest::prelude::*;

fn visit(id: u128) -> Uuid {
    Uuid::from_u128(id)
}

fn ask(id: u128, place: PlaceId) -> Body {
    Body::SpotRequestV1 { visit_id: visit(id), place }
}

fn spotted(id: u128, place: PlaceId, spot_index: usize) -> Body {
    Body::SpottedV1 { visit_id: visit(id), place, spot_index }
}

fn left(id: u128, place: PlaceId) -> Body {
    Body::LeftSpotV1 { visit_id: visit(id), place }
}

fn tip(id: u128, payload_kg: f64) -> Body {
    Body::TippedV1 { visit_id: visit(id), place: crusher(), payload_kg }
}

fn spot_grant(id: u128, place: PlaceId, spot_index: usize) -> Body {
    Body::SpotGrantV1 { visit_id: visit(id), place, spot_index }
}

fn wait(id: u128, place: PlaceId, queue_index: usize) -> Body {
    Body::WaitV1 { visit_id: visit(id), place, queue_index }
}

fn state(state: CycleState, speed: f64) -> Body {
    Body::EquipmentStateV1 { assignment_id: None, pose: Pose2::default(), speed, payload_kg: 0.0, state }
}

fn loaded(truck: u32, payload_kg: f64) -> SiteInput {
    SiteInput::LoadingComplete { place: face(), truck: TruckId(truck), payload_kg }
}

fn production(outputs: &[SiteOutput]) -> Vec<haul_fleet::ProductionRecord> {
    let record = |o: &SiteOutput| if let SiteOutput::Production(r) = o { Some(r.clone()) } else { None };
    outputs.iter().filter_map(record).collect()
}

fn refusals(outputs: &[SiteOutput]) -> Vec<FleetError> {
    let why = |o: &SiteOutput| if let SiteOutput::Refused { why, .. } = o { Some(why.clone()) } else { None };
    outputs.iter().filter_map(why).collect()
}

#[test]
fn one_truck_makes_one_cycle() {
    let mut site = Site::with_trucks(1);

    // The shift begins: the truck learns its work.
    let first = site.input(SiteInput::Tick);
    let [Body::AssignmentV1 { assignment_id, load_place, dump_place, .. }] = &told(&first, 0)[..] else {
        panic!("an assignment, not {first:?}")
    };
    assert_eq!((load_place, dump_place), (&face(), &crusher()));
    let assignment_id = *assignment_id;

    // The truck asks for a spot at the face, and the only one is free.
    assert_eq!(told(&site.says(0, ask(1, face())), 0), [spot_grant(1, face(), 0)]);

    // The truck is spotted, and the shovel is informed. The kick-out comes from the shovel and goes to the truck.
    let ready = site.says(0, spotted(1, face(), 0));
    assert_eq!(ready, [SiteOutput::LoadTruck { place: face(), truck: TruckId(0), spot_index: 0 }]);
    let out = site.input(loaded(0, 90_500.0));
    let leave = Body::LeaveSpotV1 { visit_id: visit(1), place: face(), payload_kg: Some(90_500.0) };
    assert_eq!(told(&out, 0), [leave]);

    // On the ramp there is no other truck, so grants stay ahead of the truck as it drives.
    let mut up_to = granted(&site.asks_for_path(0, 1, true, 0.0), 0).unwrap();
    assert!(up_to >= 59.0, "all that it wants, not {up_to}");
    let gone = site.says(0, left(1, face()));
    assert_eq!(told(&gone, 0), []);
    assert!(gone.contains(&SiteOutput::EndLoading { place: face(), truck: TruckId(0) }), "{gone:?}");
    let mut at = 0.0;
    while up_to < ROAD_LENGTH {
        at = up_to.min(at + 25.0);
        let next = granted(&site.asks_for_path(0, 1, true, at), 0).unwrap();
        assert!(next >= up_to && next > at, "at {at} m granted up to {next} m after {up_to} m");
        up_to = next;
    }
    site.asks_for_path(0, 1, true, ROAD_LENGTH);

    // At the crusher: spot, tip, and one record of it.
    site.says(0, ask(2, crusher()));
    assert!(site.says(0, spotted(2, crusher(), 0)).is_empty(), "no shovel there");
    let tipped = site.says(0, tip(2, 90_200.0));
    let [record] = &production(&tipped)[..] else { panic!("one record, not {tipped:?}") };
    assert_eq!((record.truck, &record.load, &record.dump), (TruckId(0), &face(), &crusher()));
    assert_eq!((record.payload_kg, record.at, record.cycle_s), (90_200.0, site.now(), site.second as f64 - 1.0));

    // The truck reports the id of its assignment, so the site does not repeat it.
    let report = Body::EquipmentStateV1 {
        assignment_id: Some(assignment_id),
        pose: Pose2::default(),
        speed: 0.0,
        payload_kg: 0.0,
        state: CycleState::LeaveDump,
    };
    site.second += 60;
    assert!(site.says(0, report).is_empty());
    // The truck keeps the cells under it, because a standing truck blocks others.
    assert!(site.core.claims().all(|(_, ground)| ground.len() < 200), "nothing else of the road is kept");
}

#[test]
fn a_truck_is_told_without_asking_when_the_ground_ahead_is_free() {
    let mut site = Site::with_trucks(2);
    site.asks_for_path(0, 1, true, 0.0);
    let mut at = 0.0;
    while at < 100.0 {
        at = granted(&site.asks_for_path(0, 1, true, at), 0).unwrap();
    }
    let first = granted(&site.asks_for_path(1, 2, true, 0.0), 1).unwrap();
    let mut behind = first;
    for _ in 0..10 {
        behind = granted(&site.asks_for_path(1, 2, true, behind), 1).unwrap();
    }
    assert!(behind < at - 10.0, "behind truck 0 at {at} m, not to {behind}");
    let outputs = site.asks_for_path(0, 1, true, at);
    assert!(granted(&outputs, 1).is_some_and(|further| further > behind), "{outputs:?}");
}

#[test]
fn trucks_queue_for_the_shovel_in_the_order_of_their_requests() {
    let mut site = Site::with_trucks(3);
    site.says(2, ask(20, face()));
    assert_eq!(told(&site.says(0, ask(1, face())), 0), [wait(1, face(), 0)]);
    assert_eq!(told(&site.says(1, ask(10, face())), 1), [wait(10, face(), 1)]);
    assert_eq!(told(&site.says(0, ask(1, face())), 0), [wait(1, face(), 0)], "asking again tells the same");
    site.says(2, spotted(20, face(), 0));
    site.input(loaded(2, 91_000.0));
    let gone = site.says(2, left(20, face()));
    assert_eq!(told(&gone, 0), [spot_grant(1, face(), 0)]);
    assert_eq!(told(&gone, 1), [wait(10, face(), 0)], "moves up");
    // A truck that reports from a spot that another truck holds is refused, and nothing is loaded.
    let wrong = site.says(1, spotted(10, face(), 0));
    let why = FleetError::SpotTaken { truck: TruckId(1), place: face(), spot_index: 0, holder: TruckId(0) };
    assert_eq!(wrong, [SiteOutput::Refused { truck: TruckId(1), why }]);
}

#[test]
fn messages_that_come_twice_or_late_change_nothing() {
    let mut site = Site::with_trucks(2);
    site.says(0, ask(1, face()));
    let asked = site.second;
    site.says(0, spotted(1, face(), 0));
    assert!(site.says(0, spotted(1, face(), 0)).is_empty(), "the shovel is told once");
    let once = told(&site.input(loaded(0, 90_000.0)), 0);
    assert_eq!(told(&site.input(loaded(0, 90_000.0)), 0), once, "sent again, with the same effect");
    site.says(0, left(1, face()));
    let gone = site.second;

    // All messages of the visit arrive again, late: the spot is still free for truck 1.
    for (second, body) in [(asked, ask(1, face())), (asked + 1, spotted(1, face(), 0)), (gone, left(1, face()))] {
        assert!(site.said(0, second, body).iter().all(is_receipt));
    }
    assert_eq!(told(&site.says(1, ask(11, face())), 1), [spot_grant(11, face(), 0)]);

    // Truck 0 is back in the spot after truck 1. A message that it left in its earlier visit does not free the spot.
    site.says(1, left(11, face()));
    site.says(0, ask(2, face()));
    site.said(0, gone, left(1, face()));
    assert_eq!(told(&site.says(1, ask(12, face())), 1), [wait(12, face(), 0)]);

    // One load is one record, even if it is reported twice, and again after the truck has left.
    site.says(0, ask(3, crusher()));
    site.says(0, spotted(3, crusher(), 0));
    assert_eq!(production(&site.says(0, tip(3, 90_000.0))).len(), 1);
    let told_at = site.second;
    assert!(production(&site.says(0, tip(3, 90_000.0))).is_empty());
    site.says(0, left(3, crusher()));
    assert!(site.said(0, told_at, tip(3, 90_000.0)).iter().all(is_receipt));
    // The old tip statement arrives once more when the truck is back with its next load. It does not count; the tip of
    // the next load counts separately.
    site.says(0, ask(4, crusher()));
    assert!(site.said(0, told_at, tip(3, 90_000.0)).iter().all(is_receipt));
    site.says(0, spotted(4, crusher(), 0));
    assert_eq!(production(&site.says(0, tip(4, 90_000.0))).len(), 1);
}

#[test]
fn every_statement_of_a_known_truck_gets_its_receipt() {
    let mut site = Site::with_trucks(1);
    site.says(0, ask(1, crusher()));
    site.says(0, spotted(1, crusher(), 0));
    let receipts = |outputs: &[SiteOutput]| -> Vec<Body> {
        let body = |o: &SiteOutput| if let SiteOutput::ToTruck(_, e) = o { Some(e.body.clone()) } else { None };
        outputs.iter().filter(|o| is_receipt(o)).filter_map(body).collect()
    };
    let at = |second: u64| Epoch::default().at(haul_core::SimTime::from_seconds(second as f64));
    let first = site.says(0, tip(1, 88_000.0));
    let receipt = Body::ReceiptV1 { stated: Stated::Tipped, stated_at: at(site.second) };
    assert_eq!(receipts(&first), std::slice::from_ref(&receipt));
    // Repeated because the receipt was lost: no second record, the same receipt.
    let made = site.second;
    let again = site.said(0, made, tip(1, 88_000.0));
    assert_eq!((production(&again).len(), receipts(&again)), (0, vec![receipt]));
    // An invalid statement is refused. The truck need not repeat it either.
    let refused = site.says(0, left(1, PlaceId::from("moon")));
    let receipt = Body::ReceiptV1 { stated: Stated::LeftSpot, stated_at: at(site.second) };
    assert_eq!((refusals(&refused).len(), receipts(&refused)), (1, vec![receipt]));
    let stranger = site.says(9, left(1, face()));
    assert!(receipts(&stranger).is_empty());
}

#[test]
fn a_load_reported_after_the_truck_has_left_is_counted() {
    let mut site = Site::with_trucks(1);
    site.says(0, ask(1, crusher()));
    site.says(0, spotted(1, crusher(), 0));
    let tipped = site.second;
    site.says(0, left(1, crusher()));
    let late = site.said(0, tipped, tip(1, 88_000.0));
    assert_eq!(production(&late).len(), 1);
}

#[test]
fn a_late_request_for_an_old_path_does_not_restore_it() {
    let mut site = Site::with_trucks(1);
    site.asks_for_path(0, 1, true, 0.0);
    let early = site.second;
    site.asks_for_path(0, 2, true, 30.0);
    assert!(site.said(0, early, path_request(1, true, 0.0)).is_empty());
    let again = site.asks_for_path(0, 2, true, 40.0);
    assert!(matches!(told(&again, 0)[..], [Body::PathGrantV1 { request_id, .. }] if request_id == Uuid::from_u128(2)));
}

#[test]
fn a_lost_kick_out_is_repeated() {
    let mut site = Site::with_trucks(1);
    site.says(0, ask(1, face()));
    site.says(0, spotted(1, face(), 0));
    let told_to_leave = |bodies: &[Body]| bodies.iter().any(|b| matches!(b, Body::LeaveSpotV1 { .. }));
    assert!(!told_to_leave(&told(&site.says(0, state(CycleState::Loading, 0.0)), 0)));
    site.input(loaded(0, 90_000.0));
    site.second += 10;
    let again = told(&site.says(0, state(CycleState::Loading, 0.0)), 0);
    let leave = Body::LeaveSpotV1 { visit_id: visit(1), place: face(), payload_kg: Some(90_000.0) };
    assert!(again.contains(&leave), "{again:?}");
}

#[test]
fn reaching_the_next_spot_replaces_a_lost_message_of_leaving() {
    let mut site = Site::with_trucks(2);
    site.says(0, ask(1, face()));
    site.says(0, spotted(1, face(), 0));
    site.says(1, ask(11, face()));
    // The truck asks for the next place while it still stands here, so it keeps the spot.
    assert!(told(&site.says(0, ask(2, crusher())), 1).is_empty());
    let there = site.says(0, spotted(2, crusher(), 0));
    assert_eq!(told(&there, 1), [spot_grant(11, face(), 0)]);
}

#[test]
fn an_all_stop_holds_everything_until_the_same_all_stop_is_lifted() {
    let mut site = Site::with_trucks(2);
    let up_to = granted(&site.asks_for_path(0, 1, true, 0.0), 0).unwrap();
    let stop = site.input(SiteInput::AllStop);
    let [Body::AllStopV1 { stop_id }] = told(&stop, 0)[..] else { panic!("truck 0 is stopped, not {stop:?}") };
    assert_eq!(told(&stop, 1), [Body::AllStopV1 { stop_id }]);
    assert!(site.core.is_stopped());

    // No truck is granted a longer stretch, with or without an earlier grant.
    assert_eq!(granted(&site.asks_for_path(0, 1, true, 50.0), 0), Some(up_to));
    assert_eq!(granted(&site.says(1, path_request(2, true, 0.0)), 1), Some(0.0));

    // Truck 0 has received the all-stop. Truck 1 gets it again until it answers.
    site.says(0, Body::AllStopAcknowledgedV1 { stop_id });
    site.second += 5;
    let again = site.input(SiteInput::Tick);
    assert_eq!((told(&again, 0).len(), told(&again, 1)), (0, vec![Body::AllStopV1 { stop_id }]));
    site.says(1, Body::AllStopAcknowledgedV1 { stop_id });
    site.second += 5;
    assert!(site.input(SiteInput::Tick).is_empty());

    // Lifted: each truck gets the id of this stop, and grants continue.
    let lifted = site.input(SiteInput::Resume);
    assert_eq!(told(&lifted, 1)[0], Body::ResumeV1 { stop_id });
    assert!(granted(&lifted, 0).is_some_and(|further| further > up_to), "{lifted:?}");
    assert!(granted(&lifted, 1).is_some_and(|further| further > 0.0), "{lifted:?}");
    // Truck 1 did not receive the resume: it still reports that it is held, and gets the resume again.
    site.second += 5;
    let held = told(&site.says(1, state(CycleState::Stopped, 0.0)), 1);
    assert!(held.contains(&Body::ResumeV1 { stop_id }), "{held:?}");
    // Once both trucks report that they drive, the resume is not repeated any more.
    site.says(0, state(CycleState::TravelLoaded, 5.0));
    site.says(1, state(CycleState::TravelEmpty, 5.0));
    site.second += 5;
    assert!(told(&site.input(SiteInput::Tick), 1).is_empty());

    // The next all-stop has another id.
    let next = told(&site.input(SiteInput::AllStop), 0);
    assert!(matches!(next[..], [Body::AllStopV1 { stop_id: other }] if other != stop_id));
    assert!(site.input(SiteInput::Resume).len() > 1);
    assert!(told(&site.input(SiteInput::Resume), 0).is_empty(), "there is nothing left to lift");
}

#[test]
fn unknown_senders_and_invalid_messages_are_refused_with_the_reason() {
    let mut site = Site::with_trucks(2);
    site.input(SiteInput::Tick);
    let stranger = site.says(9, ask(1, face()));
    assert_eq!(refusals(&stranger), [FleetError::UnknownTruck(TruckId(9))]);
    assert_eq!(stranger.len(), 1);

    let forged = Envelope::new(TruckId(1), Epoch::default().0, left(1, face()));
    let forged = site.input(SiteInput::FromTruck(TruckId(0), forged));
    assert_eq!(refusals(&forged), [FleetError::WrongSender(TruckId(0))]);

    let nowhere = site.says(0, ask(1, PlaceId::from("moon")));
    assert_eq!(refusals(&nowhere), [FleetError::UnknownPlace("moon".into())]);
    let other = site.says(0, ask(1, face_2()));
    assert_eq!(refusals(&other), [FleetError::NotAssigned { truck: TruckId(0), place: face_2() }]);
    let echo = site.says(0, wait(1, face(), 0));
    assert_eq!(refusals(&echo), [FleetError::NotForSite(TruckId(0))]);
    let early = site.input(loaded(0, 1.0));
    assert_eq!(refusals(&early), [FleetError::NotAtSpot { truck: TruckId(0), place: face() }]);
    let mut blind = path_request(5, true, 50.0);
    if let Body::PathRequestV1 { path, .. } = &mut blind {
        path.clear();
    }
    assert_eq!(refusals(&site.says(0, blind)), [FleetError::UnknownPath(TruckId(0))]);
    let mut off = path_request(5, true, 0.0);
    if let Body::PathRequestV1 { path, .. } = &mut off {
        path[3].pose.y = 450.0;
    }
    let [FleetError::BadPath { what, .. }] = &refusals(&site.says(0, off))[..] else { panic!("refused") };
    assert_eq!(what, "pose 3 is 450.0 m from the one before; at most 3.0 m is accepted");
}

#[test]
fn faulty_assignments_of_a_site_are_all_reported() {
    let work = |truck, load: &str, dump: &str| FixedAssignment {
        truck: TruckId(truck),
        load: PlaceId::from(load),
        dump: PlaceId::from(dump),
        park: None,
    };
    let faulty = [work(0, "crusher", "nowhere"), work(0, "face", "crusher")].map(registered).to_vec();
    let Err(FleetError::Several(faults)) = SiteCore::new(mine::mine(), faulty) else { panic!("several faults") };
    let wrong = FleetError::WrongKind { truck: TruckId(0), task: "load", place: crusher(), kind: PlaceKind::Crusher };
    let unknown = FleetError::UnknownPlace("nowhere".into());
    assert_eq!(faults, [wrong, unknown, FleetError::AssignedTwice(TruckId(0))]);
}

fn any_body() -> impl Strategy<Value = Body> {
    let place = || {
        prop_oneof![Just("face"), Just("face_2"), Just("crusher"), Just("yard"), Just("moon")].prop_map(PlaceId::from)
    };
    let id = || (0..4_u128).prop_map(Uuid::from_u128);
    prop_oneof![
        (id(), place()).prop_map(|(visit_id, place)| Body::SpotRequestV1 { visit_id, place }),
        (id(), place(), 0..3_usize).prop_map(|(visit_id, place, spot_index)| Body::SpottedV1 {
            visit_id,
            place,
            spot_index
        }),
        (id(), place()).prop_map(|(visit_id, place)| Body::LeftSpotV1 { visit_id, place }),
        (id(), place(), any::<f64>()).prop_map(|(visit_id, place, payload_kg)| Body::TippedV1 {
            visit_id,
            place,
            payload_kg
        }),
        (id(), place(), proptest::option::of(0..3_usize)).prop_map(|(visit_id, place, spot_index)| {
            Body::NoPathV1 { visit_id, place, spot_index, cause: "blocked".into() }
        }),
        (0..4_u128, any::<bool>(), prop_oneof![any::<f64>(), 0.0..400.0])
            .prop_map(|(id, up, passed)| path_request(id, up, passed)),
        id().prop_map(|stop_id| Body::AllStopAcknowledgedV1 { stop_id }),
        (any::<f64>(), 0..CycleState::ALL.len(), 0..4_u8).prop_map(|(speed, s, at)| {
            let pose = Pose2::new(f64::from(at) * 60.0, 100.0, 0.0);
            let state = CycleState::ALL[s];
            Body::EquipmentStateV1 { assignment_id: None, pose, speed, payload_kg: 0.0, state }
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Trucks send any messages, in any order and at any time. The site never panics, no spot is shared, and the same
    /// messages have the same result twice. No claim takes ground from another, whatever pose a truck reports: claims
    /// overlap only if trucks report that they stand at the same place.
    #[test]
    fn any_messages_of_trucks_leave_the_site_consistent(
        story in proptest::collection::vec((0..5_u32, 0..100_u64, 0..30_u8, any_body()), 1..60),
    ) {
        let (mut one, mut two) = (Site::with_trucks(4), Site::with_trucks(4));
        for (truck, second, event, body) in story {
            let enters = matches!(body, Body::PathRequestV1 { .. } | Body::EquipmentStateV1 { .. });
            let tell = |site: &mut Site| {
                site.second += 1;
                let assignment = FixedAssignment { load: if second % 2 == 0 { face() } else { face_2() }, ..work(truck) };
                match event {
                    0 => site.input(SiteInput::AllStop),
                    1 => site.input(SiteInput::Resume),
                    2 => site.input(SiteInput::Tick),
                    3..6 => site.input(loaded(truck, second as f64)),
                    6 => site.input(SiteInput::LoadingAbandoned { place: face(), truck: TruckId(truck) }),
                    7 => site.input(SiteInput::Assign(assignment)),
                    8 if second < 20 => site.input(SiteInput::Withdraw(TruckId(truck))),
                    _ => {
                        let sent = Epoch::default().at(haul_core::SimTime::from_seconds(second as f64));
                        let envelope = Envelope::new(TruckId(truck), sent, body.clone());
                        site.input(SiteInput::FromTruck(TruckId(truck), envelope))
                    }
                }
            };
            let shared = |site: &Site| {
                let claims: Vec<_> = site.core.claims().collect();
                let mut pairs = std::collections::BTreeMap::new();
                for (i, (a, mine)) in claims.iter().enumerate() {
                    for (b, theirs) in &claims[i + 1..] {
                        pairs.insert((*a, *b), mine.intersection(theirs).count());
                    }
                }
                pairs
            };
            let before = shared(&one);
            prop_assert_eq!(tell(&mut one), tell(&mut two));
            for ((a, b), count) in shared(&one) {
                // The site must accept the pose that a truck without a path reports.
                let entered = enters && [a, b].contains(&TruckId(truck));
                prop_assert!(
                    entered || count <= before.get(&(a, b)).copied().unwrap_or(0),
                    "{} and {} share {} cells", a, b, count
                );
            }
        }
    }
}
