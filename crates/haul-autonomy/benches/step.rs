//! Time budgets of the on-board stack: one solve of the tracking controller (at most 0.2 ms), and one complete step.

use criterion::{Criterion, criterion_group, criterion_main};
use haul_autonomy::{Chassis, Estimate, Localiser, SensorFrame, TrackInput, Tracker};
use haul_core::{Pose2, SimTime};
use haul_planner::speed::{SpeedRequest, speed_profile};
use haul_planner::{Conditions, Path, PathPoint, Travel, TruckModel};
use haul_vehicle::TruckSpec;
use std::hint::black_box;
use std::sync::Arc;

/// Returns a 3 km path of gentle bends, with points every 0.5 m.
fn road() -> Path {
    let mut pose = Pose2::default();
    let points = (0..6_000).map(|k| {
        let s = 0.5 * f64::from(k);
        let curvature = 0.02 * (s / 60.0).sin();
        let point = PathPoint::at_pose(pose, curvature, s, Travel::Forward);
        let heading = pose.heading + 0.25 * curvature;
        pose = Pose2::new(pose.x + 0.5 * heading.cos(), pose.y + 0.5 * heading.sin(), pose.heading + 0.5 * curvature);
        point
    });
    Path::new(points.collect())
}

fn benches(c: &mut Criterion) {
    let spec = TruckSpec::tr100at();
    let truck = TruckModel::new(Arc::new(spec.clone()));
    let path = Arc::new(road());
    let conditions = Conditions { friction: 0.55, rolling_resistance: 0.02, speed_cap: f64::INFINITY };
    let profile = Arc::new(speed_profile(&path, &truck, &conditions, &SpeedRequest::default()).unwrap());
    let mut tracker = Tracker::new(&spec, truck.limits.clone());
    tracker.follow(Arc::clone(&path), profile);

    // Start at the midpoint of the path and move along it at a steady speed.
    let mut station = 1_500.0;
    c.bench_function("tracking control, one solve", |b| {
        b.iter(|| {
            station = if station > 2_900.0 { 1_500.0 } else { station + 0.4 };
            let at = path.at(station);
            let estimate = Estimate {
                pose: at.pose,
                speed: 8.0,
                steering_angle: 0.05,
                yaw_rate: 8.0 * at.curvature,
                standing: false,
                ready: true,
                ..Estimate::default()
            };
            let input = TrackInput {
                estimate: &estimate,
                gear: 4,
                engine_speed: 180.0,
                mass: 160e3,
                rolling_resistance: 0.02,
                friction: 0.55,
                speed_limit: f64::INFINITY,
                stop_at: f64::INFINITY,
            };
            black_box(tracker.step(&input))
        });
    });

    let mut localiser = Localiser::new(Chassis::of(&spec));
    let mut frame = SensorFrame {
        gnss: Some(haul_autonomy::GnssFix {
            position: Default::default(),
            heading: 0.0,
            sigma: 0.02,
            heading_sigma: 0.002,
        }),
        wheel_speeds: [4.0; 6],
        ..SensorFrame::default()
    };
    let mut step = 0;
    c.bench_function("localisation, one frame", |b| {
        b.iter(|| {
            step += 1;
            frame.time = SimTime::from_nanos(step * 50_000_000);
            black_box(localiser.update(&frame))
        });
    });
}

criterion_group!(step, benches);
criterion_main!(step);
