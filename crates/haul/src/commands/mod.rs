//! Commands, one file for each.

#[cfg(feature = "window")]
pub mod film;
pub mod mine;
pub mod plan;
pub mod recording;
pub mod run;
#[cfg(feature = "window")]
pub mod shot;
pub mod simulate;
pub mod truck;
pub mod web;

use crate::cli::ScenarioArgs;
use crate::failure::Failure;
use haul_core::Fault;
use haul_mine::{MineError, MineMap};
use haul_scenario::{Overrides, Run, Scenario};
use haul_vehicle::TruckSpec;
use std::path::Path;
use std::sync::Arc;

/// Reads and prepares a scenario.
fn prepare(path: &Path, args: &ScenarioArgs) -> Result<Run, Failure> {
    let scenario = Scenario::load(path)?;
    scenario.prepare(&overrides(args)).map_err(|error| Failure::BadInput(error.into_faults()))
}

/// Returns the changes of the command line to a scenario.
fn overrides(args: &ScenarioArgs) -> Overrides {
    Overrides { mine: args.mine.clone(), seed: args.seed, duration_s: args.duration }
}

/// Returns the truck of a file; the TR100AT without a file.
fn truck_spec(file: Option<&Path>) -> Result<Arc<TruckSpec>, Failure> {
    Ok(Arc::new(match file {
        Some(path) => TruckSpec::load(path)?,
        None => TruckSpec::tr100at(),
    }))
}

impl From<MineError> for Failure {
    fn from(error: MineError) -> Self {
        match error {
            MineError::Faults(faults) => faults.into(),
            other => Failure::sentence(other),
        }
    }
}

/// Loads a mine from its directory.
fn load_mine(dir: &Path) -> Result<MineMap, Failure> {
    Ok(MineMap::load(dir)?)
}

/// Writes a text file and creates its folders.
fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    write_bytes(path, text.as_bytes())
}

/// Writes a file and creates its folders.
fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let wrote = match path.parent().filter(|f| !f.as_os_str().is_empty()) {
        Some(folder) => std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, bytes)),
        None => std::fs::write(path, bytes),
    };
    wrote.map_err(|e| Fault::new(format!("cannot be written: {e}")).in_file(path.display()).into())
}

/// Converts a payload from tonnes to kilograms, within the range of the truck.
fn payload_kg(tonnes: f64, spec: &TruckSpec) -> Result<f64, Failure> {
    let kg = haul_core::units::from_tonnes(tonnes);
    // A truck may be overloaded by a tenth at times, and never by more than a fifth (10/10/20 payload policy of the makers
    // of mining trucks).
    let greatest = 1.2 * spec.rated_payload();
    if kg.is_finite() && (0.0..=greatest).contains(&kg) {
        return Ok(kg);
    }
    let most = haul_core::units::to_tonnes(greatest);
    let fault = Fault::new(format!("--load {tonnes} is out of range"));
    Err(fault.help(format!("0 to {most:.1} t for the {}", spec.name)).into())
}
