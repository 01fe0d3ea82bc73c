//! A map packed to bytes: one file instead of a directory. It is smaller and needs no resolving of places.
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | `HAULMINE` |
//! | 4 | version of the format, little endian like all numbers |
//! | 8 | fingerprint: XXH3 of the content |
//! | 8 | length of the content |
//! | 8 | length of the packed content |
//! | 8 | checksum: XXH3 of the packed content |
//! | rest | content, packed by zlib (RFC 1950) |
//!
//! The content holds every layer bit for bit, without rounding. Equal maps have equal content, and therefore equal
//! fingerprints.

mod codec;
mod columns;
mod layers;
#[cfg(test)]
mod tests;

use crate::error::MineError;
use crate::map::MineMap;
use codec::{ByteReader, Bytes};
use haul_core::Fault;
use std::io::{Read as _, Write as _};
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// First bytes of every packed map.
const MAGIC: &[u8; 8] = b"HAULMINE";
/// Version of the format. It increases when the content changes.
const VERSION: u32 = 1;
/// Length of the header, bytes.
const HEADER_LENGTH: usize = 44;
/// Compression level, 0 to 9. Above 6, files shrink by less than 2 %.
const COMPRESSION_LEVEL: u32 = 6;
/// Maximum compression ratio of zlib (RFC 1951: 258 bytes in two bits).
const GREATEST_RATIO: usize = 1_032;

impl MineMap {
    /// Returns the map as bytes. Equal maps give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let content = self.content();
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(COMPRESSION_LEVEL));
        // Writing to memory cannot fail.
        let packed = packed.write_all(&content).and_then(|()| packed.finish()).unwrap_or_default();
        let mut out = Vec::with_capacity(HEADER_LENGTH + packed.len());
        out.extend(MAGIC);
        VERSION.put(&mut out);
        xxh3_64(&content).put(&mut out);
        (content.len() as u64).put(&mut out);
        (packed.len() as u64).put(&mut out);
        xxh3_64(&packed).put(&mut out);
        out.extend(packed);
        out
    }

    /// Reads a map from bytes. It equals the map that was written.
    ///
    /// # Errors
    ///
    /// Returns a fault if the bytes are not a map, have another version, or were cut short or changed.
    pub fn from_bytes(bytes: &[u8]) -> Result<MineMap, MineError> {
        Ok(unpacked(bytes)?)
    }

    /// Returns the fingerprint of the map, the XXH3 hash of its content. Equal maps have equal fingerprints.
    pub fn fingerprint(&self) -> u64 {
        xxh3_64(&self.content())
    }

    /// Returns the content before packing.
    fn content(&self) -> Vec<u8> {
        let mut content = Vec::new();
        self.put(&mut content);
        content
    }
}

/// Reads a packed map from a file.
pub(crate) fn read_file(path: &Path) -> Result<MineMap, Fault> {
    let bytes = std::fs::read(path).map_err(|e| Fault::unreadable(path.display(), &e))?;
    unpacked(&bytes).map_err(|fault| fault.in_file(path.display()))
}

/// Reads a packed map from bytes.
fn unpacked(bytes: &[u8]) -> Result<MineMap, Fault> {
    let again = "pack the mine again with `haul mine pack DIR --out FILE.mine`";
    let seen = bytes.len().min(MAGIC.len());
    if bytes[..seen] != MAGIC[..seen] || bytes.is_empty() {
        let fault = Fault::new("is not a packed mine: expected `HAULMINE` at the start, found other bytes");
        return Err(fault.help("give a file of `haul mine pack`, or a mine directory"));
    }
    let cut = |held: String| Fault::new(format!("is cut short: {held}")).help(format!("copy it again, or {again}"));
    let Some((head, packed)) = bytes.split_at_checked(HEADER_LENGTH) else {
        return Err(cut(format!("expected a header of {HEADER_LENGTH} bytes, found {}", bytes.len())));
    };
    let mut head = ByteReader::new(&head[MAGIC.len()..]);
    let broken = |what: &str| Fault::new(format!("is damaged: {what}")).help(format!("copy it again, or {again}"));
    let number = |head: &mut ByteReader<'_>| u64::take(head).map_err(|e| broken(&e.0));
    let version = u32::take(&mut head).map_err(|e| broken(&e.0))?;
    if version != VERSION {
        let fault = Fault::new(format!("is a packed mine of version {version}; this haul reads version {VERSION}"));
        return Err(fault.help(format!("{again}, with this haul")));
    }
    let (fingerprint, length) = (number(&mut head)?, number(&mut head)?);
    let (packed_length, checksum) = (number(&mut head)?, number(&mut head)?);
    let held = packed.len() as u64;
    if held < packed_length {
        return Err(cut(format!("expected {packed_length} bytes of content, found {held}")));
    }
    if held > packed_length {
        return Err(broken(&format!("{} bytes too many", held - packed_length)));
    }
    // zlib leaves some bits unchecked, hence this checksum.
    if xxh3_64(packed) != checksum {
        return Err(broken("its content does not match its checksum"));
    }
    let most = packed.len().saturating_mul(GREATEST_RATIO) as u64;
    let Some(room) = usize::try_from(length).ok().filter(|_| length <= most) else {
        return Err(broken(&format!("{length} bytes of content do not fit in {held} packed bytes")));
    };
    let mut content = Vec::new();
    let unpacking = flate2::read::ZlibDecoder::new(packed).take(length.saturating_add(1));
    let read = std::io::BufReader::new(unpacking).read_to_end(&mut content);
    if read.is_err() || content.len() != room || xxh3_64(&content) != fingerprint {
        return Err(broken("its content does not match its fingerprint"));
    }
    let mut reader = ByteReader::new(&content);
    let map = MineMap::take(&mut reader).map_err(|e| broken(&e.0))?;
    if reader.left() > 0 {
        return Err(broken(&format!("found {} bytes after the last layer", reader.left())));
    }
    Ok(map)
}
