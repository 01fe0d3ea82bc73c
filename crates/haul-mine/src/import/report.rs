//! What an import did.

use super::survey::SourceReport;
use crate::map::{Repair, Summary};
use serde::Serialize;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportReport {
    /// How each file was read: format, unit, axes, what it holds and what was found.
    pub sources: Vec<SourceReport>,
    /// What is to be told of the mine as a whole.
    pub notes: Vec<String>,
    /// Strings read.
    pub strings: usize,
    /// Points read.
    pub points: usize,
    /// Every repair, with where and what.
    pub repairs: Vec<Repair>,
    /// Area of the drivable polygon before its points were thinned, m².
    pub area_before_thinning_m2: f64,
    /// Its area after, m².
    pub area_m2: f64,
    /// Points of the drivable boundary.
    pub boundary_points: usize,
    /// Triangles the ground was drawn from; 0 where it was given as a grid.
    pub triangles: usize,
    /// The mine in figures.
    pub summary: Summary,
}
