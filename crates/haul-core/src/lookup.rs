//! A curve through points, linear between them.

use serde::{Deserialize, Serialize};

/// Piecewise linear function y(x), constant beyond its first and its last point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<[f64; 2]>", into = "Vec<[f64; 2]>")]
pub struct Lookup {
    points: Vec<[f64; 2]>,
}

impl Lookup {
    /// Creates a curve through `(x, y)` points.
    ///
    /// # Errors
    /// Returns a sentence if there are no points, a number is not finite, or x does not increase.
    pub fn new(points: Vec<[f64; 2]>) -> Result<Self, String> {
        if points.is_empty() {
            return Err("a curve needs at least one point".into());
        }
        if let Some(i) = points.iter().position(|p| !p[0].is_finite() || !p[1].is_finite()) {
            return Err(format!("point {} of the curve is not a finite number", i + 1));
        }
        if let Some(i) = points.windows(2).position(|w| w[1][0] <= w[0][0]) {
            return Err(format!("x must rise: point {} has {}, after {}", i + 2, points[i + 1][0], points[i][0]));
        }
        Ok(Self { points })
    }

    /// Returns the value y at x.
    #[inline]
    pub fn at(&self, x: f64) -> f64 {
        let upper = self.points.partition_point(|p| p[0] <= x);
        if upper == 0 {
            return self.points[0][1];
        }
        if upper == self.points.len() {
            return self.points[upper - 1][1];
        }
        let ([x0, y0], [x1, y1]) = (self.points[upper - 1], self.points[upper]);
        y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    }

    /// Returns the points.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// Returns the point with the maximum y.
    pub fn peak(&self) -> [f64; 2] {
        self.points.iter().copied().fold(self.points[0], |best, p| if p[1] > best[1] { p } else { best })
    }
}

impl TryFrom<Vec<[f64; 2]>> for Lookup {
    type Error = String;
    fn try_from(points: Vec<[f64; 2]>) -> Result<Self, String> {
        Self::new(points)
    }
}

impl From<Lookup> for Vec<[f64; 2]> {
    fn from(curve: Lookup) -> Self {
        curve.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_between_and_flat_beyond() {
        let c = Lookup::new(vec![[0.0, 1.0], [2.0, 5.0], [4.0, 3.0]]).unwrap();
        assert_eq!([c.at(-1.0), c.at(1.0), c.at(2.0), c.at(3.0), c.at(9.0)], [1.0, 3.0, 5.0, 4.0, 3.0]);
        assert_eq!(c.peak(), [2.0, 5.0]);
    }

    #[test]
    fn x_that_falls_is_refused_with_its_place() {
        assert!(Lookup::new(vec![[0.0, 1.0], [2.0, 5.0], [1.0, 3.0]]).unwrap_err().contains("point 3"));
    }
}
