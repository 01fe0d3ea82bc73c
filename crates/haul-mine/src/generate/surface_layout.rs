//! The layout of the drivable surface: roads with a width, level pads, and the joints between them.

use super::slope_edges::SlopeEdge;
use super::spec::VERGE;
use crate::region::{Region, clipped, densified, thinned, thinned_line};
use crate::threads;
use haul_core::polygon::ring_contains;
use haul_core::{Point2, Point3, Polygon, Polyline, Vector2};
use std::cell::Cell;
use std::ops::Range;

/// Length over which the height of one part blends into the height of a neighbour, m.
const BLEND_LENGTH: f64 = 10.0;
/// Smallest island in the surface, m². A smaller one has no room for a berm, and no truck can turn around it, so it is
/// filled.
const LEAST_ISLAND_AREA: f64 = 300.0;
/// Half the width below which notches and spikes of the outline are removed, m.
const SLIVER_HALF_WIDTH: f64 = 1.0;
/// Maximum distance of the outline's chords from its curves, m. It is small compared with the accuracy of a surveyed
/// edge.
pub const CHORD_TOLERANCE: f64 = 0.05;
/// Maximum distance between points of the formation's edge, m. At this spacing, the edge's heights follow vertical
/// curves.
const EDGE_STEP: f64 = 5.0;
/// Number of line segments in one bounding box of the index.
const SEGMENTS_PER_BOX: usize = 8;
/// Number of boxes in one group of the index.
const BOXES_PER_GROUP: usize = 12;
/// Tolerance for rounding of coordinates, m. Actual rounding errors are much smaller.
const ROUNDING_TOLERANCE: f64 = 1e-6;
/// Number of line points whose heights are computed together.
const POINTS_PER_CHUNK: usize = 16;

/// A part of the drivable surface.
#[derive(Debug, Clone)]
pub enum Element {
    /// A road along a line.
    Road(RoadStrip),
    /// A level pad.
    Pad(Pad),
}

/// A road as a strip of constant width along its centreline.
#[derive(Debug, Clone)]
pub struct RoadStrip {
    /// Centreline with design heights.
    pub line: Polyline,
    /// Half the drivable width, m.
    pub half_width: f64,
    boxes: BoundingBoxes,
}

/// A level area of the drivable surface.
#[derive(Debug, Clone)]
pub struct Pad {
    /// Rim of the pad.
    pub ring: Vec<Point2>,
    /// Height of the pad, m.
    pub level: f64,
    boxes: BoundingBoxes,
}

/// Bounding boxes of a line's segments, in groups.
#[derive(Debug, Clone)]
struct BoundingBoxes {
    boxes: Vec<(Point2, Point2)>,
    groups: Vec<(Point2, Point2)>,
    whole: (Point2, Point2),
}

/// Returns the common bounding box of several boxes.
fn around(boxes: &[(Point2, Point2)]) -> (Point2, Point2) {
    let none = (Point2::new(f64::MAX, f64::MAX), Point2::new(f64::MIN, f64::MIN));
    boxes.iter().fold(none, |(low, high), b| (low.inf(&b.0), high.sup(&b.1)))
}

/// Returns the bounding box of points.
fn around_points(points: &[Point2]) -> (Point2, Point2) {
    let none = (Point2::new(f64::MAX, f64::MAX), Point2::new(f64::MIN, f64::MIN));
    points.iter().fold(none, |(low, high), p| (low.inf(p), high.sup(p)))
}

/// Returns the squared distance between two boxes, m². A point is a box with equal corners.
fn to_box(from: (Point2, Point2), (low, high): (Point2, Point2)) -> f64 {
    let (dx, dy) =
        ((low.x - from.1.x).max(from.0.x - high.x).max(0.0), (low.y - from.1.y).max(from.0.y - high.y).max(0.0));
    dx * dx + dy * dy
}

/// Returns the squared distance from a point to a segment (m²), and the position of the nearest point as a share of the
/// segment.
fn to_segment(p: Point2, (a, c): (Point2, Point2)) -> (f64, f64) {
    let along = c - a;
    let span = along.norm_squared();
    let t = if span > 0.0 { ((p - a).dot(&along) / span).clamp(0.0, 1.0) } else { 0.0 };
    ((p - (a + along * t)).norm_squared(), t)
}

impl BoundingBoxes {
    fn of(pieces: impl Iterator<Item = (Point2, Point2)>) -> Self {
        let pieces: Vec<(Point2, Point2)> = pieces.map(|(a, b)| (a.inf(&b), a.sup(&b))).collect();
        let boxes: Vec<_> = pieces.chunks(SEGMENTS_PER_BOX).map(around).collect();
        let groups: Vec<_> = boxes.chunks(BOXES_PER_GROUP).map(around).collect();
        Self { whole: around(&groups), boxes, groups }
    }

    /// Returns the indices of the boxes within `reach` (m) of an area.
    fn within(&self, area: (Point2, Point2), reach: f64) -> impl Iterator<Item = usize> + '_ {
        let near = move |b: (Point2, Point2)| to_box(area, b) <= reach * reach;
        let groups = if near(self.whole) { self.groups.len() } else { 0 };
        (0..groups)
            .filter(move |g| near(self.groups[*g]))
            .flat_map(|g| g * BOXES_PER_GROUP..((g + 1) * BOXES_PER_GROUP).min(self.boxes.len()))
            .filter(move |b| near(self.boxes[*b]))
    }

    /// Returns the segment of the given boxes that is nearest to a point, if it is nearer than `most` (m): the
    /// distance, the segment, and the share of the segment up to the nearest point.
    ///
    /// With a guess, the search first follows the line from the guessed segment to a local minimum of the distance. It
    /// then skips the adjacent boxes and looks only at boxes where the line may return. This is exact if no road
    /// returns to a point within three boxes, which is less than 50 m.
    fn nearest(
        &self,
        p: Point2,
        most: f64,
        boxes: impl Iterator<Item = usize>,
        guess: Option<usize>,
        segment: impl Fn(usize) -> Option<(Point2, Point2)>,
    ) -> Option<(f64, usize, f64)> {
        let mut limit = most * most;
        let mut best = None;
        let mut followed = None;
        if let Some(found) = guess.and_then(|k| follow(p, k, &segment)) {
            let (k, (d, t)) = found;
            followed = Some(k / SEGMENTS_PER_BOX);
            if d < limit {
                (limit, best) = (d, Some((k, t)));
            }
        }
        for b in boxes {
            if followed.is_some_and(|f| f.abs_diff(b) < 2) || to_box((p, p), self.boxes[b]) >= limit {
                continue;
            }
            for k in b * SEGMENTS_PER_BOX..(b + 1) * SEGMENTS_PER_BOX {
                let Some(segment) = segment(k) else { break };
                let (d, t) = to_segment(p, segment);
                if d < limit {
                    limit = d;
                    best = Some((k, t));
                }
            }
        }
        best.map(|(k, t)| (limit.sqrt(), k, t))
    }
}

/// Follows a line from one of its segments as long as the distance to a point decreases. Returns the last segment with
/// the squared distance and the share of the segment up to the nearest point.
fn follow(p: Point2, mut k: usize, segment: impl Fn(usize) -> Option<(Point2, Point2)>) -> Option<(usize, (f64, f64))> {
    let mut nearest = to_segment(p, segment(k)?);
    // Both directions are tried. Inside a bend, each segment may be a local minimum in one direction.
    loop {
        let beside = [Some(k + 1), k.checked_sub(1)].into_iter().flatten();
        let nearer = beside.filter_map(|n| Some((n, to_segment(p, segment(n)?)))).find(|(_, (d, _))| *d < nearest.0);
        let Some(step) = nearer else { return Some((k, nearest)) };
        (k, nearest) = step;
    }
}

/// Parts of the surface that meet, with fillets in their inner corners.
#[derive(Debug, Clone)]
pub struct Joint {
    /// Elements by index. The range selects the points of a road; it has no meaning for a pad.
    pub parts: Vec<(usize, Range<usize>)>,
    /// Radius of the fillets, m.
    pub radius: f64,
}

/// The drivable surface as roads, pads and joints.
#[derive(Debug, Clone, Default)]
pub struct SurfaceLayout {
    /// Roads and pads of the surface.
    pub elements: Vec<Element>,
    /// Joints between roads and pads.
    pub joints: Vec<Joint>,
}

impl RoadStrip {
    /// Creates a road along a line. `half_width` is in metres.
    pub fn new(line: Polyline, half_width: f64) -> Self {
        let boxes = BoundingBoxes::of(line.points().windows(2).map(|w| (w[0].xy(), w[1].xy())));
        Self { line, half_width, boxes }
    }

    /// Returns the nearest point of the centreline: its distance, its station and its height, m.
    ///
    /// `near` may hold the segment found for a nearby point. It speeds up the search and receives the segment found
    /// here.
    pub fn nearest(&self, p: Point2, near: &mut Option<usize>) -> Option<(f64, f64, f64)> {
        let (stations, points) = (self.line.stations(), self.line.points());
        let boxes = 0..self.boxes.boxes.len();
        let (d, k, t) = self.boxes.nearest(p, f64::INFINITY, boxes, *near, |k| self.segment(k))?;
        *near = Some(k);
        let height = points[k].z + t * (points[k + 1].z - points[k].z);
        Some((d, stations[k] + t * (stations[k + 1] - stations[k]), height))
    }

    /// Returns the end points of a segment of the centreline.
    fn segment(&self, k: usize) -> Option<(Point2, Point2)> {
        let points = self.line.points();
        Some((points.get(k)?.xy(), points.get(k + 1)?.xy()))
    }

    /// Returns the distance of a point outside the road (m; 0 inside), the height of the nearest point of the
    /// centreline, and the nearest segment. Returns `None` if the point is more than `most` (m) outside. A guess of the
    /// segment speeds up the search.
    fn outside(
        &self,
        p: Point2,
        most: f64,
        boxes: impl Iterator<Item = usize>,
        guess: Option<usize>,
    ) -> Option<((f64, f64), usize)> {
        let points = self.line.points();
        let (d, k, t) = self.boxes.nearest(p, self.half_width + most, boxes, guess, |k| self.segment(k))?;
        let (a, c) = (points[k], points[k + 1]);
        Some((((d - self.half_width).max(0.0), a.z + (c.z - a.z) * t), k))
    }
}

/// The parts of a surface layout that can affect heights in one box.
pub struct NearbySurface<'a> {
    elements: Vec<NearbyElement<'a>>,
}

/// A part that can affect heights in one box.
enum NearbyElement<'a> {
    /// A road, its nearby boxes, and the segment nearest to the previously queried point. The next search starts at
    /// this segment, because the next point is rarely far away.
    Road(&'a RoadStrip, Vec<usize>, Cell<Option<usize>>),
    /// A pad, its nearby boxes, and the part of the queried box that lies inside the pad.
    Pad(&'a Pad, Vec<usize>, Inside),
}

/// The part of a box that lies inside a ring.
enum Inside {
    /// All of the box or none of it, because the ring does not cross it.
    Whole(bool),
    /// The points of the box from which a line to the east crosses an odd number of these segments.
    Part(Vec<(Point2, Point2)>),
}

impl Inside {
    /// Selects the segments of a ring that a line to the east from a point of the box can meet.
    fn part(ring: &[Point2], (low, high): (Point2, Point2)) -> Self {
        let pieces = (0..ring.len()).map(|k| (ring[k], ring[k.checked_sub(1).unwrap_or(ring.len() - 1)]));
        let is_met = |(a, b): &(Point2, Point2)| {
            a.y.min(b.y) <= high.y && a.y.max(b.y) >= low.y && a.x.max(b.x) >= low.x - ROUNDING_TOLERANCE
        };
        Self::Part(pieces.filter(is_met).collect())
    }

    /// Returns true if a point of the box lies inside, as [`ring_contains`] does.
    fn contains(&self, p: Point2) -> bool {
        match self {
            Self::Whole(is_inside) => *is_inside,
            Self::Part(pieces) => pieces.iter().fold(false, |inside, (a, b)| {
                inside != ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
            }),
        }
    }
}

impl NearbySurface<'_> {
    /// Returns the height of the drivable surface at a point of the box, m.
    ///
    /// Heights of overlapping or adjacent parts blend into each other. Returns `None` if the point is more than
    /// about 10 m from all parts.
    pub fn height(&self, p: Point2) -> Option<f64> {
        blended(self.elements.iter().filter_map(|element| match element {
            NearbyElement::Road(road, boxes, before) => {
                let (outside, segment) = road.outside(p, BLEND_LENGTH, boxes.iter().copied(), before.get())?;
                before.set(Some(segment));
                Some(outside)
            }
            NearbyElement::Pad(pad, boxes, inside) => pad.outside(p, BLEND_LENGTH, boxes.iter().copied(), inside),
        }))
    }
}

/// Returns the mean of heights, weighted by closeness. Each pair holds the distance of a point from a part (m) and the
/// part's height (m).
fn blended(heights: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weights) = heights.fold((0.0, 0.0), |(sum, weights), (d, z)| {
        let w = (1.0 - d / BLEND_LENGTH).powi(2);
        (sum + w * z, weights + w)
    });
    (weights > 0.0).then(|| sum / weights)
}

impl Pad {
    /// Returns the distance of a point outside the pad (m; 0 inside) and the pad's height, if the distance is within
    /// `most` (m).
    fn outside(&self, p: Point2, most: f64, boxes: impl Iterator<Item = usize>, inside: &Inside) -> Option<(f64, f64)> {
        if inside.contains(p) {
            return Some((0.0, self.level));
        }
        let n = self.ring.len();
        let segment = |k: usize| Some((*self.ring.get(k)?, self.ring[(k + 1) % n]));
        let (d, ..) = self.boxes.nearest(p, most, boxes, None, segment)?;
        Some((d, self.level))
    }
}

impl Element {
    /// Returns the element with those of its boxes that can affect heights in `area`; `None` if there are none.
    fn near(&self, area: (Point2, Point2)) -> Option<NearbyElement<'_>> {
        match self {
            Element::Road(road) => {
                let boxes: Vec<usize> = road.boxes.within(area, road.half_width + BLEND_LENGTH).collect();
                (!boxes.is_empty()).then_some(NearbyElement::Road(road, boxes, Cell::new(None)))
            }
            Element::Pad(pad) => {
                if to_box(area, pad.boxes.whole) > BLEND_LENGTH * BLEND_LENGTH {
                    return None;
                }
                let boxes: Vec<usize> = pad.boxes.within(area, BLEND_LENGTH).collect();
                let is_cut = boxes.iter().any(|b| to_box(area, pad.boxes.boxes[*b]) <= 0.0);
                let inside = match is_cut {
                    true => Inside::part(&pad.ring, area),
                    false => Inside::Whole(ring_contains(&pad.ring, area.0)),
                };
                let is_near = !boxes.is_empty() || matches!(inside, Inside::Whole(true));
                is_near.then_some(NearbyElement::Pad(pad, boxes, inside))
            }
        }
    }

    /// Returns the area of the element.
    fn region(&self) -> Region {
        match self {
            Element::Road(road) => strip(road, 0..road.line.points().len()),
            Element::Pad(pad) => Region::ring(&thinned(&pad.ring, CHORD_TOLERANCE / 2.0)),
        }
    }
}

/// Returns the strip along the points of a road in a range.
fn strip(road: &RoadStrip, range: Range<usize>) -> Region {
    let points = road.line.points();
    let range = range.start.min(points.len())..range.end.min(points.len());
    let line: Vec<Point2> = points[range].iter().map(|p| p.xy()).collect();
    let line = thinned_line(&line, CHORD_TOLERANCE / 2.0);
    if line.len() < 2 { Region::default() } else { Region::strip(&line, road.half_width) }
}

impl SurfaceLayout {
    /// Adds a road and returns its index.
    pub fn road(&mut self, points: Vec<Point3>, half_width: f64) -> usize {
        self.elements.push(Element::Road(RoadStrip::new(Polyline::new(points), half_width)));
        self.elements.len() - 1
    }

    /// Adds a pad and returns its index.
    pub fn pad(&mut self, ring: Vec<Point2>, level: f64) -> usize {
        let boxes = BoundingBoxes::of((0..ring.len()).map(|k| (ring[k], ring[(k + 1) % ring.len()])));
        self.elements.push(Element::Pad(Pad { ring, level, boxes }));
        self.elements.len() - 1
    }

    /// Adds a joint: the inner corners between the parts get fillets of the given radius (m).
    pub fn join(&mut self, parts: Vec<(usize, Range<usize>)>, radius: f64) {
        self.joints.push(Joint { parts, radius });
    }

    /// Returns the heights at the points of a line, as [`NearbySurface::height`] does. The points should follow each
    /// other closely.
    pub fn heights(&self, line: &[Point2]) -> Vec<Option<f64>> {
        let chunks = line.chunks(POINTS_PER_CHUNK).map(|chunk| (chunk, self.near(around_points(chunk))));
        chunks.flat_map(|(chunk, near)| chunk.iter().map(|p| near.height(*p)).collect::<Vec<_>>()).collect()
    }

    /// Returns the parts that can affect heights in a box. The box is given by its lower and upper corner.
    pub fn near(&self, area: (Point2, Point2)) -> NearbySurface<'_> {
        NearbySurface { elements: self.elements.iter().filter_map(|element| element.near(area)).collect() }
    }

    /// Returns the number of points of a joint's parts. The time for computing its fillets grows with this number.
    fn points_of(&self, joint: &Joint) -> usize {
        let points = joint.parts.iter().map(|(k, range)| match self.elements.get(*k) {
            Some(Element::Road(road)) => range.end.min(road.line.points().len()).saturating_sub(range.start),
            Some(Element::Pad(pad)) => pad.ring.len(),
            None => 0,
        });
        points.sum()
    }

    /// Returns the union of a joint's parts with its fillets.
    ///
    /// Only the part of a pad near the roads is used, because no fillet between them reaches further. Notches
    /// elsewhere on the pad stay.
    fn filleted(&self, joint: &Joint) -> Region {
        let elements = || joint.parts.iter().filter_map(|(k, range)| Some((self.elements.get(*k)?, range)));
        let roads = elements().filter_map(|(element, range)| match element {
            Element::Road(road) => {
                let points = road.line.points();
                let points = points.get(range.start..range.end.min(points.len()))?;
                let points: Vec<Point2> = points.iter().map(|p| p.xy()).collect();
                let (low, high) = around_points(&points);
                // A disc of the fillet's radius that touches a road lies within one diameter of it.
                let reach = Vector2::repeat(road.half_width + 2.0 * joint.radius + SLIVER_HALF_WIDTH);
                Some((low - reach, high + reach))
            }
            Element::Pad(_) => None,
        });
        let windows: Vec<_> = roads.collect();
        let near = |ring: Vec<Point2>| if windows.is_empty() { ring } else { clipped(&ring, around(&windows)) };
        let meeting = elements().map(|(element, range)| match element {
            Element::Road(road) => strip(road, range.clone()),
            Element::Pad(pad) => Region::ring(&near(thinned(&pad.ring, CHORD_TOLERANCE / 2.0))),
        });
        Region::union_of(meeting).filleted(joint.radius)
    }

    /// Returns the parts of the drivable surface that are not connected, largest first.
    pub fn parts(&self) -> Vec<Polygon> {
        let mut parts = threads::each(&self.elements, Element::region);
        parts.extend(threads::each_by(&self.joints, |joint| self.points_of(joint), |joint| self.filleted(joint)));
        // A smoothing of small radius removes the slivers that Boolean operations leave.
        let thin = |ring: Vec<Point2>| thinned(&ring, CHORD_TOLERANCE);
        Region::union_of(parts)
            .thinned(CHORD_TOLERANCE / 2.0)
            .smoothed_at_corners(SLIVER_HALF_WIDTH)
            .polygons(LEAST_ISLAND_AREA)
            .into_iter()
            // Rounding leaves specks of a few square millimetres where edges nearly coincide.
            .filter(|p| p.area() > SLIVER_HALF_WIDTH * SLIVER_HALF_WIDTH)
            .map(|p| Polygon { outer: thin(p.outer), holes: p.holes.into_iter().map(thin).collect() })
            .collect()
    }
}

/// Returns the toe and crest lines of the formation around a surface, with heights.
pub fn formation_edges(design: &SurfaceLayout, surface: &Polygon) -> Vec<SlopeEdge> {
    let mut edges = Vec::new();
    for polygon in Region::of(surface).offset(VERGE).polygons(0.0) {
        for ring in polygon.rings() {
            let points = densified(ring, EDGE_STEP);
            let heights = design.heights(&points);
            let is_closed = heights.iter().all(Option::is_some);
            let known = points.iter().zip(&heights).map(|(p, height)| height.map(|z| Point3::new(p.x, p.y, z)));
            let mut known: Vec<Option<Point3>> = known.collect();
            // A ring with gaps starts at a gap.
            known.rotate_left(heights.iter().position(Option::is_none).unwrap_or(0));
            let parts = known.split(Option::is_none).filter(|part| part.len() > 1);
            edges.extend(parts.map(|part| SlopeEdge { points: part.iter().copied().flatten().collect(), is_closed }));
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The road is a straight leg, a switchback of minimum radius and a leg back.
    #[test]
    fn nearest_point_of_a_road_does_not_depend_on_the_guess() {
        let leg = |k: i32| Point3::new(2.0 * f64::from(k), 0.0, 0.1 * f64::from(k));
        let bend = |k: i32| {
            let a = f64::from(k) * 0.1;
            Point3::new(200.0 + 20.0 * libm::sin(a), 20.0 - 20.0 * libm::cos(a), 10.0 + 0.1 * f64::from(k))
        };
        let back = |k: i32| Point3::new(200.0 - 2.0 * f64::from(k), 40.0, 13.0 + 0.1 * f64::from(k));
        let line = (0..100).map(leg).chain((0..32).map(bend)).chain((0..100).map(back));
        let road = RoadStrip::new(Polyline::new(line), 10.0);
        let mut guess = None;
        for k in 0..3_000 {
            // Points on both sides of the legs and between them.
            let p = Point2::new(f64::from(k % 260) - 10.0, 90.0 * f64::from(k % 41) / 41.0 - 25.0);
            let found = road.nearest(p, &mut guess).unwrap();
            let alone = road.nearest(p, &mut None).unwrap();
            let pieces = road.line.points().windows(2).map(|w| to_segment(p, (w[0].xy(), w[1].xy())).0);
            let least = pieces.fold(f64::INFINITY, f64::min).sqrt();
            assert!(
                (found.0 - least).abs() < 1e-9 && (alone.0 - least).abs() < 1e-9,
                "{p:?}: {found:?} {alone:?} {least}"
            );
        }
    }
}
