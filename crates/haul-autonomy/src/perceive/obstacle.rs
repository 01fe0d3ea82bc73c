//! An obstacle, and the distance of a truck's outline from it.

use haul_core::{Footprint, Point2, Pose2, Vector2};

/// Plan outline of an obstacle, relative to its pose.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Shape {
    /// A disc with this radius, m.
    Disc(f64),
    /// A rectangle.
    Box(Footprint),
}

impl Shape {
    /// Returns the radius (m) of the smallest circle centred on the obstacle's pose that encloses the outline.
    pub fn reach(&self) -> f64 {
        match self {
            Shape::Disc(radius) => *radius,
            Shape::Box(footprint) => footprint.reach(),
        }
    }

    /// Returns true if every length is a number and not negative.
    pub(super) fn is_whole(&self) -> bool {
        let is_length = |length: f64| length.is_finite() && length >= 0.0;
        match self {
            Shape::Disc(radius) => is_length(*radius),
            Shape::Box(f) => {
                f.front.is_finite() && f.rear.is_finite() && is_length(f.length()) && is_length(f.half_width)
            }
        }
    }
}

/// A tracked obstacle in the site frame.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TrackedObstacle {
    /// Number of the obstacle, constant while it is seen.
    pub id: u32,
    /// Reference pose of the obstacle's shape.
    pub pose: Pose2,
    /// Outline of the obstacle.
    pub shape: Shape,
    /// Velocity in plan, m/s.
    pub velocity: Vector2,
}

impl TrackedObstacle {
    /// Returns the obstacle with its outline grown by `room` (m) on all sides.
    pub fn grown(&self, room: f64) -> TrackedObstacle {
        let shape = match self.shape {
            Shape::Disc(radius) => Shape::Disc(radius + room),
            Shape::Box(f) => {
                Shape::Box(Footprint { front: f.front + room, rear: f.rear + room, half_width: f.half_width + room })
            }
        };
        TrackedObstacle { shape, ..*self }
    }

    /// Returns the obstacle after `time` seconds, if it keeps its velocity.
    pub fn after(&self, time: f64) -> TrackedObstacle {
        let p = self.pose.position() + self.velocity * time;
        TrackedObstacle { pose: Pose2::new(p.x, p.y, self.pose.heading), ..*self }
    }
}

/// Returns the distance (m) in plan between a footprint at a pose and an obstacle; 0 if they touch or overlap.
pub fn gap(footprint: &Footprint, pose: Pose2, obstacle: &TrackedObstacle) -> f64 {
    match obstacle.shape {
        Shape::Disc(radius) => (footprint.distance(pose, obstacle.pose.position()) - radius).max(0.0),
        Shape::Box(other) => box_gap(footprint, pose, &other, obstacle.pose),
    }
}

fn box_gap(a: &Footprint, at: Pose2, b: &Footprint, bt: Pose2) -> f64 {
    let (ac, bc) = (a.corners(at), b.corners(bt));
    if overlap(&ac, &bc, at) && overlap(&ac, &bc, bt) {
        return 0.0;
    }
    // For two separate rectangles, a corner of one is nearest to a side or corner of the other.
    let from_a = bc.iter().map(|&p| a.distance(at, p));
    let from_b = ac.iter().map(|&p| b.distance(bt, p));
    from_a.chain(from_b).fold(f64::INFINITY, f64::min)
}

/// Returns true if the projections on both axes of a frame overlap: half of the separating-axis test.
fn overlap(a: &[Point2; 4], b: &[Point2; 4], frame: Pose2) -> bool {
    [frame.ahead(), frame.left()].iter().all(|axis| {
        let span = |corners: &[Point2; 4]| {
            corners
                .iter()
                .map(|p| p.coords.dot(axis))
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)))
        };
        let ((a0, a1), (b0, b1)) = (span(a), span(b));
        a0 <= b1 && b0 <= a1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUCK: Footprint = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };

    fn obstacle(pose: Pose2, shape: Shape) -> TrackedObstacle {
        TrackedObstacle { id: 0, pose, shape, velocity: Vector2::zeros() }
    }

    #[test]
    fn crossed_boxes_overlap_with_no_corner_inside() {
        let slim = Footprint { front: 10.0, rear: 10.0, half_width: 0.5 };
        let across = obstacle(Pose2::new(2.0, 0.0, std::f64::consts::FRAC_PI_2), Shape::Box(slim));
        assert_eq!(gap(&TRUCK, Pose2::default(), &across), 0.0);
    }

    #[test]
    fn gaps_are_measured_from_outline_to_outline() {
        let disc = obstacle(Pose2::new(12.0, 0.0, 0.0), Shape::Disc(1.0));
        assert!((gap(&TRUCK, Pose2::default(), &disc) - 4.0).abs() < 1e-12);
        let other = obstacle(Pose2::new(20.0, 0.0, std::f64::consts::PI), Shape::Box(TRUCK));
        assert!((gap(&TRUCK, Pose2::default(), &other) - 6.0).abs() < 1e-9);
        let turned = obstacle(Pose2::new(10.0, 10.0, 0.7), Shape::Box(TRUCK));
        let by_outline =
            TRUCK.outline(turned.pose, 0.01).map(|p| TRUCK.distance(Pose2::default(), p)).fold(f64::INFINITY, f64::min);
        assert!((gap(&TRUCK, Pose2::default(), &turned) - by_outline).abs() < 1e-3);
    }
}
