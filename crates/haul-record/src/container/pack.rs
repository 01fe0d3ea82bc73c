//! Compression of bytes as LZ4 frames.

use lz4_flex::frame::{FrameDecoder, FrameEncoder};
use std::io::{self, Read, Write};

/// Maximum number of bytes that are unpacked.
const MOST: u64 = 1 << 30;

/// Compresses bytes.
///
/// # Errors
/// None known: the encoder writes into memory.
pub fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = FrameEncoder::new(Vec::with_capacity(bytes.len() / 2 + 64));
    encoder.write_all(bytes)?;
    encoder.finish().map_err(io::Error::other)
}

/// Decompresses bytes; `None` if they are damaged.
pub fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    FrameDecoder::new(bytes).take(MOST).read_to_end(&mut unpacked).ok()?;
    Some(unpacked)
}
