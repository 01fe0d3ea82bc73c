//! The tracker with the full truck model on a road with a cross slope to one side and then to the other.

use haul_autonomy::{Estimate, TrackInput, Tracker};
use haul_core::{Pose2, SimTime, Vector3};
use haul_planner::speed::{SpeedRequest, speed_profile};
use haul_planner::{Conditions, Path, PathPoint, Travel, TruckModel};
use haul_vehicle::proving::Rig;
use haul_vehicle::{Ground, GroundContact, TruckSpec};
use std::sync::Arc;

/// A road to the east with a cross slope that first rises to the left, then by the same amount to the right.
struct Leaning {
    slope: f64,
    place: f64,
    length: f64,
}

impl Leaning {
    fn lean(&self, x: f64) -> f64 {
        self.slope * (1.0 - 2.0 * ((x - self.place) / self.length).clamp(0.0, 1.0))
    }
}

impl Ground for Leaning {
    fn under(&self, x: f64, y: f64) -> GroundContact {
        let inside = (0.0..1.0).contains(&((x - self.place) / self.length));
        let along = if inside { -2.0 * self.slope / self.length * y } else { 0.0 };
        GroundContact {
            height: self.lean(x) * y,
            normal: Vector3::new(-along, -self.lean(x), 1.0).normalize(),
            friction: 0.55,
            rolling_resistance: 0.02,
        }
    }
}

/// Returns the maximum distance (m) of a loaded truck at 7 m/s from a straight path. The truck knows its motion, but it
/// knows the cross slope only from its path.
fn greatest_error(knows_the_lean: bool) -> f64 {
    let (spec, payload) = (Arc::new(TruckSpec::tr100at()), 91e3);
    let truck = TruckModel::new(Arc::clone(&spec));
    let road = Leaning { slope: 0.06, place: 90.0, length: 15.0 };
    let mut path = Path::new(
        (0..=500)
            .map(|k| f64::from(k) * 0.5)
            .map(|s| PathPoint::at_pose(Pose2::new(s, 0.0, 0.0), 0.0, s, Travel::Forward))
            .collect(),
    );
    if knows_the_lean {
        path.lay_on(|x, y| road.lean(x) * y, 5.0);
    }
    let conditions = Conditions { friction: 0.55, rolling_resistance: 0.02, speed_cap: 7.0 };
    let request = SpeedRequest { payload_kg: payload, ..SpeedRequest::default() };
    let profile = speed_profile(&path, &truck, &conditions, &request).unwrap();
    let mut tracker = Tracker::new(&spec, truck.limits.clone());
    tracker.follow(Arc::new(path), Arc::new(profile));
    let mut rig = Rig::new(&spec, payload, Pose2::default(), road);
    let mut worst = 0.0_f64;
    for k in 0..900 {
        let (state, plan) = (rig.truck.state(), Pose2::from_isometry(&rig.motion.pose));
        let arm = rig.motion.pose.rotation * rig.truck.mass_properties().centre.coords;
        let velocity = rig.motion.velocity - rig.motion.angular_velocity.cross(&arm);
        let velocity = rig.motion.pose.rotation.inverse() * velocity;
        let estimate = Estimate {
            time: SimTime::from_nanos(k * 50_000_000),
            pose: plan,
            speed: state.speed,
            yaw_rate: rig.motion.angular_velocity.z,
            sideslip: velocity.y.atan2(velocity.x),
            steering_angle: state.steering_angle,
            position_sigma: 0.0,
            heading_sigma: 0.0,
            fix_age: 0.0,
            standing: state.speed.abs() < 1e-3,
            ready: true,
            ..Estimate::default()
        };
        let command = tracker.step(&TrackInput {
            estimate: &estimate,
            gear: state.gear,
            engine_speed: state.engine_speed,
            mass: truck.limits.gross_mass(payload),
            rolling_resistance: 0.02,
            friction: 0.55,
            speed_limit: f64::INFINITY,
            stop_at: f64::INFINITY,
        });
        for _ in 0..10 {
            rig.step(&command);
        }
        if (70.0..140.0).contains(&plan.x) {
            worst = worst.max(plan.y.abs());
        }
    }
    worst
}

#[test]
fn a_cross_slope_in_the_path_is_compensated_in_time() {
    let (known, unknown) = (greatest_error(true), greatest_error(false));
    assert!(known < 0.15 && known < 0.7 * unknown, "{known} m off with a known cross slope, {unknown} m without");
}
