//! Shares of the steering that plans use. The rest is left to lateral control and to understeer.
//!
//! A controller can only come back to a path that asks for less than the truck can do. Every share of lock and of rate
//! stands in this file; lane paths, manoeuvres and speed profiles all read it.
//!
//! Lock and rate themselves are figures of the truck (`[steering]` in `seeds/trucks/`, "wheel_angle" and
//! "lock_to_lock"). What a bend costs of the lock was measured with the full truck (`haul_vehicle::proving::Rig`) on
//! level circles, 2 to 14 km/h; `tests/steering_on_the_truck.rs` steers it along manoeuvres at the planned speeds.

use crate::TruckModel;

/// Share of the tightest curvature that a path reaches anywhere.
const PATH_LOCK: f64 = 0.88;
/// The same where a manoeuvre finds no other way. The profile then creeps: what is left is for scrub and control.
const TIGHT_PATH_LOCK: f64 = 0.95;
/// Share of the tightest curvature of the steady pieces of a manoeuvre. The ramps between them make a turn wider, and
/// smoothing takes that back up to [`PATH_LOCK`].
const STEADY_LOCK: f64 = 0.85;
/// The same where a manoeuvre finds no other way.
const TIGHT_STEADY_LOCK: f64 = 0.90;
/// Share of the tightest curvature that path, understeer and pull may need together at the planned speed.
const NEEDED_LOCK: f64 = 0.96;
/// Share of the steering's rate that a speed profile asks for along the path's change of curvature.
pub(crate) const PROFILE_RATE: f64 = 0.5;
/// Share of the steering's rate that the shape of a lane asks for at the speed of its bends.
pub(crate) const LANE_RATE: f64 = 0.5;
/// Share of the steering's rate that the ramps of a manoeuvre ask for at a walking pace.
pub(crate) const CLOTHOID_RATE: f64 = 0.5;

/// Share of the wheels' curvature that is lost to the scrub of dual tyres: 4.2 % for a loaded TR100AT.
const SCRUB: f64 = 0.042;
/// Share that is lost to slip, for each square of the lateral acceleration, s⁴/m²: 1.7 % at 1 m/s², loaded.
const SLIP: f64 = 0.017;
/// Share that is lost to the relief of the front axle, for each m/s² of acceleration: from loaded starts at full lock.
const PULL: f64 = 0.06;

/// Share of the lock that a manoeuvre uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// The usual reserve is left.
    Reserve,
    /// Nearly all of it, for places that are left or reached in no other way.
    Tight,
}

impl TruckModel {
    /// Greatest curvature of a planned path, 1/m: 88 % of what the steering reaches. A manoeuvre in a tight place that has
    /// no other way goes up to 95 %.
    pub fn max_curvature(&self) -> f64 {
        PATH_LOCK / self.spec.min_turning_radius()
    }

    /// Greatest curvatures of a manoeuvre, 1/m: of its steady pieces, and of its ramps.
    pub(crate) fn manoeuvre_curvatures(&self, lock: Lock) -> (f64, f64) {
        let (steady, most) = match lock {
            Lock::Reserve => (STEADY_LOCK, PATH_LOCK),
            Lock::Tight => (TIGHT_STEADY_LOCK, TIGHT_PATH_LOCK),
        };
        (steady / self.spec.min_turning_radius(), most / self.spec.min_turning_radius())
    }

    /// Share of the lock that a curvature (1/m) leaves to lateral and to forward acceleration.
    fn spare_lock(&self, curvature: f64) -> f64 {
        (1.0 - curvature.abs() * self.spec.min_turning_radius() / NEEDED_LOCK - SCRUB).max(0.0)
    }

    /// Greatest lateral acceleration at a curvature (1/m) that the lock leaves room for, m/s²: one half of what is spare.
    pub(crate) fn lateral_within_lock(&self, curvature: f64) -> f64 {
        libm::sqrt(0.5 * self.spare_lock(curvature) / SLIP)
    }

    /// Greatest acceleration at a curvature (1/m) that the lock leaves room for, m/s²: the other half of what is spare.
    pub(crate) fn acceleration_within_lock(&self, curvature: f64) -> f64 {
        0.5 * self.spare_lock(curvature) / PULL
    }
}
