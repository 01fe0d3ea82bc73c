//! The steering methods with the full truck model on synthetic paths: dry, wet and icy, empty and loaded, forward and
//! in reverse.

#![allow(clippy::print_stdout, reason = "the figures reached are worth reading")]

mod rig;

use haul_autonomy::{Estimate, LateralControl, TrackInput, Tracker};
use haul_core::random::{Draw, Stream, stream};
use haul_core::{Pose2, SimTime, Vector3};
use haul_planner::speed::{SpeedRequest, speed_profile};
use haul_planner::{Conditions, Path, Travel, TruckModel};
use haul_vehicle::proving::Rig;
use haul_vehicle::{Plane, TruckSpec};
use rig::course::Course;
use std::sync::Arc;

const LOADED: f64 = 91_000.0;

/// Errors of a drive: RMS and maximum distance from the path (m), and RMS rate of the commanded angle (°/s).
#[derive(Debug, Clone, Copy)]
struct Errors {
    rms: f64,
    max: f64,
    rate: f64,
    /// Median time of a control step, µs. Printed, not asserted.
    time: f64,
}

fn drive(path: &Path, payload: f64, friction: f64, method: LateralControl) -> Errors {
    let spec = Arc::new(TruckSpec::tr100at());
    let truck = TruckModel::new(Arc::clone(&spec));
    let conditions = Conditions { friction, rolling_resistance: 0.02, speed_cap: f64::INFINITY };
    let request = SpeedRequest { payload_kg: payload, ..SpeedRequest::default() };
    let profile = speed_profile(path, &truck, &conditions, &request).unwrap();
    let mut tracker = Tracker::new(&spec, truck.limits.clone()).with_lateral_control(method);
    tracker.follow(Arc::new(path.clone()), Arc::new(profile));
    let ground = Plane::new(0.0, 0.0, friction, 0.02);
    let mut rig = Rig::new(&spec, payload, path.points[0].pose, ground);
    let mut noise = Noise::default();
    let (mut squares, mut max, mut rates, mut samples) = (0.0, 0.0_f64, 0.0, 0.0);
    let (mut last_angle, mut times) = (0.0, Vec::new());
    for k in 0..6_000 {
        let (state, plan) = (rig.truck.state().clone(), Pose2::from_isometry(&rig.motion.pose));
        let arm = rig.motion.pose.rotation * rig.truck.mass_properties().centre.coords;
        let velocity = rig.motion.velocity - rig.motion.angular_velocity.cross(&arm);
        let velocity: Vector3 = rig.motion.pose.rotation.inverse() * velocity;
        let moving = state.speed.abs() > 0.2;
        let slip = if moving { (velocity.y / velocity.x).atan() } else { 0.0 };
        let [x, y, heading, slip_error, turn] = noise.next();
        let estimate = Estimate {
            time: SimTime::from_nanos(k * 50_000_000),
            pose: Pose2::new(plan.x + x, plan.y + y, plan.heading + heading),
            speed: state.speed,
            yaw_rate: rig.motion.angular_velocity.z + turn,
            sideslip: slip + if moving { slip_error } else { 0.0 },
            steering_angle: state.steering_angle,
            position_sigma: 0.0,
            heading_sigma: 0.0,
            fix_age: 0.0,
            standing: state.speed.abs() < 1e-3,
            ready: true,
            ..Estimate::default()
        };
        let input = TrackInput {
            estimate: &estimate,
            gear: state.gear,
            engine_speed: state.engine_speed,
            mass: truck.limits.gross_mass(payload),
            rolling_resistance: 0.02,
            friction,
            speed_limit: f64::INFINITY,
            stop_at: f64::INFINITY,
        };
        let started = std::time::Instant::now();
        let command = tracker.step(&input);
        times.push(started.elapsed().as_secs_f64() * 1e6);
        for _ in 0..10 {
            rig.step(&command);
        }
        if moving && let Some(p) = path.project(plan, tracker.report().station, 5.0) {
            squares += p.lateral * p.lateral;
            max = max.max(p.lateral.abs());
            rates += ((command.steering_angle - last_angle) * 20.0).to_degrees().powi(2);
            samples += 1.0;
        }
        last_angle = command.steering_angle;
        if tracker.report().progress == haul_autonomy::Progress::Arrived {
            break;
        }
    }
    assert_eq!(tracker.report().progress, haul_autonomy::Progress::Arrived, "{payload} kg, {friction}, {method:?}");
    let samples = f64::max(samples, 1.0);
    times.sort_by(f64::total_cmp);
    let time = times[times.len() / 2];
    Errors { time, rms: (squares / samples).sqrt(), max, rate: (rates / samples).sqrt() }
}

/// Errors of the estimate: position (m), heading, sideslip (rad) and turn rate (rad/s), with their correlation times.
struct Noise {
    stream: Stream,
    values: [f64; 5],
}

const SIGMAS: [f64; 5] = [0.015, 0.015, 0.002, 0.003, 0.002];
const TIMES: [f64; 5] = [0.5, 0.5, 2.0, 1.0, 0.05];

impl Default for Noise {
    fn default() -> Self {
        Self { stream: stream(5, "T1", "steering"), values: [0.0; 5] }
    }
}

impl Noise {
    fn next(&mut self) -> [f64; 5] {
        for ((value, sigma), time) in self.values.iter_mut().zip(SIGMAS).zip(TIMES) {
            let keep = (-0.05_f64 / time).exp();
            *value = keep * *value + (1.0 - keep * keep).sqrt() * sigma * self.stream.normal();
        }
        self.values
    }
}

fn s_bend(radius: f64, travel: Travel) -> Path {
    let (k, ease, start) = (1.0 / radius, 8.0 + radius / 5.0, Pose2::new(0.0, 0.0, -1.0));
    Course::from(start, travel, 0.0)
        .keep(if travel == Travel::Forward { 80.0 } else { 15.0 })
        .bend(ease, k)
        .keep(radius)
        .bend(2.0 * ease, -k)
        .keep(radius)
        .bend(ease, 0.0)
        .keep(40.0)
        .path()
}

fn hairpin(travel: Travel) -> Path {
    let start = Pose2::new(0.0, 0.0, 0.4);
    Course::from(start, travel, 0.0).keep(60.0).bend(8.0, 1.0 / 14.0).keep(36.0).bend(8.0, 0.0).keep(60.0).path()
}

fn courses() -> [(&'static str, Path); 6] {
    [
        ("s-bend 15 m", s_bend(15.0, Travel::Forward)),
        ("s-bend 40 m", s_bend(40.0, Travel::Forward)),
        ("s-bend 120 m", s_bend(120.0, Travel::Forward)),
        ("hairpin 14 m", hairpin(Travel::Forward)),
        ("reverse s-bend 15 m", s_bend(15.0, Travel::Reverse)),
        ("reverse hairpin", hairpin(Travel::Reverse)),
    ]
}

#[test]
fn predictive_steering_is_closer_to_the_path_and_calmer_than_the_preview() {
    let (mut worse, mut sums) = (Vec::new(), [[0.0; 2]; 2]);
    for (name, path) in courses() {
        for payload in [0.0, LOADED] {
            for friction in [0.55, 0.25, 0.15] {
                let [a, b] = [LateralControl::Preview, LateralControl::Predictive]
                    .map(|method| drive(&path, payload, friction, method));
                println!(
                    "{name:20} {:3.0} t {friction:.2}: preview {:.3} {:.3} m {:4.2}°/s {:.0} µs, predictive {:.3} {:.3} m {:4.2}°/s \
                     {:.0} µs",
                    payload / 1e3,
                    a.rms,
                    a.max,
                    a.rate,
                    a.time,
                    b.rms,
                    b.max,
                    b.rate,
                    b.time
                );
                for (sum, errors) in sums.iter_mut().zip([a, b]) {
                    sum[0] += errors.rms;
                    sum[1] += errors.rate;
                }
                if b.rms > 0.05 || b.max > 0.15 || b.rms > a.rms + 0.005 {
                    worse.push(format!("{name}, {payload} kg, friction {friction}: {b:?} against {a:?}"));
                }
            }
        }
    }
    assert!(worse.is_empty(), "{worse:#?}");
    let [preview, predictive] = sums;
    assert!(predictive[0] < 0.8 * preview[0], "errors {predictive:?} against {preview:?}");
    assert!(predictive[1] < 0.85 * preview[1], "steering rates {predictive:?} against {preview:?}");
}
