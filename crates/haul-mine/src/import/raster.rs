//! What the raster formats share: how many cells are kept.

/// Cells kept in memory at the most: 4,000 × 4,000.
pub(super) const MOST_CELLS: u64 = 16_000_000;
/// A raster with more cells than this is none.
pub(super) const MOST_SIDE: u64 = 4_000_000;

/// Every so many columns and rows a cell is kept, so that no more than [`MOST_CELLS`] are.
pub(super) fn stride(columns: u64, rows: u64) -> u64 {
    let cells = columns as f64 * rows as f64 / MOST_CELLS as f64;
    let mut stride = (libm::sqrt(cells).ceil() as u64).max(1);
    while columns.div_ceil(stride) * rows.div_ceil(stride) > MOST_CELLS {
        stride += 1;
    }
    stride
}

/// What is to be told of a raster that was thinned.
pub(super) fn thinned_note(columns: u64, rows: u64, stride: u64) -> String {
    format!(
        "the raster has {columns} × {rows} cells, more than the {} million that are kept: every {stride}th of each row and \
         column was read",
        MOST_CELLS / 1_000_000
    )
}
