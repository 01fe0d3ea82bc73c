//! Trucks on a small network, their messages in any order, lost and doubled: no two ever hold ground that they cannot
//! have together, and all arrive.

use haul_core::{NodeId, RoadId, TruckId};
use haul_fleet::right_of_way::{Ground, Network, RightOfWay, RoadShape, Rules};
use haul_messages::{RoadSpan, Uuid};
use proptest::prelude::*;

fn rules() -> Rules {
    Rules { front: 7.0, rear: 3.0, gap: 10.0, two_lane_width: 21.0, junction_radius: 10.0, horizon: 150.0, step: 10.0 }
}

fn road(from: u32, to: u32, length: f64, narrow: &[(f64, f64)]) -> RoadShape {
    RoadShape { from: NodeId(from), to: NodeId(to), length, one_way: false, narrow: narrow.to_vec() }
}

/// The lanes out and the lanes back.
type Shuttle = (Vec<(u32, bool)>, Vec<(u32, bool)>);

/// A truck that drives as far as it is granted.
struct Driver {
    truck: TruckId,
    route: Vec<RoadSpan>,
    journeys: u32,
    passed: f64,
    granted: f64,
}

fn spans(network: &Network, lanes: &[(u32, bool)], offset: f64) -> Vec<RoadSpan> {
    let mut at = offset;
    lanes
        .iter()
        .map(|&(road, forward)| {
            let length = network.road(RoadId(road)).unwrap().length;
            let (from_station, to_station) = if forward { (0.0, length) } else { (length, 0.0) };
            let span = RoadSpan {
                road: RoadId(road),
                forward,
                from_station,
                to_station,
                journey_from: at,
                journey_to: at + length,
            };
            at += length;
            span
        })
        .collect()
}

fn id(truck: TruckId, journey: u32) -> Uuid {
    Uuid::from_u128(u128::from(truck.0) << 64 | u128::from(journey))
}

/// The rule written down a second time, point by point: two trucks at the same point of a road, in the same direction,
/// or in opposite ones where it is narrow.
fn clash(a: &Ground, b: &Ground, network: &Network) -> Option<(RoadId, f64)> {
    for s in &a.stretches {
        for t in b.stretches.iter().filter(|t| t.road == s.road) {
            let shape = network.road(s.road).unwrap();
            let mut station = s.lo + 0.05;
            while station < s.hi - 0.05 {
                let in_both = t.lo + 0.05 < station && station < t.hi - 0.05;
                let narrow = shape.narrow.iter().any(|&(lo, hi)| lo < station && station < hi);
                if in_both && (s.forward == t.forward || narrow) {
                    return Some((s.road, station));
                }
                station += 0.5;
            }
        }
    }
    None
}

fn check(right: &RightOfWay) -> Result<(), TestCaseError> {
    let claims: Vec<_> = right.claims().collect();
    for (i, (a, mine)) in claims.iter().enumerate() {
        for (b, theirs) in &claims[i + 1..] {
            if let Some((road, at)) = clash(mine, theirs, right.network()) {
                return Err(TestCaseError::fail(format!("{a} and {b} both hold {road} at {at:.1} m")));
            }
            prop_assert!(
                !mine.conflicts(theirs, right.network()),
                "{} and {} on a junction\n{:?}\n{:?}",
                a,
                b,
                mine,
                theirs
            );
        }
    }
    Ok(())
}

/// Lets trucks shuttle for so many journeys each. `choices` decides who speaks, and whether the message is lost or
/// comes twice. Fails when a claim conflicts at any moment or nobody has moved for long.
fn shuttle(network: Network, routes: Vec<Shuttle>, journeys: u32, choices: &[u16]) -> Result<(), TestCaseError> {
    // Off the road for this long at either end: the journey begins and ends in a place.
    const OFF_ROAD: f64 = 40.0;
    let mut right = RightOfWay::new(network.clone(), rules());
    let mut drivers: Vec<Driver> = (0..routes.len())
        .map(|i| Driver { truck: TruckId(i as u32), route: vec![], journeys: 0, passed: 0.0, granted: 0.0 })
        .collect();
    let length = |route: &[RoadSpan]| route.last().map_or(0.0, |span| span.journey_to + OFF_ROAD);
    for (driver, route) in drivers.iter_mut().zip(&routes) {
        driver.route = spans(&network, &route.0, OFF_ROAD);
    }
    let mut idle = 0;
    for round in 0..200_000_usize {
        if drivers.iter().all(|d| d.journeys >= journeys) {
            return Ok(());
        }
        let choice = choices[round % choices.len()] as usize + round / choices.len();
        let i = choice % drivers.len();
        let driver = &mut drivers[i];
        // It drives some way, as far as it may.
        let end = length(&driver.route);
        let to = (driver.passed + 5.0 + (choice / 11 % 7) as f64 * 5.0).min(driver.granted).min(end);
        idle = if to > driver.passed + 0.01 { 0 } else { idle + 1 };
        driver.passed = driver.passed.max(to);
        if driver.passed >= end && driver.journeys < journeys {
            driver.journeys += 1;
            idle = 0;
            // After its last journey it stands where it is and goes on telling so.
            if driver.journeys < journeys {
                let back = driver.journeys % 2 == 1;
                driver.route = spans(&network, if back { &routes[i].1 } else { &routes[i].0 }, OFF_ROAD);
                (driver.passed, driver.granted) = (0.0, 0.0);
            }
        }
        prop_assert!(
            idle < 4_000,
            "nobody moves: {:?}",
            drivers.iter().map(|d| (d.truck, d.journeys, d.passed, d.granted)).collect::<Vec<_>>()
        );
        let lost = (choice / 7).is_multiple_of(5);
        let copies = if lost { 0 } else { 1 + usize::from((choice / 7).is_multiple_of(11)) };
        let request_id = id(driver.truck, driver.journeys.min(journeys - 1));
        for _ in 0..copies {
            right.request(driver.truck, request_id, &driver.route, driver.passed, true).unwrap();
            check(&right)?;
            // Grants to others than the asker are lost here: each hears its own when it asks next.
            right.settle();
            check(&right)?;
            let (granted_id, granted) = right.grant(driver.truck).unwrap();
            prop_assert_eq!(granted_id, request_id);
            prop_assert!(granted >= driver.granted, "a grant shrank from {} to {}", driver.granted, granted);
            driver.granted = granted;
        }
    }
    Err(TestCaseError::fail(format!(
        "not all arrived: {:?}",
        drivers.iter().map(|d| (d.truck, d.journeys, d.passed, d.granted)).collect::<Vec<_>>()
    )))
}

/// A pit: two faces join at a junction, a ramp with a single-lane middle leads up to another junction, from there to a
/// dump and a crusher.
fn pit(ramp_narrow: &[(f64, f64)], dump_narrow: &[(f64, f64)]) -> Network {
    Network::new(vec![
        road(0, 2, 180.0, &[]),
        road(1, 2, 150.0, &[(20.0, 60.0)]),
        road(2, 3, 600.0, ramp_narrow),
        road(3, 4, 200.0, dump_narrow),
        road(3, 5, 160.0, &[]),
    ])
}

fn pit_routes(trucks: usize) -> Vec<Shuttle> {
    (0..trucks)
        .map(|i| {
            let (face, dump) = ((i % 2) as u32, 3 + (i / 2 % 2) as u32);
            let out = vec![(face, true), (2, true), (dump, true)];
            let back = vec![(dump, false), (2, false), (face, false)];
            // Half of them begin at the top.
            if i % 3 == 0 { (back, out) } else { (out, back) }
        })
        .collect()
}

#[test]
fn a_stream_of_trucks_one_way_does_not_starve_the_one_that_waits_the_other_way() {
    // Single lane from 150 to 250 m, room on either side.
    let network = Network::new(vec![road(0, 1, 600.0, &[(150.0, 250.0)])]);
    let mut right = RightOfWay::new(network.clone(), rules());
    let (up, down) = (spans(&network, &[(0, true)], 0.0), spans(&network, &[(0, false)], 0.0));
    let mut ask = |truck: u32, journey: &[RoadSpan], passed: f64| {
        right.request(TruckId(truck), id(TruckId(truck), 0), journey, passed, true).unwrap();
        right.settle();
        let grant = |truck: u32| right.grant(TruckId(truck)).map_or(0.0, |(_, station)| station);
        [grant(0), grant(1), grant(9)]
    };
    // Truck 0 is in the lane and has its place well beyond it. Truck 9 comes to the far side.
    ask(0, &up, 20.0);
    ask(0, &up, 120.0);
    let before = ask(9, &down, 300.0);
    assert!(before[0] >= 253.0 && 600.0 - before[2] >= 250.0 + 17.0, "{before:?}");
    // Truck 1 comes up behind truck 0 and could follow it through. But truck 9 was there first.
    ask(1, &up, 20.0);
    let behind = ask(0, &up, 200.0);
    assert!(behind[1] <= 150.0 - 17.0, "truck 1 stays before the lane: {behind:?}");
    // Truck 0 is out of the lane: truck 9 goes, and truck 1 when that is through.
    let turn = ask(0, &up, 254.0);
    assert!(600.0 - turn[2] < 150.0 && turn[1] <= 150.0 - 17.0, "truck 9's turn: {turn:?}");
    let last = ask(9, &down, 600.0 - 146.0);
    assert!(last[1] > 200.0, "truck 1's turn: {last:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn on_a_two_lane_pit_all_arrive_and_no_claims_conflict(choices in proptest::collection::vec(any::<u16>(), 40..200), trucks in 2..7_usize) {
        shuttle(pit(&[], &[]), pit_routes(trucks), 3, &choices)?;
    }

    #[test]
    fn on_a_single_lane_ramp_with_a_passing_place_all_arrive_and_no_claims_conflict(
        choices in proptest::collection::vec(any::<u16>(), 40..200), trucks in 2..7_usize,
        a in 30.0..200.0_f64, b in 60.0..200.0_f64, c in 30.0..100.0_f64,
    ) {
        shuttle(pit(&[(50.0, 50.0 + a), (50.0 + a + c, 50.0 + a + c + b)], &[]), pit_routes(trucks), 3, &choices)?;
    }

    #[test]
    fn on_single_lanes_throughout_all_arrive_and_no_claims_conflict(choices in proptest::collection::vec(any::<u16>(), 40..200), trucks in 2..6_usize) {
        let network = Network::new(vec![road(0, 1, 300.0, &[(0.0, 300.0)]), road(1, 2, 200.0, &[(0.0, 200.0)])]);
        let (out, back) = (vec![(0, true), (1, true)], vec![(1, false), (0, false)]);
        let routes = (0..trucks).map(|i| if i % 2 == 0 { (out.clone(), back.clone()) } else { (back.clone(), out.clone()) });
        shuttle(network, routes.collect(), 3, &choices)?;
    }

    #[test]
    fn any_request_is_answered_without_panic(
        spans in proptest::collection::vec((any::<u8>(), any::<bool>(), any::<f64>(), any::<f64>(), any::<f64>(), any::<f64>()), 0..6),
        passed in any::<f64>(),
    ) {
        let mut right = RightOfWay::new(pit(&[], &[]), rules());
        let spans: Vec<_> = spans.into_iter().map(|(road, forward, a, b, c, d)| RoadSpan {
            road: RoadId(u32::from(road % 6)), forward, from_station: a, to_station: b, journey_from: c, journey_to: d,
        }).collect();
        let _ = right.request(TruckId(0), Uuid::nil(), &spans, passed, false);
        right.settle();
    }
}
