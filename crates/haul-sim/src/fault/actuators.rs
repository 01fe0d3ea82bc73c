//! Faults between a truck's commands and its actuators.

use super::TruckFaults;
use haul_record::TruckFault;
use haul_vehicle::{ActuatorCommand, Breakdown};

/// Present state of the steering, at the virtual front wheel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SteeringNow {
    /// Maximum rate of the steering angle, rad/s.
    pub rate: f64,
    /// Present steering angle, rad.
    pub angle: f64,
}

impl TruckFaults {
    /// Returns the command that reaches the actuators in a control step of `dt` seconds.
    pub(crate) fn pass(&mut self, dt: f64, steering: SteeringNow, command: ActuatorCommand) -> ActuatorCommand {
        let share = self.faults.iter().find_map(|fault| match fault {
            TruckFault::SteeringStuck => Some(0.0),
            TruckFault::SteeringSlow { share } => Some(share.clamp(0.0, 1.0)),
            _ => None,
        });
        let Some(share) = share else {
            self.held_steering = None;
            return command;
        };
        let asked = if command.steering_angle.is_finite() { command.steering_angle } else { steering.angle };
        let before = self.held_steering.unwrap_or(steering.angle);
        let most = steering.rate * share * dt;
        let angle = before + (asked - before).clamp(-most, most);
        self.held_steering = Some(angle);
        ActuatorCommand { steering_angle: angle, ..command }
    }

    /// Returns the parts of the machine that have failed.
    pub(crate) fn breakdown(&self) -> Breakdown {
        Breakdown {
            engine: self.has(TruckFault::Engine),
            front_brakes: self.has(TruckFault::FrontBrakes),
            rear_brakes: self.has(TruckFault::RearBrakes),
            retarder: self.has(TruckFault::Retarder),
            steering_pump: self.has(TruckFault::SteeringPump),
            hoist: self.has(TruckFault::Hoist),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SteeringNow = SteeringNow { rate: 0.2, angle: 0.1 };

    /// Returns the steering angles that reach the wheels in each control step, for a constant command `asked`.
    fn angles(fault: Option<TruckFault>, asked: f64, steps: usize) -> Vec<f64> {
        let mut faults = TruckFaults::default();
        fault.into_iter().for_each(|fault| faults.fail(fault));
        let command = ActuatorCommand { steering_angle: asked, ..ActuatorCommand::default() };
        (0..steps).map(|_| faults.pass(0.05, NOW, command).steering_angle).collect()
    }

    #[test]
    fn stuck_steering_stays_and_slow_steering_follows_at_its_share() {
        assert_eq!(angles(None, 0.4, 2), [0.4, 0.4]);
        assert_eq!(angles(Some(TruckFault::SteeringStuck), 0.4, 2), [0.1, 0.1]);
        let slow = angles(Some(TruckFault::SteeringSlow { share: 0.5 }), -0.4, 200);
        assert!((slow[0] - 0.095).abs() < 1e-12 && (slow[1] - 0.09).abs() < 1e-12);
        assert_eq!(slow.last(), Some(&-0.4), "it arrives");
    }

    #[test]
    fn every_fault_of_the_machine_breaks_its_own_part() {
        let parts = [
            TruckFault::Engine,
            TruckFault::FrontBrakes,
            TruckFault::RearBrakes,
            TruckFault::Retarder,
            TruckFault::SteeringPump,
            TruckFault::Hoist,
        ];
        let broken: Vec<Breakdown> = parts
            .into_iter()
            .map(|part| {
                let mut faults = TruckFaults::default();
                faults.fail(part);
                faults.breakdown()
            })
            .collect();
        assert!(broken.iter().all(|b| *b != Breakdown::default()));
        assert!((1..broken.len()).all(|i| !broken[..i].contains(&broken[i])));
    }
}
