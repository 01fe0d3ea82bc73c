//! A chassis on a plane, integrated as a rigid-body engine does it: forces held over a step, semi-implicit Euler,
//! rotation by the exponential map.

use haul_core::{GRAVITY, Isometry3, Point3, Pose2, Vector3};
use haul_vehicle::{ActuatorCommand, ChassisMotion, Direction, Plane, Truck, TruckSpec};
use nalgebra::UnitQuaternion;
use std::sync::{Arc, LazyLock};

pub const DT: f64 = 0.005;

static SPEC: LazyLock<Arc<TruckSpec>> = LazyLock::new(|| Arc::new(TruckSpec::tr100at()));

pub fn spec() -> Arc<TruckSpec> {
    Arc::clone(&SPEC)
}

pub struct Rig {
    pub truck: Truck,
    pub ground: Plane,
    pub motion: ChassisMotion,
    pub time: f64,
    pub dt: f64,
}

impl Rig {
    /// A truck at rest at the origin, heading east.
    pub fn new(ground: Plane, payload_kg: f64) -> Self {
        Self::at(Pose2::default(), ground, payload_kg)
    }

    pub fn at(pose: Pose2, ground: Plane, payload_kg: f64) -> Self {
        let mut truck = Truck::new(spec());
        truck.set_payload(payload_kg);
        let pose = truck.settle_on(pose, &ground);
        let motion = ChassisMotion { pose, velocity: Vector3::zeros(), angular_velocity: Vector3::zeros() };
        Self { truck, ground, motion, time: 0.0, dt: DT }
    }

    pub fn step(&mut self, command: &ActuatorCommand) {
        let dt = self.dt;
        let before = self.truck.mass_properties();
        let centre = self.motion.pose * before.centre;
        let wrench = self.truck.step(dt, command, &self.motion, &self.ground);
        let m = &mut self.motion;
        m.velocity += (wrench.force / before.mass + Vector3::new(0.0, 0.0, -GRAVITY)) * dt;
        let r = *m.pose.rotation.to_rotation_matrix().matrix();
        let inertia = r * before.inertia * r.transpose();
        let spin = inertia * m.angular_velocity;
        let torque = wrench.torque - m.angular_velocity.cross(&spin);
        m.angular_velocity += inertia.try_inverse().unwrap() * torque * dt;
        let centre = centre + m.velocity * dt;
        m.pose.rotation = UnitQuaternion::from_scaled_axis(m.angular_velocity * dt) * m.pose.rotation;
        m.pose.rotation.renormalize();
        m.pose.translation.vector = (centre - m.pose.rotation * before.centre.coords).coords;
        self.time += dt;
        assert!(self.position().iter().all(|c| c.is_finite()), "not finite at {} s", self.time);
    }

    pub fn run(&mut self, seconds: f64, command: &ActuatorCommand) {
        for _ in 0..(seconds / self.dt).round() as usize {
            self.step(command);
        }
    }

    /// Runs until the speed falls to nothing; gives the distance.
    pub fn stop(&mut self, command: &ActuatorCommand) -> f64 {
        let start = self.position();
        for _ in 0..(60.0 / self.dt) as usize {
            self.step(command);
            if self.speed().abs() < 1e-3 {
                break;
            }
        }
        (self.position() - start).norm()
    }

    pub fn position(&self) -> Vector3 {
        self.motion.pose.translation.vector
    }

    pub fn pose(&self) -> Pose2 {
        Pose2::from_isometry(&self.motion.pose)
    }

    pub fn speed(&self) -> f64 {
        self.truck.state().speed
    }

    /// Sets the whole truck going at a speed along its heading.
    pub fn push(&mut self, speed: f64) {
        self.motion.velocity = self.motion.pose.rotation * Vector3::x() * speed;
    }

    /// Kinetic and potential energy of the chassis, J.
    pub fn energy(&self) -> f64 {
        let m = self.truck.mass_properties();
        let centre: Point3 = self.motion.pose * m.centre;
        let r = *self.motion.pose.rotation.to_rotation_matrix().matrix();
        let w = self.motion.angular_velocity;
        0.5 * m.mass * self.motion.velocity.norm_squared()
            + 0.5 * w.dot(&(r * m.inertia * r.transpose() * w))
            + m.mass * GRAVITY * centre.z
    }

    #[allow(dead_code)]
    pub fn lift(&mut self, by: f64) {
        let up = Isometry3::translation(0.0, 0.0, by);
        self.motion.pose = up * self.motion.pose;
    }
}

pub fn parked() -> ActuatorCommand {
    ActuatorCommand::default()
}

pub fn drive(throttle: f64) -> ActuatorCommand {
    ActuatorCommand { direction: Direction::Forward, throttle, park_brake: false, ..ActuatorCommand::default() }
}

pub fn reverse(throttle: f64) -> ActuatorCommand {
    ActuatorCommand { direction: Direction::Reverse, ..drive(throttle) }
}
