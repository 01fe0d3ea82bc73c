//! Regions in plan: strips, unions, offsets and fillets.
//!
//! Boolean operations use integer arithmetic on a millimetre grid. The same design therefore gives the same outline on
//! every machine.

use crate::threads::joined;
use haul_core::polygon::{ring_area, segment_distance};
use haul_core::{Point2, Polygon, Vector2};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::single::SingleFloatOverlay;
use i_overlay::mesh::float::outline::offset::OutlineOffset;
use i_overlay::mesh::float::stroke::offset::StrokeOffset;
use i_overlay::mesh::float::style::{LineCap, LineJoin, OutlineStyle, StrokeStyle};

/// Resolution of the grid that coordinates are rounded to, in steps per metre.
const STEPS_PER_METRE: f64 = 1000.0;
/// Ratio of an arc's chord length to its radius. The value gives a sagitta of 6 cm on a fillet of 20 m.
const ARC_STEP: f64 = 0.15;

/// Maximum width of a spike or crack that is removed, m.
const SPIKE_WIDTH: f64 = 0.002;
/// Angle by which the outline must turn at a point for the point to count as a corner, rad. On an arc, the outline
/// turns by [`ARC_STEP`] at each point, and by somewhat more after thinning.
const CORNER_TURN: f64 = 0.5;
/// Minimum angle of a corner that stays a point when the outline is offset, rad. Sharper corners are cut off. With a
/// value up to a right angle, the cut-off part stays clear of the offset.
const MITER_ANGLE: f64 = 1.4;
/// Squared length of the sum of two unit direction vectors that enclose a right angle. At a smaller value, the line
/// turns by more than a right angle.
const SQUARED_SUM_AT_RIGHT_ANGLE: f64 = 2.0;
/// Turn below which a corner is cut off instead of offset to a point, rad. The cut removes less than a millimetre. At
/// so small a turn, rounding could place the meeting point of the two sides anywhere along them.
const CUT_OFF_TURN: f64 = 0.02;

/// A region in plan: any number of polygons with holes.
#[derive(Debug, Clone, Default)]
pub struct Region(Vec<Vec<Vec<[f64; 2]>>>);

/// Returns a point rounded to the grid.
fn rounded(p: Point2) -> [f64; 2] {
    [(p.x * STEPS_PER_METRE).round() / STEPS_PER_METRE, (p.y * STEPS_PER_METRE).round() / STEPS_PER_METRE]
}

impl Region {
    /// Returns the region inside a ring, empty if the ring has fewer than three points.
    pub fn ring(ring: &[Point2]) -> Self {
        if ring.len() < 3 {
            return Self::default();
        }
        let mut points: Vec<[f64; 2]> = ring.iter().map(|&p| rounded(p)).collect();
        if ring_area(ring) < 0.0 {
            points.reverse();
        }
        Region(vec![vec![points]])
    }

    /// Returns the region inside a polygon.
    pub fn of(polygon: &Polygon) -> Self {
        let all = polygon.clone().oriented();
        let ring = |r: &Vec<Point2>| r.iter().map(|&p| rounded(p)).collect::<Vec<_>>();
        let mut shape = vec![ring(&all.outer)];
        shape.extend(all.holes.iter().map(ring));
        Region(vec![shape])
    }

    /// Returns the strip along a line, with square ends.
    pub fn strip(line: &[Point2], half_width: f64) -> Self {
        let mut line = line.to_vec();
        line.dedup();
        let (Some(right), Some(mut left)) = (beside(&line, -half_width), beside(&line, half_width)) else {
            return Self::stroked(&line, half_width);
        };
        left.reverse();
        Region(vec![vec![[right, left].concat()]])
    }

    /// Returns the strip along a line that may bend more sharply than the strip is wide.
    fn stroked(line: &[Point2], half_width: f64) -> Self {
        let path: Vec<[f64; 2]> = line.iter().map(|&p| rounded(p)).collect();
        let style = StrokeStyle::new(2.0 * half_width)
            .start_cap(LineCap::Butt)
            .end_cap(LineCap::Butt)
            // Lines are smooth, so a bevel cuts off less than a millimetre.
            .line_join(LineJoin::Bevel);
        Region(path.stroke_fixed_scale(style, false, STEPS_PER_METRE).unwrap_or_default())
    }

    /// Returns the union with another region.
    pub fn union(&self, other: &Region) -> Self {
        self.overlay(other, OverlayRule::Union)
    }

    /// Returns the union of regions.
    pub fn union_of(parts: impl IntoIterator<Item = Region>) -> Self {
        let mut shapes = parts.into_iter().flat_map(|part| part.0);
        let first = Region(shapes.next().into_iter().collect());
        first.overlay(&Region(shapes.collect()), OverlayRule::Union)
    }

    /// Returns the region without the outline points that lie within `tolerance` (m) of the simplified outline.
    pub fn thinned(&self, tolerance: f64) -> Self {
        let ring = |r: &Vec<[f64; 2]>| {
            let points: Vec<Point2> = r.iter().map(|p| Point2::new(p[0], p[1])).collect();
            thinned(&points, tolerance).iter().map(|p| [p.x, p.y]).collect::<Vec<_>>()
        };
        Region(self.0.iter().map(|shape| shape.iter().map(ring).filter(|r| r.len() > 2).collect()).collect())
    }

    /// Returns this region minus `other`.
    pub fn minus(&self, other: &Region) -> Self {
        self.overlay(other, OverlayRule::Difference)
    }

    /// Applies a Boolean operation. Empty regions need no computation.
    fn overlay(&self, other: &Region, rule: OverlayRule) -> Self {
        if other.0.is_empty() {
            return if matches!(rule, OverlayRule::Intersect) { Region::default() } else { self.clone() };
        }
        if self.0.is_empty() {
            return if matches!(rule, OverlayRule::Union) { other.clone() } else { Region::default() };
        }
        Region(self.0.overlay_as::<i64>(&other.0, rule, FillRule::NonZero))
    }

    /// Returns the region grown by a distance (m) with round corners. A negative distance shrinks it.
    pub fn offset(&self, distance: f64) -> Self {
        self.outlined(OutlineStyle::new(distance).line_join(LineJoin::Round(ARC_STEP)))
    }

    /// Returns the region grown by a distance (m) with sharp outer corners.
    ///
    /// When the region is shrunk again, a sharp corner is one point. A round corner would become a knot of chords that
    /// all cross at the arc's centre, and resolving this knot would take most of the time.
    fn grown_sharp(&self, distance: f64) -> Self {
        self.outlined(OutlineStyle::new(distance).line_join(LineJoin::Miter(MITER_ANGLE)).miter_min_turn(CUT_OFF_TURN))
    }

    /// Returns the region offset with a style.
    fn outlined(&self, style: OutlineStyle<f64>) -> Self {
        if self.0.is_empty() || style.outer_offset == 0.0 {
            return self.clone();
        }
        Region(self.0.outline_fixed_scale(&style, STEPS_PER_METRE).unwrap_or_default())
    }

    /// Returns the region with inner corners rounded to a radius (m). Fills the parts outside the region that a disc of
    /// this radius cannot reach.
    pub fn filleted(&self, radius: f64) -> Self {
        self.grown_sharp(radius).offset(-radius)
    }

    /// Returns the region with outer corners rounded to a radius (m).
    pub fn rounded(&self, radius: f64) -> Self {
        self.offset(-radius).offset(radius)
    }

    /// Returns the region with inner corners and then outer corners rounded to a radius (m). Notches and spikes
    /// narrower than twice the radius disappear.
    pub fn smoothed(&self, radius: f64) -> Self {
        // Shrinking by the radius twice in a row equals shrinking once by twice the radius.
        self.grown_sharp(radius).offset(-2.0 * radius).offset(radius)
    }

    /// Returns the region smoothed like [`Region::smoothed`], but only around corners at which the outline turns more
    /// sharply than along a fillet.
    pub fn smoothed_at_corners(&self, radius: f64) -> Self {
        let mut corners = Vec::new();
        for ring in self.0.iter().flatten() {
            for (k, p) in ring.iter().enumerate() {
                let (a, b) = (ring[(k + ring.len() - 1) % ring.len()], ring[(k + 1) % ring.len()]);
                let (before, after) = ((p[0] - a[0], p[1] - a[1]), (b[0] - p[0], b[1] - p[1]));
                let cross = before.0 * after.1 - before.1 * after.0;
                let dot = before.0 * after.0 + before.1 * after.1;
                if libm::atan2(cross, dot).abs() > CORNER_TURN {
                    corners.push(*p);
                }
            }
        }
        let squares = |half: f64| {
            Region::union_of(corners.iter().map(|&[x, y]| {
                Region(vec![vec![vec![
                    rounded(Point2::new(x - half, y - half)),
                    rounded(Point2::new(x + half, y - half)),
                    rounded(Point2::new(x + half, y + half)),
                    rounded(Point2::new(x - half, y + half)),
                ]]])
            }))
        };
        // Rounding where the larger squares cut the region lies outside the smaller squares.
        let (inner, outer) = (squares(4.0 * radius), squares(8.0 * radius));
        let (rest, about) = std::thread::scope(|scope| {
            let rest = scope.spawn(|| self.minus(&inner));
            let about = self.overlay(&outer, OverlayRule::Intersect).smoothed(radius);
            let about = about.overlay(&inner, OverlayRule::Intersect);
            (joined(rest), about)
        });
        rest.union(&about).without_spikes()
    }

    /// Returns the region without the spikes and cracks that Boolean operations leave along a seam, where the outline
    /// turns back on itself.
    fn without_spikes(&self) -> Self {
        let pass = |r: &[[f64; 2]]| {
            let mut kept: Vec<[f64; 2]> = Vec::with_capacity(r.len());
            for &p in r {
                while let [.., a, b] = kept[..]
                    && turns_back(a, b, p)
                {
                    kept.pop();
                }
                kept.push(p);
            }
            kept
        };
        // A second pass starts half way around, because the first one does not compare across its own ends.
        let ring = |r: &Vec<[f64; 2]>| {
            let mut kept = pass(r);
            let half = kept.len() / 2;
            kept.rotate_left(half);
            pass(&kept)
        };
        Region(self.0.iter().map(|shape| shape.iter().map(ring).filter(|r| r.len() > 2).collect()).collect())
    }

    /// Returns the polygons of the region, largest first. Holes smaller than `least_hole` (m²) are filled.
    pub fn polygons(&self, least_hole: f64) -> Vec<Polygon> {
        let ring = |r: &Vec<[f64; 2]>| r.iter().map(|p| Point2::new(p[0], p[1])).collect::<Vec<_>>();
        let mut all: Vec<Polygon> = self
            .0
            .iter()
            .filter_map(|shape| {
                let mut rings = shape.iter().map(ring);
                let outer = rings.next()?;
                let holes = rings.filter(|h| ring_area(h).abs() >= least_hole).collect();
                Some(Polygon { outer, holes }.oriented())
            })
            .collect();
        all.sort_by(|a, b| b.area().total_cmp(&a.area()));
        all
    }
}

/// Returns true if the path from `a` through `b` to `c` turns back along itself, or if one of its sides is very short.
fn turns_back(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> bool {
    let (to, on) = ((b[0] - a[0], b[1] - a[1]), (c[0] - b[0], c[1] - b[1]));
    let (before, after) = (libm::hypot(to.0, to.1), libm::hypot(on.0, on.1));
    let turned = to.0 * on.0 + to.1 * on.1 < 0.0;
    // Distance of the shorter side's end from the other side.
    let apart = (to.0 * on.1 - to.1 * on.0).abs() / before.max(after).max(SPIKE_WIDTH);
    before.min(after) < SPIKE_WIDTH || turned && apart < SPIKE_WIDTH
}

/// Returns the line parallel to `line` at a distance (m) to its left, or to its right if the distance is negative. Each
/// point of `line` gives one point. Returns `None` if `line` bends so sharply that the parallel line would turn back.
fn beside(line: &[Point2], distance: f64) -> Option<Vec<[f64; 2]>> {
    let along: Vec<Vector2> = line.windows(2).map(|w| (w[1] - w[0]).normalize()).collect();
    let (first, last) = (along.first()?, along.last()?);
    let tangents = std::iter::once(*first + *first)
        .chain(along.windows(2).map(|w| w[0] + w[1]))
        .chain(std::iter::once(*last + *last));
    // The length of each offset keeps the distance from both adjacent segments.
    let beside: Vec<Point2> = line
        .iter()
        .zip(tangents)
        .map(|(p, t)| p + Vector2::new(-t.y, t.x) * (2.0 * distance / t.norm_squared().max(SQUARED_SUM_AT_RIGHT_ANGLE)))
        .collect();
    let is_ahead = beside.windows(2).zip(&along).all(|(w, along)| (w[1] - w[0]).dot(along) > 0.0);
    is_ahead.then(|| beside.into_iter().map(rounded).collect())
}

/// Returns a ring with points at most `step` (m) apart. It keeps the ring's own points.
pub fn densified(ring: &[Point2], step: f64) -> Vec<Point2> {
    let mut out = Vec::new();
    for (k, &a) in ring.iter().enumerate() {
        let b = ring[(k + 1) % ring.len()];
        let pieces = ((b - a).norm() / step).ceil().max(1.0) as usize;
        out.extend((0..pieces).map(|n| a + (b - a) * (n as f64 / pieces as f64)));
    }
    out
}

/// Returns the inside of a ring clipped to a box, which is given by its lower and upper corner (Sutherland and Hodgman
/// 1974). If the ring leaves the box more than once, the parts are connected along the box's sides.
pub fn clipped(ring: &[Point2], (low, high): (Point2, Point2)) -> Vec<Point2> {
    // Signed distance of a point from each side of the box, positive inside.
    let sides: [fn(Point2, Point2, Point2) -> f64; 4] =
        [|p, low, _| p.x - low.x, |p, _, high| high.x - p.x, |p, low, _| p.y - low.y, |p, _, high| high.y - p.y];
    sides.into_iter().fold(ring.to_vec(), |ring, side| {
        let within = |p: Point2| side(p, low, high);
        let mut kept = Vec::with_capacity(ring.len() + 4);
        for (k, &b) in ring.iter().enumerate() {
            let a = ring[k.checked_sub(1).unwrap_or(ring.len() - 1)];
            let (from, to) = (within(a), within(b));
            if (from < 0.0) != (to < 0.0) {
                kept.push(a + (b - a) * (from / (from - to)));
            }
            if to >= 0.0 {
                kept.push(b);
            }
        }
        kept
    })
}

/// Returns a ring without the points that lie within `tolerance` (m) of the simplified ring (Douglas and Peucker 1973).
/// The ring is split at its first point and at the point furthest from its first point.
pub fn thinned(ring: &[Point2], tolerance: f64) -> Vec<Point2> {
    let Some(&first) = ring.first() else { return Vec::new() };
    let far =
        (0..ring.len()).max_by(|&a, &b| (ring[a] - first).norm().total_cmp(&(ring[b] - first).norm())).unwrap_or(0);
    let mut closed = ring.to_vec();
    closed.push(first);
    let mut points = kept(&closed, &[0, far, closed.len() - 1], tolerance);
    points.pop();
    points
}

/// Returns an open line without the points that lie within `tolerance` (m) of the simplified line. Both ends are kept.
pub fn thinned_line(line: &[Point2], tolerance: f64) -> Vec<Point2> {
    kept(line, &[0, line.len().saturating_sub(1)], tolerance)
}

/// Returns the points of a line that remain after simplification to `tolerance` (m), always including those at the
/// indices `fixed`.
fn kept(line: &[Point2], fixed: &[usize], tolerance: f64) -> Vec<Point2> {
    let keep = kept_by(line, fixed, tolerance, segment_distance);
    line.iter().zip(keep).filter_map(|(p, k)| k.then_some(*p)).collect()
}

/// Returns true for each point of a line that remains after simplification (Douglas and Peucker 1973), always including
/// those at the indices `fixed`. `distance` returns the distance of a point from the segment between two others, in
/// plan or with heights.
pub fn kept_by<P: Copy>(line: &[P], fixed: &[usize], tolerance: f64, distance: impl Fn(P, P, P) -> f64) -> Vec<bool> {
    let mut keep = vec![false; line.len()];
    for &k in fixed {
        if let Some(keep) = keep.get_mut(k) {
            *keep = true;
        }
    }
    let mut open: Vec<(usize, usize)> = fixed.windows(2).map(|w| (w[0], w[1])).collect();
    while let Some((from, to)) = open.pop() {
        let farthest =
            (from + 1..to).map(|k| (distance(line[k], line[from], line[to]), k)).max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((d, k)) = farthest
            && d > tolerance
        {
            keep[k] = true;
            open.extend([(from, k), (k, to)]);
        }
    }
    keep
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, side: f64) -> Vec<Point2> {
        [(x, 0.0), (x + side, 0.0), (x + side, side), (x, side)].iter().map(|&(x, y)| Point2::new(x, y)).collect()
    }

    #[test]
    fn fillet_adds_its_exact_area() {
        let arm = Region::strip(&[Point2::new(5.0, 0.0), Point2::new(5.0, 100.0)], 5.0);
        let other = Region::strip(&[Point2::new(0.0, 5.0), Point2::new(100.0, 5.0)], 5.0);
        let corner = Region::union_of([arm, other]);
        let before = corner.polygons(0.0)[0].area();
        let after = corner.filleted(20.0).polygons(0.0)[0].area();
        let fillet = 400.0 * (1.0 - std::f64::consts::FRAC_PI_4);
        assert!((after - before - fillet).abs() < 0.02 * fillet, "{}", after - before);
    }

    #[test]
    fn clipped_ring_is_the_part_inside_the_box() {
        let ring: Vec<Point2> = (0..60)
            .map(|k| {
                let a = std::f64::consts::TAU * f64::from(k) / 60.0;
                let r = 100.0 + 60.0 * libm::cos(5.0 * a);
                Point2::new(r * libm::cos(a), r * libm::sin(a))
            })
            .collect();
        let window = (Point2::new(-30.0, -90.0), Point2::new(170.0, 60.0));
        let corners = [window.0, Point2::new(window.1.x, window.0.y), window.1, Point2::new(window.0.x, window.1.y)];
        let cut = Region::ring(&ring).overlay(&Region::ring(&corners), OverlayRule::Intersect);
        let area = |region: &Region| region.polygons(0.0).iter().map(Polygon::area).sum::<f64>();
        let parts = clipped(&ring, window);
        assert!(parts.iter().all(|p| p.x >= -30.001 && p.x <= 170.001 && p.y >= -90.001 && p.y <= 60.001));
        assert!((ring_area(&parts) - area(&cut)).abs() < 0.5 && area(&cut) < 0.8 * ring_area(&ring));
        assert_eq!(clipped(&ring, (Point2::new(500.0, 0.0), Point2::new(600.0, 9.0))), []);
        assert_eq!(clipped(&ring, (Point2::new(-500.0, -500.0), Point2::new(600.0, 500.0))), ring);
    }

    #[test]
    fn strip_keeps_its_width_in_bends_and_is_whole_in_sharper_ones() {
        for (radius, half_width) in [(30.0, 10.0), (6.0, 10.0)] {
            let arc: Vec<Point2> = (0..=40)
                .map(|k| Point2::new(radius * libm::cos(0.05 * f64::from(k)), radius * libm::sin(0.05 * f64::from(k))))
                .collect();
            let strip = Region::strip(&arc, half_width);
            let pieces = strip.union(&Region::ring(&square(500.0, 1.0))).polygons(0.0);
            assert_eq!((pieces.len(), pieces[0].holes.len()), (2, 0), "radius {radius}");
            let outer = radius + half_width;
            // If the bend is sharper than the strip is wide, the strip is the sector plus what its ends cover beyond
            // the centre.
            let inner = (radius - half_width).max(0.0);
            let area = 0.5 * 2.0 * (outer * outer - inner * inner);
            assert!(pieces[0].area() > 0.99 * area && pieces[0].area() < 1.2 * area, "{} of {area}", pieces[0].area());
        }
    }

    #[test]
    fn spikes_and_cracks_are_removed_for_any_start_of_the_ring() {
        let mut ring: Vec<[f64; 2]> = square(0.0, 10.0).iter().map(|p| [p.x, p.y]).collect();
        ring.splice(1..1, [[6.0, 0.0], [6.0, -3.0], [6.001, 0.0]]);
        ring.splice(5..5, [[10.0, 6.0], [4.0, 6.0], [10.0, 6.0005]]);
        for first in 0..ring.len() {
            let mut turned = ring.clone();
            turned.rotate_left(first);
            let whole = Region(vec![vec![turned]]).without_spikes();
            let polygon = &whole.polygons(0.0)[0];
            assert!((polygon.area() - 100.0).abs() < 0.02, "{polygon:?}");
            assert!(polygon.outer.iter().all(|p| p.y > -0.1 && !(p.x > 0.1 && p.x < 5.9)), "{polygon:?}");
        }
    }

    #[test]
    fn thinning_keeps_only_the_corners() {
        let ring = densified(&square(0.0, 10.0), 1.0);
        assert_eq!(ring.len(), 40);
        assert_eq!(thinned(&ring, 0.01).len(), 4);
        assert_eq!(thinned(&[], 0.01).len(), 0);
    }

    #[test]
    fn polygons_are_sorted_by_size_and_small_holes_are_filled() {
        let cut = Region::ring(&square(0.0, 30.0)).minus(&Region::ring(&square(10.0, 5.0)));
        let pieces = Region::union_of([cut, Region::ring(&square(100.0, 50.0))]);
        assert_eq!(pieces.polygons(0.0).iter().map(|p| p.holes.len()).collect::<Vec<_>>(), [0, 0]);
        let cut =
            Region::ring(&square(0.0, 30.0)).minus(&Region::ring(&densified(&square(10.0, 5.0), 1.0)).offset(-1.0));
        assert_eq!(cut.polygons(0.0).iter().map(|p| p.holes.len()).collect::<Vec<_>>(), [1]);
        assert_eq!(cut.polygons(10.0)[0].holes.len(), 0);
        assert!(pieces.polygons(0.0)[0].area() > 2000.0);
    }
}
