//! A place as a person writes it, and the truck that it is resolved for.

use super::place::PlaceKind;
use haul_core::Footprint;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place as written in `mine.toml` and in scenarios: `[[place]]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceSpec {
    /// Name of the place, unique on the mine.
    pub id: String,
    /// Purpose.
    pub kind: PlaceKind,
    /// East and north of the first spot, m. The spot is moved to where a truck fits.
    #[schemars(inner(range(min = -1e7, max = 1e7)))]
    pub at: [f64; 2],
    /// Compass bearing of the truck's nose on the spot, degrees. Default: the tail faces the nearest wall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -360.0, max = 360.0))]
    pub heading_deg: Option<f64>,
    /// Number of spots side by side. Default: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 60))]
    pub spots: Option<u32>,
    /// Waiting poses: east and north (m), and compass bearing of the nose (degrees). Default: poses are found on the
    /// road.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(inner(inner(range(min = -1e7, max = 1e7))))]
    pub queue: Option<Vec<[f64; 3]>>,
    /// For a dump: true if trucks dump on open ground where they stand, not over an edge. Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paddock: Option<bool>,
    /// Loose density of the material, kg/m³: coal is near 850, iron ore near 2,700. Default: that of blasted rock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 100.0, max = 6000.0))]
    pub material_density: Option<f64>,
}

/// Truck dimensions that the layout of a mine depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TruckShape {
    /// Footprint of the truck on the ground.
    pub footprint: Footprint,
    /// Minimum turning radius of the centre of the rear axle, m.
    pub turning_radius: f64,
}
