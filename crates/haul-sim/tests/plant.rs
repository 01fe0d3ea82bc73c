//! The machine's wheels under the rigid body: a truck stands, drives and turns by its own wheel forces.

use haul_core::{Isometry3, Pose2, Vector3};
use haul_sim::physics::{BodyId, ChassisShape, Motion, Physics, Touch};
use haul_vehicle::{ActuatorCommand, ChassisMotion, Direction, Ground, Plane, Truck, TruckSpec};
use std::sync::Arc;

const DT: f64 = 0.005;

struct Bench<G> {
    physics: Physics,
    ground: G,
    truck: Truck,
    body: BodyId,
    touches: Vec<Touch>,
}

impl<G: Ground> Bench<G> {
    fn new(ground: G, payload: f64, start: Pose2) -> Self {
        let spec = Arc::new(TruckSpec::tr100at());
        let mut truck = Truck::new(Arc::clone(&spec));
        truck.set_payload(payload);
        let mut physics = Physics::new(DT);
        let height = |i: usize, j: usize| ground.under(-200.0 + 4.0 * i as f64, -200.0 + 4.0 * j as f64).height;
        assert!(physics.add_terrain((-200.0, -200.0), 4.0, (101, 101), height));
        let pose = truck.settle_on(start, &ground);
        let body = physics.add_truck(0, &ChassisShape::of(&spec), &pose, &truck.mass_properties());
        Self { physics, ground, truck, body, touches: Vec::new() }
    }

    fn run(&mut self, seconds: f64, command: &ActuatorCommand) -> Motion {
        for _ in 0..(seconds / DT) as usize {
            let Motion { pose, velocity, angular_velocity } = self.physics.motion(self.body);
            let wrench =
                self.truck.step(DT, command, &ChassisMotion { pose, velocity, angular_velocity }, &self.ground);
            self.physics.set_wrench(self.body, &wrench);
            self.touches.extend(self.physics.step());
        }
        self.physics.motion(self.body)
    }

    fn pose(&self) -> Isometry3 {
        self.physics.motion(self.body).pose
    }
}

#[test]
fn a_loaded_truck_stands_on_a_ramp_with_its_park_brake() {
    for heading in [0.0, 1.2, 3.1] {
        let mut bench = Bench::new(Plane::new(0.10, 0.0, 0.55, 0.02), 91e3, Pose2::new(5.0, -3.0, heading));
        let placed = bench.pose();
        // Struts and tyres settle on the slope in the first seconds; then the truck must not creep.
        let before = bench.run(5.0, &ActuatorCommand::default()).pose;
        let settled = (before.translation.vector - placed.translation.vector).norm();
        assert!(settled < 0.05, "heading {heading}: settled by {settled} m");
        let after = bench.run(60.0, &ActuatorCommand::default());
        let moved = (after.pose.translation.vector - before.translation.vector).norm();
        assert!(moved < 1e-3, "heading {heading}: moved {moved} m in a minute");
        assert!(after.velocity.norm() < 1e-3, "heading {heading}: {:?}", after.velocity);
        assert!(bench.touches.is_empty());
    }
}

#[test]
fn throttle_drives_ahead_and_a_wheel_turned_left_turns_left() {
    let mut bench = Bench::new(Plane::level(0.55, 0.02), 0.0, Pose2::new(-100.0, 0.0, 0.0));
    let ahead =
        ActuatorCommand { direction: Direction::Forward, throttle: 0.6, park_brake: false, ..Default::default() };
    let motion = bench.run(15.0, &ahead);
    assert!(motion.velocity.x > 3.0, "{motion:?}");
    assert!(motion.pose.translation.y.abs() < 0.05 && motion.angular_velocity.norm() < 0.02, "{motion:?}");
    let up = motion.pose.rotation * Vector3::z();
    assert!(up.z > 0.999, "level: {up:?}");
    let turning = bench.run(5.0, &ActuatorCommand { steering_angle: 0.25, throttle: 0.2, ..ahead });
    assert!(turning.angular_velocity.z > 0.1, "{turning:?}");
    let stop = ActuatorCommand { service_brake: 1.0, ..ActuatorCommand::default() };
    let stopped = bench.run(12.0, &stop);
    assert!(stopped.velocity.norm() < 1e-2, "{stopped:?}");
    assert!(bench.touches.is_empty(), "{:?}", bench.touches);
}

#[test]
fn reverse_goes_backwards() {
    let mut bench = Bench::new(Plane::level(0.55, 0.02), 0.0, Pose2::new(50.0, 0.0, 0.0));
    let back =
        ActuatorCommand { direction: Direction::Reverse, throttle: 0.4, park_brake: false, ..Default::default() };
    let motion = bench.run(10.0, &back);
    assert!(motion.velocity.x < -0.8, "{motion:?}");
}
