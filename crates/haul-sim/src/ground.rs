//! The ground under the wheels: the mine's terrain and the state of its roads.

use haul_core::Point2;
use haul_core::polygon::ring_contains;
use haul_mine::MineMap;
use haul_vehicle::{Ground, GroundContact, wet_road};
use std::sync::Arc;

/// A part of the mine that is as slippery as a ratio says.
#[derive(Debug, Clone, PartialEq)]
pub struct SlipperyZone {
    /// Its outline, m.
    pub ring: Vec<Point2>,
    /// The greatest friction a tyre finds in it, ratio.
    pub friction: f64,
    /// Least and greatest corner: most wheels are in no zone.
    low: Point2,
    high: Point2,
}

impl SlipperyZone {
    /// A zone within a ring. `None` where the ring has no area or a number is not finite.
    pub fn new(ring: Vec<Point2>, friction: f64) -> Option<Self> {
        let finite = ring.iter().all(|p| p.x.is_finite() && p.y.is_finite()) && friction.is_finite() && friction > 0.0;
        let first = *ring.first()?;
        if ring.len() < 3 || !finite {
            return None;
        }
        let (low, high) = ring.iter().fold((first, first), |(l, h), p| (l.inf(p), h.sup(p)));
        Some(Self { ring, friction, low, high })
    }

    fn holds(&self, p: Point2) -> bool {
        let boxed = p.x >= self.low.x && p.y >= self.low.y && p.x <= self.high.x && p.y <= self.high.y;
        boxed && ring_contains(&self.ring, p)
    }
}

/// The ground of a mine.
#[derive(Debug, Clone)]
pub struct MineGround {
    map: Arc<MineMap>,
    friction: f64,
    rolling_resistance: f64,
    ceiling: f64,
    wetness: f64,
    zones: Vec<SlipperyZone>,
}

haul_core::keep_state!(MineGround {
    map: given,
    friction: given,
    rolling_resistance: given,
    ceiling: value,
    wetness: value,
    zones: given,
});

impl MineGround {
    /// The ground of `map` with the friction and rolling resistance (ratios) of its roads.
    pub fn new(map: Arc<MineMap>, friction: f64, rolling_resistance: f64, zones: Vec<SlipperyZone>) -> Self {
        Self { map, friction, rolling_resistance, ceiling: 1.0, wetness: 0.0, zones }
    }

    /// No tyre finds more friction than this anywhere. What is not a positive number changes nothing.
    pub fn set_ceiling(&mut self, friction: f64) {
        if friction.is_finite() && friction > 0.0 {
            self.ceiling = friction.min(1.0);
        }
    }

    /// Sets the wetness of the roads, from 0 (dry) to 1 (as wet as they get).
    pub(crate) fn set_wetness(&mut self, wetness: f64) {
        self.wetness = wetness;
    }

    /// Wetness of the roads, from 0 (dry) to 1 (as wet as they get).
    pub fn wetness(&self) -> f64 {
        self.wetness
    }

    /// The greatest friction a tyre finds anywhere, ratio.
    pub fn ceiling(&self) -> f64 {
        self.ceiling
    }
}

impl Ground for MineGround {
    fn under(&self, x: f64, y: f64) -> GroundContact {
        let wet = wet_road();
        let mut friction = wet.friction_at(self.friction, self.wetness).min(self.ceiling);
        if !self.zones.is_empty() {
            let p = Point2::new(x, y);
            for zone in self.zones.iter().filter(|z| z.holds(p)) {
                friction = friction.min(zone.friction);
            }
        }
        if !self.map.zones.is_empty() {
            friction = friction.min(self.map.zone_friction(x, y));
        }
        let (height, normal) = self.map.terrain.surface(x, y);
        let rolling_resistance =
            wet.rolling_at(self.rolling_resistance, self.wetness) + self.map.condition.extra_resistance(x, y);
        GroundContact { height, normal, friction, rolling_resistance }
    }
}
