//! Brake tests: how a truck finds out that a slippery road has dried.
//!
//! A careful truck uses so little grip that it never learns that more is available. So on a straight stretch it briefly
//! brakes a little harder than its estimate of the grip allows. Wheels that keep rolling raise the estimate; wheels
//! that slide confirm it, and the truck waits longer before the next test. While rain or snow falls,
//! a good road is tested as well, every few minutes.

use crate::estimate::{GREATEST_TEST, Grip, WheelState};
use crate::localise::Estimate;
use haul_vehicle::{ActuatorCommand, Limits};

/// Friction coefficient above which no test is needed: there, the brakes limit the braking, not the grip.
const AMPLE_FRICTION: f64 = 0.42;
/// Share of the friction reported by the site above which no test is needed.
const AMPLE_SHARE: f64 = 0.9;
/// Ratio of the friction coefficient that a test tries to the estimate, before [`TEST_ADDITION`].
const TEST_FACTOR: f64 = 1.5;
/// Constant added to the friction coefficient that a test tries.
const TEST_ADDITION: f64 = 0.02;
/// Duration of a test, s.
const TEST_TIME: f64 = 1.2;
/// Time between two tests, s.
const TEST_INTERVAL: f64 = 15.0;
/// Time from a slide to the next test, s.
const SLIDE_INTERVAL: f64 = 60.0;
/// Minimum speed for a test, m/s: fast enough to show slip.
const LEAST_SPEED: f64 = 4.0;
/// Maximum steering angle on a straight stretch, rad.
const STRAIGHT_ANGLE: f64 = 0.06;
/// Maximum side force divided by mass on a straight stretch, m/s².
const STRAIGHT_FORCE: f64 = 0.6;
/// Factor by which a standing truck raises its friction estimate. Roads dry within hours.
const STANDING_STEP: f64 = 1.1;
/// Time between two raises of the estimate at a standstill, s.
const STANDING_TIME: f64 = 60.0;

/// The brake tests of one truck.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct BrakeTest {
    /// Time left of the present test, s.
    left: f64,
    /// Time until the next test, s.
    wait: f64,
    /// Time for which the truck has stood, s.
    stood: f64,
}

impl BrakeTest {
    /// Adds a brake test to a command that neither brakes nor is limited. `mass` is the gross mass (kg), `dt` the step
    /// (s).
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
        let slippery = grip.believed() < (AMPLE_SHARE * grip.told()).min(AMPLE_FRICTION);
        let needed = slippery || grip.is_test_due();
        if self.stood >= STANDING_TIME {
            self.stood = 0.0;
            if slippery {
                grip.suppose(STANDING_STEP * grip.believed());
            }
        }
        if grip.states() != [WheelState::Rolls; 2] {
            self.left = 0.0;
            self.wait = self.wait.max(SLIDE_INTERVAL);
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
            (self.left, self.wait) = (TEST_TIME, TEST_INTERVAL);
        }
        self.left -= dt;
        let brakes = &limits.spec().brakes;
        let tried = (TEST_FACTOR * grip.believed() + TEST_ADDITION).min(GREATEST_TEST);
        let grips = limits.axle_grip(mass, grip.felt(), tried);
        let pedal = (grips.front / brakes.service_front).min(grips.rear / brakes.service_rear);
        ActuatorCommand { throttle: 0.0, retarder: 0.0, service_brake: pedal.clamp(0.0, 1.0), ..command }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_vehicle::TruckSpec;

    const DT: f64 = 0.05;

    struct Rig {
        limits: Limits,
        grip: Grip,
        test: BrakeTest,
    }

    impl Rig {
        fn new(believed: f64) -> Rig {
            let spec = TruckSpec::tr100at();
            let limits = Limits::new(&spec);
            let mut grip = Grip::new(&spec, limits.clone(), 0.55, 0.025);
            grip.suppose(believed);
            Rig { limits, grip, test: BrakeTest::default() }
        }

        /// Drives for a time (s). Returns the number of steps with braking and the hardest brake command.
        fn drive(&mut self, speed: f64, steering_angle: f64, seconds: f64) -> (u32, f64) {
            let standing = speed == 0.0;
            let estimate = Estimate { speed, ready: true, standing, ..Estimate::default() };
            let command = ActuatorCommand { throttle: 0.2, park_brake: false, steering_angle, ..Default::default() };
            let (mut steps, mut hardest) = (0, 0.0_f64);
            for _ in 0..(seconds / DT) as u32 {
                let asked = self.test.step(&self.limits, &estimate, &mut self.grip, 69_000.0, command, DT);
                steps += u32::from(asked.service_brake > 0.0);
                hardest = hardest.max(asked.service_brake);
            }
            (steps, hardest)
        }
    }

    #[test]
    fn a_slippery_straight_is_tested_for_a_moment_and_then_not_for_a_while() {
        let mut rig = Rig::new(0.2);
        let (steps, hardest) = rig.drive(8.0, 0.0, 10.0);
        assert!((20..=30).contains(&steps), "{steps}");
        let grip = rig.limits.axle_grip(69_000.0, [0.0; 2], GREATEST_TEST);
        assert!(hardest * rig.limits.spec().brakes.service_rear < grip.rear, "{hardest}");
        assert_eq!(rig.drive(8.0, 0.0, 3.0).0, 0);
    }

    #[test]
    fn no_test_on_a_good_road_in_a_bend_or_at_a_crawl() {
        assert_eq!(Rig::new(0.5).drive(8.0, 0.0, 30.0).0, 0);
        assert_eq!(Rig::new(0.2).drive(8.0, 0.2, 30.0).0, 0);
        assert_eq!(Rig::new(0.2).drive(2.0, 0.0, 30.0).0, 0);
    }

    #[test]
    fn a_truck_that_stands_tries_a_little_more_after_a_minute() {
        let mut rig = Rig::new(0.2);
        rig.drive(0.0, 0.0, 59.0);
        assert_eq!(rig.grip.believed(), 0.2);
        rig.drive(0.0, 0.0, 2.0);
        assert!((rig.grip.believed() - 0.22).abs() < 1e-9, "{}", rig.grip.believed());
    }
}
