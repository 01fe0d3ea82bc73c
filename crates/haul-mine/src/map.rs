//! The mine map: what a planner, a fleet and a simulator need to know about a mine.

use crate::drivable::Drivable;
use crate::places::Place;
use crate::roads::{RoadGraph, Side};
use crate::terrain::{RoadCondition, Terrain};
use haul_core::{PlaceId, Point2};
use serde::{Deserialize, Serialize};

/// Origin of the site frame in the survey's coordinates, m. It is subtracted from them.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Datum {
    /// Easting of the origin, m.
    pub easting: f64,
    /// Northing of the origin, m.
    pub northing: f64,
    /// Elevation of the origin, m.
    pub elevation: f64,
}

/// A wide area: the largest circle that fits between the edges there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Id of the area, unique on the mine.
    pub id: u32,
    /// Centre of the area's circle.
    pub centre: Point2,
    /// Radius of the area's circle, m.
    pub radius: f64,
    /// Height of the ground at the centre, m.
    pub height: f64,
}

/// A part of the mine with its own rules.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Name of the zone, unique on the mine.
    pub name: String,
    /// Outline, a ring without a repeated point, m.
    pub ring: Vec<Point2>,
    /// Speed limit in the zone, m/s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_limit: Option<f64>,
    /// Upper limit of the friction coefficient in the zone, for example on wet clay, on ice or on a watered stretch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_traction: Option<f64>,
    /// Compass bearing of all traffic in the zone, degrees. A road in the zone may be driven only in the direction
    /// nearer to this bearing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_way_deg: Option<f64>,
    /// True if trucks must stay out of the zone.
    #[serde(default)]
    pub closed: bool,
}

/// The revision of a mine that a map shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// Number of the revision; 0 is the first map.
    pub number: u32,
    /// Changes since the previous revision, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Kind of a repair that turns a survey into a surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RepairKind {
    /// Two string ends that did not quite meet were joined.
    Joined,
    /// A road that leaves the survey was closed across its width.
    ClosedAcross,
    /// A repeated string was dropped.
    DuplicateDropped,
    /// Points equal to their predecessor were dropped.
    PointsDropped,
    /// A ring crossed itself and was untangled.
    Untangled,
    /// A ring with too small an area was dropped.
    SliverDropped,
    /// A surface without a connection to the largest one was dropped.
    PieceDropped,
    /// A string that could not be part of a closed boundary was dropped.
    StringDropped,
    /// Ground too steep for a mine road was flattened.
    SlopeLimited,
    /// Heights that jump along an edge were smoothed.
    HeightsSmoothed,
    /// Two strings have different heights at one point, and the mean was used.
    HeightsAveraged,
}

/// One repair of a survey.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// Kind of the repair.
    pub kind: RepairKind,
    /// Centre of the repaired part of the survey, m.
    pub at: Point2,
    /// Description of the repair, with figures.
    pub what: String,
}

/// A mine as a map.
#[derive(Debug, Clone, PartialEq)]
pub struct MineMap {
    /// Name of the mine.
    pub name: String,
    /// Origin of the site frame in the survey's coordinates.
    pub datum: Datum,
    /// The side of the road that traffic keeps to.
    pub traffic_side: Side,
    /// Class of the road surface, a name in `seeds/roads.toml`.
    pub road_class: String,
    /// Ground heights.
    pub terrain: Terrain,
    /// Drivable surface.
    pub drivable: Drivable,
    /// Road graph with centrelines.
    pub roads: RoadGraph,
    /// Wide areas.
    pub areas: Vec<Area>,
    /// Places where trucks load, dump and park.
    pub places: Vec<Place>,
    /// Zones with their own rules.
    pub zones: Vec<Zone>,
    /// Repairs of the survey.
    pub repairs: Vec<Repair>,
    /// Revision of the mine.
    pub revision: Revision,
    /// Recorded wear of the roads.
    pub condition: RoadCondition,
}

/// Key figures of a mine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Name of the mine.
    pub name: String,
    /// Fingerprint of the map's content, 16 hexadecimal digits. Equal maps have equal fingerprints.
    pub fingerprint: String,
    /// Area of the drivable surface, m².
    pub drivable_area_m2: f64,
    /// Number of islands in the drivable surface.
    pub islands: usize,
    /// Length of all centrelines, m.
    pub road_length_m: f64,
    /// Number of nodes of the road graph.
    pub nodes: usize,
    /// Number of roads of the road graph.
    pub edges: usize,
    /// Number of connected parts of the road graph.
    pub components: usize,
    /// Number of wide areas.
    pub areas: usize,
    /// Number of places where trucks load, dump and park.
    pub places: usize,
    /// Median of the absolute grade along the centrelines over 20 m, rise over run.
    pub grade_median: f64,
    /// 95th percentile of the absolute grade along the centrelines, rise over run.
    pub grade_p95: f64,
    /// Maximum absolute grade along the centrelines, rise over run.
    pub grade_max: f64,
    /// Road width that 95 % of the stations exceed, m.
    pub width_p05_m: f64,
    /// Median road width, m.
    pub width_median_m: f64,
    /// Lowest ground on a centreline, m.
    pub z_min_m: f64,
    /// Highest ground on a centreline, m.
    pub z_max_m: f64,
    /// Number of repairs of the survey.
    pub repairs: usize,
}

impl MineMap {
    /// Creates a mine from ground, surface and roads, without places or zones. Traffic keeps right on maintained roads.
    pub fn new(name: impl Into<String>, terrain: Terrain, drivable: Drivable, roads: RoadGraph) -> MineMap {
        MineMap {
            name: name.into(),
            datum: Datum::default(),
            traffic_side: Side::default(),
            road_class: "maintained".into(),
            terrain,
            drivable,
            roads,
            areas: Vec::new(),
            places: Vec::new(),
            zones: Vec::new(),
            repairs: Vec::new(),
            revision: Revision::default(),
            condition: RoadCondition::default(),
        }
    }

    /// Returns a place by its name.
    pub fn place(&self, id: &PlaceId) -> Option<&Place> {
        self.places.iter().find(|p| &p.id == id)
    }

    /// Replaces the mine's places.
    pub fn set_places(&mut self, places: Vec<Place>) {
        self.places = places;
    }

    /// Returns the key figures. Grades and widths are those of all stations of all centrelines.
    pub fn summary(&self) -> Summary {
        let stations = || self.roads.roads.iter().flat_map(|r| &r.stations);
        let mut grades: Vec<f64> = stations().map(|s| s.grade.abs()).collect();
        let mut widths: Vec<f64> = stations().map(|s| s.width_left + s.width_right).collect();
        grades.sort_by(f64::total_cmp);
        widths.sort_by(f64::total_cmp);
        let heights = || self.roads.roads.iter().flat_map(|r| r.line.points()).map(|p| p.z);
        let (z_min_m, z_max_m) = heights().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), z| (l.min(z), h.max(z)));
        Summary {
            name: self.name.clone(),
            fingerprint: format!("{:016x}", self.fingerprint()),
            drivable_area_m2: self.drivable.polygon().area(),
            islands: self.drivable.polygon().holes.len(),
            road_length_m: self.roads.roads.iter().map(|r| r.line.length()).sum(),
            nodes: self.roads.nodes.len(),
            edges: self.roads.roads.len(),
            components: self.roads.components(),
            areas: self.areas.len(),
            places: self.places.len(),
            grade_median: quantile(&grades, 0.5),
            grade_p95: quantile(&grades, 0.95),
            grade_max: quantile(&grades, 1.0),
            width_p05_m: quantile(&widths, 0.05),
            width_median_m: quantile(&widths, 0.5),
            z_min_m: if z_min_m.is_finite() { z_min_m } else { 0.0 },
            z_max_m: if z_max_m.is_finite() { z_max_m } else { 0.0 },
            repairs: self.repairs.len(),
        }
    }
}

/// Returns the value that a share `q` of the sorted values does not exceed; 0 without values.
pub(crate) fn quantile(sorted: &[f64], q: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get(((last as f64 * q).round() as usize).min(last)).copied().unwrap_or(0.0)
}
