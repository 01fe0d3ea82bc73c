//! The truck as a plant: in goes a command and the chassis' motion, out comes the force on the chassis.

mod hubs;
mod layout;
mod settle;

use crate::brakes::Brakes;
use crate::command::{ActuatorCommand, Direction};
use crate::ground::{ChassisMotion, Ground, GroundContact, Wrench};
use crate::mass::{Load, MassProperties, mass_properties};
use crate::powertrain::Powertrain;
use crate::spec::TruckSpec;
use crate::state::{TruckState, WHEELS, WheelState};
use crate::steering::ackermann;
use crate::suspension::{Corner, Pressed};
use crate::tyre::{Bristle, Shear};
use haul_core::{Point3, StateHasher, Vector3};
use hubs::{HubLoad, HubMotion};
use layout::{CORNER_OF, CORNERS};
use std::f64::consts::TAU;
use std::sync::Arc;

/// Density of air, kg/m³ (ICAO standard atmosphere, 15 °C, sea level).
pub(crate) const AIR_DENSITY: f64 = 1.225;
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
    corners: [Corner; CORNERS],
    bristles: [Bristle; WHEELS],
    spins: [f64; CORNERS],
    state: TruckState,
    mass: MassProperties,
    /// Fuel, load and body angle that `mass` was worked out for.
    weighed: (f64, Load, f64),
    /// Angle, sine and cosine of the left and right front wheel.
    steers: [Steer; 2],
    discharged: f64,
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
        let mounts = layout::mounts(&spec);
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
            wheels: mounts.map(|centre| WheelState { centre, ..WheelState::default() }),
            odometer: 0.0,
        };
        let mass = mass_properties(&spec, &state.load, state.fuel_kg, 0.0);
        Truck {
            powertrain,
            brakes: Brakes::parked(),
            mounts,
            corners: [Corner::default(); CORNERS],
            bristles: [Bristle::default(); WHEELS],
            spins: [0.0; CORNERS],
            weighed: (state.fuel_kg, state.load, 0.0),
            state,
            mass,
            steers: [Steer::AHEAD; 2],
            discharged: 0.0,
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

    /// Takes one shovel pass: a mass (kg) with its centre (body frame, m, body down). What is not a positive, finite
    /// mass is not taken.
    pub fn receive(&mut self, mass_kg: f64, at: Point3) {
        if !(mass_kg.is_finite() && mass_kg > 0.0 && at.coords.iter().all(|c| c.is_finite())) {
            return;
        }
        let load = &mut self.state.load;
        let mass = load.mass + mass_kg;
        load.centre = Point3::from((load.centre.coords * load.mass + at.coords * mass_kg) / mass);
        load.mass = mass;
        self.weigh();
    }

    /// Sets the payload (kg), heaped evenly. What is not a finite number counts as none.
    pub fn set_payload(&mut self, kg: f64) {
        let mass = if kg.is_finite() { kg.max(0.0) } else { 0.0 };
        let centre = if mass > 0.0 { self.spec.mass.heap_centre(mass) } else { Point3::origin() };
        self.state.load = Load { mass, centre };
        self.weigh();
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
        self.mass = mass_properties(&self.spec, &s.load, s.fuel_kg, s.body_angle);
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
            (self.corners, _, _) = self.rest_corners(&motion.pose, ground);
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
        let at_origin =
            motion.velocity + motion.angular_velocity.cross(&(Point3::from(motion.pose.translation.vector) - centre));
        let speed = at_origin.dot(&forward);

        let steered = spec.steering.advance(self.state.steering_angle, command.steering_angle, h);
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
        self.powertrain.select(&spec, command, speed, hub, h);
        let drive = self.powertrain.drive(&spec, command, hub, self.state.fuel_kg > 0.0, h);
        let radius = spec.tyre.rolling_radius;
        let brake = [0.5 * self.brakes.front(&spec.brakes) * radius, 0.5 * self.brakes.rear(&spec.brakes) * radius];

        // The hubs' new speeds.
        let mut loads = [HubLoad::default(); CORNERS];
        let mut rolling = [0.0; CORNERS];
        for (i, wheel) in wheels.iter().enumerate() {
            let corner = CORNER_OF[i];
            let (_, shear) = self.shear(i, wheel, self.spins[corner], h);
            let load = &mut loads[corner];
            load.inertia += spec.tyre.inertia;
            load.ground -= shear.along * radius;
            load.slope += shear.slope * radius;
            rolling[corner] += wheel.ground.rolling_resistance * wheel.load * radius;
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

        let taken = drive.torque - drive.slope * (after - before) - drive.inertia * (after - before) / h;
        let drive_force = taken / radius;
        let of_retarder = |i: usize| {
            let share = if loads[i].friction > 0.0 { 0.5 * drive.retarder / loads[i].friction } else { 0.0 };
            hubs[i].taken * share
        };
        let retarder_torque = of_retarder(2) + of_retarder(3);
        let retarder_power = (retarder_torque * after).abs();
        let turning = WHEELS as f64 * spec.tyre.inertia / (radius * radius);
        let inertial = (self.mass.mass + turning) * (speed - self.state.speed) / h;
        self.powertrain.after(&spec, after, drive_force, inertial, retarder_power, h);
        self.keep(command, speed, &drive, drive_force, retarder_torque.abs() / radius, h);
        wrench
    }

    /// Where each wheel meets the ground, and how the contact moves.
    fn meet_ground(&self, motion: &ChassisMotion, centre: Point3, ground: &impl Ground) -> [Wheel; WHEELS] {
        let spec = &self.spec;
        let rotation = motion.pose.rotation.to_rotation_matrix();
        let up = rotation * Vector3::z();
        std::array::from_fn(|i| {
            let mut mount = self.mounts[i];
            mount.z += self.corners[CORNER_OF[i]].compression;
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
            let extended = distance - self.corners[CORNER_OF[i]].compression * cosine;
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

    /// Moves the struts and gives each wheel its load.
    fn carry(&mut self, wheels: &mut [Wheel; WHEELS], h: f64) {
        let tyre = &self.spec.tyre;
        let (k, c) = (tyre.vertical_stiffness, tyre.vertical_damping);
        let (front, rear) = (&self.spec.suspension.front, &self.spec.suspension.rear);
        let [front_left, front_right, rear_left, rear_right] = &mut self.corners;
        [wheels[0].load] = front_left.advance(front, k, c, &[wheels[0].pressed], h);
        [wheels[1].load] = front_right.advance(front, k, c, &[wheels[1].pressed], h);
        [wheels[2].load, wheels[3].load] = rear_left.advance(rear, k, c, &[wheels[2].pressed, wheels[3].pressed], h);
        [wheels[4].load, wheels[5].load] = rear_right.advance(rear, k, c, &[wheels[4].pressed, wheels[5].pressed], h);
    }

    fn shear(&self, i: usize, wheel: &Wheel, spin: f64, h: f64) -> (Bristle, Shear) {
        self.bristles[i].advanced(&self.spec.tyre, spin, wheel.velocity, wheel.load, wheel.ground.friction, h)
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
        let drag = 0.5 * AIR_DENSITY * self.spec.drag_area * motion.velocity.norm();
        let mut wrench = Wrench { force: motion.velocity * -drag, torque: Vector3::zeros() };
        for (i, wheel) in wheels.iter().enumerate() {
            let corner = CORNER_OF[i];
            let spin = hubs[corner].spin;
            let (bristle, shear) = self.shear(i, wheel, spin, h);
            self.bristles[i] = bristle;
            let force = wheel.normal * wheel.load + wheel.ahead * shear.along + wheel.side * shear.across;
            wrench.force += force;
            wrench.torque += (wheel.contact - centre).cross(&force);
            let state = &mut self.state.wheels[i];
            state.centre = self.mounts[i];
            state.centre.z += self.corners[corner].compression;
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
        h: f64,
    ) {
        let spec = Arc::clone(&self.spec);
        let burnt = (self.powertrain.fuel_rate(&spec, drive.engine_torque) * h).min(self.state.fuel_kg);
        let gearbox = &self.powertrain.gearbox;
        let free = speed.abs() < spec.hoist.standstill_speed
            && (gearbox.direction == Direction::Neutral || self.brakes.park >= PARK_SET);
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
        s.brake_force = self.brakes.front(&spec.brakes) + self.brakes.rear(&spec.brakes);
        s.service_brake = self.brakes.service;
        s.park_brake = self.brakes.park;
        s.speed = speed;
        s.odometer += speed.abs() * h;
        s.fuel_kg -= burnt;
        s.fuel_used_kg += burnt;
        for (i, corner) in self.corners.iter().enumerate() {
            s.struts[i] = corner.compression;
        }
        s.body_angle = spec.hoist.advance(s.body_angle, command.hoist, free, h);
        self.discharged += spec.hoist.discharge(&mut s.load, &spec.mass, s.body_angle, h);
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
            hasher.real(corner.compression).real(corner.rate);
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
/// Share of the park brake's capacity from which it counts as set.
const PARK_SET: f64 = 0.5;
