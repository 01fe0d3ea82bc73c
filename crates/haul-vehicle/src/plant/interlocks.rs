//! Interlocks: the machine's controls change a command before it reaches the actuators.

use crate::breakdown::Breakdown;
use crate::command::ActuatorCommand;
use crate::hoist::HoistSpec;

/// Service brake demands between which the throttle of a moving truck is cut, from not at all to fully.
const CUT_MOVING: [f64; 2] = [0.3, 0.6];
/// Service brake demands between which the throttle of a standing truck is cut: a driver holds the truck on the brake
/// while the converter builds up torque.
const CUT_STANDING: [f64; 2] = [0.95, 1.0];
/// Speed from which a truck counts as moving, m/s.
const MOVING_SPEED: f64 = 1.0;
/// Share of the permitted body-up speed over which the throttle is reduced.
const BODY_UP_BAND: f64 = 0.15;

/// Returns the command that reaches the actuators: braking cuts the throttle, a raised body limits the speed, and
/// failed parts get no demand.
pub(super) fn permitted(
    command: &ActuatorCommand,
    hoist: &HoistSpec,
    body_angle: f64,
    speed: f64,
    broken: &Breakdown,
) -> ActuatorCommand {
    let [from, to] = if speed.abs() > MOVING_SPEED { CUT_MOVING } else { CUT_STANDING };
    let by_brake = 1.0 - ((command.service_brake - from) / (to - from)).clamp(0.0, 1.0);
    let by_retarder = 1.0 - command.retarder;
    let by_body = if body_angle > hoist.body_up_angle {
        ((hoist.body_up_speed - speed.abs()) / (BODY_UP_BAND * hoist.body_up_speed)).clamp(0.0, 1.0)
    } else {
        1.0
    };
    let throttle = if broken.engine { 0.0 } else { command.throttle * by_brake * by_retarder * by_body };
    let retarder = if broken.retarder { 0.0 } else { command.retarder };
    ActuatorCommand { throttle, retarder, ..*command }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::TruckSpec;

    fn ask(throttle: f64, service_brake: f64, retarder: f64, body: f64, speed: f64) -> ActuatorCommand {
        let command = ActuatorCommand { throttle, service_brake, retarder, ..ActuatorCommand::default() };
        permitted(&command, &TruckSpec::tr100at().hoist, body, speed, &Breakdown::default())
    }

    #[test]
    fn full_throttle_against_full_brake_gives_no_throttle() {
        assert_eq!(ask(1.0, 1.0, 0.0, 0.0, 8.0).throttle, 0.0);
        assert_eq!(ask(1.0, 1.0, 0.0, 0.0, 0.0).throttle, 0.0);
        assert_eq!(ask(1.0, 0.0, 1.0, 0.0, 8.0).throttle, 0.0);
        assert_eq!(ask(0.7, 0.2, 0.0, 0.0, 8.0).throttle, 0.7);
        assert_eq!(ask(0.7, 0.7, 0.0, 0.0, 0.0).throttle, 0.7, "winding up against the brake");
    }

    #[test]
    fn a_raised_body_keeps_the_truck_slow() {
        assert_eq!(ask(1.0, 0.0, 0.0, 0.5, 3.0).throttle, 0.0);
        assert_eq!(ask(1.0, 0.0, 0.0, 0.5, 0.5).throttle, 1.0);
        assert_eq!(ask(1.0, 0.0, 0.0, 0.0, 3.0).throttle, 1.0);
    }

    #[test]
    fn what_is_broken_is_not_asked() {
        let command = ActuatorCommand { throttle: 1.0, retarder: 0.5, ..ActuatorCommand::default() };
        let broken = Breakdown { engine: true, retarder: true, ..Breakdown::default() };
        let left = permitted(&command, &TruckSpec::tr100at().hoist, 0.0, 5.0, &broken);
        assert_eq!((left.throttle, left.retarder), (0.0, 0.0));
    }
}
