//! SPLINE entities as chords: rational B-splines of any degree (Piegl and Tiller, "The NURBS Book", 1997, algorithm
//! A4.1), and cubic curves through fit points.

use super::drawing::Entity;
use super::reader::{Place, Reader};
use haul_core::Point3;
use nalgebra::{Vector3, Vector4};

/// Bit of a SPLINE's flags: the spline is closed.
const IS_CLOSED: i64 = 1;
/// Maximum degree of a spline.
const GREATEST_DEGREE: usize = 25;
/// Maximum number of times that a section of a curve is halved.
const GREATEST_HALVINGS: u32 = 10;
/// Number of fit points that are repeated beyond each end of a closed curve, so that the curve is smooth where its ends
/// meet. Along a cubic spline, the influence of a point falls to about a quarter from one fit point to the next.
const WRAPPED_POINTS: usize = 12;

/// A rational B-spline.
struct Spline {
    degree: usize,
    knots: Vec<f64>,
    /// Weighted control points: (w x, w y, w z, w).
    control: Vec<Vector4<f64>>,
}

impl Spline {
    /// Returns the point of the curve at the parameter `t`, which lies in the knot span `span`.
    fn at(&self, span: usize, t: f64) -> Point3 {
        let p = self.degree;
        let mut d: Vec<Vector4<f64>> = self.control[span - p..=span].to_vec();
        for r in 1..=p {
            for j in (r..=p).rev() {
                let i = span - p + j;
                let width = self.knots[i + p - r + 1] - self.knots[i];
                let share = if width > 0.0 { (t - self.knots[i]) / width } else { 0.0 };
                d[j] = d[j - 1] * (1.0 - share) + d[j] * share;
            }
        }
        let v = d[p];
        Point3::new(v.x / v.w, v.y / v.w, v.z / v.w)
    }

    /// Returns points along the curve such that the chords stay within the tolerance.
    fn points(&self, tolerance: f64) -> Vec<Point3> {
        let mut points = Vec::new();
        for span in self.degree..self.control.len() {
            let (a, b) = (self.knots[span], self.knots[span + 1]);
            if b > a {
                sample(&|t| self.at(span, t), (a, b), tolerance, &mut points);
            }
        }
        points
    }
}

/// Adds the points of a section of a curve. For the first section, also adds its start.
fn sample(curve: &dyn Fn(f64) -> Point3, (a, b): (f64, f64), tolerance: f64, points: &mut Vec<Point3>) {
    let (start, end) = (curve(a), curve(b));
    if points.is_empty() {
        points.push(start);
    }
    halve(curve, (a, start), (b, end), tolerance, GREATEST_HALVINGS, points);
}

/// Adds the points of a section of a curve, without its start. Halves the section until the chords are within the
/// tolerance.
fn halve(
    curve: &dyn Fn(f64) -> Point3,
    (a, start): (f64, Point3),
    (b, end): (f64, Point3),
    tolerance: f64,
    halvings: u32,
    points: &mut Vec<Point3>,
) {
    let along = end - start;
    let length = along.norm();
    let apart = |share: f64| {
        let off = curve(a + (b - a) * share) - start;
        if length > 0.0 { off.cross(&along).norm() / length } else { off.norm() }
    };
    if halvings == 0 || [0.25, 0.5, 0.75].into_iter().all(|share| apart(share) <= tolerance) {
        points.push(end);
        return;
    }
    let t = 0.5 * (a + b);
    let middle = (t, curve(t));
    halve(curve, (a, start), middle, tolerance, halvings - 1, points);
    halve(curve, middle, (b, end), tolerance, halvings - 1, points);
}

/// Returns points along the cubic spline through fit points, with the chord length as parameter. Without a given
/// tangent, the curvature at an end is zero. A closed curve is also smooth where its ends meet.
fn through(fit: &[Point3], closed: bool, tangents: [Option<Vector3<f64>>; 2], tolerance: f64) -> Vec<Point3> {
    let mut fit = fit.to_vec();
    fit.dedup();
    if closed && fit.len() > 2 && fit.first() == fit.last() {
        fit.pop();
    }
    if fit.len() < 3 {
        return fit;
    }
    let n = fit.len();
    let wrapped = if closed { WRAPPED_POINTS } else { 0 };
    let all: Vec<Point3> = if closed {
        // The first point is repeated at the end, so that the last section closes the curve.
        (0..n + 1 + 2 * wrapped).map(|k| fit[(k + n * wrapped - wrapped) % n]).collect()
    } else {
        fit
    };
    let slopes = slopes(&all, if closed { [None; 2] } else { tangents });
    let mut points = Vec::new();
    for k in wrapped..all.len() - 1 - wrapped {
        let h = (all[k + 1] - all[k]).norm();
        let piece = |t: f64| {
            // The section in Hermite form.
            let (t2, t3) = (t * t, t * t * t);
            let ends = all[k].coords * (2.0 * t3 - 3.0 * t2 + 1.0) + all[k + 1].coords * (3.0 * t2 - 2.0 * t3);
            let turns = slopes[k] * (t3 - 2.0 * t2 + t) + slopes[k + 1] * (t3 - t2);
            Point3::from(ends + turns * h)
        };
        sample(&piece, (0.0, 1.0), tolerance, &mut points);
    }
    points
}

/// Returns the derivative of a cubic spline with respect to the chord length, at each of its points. Solves the
/// tridiagonal equations for continuous curvature.
fn slopes(points: &[Point3], tangents: [Option<Vector3<f64>>; 2]) -> Vec<Vector3<f64>> {
    let n = points.len();
    let h: Vec<f64> = points.windows(2).map(|p| (p[1] - p[0]).norm()).collect();
    let chord: Vec<Vector3<f64>> = points.windows(2).zip(&h).map(|(p, h)| (p[1] - p[0]) / *h).collect();
    // Rows of the linear system: lower, diagonal and upper coefficients, right-hand side.
    let mut rows: Vec<(f64, f64, f64, Vector3<f64>)> = Vec::with_capacity(n);
    let unit = |tangent: Option<Vector3<f64>>| tangent.and_then(|t| t.try_normalize(1e-12));
    rows.push(match unit(tangents[0]) {
        Some(tangent) => (0.0, 1.0, 0.0, tangent),
        None => (0.0, 2.0, 1.0, chord[0] * 3.0),
    });
    for k in 1..n - 1 {
        let right = (chord[k - 1] * h[k] + chord[k] * h[k - 1]) * 3.0;
        rows.push((h[k], 2.0 * (h[k - 1] + h[k]), h[k - 1], right));
    }
    rows.push(match unit(tangents[1]) {
        Some(tangent) => (0.0, 1.0, 0.0, tangent),
        None => (1.0, 2.0, 0.0, chord[n - 2] * 3.0),
    });
    for k in 1..n {
        let factor = rows[k].0 / rows[k - 1].1;
        let (upper, right) = (rows[k - 1].2, rows[k - 1].3);
        rows[k].1 -= factor * upper;
        rows[k].3 -= right * factor;
    }
    let mut slopes = vec![Vector3::zeros(); n];
    for k in (0..n).rev() {
        let next = if k + 1 < n { slopes[k + 1] * rows[k].2 } else { Vector3::zeros() };
        slopes[k] = (rows[k].3 - next) / rows[k].1;
    }
    slopes
}

impl<'a> Reader<'a> {
    /// Reads a SPLINE, whose points are in the coordinates of the drawing.
    pub(super) fn spline(&mut self, entity: &Entity<'a>, layer: String, place: &Place<'a>) {
        let (control, fit) = (self.list_of_points(entity, 10), self.list_of_points(entity, 11));
        let tolerance = self.tolerance / place.placement.scale();
        let is_closed = self.flags(entity) & IS_CLOSED != 0;
        let points = if control.is_empty() && fit.len() >= 2 {
            self.assume("SPLINE entities hold only fit points; a cubic curve through them was read");
            let tangents = [12, 13].map(|code| self.vector(entity, code));
            through(&fit, is_closed, tangents, tolerance)
        } else {
            let Some(spline) = self.control_of(entity, &control) else { return };
            spline.points(tolerance)
        };
        if self.may_make(entity, points.len()) {
            self.string(entity, layer, is_closed, &points, &place.placement);
        }
    }

    /// Returns the points of an entity, given the group code of their x coordinates.
    fn list_of_points(&mut self, entity: &Entity<'a>, first: i32) -> Vec<Point3> {
        let mut points: Vec<Point3> = Vec::new();
        for group in self.groups(entity) {
            if group.code == first {
                points.push(Point3::new(self.value(group), 0.0, 0.0));
            } else if group.code == first + 10 || group.code == first + 20 {
                let value = self.value(group);
                if let Some(last) = points.last_mut() {
                    last[((group.code - first) / 10) as usize] = value;
                }
            }
        }
        points
    }

    /// Returns the spline with these control points. Adds a fault if degree, knots and weights do not fit together.
    fn control_of(&mut self, entity: &Entity<'a>, control: &[Point3]) -> Option<Spline> {
        let help = "save the drawing again, or convert the splines to polylines (PEDIT, or SPLINEDIT and Polyline)";
        let fault = |reader: &mut Self, what: String| {
            reader.fault_at(entity.head, format!("SPLINE: {what}"), help);
            None
        };
        let degree = self.drawing.whole(entity, 71).and_then(|d| usize::try_from(d).ok()).unwrap_or(3);
        let n = control.len();
        if !(1..=GREATEST_DEGREE).contains(&degree) {
            return fault(self, format!("expected a degree from 1 to {GREATEST_DEGREE} (group 71), found {degree}"));
        }
        if n <= degree {
            return fault(
                self,
                format!("expected at least {} control points for degree {degree}, found {n}", degree + 1),
            );
        }
        let of_code = |reader: &mut Self, code: i32| -> Vec<f64> {
            let groups: Vec<_> = reader.groups(entity).filter(|g| g.code == code).collect();
            groups.into_iter().map(|g| reader.value(g)).collect()
        };
        let (mut knots, mut weights) = (of_code(self, 40), of_code(self, 41));
        if knots.is_empty() {
            self.assume("SPLINE entities hold no knots; they were read with equal knots");
            knots = (0..n + degree + 1).map(|k| k.clamp(degree, n) as f64).collect();
        }
        if weights.is_empty() {
            weights = vec![1.0; n];
        }
        if knots.len() != n + degree + 1 {
            let what =
                format!("expected {} knots (group 40) for {n} control points, found {}", n + degree + 1, knots.len());
            return fault(self, what);
        }
        if knots.windows(2).any(|k| k[1] < k[0]) || knots[degree] >= knots[n] {
            return fault(
                self,
                "expected knots that do not fall (group 40), found smaller ones after larger ones".into(),
            );
        }
        if weights.len() != n || weights.iter().any(|w| *w <= 0.0) {
            return fault(
                self,
                format!("expected {n} weights above 0 (group 41), found {} or smaller ones", weights.len()),
            );
        }
        let control = control.iter().zip(&weights).map(|(p, w)| (p.coords * *w).push(*w)).collect();
        Some(Spline { degree, knots, control })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The spline is a quarter of a circle, as a rational B-spline of degree 2 (Piegl and Tiller, example 7.1).
    #[test]
    fn rational_spline_is_a_circle() {
        let w = 0.5_f64.sqrt();
        let control = [(10.0, 0.0, 1.0), (10.0, 10.0, w), (0.0, 10.0, 1.0)];
        let control = control.map(|(x, y, w)| Vector4::new(x * w, y * w, 5.0 * w, w)).to_vec();
        let spline = Spline { degree: 2, knots: vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0], control };
        let points = spline.points(0.01);
        assert!(points.len() > 8, "{}", points.len());
        assert!(points.iter().all(|p| (p.coords.xy().norm() - 10.0).abs() < 1e-9 && (p.z - 5.0).abs() < 1e-9));
        let middle = points.windows(2).map(|p| (p[0].coords + p[1].coords) / 2.0);
        assert!(middle.into_iter().all(|p| (p.xy().norm() - 10.0).abs() < 0.01));
    }

    #[test]
    fn straight_control_points_give_a_straight_line() {
        let control = (0..8).map(|k| Vector4::new(f64::from(k), 2.0 * f64::from(k), 0.0, 1.0)).collect();
        let knots = (0..12_i32).map(|k| f64::from(k.clamp(3, 8))).collect();
        let points = Spline { degree: 3, knots, control }.points(0.02);
        assert_eq!((points[0], points[points.len() - 1]), (Point3::origin(), Point3::new(7.0, 14.0, 0.0)));
        assert!(points.iter().all(|p| (p.y - 2.0 * p.x).abs() < 1e-9));
    }

    #[test]
    fn curve_passes_through_its_fit_points() {
        let fit: Vec<Point3> = (0..12)
            .map(|k| f64::from(k) * std::f64::consts::TAU / 12.0)
            .map(|a| Point3::new(100.0 * libm::cos(a), 100.0 * libm::sin(a), 0.0))
            .collect();
        let closed = through(&fit, true, [None; 2], 0.02);
        assert!(closed.iter().all(|p| (p.coords.norm() - 100.0).abs() < 0.2), "{closed:?}");
        assert_eq!(closed.first(), closed.last());
        let up = Some(Vector3::y() * 7.0);
        let open = through(&fit[..7], false, [up, up.map(|t| -t)], 0.02);
        assert!(open.iter().all(|p| (p.coords.norm() - 100.0).abs() < 0.2), "{open:?}");
        assert!(fit[..7].iter().all(|f| open.iter().any(|p| (p - f).norm() < 1e-9)));
    }
}
