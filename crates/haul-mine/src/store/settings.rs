//! `mine.toml`: what a person reads and changes.

use crate::map::{Area, Datum, MineMap, Side, Zone};
use crate::places::{PlaceSpec, TruckShape};
use haul_core::Footprint;
use serde::{Deserialize, Serialize};

/// The file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    pub name: String,
    #[serde(default)]
    pub traffic_side: Side,
    pub road_class: String,
    #[serde(default)]
    pub datum: Datum,
    pub terrain: GridSettings,
    /// The truck that `[[place]]` entries are laid out for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truck: Option<TruckSettings>,
    #[serde(default, rename = "area", skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<Area>,
    #[serde(default, rename = "zone", skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<Zone>,
    #[serde(default, rename = "place", skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<PlaceSpec>,
}

/// Where the grid of heights lies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GridSettings {
    /// East and north of the south-west node, m.
    pub origin: [f64; 2],
    /// Between neighbouring nodes, m.
    pub spacing_m: f64,
    /// Nodes from west to east.
    pub columns: usize,
    /// Nodes from south to north.
    pub rows: usize,
}

/// The outline and turning of a truck.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TruckSettings {
    pub front_m: f64,
    pub rear_m: f64,
    pub half_width_m: f64,
    pub turning_radius_m: f64,
}

impl From<TruckSettings> for TruckShape {
    fn from(t: TruckSettings) -> Self {
        let footprint = Footprint { front: t.front_m, rear: t.rear_m, half_width: t.half_width_m };
        TruckShape { footprint, turning_radius: t.turning_radius_m }
    }
}

impl Settings {
    pub fn of(map: &MineMap) -> Self {
        let (origin, _) = map.terrain.bounds();
        let (columns, rows) = map.terrain.size();
        Self {
            name: map.name.clone(),
            traffic_side: map.traffic_side,
            road_class: map.road_class.clone(),
            datum: map.datum,
            terrain: GridSettings { origin: [origin.x, origin.y], spacing_m: map.terrain.spacing(), columns, rows },
            truck: None,
            areas: map.areas.clone(),
            zones: map.zones.clone(),
            places: Vec::new(),
        }
    }

    pub fn to_toml(&self) -> String {
        let head = "# A mine. Layers beside this file: terrain.flt, drivable.geojson, roads.geojson, places.geojson.\n\
                    # Add places by hand as [[place]] with id, kind and at = [east, north], and [truck] with its outline.\n";
        // Plain structs of numbers and text always have a TOML form.
        format!("{head}{}", toml::to_string(self).unwrap_or_default())
    }
}
