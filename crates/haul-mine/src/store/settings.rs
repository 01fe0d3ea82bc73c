//! `mine.toml`: what a person reads and changes.

use crate::map::{Area, Datum, MineMap, Revision, Side, Zone};
use crate::places::{PlaceSpec, TruckShape};
use crate::terrain::RoadCondition;
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
    #[serde(default)]
    pub revision: Revision,
    pub terrain: GridSettings,
    /// The grid of `condition.flt`, where roads are worn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<GridSettings>,
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
    /// East and north of the south-west node (of a condition: of the south-west corner), m.
    pub origin: [f64; 2],
    /// Between neighbouring nodes, m.
    pub spacing_m: f64,
    /// Nodes from west to east.
    pub columns: usize,
    /// Nodes from south to north.
    pub rows: usize,
    /// Whether the ground beside the roads was measured too, and not drawn from the roads' edges alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub surveyed: bool,
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

fn grid_of(condition: &RoadCondition) -> Option<GridSettings> {
    let (origin, spacing_m, columns, wear) = condition.grid();
    (!condition.is_empty()).then(|| GridSettings {
        origin: [origin.x, origin.y],
        spacing_m,
        columns,
        rows: wear.len() / columns,
        surveyed: false,
    })
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
            revision: map.revision.clone(),
            terrain: GridSettings {
                origin: [origin.x, origin.y],
                spacing_m: map.terrain.spacing(),
                columns,
                rows,
                surveyed: map.terrain.is_surveyed(),
            },
            condition: grid_of(&map.condition),
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
