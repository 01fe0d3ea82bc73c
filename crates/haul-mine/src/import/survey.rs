//! What a survey file holds, whatever its format: strings, points, surfaces, an elevation raster, a mask.

use super::units::{Axes, Unit};
use crate::build::{EdgeString, ElevationGrid};
use haul_core::Point3;
use serde::Serialize;

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Format {
    /// `string,x,y,z` in a text file.
    EdgesCsv,
    /// Surpac strings.
    SurpacStr,
    /// A Surpac surface, with its strings file beside it.
    SurpacDtm,
    /// AutoCAD drawing interchange, text form.
    Dxf,
    /// LandXML surfaces and strings.
    LandXml,
    /// A GeoTIFF raster of elevations.
    GeoTiff,
    /// An ESRI ASCII raster of elevations.
    EsriAscii,
    /// A picture, white where trucks may drive.
    MaskPng,
    /// GeoJSON features.
    GeoJson,
}

impl Format {
    /// Its name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Format::EdgesCsv => "csv",
            Format::SurpacStr => "str",
            Format::SurpacDtm => "dtm",
            Format::Dxf => "dxf",
            Format::LandXml => "landxml",
            Format::GeoTiff => "geotiff",
            Format::EsriAscii => "asc",
            Format::MaskPng => "mask",
            Format::GeoJson => "geojson",
        }
    }

    /// The format of this name.
    pub fn of_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|f| f.name() == name)
    }

    /// All of them.
    pub const ALL: [Format; 9] = [
        Format::EdgesCsv,
        Format::SurpacStr,
        Format::SurpacDtm,
        Format::Dxf,
        Format::LandXml,
        Format::GeoTiff,
        Format::EsriAscii,
        Format::MaskPng,
        Format::GeoJson,
    ];
}

/// A triangulated surface.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mesh {
    /// Its corners.
    pub vertices: Vec<Point3>,
    /// Its faces, by corner.
    pub faces: Vec<[u32; 3]>,
}

/// A string with what the file calls its layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayeredString {
    /// The layer, string number or feature kind; empty where the file has none.
    pub layer: String,
    /// The string. Its kind is decided when all sources are known.
    pub string: EdgeString,
    /// Whether the file gives its heights.
    pub has_heights: bool,
}

/// What a file holds, in its own coordinates turned to east, north, up in metres.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Survey {
    /// Strings.
    pub strings: Vec<LayeredString>,
    /// Single points of the ground.
    pub points: Vec<Point3>,
    /// Triangulated surfaces.
    pub mesh: Mesh,
    /// A raster of elevations.
    pub grid: Option<ElevationGrid>,
    /// Outlines of what a mask shows as drivable: closed rings in plan, islands included.
    pub mask: Vec<Vec<haul_core::Point2>>,
    /// The unit the file states, where it states one.
    pub stated_unit: Option<Unit>,
    /// The order of axes that the format prescribes.
    pub axes: Axes,
    /// What is to be told of it.
    pub notes: Vec<String>,
}

/// How one source was read, for the report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceReport {
    /// The file.
    pub file: String,
    /// Its format.
    pub format: Format,
    /// The unit of its lengths.
    pub unit: &'static str,
    /// Where the unit is known from.
    pub unit_from: &'static str,
    /// The order of its axes.
    pub axes: &'static str,
    /// Where the order is known from.
    pub axes_from: &'static str,
    /// Strings, points, faces and raster cells in it.
    pub strings: usize,
    /// Points of all strings, and single ones.
    pub points: usize,
    /// Faces of surfaces.
    pub faces: usize,
    /// Cells of the raster that is kept.
    pub cells: usize,
    /// What was found and done.
    pub notes: Vec<String>,
}
