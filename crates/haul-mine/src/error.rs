//! What can go wrong with a mine.

use haul_core::{Fault, Faults};

/// Why a mine could not be read, built or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MineError {
    /// Faults in files: each with its file, line and column where it has one.
    #[error("{0}")]
    Faults(Faults),
    /// The strings enclose no drivable surface, or none is left after repairs.
    #[error("no drivable surface is left: {0}")]
    NoSurface(String),
    /// A file could not be written.
    #[error("{path}: cannot be written: {source}")]
    Write {
        /// The file.
        path: String,
        /// Why not.
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
