//! Local axes in plan.

use crate::region::Region;
use haul_core::{Point2, Vector2};

/// Axes in plan for laying out a part of the mine.
#[derive(Debug, Clone, Copy)]
pub(super) struct LocalAxes {
    pub(super) origin: Point2,
    pub(super) along: Vector2,
    pub(super) out: Vector2,
}

impl LocalAxes {
    /// Returns the point with the given local coordinates, m.
    pub(super) fn at(&self, along: f64, out: f64) -> Point2 {
        self.origin + self.along * along + self.out * out
    }

    /// Returns a rectangle between local coordinates, with corners rounded to a radius (m).
    pub(super) fn rectangle(&self, along: (f64, f64), out: (f64, f64), corner: f64) -> Vec<Point2> {
        let ring = [self.at(along.0, out.0), self.at(along.1, out.0), self.at(along.1, out.1), self.at(along.0, out.1)];
        let region = Region::ring(&ring).rounded(corner);
        region.polygons(0.0).into_iter().next().map_or(ring.to_vec(), |p| p.outer)
    }
}

/// Returns the direction of a vector, rad.
pub(super) fn heading(v: Vector2) -> f64 {
    libm::atan2(v.y, v.x)
}
