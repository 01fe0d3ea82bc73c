//! Settings for building a mine from strings.

use crate::roads::Side;
use crate::roads::trace::TraceOptions;

/// Default maximum slope of drivable ground, rise over run: a sustained grade of at most 10 %, plus some crossfall.
const GREATEST_SLOPE: f64 = 0.12;

/// Settings for building a mine from strings.
#[derive(Debug, Clone, PartialEq)]
pub struct BuildOptions {
    /// Maximum distance (m) between two string ends that are joined to one point.
    pub stitch_tolerance: f64,
    /// Maximum width (m) of a gap that is closed by a straight segment, for example where a road leaves the survey.
    pub close_across: f64,
    /// Maximum distance (m) of surveyed points from the thinned boundary.
    pub boundary_tolerance: f64,
    /// Standard deviation (m) of the Gaussian filter that smooths heights along edges; 0 means no smoothing.
    pub height_smoothing: f64,
    /// Maximum slope of the drivable ground in any direction, rise over run; `None` means no limit.
    ///
    /// Steeper ground often comes from a wall that was surveyed only along its crest. There, the heights are moved as
    /// little as possible, and the moved part is listed among the repairs.
    pub greatest_slope: Option<f64>,
    /// Spacing of the terrain grid (m). It is increased if the grid would have more than `terrain_nodes` nodes.
    pub terrain_spacing: f64,
    /// Maximum number of nodes in the terrain grid.
    pub terrain_nodes: usize,
    /// Width (m) of the strip of ground around the surveyed area.
    pub margin: f64,
    /// Minimum area of a ring (m²). Smaller rings are dropped.
    pub least_ring: f64,
    /// Spacing (m) of the edge points from which centrelines are traced.
    pub edge_step: f64,
    /// Width of the truck (m). Where the road allows it, centrelines keep half this width from the edge.
    pub truck_width: f64,
    /// Minimum radius (m) of the inscribed circle of a wide area.
    pub area_radius: f64,
    /// Side of the road on which trucks drive.
    pub traffic_side: Side,
    /// Class of the road surface.
    pub road_class: String,
}

/// Minimum ratio of road width to truck width at which two trucks can pass each other (Kaufman and Ault 1977, USBM IC
/// 8758).
const TWO_LANE_TRUCK_WIDTHS: f64 = 3.5;

impl BuildOptions {
    /// Returns the minimum road width (m) on which two trucks can pass each other.
    pub fn two_way_width(&self) -> f64 {
        TWO_LANE_TRUCK_WIDTHS * self.truck_width
    }

    /// Returns the settings for tracing centrelines.
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
