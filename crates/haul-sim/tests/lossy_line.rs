//! Work continues over a line that loses, delays, repeats and reorders messages.

mod two_pads;

use haul_core::{Point2, SimTime};
use haul_sim::{CoverageHole, Event, EventKind, LineQuality, ScriptedInput, SimInput, World};

fn run(world: &mut World, seconds: f64) -> Vec<Event> {
    let mut events = Vec::new();
    while world.now().seconds() < seconds {
        world.step();
        events.extend(world.take_events());
    }
    events
}

fn bad_line() -> LineQuality {
    LineQuality { loss: 0.2, delay: (0.0, 5.0), duplicates: 0.2, ..LineQuality::default() }
}

#[test]
fn two_trucks_haul_over_a_bad_line_and_the_record_counts_each_load_once() {
    let mut setup = two_pads::setup(2, 1);
    setup.line = bad_line();
    let mut world = World::new(setup).unwrap();
    let events = run(&mut world, 2_400.0);
    let total = world.metrics().total();
    assert_eq!((total.stuck, total.collisions), (0, 0), "{total:?}");
    assert!(total.cycles >= 4, "{total:?}");
    let produced = events.iter().filter(|e| matches!(e.what, EventKind::Produced { .. })).count();
    let tipped = events.iter().filter(|e| matches!(e.what, EventKind::Tipped { place: Some(_), .. })).count();
    assert!(produced == tipped || produced + 1 == tipped, "{produced} of {tipped} loads; one may be on its way");
    let refused: Vec<String> = events
        .iter()
        .filter(|e| matches!(e.what, EventKind::Refused { .. }))
        .map(|e| format!("{} {}", e.at, e.what))
        .collect();
    assert!(refused.is_empty(), "late and repeated messages are no faults: {refused:#?}");
}

#[test]
fn an_all_stop_and_its_resume_reach_every_truck_over_a_bad_line() {
    let mut setup = two_pads::setup(2, 3);
    setup.line = bad_line();
    let input = |at, input| ScriptedInput { at: SimTime::from_seconds(at), input };
    setup.script = vec![
        input(30.0, SimInput::AllStop),
        input(33.0, SimInput::Resume),
        input(36.0, SimInput::AllStop),
        input(120.0, SimInput::Resume),
    ];
    let mut world = World::new(setup).unwrap();
    run(&mut world, 80.0);
    for truck in world.trucks() {
        assert!(truck.velocity().norm() < 0.05, "{} {:?}", truck.id(), truck.onboard().telemetry().stands);
    }
    let driven = |w: &World| w.trucks().iter().map(|t| t.truck().state().odometer).collect::<Vec<_>>();
    let before = driven(&world);
    run(&mut world, 119.0);
    assert!(driven(&world).iter().zip(&before).all(|(a, b)| a - b < 0.1), "no truck moves under the all-stop");
    run(&mut world, 400.0);
    assert!(driven(&world).iter().zip(&before).all(|(a, b)| a - b > 20.0), "all go on: {:?}", driven(&world));
}

#[test]
fn a_truck_without_coverage_drives_to_the_end_of_its_grant_and_waits() {
    let mut setup = two_pads::setup(1, 1);
    setup.trucks[0].payload_kg = 91e3;
    setup.trucks[0].start = haul_core::Pose2::new(80.0, -5.2, 0.0);
    setup.line.holes = vec![CoverageHole { centre: Point2::new(250.0, 0.0), radius: 60.0 }];
    let mut world = World::new(setup).unwrap();
    run(&mut world, 300.0);
    let truck = &world.trucks()[0];
    let counts = world.line().counts(truck.id());
    assert!(counts.lost > 0, "{counts:?}");
    let at = truck.plan_pose();
    let (stands, _) = truck.stands().unwrap_or_else(|| panic!("it drives on without a grant: {at:?}"));
    assert_eq!(stands.kind(), haul_core::StandKind::RightOfWay, "{stands}");
    assert!((190.0..310.0).contains(&at.x), "{at:?}");
}
