//! A pose in plan.

use crate::{Isometry3, Point2, Vector2, angle};
use serde::{Deserialize, Serialize};

/// Position and heading in the site frame. For a truck it is the pose of its body frame: the middle of the rear axle.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Pose2 {
    /// East, m.
    pub x: f64,
    /// North, m.
    pub y: f64,
    /// Anticlockwise from east, rad.
    pub heading: f64,
}

impl Pose2 {
    /// A pose from east, north (m) and heading (rad).
    pub const fn new(x: f64, y: f64, heading: f64) -> Self {
        Self { x, y, heading }
    }

    /// The pose's position.
    pub fn position(self) -> Point2 {
        Point2::new(self.x, self.y)
    }

    /// The unit vector ahead.
    pub fn ahead(self) -> Vector2 {
        let (sin, cos) = libm::sincos(self.heading);
        Vector2::new(cos, sin)
    }

    /// The unit vector to the left.
    pub fn left(self) -> Vector2 {
        let (sin, cos) = libm::sincos(self.heading);
        Vector2::new(-sin, cos)
    }

    /// The site point that lies `ahead` and `left` of this pose, m.
    pub fn place(self, ahead: f64, left: f64) -> Point2 {
        self.position() + self.ahead() * ahead + self.left() * left
    }

    /// A site point as seen from this pose: (ahead, left), m.
    pub fn locate(self, point: Point2) -> Vector2 {
        let offset = point - self.position();
        Vector2::new(offset.dot(&self.ahead()), offset.dot(&self.left()))
    }

    /// The pose that `local`, given in this pose's frame, has in the site frame.
    pub fn compose(self, local: Pose2) -> Pose2 {
        let p = self.place(local.x, local.y);
        Pose2::new(p.x, p.y, angle::wrap(self.heading + local.heading))
    }

    /// `other` in this pose's frame: `a.compose(a.relative(b)) == b`.
    pub fn relative(self, other: Pose2) -> Pose2 {
        let p = self.locate(other.position());
        Pose2::new(p.x, p.y, angle::difference(other.heading, self.heading))
    }

    /// Distance in plan, m.
    pub fn distance(self, other: Pose2) -> f64 {
        (self.position() - other.position()).norm()
    }

    /// The pose moved `distance` along its heading (negative: backwards), m.
    pub fn advanced(self, distance: f64) -> Pose2 {
        let p = self.place(distance, 0.0);
        Pose2::new(p.x, p.y, self.heading)
    }

    /// The plan view of a pose in space: where its x axis points in plan.
    pub fn from_isometry(isometry: &Isometry3) -> Pose2 {
        let t = isometry.translation.vector;
        let ahead = isometry.rotation * nalgebra::Vector3::x();
        Pose2::new(t.x, t.y, libm::atan2(ahead.y, ahead.x))
    }

    /// Whether all three numbers are finite.
    pub fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite() && self.heading.is_finite()
    }

    /// Whether all three numbers are finite and no coordinate is over 10¹² m, up to where floats tell a tenth of a millimetre.
    pub fn is_on_a_map(self) -> bool {
        /// m.
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
