//! The drivable surface as designed: roads with width, level pads, and where they join.

use super::lattice::Source;
use super::spec::VERGE;
use crate::region::{Region, densified, thinned};
use haul_core::polygon::ring_contains;
use haul_core::{Point2, Point3, Polygon, Polyline};
use std::ops::Range;

/// Length over which the height of one surface passes into that of another beside it, m.
const BLEND: f64 = 10.0;
/// Islands smaller than this are paved over, m²: no truck can turn about them and no berm fits.
const LEAST_ISLAND: f64 = 300.0;
/// How far the outline's chords may lie off its curves, m: nothing against what an edge is known to.
const CHORD: f64 = 0.02;
/// Distance between the cone sources on the edge of the formation, m.
const EDGE_STEP: f64 = 1.5;
/// Pieces of a road's line in one box of its index.
const BOX: usize = 24;

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
    boxes: Vec<(Point2, Point2)>,
}

/// A level area.
#[derive(Debug, Clone)]
pub struct Pad {
    /// Its rim.
    pub ring: Vec<Point2>,
    /// Its height, m.
    pub level: f64,
    bounds: (Point2, Point2),
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
        let boxes = line
            .points()
            .windows(2)
            .collect::<Vec<_>>()
            .chunks(BOX)
            .map(|chunk| {
                let ends = chunk.iter().flat_map(|w| [w[0].xy(), w[1].xy()]);
                ends.fold((Point2::new(f64::MAX, f64::MAX), Point2::new(f64::MIN, f64::MIN)), |(lo, hi), p| {
                    (lo.inf(&p), hi.sup(&p))
                })
            })
            .collect();
        Self { line, half_width, boxes }
    }

    /// Distance from the centreline (m) and the height of its nearest point, if nearer than `most`.
    fn nearest(&self, p: Point2, most: f64) -> Option<(f64, f64)> {
        let mut best: Option<(f64, f64)> = None;
        let mut limit = most * most;
        let points = self.line.points();
        for (b, (low, high)) in self.boxes.iter().enumerate() {
            let (dx, dy) = ((low.x - p.x).max(p.x - high.x).max(0.0), (low.y - p.y).max(p.y - high.y).max(0.0));
            if dx * dx + dy * dy >= limit {
                continue;
            }
            for k in b * BOX..((b + 1) * BOX).min(points.len() - 1) {
                let (a, c) = (points[k], points[k + 1]);
                let along = c.xy() - a.xy();
                let t = ((p - a.xy()).dot(&along) / along.norm_squared()).clamp(0.0, 1.0);
                let d = (p - (a.xy() + along * t)).norm_squared();
                if d < limit {
                    limit = d;
                    best = Some((d.sqrt(), a.z + (c.z - a.z) * t));
                }
            }
        }
        best
    }
}

impl Element {
    /// How far outside a point lies (0 inside, m) and the height there, if not farther than `most`.
    fn outside(&self, p: Point2, most: f64) -> Option<(f64, f64)> {
        match self {
            Element::Road(road) => {
                let (d, z) = road.nearest(p, road.half_width + most)?;
                Some(((d - road.half_width).max(0.0), z))
            }
            Element::Pad(pad) => {
                let (low, high) = pad.bounds;
                let (dx, dy) = ((low.x - p.x).max(p.x - high.x), (low.y - p.y).max(p.y - high.y));
                if dx.max(dy) > most {
                    return None;
                }
                let d = if ring_contains(&pad.ring, p) { 0.0 } else { ring_distance(&pad.ring, p) };
                (d <= most).then_some((d, pad.level))
            }
        }
    }

    fn region(&self) -> Region {
        match self {
            Element::Road(road) => strip(road, 0..road.line.points().len()),
            Element::Pad(pad) => Region::ring(&pad.ring),
        }
    }
}

fn strip(road: &Road, range: Range<usize>) -> Region {
    let points = road.line.points();
    let range = range.start.min(points.len())..range.end.min(points.len());
    let line: Vec<Point2> = points[range].iter().map(|p| p.xy()).collect();
    if line.len() < 2 { Region::default() } else { Region::strip(&line, road.half_width) }
}

fn ring_distance(ring: &[Point2], p: Point2) -> f64 {
    let mut least = f64::INFINITY;
    let mut a = ring.last().copied().unwrap_or(p);
    for &b in ring {
        let along = b - a;
        let span = along.norm_squared();
        let t = if span > 0.0 { ((p - a).dot(&along) / span).clamp(0.0, 1.0) } else { 0.0 };
        least = least.min((p - (a + along * t)).norm_squared());
        a = b;
    }
    least.sqrt()
}

impl Design {
    /// Adds a road; answers its index.
    pub fn road(&mut self, points: Vec<Point3>, half_width: f64) -> usize {
        self.elements.push(Element::Road(Road::new(Polyline::new(points), half_width)));
        self.elements.len() - 1
    }

    /// Adds a pad; answers its index.
    pub fn pad(&mut self, ring: Vec<Point2>, level: f64) -> usize {
        let start = (Point2::new(f64::MAX, f64::MAX), Point2::new(f64::MIN, f64::MIN));
        let bounds = ring.iter().fold(start, |(low, high), p| (low.inf(p), high.sup(p)));
        self.elements.push(Element::Pad(Pad { ring, level, bounds }));
        self.elements.len() - 1
    }

    /// Rounds the corners where parts meet.
    pub fn join(&mut self, parts: Vec<(usize, Range<usize>)>, radius: f64) {
        self.joints.push(Joint { parts, radius });
    }

    /// Height of the drivable surface at a point of it or beside it, m. Where elements overlap or lie side by side
    /// their heights pass into each other. `None` more than about 10 m away from all of them.
    pub fn height(&self, p: Point2) -> Option<f64> {
        let (mut sum, mut weights) = (0.0, 0.0);
        for element in &self.elements {
            if let Some((d, z)) = element.outside(p, BLEND) {
                let w = (1.0 - d / BLEND).powi(2);
                sum += w * z;
                weights += w;
            }
        }
        (weights > 0.0).then(|| sum / weights)
    }

    /// The drivable surface's pieces, largest first.
    pub fn surface(&self) -> Vec<Polygon> {
        let mut all = self.elements.iter().fold(Region::default(), |all, e| all.union(&e.region()));
        for joint in &self.joints {
            let parts = joint.parts.iter().filter_map(|(k, range)| {
                Some(match self.elements.get(*k)? {
                    Element::Road(road) => strip(road, range.clone()),
                    pad => pad.region(),
                })
            });
            let corner = parts.fold(Region::default(), |all, part| all.union(&part)).filleted(joint.radius);
            all = all.union(&corner);
        }
        // A pass of small radius takes the slivers that the booleans leave.
        let thin = |ring: Vec<Point2>| thinned(&ring, CHORD);
        all.filleted(1.0)
            .rounded(1.0)
            .polygons(LEAST_ISLAND)
            .into_iter()
            .map(|p| Polygon { outer: thin(p.outer), holes: p.holes.into_iter().map(thin).collect() })
            .collect()
    }
}

/// Toe and crest of the formation around a surface, as cone sources with the heights beside it.
pub fn formation_edges(design: &Design, surface: &Polygon) -> Vec<Source> {
    let region = surface.holes.iter().fold(Region::ring(&surface.outer), |r, h| r.minus(&Region::ring(h)));
    let mut sources = Vec::new();
    for polygon in region.offset(VERGE).polygons(0.0) {
        for ring in polygon.rings() {
            for at in densified(ring, EDGE_STEP) {
                if let Some(height) = design.height(at) {
                    sources.push(Source { at, height });
                }
            }
        }
    }
    sources
}
