//! Report of an import.

use super::findings::Findings;
use super::format::Format;
use crate::build::BuildReport;
use serde::Serialize;

/// Report of an import: how each file was read, and the summary of the build.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportReport {
    /// For each file: its format, units, axes, content and findings.
    pub sources: Vec<SourceReport>,
    /// Findings on the mine as a whole.
    #[serde(flatten)]
    pub findings: Findings,
    /// Summary of the build.
    #[serde(flatten)]
    pub build: BuildReport,
}

/// Report on one source file: units, axes, content and findings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceReport {
    /// Path of the file.
    pub file: String,
    /// Format of the file.
    pub format: Format,
    /// Unit of plan lengths.
    pub unit: &'static str,
    /// Origin of the plan unit: given by the user, stated by the file (with the location in the file), or assumed.
    pub unit_from: String,
    /// Unit of heights.
    pub height_unit: &'static str,
    /// Origin of the unit of heights, in the same form as `unit_from`.
    pub height_unit_from: String,
    /// Order of the axes.
    pub axes: &'static str,
    /// Origin of the order of the axes: given by the user, or prescribed by the format.
    pub axes_from: &'static str,
    /// Number of strings, including the outlines of a mask.
    pub strings: usize,
    /// Number of points: those of strings and of surfaces, and single points.
    pub points: usize,
    /// Number of faces of triangulated surfaces.
    pub faces: usize,
    /// Number of raster cells that were kept.
    pub cells: usize,
    /// Findings on this file: left out, assumed, strange, notes.
    #[serde(flatten)]
    pub findings: Findings,
}
