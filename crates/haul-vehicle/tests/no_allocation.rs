//! A step of the truck allocates no memory.

#![allow(unsafe_code)] // an allocator that counts can be written no other way

use haul_core::{Pose2, Vector3};
use haul_vehicle::{ActuatorCommand, ChassisMotion, Direction, Plane, Truck, TruckSpec};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

static COUNT: AtomicU64 = AtomicU64::new(0);

struct Counting;

// SAFETY: every call is passed to the system allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The only test in this file, so that nothing else is counted in its process.
#[test]
fn a_step_allocates_nothing() {
    let mut truck = Truck::new(Arc::new(TruckSpec::tr100at()));
    truck.set_payload(91e3);
    let ground = Plane::level(0.55, 0.02);
    let pose = truck.settle_on(Pose2::default(), &ground);
    let command = ActuatorCommand {
        direction: Direction::Forward,
        throttle: 1.0,
        park_brake: false,
        ..ActuatorCommand::default()
    };
    let mut motion = ChassisMotion { pose, velocity: Vector3::zeros(), angular_velocity: Vector3::zeros() };
    let before = COUNT.load(Ordering::Relaxed);
    for i in 0..4000 {
        // Runs through the gears, so that shifts and shift decisions are included.
        motion.velocity.x = f64::from(i) * 0.003;
        truck.step(0.005, &command, &motion, &ground);
    }
    let allocated = COUNT.load(Ordering::Relaxed) - before;
    assert!(truck.state().shifts > 3);
    // The test runner may allocate in another thread; a step that allocates would give a count in the thousands.
    assert!(allocated < 100, "{allocated} allocations in 4000 steps");
}
