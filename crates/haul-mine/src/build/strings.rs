//! Strings of points, as in surveys.

use haul_core::Point3;

/// Meaning of a string of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringKind {
    /// Edge of the drivable surface.
    Drivable,
    /// Crest, toe or other line of the ground. It shapes only the terrain.
    Breakline,
}

/// A string of points in the site frame.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeString {
    /// Name in the survey, for reports.
    pub name: String,
    /// Meaning.
    pub kind: StringKind,
    /// Tells whether the last point joins the first.
    pub closed: bool,
    /// Points, m.
    pub points: Vec<Point3>,
}
