//! Shares of the steering that plans use. The rest is a reserve for lateral control and understeer.
//!
//! A controller can only return to a path that needs less than the truck can do. All shares of lock and of rate are in
//! this file; lane paths, manoeuvres and speed profiles use them.
//!
//! Lock and rate themselves are data of the truck (`[steering]` in `seeds/trucks/`, "wheel_angle" and "lock_to_lock").
//! The share of the lock that a bend uses was measured with the full truck (`haul_vehicle::proving::Rig`) on level
//! circles at 2 to 14 km/h. `tests/steering_on_the_truck.rs` steers it along manoeuvres at the planned speeds.

use crate::TruckModel;

/// Greatest curvature of a path, as a share of the tightest curvature.
const PATH_LOCK: f64 = 0.88;
/// The same if a manoeuvre has no other solution. The truck then creeps; the rest is for scrub and control.
const TIGHT_PATH_LOCK: f64 = 0.95;
/// Greatest curvature of a manoeuvre's steady segments, as a share of the tightest curvature. Clothoids between them
/// widen a turn, and smoothing tightens it again up to [`PATH_LOCK`].
const STEADY_LOCK: f64 = 0.85;
/// The same if a manoeuvre has no other solution.
const TIGHT_STEADY_LOCK: f64 = 0.90;
/// Greatest share of the tightest curvature for path, understeer and pull together at the planned speed.
const NEEDED_LOCK: f64 = 0.96;
/// Share of the steering rate that a speed profile uses for the path's change of curvature.
pub(crate) const PROFILE_RATE: f64 = 0.5;
/// Share of the steering rate that the shape of a lane uses at the speed of its bends.
pub(crate) const LANE_RATE: f64 = 0.5;
/// Share of the steering rate that the clothoids of a manoeuvre use at walking pace.
pub(crate) const CLOTHOID_RATE: f64 = 0.5;

/// Share of the wheels' curvature lost to the scrub of dual tyres: 4.2 % for a loaded TR100AT.
const SCRUB: f64 = 0.042;
/// Share lost to slip, for each square of the lateral acceleration, s⁴/m²: 1.7 % at 1 m/s², loaded.
const SLIP: f64 = 0.017;
/// Share lost because acceleration unloads the front axle, for each m/s²; from loaded starts at full lock.
const PULL: f64 = 0.06;

/// Share of the lock that a manoeuvre uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// The usual reserve remains.
    Reserve,
    /// Nearly all of it, for places that cannot be left or reached otherwise.
    Tight,
}

impl TruckModel {
    /// Greatest curvature of a planned path, 1/m: 88 % of the steering's. A manoeuvre in a tight place without another
    /// solution uses up to 95 %.
    pub fn max_curvature(&self) -> f64 {
        PATH_LOCK / self.spec.min_turning_radius()
    }

    /// Greatest curvatures of a manoeuvre, 1/m: of its steady segments, and of its clothoids.
    pub(crate) fn manoeuvre_curvatures(&self, lock: Lock) -> (f64, f64) {
        let (steady, most) = match lock {
            Lock::Reserve => (STEADY_LOCK, PATH_LOCK),
            Lock::Tight => (TIGHT_STEADY_LOCK, TIGHT_PATH_LOCK),
        };
        (steady / self.spec.min_turning_radius(), most / self.spec.min_turning_radius())
    }

    /// Share of the lock that a curvature (1/m) leaves for lateral and forward acceleration.
    fn spare_lock(&self, curvature: f64) -> f64 {
        (1.0 - curvature.abs() * self.spec.min_turning_radius() / NEEDED_LOCK - SCRUB).max(0.0)
    }

    /// Greatest lateral acceleration for which a curvature (1/m) leaves lock, m/s²; it may use half of the spare lock.
    pub(crate) fn lateral_within_lock(&self, curvature: f64) -> f64 {
        libm::sqrt(0.5 * self.spare_lock(curvature) / SLIP)
    }

    /// Greatest acceleration for which a curvature (1/m) leaves lock, m/s²; it may use the other half.
    pub(crate) fn acceleration_within_lock(&self, curvature: f64) -> f64 {
        0.5 * self.spare_lock(curvature) / PULL
    }
}
