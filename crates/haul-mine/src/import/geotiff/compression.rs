//! Compression methods of strips and tiles.

use std::io::Read;
use weezl::{BitOrder, LzwStatus};

/// A supported compression method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Lzw,
    Deflate,
    PackBits,
    Zstd,
}

/// Supported compression methods with their codes in the tag Compression. Deflate has an old and a new code.
const READ: [(u32, Compression); 6] = [
    (1, Compression::None),
    (5, Compression::Lzw),
    (8, Compression::Deflate),
    (32_946, Compression::Deflate),
    (32_773, Compression::PackBits),
    (50_000, Compression::Zstd),
];
/// Names and codes of unsupported compression methods, for messages.
const OTHERS: [(u32, &str); 12] = [
    (2, "CCITT RLE"),
    (3, "CCITT FAX 3"),
    (4, "CCITT FAX 4"),
    (6, "JPEG (old)"),
    (7, "JPEG"),
    (32_809, "ThunderScan"),
    (34_712, "JPEG 2000"),
    (34_887, "LERC"),
    (34_925, "LZMA"),
    (50_001, "WebP"),
    (50_002, "JPEG XL"),
    (52_546, "JPEG XL"),
];

impl Compression {
    /// Returns the compression method with this code.
    ///
    /// # Errors
    ///
    /// Returns the name of the method if it is not supported.
    pub(super) fn of_code(code: u32) -> Result<Compression, String> {
        READ.iter().find(|(read, _)| *read == code).map(|(_, compression)| *compression).ok_or_else(|| {
            let name = OTHERS.iter().find(|(other, _)| *other == code).map(|(_, name)| (*name).to_owned());
            name.unwrap_or_else(|| format!("code {code}"))
        })
    }
}

/// Unpacks a strip or tile, up to about `expected` bytes. The result is shorter if the data end early.
///
/// # Errors
///
/// Returns a description of the problem if the data are not in this compression.
pub(super) fn unpack(compression: Compression, packed: Vec<u8>, expected: usize) -> Result<Vec<u8>, String> {
    let limit = expected as u64;
    let mut data = Vec::new();
    match compression {
        Compression::None => return Ok(packed),
        Compression::Lzw => return lzw(&packed, expected),
        Compression::PackBits => return Ok(pack_bits(&packed, expected)),
        Compression::Deflate => flate2::read::ZlibDecoder::new(&*packed).take(limit).read_to_end(&mut data),
        Compression::Zstd => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(&*packed);
            decoder.map_err(|e| format!("cannot be unpacked: {e}"))?.take(limit).read_to_end(&mut data)
        }
    }
    .map_err(|e| format!("cannot be unpacked: {e}"))?;
    Ok(data)
}

/// Unpacks LZW data. If all expected bytes are present, a missing end code is not an error.
fn lzw(packed: &[u8], expected: usize) -> Result<Vec<u8>, String> {
    let mut decoder = weezl::decode::Decoder::with_tiff_size_switch(BitOrder::Msb, 8);
    let mut data = vec![0; expected];
    let (mut used, mut made) = (0, 0);
    while made < expected {
        let step = decoder.decode_bytes(&packed[used..], &mut data[made..]);
        (used, made) = (used + step.consumed_in, made + step.consumed_out);
        match step.status {
            Ok(LzwStatus::Ok) if step.consumed_in + step.consumed_out > 0 => {}
            Ok(_) => break,
            Err(e) => return Err(format!("cannot be unpacked: {e}")),
        }
    }
    data.truncate(made);
    Ok(data)
}

/// Unpacks PackBits data (TIFF 6.0, section 9).
fn pack_bits(packed: &[u8], expected: usize) -> Vec<u8> {
    let mut data = Vec::new();
    let mut rest = packed;
    while let (Some((&head, after)), true) = (rest.split_first(), data.len() < expected) {
        rest = after;
        let count = usize::from(head);
        match head {
            0..=127 => {
                let literal = &rest[..(count + 1).min(rest.len())];
                data.extend_from_slice(literal);
                rest = &rest[literal.len()..];
            }
            128 => {}
            129..=255 => {
                let Some((&byte, after)) = rest.split_first() else { break };
                data.extend(std::iter::repeat_n(byte, 257 - count));
                rest = after;
            }
        }
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pack_bits_of_the_standard_are_unpacked() {
        let packed = [0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x03, 0x80, 0x00, 0x2a, 0x22, 0xf7, 0xaa];
        let data = unpack(Compression::PackBits, packed.to_vec(), 24).unwrap();
        let mut expected = vec![0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0x22];
        expected.extend([0xaa; 10]);
        assert_eq!(data, expected);
    }

    #[test]
    fn lzw_without_an_end_code_is_unpacked() {
        let cells: Vec<u8> = (0..2_000_u32).map(|k| (k * k % 251) as u8).collect();
        let packed = weezl::encode::Encoder::with_tiff_size_switch(BitOrder::Msb, 8).encode(&cells).unwrap();
        assert_eq!(unpack(Compression::Lzw, packed.clone(), cells.len()).unwrap(), cells);
        // The end code has at most 12 bits, so cutting off the last byte damages it.
        let short = packed[..packed.len() - 1].to_vec();
        assert_eq!(unpack(Compression::Lzw, short, cells.len() - 1).unwrap(), cells[..cells.len() - 1]);
        assert!(unpack(Compression::Lzw, packed[..500].to_vec(), cells.len()).unwrap().len() < cells.len());
    }

    #[test]
    fn broken_data_are_refused_or_short() {
        for compression in [Compression::Deflate, Compression::Zstd] {
            assert!(unpack(compression, vec![7; 40], 100).is_err());
        }
        assert!(unpack(Compression::PackBits, vec![127, 1], 100).unwrap().len() < 100);
        assert_eq!(Compression::of_code(34_887), Err("LERC".to_owned()));
        assert_eq!(Compression::of_code(9), Err("code 9".to_owned()));
    }
}
