//! Manoeuvres driven and steered by the full truck model: the reserve of lock and rate must suffice to stay on the
//! path.

use haul_core::{Point2, Polygon, Pose2, Vector3};
use haul_mine::Drivable;
use haul_planner::manoeuvre::{FreeSpace, ManoeuvreOptions, plan_manoeuvre};
use haul_planner::speed::{Binding, SpeedProfile, SpeedRequest, speed_profile};
use haul_planner::{Conditions, Path, Travel, TruckModel};
use haul_vehicle::proving::Rig;
use haul_vehicle::{ActuatorCommand, Direction, Ground, GroundContact, TruckSpec};
use std::f64::consts::{FRAC_PI_2, PI};
use std::sync::Arc;

/// Maximum accepted lateral error, m: the goal for the whole stack.
const MAX_LATERAL_ERROR: f64 = 0.30;
/// Gains of the steering on lateral error (1/m²) and on heading error (1/m). Errors vanish over about 5 m.
const ON_LATERAL: f64 = 0.05;
const ON_HEADING: f64 = 0.32;
/// Preview time of the path's curvature, s: the lag of the steering and of the truck's turn.
const LEAD: f64 = 0.3;
/// Time for the wheels to turn at a standstill before each section, s.
const TURNING: f64 = 5.0;
/// Distance from its end at which a section counts as finished (m), and maximum duration of a section (s).
const ENDS: f64 = 0.3;
const LONGEST: f64 = 240.0;

/// A level pad.
struct Level(Conditions);

impl Ground for Level {
    fn under(&self, _: f64, _: f64) -> GroundContact {
        GroundContact {
            height: 0.0,
            normal: Vector3::z(),
            friction: self.0.friction,
            rolling_resistance: self.0.rolling_resistance,
        }
    }
}

const DRY: Conditions = Conditions { friction: 0.55, rolling_resistance: 0.025, speed_cap: 13.0 };

fn truck() -> TruckModel {
    TruckModel::new(Arc::new(TruckSpec::tr100at()))
}

/// Returns the maximum lateral error over all sections of a path, each driven from a standstill, m.
fn steered(truck: &TruckModel, path: &Path, profile: &SpeedProfile, payload_kg: f64) -> f64 {
    let mut worst = 0.0_f64;
    for section in path.sections() {
        let points = &path.points[section];
        let (first, last) = (points[0], points[points.len() - 1]);
        let (travel, sign) = (first.travel, first.travel.sign());
        let mut rig = Rig::new(&truck.spec, payload_kg, first.pose, Level(DRY));
        let (wheelbase, mass) = (truck.spec.geometry.wheelbase, truck.limits.gross_mass(payload_kg));
        let (mut station, mut integral) = (first.station, 0.0_f64);
        while rig.time < LONGEST {
            let pose = Pose2::from_isometry(&rig.motion.pose);
            let hint = station.min(last.station - 1e-6);
            let at = path.project(pose, hint, 5.0).unwrap();
            station = at.station;
            if last.station - station < ENDS {
                break;
            }
            let speed = sign * rig.truck.state().speed;
            worst = worst.max(at.lateral.abs());
            let ahead = path.at((station + LEAD * speed).min(last.station - 1e-6)).curvature;
            let curvature = ahead - ON_LATERAL * at.lateral - sign * ON_HEADING * at.heading_error;
            let angle = libm::atan(wheelbase * curvature / 0.96);
            let turning = rig.time < TURNING;
            // The target is the planned speed a little ahead, so that the truck starts. It is never below creep speed
            // before the end.
            let near = profile.speed_at(station).max(profile.speed_at((station + 0.5).min(last.station - 1e-3)));
            let planned = if turning { 0.0 } else { near.max(0.25) };
            let error = planned - speed;
            integral = if turning { 0.0 } else { (integral + 0.3 * error * rig.dt).clamp(-0.3, 0.5) };
            let resist = haul_core::GRAVITY * DRY.rolling_resistance;
            let force = mass * (profile.acceleration_at(station) + resist + 1.5 * error + integral);
            let pull = (force / (0.85 * truck.limits.rimpull(speed.max(0.3)))).clamp(0.0, 1.0);
            let brake = (-force / truck.spec.brakes.service()).clamp(0.0, 1.0);
            rig.step(&ActuatorCommand {
                direction: if travel == Travel::Forward { Direction::Forward } else { Direction::Reverse },
                throttle: if turning { 0.0 } else { pull },
                service_brake: if turning { 0.6 } else { brake },
                park_brake: false,
                steering_angle: angle,
                ..ActuatorCommand::default()
            });
        }
        assert!(last.station - station < 1.0, "stopped {} m short", last.station - station);
    }
    worst
}

#[test]
fn manoeuvres_at_the_planned_speed_stay_on_their_path() {
    let truck = truck();
    let ring = [(-90.0, -90.0), (90.0, -90.0), (90.0, 90.0), (-90.0, 90.0)].map(|(x, y)| Point2::new(x, y)).to_vec();
    let drivable = Drivable::new(Polygon { outer: ring, holes: vec![] }).unwrap();
    let start = Pose2::default();
    // A half turn, a loop onto its own track, a sidestep, a goal abeam of the start, and two spots to back into.
    let goals = [
        (Pose2::new(0.0, 20.0, PI), Travel::Forward),
        (Pose2::new(-12.0, 2.0, -FRAC_PI_2), Travel::Forward),
        (Pose2::new(30.0, 9.0, 0.0), Travel::Forward),
        (Pose2::new(2.0, 16.0, FRAC_PI_2), Travel::Forward),
        (Pose2::new(25.0, 18.0, -FRAC_PI_2), Travel::Reverse),
        (Pose2::new(-8.0, -24.0, FRAC_PI_2), Travel::Reverse),
    ];
    let mut tight = 0;
    for (goal, last) in goals {
        let options = ManoeuvreOptions { last: Some(last), ..ManoeuvreOptions::default() };
        let path = plan_manoeuvre(start, goal, &FreeSpace::new(&drivable), &truck, &options).unwrap();
        for payload_kg in [0.0, truck.spec.rated_payload()] {
            let request = SpeedRequest { payload_kg, ..SpeedRequest::default() };
            let profile = speed_profile(&path, &truck, &DRY, &request).unwrap();
            let steering = |p: &haul_planner::speed::SpeedPoint| {
                matches!(p.binding, Binding::SteeringRate | Binding::SteeringLock)
            };
            tight += usize::from(profile.points.iter().any(steering));
            let worst = steered(&truck, &path, &profile, payload_kg);
            #[allow(clippy::print_stderr)] // Figures for a run with --nocapture.
            {
                eprintln!("to {goal:?} with {payload_kg} kg: {worst:.3} m");
            }
            assert!(worst <= MAX_LATERAL_ERROR, "to {goal:?} with {payload_kg} kg: {worst} m off the path");
        }
    }
    assert!(tight >= 8, "the steering bounds only {tight} of 12 profiles");
}
