//! Errors of this crate.

use haul_core::{Fault, Faults};

/// Reason why a mine cannot be read, built or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MineError {
    /// Faults in files, each with file, line and column where known.
    #[error("{0}")]
    Faults(Faults),
    /// The strings enclose no drivable surface, or repairs left none.
    #[error("no drivable surface is left: {0}")]
    NoSurface(String),
    /// A file cannot be written.
    #[error("{path}: cannot be written: {source}")]
    Write {
        /// Path of the file.
        path: String,
        /// Cause of the failure.
        source: std::io::Error,
    },
}

impl From<Faults> for MineError {
    fn from(faults: Faults) -> Self {
        MineError::Faults(faults)
    }
}

impl From<Fault> for MineError {
    fn from(fault: Fault) -> Self {
        MineError::Faults(fault.into())
    }
}
