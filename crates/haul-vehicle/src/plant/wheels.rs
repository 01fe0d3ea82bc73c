//! Contacts of the wheels with the ground, wheel loads, and forces on the chassis.

use super::hubs::HubStep;
use super::layout::{CORNER_OF, FRONT};
use super::{Steer, Truck};
use crate::environment::Environment;
use crate::ground::{ChassisMotion, Ground, GroundContact, Wrench};
use crate::state::WHEELS;
use crate::suspension::{AxleTyres, Pressed};
use crate::tyre::{Bristle, Shear};
use haul_core::{Point3, Vector3};
use std::f64::consts::TAU;

/// State of one wheel in a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wheel {
    pub(super) contact: Point3,
    pub(super) normal: Vector3,
    pub(super) ahead: Vector3,
    pub(super) side: Vector3,
    pub(super) axle: Vector3,
    /// Longitudinal and lateral velocity of the contact in the wheel's axes, m/s.
    pub(super) velocity: (f64, f64),
    pub(super) ground: GroundContact,
    pub(super) steer: f64,
    pub(super) load: f64,
    pub(super) pressed: Pressed,
}

impl Truck {
    /// Finds each wheel's contact with the ground, and the motion of the contact.
    pub(super) fn meet_ground(&self, motion: &ChassisMotion, centre: Point3, ground: &impl Ground) -> [Wheel; WHEELS] {
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

    /// Returns the rise of a wheel relative to the chassis, m.
    pub(super) fn rise(&self, wheel: usize) -> f64 {
        if wheel < FRONT { self.corners[wheel].compression } else { self.axle.rise_of(wheel - FRONT) }
    }

    /// Moves the struts and computes the load of each wheel.
    pub(super) fn carry(&mut self, wheels: &mut [Wheel; WHEELS], h: f64) {
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

    /// Returns the ratio of the temperature of the strut walls to the charging temperature.
    pub(super) fn walls(&self) -> f64 {
        self.environment.air_temperature / Environment::default().air_temperature
    }

    pub(super) fn shear(&self, i: usize, wheel: &Wheel, spin: f64, h: f64) -> (Bristle, Shear) {
        self.bristles[i].advanced(self.spec.tyre_in(i), spin, wheel.velocity, wheel.load, wheel.ground.friction, h)
    }

    /// Returns the wrench of all wheels and of the air on the chassis, given the new hub speeds.
    pub(super) fn answer(
        &mut self,
        wheels: &[Wheel; WHEELS],
        step: &HubStep,
        centre: Point3,
        motion: &ChassisMotion,
        h: f64,
    ) -> Wrench {
        let HubStep { loads, motions: hubs, rolling, .. } = step;
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
            // Rolling resistance from the ground acts on the whole truck; the torque that accelerates the wheel comes
            // from the chassis.
            let resisted = if load.friction > 0.0 { hub.taken * rolling[corner] / load.friction } else { 0.0 };
            let spun = load.inertia * (hub.spin - load.spin) / h;
            wrench.torque -= wheels[wheel].axle * (resisted + spun);
        }
        wrench
    }
}

/// Brings an angle less than one turn outside [0, 2π) back into that range; any other angle becomes 0.
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
