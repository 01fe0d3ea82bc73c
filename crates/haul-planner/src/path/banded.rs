//! Banded symmetric positive definite systems.

/// Half bandwidth: a rate of curvature involves four consecutive points.
pub(crate) const REACH: usize = 3;

/// Lower half of a symmetric matrix: `rows[i][k]` is the entry of row `i`, column `i − k`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Banded {
    rows: Vec<[f64; REACH + 1]>,
}

impl Banded {
    /// Resets this to an `n` × `n` matrix of zeros.
    pub(crate) fn reset(&mut self, n: usize) {
        self.rows.clear();
        self.rows.resize(n, [0.0; REACH + 1]);
    }

    /// Adds `value` to diagonal entry `i`.
    pub(crate) fn add_diagonal(&mut self, i: usize, value: f64) {
        if let Some(row) = self.rows.get_mut(i) {
            row[0] += value;
        }
    }

    /// Adds `weight` × u uᵀ. The given entries of u begin at index `first`; all others are 0.
    pub(crate) fn add_square<const N: usize>(&mut self, weight: f64, first: usize, u: &[f64; N]) {
        const { assert!(N <= REACH + 1) };
        let Some(rows) = self.rows.get_mut(first..first + N) else { return };
        for (a, row) in rows.iter_mut().enumerate() {
            let by = weight * u[a];
            for (b, v) in u[..=a].iter().enumerate() {
                row[a - b] += by * v;
            }
        }
    }

    /// Factors a copy with `damping` added to the diagonal (LDLᵀ, Golub and Van Loan 2013, section 4.1.2, within the
    /// band), and solves for `rhs` in place. If the matrix is not positive definite, returns false and leaves `rhs`
    /// partly changed.
    pub(crate) fn solve(&self, damping: f64, factor: &mut Banded, rhs: &mut [f64]) -> bool {
        let n = self.rows.len();
        factor.rows.clear();
        factor.rows.extend_from_slice(&self.rows);
        let f = &mut factor.rows;
        // The three previous rows of L, the nearest first, each with its reciprocal of D and its remaining right-hand
        // side. Before the first row, they are rows of the identity. Each row waits for only one division of the
        // previous row.
        let mut before = [[1.0, 0.0, 0.0, 0.0]; REACH];
        let mut left = [0.0; REACH];
        for (row, rhs) in f.iter_mut().zip(rhs.iter_mut()) {
            let [one, two, three] = &before;
            // Entries (i, i − 3) to (i, i − 1) of L D, from left to right.
            let far = row[3];
            let middle = row[2] - far * two[1];
            let near = row[1] - far * one[2] - middle * one[1];
            let (l1, l2, l3) = (near * one[0], middle * two[0], far * three[0]);
            let pivot = (row[0] + damping) - far * l3 - middle * l2 - near * l1;
            if pivot <= 0.0 || !pivot.is_finite() {
                return false;
            }
            *row = [pivot.recip(), l1, l2, l3];
            *rhs = *rhs - l3 * left[2] - l2 * left[1] - l1 * left[0];
            (before, left) = ([*row, before[0], before[1]], [*rhs, left[0], left[1]]);
        }
        for i in (0..n).rev() {
            let ahead = |k: usize| f.get(i + k).map_or(0.0, |row| row[k] * rhs[i + k]);
            let known = ahead(3) + ahead(2) + ahead(1);
            rhs[i] = rhs[i] * f[i][0] - known;
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
                let window = row.len().min(n - i);
                for (a, b) in (0..window).flat_map(|a| (0..window).map(move |b| (a, b))) {
                    dense[(i + a, i + b)] += row[a] * row[b];
                }
                match window {
                    4 => band.add_square(1.0, i, row),
                    3 => band.add_square(0.5, i, &[row[0], row[1], row[2]].map(|u| u * std::f64::consts::SQRT_2)),
                    2 => band.add_square(1.0, i, &[row[0], row[1]]),
                    _ => band.add_diagonal(i, row[0] * row[0]),
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
