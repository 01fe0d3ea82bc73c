//! Scans of a truck on the roads of the sample pit, made from the map's own ground: berms, walls and crests are not
//! obstacles, and a rock on the road is one.
#![allow(clippy::print_stdout, reason = "the figures reached are worth reading")]

use haul_autonomy::perceive::Perception;
use haul_autonomy::{Estimate, LidarScan, SensorFrame};
use haul_core::random::{Draw, Stream, stream};
use haul_core::{Isometry3, Point3, Pose2, SimTime, Vector3};
use haul_mine::MineMap;
use haul_vehicle::TruckSpec;
use nalgebra::{Rotation3, UnitQuaternion};
use std::path::Path;

/// Numbers of layers and columns of the fan.
const FAN: (u32, u32) = (15, 360);
/// Distances at which the steepest and the flattest layer hit level ground, m.
const GROUND: (f64, f64) = (13.0, 95.0);
/// Range of the lidar, m.
const REACH: f64 = 100.0;
/// Height of the top of the mast, m.
const MAST: f64 = 5.7;

/// A post: its centre, radius and height, m.
type Post = (f64, f64, f64, f64);

fn sample_pit() -> MineMap {
    MineMap::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/mines/sample_pit")).unwrap()
}

/// Returns the body frame of a truck on the ground, tilted by load and braking.
fn body(map: &MineMap, pose: Pose2, pitch: f64, roll: f64, sunk: f64) -> Isometry3 {
    let at = |x: f64, y: f64| {
        let p = pose.place(x, y);
        Vector3::new(p.x, p.y, map.terrain.height(p.x, p.y))
    };
    let front = (at(4.6, 2.1) + at(4.6, -2.1)) / 2.0;
    let rear = (at(0.0, 1.9) + at(0.0, -1.9)) / 2.0;
    let x = (front - rear).normalize();
    let z = x.cross(&(at(2.3, 2.0) - at(2.3, -2.0))).normalize();
    let axes = Rotation3::from_basis_unchecked(&[x, z.cross(&x), z]);
    let tilt = UnitQuaternion::from_euler_angles(roll, pitch, 0.0);
    let raised = rear + Vector3::new(0.0, 0.0, sunk);
    Isometry3::from_parts(raised.into(), UnitQuaternion::from_rotation_matrix(&axes) * tilt)
}

fn scan(map: &MineMap, body: &Isometry3, posts: &[Post], noise: &mut Stream) -> LidarScan {
    let mount = Isometry3::translation(2.0, 0.0, MAST);
    let eye = body * mount;
    let mut points = Vec::new();
    for layer in 0..FAN.0 {
        let ground = GROUND.0 * (GROUND.1 / GROUND.0).powf(f64::from(layer) / f64::from(FAN.0 - 1));
        let up = -(MAST / ground).atan();
        for column in 0..FAN.1 {
            let around = std::f64::consts::TAU * f64::from(column) / f64::from(FAN.1);
            let own = Vector3::new(up.cos() * around.cos(), up.cos() * around.sin(), up.sin());
            let ray = eye.rotation * own;
            let above = |t: f64| {
                let p = eye.translation.vector + ray * t;
                let ground = map.terrain.height(p.x, p.y);
                let post = posts.iter().filter(|q| (p.x - q.0).hypot(p.y - q.1) < q.2).map(|q| q.3);
                p.z - ground - post.fold(0.0, f64::max)
            };
            let step = 0.25;
            let met = (1..(REACH / step) as u32).map(|k| f64::from(k) * step).find(|&t| above(t) <= 0.0);
            let Some(beyond) = met else { continue };
            let (mut before, mut beyond) = (beyond - step, beyond);
            for _ in 0..8 {
                let middle = (before + beyond) / 2.0;
                if above(middle) <= 0.0 { beyond = middle } else { before = middle }
            }
            points.push(mount * Point3::from(own * (beyond + 0.02 * noise.normal())));
        }
    }
    LidarScan { origin: mount, points }
}

/// Returns the obstacles that perception finds in a few scans from one pose.
fn seen(
    map: &MineMap,
    pose: Pose2,
    posts: &[Post],
    noise: &mut Stream,
) -> Vec<haul_autonomy::perceive::TrackedObstacle> {
    let mut perception = Perception::new(TruckSpec::tr100at().footprint());
    let degree = std::f64::consts::PI / 180.0;
    let (pitch, roll) = (noise.between(-1.5, 1.5) * degree, noise.between(-1.0, 1.0) * degree);
    let body = body(map, pose, pitch, roll, noise.between(-0.25, 0.05));
    for k in 0..3 {
        let believed = Pose2::new(
            pose.x + 0.03 * noise.normal(),
            pose.y + 0.03 * noise.normal(),
            pose.heading + 0.002 * noise.normal(),
        );
        let estimate = Estimate { pose: believed, ready: true, position_sigma: 0.03, ..Estimate::default() };
        let time = SimTime::from_seconds(0.1 * f64::from(k + 1));
        let frame = SensorFrame { time, lidar: Some(scan(map, &body, posts, noise)), ..SensorFrame::default() };
        perception.update(&frame, &estimate, map);
    }
    perception.obstacles().to_vec()
}

/// Returns poses in the left lane of every road, in both directions.
fn lanes(map: &MineMap, spacing: f64) -> Vec<Pose2> {
    let mut poses = Vec::new();
    for road in &map.roads.roads {
        let mut station = 20.0;
        while station < road.line.length() - 20.0 {
            let (a, b) = (road.line.at(station).unwrap(), road.line.at(station + 2.0).unwrap());
            let heading = (b.y - a.y).atan2(b.x - a.x);
            for turned in [0.0, std::f64::consts::PI] {
                let middle = Pose2::new(a.x, a.y, heading + turned);
                let p = middle.place(0.0, 4.0);
                let pose = Pose2::new(p.x, p.y, middle.heading);
                if map.drivable.footprint_clearance(&TruckSpec::tr100at().footprint(), pose) > 0.5 {
                    poses.push(pose);
                }
            }
            station += spacing;
        }
    }
    poses
}

/// Checks roads at the distances that matter: the front of the truck is 5 m ahead of its lidar, and its brakes stop it
/// from 12 m/s in 25 m.
#[test]
fn roads_of_the_sample_pit_are_free_and_a_rock_ahead_is_seen() {
    let map = sample_pit();
    let mut noise = stream(1, "test", "pit");
    let poses = lanes(&map, 140.0);
    assert!(poses.len() > 30, "{}", poses.len());
    let mut false_alarms = Vec::new();
    let mut missed = [0_usize; 2];
    for &pose in &poses {
        let found = seen(&map, pose, &[], &mut noise);
        if !found.is_empty() {
            false_alarms.push((pose, found));
        }
        // Place a rock in the lane ahead, 2 m wide and 1.5 m high, if the road is straight up to there.
        for (ahead, missed) in [30.0, 45.0].into_iter().zip(&mut missed) {
            let rock = pose.place(ahead, 0.0);
            let found = seen(&map, pose, &[(rock.x, rock.y, 1.0, 1.5)], &mut noise);
            let is_found = found.iter().any(|o| (o.pose.position() - rock).norm() < 1.5);
            *missed += usize::from(map.drivable.clearance(rock) > 4.0 && !is_found);
        }
    }
    println!("{} poses, {} with false things, rocks missed {missed:?}", poses.len(), false_alarms.len());
    for (pose, found) in false_alarms.iter().take(10) {
        println!("{pose:?}: {:?}", found.iter().map(|o| (pose.locate(o.pose.position()), o.shape)).collect::<Vec<_>>());
    }
    assert!(false_alarms.is_empty());
    assert_eq!(missed[0], 0, "at 30 m");
    // At 45 m a rock has one to six returns per scan, and bends and crests hide some.
    assert!(missed[1] * 4 <= poses.len(), "{} missed at 45 m", missed[1]);
}
