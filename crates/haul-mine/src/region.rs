//! Regions in plan: strips, unions, offsets, fillets.
//!
//! Booleans run on a grid of integers in millimetres with integer arithmetic, so that the same design gives the same
//! outline on every machine.

use crate::threads::joined;
use haul_core::polygon::{ring_area, segment_distance};
use haul_core::{Point2, Polygon, Vector2};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::single::SingleFloatOverlay;
use i_overlay::mesh::float::outline::offset::OutlineOffset;
use i_overlay::mesh::float::stroke::offset::StrokeOffset;
use i_overlay::mesh::float::style::{LineCap, LineJoin, OutlineStyle, StrokeStyle};

/// Steps of a metre that coordinates are rounded to.
const SCALE: f64 = 1000.0;
/// Length over radius of the chords of an arc: 0.15 gives a sagitta of 6 cm on a fillet of 20 m.
const ARC_STEP: f64 = 0.15;

/// A spike or a crack no wider than this is none, m.
const SPIKE: f64 = 0.002;
/// A turn of the outline beyond this is a corner, rad: arcs turn by [`ARC_STEP`] and what thinning adds to it.
const SHARP: f64 = 0.5;
/// Corners down to this angle, rad, are offset to a point. Up to a right angle what is cut off of sharper ones stays clear of
/// what grew.
const MITER: f64 = 1.4;
/// The sum of two unit vectors is shorter than the root of this where a line turns by more than a right angle.
const SHARP_BEND: f64 = 2.0;
/// Turns less than this, rad, are cut off instead: by less than a millimetre, where the rounded sides of a point would meet
/// anywhere along them.
const NEARLY_STRAIGHT: f64 = 0.02;

/// A region of any number of pieces with holes.
#[derive(Debug, Clone, Default)]
pub struct Region(Vec<Vec<Vec<[f64; 2]>>>);

fn rounded(p: Point2) -> [f64; 2] {
    [(p.x * SCALE).round() / SCALE, (p.y * SCALE).round() / SCALE]
}

impl Region {
    /// What a ring encloses; nothing where it has fewer than three points.
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

    /// What a polygon encloses.
    pub fn of(polygon: &Polygon) -> Self {
        let all = polygon.clone().oriented();
        let ring = |r: &Vec<Point2>| r.iter().map(|&p| rounded(p)).collect::<Vec<_>>();
        let mut shape = vec![ring(&all.outer)];
        shape.extend(all.holes.iter().map(ring));
        Region(vec![shape])
    }

    /// The strip along a line, cut square at its ends.
    pub fn strip(line: &[Point2], half_width: f64) -> Self {
        let mut line = line.to_vec();
        line.dedup();
        let (Some(right), Some(mut left)) = (beside(&line, -half_width), beside(&line, half_width)) else {
            return Self::stroked(&line, half_width);
        };
        left.reverse();
        Region(vec![vec![[right, left].concat()]])
    }

    /// The strip along a line that may bend sharper than it is wide.
    fn stroked(line: &[Point2], half_width: f64) -> Self {
        let path: Vec<[f64; 2]> = line.iter().map(|&p| rounded(p)).collect();
        let style = StrokeStyle::new(2.0 * half_width)
            .start_cap(LineCap::Butt)
            .end_cap(LineCap::Butt)
            // Lines are smooth, so that a bevel cuts off less than a millimetre.
            .line_join(LineJoin::Bevel);
        Region(path.stroke_fixed_scale(style, false, SCALE).unwrap_or_default())
    }

    /// Everything in either.
    pub fn union(&self, other: &Region) -> Self {
        self.overlay(other, OverlayRule::Union)
    }

    /// Everything in any of them.
    pub fn union_of(parts: impl IntoIterator<Item = Region>) -> Self {
        let mut shapes = parts.into_iter().flat_map(|part| part.0);
        let first = Region(shapes.next().into_iter().collect());
        first.overlay(&Region(shapes.collect()), OverlayRule::Union)
    }

    /// Without the points that lie within `tolerance` of the chord past them.
    pub fn thinned(&self, tolerance: f64) -> Self {
        let ring = |r: &Vec<[f64; 2]>| {
            let points: Vec<Point2> = r.iter().map(|p| Point2::new(p[0], p[1])).collect();
            thinned(&points, tolerance).iter().map(|p| [p.x, p.y]).collect::<Vec<_>>()
        };
        Region(self.0.iter().map(|shape| shape.iter().map(ring).filter(|r| r.len() > 2).collect()).collect())
    }

    /// What is here and not in the other.
    pub fn minus(&self, other: &Region) -> Self {
        self.overlay(other, OverlayRule::Difference)
    }

    fn overlay(&self, other: &Region, rule: OverlayRule) -> Self {
        if other.0.is_empty() {
            return if matches!(rule, OverlayRule::Intersect) { Region::default() } else { self.clone() };
        }
        if self.0.is_empty() {
            return if matches!(rule, OverlayRule::Union) { other.clone() } else { Region::default() };
        }
        Region(self.0.overlay_as::<i64>(&other.0, rule, FillRule::NonZero))
    }

    /// Grown by a distance with round corners; shrunk by a negative one.
    pub fn offset(&self, distance: f64) -> Self {
        self.outlined(OutlineStyle::new(distance).line_join(LineJoin::Round(ARC_STEP)))
    }

    /// Grown by a distance with its outer corners kept sharp. Shrunk again, such a corner is one point, where an arc about it
    /// would be a knot of chords that all cross in its middle: most of the time that shrinking takes.
    fn grown_sharp(&self, distance: f64) -> Self {
        self.outlined(OutlineStyle::new(distance).line_join(LineJoin::Miter(MITER)).miter_min_turn(NEARLY_STRAIGHT))
    }

    fn outlined(&self, style: OutlineStyle<f64>) -> Self {
        if self.0.is_empty() || style.outer_offset == 0.0 {
            return self.clone();
        }
        Region(self.0.outline_fixed_scale(&style, SCALE).unwrap_or_default())
    }

    /// Inner corners rounded to a radius: what a disc of it cannot reach from outside is filled.
    pub fn filleted(&self, radius: f64) -> Self {
        self.grown_sharp(radius).offset(-radius)
    }

    /// Outer corners rounded to a radius.
    pub fn rounded(&self, radius: f64) -> Self {
        self.offset(-radius).offset(radius)
    }

    /// Inner corners, then outer ones rounded to a radius: notches and spikes narrower than twice that go.
    pub fn smoothed(&self, radius: f64) -> Self {
        // Shrinking twice by the radius is shrinking once by both.
        self.grown_sharp(radius).offset(-2.0 * radius).offset(radius)
    }

    /// The same, but only about the corners of the outline that are sharper than a fillet of the radius would leave.
    pub fn smoothed_at_corners(&self, radius: f64) -> Self {
        let mut corners = Vec::new();
        for ring in self.0.iter().flatten() {
            for (k, p) in ring.iter().enumerate() {
                let (a, b) = (ring[(k + ring.len() - 1) % ring.len()], ring[(k + 1) % ring.len()]);
                let (before, after) = ((p[0] - a[0], p[1] - a[1]), (b[0] - p[0], b[1] - p[1]));
                let cross = before.0 * after.1 - before.1 * after.0;
                let dot = before.0 * after.0 + before.1 * after.1;
                if libm::atan2(cross, dot).abs() > SHARP {
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
        // What the cut of the wider squares rounds lies outside the smaller ones.
        let (inner, outer) = (squares(4.0 * radius), squares(8.0 * radius));
        let (rest, about) = std::thread::scope(|scope| {
            let rest = scope.spawn(|| self.minus(&inner));
            let about = self.overlay(&outer, OverlayRule::Intersect).smoothed(radius);
            let about = about.overlay(&inner, OverlayRule::Intersect);
            (joined(rest), about)
        });
        rest.union(&about).without_spikes()
    }

    /// Without the spikes and cracks that booleans leave along a seam: corners that turn back on themselves.
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
        // Once more from half way round: the first pass does not look over its own ends.
        let ring = |r: &Vec<[f64; 2]>| {
            let mut kept = pass(r);
            let half = kept.len() / 2;
            kept.rotate_left(half);
            pass(&kept)
        };
        Region(self.0.iter().map(|shape| shape.iter().map(ring).filter(|r| r.len() > 2).collect()).collect())
    }

    /// The pieces, largest first, holes smaller than `least_hole` (m²) filled.
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

/// Whether the way from `a` over `b` to `c` comes back over itself, or hardly leaves `b`.
fn turns_back(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> bool {
    let (to, on) = ((b[0] - a[0], b[1] - a[1]), (c[0] - b[0], c[1] - b[1]));
    let (before, after) = (libm::hypot(to.0, to.1), libm::hypot(on.0, on.1));
    let turned = to.0 * on.0 + to.1 * on.1 < 0.0;
    // The shorter side lies on the other one.
    let apart = (to.0 * on.1 - to.1 * on.0).abs() / before.max(after).max(SPIKE);
    before.min(after) < SPIKE || turned && apart < SPIKE
}

/// The line to the left of a line by a distance, to the right by a negative one: a point for each of its points. `None` where
/// it would turn back, as it bends sharper than that.
fn beside(line: &[Point2], distance: f64) -> Option<Vec<[f64; 2]>> {
    let along: Vec<Vector2> = line.windows(2).map(|w| (w[1] - w[0]).normalize()).collect();
    let (first, last) = (along.first()?, along.last()?);
    let tangents = std::iter::once(*first + *first)
        .chain(along.windows(2).map(|w| w[0] + w[1]))
        .chain(std::iter::once(*last + *last));
    // Of the length that keeps the distance from both pieces.
    let beside: Vec<Point2> = line
        .iter()
        .zip(tangents)
        .map(|(p, t)| p + Vector2::new(-t.y, t.x) * (2.0 * distance / t.norm_squared().max(SHARP_BEND)))
        .collect();
    let is_ahead = beside.windows(2).zip(&along).all(|(w, along)| (w[1] - w[0]).dot(along) > 0.0);
    is_ahead.then(|| beside.into_iter().map(rounded).collect())
}

/// A ring with points at most `step` metres apart, its own points kept.
pub fn densified(ring: &[Point2], step: f64) -> Vec<Point2> {
    let mut out = Vec::new();
    for (k, &a) in ring.iter().enumerate() {
        let b = ring[(k + 1) % ring.len()];
        let pieces = ((b - a).norm() / step).ceil().max(1.0) as usize;
        out.extend((0..pieces).map(|n| a + (b - a) * (n as f64 / pieces as f64)));
    }
    out
}

/// The part of a ring's inside that lies in a box, by its least and its greatest corner (Sutherland and Hodgman 1974): where
/// the ring leaves the box more than once, the parts hang together along its sides.
pub fn clipped(ring: &[Point2], (low, high): (Point2, Point2)) -> Vec<Point2> {
    // How far a point lies within each of the sides.
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

/// A ring without the points that lie within `tolerance` of the chord past them (Douglas and Peucker 1973), split at
/// its first point and the one farthest from it.
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

/// An open line thinned in the same way; its ends stay.
pub fn thinned_line(line: &[Point2], tolerance: f64) -> Vec<Point2> {
    kept(line, &[0, line.len().saturating_sub(1)], tolerance)
}

/// The points of a line that stay, those of the indices `fixed` among them.
fn kept(line: &[Point2], fixed: &[usize], tolerance: f64) -> Vec<Point2> {
    let keep = kept_by(line, fixed, tolerance, segment_distance);
    line.iter().zip(keep).filter_map(|(p, k)| k.then_some(*p)).collect()
}

/// Which points of a line stay (Douglas and Peucker 1973) by how far a point is from the straight piece between two others: in
/// plan, or with heights. Those of the indices `fixed` do.
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
    fn a_fillet_fills_the_inner_corner_by_its_exact_area() {
        let arm = Region::strip(&[Point2::new(5.0, 0.0), Point2::new(5.0, 100.0)], 5.0);
        let other = Region::strip(&[Point2::new(0.0, 5.0), Point2::new(100.0, 5.0)], 5.0);
        let corner = Region::union_of([arm, other]);
        let before = corner.polygons(0.0)[0].area();
        let after = corner.filleted(20.0).polygons(0.0)[0].area();
        let fillet = 400.0 * (1.0 - std::f64::consts::FRAC_PI_4);
        assert!((after - before - fillet).abs() < 0.02 * fillet, "{}", after - before);
    }

    #[test]
    fn what_is_clipped_lies_in_the_box_and_is_all_that_does() {
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
    fn a_strip_is_as_wide_as_asked_round_a_bend_and_whole_round_one_sharper_than_itself() {
        for (radius, half_width) in [(30.0, 10.0), (6.0, 10.0)] {
            let arc: Vec<Point2> = (0..=40)
                .map(|k| Point2::new(radius * libm::cos(0.05 * f64::from(k)), radius * libm::sin(0.05 * f64::from(k))))
                .collect();
            let strip = Region::strip(&arc, half_width);
            let pieces = strip.union(&Region::ring(&square(500.0, 1.0))).polygons(0.0);
            assert_eq!((pieces.len(), pieces[0].holes.len()), (2, 0), "radius {radius}");
            let outer = radius + half_width;
            // Sharper than wide the strip is the sector and what its ends reach beyond the middle.
            let inner = (radius - half_width).max(0.0);
            let area = 0.5 * 2.0 * (outer * outer - inner * inner);
            assert!(pieces[0].area() > 0.99 * area && pieces[0].area() < 1.2 * area, "{} of {area}", pieces[0].area());
        }
    }

    #[test]
    fn spikes_and_cracks_along_a_seam_go_wherever_the_ring_begins() {
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
    fn thinning_keeps_corners_and_drops_what_lies_between() {
        let ring = densified(&square(0.0, 10.0), 1.0);
        assert_eq!(ring.len(), 40);
        assert_eq!(thinned(&ring, 0.01).len(), 4);
        assert_eq!(thinned(&[], 0.01).len(), 0);
    }

    #[test]
    fn pieces_come_largest_first_and_small_holes_are_filled() {
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
