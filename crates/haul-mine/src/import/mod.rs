//! From survey files to a mine.
//!
//! | format | module | what is taken from it |
//! | --- | --- | --- |
//! | CSV `string,x,y,z` | `edges_csv` | strings |
//! | Surpac `.str`, `.dtm` | `surpac` | strings; a surface |
//! | DXF | `dxf` | polylines by layer; faces |
//! | LandXML | `landxml` | surfaces; point lists |
//! | GeoTIFF, ESRI ASCII | `geotiff`, `esri_ascii` | a raster of elevations |
//! | PNG | `mask` | what is drivable, in plan |
//! | GeoJSON | `geojson` | lines, rings and points |
//!
//! Several files make one mine ([`import_survey`]): rasters and surfaces are its ground, strings its edges. Where nothing
//! but ground is given, the edges are the border of a gentle surface, or what is gentle enough of a whole landscape.

mod combine;
mod contour;
mod doubts;
mod dxf;
mod edges_csv;
mod esri_ascii;
mod geojson;
mod geotiff;
mod landxml;
mod mask;
mod raster;
mod read;
mod report;
mod surface;
mod surpac;
mod survey;
#[cfg(test)]
mod tests;
mod text;
mod units;

pub use combine::{build_surveys, import_survey};
pub use mask::MaskPlace;
pub use read::{ReadOptions, surpac_surface_of_bytes, survey_of_bytes, survey_of_file};
pub use report::ImportReport;
pub use survey::{Format, LayeredString, Mesh, SourceReport, Survey};
pub use units::{Axes, Unit};

use crate::build::BuildOptions;
use crate::error::MineError;
use crate::map::MineMap;
use haul_core::fault::SourceText;
use std::path::Path;

/// How a survey is built.
pub type ImportOptions = BuildOptions;

/// Reads surveyed edges of the drivable surface, `string,x,y,z` in metres east, north and up, and builds the mine.
/// The mine takes the name of the folder that holds the file.
///
/// Errors: every fault of the file with line and column (up to a hundred); strings that do not close, with their
/// loose ends; edges that enclose no drivable surface.
pub fn import_edges_csv(path: &Path, options: &ImportOptions) -> Result<(MineMap, ImportReport), MineError> {
    let read = ReadOptions { format: Some(Format::EdgesCsv), ..ReadOptions::default() };
    import_survey(&[path], &read, options)
}

/// The same from a text that is already read.
///
/// Errors: as [`import_edges_csv`].
pub fn import_edges_text(
    source: &std::sync::Arc<SourceText>,
    name: &str,
    options: &ImportOptions,
) -> Result<(MineMap, ImportReport), MineError> {
    let read = ReadOptions { format: Some(Format::EdgesCsv), ..ReadOptions::default() };
    let survey = survey_of_bytes(&source.path, source.text.as_bytes(), &read)?;
    build_surveys(name, vec![survey], &read, options)
}
