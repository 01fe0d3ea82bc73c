//! The exact distance between a rectangle and a segment.

use crate::{Footprint, Point2, Pose2, Vector2};

/// A footprint at a pose, as a rectangle about its own centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rectangle {
    middle: Point2,
    ahead: Vector2,
    half: Vector2,
}

impl Rectangle {
    /// Returns the rectangle of a footprint at a pose.
    pub fn new(footprint: &Footprint, pose: Pose2) -> Rectangle {
        let ahead = pose.ahead();
        Rectangle {
            middle: pose.position() + ahead * ((footprint.front - footprint.rear) / 2.0),
            ahead,
            half: Vector2::new((footprint.front + footprint.rear) / 2.0, footprint.half_width),
        }
    }

    /// Returns the centre of the rectangle.
    pub fn middle(&self) -> Point2 {
        self.middle
    }

    /// Returns half the side lengths of the axis-aligned bounding box, m.
    pub fn half_box(&self) -> Vector2 {
        let (along, across) = (self.ahead.abs(), Vector2::new(self.ahead.y, self.ahead.x).abs());
        along * self.half.x + across * self.half.y
    }

    fn local(&self, p: Point2) -> Vector2 {
        let d = p - self.middle;
        Vector2::new(d.dot(&self.ahead), self.ahead.x * d.y - self.ahead.y * d.x)
    }

    /// Returns true if a point is at most `reach` (m) from the rectangle, allowing for rounding.
    pub fn is_within(&self, p: Point2, reach: f64) -> bool {
        const ROUNDING: f64 = 1.0 + 1e-12;
        let out = (self.local(p).abs() - self.half).sup(&Vector2::zeros());
        out.norm_squared() <= reach * reach * ROUNDING
    }

    /// Returns the minimum of `least` and the distance from a segment to the rectangle, m. If a part of the segment is
    /// inside, the distance is minus the maximum depth of that part below the sides.
    pub fn signed_distance(&self, (a, b): (Point2, Point2), least: f64) -> f64 {
        let (a, b) = (self.local(a), self.local(b));
        // Distance by which the whole segment lies beyond one of the sides. For most segments it is at least `least`.
        let beyond = (a.inf(&b) - self.half).sup(&(-a.sup(&b) - self.half)).max();
        if beyond > least.max(0.0) {
            return least;
        }
        let cut = if beyond > 0.0 { None } else { clip(a, b, self.half) };
        match cut {
            Some((t0, t1)) => least.min(-deepest(a, b, self.half, t0, t1)),
            None => least.min(self.distance_apart(a, b)),
        }
    }

    /// Returns the distance from a segment that lies outside. The nearest pair of points contains a corner of the
    /// rectangle or an end of the segment.
    fn distance_apart(&self, a: Vector2, b: Vector2) -> f64 {
        let outside = |p: Vector2| (p.abs() - self.half).sup(&Vector2::zeros()).norm_squared();
        let mut least = outside(a).min(outside(b));
        let along = b - a;
        let span = along.norm_squared();
        let per_span = if span > 0.0 { span.recip() } else { 0.0 };
        for (sx, sy) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
            let corner = Vector2::new(sx * self.half.x, sy * self.half.y);
            let t = ((corner - a).dot(&along) * per_span).clamp(0.0, 1.0);
            least = least.min((corner - (a + along * t)).norm_squared());
        }
        least.sqrt()
    }
}

/// Returns the part of a segment inside the rectangle (Liang and Barsky 1984), as two parameters from 0 to 1.
fn clip(a: Vector2, b: Vector2, half: Vector2) -> Option<(f64, f64)> {
    let d = b - a;
    let (mut t0, mut t1) = (0.0_f64, 1.0_f64);
    for (p, q) in [(-d.x, a.x + half.x), (d.x, half.x - a.x), (-d.y, a.y + half.y), (d.y, half.y - a.y)] {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            t0 = t0.max(q / p);
        } else {
            t1 = t1.min(q / p);
        }
    }
    (t0 <= t1).then_some((t0, t1))
}

/// Returns the maximum depth below the four sides on a part of the segment. The depth is the minimum of four linear
/// functions, so its maximum is at an end or where two of these functions are equal.
fn deepest(a: Vector2, b: Vector2, half: Vector2, t0: f64, t1: f64) -> f64 {
    let d = b - a;
    let sides = [(half.x - a.x, -d.x), (half.x + a.x, d.x), (half.y - a.y, -d.y), (half.y + a.y, d.y)];
    let depth = |t: f64| sides.iter().map(|(c, m)| c + m * t).fold(f64::INFINITY, f64::min);
    let mut best = depth(t0).max(depth(t1));
    for (i, (c0, m0)) in sides.iter().enumerate() {
        for (c1, m1) in &sides[i + 1..] {
            let t = (c1 - c0) / (m0 - m1);
            if t > t0 && t < t1 {
                best = best.max(depth(t));
            }
        }
    }
    best.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle() -> Rectangle {
        Rectangle::new(&Footprint { front: 7.0, rear: 3.0, half_width: 3.0 }, Pose2::new(-2.0, 0.0, 0.0))
    }

    #[test]
    fn a_piece_that_passes_a_corner_is_as_far_as_the_corner() {
        let d = rectangle().signed_distance((Point2::new(5.0, 8.0), Point2::new(10.0, 3.0)), f64::INFINITY);
        assert!((d - 5.0 / 2.0_f64.sqrt()).abs() < 1e-12, "{d}");
    }

    #[test]
    fn a_piece_through_the_middle_is_as_deep_as_half_the_width() {
        let d = rectangle().signed_distance((Point2::new(-20.0, 0.0), Point2::new(20.0, 0.0)), f64::INFINITY);
        assert_eq!(d, -3.0);
        let end = rectangle().signed_distance((Point2::new(4.0, 1.0), Point2::new(20.0, 1.0)), f64::INFINITY);
        assert_eq!(end, -1.0);
    }
}
