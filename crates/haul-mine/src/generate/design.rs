//! The drivable surface as designed: roads with width, level pads, and where they join.

use super::edges::Edge;
use super::spec::VERGE;
use crate::region::{Region, clipped, densified, thinned, thinned_line};
use crate::threads;
use haul_core::polygon::ring_contains;
use haul_core::{Point2, Point3, Polygon, Polyline, Vector2};
use std::cell::Cell;
use std::ops::Range;

/// Length over which the height of one surface passes into that of another beside it, m.
const BLEND: f64 = 10.0;
/// Islands smaller than this are paved over, m²: no truck can turn about them and no berm fits.
const LEAST_ISLAND: f64 = 300.0;
/// Notches and spikes of the outline narrower than twice this are none of a design's, m.
const SLIVER: f64 = 1.0;
/// How far the outline's chords may lie off its curves, m: nothing against what an edge is known to.
pub const CHORD: f64 = 0.05;
/// Greatest distance between points of the formation's edge, m, so that its heights follow vertical curves.
const EDGE_STEP: f64 = 5.0;
/// Pieces of a line in one box of its index, and boxes in a larger one.
const BOX: usize = 8;
const GROUP: usize = 12;
/// What a coordinate may be off by rounding, and much more, m.
const SEAM: f64 = 1e-6;
/// Points of a line that are asked for together.
const CHUNK: usize = 16;

/// A part of the drivable surface.
#[derive(Debug, Clone)]
pub enum Element {
    /// A road of a width along a line.
    Road(Road),
    /// A level area.
    Pad(Pad),
}

/// A road.
#[derive(Debug, Clone)]
pub struct Road {
    /// Its centreline with design heights.
    pub line: Polyline,
    /// Half its drivable width, m.
    pub half_width: f64,
    boxes: Boxes,
}

/// A level area.
#[derive(Debug, Clone)]
pub struct Pad {
    /// Its rim.
    pub ring: Vec<Point2>,
    /// Its height, m.
    pub level: f64,
    boxes: Boxes,
}

/// The boxes of a line's pieces, and those of groups of them.
#[derive(Debug, Clone)]
struct Boxes {
    boxes: Vec<(Point2, Point2)>,
    groups: Vec<(Point2, Point2)>,
    whole: (Point2, Point2),
}

/// The box about boxes.
fn around(boxes: &[(Point2, Point2)]) -> (Point2, Point2) {
    let none = (Point2::new(f64::MAX, f64::MAX), Point2::new(f64::MIN, f64::MIN));
    boxes.iter().fold(none, |(low, high), b| (low.inf(&b.0), high.sup(&b.1)))
}

fn around_points(points: &[Point2]) -> (Point2, Point2) {
    let none = (Point2::new(f64::MAX, f64::MAX), Point2::new(f64::MIN, f64::MIN));
    points.iter().fold(none, |(low, high), p| (low.inf(p), high.sup(p)))
}

/// Square of the distance between two boxes, m²: of a point, both corners are the same.
fn to_box(from: (Point2, Point2), (low, high): (Point2, Point2)) -> f64 {
    let (dx, dy) =
        ((low.x - from.1.x).max(from.0.x - high.x).max(0.0), (low.y - from.1.y).max(from.0.y - high.y).max(0.0));
    dx * dx + dy * dy
}

/// Square of the distance from a point to a straight piece, m², and the share of the way along it.
fn to_piece(p: Point2, (a, c): (Point2, Point2)) -> (f64, f64) {
    let along = c - a;
    let span = along.norm_squared();
    let t = if span > 0.0 { ((p - a).dot(&along) / span).clamp(0.0, 1.0) } else { 0.0 };
    ((p - (a + along * t)).norm_squared(), t)
}

impl Boxes {
    fn of(pieces: impl Iterator<Item = (Point2, Point2)>) -> Self {
        let pieces: Vec<(Point2, Point2)> = pieces.map(|(a, b)| (a.inf(&b), a.sup(&b))).collect();
        let boxes: Vec<_> = pieces.chunks(BOX).map(around).collect();
        let groups: Vec<_> = boxes.chunks(GROUP).map(around).collect();
        Self { whole: around(&groups), boxes, groups }
    }

    /// The boxes not farther than `reach` from an area.
    fn within(&self, area: (Point2, Point2), reach: f64) -> impl Iterator<Item = usize> + '_ {
        let near = move |b: (Point2, Point2)| to_box(area, b) <= reach * reach;
        let groups = if near(self.whole) { self.groups.len() } else { 0 };
        (0..groups)
            .filter(move |g| near(self.groups[*g]))
            .flat_map(|g| g * GROUP..((g + 1) * GROUP).min(self.boxes.len()))
            .filter(move |b| near(self.boxes[*b]))
    }

    /// The piece nearest to a point among those of some boxes, if nearer than `most`: the distance, the piece and the share
    /// of the way along it. From a guess the line is followed to the piece that is nearer than those beside it; then only the
    /// boxes farther along the line are looked at, which it may come back in. Within three boxes, less than 50 m of a road, it
    /// must not: no road turns back in so little.
    fn nearest(
        &self,
        p: Point2,
        most: f64,
        boxes: impl Iterator<Item = usize>,
        guess: Option<usize>,
        piece: impl Fn(usize) -> Option<(Point2, Point2)>,
    ) -> Option<(f64, usize, f64)> {
        let mut limit = most * most;
        let mut best = None;
        let mut followed = None;
        if let Some(found) = guess.and_then(|k| follow(p, k, &piece)) {
            let (k, (d, t)) = found;
            followed = Some(k / BOX);
            if d < limit {
                (limit, best) = (d, Some((k, t)));
            }
        }
        for b in boxes {
            if followed.is_some_and(|f| f.abs_diff(b) < 2) || to_box((p, p), self.boxes[b]) >= limit {
                continue;
            }
            for k in b * BOX..(b + 1) * BOX {
                let Some(piece) = piece(k) else { break };
                let (d, t) = to_piece(p, piece);
                if d < limit {
                    limit = d;
                    best = Some((k, t));
                }
            }
        }
        best.map(|(k, t)| (limit.sqrt(), k, t))
    }
}

/// From a piece of a line along it as long as it gets nearer to a point: the piece, with the square of the distance and the
/// share of the way along it.
fn follow(p: Point2, mut k: usize, piece: impl Fn(usize) -> Option<(Point2, Point2)>) -> Option<(usize, (f64, f64))> {
    let mut nearest = to_piece(p, piece(k)?);
    // Both sides are tried: inside of a bend every piece has a point that is nearer than those about it.
    loop {
        let beside = [Some(k + 1), k.checked_sub(1)].into_iter().flatten();
        let nearer = beside.filter_map(|n| Some((n, to_piece(p, piece(n)?)))).find(|(_, (d, _))| *d < nearest.0);
        let Some(step) = nearer else { return Some((k, nearest)) };
        (k, nearest) = step;
    }
}

/// Parts of the surface whose inner corners are rounded where they meet.
#[derive(Debug, Clone)]
pub struct Joint {
    /// Elements by index; of a road, the range of its points.
    pub parts: Vec<(usize, Range<usize>)>,
    /// Radius of the fillets, m.
    pub radius: f64,
}

/// Everything that is levelled.
#[derive(Debug, Clone, Default)]
pub struct Design {
    /// Roads and pads.
    pub elements: Vec<Element>,
    /// Where they meet.
    pub joints: Vec<Joint>,
}

impl Road {
    /// A road along a line.
    pub fn new(line: Polyline, half_width: f64) -> Self {
        let boxes = Boxes::of(line.points().windows(2).map(|w| (w[0].xy(), w[1].xy())));
        Self { line, half_width, boxes }
    }

    /// The nearest point of the centreline: how far it is, its station and its height, m. `near` is the piece nearest to a
    /// point near this one, where it is known, and becomes that of this one.
    pub fn nearest(&self, p: Point2, near: &mut Option<usize>) -> Option<(f64, f64, f64)> {
        let (stations, points) = (self.line.stations(), self.line.points());
        let boxes = 0..self.boxes.boxes.len();
        let (d, k, t) = self.boxes.nearest(p, f64::INFINITY, boxes, *near, |k| self.piece(k))?;
        *near = Some(k);
        let height = points[k].z + t * (points[k + 1].z - points[k].z);
        Some((d, stations[k] + t * (stations[k + 1] - stations[k]), height))
    }

    fn piece(&self, k: usize) -> Option<(Point2, Point2)> {
        let points = self.line.points();
        Some((points.get(k)?.xy(), points.get(k + 1)?.xy()))
    }

    /// How far outside a point lies (0 inside, m) and the height of the nearest point of the centreline, if not farther
    /// than `most`; and the piece that it lies on, of which a guess helps.
    fn outside(
        &self,
        p: Point2,
        most: f64,
        boxes: impl Iterator<Item = usize>,
        guess: Option<usize>,
    ) -> Option<((f64, f64), usize)> {
        let points = self.line.points();
        let (d, k, t) = self.boxes.nearest(p, self.half_width + most, boxes, guess, |k| self.piece(k))?;
        let (a, c) = (points[k], points[k + 1]);
        Some((((d - self.half_width).max(0.0), a.z + (c.z - a.z) * t), k))
    }
}

/// The parts of a design that may lie near a box: its heights there are found without a look at the others.
pub struct Near<'a> {
    elements: Vec<NearElement<'a>>,
}

enum NearElement<'a> {
    /// With the piece that was nearest to the point before, which is hardly ever far from the next.
    Road(&'a Road, Vec<usize>, Cell<Option<usize>>),
    Pad(&'a Pad, Vec<usize>, Inside),
}

/// What of a box lies within a ring.
enum Inside {
    /// All of it, or nothing: the ring does not pass through.
    Whole(bool),
    /// What an even number of these pieces of the ring, seen from the east, does not part from it.
    Part(Vec<(Point2, Point2)>),
}

impl Inside {
    /// Of a ring that passes through a box: without the pieces that no line eastwards from the box meets.
    fn part(ring: &[Point2], (low, high): (Point2, Point2)) -> Self {
        let pieces = (0..ring.len()).map(|k| (ring[k], ring[k.checked_sub(1).unwrap_or(ring.len() - 1)]));
        let is_met =
            |(a, b): &(Point2, Point2)| a.y.min(b.y) <= high.y && a.y.max(b.y) >= low.y && a.x.max(b.x) >= low.x - SEAM;
        Self::Part(pieces.filter(is_met).collect())
    }

    /// Whether a point of the box lies inside, as [`ring_contains`] has it.
    fn contains(&self, p: Point2) -> bool {
        match self {
            Self::Whole(is_inside) => *is_inside,
            Self::Part(pieces) => pieces.iter().fold(false, |inside, (a, b)| {
                inside != ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
            }),
        }
    }
}

impl Near<'_> {
    /// Height of the drivable surface at a point of the box on it or beside it, m. Where elements overlap or lie side by side
    /// their heights pass into each other. `None` more than about 10 m away from all of them.
    pub fn height(&self, p: Point2) -> Option<f64> {
        blended(self.elements.iter().filter_map(|element| match element {
            NearElement::Road(road, boxes, before) => {
                let (outside, piece) = road.outside(p, BLEND, boxes.iter().copied(), before.get())?;
                before.set(Some(piece));
                Some(outside)
            }
            NearElement::Pad(pad, boxes, inside) => pad.outside(p, BLEND, boxes.iter().copied(), inside),
        }))
    }
}

/// Heights of elements by how far outside of them a point lies.
fn blended(heights: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weights) = heights.fold((0.0, 0.0), |(sum, weights), (d, z)| {
        let w = (1.0 - d / BLEND).powi(2);
        (sum + w * z, weights + w)
    });
    (weights > 0.0).then(|| sum / weights)
}

impl Pad {
    fn outside(&self, p: Point2, most: f64, boxes: impl Iterator<Item = usize>, inside: &Inside) -> Option<(f64, f64)> {
        if inside.contains(p) {
            return Some((0.0, self.level));
        }
        let n = self.ring.len();
        let piece = |k: usize| Some((*self.ring.get(k)?, self.ring[(k + 1) % n]));
        let (d, ..) = self.boxes.nearest(p, most, boxes, None, piece)?;
        Some((d, self.level))
    }
}

impl Element {
    /// What of it may lie near a box.
    fn near(&self, area: (Point2, Point2)) -> Option<NearElement<'_>> {
        match self {
            Element::Road(road) => {
                let boxes: Vec<usize> = road.boxes.within(area, road.half_width + BLEND).collect();
                (!boxes.is_empty()).then_some(NearElement::Road(road, boxes, Cell::new(None)))
            }
            Element::Pad(pad) => {
                if to_box(area, pad.boxes.whole) > BLEND * BLEND {
                    return None;
                }
                let boxes: Vec<usize> = pad.boxes.within(area, BLEND).collect();
                let is_cut = boxes.iter().any(|b| to_box(area, pad.boxes.boxes[*b]) <= 0.0);
                let inside = match is_cut {
                    true => Inside::part(&pad.ring, area),
                    false => Inside::Whole(ring_contains(&pad.ring, area.0)),
                };
                let is_near = !boxes.is_empty() || matches!(inside, Inside::Whole(true));
                is_near.then_some(NearElement::Pad(pad, boxes, inside))
            }
        }
    }

    fn region(&self) -> Region {
        match self {
            Element::Road(road) => strip(road, 0..road.line.points().len()),
            Element::Pad(pad) => Region::ring(&thinned(&pad.ring, CHORD / 2.0)),
        }
    }
}

fn strip(road: &Road, range: Range<usize>) -> Region {
    let points = road.line.points();
    let range = range.start.min(points.len())..range.end.min(points.len());
    let line: Vec<Point2> = points[range].iter().map(|p| p.xy()).collect();
    let line = thinned_line(&line, CHORD / 2.0);
    if line.len() < 2 { Region::default() } else { Region::strip(&line, road.half_width) }
}

impl Design {
    /// Adds a road; answers its index.
    pub fn road(&mut self, points: Vec<Point3>, half_width: f64) -> usize {
        self.elements.push(Element::Road(Road::new(Polyline::new(points), half_width)));
        self.elements.len() - 1
    }

    /// Adds a pad; answers its index.
    pub fn pad(&mut self, ring: Vec<Point2>, level: f64) -> usize {
        let boxes = Boxes::of((0..ring.len()).map(|k| (ring[k], ring[(k + 1) % ring.len()])));
        self.elements.push(Element::Pad(Pad { ring, level, boxes }));
        self.elements.len() - 1
    }

    /// Rounds the corners where parts meet.
    pub fn join(&mut self, parts: Vec<(usize, Range<usize>)>, radius: f64) {
        self.joints.push(Joint { parts, radius });
    }

    /// As [`Near::height`] at each of the points of a line, of which neighbours lie near each other.
    pub fn heights(&self, line: &[Point2]) -> Vec<Option<f64>> {
        let chunks = line.chunks(CHUNK).map(|chunk| (chunk, self.near(around_points(chunk))));
        chunks.flat_map(|(chunk, near)| chunk.iter().map(|p| near.height(*p)).collect::<Vec<_>>()).collect()
    }

    /// What lies near a box, by its least and its greatest corner.
    pub fn near(&self, area: (Point2, Point2)) -> Near<'_> {
        Near { elements: self.elements.iter().filter_map(|element| element.near(area)).collect() }
    }

    /// Points of the parts that meet at a joint: what its fillets take goes with them.
    fn points_of(&self, joint: &Joint) -> usize {
        let points = joint.parts.iter().map(|(k, range)| match self.elements.get(*k) {
            Some(Element::Road(road)) => range.end.min(road.line.points().len()).saturating_sub(range.start),
            Some(Element::Pad(pad)) => pad.ring.len(),
            None => 0,
        });
        points.sum()
    }

    /// A joint's parts with their fillets. Of a pad only what lies near the roads, as no fillet between them reaches farther;
    /// its own notches elsewhere stay.
    fn filleted(&self, joint: &Joint) -> Region {
        let elements = || joint.parts.iter().filter_map(|(k, range)| Some((self.elements.get(*k)?, range)));
        let roads = elements().filter_map(|(element, range)| match element {
            Element::Road(road) => {
                let points = road.line.points();
                let points = points.get(range.start..range.end.min(points.len()))?;
                let points: Vec<Point2> = points.iter().map(|p| p.xy()).collect();
                let (low, high) = around_points(&points);
                // A disc of the radius that touches a road lies within twice as much of it.
                let reach = Vector2::repeat(road.half_width + 2.0 * joint.radius + SLIVER);
                Some((low - reach, high + reach))
            }
            Element::Pad(_) => None,
        });
        let windows: Vec<_> = roads.collect();
        let near = |ring: Vec<Point2>| if windows.is_empty() { ring } else { clipped(&ring, around(&windows)) };
        let meeting = elements().map(|(element, range)| match element {
            Element::Road(road) => strip(road, range.clone()),
            Element::Pad(pad) => Region::ring(&near(thinned(&pad.ring, CHORD / 2.0))),
        });
        Region::union_of(meeting).filleted(joint.radius)
    }

    /// The drivable surface's pieces, largest first.
    pub fn surface(&self) -> Vec<Polygon> {
        let mut parts = threads::each(&self.elements, Element::region);
        parts.extend(threads::each_by(&self.joints, |joint| self.points_of(joint), |joint| self.filleted(joint)));
        // A pass of small radius takes the slivers that the booleans leave.
        let thin = |ring: Vec<Point2>| thinned(&ring, CHORD);
        Region::union_of(parts)
            .thinned(CHORD / 2.0)
            .smoothed_at_corners(SLIVER)
            .polygons(LEAST_ISLAND)
            .into_iter()
            // Rounding leaves specks of square millimetres along edges that nearly coincide.
            .filter(|p| p.area() > SLIVER * SLIVER)
            .map(|p| Polygon { outer: thin(p.outer), holes: p.holes.into_iter().map(thin).collect() })
            .collect()
    }
}

/// Toe and crest of the formation around a surface, with the heights beside it.
pub fn formation_edges(design: &Design, surface: &Polygon) -> Vec<Edge> {
    let mut edges = Vec::new();
    for polygon in Region::of(surface).offset(VERGE).polygons(0.0) {
        for ring in polygon.rings() {
            let points = densified(ring, EDGE_STEP);
            let heights = design.heights(&points);
            let is_closed = heights.iter().all(Option::is_some);
            let known = points.iter().zip(&heights).map(|(p, height)| height.map(|z| Point3::new(p.x, p.y, z)));
            let mut known: Vec<Option<Point3>> = known.collect();
            // A ring that is not whole begins where it is broken.
            known.rotate_left(heights.iter().position(Option::is_none).unwrap_or(0));
            let parts = known.split(Option::is_none).filter(|part| part.len() > 1);
            edges.extend(parts.map(|part| Edge { points: part.iter().copied().flatten().collect(), is_closed }));
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A straight leg, a switchback of the least radius, and the leg back.
    #[test]
    fn the_nearest_point_of_a_road_is_found_from_any_guess_and_without_one() {
        let leg = |k: i32| Point3::new(2.0 * f64::from(k), 0.0, 0.1 * f64::from(k));
        let bend = |k: i32| {
            let a = f64::from(k) * 0.1;
            Point3::new(200.0 + 20.0 * libm::sin(a), 20.0 - 20.0 * libm::cos(a), 10.0 + 0.1 * f64::from(k))
        };
        let back = |k: i32| Point3::new(200.0 - 2.0 * f64::from(k), 40.0, 13.0 + 0.1 * f64::from(k));
        let line = (0..100).map(leg).chain((0..32).map(bend)).chain((0..100).map(back));
        let road = Road::new(Polyline::new(line), 10.0);
        let mut guess = None;
        for k in 0..3_000 {
            // To and fro over the legs and between them.
            let p = Point2::new(f64::from(k % 260) - 10.0, 90.0 * f64::from(k % 41) / 41.0 - 25.0);
            let found = road.nearest(p, &mut guess).unwrap();
            let alone = road.nearest(p, &mut None).unwrap();
            let pieces = road.line.points().windows(2).map(|w| to_piece(p, (w[0].xy(), w[1].xy())).0);
            let least = pieces.fold(f64::INFINITY, f64::min).sqrt();
            assert!(
                (found.0 - least).abs() < 1e-9 && (alone.0 - least).abs() < 1e-9,
                "{p:?}: {found:?} {alone:?} {least}"
            );
        }
    }
}
