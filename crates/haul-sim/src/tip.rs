//! Tipped loads: the place that receives the mass, and the heap to display.

use haul_core::{Footprint, PlaceId, Point2, Pose2};
use haul_mine::{MineMap, PlaceKind};

/// Distance (m) behind the tail at which the load falls: it slides off the body's lip.
const FALL_DISTANCE: f64 = 0.8;
/// Maximum distance (m) between the fall point of a load and that of a truck exactly on the spot for the load to count
/// there. It is about a truck's width: a truck in the next bay is further away.
const SPOT_RADIUS: f64 = 5.0;
/// Angle of repose of blasted rock, as rise over run (37°).
const REPOSE_SLOPE: f64 = 0.75;

/// A heap of tipped material.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TippedHeap {
    /// Centre of the heap, m.
    pub centre: Point2,
    /// Mass of the heap, kg.
    pub mass: f64,
    /// Radius of the heap's foot, m: the heap is a cone at the angle of repose.
    pub radius: f64,
    /// Height of the heap, m.
    pub height: f64,
}

/// A dump or crusher.
#[derive(Debug, Clone, PartialEq)]
pub struct SimTip {
    place: PlaceId,
    kind: PlaceKind,
    density: f64,
    points: Vec<Point2>,
    heaps: Vec<TippedHeap>,
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
    /// Returns the place of the dump or crusher.
    pub fn place(&self) -> &PlaceId {
        &self.place
    }

    /// Returns true for a crusher, which takes the material without a heap.
    pub fn is_crusher(&self) -> bool {
        self.kind == PlaceKind::Crusher
    }

    /// Returns the heaps, one per spot; a heap without mass is empty. A crusher has no heaps.
    pub fn heaps(&self) -> &[TippedHeap] {
        &self.heaps
    }

    /// Returns the mass received since the start, kg.
    pub fn received_kg(&self) -> f64 {
        self.received_kg
    }

    fn receive(&mut self, spot: usize, mass: f64) {
        self.received_kg += mass;
        if let Some(heap) = self.heaps.get_mut(spot) {
            heap.mass += mass;
            // A cone of height h has a foot of radius h / REPOSE_SLOPE: V = π h³ / (3 REPOSE_SLOPE²).
            let volume = heap.mass / self.density;
            heap.height = libm::cbrt(3.0 * volume * REPOSE_SLOPE * REPOSE_SLOPE / std::f64::consts::PI);
            heap.radius = heap.height / REPOSE_SLOPE;
        }
    }
}

/// Dumps and crushers of a mine.
#[derive(Debug, Clone, PartialEq)]
pub struct Tips {
    tips: Vec<SimTip>,
}

haul_core::keep_state!(Tips { tips: part });

/// Returns the point at which the load of a truck at `pose` falls.
pub fn fall_point(footprint: &Footprint, pose: Pose2) -> Point2 {
    pose.place(-footprint.rear - FALL_DISTANCE, 0.0)
}

/// Loose density if a map gives none, kg/m³: blasted rock.
const LOOSE_ROCK_DENSITY: f64 = 1_750.0;

impl Tips {
    /// Creates the dumps and crushers of a map for trucks with this footprint.
    pub fn new(map: &MineMap, footprint: &Footprint) -> Self {
        let is_tip = |kind| matches!(kind, PlaceKind::Dump | PlaceKind::Crusher);
        let tips = map.places.iter().filter(|p| is_tip(p.kind)).map(|place| {
            let points: Vec<Point2> = place.spots.iter().map(|s| fall_point(footprint, s.pose)).collect();
            let heap = |centre: &Point2| TippedHeap { centre: *centre, mass: 0.0, radius: 0.0, height: 0.0 };
            let heaps = if place.kind == PlaceKind::Dump { points.iter().map(heap).collect() } else { Vec::new() };
            let density = if place.material_density > 0.0 { place.material_density } else { LOOSE_ROCK_DENSITY };
            SimTip { place: place.id.clone(), kind: place.kind, density, points, heaps, received_kg: 0.0 }
        });
        Self { tips: tips.collect() }
    }

    /// Returns all dumps and crushers.
    pub fn all(&self) -> &[SimTip] {
        &self.tips
    }

    /// Adds `mass` kg that fall at a point. Returns the place that receives them, or `None` if no place is near.
    pub fn receive(&mut self, at: Point2, mass: f64) -> Option<&PlaceId> {
        let mut best: Option<(f64, usize, usize)> = None;
        for (t, tip) in self.tips.iter().enumerate() {
            for (s, point) in tip.points.iter().enumerate() {
                let distance = (at - point).norm();
                if distance <= SPOT_RADIUS && best.is_none_or(|(d, ..)| distance < d) {
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
