//! The heat of the retarder: what it still takes, and how warm a descent makes it.
//!
//! Oil and cooler are one lump: C dT/dt = P − G (T − coolant), with the greatest power P falling with the temperature
//! ([`RetarderSpec::power_limit`]). A descent planned with a share of that power comes to rest where the share equals
//! what the cooler carries off: below the temperature limit, and as near to it as the share is to 1.

use crate::TruckModel;
use haul_core::GRAVITY;
use haul_vehicle::{RetarderSpec, TruckSpec, stopping};

/// How a profile may use the retarder.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Retarding {
    /// Only what it takes for ever, however cool it is: right where its temperature is not known.
    #[default]
    Continuous,
    /// What its oil takes at each station: the temperature is followed over the whole descent.
    Heat {
        /// Temperature of the oil where the profile starts, K.
        temperature: f64,
    },
    /// Its peak power, as if it never grew hot. Long descents planned so overheat it: for comparison only.
    Peak,
}

/// The retarder of one truck with one load on one surface.
#[derive(Debug, Clone)]
pub(crate) struct Retarder<'a> {
    spec: &'a RetarderSpec,
    /// Temperature of its coolant in the air of the model, K.
    coolant: f64,
    /// Share of its greatest power that a steady descent may use.
    share: f64,
    /// From the wheels' way to the output shaft's angle, rad/m.
    shaft: f64,
    mass: f64,
    inert_mass: f64,
    rolling: f64,
    /// Force of the engine turned over by the wheels, N at the wheels, at multiples of [`SPEED_STEP`].
    drag: Vec<f64>,
}

/// Spacing of the table of the engine's drag, m/s.
const SPEED_STEP: f64 = 0.1;
/// Share of the power that is there at a temperature which a plan uses: the rest is for the control.
const HEAT_SHARE: f64 = 0.99;
/// A long descent comes to rest this much below the temperature limit, K.
const BELOW_LIMIT: f64 = 0.25;
/// And by this much more for each kelvin that hot air warms the coolant: the less heat it carries off, the more counts what is
/// misjudged of the engine's drag, K/K.
const HOTTER: f64 = 0.075;
/// Power that is given up for each kelvin on the way there, W/K: it then comes within 10 s of heating.
const APPROACH: f64 = 60e3;
/// A speed that no truck reaches, m/s.
const FASTEST: f64 = 100.0;
/// Engine over turbine speed where the wheels turn the engine through the open converter. Estimated from the full truck.
const OVERRUN_SLIP: f64 = 0.92;
/// Rounds that bring speed and engine drag together.
const ROUNDS: usize = 3;

/// Force with which the engine holds the truck back at closed throttle, N: at the upper end of the range that the gearbox
/// keeps it in on a downgrade: who brakes keeps his gear.
fn engine_drag(spec: &TruckSpec, speed: f64) -> f64 {
    let (gearbox, shaft) = (&spec.transmission, spec.final_drive.ratio / spec.tyre.rolling_radius);
    let top = gearbox.top_gear();
    let step = gearbox.ratio(top) / gearbox.ratio((top - 1).max(1));
    let slowest = gearbox.shift.up_closed_throttle * step * gearbox.shift.hysteresis;
    let fastest = slowest / step;
    // Through the open converter the engine is dragged along a little more slowly.
    let engine = OVERRUN_SLIP * fastest.min(speed * shaft * gearbox.ratio(1));
    // Turned over from the wheels the driveline's losses come on top.
    let power = (-spec.engine.torque(engine, 0.0)).max(0.0) * engine / spec.final_drive.efficiency;
    power / speed.max(SPEED_STEP)
}

impl<'a> Retarder<'a> {
    pub fn new(truck: &'a TruckModel, mass: f64, inert_mass: f64, rolling: f64) -> Self {
        let spec = &truck.spec;
        Self {
            spec: &spec.transmission.retarder,
            coolant: spec.transmission.retarder.rest(truck.limits.environment()),
            share: stopping().margins.retarder,
            shaft: spec.final_drive.ratio / spec.tyre.rolling_radius,
            mass,
            inert_mass,
            // Cold tyres roll harder, hot ones easier: as those of a truck do that has stood in this air.
            rolling: rolling * spec.tyre.rolling_factor(0.0, truck.limits.environment().air_temperature),
            drag: (0..=(truck.limits.top_speed() / SPEED_STEP) as usize)
                .map(|k| engine_drag(spec, k as f64 * SPEED_STEP))
                .collect(),
        }
    }

    fn drag_at(&self, speed: f64) -> f64 {
        let last = self.drag.len().saturating_sub(1);
        self.drag.get(((speed / SPEED_STEP) as usize).min(last)).copied().unwrap_or(0.0)
    }

    /// Force at the wheels under a power (W) at a speed (m/s), N.
    fn force(&self, speed: f64, power: f64) -> f64 {
        self.spec.torque(speed * self.shaft, power) * self.shaft
    }

    /// Force that holds the truck at a steady speed on a grade, N; negative where it must be driven. The air's help is
    /// left out.
    fn held(&self, grade: f64) -> f64 {
        -self.mass * GRAVITY * (grade + self.rolling) / libm::sqrt(1.0 + grade * grade)
    }

    /// Power that a plan may use at a temperature (K), W.
    pub fn power(&self, temperature: f64) -> f64 {
        let reserve = BELOW_LIMIT + HOTTER * (self.coolant - self.spec.coolant).max(0.0);
        let target = self.spec.limit_temperature - reserve;
        let steady = self.spec.conductance * (target - self.coolant);
        (HEAT_SHARE * self.spec.power_limit(temperature)).min(steady + APPROACH * (target - temperature)).max(0.0)
    }

    /// Power that a plan which knows of no heat uses, W.
    pub fn peak_power(&self) -> f64 {
        self.share * self.spec.peak_power
    }

    /// Greatest steady speed down a grade under a power (W) with the engine's drag, m/s; 0 where the retarder cannot hold the truck.
    pub fn descent_speed(&self, grade: f64, power: f64) -> f64 {
        let force = self.held(grade);
        if force <= 0.0 {
            return f64::INFINITY;
        }
        let mut speed = power / force;
        for _ in 0..ROUNDS {
            // The engine takes its part.
            speed = power / (force - self.drag_at(speed)).max(power / FASTEST);
        }
        let force = force - self.drag_at(speed);
        // At that speed the power binds unless the torque does: then no speed holds.
        if self.share * self.force(speed, f64::INFINITY) >= force { speed } else { 0.0 }
    }

    /// The temperature (K) at the end of an interval of some length (m) between two squares of speed (m²/s²), driven
    /// from a temperature at its beginning.
    pub fn after(&self, temperature: f64, grade: f64, length: f64, from: f64, to: f64) -> f64 {
        let mean = 0.5 * (libm::sqrt(from.max(0.0)) + libm::sqrt(to.max(0.0)));
        if !(length > 0.0 && mean > 0.0) {
            return temperature;
        }
        let wanted = self.held(grade) - self.inert_mass * (to - from) / (2.0 * length) - self.drag_at(mean);
        // What the retarder does not take the service brakes do.
        let force = wanted.clamp(0.0, self.force(mean, self.spec.power_limit(temperature)));
        let rest = self.coolant + force * mean / self.spec.conductance;
        let faded = libm::exp(-self.spec.conductance / self.spec.heat_capacity * length / mean);
        rest + (temperature - rest) * faded
    }
}
