//! The area that a rigid vehicle covers.

use crate::{Point2, Pose2};
use serde::{Deserialize, Serialize};

/// Rectangle that a vehicle covers in plan, in its body frame with the origin at the rear-axle centre.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Footprint {
    /// Distance from the rear axle to the foremost point, m.
    pub front: f64,
    /// Distance from the rear axle to the rearmost point, m.
    pub rear: f64,
    /// Half the width, m.
    pub half_width: f64,
}

impl Footprint {
    /// Returns the corners in the site frame, anticlockwise: front left, rear left, rear right, front right.
    pub fn corners(&self, pose: Pose2) -> [Point2; 4] {
        [
            pose.place(self.front, self.half_width),
            pose.place(-self.rear, self.half_width),
            pose.place(-self.rear, -self.half_width),
            pose.place(self.front, -self.half_width),
        ]
    }

    /// Returns the footprint with all sides moved outwards by `by` (m).
    pub fn grown(&self, by: f64) -> Footprint {
        Footprint { front: self.front + by, rear: self.rear + by, half_width: self.half_width + by }
    }

    /// Returns the length, m.
    pub fn length(&self) -> f64 {
        self.front + self.rear
    }

    /// Returns the radius of the smallest circle centred on the rear-axle centre that encloses the footprint, m.
    pub fn reach(&self) -> f64 {
        libm::hypot(self.front.max(self.rear), self.half_width)
    }

    /// Returns the distance from a point of the site to the footprint, m; 0 inside.
    pub fn distance(&self, pose: Pose2, point: Point2) -> f64 {
        let p = pose.locate(point);
        let ahead = (p.x - self.front).max(-self.rear - p.x).max(0.0);
        let aside = (p.y.abs() - self.half_width).max(0.0);
        libm::hypot(ahead, aside)
    }

    /// Returns points along the outline, at most `spacing` (m) apart, including the corners.
    pub fn outline(&self, pose: Pose2, spacing: f64) -> impl Iterator<Item = Point2> + use<> {
        let corners = self.corners(pose);
        let spacing = spacing.max(1e-3);
        (0..4).flat_map(move |i| {
            let (a, b) = (corners[i], corners[(i + 1) % 4]);
            let pieces = ((b - a).norm() / spacing).ceil().max(1.0) as usize;
            (0..pieces).map(move |k| a + (b - a) * (k as f64 / pieces as f64))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_is_to_the_nearest_side_or_corner() {
        let f = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };
        let pose = Pose2::new(10.0, 10.0, std::f64::consts::FRAC_PI_2);
        assert_eq!(f.distance(pose, Point2::new(10.0, 12.0)), 0.0);
        assert!((f.distance(pose, Point2::new(14.0, 12.0)) - 1.0).abs() < 1e-12);
        assert!((f.distance(pose, Point2::new(16.0, 21.0)) - 5.0).abs() < 1e-12);
    }
}
