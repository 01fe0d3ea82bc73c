//! Tells whether the truck stands, by two witnesses: its wheels, and satellites or the inertial unit.
//!
//! Six wheels that read 0 do not prove it. They read 0 while they slide locked, and when their sensors have lost power.

use crate::sensor::ImuSample;
use haul_core::{Point2, SimTime};

/// All wheels must stand for this time before the truck is taken to stand still, s.
const TIME: f64 = 0.6;
/// Fixes of a standing truck stay within this of the first one, m, and the noise of two fixes.
const MOVED: f64 = 0.10;
const NOISE: f64 = 7.1; // five standard deviations of a difference
/// Wheels that have been found wrong are believed again after fixes have not moved for this time, s.
const PROOF: f64 = 5.0;
/// The inertial readings are smoothed over this time, s: engine and shovel shake a truck.
const SMOOTH: f64 = 0.5;
/// Without satellites a standing truck turns no faster than this, rad/s, and its mean acceleration along the body
/// changes by no more than this, m/s²: the load's settling tilts a truck by a degree or two.
const TURNS: f64 = 0.03;
const ACCELERATES: f64 = 0.6;

/// Evidence of one frame about standing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Witness {
    pub time: SimTime,
    pub dt: f64,
    /// Tells whether every wheel reads 0.
    pub wheels_still: bool,
    /// A fix that goes on from those before it, with its standard deviation, m.
    pub fix: Option<(Point2, f64)>,
    /// Tells whether fixes are in use.
    pub satellites: bool,
    pub imu: ImuSample,
    /// Reading of the gyroscope at rest, rad/s.
    pub gyro_bias: f64,
}

/// Knowledge about standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It moves, or has not stood long enough.
    No,
    /// All witnesses agree that it stands.
    Yes,
    /// The wheels stand and the truck moves.
    WheelsLie,
}

#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Standstill {
    since: Option<SimTime>,
    anchor: Option<(Point2, SimTime)>,
    turn: f64,
    along: f64,
    /// Mean acceleration along the body when it came to stand, m/s².
    level: Option<f64>,
}

impl Standstill {
    /// Takes what a frame says. `doubted` says whether the wheels have been found wrong before.
    pub fn take(&mut self, witness: &Witness, doubted: bool) -> Standing {
        let w = witness;
        if !w.wheels_still {
            *self = Self::default();
            return Standing::No;
        }
        if self.since.is_none() {
            *self = Self { since: Some(w.time), along: finite(w.imu.acceleration.x), ..Self::default() };
        }
        let (turn, along) = (w.imu.angular_velocity.z - w.gyro_bias, w.imu.acceleration.x);
        let sensed = turn.is_finite() && along.is_finite();
        if sensed {
            let share = w.dt / (SMOOTH + w.dt);
            self.turn += (turn - self.turn) * share;
            self.along += (along - self.along) * share;
        }
        if let Some((at, sigma)) = w.fix {
            let (anchor, _) = *self.anchor.get_or_insert((at, w.time));
            let stays = (at - anchor).norm() <= MOVED + NOISE * sigma;
            if !stays {
                self.anchor = Some((at, w.time));
                return Standing::WheelsLie;
            }
        }
        let long = |since: Option<SimTime>, time: f64| since.is_some_and(|t| w.time.since(t) >= time);
        if w.satellites {
            self.level = None;
            let anchored = self.anchor.map(|(_, t)| t);
            let stands = long(self.since, TIME) && long(anchored, if doubted { PROOF } else { 0.0 });
            return if stands { Standing::Yes } else { Standing::No };
        }
        if !sensed || !long(self.since, TIME) {
            return Standing::No;
        }
        let level = *self.level.get_or_insert(self.along);
        let quiet = self.turn.abs() <= TURNS && (self.along - level).abs() <= ACCELERATES;
        if !quiet {
            self.level = None;
            return Standing::WheelsLie;
        }
        if doubted { Standing::No } else { Standing::Yes }
    }
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}
