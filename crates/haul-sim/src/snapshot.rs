//! Snapshots: the complete changing state of a world. A run can be resumed from a snapshot under the same setup.
//!
//! The file begins with [`MAGIC`], the version of the format (u32), the length of the body (u64) and its checksum (u64,
//! XXH3), all little-endian; the body follows in the postcard format.

use haul_core::SimTime;
use haul_core::state::{SharedTable, decode, encode, hash_bytes};
use haul_record::Event;
use serde::{Deserialize, Serialize};

/// First bytes of a snapshot file.
pub const MAGIC: [u8; 8] = *b"HAULSNAP";
/// Version of the format, raised when the layout of the file or of the state changes.
pub const FORMAT: u32 = 9;
/// Length of the file's header in bytes: magic, format, length, checksum.
const HEAD: usize = 28;

/// Reason why a snapshot cannot be read or resumed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The file does not begin with the magic bytes of a snapshot.
    #[error("it is not a snapshot: it does not begin with HAULSNAP; name a file that `haul run --snapshot-out` wrote")]
    NoSnapshot,
    /// The file has another format version.
    #[error("the snapshot has format {found}, and this version of haul reads format {FORMAT}; take it again")]
    Format {
        /// Format version of the file.
        found: u32,
    },
    /// The file ends early.
    #[error("the snapshot is cut: it holds {found} of {expected} bytes; take it again")]
    Cut {
        /// Number of bytes in the file.
        found: u64,
        /// Number of bytes according to the header.
        expected: u64,
    },
    /// The bytes have changed since they were written.
    #[error("the snapshot is damaged: {0}; take it again")]
    Damaged(String),
    /// The snapshot was written by another version of the program.
    #[error("the snapshot was taken by haul {found}, and this is haul {expected}; take it again")]
    Program {
        /// Version of the program that wrote the snapshot.
        found: String,
        /// Version of this program.
        expected: &'static str,
    },
    /// The snapshot belongs to another setup.
    #[error("the snapshot is of another run: {} not the same; resume it with the scenario, mine and seed of its run", named(.0))]
    OtherRun(Vec<String>),
    /// The state does not fit the world of the setup.
    #[error("the snapshot cannot be resumed: {0}; take it again")]
    State(#[from] haul_core::state::StateError),
    /// The resumed world differs from the saved one.
    #[error("the resumed state has the hash {found}, and the snapshot was taken at {expected}; take it again")]
    OtherHash {
        /// Hash after resuming.
        found: String,
        /// Hash of the snapshot.
        expected: String,
    },
}

fn named(parts: &[String]) -> String {
    format!("{} {}", parts.join(", "), if parts.len() == 1 { "is" } else { "are" })
}

/// Changing state of a world at one step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Version of the program that took the snapshot.
    pub(crate) program: String,
    /// Fingerprints of the setup's parts.
    pub(crate) setup: Vec<(String, u64)>,
    pub(crate) at: SimTime,
    pub(crate) step: u64,
    pub(crate) state_hash: u64,
    pub(crate) shared: SharedTable,
    pub(crate) state: Vec<u8>,
    /// Events that had not been taken yet when the snapshot was taken.
    pub(crate) events: Vec<Event>,
    /// Data stored by the surrounding program.
    pub(crate) companion: Vec<u8>,
}

impl Snapshot {
    /// Returns the simulated time at which the snapshot was taken.
    pub fn at(&self) -> SimTime {
        self.at
    }

    /// Returns the number of physics steps up to the snapshot.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// Returns the state hash of the world.
    pub fn state_hash(&self) -> u64 {
        self.state_hash
    }

    /// Stores data of the surrounding program, such as the events so far, replacing earlier data.
    pub fn with_companion(self, companion: Vec<u8>) -> Self {
        Self { companion, ..self }
    }

    /// Returns the data stored by the surrounding program.
    pub fn companion(&self) -> &[u8] {
        &self.companion
    }

    /// Returns the bytes of the snapshot file.
    ///
    /// # Errors
    /// Returns an error if the state cannot be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SnapshotError> {
        let body = encode(self)?;
        let mut bytes = Vec::with_capacity(HEAD + body.len());
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&hash_bytes(&body).to_le_bytes());
        bytes.extend_from_slice(&body);
        Ok(bytes)
    }

    /// Reads a snapshot from the bytes of its file.
    ///
    /// # Errors
    /// Returns an error if the bytes are not a snapshot, or are cut, damaged or of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let known = bytes.len().min(MAGIC.len());
        if bytes.is_empty() || bytes[..known] != MAGIC[..known] {
            return Err(SnapshotError::NoSnapshot);
        }
        let Some((head, body)) = bytes.split_at_checked(HEAD) else {
            return Err(SnapshotError::Cut { found: bytes.len() as u64, expected: HEAD as u64 });
        };
        let number = |at: usize| head[at..at + 8].iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let format = number(MAGIC.len()) as u32;
        if format != FORMAT {
            return Err(SnapshotError::Format { found: format });
        }
        let (length, checksum) = (number(12), number(20));
        let found = body.len() as u64;
        if found < length {
            let head = HEAD as u64;
            return Err(SnapshotError::Cut { found: head + found, expected: head.saturating_add(length) });
        }
        if found > length {
            return Err(SnapshotError::Damaged(format!("{} bytes follow its end", found - length)));
        }
        if hash_bytes(body) != checksum {
            return Err(SnapshotError::Damaged("its checksum does not match its bytes".into()));
        }
        let other = |found| SnapshotError::Program { found, expected: env!("CARGO_PKG_VERSION") };
        // The program version comes first, so that it can be read even if the rest has another layout.
        let program = haul_core::state::StateReader::new(body).value::<String>();
        if let Some(found) = program.ok().filter(|found| found != env!("CARGO_PKG_VERSION")) {
            return Err(other(found));
        }
        decode(body).map_err(|error| SnapshotError::Damaged(error.to_string()))
    }
}
