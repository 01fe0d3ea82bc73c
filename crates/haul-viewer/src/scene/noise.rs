//! Smooth noise, a pure function of the position.

/// Returns value noise from −1 to 1 (Perlin 1985, on a lattice of random values).
pub fn noise(x: f64, y: f64) -> f64 {
    let corner = |i: i64, j: i64| {
        let mut h = (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (j as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        h = (h ^ (h >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        h ^= h >> 32;
        ((h >> 40) as f64 / (1_u64 << 24) as f64) * 2.0 - 1.0
    };
    let (i, j) = (x.floor(), y.floor());
    let fade = |t: f64| t * t * (3.0 - 2.0 * t);
    let (u, v) = (fade(x - i), fade(y - j));
    let (i, j) = (i as i64, j as i64);
    let low = corner(i, j) + (corner(i + 1, j) - corner(i, j)) * u;
    let high = corner(i, j + 1) + (corner(i + 1, j + 1) - corner(i, j + 1)) * u;
    low + (high - low) * v
}

/// Returns a sum of octaves of noise, from −1 to 1. Each octave has twice the frequency and half the amplitude of the
/// previous one. Each octave is rotated, so that the lattice is not visible.
pub fn octaves(x: f64, y: f64, count: u32) -> f64 {
    let (mut x, mut y, mut sum, mut amplitude, mut total) = (x, y, 0.0, 1.0, 0.0);
    for _ in 0..count {
        sum += amplitude * noise(x, y);
        total += amplitude;
        amplitude *= 0.5;
        (x, y) = (1.6 * x - 1.2 * y + 11.3, 1.2 * x + 1.6 * y - 7.9);
    }
    sum / total
}

/// Returns 0 below `low`, 1 above `high`, and a smooth transition between them.
pub fn smooth_step(low: f64, high: f64, value: f64) -> f64 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_continuous_bounded_and_varied() {
        let mut range = (f64::INFINITY, f64::NEG_INFINITY);
        for k in 0..4_000 {
            let (x, y) = (f64::from(k) * 0.173, f64::from(k) * -0.091);
            let v = octaves(x, y, 4);
            assert!((octaves(x + 1e-6, y, 4) - v).abs() < 1e-4);
            range = (range.0.min(v), range.1.max(v));
        }
        assert!(range.0 >= -1.0 && range.1 <= 1.0 && range.1 - range.0 > 0.8, "{range:?}");
    }
}
