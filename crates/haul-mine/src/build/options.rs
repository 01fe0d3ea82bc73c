//! How strings become a mine.

use crate::map::Side;

/// Steepest drivable ground, rise/run: a sustained grade of 10 %, at most, with some crossfall on top.
const GREATEST_SLOPE: f64 = 0.12;

/// How strings become a mine. All lengths in metres.
#[derive(Debug, Clone, PartialEq)]
pub struct BuildOptions {
    /// String ends no further apart than this are one point.
    pub stitch_tolerance: f64,
    /// A road that runs off the survey is closed across a gap of at most this width.
    pub close_across: f64,
    /// Boundary points are thinned to this spacing or wider.
    pub spacing: f64,
    /// A thinned boundary stays this near to the surveyed points.
    pub boundary_tolerance: f64,
    /// Heights along the edges are smoothed by a Gaussian with this standard deviation; 0 leaves them.
    pub height_smoothing: f64,
    /// Greatest slope of the drivable ground, rise/run, in any direction. Where the survey's edges ask for more (often
    /// a wall that is surveyed along its crest alone), the heights are moved as little as can be, and the place is
    /// listed among the repairs. `None` leaves them.
    pub greatest_slope: Option<f64>,
    /// Spacing of the ground's grid; made coarser where the grid would exceed `terrain_nodes`.
    pub terrain_spacing: f64,
    /// Greatest number of nodes of the ground's grid.
    pub terrain_nodes: usize,
    /// Ground shown around the drivable surface.
    pub margin: f64,
    /// Rings that enclose less than this (m²) are dropped.
    pub least_ring: f64,
    /// Spacing of the points along the edge that centrelines are traced from.
    pub edge_step: f64,
    /// Width of the truck that the centrelines are laid for; half of it is kept free where the road allows.
    pub truck_width: f64,
    /// An area is a place where the inscribed circle is at least this large.
    pub area_radius: f64,
    /// The side of the road that traffic keeps to.
    pub traffic_side: Side,
    /// The class of the road surface.
    pub road_class: String,
}

/// Width of a road on which two trucks meet, over that of the truck (Kaufman and Ault 1977, USBM IC 8758).
const TWO_WAY: f64 = 3.5;

impl BuildOptions {
    /// Least width of a road on which two trucks meet, m.
    pub fn two_way_width(&self) -> f64 {
        TWO_WAY * self.truck_width
    }
}

impl Default for BuildOptions {
    fn default() -> Self {
        Self {
            stitch_tolerance: 0.75,
            close_across: 60.0,
            spacing: 0.5,
            boundary_tolerance: 0.02,
            height_smoothing: 3.0,
            greatest_slope: Some(GREATEST_SLOPE),
            terrain_spacing: 1.0,
            terrain_nodes: 6_000_000,
            margin: 60.0,
            least_ring: 4.0,
            edge_step: 1.0,
            truck_width: 6.1,
            area_radius: 18.0,
            traffic_side: Side::Right,
            road_class: "maintained".into(),
        }
    }
}
