//! Columns of similar numbers, stored so that they compress well and come back bit for bit.
//!
//! Each number is combined with a prediction by exclusive or, which leaves leading zeros. The bytes of all numbers are
//! then stored plane by plane: all first bytes, then all second bytes, and so on.

use super::codec::{Broken, ByteReader};

/// Appends numbers, each predicted by the previous one.
pub(super) fn put_reals(values: impl Iterator<Item = f64>, out: &mut Vec<u8>) {
    let mut before = 0_u64;
    let words: Vec<[u8; 8]> =
        values.map(|value| (value.to_bits() ^ std::mem::replace(&mut before, value.to_bits())).to_be_bytes()).collect();
    put_planes(&words, out);
}

/// Reads `count` numbers.
pub(super) fn take_reals(count: usize, from: &mut ByteReader<'_>) -> Result<Vec<f64>, Broken> {
    let mut bits = 0_u64;
    let words = take_planes::<8>(count, from)?;
    Ok(words
        .into_iter()
        .map(|word| {
            bits ^= u64::from_be_bytes(word);
            f64::from_bits(bits)
        })
        .collect())
}

/// Appends a grid of numbers row by row. Each number is predicted from its western and southern neighbours.
pub(super) fn put_grid(columns: usize, values: &[f32], out: &mut Vec<u8>) {
    let word = |k: usize| (values[k].to_bits() ^ predicted(columns, values, k).to_bits()).to_be_bytes();
    let words: Vec<[u8; 4]> = (0..values.len()).map(word).collect();
    put_planes(&words, out);
}

/// Reads a grid of `count` numbers.
pub(super) fn take_grid(columns: usize, count: usize, from: &mut ByteReader<'_>) -> Result<Vec<f32>, Broken> {
    let words = take_planes::<4>(count, from)?;
    let mut values = Vec::with_capacity(count);
    for (k, word) in words.into_iter().enumerate() {
        let bits = u32::from_be_bytes(word) ^ predicted(columns, &values, k).to_bits();
        values.push(f32::from_bits(bits));
    }
    Ok(values)
}

/// Predicts number `k` of a grid by the plane through its previous neighbours. It only adds and subtracts floats in a
/// fixed order, which gives the same result on every machine.
fn predicted(columns: usize, values: &[f32], k: usize) -> f32 {
    let west = (!k.is_multiple_of(columns.max(1))).then(|| values[k - 1]);
    let south = k.checked_sub(columns).map(|s| values[s]);
    let value = match (west, south) {
        (Some(west), Some(south)) => west + (south - values[k - columns - 1]),
        (Some(near), None) | (None, Some(near)) => near,
        (None, None) => 0.0,
    };
    // The bits of a NaN differ between machines.
    if value.is_nan() { 0.0 } else { value }
}

/// Appends words plane by plane.
fn put_planes<const N: usize>(words: &[[u8; N]], out: &mut Vec<u8>) {
    (0..N).for_each(|plane| out.extend(words.iter().map(|word| word[plane])));
}

/// Reads `count` words plane by plane.
fn take_planes<const N: usize>(count: usize, from: &mut ByteReader<'_>) -> Result<Vec<[u8; N]>, Broken> {
    let whole = count.checked_mul(N).ok_or_else(|| Broken::new(format!("too many numbers: {count}")))?;
    let bytes = from.bytes(whole)?;
    Ok((0..count).map(|k| std::array::from_fn(|plane| bytes[plane * count + k])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bits_come_back(bits in proptest::collection::vec(any::<u64>(), 0..200), columns in 1_usize..20) {
            let reals: Vec<f64> = bits.iter().map(|b| f64::from_bits(*b)).collect();
            let mut out = Vec::new();
            put_reals(reals.iter().copied(), &mut out);
            let back = take_reals(reals.len(), &mut ByteReader::new(&out)).unwrap();
            prop_assert!(back.iter().map(|v| v.to_bits()).eq(bits.iter().copied()));
            let grid: Vec<f32> = bits.iter().map(|b| f32::from_bits(*b as u32)).collect();
            let grid = &grid[..grid.len() / columns * columns];
            let mut out = Vec::new();
            put_grid(columns, grid, &mut out);
            let back = take_grid(columns, grid.len(), &mut ByteReader::new(&out)).unwrap();
            prop_assert!(back.iter().map(|v| v.to_bits()).eq(grid.iter().map(|v| v.to_bits())));
        }
    }

    #[test]
    fn plane_is_predicted_exactly() {
        let values: Vec<f32> = (0..900).map(|k| 100.0 + (k % 30) as f32 * 0.5 - (k / 30) as f32 * 0.25).collect();
        let mut out = Vec::new();
        put_grid(30, &values, &mut out);
        assert!(out.iter().filter(|b| **b == 0).count() > 3_400, "exact steps leave nothing but zeros");
    }
}
