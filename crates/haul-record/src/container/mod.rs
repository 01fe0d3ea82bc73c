//! The MCAP container: LZ4-compressed chunks, an index, attachments and metadata.
//!
//! The layout follows the MCAP specification, version 0 (<https://mcap.dev/spec>). The crate `mcap` compresses only
//! through C libraries, so this module has its own writer and reader in pure Rust. The tests check both against `mcap`.

mod pack;
mod records;
mod scan;
mod write;

pub use pack::{packed, unpacked};
pub use scan::{Attached, Message, Scan, ScanError, scan};
pub use write::McapWriter;
