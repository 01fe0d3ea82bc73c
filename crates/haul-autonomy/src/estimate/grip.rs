//! The truck's estimate of the road's friction.
//!
//! The site reports a friction, and the truck uses it until there is evidence. Wheels that slide measure the friction:
//! the accelerometer reads the force along the ground divided by the mass. This is a specific force, so that grades
//! need no correction. The axle that slides carries its share of this force. Wheels that hold a force show that the
//! friction is at least that large. Without evidence the estimate stays. A slippery road counts as slippery until a
//! brake test shows more grip. While the weather may make roads slippery, evidence of grip grows old: a
//! truck that has not tested the road for some minutes assumes the worst that the weather allows.

use super::slip::{WheelSlip, WheelState};
use crate::localise::Estimate;
use crate::sensor::SensorFrame;
use haul_core::GRAVITY;
use haul_vehicle::{ActuatorCommand, Limits, TruckSpec};

/// Time (s) over which the accelerometer is smoothed, against noise and the pitching of the chassis.
const SMOOTHING_TIME: f64 = 0.05;
/// Time (s) for which a force must be held to count as evidence: longer than a bump or a gear shift.
const HOLD_TIME: f64 = 0.4;
/// Time (s) over which the recent peak force fades. A wheel that begins to slide has just passed the peak.
const PEAK_TIME: f64 = 0.8;
/// Number of consecutive steps for which an axle must slide before its force measures the friction.
const SLIDING_STEPS: u32 = 2;
/// Minimum share of the estimated friction that a held force must show to count as fresh evidence.
const FRESH_SHARE: f64 = 0.85;
/// Maximum friction coefficient that a brake test tries.
pub(crate) const GREATEST_TEST: f64 = 0.45;
/// Age (s) of the last satellite fix beyond which the speed is too uncertain to show slip.
const GREATEST_FIX_AGE: f64 = 1.0;
/// Minimum estimated friction coefficient: wet ice.
const LEAST_FRICTION: f64 = 0.05;
/// Share of the force held by the wheels that counts as friction: below 1, as the road shakes the accelerometer.
const HELD_SHARE: f64 = 0.95;
/// Speed (m/s) below which brakes that hold tell nothing: they then carry less than their capacity.
const LEAST_SPEED: f64 = 1.0;
/// Share of the reported friction above which the truck forgets that its wheels have slid.
const FORGET_SHARE: f64 = 0.7;
/// Share of the friction known to the other trucks below which a lower friction is reported to them.
const NEWS_SHARE: f64 = 0.85;
/// Age of the evidence at which a brake test is due while the weather may make roads slippery, s.
const TEST_AGE: f64 = 120.0;
/// Age at which evidence no longer counts in such weather, s: in a cloudburst, a road gets wet within minutes.
const GREATEST_AGE: f64 = 300.0;
/// Minimum ratio of force to load that is evidence of friction.
const LEAST_EVIDENCE: f64 = 0.05;

/// A slide of the wheels.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
struct Slide {
    /// Friction coefficient believed before the slide.
    before: f64,
    /// Highest friction coefficient that the slide has shown.
    most: f64,
}

/// The truck's estimate of the friction of the road.
#[derive(Debug, Clone)]
pub(crate) struct Grip {
    limits: Limits,
    slip: WheelSlip,
    told: f64,
    rolling_resistance: f64,
    believed: f64,
    /// Smoothed specific force along and across the body, m/s².
    felt: [f64; 2],
    /// Peak ratios of force to load of the front axle, the rear axle and both, fading with time.
    peaks: [f64; 3],
    /// Ratio of force to load that each axle has held for a while.
    shown: [f64; 2],
    /// Share of the service brake that acts, after its build-up.
    braking: f64,
    states: [WheelState; 2],
    sliding: [u32; 2],
    /// The present slide, if the wheels slide.
    slide: Option<Slide>,
    /// Friction coefficient that the other trucks know of.
    reported: f64,
    /// True if the truck's own wheels have shown that the road is slippery.
    has_evidence: bool,
    /// Lowest friction coefficient that the weather allows; `None` if the weather does not make roads slippery.
    lowest: Option<f64>,
    /// Time since the wheels have last shown the friction, s.
    age: f64,
}

haul_core::keep_state!(Grip {
    limits: given,
    slip: given,
    told: given,
    rolling_resistance: given,
    believed: value,
    felt: value,
    peaks: value,
    shown: value,
    braking: value,
    states: value,
    sliding: value,
    slide: value,
    reported: value,
    has_evidence: value,
    lowest: value,
    age: value,
});

impl Grip {
    /// Creates an estimate that starts with the friction coefficient `told` by the site. The rolling resistance is a
    /// fraction of the weight.
    pub fn new(spec: &TruckSpec, limits: Limits, told: f64, rolling_resistance: f64) -> Self {
        Self {
            limits,
            slip: WheelSlip::of(spec),
            told,
            rolling_resistance,
            believed: told,
            felt: [0.0; 2],
            peaks: [0.0; 3],
            shown: [0.0; 2],
            braking: 0.0,
            states: [WheelState::Rolls; 2],
            sliding: [0; 2],
            slide: None,
            reported: told,
            has_evidence: false,
            lowest: None,
            age: 0.0,
        }
    }

    /// Returns the friction coefficient estimated by the truck.
    pub fn believed(&self) -> f64 {
        self.believed
    }

    /// Returns the friction coefficient reported by the site.
    pub fn told(&self) -> f64 {
        self.told
    }

    /// Returns the smoothed specific force along and across the body, m/s².
    pub fn felt(&self) -> [f64; 2] {
        self.felt
    }

    /// Assumes a friction coefficient without evidence, limited to the coefficient reported by the site.
    pub fn suppose(&mut self, friction: f64) {
        self.believed = friction.clamp(LEAST_FRICTION, self.told.max(LEAST_FRICTION));
    }

    /// Updates the lowest friction coefficient that the weather allows, if any, `dt` seconds after the last call. Drops
    /// evidence that is too old for such weather.
    pub fn weather(&mut self, lowest: Option<f64>, dt: f64) {
        self.lowest = lowest;
        self.age += dt;
        if let Some(lowest) = lowest.filter(|lowest| *lowest < self.believed)
            && self.age > GREATEST_AGE
        {
            tracing::debug!(lowest, believed = self.believed, "the road was not tested in this weather");
            self.suppose(lowest);
            self.age = 0.0;
        }
    }

    /// Returns true if a brake test is due because the road may have become slippery since the last evidence.
    pub fn is_test_due(&self) -> bool {
        self.lowest.is_some_and(|lowest| lowest < self.believed) && self.age > TEST_AGE
    }

    /// Handles the friction that another truck has found. A truck with its own evidence ignores it, because the other
    /// truck may be on another road.
    pub fn warn(&mut self, friction: f64) {
        if friction.is_finite() && friction > 0.0 && friction < self.believed && !self.has_evidence {
            self.believed = friction.max(LEAST_FRICTION);
            self.reported = self.believed;
        }
    }

    /// Returns the estimated friction if it is lower than the other trucks know, because wheels have slid.
    pub fn news(&mut self) -> Option<f64> {
        self.reported = self.reported.max(self.believed);
        self.has_evidence &= self.believed < FORGET_SHARE * self.told;
        let is_news = self.sliding == [0; 2] && self.believed < NEWS_SHARE * self.reported;
        if is_news {
            self.reported = self.believed;
        }
        is_news.then_some(self.believed)
    }

    /// Returns the states of the wheels of the front axle and of the rear axle.
    pub fn states(&self) -> [WheelState; 2] {
        self.states
    }

    /// Processes the frame of a step, `dt` seconds after the previous one, and the command that was in force before the
    /// frame. `mass` is the gross mass, kg.
    pub fn take(&mut self, frame: &SensorFrame, estimate: &Estimate, mass: f64, before: &ActuatorCommand, dt: f64) {
        let read = [frame.imu.acceleration.x, frame.imu.acceleration.y];
        if !estimate.ready || read.iter().any(|r| !r.is_finite()) {
            (self.states, self.sliding) = ([WheelState::Rolls; 2], [0; 2]);
            return;
        }
        let follow = dt / (SMOOTHING_TIME + dt);
        for (felt, read) in self.felt.iter_mut().zip(read) {
            *felt += (read - *felt) * follow;
        }
        self.braking += (before.service_brake - self.braking) * dt / (self.limits.spec().brakes.build_up + dt);
        self.states = if estimate.standing { [WheelState::Rolls; 2] } else { self.slip.states(frame, estimate) };
        for (steps, state) in self.sliding.iter_mut().zip(self.states) {
            *steps = if state == WheelState::Rolls { 0 } else { *steps + 1 };
        }
        // If the speed is not reliable, a difference from the wheel speeds does not mean slip.
        if estimate.wheels_trusted && estimate.fix_age < GREATEST_FIX_AGE {
            self.learn(estimate, mass, dt);
        }
    }

    fn learn(&mut self, estimate: &Estimate, mass: f64, dt: f64) {
        let [along, across] = self.felt;
        let unit = self.limits.axle_grip(mass, self.felt, 1.0);
        // The front axle only brakes; the rest of the force is the rear axle's.
        let brakes = &self.limits.spec().brakes;
        let sense = if estimate.speed < 0.0 { -1.0 } else { 1.0 };
        let front = (self.braking * brakes.service_front).min(self.believed * unit.front);
        // The rolling resistance of the front wheels is part of the force as well.
        let rolling = self.rolling_resistance * mass * GRAVITY * unit.front / (unit.front + unit.rear).max(1.0);
        let rolling = if estimate.standing { 0.0 } else { rolling };
        let rear = (mass * along + sense * (front + rolling)).abs();
        let side = across.abs() / GRAVITY;
        let used = [libm::hypot(front / unit.front.max(1.0), side), libm::hypot(rear / unit.rear.max(1.0), side)];
        let whole = libm::hypot((mass * along).abs() / (unit.front + unit.rear).max(1.0), side);
        let follow = dt / (HOLD_TIME + dt);
        for (shown, used) in self.shown.iter_mut().zip(used) {
            *shown = used.min(*shown + (used - *shown) * follow);
        }
        let decay = libm::exp(-dt / PEAK_TIME);
        for (peak, used) in self.peaks.iter_mut().zip([used[0], used[1], whole]) {
            *peak = used.max(*peak * decay);
        }
        let slides = |axle: usize| self.sliding[axle] >= SLIDING_STEPS;
        let [front_peak, rear_peak, whole_peak] = self.peaks;
        let measured = match (slides(0), slides(1)) {
            (true, true) => Some(whole_peak),
            (true, false) => Some(whole_peak.min(front_peak)),
            (false, true) => Some(rear_peak),
            (false, false) => None,
        };
        if self.states == [WheelState::Rolls; 2] {
            self.slide = None;
        }
        if let Some(measured) = measured {
            let measured = measured.clamp(LEAST_FRICTION, self.told);
            if measured < self.believed {
                tracing::debug!(measured, believed = self.believed, "wheels slide: the road has less grip");
            }
            self.has_evidence = true;
            self.age = 0.0;
            // A force that is still building up when the slide begins understates the friction.
            let slide = self.slide.get_or_insert(Slide { before: self.believed, most: measured });
            slide.most = slide.most.max(measured);
            self.believed = slide.before.min(slide.most);
        } else if self.states == [WheelState::Rolls; 2] && estimate.speed.abs() > LEAST_SPEED {
            let held = HELD_SHARE * self.shown[0].max(self.shown[1]);
            if held > LEAST_EVIDENCE {
                self.believed = self.believed.max(held).min(self.told);
                if held >= FRESH_SHARE * self.believed.min(GREATEST_TEST) {
                    self.age = 0.0;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Vector3;

    const DT: f64 = 0.05;

    fn grip() -> Grip {
        let spec = TruckSpec::tr100at();
        Grip::new(&spec, Limits::new(&spec), 0.55, 0.025)
    }

    /// Brakes on the rear axle of an empty truck at 8 m/s for some `seconds`: the deceleration is as measured, and the
    /// wheels roll or lock.
    fn brake(grip: &mut Grip, deceleration: f64, locks: bool, seconds: f64) {
        let estimate = Estimate { speed: 8.0, ready: true, standing: false, fix_age: 0.0, ..Estimate::default() };
        let mut frame = SensorFrame::default();
        frame.imu.acceleration = Vector3::new(-deceleration, 0.0, GRAVITY);
        let rolling = 8.0 / TruckSpec::tr100at().tyre.rolling_radius;
        frame.wheel_speeds = [rolling; 6];
        if locks {
            frame.wheel_speeds[2..].fill(0.0);
        }
        let command = ActuatorCommand { retarder: 0.5, park_brake: false, ..ActuatorCommand::default() };
        for _ in 0..(seconds / DT) as u32 {
            grip.take(&frame, &estimate, 69_000.0, &command, DT);
        }
    }

    #[test]
    fn wheels_that_lock_tell_the_friction_and_rolling_wheels_tell_that_there_is_more() {
        let mut grip = grip();
        brake(&mut grip, 1.0, true, 0.6);
        let found = grip.believed();
        assert!((0.15..0.25).contains(&found), "half of the weight is on the rear axle: {found}");
        brake(&mut grip, 0.3, false, 2.0);
        assert_eq!(grip.believed(), found, "a gentle force is no evidence");
        brake(&mut grip, 1.5, false, 2.0);
        assert!(grip.believed() > 1.2 * found, "{}", grip.believed());
    }

    #[test]
    fn in_rain_old_evidence_is_tested_and_then_forgotten() {
        let mut grip = grip();
        let wait = |grip: &mut Grip, lowest: Option<f64>, seconds: f64| {
            (0..(seconds / DT) as u32).for_each(|_| grip.weather(lowest, DT));
        };
        wait(&mut grip, None, 1_000.0);
        assert!(!grip.is_test_due(), "in dry weather evidence does not grow old");
        grip.age = 0.0;
        wait(&mut grip, Some(0.25), 130.0);
        assert!(grip.is_test_due());
        brake(&mut grip, 4.4, false, 2.0);
        assert!(!grip.is_test_due(), "the wheels have held");
        assert!(grip.believed() > 0.5);
        wait(&mut grip, Some(0.25), 310.0);
        assert_eq!(grip.believed(), 0.25, "no test was possible");
    }

    #[test]
    fn one_bad_reading_or_a_bump_changes_nothing() {
        let mut grip = grip();
        brake(&mut grip, f64::NAN, true, 1.0);
        assert_eq!(grip.believed(), 0.55);
        brake(&mut grip, 1.0, true, DT);
        assert_eq!(grip.believed(), 0.55, "a single step");
        grip.suppose(0.2);
        brake(&mut grip, 4.0, false, 2.0 * DT);
        assert!(grip.believed() < 0.35, "{}", grip.believed());
    }

    #[test]
    fn a_warning_counts_until_the_wheels_tell_more_and_is_passed_on_once() {
        let mut warned = grip();
        for wrong in [f64::NAN, -0.2, 0.0, 0.9] {
            warned.warn(wrong);
            assert_eq!(warned.believed(), 0.55, "{wrong}");
        }
        warned.warn(0.2);
        assert_eq!((warned.believed(), warned.news()), (0.2, None), "the others know it");
        let mut first = grip();
        brake(&mut first, 1.0, true, 0.6);
        assert_eq!(first.news(), None, "not while they slide");
        brake(&mut first, 0.1, false, 0.1);
        let news = first.news().unwrap();
        assert_eq!(first.news(), None, "once");
        first.warn(0.1);
        assert_eq!(first.believed(), news, "its own wheels have told it");
    }
}
