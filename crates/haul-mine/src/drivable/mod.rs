//! The drivable surface. An exact distance to its edge takes about a microsecond.

mod grid;

use grid::SegmentGrid;
use haul_core::{Footprint, Point2, Polygon, Pose2};

/// The drivable surface of a mine: one connected polygon with islands, and an index of its edge.
#[derive(Debug, Clone)]
pub struct Drivable {
    polygon: Polygon,
    grid: SegmentGrid,
}

impl PartialEq for Drivable {
    fn eq(&self, other: &Self) -> bool {
        self.polygon == other.polygon
    }
}

impl Drivable {
    /// Creates a drivable surface from a polygon. Returns `None` if a ring has fewer than three points or a number is
    /// not finite.
    pub fn new(polygon: Polygon) -> Option<Drivable> {
        let polygon = polygon.oriented();
        let sound = polygon.rings().all(|r| r.len() >= 3 && r.iter().all(|p| p.x.is_finite() && p.y.is_finite()));
        if !sound {
            return None;
        }
        let grid = SegmentGrid::new(&polygon)?;
        Some(Drivable { polygon, grid })
    }

    /// Returns the polygon, with the outer ring anticlockwise and islands clockwise.
    pub fn polygon(&self) -> &Polygon {
        &self.polygon
    }

    /// Returns true if a point lies on the surface.
    pub fn contains(&self, point: Point2) -> bool {
        self.grid.contains(point)
    }

    /// Returns the exact signed distance to the edge, m; positive on the surface. It is minus infinity for a point that
    /// is not finite.
    pub fn clearance(&self, point: Point2) -> f64 {
        if !(point.x.is_finite() && point.y.is_finite()) {
            return f64::NEG_INFINITY;
        }
        let distance = self.grid.nearest(point).map_or(f64::INFINITY, |(_, d)| d);
        if self.grid.contains(point) { distance } else { -distance }
    }

    /// Returns the nearest point of the edge, or `None` for a point that is not finite.
    pub fn nearest_edge(&self, point: Point2) -> Option<Point2> {
        let (segment, _) = self.grid.nearest(point)?;
        let (a, b) = self.grid.segment(segment);
        Some(grid::nearest_on(point, a, b))
    }

    /// Returns the exact minimum distance from a footprint to the edge, m.
    ///
    /// The distance is negative if any part of the footprint is off the surface. Its absolute value is then at least
    /// the depth to which the edge cuts into the rectangle. For a footprint entirely off the surface, it is the
    /// distance back to the surface.
    pub fn footprint_clearance(&self, footprint: &Footprint, pose: Pose2) -> f64 {
        self.footprint_clearances(footprint, std::iter::once(pose)).next().unwrap_or(f64::NEG_INFINITY)
    }

    /// Returns [`Drivable::footprint_clearance`] at each pose of a series, m. This is faster if each pose is near the
    /// previous one.
    pub fn footprint_clearances(
        &self,
        footprint: &Footprint,
        poses: impl Iterator<Item = Pose2>,
    ) -> impl Iterator<Item = f64> {
        let mut near = None;
        poses.map(move |pose| {
            if pose.is_finite() { self.grid.footprint_clearance(footprint, pose, &mut near) } else { f64::NEG_INFINITY }
        })
    }

    /// Returns the segments of the edge that may touch a box, each once.
    pub fn segments_near(&self, bounds: (Point2, Point2)) -> impl Iterator<Item = (Point2, Point2)> + '_ {
        self.grid.near(bounds).into_iter().map(|s| self.grid.segment(s))
    }

    /// Visits the segments of the edge that may touch a box. A segment may be visited several times.
    pub(crate) fn visit_near(&self, bounds: (Point2, Point2), mut visit: impl FnMut((Point2, Point2))) {
        self.grid.visit_near(bounds, |s| visit(self.grid.segment(s)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Rectangle;
    use rand::RngExt as _;

    #[test]
    fn distances_equal_the_least_over_all_segments() {
        // A plain of 3 km by 2 km with a road and an island. Most squares are far from any edge.
        let outer = [
            (0.0, 0.0),
            (3000.0, 100.0),
            (2900.0, 2000.0),
            (1510.0, 1900.0),
            (1510.0, 2600.0),
            (1490.0, 2600.0),
            (1490.0, 1900.0),
            (50.0, 2050.0),
        ];
        let hole = [(2000.0, 900.0), (2004.0, 907.0), (2010.0, 899.0)];
        let ring = |points: &[(f64, f64)]| points.iter().map(|&(x, y)| Point2::new(x, y)).collect::<Vec<_>>();
        let drivable = Drivable::new(Polygon { outer: ring(&outer), holes: vec![ring(&hole)] }).unwrap();
        let pieces: Vec<(Point2, Point2)> = drivable.polygon().segments().collect();
        let footprint = Footprint { front: 6.0, rear: 4.0, half_width: 3.0 };
        let mut stream = haul_core::stream(5, "drivable", "distances");
        let mut in_the_open = 0;
        for _ in 0..400 {
            let p = Point2::new(stream.random_range(-200.0..3200.0), stream.random_range(-200.0..2800.0));
            let least = pieces.iter().map(|&(a, b)| (p - grid::nearest_on(p, a, b)).norm()).fold(f64::MAX, f64::min);
            assert!((drivable.clearance(p).abs() - least).abs() < 1e-9, "{p}: {least}");
            let pose = Pose2::new(p.x, p.y, stream.random_range(-3.0..3.0));
            let frame = Rectangle::new(&footprint, pose);
            let least = pieces.iter().map(|&piece| frame.signed_distance(piece, f64::MAX)).fold(f64::MAX, f64::min);
            if drivable.contains(p) && least > 0.0 {
                in_the_open += 1;
                assert!((drivable.footprint_clearance(&footprint, pose) - least).abs() < 1e-9, "{p}: {least}");
            }
        }
        assert!(in_the_open > 200, "{in_the_open}");
    }
}
