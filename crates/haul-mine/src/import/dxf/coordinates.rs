//! Coordinate systems of a drawing: those of entities with an extrusion, and those of placed blocks.

use haul_core::Point3;
use nalgebra::{Matrix3, Vector3};

/// Limit for both horizontal components of a unit normal that counts as vertical (Autodesk, DXF reference, "Arbitrary
/// axis algorithm").
const NEARLY_VERTICAL: f64 = 1.0 / 64.0;

/// Returns the axes of the object coordinate system for an extrusion direction, as columns, by the arbitrary axis
/// algorithm (Autodesk, DXF reference). Returns `None` if the extrusion has no length.
pub(super) fn object_axes(extrusion: Vector3<f64>) -> Option<Matrix3<f64>> {
    if extrusion.x == 0.0 && extrusion.y == 0.0 && extrusion.z > 0.0 {
        return Some(Matrix3::identity());
    }
    let normal = extrusion.try_normalize(1e-12)?;
    let is_vertical = normal.x.abs() < NEARLY_VERTICAL && normal.y.abs() < NEARLY_VERTICAL;
    let x = if is_vertical { Vector3::y() } else { Vector3::z() }.cross(&normal).try_normalize(1e-12)?;
    Some(Matrix3::from_columns(&[x, normal.cross(&x), normal]))
}

/// An affine map from the coordinates of an entity to those of the drawing.
#[derive(Debug, Clone)]
pub(super) struct Placement {
    matrix: Matrix3<f64>,
    offset: Vector3<f64>,
}

impl Default for Placement {
    fn default() -> Placement {
        Placement { matrix: Matrix3::identity(), offset: Vector3::zeros() }
    }
}

impl Placement {
    /// Creates a placement from its axes (as columns) and the position of its origin in the drawing.
    pub(super) fn new(matrix: Matrix3<f64>, offset: Vector3<f64>) -> Placement {
        Placement { matrix, offset }
    }

    /// Returns the placement of content with the placement `inner` inside this placement.
    pub(super) fn of(&self, inner: &Placement) -> Placement {
        Placement { matrix: self.matrix * inner.matrix, offset: self.matrix * inner.offset + self.offset }
    }

    /// Returns the placement of an object that has its own axes inside this placement.
    pub(super) fn with_axes(&self, axes: &Matrix3<f64>) -> Placement {
        Placement { matrix: self.matrix * axes, offset: self.offset }
    }

    /// Returns the position of a point in the drawing.
    pub(super) fn apply(&self, p: &Point3) -> Point3 {
        Point3::from(self.matrix * p.coords + self.offset)
    }

    /// Returns the largest scale factor of the three axes.
    pub(super) fn scale(&self) -> f64 {
        self.matrix.column_iter().map(|c| c.norm()).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(extrusion: [f64; 3], p: [f64; 3]) -> [f64; 3] {
        let axes = object_axes(Vector3::from(extrusion)).unwrap();
        let p = axes * Vector3::from(p);
        [p.x, p.y, p.z].map(|v| (v * 1e6).round() / 1e6 + 0.0)
    }

    #[test]
    fn extrusion_downwards_mirrors_and_one_to_the_side_stands() {
        assert_eq!(placed([0.0, 0.0, -1.0], [-10.0, 5.0, -400.0]), [10.0, 5.0, 400.0]);
        assert_eq!(placed([0.0, 0.0, 2.5], [-10.0, 5.0, 7.0]), [-10.0, 5.0, 7.0]);
        // A section that faces south: its x axis points east, and its y axis up.
        assert_eq!(placed([0.0, -1.0, 0.0], [10.0, 5.0, 7.0]), [10.0, -7.0, 5.0]);
        // A section that faces east: its x axis points north, and its y axis up.
        assert_eq!(placed([1.0, 0.0, 0.0], [10.0, 5.0, 7.0]), [7.0, 10.0, 5.0]);
        assert!(object_axes(Vector3::zeros()).is_none());
    }

    #[test]
    fn placement_within_a_placement_is_the_product_of_both() {
        let turn = Matrix3::new(0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0);
        let outer = Placement::new(turn * 2.0, Vector3::new(100.0, 0.0, 0.0));
        let inner = Placement::new(Matrix3::identity(), Vector3::new(10.0, 0.0, 5.0));
        let p = Point3::new(1.0, 2.0, 3.0);
        assert_eq!(outer.of(&inner).apply(&p), outer.apply(&inner.apply(&p)));
        assert_eq!(outer.of(&inner).apply(&p), Point3::new(96.0, 22.0, 16.0));
        assert_eq!(outer.scale(), 2.0);
    }
}
