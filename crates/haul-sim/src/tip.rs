//! Tipped loads: the place that gets the tonnes, and the heap that can be shown.

use haul_core::{Footprint, PlaceId, Point2, Pose2};
use haul_mine::{MineMap, PlaceKind};

/// Distance behind the tail at which the load falls, m: it slides off the body's lip.
const THROW: f64 = 0.8;
/// A load counts for a spot when it falls within this of where it would from a truck that stands exactly there, m.
/// About a truck's width: a truck in the next bay would be further away.
const NEAR: f64 = 5.0;
/// Angle of repose of blasted rock, as rise over run (37°).
const REPOSE: f64 = 0.75;

/// A heap of tipped material.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Heap {
    /// Its middle, m.
    pub centre: Point2,
    /// Mass that lies in it, kg.
    pub mass: f64,
    /// Radius of its foot, m: that of a cone at the angle of repose.
    pub radius: f64,
    /// Height of its top, m.
    pub height: f64,
}

/// A dump or crusher.
#[derive(Debug, Clone, PartialEq)]
pub struct SimTip {
    place: PlaceId,
    kind: PlaceKind,
    density: f64,
    points: Vec<Point2>,
    heaps: Vec<Heap>,
    received_kg: f64,
}

haul_core::keep_state!(SimTip {
    place: given,
    kind: given,
    density: given,
    points: given,
    heaps: value,
    received_kg: value,
});

impl SimTip {
    /// The place.
    pub fn place(&self) -> &PlaceId {
        &self.place
    }

    /// Tells whether a crusher swallows what is tipped, so that no heap grows.
    pub fn is_crusher(&self) -> bool {
        self.kind == PlaceKind::Crusher
    }

    /// The heaps, one for each spot; empty ones have no mass. A crusher has none.
    pub fn heaps(&self) -> &[Heap] {
        &self.heaps
    }

    /// Returns the mass that it has received since the start, kg.
    pub fn received_kg(&self) -> f64 {
        self.received_kg
    }

    fn receive(&mut self, spot: usize, mass: f64) {
        self.received_kg += mass;
        if let Some(heap) = self.heaps.get_mut(spot) {
            heap.mass += mass;
            // A cone of height h has the foot h / REPOSE: V = π h³ / (3 REPOSE²).
            let volume = heap.mass / self.density;
            heap.height = libm::cbrt(3.0 * volume * REPOSE * REPOSE / std::f64::consts::PI);
            heap.radius = heap.height / REPOSE;
        }
    }
}

/// All tips of a mine.
#[derive(Debug, Clone, PartialEq)]
pub struct Tips {
    tips: Vec<SimTip>,
}

haul_core::keep_state!(Tips { tips: part });

/// Returns the point at which the load of a truck at `pose` falls.
pub fn fall_point(footprint: &Footprint, pose: Pose2) -> Point2 {
    pose.place(-footprint.rear - THROW, 0.0)
}

/// Loose density where a map gives none, kg/m³: blasted rock.
const LOOSE_ROCK: f64 = 1_750.0;

impl Tips {
    /// The dumps and crushers of a map for trucks that cover `footprint`.
    pub fn new(map: &MineMap, footprint: &Footprint) -> Self {
        let is_tip = |kind| matches!(kind, PlaceKind::Dump | PlaceKind::Crusher);
        let tips = map.places.iter().filter(|p| is_tip(p.kind)).map(|place| {
            let points: Vec<Point2> = place.spots.iter().map(|s| fall_point(footprint, s.pose)).collect();
            let heap = |centre: &Point2| Heap { centre: *centre, mass: 0.0, radius: 0.0, height: 0.0 };
            let heaps = if place.kind == PlaceKind::Dump { points.iter().map(heap).collect() } else { Vec::new() };
            let density = if place.material_density > 0.0 { place.material_density } else { LOOSE_ROCK };
            SimTip { place: place.id.clone(), kind: place.kind, density, points, heaps, received_kg: 0.0 }
        });
        Self { tips: tips.collect() }
    }

    /// All of them.
    pub fn all(&self) -> &[SimTip] {
        &self.tips
    }

    /// `mass` kg fall at a point: the place that receives them, or `None` where none is near.
    pub fn receive(&mut self, at: Point2, mass: f64) -> Option<&PlaceId> {
        let mut best: Option<(f64, usize, usize)> = None;
        for (t, tip) in self.tips.iter().enumerate() {
            for (s, point) in tip.points.iter().enumerate() {
                let distance = (at - point).norm();
                if distance <= NEAR && best.is_none_or(|(d, ..)| distance < d) {
                    best = Some((distance, t, s));
                }
            }
        }
        let (_, tip, spot) = best?;
        let tip = self.tips.get_mut(tip)?;
        tip.receive(spot, mass);
        Some(&tip.place)
    }
}
