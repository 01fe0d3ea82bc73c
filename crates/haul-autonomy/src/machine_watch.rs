//! Detection of machine parts that do not follow their commands.

use crate::sensor::SensorFrame;
use haul_core::{MachinePart, SimTime};
use haul_vehicle::{ActuatorCommand, Hoist};
use serde::{Deserialize, Serialize};

/// Speed (rad/s) below which the engine counts as stopped: a tenth of idle.
const STOPPED_ENGINE_SPEED: f64 = 7.0;
/// Throttle above which drive is demanded.
const DRIVE_THROTTLE: f64 = 0.02;
/// Time (s) for which a command may show no effect before the part counts as broken.
const EFFECT_TIMEOUT: f64 = 4.0;
/// Change of the body angle (rad) that shows that the hoist works (1.1°): above the noise of the angle sensor.
const BODY_MOVEMENT: f64 = 0.02;
/// Difference (rad) between steering angle and command beyond which the steering does not follow: as in the supervisor.
const STEERING_ERROR: f64 = 0.20;
/// Change of the steering angle (rad) that shows that the steering works: above the noise of the angle sensor.
const WHEEL_MOVEMENT: f64 = 0.02;
/// Angle (rad) from an end stop within which the body is not expected to move.
const END_STOP_TOLERANCE: f64 = 0.03;

/// Watches the machine over control steps.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct MachineWatch {
    /// Time at which the engine was first found standing although drive is demanded.
    engine: Option<SimTime>,
    /// Time since which the body has not moved although the hoist is commanded to move it, and the body angle, rad.
    hoist: Option<(SimTime, f64)>,
    /// Time since which the wheels have stayed far from the commanded angle, and the steering angle, rad.
    steering: Option<(SimTime, f64)>,
}

impl MachineWatch {
    /// Checks the readings of a step against the command of the previous step. Returns the broken part, if any.
    /// `dump_angle` is the body angle (rad) at the upper end stop.
    pub fn look(
        &mut self,
        now: SimTime,
        frame: &SensorFrame,
        command: &ActuatorCommand,
        dump_angle: f64,
    ) -> Option<MachinePart> {
        let engine_stands = frame.engine_speed.abs() < STOPPED_ENGINE_SPEED;
        // An engine found stopped counts as broken until it turns again, whatever the command.
        let known = self.engine.is_some_and(|since| now.since(since) >= EFFECT_TIMEOUT);
        self.engine =
            (engine_stands && (known || command.throttle > DRIVE_THROTTLE)).then(|| self.engine.unwrap_or(now));

        let angle = frame.body_angle;
        let wanted = match command.hoist {
            Hoist::Hold => false,
            Hoist::Raise => angle < dump_angle - END_STOP_TOLERANCE,
            Hoist::Lower => angle > END_STOP_TOLERANCE,
        };
        self.hoist = match self.hoist {
            _ if !wanted => None,
            Some((since, from)) if (angle - from).abs() < BODY_MOVEMENT => Some((since, from)),
            _ => Some((now, angle)),
        };
        let wheels = frame.steering_angle;
        let off = (command.steering_angle - wheels).abs() > STEERING_ERROR;
        self.steering = match self.steering {
            _ if !off => None,
            Some((since, from)) if (wheels - from).abs() < WHEEL_MOVEMENT => Some((since, from)),
            _ => Some((now, wheels)),
        };
        let late = |since: SimTime| now.since(since) >= EFFECT_TIMEOUT;
        if frame.is_blind {
            Some(MachinePart::Detector)
        } else if self.engine.is_some_and(late) {
            Some(MachinePart::Engine)
        } else if self.steering.is_some_and(|(since, _)| late(since)) {
            Some(MachinePart::Steering)
        } else if self.hoist.is_some_and(|(since, _)| late(since)) {
            Some(MachinePart::Hoist)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUMP_ANGLE: f64 = 0.8;

    /// Gives one command for some seconds. Returns the broken part at the end.
    fn told(command: ActuatorCommand, frame: impl Fn(f64) -> SensorFrame) -> Option<MachinePart> {
        let mut watch = MachineWatch::default();
        let look = |k: u32| {
            let seconds = 0.05 * f64::from(k);
            watch.look(SimTime::from_seconds(seconds), &frame(seconds), &command, DUMP_ANGLE)
        };
        (0..200).map(look).last().flatten()
    }

    #[test]
    fn an_engine_stopped_under_throttle_is_broken_and_one_without_throttle_is_not() {
        let drive = ActuatorCommand { throttle: 0.3, ..ActuatorCommand::default() };
        let frame = |engine_speed| move |_| SensorFrame { engine_speed, ..SensorFrame::default() };
        assert_eq!(told(drive, frame(0.0)), Some(MachinePart::Engine));
        assert_eq!(told(drive, frame(80.0)), None);
        assert_eq!(told(drive, frame(f64::NAN)), None, "a dead sensor is not a dead engine");
        assert_eq!(told(ActuatorCommand::default(), frame(0.0)), None);
    }

    #[test]
    fn steering_that_does_not_move_is_broken_and_slow_steering_is_not() {
        let asked = ActuatorCommand { steering_angle: 0.5, ..ActuatorCommand::default() };
        let at = |angle: fn(f64) -> f64| {
            move |seconds| SensorFrame { steering_angle: angle(seconds), ..SensorFrame::default() }
        };
        assert_eq!(told(asked, at(|_| 0.1)), Some(MachinePart::Steering));
        assert_eq!(told(asked, at(|seconds| 0.02 * seconds)), None, "slow");
        assert_eq!(told(asked, at(|_| 0.4)), None, "near enough");
        assert_eq!(told(asked, at(|_| f64::NAN)), None, "the supervisor handles a dead sensor");
    }

    #[test]
    fn a_body_that_does_not_move_between_its_end_stops_is_broken() {
        let lever = |hoist| ActuatorCommand { hoist, ..ActuatorCommand::default() };
        let at = |body_angle| move |_| SensorFrame { body_angle, ..SensorFrame::default() };
        assert_eq!(told(lever(Hoist::Raise), at(0.3)), Some(MachinePart::Hoist));
        assert_eq!(told(lever(Hoist::Raise), at(DUMP_ANGLE)), None, "at the upper end stop");
        assert_eq!(told(lever(Hoist::Lower), at(0.0)), None, "on the chassis");
        assert_eq!(told(lever(Hoist::Hold), at(0.3)), None);
        let moving = |seconds: f64| SensorFrame { body_angle: 0.05 * seconds, ..SensorFrame::default() };
        assert_eq!(told(lever(Hoist::Raise), moving), None);
    }
}
