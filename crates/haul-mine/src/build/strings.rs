//! Strings of points (polylines), as used in surveys.

use haul_core::Point3;

/// Meaning of a string of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringKind {
    /// Edge of the drivable surface.
    Drivable,
    /// Crest, toe or other line of the ground. It shapes the terrain, but does not bound the drivable surface.
    Breakline,
}

/// A string of points in the site frame.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeString {
    /// Name of the string in the survey, for reports.
    pub name: String,
    /// Meaning of the string.
    pub kind: StringKind,
    /// True if the last point is connected to the first.
    pub closed: bool,
    /// Points of the string, in order (m).
    pub points: Vec<Point3>,
}
