//! Import of survey files.
//!
//! Each format has a module with its reader and its list of features, and an entry in the table of `format`. The page
//! `docs/mines.md` lists which features of each format are read, left out with a finding, or refused.
//!
//! Several files form one mine ([`import_survey`]). Rasters and surfaces give the ground, and strings give the edges.
//! If only ground is given, the edges are the border of a gentle surface, or the outline of the gentle part of a
//! landscape.

mod combine;
mod contour;
mod doubled;
mod doubts;
mod dxf;
mod edges_csv;
mod epsg;
mod esri_ascii;
mod features;
mod findings;
mod foreign;
mod format;
mod geojson;
mod geotiff;
mod input;
mod landxml;
mod layered_faces;
mod mask;
mod raster;
mod read;
mod report;
mod surface;
mod surfer;
mod surpac;
mod survey;
#[cfg(test)]
mod tests;
mod text;
mod units;

pub use combine::{ImportOptions, build_surveys, import_survey};
pub use findings::{Findings, LeftOut};
pub use format::{Format, accepted};
pub use mask::MaskPlace;
pub use read::{ReadOptions, surpac_surface_of_bytes, survey_of_bytes, survey_of_file};
pub use report::{ImportReport, SourceReport};
pub use survey::{LayeredString, Mesh, Survey};
pub use units::{Axes, StatedUnit, Unit};

use crate::error::MineError;
use crate::map::MineMap;
use haul_core::fault::SourceText;
use std::path::Path;

/// Reads surveyed edges of the drivable surface from a `string,x,y,z` file (metres east, north and up), and builds the
/// mine. The mine is named after the folder of the file.
///
/// # Errors
///
/// Returns every fault of the file with line and column (at most a hundred). Also returns a fault if strings do not
/// close (with their loose ends), or if the edges enclose no drivable surface.
pub fn import_edges_csv(path: &Path, options: &ImportOptions) -> Result<(MineMap, ImportReport), MineError> {
    let read = ReadOptions { format: Some(Format::EdgesCsv), ..ReadOptions::default() };
    import_survey(&[path], &read, options)
}

/// Builds a mine from edges like [`import_edges_csv`], but from text in memory.
///
/// # Errors
///
/// See [`import_edges_csv`].
pub fn import_edges_text(
    source: &std::sync::Arc<SourceText>,
    name: &str,
    options: &ImportOptions,
) -> Result<(MineMap, ImportReport), MineError> {
    let read = ReadOptions { format: Some(Format::EdgesCsv), ..ReadOptions::default() };
    let survey = survey_of_bytes(&source.path, source.text.as_bytes(), &read)?;
    build_surveys(name, vec![survey], &read, options)
}
