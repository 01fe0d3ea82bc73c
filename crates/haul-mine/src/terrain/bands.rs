//! Heights stored in bands of four rows, column by column in each band.
//!
//! The sixteen nodes around a point then lie in two places in memory instead of four. On a large mine, a height query
//! spends most of its time waiting for memory.

/// Number of rows in a band.
const BAND_ROWS: usize = 4;

/// The heights of a grid's nodes, m.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bands {
    columns: usize,
    rows: usize,
    /// Heights of whole bands. Rows beyond the last one are 0.
    heights: Vec<f32>,
}

impl Bands {
    /// Creates the bands from heights row by row, with `columns` heights per row.
    pub(super) fn of_rows(columns: usize, heights: &[f32]) -> Bands {
        let rows = heights.len().checked_div(columns).unwrap_or(0);
        let mut bands = Vec::with_capacity(rows.div_ceil(BAND_ROWS) * BAND_ROWS * columns);
        for j in (0..rows).step_by(BAND_ROWS) {
            match [j, j + 1, j + 2, j + 3].map(|j| heights.get(j * columns..(j + 1) * columns)) {
                [Some(a), Some(b), Some(c), Some(d)] => {
                    bands.extend((0..columns).flat_map(|i| [a[i], b[i], c[i], d[i]]))
                }
                last => bands.extend((0..columns).flat_map(|i| last.map(|row| row.map_or(0.0, |row| row[i])))),
            }
        }
        Bands { columns, rows, heights: bands }
    }

    /// Returns the heights row by row.
    pub(super) fn to_rows(&self) -> Vec<f32> {
        (0..self.rows * self.columns).map(|k| self.get(k % self.columns, k / self.columns)).collect()
    }

    /// Returns the index of a node in storage.
    fn at(&self, i: usize, j: usize) -> usize {
        (j / BAND_ROWS) * (BAND_ROWS * self.columns) + j % BAND_ROWS + BAND_ROWS * i
    }

    pub(super) fn get(&self, i: usize, j: usize) -> f32 {
        self.heights[self.at(i, j)]
    }

    pub(super) fn get_mut(&mut self, i: usize, j: usize) -> &mut f32 {
        let at = self.at(i, j);
        &mut self.heights[at]
    }

    /// Returns the heights at the corners of a cell, in the order south-west, south-east, north-west, north-east.
    #[inline]
    pub(super) fn cell(&self, i: usize, j: usize) -> [f64; 4] {
        let south = self.at(i, j);
        let north = if j % BAND_ROWS == BAND_ROWS - 1 { self.at(i, j + 1) } else { south + 1 };
        let [s, n] = [south, north].map(|at| &self.heights[at..][..=BAND_ROWS]);
        [f64::from(s[0]), f64::from(s[BAND_ROWS]), f64::from(n[0]), f64::from(n[BAND_ROWS])]
    }

    /// Returns the heights of four nodes of a row, from column `i` on.
    pub(super) fn four(&self, i: usize, j: usize) -> [f64; 4] {
        let h = &self.heights[self.at(i, j)..][..=3 * BAND_ROWS];
        [f64::from(h[0]), f64::from(h[BAND_ROWS]), f64::from(h[2 * BAND_ROWS]), f64::from(h[3 * BAND_ROWS])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_unchanged() {
        for (columns, rows) in [(2, 2), (5, 4), (7, 9), (4, 11)] {
            let heights: Vec<f32> = (0..columns * rows).map(|k| k as f32 * 0.1).collect();
            let mut bands = Bands::of_rows(columns, &heights);
            assert_eq!(bands.to_rows(), heights);
            assert_eq!(bands.get(1, rows - 1), heights[(rows - 1) * columns + 1]);
            *bands.get_mut(0, 1) = -1.0;
            assert_eq!(bands.to_rows()[columns], -1.0);
        }
    }
}
