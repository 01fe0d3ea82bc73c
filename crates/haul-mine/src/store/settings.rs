//! `mine.toml`: the settings of a mine that a user reads and changes.

use crate::map::{Area, Datum, MineMap, Revision, Zone};
use crate::places::{PlaceSpec, TruckShape};
use crate::roads::Side;
use crate::terrain::RoadCondition;
use haul_core::Footprint;
use serde::{Deserialize, Serialize};

/// Content of `mine.toml`.
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
    /// Grid of the road wear in `condition.flt`. Absent if roads have no wear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<GridSettings>,
    /// Truck for which `[[place]]` entries are resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truck: Option<TruckSettings>,
    #[serde(default, rename = "area", skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<Area>,
    #[serde(default, rename = "zone", skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<Zone>,
    #[serde(default, rename = "place", skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<PlaceSpec>,
}

/// Position and size of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GridSettings {
    /// East and north (m) of the south-western node; for the wear grid, of the south-western corner.
    pub origin: [f64; 2],
    /// Spacing of the nodes (m).
    pub spacing_m: f64,
    /// Number of nodes from west to east.
    pub columns: usize,
    /// Number of nodes from south to north.
    pub rows: usize,
    /// True if the ground beside the roads was measured, and not only interpolated between the edges of the roads.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub surveyed: bool,
}

/// Outline and turning radius of a truck.
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
    /// Returns the settings of a map.
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
        // Structs that hold only numbers and texts can always be written as TOML.
        format!("{head}{}", toml::to_string(self).unwrap_or_default())
    }
}
