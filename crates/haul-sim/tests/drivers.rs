//! Drivers behind one interface: the stack, a person, a test driver.

mod two_pads;

use haul_core::{StandKind, TruckId};
use haul_record::{Controls, Gear};
use haul_sim::{DriverKind, SimInput, World};

const TRUCK: TruckId = TruckId(1);

fn world(driver: DriverKind) -> World {
    let mut setup = two_pads::setup(1, 1);
    setup.trucks[0].driver = driver;
    World::new(setup).unwrap()
}

fn run(world: &mut World, seconds: f64) {
    let until = world.now().seconds() + seconds;
    while world.now().seconds() < until {
        world.step();
    }
}

fn reason(world: &World) -> Option<StandKind> {
    world.trucks()[0].stands().map(|(reason, _)| reason.kind())
}

#[test]
fn a_truck_that_starts_by_hand_stands_until_driven_and_reports_it() {
    let mut world = world(DriverKind::Manual);
    let start = world.trucks()[0].plan_pose();
    run(&mut world, 30.0);
    assert_eq!(reason(&world), Some(StandKind::ByHand));
    assert!(world.trucks()[0].plan_pose().distance(start) < 0.1);
    let controls = Controls { gear: Gear::Forward, throttle: 0.3, park_brake: false, ..Controls::default() };
    world.inject(SimInput::Drive { truck: TRUCK, controls });
    run(&mut world, 6.0);
    let driven = world.trucks()[0].plan_pose();
    assert!(driven.x - start.x > 3.0 && (driven.y - start.y).abs() < 1.0, "straight ahead: {driven:?}");
    assert_eq!(world.trucks()[0].driver(), DriverKind::Manual);
}

#[test]
fn a_truck_taken_over_by_hand_and_handed_back_finishes_its_cycle() {
    let mut world = world(DriverKind::Stack);
    run(&mut world, 12.0);
    let brake = Controls { service_brake: 0.6, park_brake: false, ..Controls::default() };
    world.inject(SimInput::Drive { truck: TRUCK, controls: brake });
    run(&mut world, 20.0);
    assert_eq!(reason(&world), Some(StandKind::ByHand));
    let forward =
        Controls { gear: Gear::Forward, throttle: 0.3, steering: 0.2, park_brake: false, ..Controls::default() };
    world.inject(SimInput::Drive { truck: TRUCK, controls: forward });
    run(&mut world, 4.0);
    // The truck is handed back in motion, off its path.
    assert!(world.trucks()[0].velocity().norm() > 0.3);
    world.inject(SimInput::HandBack { truck: TRUCK });
    run(&mut world, 900.0);
    let total = world.metrics().total();
    assert!(total.cycles >= 1, "{:?}", world.trucks()[0].stands());
    assert_eq!((total.collisions, total.stuck, total.off_surface_seconds), (0, 0, 0.0), "{total:?}");
    assert_eq!(world.trucks()[0].driver(), DriverKind::Stack);
}

#[test]
fn test_drivers_perform_their_one_action() {
    let mut throttle = world(DriverKind::FullThrottle);
    run(&mut throttle, 6.0);
    let command = throttle.trucks()[0].command();
    assert_eq!((command.throttle, command.service_brake), (1.0, 0.0));
    assert!(throttle.trucks()[0].velocity().norm() > 2.0, "{:?}", throttle.trucks()[0].velocity());
    let mut brake = world(DriverKind::FullBrake);
    run(&mut brake, 6.0);
    assert_eq!(brake.trucks()[0].command().service_brake, 1.0);
    assert!(brake.trucks()[0].velocity().norm() < 0.01);
}

#[test]
fn an_input_for_an_unknown_truck_changes_nothing() {
    let (mut with, mut without) = (world(DriverKind::Stack), world(DriverKind::Stack));
    with.inject(SimInput::HandBack { truck: TruckId(99) });
    with.inject(SimInput::Drive { truck: TruckId(99), controls: Controls::default() });
    run(&mut with, 2.0);
    run(&mut without, 2.0);
    // The log of inputs differs, and nothing else.
    assert_eq!((with.inputs().len(), without.inputs().len()), (2, 0));
    assert_eq!(with.trucks()[0].pose(), without.trucks()[0].pose());
    assert_eq!(with.trucks()[0].driver(), DriverKind::Stack);
    assert_eq!(with.metrics(), without.metrics());
}
