//! The ground under the wheels: the mine's terrain and the state of its roads.

mod cells;
mod change;
mod history;
mod zone;

pub use history::{RoadInstant, road_history};
pub use zone::SlipperyZone;

use crate::weather::{Forcing, WeatherPlan};
use cells::RoadCells;
use haul_core::{Point2, SimTime};
use haul_mine::MineMap;
use haul_vehicle::{DryRoad, Ground, GroundContact, RoadSurface, road_class, road_surface};
use std::sync::Arc;

/// The ground of a mine.
#[derive(Debug, Clone)]
pub struct MineGround {
    map: Arc<MineMap>,
    cells: RoadCells,
    ceiling: f64,
    zones: Vec<SlipperyZone>,
    now: SimTime,
}

haul_core::keep_state!(MineGround { map: given, cells: part, ceiling: value, zones: given, now: value });

/// Road work that a machine does where it passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoadWork {
    /// A water cart wets the road.
    Water,
    /// A grader cuts mud, snow and ice off.
    Grade,
}

impl MineGround {
    /// Creates the ground of `map` with the friction and rolling resistance (ratios) of its dry roads, and the surface
    /// of a plan.
    pub fn new(
        map: Arc<MineMap>,
        friction: f64,
        rolling_resistance: f64,
        zones: Vec<SlipperyZone>,
        plan: &WeatherPlan,
    ) -> Self {
        let class = road_class(plan.road_class.as_deref().unwrap_or(&map.road_class));
        let road = match class.or_else(|| road_class("maintained")) {
            Some(class) => class.dry_road(friction, rolling_resistance),
            None => DryRoad { friction, rolling_resistance, slurry: 1.0, mud: 0.0 },
        };
        let (low, high) = map.terrain.bounds();
        let cells = RoadCells::new(low, high, road, plan.surface, plan.sky(0.0).air);
        Self { map, cells, ceiling: 1.0, zones, now: SimTime::START }
    }

    /// Limits the friction everywhere to this coefficient. A value that is not a positive number changes nothing.
    pub fn set_ceiling(&mut self, friction: f64) {
        if friction.is_finite() && friction > 0.0 {
            self.ceiling = friction.min(1.0);
        }
    }

    /// Applies the weather of `dt` seconds to the ground, up to the time `now`.
    pub(crate) fn advance(&mut self, weather: &Forcing, now: SimTime, dt: f64) {
        self.now = now;
        self.cells.advance(weather, dt);
    }

    /// Counts the traffic of a truck that has driven some metres over a point.
    pub(crate) fn count_traffic(&mut self, at: Point2, metres: f64) {
        self.cells.count(at.x, at.y, metres);
    }

    /// Lets a machine work over some metres of road at a point.
    pub(crate) fn work(&mut self, work: RoadWork, at: Point2, metres: f64) {
        let change = match work {
            RoadWork::Water => change::spray,
            RoadWork::Grade => change::grade,
        };
        self.cells.work(at.x, at.y, metres, change);
    }

    /// Lets machines work once over all roads, or over the roads within some metres of a point.
    pub(crate) fn work_over(&mut self, work: RoadWork, within: Option<(Point2, f64)>) {
        match work {
            RoadWork::Water => self.cells.change(within, |law, at| change::spray(law, at, 1.0)),
            RoadWork::Grade => self.cells.change(within, |law, at| change::grade(law, at, 1.0)),
        }
    }

    /// Lays ice (m of water) on all roads, or on those within some metres of a point. A depth that is not a positive
    /// number changes nothing.
    pub(crate) fn lay_ice(&mut self, depth: f64, within: Option<(Point2, f64)>) {
        if depth.is_finite() && depth > 0.0 {
            self.cells.change(within, |_, at| at.ice += depth);
        }
    }

    /// Returns the mean wetness of the roads in use, from 0 (dry) to 1 (as wet as they get).
    pub fn wetness(&self) -> f64 {
        self.mean(|at| road_surface().saturation(at))
    }

    /// Returns the depth of the loose snow beside the roads, m.
    pub fn snow_depth(&self) -> f64 {
        road_surface().snow_depth(self.cells.open())
    }

    /// Returns the surface at a point.
    pub fn surface(&self, x: f64, y: f64) -> &RoadSurface {
        self.cells.surface(x, y)
    }

    /// Returns the mean of a quantity over the roads in use.
    fn mean(&self, of: impl Fn(&RoadSurface) -> f64) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for surface in self.cells.driven() {
            sum += of(surface);
            count += 1.0;
        }
        if count > 0.0 { sum / count } else { 0.0 }
    }

    /// Returns the maximum friction coefficient that a tyre finds anywhere.
    pub fn ceiling(&self) -> f64 {
        self.ceiling
    }
}

impl Ground for MineGround {
    fn under(&self, x: f64, y: f64) -> GroundContact {
        let felt = self.cells.at(x, y);
        let mut friction = felt.friction.min(self.ceiling);
        if !self.zones.is_empty() {
            let p = Point2::new(x, y);
            for zone in self.zones.iter().filter(|z| z.from <= self.now && z.holds(p)) {
                friction = friction.min(zone.friction);
            }
        }
        if !self.map.zones.is_empty() {
            friction = friction.min(self.map.zone_friction(x, y));
        }
        let (height, normal) = self.map.terrain.surface(x, y);
        let rolling_resistance = felt.rolling_resistance + self.map.condition.extra_resistance(x, y);
        GroundContact { height, normal, friction, rolling_resistance }
    }
}
