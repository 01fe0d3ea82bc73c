//! Settings for building a mine from strings.

use crate::roads::Side;
use crate::roads::trace::TraceOptions;

/// Greatest slope of drivable ground, rise over run: a sustained grade of at most 10 %, plus some crossfall.
const GREATEST_SLOPE: f64 = 0.12;

/// Settings for building a mine from strings.
#[derive(Debug, Clone, PartialEq)]
pub struct BuildOptions {
    /// Greatest distance between string ends that become one point, m.
    pub stitch_tolerance: f64,
    /// Greatest width of a gap that is closed where a road leaves the survey, m.
    pub close_across: f64,
    /// Least spacing of the boundary's points after thinning, m.
    pub spacing: f64,
    /// Greatest distance of the thinned boundary from the surveyed points, m.
    pub boundary_tolerance: f64,
    /// Standard deviation of the Gaussian that smooths heights along the edges, m; 0 leaves them.
    pub height_smoothing: f64,
    /// Greatest slope of the drivable ground in any direction, rise over run; `None` sets no limit.
    ///
    /// Edges with steeper ground between them often come from a wall surveyed only along its crest. There the heights
    /// are moved as little as possible, and the part is listed among the repairs.
    pub greatest_slope: Option<f64>,
    /// Spacing of the ground's grid, m. It is increased if the grid would exceed `terrain_nodes`.
    pub terrain_spacing: f64,
    /// Greatest number of nodes of the ground's grid.
    pub terrain_nodes: usize,
    /// Width of the ground around the drivable surface, m.
    pub margin: f64,
    /// Least area of a ring, m². Smaller rings are dropped.
    pub least_ring: f64,
    /// Spacing of the edge points that centrelines are traced from, m.
    pub edge_step: f64,
    /// Width of the truck, m. Centrelines keep half of it from the edge where the road allows it.
    pub truck_width: f64,
    /// Least radius of the inscribed circle of a wide area, m.
    pub area_radius: f64,
    /// The side of the road that traffic keeps to.
    pub traffic_side: Side,
    /// The class of the road surface.
    pub road_class: String,
}

/// Least width of a road on which two trucks can pass each other, in truck widths (Kaufman and Ault 1977, USBM IC
/// 8758).
const TWO_LANE_TRUCK_WIDTHS: f64 = 3.5;

impl BuildOptions {
    /// Returns the least width of a road on which two trucks can pass each other, m.
    pub fn two_way_width(&self) -> f64 {
        TWO_LANE_TRUCK_WIDTHS * self.truck_width
    }

    /// Returns the settings that the tracing of centrelines needs.
    pub(crate) fn tracing(&self) -> TraceOptions {
        TraceOptions {
            edge_step: self.edge_step,
            truck_width: self.truck_width,
            two_way_width: self.two_way_width(),
            area_radius: self.area_radius,
        }
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
