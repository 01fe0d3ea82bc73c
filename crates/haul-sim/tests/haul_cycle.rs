//! The complete loop: a truck drives from its start to the face, is loaded, tips, and comes back.

mod two_pads;

use haul_core::PlaceId;
use haul_sim::{Event, EventKind, World};

/// Runs until `cycles` cycles are done or `seconds` have passed. Returns all events.
fn run(world: &mut World, cycles: usize, seconds: f64) -> Vec<Event> {
    let mut events = Vec::new();
    while world.metrics().total().cycles < cycles && world.now().seconds() < seconds {
        world.step();
        events.extend(world.take_events());
    }
    events
}

#[test]
fn a_truck_hauls_from_the_face_to_the_dump_and_again() {
    let mut world = World::new(two_pads::setup(1, 1)).unwrap();
    let events = run(&mut world, 2, 1_500.0);
    let told = || events.iter().map(|e| format!("{} {:?}", e.at, e.what)).collect::<Vec<_>>().join("\n");
    let total = world.metrics().total();
    assert_eq!(total.cycles, 2, "{}\n{:?}", told(), world.trucks()[0].onboard().telemetry().stands);
    assert_eq!(total.collisions, 0, "{}", told());
    assert_eq!(total.off_surface_seconds, 0.0, "{}", told());
    assert!(total.lateral_error_max_m.unwrap() < 0.5, "{total:?}");
    assert!(total.min_clearance_m.unwrap() > 0.3, "{total:?}");
    assert_eq!(total.spilled_kg, 0.0);
    for cycle in &world.metrics().trucks[0].cycles {
        assert!((cycle.payload_kg / 91e3 - 1.0).abs() < 0.05, "{cycle:?}");
        assert_eq!(cycle.load, Some(PlaceId::from("face")));
        assert_eq!(cycle.dump, Some(PlaceId::from("dump")));
        assert!((cycle.stages.values().sum::<f64>() - cycle.seconds()).abs() < 0.1, "{cycle:?}");
        assert!(cycle.fuel_kg > 1.0 && cycle.distance_m > 500.0, "{cycle:?}");
    }
    let produced = events.iter().filter(|e| matches!(e.what, EventKind::Produced { .. })).count();
    assert_eq!(produced, 2, "the site's own record agrees");
    assert!((world.tips()[0].received_kg() - total.delivered_kg).abs() < 1.0);
}
