//! Speed control of the full truck model on grades: starts, steady speeds and stops, forward and in reverse.

#![allow(clippy::print_stdout, reason = "the figures reached are worth reading")]

mod rig;

use haul_autonomy::{Estimate, Progress, TrackInput, Tracker};
use haul_core::random::{Draw, stream};
use haul_core::{Pose2, SimTime};
use haul_planner::speed::{SpeedRequest, speed_profile};
use haul_planner::{Conditions, Path, Travel, TruckModel};
use haul_vehicle::proving::Rig;
use haul_vehicle::{Plane, TruckSpec};
use rig::course::Course;
use std::sync::Arc;

const LOADED: f64 = 91_000.0;
/// Noise of the measured speed, m/s.
const SPEED_NOISE: f64 = 0.01;
/// Rolling resistance of the ground, also as reported to the truck, as a fraction of the weight.
const ROLLING: f64 = 0.025;
const TOLD_ROLLING: f64 = 0.02;
/// Time (s) after which errors count once the target speed is steady.
const SETTLING: f64 = 10.0;

/// Throttle above which a truck has no more power to spare.
const FULL: f64 = 0.97;

/// Result of a drive.
#[derive(Debug, Clone, Copy, Default)]
struct Drive {
    /// Maximum distance rolled against the direction of travel, m.
    rolled_back: f64,
    /// Distance past (+) or short of (−) the end of the drive, m.
    stop: f64,
    /// Root mean square and mean of the speed error while the target is steady and there is power to spare, as shares
    /// of the target.
    rms: f64,
    mean: f64,
    /// Changes between drive and brakes, and swings of the speed by more than 1 % of the target to either side, both
    /// per minute of steady target.
    changes: f64,
    swings: f64,
    /// Fuel burnt, kg.
    fuel: f64,
    seconds: f64,
    arrived: bool,
}

/// Simulates a straight drive on a grade (rise over run in the direction of travel) at up to `top` m/s.
fn drive(travel: Travel, grade: f64, payload: f64, top: f64) -> Drive {
    let spec = Arc::new(TruckSpec::tr100at());
    let truck = TruckModel::new(Arc::clone(&spec));
    // The nose of the truck points east.
    let east = grade * travel.sign();
    let length = if travel == Travel::Forward { 220.0 } else { 60.0 };
    let path: Path = Course::from(Pose2::default(), travel, east).keep(length).path();
    let conditions = Conditions { friction: 0.55, rolling_resistance: TOLD_ROLLING, speed_cap: top };
    let request = SpeedRequest { payload_kg: payload, ..SpeedRequest::default() };
    let profile = speed_profile(&path, &truck, &conditions, &request).unwrap();
    let mut tracker = Tracker::new(&spec, truck.limits.clone());
    tracker.follow(Arc::new(path.clone()), Arc::new(profile));
    let mut rig = Rig::new(&spec, payload, Pose2::default(), Plane::new(east, 0.0, 0.55, ROLLING));
    let start_fuel = rig.truck.state().fuel_kg;
    let mut noise = stream(3, "T1", "speed");
    let (mut out, mut furthest) = (Drive::default(), 0.0_f64);
    let (mut steady, mut last_target, mut samples) = (0.0, 0.0, 0.0);
    let (mut last_effort, mut last_side) = (0_i32, 0_i32);
    for k in 0..4_000 {
        let (state, plan) = (rig.truck.state().clone(), Pose2::from_isometry(&rig.motion.pose));
        let standing = state.speed.abs() < 1e-3;
        let estimate = Estimate {
            time: SimTime::from_nanos(k * 50_000_000),
            pose: plan,
            speed: if standing { 0.0 } else { state.speed + SPEED_NOISE * noise.normal() },
            yaw_rate: rig.motion.angular_velocity.z,
            steering_angle: state.steering_angle,
            position_sigma: 0.0,
            heading_sigma: 0.0,
            fix_age: 0.0,
            standing,
            ready: true,
            ..Estimate::default()
        };
        let command = tracker.step(&TrackInput {
            estimate: &estimate,
            gear: state.gear,
            engine_speed: state.engine_speed,
            mass: truck.limits.gross_mass(payload),
            rolling_resistance: TOLD_ROLLING,
            friction: 0.55,
            speed_limit: f64::INFINITY,
            stop_at: f64::INFINITY,
        });
        for _ in 0..10 {
            rig.step(&command);
        }
        let report = *tracker.report();
        let along = plan.x * travel.sign();
        furthest = furthest.max(along);
        out.rolled_back = out.rolled_back.max(furthest - along);
        let (speed, target) = (state.speed * travel.sign(), report.target_speed * travel.sign());
        steady = if (target - last_target).abs() < 1e-3 && target > 0.5 { steady + 0.05 } else { 0.0 };
        last_target = target;
        if steady > SETTLING && command.throttle < FULL {
            let error = (speed - target) / target;
            out.rms += error * error;
            out.mean += error;
            samples += 1.0;
            let brake = command.retarder + command.service_brake;
            let effort = if command.throttle > 0.02 {
                1
            } else if brake > 0.02 {
                -1
            } else {
                last_effort
            };
            let side = if error > 0.01 {
                1
            } else if error < -0.01 {
                -1
            } else {
                last_side
            };
            out.changes += f64::from(u8::from(effort * last_effort < 0));
            out.swings += f64::from(u8::from(side * last_side < 0));
            (last_effort, last_side) = (effort, side);
        }
        out.seconds = k as f64 * 0.05;
        if report.progress == Progress::Arrived {
            out.arrived = true;
            out.stop = along - length;
            break;
        }
    }
    out.mean /= f64::max(samples, 1.0);
    out.rms = (out.rms / f64::max(samples, 1.0)).sqrt();
    let minutes = f64::max(samples / 1_200.0, 1e-9);
    out.changes /= minutes;
    out.swings /= minutes;
    out.fuel = start_fuel - rig.truck.state().fuel_kg;
    if samples < 100.0 {
        (out.rms, out.mean, out.changes, out.swings) = (0.0, 0.0, 0.0, 0.0);
    }
    out
}

#[test]
fn starts_stops_and_speeds_on_grades_keep_their_bounds() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (travel, grades, tops) in [
        (Travel::Forward, &[0.12, 0.10, 0.08, 0.04, 0.0, -0.04, -0.08, -0.10][..], &[2.0, 4.0, 8.0][..]),
        (Travel::Reverse, &[0.12, 0.10, 0.05, 0.0, -0.05, -0.10][..], &[1.5][..]),
    ] {
        for (payload, grade) in [0.0, LOADED].iter().flat_map(|p| grades.iter().map(move |g| (*p, *g))) {
            for top in tops {
                let d = drive(travel, grade, payload, *top);
                let name = format!("{travel:?} {:5.1} % {:3.0} t {top} m/s", grade * 100.0, payload / 1e3);
                println!(
                    "{name}: rolled back {:.3} m, stop {:+.3} m, speed rms {:.1} % mean {:+.1} %, {:.0} changes and {:.0} \
                     swings a minute, {:.0} s, {:.2} kg of fuel",
                    d.rolled_back,
                    d.stop,
                    d.rms * 100.0,
                    d.mean * 100.0,
                    d.changes,
                    d.swings,
                    d.seconds,
                    d.fuel
                );
                count += 1;
                let within =
                    d.arrived && d.rolled_back < 0.1 && d.stop.abs() < 0.1 && d.rms < 0.02 && d.mean.abs() < 0.01;
                if !within || d.changes > 12.0 || d.swings > 12.0 {
                    wrong.push(name);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} drives miss a bound: {wrong:#?}", wrong.len());
}
