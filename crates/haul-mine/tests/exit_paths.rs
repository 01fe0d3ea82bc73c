//! Tests of waiting poses on exit paths: a queue that blocks departing trucks is moved, and the move is reported.

#![allow(clippy::print_stdout, reason = "the figures of a mine are the test's result")]

use haul_core::{Footprint, NodeId, PlaceId, Point2, Point3, Polygon, Polyline, Pose2, RoadId, angle};
use haul_mine::import::{ReadOptions, import_survey};
use haul_mine::{
    Drivable, ImportOptions, Lanes, MineMap, PitSpec, Place, PlaceKind, Road, RoadGraph, RoadNode, RoadStation, Side,
    Spot, Terrain, TruckShape, generate_pit, propose_places, resolve_place,
};
use std::f64::consts::PI;
use std::path::Path;

/// Outline of a 100 t truck.
const SHAPE: TruckShape =
    TruckShape { footprint: Footprint { front: 7.0, rear: 3.0, half_width: 3.0 }, turning_radius: 11.0 };
/// Length of the road (m).
const ROAD: f64 = 500.0;

/// Returns a mine with one road that runs east. A face with the waiting poses `queue` lies at the western end, and a
/// dump at the eastern end. The road has a single lane from `single.0` to `single.1` (m), and two lanes elsewhere.
fn mine(single: (f64, f64), queue: &[Pose2]) -> MineMap {
    let line = Polyline::new((0..=250).map(|i| Point3::new(f64::from(i) * 2.0, 0.0, 0.0)));
    let station = |s: f64| {
        let is_single = (single.0..=single.1).contains(&s);
        let (half, lanes) = if is_single { (6.0, Lanes::One) } else { (12.0, Lanes::Two) };
        RoadStation { width_left: half, width_right: half, lanes, ..RoadStation::default() }
    };
    let stations = line.stations().iter().map(|&s| station(s)).collect();
    let node = |id, x| RoadNode { id: NodeId(id), position: Point3::new(x, 0.0, 0.0) };
    let road =
        Road { id: RoadId(0), from: NodeId(0), to: NodeId(1), line, stations, one_way: false, speed_limit: None };
    let ring = [(-80.0, -60.0), (580.0, -60.0), (580.0, 60.0), (-80.0, 60.0)].map(|(x, y)| Point2::new(x, y));
    let terrain = Terrain::new(Point2::new(-100.0, -100.0), 100.0, 8, vec![0.0; 24]).unwrap();
    let drivable = Drivable::new(Polygon { outer: ring.to_vec(), holes: vec![] }).unwrap();
    let roads = RoadGraph::new(vec![node(0, 0.0), node(1, ROAD)], vec![road]);
    let place = |id: &str, kind, spot: Pose2, queue: &[Pose2]| Place {
        id: PlaceId::from(id),
        kind,
        spots: vec![Spot { name: format!("{id}/1"), pose: spot }],
        queue: queue.to_vec(),
        machine: None,
        obstacle_radius: 0.0,
        material_density: 1_800.0,
    };
    let mut map = MineMap { traffic_side: Side::Right, ..MineMap::new("one road", terrain, drivable, roads) };
    map.set_places(vec![
        place("face", PlaceKind::Load, Pose2::new(-40.0, 0.0, 0.0), queue),
        place("dump", PlaceKind::Dump, Pose2::new(540.0, 0.0, PI), &[]),
    ]);
    map
}

/// Returns the pose of a truck that waits at (x, y), headed west towards the face.
fn waits(x: f64, y: f64) -> Pose2 {
    Pose2::new(x, y, PI)
}

/// Returns true if the outline of a waiting truck stays clear of a truck that departs from the face in its lane.
fn is_off(map: &MineMap, pose: Pose2) -> bool {
    let lane = map.roads.lanes(map.traffic_side).into_iter().find(|lane| lane.forward).unwrap().line;
    let poses = (0..ROAD as u32).filter_map(|s| lane.pose(f64::from(s)));
    let apart = |at: Pose2| SHAPE.footprint.outline(at, 0.5).map(|p| SHAPE.footprint.distance(pose, p));
    poses.flat_map(apart).fold(f64::INFINITY, f64::min) >= 0.9
}

#[test]
fn pose_in_a_single_lane_is_moved_to_a_two_lane_stretch() {
    let mut map = mine((0.0, 300.0), &[waits(60.0, 0.0), waits(80.0, 0.0)]);
    assert_eq!(map.queue_conflicts(&SHAPE).len(), 2);
    let moves = map.clear_exit_paths(&SHAPE);
    assert_eq!(moves.len(), 1);
    let queue = map.places[0].queue.clone();
    assert_eq!(moves[0].to.as_ref(), Some(&queue));
    assert!(!queue.is_empty() && queue.iter().all(|pose| pose.x > 300.0 && is_off(&map, *pose)), "{queue:?}");
    assert!(queue.iter().all(|pose| angle::difference(pose.heading, PI).abs() < 0.1), "they head for the face");
    let said = moves[0].to_string();
    assert!(said.starts_with("waiting pose 1 of `face` at (60.0, 0.0) lies on the exit path of `face/1`: "), "{said}");
    assert!(said.contains(&format!("from ({:.1}, {:.1}) on", queue[0].x, queue[0].y)), "{said}");
    assert!(map.clear_exit_paths(&SHAPE).is_empty(), "nothing is left to move");
}

#[test]
fn pose_on_its_own_side_of_a_wide_road_stays() {
    let queue = [waits(60.0, 6.0), waits(80.0, 6.0)];
    let mut map = mine((300.0, 400.0), &queue);
    assert!(map.clear_exit_paths(&SHAPE).is_empty());
    assert_eq!(map.places[0].queue, queue);
}

#[test]
fn pose_in_the_lane_of_departing_trucks_is_moved() {
    let mut map = mine((300.0, 400.0), &[waits(60.0, -6.0)]);
    assert_eq!(map.clear_exit_paths(&SHAPE).len(), 1);
    assert!(map.places[0].queue.iter().all(|pose| is_off(&map, *pose)), "{:?}", map.places[0].queue);
}

#[test]
fn pose_straight_ahead_of_the_spot_is_moved() {
    let mut map = mine((300.0, 400.0), &[waits(-15.0, 0.0)]);
    assert_eq!(map.queue_conflicts(&SHAPE)[0].spot, "face/1");
    map.clear_exit_paths(&SHAPE);
    assert!(map.places[0].queue[0].x > 0.0 && is_off(&map, map.places[0].queue[0]));
}

#[test]
fn pose_on_the_exit_path_of_another_place_is_moved() {
    // Trucks that wait for the dump stand in the lane of trucks that leave the dump.
    let mut map = mine((300.0, 400.0), &[]);
    map.places[1].queue = vec![Pose2::new(200.0, 6.0, 0.0)];
    let conflicts = map.queue_conflicts(&SHAPE);
    assert_eq!((conflicts[0].place.as_str(), conflicts[0].spot.as_str()), ("dump", "dump/1"));
    map.clear_exit_paths(&SHAPE);
    assert!(map.queue_conflicts(&SHAPE).is_empty());
}

#[test]
fn queue_without_a_free_pose_stays_and_is_reported() {
    let queue = [waits(60.0, 0.0)];
    let mut map = mine((0.0, ROAD), &queue);
    let moves = map.clear_exit_paths(&SHAPE);
    assert_eq!((moves.len(), moves[0].to.as_ref()), (1, None));
    assert_eq!(map.places[0].queue, queue);
    assert!(moves[0].to_string().contains("no free pose was found"), "{}", moves[0]);
}

fn is_clear(map: &MineMap, shape: &TruckShape) {
    let conflicts: Vec<String> = map.queue_conflicts(shape).iter().map(ToString::to_string).collect();
    println!("{}: {} places, conflicts left: {conflicts:?}", map.name, map.places.len());
    assert!(conflicts.is_empty(), "{}: {conflicts:?}", map.name);
}

#[test]
fn no_pose_of_the_sample_pit_is_on_an_exit_path() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/mines/sample_pit");
    let mut map = MineMap::load(&folder).unwrap();
    for moved in map.clear_exit_paths(&SHAPE) {
        println!("{moved}");
    }
    is_clear(&map, &SHAPE);
}

fn generated(seeds: impl Iterator<Item = u64>) {
    for seed in seeds {
        let spec = PitSpec::drawn(seed);
        is_clear(&generate_pit(&spec).unwrap(), &spec.truck);
    }
}

#[test]
fn no_pose_of_a_generated_mine_is_on_an_exit_path() {
    generated(501..=504);
}

#[test]
#[ignore = "makes 48 mines, which takes a minute or more"]
fn no_pose_of_many_generated_mines_is_on_an_exit_path() {
    generated(501..=548);
}

#[test]
#[ignore = "needs the survey of a real mine in the folder that HAUL_REAL_MINES names"]
fn no_pose_of_a_surveyed_mine_is_on_an_exit_path() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let edges = std::env::var_os("HAUL_REAL_MINES").map_or(beside, Into::into).join("dapai/edges.csv");
    assert!(edges.is_file(), "no survey at {}: set HAUL_REAL_MINES to the folder of real mines", edges.display());
    let (mut map, _) = import_survey(&[edges], &ReadOptions::default(), &ImportOptions::default()).unwrap();
    let places = propose_places(&map, &SHAPE).iter().filter_map(|p| resolve_place(&map, p, &SHAPE).ok()).collect();
    map.set_places(places);
    for moved in map.clear_exit_paths(&SHAPE) {
        println!("{moved}");
    }
    is_clear(&map, &SHAPE);
}
