//! Tyres: a vertical spring, and a brush model of the contact's shear force.
//!
//! The shear of the contact is a state, not a function of slip. A bristle with stiffness `k` is stretched by the slip
//! velocity and carried away by the tread that rolls through the contact: `ż = v_slip − |ω r| z / L`. In steady rolling
//! this gives the linear slip stiffness `k L` (relaxation length `L`: Pacejka, *Tire and Vehicle Dynamics*, 2012, ch.
//! 5). At a standstill, `ω = 0`, it is a spring that holds for ever, so that a parked truck does not creep. The force
//! saturates as that of a brush with parabolic pressure (Fromm 1926; Pacejka 2012, eq. 3.11): `F = μN (1 − (1 −
//! u/3μN)³)` with `u = |k z|`, for both directions together.

use crate::environment::Environment;
use crate::spec::quantity::Quantity::*;
use crate::spec::reader::{FigureRange, Reader};
use haul_core::GRAVITY;
use serde::{Deserialize, Serialize};

/// Data of a tyre.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TyreSpec {
    /// Name of the tyre.
    pub name: String,
    /// Radius of the unloaded tyre, m.
    pub radius: f64,
    /// Width, m.
    pub width: f64,
    /// Height of the axle at the rated load, m.
    pub loaded_radius: f64,
    /// Distance rolled in one radian, m.
    pub rolling_radius: f64,
    /// Rated load, N.
    pub rated_load: f64,
    /// Inflation pressure, Pa.
    pub pressure: f64,
    /// Vertical stiffness, N/m.
    pub vertical_stiffness: f64,
    /// Vertical damping, N·s/m.
    pub vertical_damping: f64,
    /// Shear stiffness of the contact along the wheel, N/m.
    pub longitudinal_stiffness: f64,
    /// Shear stiffness of the contact across the wheel, N/m.
    pub lateral_stiffness: f64,
    /// Relaxation length along the wheel at the rated load, m.
    pub relaxation_longitudinal: f64,
    /// Relaxation length across the wheel at the rated load, m.
    pub relaxation_lateral: f64,
    /// Damping of the shear, N·s/m.
    pub shear_damping: f64,
    /// Loss of friction when the load doubles from the rated load, ratio.
    pub grip_load_sensitivity: f64,
    /// Inertia of tyre and rim about the axle, kg·m².
    pub inertia: f64,
    /// Tonne-kilometres per hour at the reference temperature, in SI, kg·m/s.
    pub tkph: f64,
    /// Reference temperature of the TKPH, K.
    pub tkph_reference_temperature: f64,
    /// Loss of TKPH for each kelvin above it, ratio.
    pub tkph_loss_per_kelvin: f64,
    /// Growth of the rolling resistance with the square of the speed, s²/m².
    pub rolling_speed: f64,
    /// Decrease of the rolling resistance per kelvin of tyre temperature above the air of the charts, ratio.
    pub rolling_warmth: f64,
    /// Share of load times speed that becomes heat in the tyre.
    pub hysteresis: f64,
    /// Heat capacity of the tyre, J/K.
    pub heat_capacity: f64,
    /// Greatest temperature of rubber and cords, K.
    pub limit_temperature: f64,
    /// Heat transfer to the air, W/K: the TKPH at its reference temperature just reaches the limit.
    pub cooling: f64,
    /// Distance under the rated load that wears off the tread, m.
    pub life_distance: f64,
    /// Slip work that wears off the tread, J.
    pub life_slip_work: f64,
}

/// Tolerance between the stated radius at the rated load and that from the stiffness, m.
const RADIUS_TOLERANCE: f64 = 0.05;

impl TyreSpec {
    pub(crate) fn read(r: &mut Reader) -> Self {
        let p = FigureRange::Positive;
        let mut spec = Self {
            name: r.text("name"),
            radius: 0.5 * r.figure("tyre.diameter", Length, p),
            width: r.figure("tyre.width", Length, p),
            loaded_radius: r.figure("tyre.loaded_radius", Length, p),
            rolling_radius: r.figure("tyre.rolling_radius", Length, p),
            rated_load: GRAVITY * r.figure("tyre.rated_load", Mass, p),
            pressure: r.figure("tyre.pressure", Pressure, p),
            vertical_stiffness: r.figure("tyre.vertical_stiffness", Stiffness, p),
            vertical_damping: r.figure("tyre.vertical_damping", Damping, FigureRange::NotNegative),
            longitudinal_stiffness: r.figure("tyre.longitudinal_stiffness", Stiffness, p),
            lateral_stiffness: r.figure("tyre.lateral_stiffness", Stiffness, p),
            relaxation_longitudinal: r.figure("tyre.relaxation_longitudinal", Length, p),
            relaxation_lateral: r.figure("tyre.relaxation_lateral", Length, p),
            shear_damping: r.figure("tyre.shear_damping", Damping, FigureRange::NotNegative),
            grip_load_sensitivity: r.figure("tyre.grip_load_sensitivity", Ratio, FigureRange::NotNegative),
            inertia: r.figure("tyre.inertia", Inertia, p),
            tkph: r.figure("tyre.tkph", Tkph, p),
            tkph_reference_temperature: r.figure("tyre.tkph_reference_temperature", Temperature, p),
            tkph_loss_per_kelvin: r.figure("tyre.tkph_loss_per_kelvin", PerKelvin, FigureRange::NotNegative),
            rolling_speed: r.figure("tyre.rolling_speed", PerSpeedSquared, FigureRange::NotNegative),
            rolling_warmth: r.figure("tyre.rolling_warmth", PerKelvin, FigureRange::NotNegative),
            hysteresis: r.figure("tyre.hysteresis", Ratio, FigureRange::Share),
            heat_capacity: r.figure("tyre.heat_capacity", HeatCapacity, p),
            limit_temperature: r.figure("tyre.limit_temperature", Temperature, p),
            cooling: 0.0,
            life_distance: r.figure("tyre.life_distance", Length, p),
            life_slip_work: r.figure("tyre.life_slip_work", Energy, p),
        };
        let warming = spec.limit_temperature - spec.tkph_reference_temperature;
        spec.cooling = spec.hysteresis * spec.tkph * GRAVITY / warming;
        if warming <= 0.0 {
            let what = "the reference air of the TKPH is as hot as the tyre's limit";
            r.wrong("tyre.limit_temperature.value", what, "above `tyre.tkph_reference_temperature`");
        }
        if spec.loaded_radius >= spec.radius {
            let what =
                format!("the loaded radius {} m is not below the free one, {} m", spec.loaded_radius, spec.radius);
            r.wrong("tyre.loaded_radius.value", what, "less than half of `tyre.diameter`");
        }
        if spec.rolling_radius > spec.radius || spec.rolling_radius < spec.loaded_radius {
            let what = format!("the rolling radius {} m is outside of loaded and free radius", spec.rolling_radius);
            let help = format!("between {} and {} m", spec.loaded_radius, spec.radius);
            r.wrong("tyre.rolling_radius.value", what, help);
        }
        let by_stiffness = spec.radius - spec.rated_load / spec.vertical_stiffness;
        if (by_stiffness - spec.loaded_radius).abs() > RADIUS_TOLERANCE {
            let what = format!(
                "the stiffness puts the axle at {by_stiffness:.2} m under the rated load, `tyre.loaded_radius` gives {} m",
                spec.loaded_radius
            );
            r.wrong("tyre.vertical_stiffness.value", what, "correct the stiffness, the rated load or the radius");
        }
        spec
    }

    /// Tyres side by side, combined into one.
    pub(crate) fn row(&self, count: f64) -> TyreSpec {
        TyreSpec {
            rated_load: count * self.rated_load,
            vertical_stiffness: count * self.vertical_stiffness,
            vertical_damping: count * self.vertical_damping,
            longitudinal_stiffness: count * self.longitudinal_stiffness,
            lateral_stiffness: count * self.lateral_stiffness,
            shear_damping: count * self.shear_damping,
            inertia: count * self.inertia,
            ..self.clone()
        }
    }

    /// Friction of this tyre under `load` (N) on ground with a stated friction.
    pub fn friction(&self, ground: f64, load: f64) -> f64 {
        let loss = self.grip_load_sensitivity * (load / self.rated_load - 1.0);
        ground * (1.0 - loss).max(MIN_GRIP_SHARE)
    }

    /// Permitted tonne-kilometres per hour at an air temperature (K), kg·m/s. It falls by a share per kelvin above the
    /// reference, and rises below it.
    pub fn tkph_at(&self, air: f64) -> f64 {
        let over = air - self.tkph_reference_temperature;
        self.tkph * (1.0 - self.tkph_loss_per_kelvin * over).clamp(MIN_TKPH_SHARE, MAX_TKPH_SHARE)
    }

    /// Rolling resistance relative to the road class, for a speed (m/s) and a tyre temperature (K).
    pub fn rolling_factor(&self, speed: f64, temperature: f64) -> f64 {
        let warm = 1.0 - self.rolling_warmth * (temperature - Environment::default().air_temperature);
        (1.0 + self.rolling_speed * speed * speed) * warm.clamp(WARM_ROLLING_FACTOR, COLD_ROLLING_FACTOR)
    }

    /// Temperature after `dt` (s) under a load (N) at a speed (m/s), with a power of slip (W), in air of a temperature
    /// (K).
    pub(crate) fn warmed(&self, temperature: f64, load: f64, speed: f64, slip_power: f64, air: f64, dt: f64) -> f64 {
        let heat = self.hysteresis * load * speed.abs() + SLIP_INTO_TYRE * slip_power;
        temperature + (heat - self.cooling * (temperature - air)) * dt / self.heat_capacity
    }

    /// Share of the tread that a distance (m) under a load (N) and a slip work (J) wear off.
    pub(crate) fn worn(&self, load: f64, distance: f64, slip_work: f64) -> f64 {
        load / self.rated_load * distance / self.life_distance + slip_work / self.life_slip_work
    }

    /// Slip stiffness along the wheel under `load` (N), N per unit of slip.
    pub fn slip_stiffness(&self, load: f64) -> f64 {
        self.longitudinal_stiffness * self.relaxation_longitudinal * self.contact_scale(load)
    }

    /// Cornering stiffness under `load` (N), N per radian of slip angle.
    pub fn cornering_stiffness(&self, load: f64) -> f64 {
        self.lateral_stiffness * self.relaxation_lateral * self.contact_scale(load)
    }

    /// Length of the contact relative to the rated load; it grows with the root of the deflection, as a chord does.
    fn contact_scale(&self, load: f64) -> f64 {
        (load / self.rated_load).max(MIN_CONTACT_LOAD).sqrt()
    }
}

/// Least friction as a share of the ground's; the load sensitivity is a linear fit near the rated load.
const MIN_GRIP_SHARE: f64 = 0.5;
/// Share of the slip heat that goes into the tyre; the rest goes into the ground (Pacejka 2012, ch. 9, on brush
/// models).
const SLIP_INTO_TYRE: f64 = 0.5;
/// Least factor of a warm tyre on the rolling resistance.
const WARM_ROLLING_FACTOR: f64 = 0.8;
/// Greatest factor of a cold tyre on the rolling resistance.
const COLD_ROLLING_FACTOR: f64 = 1.2;
/// Least TKPH as a share of the rating; the linear dependence on temperature ends there.
const MIN_TKPH_SHARE: f64 = 0.25;
/// Greatest TKPH as a share of the rating.
const MAX_TKPH_SHARE: f64 = 1.5;
/// Least load as a share of the rated load in the length of the contact, to avoid a division by 0.
const MIN_CONTACT_LOAD: f64 = 0.05;
/// Ratio of the linear force to the friction at which the parabolic brush slides as a whole (Pacejka 2012, eq. 3.10).
const FULL_SLIDING: f64 = 3.0;

/// Shear of one tyre's contact, m: along and across the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Bristle {
    pub(crate) along: f64,
    pub(crate) across: f64,
}

/// Forces of a contact in one step.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Shear {
    /// Force along the wheel on the truck, N.
    pub(crate) along: f64,
    /// Force across the wheel on the truck, N, positive to the wheel's left.
    pub(crate) across: f64,
    /// Change of the force along per change of the wheel's speed, N·s/rad, for the implicit step of the spin.
    pub(crate) slope: f64,
    /// Share of the friction in use.
    pub(crate) used: f64,
}

impl Bristle {
    /// The bristle after `h` and its force, for a wheel that turns at `spin` (rad/s) over ground with a velocity
    /// `along`, `across` (m/s, the contact's velocity in the wheel's axes) under `load` (N).
    pub(crate) fn advanced(
        &self,
        tyre: &TyreSpec,
        spin: f64,
        velocity: (f64, f64),
        load: f64,
        friction: f64,
        h: f64,
    ) -> (Bristle, Shear) {
        let limit = tyre.friction(friction, load) * load;
        if limit <= 0.0 {
            return (Bristle::default(), Shear::default());
        }
        let r = tyre.rolling_radius;
        let (kx, ky) = (tyre.longitudinal_stiffness, tyre.lateral_stiffness);
        let scale = tyre.contact_scale(load);
        let carried = (spin * r).abs() * h / scale;
        let keep_x = 1.0 / (1.0 + carried / tyre.relaxation_longitudinal);
        let keep_y = 1.0 / (1.0 + carried / tyre.relaxation_lateral);
        let mut next = Bristle {
            along: (self.along + h * (spin * r - velocity.0)) * keep_x,
            across: (self.across - h * velocity.1) * keep_y,
        };
        let (mut ux, mut uy) = (kx * next.along, ky * next.across);
        let mut u = libm::sqrt(ux * ux + uy * uy);
        let sliding = u >= FULL_SLIDING * limit;
        if sliding {
            let back = FULL_SLIDING * limit / u;
            next.along *= back;
            next.across *= back;
            ux *= back;
            uy *= back;
            u = FULL_SLIDING * limit;
        }
        let rest = 1.0 - u / (FULL_SLIDING * limit);
        // (1 − rest³) μN / u without a division at u = 0: with a = 1 − rest it is (3 − 3a + a²)/3.
        let a = 1.0 - rest;
        let gain = (3.0 - 3.0 * a + a * a) / FULL_SLIDING;
        let damping = tyre.shear_damping;
        let (mut fx, mut fy) = (
            ux * gain + damping * (next.along - self.along) / h,
            uy * gain + damping * (next.across - self.across) / h,
        );
        let f = libm::sqrt(fx * fx + fy * fy);
        if f > limit {
            fx *= limit / f;
            fy *= limit / f;
        }
        let slope = if sliding { 0.0 } else { (kx * rest * rest * h + damping) * r * keep_x };
        (next, Shear { along: fx, across: fy, slope, used: (f / limit).min(1.0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::TruckSpec;

    const H: f64 = 0.005;

    fn steady(tyre: &TyreSpec, spin: f64, velocity: (f64, f64), load: f64, friction: f64) -> Shear {
        let mut bristle = Bristle::default();
        let mut shear = Shear::default();
        for _ in 0..4000 {
            (bristle, shear) = bristle.advanced(tyre, spin, velocity, load, friction, H);
        }
        shear
    }

    #[test]
    fn steady_rolling_gives_the_slip_stiffness() {
        let tyre = TruckSpec::tr100at().tyre;
        let slip = 0.002;
        let v = 8.0;
        let spin = v / tyre.rolling_radius;
        let shear = steady(&tyre, spin, (v * (1.0 - slip), 0.0), tyre.rated_load, 0.6);
        let expected = tyre.slip_stiffness(tyre.rated_load) * slip;
        // The brush is 1 − u/3μN + … below its tangent.
        let expected = expected * (1.0 - expected / (3.0 * 0.6 * tyre.rated_load));
        assert!((shear.along / expected - 1.0).abs() < 0.01, "{} {expected}", shear.along);
    }

    #[test]
    fn combined_slip_stays_inside_the_friction_circle() {
        let tyre = TruckSpec::tr100at().tyre;
        let load = tyre.rated_load;
        let along_only = steady(&tyre, 10.0, (8.0, 0.0), load, 0.5);
        let both = steady(&tyre, 10.0, (8.0, 3.0), load, 0.5);
        assert!((along_only.along - 0.5 * load).abs() < 1.0, "fully sliding along");
        assert!(both.along < 0.95 * along_only.along, "sideways slip takes from the force along");
        assert!(libm::hypot(both.along, both.across) <= 0.5 * load * (1.0 + 1e-9));
        assert!(both.across < 0.0, "the force opposes the motion to the left");
    }

    #[test]
    fn a_locked_wheel_holds_as_a_spring_and_does_not_creep() {
        let tyre = TruckSpec::tr100at().tyre;
        let (mut bristle, mut shear) = Bristle::default().advanced(&tyre, 0.0, (-2.0, 0.0), tyre.rated_load, 0.5, H);
        (bristle, shear) = {
            let _ = shear;
            bristle.advanced(&tyre, 0.0, (0.0, 0.0), tyre.rated_load, 0.5, H)
        };
        let held = shear.along;
        for _ in 0..100_000 {
            (bristle, shear) = bristle.advanced(&tyre, 0.0, (0.0, 0.0), tyre.rated_load, 0.5, H);
        }
        assert_eq!(shear.along, held);
        assert!(held > 0.0);
    }

    #[test]
    fn friction_falls_as_the_load_rises() {
        let tyre = TruckSpec::tr100at().tyre;
        assert!(tyre.friction(0.5, 2.0 * tyre.rated_load) < tyre.friction(0.5, tyre.rated_load));
        assert!((tyre.friction(0.5, tyre.rated_load) - 0.5).abs() < 1e-12);
    }
}
