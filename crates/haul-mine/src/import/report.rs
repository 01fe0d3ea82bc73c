//! Report of an import.

use super::findings::Findings;
use super::format::Format;
use crate::build::BuildReport;
use serde::Serialize;

/// Report of an import: how the files were read, and the figures of the build.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportReport {
    /// Reading of each file: format, unit, axes, content and findings.
    pub sources: Vec<SourceReport>,
    /// Findings on the mine as a whole.
    #[serde(flatten)]
    pub findings: Findings,
    /// Figures of the build.
    #[serde(flatten)]
    pub build: BuildReport,
}

/// Reading of one source, for the report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceReport {
    /// Path of the file.
    pub file: String,
    /// Format.
    pub format: Format,
    /// Unit of lengths in plan.
    pub unit: &'static str,
    /// Origin of the unit: given, stated (with the place in the file) or assumed.
    pub unit_from: String,
    /// Unit of heights.
    pub height_unit: &'static str,
    /// Origin of the unit of heights.
    pub height_unit_from: String,
    /// Order of the axes.
    pub axes: &'static str,
    /// Origin of the order: given or prescribed by the format.
    pub axes_from: &'static str,
    /// Number of strings, including outlines of a mask.
    pub strings: usize,
    /// Number of points: of strings, of surfaces and single ones.
    pub points: usize,
    /// Number of faces of surfaces.
    pub faces: usize,
    /// Number of raster cells that were kept.
    pub cells: usize,
    /// Findings: left out, assumed, strange, notes.
    #[serde(flatten)]
    pub findings: Findings,
}
