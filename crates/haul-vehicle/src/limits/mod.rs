//! The performance limits of a truck, for planners and for haulage engineers.
//!
//! They are computed from the same data as the plant and agree with the plant: a truck at full throttle on a grade
//! reaches [`Limits::climb_speed`], and a braking truck stops within [`Limits::stopping_distance`].

mod ahead;
mod climb;
mod curve;
mod descent;
mod drive;
mod grip;
mod stop;

pub use ahead::{DriveAhead, DriveState};
pub use climb::Climb;
pub use curve::{Curve, SideSlope, SlipAngles};
pub use descent::{Descent, DescentBinding};
pub use grip::AxleGrip;
pub use stop::{Stop, StopQuery};

use crate::environment::Environment;
use crate::mass::Load;
use crate::mass_properties::{AxleLoads, axle_loads, mass_properties};
use crate::powertrain::converter_engine_speed;
use crate::site::{Margins, stopping};
use crate::spec::TruckSpec;
use drive::BestGear;
use haul_core::GRAVITY;
use std::sync::Arc;

/// Performance limits of one truck. They are computed once; queries are cheap.
#[derive(Debug, Clone)]
pub struct Limits {
    spec: Arc<TruckSpec>,
    environment: Environment,
    margins: Margins,
    /// Best drive force and its gear, at equal speed steps.
    drive: Vec<BestGear>,
    /// As `drive`, for a truck that accelerates from rest.
    from_rest: Vec<BestGear>,
    top_speed: f64,
    /// Slip stiffness of the rear axle, N per unit of slip.
    slip_stiffness: f64,
    /// Share of the engine torque that remains at this altitude and air temperature.
    engine_share: f64,
    air_density: f64,
    /// Ratio of lateral force to weight at which the truck with its rated payload rolls over.
    rollover_full: f64,
}

impl Limits {
    /// Computes the limits at sea level and 25 °C, as for the sources' charts, with the margins from
    /// `seeds/stopping.toml`.
    pub fn new(spec: &TruckSpec) -> Limits {
        Self::in_environment(spec, Environment::default())
    }

    /// Computes the limits at an altitude and an air temperature, with the margins from `seeds/stopping.toml`.
    pub fn in_environment(spec: &TruckSpec, environment: Environment) -> Limits {
        let spec = Arc::new(spec.clone());
        let top_ratio = spec.transmission.ratio(spec.transmission.top_gear()) * spec.final_drive.ratio;
        let top_speed = spec.engine.rated / top_ratio * spec.tyre.rolling_radius;
        let fastest = spec.engine.high_idle / top_ratio * spec.tyre.rolling_radius;
        let slip_stiffness = drive::rear_slip_stiffness(&spec);
        let engine_share = spec.engine.derating(&environment);
        let drive = drive::table(&spec, fastest, slip_stiffness, engine_share);
        let from_rest = drive::from_rest(&spec, &drive, slip_stiffness, engine_share);
        let mut limits = Limits {
            environment,
            margins: stopping().margins,
            drive,
            from_rest,
            top_speed,
            slip_stiffness,
            engine_share,
            air_density: environment.air_density(),
            rollover_full: 0.0,
            spec,
        };
        limits.rollover_full = limits.rollover_threshold(limits.spec.mass.rated_payload, 0.0);
        limits
    }

    /// Returns the environment for which these limits hold.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Returns the share of the engine torque that remains in this environment.
    pub fn engine_share(&self) -> f64 {
        self.engine_share
    }

    /// Returns the specification of the truck.
    pub fn spec(&self) -> &Arc<TruckSpec> {
        &self.spec
    }

    /// Returns the service-brake force before the limit of grip, N. The mass (kg) has no effect on this truck: its
    /// brakes have no load-sensing valve.
    pub fn service_brake_force(&self, _mass: f64) -> f64 {
        self.spec.brakes.service()
    }

    /// Returns the truck speed at the engine's rated speed in the top gear, m/s.
    pub fn top_speed(&self) -> f64 {
        self.top_speed
    }

    /// Returns the truck speed at the engine's rated speed in a forward gear (from 1), m/s; `None` if there is no such
    /// gear.
    pub fn gear_speed(&self, gear: u8) -> Option<f64> {
        let ratio = *self.spec.transmission.forward.get(usize::from(gear).checked_sub(1)?)?;
        Some(self.spec.engine.rated / (ratio * self.spec.final_drive.ratio) * self.spec.tyre.rolling_radius)
    }

    /// Returns the truck speed at the engine's rated speed in reverse, m/s.
    pub fn reverse_speed(&self) -> f64 {
        let ratio = self.spec.transmission.reverse * self.spec.final_drive.ratio;
        self.spec.engine.rated / ratio * self.spec.tyre.rolling_radius
    }

    /// Returns the total force against forward motion, N, from grade (rise over run), rolling resistance (ratio) and
    /// air drag.
    pub(crate) fn resistance(&self, speed: f64, mass: f64, grade: f64, rolling: f64) -> f64 {
        mass * GRAVITY * (grade + rolling) / libm::sqrt(1.0 + grade * grade) + self.air_drag(speed)
    }

    /// Returns the air drag at a speed (m/s), N, against forward motion.
    pub fn air_drag(&self, speed: f64) -> f64 {
        0.5 * self.air_density * self.spec.drag_area * speed * speed.abs()
    }

    /// Returns the engine speed (rad/s) at full throttle with the converter unlocked, at a turbine speed (rad/s).
    fn converter_engine_speed(&self, turbine: f64) -> f64 {
        converter_engine_speed(&self.spec, turbine, self.engine_share)
    }

    /// Returns the effective mass in acceleration, kg: the mass of the truck plus the equivalent mass of the wheels
    /// and, through the gears, of the engine.
    pub(crate) fn inert_mass(&self, speed: f64, mass: f64) -> f64 {
        let gear = self.gear_at(speed) as i8;
        let total = self.spec.transmission.ratio(gear) * self.spec.final_drive.ratio;
        let radius = self.spec.tyre.rolling_radius;
        let turbine = speed / radius * total;
        let locked = turbine >= self.spec.transmission.lock_up.release;
        let shaft = self.spec.transmission.inertia + if locked { self.spec.engine.inertia } else { 0.0 };
        let turning = shaft * total * total + self.spec.wheels_inertia();
        mass + turning / (radius * radius)
    }

    /// Returns the maximum forward acceleration at full throttle, m/s², for a speed (m/s), gross mass (kg), grade (rise
    /// over run) and rolling resistance (ratio). It is negative if the truck slows down.
    pub fn acceleration(&self, speed: f64, mass: f64, grade: f64, rolling_resistance: f64) -> f64 {
        let force = self.rimpull(speed) - self.resistance(speed, mass, grade, rolling_resistance);
        force / self.inert_mass(speed, mass)
    }

    /// Returns the maximum deceleration with retarder and service brake together, m/s² (positive slows down), within
    /// the grip of the tyres. The caller limits it for comfort.
    pub fn deceleration(&self, speed: f64, mass: f64, grade: f64, rolling: f64, friction: f64) -> f64 {
        let brakes = &self.spec.brakes;
        let front = brakes.service_front;
        let rear = brakes.service_rear + self.retarder_force(speed);
        let brake = self.gripped(front, rear, mass, grade, friction);
        (brake + self.resistance(speed, mass, grade, rolling)) / self.wheeled_mass(mass)
    }

    /// Returns the deceleration on the retarder alone, m/s²; negative if the truck gains speed.
    pub fn retarder_deceleration(&self, speed: f64, mass: f64, grade: f64, rolling: f64) -> f64 {
        (self.retarder_force(speed) + self.resistance(speed, mass, grade, rolling)) / self.wheeled_mass(mass)
    }

    /// Returns the mass including the equivalent mass of the turning wheels, kg.
    fn wheeled_mass(&self, mass: f64) -> f64 {
        let radius = self.spec.tyre.rolling_radius;
        mass + self.spec.wheels_inertia() / (radius * radius)
    }

    /// Returns the part of the brake forces of both axles (N) that the tyres transmit, N. Each axle is limited by its
    /// grip, including the weight that braking shifts to the front.
    fn gripped(&self, front: f64, rear: f64, mass: f64, grade: f64, friction: f64) -> f64 {
        let [front, rear] = self.gripped_axles(front, rear, mass, grade, friction);
        front + rear
    }

    fn gripped_axles(&self, front: f64, rear: f64, mass: f64, grade: f64, friction: f64) -> [f64; 2] {
        let (spec, tyre) = (&self.spec, &self.spec.tyre);
        let mut carried = [front, rear];
        // The weight shift depends on the force, and the force on the weight shift; three iterations are within one
        // percent.
        for _ in 0..3 {
            let loads = self.axle_loads(mass, grade, -(carried[0] + carried[1]) / mass);
            let front_grip = tyre.friction(friction, spec.front_tyre_load(loads.front)) * loads.front.max(0.0);
            let rear_grip = tyre.friction(friction, spec.rear_tyre_load(loads.rear)) * loads.rear.max(0.0);
            carried = [front.min(front_grip), rear.min(rear_grip)];
        }
        carried
    }

    fn axle_loads(&self, mass: f64, grade: f64, acceleration: f64) -> AxleLoads {
        let spec = &self.spec;
        let payload = (mass - spec.mass.own).max(0.0);
        let load = Load { mass: payload, centre: spec.mass.heap_centre(payload) };
        let mut properties = mass_properties(spec, &load, spec.mass.fuel_capacity, 0.0);
        properties.mass = mass;
        // `acceleration` is that of the brakes alone. The free function `axle_loads` already includes gravity along the
        // slope, which shifts no weight in free motion, so that only the braking force may act on the axles along the
        // ground.
        let slope = libm::atan(grade);
        axle_loads(spec, &properties, slope, acceleration - GRAVITY * libm::sin(slope))
    }

    /// Returns the fuel rate (kg/s) for a power at the wheels (W), with the engine near its best speed for that power.
    pub fn fuel_rate(&self, wheel_power_w: f64) -> f64 {
        if wheel_power_w <= 0.0 {
            return self.spec.engine.idle_rate;
        }
        let engine = &self.spec.engine;
        // The automatic keeps the engine in the upper part of its range.
        let speed = 0.5 * (self.spec.transmission.lock_up.engage + engine.rated);
        let torque = self.spec.final_drive.needed(wheel_power_w / speed, speed) + engine.accessory_torque(speed);
        engine.fuel_rate(torque.min(engine.full_load_torque.at(speed)), speed).max(self.spec.engine.idle_rate)
    }

    /// Returns the fuel rate on overrun, kg/s: no fuel is injected while the truck drives the engine.
    pub fn overrun_fuel_rate(&self) -> f64 {
        0.0
    }

    /// Returns the gross mass with a payload (kg), kg.
    pub fn gross_mass(&self, payload: f64) -> f64 {
        self.spec.mass.own + payload
    }
}
