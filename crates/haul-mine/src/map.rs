//! The mine map: everything a planner, a fleet and a simulator need to know of a mine.

use crate::drivable::Drivable;
use crate::places::Place;
use crate::roads::RoadGraph;
use crate::terrain::{RoadCondition, Terrain};
use haul_core::{PlaceId, Point2};
use serde::{Deserialize, Serialize};

/// What was subtracted from the survey's coordinates to get the site frame, m.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Datum {
    /// East, m.
    pub easting: f64,
    /// North, m.
    pub northing: f64,
    /// Up, m.
    pub elevation: f64,
}

/// The side of the road that traffic keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Keep left, usual in mines where the driver sits on the left and watches the berm.
    Left,
    /// Keep right.
    #[default]
    Right,
}

/// A wide place: the greatest circle that fits between the edges there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Number, unique on the mine.
    pub id: u32,
    /// Centre of the circle.
    pub centre: Point2,
    /// Radius of the circle, m.
    pub radius: f64,
    /// Height of the ground at the centre, m.
    pub height: f64,
}

/// A part of the mine with rules of its own.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Name, unique on the mine.
    pub name: String,
    /// Its outline, a ring without a repeated point, m.
    pub ring: Vec<Point2>,
    /// Greatest speed in it, m/s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_limit: Option<f64>,
    /// Greatest friction that tyres find in it, ratio: wet clay, ice, a watered stretch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_traction: Option<f64>,
    /// Compass bearing that all traffic in it keeps to, degrees. A road in it may be driven only in the sense that is
    /// nearer to this bearing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_way_deg: Option<f64>,
    /// Tells whether trucks must stay out of it.
    #[serde(default)]
    pub closed: bool,
}

/// Which state of a mine a map shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// Counts up from 0, the first map.
    pub number: u32,
    /// What changed since the revision before, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What was done to the survey so that it makes a surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RepairKind {
    /// Two string ends that did not quite meet were joined.
    Joined,
    /// A road that runs off the end of the survey was closed across its width.
    ClosedAcross,
    /// A string given twice was dropped.
    DuplicateDropped,
    /// Points that repeat their predecessor were dropped.
    PointsDropped,
    /// A ring crossed itself and was untangled.
    Untangled,
    /// A ring too small to matter was dropped.
    SliverDropped,
    /// A surface that no road connects to the largest one was dropped.
    PieceDropped,
    /// A string that could not be part of a closed boundary was dropped.
    StringDropped,
    /// Ground steeper than a mine road can be was made less steep.
    SlopeLimited,
    /// Heights that jump along an edge were smoothed.
    HeightsSmoothed,
    /// Two strings disagree about the height of one point; the mean was taken.
    HeightsAveraged,
}

/// One repair, with where and what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// What kind of repair.
    pub kind: RepairKind,
    /// Where: the middle of what was changed.
    pub at: Point2,
    /// In words, with figures.
    pub what: String,
}

/// A mine.
#[derive(Debug, Clone, PartialEq)]
pub struct MineMap {
    /// Its name.
    pub name: String,
    /// What was subtracted from the survey's coordinates.
    pub datum: Datum,
    /// The side of the road that traffic keeps to.
    pub traffic_side: Side,
    /// The class of its road surface, a name of `seeds/roads.toml`.
    pub road_class: String,
    /// The ground.
    pub terrain: Terrain,
    /// Where trucks may drive.
    pub drivable: Drivable,
    /// Centrelines of its roads.
    pub roads: RoadGraph,
    /// Wide places.
    pub areas: Vec<Area>,
    /// Where trucks load, tip and park.
    pub places: Vec<Place>,
    /// Parts with rules of their own.
    pub zones: Vec<Zone>,
    /// What was done to the survey.
    pub repairs: Vec<Repair>,
    /// Which state of the mine this is.
    pub revision: Revision,
    /// How worn its roads are.
    pub condition: RoadCondition,
}

/// A mine in figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// Fingerprint of its content, 16 hexadecimal digits: equal for equal maps.
    pub fingerprint: String,
    /// Area of the drivable surface, m².
    pub drivable_area_m2: f64,
    /// Islands in it.
    pub islands: usize,
    /// Length of all centrelines, m.
    pub road_length_m: f64,
    /// Nodes of the road graph.
    pub nodes: usize,
    /// Roads of the road graph.
    pub edges: usize,
    /// Connected parts of the road graph.
    pub components: usize,
    /// Wide places.
    pub areas: usize,
    /// Places where trucks load, tip and park.
    pub places: usize,
    /// Median of the steepness along the centrelines over 20 m, rise/run.
    pub grade_median: f64,
    /// 95th percentile of the steepness, rise/run.
    pub grade_p95: f64,
    /// Greatest steepness, rise/run.
    pub grade_max: f64,
    /// Width that 95 % of the centrelines' length exceed, m.
    pub width_p05_m: f64,
    /// Median width, m.
    pub width_median_m: f64,
    /// Lowest ground on a centreline, m.
    pub z_min_m: f64,
    /// Highest ground on a centreline, m.
    pub z_max_m: f64,
    /// Repairs made to the survey.
    pub repairs: usize,
}

impl MineMap {
    /// A mine of ground, surface and roads, with nothing else known of it: traffic keeps right on maintained roads.
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

    /// A place by its name.
    pub fn place(&self, id: &PlaceId) -> Option<&Place> {
        self.places.iter().find(|p| &p.id == id)
    }

    /// Replaces the places.
    pub fn set_places(&mut self, places: Vec<Place>) {
        self.places = places;
    }

    /// The mine in figures. Steepness and widths are those of every station of every centreline.
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

/// The value that a share `q` of the sorted values does not exceed; 0 without values.
pub(crate) fn quantile(sorted: &[f64], q: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get(((last as f64 * q).round() as usize).min(last)).copied().unwrap_or(0.0)
}
