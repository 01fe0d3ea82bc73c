//! Runs the scenario beside this file without a window, and reads its report.
#![allow(clippy::print_stdout, reason = "an example prints its answer")]

use haul_scenario::{Overrides, Scenario};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    // 1. The file. Each fault in it is an error with line and column.
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("04_your_own_scenario/scenario.toml");
    let scenario = Scenario::load(&file)?;

    // 2. The world: mine, trucks, site. `Overrides` can replace the mine, the seed and the duration.
    let mut run = scenario.prepare(&Overrides::default())?;

    // 3. The run. A step is 5 ms of simulated time; the same seed gives the same run, bit for bit.
    let began = Instant::now();
    while !run.is_finished() {
        run.step();
    }
    let report = run.report(began.elapsed().as_secs_f64());

    // 4. The report.
    println!("{}: {:.0} s simulated", report.scenario, report.sim_seconds);
    println!("{} cycles, {:.1} t delivered, {:.1} l of fuel", report.cycles, report.delivered_t, report.fuel_l);
    for truck in &report.by_truck {
        let longest = truck.stood_s.iter().max_by(|a, b| a.1.total_cmp(b.1));
        let (reason, seconds) = longest.map_or(("none", 0.0), |(reason, seconds)| (reason.as_str(), *seconds));
        println!("truck {}: {} cycle(s), stood longest for: {reason} ({seconds:.0} s)", truck.truck, truck.cycles);
    }
    for check in &report.checks {
        let verdict = if check.passed { "passed" } else { "FAILED" };
        println!("{} is {}, expected {}: {verdict}", check.figure, check.found(), check.expected);
    }
    println!("state hash {}", report.state_hash);
    Ok(())
}
