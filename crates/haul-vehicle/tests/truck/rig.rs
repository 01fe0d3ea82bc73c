//! A truck on a plane.

use haul_core::{Isometry3, Pose2, Vector3};
use haul_vehicle::{ActuatorCommand, Direction, Plane, TruckSpec, proving};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

static SPEC: LazyLock<Arc<TruckSpec>> = LazyLock::new(|| Arc::new(TruckSpec::tr100at()));

pub fn spec() -> Arc<TruckSpec> {
    Arc::clone(&SPEC)
}

/// The proving ground's rig on a plane, with a check that the values of every step are finite.
pub struct Rig(proving::Rig<Plane>);

impl Deref for Rig {
    type Target = proving::Rig<Plane>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Rig {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Rig {
    /// Creates a truck at rest at the origin, heading east.
    pub fn new(ground: Plane, payload_kg: f64) -> Self {
        Self::at(Pose2::default(), ground, payload_kg)
    }

    pub fn at(pose: Pose2, ground: Plane, payload_kg: f64) -> Self {
        Self(proving::Rig::new(&spec(), payload_kg, pose, ground))
    }

    pub fn step(&mut self, command: &ActuatorCommand) {
        self.0.step(command);
        assert!(self.position().iter().all(|c| c.is_finite()), "not finite at {} s", self.time);
    }

    pub fn run(&mut self, seconds: f64, command: &ActuatorCommand) {
        for _ in 0..(seconds / self.dt).round() as usize {
            self.step(command);
        }
    }

    /// Steps until the truck stops; returns the distance.
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

    /// Sets the chassis in motion along its heading at a speed; the wheels follow.
    pub fn push(&mut self, speed: f64) {
        self.motion.velocity = self.motion.pose.rotation * Vector3::x() * speed;
    }

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
