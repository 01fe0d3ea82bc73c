//! Elevation rasters: the cells during reading, limits on their number, and the faults that all raster formats share.

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

/// Maximum number of cells kept in memory: 4,000 × 4,000.
pub(super) const MOST_CELLS: u64 = 16_000_000;
/// Maximum number of cells along a side of a raster.
pub(super) const MOST_SIDE: u64 = 4_000_000;
/// Cell size (degrees) below which a raster may be in degrees: about one kilometre.
const GREATEST_DEGREE_CELL: f64 = 0.01;
/// Minimum ratio of relief to extent of a raster in degrees. In metres, even the steepest ground has a far smaller
/// ratio.
const LEAST_DEGREE_RATIO: f64 = 5.0;
/// Minimum cell size (m) of a flat raster in metres. A flat raster with smaller cells is in degrees.
const LEAST_FLAT_CELL: f64 = 1e-3;

/// Cells of a raster that is being read. For a large raster, only every n-th row and column is kept.
pub(super) struct Cells {
    columns: u64,
    rows: u64,
    /// Step between the kept rows and between the kept columns.
    stride: u64,
    /// Number of kept columns.
    across: usize,
    /// Kept heights, row by row from the south; not a number where the height is unknown.
    heights: Vec<f32>,
    /// Number of cells without data, including cells that are not kept.
    unknown: u64,
}

impl Cells {
    /// Creates a raster in which all heights are unknown.
    pub(super) fn new(columns: u64, rows: u64) -> Cells {
        let stride = stride(columns, rows);
        let (across, down) = (columns.div_ceil(stride) as usize, rows.div_ceil(stride) as usize);
        Cells { columns, rows, stride, across, heights: vec![f32::NAN; across * down], unknown: 0 }
    }

    /// Sets the height of a cell. Rows count from the south. A height that is not finite or out of range counts as
    /// unknown.
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

    /// Stores the raster in a survey and reports the cells without data. `origin` is the centre of the south-western
    /// cell. `raw` converts a height back to the number in the file.
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

/// Returns the step between kept rows and columns at which at most [`MOST_CELLS`] cells are kept.
fn stride(columns: u64, rows: u64) -> u64 {
    let cells = columns as f64 * rows as f64 / MOST_CELLS as f64;
    let mut stride = (libm::sqrt(cells).ceil() as u64).max(1);
    while columns.div_ceil(stride) * rows.div_ceil(stride) > MOST_CELLS {
        stride += 1;
    }
    stride
}

/// Returns the note for a raster of which only every `stride`-th row and column was read.
fn thinned_note(columns: u64, rows: u64, stride: u64) -> String {
    format!(
        "the raster has {columns} × {rows} cells, more than the limit of {} million; only every {stride}th row and column was \
         read",
        MOST_CELLS / 1_000_000
    )
}

/// Returns the reason for leaving out cells without data. `cells` is the number of all cells of the raster.
fn no_data_reason(cells: u64) -> String {
    format!("of {cells} cells, these hold no data")
}

/// Returns the note on a raster's cells, position and heights. The raster must be in metres.
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

/// Rounds a length to four decimals.
fn rounded(length: f64) -> f64 {
    (length * 1e4).round() / 1e4
}

/// Returns the minimum and maximum cell height.
pub(super) fn range(grid: &ElevationGrid) -> Option<(f64, f64)> {
    let (w, h) = grid.size();
    (0..w * h)
        .filter_map(|k| grid.cell(k % w, k / w))
        .fold(None, |range, z| Some(range.map_or((z, z), |(low, high): (f64, f64)| (low.min(z), high.max(z)))))
}

/// Returns the centre of a raster (degrees) if its coordinates look like longitude and latitude: they are within range,
/// the cells are tiny, and the height range is far larger than the extent.
pub(super) fn centre_in_degrees(grid: &ElevationGrid) -> Option<(f64, f64)> {
    let ((low, high), step) = (grid.bounds(), grid.step());
    let inside = low.x >= -180.0 && high.x <= 180.0 && low.y >= -90.0 && high.y <= 90.0;
    let tiny = step.0.max(step.1) < GREATEST_DEGREE_CELL;
    let (least, greatest) = range(grid)?;
    let steep = greatest - least > LEAST_DEGREE_RATIO * (high.x - low.x).max(high.y - low.y);
    let flat = greatest == least && step.0.max(step.1) < LEAST_FLAT_CELL;
    (inside && tiny && (steep || flat)).then_some(((low.x + high.x) / 2.0, (low.y + high.y) / 2.0))
}

/// Returns the fault for a raster in degrees, with the command that projects the raster to the UTM zone of its centre.
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
        // A laser scan of a stockpile, with cells of half a centimetre.
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
