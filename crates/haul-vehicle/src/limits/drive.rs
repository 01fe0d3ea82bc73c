//! The table of drive forces: the best gear at every speed.

use super::Limits;
use crate::mass::Load;
use crate::mass_properties::{axle_loads, mass_properties};
use crate::powertrain::full_axle_torque_locking;
use crate::spec::TruckSpec;

/// Best gear at a speed, and the drive force in that gear.
#[derive(Debug, Clone, Copy)]
pub(super) struct BestGear {
    pub(super) force: f64,
    pub(super) gear: u8,
}

/// Speed step of the drive force table, m/s.
pub(super) const SPEED_STEP: f64 = 0.02;
/// Number of iterations between the speed of the tyre tread and the slip that the drive force causes.
const SLIP_ROUNDS: usize = 4;

impl Limits {
    /// Returns the maximum drive force at the wheels (N) in the best gear, at an absolute speed (m/s).
    pub fn rimpull(&self, speed: f64) -> f64 {
        let at = speed.abs() / SPEED_STEP;
        let i = at as usize;
        match (self.drive.get(i), self.drive.get(i + 1)) {
            (Some(a), Some(b)) => a.force + (b.force - a.force) * (at - i as f64),
            _ => 0.0,
        }
    }

    /// Returns the gear with the maximum drive force at a speed.
    pub fn gear_at(&self, speed: f64) -> u8 {
        let i = (speed.abs() / SPEED_STEP) as usize;
        self.drive.get(i).or(self.drive.last()).map_or(1, |b| b.gear)
    }

    /// Returns the maximum drive force (N) in one gear at an absolute speed (m/s); 0 if there is no such gear or the
    /// engine cannot turn that fast.
    pub fn rimpull_in(&self, gear: u8, speed: f64) -> f64 {
        let gear = gear as i8;
        if gear < 1 || gear > self.spec.transmission.top_gear() {
            return 0.0;
        }
        let from = self.spec.transmission.lock_up.release;
        force_in(&self.spec, gear, speed.abs(), self.slip_stiffness, self.engine_share, from).max(0.0)
    }
}

/// Returns the drive force table from standstill up to a speed `fastest` (m/s).
pub(super) fn table(spec: &TruckSpec, fastest: f64, slip_stiffness: f64, share: f64) -> Vec<BestGear> {
    let count = (fastest / SPEED_STEP) as usize + 2;
    let from = spec.transmission.lock_up.release;
    (0..count).map(|i| best_drive(spec, i as f64 * SPEED_STEP, slip_stiffness, share, from)).collect()
}

/// Returns the drive force table of a truck that accelerates from rest: its lock-up clutch closes at a higher speed
/// than it opens.
pub(super) fn from_rest(spec: &TruckSpec, table: &[BestGear], slip_stiffness: f64, share: f64) -> Vec<BestGear> {
    let [opens, closes] = [spec.transmission.lock_up.release, spec.transmission.locks_from()];
    let between = |speed: f64| {
        let output = speed / spec.tyre.rolling_radius * spec.final_drive.ratio;
        spec.transmission.forward.iter().any(|ratio| (opens * (1.0 - SLIP)..closes).contains(&(ratio * output)))
    };
    let at = |(i, held): (usize, &BestGear)| {
        let speed = i as f64 * SPEED_STEP;
        if between(speed) { best_drive(spec, speed, slip_stiffness, share, closes) } else { *held }
    };
    table.iter().enumerate().map(at).collect()
}

/// Maximum slip of the tyre tread under full pull.
const SLIP: f64 = 0.05;

/// Returns the slip stiffness of the rear axle under the rated payload, N per unit of slip.
pub(super) fn rear_slip_stiffness(spec: &TruckSpec) -> f64 {
    let load = Load { mass: spec.mass.rated_payload, centre: spec.mass.payload_centre };
    let mass = mass_properties(spec, &load, spec.mass.fuel_capacity, 0.0);
    let rear = axle_loads(spec, &mass, 0.0, 0.0).rear;
    let [_, tyres] = spec.tyre_counts();
    tyres * spec.tyre.slip_stiffness(spec.rear_tyre_load(rear))
}

/// Returns the drive force in a gear, with the lock-up closed from a turbine speed `from` (rad/s). The tread moves
/// faster than the truck by the slip.
fn force_in(spec: &TruckSpec, gear: i8, speed: f64, slip_stiffness: f64, share: f64, from: f64) -> f64 {
    let radius = spec.tyre.rolling_radius;
    let mut force = 0.0;
    for _ in 0..SLIP_ROUNDS {
        let tread = speed * (1.0 + force / slip_stiffness);
        force = full_axle_torque_locking(spec, gear, tread / radius, share, from) / radius;
    }
    force
}

fn best_drive(spec: &TruckSpec, speed: f64, slip_stiffness: f64, share: f64, from: f64) -> BestGear {
    let mut best = BestGear { force: f64::NEG_INFINITY, gear: 1 };
    for gear in 1..=spec.transmission.top_gear() {
        let force = force_in(spec, gear, speed, slip_stiffness, share, from);
        if force > best.force {
            best = BestGear { force, gear: gear as u8 };
        }
    }
    best
}
