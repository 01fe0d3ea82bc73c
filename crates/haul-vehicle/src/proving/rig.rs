//! A truck with its own chassis integration: forces constant over a step, semi-implicit Euler, rotation by the
//! exponential map.

use crate::command::ActuatorCommand;
use crate::ground::{ChassisMotion, Ground};
use crate::plant::Truck;
use crate::spec::TruckSpec;
use crate::state::WHEELS;
use haul_core::{GRAVITY, Point3, Pose2, Vector3};
use nalgebra::UnitQuaternion;
use serde::Serialize;
use std::sync::Arc;

/// Time step of the proving ground, s; the same as in the simulator.
const STEP: f64 = 0.005;
/// Time between samples, s.
const SAMPLE: f64 = 0.05;

/// One truck on one ground.
#[derive(Debug, Clone)]
pub struct Rig<G> {
    /// The truck.
    pub truck: Truck,
    /// The ground.
    pub ground: G,
    /// Motion of the truck's chassis.
    pub motion: ChassisMotion,
    /// Simulated time, s.
    pub time: f64,
    /// Time step, s.
    pub dt: f64,
    /// Acceleration of the centre of mass in the last step, including gravity, site frame, m/s².
    pub acceleration: Vector3,
}

/// Readings of the truck's instruments at one time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Sample {
    /// Time, s.
    pub time: f64,
    /// x coordinate of the body frame's origin, m.
    pub x: f64,
    /// y coordinate of the body frame's origin, m.
    pub y: f64,
    /// Heading, rad.
    pub heading: f64,
    /// Speed along body x, m/s.
    pub speed: f64,
    /// Gear: −1 reverse, 0 neutral, 1 and up forward.
    pub gear: i8,
    /// Horizontal acceleration to the left at the centre of mass, m/s².
    pub lateral: f64,
    /// Upward acceleration at the centre of mass, m/s².
    pub vertical: f64,
    /// Roll angle, positive left side up, rad.
    pub roll: f64,
    /// Pitch angle, positive nose up, rad.
    pub pitch: f64,
    /// Angle of the virtual front wheel, rad, positive to the left.
    pub steering: f64,
    /// Force of each wheel on the ground, N.
    pub wheel_loads: [f64; WHEELS],
    /// Maximum share of the available friction that any wheel uses.
    pub friction_used: f64,
    /// Drive force, N.
    pub drive_force: f64,
    /// Retarder force, N.
    pub retarder_force: f64,
    /// Oil temperature of the retarder, K.
    pub retarder_temperature: f64,
    /// Temperatures of the front and rear brake discs, K.
    pub brake_temperatures: [f64; 2],
    /// Engine speed, rad/s.
    pub engine_speed: f64,
}

/// Samples of a test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trace {
    /// The samples, at least one.
    pub samples: Vec<Sample>,
}

impl<G: Ground> Rig<G> {
    /// Places a truck with a payload (kg) at rest on a ground.
    pub fn new(spec: &Arc<TruckSpec>, payload: f64, pose: Pose2, ground: G) -> Self {
        let mut truck = Truck::new(Arc::clone(spec));
        truck.set_payload(payload);
        let pose = truck.settle_on(pose, &ground);
        let motion = ChassisMotion { pose, velocity: Vector3::zeros(), angular_velocity: Vector3::zeros() };
        Self { truck, ground, motion, time: 0.0, dt: STEP, acceleration: Vector3::zeros() }
    }

    /// Makes one step under a command.
    pub fn step(&mut self, command: &ActuatorCommand) {
        let dt = self.dt;
        let before = self.truck.mass_properties();
        let centre = self.motion.pose * before.centre;
        let wrench = self.truck.step(dt, command, &self.motion, &self.ground);
        let m = &mut self.motion;
        self.acceleration = wrench.force / before.mass + Vector3::new(0.0, 0.0, -GRAVITY);
        m.velocity += self.acceleration * dt;
        let r = *m.pose.rotation.to_rotation_matrix().matrix();
        let inertia = r * before.inertia * r.transpose();
        let torque = wrench.torque - m.angular_velocity.cross(&(inertia * m.angular_velocity));
        // A truck's inertia is never singular: its parts have mass and extent.
        if let Some(inverse) = inertia.try_inverse() {
            m.angular_velocity += inverse * torque * dt;
        }
        let centre = centre + m.velocity * dt;
        m.pose.rotation = UnitQuaternion::from_scaled_axis(m.angular_velocity * dt) * m.pose.rotation;
        m.pose.rotation.renormalize();
        m.pose.translation.vector = (centre - m.pose.rotation * before.centre.coords).coords;
        // Load that leaves or enters the body moves the centre of mass, but does not change the velocity of the frame.
        let after = self.truck.mass_properties().centre;
        if after != before.centre {
            let shift = m.pose.rotation * (after - before.centre);
            m.velocity += m.angular_velocity.cross(&shift);
        }
        self.time += dt;
    }

    /// Runs for a time (s) with a command that is computed in each step, and adds samples to the trace.
    pub fn run(&mut self, seconds: f64, trace: &mut Trace, mut command: impl FnMut(&Self) -> ActuatorCommand) {
        let end = self.time + seconds;
        while self.time < end - 0.5 * self.dt {
            let next = command(self);
            self.step(&next);
            if trace.samples.last().is_none_or(|s| self.time - s.time >= SAMPLE - 0.5 * self.dt) {
                trace.samples.push(self.sample());
            }
        }
    }

    /// Sets the whole truck in motion along its heading at a speed (m/s), with wheels and shafts turning.
    pub fn push(&mut self, speed: f64) {
        let free = ActuatorCommand { park_brake: false, ..ActuatorCommand::default() };
        // The road brings the wheels up to speed, which slows the truck a little: push again until the truck rolls.
        for _ in 0..PUSHES {
            self.motion.velocity = self.motion.pose.rotation * Vector3::x() * speed;
            for _ in 0..STEPS_OF_A_PUSH {
                self.step(&free);
            }
        }
        self.motion.velocity = self.motion.pose.rotation * Vector3::x() * speed;
    }

    /// Returns the current readings of the instruments.
    pub fn sample(&self) -> Sample {
        let s = self.truck.state();
        let plan = Pose2::from_isometry(&self.motion.pose);
        let (forward, side) = (self.motion.pose.rotation * Vector3::x(), self.motion.pose.rotation * Vector3::y());
        let (sin, cos) = libm::sincos(plan.heading);
        Sample {
            time: self.time,
            x: plan.x,
            y: plan.y,
            heading: plan.heading,
            speed: s.speed,
            gear: s.gear,
            lateral: self.acceleration.y * cos - self.acceleration.x * sin,
            vertical: self.acceleration.z,
            roll: libm::asin(side.z.clamp(-1.0, 1.0)),
            pitch: libm::asin(forward.z.clamp(-1.0, 1.0)),
            steering: s.steering_angle,
            wheel_loads: s.wheels.map(|w| w.load_n),
            friction_used: s.wheels.iter().fold(0.0, |m, w| w.friction_used.max(m)),
            drive_force: s.drive_force,
            retarder_force: s.retarder_force,
            retarder_temperature: s.retarder_temp,
            brake_temperatures: s.brake_temps,
            engine_speed: s.engine_speed,
        }
    }

    /// Returns the kinetic and potential energy of the chassis, J.
    pub fn energy(&self) -> f64 {
        let m = self.truck.mass_properties();
        let centre: Point3 = self.motion.pose * m.centre;
        let r = *self.motion.pose.rotation.to_rotation_matrix().matrix();
        let w = self.motion.angular_velocity;
        0.5 * m.mass * self.motion.velocity.norm_squared()
            + 0.5 * w.dot(&(r * m.inertia * r.transpose() * w))
            + m.mass * GRAVITY * centre.z
    }
}

/// Number of pushes until the wheels roll, and number of steps per push.
const PUSHES: usize = 12;
const STEPS_OF_A_PUSH: usize = 20;

impl Trace {
    /// Creates a trace with the first sample of a rig.
    pub fn of<G: Ground>(rig: &Rig<G>) -> Self {
        Self { samples: vec![rig.sample()] }
    }

    /// Returns the first sample.
    pub fn start(&self) -> &Sample {
        &self.samples[0]
    }

    /// Returns the last sample.
    pub fn end(&self) -> &Sample {
        &self.samples[self.samples.len() - 1]
    }

    /// Returns the maximum of a quantity over all samples.
    pub fn most(&self, of: impl Fn(&Sample) -> f64) -> f64 {
        self.samples.iter().map(of).fold(f64::NEG_INFINITY, f64::max)
    }

    /// Returns the minimum of a quantity over all samples.
    pub fn least(&self, of: impl Fn(&Sample) -> f64) -> f64 {
        self.samples.iter().map(of).fold(f64::INFINITY, f64::min)
    }
}
