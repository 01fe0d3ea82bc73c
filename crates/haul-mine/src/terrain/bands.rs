//! Heights in bands of four rows, column by column in each: the sixteen nodes about a point lie in two places of memory in
//! place of four, which is what a question somewhere on a large mine waits for.

/// Rows of a band.
const BAND: usize = 4;

/// The heights of a grid's nodes, m.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bands {
    columns: usize,
    rows: usize,
    /// Whole bands; rows beyond the last are 0.
    heights: Vec<f32>,
}

impl Bands {
    /// From heights row by row, `columns` to a row.
    pub(super) fn of_rows(columns: usize, heights: &[f32]) -> Bands {
        let rows = heights.len().checked_div(columns).unwrap_or(0);
        let mut bands = Bands { columns, rows, heights: vec![0.0; rows.div_ceil(BAND) * BAND * columns] };
        for (j, row) in heights.chunks_exact(columns.max(1)).enumerate().take(rows) {
            let first = bands.at(0, j);
            bands.heights[first..].iter_mut().step_by(BAND).zip(row).for_each(|(at, height)| *at = *height);
        }
        bands
    }

    /// Row by row.
    pub(super) fn to_rows(&self) -> Vec<f32> {
        (0..self.rows * self.columns).map(|k| self.get(k % self.columns, k / self.columns)).collect()
    }

    fn at(&self, i: usize, j: usize) -> usize {
        (j / BAND) * (BAND * self.columns) + j % BAND + BAND * i
    }

    pub(super) fn get(&self, i: usize, j: usize) -> f32 {
        self.heights[self.at(i, j)]
    }

    pub(super) fn get_mut(&mut self, i: usize, j: usize) -> &mut f32 {
        let at = self.at(i, j);
        &mut self.heights[at]
    }

    /// Four nodes of a row from a column on.
    pub(super) fn four(&self, i: usize, j: usize) -> [f64; 4] {
        let h = &self.heights[self.at(i, j)..][..=3 * BAND];
        [f64::from(h[0]), f64::from(h[BAND]), f64::from(h[2 * BAND]), f64::from(h[3 * BAND])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_given() {
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
