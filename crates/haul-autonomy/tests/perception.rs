//! Perception of a synthetic scan: the ground of a ramp is removed, and obstacles on it remain.

mod rig;

use haul_autonomy::perceive::{Perception, Shape};
use haul_autonomy::{DetectedObject, Estimate, LidarScan, ObjectShape, SensorFrame};
use haul_core::random::{Draw, stream};
use haul_core::{Footprint, Isometry3, Point2, Point3, Pose2, SimTime, Vector2, Vector3};
use haul_mine::{MineMap, Terrain};
use haul_vehicle::TruckSpec;
use nalgebra::{Rotation3, UnitQuaternion};
use rig::mine::small_mine;

/// Returns the body frame of a truck that rests on the ground.
fn body(map: &MineMap, pose: Pose2) -> Isometry3 {
    let z = map.terrain.normal(pose.x, pose.y);
    let ahead = pose.ahead();
    let x = (Vector3::new(ahead.x, ahead.y, 0.0) - z * z.dot(&Vector3::new(ahead.x, ahead.y, 0.0))).normalize();
    let axes = Rotation3::from_basis_unchecked(&[x, z.cross(&x), z]);
    Isometry3::from_parts(
        Vector3::new(pose.x, pose.y, map.terrain.height(pose.x, pose.y)).into(),
        UnitQuaternion::from_rotation_matrix(&axes),
    )
}

/// Returns a scan of the ground all around, rough by a few centimetres, and of the sides of some posts (x, y, radius,
/// height).
fn scan(map: &MineMap, pose: Pose2, posts: &[(f64, f64, f64, f64)], seed: u64) -> LidarScan {
    scan_from(map, pose, &body(map, pose), posts, seed)
}

/// Returns a scan from a body whose tilt differs from the map's slope.
fn scan_from(map: &MineMap, pose: Pose2, body: &Isometry3, posts: &[(f64, f64, f64, f64)], seed: u64) -> LidarScan {
    let mut noise = stream(seed, "bench", "lidar");
    let back = body.inverse();
    let mut points = Vec::new();
    for ring in 1..60 {
        for spoke in 0..180 {
            let (r, a) = (1.3 * f64::from(ring), f64::from(spoke).to_radians() * 2.0);
            let (x, y) = (pose.x + r * a.cos(), pose.y + r * a.sin());
            let z = map.terrain.height(x, y) + 0.05 * noise.normal();
            points.push(back * Point3::new(x, y, z));
        }
    }
    for &(x, y, radius, height) in posts {
        for k in 0..60 {
            let a = noise.between(0.0, std::f64::consts::TAU);
            let (px, py) = (x + radius * a.cos(), y + radius * a.sin());
            let z = map.terrain.height(x, y) + height * f64::from(k) / 60.0;
            points.push(back * Point3::new(px, py, z));
        }
    }
    LidarScan { origin: Isometry3::translation(5.0, 0.0, 4.0), points }
}

fn estimate(pose: Pose2) -> Estimate {
    Estimate { pose, ready: true, position_sigma: 0.03, ..Estimate::default() }
}

#[test]
fn on_a_ramp_only_obstacles_are_seen() {
    let map = small_mine();
    // Test along the 7 % ramp and across it, where a filter for flat ground would see a wall.
    let pose = Pose2::new(210.0, 50.0, 0.4);
    let mut perception = Perception::new(TruckSpec::tr100at().footprint());
    let posts = [(235.0, 50.0, 0.5, 1.5), (190.0, 46.0, 1.0, 2.5)];
    for k in 0..5 {
        let time = SimTime::from_seconds(0.1 * k as f64);
        let frame = SensorFrame { time, lidar: Some(scan(&map, pose, &posts, k)), ..SensorFrame::default() };
        perception.update(&frame, &estimate(pose), &map);
    }
    let seen = perception.obstacles();
    assert_eq!(seen.len(), 2, "{seen:?}");
    for &(x, y, radius, _) in &posts {
        let found = seen.iter().find(|o| (o.pose.x - x).hypot(o.pose.y - y) < 0.4).expect("a post is not detected");
        let size = match found.shape {
            Shape::Disc(r) => r,
            Shape::Box(f) => f.front,
        };
        assert!((size - radius).abs() < 0.5, "{found:?}");
        assert!(found.velocity.norm() < 1e-9, "a post does not move");
    }
}

#[test]
fn load_brake_and_bend_that_tilt_the_truck_make_no_obstacles() {
    let map = small_mine();
    let posts = [(235.0, 52.0, 0.5, 1.5), (185.0, 46.0, 1.0, 2.5)];
    for (pitch, roll, sunk) in [(0.0_f64, 0.0_f64, 0.0), (1.5, 0.0, -0.2), (-2.0, 1.0, -0.25), (1.0, -1.5, 0.1)] {
        let pose = Pose2::new(210.0, 50.0, 0.4);
        let tilt = Isometry3::from_parts(
            Vector3::new(0.0, 0.0, sunk).into(),
            UnitQuaternion::from_euler_angles(roll.to_radians(), pitch.to_radians(), 0.0),
        );
        let mut perception = Perception::new(TruckSpec::tr100at().footprint());
        for k in 0..10 {
            let time = SimTime::from_seconds(0.1 * k as f64);
            let lidar = Some(scan_from(&map, pose, &(body(&map, pose) * tilt), &posts, k));
            let frame = SensorFrame { time, lidar, ..SensorFrame::default() };
            perception.update(&frame, &estimate(pose), &map);
        }
        let seen = perception.obstacles();
        assert_eq!(seen.len(), 2, "{pitch}° {roll}° {sunk} m: {seen:?}");
        for &(x, y, ..) in &posts {
            assert!(seen.iter().any(|o| (o.pose.x - x).hypot(o.pose.y - y) < 0.6), "{pitch}° {roll}°: {seen:?}");
        }
    }
}

#[test]
fn walls_beside_the_road_make_no_obstacles_when_the_position_is_off_by_centimetres() {
    let mut map = small_mine();
    // A wall of 12 m stands outside the drivable surface, as steep as the 2 m grid allows.
    let (low, high) = map.terrain.bounds();
    let spacing = map.terrain.spacing();
    let (columns, rows) = map.terrain.size();
    let heights: Vec<f32> = (0..columns * rows)
        .map(|k| {
            let at = Point2::new(low.x + (k % columns) as f64 * spacing, low.y + (k / columns) as f64 * spacing);
            let wall = if map.drivable.contains(at) { 0.0 } else { 12.0 };
            (map.terrain.height(at.x, at.y) + wall) as f32
        })
        .collect();
    assert!(high.x > low.x);
    map.terrain = Terrain::new(low, spacing, columns, heights).unwrap();
    for (k, x) in (0..25).zip((120..).step_by(8)) {
        let x = f64::from(x);
        let pose = Pose2::new(x, 25.0 * (1.0 - (x / 420.0 * std::f64::consts::TAU).cos()), 0.0);
        let error = Pose2::new(pose.x + 0.06, pose.y - 0.06, 0.004);
        let mut perception = Perception::new(TruckSpec::tr100at().footprint());
        for n in 0..5_u64 {
            let time = SimTime::from_seconds(0.1 * n as f64);
            let lidar = Some(scan(&map, pose, &[], 100 * k + n));
            let frame = SensorFrame { time, lidar, ..SensorFrame::default() };
            perception.update(&frame, &estimate(error), &map);
        }
        assert!(perception.obstacles().is_empty(), "at {x}: {:?}", perception.obstacles());
    }
}

#[test]
fn a_frame_taken_twice_is_one_sighting() {
    let map = small_mine();
    let pose = Pose2::new(0.0, 0.0, 0.0);
    let mut perception = Perception::new(TruckSpec::tr100at().footprint());
    let time = SimTime::from_seconds(1.0);
    let lidar = Some(scan(&map, pose, &[(20.0, 5.0, 0.5, 1.5)], 1));
    let frame = SensorFrame { time, lidar, ..SensorFrame::default() };
    for _ in 0..10 {
        assert!(perception.update(&frame, &estimate(pose), &map).is_empty(), "a sighting confirms itself");
    }
    let later = SensorFrame { time: SimTime::from_seconds(1.1), ..frame };
    assert_eq!(perception.update(&later, &estimate(pose), &map).len(), 1);
}

#[test]
fn object_with_a_velocity_or_an_outline_that_is_not_a_number_is_still_there() {
    let map = small_mine();
    let pose = Pose2::new(0.0, 0.0, 0.0);
    let whole = DetectedObject {
        pose: Pose2::new(20.0, 5.0, 0.3),
        shape: ObjectShape::Box(Footprint { front: 2.5, rear: 2.5, half_width: 1.0 }),
        velocity: Vector2::zeros(),
    };
    let nan = f64::NAN;
    for object in [
        DetectedObject { velocity: Vector2::new(nan, 0.0), ..whole },
        DetectedObject { pose: Pose2::new(20.0, 5.0, nan), ..whole },
        DetectedObject { shape: ObjectShape::Disc(nan), ..whole },
        DetectedObject { shape: ObjectShape::Box(Footprint { front: nan, rear: 2.5, half_width: 1.0 }), ..whole },
    ] {
        let mut perception = Perception::new(TruckSpec::tr100at().footprint());
        let frame = SensorFrame { time: SimTime::from_seconds(1.0), objects: vec![object], ..SensorFrame::default() };
        let known = perception.update(&frame, &estimate(pose), &map);
        assert_eq!(known.len(), 1, "{object:?}");
        let o = known[0];
        assert!(o.pose.is_finite() && o.velocity.norm() == 0.0 && o.shape.reach() >= 2.5, "{o:?}");
    }
}

#[test]
fn objects_of_the_detector_keep_their_number_and_go_when_they_are_gone() {
    let map = small_mine();
    let pose = Pose2::new(0.0, 0.0, 0.0);
    let mut perception = Perception::new(TruckSpec::tr100at().footprint());
    let car = Footprint { front: 2.5, rear: 2.5, half_width: 1.0 };
    let at = |k: u32, x: f64| SensorFrame {
        time: SimTime::from_seconds(0.05 * f64::from(k)),
        objects: vec![DetectedObject {
            pose: Pose2::new(x, 5.0, 0.0),
            shape: ObjectShape::Box(car),
            velocity: Vector2::new(8.0, 0.0),
        }],
        ..SensorFrame::default()
    };
    let mut numbers = Vec::new();
    for k in 0..40 {
        let known = perception.update(&at(k, 10.0 + 0.4 * f64::from(k)), &estimate(pose), &map);
        assert_eq!(known.len(), 1);
        numbers.push(known[0].id);
    }
    assert!(numbers.iter().all(|id| *id == numbers[0]));
    let empty = SensorFrame { time: SimTime::from_seconds(3.5), ..SensorFrame::default() };
    assert!(perception.update(&empty, &estimate(pose), &map).is_empty());
}
