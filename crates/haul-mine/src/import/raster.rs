//! Limits on the size of rasters, shared by the raster formats.

/// Greatest number of cells kept in memory: 4,000 × 4,000.
pub(super) const MOST_CELLS: u64 = 16_000_000;
/// Greatest number of cells per side of a raster.
pub(super) const MOST_SIDE: u64 = 4_000_000;

/// Returns the step between the columns and rows that are kept, so that at most [`MOST_CELLS`] cells are.
pub(super) fn stride(columns: u64, rows: u64) -> u64 {
    let cells = columns as f64 * rows as f64 / MOST_CELLS as f64;
    let mut stride = (libm::sqrt(cells).ceil() as u64).max(1);
    while columns.div_ceil(stride) * rows.div_ceil(stride) > MOST_CELLS {
        stride += 1;
    }
    stride
}

/// Returns the note on a thinned raster.
pub(super) fn thinned_note(columns: u64, rows: u64, stride: u64) -> String {
    format!(
        "the raster has {columns} × {rows} cells, more than the limit of {} million; only every {stride}th row and column was \
         read",
        MOST_CELLS / 1_000_000
    )
}

/// Returns the reason why cells without data were left out, of all cells of a raster.
pub(super) fn no_data_reason(cells: u64) -> String {
    format!("of {cells} cells, these hold no data")
}
