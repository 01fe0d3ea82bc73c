//! Detection of a standstill from two sources: the wheels, and either satellites or the inertial unit.
//!
//! Six wheel readings of 0 do not prove a standstill. Locked wheels that slide also read 0, and so do sensors without
//! power.

use crate::sensor::ImuSample;
use haul_core::{Point2, SimTime};

/// Time (s) for which all wheels must stand before the truck counts as standing.
const STANDING_TIME: f64 = 0.6;
/// Maximum distance (m) between the fixes of a standing truck and the first of them, in addition to the noise of two
/// fixes.
const FIX_SPREAD: f64 = 0.10;
/// Accepted noise of the difference of two fixes, in standard deviations of one fix: five of the difference.
const DIFFERENCE_NOISE: f64 = 7.1;
/// Time (s) without motion of the fixes after which untrusted wheels are trusted again.
const PROOF_TIME: f64 = 5.0;
/// Time constant (s) that smooths the inertial readings: engine and shovel shake a truck.
const SMOOTHING_TIME: f64 = 0.5;
/// Maximum turn rate of a standing truck without satellites, rad/s.
const TURN_LIMIT: f64 = 0.03;
/// Maximum change of a standing truck's mean acceleration along the body, m/s²: the settling load tilts a truck by a
/// degree or two.
const ACCELERATION_LIMIT: f64 = 0.6;

/// Evidence for a standstill in one frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Witness {
    pub time: SimTime,
    pub dt: f64,
    /// True if every wheel reads 0.
    pub wheels_still: bool,
    /// A fix that follows the earlier ones, with its standard deviation (m).
    pub fix: Option<(Point2, f64)>,
    /// True if fixes are in use.
    pub satellites: bool,
    pub imu: ImuSample,
    /// Gyro reading at rest (bias), rad/s.
    pub gyro_bias: f64,
}

/// Result of the detection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StandstillFinding {
    /// The truck moves, or has not stood long enough.
    No,
    /// The truck stands: all sources agree.
    Yes,
    /// The wheels read 0 while the truck moves.
    WheelsLie,
}

#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Standstill {
    since: Option<SimTime>,
    anchor: Option<(Point2, SimTime)>,
    turn: f64,
    along: f64,
    /// Mean acceleration along the body at the start of the standstill, m/s².
    level: Option<f64>,
}

impl Standstill {
    /// Processes the evidence in a frame. `doubted` is true if the wheels have been found wrong before.
    pub fn take(&mut self, witness: &Witness, doubted: bool) -> StandstillFinding {
        let w = witness;
        if !w.wheels_still {
            *self = Self::default();
            return StandstillFinding::No;
        }
        if self.since.is_none() {
            *self = Self { since: Some(w.time), along: finite(w.imu.acceleration.x), ..Self::default() };
        }
        let (turn, along) = (w.imu.angular_velocity.z - w.gyro_bias, w.imu.acceleration.x);
        let sensed = turn.is_finite() && along.is_finite();
        if sensed {
            let share = w.dt / (SMOOTHING_TIME + w.dt);
            self.turn += (turn - self.turn) * share;
            self.along += (along - self.along) * share;
        }
        if let Some((at, sigma)) = w.fix {
            let (anchor, _) = *self.anchor.get_or_insert((at, w.time));
            let stays = (at - anchor).norm() <= FIX_SPREAD + DIFFERENCE_NOISE * sigma;
            if !stays {
                self.anchor = Some((at, w.time));
                return StandstillFinding::WheelsLie;
            }
        }
        let long = |since: Option<SimTime>, time: f64| since.is_some_and(|t| w.time.since(t) >= time);
        if w.satellites {
            self.level = None;
            let anchored = self.anchor.map(|(_, t)| t);
            let stands = long(self.since, STANDING_TIME) && long(anchored, if doubted { PROOF_TIME } else { 0.0 });
            return if stands { StandstillFinding::Yes } else { StandstillFinding::No };
        }
        if !sensed || !long(self.since, STANDING_TIME) {
            return StandstillFinding::No;
        }
        let level = *self.level.get_or_insert(self.along);
        let quiet = self.turn.abs() <= TURN_LIMIT && (self.along - level).abs() <= ACCELERATION_LIMIT;
        if !quiet {
            self.level = None;
            return StandstillFinding::WheelsLie;
        }
        if doubted { StandstillFinding::No } else { StandstillFinding::Yes }
    }
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}
