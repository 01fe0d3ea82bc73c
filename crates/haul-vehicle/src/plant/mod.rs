//! The truck as a plant: in goes a command and the chassis' motion, out comes the force on the chassis.

mod hubs;
mod interlocks;
mod layout;
mod ledger;
mod settle;

pub use ledger::Energy;

use crate::brakes::Brakes;
use crate::breakdown::Breakdown;
use crate::command::{ActuatorCommand, Direction};
use crate::environment::Environment;
use crate::ground::{ChassisMotion, Ground, GroundContact, Wrench};
use crate::hoist::Free;
use crate::load::{Heap, MaterialSpec, materials};
use crate::mass::{Load, MassProperties, Part, with_heap};
use crate::powertrain::Powertrain;
use crate::spec::TruckSpec;
use crate::state::{TruckState, WHEELS, WheelState};
use crate::steering::{Steering, ackermann};
use crate::suspension::{Axle, AxleTyres, Corner, Pressed};
use crate::tyre::{Bristle, Shear};
use haul_core::{GRAVITY, Point3, StateHasher, Vector3};
use hubs::{HubLoad, HubMotion};
use layout::{CORNER_OF, CORNERS, FRONT};
use nalgebra::Matrix3;
use std::f64::consts::TAU;
use std::sync::Arc;

/// Longest step the tyres are integrated with, s; a longer one is cut into parts.
const LONGEST_STEP: f64 = 0.005;
/// A step cut by rounding alone is not cut again.
const STEP_SLACK: f64 = 1e-9;
/// No physics runs at steps longer than this, s; a longer one is a slip, and costs a bounded time.
const MOST_PARTS: usize = 40;

/// A truck.
///
/// A physics engine owns the chassis as one rigid body of [`Truck::mass_properties`]; every step it hands its motion to
/// [`Truck::step`] and applies the wrench that comes back, with gravity, over that step. Wheels, struts and powertrain
/// live in here. Nothing is allocated in a step.
#[derive(Debug, Clone)]
pub struct Truck {
    spec: Arc<TruckSpec>,
    powertrain: Powertrain,
    brakes: Brakes,
    mounts: [Point3; WHEELS],
    corners: [Corner; FRONT],
    axle: Axle,
    steering: Steering,
    broken: Breakdown,
    material: MaterialSpec,
    heap: Heap,
    heap_part: Part,
    energy: Energy,
    bristles: [Bristle; WHEELS],
    spins: [f64; CORNERS],
    state: TruckState,
    mass: MassProperties,
    /// Fuel, load and body angle that `mass` was worked out for.
    weighed: (f64, Load, f64),
    /// Angle, sine and cosine of the left and right front wheel.
    steers: [Steer; 2],
    discharged: f64,
    /// Whether the hoist raised the body in the last step.
    raising: bool,
    environment: Environment,
    air_density: f64,
    /// Whether the struts know where they are: a truck that was just placed takes them from its first pose.
    placed: bool,
}

/// How a front wheel points.
#[derive(Debug, Clone, Copy, PartialEq)]
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

/// One wheel in a step.
#[derive(Debug, Clone, Copy)]
struct Wheel {
    contact: Point3,
    normal: Vector3,
    ahead: Vector3,
    side: Vector3,
    axle: Vector3,
    /// Velocity of the contact along and across the wheel, m/s.
    velocity: (f64, f64),
    ground: GroundContact,
    steer: f64,
    load: f64,
    pressed: Pressed,
}

impl Truck {
    /// A truck that stands empty with a full tank, in neutral, on its park brake.
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
            corners: [Corner::default(); FRONT],
            axle: Axle::new(g.track_rear, g.dual_spacing, suspension.rear_spacing),
            steering: Steering::full(&spec.steering),
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

    /// The truck's figures.
    pub fn spec(&self) -> &Arc<TruckSpec> {
        &self.spec
    }

    /// State after the last step.
    pub fn state(&self) -> &TruckState {
        &self.state
    }

    /// Mass, centre and inertia as the truck is loaded, fuelled and tipped now.
    pub fn mass_properties(&self) -> MassProperties {
        self.mass
    }

    /// Sets the air around the truck: engine, retarder, brakes, tyres and drag follow it. A truck that has not worked
    /// yet is as warm as this air leaves it.
    pub fn set_environment(&mut self, environment: Environment) {
        let cold = self.powertrain.retarder.temperature == self.powertrain.oil_rest();
        self.environment = environment;
        self.air_density = environment.air_density();
        self.powertrain.breathe(&self.spec, &environment);
        if cold {
            self.brakes.temperatures = Brakes::parked(&self.spec.brakes, &environment).temperatures;
            self.state.brake_temps = self.brakes.temperatures;
            for wheel in &mut self.state.wheels {
                wheel.temperature = environment.air_temperature;
            }
            self.powertrain.retarder.temperature = self.powertrain.oil_rest();
            self.state.retarder_temp = self.powertrain.oil_rest();
        }
    }

    /// The air around the truck.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Says what is hauled from now on; what lies in the body is taken to be of it.
    pub fn set_material(&mut self, material: MaterialSpec) {
        self.material = material;
        self.weigh_heap();
    }

    /// What is hauled.
    pub fn material(&self) -> &MaterialSpec {
        &self.material
    }

    /// The shape of the load.
    pub fn heap(&self) -> &Heap {
        &self.heap
    }

    /// Takes one shovel pass: a mass (kg) dropped at a point (body frame, m, body down; its height does not matter).
    /// The heap settles at its angle of repose. Gives what fell over the sides, kg. What is not a positive, finite mass
    /// is not taken.
    pub fn receive(&mut self, mass_kg: f64, at: Point3) -> f64 {
        if !(mass_kg.is_finite() && mass_kg > 0.0 && at.coords.iter().all(|c| c.is_finite())) {
            return 0.0;
        }
        let fallen = self.heap.receive(&self.spec.body, &self.material, mass_kg, at);
        self.weigh_heap();
        fallen
    }

    /// Sets the payload (kg), heaped evenly; what the body cannot hold is not there. What is not a finite number counts
    /// as none.
    pub fn set_payload(&mut self, kg: f64) {
        let mass = if kg.is_finite() { kg.max(0.0) } else { 0.0 };
        self.heap = if mass > 0.0 { Heap::even(&self.spec.body, &self.material, mass) } else { Heap::empty() };
        self.weigh_heap();
    }

    fn weigh_heap(&mut self) {
        let weighed = self.heap.weighed(&self.spec.body, &self.material);
        self.heap_part = Part { mass: weighed.mass, centre: weighed.centre, inertia: weighed.inertia };
        self.state.load = Load { mass: weighed.mass, centre: weighed.centre };
        self.weigh();
    }

    /// Says which parts do not work from now on.
    pub fn set_breakdown(&mut self, breakdown: Breakdown) {
        self.broken = breakdown;
    }

    /// Which parts do not work.
    pub fn breakdown(&self) -> &Breakdown {
        &self.broken
    }

    /// Energies since the truck was made.
    pub fn energy(&self) -> &Energy {
        &self.energy
    }

    /// Energy in what turns and in what is pressed together: engine, turbine, wheels, struts and tyres, J. The chassis'
    /// own motion and height are the physics engine's.
    pub fn stored_energy(&self) -> f64 {
        let spec = &self.spec;
        let engine = spec.engine.inertia * self.powertrain.engine.speed * self.powertrain.engine.speed;
        let hub = 0.5 * (self.spins[2] + self.spins[3]);
        let turbine = hub * spec.transmission.ratio(self.powertrain.gearbox.gear) * spec.final_drive.ratio;
        let turbine = spec.transmission.inertia * turbine * turbine;
        let wheels: f64 =
            (0..WHEELS).map(|i| spec.tyre_in(i).inertia * self.spins[CORNER_OF[i]] * self.spins[CORNER_OF[i]]).sum();
        let pressed: f64 = (0..WHEELS)
            .map(|i| self.state.wheels[i].load_n * self.state.wheels[i].load_n / spec.tyre_in(i).vertical_stiffness)
            .sum();
        let mut struts = 0.0;
        for corner in &self.corners {
            struts += spec.suspension.front.spring.stored(corner.compression, corner.warmth);
        }
        for (x, warmth) in self.axle.compressions().iter().zip(self.axle.warmth) {
            struts += spec.suspension.rear.spring.stored(*x, warmth);
        }
        0.5 * (engine + turbine + wheels + pressed) + struts
    }

    /// Sets the fuel in the tank (kg), at most a full tank. What is not a finite number counts as none.
    pub fn set_fuel(&mut self, kg: f64) {
        let kg = if kg.is_finite() { kg } else { 0.0 };
        self.state.fuel_kg = kg.clamp(0.0, self.spec.mass.fuel_capacity);
        self.weigh();
    }

    /// Mass that left the body in the last step, kg.
    pub fn discharged_in_last_step(&self) -> f64 {
        self.discharged
    }

    fn weigh(&mut self) {
        let s = &self.state;
        self.mass = with_heap(&self.spec, &self.heap_part, s.fuel_kg, s.body_angle);
        self.weighed = (s.fuel_kg, s.load, s.body_angle);
    }

    /// Weighs the truck anew where it matters: fuel is counted by the kilogram.
    fn weigh_if_changed(&mut self) {
        let (fuel, load, angle) = self.weighed;
        let s = &self.state;
        if load != s.load || angle != s.body_angle || (fuel - s.fuel_kg).abs() > FUEL_GRAIN {
            self.weigh();
        }
    }

    /// Advances the truck by `dt` (s) under a command, on a chassis that moves as given, and returns the mean force and
    /// torque on the chassis for that step, gravity not included.
    ///
    /// The chassis' motion is that at the step's start; the wrench is to be held over the step (semi-implicit Euler,
    /// as rapier does). A step that is not a positive, finite time does nothing.
    pub fn step(&mut self, dt: f64, command: &ActuatorCommand, motion: &ChassisMotion, ground: &impl Ground) -> Wrench {
        self.discharged = 0.0;
        if !(dt.is_finite() && dt > 0.0) {
            return Wrench::default();
        }
        if !self.placed {
            (self.corners, self.axle, _, _) = self.rest_corners(&motion.pose, ground);
            self.placed = true;
        }
        let command = command.sane();
        let parts = ((dt / LONGEST_STEP - STEP_SLACK).ceil().max(1.0) as usize).min(MOST_PARTS);
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

        // Powertrain and brakes, from the speeds at the step's start.
        self.brakes.advance(&spec.brakes, command.service_brake, command.park_brake, h);
        let hub = 0.5 * (self.spins[2] + self.spins[3]);
        let gear_before = self.powertrain.gearbox.gear;
        self.powertrain.select(&spec, command, speed, hub, body_up, h);
        if self.powertrain.gearbox.gear != gear_before {
            let spun = |gear: i8| {
                let turbine = hub * spec.transmission.ratio(gear) * spec.final_drive.ratio;
                0.5 * spec.transmission.inertia * turbine * turbine
            };
            // The clutches bring the turbine to its new speed and keep the difference as heat.
            self.energy.clutches += spun(gear_before) - spun(self.powertrain.gearbox.gear);
        }
        let burning = self.state.fuel_kg > 0.0 && !self.broken.engine;
        let hoisting = if self.raising { spec.hoist.power } else { 0.0 };
        let engine_before = self.powertrain.engine.speed;
        let drive = self.powertrain.drive(&spec, command, hub, burning, hoisting, h);
        let radius = spec.tyre.rolling_radius;
        self.hold_on_a_hill(&spec, forward.z, speed, drive.torque / radius);
        let capacities = self.brakes.capacities(&spec.brakes, &self.broken);
        let brake = capacities.map(|force| 0.5 * force * radius);

        // The hubs' new speeds.
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
        let hubs = [hubs::free(&loads[0], h), hubs::free(&loads[1], h), rear_left, rear_right];

        let wrench = self.answer(&wheels, &loads, &hubs, &rolling, centre, motion, h);
        let before = hub;
        let after = 0.5 * (rear_left.spin + rear_right.spin);
        self.spins = hubs.map(|m| m.spin);

        self.settle_accounts(&spec, &drive, &loads, &hubs, &rolling, &brake, [before, after], engine_before, speed, h);
        let taken = drive.torque - drive.slope * (after - before) - drive.inertia * (after - before) / h;
        let drive_force = taken / radius;
        let of_retarder = |i: usize| {
            let share = if loads[i].friction > 0.0 { 0.5 * drive.retarder / loads[i].friction } else { 0.0 };
            hubs[i].taken * share
        };
        let retarder_torque = of_retarder(2) + of_retarder(3);
        let retarder_power = (retarder_torque * after).abs();
        let turning = spec.wheels_inertia() / (radius * radius);
        let inertial = (self.mass.mass + turning) * (speed - self.state.speed) / h;
        self.powertrain.after(&spec, after, drive_force, inertial, retarder_power, h);
        self.keep(command, speed, &drive, drive_force, retarder_torque.abs() / radius, [forward.z, side.z], h);
        wrench
    }

    /// Where each wheel meets the ground, and how the contact moves.
    fn meet_ground(&self, motion: &ChassisMotion, centre: Point3, ground: &impl Ground) -> [Wheel; WHEELS] {
        let spec = &self.spec;
        let rotation = motion.pose.rotation.to_rotation_matrix();
        let up = rotation * Vector3::z();
        std::array::from_fn(|i| {
            let mut mount = self.mounts[i];
            let rise = self.rise(i);
            mount.z += rise;
            let hub = Point3::from(rotation * mount.coords + motion.pose.translation.vector);
            let here = ground.under(hub.x, hub.y);
            let normal = here.normal;
            let cosine = up.dot(&normal);
            let distance = (hub.z - here.height) * normal.z;
            let contact = hub - normal * distance;
            let steer = self.steers.get(i).copied().unwrap_or(Steer::AHEAD);
            let axle = rotation * Vector3::new(-steer.sin, steer.cos, 0.0);
            let ahead = axle.cross(&normal).normalize();
            let side = normal.cross(&ahead);
            let velocity = motion.velocity + motion.angular_velocity.cross(&(contact - centre));
            let extended = distance - rise * cosine;
            Wheel {
                contact,
                normal,
                ahead,
                side,
                axle,
                velocity: (velocity.dot(&ahead), velocity.dot(&side)),
                ground: here,
                steer: steer.angle,
                load: 0.0,
                pressed: Pressed { depth: spec.tyre.radius - extended, rate: -velocity.dot(&normal), cosine },
            }
        })
    }

    /// How far a wheel has risen to the chassis, m.
    fn rise(&self, wheel: usize) -> f64 {
        if wheel < FRONT { self.corners[wheel].compression } else { self.axle.rise_of(wheel - FRONT) }
    }

    /// Moves the struts and gives each wheel its load.
    fn carry(&mut self, wheels: &mut [Wheel; WHEELS], h: f64) {
        let walls = self.walls();
        let suspension = &self.spec.suspension;
        for (wheel, corner) in wheels.iter_mut().zip(&mut self.corners) {
            let (k, c) = (self.spec.tyre.vertical_stiffness, self.spec.tyre.vertical_damping);
            wheel.load = corner.advance(&suspension.front, k, c, &wheel.pressed, walls, h);
            self.energy.ride += corner.lost * h;
        }
        let pressed = std::array::from_fn(|i| wheels[FRONT + i].pressed);
        let row = self.spec.rear_tyre();
        let tyres = AxleTyres { stiffness: row.vertical_stiffness, damping: row.vertical_damping, pressed: &pressed };
        let loads = self.axle.advance(&suspension.rear, &tyres, walls, h);
        for (wheel, load) in wheels[FRONT..].iter_mut().zip(loads) {
            wheel.load = load;
        }
        self.energy.ride += self.axle.lost * h;
    }

    /// Warmth of the struts' walls over that at their charging.
    fn walls(&self) -> f64 {
        self.environment.air_temperature / Environment::default().air_temperature
    }

    /// Keeps a standing truck in gear from rolling back while its drive does not carry it yet.
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

    /// Books what the step's forces did.
    #[allow(clippy::too_many_arguments)] // one step's intermediate results, used here and nowhere else
    fn settle_accounts(
        &mut self,
        spec: &TruckSpec,
        drive: &crate::powertrain::Drive,
        loads: &[HubLoad; CORNERS],
        hubs: &[HubMotion; CORNERS],
        rolling: &[f64; CORNERS],
        brake: &[f64; 2],
        [before, after]: [f64; 2],
        engine_before: f64,
        speed: f64,
        h: f64,
    ) {
        let mut braked = [0.0; 2];
        for (i, (load, hub)) in loads.iter().zip(hubs).enumerate() {
            if load.friction <= 0.0 {
                continue;
            }
            let power = hub.taken * 0.5 * (load.spin + hub.spin);
            let of = |part: f64| power * part / load.friction;
            braked[i / 2] += of(brake[i / 2]);
            self.energy.rolling += of(rolling[i]) * h;
            if i >= 2 {
                self.energy.retarder += of(0.5 * drive.retarder) * h;
            }
        }
        self.brakes.heat(&spec.brakes, braked, speed, &self.environment, h);
        let middle = 0.5 * (before + after);
        let turbine = middle * drive.total;
        let mut turbine_torque = drive.turbine_torque;
        let mut at_hubs = drive.torque - drive.slope * (after - before);
        if drive.total != 0.0 {
            turbine_torque -= drive.slope * (after - before) / drive.total;
        } else {
            at_hubs = 0.0;
        }
        let e = &mut self.energy;
        e.brakes[0] += braked[0] * h;
        e.brakes[1] += braked[1] * h;
        e.converter += drive.converter_loss * h;
        e.clutches += drive.clutch_loss * h;
        e.gears += (turbine_torque * turbine - at_hubs * middle) * h;
        if self.powertrain.gearbox.locked {
            // The engine turns with the hubs; where the clutch has just closed it gave or took the last difference.
            e.engine += drive.engine_torque * turbine * h;
            let slipped = before * drive.total;
            e.clutches += 0.5 * spec.engine.inertia * (engine_before * engine_before - slipped * slipped);
        } else {
            e.engine += drive.engine_work;
        }
    }

    fn shear(&self, i: usize, wheel: &Wheel, spin: f64, h: f64) -> (Bristle, Shear) {
        self.bristles[i].advanced(self.spec.tyre_in(i), spin, wheel.velocity, wheel.load, wheel.ground.friction, h)
    }

    /// The forces of all wheels on the chassis, with the hubs at their new speeds, and the air's.
    #[allow(clippy::too_many_arguments)] // one step's intermediate results, used here and nowhere else
    fn answer(
        &mut self,
        wheels: &[Wheel; WHEELS],
        loads: &[HubLoad; CORNERS],
        hubs: &[HubMotion; CORNERS],
        rolling: &[f64; CORNERS],
        centre: Point3,
        motion: &ChassisMotion,
        h: f64,
    ) -> Wrench {
        let drag = 0.5 * self.air_density * self.spec.drag_area * motion.velocity.norm();
        let mut wrench = Wrench { force: motion.velocity * -drag, torque: Vector3::zeros() };
        self.energy.air += drag * motion.velocity.norm_squared() * h;
        let radius = self.spec.tyre.rolling_radius;
        let air = self.environment.air_temperature;
        let per_row = self.spec.rear_axles();
        for (i, wheel) in wheels.iter().enumerate() {
            let corner = CORNER_OF[i];
            let spin = hubs[corner].spin;
            let (bristle, shear) = self.shear(i, wheel, spin, h);
            self.bristles[i] = bristle;
            let force = wheel.normal * wheel.load + wheel.ahead * shear.along + wheel.side * shear.across;
            wrench.force += force;
            wrench.torque += (wheel.contact - centre).cross(&force);
            let slip_power = shear.along * (0.5 * (spin + loads[corner].spin) * radius - wheel.velocity.0)
                - shear.across * wheel.velocity.1;
            self.energy.slip += slip_power * h;
            let rise = self.rise(i);
            let tyre = &self.spec.tyre;
            let tyres = if i < FRONT { 1.0 } else { per_row };
            let state = &mut self.state.wheels[i];
            let speed = spin * radius;
            let (load, slipped) = (wheel.load / tyres, slip_power.max(0.0) / tyres);
            state.temperature = tyre.warmed(state.temperature, load, speed, slipped, air, h);
            state.worn += tyre.worn(load, speed.abs() * h, slipped * h);
            state.centre = self.mounts[i];
            state.centre.z += rise;
            state.steer = wheel.steer;
            state.spin_rate = spin;
            state.spin_angle = within_a_turn(state.spin_angle + spin * h);
            state.load_n = wheel.load;
            state.friction_used = shear.used;
            state.in_contact = wheel.load > 0.0;
        }
        for (corner, wheel) in [(0, 0), (1, 1), (2, 2), (3, 4)] {
            let (load, hub) = (&loads[corner], &hubs[corner]);
            // What the ground takes as rolling resistance turns the whole truck; what spins the wheel up is drawn from
            // the chassis.
            let resisted = if load.friction > 0.0 { hub.taken * rolling[corner] / load.friction } else { 0.0 };
            let spun = load.inertia * (hub.spin - load.spin) / h;
            wrench.torque -= wheels[wheel].axle * (resisted + spun);
        }
        wrench
    }

    /// Keeps what is seen from outside, and moves what is slow: body, load, fuel.
    fn keep(
        &mut self,
        command: &ActuatorCommand,
        speed: f64,
        drive: &crate::powertrain::Drive,
        drive_force: f64,
        retarder_force: f64,
        [pitch, lean]: [f64; 2],
        h: f64,
    ) {
        let spec = Arc::clone(&self.spec);
        let burnt = (self.powertrain.fuel_rate(&spec, drive.engine_torque) * h).min(self.state.fuel_kg);
        let gearbox = &self.powertrain.gearbox;
        let standing = speed.abs() < spec.hoist.standstill_speed
            && (gearbox.direction == Direction::Neutral || self.brakes.park >= PARK_SET);
        let works = !self.broken.hoist;
        let level = lean.abs() < libm::sin(spec.hoist.most_side_slope);
        let running = self.powertrain.engine.is_running() && !self.broken.engine;
        let free = Free { to_raise: standing && works && level && running, to_lower: standing && works };
        let s = &mut self.state;
        s.direction = gearbox.direction;
        s.gear = gearbox.gear;
        s.locked_up = gearbox.locked;
        s.shifts = gearbox.shifts;
        s.engine_speed = self.powertrain.engine.speed;
        s.engine_torque = drive.engine_torque;
        s.throttle = self.powertrain.engine.throttle;
        s.drive_force = drive_force;
        s.retarder_force = retarder_force;
        s.retarder_temp = self.powertrain.retarder.temperature;
        let [front, rear] = self.brakes.capacities(&spec.brakes, &self.broken);
        s.brake_force = front + rear;
        s.brake_temps = self.brakes.temperatures;
        s.boost = self.powertrain.engine.boost;
        s.steering_reserve = self.steering.left;
        s.hill_hold = self.brakes.held;
        s.service_brake = self.brakes.service;
        s.park_brake = self.brakes.park;
        s.speed = speed;
        s.odometer += speed.abs() * h;
        s.fuel_kg -= burnt;
        s.fuel_used_kg += burnt;
        let [rear_left, rear_right] = self.axle.compressions();
        s.struts = [self.corners[0].compression, self.corners[1].compression, rear_left, rear_right];
        let body_before = s.body_angle;
        s.body_angle = spec.hoist.advance(s.body_angle, command.hoist, free, h);
        self.raising = s.body_angle > body_before;
        let runs = s.body_angle > 0.0 || self.heap.is_sliding();
        if runs && s.load.mass > 0.0 {
            let tipped = s.body_angle + libm::asin(pitch.clamp(-1.0, 1.0));
            let left = self.heap.run_out(&spec.body, &self.material, tipped, h);
            self.discharged += left;
            if left > 0.0 {
                let weighed = self.heap.weighed(&spec.body, &self.material);
                self.heap_part = Part { mass: weighed.mass, centre: weighed.centre, inertia: weighed.inertia };
                s.load = Load { mass: weighed.mass, centre: weighed.centre };
            }
        }
        s.strut_forces = [
            s.wheels[0].load_n,
            s.wheels[1].load_n,
            s.wheels[2].load_n + s.wheels[3].load_n,
            s.wheels[4].load_n + s.wheels[5].load_n,
        ];
        self.weigh_if_changed();
    }

    /// Takes everything that decides the truck's next step into a hash.
    #[allow(clippy::should_implement_trait)] // the state hash has its own hasher
    pub fn hash(&self, hasher: &mut StateHasher) {
        self.state.hash(hasher);
        for corner in &self.corners {
            hasher.real(corner.compression).real(corner.rate).real(corner.warmth);
        }
        for i in 0..2 {
            hasher.real(self.axle.rise[i]).real(self.axle.rates[i]).real(self.axle.warmth[i]);
        }
        if self.state.load.mass > 0.0 {
            self.heap.depths().for_each(|depth| {
                hasher.real(depth);
            });
        }
        let b = &self.broken;
        for broken in [b.engine, b.front_brakes, b.rear_brakes, b.retarder, b.steering_pump, b.hoist, self.raising] {
            hasher.whole(u64::from(broken));
        }
        for bristle in &self.bristles {
            hasher.real(bristle.along).real(bristle.across);
        }
        for spin in &self.spins {
            hasher.real(*spin);
        }
        hasher.real(self.weighed.0).whole(u64::from(self.placed));
        self.powertrain.hash(hasher);
    }
}

/// An angle that left [0, 2π) by less than a turn, brought back; one that left it further is 0.
fn within_a_turn(angle: f64) -> f64 {
    let turned = if angle >= TAU {
        angle - TAU
    } else if angle < 0.0 {
        angle + TAU
    } else {
        angle
    };
    if (0.0..TAU).contains(&turned) { turned } else { 0.0 }
}

/// Fuel that is burnt before the truck is weighed anew, kg: a hundred-thousandth of its mass.
const FUEL_GRAIN: f64 = 0.5;
/// A truck slower than this stands, for the hill holder, m/s.
const HILL_SPEED: f64 = 0.05;
/// The hill holder keeps this over what is needed.
const HILL_RESERVE: f64 = 1.15;
/// Share of the park brake's capacity from which it counts as set.
const PARK_SET: f64 = 0.5;
