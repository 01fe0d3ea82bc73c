//! Errors of the server.

use haul_record::ReadError;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Error of the server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Another program uses the port.
    #[error("{0} is taken by another program; choose another port with --port, or 0 for any free one")]
    PortTaken(SocketAddr),
    /// The address cannot be opened.
    #[error("{address} cannot be opened: {error}; choose an address of this machine with --listen")]
    Address {
        /// The address.
        address: SocketAddr,
        /// Error of the operating system.
        error: io::Error,
    },
    /// The recording cannot be read.
    #[error("{}: {error}", path.display())]
    Recording {
        /// The file.
        path: PathBuf,
        /// Reason.
        error: ReadError,
    },
    /// The folder cannot be listed.
    #[error("{}: the folder cannot be listed: {error}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Error of the operating system.
        error: io::Error,
    },
    /// The folder holds no recording.
    #[error("{}: expected recordings, found none; record a run with `haul run SCENARIO --record FILE.mcap`", .0.display())]
    NoRecording(PathBuf),
    /// The server ended with an error.
    #[error("the server ended: {0}")]
    Ended(#[from] io::Error),
    /// The picture of the mine cannot be made.
    #[error("the map layer of the mine cannot be written: {0}")]
    MapLayer(#[from] serde_json::Error),
}
