//! A site and its trucks, told as stories.

mod mine;

use haul_core::{PlaceId, Pose2, TruckId};
use haul_fleet::{FixedAssignment, FleetError, SiteCore, SiteInput, SiteOutput};
use haul_messages::{Body, CycleState, Envelope, Epoch, Stated, Uuid, WHOLE_JOURNEY};
use haul_mine::PlaceKind;
use mine::{OFF_ROAD, ROAD, Site, crusher, face, granted, is_receipt, road_request, told};
use proptest::prelude::*;

fn state(state: CycleState, speed: f64) -> Body {
    Body::EquipmentStateV1 { assignment_id: None, pose: Pose2::default(), speed, payload_kg: 0.0, state }
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

    // It asks for a spot at the face, and the only one is free.
    let grant = Body::SpotGrantV1 { place: face(), spot_index: 0 };
    assert_eq!(told(&site.says(0, Body::SpotRequestV1 { place: face() }), 0), [grant]);

    // Spotted: the shovel is told. The kick-out comes from the shovel and goes to the truck.
    let spotted = site.says(0, Body::SpottedV1 { place: face(), spot_index: 0 });
    assert_eq!(spotted, [SiteOutput::LoadTruck { place: face(), truck: TruckId(0), spot_index: 0 }]);
    let out = site.input(SiteInput::LoadingComplete { place: face(), truck: TruckId(0), payload_kg: 90_500.0 });
    assert_eq!(told(&out, 0), [Body::LeaveSpotV1 { place: face(), payload_kg: Some(90_500.0) }]);

    // The way up: nobody else is there, so grants run ahead of the truck as it goes, and never fall behind it.
    let mut up_to = granted(&site.asks_for_road(0, 1, true, 0.0), 0).unwrap();
    assert!(up_to >= 100.0, "at least through the first single lane's approach, not {up_to}");
    assert_eq!(told(&site.says(0, Body::LeftSpotV1 { place: face() }), 0), []);
    let mut at = 0.0;
    while up_to < WHOLE_JOURNEY {
        at = up_to.min(at + 25.0);
        let next = granted(&site.asks_for_road(0, 1, true, at), 0).unwrap();
        assert!(next >= up_to && next > at, "at {at} m granted up to {next} m after {up_to} m");
        up_to = next;
    }
    site.asks_for_road(0, 1, true, 2.0 * OFF_ROAD + ROAD);

    // At the crusher: spot, tip, and one record of it.
    site.says(0, Body::SpotRequestV1 { place: crusher() });
    assert!(site.says(0, Body::SpottedV1 { place: crusher(), spot_index: 0 }).is_empty(), "no shovel there");
    let tipped = site.says(0, Body::TippedV1 { place: crusher(), payload_kg: 90_200.0 });
    let [record] = &production(&tipped)[..] else { panic!("one record, not {tipped:?}") };
    assert_eq!((record.truck, &record.load, &record.dump), (TruckId(0), &face(), &crusher()));
    assert_eq!((record.payload_kg, record.at, record.cycle_s), (90_200.0, site.now(), site.second as f64 - 1.0));

    // It reports its work by the assignment's id, and the site leaves it at that.
    let report = Body::EquipmentStateV1 {
        assignment_id: Some(assignment_id),
        pose: Pose2::default(),
        speed: 0.0,
        payload_kg: 0.0,
        state: CycleState::LeaveDump,
    };
    site.second += 60;
    assert!(site.says(0, report).is_empty());
    assert!(site.core.claims().all(|(_, ground)| ground.is_empty()), "nothing of the road is kept");
}

#[test]
fn two_trucks_meet_on_a_single_lane_ramp() {
    let mut site = Site::with_trucks(2);

    // Truck 0 comes from the face; the first single lane, from 60 to 160 m of the road, is its, and a place to stand in
    // the passing place beyond. Truck 1 comes from the crusher and gets the second single lane the same way.
    let up_to = granted(&site.asks_for_road(0, 1, true, 50.0), 0).unwrap();
    let down_to = granted(&site.asks_for_road(1, 2, false, 50.0), 1).unwrap();
    let up_station = |journey: f64| journey - OFF_ROAD;
    let down_station = |journey: f64| ROAD - (journey - OFF_ROAD);
    assert!((160.0..240.0).contains(&up_station(up_to)), "into the passing place, not to {up_to}");
    assert!((160.0..240.0).contains(&down_station(down_to)), "into the passing place, not to {down_to}");

    // They come on, and may come as near to each other's lane as a nose and a gap, no further.
    let up_to = granted(&site.asks_for_road(0, 1, true, 190.0), 0).unwrap();
    let down_to = granted(&site.asks_for_road(1, 2, false, 190.0), 1).unwrap();
    assert!(up_station(up_to) + 17.0 <= 240.0 && down_station(down_to) - 17.0 >= 160.0, "{up_to} {down_to}");

    // Truck 1 is in the passing place: its tail leaves the second lane, and with that truck 0 gets it, unasked.
    let outputs = site.asks_for_road(1, 2, false, down_to);
    let further = granted(&outputs, 0).unwrap_or_else(|| panic!("truck 0 is told: {outputs:?}"));
    assert!(up_station(further) > 340.0, "through the whole of it, not to {further}");
    assert_eq!(granted(&outputs, 1), Some(down_to), "truck 0 is still in the first lane");

    // Truck 0 leaves the first lane behind it, and truck 1 gets that.
    let outputs = site.asks_for_road(0, 1, true, up_to);
    let further = granted(&outputs, 1).unwrap_or_else(|| panic!("truck 1 is told: {outputs:?}"));
    assert!(down_station(further) < 60.0, "through the whole of it, not to {further}");
}

#[test]
fn a_second_truck_follows_into_a_single_lane_and_a_third_that_came_later_waits_its_turn() {
    let mut site = Site::with_trucks(3);
    let first = granted(&site.asks_for_road(0, 1, true, 50.0), 0).unwrap();
    // Truck 1 wants to come down the same lane: it waits in the passing place.
    let mut down = 0.0;
    for _ in 0..20 {
        down = granted(&site.asks_for_road(1, 2, false, down), 1).unwrap();
    }
    assert!(ROAD - (down - OFF_ROAD) >= 160.0, "stops before the lane");
    // Truck 2 comes up behind truck 0. There would be room behind it, but truck 1 came first.
    let behind = granted(&site.asks_for_road(2, 3, true, 30.0), 2).unwrap();
    assert!(behind <= OFF_ROAD + 60.0 - 17.0, "not into the lane: {behind}");
    // Truck 0 leaves the lane: it is truck 1's turn. Truck 1 leaves it: truck 2's.
    let outputs = site.asks_for_road(0, 1, true, first);
    assert!(granted(&outputs, 1).is_some_and(|further| ROAD - (further - OFF_ROAD) < 60.0), "{outputs:?}");
    assert!(granted(&outputs, 2).is_none_or(|closer| closer <= OFF_ROAD + 60.0 - 17.0), "{outputs:?}");
    let outputs = site.asks_for_road(1, 2, false, OFF_ROAD + ROAD - 50.0);
    assert!(granted(&outputs, 2).is_some_and(|further| further > OFF_ROAD + 60.0), "into the lane: {outputs:?}");
}

#[test]
fn trucks_queue_for_the_shovel_in_the_order_they_came() {
    let mut site = Site::with_trucks(3);
    let ask = || Body::SpotRequestV1 { place: face() };
    let wait = |queue_index| Body::WaitV1 { place: face(), queue_index };
    site.says(2, ask());
    assert_eq!(told(&site.says(0, ask()), 0), [wait(0)]);
    assert_eq!(told(&site.says(1, ask()), 1), [wait(1)]);
    assert_eq!(told(&site.says(0, ask()), 0), [wait(0)], "asking again tells the same");
    site.says(2, Body::SpottedV1 { place: face(), spot_index: 0 });
    site.input(SiteInput::LoadingComplete { place: face(), truck: TruckId(2), payload_kg: 91_000.0 });
    let left = site.says(2, Body::LeftSpotV1 { place: face() });
    assert_eq!(told(&left, 0), [Body::SpotGrantV1 { place: face(), spot_index: 0 }]);
    assert_eq!(told(&left, 1), [wait(0)], "moves up");
    // A truck that says it stands where another was sent is told so, and nothing is loaded.
    let wrong = site.says(1, Body::SpottedV1 { place: face(), spot_index: 0 });
    let why = FleetError::SpotTaken { truck: TruckId(1), place: face(), spot_index: 0, holder: TruckId(0) };
    assert_eq!(wrong, [SiteOutput::Refused { truck: TruckId(1), why }]);
}

#[test]
fn messages_that_come_twice_or_late_change_nothing() {
    let mut site = Site::with_trucks(2);
    let ask = || Body::SpotRequestV1 { place: face() };
    let spotted = || Body::SpottedV1 { place: face(), spot_index: 0 };
    let left = || Body::LeftSpotV1 { place: face() };
    site.says(0, ask());
    let asked = site.second;
    site.says(0, spotted());
    assert!(site.says(0, spotted()).is_empty(), "the shovel is told once");
    let done = || SiteInput::LoadingComplete { place: face(), truck: TruckId(0), payload_kg: 90_000.0 };
    let once = told(&site.input(done()), 0);
    assert_eq!(told(&site.input(done()), 0), once, "said again, with the same effect");
    site.says(0, left());
    let gone = site.second;

    // All of the visit once more, late: the spot is still free for truck 1.
    for (second, body) in [(asked, ask()), (asked + 1, spotted()), (gone, left())] {
        assert!(site.said(0, second, body).iter().all(is_receipt));
    }
    assert_eq!(told(&site.says(1, ask()), 1), [Body::SpotGrantV1 { place: face(), spot_index: 0 }]);

    // Truck 0 is back in the spot after truck 1. Its leaving of the visit before does not free the spot.
    site.says(1, left());
    site.says(0, ask());
    site.said(0, gone, left());
    assert_eq!(told(&site.says(1, ask()), 1), [Body::WaitV1 { place: face(), queue_index: 0 }]);

    // One load is one record, though it is told twice, and once more after the truck has left.
    let tip = || Body::TippedV1 { place: crusher(), payload_kg: 90_000.0 };
    site.says(0, Body::SpotRequestV1 { place: crusher() });
    site.says(0, Body::SpottedV1 { place: crusher(), spot_index: 0 });
    assert_eq!(production(&site.says(0, tip())).len(), 1);
    let told_at = site.second;
    assert!(production(&site.says(0, tip())).is_empty());
    site.says(0, Body::LeftSpotV1 { place: crusher() });
    assert!(site.said(0, told_at, tip()).iter().all(is_receipt));
    // And once more when it is back with the next load, which counts for itself.
    site.says(0, Body::SpotRequestV1 { place: crusher() });
    assert!(site.said(0, told_at, tip()).iter().all(is_receipt));
    site.says(0, Body::SpottedV1 { place: crusher(), spot_index: 0 });
    assert_eq!(production(&site.says(0, tip())).len(), 1);
}

#[test]
fn every_statement_of_a_known_truck_gets_its_receipt() {
    let mut site = Site::with_trucks(1);
    site.says(0, Body::SpotRequestV1 { place: crusher() });
    site.says(0, Body::SpottedV1 { place: crusher(), spot_index: 0 });
    let receipts = |outputs: &[SiteOutput]| -> Vec<Body> {
        let body = |o: &SiteOutput| if let SiteOutput::ToTruck(_, e) = o { Some(e.body.clone()) } else { None };
        outputs.iter().filter(|o| is_receipt(o)).filter_map(body).collect()
    };
    let at = |second: u64| Epoch::default().at(haul_core::SimTime::from_seconds(second as f64));
    let tipped = Body::TippedV1 { place: crusher(), payload_kg: 88_000.0 };
    let first = site.says(0, tipped.clone());
    let receipt = Body::ReceiptV1 { stated: Stated::Tipped, stated_at: at(site.second) };
    assert_eq!(receipts(&first), std::slice::from_ref(&receipt));
    // Said again because the receipt was lost: no second record, the same receipt.
    let made = site.second;
    let again = site.said(0, made, tipped);
    assert_eq!((production(&again).len(), receipts(&again)), (0, vec![receipt]));
    // A statement that makes no sense is refused, and need not be made again either.
    let refused = site.says(0, Body::LeftSpotV1 { place: PlaceId::from("moon") });
    let receipt = Body::ReceiptV1 { stated: Stated::LeftSpot, stated_at: at(site.second) };
    assert_eq!((refusals(&refused).len(), receipts(&refused)), (1, vec![receipt]));
    let stranger = site.says(9, Body::LeftSpotV1 { place: face() });
    assert!(receipts(&stranger).is_empty());
}

#[test]
fn a_load_told_of_after_the_truck_has_left_is_counted() {
    let mut site = Site::with_trucks(1);
    site.says(0, Body::SpotRequestV1 { place: crusher() });
    site.says(0, Body::SpottedV1 { place: crusher(), spot_index: 0 });
    let tipped = site.second;
    site.says(0, Body::LeftSpotV1 { place: crusher() });
    let late = site.said(0, tipped, Body::TippedV1 { place: crusher(), payload_kg: 88_000.0 });
    assert_eq!(production(&late).len(), 1);
}

#[test]
fn an_old_journey_s_request_that_comes_late_does_not_bring_it_back() {
    let mut site = Site::with_trucks(1);
    site.asks_for_road(0, 1, true, 0.0);
    let early = site.second;
    site.asks_for_road(0, 2, true, 30.0);
    assert!(site.said(0, early, road_request(1, true, 0.0)).is_empty());
    let again = site.asks_for_road(0, 2, true, 40.0);
    assert!(matches!(told(&again, 0)[..], [Body::RoadGrantV1 { request_id, .. }] if request_id == Uuid::from_u128(2)));
}

#[test]
fn a_kick_out_that_was_lost_is_said_again() {
    let mut site = Site::with_trucks(1);
    site.says(0, Body::SpotRequestV1 { place: face() });
    site.says(0, Body::SpottedV1 { place: face(), spot_index: 0 });
    assert!(
        told(&site.says(0, state(CycleState::Loading, 0.0)), 0).iter().all(|b| !matches!(b, Body::LeaveSpotV1 { .. }))
    );
    site.input(SiteInput::LoadingComplete { place: face(), truck: TruckId(0), payload_kg: 90_000.0 });
    site.second += 10;
    let again = told(&site.says(0, state(CycleState::Loading, 0.0)), 0);
    assert!(again.contains(&Body::LeaveSpotV1 { place: face(), payload_kg: Some(90_000.0) }), "{again:?}");
}

#[test]
fn a_lost_word_of_leaving_is_made_good_by_the_next_spot() {
    let mut site = Site::with_trucks(2);
    site.says(0, Body::SpotRequestV1 { place: face() });
    site.says(0, Body::SpottedV1 { place: face(), spot_index: 0 });
    site.says(1, Body::SpotRequestV1 { place: face() });
    // It asks for the next place while it still stands here: the spot stays its own.
    assert!(told(&site.says(0, Body::SpotRequestV1 { place: crusher() }), 1).is_empty());
    let there = site.says(0, Body::SpottedV1 { place: crusher(), spot_index: 0 });
    assert_eq!(told(&there, 1), [Body::SpotGrantV1 { place: face(), spot_index: 0 }]);
}

#[test]
fn an_all_stop_holds_everything_until_the_same_all_stop_is_lifted() {
    let mut site = Site::with_trucks(2);
    let up_to = granted(&site.asks_for_road(0, 1, true, 0.0), 0).unwrap();
    let stop = site.input(SiteInput::AllStop);
    let [Body::AllStopV1 { stop_id }] = told(&stop, 0)[..] else { panic!("truck 0 is stopped, not {stop:?}") };
    assert_eq!(told(&stop, 1), [Body::AllStopV1 { stop_id }]);
    assert!(site.core.is_stopped());

    // Nobody is granted any more road, neither the one that has some nor the one that has none.
    assert_eq!(granted(&site.asks_for_road(0, 1, true, 100.0), 0), Some(up_to));
    assert_eq!(granted(&site.asks_for_road(1, 2, false, 0.0), 1), Some(0.0));

    // Truck 0 has heard it. Truck 1 is told again until it answers.
    site.says(0, Body::AllStopAcknowledgedV1 { stop_id });
    site.second += 5;
    let again = site.input(SiteInput::Tick);
    assert_eq!((told(&again, 0).len(), told(&again, 1)), (0, vec![Body::AllStopV1 { stop_id }]));
    site.says(1, Body::AllStopAcknowledgedV1 { stop_id });
    site.second += 5;
    assert!(site.input(SiteInput::Tick).is_empty());

    // Lifted: each is told with the id of this stop, and the roads go on.
    let lifted = site.input(SiteInput::Resume);
    assert_eq!(told(&lifted, 1)[0], Body::ResumeV1 { stop_id });
    assert!(granted(&lifted, 0).is_some_and(|further| further > up_to));
    assert!(granted(&lifted, 1).is_some_and(|further| further > 0.0));
    // Truck 1 did not hear: it still reports that it is held, and is told again.
    site.second += 5;
    let held = told(&site.says(1, state(CycleState::Stopped, 0.0)), 1);
    assert!(held.contains(&Body::ResumeV1 { stop_id }), "{held:?}");
    // Once both report that they go, it is not said any more.
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
fn strangers_and_nonsense_are_refused_by_name() {
    let mut site = Site::with_trucks(2);
    site.input(SiteInput::Tick);
    let stranger = site.says(9, Body::SpotRequestV1 { place: face() });
    assert_eq!(refusals(&stranger), [FleetError::UnknownTruck(TruckId(9))]);
    assert_eq!(stranger.len(), 1);

    let forged = Envelope::new(TruckId(1), Epoch::default().0, Body::LeftSpotV1 { place: face() });
    let forged = site.input(SiteInput::FromTruck(TruckId(0), forged));
    assert_eq!(refusals(&forged), [FleetError::WrongSender(TruckId(0))]);

    let nowhere = site.says(0, Body::SpotRequestV1 { place: PlaceId::from("moon") });
    assert_eq!(refusals(&nowhere), [FleetError::UnknownPlace("moon".into())]);
    let echo = site.says(0, Body::WaitV1 { place: face(), queue_index: 0 });
    assert_eq!(refusals(&echo), [FleetError::NotForSite(TruckId(0))]);
    let early = site.input(SiteInput::LoadingComplete { place: face(), truck: TruckId(0), payload_kg: 1.0 });
    assert_eq!(refusals(&early), [FleetError::NotAtSpot { truck: TruckId(0), place: face() }]);
    let blind = site.says(0, Body::RoadRequestV1 { request_id: Uuid::nil(), journey: vec![], passed: 50.0 });
    assert_eq!(refusals(&blind), [FleetError::UnknownJourney(TruckId(0))]);
    let mut off = road_request(5, true, 0.0);
    if let Body::RoadRequestV1 { journey, .. } = &mut off {
        journey[0].to_station = 450.0;
    }
    let [FleetError::BadJourney { what, .. }] = &refusals(&site.says(0, off))[..] else { panic!("refused") };
    assert_eq!(what, "span 0: station 450.0 m is off r0, 400.0 m long");
}

#[test]
fn a_site_with_faulty_assignments_is_answered_with_all_of_them() {
    let work = |truck, load: &str, dump: &str| FixedAssignment {
        truck: TruckId(truck),
        load: PlaceId::from(load),
        dump: PlaceId::from(dump),
        park: None,
    };
    let faulty = vec![work(0, "crusher", "nowhere"), work(0, "face", "crusher")];
    let Err(FleetError::Several(faults)) = SiteCore::new(mine::mine(), faulty) else { panic!("several faults") };
    let wrong = FleetError::WrongKind { truck: TruckId(0), task: "load", place: crusher(), kind: PlaceKind::Crusher };
    let unknown = FleetError::UnknownPlace("nowhere".into());
    assert_eq!(faults, [wrong, unknown, FleetError::AssignedTwice(TruckId(0))]);
}

fn any_body() -> impl Strategy<Value = Body> {
    let place = || prop_oneof![Just("face"), Just("crusher"), Just("yard"), Just("moon")].prop_map(PlaceId::from);
    let id = || (0..3_u128).prop_map(Uuid::from_u128);
    prop_oneof![
        place().prop_map(|place| Body::SpotRequestV1 { place }),
        (place(), 0..3_usize).prop_map(|(place, spot_index)| Body::SpottedV1 { place, spot_index }),
        place().prop_map(|place| Body::LeftSpotV1 { place }),
        (place(), any::<f64>()).prop_map(|(place, payload_kg)| Body::TippedV1 { place, payload_kg }),
        (0..4_u128, any::<bool>(), prop_oneof![any::<f64>(), 0.0..600.0])
            .prop_map(|(journey, up, passed)| road_request(journey, up, passed)),
        id().prop_map(|stop_id| Body::AllStopAcknowledgedV1 { stop_id }),
        (any::<f64>(), 0..CycleState::ALL.len()).prop_map(|(speed, s)| state(CycleState::ALL[s], speed)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Trucks that say anything at all, in any order and at any time, never make the site panic, share a spot or share
    /// a lane, and the same story told twice has the same end.
    #[test]
    fn whatever_trucks_say_the_site_keeps_its_promises(
        story in proptest::collection::vec((0..5_u32, 0..100_u64, 0..30_u8, any_body()), 1..60),
    ) {
        let (mut one, mut two) = (Site::with_trucks(4), Site::with_trucks(4));
        for (truck, second, event, body) in story {
            let tell = |site: &mut Site| {
                site.second += 1;
                match event {
                    0 => site.input(SiteInput::AllStop),
                    1 => site.input(SiteInput::Resume),
                    2 => site.input(SiteInput::Tick),
                    3..6 => site.input(SiteInput::LoadingComplete { place: face(), truck: TruckId(truck), payload_kg: second as f64 }),
                    _ => {
                        let sent = Epoch::default().at(haul_core::SimTime::from_seconds(second as f64));
                        let envelope = Envelope::new(TruckId(truck), sent, body.clone());
                        site.input(SiteInput::FromTruck(TruckId(truck), envelope))
                    }
                }
            };
            prop_assert_eq!(tell(&mut one), tell(&mut two));
            let claims: Vec<_> = one.core.claims().collect();
            for (i, (a, mine)) in claims.iter().enumerate() {
                for (b, theirs) in &claims[i + 1..] {
                    let network = one.core.right_of_way().network();
                    prop_assert!(!mine.conflicts(theirs, network), "{} and {}: {:?} {:?}", a, b, mine, theirs);
                }
            }
        }
    }
}
