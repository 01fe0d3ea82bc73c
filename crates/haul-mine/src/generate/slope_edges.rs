//! Edges with heights in plan, such as toe and crest lines, from which slopes are projected. They are stored as
//! straight segments.

use crate::build::distance3;
use crate::region::kept_by;
use haul_core::{Point2, Point3, Vector2};

/// Index that means "no segment".
pub const NO_SEGMENT: u32 = u32::MAX;
/// Minimum length of a segment, m. Shorter segments are dropped.
const SHORTEST_SEGMENT: f64 = 1e-6;

/// A toe or crest line: points with heights.
#[derive(Debug, Clone, PartialEq)]
pub struct SlopeEdge {
    /// Points of the line, m.
    pub points: Vec<Point3>,
    /// True if the line returns to its first point.
    pub is_closed: bool,
}

impl SlopeEdge {
    /// Returns a ring at one height (m).
    pub fn level(ring: &[Point2], height: f64) -> Self {
        Self { points: ring.iter().map(|p| Point3::new(p.x, p.y, height)).collect(), is_closed: true }
    }

    /// Returns the line without the points that lie within a tolerance (m) of the simplified line (Douglas and
    /// Peucker 1973).
    pub fn thinned(&self, tolerance: f64) -> Self {
        if self.points.len() < 3 {
            return self.clone();
        }
        let mut points = self.points.clone();
        points.extend(self.points.first().filter(|_| self.is_closed));
        let last = points.len().saturating_sub(1);
        // A ring is split at the point furthest from its first point.
        let far = |k: &usize| (points[*k] - points[0]).norm_squared();
        let middle = (1..last).filter(|_| self.is_closed).max_by(|a, b| far(a).total_cmp(&far(b)));
        let fixed: Vec<usize> = std::iter::once(0).chain(middle).chain([last]).collect();
        let keep = kept_by(&points, &fixed, tolerance, distance3);
        points.truncate(if self.is_closed { last } else { last + 1 });
        let kept = points.iter().zip(keep).filter_map(|(p, keep)| keep.then_some(*p));
        Self { points: kept.collect(), is_closed: self.is_closed }
    }

    /// Splits the line into the parts whose points satisfy a condition and the parts whose points do not.
    ///
    /// A segment between points of different kinds belongs to the kind of its first point.
    pub fn parted(&self, is: impl Fn(&Point3) -> bool) -> [Vec<SlopeEdge>; 2] {
        let mut parts = [Vec::new(), Vec::new()];
        let n = self.points.len();
        let kinds: Vec<usize> = self.points.iter().map(|p| usize::from(!is(p))).collect();
        let start = match (1..n).find(|k| kinds[*k] != kinds[k - 1]) {
            None => {
                if let Some(kind) = kinds.first() {
                    parts[*kind].push(self.clone());
                }
                return parts;
            }
            // A ring is cut where the kind changes.
            Some(change) if self.is_closed => change,
            Some(_) => 0,
        };
        let last = if self.is_closed { n } else { n - 1 };
        let mut part: Vec<Point3> = Vec::new();
        for k in start..start + last {
            part.push(self.points[k % n]);
            let (here, next) = (kinds[k % n], kinds[(k + 1) % n]);
            if here != next || k + 1 == start + last {
                part.push(self.points[(k + 1) % n]);
                parts[here].push(SlopeEdge { points: std::mem::take(&mut part), is_closed: false });
            }
        }
        parts
    }
}

/// A straight segment of an edge, with constant grade.
#[derive(Debug, Clone, Copy)]
struct EdgeSegment {
    from: Point2,
    along: Vector2,
    length: f64,
    /// Height of the first point times the sign of the projection, m.
    height: f64,
    /// Grade times the sign of the projection, rise over run.
    grade: f64,
    /// Shift of the lowest projection's foot along the segment, per metre of distance from the segment's line: grade /
    /// √(slope² − grade²).
    lean: f64,
}

impl EdgeSegment {
    /// Returns the lowest signed height projected to a point, and the distance of that projection's foot from the start
    /// of the segment, both in metres.
    ///
    /// The height is the minimum of height + slope × distance over the segment. At the foot, the derivatives of both
    /// terms cancel.
    #[inline(always)]
    fn signed_height(&self, slope: f64, p: Point2) -> (f64, f64) {
        let d = p - self.from;
        let ahead = d.x * self.along.x + d.y * self.along.y;
        let aside = (d.x * self.along.y - d.y * self.along.x).abs();
        let foot = ahead - aside * self.lean;
        // Comparisons instead of `max` and `min`, which also test for NaN.
        let foot = if foot > 0.0 { foot } else { 0.0 };
        let foot = if foot < self.length { foot } else { self.length };
        let back = ahead - foot;
        (self.height + self.grade * foot + slope * (back * back + aside * aside).sqrt(), foot)
    }
}

/// Segments of edges from which slopes are projected.
///
/// A rising projection takes the lowest slope at each point, a falling one the highest. Both minimise the signed
/// height: the height times 1 for rising and times −1 for falling slopes.
#[derive(Debug, Clone)]
pub struct EdgeSegments {
    slope: f64,
    /// Sign of the projection: 1 for rising slopes, −1 for falling ones.
    sign: f64,
    segments: Vec<EdgeSegment>,
    /// Previous and next segment of each segment along its edge.
    beside: Vec<[u32; 2]>,
}

impl EdgeSegments {
    /// Creates an empty set for slopes that rise away from the edges.
    pub fn rising(slope: f64) -> Self {
        Self { slope, sign: 1.0, segments: Vec::new(), beside: Vec::new() }
    }

    /// Creates an empty set for slopes that fall away from the edges.
    pub fn falling(slope: f64) -> Self {
        Self { sign: -1.0, ..Self::rising(slope) }
    }

    /// Adds edges and returns the set.
    pub fn with<'a>(mut self, edges: impl IntoIterator<Item = &'a SlopeEdge>) -> Self {
        edges.into_iter().for_each(|edge| self.add(edge));
        self
    }

    /// Adds an edge.
    pub fn add(&mut self, edge: &SlopeEdge) {
        let first = self.segments.len();
        let closing = edge.is_closed.then(|| edge.points.last().zip(edge.points.first())).flatten();
        for (a, b) in edge.points.windows(2).map(|w| (&w[0], &w[1])).chain(closing) {
            let along = b.xy() - a.xy();
            let length = along.norm();
            if length < SHORTEST_SEGMENT {
                continue;
            }
            let grade = self.sign * (b.z - a.z) / length;
            let over = self.slope * self.slope - grade * grade;
            let along = along / length;
            let segment = if over > 0.0 {
                let height = self.sign * a.z;
                EdgeSegment { from: a.xy(), along, length, height, grade, lean: grade / over.sqrt() }
            } else {
                // An edge as steep as the slope counts only by its lower end.
                let low = if grade > 0.0 { a } else { b };
                EdgeSegment { from: low.xy(), along, length: 0.0, height: self.sign * low.z, grade: 0.0, lean: 0.0 }
            };
            let at = self.segments.len() as u32;
            self.beside.push([if at as usize > first { at - 1 } else { NO_SEGMENT }, at + 1]);
            self.segments.push(segment);
        }
        let last = self.segments.len();
        if last > first {
            self.beside[last - 1][1] = if edge.is_closed { first as u32 } else { NO_SEGMENT };
            if edge.is_closed {
                self.beside[first][0] = (last - 1) as u32;
            }
        }
    }

    /// Returns the number of segments.
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    /// Returns the projected slope, rise over run.
    pub fn slope(&self) -> f64 {
        self.slope
    }

    /// Returns the lowest signed height of all end points, m. No projected slope is lower.
    pub fn least(&self) -> f64 {
        let ends = self.segments.iter().map(|p| p.height.min(p.height + p.grade * p.length));
        ends.fold(f64::INFINITY, f64::min)
    }

    /// Converts a signed height to a height, or a height to a signed height.
    pub fn signed(&self, signed_height: f64) -> f64 {
        self.sign * signed_height
    }

    /// Returns the signed height projected from a segment to a point, m.
    #[inline(always)]
    pub fn signed_height(&self, segment: u32, p: Point2) -> f64 {
        self.segments[segment as usize].signed_height(self.slope, p).0
    }

    /// Returns the signed heights projected from a segment to several points, m.
    #[inline(always)]
    pub fn signed_heights<const N: usize>(&self, segment: u32, points: &[Point2; N]) -> [f64; N] {
        let segment = self.segments[segment as usize];
        points.map(|p| segment.signed_height(self.slope, p).0)
    }

    /// Returns the lowest signed height at a point, and the segment from which it is projected.
    ///
    /// The search starts at a segment and moves to a neighbour as long as the height decreases.
    #[inline(always)]
    pub fn lowest_about(&self, mut segment: u32, p: Point2) -> (f64, u32) {
        let (mut signed_height, mut foot) = self.segments[segment as usize].signed_height(self.slope, p);
        loop {
            let length = self.segments[segment as usize].length;
            let [before, after] = self.beside[segment as usize];
            let beside =
                [if foot <= 0.0 { before } else { NO_SEGMENT }, if foot >= length { after } else { NO_SEGMENT }];
            let mut is_lowest = true;
            for next in beside {
                if let Some(of) = self.segments.get(next as usize) {
                    let (lower, at) = of.signed_height(self.slope, p);
                    if lower < signed_height {
                        (signed_height, foot, segment, is_lowest) = (lower, at, next, false);
                    }
                }
            }
            if is_lowest {
                return (signed_height, segment);
            }
        }
    }

    /// Returns the point on a segment from which the slope at `p` is projected, with its height.
    pub fn foot(&self, segment: u32, p: Point2) -> Point3 {
        let of = &self.segments[segment as usize];
        let (_, foot) = of.signed_height(self.slope, p);
        let at = of.from + of.along * foot;
        Point3::new(at.x, at.y, self.sign * (of.height + of.grade * foot))
    }

    /// Returns the two end points of a segment in plan.
    pub fn ends(&self, segment: u32) -> (Point2, Point2) {
        let of = &self.segments[segment as usize];
        (of.from, of.from + of.along * of.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projection_from_a_sloping_edge_is_the_least_over_its_points() {
        for (rise, slope, falls) in [(2.0, 0.8, false), (-3.0, 2.2, false), (2.0, 0.75, true), (30.0, 0.8, false)] {
            let (a, b) = (Point3::new(3.0, -1.0, 10.0), Point3::new(11.0, 5.0, 10.0 + rise));
            let none = if falls { EdgeSegments::falling(slope) } else { EdgeSegments::rising(slope) };
            let segments = none.with([&SlopeEdge { points: vec![a, b], is_closed: false }]);
            for k in 0..400 {
                let p = Point2::new(f64::from(k % 20) * 1.3 - 6.0, f64::from(k / 20) * 1.1 - 9.0);
                let cones = (0..=4_000).map(|n| {
                    let q = a + (b - a) * (f64::from(n) / 4_000.0);
                    let away = slope * (p - q.xy()).norm();
                    if falls { -(q.z - away) } else { q.z + away }
                });
                let least = cones.fold(f64::INFINITY, f64::min);
                let signed_height = segments.signed_height(0, p);
                assert!(
                    signed_height <= least + 1e-9 && signed_height > least - 2e-3,
                    "{rise} {slope} {p:?}: {signed_height} for {least}"
                );
                let foot = segments.foot(0, p);
                let stands = segments.signed(foot.z) + slope * (p - foot.xy()).norm();
                assert!((stands - signed_height).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn thinned_edge_stays_within_the_tolerance_and_keeps_its_ends() {
        let points: Vec<Point3> = (0..500)
            .map(|k| {
                let a = 0.01 * f64::from(k);
                Point3::new(200.0 * libm::cos(a), 180.0 * libm::sin(a), 8.0 * libm::sin(2.0 * a))
            })
            .collect();
        for is_closed in [false, true] {
            let edge = SlopeEdge { points: points.clone(), is_closed };
            let thin = edge.thinned(0.1);
            assert!((60..150).contains(&thin.points.len()), "{}", thin.points.len());
            assert_eq!((thin.points[0], is_closed), (points[0], thin.is_closed));
            assert!(is_closed || thin.points.last() == points.last());
            let mut kept = thin.points.clone();
            kept.extend(is_closed.then_some(points[0]));
            for p in &points {
                let to = |w: &[Point3]| {
                    let along = w[1] - w[0];
                    let t = ((p - w[0]).dot(&along) / along.norm_squared()).clamp(0.0, 1.0);
                    (p - (w[0] + along * t)).norm()
                };
                let nearest = kept.windows(2).map(to).fold(f64::INFINITY, f64::min);
                assert!(nearest <= 0.1 + 1e-9, "{nearest}");
            }
        }
        let empty = SlopeEdge { points: Vec::new(), is_closed: true };
        assert_eq!(empty.thinned(0.1), empty);
    }

    #[test]
    fn parts_of_an_edge_hold_each_segment_once() {
        let points: Vec<Point3> = [1.0, 1.0, -1.0, -1.0, 1.0, -1.0]
            .iter()
            .enumerate()
            .map(|(k, z)| Point3::new(k as f64, (k * k) as f64, *z))
            .collect();
        for is_closed in [false, true] {
            let edge = SlopeEdge { points: points.clone(), is_closed };
            let [above, below] = edge.parted(|p| p.z > 0.0);
            let segments = |parts: &[SlopeEdge]| -> Vec<(Point3, Point3)> {
                parts.iter().flat_map(|e| e.points.windows(2).map(|w| (w[0], w[1])).collect::<Vec<_>>()).collect()
            };
            assert!(segments(&above).iter().all(|(from, _)| from.z > 0.0));
            assert!(segments(&below).iter().all(|(from, _)| from.z < 0.0));
            let mut all = segments(&above);
            all.extend(segments(&below));
            let last = if is_closed { 6 } else { 5 };
            assert_eq!(all.len(), last);
            assert!((0..last).all(|k| all.contains(&(points[k], points[(k + 1) % 6]))));
        }
        let whole = SlopeEdge { points, is_closed: true };
        assert_eq!(whole.parted(|_| false), [vec![], vec![whole.clone()]]);
    }
}
