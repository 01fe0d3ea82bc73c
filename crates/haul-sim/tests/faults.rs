//! Faults of sensors, actuators and line: the truck stops and reports why, or drives on and finishes.

mod two_pads;

use haul_core::{SimTime, StandKind, StandReason, TruckId};
use haul_sim::{ScriptedInput, SimInput, TruckFault, World};

const TRUCK: TruckId = TruckId(1);

/// Runs the first truck with a fault that begins at `at` and is repaired after `lasts` seconds, if given.
fn run(fault: TruckFault, at: f64, lasts: Option<f64>, seconds: f64) -> World {
    let mut setup = two_pads::setup(1, 1);
    let input = |at: f64, input| ScriptedInput { at: SimTime::from_seconds(at), input };
    setup.script = vec![input(at, SimInput::Fail { truck: TRUCK, fault })];
    if let Some(lasts) = lasts {
        setup.script.push(input(at + lasts, SimInput::Repair { truck: TRUCK, fault }));
    }
    let mut world = World::new(setup).unwrap();
    while world.now().seconds() < seconds && world.metrics().total().cycles == 0 {
        world.step();
    }
    world
}

fn no_accident(world: &World, fault: TruckFault) {
    let total = world.metrics().total();
    assert_eq!((total.collisions, total.off_surface_seconds), (0, 0.0), "{}: {total:?}", fault.name());
}

#[test]
fn a_truck_with_a_grave_fault_stops_safely_and_reports_why() {
    let cases = [
        (TruckFault::SatelliteLost, StandKind::Supervisor),
        (TruckFault::SatelliteOffset { east: 5.0, north: 3.0 }, StandKind::Supervisor),
        (TruckFault::WheelSpeedsStuck, StandKind::Supervisor),
        (TruckFault::DetectorBlind, StandKind::Breakdown),
        (TruckFault::SteeringStuck, StandKind::Breakdown),
        (TruckFault::Engine, StandKind::Breakdown),
        // The truck's spot has been granted before, but not the path into it.
        (TruckFault::LineSilent, StandKind::RightOfWay),
    ];
    for (fault, kind) in cases {
        let world = run(fault, 12.0, None, 150.0);
        let truck = &world.trucks()[0];
        assert_eq!(truck.faults().active(), [fault]);
        no_accident(&world, fault);
        let (reason, _) = truck.stands().unwrap_or_else(|| {
            panic!("{}: it drives on at {:?}, {:?}", fault.name(), truck.plan_pose(), truck.velocity())
        });
        assert_eq!(reason.kind(), kind, "{}: {reason}", fault.name());
        assert!(truck.velocity().norm() < 0.1, "{}: {:?}", fault.name(), truck.velocity());
    }
}

#[test]
fn a_truck_with_a_light_fault_finishes_its_cycle() {
    for fault in
        [TruckFault::StrutsDead, TruckFault::Retarder, TruckFault::FrontBrakes, TruckFault::SteeringSlow { share: 0.7 }]
    {
        let world = run(fault, 12.0, None, 1_200.0);
        no_accident(&world, fault);
        assert!(world.metrics().total().cycles >= 1, "{}: {:?}", fault.name(), world.trucks()[0].stands());
    }
}

#[test]
fn a_truck_drives_on_after_its_fault_is_repaired() {
    for fault in
        [TruckFault::SatelliteLost, TruckFault::DetectorBlind, TruckFault::LineSilent, TruckFault::WheelSpeedsStuck]
    {
        let world = run(fault, 12.0, Some(60.0), 1_200.0);
        no_accident(&world, fault);
        assert!(world.trucks()[0].faults().active().is_empty());
        assert!(world.metrics().total().cycles >= 1, "{}: {:?}", fault.name(), world.trucks()[0].stands());
    }
}

#[test]
fn a_failed_hoist_keeps_the_load_and_is_named() {
    let fault = TruckFault::Hoist;
    let world = run(fault, 12.0, None, 900.0);
    no_accident(&world, fault);
    let reason = world.trucks()[0].stands().map(|(reason, _)| reason.clone());
    assert_eq!(reason, Some(StandReason::Breakdown { part: haul_core::MachinePart::Hoist }));
    assert!(world.metrics().total().delivered_kg <= 0.0);
    assert!(world.metrics().total().stuck >= 1, "a truck that cannot tip is stuck in the end");
}
