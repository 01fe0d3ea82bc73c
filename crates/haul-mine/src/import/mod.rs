//! From a survey to a mine.

mod edges_csv;
mod report;

pub use report::ImportReport;

use crate::build::{BuildInput, BuildOptions, EdgeString, build_map};
use crate::error::MineError;
use crate::map::{Datum, MineMap};
use haul_core::Fault;
use haul_core::fault::SourceText;
use std::path::Path;

/// How a survey is read and built.
pub type ImportOptions = BuildOptions;

/// Coordinates up to this are taken as site-local; beyond it whole kilometres are subtracted, m.
const SITE_LOCAL: f64 = 100_000.0;
/// What is subtracted is a multiple of this, m.
const DATUM_STEP: f64 = 1_000.0;

/// Reads surveyed edges of the drivable surface, `string,x,y,z` in metres east, north and up, and builds the mine.
/// The mine takes the name of the folder that holds the file.
///
/// Errors: every fault of the file with line and column (up to a hundred); strings that do not close, with their
/// loose ends; edges that enclose no drivable surface.
pub fn import_edges_csv(path: &Path, options: &ImportOptions) -> Result<(MineMap, ImportReport), MineError> {
    let bytes = std::fs::read(path).map_err(|e| {
        Fault::unreadable(path.display(), &e).help("give the path of a CSV file with the columns string,x,y,z")
    })?;
    // What is no UTF-8 shows as a replacement character, and then as a fault with its line.
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let name = path
        .parent()
        .and_then(|p| p.file_name())
        .or(path.file_stem())
        .map_or_else(|| "mine".to_owned(), |n| n.to_string_lossy().into_owned());
    import_edges_text(&SourceText::new(path.display().to_string(), text), &name, options)
}

/// The same from a text that is already read.
///
/// Errors: as [`import_edges_csv`].
pub fn import_edges_text(
    source: &std::sync::Arc<SourceText>,
    name: &str,
    options: &ImportOptions,
) -> Result<(MineMap, ImportReport), MineError> {
    let mut strings = edges_csv::read(source)?;
    let datum = datum_of(&strings);
    for p in strings.iter_mut().flat_map(|s| &mut s.points) {
        p.x -= datum.easting;
        p.y -= datum.northing;
    }
    build_map(BuildInput {
        name: name.to_owned(),
        datum,
        strings,
        terrain_points: Vec::new(),
        ground: None,
        options: options.clone(),
    })
}

/// Whole kilometres for coordinates of a national grid, nothing for those of a site. Heights stay as they are.
fn datum_of(strings: &[EdgeString]) -> Datum {
    let all = || strings.iter().flat_map(|s| &s.points);
    let step = |least: f64, greatest: f64| {
        if greatest.abs().max(least.abs()) > SITE_LOCAL { (least / DATUM_STEP).floor() * DATUM_STEP } else { 0.0 }
    };
    let range = |c: fn(&haul_core::Point3) -> f64| {
        all().map(c).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)))
    };
    let (x, y) = (range(|p| p.x), range(|p| p.y));
    Datum { easting: step(x.0, x.1), northing: step(y.0, y.1), elevation: 0.0 }
}
