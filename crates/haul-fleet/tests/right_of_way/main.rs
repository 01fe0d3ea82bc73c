//! Right of way: every order of events on small mines, random orders on a larger one.

#![allow(clippy::print_stdout, reason = "the counts of an exploration are its result")]

mod fleet;
mod layout;
mod starvation;

use fleet::Fleet;
use haul_core::{Pose2, TruckId};
use haul_fleet::right_of_way::{PathRequest, RightOfWay, Rules};
use haul_messages::{PathPose, Uuid};
use layout::{Arm, Layout, TRUCK};
use proptest::prelude::*;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::f64::consts::{FRAC_PI_2, PI};

/// Number of states at which an exploration fails as too large.
const MOST_STATES: usize = 400_000;

fn arm(heading: f64, lane: f64) -> Arm {
    Arm { heading, lane, waits_in_lane: false }
}

/// Returns a layout of one lane with a wide pad at each end.
fn single_lane() -> Layout {
    Layout { arms: vec![arm(PI, 10.0), arm(0.0, 10.0)], offset: 0.0, bay: 0.0 }
}

/// Returns a layout of three single lanes that meet.
fn t_junction() -> Layout {
    Layout { arms: vec![arm(PI, 5.0), arm(0.0, 5.0), arm(-FRAC_PI_2, 5.0)], offset: 0.0, bay: 0.0 }
}

/// Returns a layout of one lane that widens to two lanes in the middle.
fn passing_bay() -> Layout {
    Layout { bay: 5.0, ..single_lane() }
}

/// Returns a layout of one lane, and a pad whose waiting pose is on the exit path of its spot.
fn waiting_on_the_exit_path() -> Layout {
    let mut layout = single_lane();
    layout.arms[1] = Arm { waits_in_lane: true, lane: 20.0, ..layout.arms[1] };
    layout
}

/// Visits every state that some order of events reaches. Each truck drives in steps of `stride` (m) up to its grant.
/// Fails if two trucks can touch, or if no truck can drive on before all have finished.
fn explore(what: &str, start: Fleet, stride: f64) {
    let began = std::time::Instant::now();
    // Each state, with the state before it and the truck that acted.
    let mut seen = HashMap::from([(start.key(), None)]);
    let mut pairs = HashSet::new();
    let (mut open, mut ends) = (vec![start.clone()], 0);
    while let Some(fleet) = open.pop() {
        if let Err(overlap) = fleet.check(&mut pairs) {
            panic!("{what}: {overlap}");
        }
        if fleet.all_done() {
            ends += 1;
            continue;
        }
        let own = fleet.key();
        let mut goes_on = false;
        for number in 0..fleet.drivers.len() {
            let mut next = fleet.clone();
            next.act(number, stride).unwrap();
            let key = next.key();
            goes_on |= key != own;
            if let Entry::Vacant(entry) = seen.entry(key) {
                entry.insert(Some((own, number)));
                open.push(next);
            }
        }
        if !goes_on {
            println!("{}", first_loss(start, &seen, own, stride));
            panic!("{what}: stuck after {} states\n{}", seen.len(), fleet.words());
        }
        assert!(seen.len() < MOST_STATES, "{what}: more than {MOST_STATES} states\n{}", fleet.words());
    }
    let (states, pairs, seconds) = (seen.len(), pairs.len(), began.elapsed().as_secs_f64());
    println!(
        "{what}: {states} states and {pairs} pairs visited, {ends} ends, none stuck, none overlapping; {seconds:.1} s"
    );
    assert!(ends > 0, "{what}: no order of events lets all trucks finish");
}

/// Describes the events that lead to a state, from the last state in which all trucks could finish.
fn first_loss(mut fleet: Fleet, seen: &HashMap<u64, Option<(u64, usize)>>, mut at: u64, stride: f64) -> String {
    let mut acts = Vec::new();
    while let Some(Some((before, number))) = seen.get(&at) {
        acts.push(*number);
        at = *before;
    }
    let mut text = String::new();
    let mut before = fleet.words();
    for number in acts.into_iter().rev() {
        fleet.act(number, stride).unwrap();
        let (words, can_finish) = (fleet.words(), fleet.right.finishing_order().len());
        if can_finish < fleet.right.claims().count() {
            text += &format!("before: {before}\nact of {number}: {words}\n");
            break;
        }
        before = words;
    }
    text
}

#[test]
fn every_order_of_two_trucks_on_a_single_lane_finishes() {
    let tours = [(false, vec![0, 1, 0]), (false, vec![1, 0, 1])];
    explore("single lane, two trucks", Fleet::new(&single_lane(), &tours), 10.0);
}

#[test]
fn every_order_of_two_trucks_that_begin_in_their_spots_finishes() {
    let tours = [(true, vec![0, 1, 0]), (true, vec![1, 0, 1])];
    explore("single lane, two trucks in spots", Fleet::new(&single_lane(), &tours), 10.0);
}

#[test]
fn every_order_of_three_trucks_on_a_single_lane_finishes() {
    let tours = [(false, vec![0, 1]), (true, vec![1, 0, 1]), (false, vec![1, 0])];
    explore("single lane, three trucks", Fleet::new(&single_lane(), &tours), 30.0);
}

#[test]
fn every_order_of_three_trucks_at_one_face_with_one_spot_finishes() {
    // One in the spot, one at the waiting pose, one that comes from the other pad.
    let tours = [(true, vec![0, 1, 0]), (false, vec![0, 1]), (true, vec![1, 0, 1])];
    explore("one face, three trucks", Fleet::new(&single_lane(), &tours), 30.0);
}

#[test]
fn every_order_of_two_trucks_at_a_t_junction_finishes() {
    let tours = [(false, vec![0, 1, 2]), (false, vec![1, 2, 0])];
    explore("T junction, two trucks", Fleet::new(&t_junction(), &tours), 15.0);
}

#[test]
fn every_order_of_three_trucks_at_a_t_junction_finishes() {
    let tours = [(false, vec![0, 1]), (false, vec![1, 2]), (false, vec![2, 0])];
    explore("T junction, three trucks", Fleet::new(&t_junction(), &tours), 30.0);
}

#[test]
fn every_order_of_three_trucks_that_stay_where_they_end_finishes() {
    let tours = [(false, vec![0, 1]), (false, vec![1, 2]), (false, vec![2, 0])];
    explore("T junction, three trucks that stay", Fleet::new(&t_junction(), &tours).that_stay(), 30.0);
}

#[test]
fn every_order_of_three_trucks_at_two_faces_with_one_exit_finishes() {
    // Trucks come to both faces and leave them by the lane of the third pad.
    let tours = [(true, vec![0, 2, 1]), (true, vec![1, 2, 0]), (false, vec![2, 0])];
    explore("two faces with one exit, three trucks", Fleet::new(&t_junction(), &tours), 30.0);
}

#[test]
fn every_order_of_three_trucks_with_a_passing_bay_finishes() {
    let tours = [(false, vec![0, 1]), (true, vec![1, 0, 1]), (false, vec![1, 0])];
    explore("passing bay, three trucks", Fleet::new(&passing_bay(), &tours), 30.0);
}

#[test]
fn every_order_of_two_trucks_where_one_waits_on_the_exit_path_finishes() {
    let tours = [(false, vec![0, 1, 0]), (true, vec![0, 1, 0])];
    explore("waiting on the exit path, two trucks", Fleet::new(&waiting_on_the_exit_path(), &tours), 10.0);
}

#[test]
fn every_order_of_three_trucks_where_one_waits_on_the_exit_path_finishes() {
    let tours = [(false, vec![0, 1]), (true, vec![0, 1, 0]), (true, vec![1, 0, 1])];
    explore("waiting on the exit path, three trucks", Fleet::new(&waiting_on_the_exit_path(), &tours), 30.0);
}

#[test]
fn a_truck_that_stands_on_the_exit_path_of_another_is_named() {
    // The path of a truck ends at the waiting pose, which is on the exit path of the spot.
    let layout = waiting_on_the_exit_path();
    let mut right = RightOfWay::new(Rules::of(&TRUCK));
    let end = [PathPose { station: 0.0, pose: layout.rests(1)[0], reverse: false }];
    let ask = PathRequest { request_id: Uuid::from_u128(7), path: &end, stops: &[], passed: 0.0, wanted: 0.0 };
    right.request(TruckId(0), &TRUCK, &ask).unwrap();
    let path = layout.way_from_spot(1, 0);
    let ask = PathRequest { request_id: Uuid::from_u128(1), path: &path, stops: &[], passed: 0.0, wanted: 100.0 };
    right.request(TruckId(1), &TRUCK, &ask).unwrap();
    right.settle();
    let explanation = right.explain();
    let stuck: Vec<_> = explanation.stuck().map(|right| right.truck).collect();
    assert_eq!(stuck, [TruckId(1)], "{explanation}");
    let inside = explanation.truck(TruckId(1)).unwrap();
    assert_eq!(inside.waits[0].behind, TruckId(0));
    assert!((inside.needs[0].at - layout.rests(1)[0].position()).norm() < 20.0, "{explanation}");
    let line = explanation.to_string();
    assert!(line.contains("stuck: T1 cannot finish; behind T0, which holds the ground at "), "{explanation}");
}

#[test]
fn a_truck_waits_for_one_that_has_not_requested_a_path_yet_and_is_not_stuck() {
    let mut right = RightOfWay::new(Rules::of(&TRUCK));
    right.stands(TruckId(1), Pose2::new(60.0, 0.0, PI), &TRUCK);
    let path = straight(0.0, 0.0, 100);
    let ask = PathRequest { request_id: Uuid::from_u128(1), path: &path, stops: &[], passed: 0.0, wanted: 90.0 };
    right.request(TruckId(2), &TRUCK, &ask).unwrap();
    right.settle();
    // The truck stops two lengths before the standing one, which may need the cells ahead of it. The grant names the
    // standing truck.
    let grant = right.grant(TruckId(2)).unwrap();
    assert!((15.0..30.0).contains(&grant.up_to) && grant.behind == Some(TruckId(1)), "{grant:?}");
    assert_eq!(right.explain().stuck().count(), 0);
}

#[test]
fn trucks_head_on_in_a_lane_are_reported_as_stuck() {
    let mut right = RightOfWay::new(Rules::of(&TRUCK));
    let (east, west) = (straight(0.0, 0.0, 100), straight(80.0, PI, 100));
    for (truck, path) in [(1, &east), (2, &west)] {
        let request_id = Uuid::from_u128(u128::from(truck));
        let ask = PathRequest { request_id, path, stops: &[], passed: 0.0, wanted: 90.0 };
        right.request(TruckId(truck), &TRUCK, &ask).unwrap();
    }
    right.settle();
    let stuck: Vec<_> = right.explain().stuck().map(|right| (right.truck, right.needs[0].behind)).collect();
    assert_eq!(stuck, [(TruckId(1), TruckId(2)), (TruckId(2), TruckId(1))]);
}

#[test]
fn a_truck_keeps_its_promise_until_a_schedule_for_its_new_path_is_found() {
    let mut right = RightOfWay::new(Rules::of(&TRUCK));
    let ask = |id, path, wanted| PathRequest { request_id: Uuid::from_u128(id), path, stops: &[], passed: 0.0, wanted };
    // One truck stands at the end of its path, head on in the path of the other.
    let (end, first, second) = (straight(150.0, PI, 0), straight(0.0, 0.0, 60), straight(0.0, 0.0, 250));
    right.request(TruckId(2), &TRUCK, &ask(1, &end, 0.0)).unwrap();
    right.request(TruckId(1), &TRUCK, &ask(2, &first, 0.0)).unwrap();
    right.settle();
    right.request(TruckId(1), &TRUCK, &ask(3, &second, 200.0)).unwrap();
    right.settle();
    let explanation = right.explain();
    let own = explanation.truck(TruckId(1)).unwrap();
    assert!((own.horizon - 60.0).abs() < 2.0 && own.length > 249.0, "{explanation}");
    assert!(right.grant(TruckId(1)).unwrap().up_to < 60.0, "{explanation}");
    assert!(explanation.to_string().contains("up to 60 m, not beyond"), "{explanation}");
    // The first truck drives to its horizon and waits there for the second one. No other truck drives, so the first
    // truck is reported as stuck.
    let up_to = right.grant(TruckId(1)).unwrap().up_to;
    let at_horizon = PathRequest { passed: up_to, ..ask(3, &[], 200.0) };
    right.request(TruckId(1), &TRUCK, &at_horizon).unwrap();
    right.settle();
    let explanation = right.explain();
    assert_eq!(right.grant(TruckId(1)).unwrap().behind, Some(TruckId(2)), "{explanation}");
    assert_eq!(explanation.stuck().map(|right| right.truck).collect::<Vec<_>>(), [TruckId(1)], "{explanation}");
    // The second truck is taken off the mine.
    right.forget(TruckId(2));
    right.request(TruckId(1), &TRUCK, &at_horizon).unwrap();
    while !right.settle().is_empty() {}
    let explanation = right.explain();
    assert!(right.grant(TruckId(1)).unwrap().up_to >= 199.0, "{explanation}");
    assert_eq!(explanation.truck(TruckId(1)).unwrap().horizon, own.length, "{explanation}");
}

fn straight(from: f64, heading: f64, length: u32) -> Vec<PathPose> {
    let pose = |s: f64| Pose2::new(from + s * heading.cos(), 0.0, heading);
    (0..=length).map(f64::from).map(|s| PathPose { station: s, pose: pose(s), reverse: false }).collect()
}

#[test]
fn a_truck_is_never_granted_less_than_it_has() {
    let mut right = RightOfWay::new(Rules::of(&TRUCK));
    let path = straight(0.0, 0.0, 200);
    let ask = |passed: f64, wanted: f64| PathRequest {
        request_id: Uuid::from_u128(1),
        path: &path,
        stops: &[],
        passed,
        wanted,
    };
    right.request(TruckId(1), &TRUCK, &ask(0.0, 100.0)).unwrap();
    right.settle();
    let first = right.grant(TruckId(1)).unwrap().up_to;
    assert!(first >= 99.0, "no other truck is there: {first}");
    right.request(TruckId(1), &TRUCK, &ask(50.0, 60.0)).unwrap();
    right.settle();
    assert_eq!(right.grant(TruckId(1)).unwrap().up_to, first);
    // Cells beyond a truck's grant are not freed, even if the truck reports that it has passed them.
    right.request(TruckId(1), &TRUCK, &ask(1.0e6, 1.0e7)).unwrap();
    assert!(!right.claims().next().unwrap().1.is_empty());
}

#[test]
fn a_truck_follows_another_and_its_grant_names_it() {
    let mut right = RightOfWay::new(Rules::of(&TRUCK));
    let (ahead, behind) = (straight(40.0, 0.0, 200), straight(0.0, 0.0, 240));
    let ask =
        |id, path, passed, wanted| PathRequest { request_id: Uuid::from_u128(id), path, stops: &[], passed, wanted };
    right.request(TruckId(1), &TRUCK, &ask(1, &ahead, 0.0, 5.0)).unwrap();
    right.request(TruckId(2), &TRUCK, &ask(2, &behind, 0.0, 100.0)).unwrap();
    right.settle();
    let grant = right.grant(TruckId(2)).unwrap();
    assert_eq!(grant.behind, Some(TruckId(1)));
    // The truck's front and the gap stay behind the tail of the truck ahead.
    assert!((10.0..40.0 - 10.0).contains(&grant.up_to), "{grant:?}");
    right.request(TruckId(1), &TRUCK, &ask(1, &ahead, 5.0, 100.0)).unwrap();
    right.settle();
    right.request(TruckId(1), &TRUCK, &ask(1, &ahead, 100.0, 150.0)).unwrap();
    assert!(right.settle().contains(&TruckId(2)), "told unasked");
    let grant = right.grant(TruckId(2)).unwrap();
    assert!(grant.up_to >= 99.0 && grant.behind.is_none(), "{grant:?}");
}

#[test]
fn a_broken_request_changes_nothing() {
    let mut right = RightOfWay::new(Rules::of(&TRUCK));
    let path = straight(0.0, 0.0, 100);
    let ask =
        |id, passed, wanted| PathRequest { request_id: Uuid::from_u128(id), path: &path, stops: &[], passed, wanted };
    right.request(TruckId(1), &TRUCK, &ask(1, 0.0, 50.0)).unwrap();
    right.settle();
    let before = right.explain();
    assert!(right.request(TruckId(1), &TRUCK, &ask(1, f64::NAN, 50.0)).is_err());
    assert!(right.request(TruckId(1), &TRUCK, &ask(2, 0.0, f64::INFINITY)).is_err());
    assert_eq!(right.explain(), before);
    assert_eq!(right.grant(TruckId(1)).unwrap().request_id, Uuid::from_u128(1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn eight_trucks_on_a_crossroads_of_two_lanes_all_arrive(
        choices in proptest::collection::vec(any::<u16>(), 100..300),
        lanes in proptest::array::uniform4(60.0..120.0_f64),
        hops in proptest::array::uniform8(proptest::array::uniform3(1..4_usize)),
    ) {
        let arms = (0..4).map(|i| arm(f64::from(i) * FRAC_PI_2, lanes[i as usize])).collect();
        let layout = Layout { arms, offset: 5.0, bay: 0.0 };
        // Two trucks begin at each pad, one at its waiting pose and one in its spot.
        let tours: Vec<_> = hops.iter().enumerate().map(|(i, hops)| {
            let mut tour = vec![i / 2];
            tour.extend(hops.iter().scan(i / 2, |at, hop| { *at = (*at + hop) % 4; Some(*at) }));
            (i % 2 == 1, tour)
        }).collect();
        let mut fleet = Fleet::new(&layout, &tours);
        let mut pairs = HashSet::new();
        let (mut idle, mut events) = (0, 0_usize);
        while !fleet.all_done() {
            let choice = usize::from(choices[events % choices.len()]) + events / choices.len();
            events += 1;
            let moved = fleet.act(choice % 8, 5.0 + (choice / 8 % 6) as f64 * 5.0).map_err(TestCaseError::fail)?;
            if moved {
                fleet.check(&mut pairs).map_err(TestCaseError::fail)?;
            }
            idle = if moved { 0 } else { idle + 1 };
            prop_assert!(idle < 400, "no truck moves after {} events:\n{}", events, fleet.words());
        }
    }
}

proptest! {
    #[test]
    fn any_request_is_answered_without_panic(
        path in proptest::collection::vec((any::<f64>(), any::<f64>(), any::<f64>(), any::<f64>(), any::<bool>()), 0..6),
        stops in proptest::collection::vec(any::<f64>(), 0..4), passed in any::<f64>(), wanted in any::<f64>(),
    ) {
        let mut right = RightOfWay::new(Rules::of(&TRUCK));
        let path: Vec<_> = path.into_iter().map(|(station, x, y, heading, reverse)| PathPose {
            station, pose: Pose2::new(x, y, heading), reverse,
        }).collect();
        let near: Vec<_> = straight(0.0, 0.0, 50);
        for path in [&near[..], &path[..]] {
            let request = PathRequest { request_id: Uuid::from_u128(path.len() as u128), path, stops: &stops, passed, wanted };
            let _ = right.request(TruckId(0), &TRUCK, &request);
            right.settle();
        }
    }
}
