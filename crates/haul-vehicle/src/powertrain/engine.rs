//! The engine: full-load torque, idle and governor, throttle lag, fuel.

use crate::environment::Environment;
use crate::spec::quantity::Quantity::{
    Duration, Inertia, Length, MassFlow, Power, Ratio, Rotation, SpecificConsumption, Temperature, Torque,
};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::Lookup;
use serde::{Deserialize, Serialize};

/// Data of the engine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EngineSpec {
    /// Name of the engine.
    pub name: String,
    /// Gross full-load torque (N·m) as a function of engine speed (rad/s).
    pub full_load_torque: Lookup,
    /// Torque needed to turn the engine without fuel (N·m), as a function of engine speed (rad/s).
    pub motoring_torque: Lookup,
    /// Idle speed, rad/s.
    pub idle: f64,
    /// Rated speed, rad/s.
    pub rated: f64,
    /// Speed at which the governor cuts all fuel, rad/s.
    pub high_idle: f64,
    /// Gross power at rated speed, W.
    pub gross_power: f64,
    /// Net power at rated speed, W: gross power minus fan, pumps and alternator.
    pub net_power: f64,
    /// Fan power at rated speed, W; it grows with the cube of the engine speed.
    pub fan_power: f64,
    /// Power of the hydraulic pumps at rated speed, W; it grows in proportion to the engine speed.
    pub pump_power: f64,
    /// Power of alternator and compressor, W; the same at any engine speed.
    pub electric_power: f64,
    /// Moment of inertia at the crankshaft, kg·m².
    pub inertia: f64,
    /// Time constant from throttle to fuel, s.
    pub throttle_lag: f64,
    /// Share of the full-load torque that is available without boost pressure.
    pub natural_share: f64,
    /// Time constant of the turbochargers at rated speed, s; it is longer at lower speed.
    pub turbo_lag: f64,
    /// Brake-specific fuel consumption (kg/J) as a function of load (share of the full-load torque).
    pub bsfc: Lookup,
    /// Factor on the fuel consumption, as a function of engine speed (rad/s).
    pub bsfc_speed_factor: Lookup,
    /// Fuel rate at idle, kg/s.
    pub idle_rate: f64,
    /// Remaining share of the torque, as a function of altitude (m).
    pub altitude_share: Lookup,
    /// Remaining share of the torque, as a function of air temperature (K).
    pub temperature_share: Lookup,
}

/// Tolerance between the power from the torque curve and the stated power, ratio.
const POWER_TOLERANCE: f64 = 0.03;
/// Drop of engine speed below idle at which the idle governor gives the full-load torque, rad/s (about 100 rpm).
const IDLE_DROOP: f64 = 10.0;

impl EngineSpec {
    pub(crate) fn read(r: &mut Reader) -> Self {
        let p = FigureRange::Positive;
        let spec = Self {
            name: r.text("name"),
            full_load_torque: r.curve("engine.full_load_torque", Rotation, Torque, p),
            motoring_torque: r.curve("engine.motoring_torque", Rotation, Torque, p),
            idle: r.figure("engine.idle", Rotation, p),
            rated: r.figure("engine.rated", Rotation, p),
            high_idle: r.figure("engine.high_idle", Rotation, p),
            gross_power: r.figure("engine.gross_power", Power, p),
            net_power: r.figure("engine.net_power", Power, p),
            fan_power: r.figure("auxiliary.fan", Power, FigureRange::NotNegative),
            pump_power: r.figure("auxiliary.pumps", Power, FigureRange::NotNegative),
            electric_power: r.figure("auxiliary.electric", Power, FigureRange::NotNegative),
            inertia: r.figure("engine.inertia", Inertia, p),
            throttle_lag: r.figure("engine.throttle_lag", Duration, FigureRange::NotNegative),
            natural_share: r.figure("engine.natural_share", Ratio, FigureRange::Share),
            turbo_lag: r.figure("engine.turbo_lag", Duration, FigureRange::NotNegative),
            bsfc: r.curve("consumption.bsfc", Ratio, SpecificConsumption, p),
            bsfc_speed_factor: r.curve("consumption.bsfc_speed_factor", Rotation, Ratio, p),
            idle_rate: r.figure("consumption.idle_rate", MassFlow, p),
            altitude_share: r.curve("derating.altitude", Length, Ratio, p),
            temperature_share: r.curve("derating.air_temperature", Temperature, Ratio, p),
        };
        if spec.idle >= spec.rated {
            r.wrong("engine.idle.value", "idle is not below rated speed", "less than `engine.rated`");
        }
        if spec.high_idle <= spec.rated {
            r.wrong(
                "engine.high_idle.value",
                "the governor cuts fuel before rated speed",
                "3 to 10 % above `engine.rated`",
            );
        }
        if spec.net_power > spec.gross_power {
            let what = "net power is greater than gross power";
            r.wrong("engine.net_power.value", what, "at most `engine.gross_power`");
        }
        let auxiliaries = spec.fan_power + spec.pump_power + spec.electric_power;
        if (spec.gross_power - spec.net_power - auxiliaries).abs() > POWER_TOLERANCE * spec.gross_power {
            let what = format!(
                "fan, pumps and electrics take {:.0} kW, gross minus net power is {:.0} kW",
                auxiliaries / 1e3,
                (spec.gross_power - spec.net_power) / 1e3
            );
            r.wrong("auxiliary.fan.value", what, "their sum at rated speed = gross minus net power");
        }
        let by_curve = spec.full_load_torque.at(spec.rated) * spec.rated;
        if by_curve > 0.0 && (by_curve / spec.gross_power - 1.0).abs() > POWER_TOLERANCE {
            let what = format!(
                "the curve gives {:.0} kW at rated speed, `engine.gross_power` is {:.0} kW",
                by_curve / 1e3,
                spec.gross_power / 1e3
            );
            r.wrong("engine.full_load_torque.value", what, "torque = power over speed");
        }
        spec
    }

    /// Returns the torque of fan, pumps, alternator and compressor at an engine speed (rad/s), N·m.
    pub fn accessory_torque(&self, speed: f64) -> f64 {
        let share = speed / self.rated;
        let fan = self.fan_power / self.rated * share * share;
        let pumps = self.pump_power / self.rated * (share / PUMP_RELIEF).min(1.0);
        fan + pumps + self.electric_power / speed.max(self.idle)
    }

    /// Returns the share of the full-load torque that remains at this altitude and air temperature.
    pub fn derating(&self, air: &Environment) -> f64 {
        self.altitude_share.at(air.altitude) * self.temperature_share.at(air.air_temperature)
    }

    /// Returns the net torque at the flywheel (N·m) at an engine speed (rad/s) and throttle (0 to 1).
    pub fn torque(&self, speed: f64, throttle: f64) -> f64 {
        self.torque_of(speed, throttle, 1.0)
    }

    /// Returns the net torque at the flywheel (N·m) if the air is enough for only a share of the full-load torque.
    pub fn torque_of(&self, speed: f64, throttle: f64, share: f64) -> f64 {
        self.net_torque(&self.turning(speed), throttle, share)
    }

    /// Returns the torques of the engine at a speed (rad/s).
    pub(crate) fn turning(&self, speed: f64) -> EngineTorques {
        let speed = speed.max(0.0);
        let motoring = self.motoring_torque.at(speed) * (speed / STALL_SPEED).min(1.0);
        EngineTorques { speed, full: self.full_load_torque.at(speed), motoring }
    }

    /// Returns the net torque at the flywheel, N·m.
    fn net_torque(&self, at: &EngineTorques, throttle: f64, share: f64) -> f64 {
        self.gross_torque(at, throttle, share) - self.accessory_torque(at.speed)
    }

    /// Returns the torque before accessories: fuel minus friction, with the idle governor at low speed and the speed
    /// governor at high speed.
    fn gross_torque(&self, at: &EngineTorques, throttle: f64, share: f64) -> f64 {
        let &EngineTorques { full, motoring, .. } = at;
        (self.fuel(at, throttle) * (full + motoring) - motoring).min(full * share)
    }

    /// Returns the share of full fuel that throttle and governors command.
    fn fuel(&self, at: &EngineTorques, throttle: f64) -> f64 {
        let &EngineTorques { speed, full, motoring } = at;
        let idle = ((self.idle - speed) / IDLE_DROOP + self.idle_share(full, motoring)).clamp(0.0, 1.0);
        let cut = ((self.high_idle - speed) / (self.high_idle - self.rated)).clamp(0.0, 1.0);
        throttle.max(idle).min(cut)
    }

    /// Returns the increase of the idle governor's torque per rad/s of drop below idle, N·m·s/rad, at an engine speed
    /// (rad/s); 0 above idle.
    pub(crate) fn idle_stiffness(&self, speed: f64) -> f64 {
        if speed >= self.idle {
            return 0.0;
        }
        let at = self.turning(speed);
        (at.full + at.motoring) / IDLE_DROOP
    }

    /// Returns the fuel share that just keeps the engine at idle.
    fn idle_share(&self, full: f64, motoring: f64) -> f64 {
        (motoring + self.accessory_torque(self.idle)) / (full + motoring)
    }

    /// Returns the maximum net torque (N·m) at an engine speed (rad/s).
    pub fn full_torque(&self, speed: f64) -> f64 {
        self.torque(speed, 1.0)
    }

    /// Returns the fuel rate (kg/s) at a gross torque (N·m) and engine speed (rad/s). Below a quarter of the load,
    /// where the map begins, the rate falls linearly to that at idle (a Willans line).
    pub fn fuel_rate(&self, gross_torque: f64, speed: f64) -> f64 {
        if speed < STALL_SPEED {
            return 0.0;
        }
        let full = self.full_load_torque.at(speed);
        let load = (gross_torque / full).clamp(0.0, 1.0);
        let lowest = self.bsfc.points()[0][0];
        let factor = self.bsfc_speed_factor.at(speed);
        let at = |share: f64| self.bsfc.at(share) * factor * share * full * speed;
        // The no-load rate grows with friction, about in proportion to speed.
        let no_load = self.idle_rate * (speed / self.idle).max(1.0);
        if load >= lowest {
            at(load)
        } else if gross_torque < 0.0 && speed > self.idle * OVERRUN {
            0.0
        } else {
            let edge = at(lowest);
            no_load.min(edge) + (edge - no_load.min(edge)) * load / lowest
        }
    }
}

/// Share of rated speed below which the pumps do not reach their working pressure.
const PUMP_RELIEF: f64 = 0.2;
/// Speed below which the engine does not run, rad/s (about 200 rpm).
pub(crate) const STALL_SPEED: f64 = 20.0;
/// Multiple of the idle speed above which a driven engine burns no fuel.
const OVERRUN: f64 = 1.1;

/// Full-load and motoring torque of the engine at one speed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EngineTorques {
    /// Engine speed, rad/s.
    speed: f64,
    /// Full-load torque, N·m.
    pub(crate) full: f64,
    /// Torque needed to turn the engine without fuel, N·m.
    pub(crate) motoring: f64,
}

/// State of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Engine {
    pub(crate) speed: f64,
    pub(crate) throttle: f64,
    /// Share of the full-load torque that remains at this altitude and air temperature.
    pub(crate) air_share: f64,
    /// Boost pressure as a share of full boost, 0 to 1.
    pub(crate) boost: f64,
}

impl Engine {
    pub(crate) fn idling(spec: &EngineSpec) -> Self {
        Self { speed: spec.idle, throttle: 0.0, air_share: 1.0, boost: 0.0 }
    }

    /// Follows the throttle with the lag of fuel and turbochargers, at the current engine speed. Fuel is cut faster
    /// than it is added.
    pub(crate) fn follow(&mut self, spec: &EngineSpec, at: &EngineTorques, throttle: f64, dt: f64) {
        let lag = if throttle < self.throttle { spec.throttle_lag * FUEL_CUT_SHARE } else { spec.throttle_lag };
        self.throttle += (throttle - self.throttle) * dt / (lag + dt);
        // Exhaust power grows with fuel and speed, so boost builds up slowly on a slow engine.
        let lag = spec.turbo_lag * spec.rated / self.speed.max(spec.idle);
        let fuel = spec.fuel(at, self.throttle);
        self.boost += (fuel - self.boost) * dt / (lag + dt);
    }

    /// Returns true if the engine runs by itself, so that its pumps work.
    pub(crate) fn is_running(&self) -> bool {
        self.speed > STALL_SPEED
    }

    /// Returns the share of the full-load torque that the current air supply allows.
    pub(crate) fn air(&self, spec: &EngineSpec) -> f64 {
        self.air_share * (spec.natural_share + (1.0 - spec.natural_share) * self.boost)
    }

    /// Returns the net torque at the flywheel (N·m) at the current engine speed, with the hydraulics taking a power
    /// (W).
    pub(crate) fn torque(&self, spec: &EngineSpec, at: &EngineTorques, hydraulic_power: f64) -> f64 {
        spec.net_torque(at, self.throttle, self.air(spec)) - hydraulic_power / self.speed.max(spec.idle)
    }
}

/// Time constant of a fuel cut, as a share of the throttle lag.
const FUEL_CUT_SHARE: f64 = 0.3;

#[cfg(test)]
mod tests {
    use crate::spec::TruckSpec;
    use crate::spec::quantity::RPM;

    #[test]
    fn net_power_at_rated_speed_is_the_stated_one() {
        let e = TruckSpec::tr100at().engine;
        let net = e.full_torque(e.rated) * e.rated;
        assert!((net / 727e3 - 1.0).abs() < 0.005, "{net}");
    }

    #[test]
    fn it_idles_by_itself_and_the_governor_cuts() {
        let e = TruckSpec::tr100at().engine;
        assert!(e.torque(e.idle, 0.0).abs() < 1.0, "{}", e.torque(e.idle, 0.0));
        assert!(e.torque(e.idle * 0.95, 0.0) > 500.0);
        assert!(e.torque(e.idle * 1.2, 0.0) < 0.0);
        assert!(e.torque(e.high_idle, 1.0) < 0.0);
        assert!(e.torque(e.rated * 0.99, 1.0) > 3000.0);
    }

    #[test]
    fn fuel_follows_the_bsfc_map() {
        let e = TruckSpec::tr100at().engine;
        let speed = 1500.0 * RPM;
        let torque = e.full_load_torque.at(speed);
        let grams_per_kwh = e.fuel_rate(torque, speed) / (torque * speed) * 3.6e9;
        assert!((grams_per_kwh - 207.0).abs() < 0.5, "{grams_per_kwh}");
        assert!((e.fuel_rate(0.0, e.idle) * 3600.0 - 8.0).abs() < 0.1);
        let rated = e.fuel_rate(e.full_load_torque.at(e.rated), e.rated) * 3600.0;
        assert!((160.0..180.0).contains(&rated), "{rated} kg/h at rated power");
    }
}
