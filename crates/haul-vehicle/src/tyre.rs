//! Tyres: a vertical spring, and a brush model of the shear force in the contact patch.
//!
//! The shear of the contact is a state, not a function of slip. A bristle of deflection `z` and stiffness `k` is
//! stretched by the slip velocity and carried away by the tread that rolls through the contact: `ż = v_slip − |ω r| z /
//! L`. In steady rolling this gives the linear slip stiffness `k L` (relaxation length `L`: Pacejka, *Tire and Vehicle
//! Dynamics*, 2012, ch. 5). At a standstill, `ω = 0`, the bristle is a spring that holds for ever, so that a parked
//! truck does not creep. The force saturates like that of a brush with parabolic pressure (Fromm 1926; Pacejka 2012,
//! eq. 3.11): `F = μN (1 − (1 − u/3μN)³)` with `u = |k z|`, for the longitudinal and lateral direction together.

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
    /// Width of the tyre, m.
    pub width: f64,
    /// Height of the axle at the rated load, m.
    pub loaded_radius: f64,
    /// Effective rolling radius, m: distance rolled per radian.
    pub rolling_radius: f64,
    /// Rated load, N.
    pub rated_load: f64,
    /// Inflation pressure, Pa.
    pub pressure: f64,
    /// Vertical stiffness, N/m.
    pub vertical_stiffness: f64,
    /// Vertical damping, N·s/m.
    pub vertical_damping: f64,
    /// Longitudinal shear stiffness of the contact, N/m.
    pub longitudinal_stiffness: f64,
    /// Lateral shear stiffness of the contact, N/m.
    pub lateral_stiffness: f64,
    /// Longitudinal relaxation length at the rated load, m.
    pub relaxation_longitudinal: f64,
    /// Lateral relaxation length at the rated load, m.
    pub relaxation_lateral: f64,
    /// Damping of the contact's shear, N·s/m.
    pub shear_damping: f64,
    /// Relative loss of friction when the load doubles from the rated load.
    pub grip_load_sensitivity: f64,
    /// Moment of inertia of tyre and rim about the axle, kg·m².
    pub inertia: f64,
    /// Tonne-kilometres per hour (TKPH) at the reference temperature, in SI units: kg·m/s.
    pub tkph: f64,
    /// Reference air temperature of the TKPH, K.
    pub tkph_reference_temperature: f64,
    /// Relative loss of TKPH per kelvin of air temperature above the reference, 1/K.
    pub tkph_loss_per_kelvin: f64,
    /// Relative increase in rolling resistance with the square of the speed, s²/m².
    pub rolling_speed: f64,
    /// Relative decrease in rolling resistance per kelvin of tyre temperature above the charts' air temperature, 1/K.
    pub rolling_warmth: f64,
    /// Share of the product of load and speed that becomes heat in the tyre.
    pub hysteresis: f64,
    /// Heat capacity of the tyre, J/K.
    pub heat_capacity: f64,
    /// Maximum temperature of rubber and cords, K.
    pub limit_temperature: f64,
    /// Heat transfer to the air, W/K: work at the rated TKPH in air of the reference temperature just reaches the
    /// limit.
    pub cooling: f64,
    /// Distance under the rated load after which the tread is worn off, m.
    pub life_distance: f64,
    /// Slip work after which the tread is worn off, J.
    pub life_slip_work: f64,
}

/// Tolerance between the stated loaded radius and the one computed from the stiffness, m.
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

    /// Combines `count` tyres side by side into one.
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

    /// Returns the friction coefficient of this tyre under `load` (N), from the `ground` coefficient at the rated load.
    pub fn friction(&self, ground: f64, load: f64) -> f64 {
        let loss = self.grip_load_sensitivity * (load / self.rated_load - 1.0);
        ground * (1.0 - loss).max(MIN_GRIP_SHARE)
    }

    /// Returns the permitted tonne-kilometres per hour at an air temperature (K), in kg·m/s. The limit falls by a share
    /// per kelvin above the reference temperature, and rises below it.
    pub fn tkph_at(&self, air: f64) -> f64 {
        let over = air - self.tkph_reference_temperature;
        self.tkph * (1.0 - self.tkph_loss_per_kelvin * over).clamp(MIN_TKPH_SHARE, MAX_TKPH_SHARE)
    }

    /// Returns the factor on the road class's rolling resistance at a speed (m/s) and a tyre temperature (K).
    pub fn rolling_factor(&self, speed: f64, temperature: f64) -> f64 {
        let warm = 1.0 - self.rolling_warmth * (temperature - Environment::default().air_temperature);
        (1.0 + self.rolling_speed * speed * speed) * warm.clamp(WARM_ROLLING_FACTOR, COLD_ROLLING_FACTOR)
    }

    /// Returns the tyre temperature (K) after `dt` (s) under a load (N) at a speed (m/s), with a slip power (W), in air
    /// of temperature `air` (K).
    pub(crate) fn warmed(&self, temperature: f64, load: f64, speed: f64, slip_power: f64, air: f64, dt: f64) -> f64 {
        let heat = self.hysteresis * load * speed.abs() + SLIP_INTO_TYRE * slip_power;
        temperature + (heat - self.cooling * (temperature - air)) * dt / self.heat_capacity
    }

    /// Returns the share of the tread that wears off over a distance (m) under a load (N) with a slip work (J).
    pub(crate) fn worn(&self, load: f64, distance: f64, slip_work: f64) -> f64 {
        load / self.rated_load * distance / self.life_distance + slip_work / self.life_slip_work
    }

    /// Returns the longitudinal slip stiffness under `load` (N), N per unit of slip.
    pub fn slip_stiffness(&self, load: f64) -> f64 {
        self.longitudinal_stiffness * self.relaxation_longitudinal * self.contact_scale(load)
    }

    /// Returns the cornering stiffness under `load` (N), N per radian of slip angle.
    pub fn cornering_stiffness(&self, load: f64) -> f64 {
        self.lateral_stiffness * self.relaxation_lateral * self.contact_scale(load)
    }

    /// Returns the ratio of the contact length to that at the rated load; it grows with the square root of the
    /// deflection, like a chord.
    fn contact_scale(&self, load: f64) -> f64 {
        (load / self.rated_load).max(MIN_CONTACT_LOAD).sqrt()
    }
}

/// Minimum ratio of tyre friction to ground friction; the load sensitivity is a linear fit near the rated load.
const MIN_GRIP_SHARE: f64 = 0.5;
/// Share of the slip heat that goes into the tyre; the rest goes into the ground (Pacejka 2012, ch. 9, on brush
/// models).
const SLIP_INTO_TYRE: f64 = 0.5;
/// Minimum factor on rolling resistance, for a warm tyre.
const WARM_ROLLING_FACTOR: f64 = 0.8;
/// Maximum factor on rolling resistance, for a cold tyre.
const COLD_ROLLING_FACTOR: f64 = 1.2;
/// Minimum TKPH as a share of the rating; the linear dependence on temperature ends there.
const MIN_TKPH_SHARE: f64 = 0.25;
/// Maximum TKPH as a share of the rating.
const MAX_TKPH_SHARE: f64 = 1.5;
/// Minimum load for the contact length, as a share of the rated load; avoids a division by 0.
const MIN_CONTACT_LOAD: f64 = 0.05;
/// Ratio of linear force to friction at which the whole parabolic brush slides (Pacejka 2012, eq. 3.10).
const FULL_SLIDING: f64 = 3.0;

/// Shear deflection of one tyre's contact, m: longitudinal and lateral.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Bristle {
    pub(crate) along: f64,
    pub(crate) across: f64,
}

/// Forces of a tyre contact in one step.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Shear {
    /// Longitudinal force on the truck, N, along the wheel.
    pub(crate) along: f64,
    /// Lateral force on the truck, N, positive to the wheel's left.
    pub(crate) across: f64,
    /// Derivative of the longitudinal force with respect to wheel speed, N·s/rad, for the implicit step of the spin.
    pub(crate) slope: f64,
    /// Share of the available friction in use.
    pub(crate) used: f64,
}

impl Bristle {
    /// Returns the bristle after a time `h` and its force. The wheel turns at `spin` (rad/s); the contact moves over
    /// the ground at `velocity` (m/s, along and across the wheel) under `load` (N).
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
        // Computes (1 − rest³) μN / u without a division at u = 0: with a = 1 − rest, it is (3 − 3a + a²)/3.
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
        // The brush force is the tangent's times 1 − u/3μN + ….
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
