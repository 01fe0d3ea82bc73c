//! The MCAP container: chunks compressed with LZ4 by a pure Rust encoder, an index, attachments, metadata.
//!
//! The layout follows the MCAP specification, version 0 (<https://mcap.dev/spec>). The crate `mcap` compresses through
//! C libraries only, so writer and reader are ours. The tests hold both against it.

mod pack;
mod records;
mod scan;
mod write;

pub use pack::{packed, unpacked};
pub use scan::{Attached, Message, Scan, ScanError, scan};
pub use write::McapWriter;
