//! Slip control: the last stage before the actuators, for drive, retarder and service brake.
//!
//! Every command stays within the grip that the truck estimates, axle by axle, less the present side force (friction
//! ellipse). An axle that slides nevertheless is relieved at once and loaded again over a second. The retarder brakes
//! the rear axle only: on a slippery descent, part of its work goes to the service brake, which brakes the front axle
//! too. Wheels that roll can steer; wheels that slide cannot.

use crate::estimate::{Grip, WheelState};
use crate::localise::Estimate;
use crate::sensor::SensorFrame;
use crate::track::drive_map::DriveMap;
use haul_core::GRAVITY;
use haul_vehicle::{ActuatorCommand, Limits, TruckSpec};

/// Share of the grip that the brakes may use.
const BRAKE_GRIP_SHARE: f64 = 0.85;
/// Share of the grip that the drive may use. A wheel that spins does less harm than one that locks.
const DRIVE_GRIP_SHARE: f64 = 0.95;
/// Minimum share of the grip that is kept for longitudinal force in a bend.
const LEAST_SHARE_ALONG: f64 = 0.25;
/// Factor on the force of a sliding axle for each control step.
const RELIEF_FACTOR: f64 = 0.6;
/// Minimum of the factor on the force of a sliding axle.
const LEAST_FACTOR: f64 = 0.1;
/// Rate at which the factor grows again after the slide, 1/s.
const RELOAD_RATE: f64 = 1.0;
/// Speed (m/s) below which locked wheels do no harm.
const CRAWL_SPEED: f64 = 0.5;
/// Number of steps in which engine and turbine turn at the same speed before the converter counts as locked.
const LOCKED_STEPS: u32 = 10;

/// The slip control of one truck.
#[derive(Debug, Clone)]
pub(crate) struct SlipControl {
    limits: Limits,
    map: DriveMap,
    /// Factor on the drive force.
    drive_factor: f64,
    brake_factor: f64,
    alike: u32,
}

haul_core::keep_state!(SlipControl {
    limits: given,
    map: given,
    drive_factor: value,
    brake_factor: value,
    alike: value,
});

impl SlipControl {
    /// Creates the slip control of a truck.
    pub fn new(spec: &TruckSpec, limits: Limits) -> Self {
        Self { map: DriveMap::new(spec), limits, drive_factor: 1.0, brake_factor: 1.0, alike: 0 }
    }

    /// Returns the performance limits that the slip control uses.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns the command limited to the estimated grip. `mass` is the gross mass (kg), `dt` the step (s).
    pub fn limit(
        &mut self,
        frame: &SensorFrame,
        estimate: &Estimate,
        grip: &Grip,
        mass: f64,
        command: ActuatorCommand,
        dt: f64,
    ) -> ActuatorCommand {
        let states = grip.states();
        let relieved = |factor: f64, slides: bool| {
            if slides { (factor * RELIEF_FACTOR).max(LEAST_FACTOR) } else { (factor + RELOAD_RATE * dt).min(1.0) }
        };
        self.drive_factor = relieved(self.drive_factor, states[1] == WheelState::Spins);
        self.brake_factor = relieved(self.brake_factor, states.contains(&WheelState::Locks));
        let reverse = frame.gear < 0;
        let speed = if reverse { -estimate.speed } else { estimate.speed };
        let alike = frame.gear != 0 && self.map.turn_alike(frame.gear, speed, frame.engine_speed);
        self.alike = if alike { self.alike.saturating_add(1) } else { 0 };
        if !estimate.ready || estimate.standing {
            return command;
        }
        let [_, across] = grip.felt();
        let share = (BRAKE_GRIP_SHARE * grip.believed()).max(f64::MIN_POSITIVE);
        let side = (across / GRAVITY / share).abs().min(1.0);
        let left = libm::sqrt(1.0 - side * side).max(LEAST_SHARE_ALONG);
        let most = self.limits.axle_grip(mass, grip.felt(), share * left);

        let drive = self.map.at(frame.gear, reverse, speed, self.alike >= LOCKED_STEPS);
        let engaged = frame.gear != 0;
        let most_drive = self.drive_factor * most.rear * DRIVE_GRIP_SHARE / BRAKE_GRIP_SHARE;
        let mut throttle = command.throttle;
        if throttle > 0.0 && engaged && drive.force(throttle) > most_drive {
            throttle = drive.throttle(most_drive).min(throttle);
            if drive.closed() >= most_drive {
                throttle = 0.0;
            }
        }
        let push = if engaged { drive.force(throttle) } else { 0.0 };
        let limited = ActuatorCommand { throttle, ..command };
        if estimate.speed.abs() < CRAWL_SPEED {
            return limited;
        }
        let brakes = &self.limits.spec().brakes;
        let (front_most, rear_most) = (brakes.service_front, brakes.service_rear);
        let retarder_most = self.limits.retarder_peak_force(estimate.speed.abs());
        let mut brake = command.service_brake;
        // An idling engine pushes the truck through its converter. If the push exceeds the grip of the tyres, the brake
        // carries the surplus.
        let surplus = push - most_drive;
        if surplus > 0.0 {
            brake = brake.max((surplus / rear_most).min(most.front / front_most));
        }
        let (front_grip, rear_grip) = (self.brake_factor * most.front, self.brake_factor * most.rear);
        let asked = brake * (front_most + rear_most) + command.retarder * retarder_most;
        let rear_left = (rear_grip + push).max(0.0);
        let mut retarder = command.retarder;
        if brake * rear_most + retarder * retarder_most > rear_left {
            // The service brake takes over the part that the retarder cannot brake without sliding, as far as the front
            // axle's grip allows.
            brake = ((asked - rear_left) / front_most).max(0.0).min(front_grip / front_most).min(rear_left / rear_most);
            retarder = ((rear_left - brake * rear_most) / retarder_most.max(1.0)).clamp(0.0, retarder);
        }
        brake = brake.min(front_grip / front_most).clamp(0.0, 1.0);
        ActuatorCommand { service_brake: brake, retarder, ..limited }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_vehicle::Direction;

    const DT: f64 = 0.05;
    const OWN_MASS: f64 = 69_000.0;

    /// Limits a command of an empty truck at 8 m/s that assumes the given friction; all its wheels roll.
    fn limited(friction: f64, command: ActuatorCommand) -> (ActuatorCommand, Limits) {
        let spec = TruckSpec::tr100at();
        let limits = Limits::new(&spec);
        let mut grip = Grip::new(&spec, limits.clone(), 0.55, 0.025);
        grip.suppose(friction);
        let estimate = Estimate { speed: 8.0, ready: true, standing: false, ..Estimate::default() };
        let rolling = 8.0 / spec.tyre.rolling_radius;
        let frame = SensorFrame { gear: 5, wheel_speeds: [rolling; 6], ..SensorFrame::default() };
        let command = ActuatorCommand { direction: Direction::Forward, park_brake: false, ..command };
        let out = SlipControl::new(&spec, limits.clone()).limit(&frame, &estimate, &grip, OWN_MASS, command, DT);
        (out, limits)
    }

    /// Returns the forces of the brakes and the retarder on the front axle and on the rear axle, N.
    fn forces(limits: &Limits, command: &ActuatorCommand) -> [f64; 2] {
        let brakes = &limits.spec().brakes;
        let retarder = command.retarder * limits.retarder_peak_force(8.0);
        [command.service_brake * brakes.service_front, command.service_brake * brakes.service_rear + retarder]
    }

    #[test]
    fn a_dry_road_changes_no_usual_command() {
        for command in [
            ActuatorCommand { throttle: 0.4, park_brake: false, direction: Direction::Forward, ..Default::default() },
            ActuatorCommand { retarder: 0.3, park_brake: false, direction: Direction::Forward, ..Default::default() },
        ] {
            assert_eq!(limited(0.55, command).0, command);
        }
    }

    #[test]
    fn on_ice_the_brakes_stay_within_the_grip_and_the_pedal_helps_the_retarder() {
        let asked = ActuatorCommand { retarder: 1.0, ..ActuatorCommand::default() };
        let (command, limits) = limited(0.12, asked);
        let grip = limits.axle_grip(OWN_MASS, [0.0; 2], 0.12);
        let [front, rear] = forces(&limits, &command);
        assert!(command.retarder < 1.0 && command.service_brake > 0.0, "{command:?}");
        assert!(front <= grip.front, "{front} of {}", grip.front);
        let push = 0.1 * grip.rear;
        assert!(rear <= grip.rear + push, "{rear} of {}", grip.rear);
        let full = ActuatorCommand { service_brake: 1.0, ..ActuatorCommand::default() };
        let (command, _) = limited(0.12, full);
        assert!(command.service_brake < 0.4, "{command:?}");
    }

    #[test]
    fn on_ice_there_is_less_throttle() {
        let full = ActuatorCommand { throttle: 1.0, ..ActuatorCommand::default() };
        assert!(limited(0.06, full).0.throttle < 1.0);
    }
}
