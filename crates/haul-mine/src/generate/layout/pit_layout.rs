//! The layout of a pit: drivable surface, earthworks and places.

use super::super::surface_layout::SurfaceLayout;
use super::island::Island;
use crate::places::PlaceKind;
use haul_core::Point2;

/// Ground that is built or excavated but not driven on.
#[derive(Debug, Clone, Default)]
pub struct Earthworks {
    /// Fills: outlines with their heights, m. The ground around them falls at the angle of repose.
    pub fills: Vec<(Vec<Point2>, f64)>,
    /// Ground inside switchbacks.
    pub islands: Vec<Island>,
    /// Wells for the crushers' hoppers: outlines with their floor heights, m.
    pub wells: Vec<(Vec<Point2>, f64)>,
}

/// A place in the design, given by its first spot.
#[derive(Debug, Clone)]
pub struct PlannedPlace {
    /// Name of the place.
    pub id: String,
    /// Position of the truck, m.
    pub at: Point2,
    /// Heading of the truck, rad. Trucks back up to the edge behind them.
    pub heading: f64,
    /// Purpose of the place.
    pub kind: PlaceKind,
    /// Number of spots side by side.
    pub bays: u32,
}

/// The layout of a pit.
#[derive(Debug, Clone, Default)]
pub struct PitLayout {
    /// The drivable surface.
    pub surface: SurfaceLayout,
    /// The ground that is not driven on.
    pub earthworks: Earthworks,
    /// The places.
    pub places: Vec<PlannedPlace>,
}
