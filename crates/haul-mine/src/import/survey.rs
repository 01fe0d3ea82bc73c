//! Content of a survey file in any format: strings, points, surfaces, an elevation raster, a mask.

use super::findings::Findings;
use super::units::{Axes, StatedUnit};
use crate::build::{EdgeString, ElevationGrid};
use haul_core::Point3;

/// A triangulated surface.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mesh {
    /// Corners, m.
    pub vertices: Vec<Point3>,
    /// Faces, by indices of their corners.
    pub faces: Vec<[u32; 3]>,
}

/// A string with its layer in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct LayeredString {
    /// Layer, string number or feature kind; empty if the file has none.
    pub layer: String,
    /// The string. Its kind is decided when all sources are known.
    pub string: EdgeString,
    /// Tells whether the file has its heights.
    pub has_heights: bool,
}

/// Content of a survey file, in the file's coordinate system converted to east, north and up in metres.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Survey {
    /// Strings.
    pub strings: Vec<LayeredString>,
    /// Strings that only shape the ground, whatever their layers are, for example contours.
    pub ground_strings: Vec<LayeredString>,
    /// Single ground points.
    pub points: Vec<Point3>,
    /// Triangulated surfaces.
    pub mesh: Mesh,
    /// Elevation raster.
    pub grid: Option<ElevationGrid>,
    /// Outlines of the drivable part of a mask: closed rings in plan, including islands.
    pub mask: Vec<Vec<haul_core::Point2>>,
    /// Unit that the file states for its plan, if it states one.
    pub plan_unit: Option<StatedUnit>,
    /// Unit that the file states for its heights, if it states one of their own. Without it, heights have the unit of the
    /// plan.
    pub height_unit: Option<StatedUnit>,
    /// Order of axes that the format prescribes.
    pub axes: Axes,
    /// Findings for the report.
    pub findings: Findings,
}
