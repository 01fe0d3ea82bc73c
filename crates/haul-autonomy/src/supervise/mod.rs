//! The safety supervisor: a second look at every command, by a simpler model than the one that made it.
//!
//! It believes in a constant deceleration, in the steering's rate, and in rigid outlines. From the speed of the moment
//! follows a stopping distance; from the steering angle and the angle asked follow the poses that the truck sweeps
//! until then, and from the roads of the map those that it sweeps in its lane. Where these meet an obstacle or leave the
//! drivable surface, where the grant ends, after an all-stop and when the stack cannot trust itself, it takes the throttle away and brakes. It can do nothing else: its output never
//! has more throttle, less brake or less retarder than its input, never releases the park brake, never moves the hoist
//! and never steers.
//!
//! A reading that is not a number counts as the worst one: every comparison here asks whether a value is known to be
//! good, never whether it is known to be bad.

mod arc;
mod lane;

use crate::localise::Estimate;
use crate::perceive::{Obstacle, gap};
use crate::telemetry::{Distrust, Restriction};
use arc::{Arc as SweptArc, HALF, Motion, STEPS};
use haul_core::{Footprint, GRAVITY, Point2, Pose2, SimTime};
use haul_mine::MineMap;
use haul_planner::Travel;
use haul_vehicle::{ActuatorCommand, Direction, Hoist, Limits, TruckSpec};

/// From the decision to the brakes' full effect, s: one control period and the build-up.
const REACTION: f64 = 0.4;
/// Share of the service brakes' force that is counted on, and share of the friction.
const BRAKE_SHARE: f64 = 0.75;
const GRIP_SHARE: f64 = 0.7;
/// Least deceleration counted on, so that a bad slope or friction reading makes the way long but not endless, m/s².
const LEAST_DECELERATION: f64 = 0.3;
/// Kept free beyond the stopping distance, m.
const BEYOND: f64 = 0.3;
/// Kept free beside the outline of obstacles, m: twice the tracking error.
const BESIDE: f64 = 0.2;
/// The outline may stand over the edge by so much more than it does already, m, before it counts: the map's own
/// precision.
const EDGE_SLACK: f64 = 0.1;
/// The truck may come nearer to what it already stands beside by so much, m.
const GAP_SLACK: f64 = 0.03;
/// A stop may end so much past the grant before the supervisor takes it from the tracking control, m.
const GRANT_SLACK: f64 = 1.0;
/// Frames older than this are stale, s: five control periods.
const STALE: f64 = 0.25;
/// Frames stamped this far ahead of the present instant have a wrong clock, s: one control period.
const AHEAD: f64 = 0.05;
/// Position (m) and heading (rad) known worse than this: the truck stops. Half of the least clearance planned with
/// (0.5 m), with two standard deviations.
const POSITION_LOST: f64 = 0.25;
const HEADING_LOST: f64 = 0.03;
/// Steering that is off what was asked by more than this (rad) for so long (s) has failed: the whole lock takes 5 s at
/// its greatest rate, and the asked angle never runs ahead by more than half a second of it.
const STEERING_OFF: f64 = 0.20;
const STEERING_TIME: f64 = 1.5;
/// A body angle beyond this, up or down, is not for driving, rad (3°).
const BODY_UP: f64 = 0.05;
/// Steering that is tried before the truck is stopped at an edge, as shares of the greatest angle, the gentlest first.
const LADDER: [f64; 13] = [0.0, 0.03, -0.03, 0.08, -0.08, 0.16, -0.16, 0.3, -0.3, 0.55, -0.55, 1.0, -1.0];
/// Slower than this a truck manoeuvres and keeps to no lane, m/s.
const LANE_SPEED: f64 = 3.0;
/// Slower than this the truck stands, m/s.
const STANDS: f64 = 0.05;
/// A truck on its brakes rocks no faster than this as its load slides off, m/s.
const ROCKS: f64 = 0.2;
/// Brake for what cannot wait, and for an order.
const FULL: f64 = 1.0;
const FIRM: f64 = 0.5;

/// Inputs of the supervisor.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The present instant, not that of the frame.
    pub now: SimTime,
    /// The instant of the newest frame.
    pub frame_time: SimTime,
    /// The estimate of its motion.
    pub estimate: &'a Estimate,
    /// The obstacles around.
    pub obstacles: &'a [Obstacle],
    /// The mine.
    pub map: &'a MineMap,
    /// Payload, kg.
    pub payload_kg: f64,
    /// Friction of the road.
    pub friction: f64,
    /// Body angle, rad.
    pub body_angle: f64,
    /// Way left to the end of the grant, m; infinite where none is needed.
    pub way_granted: f64,
    /// The travel of the path being followed.
    pub travel: Option<Travel>,
    /// Tells whether an all-stop is in force.
    pub all_stop: bool,
}

/// The supervisor of one truck.
#[derive(Debug, Clone)]
pub struct Supervisor {
    footprint: Footprint,
    arc: SweptArc,
    limits: Limits,
    rated_payload: f64,
    asked_angle: f64,
    off_since: Option<SimTime>,
    unread_since: Option<SimTime>,
}

haul_core::keep_state!(Supervisor {
    footprint: given,
    arc: given,
    limits: given,
    rated_payload: given,
    asked_angle: value,
    off_since: value,
    unread_since: value,
});

impl Supervisor {
    /// A supervisor for a truck.
    pub fn new(spec: &TruckSpec) -> Self {
        Self {
            footprint: spec.footprint(),
            arc: SweptArc {
                wheelbase: spec.geometry.wheelbase,
                greatest_angle: spec.steering.max_angle,
                rate: spec.steering.rate,
            },
            limits: Limits::new(spec),
            rated_payload: spec.rated_payload(),
            asked_angle: 0.0,
            off_since: None,
            unread_since: None,
        }
    }

    /// Takes note of a step: what the wheels did, and what they are asked next. Call it once a step, before
    /// [`Supervisor::restrict`].
    pub fn watch(&mut self, now: SimTime, measured_angle: f64, asked_angle: f64) {
        let follows = (measured_angle - self.asked_angle).abs() <= STEERING_OFF;
        self.off_since = if follows { None } else { self.off_since.or(Some(now)) };
        self.unread_since = if measured_angle.is_finite() { None } else { self.unread_since.or(Some(now)) };
        self.asked_angle = asked_angle;
    }

    /// The command, held back where it must be, and why.
    pub fn restrict(&self, view: &View, command: ActuatorCommand) -> (ActuatorCommand, Option<Restriction>) {
        let stands = stands(view.estimate);
        let (command, sound) = sound(command, view.estimate);
        let hoist = if !stands && command.hoist == Hoist::Raise { Hoist::Hold } else { command.hoist };
        let command = ActuatorCommand { hoist, ..command };
        let verdict =
            if sound { self.judge(view, &command) } else { Some((Restriction::Fault(Distrust::Command), FIRM)) };
        let Some((restriction, brake)) = verdict else { return (command, None) };
        let freeze = matches!(restriction, Restriction::AllStop | Restriction::Fault(_));
        let held = ActuatorCommand {
            throttle: 0.0,
            service_brake: command.service_brake.max(brake),
            park_brake: command.park_brake || freeze && stands,
            hoist: if freeze { Hoist::Hold } else { hoist },
            ..command
        };
        (held, Some(restriction))
    }

    /// The first reason to hold back, gravest first, with the brake it asks for.
    fn judge(&self, view: &View, command: &ActuatorCommand) -> Option<(Restriction, f64)> {
        let estimate = view.estimate;
        if view.all_stop {
            return Some((Restriction::AllStop, FIRM));
        }
        let stays = stands(estimate) && command.throttle <= 0.0;
        let body_down = (-BODY_UP..=BODY_UP).contains(&view.body_angle);
        if let Some(cause) = self.distrust(view) {
            return Some((Restriction::Fault(cause), FIRM));
        }
        let rocks = estimate.speed.abs() <= ROCKS && command.throttle <= 0.0;
        let on_brakes = command.park_brake || command.service_brake >= FIRM;
        if !(body_down || stays || rocks && on_brakes) {
            return Some((Restriction::Fault(Distrust::BodyUp), FIRM));
        }
        let way = self.stopping_way(view);
        let within_grant = way <= view.way_granted + GRANT_SLACK;
        if !(stays || within_grant) {
            return Some((Restriction::NoGrant, FIRM));
        }
        let sense = self.sense(view, command)?;
        let speed = estimate.speed.abs();
        let motion = Motion { sense, speed, way: way + BEYOND };
        let sweep = |targets| self.arc.sweep(estimate.pose, estimate.steering_angle, targets, motion);
        // What the truck does if the steering goes where it is asked, and if it stays where it is.
        let (asked, kept) = (sweep([command.steering_angle; 2]), sweep([estimate.steering_angle; 2]));
        if self.meets(view, &asked) && self.meets(view, &kept) && !self.keeps_clear_in_its_lane(view, motion) {
            return Some((Restriction::Obstacle, FULL));
        }
        if self.leaves(view, &asked) && self.leaves(view, &kept) && !self.can_stay(view, sweep, speed) {
            return Some((Restriction::DrivableEdge, FULL));
        }
        None
    }

    /// Tells whether a truck that drives forward in its lane meets nothing if it stays there. Where a bend begins or ends,
    /// the steering of the moment leads towards a truck in the other lane, and the road leads past it.
    fn keeps_clear_in_its_lane(&self, view: &View, motion: Motion) -> bool {
        motion.sense > 0.0
            && motion.speed >= LANE_SPEED
            && lane::along_road(view.map, view.estimate.pose, motion.way).is_some_and(|poses| !self.meets(view, &poses))
    }

    /// Tells whether some steering, changed once on the way, keeps the truck on the surface until it stands. The road
    /// may bend where the wheels do not yet: only where nothing that the tyres can hold is left is it too late to wait.
    fn can_stay(&self, view: &View, sweep: impl Fn([f64; 2]) -> [Pose2; STEPS], speed: f64) -> bool {
        let grip = GRIP_SHARE * view.friction * GRAVITY;
        let held = |angle: &f64| libm::fabs(libm::tan(*angle)) * speed * speed / self.arc.wheelbase <= grip;
        let angles = || LADDER.iter().map(|share| share * self.arc.greatest_angle).filter(held);
        let over = self.allowed_over_edge(view);
        let allowed = || over;
        angles().any(|first| {
            let straight = sweep([first; 2]);
            if self.is_over_edge(view, &straight[..HALF], allowed) {
                return false;
            }
            !self.is_over_edge(view, &straight[HALF..], allowed)
                || angles().any(|second| !self.is_over_edge(view, &sweep([first, second])[HALF..], allowed))
        })
    }

    /// The first thing that the stack cannot trust.
    fn distrust(&self, view: &View) -> Option<Distrust> {
        let e = view.estimate;
        let short = |since: Option<SimTime>| since.is_none_or(|t| view.now.since(t) <= STEERING_TIME);
        let known = [
            (e.ready && e.pose.is_finite(), Distrust::NoPosition),
            (
                view.now.since(view.frame_time) <= STALE && view.frame_time.since(view.now) <= AHEAD,
                Distrust::StaleFrame,
            ),
            (e.position_sigma < POSITION_LOST, Distrust::Position),
            (e.heading_sigma < HEADING_LOST, Distrust::Heading),
            (e.speed.is_finite() && e.wheels_trusted, Distrust::WheelSpeeds),
            (
                e.steering_angle.is_finite() && short(self.unread_since) && (stands(e) || short(self.off_since)),
                Distrust::Steering,
            ),
        ];
        known.into_iter().find(|(is_known, _)| !is_known).map(|(_, cause)| cause)
    }

    /// Distance to a stop from here at the deceleration counted on, m.
    fn stopping_way(&self, view: &View) -> f64 {
        let e = view.estimate;
        let speed = e.speed.abs();
        let payload = if view.payload_kg.is_finite() { view.payload_kg.max(0.0) } else { self.rated_payload };
        let friction = if view.friction.is_finite() { view.friction } else { 0.0 };
        let mass = self.limits.gross_mass(payload);
        let brakes = (BRAKE_SHARE * self.limits.service_brake_force(mass) / mass).min(GRIP_SHARE * friction * GRAVITY);
        let deceleration = (brakes + GRAVITY * self.rise(view)).max(LEAST_DECELERATION);
        speed * REACTION + speed * speed / (2.0 * deceleration)
    }

    /// Grade along the way: that under the wheels, or over the truck's length ahead of them where that falls more. What
    /// lies beyond the edge (a tip's face, a hopper) is no ground to brake on and does not count.
    fn rise(&self, view: &View) -> f64 {
        let sense = if view.estimate.speed < 0.0 { -1.0 } else { 1.0 };
        let height = |p: Pose2| view.map.terrain.height(p.x, p.y);
        let rear = view.estimate.pose;
        let front = rear.advanced(self.arc.wheelbase);
        let under = sense * (height(front) - height(rear)) / self.arc.wheelbase;
        let leading = if sense > 0.0 { front } else { rear };
        let there = leading.advanced(sense * self.footprint.length());
        if !view.map.drivable.contains(there.position()) {
            return under;
        }
        under.min((height(there) - height(leading)) / self.footprint.length())
    }

    /// The sense of motion: as it moves, or as it is about to. `None` for a truck that stands and has no way to go.
    fn sense(&self, view: &View, command: &ActuatorCommand) -> Option<f64> {
        if view.estimate.speed.abs() >= STANDS {
            return Some(view.estimate.speed.signum());
        }
        match (command.direction, view.travel) {
            (Direction::Forward, _) | (Direction::Neutral, Some(Travel::Forward)) => Some(1.0),
            (Direction::Reverse, _) | (Direction::Neutral, Some(Travel::Reverse)) => Some(-1.0),
            (Direction::Neutral, None) => None,
        }
    }

    /// Tells whether the swept outline comes to an obstacle, or nearer to one that it already stands beside.
    fn meets(&self, view: &View, poses: &[Pose2; STEPS]) -> bool {
        let here = view.estimate.pose;
        let reach = self.footprint.reach() + BESIDE;
        let far = poses.last().map_or(0.0, |p| p.distance(here));
        view.obstacles.iter().any(|o| {
            // Comparisons below are such that an obstacle whose place or size is not a number is met.
            let near = |p: Pose2| (o.pose.position() - p.position()).norm() - reach - o.shape.reach();
            if near(here) > far {
                return false;
            }
            let now = gap(&self.footprint, here, o);
            let apart = now >= GAP_SLACK;
            if !apart {
                // It touches already: what counts is whether the motion presses on.
                let middle = Pose2::new((self.footprint.front - self.footprint.rear) / 2.0, 0.0, 0.0);
                let from = |p: Pose2| (p.compose(middle).position() - o.pose.position()).norm();
                let leaves = |p: Pose2| from(p) >= from(here);
                return poses.first().is_some_and(|&p| !leaves(p));
            }
            let allowed = BESIDE.min(now - GAP_SLACK);
            poses.iter().any(|&p| !(near(p) >= 0.0 || gap(&self.footprint, p, o) >= allowed))
        })
    }

    /// Tells whether the swept outline leaves the drivable surface, or goes further over its edge than it stands.
    fn leaves(&self, view: &View, poses: &[Pose2; STEPS]) -> bool {
        self.is_over_edge(view, poses, || self.allowed_over_edge(view))
    }

    /// Least clearance that is no leaving: where the truck stands already, less the map's precision, m.
    fn allowed_over_edge(&self, view: &View) -> f64 {
        view.map.drivable.footprint_clearance(&self.footprint, view.estimate.pose).min(0.0) - EDGE_SLACK
    }

    fn is_over_edge(&self, view: &View, poses: &[Pose2], allowed: impl Fn() -> f64) -> bool {
        let drivable = &view.map.drivable;
        let ahead = (self.footprint.front - self.footprint.rear) / 2.0;
        let radius = libm::hypot(self.footprint.length() / 2.0, self.footprint.half_width);
        // Most poses are in the open: the circle about the outline says so at a tenth of the cost. From one pose to the
        // next its clearance falls by no more than the way between them.
        let mut known: Option<(Point2, f64)> = None;
        poses.iter().any(|&p| {
            let middle = p.place(ahead, 0.0);
            if known.is_some_and(|(at, clearance)| clearance - (middle - at).norm() > radius) {
                return false;
            }
            let clearance = drivable.clearance(middle);
            known = Some((middle, clearance));
            !(clearance > radius || drivable.footprint_clearance(&self.footprint, p) >= allowed())
        })
    }
}

/// Tells whether the truck is known to stand.
fn stands(estimate: &Estimate) -> bool {
    estimate.ready && estimate.wheels_trusted && estimate.speed.abs() <= STANDS
}

/// The command with numbers only, and whether it had none but numbers: no throttle, the full brake and the steering left
/// where it is take the place of what is not a number.
fn sound(command: ActuatorCommand, estimate: &Estimate) -> (ActuatorCommand, bool) {
    let or = |value: f64, otherwise: f64| if value.is_finite() { value } else { otherwise };
    let clean = ActuatorCommand {
        throttle: or(command.throttle, 0.0),
        service_brake: or(command.service_brake, FULL),
        retarder: or(command.retarder, 0.0),
        steering_angle: or(command.steering_angle, or(estimate.steering_angle, 0.0)),
        ..command
    };
    let values = [command.throttle, command.service_brake, command.retarder, command.steering_angle];
    (clean, values.iter().all(|v| v.is_finite()))
}
