//! One truck's dynamics, one step: 3 µs or less, no allocation.

use criterion::{Criterion, criterion_group, criterion_main};
use haul_core::{Pose2, Vector3};
use haul_vehicle::{ActuatorCommand, ChassisMotion, Direction, Hoist, Limits, Plane, Truck, TruckSpec};
use std::hint::black_box;
use std::sync::Arc;

fn bench(c: &mut Criterion) {
    let spec = Arc::new(TruckSpec::tr100at());
    let ground = Plane::new(0.08, 0.3, 0.55, 0.02);
    for (name, speed, command) in [
        ("parked", 0.0, ActuatorCommand::default()),
        (
            "driving",
            4.0,
            ActuatorCommand {
                direction: Direction::Forward,
                throttle: 0.9,
                park_brake: false,
                steering_angle: 0.2,
                ..ActuatorCommand::default()
            },
        ),
        (
            "braking",
            8.0,
            ActuatorCommand {
                direction: Direction::Forward,
                service_brake: 0.5,
                retarder: 1.0,
                park_brake: false,
                steering_angle: -0.1,
                ..ActuatorCommand::default()
            },
        ),
    ] {
        let mut truck = Truck::new(Arc::clone(&spec));
        truck.set_payload(91e3);
        let pose = truck.settle_on(Pose2::new(10.0, 20.0, 0.3), &ground);
        let velocity = pose.rotation * Vector3::x() * speed;
        let motion = ChassisMotion { pose, velocity, angular_velocity: Vector3::new(0.01, -0.01, 0.05) };
        for _ in 0..1000 {
            truck.step(0.005, &command, &motion, &ground);
        }
        c.bench_function(&format!("truck step, {name}"), |b| {
            b.iter(|| truck.step(0.005, black_box(&command), black_box(&motion), &ground))
        });
    }
    // The load flows out while the body rises, from full to empty, repeatedly.
    let tip = ActuatorCommand { hoist: Hoist::Raise, ..ActuatorCommand::default() };
    let mut full = Truck::new(Arc::clone(&spec));
    full.set_payload(91e3);
    let level = Plane::level(0.55, 0.02);
    let pose = full.settle_on(Pose2::default(), &level);
    let motion = ChassisMotion { pose, velocity: Vector3::zeros(), angular_velocity: Vector3::zeros() };
    let mut truck = full.clone();
    c.bench_function("truck step, tipping", |b| {
        b.iter(|| {
            if truck.state().load.mass < 1e3 {
                truck = full.clone();
            }
            truck.step(0.005, black_box(&tip), black_box(&motion), &level)
        })
    });
    let limits = Limits::new(&spec);
    c.bench_function("limits: acceleration", |b| {
        b.iter(|| limits.acceleration(black_box(5.0), 160e3, black_box(0.05), 0.02))
    });
    c.bench_function("limits: deceleration", |b| {
        b.iter(|| limits.deceleration(black_box(5.0), 160e3, black_box(-0.05), 0.02, 0.5))
    });
    c.bench_function("limits: descent speed", |b| b.iter(|| limits.descent_speed(black_box(160e3), -0.10, 0.02)));
    c.bench_function("limits: climb speed", |b| b.iter(|| limits.climb_speed(black_box(160e3), 0.12)));
    c.bench_function("limits: stopping distance", |b| {
        b.iter(|| limits.stopping_distance(black_box(10.0), 160e3, -0.05, 0.02, 0.5, 0.5))
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(50);
    targets = bench
}
criterion_main!(benches);
