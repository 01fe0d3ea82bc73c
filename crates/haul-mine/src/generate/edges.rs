//! Edges in plan with heights, which cones of ground stand on or hang from, in straight pieces.

use crate::build::distance3;
use crate::region::kept_by;
use haul_core::{Point2, Point3, Vector2};

/// Stands for no piece.
pub const NONE: u32 = u32::MAX;
/// Pieces shorter than this are none, m.
const SHORTEST: f64 = 1e-6;

/// A line of points with heights.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// Its points, m.
    pub points: Vec<Point3>,
    /// Whether it comes back to its first point.
    pub is_closed: bool,
}

impl Edge {
    /// A ring at one height.
    pub fn level(ring: &[Point2], height: f64) -> Self {
        Self { points: ring.iter().map(|p| Point3::new(p.x, p.y, height)).collect(), is_closed: true }
    }

    /// Without the points that lie within a tolerance (m) of the straight piece past them (Douglas and Peucker 1973).
    pub fn thinned(&self, tolerance: f64) -> Self {
        if self.points.len() < 3 {
            return self.clone();
        }
        let mut points = self.points.clone();
        points.extend(self.points.first().filter(|_| self.is_closed));
        let last = points.len().saturating_sub(1);
        // A ring is split where it is farthest from its first point.
        let far = |k: &usize| (points[*k] - points[0]).norm_squared();
        let middle = (1..last).filter(|_| self.is_closed).max_by(|a, b| far(a).total_cmp(&far(b)));
        let fixed: Vec<usize> = std::iter::once(0).chain(middle).chain([last]).collect();
        let keep = kept_by(&points, &fixed, tolerance, distance3);
        points.truncate(if self.is_closed { last } else { last + 1 });
        let kept = points.iter().zip(keep).filter_map(|(p, keep)| keep.then_some(*p));
        Self { points: kept.collect(), is_closed: self.is_closed }
    }

    /// The parts whose points are something, and those whose points are not. The piece between a point of one kind and a point
    /// of the other belongs to the kind that it starts from.
    pub fn parted(&self, is: impl Fn(&Point3) -> bool) -> [Vec<Edge>; 2] {
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
            // A ring is opened where the kind changes.
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
                parts[here].push(Edge { points: std::mem::take(&mut part), is_closed: false });
            }
        }
        parts
    }
}

/// A straight piece of an edge, its height even along it.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: Point2,
    along: Vector2,
    length: f64,
    /// Height of its beginning by the sign, m, and what it gains a metre.
    height: f64,
    grade: f64,
    /// The lowest way to a point leaves the piece so much farther back for each metre that the point lies aside:
    /// grade / √(slope² − grade²).
    lean: f64,
}

impl Piece {
    /// The lowest cone's height by the sign at a point, and where on the piece it stands, m from its beginning: the least over
    /// the piece of height + slope × distance, of which the foot is where both derivatives agree.
    #[inline(always)]
    fn cost(&self, slope: f64, p: Point2) -> (f64, f64) {
        let d = p - self.from;
        let ahead = d.x * self.along.x + d.y * self.along.y;
        let aside = (d.x * self.along.y - d.y * self.along.x).abs();
        let foot = ahead - aside * self.lean;
        // Not by `max` and `min`, which ask for what is not a number as well.
        let foot = if foot > 0.0 { foot } else { 0.0 };
        let foot = if foot < self.length { foot } else { self.length };
        let back = ahead - foot;
        (self.height + self.grade * foot + slope * (back * back + aside * aside).sqrt(), foot)
    }
}

/// The pieces of edges with the cones of a slope on them. Cones that fall away are those that rise, upside down.
#[derive(Debug, Clone)]
pub struct Pieces {
    slope: f64,
    /// 1 where cones rise, −1 where they fall away.
    sign: f64,
    pieces: Vec<Piece>,
    /// The piece before and the one after.
    beside: Vec<[u32; 2]>,
}

impl Pieces {
    /// None yet, for cones that rise with a slope.
    pub fn rising(slope: f64) -> Self {
        Self { slope, sign: 1.0, pieces: Vec::new(), beside: Vec::new() }
    }

    /// None yet, for cones that fall away with a slope.
    pub fn falling(slope: f64) -> Self {
        Self { sign: -1.0, ..Self::rising(slope) }
    }

    /// Those of some edges.
    pub fn with<'a>(mut self, edges: impl IntoIterator<Item = &'a Edge>) -> Self {
        edges.into_iter().for_each(|edge| self.add(edge));
        self
    }

    /// Adds an edge.
    pub fn add(&mut self, edge: &Edge) {
        let first = self.pieces.len();
        let closing = edge.is_closed.then(|| edge.points.last().zip(edge.points.first())).flatten();
        for (a, b) in edge.points.windows(2).map(|w| (&w[0], &w[1])).chain(closing) {
            let along = b.xy() - a.xy();
            let length = along.norm();
            if length < SHORTEST {
                continue;
            }
            let grade = self.sign * (b.z - a.z) / length;
            let over = self.slope * self.slope - grade * grade;
            let along = along / length;
            let piece = if over > 0.0 {
                let height = self.sign * a.z;
                Piece { from: a.xy(), along, length, height, grade, lean: grade / over.sqrt() }
            } else {
                // Where the edge is as steep as the cones its lower end alone counts.
                let low = if grade > 0.0 { a } else { b };
                Piece { from: low.xy(), along, length: 0.0, height: self.sign * low.z, grade: 0.0, lean: 0.0 }
            };
            let at = self.pieces.len() as u32;
            self.beside.push([if at as usize > first { at - 1 } else { NONE }, at + 1]);
            self.pieces.push(piece);
        }
        let last = self.pieces.len();
        if last > first {
            self.beside[last - 1][1] = if edge.is_closed { first as u32 } else { NONE };
            if edge.is_closed {
                self.beside[first][0] = (last - 1) as u32;
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Rise or fall of the cones.
    pub fn slope(&self) -> f64 {
        self.slope
    }

    /// The lowest cost of all the pieces' ends: no cone is lower.
    pub fn least(&self) -> f64 {
        let ends = self.pieces.iter().map(|p| p.height.min(p.height + p.grade * p.length));
        ends.fold(f64::INFINITY, f64::min)
    }

    /// A cost as a height, and a height as a cost: the same but for the sign.
    pub fn signed(&self, cost: f64) -> f64 {
        self.sign * cost
    }

    /// The cone of a piece at a point: its height by the sign.
    #[inline(always)]
    pub fn cost(&self, piece: u32, p: Point2) -> f64 {
        self.pieces[piece as usize].cost(self.slope, p).0
    }

    /// The same at many points.
    #[inline(always)]
    pub fn costs<const N: usize>(&self, piece: u32, points: &[Point2; N]) -> [f64; N] {
        let piece = self.pieces[piece as usize];
        points.map(|p| piece.cost(self.slope, p).0)
    }

    /// The lowest cone at a point among those of a piece and of the pieces next to it, as long as they get lower: height by the
    /// sign, and the piece.
    #[inline(always)]
    pub fn lowest_about(&self, mut piece: u32, p: Point2) -> (f64, u32) {
        let (mut cost, mut foot) = self.pieces[piece as usize].cost(self.slope, p);
        loop {
            let length = self.pieces[piece as usize].length;
            let [before, after] = self.beside[piece as usize];
            let beside = [if foot <= 0.0 { before } else { NONE }, if foot >= length { after } else { NONE }];
            let mut is_lowest = true;
            for next in beside {
                if let Some(of) = self.pieces.get(next as usize) {
                    let (lower, at) = of.cost(self.slope, p);
                    if lower < cost {
                        (cost, foot, piece, is_lowest) = (lower, at, next, false);
                    }
                }
            }
            if is_lowest {
                return (cost, piece);
            }
        }
    }

    /// Where the cone of a piece at a point stands: the place and its height.
    pub fn foot(&self, piece: u32, p: Point2) -> Point3 {
        let of = &self.pieces[piece as usize];
        let (_, foot) = of.cost(self.slope, p);
        let at = of.from + of.along * foot;
        Point3::new(at.x, at.y, self.sign * (of.height + of.grade * foot))
    }

    /// Ends of a piece in plan.
    pub fn ends(&self, piece: u32) -> (Point2, Point2) {
        let of = &self.pieces[piece as usize];
        (of.from, of.from + of.along * of.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cone_on_a_sloping_edge_is_the_least_over_its_points() {
        for (rise, slope, falls) in [(2.0, 0.8, false), (-3.0, 2.2, false), (2.0, 0.75, true), (30.0, 0.8, false)] {
            let (a, b) = (Point3::new(3.0, -1.0, 10.0), Point3::new(11.0, 5.0, 10.0 + rise));
            let none = if falls { Pieces::falling(slope) } else { Pieces::rising(slope) };
            let pieces = none.with([&Edge { points: vec![a, b], is_closed: false }]);
            for k in 0..400 {
                let p = Point2::new(f64::from(k % 20) * 1.3 - 6.0, f64::from(k / 20) * 1.1 - 9.0);
                let cones = (0..=4_000).map(|n| {
                    let q = a + (b - a) * (f64::from(n) / 4_000.0);
                    let away = slope * (p - q.xy()).norm();
                    if falls { -(q.z - away) } else { q.z + away }
                });
                let least = cones.fold(f64::INFINITY, f64::min);
                let cost = pieces.cost(0, p);
                assert!(cost <= least + 1e-9 && cost > least - 2e-3, "{rise} {slope} {p:?}: {cost} for {least}");
                let foot = pieces.foot(0, p);
                let stands = pieces.signed(foot.z) + slope * (p - foot.xy()).norm();
                assert!((stands - cost).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_thinned_edge_stays_within_the_tolerance_and_keeps_its_ends() {
        let points: Vec<Point3> = (0..500)
            .map(|k| {
                let a = 0.01 * f64::from(k);
                Point3::new(200.0 * libm::cos(a), 180.0 * libm::sin(a), 8.0 * libm::sin(2.0 * a))
            })
            .collect();
        for is_closed in [false, true] {
            let edge = Edge { points: points.clone(), is_closed };
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
        let empty = Edge { points: Vec::new(), is_closed: true };
        assert_eq!(empty.thinned(0.1), empty);
    }

    #[test]
    fn parts_of_an_edge_hold_all_its_pieces_once() {
        let points: Vec<Point3> = [1.0, 1.0, -1.0, -1.0, 1.0, -1.0]
            .iter()
            .enumerate()
            .map(|(k, z)| Point3::new(k as f64, (k * k) as f64, *z))
            .collect();
        for is_closed in [false, true] {
            let edge = Edge { points: points.clone(), is_closed };
            let [above, below] = edge.parted(|p| p.z > 0.0);
            let pieces = |parts: &[Edge]| -> Vec<(Point3, Point3)> {
                parts.iter().flat_map(|e| e.points.windows(2).map(|w| (w[0], w[1])).collect::<Vec<_>>()).collect()
            };
            assert!(pieces(&above).iter().all(|(from, _)| from.z > 0.0));
            assert!(pieces(&below).iter().all(|(from, _)| from.z < 0.0));
            let mut all = pieces(&above);
            all.extend(pieces(&below));
            let last = if is_closed { 6 } else { 5 };
            assert_eq!(all.len(), last);
            assert!((0..last).all(|k| all.contains(&(points[k], points[(k + 1) % 6]))));
        }
        let whole = Edge { points, is_closed: true };
        assert_eq!(whole.parted(|_| false), [vec![], vec![whole.clone()]]);
    }
}
