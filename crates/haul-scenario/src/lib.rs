//! Scenario files, checks, runs, recordings, reports.
//!
//! A [`Scenario`] is read from TOML, [`Scenario::prepare`] builds its world, a [`Run`] steps it and gives a [`Report`]:
//!
//! ```no_run
//! use haul_scenario::{Overrides, Scenario};
//! let scenario = Scenario::load("scenarios/01_first_haul.toml".as_ref())?;
//! let mut run = scenario.prepare(&Overrides::default())?;
//! while !run.is_finished() {
//!     run.step();
//! }
//! assert!(run.report(0.0).passed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod act;
mod check;
mod effects;
pub mod file;
mod frames;
mod inputs;
mod mend;
mod prepare;
mod read;
pub mod record;
pub mod report;
mod rerun;
mod roster;
mod run;
mod schema;
mod slippery;
pub mod snapshot;
mod starts;
mod vehicles;
mod weather;

pub use frames::FrameMaker;
pub use inputs::with_inputs;
pub use prepare::{Overrides, ScenarioError};
pub use read::Scenario;
pub use record::{RecordError, Recorder};
pub use report::Report;
pub use rerun::{RerunReport, prepare_recording, rerun};
pub use run::Run;
pub use schema::json_schema;
pub use snapshot::{SnapshotFileError, read_snapshot};
