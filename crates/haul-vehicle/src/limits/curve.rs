//! Curves and side slopes: the limits of sliding and rolling over.

use super::Limits;
use crate::mass::Load;
use crate::mass_properties::mass_properties;
use haul_core::GRAVITY;
use serde::Serialize;

/// Limit speeds in a curve, m/s; infinite if superelevation and friction hold the truck at any speed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Curve {
    /// Speed at which the truck slides outwards.
    pub slides: f64,
    /// Speed at which the truck rolls over.
    pub rolls_over: f64,
    /// Speed below which the truck slides inwards; 0 if it can stand still.
    pub slides_inwards_below: f64,
    /// Lower of the sliding and rollover speeds, each reduced by its margin from `seeds/stopping.toml`; at most the top
    /// speed.
    pub safe: f64,
}

/// Limits of the slope across the truck, rad.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SideSlope {
    /// Slope angle at which the truck rolls over.
    pub rolls_over: f64,
    /// Slope angle at which the truck slides.
    pub slides: f64,
    /// Smaller of the two angles, each reduced by its margin from `seeds/stopping.toml`.
    pub safe: f64,
}

/// Slip angles of both axles per unit of lateral acceleration, rad·s²/m. On a side slope, the truck crabs by the rear
/// axle's slip angle, and steers up the slope by the difference between the two.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SlipAngles {
    /// Slip angle of the front axle per unit of lateral acceleration.
    pub front: f64,
    /// Slip angle of the rear axle per unit of lateral acceleration.
    pub rear: f64,
}

impl Limits {
    /// Returns the slip angles of both axles of a truck of a gross mass (kg), per unit of lateral acceleration. Each
    /// axle's slip angle is its share of the side force divided by the cornering stiffness of its tyres (Pacejka, *Tire
    /// and Vehicle Dynamics*, 2012, eq. 1.2).
    pub fn slip_angles(&self, mass: f64) -> SlipAngles {
        let (spec, loads) = (&self.spec, self.axle_loads(mass, 0.0, 0.0));
        let [front, rear] = spec.tyre_counts();
        let angle = |axle: f64, tyres: f64, tyre: f64| {
            axle / GRAVITY / (tyres * spec.tyre.cornering_stiffness(tyre)).max(f64::MIN_POSITIVE)
        };
        SlipAngles {
            front: angle(loads.front.max(0.0), front, spec.front_tyre_load(loads.front)),
            rear: angle(loads.rear.max(0.0), rear, spec.rear_tyre_load(loads.rear)),
        }
    }

    /// Returns the maximum speed in a curve, m/s: the lowest of the top speed and the sliding and rollover speeds with
    /// the rated payload, each with its margin from `seeds/stopping.toml`. The radius is in m; superelevation is a
    /// ratio, positive if the curve leans inwards; friction is a coefficient.
    pub fn curve_speed(&self, radius: f64, superelevation: f64, friction: f64) -> f64 {
        let lateral = (self.margins.slide * friction).min(self.margins.rollover * self.rollover_full);
        let squared = lateral_speed_squared(lateral, radius, superelevation).max(0.0);
        libm::sqrt(squared).min(self.top_speed)
    }

    /// Returns the speeds at which a truck with a payload (kg) slides and rolls over in a curve of `radius` (m), with a
    /// superelevation (ratio) and a friction coefficient.
    pub fn curve(&self, payload: f64, radius: f64, superelevation: f64, friction: f64) -> Curve {
        let threshold = self.rollover_threshold(payload, 0.0);
        let grip = self.grip(payload, friction);
        let speed = |lateral: f64| {
            let squared = lateral_speed_squared(lateral, radius, superelevation);
            if squared.is_finite() { libm::sqrt(squared.max(0.0)) } else { f64::INFINITY }
        };
        let lateral = (self.margins.slide * grip).min(self.margins.rollover * threshold);
        Curve {
            slides: speed(grip),
            rolls_over: speed(threshold),
            slides_inwards_below: speed(-grip),
            safe: speed(lateral).min(self.top_speed),
        }
    }

    /// Returns the side-slope limits of a truck with a payload (kg) and its body raised by an angle (rad), for a
    /// friction coefficient.
    pub fn side_slope(&self, payload: f64, body_angle: f64, friction: f64) -> SideSlope {
        let threshold = self.rollover_threshold(payload, body_angle);
        let grip = self.grip(payload, friction);
        SideSlope {
            rolls_over: libm::atan(threshold),
            slides: libm::atan(grip),
            safe: libm::atan((self.margins.rollover * threshold).min(self.margins.slide * grip)),
        }
    }

    /// Returns the ratio of lateral force to weight at which the inner wheels lift. It is half the narrower track
    /// divided by the height of the centre of mass, minus the effect of the lean on struts and tyres under the lateral
    /// load (Gillespie, *Fundamentals of Vehicle Dynamics*, 1992, eq. 9-7, with the roll axis at the height of the
    /// axles).
    pub(crate) fn rollover_threshold(&self, payload: f64, body_angle: f64) -> f64 {
        let spec = &self.spec;
        let load = Load { mass: payload, centre: spec.mass.heap_centre(payload) };
        let height = mass_properties(spec, &load, spec.mass.fuel_capacity, body_angle).centre.z;
        let g = &spec.geometry;
        let half_track = 0.5 * g.track_front.min(g.track_rear + g.dual_spacing);
        let arm = height - spec.tyre.loaded_radius;
        let mass = self.gross_mass(payload);
        let loads = self.axle_loads(mass, 0.0, 0.0);
        let lean = mass * GRAVITY * arm / spec.roll_stiffness(loads.front, loads.rear);
        half_track / height / (1.0 + lean * arm / height)
    }

    /// Returns the ratio of the friction force of all tyres together to the weight, under a payload (kg).
    fn grip(&self, payload: f64, friction: f64) -> f64 {
        let mass = self.gross_mass(payload);
        let loads = self.axle_loads(mass, 0.0, 0.0);
        let (front, rear) = (self.spec.front_tyre_load(loads.front), self.spec.rear_tyre_load(loads.rear));
        let tyre = &self.spec.tyre;
        let carried = tyre.friction(friction, front) * loads.front + tyre.friction(friction, rear) * loads.rear;
        carried / (loads.front + loads.rear)
    }
}

/// Returns the square of the speed (m²/s²) at which a curve needs a ratio `lateral` (μ) of lateral force to weight: g r
/// (μ + e) / (1 − μ e), with the superelevation e; infinite if the denominator is not positive.
fn lateral_speed_squared(lateral: f64, radius: f64, superelevation: f64) -> f64 {
    let rest = 1.0 - lateral * superelevation;
    if rest <= 0.0 { f64::INFINITY } else { GRAVITY * radius.abs() * (lateral + superelevation) / rest }
}
