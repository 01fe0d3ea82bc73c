//! A pose in plan.

use crate::{Isometry3, Point2, Vector2, angle};
use serde::{Deserialize, Serialize};

/// Position and heading in the site frame. The pose of a truck is that of its body frame, at the rear-axle centre.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Pose2 {
    /// East coordinate, m.
    pub x: f64,
    /// North coordinate, m.
    pub y: f64,
    /// Heading, anticlockwise from east, rad.
    pub heading: f64,
}

impl Pose2 {
    /// Creates a pose from east and north coordinates (m) and a heading (rad).
    pub const fn new(x: f64, y: f64, heading: f64) -> Self {
        Self { x, y, heading }
    }

    /// Returns the position.
    pub fn position(self) -> Point2 {
        Point2::new(self.x, self.y)
    }

    /// Returns the unit vector along the heading.
    pub fn ahead(self) -> Vector2 {
        let (sin, cos) = libm::sincos(self.heading);
        Vector2::new(cos, sin)
    }

    /// Returns the unit vector to the left.
    pub fn left(self) -> Vector2 {
        let (sin, cos) = libm::sincos(self.heading);
        Vector2::new(-sin, cos)
    }

    /// Returns the site point at distances `ahead` and `left` (m) from this pose.
    pub fn place(self, ahead: f64, left: f64) -> Point2 {
        self.position() + self.ahead() * ahead + self.left() * left
    }

    /// Returns the coordinates (ahead, left) of a site point in the frame of this pose, m.
    pub fn locate(self, point: Point2) -> Vector2 {
        let offset = point - self.position();
        Vector2::new(offset.dot(&self.ahead()), offset.dot(&self.left()))
    }

    /// Converts `local` from the frame of this pose to the site frame.
    pub fn compose(self, local: Pose2) -> Pose2 {
        let p = self.place(local.x, local.y);
        Pose2::new(p.x, p.y, angle::wrap(self.heading + local.heading))
    }

    /// Converts `other` from the site frame to the frame of this pose, so that `a.compose(a.relative(b)) == b`.
    pub fn relative(self, other: Pose2) -> Pose2 {
        let p = self.locate(other.position());
        Pose2::new(p.x, p.y, angle::difference(other.heading, self.heading))
    }

    /// Returns the distance in plan between two poses, m.
    pub fn distance(self, other: Pose2) -> f64 {
        (self.position() - other.position()).norm()
    }

    /// Returns the pose moved along its heading by `distance` (m), backwards if negative.
    pub fn advanced(self, distance: f64) -> Pose2 {
        let p = self.place(distance, 0.0);
        Pose2::new(p.x, p.y, self.heading)
    }

    /// Projects a pose in space to plan. The heading is that of its x axis.
    pub fn from_isometry(isometry: &Isometry3) -> Pose2 {
        let t = isometry.translation.vector;
        let ahead = isometry.rotation * nalgebra::Vector3::x();
        Pose2::new(t.x, t.y, libm::atan2(ahead.y, ahead.x))
    }

    /// Returns true if all three numbers are finite.
    pub fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite() && self.heading.is_finite()
    }

    /// Returns true if all three numbers are finite and no coordinate exceeds 10¹² m in size. Up to there, an `f64`
    /// resolves about a tenth of a millimetre.
    pub fn is_on_a_map(self) -> bool {
        /// Maximum size of a coordinate, m.
        const FARTHEST: f64 = 1e12;
        self.is_finite() && self.x.abs().max(self.y.abs()) <= FARTHEST
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn relative_undoes_compose(x in -1e3..1e3, y in -1e3..1e3, h in -3.0..3.0, u in -50.0..50.0, v in -50.0..50.0, k in -3.0..3.0) {
            let a = Pose2::new(x, y, h);
            let b = Pose2::new(u, v, k);
            let back = a.relative(a.compose(b));
            prop_assert!((back.x - u).abs() < 1e-9 && (back.y - v).abs() < 1e-9);
            prop_assert!(angle::difference(back.heading, k).abs() < 1e-12);
        }
    }

    #[test]
    fn left_is_north_when_facing_east() {
        assert_eq!(Pose2::new(0.0, 0.0, 0.0).place(0.0, 2.0), Point2::new(0.0, 2.0));
    }
}
