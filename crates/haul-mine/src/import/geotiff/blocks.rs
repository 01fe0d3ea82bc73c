//! Strips and tiles (blocks) of a TIFF: their location in the file, and their cells.
//!
//! The `tiff` crate (0.11.3) rejects some valid LZW strips ("no lzw end code found") and needs a C build to read ZSTD,
//! so this module unpacks the blocks itself.

use super::compression::{Compression, unpack};
use super::predictor::{Predictor, undo};
use haul_core::Fault;
use std::io::{Read, Seek, SeekFrom};
use tiff::decoder::Decoder;
use tiff::tags::{ByteOrder, Tag};

/// Maximum size of an unpacked strip or tile (bytes).
const GREATEST_BLOCK: u64 = 256 << 20;

/// Type of the numbers in the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Unsigned,
    Signed,
    Floating,
}

/// Layout of the strips or tiles of a raster.
pub(super) struct Blocks {
    offsets: Vec<u64>,
    sizes: Vec<u64>,
    /// Columns and rows of cells in a block. A tile at the border also has cells outside the raster.
    pub(super) size: (u64, u64),
    /// Number of blocks across and down the raster.
    pub(super) number: (u64, u64),
    is_tiled: bool,
    rows: u64,
    compression: Compression,
    predictor: Predictor,
    /// Number of samples per cell that are stored together: 1 if each band has its own blocks.
    pub(super) samples: usize,
    bytes: usize,
    number_type: Number,
    order: ByteOrder,
}

/// The unpacked cells of a block.
pub(super) struct Block {
    data: Vec<u8>,
    bytes: usize,
    number_type: Number,
    is_big_endian: bool,
}

impl Blocks {
    /// Reads the layout of the blocks from the tags.
    ///
    /// # Errors
    ///
    /// Returns a description of the problem if tags are invalid or contradict each other.
    pub(super) fn of<R: Read + Seek>(
        decoder: &mut Decoder<R>,
        (columns, rows): (u64, u64),
        (compression, number_type, bits, samples): (Compression, Number, u32, usize),
    ) -> Result<Blocks, String> {
        let list = |decoder: &mut Decoder<R>, tag| decoder.get_tag_u64_vec(tag).ok();
        let (tile_columns, tile_rows) = (list(decoder, Tag::TileWidth), list(decoder, Tag::TileLength));
        let first = |list: Option<Vec<u64>>| list.and_then(|l| l.first().copied());
        let is_tiled = tile_columns.is_some();
        let size = if is_tiled {
            (first(tile_columns).unwrap_or(0), first(tile_rows).unwrap_or(0))
        } else {
            (columns, first(list(decoder, Tag::RowsPerStrip)).unwrap_or(rows).min(rows))
        };
        if size.0 == 0 || size.1 == 0 {
            return Err("expected strips or tiles with a size, found size 0".to_owned());
        }
        let number = (columns.div_ceil(size.0), rows.div_ceil(size.1));
        let tags =
            if is_tiled { (Tag::TileOffsets, Tag::TileByteCounts) } else { (Tag::StripOffsets, Tag::StripByteCounts) };
        let offsets = list(decoder, tags.0).unwrap_or_default();
        let sizes = list(decoder, tags.1).unwrap_or_default();
        let needed = number.0 * number.1;
        if (offsets.len() as u64) < needed || sizes.len() != offsets.len() {
            return Err(format!(
                "expected {needed} strips or tiles, found {} offsets and {} sizes",
                offsets.len(),
                sizes.len()
            ));
        }
        let predictor = match first(list(decoder, Tag::Predictor)).unwrap_or(1) {
            1 => Predictor::None,
            2 => Predictor::Horizontal,
            3 if number_type == Number::Floating => Predictor::FloatingPoint,
            other => return Err(format!("expected predictor 1 or 2, or 3 for floating point, found {other}")),
        };
        Ok(Blocks {
            offsets,
            sizes,
            size,
            number,
            is_tiled,
            rows,
            compression,
            predictor,
            samples,
            bytes: bits as usize / 8,
            number_type,
            order: decoder.byte_order(),
        })
    }

    /// Returns true if the file holds no data for a block, as is usual in a sparse file.
    pub(super) fn is_absent(&self, block: u64) -> bool {
        self.sizes.get(block as usize).is_none_or(|size| *size == 0)
    }

    /// Reads a block. `plane` is the band if each band has its own blocks, and 0 if the bands are interleaved.
    ///
    /// # Errors
    ///
    /// Returns a fault if the block is too large, is cut off or cannot be unpacked.
    pub(super) fn read<R: Read + Seek>(
        &self,
        decoder: &mut Decoder<R>,
        block: u64,
        plane: u64,
    ) -> Result<Block, Fault> {
        let index = (plane * self.number.0 * self.number.1 + block) as usize;
        let down = block / self.number.0;
        // The last strip may have fewer rows; tiles are always complete.
        let rows = if self.is_tiled { self.size.1 } else { self.size.1.min(self.rows - down * self.size.1) };
        let too_large = || {
            let limit = GREATEST_BLOCK >> 20;
            Fault::new(format!("expected strips of at most {limit} MiB when unpacked, found a larger one"))
                .help("write it in tiles: gdal_translate -co TILED=YES IN OUT.tif")
        };
        let row_bytes = self.size.0.checked_mul((self.samples * self.bytes) as u64).ok_or_else(too_large)?;
        let expected = row_bytes.checked_mul(rows).filter(|n| *n <= GREATEST_BLOCK).ok_or_else(too_large)?;
        let (Some(&offset), Some(&size)) = (self.offsets.get(index), self.sizes.get(index)) else {
            return Err(Fault::new(format!("expected strip or tile {index}, found {} of them", self.offsets.len())));
        };
        if size > GREATEST_BLOCK {
            return Err(too_large());
        }
        let broken = |what: String| {
            let name = if self.is_tiled { "tile" } else { "strip" };
            Fault::new(format!("{name} {}: {what}", index + 1)).help("the file was cut off or damaged; export it again")
        };
        let mut packed = Vec::new();
        let stream = decoder.inner();
        stream.seek(SeekFrom::Start(offset)).map_err(|e| broken(format!("cannot be read: {e}")))?;
        stream.take(size).read_to_end(&mut packed).map_err(|e| broken(format!("cannot be read: {e}")))?;
        let mut data = unpack(self.compression, packed, expected as usize).map_err(broken)?;
        if data.len() < expected as usize {
            return Err(broken(format!("expected {expected} bytes, found {}; the file was cut off", data.len())));
        }
        data.truncate(expected as usize);
        let is_big_endian = self.order == ByteOrder::BigEndian;
        let is_big_endian =
            undo(self.predictor, &mut data, row_bytes as usize, self.samples, self.bytes, is_big_endian);
        Ok(Block { data, bytes: self.bytes, number_type: self.number_type, is_big_endian })
    }
}

impl Block {
    /// Returns the number at index `k` of the block.
    pub(super) fn number(&self, k: usize) -> Option<f64> {
        let bytes = self.data.get(k * self.bytes..(k + 1) * self.bytes)?;
        // The bytes of the number, in the low end of a 64-bit word.
        let bits = bytes.iter().enumerate().fold(0_u64, |word, (i, byte)| {
            let place = if self.is_big_endian { self.bytes - 1 - i } else { i };
            word | u64::from(*byte) << (8 * place)
        });
        Some(match (self.number_type, self.bytes) {
            (Number::Unsigned, _) => bits as f64,
            (Number::Signed, 1) => f64::from(bits as u8 as i8),
            (Number::Signed, 2) => f64::from(bits as u16 as i16),
            (Number::Signed, 4) => f64::from(bits as u32 as i32),
            (Number::Signed, _) => bits as i64 as f64,
            (Number::Floating, 2) => half(bits as u16),
            (Number::Floating, 4) => f64::from(f32::from_bits(bits as u32)),
            (Number::Floating, _) => f64::from_bits(bits),
        })
    }
}

/// Converts a number from half precision (IEEE 754 binary16).
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction * libm::ldexp(1.0, -24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => (1_024.0 + fraction) * libm::ldexp(1.0, exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_all_types_are_read_in_both_orders() {
        let block = |data: &[u8], number_type, is_big_endian| Block {
            data: data.to_vec(),
            bytes: data.len(),
            number_type,
            is_big_endian,
        };
        assert_eq!(block(&(-5_i16).to_le_bytes(), Number::Signed, false).number(0), Some(-5.0));
        assert_eq!(block(&70_000_u32.to_be_bytes(), Number::Unsigned, true).number(0), Some(70_000.0));
        assert_eq!(block(&1.5_f32.to_be_bytes(), Number::Floating, true).number(0), Some(1.5));
        assert_eq!(block(&(-2.25_f64).to_le_bytes(), Number::Floating, false).number(0), Some(-2.25));
        assert_eq!(block(&[0xff], Number::Signed, false).number(0), Some(-1.0));
        assert_eq!(block(&[0xff], Number::Unsigned, false).number(1), None);
        for (bits, value) in [(0x3c00, 1.0), (0xc000, -2.0), (0x5cb0, 300.0), (0x0001, 5.960_464_477_539_063e-8)] {
            assert_eq!(half(bits), value);
        }
        assert!(half(0x7e00).is_nan() && half(0xfc00) == f64::NEG_INFINITY);
    }
}
