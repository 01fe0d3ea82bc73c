//! Figures of a build.

use crate::map::{Repair, Summary};
use serde::Serialize;

/// Figures of a build from strings to a mine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BuildReport {
    /// Number of strings.
    pub strings: usize,
    /// Number of points.
    pub points: usize,
    /// Repairs of the survey.
    pub repairs: Vec<Repair>,
    /// Area of the drivable polygon before its points were thinned, m².
    pub area_before_thinning_m2: f64,
    /// Area of the drivable polygon, m².
    pub area_m2: f64,
    /// Number of points of the drivable boundary.
    pub boundary_points: usize,
    /// Number of triangles that the ground was drawn from; 0 if it was given as a grid.
    pub triangles: usize,
    /// Key figures of the mine.
    pub summary: Summary,
}
