//! A curve of continuous curvature through given points.

use haul_core::{Point2, Vector2};

/// A natural cubic spline through given points, parameterised by chord length.
pub(crate) struct Spline {
    knots: Vec<f64>,
    points: Vec<Point2>,
    /// Second derivatives by chord length at the knots (de Boor 1978, chapter IV).
    bends: Vec<Vector2>,
}

/// Position, heading and curvature at a point of a spline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SplinePoint {
    pub(crate) point: Point2,
    pub(crate) heading: f64,
    pub(crate) curvature: f64,
}

impl Spline {
    /// Returns the curve through the points. Consecutive points must differ.
    pub(crate) fn through(points: &[Point2]) -> Self {
        let n = points.len();
        let mut knots = Vec::with_capacity(n);
        let mut s = 0.0;
        for (i, p) in points.iter().enumerate() {
            if i > 0 {
                s += (p - points[i - 1]).norm().max(1e-9);
            }
            knots.push(s);
        }
        let mut bends = vec![Vector2::zeros(); n];
        // Thomas's elimination of the tridiagonal system, for both coordinates at once.
        let mut upper = vec![0.0; n];
        for i in 1..n.saturating_sub(1) {
            let (a, b) = (knots[i] - knots[i - 1], knots[i + 1] - knots[i]);
            let rise = (points[i + 1] - points[i]) / b - (points[i] - points[i - 1]) / a;
            let pivot = 2.0 * (a + b) - a * upper[i - 1];
            upper[i] = b / pivot;
            bends[i] = (6.0 * rise - a * bends[i - 1]) / pivot;
        }
        for i in (1..n.saturating_sub(1)).rev() {
            bends[i] = bends[i] - upper[i] * bends[i + 1];
        }
        Self { knots, points: points.to_vec(), bends }
    }

    /// Returns the chord length over all points, m: a little less than the length of the curve.
    pub(crate) fn length(&self) -> f64 {
        self.knots.last().copied().unwrap_or(0.0)
    }

    /// Returns the point on segment `i` after a share `v` of its chord; `None` if there is no such segment.
    pub(crate) fn at(&self, i: usize, v: f64) -> Option<SplinePoint> {
        let (p, q) = (self.points.get(i)?, self.points.get(i + 1)?);
        let h = self.knots[i + 1] - self.knots[i];
        let u = 1.0 - v;
        let (mi, mj) = (self.bends[i], self.bends[i + 1]);
        let value = |axis: usize| {
            u * p[axis] + v * q[axis] + h * h / 6.0 * ((u * u * u - u) * mi[axis] + (v * v * v - v) * mj[axis])
        };
        let slope = |axis: usize| {
            (q[axis] - p[axis]) / h + h / 6.0 * ((3.0 * v * v - 1.0) * mj[axis] - (3.0 * u * u - 1.0) * mi[axis])
        };
        let bend = |axis: usize| u * mi[axis] + v * mj[axis];
        let (dx, dy) = (slope(0), slope(1));
        let speed = libm::hypot(dx, dy);
        Some(SplinePoint {
            point: Point2::new(value(0), value(1)),
            heading: libm::atan2(dy, dx),
            curvature: (dx * bend(1) - dy * bend(0)) / (speed * speed * speed).max(1e-12),
        })
    }

    /// Returns the segment at a chord length, and the share of the segment passed, 0 to 1.
    pub(crate) fn share(&self, s: f64) -> (usize, f64) {
        let i = self.knots.partition_point(|&k| k <= s).saturating_sub(1).min(self.knots.len().saturating_sub(2));
        match (self.knots.get(i), self.knots.get(i + 1)) {
            (Some(a), Some(b)) => (i, ((s - a) / (b - a)).clamp(0.0, 1.0)),
            _ => (i, 0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_keeps_its_curvature_between_points() {
        let points: Vec<Point2> = (0..60)
            .map(|i| {
                let a = i as f64 / 10.0;
                Point2::new(10.0 * libm::cos(a), 10.0 * libm::sin(a))
            })
            .collect();
        let spline = Spline::through(&points);
        for k in 0..200 {
            let s = 8.0 + k as f64 * (spline.length() - 16.0) / 200.0;
            let (piece, share) = spline.share(s);
            let place = spline.at(piece, share).unwrap();
            assert!((place.curvature - 0.1).abs() < 5e-4, "{}", place.curvature);
            assert!((place.point.coords.norm() - 10.0).abs() < 1e-3);
        }
    }
}
