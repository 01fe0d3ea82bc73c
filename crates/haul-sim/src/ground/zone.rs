//! Parts of the mine that are more slippery than their surface shows.

use haul_core::polygon::ring_contains;
use haul_core::{Point2, SimTime};

/// Number of corners of the ring that approximates a disc.
const DISC_CORNERS: u32 = 32;

/// Part of the mine in which the friction is limited from a given time.
#[derive(Debug, Clone, PartialEq)]
pub struct SlipperyZone {
    /// Outline of the zone, m.
    pub ring: Vec<Point2>,
    /// Maximum friction coefficient in the zone.
    pub friction: f64,
    /// Time from which the zone is slippery.
    pub from: SimTime,
    /// Minimum corner of the bounding box, a quick test: most wheels are in no zone.
    low: Point2,
    high: Point2,
}

impl SlipperyZone {
    /// Creates a zone within a ring, from the start of the run. Returns `None` if the ring has no area or a number is
    /// not finite.
    pub fn new(ring: Vec<Point2>, friction: f64) -> Option<Self> {
        let finite = ring.iter().all(|p| p.x.is_finite() && p.y.is_finite()) && friction.is_finite() && friction > 0.0;
        let first = *ring.first()?;
        if ring.len() < 3 || !finite {
            return None;
        }
        let (low, high) = ring.iter().fold((first, first), |(l, h), p| (l.inf(p), h.sup(p)));
        Some(Self { ring, friction, from: SimTime::START, low, high })
    }

    /// Creates a zone within a disc, as a ring of corners. Returns `None` if a number is not finite or the radius is
    /// not positive.
    pub fn disc(centre: Point2, radius: f64, friction: f64) -> Option<Self> {
        let corner = |k: u32| {
            let (sin, cos) = libm::sincos(std::f64::consts::TAU * f64::from(k) / f64::from(DISC_CORNERS));
            Point2::new(centre.x + radius * cos, centre.y + radius * sin)
        };
        if radius > 0.0 { Self::new((0..DISC_CORNERS).map(corner).collect(), friction) } else { None }
    }

    /// Returns the zone with a later start time.
    pub fn starting_at(self, from: SimTime) -> Self {
        Self { from, ..self }
    }

    /// Returns true if a point lies in the zone.
    pub fn holds(&self, p: Point2) -> bool {
        let boxed = p.x >= self.low.x && p.y >= self.low.y && p.x <= self.high.x && p.y <= self.high.y;
        boxed && ring_contains(&self.ring, p)
    }
}
