//! Summary of a build.

use crate::map::{Repair, Summary};
use serde::Serialize;

/// Summary of a build from strings to a mine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BuildReport {
    /// Number of strings in the input.
    pub strings: usize,
    /// Number of points of the strings.
    pub points: usize,
    /// Repairs that were made to the survey.
    pub repairs: Vec<Repair>,
    /// Area of the drivable polygon before thinning (m²).
    pub area_before_thinning_m2: f64,
    /// Area of the drivable polygon (m²).
    pub area_m2: f64,
    /// Number of points on the boundary of the drivable surface, including islands.
    pub boundary_points: usize,
    /// Number of triangles from which the ground was drawn; 0 if the ground was given as a grid.
    pub triangles: usize,
    /// Key figures of the mine.
    pub summary: Summary,
}
