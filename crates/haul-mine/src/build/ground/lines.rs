//! Survey data on the ground, besides the edges of the drivable surface.

use crate::build::ElevationGrid;
use crate::build::surface::EdgeRings;
use haul_core::{Point2, Point3};

/// Lines, points and measured surfaces of the ground.
pub(in crate::build) struct GroundLines {
    /// Crests, toes and other breaklines.
    pub(in crate::build) breaklines: Vec<Vec<Point3>>,
    /// Single points of the ground.
    pub(in crate::build) points: Vec<Point3>,
    /// Measured elevation rasters.
    pub(in crate::build) grids: Vec<ElevationGrid>,
    /// Measured triangular faces.
    pub(in crate::build) faces: Vec<[Point3; 3]>,
    /// True if rasters and faces also define the ground of the roads.
    pub(in crate::build) draped: bool,
}

/// Returns the bounding box of all edges, breaklines and points.
pub(super) fn extent(edges: &EdgeRings, lines: &GroundLines) -> Option<(Point2, Point2)> {
    let all = edges.rings.iter().chain(&lines.breaklines).flatten().chain(&lines.points);
    all.fold(None, |found, p| {
        let p = p.xy();
        Some(found.map_or((p, p), |(l, h): (Point2, Point2)| (l.inf(&p), h.sup(&p))))
    })
}
