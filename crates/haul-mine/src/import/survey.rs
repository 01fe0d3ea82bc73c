//! Content of a survey file in any format: strings, points, surfaces, an elevation raster, a mask.

use super::findings::Findings;
use super::units::{Axes, StatedUnit};
use crate::build::{EdgeString, ElevationGrid};
use haul_core::Point3;

/// A triangulated surface.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mesh {
    /// Corners of the faces (m).
    pub vertices: Vec<Point3>,
    /// Faces, as indices of their three corners.
    pub faces: Vec<[u32; 3]>,
}

/// A string (polyline of a survey) with its layer in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct LayeredString {
    /// Layer, string number or feature kind; empty if the file has none.
    pub layer: String,
    /// The string. Its kind is decided once all sources are read.
    pub string: EdgeString,
    /// True if the file gives heights for the string.
    pub has_heights: bool,
}

/// Content of one survey file. The readers return coordinates in the unit and the axis order of the file.
/// [`survey_of_file`](super::survey_of_file) then converts the survey to metres east, north and up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Survey {
    /// Strings that may be edges of the drivable surface.
    pub strings: Vec<LayeredString>,
    /// Strings that only shape the ground, regardless of their layers, for example contours.
    pub ground_strings: Vec<LayeredString>,
    /// Single ground points.
    pub points: Vec<Point3>,
    /// Triangulated surfaces.
    pub mesh: Mesh,
    /// Elevation raster.
    pub grid: Option<ElevationGrid>,
    /// Outlines of the drivable part of a mask: closed rings in plan, including islands.
    pub mask: Vec<Vec<haul_core::Point2>>,
    /// Unit of plan lengths, if the file states one.
    pub plan_unit: Option<StatedUnit>,
    /// Separate unit of heights, if the file states one. Without it, heights are in the unit of the plan.
    pub height_unit: Option<StatedUnit>,
    /// Order of the axes that the format prescribes.
    pub axes: Axes,
    /// Findings on this file, for the report.
    pub findings: Findings,
}
