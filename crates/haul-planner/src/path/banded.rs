//! Symmetric positive definite systems whose entries lie near the diagonal.

/// How far from the diagonal entries reach: a rate of curvature joins four neighbours.
pub(crate) const REACH: usize = 3;

/// Lower half of a symmetric matrix: `rows[i][k]` is the entry of row `i`, column `i − k`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Banded {
    rows: Vec<[f64; REACH + 1]>,
}

impl Banded {
    /// Clears to an `n` × `n` matrix of zeros.
    pub(crate) fn reset(&mut self, n: usize) {
        self.rows.clear();
        self.rows.resize(n, [0.0; REACH + 1]);
    }

    /// Adds to entry (i, j) and its mirror image; entries further apart than [`REACH`] do not exist.
    pub(crate) fn add(&mut self, i: usize, j: usize, value: f64) {
        let (row, column) = (i.max(j), i.min(j));
        if let Some(entry) = self.rows.get_mut(row).and_then(|r| r.get_mut(row - column)) {
            *entry += value;
        }
    }

    /// Factors a copy with `damping` on the diagonal (LDLᵀ, Golub and Van Loan 2013, section 4.1.2, within the band) and
    /// solves for `rhs` in place. False where the matrix is not positive definite.
    pub(crate) fn solve(&self, damping: f64, factor: &mut Banded, rhs: &mut [f64]) -> bool {
        let n = self.rows.len();
        factor.rows.clear();
        factor.rows.extend_from_slice(&self.rows);
        let f = &mut factor.rows;
        // The rows before the present one, the nearest first; before the first row the identity.
        let mut before = [[1.0, 0.0, 0.0, 0.0]; REACH];
        for row in f.iter_mut() {
            row[0] += damping;
            for back in (1..=REACH).rev() {
                let other = &before[back - 1];
                // Entry (i, i − back) less what the columns before that already account for.
                let mut sum = row[back];
                for k in (back + 1..=REACH).rev() {
                    sum -= row[k] * other[k - back] * before[k - 1][0];
                }
                row[back] = sum / other[0];
            }
            for back in (1..=REACH).rev() {
                row[0] -= row[back] * row[back] * before[back - 1][0];
            }
            if row[0] <= 0.0 || !row[0].is_finite() {
                return false;
            }
            before.rotate_right(1);
            before[0] = *row;
        }
        for i in 0..n {
            for k in i.saturating_sub(REACH)..i {
                rhs[i] -= f[i][i - k] * rhs[k];
            }
        }
        for i in 0..n {
            rhs[i] /= f[i][0];
        }
        for i in (0..n).rev() {
            for k in i.saturating_sub(REACH)..i {
                rhs[k] -= f[i][i - k] * rhs[i];
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_a_dense_solver(rows in prop::collection::vec([-1.0..1.0_f64, -1.0..1.0, -1.0..1.0, -1.0..1.0], 1..20)) {
            // JᵀJ + I of a banded J is positive definite.
            let n = rows.len();
            let mut band = Banded::default();
            band.reset(n);
            let mut dense = nalgebra::DMatrix::<f64>::identity(n, n);
            for (i, row) in rows.iter().enumerate() {
                for (a, u) in row.iter().enumerate() {
                    for (b, v) in row.iter().enumerate() {
                        if i + a < n && i + b < n {
                            dense[(i + a, i + b)] += u * v;
                            if b <= a {
                                band.add(i + a, i + b, u * v);
                            }
                        }
                    }
                }
            }
            let rhs: Vec<f64> = (0..n).map(|i| 1.0 + i as f64).collect();
            let mut x = rhs.clone();
            prop_assert!(band.solve(1.0, &mut Banded::default(), &mut x));
            let left = dense * nalgebra::DVector::from_vec(x);
            for (l, r) in left.iter().zip(&rhs) {
                prop_assert!((l - r).abs() < 1e-9);
            }
        }
    }
}
