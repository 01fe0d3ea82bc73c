//! The test rig: a single-track truck, noisy sensors, synthetic paths, and a closed loop of these.
//!
//! The rig shares no code with the stack or with the plant of `haul-vehicle`, only the truck's specification.
#![allow(dead_code, reason = "each test file uses its part of the rig")]

pub mod course;
pub mod mine;
pub mod sensors;
pub mod site;
pub mod truck;

use haul_autonomy::{Chassis, Localiser, Progress, TrackInput, Tracker};
use haul_core::SimTime;
use haul_planner::Path;
use haul_planner::speed::SpeedProfile;
use haul_vehicle::{Limits, TruckSpec};
use sensors::Sensors;
use std::sync::Arc;
use truck::RigTruck;

/// Result of one drive. Errors are the true errors at the rear axle.
#[derive(Debug, Default)]
pub struct Drive {
    pub lateral_max: f64,
    pub lateral_rms: f64,
    /// Distance past (+) or short of (−) the end of the path, m.
    pub stop_error: f64,
    /// Maximum distance (m) rolled against the direction of travel.
    pub rolled_back: f64,
    pub speed_error_max: f64,
    pub speed_max: f64,
    pub seconds: f64,
    pub arrived: bool,
    pub log: Vec<[f64; 9]>,
}

/// Drives a path to its end with only localiser and tracker.
pub fn drive(path: Path, profile: SpeedProfile, truck: &mut RigTruck, seed: u64, longest: f64) -> Drive {
    drive_limited(path, profile, truck, seed, longest, |_| f64::INFINITY)
}

/// Drives a path like [`drive`], with a speed limit (m/s) that depends on the truck.
pub fn drive_limited(
    path: Path,
    profile: SpeedProfile,
    truck: &mut RigTruck,
    seed: u64,
    longest: f64,
    mut limit: impl FnMut(&RigTruck) -> f64,
) -> Drive {
    let spec = TruckSpec::tr100at();
    let limits = Limits::new(&spec);
    let mut tracker = Tracker::new(&spec, limits.clone());
    let mut localiser = Localiser::new(Chassis::of(&spec));
    let mut sensors = Sensors::new(seed);
    let path = Arc::new(path);
    tracker.follow(Arc::clone(&path), Arc::new(profile));
    let mut out = Drive::default();
    let (mut squares, mut samples) = (0.0, 0_u32);
    let mut hint = 0.0;
    let mut furthest = 0.0_f64;
    let mut section_sign = path.points[0].travel.sign();
    for k in 0..(longest * 20.0) as u64 {
        let now = SimTime::from_nanos(k * 50_000_000);
        let frame = sensors.frame(now, truck);
        let estimate = localiser.update(&frame);
        let input = TrackInput {
            estimate: &estimate,
            gear: frame.gear,
            engine_speed: frame.engine_speed,
            mass: limits.gross_mass(truck.payload),
            rolling_resistance: 0.02,
            friction: 0.55,
            speed_limit: limit(truck),
            stop_at: f64::INFINITY,
        };
        let command = tracker.step(&input);
        for _ in 0..10 {
            truck.step(0.005, &command);
        }
        let report = *tracker.report();
        // True error, in the section that the tracker drives.
        let sign = path.at(report.station).travel.sign();
        if sign != section_sign {
            section_sign = sign;
            hint = report.station;
            furthest = report.station;
        }
        hint = report.station.max(hint);
        if let Some(p) = path.project(truck.pose, report.station, 5.0) {
            furthest = furthest.max(p.station);
            if truck.speed.abs() > 0.05 {
                out.lateral_max = out.lateral_max.max(p.lateral.abs());
                squares += p.lateral * p.lateral;
                samples += 1;
            }
            if truck.speed * sign < -0.01 {
                out.rolled_back = out.rolled_back.max(furthest - p.station);
            }
            out.log.push([
                now.seconds(),
                p.station,
                p.lateral,
                truck.speed,
                report.target_speed,
                command.throttle - command.service_brake - command.retarder,
                truck.steering,
                command.steering_angle,
                report.lateral_error,
            ]);
        }
        out.speed_max = out.speed_max.max(truck.speed.abs());
        if report.target_speed != 0.0 {
            out.speed_error_max = out.speed_error_max.max(truck.speed * sign - report.target_speed * sign);
        }
        out.seconds = now.seconds();
        if report.progress == Progress::Arrived && truck.speed.abs() < 1e-3 && out.arrived {
            break;
        }
        out.arrived = report.progress == Progress::Arrived;
    }
    out.lateral_rms = (squares / f64::from(samples.max(1))).sqrt();
    let end = path.points[path.points.len() - 1];
    out.stop_error = end.pose.locate(truck.pose.position()).x * end.travel.sign();
    out
}

/// Writes the log of a drive to the folder named by `HAUL_BENCH_LOG`, if set.
pub fn log(name: &str, drive: &Drive) {
    let Ok(folder) = std::env::var("HAUL_BENCH_LOG") else { return };
    let mut text = String::from("t,s,lateral,speed,target,effort,steering,asked,estimated\n");
    for row in &drive.log {
        let row: Vec<String> = row.iter().map(|x| format!("{x:.5}")).collect();
        text += &row.join(",");
        text.push('\n');
    }
    let _ = std::fs::write(std::path::Path::new(&folder).join(format!("{name}.csv")), text);
}
