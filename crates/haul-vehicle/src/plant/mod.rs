//! The truck as a plant: from a command and the chassis' motion to the force on the chassis.

mod accounts;
mod hubs;
mod interlocks;
mod keep;
mod layout;
mod ledger;
mod loading;
mod settle;
mod wheels;

pub use ledger::Energy;

use crate::brakes::Brakes;
use crate::breakdown::Breakdown;
use crate::command::{ActuatorCommand, Direction};
use crate::environment::Environment;
use crate::ground::{ChassisMotion, Ground, Wrench};
use crate::load::{Heap, MaterialSpec, materials};
use crate::mass::{Load, Part};
use crate::mass_properties::{MassProperties, with_heap};
use crate::powertrain::Powertrain;
use crate::spec::TruckSpec;
use crate::state::{TruckState, WHEELS, WheelState};
use crate::steering::{SteeringState, ackermann};
use crate::suspension::{Axle, FrontCorner};
use crate::tyre::Bristle;
use haul_core::{GRAVITY, Point3, Vector3};
use hubs::{HubLoad, HubStep};
use keep::StepOutcome;
use layout::{CORNER_OF, CORNERS, FRONT};
use nalgebra::Matrix3;
use std::sync::Arc;

/// Longest step in the integration of the tyres, s; a longer step is divided.
const MAX_STEP: f64 = 0.005;
/// Relative excess over the longest step up to which a step is not divided, to allow for rounding.
const STEP_SLACK: f64 = 1e-9;
/// Maximum number of parts of a step, so that a far too long step has a bounded cost.
const MAX_PARTS: usize = 40;

/// The simulated truck.
///
/// A physics engine owns the chassis as one rigid body of [`Truck::mass_properties`]. In every step it passes the
/// chassis' motion to [`Truck::step`], and applies the returned wrench and gravity over that step. Wheels, struts and
/// powertrain are part of the truck. A step allocates no memory.
#[derive(Debug, Clone)]
pub struct Truck {
    spec: Arc<TruckSpec>,
    powertrain: Powertrain,
    brakes: Brakes,
    mounts: [Point3; WHEELS],
    corners: [FrontCorner; FRONT],
    axle: Axle,
    steering: SteeringState,
    broken: Breakdown,
    material: MaterialSpec,
    heap: Heap,
    heap_part: Part,
    energy: Energy,
    bristles: [Bristle; WHEELS],
    spins: [f64; CORNERS],
    state: TruckState,
    mass: MassProperties,
    /// Fuel, load and body angle for which `mass` was computed.
    weighed: (f64, Load, f64),
    /// Directions of the left and right front wheel.
    steers: [Steer; 2],
    discharged: f64,
    /// True if the hoist raised the body in the last step.
    raising: bool,
    environment: Environment,
    air_density: f64,
    /// True once the struts have been positioned. A truck that was just placed positions them from its first pose.
    placed: bool,
}

haul_core::keep_state!(Truck {
    spec: given,
    powertrain: value,
    brakes: value,
    mounts: given,
    corners: value,
    axle: value,
    steering: value,
    broken: value,
    material: value,
    heap: value,
    heap_part: value,
    energy: value,
    bristles: value,
    spins: value,
    state: value,
    mass: value,
    weighed: value,
    steers: value,
    discharged: value,
    raising: value,
    environment: value,
    air_density: value,
    placed: value,
});

/// Steering direction of a front wheel, with its sine and cosine.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
struct Steer {
    angle: f64,
    sin: f64,
    cos: f64,
}

impl Steer {
    const AHEAD: Steer = Steer { angle: 0.0, sin: 0.0, cos: 1.0 };

    fn at(angle: f64) -> Self {
        let (sin, cos) = libm::sincos(angle);
        Self { angle, sin, cos }
    }
}

impl Truck {
    /// Creates an empty truck with a full tank, in neutral, on its park brake.
    pub fn new(spec: Arc<TruckSpec>) -> Truck {
        let powertrain = Powertrain::new(&spec);
        let environment = Environment::default();
        let mounts = layout::mounts(&spec);
        let brakes = Brakes::parked(&spec.brakes, &environment);
        let state = TruckState {
            direction: Direction::Neutral,
            gear: 0,
            locked_up: false,
            engine_speed: spec.engine.idle,
            engine_torque: 0.0,
            drive_force: 0.0,
            retarder_force: 0.0,
            brake_force: spec.brakes.park,
            speed: 0.0,
            steering_angle: 0.0,
            body_angle: 0.0,
            load: Load::default(),
            fuel_kg: spec.mass.fuel_capacity,
            fuel_used_kg: 0.0,
            retarder_temp: spec.transmission.retarder.coolant,
            throttle: 0.0,
            service_brake: 0.0,
            park_brake: 1.0,
            shifts: 0,
            struts: [0.0; CORNERS],
            strut_forces: [0.0; CORNERS],
            brake_temps: brakes.temperatures,
            boost: 0.0,
            steering_reserve: spec.steering.accumulator_angle,
            hill_hold: 0.0,
            wheels: mounts.map(|centre| WheelState {
                centre,
                temperature: environment.air_temperature,
                ..WheelState::default()
            }),
            odometer: 0.0,
        };
        let heap_part = Part { mass: 0.0, centre: Point3::origin(), inertia: Matrix3::zeros() };
        let mass = with_heap(&spec, &heap_part, state.fuel_kg, 0.0);
        let (g, suspension) = (&spec.geometry, &spec.suspension);
        Truck {
            powertrain,
            brakes,
            mounts,
            corners: [FrontCorner::default(); FRONT],
            axle: Axle::new(g.track_rear, g.dual_spacing, suspension.rear_spacing),
            steering: SteeringState::full(&spec.steering),
            broken: Breakdown::default(),
            material: materials()[0].clone(),
            heap: Heap::empty(),
            heap_part,
            energy: Energy::default(),
            bristles: [Bristle::default(); WHEELS],
            spins: [0.0; CORNERS],
            weighed: (state.fuel_kg, state.load, 0.0),
            state,
            mass,
            steers: [Steer::AHEAD; 2],
            discharged: 0.0,
            raising: false,
            environment,
            air_density: environment.air_density(),
            placed: false,
            spec,
        }
    }

    /// Returns the specification of the truck.
    pub fn spec(&self) -> &Arc<TruckSpec> {
        &self.spec
    }

    /// Returns the state after the last step.
    pub fn state(&self) -> &TruckState {
        &self.state
    }

    /// Returns the current mass, centre and inertia, including load, fuel and body angle.
    pub fn mass_properties(&self) -> MassProperties {
        self.mass
    }

    /// Sets the air around the truck, which affects engine, retarder, brakes, tyres and drag. In a truck that has not
    /// worked yet, it also sets the temperatures of the parts.
    pub fn set_environment(&mut self, environment: Environment) {
        let unworked = self.state.odometer == 0.0;
        let cold = unworked && self.powertrain.retarder.temperature == self.powertrain.coolant();
        self.environment = environment;
        self.air_density = environment.air_density();
        self.powertrain.breathe(&self.spec, &environment);
        if cold {
            self.brakes.temperatures = Brakes::parked(&self.spec.brakes, &environment).temperatures;
            self.state.brake_temps = self.brakes.temperatures;
            for wheel in &mut self.state.wheels {
                wheel.temperature = environment.air_temperature;
            }
            self.powertrain.retarder.temperature = self.powertrain.coolant();
            self.state.retarder_temp = self.powertrain.coolant();
        }
    }

    /// Cools oil, retarder, brakes and tyres to the air temperature, as in a truck that has stood overnight. The engine
    /// is taken as preheated. Cold oil drags until it has warmed up.
    pub fn cool_down(&mut self) {
        let air = self.environment.air_temperature;
        self.powertrain.cool(&self.spec, air);
        self.state.retarder_temp = self.powertrain.retarder.temperature;
        self.brakes.temperatures = [air; 2];
        self.state.brake_temps = self.brakes.temperatures;
        for wheel in &mut self.state.wheels {
            wheel.temperature = air;
        }
    }

    /// Returns the oil temperature of gearbox and axle, K.
    pub fn oil_temperature(&self) -> f64 {
        self.powertrain.oil.temperature
    }

    /// Returns the air around the truck.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Sets the failed parts.
    pub fn set_breakdown(&mut self, breakdown: Breakdown) {
        self.broken = breakdown;
    }

    /// Returns the failed parts.
    pub fn breakdown(&self) -> &Breakdown {
        &self.broken
    }

    /// Advances the truck by `dt` (s) under a command, with the given motion of the chassis. Returns the mean force and
    /// torque on the chassis over the step, without gravity.
    ///
    /// The motion is that at the start of the step, and the wrench acts over the whole step (semi-implicit Euler, as in
    /// rapier). A `dt` that is not positive and finite does nothing.
    pub fn step(&mut self, dt: f64, command: &ActuatorCommand, motion: &ChassisMotion, ground: &impl Ground) -> Wrench {
        self.discharged = 0.0;
        if !(dt.is_finite() && dt > 0.0) {
            return Wrench::default();
        }
        if !self.placed {
            let resting = self.rest_corners(&motion.pose, ground);
            (self.corners, self.axle) = (resting.corners, resting.axle);
            self.placed = true;
        }
        let command = command.sane();
        let parts = ((dt / MAX_STEP - STEP_SLACK).ceil().max(1.0) as usize).min(MAX_PARTS);
        let h = dt / parts as f64;
        let mut sum = Wrench::default();
        for _ in 0..parts {
            let wrench = self.advance(h, &command, motion, ground);
            sum.force += wrench.force;
            sum.torque += wrench.torque;
        }
        let share = 1.0 / parts as f64;
        Wrench { force: sum.force * share, torque: sum.torque * share }
    }

    fn advance(&mut self, h: f64, command: &ActuatorCommand, motion: &ChassisMotion, ground: &impl Ground) -> Wrench {
        let spec = Arc::clone(&self.spec);
        let rotation = motion.pose.rotation;
        let centre = motion.pose * self.mass.centre;
        let forward = rotation * Vector3::x();
        let side = rotation * Vector3::y();
        let at_origin =
            motion.velocity + motion.angular_velocity.cross(&(Point3::from(motion.pose.translation.vector) - centre));
        let speed = at_origin.dot(&forward);

        let body_up = self.state.body_angle > spec.hoist.body_up_angle;
        let command = &interlocks::permitted(command, &spec.hoist, self.state.body_angle, speed, &self.broken);
        let running = self.powertrain.engine.is_running() && !self.broken.engine;
        let pump = running && !self.broken.steering_pump;
        let steered = self.steering.advance(&spec.steering, self.state.steering_angle, command.steering_angle, pump, h);
        if steered != self.state.steering_angle {
            self.state.steering_angle = steered;
            let (left, right) = ackermann(steered, spec.geometry.wheelbase, spec.geometry.track_front);
            self.steers = [Steer::at(left), Steer::at(right)];
        }
        let mut wheels = self.meet_ground(motion, centre, ground);
        self.carry(&mut wheels, h);

        // Powertrain and brakes, from the speeds at the start of the step.
        self.brakes.advance(&spec.brakes, command.service_brake, command.park_brake, h);
        let hub = 0.5 * (self.spins[2] + self.spins[3]);
        let gear_before = self.powertrain.gearbox.gear;
        self.powertrain.select(&spec, command, speed, hub, body_up, h);
        if self.powertrain.gearbox.gear != gear_before {
            let spun = |gear: i8| {
                let turbine = hub * spec.transmission.ratio(gear) * spec.final_drive.ratio;
                0.5 * spec.transmission.inertia * turbine * turbine
            };
            // The clutches bring the turbine to its new speed; the difference becomes heat.
            self.energy.clutches += spun(gear_before) - spun(self.powertrain.gearbox.gear);
        }
        let burning = self.state.fuel_kg > 0.0 && !self.broken.engine;
        let hoisting = if self.raising { spec.hoist.power } else { 0.0 };
        let engine_before = self.powertrain.engine.speed;
        let turning = self.powertrain.turning(&spec);
        let drive = self.powertrain.drive(&spec, &turning, command, hub, burning.then_some(hoisting), h);
        let radius = spec.tyre.rolling_radius;
        self.hold_on_a_hill(&spec, forward.z, speed, drive.torque / radius);
        let capacities = self.brakes.capacities(&spec.brakes, &self.broken);
        let brake = capacities.map(|force| 0.5 * force * radius);

        // New speeds of the hubs.
        let mut loads = [HubLoad::default(); CORNERS];
        let mut rolling = [0.0; CORNERS];
        for (i, wheel) in wheels.iter().enumerate() {
            let corner = CORNER_OF[i];
            let (_, shear) = self.shear(i, wheel, self.spins[corner], h);
            let load = &mut loads[corner];
            load.inertia += spec.tyre_in(i).inertia;
            load.ground -= shear.along * radius;
            load.slope += shear.slope * radius;
            let warm = spec.tyre.rolling_factor(wheel.velocity.0, self.state.wheels[i].temperature);
            rolling[corner] += warm * wheel.ground.rolling_resistance * wheel.load * radius;
        }
        for (i, load) in loads.iter_mut().enumerate() {
            load.spin = self.spins[i];
            load.friction = brake[i / 2] + rolling[i] + if i < 2 { 0.0 } else { 0.5 * drive.retarder };
        }
        let [rear_left, rear_right] = hubs::driven(&[loads[2], loads[3]], &drive, h);
        let motions = [hubs::free(&loads[0], h), hubs::free(&loads[1], h), rear_left, rear_right];
        let step = HubStep { drive, loads, motions, rolling, brake };

        let wrench = self.answer(&wheels, &step, centre, motion, h);
        let (before, after) = (step.rear_speed_before(), step.rear_speed_after());
        self.spins = motions.map(|m| m.spin);

        self.settle_accounts(&spec, &step, engine_before, speed, h);
        let taken = drive.torque - drive.slope * (after - before) - drive.inertia * (after - before) / h;
        let drive_force = taken / radius;
        let of_retarder = |i: usize| {
            let share = if loads[i].friction > 0.0 { 0.5 * drive.retarder / loads[i].friction } else { 0.0 };
            motions[i].taken * share
        };
        let retarder_torque = of_retarder(2) + of_retarder(3);
        let retarder_power = (retarder_torque * after).abs();
        let turning = spec.wheels_inertia() / (radius * radius);
        let inertial = (self.mass.mass + turning) * (speed - self.state.speed) / h;
        self.powertrain.after(&spec, after, drive_force, inertial, retarder_power, h);
        let retarder_force = retarder_torque.abs() / radius;
        let outcome = StepOutcome { speed, drive_force, retarder_force, pitch: forward.z, lean: side.z };
        self.keep(command, &drive, &outcome, h);
        wrench
    }

    /// Keeps a standing truck in gear from rolling back until the drive force carries it.
    fn hold_on_a_hill(&mut self, spec: &TruckSpec, rise: f64, speed: f64, push: f64) {
        let sense = match self.powertrain.gearbox.direction {
            Direction::Forward => 1.0,
            Direction::Reverse => -1.0,
            Direction::Neutral => 0.0,
        };
        let weight = sense * rise * self.mass.mass * GRAVITY;
        let lack = weight - sense * push;
        let needed = if speed.abs() < HILL_SPEED && weight > 0.0 && lack > 0.0 {
            (HILL_RESERVE * lack) / spec.brakes.service()
        } else {
            0.0
        };
        self.brakes.hold(needed);
    }
}

/// Speed below which the hill holder takes the truck as standing, m/s.
const HILL_SPEED: f64 = 0.05;
/// Ratio of the hill holder's force to the required force.
const HILL_RESERVE: f64 = 1.15;
