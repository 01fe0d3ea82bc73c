//! Path following: steering, speed, and the behaviour at cusps and at the end.
//!
//! [`Tracker::follow`] takes a path with its speed profile. [`Tracker::step`] is called at [`CONTROL_RATE`] and returns
//! the command. The steering is model-predictive (`predictive`), in the path coordinates of the rear axle, forward and
//! in reverse. The preview regulator (`preview`), which knows neither load nor grip, is kept for comparison. Both
//! control the course (heading and sideslip). The longitudinal controller adds a speed loop to the force from the
//! resistance model, and divides the sum between throttle, retarder and service brake. At a cusp the truck halts, turns
//! its wheels, changes direction, and drives on.

pub(crate) mod drive_map;
mod lateral;
mod longitudinal;
mod predictive;
mod preview;
mod reference;

pub use lateral::Steering;

use crate::localise::Estimate;
use haul_core::GRAVITY;
use haul_planner::speed::SpeedProfile;
use haul_planner::{Path, Travel};
use haul_vehicle::{ActuatorCommand, Limits, TruckSpec};
use lateral::{Errors, Lateral, Lean};
use longitudinal::{Effort, Longitudinal, Wish};
use predictive::{Ahead, HORIZON, Motion, Predictive};
use preview::PREVIEW;
use reference::{PathAhead, PathPosition, Reference};
use std::sync::Arc;

/// Control rate for which the controllers are designed, steps per second.
pub const CONTROL_RATE: f64 = 20.0;

/// Deceleration in the last metres before a stop, m/s².
const LAST_DECELERATION: f64 = 0.22;
/// Length of the last part before a stop, m.
const LAST_DISTANCE: f64 = 2.0;
/// Deceleration towards a stop before the last part, m/s². A gentler profile takes precedence.
const STOP_DECELERATION: f64 = 0.6;
/// Speed over the last 0.1 m, m/s: slow enough to stop within a centimetre or two, fast enough for the wheel sensors.
const CREEP_SPEED: f64 = 0.14;
/// Distance (m) before the stop at which the brake is applied: constant part.
const BRAKE_DISTANCE: f64 = 0.015;
/// Build-up time of the brake (s), by which the brake is applied earlier.
const BRAKE_TIME: f64 = 0.16;
/// Deceleration (m/s²) above which a stop uses the brakes alone.
const LATE_DECELERATION: f64 = 0.9;
/// Distance from the end of the path within which a halt counts as at the end, m.
const END_TOLERANCE: f64 = 0.07;
/// Distance from a cusp within which a halt counts as at the cusp, m.
const CUSP_TOLERANCE: f64 = 0.30;
/// Speed (m/s) below which a truck near the end of its grant or path stays there.
const STALL_SPEED: f64 = 0.05;
/// Distance (m) from the end of its grant within which a slow truck stays there.
const GRANT_TOLERANCE: f64 = 0.3;
/// Minimum distance (m) for which a truck starts again after a stop for a grant or an obstacle.
const LEAST_START_DISTANCE: f64 = 1.5;
/// Distance ahead (m) at which the planned speed is read, so that a start from rest has a target: constant part.
const LOOK_AHEAD: f64 = 0.5;
/// Increase of the look-ahead distance per unit of speed, s.
const LOOK_AHEAD_TIME: f64 = 0.25;
/// Distance (m) over which the slope of the planned speed is taken: constant part.
const SLOPE_DISTANCE: f64 = 0.4;
/// Increase of the slope distance per unit of speed, s.
const SLOPE_TIME: f64 = 0.5;
/// Maximum acceleration by feed-forward, m/s².
const FEED_FORWARD_LIMIT: f64 = 1.2;
/// Lateral error (m) from which a truck drives slower than planned.
const SLOWING_ERROR: f64 = 0.2;
/// Further lateral error (m) at which the speed share reaches its minimum.
const SLOWING_RANGE: f64 = 0.6;
/// Minimum share of the planned speed, at a large lateral error.
const LEAST_SPEED_SHARE: f64 = 0.3;
/// Lateral acceleration in bends, m/s², as in speed profiles. A truck with slow steering drives at a share of the speed
/// that this allows.
const BEND_LATERAL: f64 = 1.2;
/// Deceleration (m/s²) towards a bend for a truck with slow steering.
const BEND_DECELERATION: f64 = 0.4;
/// Distance (m) between the tested points of the path ahead.
const BEND_STEP: f64 = 2.0;
/// Minimum distance (m) over which the path ahead is tested for bends.
const BEND_HORIZON: f64 = 10.0;
/// Maximum error of the steering angle at a start, rad (0.6°).
const WHEEL_TOLERANCE: f64 = 0.01;
/// Maximum time (s) to wait for the wheels before a start.
const WHEEL_WAIT: f64 = 6.0;

/// Steering method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateralControl {
    /// Model-predictive steering.
    #[default]
    Predictive,
    /// The preview regulator.
    Preview,
}

/// Progress of the tracker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Progress {
    /// The truck stands without a path.
    #[default]
    Idle,
    /// The truck drives along the path, or is halted on it.
    Following,
    /// The truck stands at the end of the path.
    Arrived,
}

/// Inputs of the tracker in one step.
#[derive(Debug, Clone, Copy)]
pub struct TrackInput<'a> {
    /// Estimate of the truck's motion.
    pub estimate: &'a Estimate,
    /// Gear engaged.
    pub gear: i8,
    /// Engine speed, rad/s.
    pub engine_speed: f64,
    /// Gross mass, kg.
    pub mass: f64,
    /// Rolling resistance, as a fraction of the weight.
    pub rolling_resistance: f64,
    /// Friction coefficient of the road as estimated by the truck.
    pub friction: f64,
    /// Speed limit, m/s; 0 halts the truck.
    pub speed_limit: f64,
    /// Station that the truck must not pass, m; infinite if there is no such station.
    pub stop_at: f64,
}

/// The tracker's report on its last step.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct TrackReport {
    /// Progress along the path.
    pub progress: Progress,
    /// Station reached on the path, m.
    pub station: f64,
    /// Offset from the path, m, positive to the left of the body.
    pub lateral_error: f64,
    /// Heading of the truck minus that of the path, rad.
    pub heading_error: f64,
    /// Target speed, m/s, negative in reverse.
    pub target_speed: f64,
    /// True if the truck stands on its brakes.
    pub standing: bool,
}

/// The tracking controller.
#[derive(Debug, Clone)]
pub struct Tracker {
    limits: Limits,
    lateral: Lateral,
    predictive: Predictive,
    method: LateralControl,
    longitudinal: Longitudinal,
    reference: Option<Reference>,
    report: TrackReport,
    /// Last commanded steering angle, rad.
    asked_angle: f64,
    /// Time for which the wheels have been turning at this standstill, s.
    wheels_time: f64,
    /// Share of the nominal rate at which the steering turns.
    steering_share: f64,
}

haul_core::keep_state!(Tracker {
    limits: given,
    lateral: part,
    predictive: part,
    method: given,
    longitudinal: part,
    reference: value,
    report: value,
    asked_angle: value,
    wheels_time: value,
    steering_share: value,
});

impl Tracker {
    /// Creates a tracker for a standing truck.
    pub fn new(spec: &TruckSpec, limits: Limits) -> Self {
        let steering = Steering {
            wheelbase: spec.geometry.wheelbase,
            greatest_angle: spec.steering.max_angle,
            rate: spec.steering.rate,
            // On average, half a control period passes before a command reaches the valve.
            lag: spec.steering.lag + 0.5 / CONTROL_RATE,
        };
        Self {
            limits,
            lateral: Lateral::new(steering, 1.0 / CONTROL_RATE),
            predictive: Predictive::new(spec, steering),
            method: LateralControl::default(),
            longitudinal: Longitudinal::new(spec, 1.0 / CONTROL_RATE),
            reference: None,
            report: TrackReport { standing: true, ..TrackReport::default() },
            asked_angle: 0.0,
            wheels_time: 0.0,
            steering_share: 1.0,
        }
    }

    /// Selects the steering method.
    pub fn with_lateral_control(mut self, method: LateralControl) -> Self {
        self.method = method;
        self
    }

    /// Sets the share of the nominal rate at which the steering turns. The truck drives slower in bends in that
    /// proportion.
    pub fn set_steering_share(&mut self, share: f64) {
        self.steering_share = share;
        self.lateral.set_share(share);
        self.predictive.set_share(share);
    }

    /// Sets a new path, which is followed from its first point.
    pub fn follow(&mut self, path: Arc<Path>, profile: Arc<SpeedProfile>) {
        let reference = Reference::new(path, profile);
        self.report.station = reference.station;
        self.reference = Some(reference);
        self.report.progress = Progress::Following;
        self.wheels_time = 0.0;
    }

    /// Replaces the path by one that differs only ahead of the truck, for example a longer or shorter one. The truck
    /// does not stop.
    pub fn amend(&mut self, path: Arc<Path>, profile: Arc<SpeedProfile>) {
        if let Some(reference) = &mut self.reference {
            reference.amend(path, profile);
        }
    }

    /// Sets new speeds for the present path.
    pub fn set_profile(&mut self, profile: Arc<SpeedProfile>) {
        if let Some(reference) = &mut self.reference {
            reference.profile = profile;
        }
    }

    /// Drops the path. The truck halts at its position.
    pub fn clear(&mut self) {
        self.reference = None;
        self.report.progress = Progress::Idle;
    }

    /// Returns the present path.
    pub fn path(&self) -> Option<&Arc<Path>> {
        self.reference.as_ref().map(|r| &r.path)
    }

    /// Returns the present speed profile.
    pub fn profile(&self) -> Option<&Arc<SpeedProfile>> {
        self.reference.as_ref().map(|r| &r.profile)
    }

    /// Returns the direction of travel in the present section.
    pub fn travel(&self) -> Option<Travel> {
        let points = self.reference.as_ref()?.points();
        points.first().map(|p| p.travel)
    }

    /// Returns the report on the last step.
    pub fn report(&self) -> &TrackReport {
        &self.report
    }

    /// Runs one control step. Returns the command for steering, drive and brakes; the caller sets the hoist.
    pub fn step(&mut self, input: &TrackInput) -> ActuatorCommand {
        let estimate = input.estimate;
        let place = self.reference.as_mut().and_then(|r| r.locate(estimate.pose, estimate.speed));
        let (Some(place), true) = (place, estimate.ready) else {
            return self.stand_without_a_path(input);
        };
        let sign = place.travel.sign();
        let station = self.reference.as_ref().map_or(0.0, |r| r.station);
        self.report.station = station;
        self.report.lateral_error = place.projection.lateral;
        self.report.heading_error = place.projection.heading_error;

        let mut wish = Wish {
            travel: place.travel,
            speed: sign * estimate.speed,
            target: 0.0,
            acceleration: 0.0,
            grade: place.grade,
            mass: input.mass,
            rolling_resistance: input.rolling_resistance,
            gear: input.gear,
            engine_speed: input.engine_speed,
            standing: estimate.standing,
        };
        self.longitudinal.watch(&wish);
        let ends_here = place.remaining <= input.stop_at - station;
        let room = place.remaining.min(input.stop_at - station);
        let standing = self.longitudinal.is_standing();
        if standing && self.report.progress == Progress::Following && self.at_section_end(&place) {
            return self.end_section(input, &wish, &place);
        }
        let brake_ahead = BRAKE_DISTANCE + BRAKE_TIME * wish.speed.max(0.0);
        let worth = if ends_here { END_TOLERANCE } else { LEAST_START_DISTANCE };
        let halted = standing && room < worth;
        let arrived = self.report.progress == Progress::Arrived;
        // On a climb the last centimetres are not worth the drive force that they need.
        let spent = wish.speed < STALL_SPEED && room < if ends_here { END_TOLERANCE } else { GRANT_TOLERANCE };
        // If the speed loop is too fast for the planned deceleration, the remaining distance decides.
        let late = wish.speed > 0.0
            && wish.speed * wish.speed > 2.0 * LATE_DECELERATION * (room - BRAKE_TIME * wish.speed).max(0.0);
        let stop_here = room <= brake_ahead || late;
        if stop_here || halted || spent || arrived || input.speed_limit <= 0.0 {
            let room = (stop_here && input.speed_limit > 0.0).then_some(room);
            let effort = self.longitudinal.halt(&self.limits, &wish, room);
            self.report.target_speed = 0.0;
            let angle = if standing { self.asked_angle } else { self.steer(input, &place, &wish) };
            return self.command(&effort, angle);
        }
        if standing && !self.wheels_are_set(estimate.steering_angle, place.curvature) {
            let effort = self.longitudinal.halt(&self.limits, &wish, None);
            self.report.target_speed = 0.0;
            return self.command(&effort, self.asked_angle);
        }
        (wish.target, wish.acceleration) = self.target(input, &wish, room);
        self.report.target_speed = sign * wish.target;
        let effort = self.longitudinal.step(&self.limits, &wish);
        let angle = self.steer(input, &place, &wish);
        self.command(&effort, angle)
    }

    fn at_section_end(&self, place: &PathPosition) -> bool {
        place.remaining <= if place.last { END_TOLERANCE } else { CUSP_TOLERANCE }
    }

    /// Handles a truck that stands at the end of a section: begins the next section, or ends the path.
    fn end_section(&mut self, input: &TrackInput, wish: &Wish, place: &PathPosition) -> ActuatorCommand {
        if place.last {
            self.report.progress = Progress::Arrived;
        } else if let Some(reference) = &mut self.reference {
            reference.next_section();
        }
        self.wheels_time = 0.0;
        self.lateral.restart(input.estimate.steering_angle);
        self.predictive.restart(input.estimate.steering_angle);
        let effort = self.longitudinal.halt(&self.limits, wish, None);
        self.report.target_speed = 0.0;
        self.command(&effort, self.asked_angle)
    }

    /// Turns the wheels at a standstill to the curvature of the path. Returns true if they have reached it.
    fn wheels_are_set(&mut self, angle: f64, curvature: f64) -> bool {
        self.asked_angle = self.lateral.turn_to(curvature);
        self.wheels_time += 1.0 / CONTROL_RATE;
        let set = (angle - self.asked_angle).abs() < WHEEL_TOLERANCE || self.wheels_time > WHEEL_WAIT;
        if set {
            self.wheels_time = 0.0;
            self.lateral.restart(angle);
            self.predictive.restart(angle);
        }
        set
    }

    /// Returns the target speed, and the acceleration planned with it.
    fn target(&self, input: &TrackInput, wish: &Wish, room: f64) -> (f64, f64) {
        let Some(reference) = &self.reference else { return (0.0, 0.0) };
        let station = reference.station;
        let stop = |ahead: f64| stop_speed(room - ahead);
        let speed = wish.speed.max(0.0);
        let look = LOOK_AHEAD + LOOK_AHEAD_TIME * speed;
        let planned = reference.planned(station).max(reference.planned(station + look));
        let target = (planned * care(self.report.lateral_error)).min(stop(0.0)).max(CREEP_SPEED);
        let way = (SLOPE_DISTANCE + SLOPE_TIME * speed).min((reference.section_end() - station).max(0.05));
        let (now, then) = (reference.planned(station).min(stop(0.0)), reference.planned(station + way).min(stop(way)));
        let slope = ((then * then - now * now) / (2.0 * way)).clamp(-FEED_FORWARD_LIMIT, FEED_FORWARD_LIMIT);
        let limit = input.speed_limit.min(self.limit_by_steering(reference, speed));
        if limit < target {
            return (limit, slope.min(0.0));
        }
        (target, slope)
    }

    /// Returns the maximum speed with slow steering, m/s. It falls in proportion to the steering rate, so that path and
    /// corrections demand no more of slow steering than of sound steering.
    fn limit_by_steering(&self, reference: &Reference, speed: f64) -> f64 {
        let share = self.steering_share;
        if share >= 1.0 {
            return f64::INFINITY;
        }
        let horizon = speed * speed / (2.0 * BEND_DECELERATION) + BEND_HORIZON;
        let steps = (horizon / BEND_STEP) as usize;
        let curvature = |k: usize| reference.curvature(reference.station + BEND_STEP * k as f64);
        (0..=steps).fold(share * self.limits.top_speed(), |least, k| {
            let (here, next) = (curvature(k), curvature(k + 1));
            let lateral = libm::sqrt(BEND_LATERAL / here.abs().max(next.abs()).max(1e-6));
            let turning = self.lateral.half_rate() * BEND_STEP / (next - here).abs().max(1e-9);
            let in_bend = share * lateral.min(turning);
            least.min(libm::sqrt(in_bend * in_bend + 2.0 * BEND_DECELERATION * BEND_STEP * k as f64))
        })
    }

    fn steer(&mut self, input: &TrackInput, place: &PathPosition, wish: &Wish) -> f64 {
        if self.method != LateralControl::Preview {
            return self.steer_ahead(input, place, wish);
        }
        let estimate = input.estimate;
        let speed = wish.speed.max(0.0);
        let Some(reference) = &self.reference else { return self.asked_angle };
        let sign = place.travel.sign();
        // A cross slope is a side force. The truck crabs downhill by the slip angle of its rear axle, and its wheels
        // must steer uphill by the difference between the slip angles of the front and rear axles. Both are known from
        // the ground ahead.
        let slip = self.limits.slip_angles(input.mass);
        let strain = sign * GRAVITY * (slip.front - slip.rear) / self.lateral.wheelbase();
        let lean = Lean {
            here: strain * place.cross_slope,
            ahead: strain * reference.cross_slope(reference.station + speed * self.lateral.delay(speed)),
        };
        let mut points = [PathAhead { curvature: 0.0, lean_rate: 0.0 }; PREVIEW];
        let here = reference.preview(self.lateral.preview_spacing(speed), &mut points);
        let driven = |a: PathAhead| a.curvature + GRAVITY * slip.rear * a.lean_rate;
        let (here, ahead) = (driven(here), points.map(driven));
        let errors = Errors {
            lateral: place.projection.lateral,
            course: sign * (place.projection.heading_error + estimate.sideslip),
            speed,
            steering_angle: estimate.steering_angle,
            driven_curvature: Lateral::can_tell(estimate.speed).then(|| estimate.yaw_rate / estimate.speed),
        };
        self.lateral.step(&errors, lean, here, &ahead)
    }

    /// Steers by the model along the planned speeds.
    fn steer_ahead(&mut self, input: &TrackInput, place: &PathPosition, wish: &Wish) -> f64 {
        let (estimate, sign) = (input.estimate, place.travel.sign());
        let Some(reference) = &self.reference else { return self.asked_angle };
        let mut ahead = [Ahead::default(); HORIZON + 1];
        reference.horizon(wish.speed, input.speed_limit, &mut ahead);
        let motion = Motion {
            offset: place.projection.lateral,
            heading: place.projection.heading_error,
            speed: sign * wish.speed.max(0.0),
            sideslip: estimate.sideslip,
            turn: estimate.yaw_rate,
            steering_angle: estimate.steering_angle,
            mass: input.mass,
            friction: input.friction,
        };
        self.predictive.observe(&motion, &ahead[0]);
        self.predictive.step(&motion, &ahead)
    }

    fn stand_without_a_path(&mut self, input: &TrackInput) -> ActuatorCommand {
        let speed = input.estimate.speed;
        let travel = if speed < 0.0 { Travel::Reverse } else { Travel::Forward };
        let wish = Wish {
            travel,
            speed: speed.abs(),
            target: 0.0,
            acceleration: 0.0,
            grade: 0.0,
            mass: input.mass,
            rolling_resistance: input.rolling_resistance,
            gear: input.gear,
            engine_speed: input.engine_speed,
            standing: input.estimate.standing,
        };
        self.report.target_speed = 0.0;
        let effort = self.longitudinal.halt(&self.limits, &wish, None);
        self.command(&effort, self.asked_angle)
    }

    fn command(&mut self, effort: &Effort, steering_angle: f64) -> ActuatorCommand {
        self.asked_angle = steering_angle;
        self.report.standing = self.longitudinal.is_standing();
        ActuatorCommand {
            direction: effort.direction,
            throttle: effort.throttle,
            retarder: effort.retarder,
            service_brake: effort.service_brake,
            park_brake: effort.park_brake,
            steering_angle,
            ..ActuatorCommand::default()
        }
    }
}

/// Returns the share of the planned speed at a lateral error (m). A truck that is off its path slows down, so that its
/// steering turns it back over a shorter distance.
fn care(lateral_error: f64) -> f64 {
    let beyond = (lateral_error.abs() - SLOWING_ERROR).max(0.0) / SLOWING_RANGE;
    (1.0 - (1.0 - LEAST_SPEED_SHARE) * beyond).clamp(LEAST_SPEED_SHARE, 1.0)
}

/// Returns the maximum speed from which the truck stops comfortably within a distance (m): gently over the last metres,
/// more firmly before.
fn stop_speed(way: f64) -> f64 {
    let way = way.max(0.0);
    let last = way.min(LAST_DISTANCE);
    libm::sqrt(2.0 * LAST_DECELERATION * last + 2.0 * STOP_DECELERATION * (way - last))
}
