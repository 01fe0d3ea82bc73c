//! Manned vehicles among the trucks: trucks wait for vehicles, vehicles wait for trucks, and touches are accidents.

mod two_pads;

use haul_core::{Point2, Pose2, SimTime, StandReason, VehicleId};
use haul_sim::{
    CoverageHole, DriverKind, Event, EventKind, LineQuality, Setup, Touched, VehicleKind, VehicleSetup, VehicleState,
    VehicleWay, WayPose, WayStop, World,
};
use std::f64::consts::PI;

/// Returns a straight route to the west, in the lane of trucks that drive to the face, with an optional stop.
fn way(from: f64, to: f64, y: f64, stop: Option<WayStop>) -> VehicleWay {
    let pose = |x: f64| WayPose { station: from - x, pose: Pose2::new(x, y, PI) };
    VehicleWay::new(vec![pose(from), pose(to)], stop.into_iter().collect()).unwrap()
}

fn vehicle(way: VehicleWay, start: f64) -> VehicleSetup {
    VehicleSetup {
        id: VehicleId::from("cart"),
        kind: VehicleKind::WaterCart,
        way,
        speed: 6.0,
        start: SimTime::from_seconds(start),
        has_beacon: true,
        works: true,
    }
}

/// Returns the setup of one truck in the lane to the face, 300 m before the pad.
fn setup(vehicle: VehicleSetup) -> Setup {
    let mut setup = two_pads::setup(2, 1);
    setup.trucks.remove(0);
    setup.vehicles = vec![vehicle];
    setup
}

fn run(world: &mut World, seconds: f64) -> Vec<Event> {
    let until = world.now().seconds() + seconds;
    let mut events = Vec::new();
    while world.now().seconds() < until {
        world.step();
        events.extend(world.take_events());
    }
    events
}

#[test]
fn a_truck_waits_behind_a_vehicle_that_stands_in_its_lane_and_names_it() {
    // The vehicle stands 60 m ahead of the truck for two minutes, then drives on to the far corner of the pad.
    let stop = WayStop { station: 40.0, seconds: 120.0 };
    let mut world = World::new(setup(vehicle(way(260.0, -50.0, 5.2, Some(stop)), 0.0))).unwrap();
    let mut events = run(&mut world, 100.0);
    let truck = &world.trucks()[0];
    let (reason, _) = truck.stands().unwrap_or_else(|| panic!("{:?} {:?}", truck.plan_pose(), truck.velocity()));
    assert!(matches!(reason, StandReason::Vehicle { vehicle, .. } if vehicle.as_str() == "cart"), "{reason}");
    let gap = truck.plan_pose().x - truck.footprint().front - world.vehicles()[0].pose().x;
    assert!((2.0..30.0).contains(&gap), "{gap}");
    events.extend(run(&mut world, 400.0));
    assert!(!events.iter().any(|e| matches!(e.what, EventKind::Collision { .. })));
    assert_eq!(world.vehicles()[0].state(), VehicleState::Parked);
    let loaded = events.iter().any(|e| matches!(e.what, EventKind::Loaded { .. }));
    assert!(loaded, "the truck was not loaded: {:?}", world.trucks()[0].stands());
}

#[test]
fn a_vehicle_gives_way_to_a_truck_that_stands_in_its_lane() {
    let mut setup = setup(vehicle(way(415.0, 0.0, 5.2, None), 0.0));
    setup.trucks[0].driver = DriverKind::FullBrake;
    let mut world = World::new(setup).unwrap();
    let events = run(&mut world, 60.0);
    assert!(matches!(world.vehicles()[0].state(), VehicleState::GivesWay(_)), "{:?}", world.vehicles()[0].state());
    assert!(world.vehicles()[0].gave_way_seconds() > 20.0);
    assert!(!events.iter().any(|e| matches!(e.what, EventKind::Collision { .. })));
}

#[test]
fn a_truck_that_runs_into_a_vehicle_has_an_accident_with_it() {
    let parked = way(300.0, 299.0, 5.2, None);
    let mut setup = setup(vehicle(parked, 1e6));
    setup.trucks[0].driver = DriverKind::FullThrottle;
    let mut world = World::new(setup).unwrap();
    let events = run(&mut world, 25.0);
    let hits = events.iter().filter(
        |e| matches!(&e.what, EventKind::Collision { with: Touched::Vehicle(id), .. } if id.as_str() == "cart"),
    );
    assert!(hits.count() >= 1, "{:?}", world.trucks()[0].plan_pose());
    assert!(world.metrics().total().collisions >= 1);
}

/// Returns the east coordinates (m) of the vehicles that the truck knows after some seconds.
fn known(setup: Setup, seconds: f64) -> Vec<f64> {
    let mut world = World::new(setup).unwrap();
    run(&mut world, seconds);
    let carts = |o: &&haul_autonomy::perceive::TrackedObstacle| (o.pose.y - 5.2).abs() < 1.0;
    world.trucks()[0].onboard().obstacles().iter().filter(carts).map(|o| o.pose.x).collect()
}

#[test]
fn a_truck_knows_of_a_vehicle_beyond_its_detector_by_the_beacon_alone() {
    // The vehicle is 160 m ahead; the range of the detector is 100 m.
    let parked = || setup(vehicle(way(200.0, 199.0, 5.2, None), 1e6));
    assert!(known(parked(), 2.0).iter().any(|x| (x - 200.0).abs() < 0.01));
    let mut without = parked();
    without.vehicles[0].has_beacon = false;
    assert!(known(without, 2.0).is_empty());
    // The truck also knows the vehicle over a line that delays every beacon by up to 1 s.
    let mut late = parked();
    late.line = LineQuality { delay: (0.5, 1.0), loss: 0.2, duplicates: 0.2, ..LineQuality::default() };
    assert!(known(late, 6.0).iter().any(|x| (x - 200.0).abs() < 0.01));
}

#[test]
fn a_beacon_lost_without_coverage_and_its_return_are_reported() {
    let mut setup = setup(vehicle(way(260.0, -50.0, 5.2, None), 0.0));
    setup.trucks[0].driver = DriverKind::FullBrake;
    let hole = CoverageHole { centre: Point2::new(150.0, 5.2), radius: 30.0 };
    setup.line = LineQuality { holes: vec![hole], ..LineQuality::default() };
    let mut world = World::new(setup).unwrap();
    let events = run(&mut world, 60.0);
    let said: Vec<&EventKind> = events
        .iter()
        .map(|e| &e.what)
        .filter(|w| matches!(w, EventKind::BeaconLost { .. } | EventKind::BeaconBack { .. }))
        .collect();
    let cart = || VehicleId::from("cart");
    let expected = [EventKind::BeaconLost { vehicle: cart() }, EventKind::BeaconBack { vehicle: cart() }];
    assert_eq!(said, expected.iter().collect::<Vec<_>>());
}

#[test]
fn duplicate_vehicle_names_and_invalid_speeds_are_refused() {
    let mut twice = setup(vehicle(way(260.0, 200.0, 5.2, None), 0.0));
    twice.vehicles.push(twice.vehicles[0].clone());
    assert!(World::new(twice).is_err_and(|e| e.to_string().contains("two vehicles `cart`")));
    let mut slow = setup(vehicle(way(260.0, 200.0, 5.2, None), 0.0));
    slow.vehicles[0].speed = f64::NAN;
    assert!(World::new(slow).is_err_and(|e| e.to_string().contains("expected a speed above 0")));
}
