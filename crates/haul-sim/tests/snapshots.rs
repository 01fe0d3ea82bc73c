//! A run resumed from a snapshot of any step has the same future, bit for bit.

mod two_pads;

use haul_core::random::{Draw, stream};
use haul_core::{ObstacleId, Point2, Pose2, SimTime};
use haul_record::EventKind;
use haul_sim::{ScriptedInput, SensorLevel, Setup, SimError, SimInput, Snapshot, SnapshotError, World};

fn at(seconds: f64, input: SimInput) -> ScriptedInput {
    ScriptedInput { at: SimTime::from_seconds(seconds), input }
}

/// Returns a setup of four trucks, one of them loaded, with an obstacle on the road and an all-stop.
fn busy(sensors: SensorLevel) -> Setup {
    let mut setup = two_pads::setup(4, 11);
    setup.sensors = sensors;
    setup.trucks[1].start = Pose2::new(300.0, -5.2, 0.0);
    setup.trucks[1].payload_kg = 91e3;
    setup.script = vec![
        at(30.0, SimInput::PlaceObstacle { id: "rock".into(), at: Point2::new(200.0, 5.2), radius: 1.0 }),
        at(70.0, SimInput::RemoveObstacle { id: ObstacleId::from("rock") }),
        at(90.0, SimInput::AllStop),
        at(100.0, SimInput::Resume),
        at(120.0, SimInput::SetFriction(0.4)),
    ];
    setup
}

/// Simulated duration of the long run, s.
const SECONDS: u64 = 170;

#[test]
fn a_run_interrupted_at_20_random_steps_ends_as_the_uninterrupted_one() {
    let setup = busy(SensorLevel::Objects);
    let steps = SECONDS * 200;
    let mut draws = stream(1, "snapshots", "test");
    let mut cuts: Vec<u64> = (0..20).map(|_| draws.between(0.0, steps as f64) as u64).collect();
    cuts.sort_unstable();
    let mut whole = World::new(setup.clone()).unwrap();
    let mut cut = World::new(setup.clone()).unwrap();
    let (mut events, mut cut_events) = (Vec::new(), Vec::new());
    for step in 0..steps {
        if cuts.contains(&step) {
            let hash = whole.state_hash();
            let bytes = cut.snapshot().unwrap().to_bytes().unwrap();
            let snapshot = Snapshot::from_bytes(&bytes).unwrap();
            assert_eq!((snapshot.step(), snapshot.state_hash()), (step, hash));
            cut = World::resume(setup.clone(), &snapshot).unwrap();
            assert_eq!(cut.state_hash(), hash, "resumed at step {step}");
        }
        whole.step();
        cut.step();
        events.extend(whole.take_events());
        cut_events.extend(cut.take_events());
    }
    assert_eq!(whole.state_hash(), cut.state_hash());
    assert_eq!(whole.metrics(), cut.metrics());
    assert_eq!(events, cut_events);
    // The run contains the events that are hard to resume.
    let has = |what: fn(&EventKind) -> bool| events.iter().any(|e| what(&e.what));
    assert!(has(|e| matches!(e, EventKind::Pass { .. })), "nothing was loaded");
    assert!(has(|e| matches!(e, EventKind::Tipped { .. })), "nothing was tipped");
    assert!(has(|e| matches!(e, EventKind::Stands { .. })), "no truck stood");
}

#[test]
fn a_run_with_scan_sensors_resumes_too() {
    let mut setup = busy(SensorLevel::Scan);
    setup.trucks.truncate(2);
    let mut whole = World::new(setup.clone()).unwrap();
    for _ in 0..3_333 {
        whole.step();
    }
    let mut cut = World::resume(setup, &whole.snapshot().unwrap()).unwrap();
    for _ in 0..2_000 {
        whole.step();
        cut.step();
    }
    assert_eq!(whole.state_hash(), cut.state_hash());
}

#[test]
fn a_run_resumes_in_the_middle_of_a_contact() {
    let mut setup = two_pads::setup(1, 5);
    // A rock that no sensor can see in time: it appears inside the truck's outline.
    let start = setup.trucks[0].start.place(4.0, 0.0);
    setup.script = vec![at(0.5, SimInput::PlaceObstacle { id: "rock".into(), at: start, radius: 1.5 })];
    let mut whole = World::new(setup.clone()).unwrap();
    for _ in 0..110 {
        whole.step();
    }
    assert!(whole.metrics().total().collisions > 0, "nothing touches");
    let mut cut = World::resume(setup, &whole.snapshot().unwrap()).unwrap();
    for _ in 0..1_000 {
        whole.step();
        cut.step();
    }
    assert_eq!(whole.trucks()[0].pose(), cut.trucks()[0].pose());
    assert_eq!(whole.state_hash(), cut.state_hash());
}

/// Returns a setup and its world in the middle of a run.
fn under_way() -> (Setup, World) {
    let setup = two_pads::setup(2, 7);
    let mut world = World::new(setup.clone()).unwrap();
    for _ in 0..1_500 {
        world.step();
    }
    (setup, world)
}

#[test]
fn pending_inputs_and_untaken_events_are_resumed() {
    let (setup, mut world) = under_way();
    world.inject(SimInput::AllStop);
    let mut resumed = World::resume(setup, &world.snapshot().unwrap()).unwrap();
    world.step();
    resumed.step();
    assert_eq!(world.inputs(), resumed.inputs());
    assert_eq!(world.inputs().len(), 1);
    let events = world.take_events();
    assert!(!events.is_empty());
    assert_eq!(events, resumed.take_events());
    assert_eq!(world.state_hash(), resumed.state_hash());
}

#[test]
fn a_snapshot_of_another_setup_is_refused_and_says_what_differs() {
    let (setup, world) = under_way();
    let snapshot = world.snapshot().unwrap();
    let refused = |change: fn(&mut Setup)| {
        let mut other = setup.clone();
        change(&mut other);
        match World::resume(other, &snapshot) {
            Err(SimError::Snapshot(SnapshotError::OtherRun(parts))) => parts.join(", "),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("resumed"),
        }
    };
    assert_eq!(refused(|s| s.seed += 1), "the seed");
    assert_eq!(refused(|s| s.sensors = SensorLevel::Scan), "the sensors");
    assert_eq!(refused(|s| s.trucks[0].start.x += 0.01), "the trucks");
    assert_eq!(refused(|s| s.script.push(at(1e4, SimInput::AllStop))), "the scripted inputs");
    let mine = refused(|s| {
        let map = std::sync::Arc::make_mut(&mut s.map);
        map.terrain.raise(Point2::new(100.0, 0.0), 5.0, 0.2);
    });
    assert_eq!(mine, "the mine");
}

#[test]
fn every_truncated_snapshot_is_refused() {
    let (_, world) = under_way();
    let bytes = world.snapshot().unwrap().to_bytes().unwrap();
    assert_eq!(Snapshot::from_bytes(&[]), Err(SnapshotError::NoSnapshot));
    for length in 1..bytes.len() {
        match Snapshot::from_bytes(&bytes[..length]) {
            Err(SnapshotError::Cut { .. }) => {}
            other => panic!("{length} of {} bytes: {other:?}", bytes.len()),
        }
    }
    let long = [&bytes[..], &[0]].concat();
    assert!(matches!(Snapshot::from_bytes(&long), Err(SnapshotError::Damaged(_))));
}

#[test]
fn every_flipped_bit_of_a_snapshot_is_refused() {
    let (_, world) = under_way();
    let bytes = world.snapshot().unwrap().to_bytes().unwrap();
    let mut draws = stream(2, "snapshots", "flips");
    for k in 0..2_000 {
        // Flip every bit of the header, and random bits of the rest.
        let bit = if k < 28 * 8 { k } else { draws.between(0.0, 8.0 * bytes.len() as f64) as usize };
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(Snapshot::from_bytes(&flipped).is_err(), "bit {bit}");
    }
}

#[test]
fn a_forged_snapshot_gives_an_error_and_no_panic() {
    /// Length of the header in bytes; the checksum covers the rest.
    const HEAD: usize = 28;
    let (setup, world) = under_way();
    let bytes = world.snapshot().unwrap().to_bytes().unwrap();
    let mut draws = stream(3, "snapshots", "forged");
    for _ in 0..20 {
        let mut forged = bytes.clone();
        let byte = HEAD + draws.between(0.0, (bytes.len() - HEAD) as f64) as usize;
        forged[byte] ^= 1 << (draws.between(0.0, 8.0) as u32);
        let checksum = haul_core::state::hash_bytes(&forged[HEAD..]);
        forged[HEAD - 8..HEAD].copy_from_slice(&checksum.to_le_bytes());
        // The state hash does not cover the events and the companion. Every other flip must be an error.
        if let Ok(snapshot) = Snapshot::from_bytes(&forged) {
            let _ = World::resume(setup.clone(), &snapshot);
        }
    }
}

#[test]
fn the_error_names_another_format_or_version() {
    let (_, world) = under_way();
    let bytes = world.snapshot().unwrap().to_bytes().unwrap();
    let mut format = bytes.clone();
    format[8] = 10;
    assert_eq!(Snapshot::from_bytes(&format), Err(SnapshotError::Format { found: 10 }));
    let mut program = bytes;
    // The program version comes first in the body, after its own length.
    program[29] = b'9';
    let checksum = haul_core::state::hash_bytes(&program[28..]);
    program[20..28].copy_from_slice(&checksum.to_le_bytes());
    let error = Snapshot::from_bytes(&program).unwrap_err();
    assert!(error.to_string().starts_with("the snapshot was taken by haul 9."), "{error}");
    assert_eq!(Snapshot::from_bytes(b"[scenario]\n"), Err(SnapshotError::NoSnapshot));
}
