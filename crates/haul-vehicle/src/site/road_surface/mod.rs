//! The surface of an unpaved road in the weather: water, fines, mud, snow and ice, and what tyres feel of them.
//!
//! [`RoadSurface`] is the state at one place. [`SurfaceSpec`] holds the laws of `seeds/weather.toml`. The state changes in
//! the world; here are only the laws that turn a state into friction and rolling resistance.

mod grip;
mod rolling;
mod spec;

pub use spec::{SurfaceSpec, road_surface};

use serde::{Deserialize, Serialize};

/// State of the surface at one place. The default is dry and bare, with the loose fines of a road in use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RoadSurface {
    /// Water in the wearing course, m.
    pub water: f64,
    /// Loose fines, from 0 (washed) to 1 (as many as traffic makes). With a little water they become slurry.
    pub fines: f64,
    /// Depth of mud into which tyres sink, m.
    pub mud: f64,
    /// Loose snow, m of water.
    pub loose_snow: f64,
    /// Snow that tyres have packed, m of water.
    pub packed_snow: f64,
    /// Ice, m of water.
    pub ice: f64,
}

impl Default for RoadSurface {
    fn default() -> Self {
        Self { water: 0.0, fines: 1.0, mud: 0.0, loose_snow: 0.0, packed_snow: 0.0, ice: 0.0 }
    }
}

impl RoadSurface {
    /// Tells whether the surface is dry and bare, so that only the road class counts.
    pub fn is_dry(&self) -> bool {
        self.water <= 0.0 && self.mud <= 0.0 && self.frozen() <= 0.0
    }

    /// Snow and ice, m of water.
    pub fn frozen(&self) -> f64 {
        self.loose_snow + self.packed_snow + self.ice
    }
}

/// Figures of the road below the weather: those of its class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DryRoad {
    /// Friction of the dry road, ratio.
    pub friction: f64,
    /// Rolling resistance of the dry road, ratio.
    pub rolling_resistance: f64,
    /// Share of fines in the wearing course that become slurry, from 0 (clean sand) to 1 (clayey).
    pub slurry: f64,
    /// Greatest depth of mud under traffic, m.
    pub mud: f64,
}
