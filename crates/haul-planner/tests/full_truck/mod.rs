//! Drives the full truck model along the speed profile of a straight path, to compare plan and truck.

#![allow(dead_code)]

use haul_core::random::{Draw, stream};
use haul_core::{GRAVITY, Pose2, Vector3};
use haul_planner::speed::SpeedProfile;
use haul_planner::{Conditions, Path, PathPoint, Travel, TruckModel};
use haul_vehicle::proving::Rig;
use haul_vehicle::{ActuatorCommand, Direction, Ground, GroundContact, WHEELS};

/// Gain of the speed controller, 1/s.
const GAIN: f64 = 2.5;
/// Share of the pull in the performance limits that the engine delivers before the gearbox has shifted.
const THROTTLE_SHARE: f64 = 0.85;
/// Preview time of the controller for slowing down and for starting, s.
const LEAD: f64 = 0.4;
/// Duration of a start, s.
const LAUNCH: f64 = 6.0;
/// Maximum simulated time, s.
const LONGEST: f64 = 3_000.0;

/// A straight road to the east, with heights from the grades of a path.
pub struct Straight<'a> {
    path: &'a Path,
    heights: Vec<f64>,
    conditions: Conditions,
}

impl<'a> Straight<'a> {
    pub fn new(path: &'a Path, conditions: &Conditions) -> Self {
        let mut heights = vec![0.0];
        for w in path.points.windows(2) {
            let rise = (w[1].station - w[0].station) * (w[0].grade + w[1].grade) / 2.0;
            heights.push(heights[heights.len() - 1] + rise);
        }
        Self { path, heights, conditions: *conditions }
    }
}

impl Ground for Straight<'_> {
    fn under(&self, x: f64, _: f64) -> GroundContact {
        let points = &self.path.points;
        let upper = points.partition_point(|p| p.station <= x).clamp(1, points.len() - 1);
        let (a, b) = (points[upper - 1], points[upper]);
        let t = (x - a.station) / (b.station - a.station).max(1e-9);
        let held = t.clamp(0.0, 1.0);
        let grade = a.grade + (b.grade - a.grade) * held;
        let height = self.heights[upper - 1]
            + (self.heights[upper] - self.heights[upper - 1]) * held
            + grade * (x - (a.station + (b.station - a.station) * held));
        GroundContact {
            height,
            normal: Vector3::new(-grade, 0.0, 1.0).normalize(),
            friction: self.conditions.friction,
            rolling_resistance: self.conditions.rolling_resistance,
        }
    }
}

/// Length over which a change of grade is eased, m: shorter than on a designed road.
pub const SHARP: f64 = 10.0;
/// Easing length of a designed road, m: the sag curve that the rules require for a change of grade of 10 % at 47 km/h
/// (`vertical_sag` in seeds/design.toml).
pub const BY_DESIGN: f64 = 60.0;

/// Returns a straight path of segments (length, grade), with points every `spacing` metres. Changes of grade are eased
/// over `eased_over` metres.
pub fn straight(pieces: &[(f64, f64)], spacing: f64, eased_over: f64) -> Path {
    let half = eased_over as i32;
    let length: f64 = pieces.iter().map(|p| p.0).sum();
    let raw = |s: f64| {
        let mut passed = 0.0;
        for p in pieces {
            passed += p.0;
            if s < passed {
                return p.1;
            }
        }
        pieces[pieces.len() - 1].1
    };
    let eased = |s: f64| {
        let near = (-half..=half).map(|k| raw((s + f64::from(k) * 0.5).clamp(0.0, length)));
        near.sum::<f64>() / f64::from(2 * half + 1)
    };
    let count = (length / spacing).round() as usize;
    let point = |k: usize| {
        let s = k as f64 * spacing;
        let pose = Pose2::new(s, 0.0, 0.0);
        PathPoint { grade: eased(s), ..PathPoint::at_pose(pose, 0.0, s, Travel::Forward) }
    };
    Path::new((0..=count).map(point).collect())
}

/// Generates a random road: 2 to 6 segments of 100 to 700 m with grades of −10 to +10 %, a payload and a rolling
/// resistance.
pub fn random_road(truck: &TruckModel, seed: u64, number: u64) -> (Vec<(f64, f64)>, Conditions, f64) {
    let mut random = stream(seed, "a road", &number.to_string());
    let count = 2 + (5.0 * random.unit()) as usize;
    let mut pieces: Vec<(f64, f64)> =
        (0..count).map(|_| (random.between(100.0, 700.0), random.between(-10.0, 10.0).round() / 100.0)).collect();
    pieces.push((60.0, 0.0));
    let payload_kg = [0.0, 0.5, 1.0][(number % 3) as usize] * truck.spec.rated_payload();
    let rolling_resistance = random.between(0.015, 0.04);
    (pieces, Conditions { friction: 0.55, rolling_resistance, speed_cap: 13.0 }, payload_kg)
}

/// Result of driving a profile.
#[derive(Debug, Clone, Copy)]
pub struct Driven {
    pub time: f64,
    /// Station where the truck stopped, m.
    pub at: f64,
    /// Maximum excess over the planned speed, m/s.
    pub too_fast: f64,
    pub hottest: f64,
    /// Retarder temperature at the end of the last steep downgrade, K.
    pub last_temperature: f64,
    /// Work of the service brakes where the plan does not slow down, J.
    pub service_work: f64,
    /// Maximum share of the grip that any wheel used.
    pub grip_used: f64,
}

/// Drives the profile to its end in steps of 5 ms, with throttle and retarder, and with the service brakes where the
/// retarder does not suffice. A step is at most a tenth of the time between two points 1 m apart.
pub fn drive(
    truck: &TruckModel,
    path: &Path,
    profile: &SpeedProfile,
    conditions: &Conditions,
    payload_kg: f64,
) -> Driven {
    let mut rig = Rig::new(&truck.spec, payload_kg, Pose2::default(), Straight::new(path, conditions));
    rig.truck.set_environment(*truck.limits.environment());
    let spec = &truck.spec;
    let mass = truck.limits.gross_mass(payload_kg);
    let retarder = &spec.transmission.retarder;
    let shaft = spec.final_drive.ratio / spec.tyre.rolling_radius;
    let end = profile.end_station();
    let last_down = path.points.iter().filter(|p| p.grade < -0.0999).map(|p| p.station).fold(0.0, f64::max);
    let mut driven = Driven {
        time: 0.0,
        at: 0.0,
        too_fast: 0.0,
        hottest: 0.0,
        last_temperature: 0.0,
        service_work: 0.0,
        grip_used: 0.0,
    };
    let (mut integral, mut full) = (0.0_f64, false);
    while driven.time < LONGEST {
        let station = rig.motion.pose.translation.vector.x;
        let state = rig.truck.state().clone();
        // Before the end, the target stays at creep speed or above. Otherwise the truck would stop short of the end.
        let left = end - station;
        if left <= 0.0 || (driven.time > 5.0 && left < 0.1 && state.speed < 0.02) {
            break;
        }
        // At a start from rest, follow the plan by time, with a preview for the engine's response. At a standstill, the
        // planned speed by distance says nothing.
        let launch =
            if driven.time < LAUNCH { profile.speed_at(station_after(profile, driven.time + LEAD)) } else { 0.0 };
        let planned = profile.speed_at(station).max(launch).max((0.12 + 0.8 * left).min(0.4));
        // The retarder fills for half a second, so slowing down is commanded earlier, by the preview time.
        let soon = station + LEAD * state.speed;
        let feed = profile.acceleration_at(station).min(profile.acceleration_at(soon));
        let error = planned - state.speed;
        // At full throttle, a start needs no integral correction.
        if !(full && error > 0.0 && driven.time < LAUNCH) {
            integral = (integral + error * rig.dt).clamp(-0.1, 1.0);
        }
        let grade = path.at(station).grade.min(path.at(soon).grade);
        let resist = GRAVITY * (grade + conditions.rolling_resistance) / libm::sqrt(1.0 + grade * grade);
        let force = mass * (feed + resist + GAIN * error + integral);
        let most = retarder.torque(state.speed.abs() * shaft, retarder.power_limit(state.retarder_temp)) * shaft;
        let (mut throttle, mut retard, mut service) = (0.0, 0.0, 0.0);
        if force > 0.0 {
            throttle = (force / (THROTTLE_SHARE * truck.limits.rimpull(state.speed)).max(1.0)).min(1.0);
        } else {
            retard = (-force / most.max(1.0)).min(1.0);
            service = ((-force - most).max(0.0) / spec.brakes.service()).min(1.0);
        }
        full = throttle >= 1.0;
        let command = ActuatorCommand {
            direction: Direction::Forward,
            throttle,
            retarder: retard,
            service_brake: service,
            park_brake: false,
            ..ActuatorCommand::default()
        };
        if feed > -0.1 && state.speed > 2.0 {
            driven.service_work += state.service_brake * spec.brakes.service() * state.speed * rig.dt;
        }
        rig.step(&command);
        driven.time = rig.time;
        driven.at = rig.motion.pose.translation.vector.x;
        driven.too_fast = driven.too_fast.max(-error);
        driven.hottest = driven.hottest.max(state.retarder_temp);
        if station < last_down {
            driven.last_temperature = state.retarder_temp;
        }
        let used = (0..WHEELS).map(|i| rig.truck.state().wheels[i].friction_used).fold(0.0, f64::max);
        if driven.time > 1.0 {
            driven.grip_used = driven.grip_used.max(used);
        }
    }
    driven
}

/// Returns the station that a profile reaches after a time (s), m.
fn station_after(profile: &SpeedProfile, time: f64) -> f64 {
    let mut passed = 0.0;
    for w in profile.points.windows(2) {
        let whole = 2.0 * (w[1].station - w[0].station) / (w[0].speed + w[1].speed);
        if passed + whole > time {
            let into = time - passed;
            return w[0].station + (w[0].speed + 0.5 * w[0].acceleration * into) * into;
        }
        passed += whole;
    }
    profile.end_station()
}
