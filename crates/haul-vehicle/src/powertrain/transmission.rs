//! The gearbox: ratios, lock-up clutch, and automatic shift control.

use super::converter::ConverterSpec;
use super::retarder::RetarderSpec;
use crate::command::Direction;
use crate::spec::quantity::Quantity::{Duration, Inertia, Power, Ratio, Rotation, Speed, Torque};
use crate::spec::reader::{FigureRange, Reader};
use serde::{Deserialize, Serialize};

/// Data of the transmission.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TransmissionSpec {
    /// Name of the transmission.
    pub name: String,
    /// Ratios of the forward gears (turbine speed to output speed), descending.
    pub forward: Vec<f64>,
    /// Ratio of the reverse gear, positive.
    pub reverse: f64,
    /// Moment of inertia of turbine, gears and shafts, referred to the turbine, kg·m².
    pub inertia: f64,
    /// Maximum permitted engine torque, N·m.
    pub input_torque_limit: f64,
    /// Maximum permitted engine power, W.
    pub input_power_limit: f64,
    /// Maximum turbine torque, N·m.
    pub turbine_torque_limit: f64,
    /// The torque converter.
    pub converter: ConverterSpec,
    /// The lock-up clutch.
    pub lock_up: LockUpSpec,
    /// The automatic shift control.
    pub shift: ShiftSpec,
    /// The retarder.
    pub retarder: RetarderSpec,
}

/// Data of the lock-up clutch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LockUpSpec {
    /// Engine speed from which the clutch closes, rad/s, if the turbine then keeps the engine above `release`.
    pub engage: f64,
    /// Engine speed below which the clutch opens, rad/s.
    pub release: f64,
    /// Torque of the slipping clutch, N·m.
    pub clutch_torque: f64,
    /// Time from the decision until the clutch carries torque, s.
    pub fill_time: f64,
}

/// Data of the automatic shift control.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShiftSpec {
    /// Turbine speed of an upshift at full throttle, rad/s.
    pub up_full_throttle: f64,
    /// Turbine speed of an upshift at closed throttle, rad/s.
    pub up_closed_throttle: f64,
    /// Ratio of the downshift speed to the turbine speed after the upshift.
    pub hysteresis: f64,
    /// Duration of a shift, s.
    pub time: f64,
    /// Share of the torque carried during a shift.
    pub torque_share: f64,
    /// Minimum time between two shifts, s.
    pub least_dwell: f64,
    /// Truck speed below which the direction may change, m/s.
    pub direction_speed: f64,
}

impl TransmissionSpec {
    pub(crate) fn read(r: &mut Reader) -> Self {
        let p = FigureRange::Positive;
        let spec = Self {
            name: r.text("name"),
            forward: r.list("gears.forward", Ratio, p),
            reverse: r.figure("gears.reverse", Ratio, p),
            inertia: r.figure("gears.inertia", Inertia, p),
            input_torque_limit: r.figure("gears.input_torque_limit", Torque, p),
            input_power_limit: r.figure("gears.input_power_limit", Power, p),
            turbine_torque_limit: r.figure("gears.turbine_torque_limit", Torque, p),
            converter: ConverterSpec::read(r),
            lock_up: LockUpSpec {
                engage: r.figure("lock_up.engage", Rotation, p),
                release: r.figure("lock_up.release", Rotation, p),
                clutch_torque: r.figure("lock_up.clutch_torque", Torque, p),
                fill_time: r.figure("lock_up.fill_time", Duration, FigureRange::NotNegative),
            },
            shift: ShiftSpec {
                up_full_throttle: r.figure("shift.up_full_throttle", Rotation, p),
                up_closed_throttle: r.figure("shift.up_closed_throttle", Rotation, p),
                hysteresis: r.figure("shift.hysteresis", Ratio, FigureRange::Share),
                time: r.figure("shift.time", Duration, FigureRange::NotNegative),
                torque_share: r.figure("shift.torque_share", Ratio, FigureRange::Share),
                least_dwell: r.figure("shift.least_dwell", Duration, FigureRange::NotNegative),
                direction_speed: r.figure("shift.direction_speed", Speed, p),
            },
            retarder: RetarderSpec::read(r),
        };
        if let Some(i) = spec.forward.windows(2).position(|w| w[1] >= w[0]) {
            let what = format!(
                "gear ratios are out of order: gear {} has {}, gear {} has {}",
                i + 1,
                spec.forward[i],
                i + 2,
                spec.forward[i + 1]
            );
            r.wrong(&format!("gears.forward.value.{}", i + 1), what, "each gear's ratio is less than the one before");
        }
        if spec.forward.len() > MAX_GEARS {
            let what = format!("{} forward gears", spec.forward.len());
            r.wrong("gears.forward.value", what, format!("at most {MAX_GEARS}"));
        }
        if spec.lock_up.release >= spec.lock_up.engage {
            let what = "the lock-up opens where it closes, or above";
            r.wrong("lock_up.release.value", what, "less than `lock_up.engage`");
        }
        if spec.shift.up_closed_throttle > spec.shift.up_full_throttle {
            let what = "it shifts up later at closed throttle than at full";
            r.wrong("shift.up_closed_throttle.value", what, "at most `shift.up_full_throttle`");
        }
        spec
    }

    /// Returns the signed ratio of a gear (turbine speed to output speed): −1 is reverse, 0 neutral (ratio 0), 1 and up
    /// forward.
    pub fn ratio(&self, gear: i8) -> f64 {
        match gear {
            1.. => self.forward.get(gear as usize - 1).copied().unwrap_or(0.0),
            0 => 0.0,
            _ => -self.reverse,
        }
    }

    /// Returns the turbine speed from which the lock-up clutch of an accelerating truck may close, rad/s.
    pub(crate) fn locks_from(&self) -> f64 {
        self.lock_up.release * RELEASE_MARGIN
    }

    /// Returns the highest forward gear.
    pub fn top_gear(&self) -> i8 {
        self.forward.len() as i8
    }

    /// Returns the turbine speed of the upshift at a throttle, rad/s.
    fn up_at(&self, throttle: f64) -> f64 {
        self.shift.up_closed_throttle + (self.shift.up_full_throttle - self.shift.up_closed_throttle) * throttle
    }
}

/// Maximum number of forward gears; gears are counted in an `i8`.
const MAX_GEARS: usize = 20;

/// Inputs of the automatic shift control.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShiftInputs {
    pub(crate) direction: Direction,
    /// Speed along body x, m/s.
    pub(crate) speed: f64,
    /// Speed of the output shaft, rad/s, signed.
    pub(crate) output_speed: f64,
    pub(crate) engine_speed: f64,
    pub(crate) throttle: f64,
    /// True if the retarder or the service brake is applied.
    pub(crate) braking: bool,
    /// True if the body is up, which blocks reverse and all gears above the first.
    pub(crate) body_up: bool,
    /// Engine speed above which the gearbox shifts up regardless of the load, rad/s.
    pub(crate) overspeed: f64,
}

/// State of the gearbox.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Gearbox {
    pub(crate) gear: i8,
    pub(crate) direction: Direction,
    pub(crate) locked: bool,
    /// Time for which the lock-up clutch has been filling, s; negative if the clutch is open.
    filling: f64,
    /// Remaining time of the current shift, s.
    shifting: f64,
    /// Time since the last shift, s.
    since: f64,
    /// Smoothed throttle, so that small rapid throttle changes cause no shift.
    throttle: f64,
    /// Time until a refused shift is considered again, s.
    refused: f64,
    pub(crate) shifts: u32,
}

/// Time constant of the smoothed throttle, s.
const THROTTLE_MEMORY: f64 = 0.8;
/// Time until a refused shift is considered again, s.
const RETRY_TIME: f64 = 0.5;
/// Throttle from which the operator counts as requesting full power.
const FULL_POWER_THROTTLE: f64 = 0.9;
/// Maximum turbine speed in the lower gear after a kick-down, as a share of the upshift speed.
const KICK_DOWN_SHARE: f64 = 0.985;
/// Minimum gain of force by a kick-down, as a ratio.
const MIN_KICK_DOWN_GAIN: f64 = 1.05;
/// Minimum turbine speed for lock-up, as a multiple of the release speed, so that the clutch does not reopen at once.
const RELEASE_MARGIN: f64 = 1.03;
/// Difference below which engine and turbine have the same speed, rad/s.
const SYNCHRONOUS_DIFFERENCE: f64 = 1.0;
/// Relative difference below which the reported speeds of engine and turbine count as equal. It includes the slip of
/// the tread; a driving, unlocked converter slips by a tenth or more.
const LOCKED_SHARE: f64 = 0.05;

impl Gearbox {
    pub(crate) fn neutral() -> Self {
        Self {
            gear: 0,
            direction: Direction::Neutral,
            locked: false,
            filling: -1.0,
            shifting: 0.0,
            since: f64::MAX,
            throttle: 0.0,
            refused: 0.0,
            shifts: 0,
        }
    }

    /// Returns the gearbox of a truck rolling forward at an output speed (rad/s), in the lowest gear that the automatic
    /// would hold, locked up where the automatic would lock.
    pub(crate) fn rolling(spec: &TransmissionSpec, output_speed: f64) -> Self {
        let mut gearbox = Self { direction: Direction::Forward, since: f64::MAX, ..Self::neutral() };
        gearbox.gear = gearbox.gear_for(spec, output_speed);
        gearbox.locked = spec.ratio(gearbox.gear) * output_speed >= spec.locks_from();
        gearbox
    }

    /// Sets a reported forward gear, at an output speed and an engine speed (rad/s). The gearbox is locked up if the
    /// lock-up clutch may be closed and engine and turbine have the same speed.
    pub(crate) fn report(&mut self, spec: &TransmissionSpec, gear: i8, output_speed: f64, engine_speed: f64) {
        let turbine = spec.ratio(gear) * output_speed;
        self.gear = gear;
        self.locked = turbine >= spec.lock_up.release && (engine_speed - turbine).abs() < LOCKED_SHARE * turbine;
    }

    /// Returns true if a shift is in progress.
    pub(crate) fn is_shifting(&self) -> bool {
        self.shifting > 0.0
    }

    /// Returns true if nothing changes in the gearbox: no shift, no filling clutch.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.shifting == 0.0 && self.filling < 0.0
    }

    /// Returns the share of the torque that is transmitted now.
    pub(crate) fn torque_share(&self, spec: &ShiftSpec) -> f64 {
        if self.shifting > 0.0 { spec.torque_share } else { 1.0 }
    }

    /// Returns true if the requested direction is not engaged, so that there is no drive.
    pub(crate) fn refuses(&self, direction: Direction) -> bool {
        direction != self.direction
    }

    /// Selects direction, gear and lock-up. `force(gear)` is the ratio of a gear's maximum force at the current speed
    /// to the force that the current resistance requires, including a reserve.
    pub(crate) fn advance(&mut self, spec: &TransmissionSpec, seen: &ShiftInputs, force: impl Fn(i8) -> f64, dt: f64) {
        self.shifting = (self.shifting - dt).max(0.0);
        self.since += dt;
        self.refused = (self.refused - dt).max(0.0);
        self.throttle += (seen.throttle - self.throttle) * dt / (THROTTLE_MEMORY + dt);
        self.select_direction(spec, seen);
        if self.gear > 0 && self.shifting == 0.0 && self.since >= spec.shift.least_dwell {
            self.select_gear(spec, seen, force);
        }
        self.select_lock_up(spec, seen, dt);
    }

    fn select_direction(&mut self, spec: &TransmissionSpec, seen: &ShiftInputs) {
        if seen.direction == self.direction {
            return;
        }
        let against = match seen.direction {
            Direction::Neutral => false,
            Direction::Forward => seen.speed < -spec.shift.direction_speed,
            Direction::Reverse => seen.speed > spec.shift.direction_speed || seen.body_up,
        };
        if against {
            return;
        }
        self.direction = seen.direction;
        let gear = match seen.direction {
            Direction::Neutral => 0,
            Direction::Reverse => -1,
            Direction::Forward => self.gear_for(spec, seen.output_speed),
        };
        self.shift_to(spec, gear);
    }

    /// Returns the lowest forward gear that does not overspeed the engine at an output speed (rad/s).
    fn gear_for(&self, spec: &TransmissionSpec, output_speed: f64) -> i8 {
        (1..=spec.top_gear())
            .find(|g| spec.ratio(*g) * output_speed < spec.shift.up_full_throttle)
            .unwrap_or(spec.top_gear())
    }

    fn shift_to(&mut self, spec: &TransmissionSpec, gear: i8) {
        self.gear = gear;
        self.shifting = spec.shift.time;
        self.since = 0.0;
        self.locked = false;
        self.filling = -1.0;
        self.shifts += 1;
    }

    fn select_gear(&mut self, spec: &TransmissionSpec, seen: &ShiftInputs, force: impl Fn(i8) -> f64) {
        let turbine = seen.output_speed * spec.ratio(self.gear);
        let up_at = spec.up_at(self.throttle);
        if self.gear < spec.top_gear() {
            // When braking downhill, the gearbox keeps its gear, and so the engine's drag, unless the engine would
            // overspeed.
            let wanted = turbine > up_at && !seen.braking && !seen.body_up && self.refused == 0.0;
            if turbine > seen.overspeed || (wanted && force(self.gear + 1) >= 1.0) {
                self.shift_to(spec, self.gear + 1);
                return;
            }
            if wanted {
                self.refused = RETRY_TIME;
            }
        }
        if self.gear > 1 && self.throttle > FULL_POWER_THROTTLE && self.refused == 0.0 {
            // Replaces a gear that cannot accelerate the truck by a lower one that can.
            self.refused = RETRY_TIME;
            let lower = seen.output_speed * spec.ratio(self.gear - 1);
            let here = force(self.gear);
            if here < 1.0 && lower < KICK_DOWN_SHARE * up_at && force(self.gear - 1) > here * MIN_KICK_DOWN_GAIN {
                self.shift_to(spec, self.gear - 1);
                return;
            }
        }
        let mut gear = self.gear;
        while gear > 1 {
            let step = spec.ratio(gear) / spec.ratio(gear - 1);
            if seen.output_speed * spec.ratio(gear) >= up_at * step * spec.shift.hysteresis {
                break;
            }
            gear -= 1;
        }
        if gear < self.gear {
            self.shift_to(spec, gear);
        }
    }

    fn select_lock_up(&mut self, spec: &TransmissionSpec, seen: &ShiftInputs, dt: f64) {
        let turbine = seen.output_speed * spec.ratio(self.gear);
        let lock = &spec.lock_up;
        if self.gear == 0 || self.shifting > 0.0 || turbine < lock.release {
            self.locked = false;
            self.filling = -1.0;
        } else if !self.locked && self.filling < 0.0 {
            if seen.engine_speed.max(turbine) >= lock.engage && turbine >= spec.locks_from() {
                self.filling = 0.0;
            }
        } else if !self.locked {
            self.filling += dt;
            if self.filling >= lock.fill_time && (seen.engine_speed - turbine).abs() < SYNCHRONOUS_DIFFERENCE {
                self.locked = true;
            }
        }
    }

    /// Returns the torque that the closing lock-up clutch takes from the engine and gives to the turbine, N·m. It is
    /// the full torque of the clutch, limited to what brings the engine (`inertia`, under `torque` from fuel and pump)
    /// to the turbine speed in a few steps.
    pub(crate) fn clutch_torque(&self, spec: &LockUpSpec, slip: f64, inertia: f64, torque: f64, dt: f64) -> f64 {
        if self.locked || self.filling < spec.fill_time {
            return 0.0;
        }
        let most = spec.clutch_torque;
        (torque + inertia * slip / (CATCHING_STEPS * dt)).clamp(-most, most)
    }
}

/// Number of steps in which the engine reaches the turbine speed at the end of closing, so that it does not overshoot.
const CATCHING_STEPS: f64 = 4.0;
