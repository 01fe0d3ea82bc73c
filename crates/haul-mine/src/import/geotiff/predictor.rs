//! Predictors: before compression, each cell is replaced by its difference to the neighbouring cell (TIFF 6.0, section
//! 14; for floating point, Adobe Technical Note 3).

/// Predictor of a TIFF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Predictor {
    None,
    Horizontal,
    FloatingPoint,
}

/// Undoes a predictor: turns differences back into numbers, row by row. A cell has `samples` numbers of `bytes` bytes
/// each. Returns true if the resulting numbers are big-endian.
pub(super) fn undo(
    predictor: Predictor,
    data: &mut [u8],
    row_bytes: usize,
    samples: usize,
    bytes: usize,
    is_big_endian: bool,
) -> bool {
    match predictor {
        Predictor::None => is_big_endian,
        Predictor::Horizontal => {
            let step = samples * bytes;
            for row in data.chunks_exact_mut(row_bytes) {
                for k in (step..row.len()).step_by(bytes) {
                    add(row, k - step, k, bytes, is_big_endian);
                }
            }
            is_big_endian
        }
        Predictor::FloatingPoint => {
            let mut planes = vec![0; row_bytes];
            for row in data.chunks_exact_mut(row_bytes) {
                for k in samples..row.len() {
                    row[k] = row[k].wrapping_add(row[k - samples]);
                }
                // A row holds the highest bytes of all numbers first, then the second-highest bytes, and so on.
                planes.copy_from_slice(row);
                let count = row_bytes / bytes;
                for (k, byte) in planes.iter().enumerate() {
                    row[k % count * bytes + k / count] = *byte;
                }
            }
            true
        }
    }
}

/// Adds the number at offset `from` of a row to the number at offset `to`, with wrap-around.
fn add(row: &mut [u8], from: usize, to: usize, bytes: usize, is_big_endian: bool) {
    let mut carry = 0_u16;
    for i in 0..bytes {
        let i = if is_big_endian { bytes - 1 - i } else { i };
        let sum = u16::from(row[from + i]) + u16::from(row[to + i]) + carry;
        row[to + i] = sum as u8;
        carry = sum >> 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn horizontal_differences_are_added_in_both_orders() {
        let cells: [i16; 4] = [300, 290, -5, 32_000];
        let differences: Vec<i16> =
            (0..4).map(|k| cells[k].wrapping_sub(if k == 0 { 0 } else { cells[k - 1] })).collect();
        let mut little: Vec<u8> = differences.iter().flat_map(|d| d.to_le_bytes()).collect();
        assert!(!undo(Predictor::Horizontal, &mut little, 8, 1, 2, false));
        assert_eq!(little, cells.iter().flat_map(|c| c.to_le_bytes()).collect::<Vec<u8>>());
        let mut big: Vec<u8> = differences.iter().flat_map(|d| d.to_be_bytes()).collect();
        assert!(undo(Predictor::Horizontal, &mut big, 8, 1, 2, true));
        assert_eq!(big, cells.iter().flat_map(|c| c.to_be_bytes()).collect::<Vec<u8>>());
    }

    #[test]
    fn bytes_of_floating_point_are_put_together() {
        let cells = [1.5_f32, -300.25, 1e-3];
        let bytes: Vec<[u8; 4]> = cells.iter().map(|c| c.to_be_bytes()).collect();
        let planes: Vec<u8> = (0..4).flat_map(|b| bytes.iter().map(move |c| c[b])).collect();
        let mut row: Vec<u8> =
            (0..12).map(|k| planes[k].wrapping_sub(if k == 0 { 0 } else { planes[k - 1] })).collect();
        assert!(undo(Predictor::FloatingPoint, &mut row, 12, 1, 4, false));
        assert_eq!(row, bytes.concat());
    }
}
