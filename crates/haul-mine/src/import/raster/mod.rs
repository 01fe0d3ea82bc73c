//! Elevation rasters: cells while they are read, limits on their size, and the faults that all raster formats share.

mod crs_text;
mod no_data;
mod sidecar;
mod words;
mod world_file;

pub(super) use crs_text::{CrsUnits, take_units, units_of_crs_text};
pub(super) use no_data::NoData;
pub(super) use sidecar::{beside, beside_whole_name};
pub(super) use words::{At, Words, number};
pub(super) use world_file::WorldFile;

use super::survey::Survey;
use super::text::GREATEST_COORDINATE;
use crate::build::ElevationGrid;
use haul_core::{Fault, Point2};

/// Greatest number of cells kept in memory: 4,000 × 4,000.
pub(super) const MOST_CELLS: u64 = 16_000_000;
/// Greatest number of cells per side of a raster.
pub(super) const MOST_SIDE: u64 = 4_000_000;
/// Cells of a raster in degrees are smaller than this, degrees. It is about a kilometre.
const GREATEST_DEGREE_CELL: f64 = 0.01;
/// Least relief over extent of a raster in degrees. The steepest ground in metres is far below.
const LEAST_DEGREE_RATIO: f64 = 5.0;
/// Least cell of a raster in metres that is flat, m.
const LEAST_FLAT_CELL: f64 = 1e-3;

/// Cells of a raster while it is read. Of a large raster only some rows and columns are kept.
pub(super) struct Cells {
    columns: u64,
    rows: u64,
    /// Step between the rows and columns that are kept.
    stride: u64,
    /// Number of columns that are kept.
    across: usize,
    /// Heights that are kept, row by row from the south; not a number where they are unknown.
    heights: Vec<f32>,
    /// Number of cells without data, kept or not.
    unknown: u64,
}

impl Cells {
    /// Creates a raster of unknown cells.
    pub(super) fn new(columns: u64, rows: u64) -> Cells {
        let stride = stride(columns, rows);
        let (across, down) = (columns.div_ceil(stride) as usize, rows.div_ceil(stride) as usize);
        Cells { columns, rows, stride, across, heights: vec![f32::NAN; across * down], unknown: 0 }
    }

    /// Sets a cell. The row is counted from the south. A height that is not finite or out of bounds is unknown.
    pub(super) fn set(&mut self, column: u64, row: u64, height: Option<f64>) {
        let Some(height) = height.filter(|h| h.abs() < GREATEST_COORDINATE) else {
            self.unknown += 1;
            return;
        };
        if column.is_multiple_of(self.stride)
            && row.is_multiple_of(self.stride)
            && let Some(cell) =
                self.heights.get_mut((row / self.stride) as usize * self.across + (column / self.stride) as usize)
        {
            *cell = height as f32;
        }
    }

    /// Puts the raster into a survey and reports the cells without data. `origin` is the centre of the south-western
    /// cell. `raw` turns a height into the number in the file.
    pub(super) fn finish(
        mut self,
        origin: (f64, f64),
        step: (f64, f64),
        raw: &dyn Fn(f64) -> f64,
        survey: &mut Survey,
    ) -> Result<(), String> {
        let findings = &mut survey.findings;
        findings.leave_out(self.unknown as usize, "cells", no_data_reason(self.columns * self.rows));
        if self.stride > 1 {
            findings.notes.push(thinned_note(self.columns, self.rows, self.stride));
        }
        no_data::undeclared_no_data(&mut self.heights, raw, findings);
        let step = (step.0 * self.stride as f64, step.1 * self.stride as f64);
        survey.grid = ElevationGrid::new(Point2::new(origin.0, origin.1), step, self.across, self.heights);
        if survey.grid.as_ref().is_none_or(|g| g.known() == 0) {
            return Err("expected an elevation in at least one cell, found none".to_owned());
        }
        Ok(())
    }
}

/// Returns the step between the columns and rows that are kept, so that at most [`MOST_CELLS`] cells are.
fn stride(columns: u64, rows: u64) -> u64 {
    let cells = columns as f64 * rows as f64 / MOST_CELLS as f64;
    let mut stride = (libm::sqrt(cells).ceil() as u64).max(1);
    while columns.div_ceil(stride) * rows.div_ceil(stride) > MOST_CELLS {
        stride += 1;
    }
    stride
}

/// Returns the note on a thinned raster.
fn thinned_note(columns: u64, rows: u64, stride: u64) -> String {
    format!(
        "the raster has {columns} × {rows} cells, more than the limit of {} million; only every {stride}th row and column was \
         read",
        MOST_CELLS / 1_000_000
    )
}

/// Returns the reason why cells without data were left out, of all cells of a raster.
fn no_data_reason(cells: u64) -> String {
    format!("of {cells} cells, these hold no data")
}

/// Returns the note on a raster's cells, place and heights, after the conversion to metres.
pub(super) fn place_note(grid: &ElevationGrid) -> String {
    let ((columns, rows), step, (low, high)) = (grid.size(), grid.step(), grid.bounds());
    let range = range(grid).map_or_else(String::new, |(l, h)| format!("; heights {l:.2} to {h:.2} m"));
    format!(
        "raster of {columns} × {rows} cells of {} × {} m; east {:.2} to {:.2} m, north {:.2} to {:.2} m{range}",
        rounded(step.0),
        rounded(step.1),
        low.x - 0.5 * step.0,
        high.x + 0.5 * step.0,
        low.y - 0.5 * step.1,
        high.y + 0.5 * step.1
    )
}

/// Returns a length with at most four decimals.
fn rounded(length: f64) -> f64 {
    (length * 1e4).round() / 1e4
}

/// Returns the lowest and the highest elevation.
pub(super) fn range(grid: &ElevationGrid) -> Option<(f64, f64)> {
    let (w, h) = grid.size();
    (0..w * h)
        .filter_map(|k| grid.cell(k % w, k / w))
        .fold(None, |range, z| Some(range.map_or((z, z), |(low, high): (f64, f64)| (low.min(z), high.max(z)))))
}

/// Returns the centre of a raster if its numbers are degrees of longitude and latitude: it lies within their bounds, its
/// cells are tiny, and its heights are far larger than its extent.
pub(super) fn centre_in_degrees(grid: &ElevationGrid) -> Option<(f64, f64)> {
    let ((low, high), step) = (grid.bounds(), grid.step());
    let inside = low.x >= -180.0 && high.x <= 180.0 && low.y >= -90.0 && high.y <= 90.0;
    let tiny = step.0.max(step.1) < GREATEST_DEGREE_CELL;
    let (least, greatest) = range(grid)?;
    let steep = greatest - least > LEAST_DEGREE_RATIO * (high.x - low.x).max(high.y - low.y);
    let flat = greatest == least && step.0.max(step.1) < LEAST_FLAT_CELL;
    (inside && tiny && (steep || flat)).then_some(((low.x + high.x) / 2.0, (low.y + high.y) / 2.0))
}

/// Returns the fault of a raster in degrees, with the command that projects it to the UTM zone of its centre.
pub(super) fn degrees_fault(name: &str, found: &str, centre: (f64, f64)) -> Fault {
    let zone = (((centre.0 + 180.0) / 6.0).floor() + 1.0).clamp(1.0, 60.0);
    let code = zone as u32 + if centre.1 < 0.0 { 32_700 } else { 32_600 };
    Fault::new(format!("expected metres or feet, found degrees ({found})")).in_file(name).help(format!(
        "project it, for example to its UTM zone: gdalwarp -t_srs EPSG:{code} IN OUT.tif, and give its coordinate system \
         with -s_srs if the file states none"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(origin: (f64, f64), step: f64, heights: Vec<f32>) -> ElevationGrid {
        ElevationGrid::new(Point2::new(origin.0, origin.1), (step, step), 2, heights).unwrap()
    }

    #[test]
    fn degrees_are_told_from_metres() {
        let mine = grid((-70.51, -23.41), 9.26e-5, vec![315.0, 320.0, 330.0, 360.0]);
        assert!(centre_in_degrees(&mine).is_some());
        assert!(centre_in_degrees(&grid((0.0, 0.0), 0.5, vec![10.0, 11.0, 12.0, 13.0])).is_none());
        // A scan of a heap in cells of a centimetre.
        let scan = ElevationGrid::new(
            Point2::new(10.0, 10.0),
            (0.005, 0.005),
            2_000,
            (0..4_000).map(|k| (k % 2_000) as f32 * 0.004).collect(),
        );
        assert!(centre_in_degrees(&scan.unwrap()).is_none());
        let fault = degrees_fault("a.asc", "x", (-70.5, -23.4)).to_string();
        assert!(fault.contains("found degrees"), "{fault}");
    }

    #[test]
    fn large_raster_is_thinned() {
        assert_eq!(stride(4_000, 4_000), 1);
        assert_eq!(stride(8_001, 8_000), 3);
    }
}
