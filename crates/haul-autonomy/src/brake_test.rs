//! Brake tests: how a truck finds out that a slippery road has dried.
//!
//! A careful truck uses so little grip that it never learns that there is more. So on a straight stretch it brakes for a
//! moment a little harder than the grip that it believes in. Wheels that go on rolling raise the belief; wheels that
//! slide confirm it, and the truck waits longer before the next test.

use crate::estimate::{Grip, WheelState};
use crate::localise::Estimate;
use haul_vehicle::{ActuatorCommand, Limits};

/// Friction above which no test is needed, ratio: there the brakes bound a stop, not the grip.
const ENOUGH: f64 = 0.42;
/// Share of the friction that the site tells, above which no test is needed.
const ENOUGH_SHARE: f64 = 0.9;
/// Force of a test over the grip believed in, and the addition to it, ratio.
const OVER: f64 = 1.5;
const OVER_LEAST: f64 = 0.02;
/// Greatest friction that a test tries, ratio.
const MOST_TRIED: f64 = 0.45;
/// Duration of a test, s.
const DURATION: f64 = 1.2;
/// Time between tests, s; after one in which wheels slid, and after wheels slid otherwise.
const BETWEEN: f64 = 15.0;
const AFTER_SLIDE: f64 = 60.0;
/// Speed for a test, m/s: enough to tell slip, and slow enough to lose little way.
const LEAST_SPEED: f64 = 4.0;
/// Greatest steering angle (rad) and side force over the mass (m/s²) of a straight stretch.
const STRAIGHT_ANGLE: f64 = 0.06;
const STRAIGHT_FORCE: f64 = 0.6;
/// Factor by which a standing truck raises its belief, and the time between two such steps, s. Roads dry within hours.
const STANDING_STEP: f64 = 1.1;
const STANDING_TIME: f64 = 120.0;

/// The brake tests of one truck.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct BrakeTest {
    /// Time left of the test at hand, s.
    left: f64,
    /// Time until the next test, s.
    wait: f64,
    /// Time that the truck has stood, s.
    stood: f64,
}

impl BrakeTest {
    /// Adds a brake test to a command that neither brakes nor is held back. `mass` is the gross mass, kg, `dt` the time of
    /// a step, s.
    pub fn step(
        &mut self,
        limits: &Limits,
        estimate: &Estimate,
        grip: &mut Grip,
        mass: f64,
        command: ActuatorCommand,
        dt: f64,
    ) -> ActuatorCommand {
        self.wait = (self.wait - dt).max(0.0);
        self.stood = if estimate.standing { self.stood + dt } else { 0.0 };
        let needed = grip.believed() < (ENOUGH_SHARE * grip.told()).min(ENOUGH);
        if self.stood >= STANDING_TIME {
            self.stood = 0.0;
            if needed {
                grip.suppose(STANDING_STEP * grip.believed());
            }
        }
        if grip.states() != [WheelState::Rolls; 2] {
            self.left = 0.0;
            self.wait = self.wait.max(AFTER_SLIDE);
        }
        let [_, across] = grip.felt();
        let straight = command.steering_angle.abs() < STRAIGHT_ANGLE && across.abs() < STRAIGHT_FORCE;
        let free = command.service_brake <= 0.0 && !command.park_brake && estimate.ready;
        if !(needed && straight && free && estimate.speed.abs() > LEAST_SPEED) {
            self.left = 0.0;
            return command;
        }
        if self.left <= 0.0 {
            if self.wait > 0.0 {
                return command;
            }
            (self.left, self.wait) = (DURATION, BETWEEN);
        }
        self.left -= dt;
        let brakes = &limits.spec().brakes;
        let tried = (OVER * grip.believed() + OVER_LEAST).min(MOST_TRIED);
        let grips = limits.axle_grip(mass, grip.felt(), tried);
        let pedal = (grips.front / brakes.service_front).min(grips.rear / brakes.service_rear);
        ActuatorCommand { throttle: 0.0, retarder: 0.0, service_brake: pedal.clamp(0.0, 1.0), ..command }
    }
}
