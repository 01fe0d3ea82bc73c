//! The pipeline from strings to a mine, the same for surveyed and generated mines.

use crate::error::MineError;
use crate::import::ImportReport;
use crate::map::{Datum, MineMap, Side};
use crate::terrain::Terrain;
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

/// How strings become a mine. All lengths m.
#[derive(Debug, Clone, PartialEq)]
pub struct BuildOptions {
    /// String ends no further apart than this are one point.
    pub stitch_tolerance: f64,
    /// A road that runs off the survey is closed across a gap of at most this width.
    pub close_across: f64,
    /// Spacing of the boundary's points after thinning.
    pub spacing: f64,
    /// Spacing of the ground's grid; made coarser where the grid would exceed `terrain_nodes`.
    pub terrain_spacing: f64,
    /// Greatest number of nodes of the ground's grid.
    pub terrain_nodes: usize,
    /// Ground shown around the drivable surface.
    pub margin: f64,
    /// Rings that enclose less than this (m²) are dropped.
    pub least_ring: f64,
    /// Width of the truck that the centrelines are laid for; half of it is kept free where the road allows.
    pub truck_width: f64,
    /// An area is a place where the inscribed circle is at least this large.
    pub area_radius: f64,
    /// The side of the road that traffic keeps to.
    pub traffic_side: Side,
    /// The class of the road surface.
    pub road_class: String,
}

impl Default for BuildOptions {
    fn default() -> Self {
        Self {
            stitch_tolerance: 0.75,
            close_across: 60.0,
            spacing: 0.5,
            terrain_spacing: 1.0,
            terrain_nodes: 6_000_000,
            margin: 60.0,
            least_ring: 4.0,
            truck_width: 6.1,
            area_radius: 18.0,
            traffic_side: Side::Right,
            road_class: "maintained".into(),
        }
    }
}

/// What a mine is built from.
#[derive(Debug, Clone, PartialEq)]
pub struct BuildInput {
    /// Name of the mine.
    pub name: String,
    /// What was subtracted from the survey's coordinates.
    pub datum: Datum,
    /// Edges of the drivable surface and lines of the ground.
    pub strings: Vec<EdgeString>,
    /// Further points of the ground.
    pub terrain_points: Vec<Point3>,
    /// The ground where it is known as a grid, as of a generated mine: it is then taken as it is, and nothing is
    /// triangulated.
    pub ground: Option<Terrain>,
    /// How.
    pub options: BuildOptions,
}

/// Builds a mine: stitches the edges, triangulates the ground, traces the roads, names the wide places.
///
/// Errors: [`MineError::Faults`] for strings that cannot be closed (with the loose ends), [`MineError::NoSurface`]
/// where nothing drivable is enclosed.
pub fn build_map(input: BuildInput) -> Result<(MineMap, ImportReport), MineError> {
    Err(MineError::NoSurface(format!("{} is not built yet", input.name)))
}
