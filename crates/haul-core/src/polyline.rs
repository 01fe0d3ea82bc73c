//! A line of segments in space, measured along its length in plan.

use crate::{Point2, Point3, Pose2};
use serde::{Deserialize, Serialize};

/// Points joined by segments. A station is the distance in plan from the first point along the line, m.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Point3>", into = "Vec<Point3>")]
pub struct Polyline {
    points: Vec<Point3>,
    stations: Vec<f64>,
}

/// Position of a point relative to a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Projection {
    /// Station of the nearest point of the line, m.
    pub station: f64,
    /// Signed distance from the line in plan, m, positive to the left of the line.
    pub lateral: f64,
    /// Index of the nearest segment, which lies between points `piece` and `piece + 1`.
    pub piece: usize,
}

impl Polyline {
    /// Creates a line through the points. Of consecutive points that coincide in plan, keeps only the first.
    pub fn new(points: impl IntoIterator<Item = Point3>) -> Self {
        let mut kept: Vec<Point3> = Vec::new();
        let mut stations = Vec::new();
        for p in points {
            let station = match (kept.last(), stations.last()) {
                (Some(last), Some(&s)) => {
                    let d = libm::hypot(p.x - last.x, p.y - last.y);
                    if d < 1e-9 {
                        continue;
                    }
                    s + d
                }
                _ => 0.0,
            };
            kept.push(p);
            stations.push(station);
        }
        Self { points: kept, stations }
    }

    /// Returns the points.
    pub fn points(&self) -> &[Point3] {
        &self.points
    }

    /// Returns the stations of the points, m.
    pub fn stations(&self) -> &[f64] {
        &self.stations
    }

    /// Returns the length in plan, m.
    pub fn length(&self) -> f64 {
        self.stations.last().copied().unwrap_or(0.0)
    }

    /// Returns true if the line has fewer than two points, and therefore no direction.
    pub fn is_degenerate(&self) -> bool {
        self.points.len() < 2
    }

    /// Returns the index of the segment at a station, clamped to the line.
    pub fn piece(&self, station: f64) -> usize {
        let upper = self.stations.partition_point(|&s| s <= station);
        upper.saturating_sub(1).min(self.points.len().saturating_sub(2))
    }

    /// Returns the point at a station, clamped to the ends of the line; `None` for a line without points.
    pub fn at(&self, station: f64) -> Option<Point3> {
        if self.is_degenerate() {
            return self.points.first().copied();
        }
        let i = self.piece(station);
        let span = self.stations[i + 1] - self.stations[i];
        let t = ((station - self.stations[i]) / span).clamp(0.0, 1.0);
        Some(self.points[i] + (self.points[i + 1] - self.points[i]) * t)
    }

    /// Returns the heading of the segment at a station, rad; `None` for a degenerate line.
    pub fn heading(&self, station: f64) -> Option<f64> {
        if self.is_degenerate() {
            return None;
        }
        let i = self.piece(station);
        let d = self.points[i + 1] - self.points[i];
        Some(libm::atan2(d.y, d.x))
    }

    /// Returns the pose at a station; `None` for a degenerate line.
    pub fn pose(&self, station: f64) -> Option<Pose2> {
        let p = self.at(station)?;
        Some(Pose2::new(p.x, p.y, self.heading(station)?))
    }

    /// Returns the nearest point of the whole line to a point; `None` for a degenerate line.
    pub fn project(&self, point: Point2) -> Option<Projection> {
        self.project_within(point, 0..self.points.len().saturating_sub(1))
    }

    /// Returns the nearest point, to a point, on the segments in a range.
    pub fn project_within(&self, point: Point2, pieces: std::ops::Range<usize>) -> Option<Projection> {
        let mut best: Option<(f64, Projection)> = None;
        for i in pieces.start..pieces.end.min(self.points.len().saturating_sub(1)) {
            let (a, b) = (self.points[i].xy(), self.points[i + 1].xy());
            let along = b - a;
            let span = self.stations[i + 1] - self.stations[i];
            let t = ((point - a).dot(&along) / (span * span)).clamp(0.0, 1.0);
            let offset = point - (a + along * t);
            let distance = offset.norm_squared();
            if best.is_none_or(|(d, _)| distance < d) {
                let side = along.x * offset.y - along.y * offset.x;
                let lateral = if side < 0.0 { -offset.norm() } else { offset.norm() };
                best = Some((distance, Projection { station: self.stations[i] + t * span, lateral, piece: i }));
            }
        }
        best.map(|(_, p)| p)
    }

    /// Returns the line with its points in the opposite order.
    pub fn reversed(&self) -> Polyline {
        Polyline::new(self.points.iter().rev().copied())
    }

    /// Returns a line with the same ends and with points evenly spaced, at most `spacing` (m) apart.
    pub fn resampled(&self, spacing: f64) -> Polyline {
        if self.is_degenerate() {
            return self.clone();
        }
        let pieces = (self.length() / spacing.max(1e-6)).ceil().max(1.0) as usize;
        let step = self.length() / pieces as f64;
        Polyline::new((0..=pieces).filter_map(|k| self.at(k as f64 * step)))
    }
}

impl From<Vec<Point3>> for Polyline {
    fn from(points: Vec<Point3>) -> Self {
        Polyline::new(points)
    }
}

impl From<Polyline> for Vec<Point3> {
    fn from(line: Polyline) -> Self {
        line.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corner() -> Polyline {
        Polyline::new([Point3::new(0.0, 0.0, 0.0), Point3::new(10.0, 0.0, 1.0), Point3::new(10.0, 10.0, 1.0)])
    }

    #[test]
    fn left_of_the_line_is_positive() {
        let p = corner().project(Point2::new(4.0, 1.0)).unwrap();
        assert_eq!((p.station, p.lateral, p.piece), (4.0, 1.0, 0));
        assert!(corner().project(Point2::new(11.0, 5.0)).unwrap().lateral < 0.0);
    }

    #[test]
    fn stations_are_plan_lengths_and_clamp() {
        let line = corner();
        assert_eq!(line.length(), 20.0);
        assert_eq!(line.at(5.0).unwrap().z, 0.5);
        assert_eq!(line.at(99.0).unwrap(), Point3::new(10.0, 10.0, 1.0));
        assert_eq!(line.resampled(2.5).length(), 20.0, "a spacing that meets the corner keeps it");
    }
}
