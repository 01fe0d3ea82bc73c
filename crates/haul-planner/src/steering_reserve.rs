//! Shares of the steering lock and rate that plans use. The rest is a reserve for lateral control and understeer.
//!
//! A controller can only return to a path that needs less than the truck can do. This file has all shares of lock and
//! of rate; lane paths, manoeuvres and speed profiles use them.
//!
//! Lock and rate themselves are data of the truck (`[steering]` in `seeds/trucks/`, "wheel_angle" and "lock_to_lock").
//! The share of the lock that a bend uses was measured with the full truck model (`haul_vehicle::proving::Rig`) on
//! level circles at 2 to 14 km/h. `tests/steering_on_the_truck.rs` steers that truck along manoeuvres at the planned
//! speeds.

use crate::TruckModel;

/// Maximum curvature of a path, as a share of the curvature at full lock.
const PATH_LOCK: f64 = 0.88;
/// Value of [`PATH_LOCK`] if a manoeuvre has no other solution. The truck then creeps; the rest is for scrub and
/// control.
const TIGHT_PATH_LOCK: f64 = 0.95;
/// Maximum curvature of a manoeuvre's segments with constant steering, as a share of the curvature at full lock.
/// Clothoids between these segments widen a turn, and smoothing tightens it again up to [`PATH_LOCK`].
const STEADY_LOCK: f64 = 0.85;
/// Value of [`STEADY_LOCK`] if a manoeuvre has no other solution.
const TIGHT_STEADY_LOCK: f64 = 0.90;
/// Maximum share of the curvature at full lock that path, understeer and acceleration need together at the planned
/// speed.
const NEEDED_LOCK: f64 = 0.96;
/// Share of the steering rate that a speed profile uses to follow changes of curvature.
pub(crate) const PROFILE_RATE: f64 = 0.5;
/// Share of the steering rate that a lane's changes of curvature need at the speed of its bends.
pub(crate) const LANE_RATE: f64 = 0.5;
/// Share of the steering rate that the clothoids of a manoeuvre need at walking pace.
pub(crate) const CLOTHOID_RATE: f64 = 0.5;

/// Share of the steered curvature lost to the scrub of dual tyres: 4.2 % for a loaded TR100AT.
const SCRUB: f64 = 0.042;
/// Share of the steered curvature lost to slip, divided by the squared lateral acceleration, s⁴/m²: 1.7 % at 1 m/s²,
/// loaded.
const SLIP: f64 = 0.017;
/// Share of the steered curvature lost because acceleration unloads the front axle, per m/s². From loaded starts at
/// full lock.
const PULL: f64 = 0.06;

/// Share of the steering lock that a manoeuvre uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// The share that leaves the usual reserve.
    Reserve,
    /// Nearly the whole lock, for a start or goal that cannot be left or reached otherwise.
    Tight,
}

impl TruckModel {
    /// Returns the maximum curvature of a planned path, 1/m: 88 % of the curvature at full lock. A manoeuvre in a tight
    /// place without another solution uses up to 95 %.
    pub fn max_curvature(&self) -> f64 {
        PATH_LOCK / self.spec.min_turning_radius()
    }

    /// Returns the maximum curvatures of a manoeuvre, 1/m: of segments with constant steering, and of clothoids.
    pub(crate) fn manoeuvre_curvatures(&self, lock: Lock) -> (f64, f64) {
        let (steady, most) = match lock {
            Lock::Reserve => (STEADY_LOCK, PATH_LOCK),
            Lock::Tight => (TIGHT_STEADY_LOCK, TIGHT_PATH_LOCK),
        };
        (steady / self.spec.min_turning_radius(), most / self.spec.min_turning_radius())
    }

    /// Returns the share of the lock that a path curvature (1/m) leaves for lateral and forward acceleration.
    fn spare_lock(&self, curvature: f64) -> f64 {
        (1.0 - curvature.abs() * self.spec.min_turning_radius() / NEEDED_LOCK - SCRUB).max(0.0)
    }

    /// Returns the maximum lateral acceleration at a path curvature (1/m), m/s². It may use half of the spare lock.
    pub(crate) fn lateral_within_lock(&self, curvature: f64) -> f64 {
        libm::sqrt(0.5 * self.spare_lock(curvature) / SLIP)
    }

    /// Returns the maximum forward acceleration at a path curvature (1/m), m/s². It may use the other half of the spare
    /// lock.
    pub(crate) fn acceleration_within_lock(&self, curvature: f64) -> f64 {
        0.5 * self.spare_lock(curvature) / PULL
    }
}
