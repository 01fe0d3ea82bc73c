//! The safety supervisor: checks every command with a simpler model than the controllers that made it.
//!
//! The supervisor's model is a constant deceleration, the rate of the steering, and rigid outlines. The present speed
//! gives a stopping distance. The steering angle and the commanded angle give the poses that the truck sweeps until its
//! stop. The roads of the map give the poses that it sweeps in its lane. The supervisor closes the throttle and brakes
//! if these poses meet an obstacle or leave the drivable surface. It also does so at the end of the grant, in an
//! all-stop, and when the stack cannot trust itself. It can do nothing else: its output never has more throttle, less
//! brake or less retarder than its input, never releases the park brake, never moves the hoist and never steers.
//!
//! A reading that is not a number counts as the worst possible value: every comparison tests whether a value is known
//! to be good, never whether it is known to be bad.

mod arc;
mod lane;

use crate::localise::Estimate;
use crate::perceive::{TrackedObstacle, gap};
use crate::telemetry::{Distrust, Restriction};
use arc::{Arc as SweptArc, HALF_POSES, POSES, StopMotion};
use haul_core::{Footprint, GRAVITY, Point2, Pose2, SimTime};
use haul_mine::MineMap;
use haul_planner::Travel;
use haul_vehicle::{ActuatorCommand, Direction, Hoist, Limits, TruckSpec};

/// Time (s) from the decision to the full effect of the brakes: one control period and the build-up.
const REACTION: f64 = 0.4;
/// Share of the service brakes' force on which the supervisor relies.
const BRAKE_SHARE: f64 = 0.75;
/// Share of the friction on which the supervisor relies.
const GRIP_SHARE: f64 = 0.7;
/// Minimum assumed deceleration, m/s². It keeps the stopping distance finite for a bad slope or friction reading.
const LEAST_DECELERATION: f64 = 0.3;
/// Clearance beyond the stopping distance, m.
const STOP_CLEARANCE: f64 = 0.3;
/// Clearance (m) beside obstacles: twice the tracking error.
const SIDE_CLEARANCE: f64 = 0.2;
/// Distance (m) by which the outline may move further over the edge before the truck counts as leaving the surface: the
/// precision of the map.
const EDGE_SLACK: f64 = 0.1;
/// Distance (m) by which the truck may come nearer to an obstacle beside which it already stands.
const GAP_SLACK: f64 = 0.03;
/// Distance (m) past the grant at which a stop may end before the supervisor acts instead of the tracking controller.
const GRANT_SLACK: f64 = 1.0;
/// Maximum age of a frame, s: five control periods.
const FRAME_AGE: f64 = 0.25;
/// Maximum time (s) by which a frame may be stamped ahead of the present before this counts as a clock error: one
/// control period.
const CLOCK_SLACK: f64 = 0.05;
/// Standard deviation of the position (m) at which the truck stops: twice this value is the minimum planned clearance
/// (0.5 m).
const POSITION_LIMIT: f64 = 0.25;
/// Standard deviation of the heading (rad) at which the truck stops.
const HEADING_LIMIT: f64 = 0.03;
/// Difference (rad) between steering angle and command beyond which the steering does not follow. A turn to full lock
/// takes 5 s at the maximum rate, and the command is never more than half a second ahead of the wheels.
const STEERING_ERROR: f64 = 0.20;
/// Time (s) after which a steering that does not follow its command has failed.
const STEERING_TIME: f64 = 1.5;
/// Maximum body angle for driving, up or down, rad (3°).
const BODY_ANGLE: f64 = 0.05;
/// Steering angles that are tried before the truck is stopped at an edge, as shares of the maximum angle, the smallest
/// first.
const STEERING_SHARES: [f64; 13] = [0.0, 0.03, -0.03, 0.08, -0.08, 0.16, -0.16, 0.3, -0.3, 0.55, -0.55, 1.0, -1.0];
/// Speed (m/s) below which a truck manoeuvres and keeps no lane.
const LANE_SPEED: f64 = 3.0;
/// Speed below which the truck counts as standing, m/s.
const STANDING_SPEED: f64 = 0.05;
/// Maximum speed (m/s) at which a braked truck rocks while its load slides off.
const ROCKING_SPEED: f64 = 0.2;
/// Service-brake command for an emergency, 0 to 1.
const FULL_BRAKE: f64 = 1.0;
/// Service-brake command for an order to stop, 0 to 1.
const FIRM_BRAKE: f64 = 0.5;

/// Inputs of the supervisor.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Present time, not that of the frame.
    pub now: SimTime,
    /// Time of the newest frame.
    pub frame_time: SimTime,
    /// Estimate of the truck's motion.
    pub estimate: &'a Estimate,
    /// Obstacles around the truck.
    pub obstacles: &'a [TrackedObstacle],
    /// Map of the mine.
    pub map: &'a MineMap,
    /// Payload, kg.
    pub payload_kg: f64,
    /// Friction coefficient of the road.
    pub friction: f64,
    /// Body angle, rad.
    pub body_angle: f64,
    /// Distance to the end of the grant, m; infinite if no grant is needed.
    pub way_granted: f64,
    /// Direction of travel of the present path.
    pub travel: Option<Travel>,
    /// True while an all-stop is in force.
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
    /// Creates the supervisor of a truck.
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

    /// Records the measured and the commanded steering angle of a step. Call it once per step, before
    /// [`Supervisor::restrict`].
    pub fn watch(&mut self, now: SimTime, measured_angle: f64, asked_angle: f64) {
        let follows = (measured_angle - self.asked_angle).abs() <= STEERING_ERROR;
        self.off_since = if follows { None } else { self.off_since.or(Some(now)) };
        self.unread_since = if measured_angle.is_finite() { None } else { self.unread_since.or(Some(now)) };
        self.asked_angle = asked_angle;
    }

    /// Returns the command, restricted if necessary, and the reason for the restriction.
    pub fn restrict(&self, view: &View, command: ActuatorCommand) -> (ActuatorCommand, Option<Restriction>) {
        let stands = stands(view.estimate);
        let (command, sound) = sound(command, view.estimate);
        let hoist = if !stands && command.hoist == Hoist::Raise { Hoist::Hold } else { command.hoist };
        let command = ActuatorCommand { hoist, ..command };
        let verdict =
            if sound { self.judge(view, &command) } else { Some((Restriction::Fault(Distrust::Command), FIRM_BRAKE)) };
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

    /// Returns the gravest reason for a restriction, with the brake command that it needs.
    fn judge(&self, view: &View, command: &ActuatorCommand) -> Option<(Restriction, f64)> {
        let estimate = view.estimate;
        if view.all_stop {
            return Some((Restriction::AllStop, FIRM_BRAKE));
        }
        let stays = stands(estimate) && command.throttle <= 0.0;
        let body_down = (-BODY_ANGLE..=BODY_ANGLE).contains(&view.body_angle);
        if let Some(cause) = self.distrust(view) {
            return Some((Restriction::Fault(cause), FIRM_BRAKE));
        }
        let rocks = estimate.speed.abs() <= ROCKING_SPEED && command.throttle <= 0.0;
        let on_brakes = command.park_brake || command.service_brake >= FIRM_BRAKE;
        if !(body_down || stays || rocks && on_brakes) {
            return Some((Restriction::Fault(Distrust::BodyUp), FIRM_BRAKE));
        }
        let way = self.stopping_way(view);
        let within_grant = way <= view.way_granted + GRANT_SLACK;
        if !(stays || within_grant) {
            return Some((Restriction::NoGrant, FIRM_BRAKE));
        }
        let sense = self.sense(view, command)?;
        let speed = estimate.speed.abs();
        let motion = StopMotion { sense, speed, way: way + STOP_CLEARANCE };
        let sweep = |targets| self.arc.sweep(estimate.pose, estimate.steering_angle, targets, motion);
        // Poses if the steering follows the command, and poses if it stays at its angle.
        let (asked, kept) = (sweep([command.steering_angle; 2]), sweep([estimate.steering_angle; 2]));
        if self.meets(view, &asked) && self.meets(view, &kept) && !self.keeps_clear_in_its_lane(view, motion) {
            return Some((Restriction::Obstacle, FULL_BRAKE));
        }
        if self.leaves(view, &asked) && self.leaves(view, &kept) && !self.can_stay(view, sweep, speed) {
            return Some((Restriction::DrivableEdge, FULL_BRAKE));
        }
        None
    }

    /// Returns true if a truck that drives forward meets nothing if it keeps its lane. At the start and end of a bend,
    /// the present steering leads towards a truck in the other lane, but the road leads past it.
    fn keeps_clear_in_its_lane(&self, view: &View, motion: StopMotion) -> bool {
        motion.sense > 0.0
            && motion.speed >= LANE_SPEED
            && lane::along_road(view.map, view.estimate.pose, motion.way).is_some_and(|poses| !self.meets(view, &poses))
    }

    /// Returns true if some steering, with one change on the way, keeps the truck on the surface until its stop. A bend
    /// may lie ahead for which the wheels have not turned yet. The truck must brake only when no steering within the
    /// grip is left.
    fn can_stay(&self, view: &View, sweep: impl Fn([f64; 2]) -> [Pose2; POSES], speed: f64) -> bool {
        let grip = GRIP_SHARE * view.friction * GRAVITY;
        let held = |angle: &f64| libm::fabs(libm::tan(*angle)) * speed * speed / self.arc.wheelbase <= grip;
        let angles = || STEERING_SHARES.iter().map(|share| share * self.arc.greatest_angle).filter(held);
        let over = self.allowed_over_edge(view);
        let allowed = || over;
        angles().any(|first| {
            let straight = sweep([first; 2]);
            if self.is_over_edge(view, &straight[..HALF_POSES], allowed) {
                return false;
            }
            !self.is_over_edge(view, &straight[HALF_POSES..], allowed)
                || angles().any(|second| !self.is_over_edge(view, &sweep([first, second])[HALF_POSES..], allowed))
        })
    }

    /// Returns the first fault because of which the stack cannot trust itself.
    fn distrust(&self, view: &View) -> Option<Distrust> {
        let e = view.estimate;
        let short = |since: Option<SimTime>| since.is_none_or(|t| view.now.since(t) <= STEERING_TIME);
        let known = [
            (e.ready && e.pose.is_finite(), Distrust::NoPosition),
            (
                view.now.since(view.frame_time) <= FRAME_AGE && view.frame_time.since(view.now) <= CLOCK_SLACK,
                Distrust::StaleFrame,
            ),
            (e.position_sigma < POSITION_LIMIT, Distrust::Position),
            (e.heading_sigma < HEADING_LIMIT, Distrust::Heading),
            (e.speed.is_finite() && e.wheels_trusted, Distrust::WheelSpeeds),
            (
                e.steering_angle.is_finite() && short(self.unread_since) && (stands(e) || short(self.off_since)),
                Distrust::Steering,
            ),
        ];
        known.into_iter().find(|(is_known, _)| !is_known).map(|(_, cause)| cause)
    }

    /// Returns the stopping distance at the assumed deceleration, m.
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

    /// Returns the grade used for braking: that under the wheels, or that over one truck length ahead of them if it
    /// falls more steeply. Ground beyond the edge of the drivable surface (a tip face, a hopper) does not count.
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

    /// Returns the direction of motion: the present one, or the next one of a standing truck. Returns `None` for a
    /// standing truck without a direction to drive.
    fn sense(&self, view: &View, command: &ActuatorCommand) -> Option<f64> {
        if view.estimate.speed.abs() >= STANDING_SPEED {
            return Some(view.estimate.speed.signum());
        }
        match (command.direction, view.travel) {
            (Direction::Forward, _) | (Direction::Neutral, Some(Travel::Forward)) => Some(1.0),
            (Direction::Reverse, _) | (Direction::Neutral, Some(Travel::Reverse)) => Some(-1.0),
            (Direction::Neutral, None) => None,
        }
    }

    /// Returns true if the swept outline meets an obstacle, or comes nearer to one beside which it already stands.
    fn meets(&self, view: &View, poses: &[Pose2; POSES]) -> bool {
        let here = view.estimate.pose;
        let reach = self.footprint.reach() + SIDE_CLEARANCE;
        let far = poses.last().map_or(0.0, |p| p.distance(here));
        view.obstacles.iter().any(|o| {
            // The comparisons below count an obstacle as met if its position or size is not a number.
            let near = |p: Pose2| (o.pose.position() - p.position()).norm() - reach - o.shape.reach();
            if near(here) > far {
                return false;
            }
            let now = gap(&self.footprint, here, o);
            let apart = now >= GAP_SLACK;
            if !apart {
                // The truck touches it already, so the motion must not press against it.
                let middle = Pose2::new((self.footprint.front - self.footprint.rear) / 2.0, 0.0, 0.0);
                let from = |p: Pose2| (p.compose(middle).position() - o.pose.position()).norm();
                let leaves = |p: Pose2| from(p) >= from(here);
                return poses.first().is_some_and(|&p| !leaves(p));
            }
            let allowed = SIDE_CLEARANCE.min(now - GAP_SLACK);
            poses.iter().any(|&p| !(near(p) >= 0.0 || gap(&self.footprint, p, o) >= allowed))
        })
    }

    /// Returns true if the swept outline leaves the drivable surface, or goes further over its edge than it is now.
    fn leaves(&self, view: &View, poses: &[Pose2; POSES]) -> bool {
        self.is_over_edge(view, poses, || self.allowed_over_edge(view))
    }

    /// Returns the minimum clearance (m) that does not count as leaving: the present clearance if negative, less the
    /// map's precision.
    fn allowed_over_edge(&self, view: &View) -> f64 {
        view.map.drivable.footprint_clearance(&self.footprint, view.estimate.pose).min(0.0) - EDGE_SLACK
    }

    fn is_over_edge(&self, view: &View, poses: &[Pose2], allowed: impl Fn() -> f64) -> bool {
        let drivable = &view.map.drivable;
        let ahead = (self.footprint.front - self.footprint.rear) / 2.0;
        let radius = libm::hypot(self.footprint.length() / 2.0, self.footprint.half_width);
        // Most poses are far from the edge: testing the circle about the outline costs a tenth of testing the outline.
        // From one pose to the next, its clearance falls by no more than the distance between them.
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

/// Returns true if the truck is known to stand.
fn stands(estimate: &Estimate) -> bool {
    estimate.ready && estimate.wheels_trusted && estimate.speed.abs() <= STANDING_SPEED
}

/// Replaces values of the command that are not numbers: by no throttle, full brake, and the present steering angle. The
/// second result is true if all values were numbers.
fn sound(command: ActuatorCommand, estimate: &Estimate) -> (ActuatorCommand, bool) {
    let or = |value: f64, otherwise: f64| if value.is_finite() { value } else { otherwise };
    let clean = ActuatorCommand {
        throttle: or(command.throttle, 0.0),
        service_brake: or(command.service_brake, FULL_BRAKE),
        retarder: or(command.retarder, 0.0),
        steering_angle: or(command.steering_angle, or(estimate.steering_angle, 0.0)),
        ..command
    };
    let values = [command.throttle, command.service_brake, command.retarder, command.steering_angle];
    (clean, values.iter().all(|v| v.is_finite()))
}
