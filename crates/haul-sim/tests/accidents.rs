//! Accidents are detected, reported and counted, and the run continues.

mod two_pads;

use haul_core::{Point2, Pose2, SimTime};
use haul_messages::CycleState;
use haul_sim::{Event, EventKind, ScriptedInput, Setup, SimInput, Touched, TruckStatus, World};

fn run(world: &mut World, seconds: f64) -> Vec<Event> {
    let until = world.now().seconds() + seconds;
    let mut events = Vec::new();
    while world.now().seconds() < until {
        world.step();
        events.extend(world.take_events());
    }
    events
}

/// Returns the setup of one truck that starts at a pose.
fn starting_at(start: Pose2) -> Setup {
    let mut setup = two_pads::setup(1, 1);
    setup.trucks[0].start = start;
    setup
}

#[test]
fn an_obstacle_in_the_lane_stops_the_truck_until_it_is_removed() {
    let mut setup = two_pads::setup(1, 1);
    setup.trucks[0].payload_kg = 91e3;
    setup.trucks[0].start = Pose2::new(80.0, -5.2, 0.0);
    let at = Point2::new(230.0, -5.0);
    setup.script = vec![ScriptedInput {
        at: SimTime::from_seconds(5.0),
        input: SimInput::PlaceObstacle { id: "rock".into(), at, radius: 1.5 },
    }];
    let mut world = World::new(setup).unwrap();
    run(&mut world, 90.0);
    let truck = &world.trucks()[0];
    let nose = truck.plan_pose().place(truck.footprint().front, 0.0);
    let gap = (at - nose).norm() - 1.5;
    assert!(truck.velocity().norm() < 0.05, "{:?}", truck.velocity());
    assert!((2.0..30.0).contains(&gap), "stands {gap} m before it: {:?}", truck.onboard().telemetry().stands);
    assert_eq!(world.metrics().total().collisions, 0);
    world.inject(SimInput::RemoveObstacle { id: "rock".into() });
    run(&mut world, 60.0);
    assert!(world.trucks()[0].plan_pose().x > at.x, "it goes on");
}

#[test]
fn an_obstacle_is_removed_by_its_name() {
    let mut world = World::new(two_pads::setup(1, 1)).unwrap();
    let place = |id: &str, x: f64| SimInput::PlaceObstacle { id: id.into(), at: Point2::new(x, 60.0), radius: 1.0 };
    world.inject(place("first", 200.0));
    world.inject(place("second", 203.0));
    world.inject(place("first", 210.0));
    world.step();
    let obstacles = |world: &World| -> Vec<(String, f64)> {
        let posts = world.posts().iter();
        posts.filter_map(|p| Some((p.obstacle()?.to_string(), p.at.x))).collect()
    };
    assert_eq!(obstacles(&world), [("second".into(), 203.0), ("first".into(), 210.0)], "the same name moves it");
    world.inject(SimInput::RemoveObstacle { id: "third".into() });
    world.inject(SimInput::RemoveObstacle { id: "first".into() });
    world.step();
    assert_eq!(obstacles(&world), [("second".into(), 203.0)]);
}

#[test]
fn an_obstacle_that_appears_at_the_front_of_a_truck_is_a_collision() {
    let mut setup = two_pads::setup(1, 1);
    setup.trucks[0].start = Pose2::new(350.0, 5.2, std::f64::consts::PI);
    let mut world = World::new(setup).unwrap();
    let mut events = run(&mut world, 25.0);
    let truck = &world.trucks()[0];
    let speed = truck.velocity().norm();
    assert!(speed > 5.0, "it is on its way: {speed}");
    let nose = truck.plan_pose().place(truck.footprint().front + 4.0, 0.0);
    world.inject(SimInput::PlaceObstacle { id: "rock".into(), at: nose, radius: 1.0 });
    events.extend(run(&mut world, 10.0));
    let hits = events.iter().filter(|e| matches!(e.what, EventKind::Collision { with: Touched::Obstacle(_), .. }));
    assert_eq!(hits.count(), 1);
    assert_eq!(world.metrics().total().collisions, 1);
}

#[test]
fn an_all_stop_holds_every_truck_until_the_resume() {
    let mut world = World::new(two_pads::setup(2, 1)).unwrap();
    run(&mut world, 20.0);
    world.inject(SimInput::AllStop);
    run(&mut world, 15.0);
    for truck in world.trucks() {
        assert!(truck.velocity().norm() < 0.02, "{} {:?}", truck.id(), truck.velocity());
        assert_eq!(truck.onboard().telemetry().state, CycleState::Stopped);
    }
    let odometers = |w: &World| w.trucks().iter().map(|t| t.truck().state().odometer).sum::<f64>();
    let before = odometers(&world);
    run(&mut world, 30.0);
    assert!(odometers(&world) - before < 0.05, "nobody creeps");
    world.inject(SimInput::Resume);
    run(&mut world, 30.0);
    let said = |w: &World| w.trucks().iter().map(|t| t.onboard().telemetry().stands.clone()).collect::<Vec<_>>();
    assert!(odometers(&world) - before > 5.0, "work goes on: {:?}", said(&world));
}

#[test]
fn rain_lengthens_the_distance_that_a_truck_slides() {
    let slide = |friction: Option<f64>| {
        let mut setup = two_pads::setup(1, 1);
        setup.trucks[0].start = Pose2::new(350.0, 5.2, std::f64::consts::PI);
        let mut world = World::new(setup).unwrap();
        run(&mut world, 25.0);
        let from = world.trucks()[0].plan_pose().x;
        if let Some(friction) = friction {
            world.inject(SimInput::SetFriction(friction));
        }
        world.inject(SimInput::AllStop);
        run(&mut world, 25.0);
        assert!(world.trucks()[0].velocity().norm() < 0.1);
        from - world.trucks()[0].plan_pose().x
    };
    let (dry, ice) = (slide(None), slide(Some(0.12)));
    assert!(ice > dry * 1.3, "{dry} m dry, {ice} m on ice");
}

#[test]
fn time_off_the_drivable_surface_is_counted() {
    // The truck's right wheels stand outside the edge of the road.
    let mut world = World::new(starting_at(Pose2::new(200.0, -12.0, 0.0))).unwrap();
    let events = run(&mut world, 2.0);
    let total = world.metrics().total();
    assert!(total.off_surface_seconds > 1.5, "{total:?}");
    assert!(total.min_clearance_m.unwrap() < 0.0, "{total:?}");
    assert_eq!(events.iter().filter(|e| matches!(e.what, EventKind::OffSurface { .. })).count(), 1);
}

/// Returns the setup with the ground of its mine raised by `height` (m; negative to dig) about a point.
fn reshaped(setup: Setup, centre: Point2, radius: f64, height: f64) -> Setup {
    let mut map = (*setup.map).clone();
    map.terrain.raise(centre, radius, height);
    Setup { map: std::sync::Arc::new(map), ..setup }
}

#[test]
fn a_truck_that_starts_on_a_cliff_falls_and_the_run_continues() {
    // The cliff is on the upper pad; the other truck drives to the face on the lower pad.
    let mut setup = reshaped(two_pads::setup(2, 1), Point2::new(two_pads::PAD_DISTANCE - 20.0, 40.0), 16.0, -40.0);
    setup.trucks[0].start = Pose2::new(two_pads::PAD_DISTANCE - 28.0, 44.0, 0.4);
    setup.trucks[1].start = Pose2::new(0.0, -40.0, 0.0);
    let mut world = World::new(setup).unwrap();
    let events = run(&mut world, 40.0);
    let fell = events
        .iter()
        .any(|e| matches!(e.what, EventKind::Overturned { .. } | EventKind::Collision { with: Touched::Terrain, .. }));
    assert!(fell, "{:?}", world.trucks()[0].pose());
    assert!(world.trucks()[0].pose().translation.vector.iter().all(|v| v.is_finite()));
    assert_eq!(world.trucks()[1].status(), TruckStatus::Running);
    assert!(world.trucks()[1].truck().state().odometer > 5.0, "the other truck goes on working");
}

#[test]
fn a_truck_that_slides_off_the_map_is_gone_and_the_run_continues() {
    // An icy hill, whose western slope leads off the map.
    let mut setup = reshaped(two_pads::setup(2, 1), Point2::new(-85.0, -60.0), 45.0, 18.0);
    setup.trucks[0].start = Pose2::new(-108.0, -60.0, std::f64::consts::PI);
    setup.script = vec![ScriptedInput { at: SimTime::START, input: SimInput::SetFriction(0.03) }];
    let mut world = World::new(setup).unwrap();
    let events = run(&mut world, 20.0);
    assert!(events.iter().any(|e| matches!(e.what, EventKind::LeftMap { .. })), "{:?}", world.trucks()[0].plan_pose());
    assert_eq!(world.trucks()[0].status(), TruckStatus::Gone);
    let stays = world.trucks()[0].pose();
    run(&mut world, 1.0);
    assert_eq!(world.trucks()[0].pose(), stays);
}
