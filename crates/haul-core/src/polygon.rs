//! A region in plan, with holes.

use crate::Point2;
use serde::{Deserialize, Serialize};

/// Outer ring and holes. A ring does not repeat its first point at the end. After [`Polygon::oriented`] the outer ring
/// is anticlockwise and the holes are clockwise.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Polygon {
    /// Outer ring.
    pub outer: Vec<Point2>,
    /// Holes: islands that are not part of the region.
    #[serde(default)]
    pub holes: Vec<Vec<Point2>>,
}

/// Returns the signed area of a ring, m² (shoelace formula). It is positive for an anticlockwise ring.
pub fn ring_area(ring: &[Point2]) -> f64 {
    // Relative to the first point, so that large coordinates do not reduce the precision.
    let Some(&o) = ring.first() else { return 0.0 };
    let mut doubled = 0.0;
    for (i, a) in ring.iter().enumerate() {
        let (a, b) = (a - o, ring[(i + 1) % ring.len()] - o);
        doubled += a.x * b.y - a.y * b.x;
    }
    doubled / 2.0
}

/// Returns true if a point is inside a ring (even-odd rule).
pub fn ring_contains(ring: &[Point2], p: Point2) -> bool {
    let mut inside = false;
    let mut j = ring.len().wrapping_sub(1);
    for i in 0..ring.len() {
        let (a, b) = (ring[i], ring[j]);
        if (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x {
            inside = !inside;
        }
        j = i;
    }
    inside
}

/// Returns the distance from a point to a segment, m.
pub fn segment_distance(p: Point2, a: Point2, b: Point2) -> f64 {
    let along = b - a;
    let span = along.norm_squared();
    let t = if span > 0.0 { ((p - a).dot(&along) / span).clamp(0.0, 1.0) } else { 0.0 };
    (p - (a + along * t)).norm()
}

impl Polygon {
    /// Returns the polygon with the outer ring anticlockwise and the holes clockwise.
    pub fn oriented(mut self) -> Self {
        if ring_area(&self.outer) < 0.0 {
            self.outer.reverse();
        }
        for hole in &mut self.holes {
            if ring_area(hole) > 0.0 {
                hole.reverse();
            }
        }
        self
    }

    /// Returns the area without holes, m².
    pub fn area(&self) -> f64 {
        ring_area(&self.outer).abs() - self.holes.iter().map(|h| ring_area(h).abs()).sum::<f64>()
    }

    /// Returns true if a point is in the region.
    pub fn contains(&self, p: Point2) -> bool {
        ring_contains(&self.outer, p) && !self.holes.iter().any(|h| ring_contains(h, p))
    }

    /// Returns all rings: the outer ring, then the holes.
    pub fn rings(&self) -> impl Iterator<Item = &[Point2]> {
        std::iter::once(self.outer.as_slice()).chain(self.holes.iter().map(Vec::as_slice))
    }

    /// Returns all segments of the boundary.
    pub fn segments(&self) -> impl Iterator<Item = (Point2, Point2)> + '_ {
        self.rings().flat_map(|ring| (0..ring.len()).map(move |i| (ring[i], ring[(i + 1) % ring.len()])))
    }

    /// Returns the signed distance from a point to the boundary, m, positive inside. It checks every segment; for many
    /// queries on one polygon, use an index.
    pub fn clearance(&self, p: Point2) -> f64 {
        let d = self.segments().map(|(a, b)| segment_distance(p, a, b)).fold(f64::INFINITY, f64::min);
        if self.contains(p) { d } else { -d }
    }

    /// Returns the lower and the upper corner of the outer ring's bounding box; `None` without points.
    pub fn bounds(&self) -> Option<(Point2, Point2)> {
        let first = *self.outer.first()?;
        Some(self.outer.iter().fold((first, first), |(lo, hi), p| (lo.inf(p), hi.sup(p))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(f64, f64)]) -> Vec<Point2> {
        points.iter().map(|&(x, y)| Point2::new(x, y)).collect()
    }

    #[test]
    fn a_hole_is_not_inside_and_counts_off_the_area() {
        let p = Polygon {
            outer: ring(&[(0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0)]),
            holes: vec![ring(&[(4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0)])],
        }
        .oriented();
        assert_eq!(p.area(), 96.0);
        assert!(!p.contains(Point2::new(5.0, 5.0)) && p.contains(Point2::new(2.0, 5.0)));
        assert_eq!(p.clearance(Point2::new(3.0, 5.0)), 1.0);
        assert_eq!(p.clearance(Point2::new(-2.0, 5.0)), -2.0);
    }
}
