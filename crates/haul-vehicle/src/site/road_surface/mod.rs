//! The surface of an unpaved road in the weather: water, fines, mud, snow and ice, and their effect on tyres.
//!
//! [`RoadSurface`] is the state at one point of a road. [`SurfaceSpec`] holds the laws from `seeds/weather.toml`. The
//! simulated world changes the state; this module only turns a state into friction and rolling resistance.

mod grip;
mod rolling;
mod spec;

pub use spec::{SurfaceSpec, road_surface};

use serde::{Deserialize, Serialize};

/// State of the road surface at one point. The default is dry and bare, with the loose fines of a road in use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RoadSurface {
    /// Water in the wearing course, as a depth in m.
    pub water: f64,
    /// Loose fines, from 0 (washed off) to 1 (as much as traffic makes). With a little water they become slurry.
    pub fines: f64,
    /// Depth of mud into which tyres sink, m.
    pub mud: f64,
    /// Loose snow, m of water equivalent.
    pub loose_snow: f64,
    /// Snow that tyres have packed, m of water equivalent.
    pub packed_snow: f64,
    /// Ice, m of water equivalent.
    pub ice: f64,
}

impl Default for RoadSurface {
    fn default() -> Self {
        Self { water: 0.0, fines: 1.0, mud: 0.0, loose_snow: 0.0, packed_snow: 0.0, ice: 0.0 }
    }
}

impl RoadSurface {
    /// Returns true if the surface is dry and bare, so that only the road class counts.
    pub fn is_dry(&self) -> bool {
        self.water <= 0.0 && self.mud <= 0.0 && self.frozen() <= 0.0
    }

    /// Returns the sum of snow and ice, m of water equivalent.
    pub fn frozen(&self) -> f64 {
        self.loose_snow + self.packed_snow + self.ice
    }
}

/// Properties of a road without weather: those of its road class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DryRoad {
    /// Friction coefficient of the dry road.
    pub friction: f64,
    /// Rolling resistance of the dry road, ratio.
    pub rolling_resistance: f64,
    /// Share of fines in the wearing course that become slurry, from 0 (clean sand) to 1 (clayey).
    pub slurry: f64,
    /// Maximum depth of mud under traffic, m.
    pub mud: f64,
}
