//! Combined effect of engine, torque converter and gearbox on the rear axle.

use super::engine::{Engine, EngineTorques};
use super::oil::Oil;
use super::retarder_state::Retarder;
use super::transmission::{Gearbox, ShiftInputs};
use crate::command::{ActuatorCommand, Direction};
use crate::environment::Environment;
use crate::spec::TruckSpec;

/// Effect of the powertrain on the rear axle in one step. Hub torques are totals of both hubs, N·m.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct AxleDrive {
    /// Torque on the hubs at their speed at the start of the step.
    pub(crate) torque: f64,
    /// Decrease of the hub torque per rad/s of hub speed, N·m·s/rad.
    pub(crate) slope: f64,
    /// Powertrain inertia that turns with the mean hub speed, at the hubs, kg·m².
    pub(crate) inertia: f64,
    /// Retarder torque on the hubs, 0 or greater.
    pub(crate) retarder: f64,
    /// Net torque of the engine, N·m.
    pub(crate) engine_torque: f64,
    /// Torque of the turbine before gears and bearings, N·m.
    pub(crate) turbine_torque: f64,
    /// Signed ratio of turbine speed to hub speed; 0 in neutral.
    pub(crate) total: f64,
    /// Inertia of the turbine and everything that turns with it, at the turbine, kg·m².
    pub(crate) turbine_inertia: f64,
    /// Power lost in the converter, W.
    pub(crate) converter_loss: f64,
    /// Power lost in the lock-up clutch, W.
    pub(crate) clutch_loss: f64,
    /// Work of the engine in the step, J.
    pub(crate) engine_work: f64,
}

/// State of the powertrain.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Powertrain {
    pub(crate) engine: Engine,
    pub(crate) gearbox: Gearbox,
    pub(crate) retarder: Retarder,
    /// Smoothed road resistance, N: the drive force minus the force that accelerates the truck.
    resistance: f64,
    /// Temperature of the retarder's coolant, K.
    coolant: f64,
    /// Oil of gearbox and axle, with its temperature.
    pub(crate) oil: Oil,
}

/// Time constant of the gearbox's resistance estimate, s; about the period of pitching on the struts.
const RESISTANCE_MEMORY: f64 = 0.7;
/// Ratio by which the force of a gear must exceed the current resistance before the gear is selected.
const GEAR_RESERVE: f64 = 1.03;
/// Engine speed that forces an upshift, as a multiple of the governor's cut-off speed.
const OVERSPEED: f64 = 1.06;
/// Speed difference for the numerical slope of the converter torque, rad/s.
const PROBE: f64 = 0.5;

impl Powertrain {
    pub(crate) fn new(spec: &TruckSpec) -> Self {
        Self {
            engine: Engine::idling(&spec.engine),
            gearbox: Gearbox::neutral(),
            retarder: Retarder::cold(&spec.transmission.retarder),
            resistance: 0.0,
            coolant: spec.transmission.retarder.coolant,
            oil: Oil::warm(spec.transmission.retarder.coolant),
        }
    }

    /// Sets the state of a truck that rolls forward in gear at a hub speed (rad/s): at rest the engine idles, otherwise
    /// it runs at full throttle.
    pub(crate) fn roll(&mut self, spec: &TruckSpec, hub: f64) {
        let output = hub * spec.final_drive.ratio;
        self.gearbox = Gearbox::rolling(&spec.transmission, output);
        if hub > 0.0 {
            let turbine = output * spec.transmission.ratio(self.gearbox.gear);
            let open = || converter_engine_speed(spec, turbine, self.engine.air_share);
            self.engine.speed = if self.gearbox.locked { turbine } else { open() };
            (self.engine.throttle, self.engine.boost) = (1.0, 1.0);
        }
    }

    /// Sets the road resistance (N) measured over the last distance.
    pub(crate) fn resist(&mut self, resistance: f64) {
        self.resistance = resistance;
    }

    /// Sets the air in which engine and coolant work.
    pub(crate) fn breathe(&mut self, spec: &TruckSpec, air: &Environment) {
        self.engine.air_share = spec.engine.derating(air);
        self.coolant = spec.transmission.retarder.coolant_temperature(air);
    }

    /// Cools the oil of gearbox, axle and retarder to the air temperature, K.
    pub(crate) fn cool(&mut self, spec: &TruckSpec, air: f64) {
        self.oil = Oil::cold(air, spec.transmission.retarder.coolant);
        self.retarder.temperature = air.min(self.coolant);
    }

    /// Returns the temperature of the retarder's coolant, K.
    pub(crate) fn coolant(&self) -> f64 {
        self.coolant
    }

    /// Chooses gear and lock-up for the step. `hub` is the mean speed of the rear hubs, rad/s.
    pub(crate) fn select(
        &mut self,
        spec: &TruckSpec,
        command: &ActuatorCommand,
        speed: f64,
        hub: f64,
        body_up: bool,
        dt: f64,
    ) {
        let seen = ShiftInputs {
            direction: command.direction,
            speed,
            output_speed: hub * spec.final_drive.ratio,
            engine_speed: self.engine.speed,
            throttle: self.engine.throttle,
            braking: command.retarder > 0.0 || command.service_brake > 0.0,
            body_up,
            overspeed: spec.engine.high_idle * OVERSPEED,
        };
        // Without resistance, any gear is enough.
        let need = (self.resistance * GEAR_RESERVE * spec.tyre.rolling_radius).max(1.0);
        self.gearbox.advance(
            &spec.transmission,
            &seen,
            |gear| full_axle_torque(spec, gear, hub, self.engine.air_share) / need,
            dt,
        );
    }

    /// Returns the time constant of the engine speed with the torque converter unlocked, s, at a hub speed (rad/s):
    /// engine inertia divided by the stiffness of coupling and idle governor. A step longer than this makes the engine
    /// hunt around idle, above all a light engine on a slipping clutch.
    pub(crate) fn settling_time(&self, spec: &TruckSpec, hub: f64) -> f64 {
        let turbine = hub * spec.transmission.ratio(self.gearbox.gear) * spec.final_drive.ratio;
        let pump = |speed: f64| spec.transmission.converter.torques(speed, turbine).0;
        let speed = self.engine.speed;
        let coupling = (pump(speed + PROBE) - pump(speed - PROBE)) / (2.0 * PROBE);
        let stiffness = coupling.max(0.0) + spec.engine.idle_stiffness(speed - PROBE);
        spec.engine.inertia / stiffness.max(f64::MIN_POSITIVE)
    }

    /// Returns the ratio of the engine torque needed with the converter unlocked to the full-load torque. The engine
    /// must carry a torque at the hubs (N·m) and gain speed with hubs that accelerate at `hub_gain` (rad/s²); with less
    /// fuel it falls behind the turbine. Returns 0 if the converter is locked up, a shift is in progress, or no forward
    /// gear is engaged.
    pub(crate) fn coupled_share(&self, spec: &TruckSpec, at: &EngineTorques, hub_torque: f64, hub_gain: f64) -> f64 {
        let total = spec.transmission.ratio(self.gearbox.gear) * spec.final_drive.ratio;
        if self.gearbox.locked || self.gearbox.is_shifting() || total <= 0.0 {
            return 0.0;
        }
        let turbine = hub_torque / total / spec.final_drive.efficiency;
        let torque = turbine + spec.engine.accessory_torque(self.engine.speed) + spec.engine.inertia * hub_gain * total;
        torque / at.full
    }

    /// Returns the torques of the engine at its current speed.
    pub(crate) fn turning(&self, spec: &TruckSpec) -> EngineTorques {
        spec.engine.turning(self.engine.speed)
    }

    /// Returns the torque on the rear axle for the step, from the state at the start of the step and the engine
    /// torques. `hydraulic_power` (W) is the power that the hydraulics take from the engine; if it is `None`, the
    /// engine burns no fuel.
    pub(crate) fn drive(
        &mut self,
        spec: &TruckSpec,
        turning: &EngineTorques,
        command: &ActuatorCommand,
        hub: f64,
        hydraulic_power: Option<f64>,
        dt: f64,
    ) -> AxleDrive {
        let box_spec = &spec.transmission;
        let is_shut = self.gearbox.refuses(command.direction) || hydraulic_power.is_none();
        let throttle = if is_shut { 0.0 } else { command.throttle };
        self.engine.follow(&spec.engine, turning, throttle, dt);
        let total = box_spec.ratio(self.gearbox.gear) * spec.final_drive.ratio;
        let output = hub * spec.final_drive.ratio;
        let retarder = self.retarder.advance(&box_spec.retarder, command.retarder, output, dt) * spec.final_drive.ratio;
        let burning = hydraulic_power.map(|power| self.engine.torque(&spec.engine, turning, power));
        let engine_torque = burning.unwrap_or(-turning.motoring);
        if self.gearbox.gear == 0 {
            let engine_work = self.turn_engine(spec, engine_torque, engine_torque, dt);
            return AxleDrive { retarder, engine_torque, engine_work, ..AxleDrive::default() };
        }
        let carried = box_spec.inertia * total * total;
        let share = self.gearbox.torque_share(&box_spec.shift);
        if self.gearbox.locked {
            let torque = through_oil(spec, engine_torque, hub * total, total, self.oil.drag);
            return AxleDrive {
                torque,
                slope: 0.0,
                inertia: carried + spec.engine.inertia * total * total,
                retarder,
                engine_torque,
                turbine_torque: engine_torque,
                total,
                turbine_inertia: box_spec.inertia,
                ..AxleDrive::default()
            };
        }
        let turbine = hub * total;
        let converter = &box_spec.converter;
        let (pump, given) = converter.torques(self.engine.speed, turbine);
        let (_, probed) = converter.torques(self.engine.speed, turbine + PROBE);
        let left = engine_torque - pump * share;
        let slip = self.engine.speed - turbine;
        let clutch = self.gearbox.clutch_torque(&box_spec.lock_up, slip, spec.engine.inertia, left, dt);
        let before = self.engine.speed;
        let engine_work = self.turn_engine(spec, left - clutch, engine_torque, dt);
        let engine_speed = 0.5 * (before + self.engine.speed);
        let converter_loss = share * (pump * engine_speed - given * turbine);
        let clutch_loss = clutch * (engine_speed - turbine);
        let given = given * share + clutch;
        let slope = ((given - clutch) - probed * share).max(0.0) / PROBE * total * total;
        AxleDrive {
            torque: through_oil(spec, given, turbine, total, self.oil.drag),
            slope,
            inertia: carried,
            retarder,
            engine_torque,
            turbine_torque: given,
            total,
            turbine_inertia: box_spec.inertia,
            converter_loss,
            clutch_loss,
            engine_work,
        }
    }

    /// Accelerates the engine by a torque (N·m) and returns the work of the engine's own torque, J.
    fn turn_engine(&mut self, spec: &TruckSpec, torque: f64, burnt: f64, dt: f64) -> f64 {
        let before = self.engine.speed;
        self.engine.speed = (before + torque * dt / spec.engine.inertia).max(0.0);
        burnt * 0.5 * (before + self.engine.speed) * dt
    }

    /// Updates the state after a step, from the mean hub speed (rad/s), the drive force (N), the truck's acceleration
    /// (m/s²) and mass (kg), and the retarder's power (W).
    pub(crate) fn after(
        &mut self,
        spec: &TruckSpec,
        hub: f64,
        drive_force: f64,
        inertial_force: f64,
        retarder_power: f64,
        dt: f64,
    ) {
        if self.gearbox.locked {
            let total = spec.transmission.ratio(self.gearbox.gear) * spec.final_drive.ratio;
            self.engine.speed = (hub * total).max(0.0);
        }
        let sense = if self.gearbox.direction == Direction::Reverse { -1.0 } else { 1.0 };
        let resistance = sense * (drive_force - inertial_force);
        self.resistance += (resistance - self.resistance) * dt / (RESISTANCE_MEMORY + dt);
        self.retarder.heat(&spec.transmission.retarder, self.coolant, retarder_power, dt);
        if self.engine.is_running() {
            self.oil.warm_up(spec.transmission.retarder.coolant, dt);
        }
    }

    /// Returns the fuel rate, kg/s.
    pub(crate) fn fuel_rate(&self, spec: &TruckSpec, engine_torque: f64) -> f64 {
        let gross = engine_torque + spec.engine.accessory_torque(self.engine.speed);
        spec.engine.fuel_rate(gross, self.engine.speed)
    }
}

/// Returns the torque at the hubs (N·m) for a turbine torque (N·m) at a turbine speed (rad/s).
fn through_gears(spec: &TruckSpec, torque: f64, turbine: f64, total_ratio: f64) -> f64 {
    spec.final_drive.passed(torque, turbine) * total_ratio
}

/// Returns the torque at the hubs as [`through_gears`] does, with the drag multiplied by `thickness` for cold oil.
fn through_oil(spec: &TruckSpec, torque: f64, turbine: f64, total_ratio: f64, thickness: f64) -> f64 {
    spec.final_drive.passed_by(torque, turbine, thickness) * total_ratio
}

/// Returns the maximum steady torque on both rear hubs (N·m) in a gear at a hub speed (rad/s): through the lock-up
/// clutch if the engine stays above the release speed, otherwise through the converter. `share` is the remaining share
/// of engine torque after derating by the air.
pub(crate) fn full_axle_torque(spec: &TruckSpec, gear: i8, hub: f64, share: f64) -> f64 {
    full_axle_torque_locking(spec, gear, hub, share, spec.transmission.lock_up.release)
}

/// Returns the same torque as [`full_axle_torque`], but with the lock-up closed from a turbine speed `from` (rad/s).
pub(crate) fn full_axle_torque_locking(spec: &TruckSpec, gear: i8, hub: f64, share: f64, from: f64) -> f64 {
    let total = spec.transmission.ratio(gear) * spec.final_drive.ratio;
    let turbine = hub * total;
    let locked = (turbine >= from).then(|| spec.engine.torque_of(turbine, 1.0, share));
    let open = || full_turbine_torque(spec, turbine, share);
    let torque = locked.unwrap_or_else(open);
    through_gears(spec, torque, turbine, total)
}

/// Number of bisections that find an engine speed of 250 rad/s to 10⁻⁶ rad/s.
const HALVINGS: usize = 28;

/// Returns the maximum steady turbine torque of the converter (N·m) at a turbine speed (rad/s), where engine and pump
/// torque are equal.
fn full_turbine_torque(spec: &TruckSpec, turbine: f64, share: f64) -> f64 {
    spec.transmission.converter.torques(converter_engine_speed(spec, turbine, share), turbine).1
}

/// Returns the engine speed (rad/s) at full throttle with the converter unlocked, at a turbine speed (rad/s): where
/// engine and pump torque are equal. `share` is the remaining share of engine torque after derating by the air.
pub(crate) fn converter_engine_speed(spec: &TruckSpec, turbine: f64, share: f64) -> f64 {
    let converter = &spec.transmission.converter;
    let (mut low, mut high) = (spec.engine.idle, spec.engine.high_idle);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if spec.engine.torque_of(middle, 1.0, share) > converter.torques(middle, turbine).0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}
