//! Strings of points, as surveys give them.

use haul_core::Point3;

/// What a string of points bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringKind {
    /// An edge of the drivable surface.
    Drivable,
    /// A crest, toe or other line of the ground, for the terrain alone.
    Breakline,
}

/// A string of points in the site frame.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeString {
    /// Its name in the survey, for reports.
    pub name: String,
    /// What it bounds.
    pub kind: StringKind,
    /// Whether its last point joins its first.
    pub closed: bool,
    /// Its points, m.
    pub points: Vec<Point3>,
}
