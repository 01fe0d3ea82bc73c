//! Real-time factor of one truck with its whole stack, headless: simulated seconds per second of wall time. The budget
//! is a factor of 500.

#[path = "../tests/two_pads/mod.rs"]
mod two_pads;

use haul_sim::{SensorLevel, World};
use std::io::Write;
use std::time::Instant;

/// Simulated time (s) of each run: most of a haul cycle.
const SECONDS: f64 = 400.0;

fn factor(trucks: u32, sensors: SensorLevel, seconds: f64) -> Option<f64> {
    let mut setup = two_pads::setup(trucks, 1);
    setup.sensors = sensors;
    let mut world = World::new(setup).ok()?;
    let began = Instant::now();
    while world.now().seconds() < seconds {
        world.step();
    }
    Some(seconds / began.elapsed().as_secs_f64())
}

fn main() {
    let mut out = std::io::stdout().lock();
    for (name, trucks, sensors, seconds) in [
        ("one truck, objects", 1, SensorLevel::Objects, SECONDS),
        ("one truck, scan", 1, SensorLevel::Scan, SECONDS / 10.0),
        ("five trucks, objects", 5, SensorLevel::Objects, SECONDS),
    ] {
        let figure = factor(trucks, sensors, seconds).unwrap_or(0.0);
        // The benchmark does not fail when its output pipe is closed.
        let _ = writeln!(out, "{name}: {figure:.0} x real time");
    }
}
