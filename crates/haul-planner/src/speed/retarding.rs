//! The retarder along a speed profile: its power at each temperature, and its heating on a descent.
//!
//! The thermal model is that of the truck ([`RetarderThermal`]): the maximum power falls with the temperature
//! ([`RetarderSpec::power_limit`]). On a descent planned with a share of that power, the temperature settles where that
//! power equals the power that the cooler removes. It settles below the temperature limit; the nearer the share is to
//! 1, the nearer to the limit.

use crate::TruckModel;
use haul_core::GRAVITY;
use haul_vehicle::{RetarderSpec, RetarderThermal, TruckSpec, stopping};

/// Use of the retarder in a profile.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Retarding {
    /// Continuous power only, even if the oil is cool. Use this if the oil temperature is not known.
    #[default]
    Continuous,
    /// Power that the oil temperature allows at each station. The temperature is computed along the whole descent.
    Heat {
        /// Temperature of the oil at the start of the profile, K.
        temperature: f64,
    },
    /// Peak power, as if the oil never became hot. Such a plan overheats the retarder on long descents; for comparison
    /// only.
    Peak,
}

/// The retarder of one truck with one load on one surface.
#[derive(Debug, Clone)]
pub(crate) struct RetarderPlan<'a> {
    spec: &'a RetarderSpec,
    thermal: RetarderThermal<'a>,
    /// Share of the retarder's maximum power that a steady descent may use.
    share: f64,
    /// Rotation of the output shaft per metre of travel, rad/m.
    shaft: f64,
    mass: f64,
    inert_mass: f64,
    rolling: f64,
    /// Drag force of the motored engine at the wheels, N, at multiples of [`SPEED_STEP`].
    drag: Vec<f64>,
}

/// Speed step of the table of engine drag, m/s.
const SPEED_STEP: f64 = 0.1;
/// Share of the temperature-dependent power limit that a plan uses. The rest is a reserve for the controller.
const HEAT_SHARE: f64 = 0.99;
/// Reserve between the temperature limit and the steady temperature of a long descent, K.
const LIMIT_RESERVE: f64 = 0.25;
/// Increase of this reserve per kelvin by which hot air warms the coolant, K/K. A hotter coolant removes less heat, so
/// an error in the engine drag has more effect.
const HOT_COOLANT_RESERVE: f64 = 0.075;
/// Reduction of power per kelvin near the planned steady temperature, W/K. The oil reaches it within 10 s of heating.
const APPROACH: f64 = 60e3;
/// Upper bound on the speed, m/s.
const MAX_SPEED: f64 = 100.0;
/// Ratio of engine speed to turbine speed when the wheels drive the engine with the torque converter unlocked.
/// Estimated from the full truck model.
const OVERRUN_SLIP: f64 = 0.92;
/// Number of iterations between speed and engine drag.
const ROUNDS: usize = 3;

/// Returns the drag force of the motored engine at the wheels, N.
///
/// The engine runs at the upper end of the speed range that the gearbox keeps on a downgrade: a braking truck does not
/// upshift.
fn engine_drag(spec: &TruckSpec, speed: f64) -> f64 {
    let (gearbox, shaft) = (&spec.transmission, spec.final_drive.ratio / spec.tyre.rolling_radius);
    let top = gearbox.top_gear();
    let step = gearbox.ratio(top) / gearbox.ratio((top - 1).max(1));
    let slowest = gearbox.shift.up_closed_throttle * step * gearbox.shift.hysteresis;
    let fastest = slowest / step;
    // With the torque converter unlocked, the engine turns a little more slowly than the turbine.
    let engine = OVERRUN_SLIP * fastest.min(speed * shaft * gearbox.ratio(1));
    // When the wheels drive the engine, the losses of the driveline add to the drag.
    let power = (-spec.engine.torque(engine, 0.0)).max(0.0) * engine / spec.final_drive.efficiency;
    power / speed.max(SPEED_STEP)
}

impl<'a> RetarderPlan<'a> {
    pub fn new(truck: &'a TruckModel, mass: f64, inert_mass: f64, rolling: f64) -> Self {
        let spec = &truck.spec;
        let environment = truck.limits.environment();
        Self {
            spec: &spec.transmission.retarder,
            thermal: RetarderThermal::in_environment(&spec.transmission.retarder, environment),
            share: stopping().margins.retarder,
            shaft: spec.final_drive.ratio / spec.tyre.rolling_radius,
            mass,
            inert_mass,
            // Rolling resistance falls as tyres warm up. Assume tyres at air temperature.
            rolling: rolling * spec.tyre.rolling_factor(0.0, environment.air_temperature),
            drag: (0..=(truck.limits.top_speed() / SPEED_STEP) as usize)
                .map(|k| engine_drag(spec, k as f64 * SPEED_STEP))
                .collect(),
        }
    }

    fn drag_at(&self, speed: f64) -> f64 {
        let last = self.drag.len().saturating_sub(1);
        self.drag.get(((speed / SPEED_STEP) as usize).min(last)).copied().unwrap_or(0.0)
    }

    /// Returns the retarder's force at the wheels at a speed (m/s) and up to a power (W), N.
    fn force(&self, speed: f64, power: f64) -> f64 {
        self.spec.torque(speed * self.shaft, power) * self.shaft
    }

    /// Returns the force that holds the truck at a steady speed on a grade, N, without air drag. Negative if the truck
    /// must be driven.
    fn held(&self, grade: f64) -> f64 {
        -self.mass * GRAVITY * (grade + self.rolling) / libm::sqrt(1.0 + grade * grade)
    }

    /// Returns the power that a plan may use at an oil temperature (K), W.
    pub fn power(&self, temperature: f64) -> f64 {
        let reserve = LIMIT_RESERVE + HOT_COOLANT_RESERVE * (self.thermal.coolant() - self.spec.coolant).max(0.0);
        let target = self.spec.limit_temperature - reserve;
        let steady = self.thermal.steady_power(target);
        (HEAT_SHARE * self.spec.power_limit(temperature)).min(steady + APPROACH * (target - temperature)).max(0.0)
    }

    /// Returns the power that a plan uses if it ignores heat, W.
    pub fn peak_power(&self) -> f64 {
        self.share * self.spec.peak_power
    }

    /// Returns the maximum steady speed on a downgrade with a retarder power (W) and the engine drag, m/s; 0 if the
    /// retarder cannot hold the truck.
    pub fn descent_speed(&self, grade: f64, power: f64) -> f64 {
        let force = self.held(grade);
        if force <= 0.0 {
            return f64::INFINITY;
        }
        let mut speed = power / force;
        for _ in 0..ROUNDS {
            // The engine drag takes part of the force.
            speed = power / (force - self.drag_at(speed)).max(power / MAX_SPEED);
        }
        let force = force - self.drag_at(speed);
        // At that speed the power is the limit. If the torque is not enough either, no speed can be held.
        if self.share * self.force(speed, f64::INFINITY) >= force { speed } else { 0.0 }
    }

    /// Returns the oil temperature (K) at the end of an interval of a length (m). `temperature` (K) is the oil
    /// temperature at its start; `from` and `to` are the squares of the speed at start and end (m²/s²).
    pub fn after(&self, temperature: f64, grade: f64, length: f64, from: f64, to: f64) -> f64 {
        let mean = 0.5 * (libm::sqrt(from.max(0.0)) + libm::sqrt(to.max(0.0)));
        if !(length > 0.0 && mean > 0.0) {
            return temperature;
        }
        let needed = self.held(grade) - self.inert_mass * (to - from) / (2.0 * length) - self.drag_at(mean);
        // The service brakes take the rest of the force.
        let force = needed.clamp(0.0, self.force(mean, self.spec.power_limit(temperature)));
        self.thermal.relaxation_over(force * mean, length, mean).after(temperature)
    }
}
