//! Two trucks share a face and a crusher: both work without an accident, and a standing truck reports why.

use haul_core::{PlaceId, SimTime, StandKind, TruckId};
use haul_mine::MineMap;
use haul_planner::Conditions;
use haul_sim::{EventKind, SensorLevel, Setup, ShovelSetup, TruckSetup, World};
use haul_vehicle::TruckSpec;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Speed below which a truck counts as standing, m/s.
const STANDING_SPEED: f64 = 0.02;
/// Time (s) that the truck's own estimate needs to detect a standstill.
const ESTIMATE_DELAY: f64 = 1.0;
/// Time (s) within which both trucks must be back from the crusher.
const TIME_LIMIT: f64 = 3_000.0;
/// Number of steps between two checks of the reasons: 20 Hz.
const CHECK_STEPS: u64 = 10;
const CHECK_TIME: f64 = 0.05;

/// Returns a setup of two trucks that start in the park of the sample pit and haul from `face_1` to the crusher.
fn setup() -> Setup {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/mines/sample_pit");
    let map = Arc::new(MineMap::load(&folder).unwrap());
    let spec = Arc::new(TruckSpec::tr100at());
    let park = map.place(&PlaceId::from("park")).unwrap();
    let truck = |i: u32| TruckSetup {
        id: TruckId(i + 1),
        spec: Arc::clone(&spec),
        start: park.spots[i as usize].pose,
        payload_kg: 0.0,
        fuel_kg: None,
        load: PlaceId::from("face_1"),
        dump: PlaceId::from("crusher"),
        park: Some(park.id.clone()),
        driver: Default::default(),
        lateral_control: Default::default(),
    };
    Setup {
        trucks: (0..2).map(truck).collect(),
        shovels: vec![ShovelSetup {
            place: PlaceId::from("face_1"),
            spec: haul_vehicle::shovel("hydraulic_15m3").unwrap(),
        }],
        seed: 1,
        conditions: Conditions::of(&map),
        sensors: SensorLevel::Objects,
        slippery: Vec::new(),
        weather: Default::default(),
        script: Vec::new(),
        line: Default::default(),
        vehicles: Vec::new(),
        epoch: haul_messages::Epoch::default(),
        map,
        atlas: None,
    }
}

#[test]
fn two_trucks_at_one_face_both_haul_and_report_why_they_stand() {
    let mut world = World::new(setup()).unwrap();
    let mut events = Vec::new();
    let mut stood = [0.0_f64; 2];
    let mut reasons: [BTreeMap<StandKind, f64>; 2] = Default::default();
    let told = |reasons: &[BTreeMap<StandKind, f64>; 2], world: &World| {
        let said: Vec<_> = world.trucks().iter().map(|t| t.onboard().telemetry().stands.clone()).collect();
        format!("{reasons:?}, now {said:?} at {}", world.now())
    };
    while world.metrics().trucks.iter().any(|t| t.cycles.is_empty()) {
        assert!(world.now() < SimTime::from_seconds(TIME_LIMIT), "a truck has no cycle: {}", told(&reasons, &world));
        world.step();
        if !world.steps().is_multiple_of(CHECK_STEPS) {
            continue;
        }
        for (i, truck) in world.trucks().iter().enumerate() {
            let stands = truck.velocity().norm() < STANDING_SPEED;
            stood[i] = if stands { stood[i] + CHECK_TIME } else { 0.0 };
            let Some(reason) = &truck.onboard().telemetry().stands else {
                assert!(stood[i] < ESTIMATE_DELAY, "{} stands without a reason at {}", truck.id(), world.now());
                continue;
            };
            *reasons[i].entry(reason.kind()).or_default() += CHECK_TIME;
        }
        events.extend(world.take_events());
        let stuck = events.iter().find(|e| matches!(e.what, EventKind::Stuck { .. }));
        assert!(stuck.is_none(), "{stuck:?}: {}", told(&reasons, &world));
    }
    let total = world.metrics().total();
    assert_eq!(total.collisions, 0, "{}", told(&reasons, &world));
    assert_eq!(total.off_surface_seconds, 0.0);
    for kinds in &reasons {
        assert!(kinds.contains_key(&StandKind::Loading) && kinds.contains_key(&StandKind::Tipping), "{kinds:?}");
    }
}
