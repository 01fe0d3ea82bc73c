//! Real-time factor of ten trucks with their whole stacks, headless: simulated seconds per second of wall time. The
//! budget is a factor of 120. The shift of `scenarios/04_ten_trucks_a_shift.toml` is timed from the moment when the
//! first trucks are at the faces.

use haul_scenario::{Overrides, Scenario};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

/// Simulated times at which the timed part begins and ends, s.
const FROM: f64 = 240.0;
const TO: f64 = 840.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/04_ten_trucks_a_shift.toml");
    let mut run = Scenario::load(&file)?.prepare(&Overrides::default())?;
    let mut until = |seconds: f64| {
        while !run.is_finished() && run.world().now().seconds() < seconds {
            run.step();
        }
    };
    until(FROM);
    let began = Instant::now();
    until(TO);
    let figure = (TO - FROM) / began.elapsed().as_secs_f64();
    // The benchmark does not fail when its output pipe is closed.
    let _ = writeln!(std::io::stdout(), "ten trucks: {figure:.0} x real time");
    Ok(())
}
