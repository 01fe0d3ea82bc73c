//! Comparison of two maps of one mine.

use crate::map::MineMap;
use crate::places::Place;
use crate::region::Region;
use haul_core::{Point2, Polygon};
use serde::Serialize;
use serde_json::{Value, json};

/// Height change below which the ground counts as unchanged, m.
const HEIGHT_TOLERANCE: f64 = 0.05;
/// Distance below which a place counts as not moved, m.
const PLACE_TOLERANCE: f64 = 0.1;
/// Area below which a part of the surface counts as unchanged, m².
const SLIVER_AREA: f64 = 1.0;

/// A place that differs between two maps.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum PlaceChange {
    /// The place is only in the second map.
    Added {
        /// Name of the place.
        place: String,
    },
    /// The place is only in the first map.
    Removed {
        /// Name of the place.
        place: String,
    },
    /// The first spot of the place has moved.
    Moved {
        /// Name of the place.
        place: String,
        /// Distance between the first spots in the two maps, m.
        by_m: f64,
    },
    /// The place is at the same position, but its spots, queue, machine or kind differ.
    Altered {
        /// Name of the place.
        place: String,
    },
}

/// Differences between two maps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Name and revision of the first map.
    pub from: (String, u32),
    /// Name and revision of the second map.
    pub to: (String, u32),
    /// True if both maps are equal.
    pub same: bool,
    /// Settings that differ, in words.
    pub settings: Vec<String>,
    /// Drivable area that only the second map has, m².
    pub surface_added_m2: f64,
    /// Drivable area that only the first map has, m².
    pub surface_removed_m2: f64,
    /// Excavated volume, m³. Only ground that is surveyed or drivable in at least one of the maps counts.
    pub cut_m3: f64,
    /// Filled volume, m³. Only ground that is surveyed or drivable in at least one of the maps counts.
    pub fill_m3: f64,
    /// Volumes cut and filled on ground that both maps only interpolate between the edges of their roads, m³.
    ///
    /// There, two surveys of the same edges with differences of centimetres can differ by metres. The volumes show a
    /// real change only if one map was made from the other.
    pub drawn_m3: (f64, f64),
    /// Maximum height change of known ground, m.
    pub greatest_change_m: f64,
    /// Position of the greatest height change: east and north, m.
    pub greatest_change_at: [f64; 2],
    /// Length of all roads in the first and the second map, m.
    pub road_length_m: (f64, f64),
    /// Number of roads in the first and the second map.
    pub roads: (usize, usize),
    /// Mean wear of worn ground in the first and the second map, as tyre penetration, m.
    pub wear_m: (f64, f64),
    /// Places that differ.
    pub places: Vec<PlaceChange>,
    /// Names of the zones that differ.
    pub zones: Vec<String>,
    /// Drivable surface that was added.
    #[serde(skip)]
    pub added: Vec<Polygon>,
    /// Drivable surface that was removed.
    #[serde(skip)]
    pub removed: Vec<Polygon>,
}

/// Compares two maps of one mine. If their datums differ, the second map is shifted to the datum of the first.
pub fn compare(a: &MineMap, b: &MineMap) -> Difference {
    // Shift from coordinates of the second map to those of the first.
    let shift = nalgebra::Vector2::new(b.datum.easting - a.datum.easting, b.datum.northing - a.datum.northing);
    let lift = b.datum.elevation - a.datum.elevation;
    let moved = |p: &Polygon| {
        let ring = |r: &Vec<Point2>| r.iter().map(|p| p + shift).collect::<Vec<_>>();
        Polygon { outer: ring(&p.outer), holes: p.holes.iter().map(ring).collect() }
    };
    let (before, after) = (Region::of(a.drivable.polygon()), Region::of(&moved(b.drivable.polygon())));
    let parts =
        |r: Region| -> Vec<Polygon> { r.polygons(0.0).into_iter().filter(|p| p.area() >= SLIVER_AREA).collect() };
    let same_surface = a.drivable == b.drivable && shift == nalgebra::Vector2::zeros();
    let (added, removed) = if same_surface {
        (Vec::new(), Vec::new())
    } else {
        (parts(after.minus(&before)), parts(before.minus(&after)))
    };
    let area = |list: &[Polygon]| list.iter().map(Polygon::area).fold(0.0, |sum, area| sum + area);
    let (mut cut, mut fill, mut greatest, mut at) = (0.0, 0.0, 0.0_f64, Point2::origin());
    let mut drawn = (0.0, 0.0);
    let is_known = |map: &MineMap, p: Point2| map.terrain.is_surveyed() || map.drivable.contains(p);
    if a.terrain != b.terrain || lift != 0.0 || !same_surface {
        let (origin, _) = a.terrain.bounds();
        let (columns, rows) = a.terrain.size();
        let spacing = a.terrain.spacing();
        let (low, high) = b.terrain.bounds();
        for k in 0..columns * rows {
            let p = Point2::new(origin.x + (k % columns) as f64 * spacing, origin.y + (k / columns) as f64 * spacing);
            let q = p - shift;
            if q.x < low.x || q.y < low.y || q.x > high.x || q.y > high.y {
                continue;
            }
            let change = b.terrain.height(q.x, q.y) + lift - a.terrain.node(k % columns, k / columns);
            if change.abs() < HEIGHT_TOLERANCE {
                continue;
            }
            let volume = change.abs() * spacing * spacing;
            let is_known = is_known(a, p) || is_known(b, q);
            let (cut, fill) = if is_known { (&mut cut, &mut fill) } else { (&mut drawn.0, &mut drawn.1) };
            *(if change > 0.0 { fill } else { cut }) += volume;
            if is_known && change.abs() > greatest.abs() {
                (greatest, at) = (change, p);
            }
        }
    }
    let length = |m: &MineMap| m.roads.roads.iter().map(|r| r.line.length()).sum::<f64>();
    let zone_names: Vec<String> = a
        .zones
        .iter()
        .chain(&b.zones)
        .filter(|z| !(a.zones.contains(z) && b.zones.contains(z)))
        .map(|z| z.name.clone())
        .fold(Vec::new(), |mut names, name| {
            if !names.contains(&name) {
                names.push(name);
            }
            names
        });
    Difference {
        from: (a.name.clone(), a.revision.number),
        to: (b.name.clone(), b.revision.number),
        same: a == b,
        settings: settings(a, b),
        surface_added_m2: area(&added),
        surface_removed_m2: area(&removed),
        cut_m3: cut,
        fill_m3: fill,
        drawn_m3: drawn,
        greatest_change_m: greatest,
        greatest_change_at: [at.x, at.y],
        road_length_m: (length(a), length(b)),
        roads: (a.roads.roads.len(), b.roads.roads.len()),
        wear_m: (a.condition.mean().0, b.condition.mean().0),
        places: places(&a.places, &b.places, shift),
        zones: zone_names,
        added,
        removed,
    }
}

/// Returns the settings that differ.
fn settings(a: &MineMap, b: &MineMap) -> Vec<String> {
    let mut found = Vec::new();
    let mut differ = |what: &str, x: String, y: String| {
        if x != y {
            found.push(format!("{what}: {x}, then {y}"));
        }
    };
    differ("name", a.name.clone(), b.name.clone());
    differ("traffic side", format!("{:?}", a.traffic_side), format!("{:?}", b.traffic_side));
    differ("road class", a.road_class.clone(), b.road_class.clone());
    let datum = |m: &MineMap| format!("({}, {}, {})", m.datum.easting, m.datum.northing, m.datum.elevation);
    differ("datum", datum(a), datum(b));
    differ("spacing of the ground, m", a.terrain.spacing().to_string(), b.terrain.spacing().to_string());
    found
}

/// Returns the places that differ.
fn places(a: &[Place], b: &[Place], shift: nalgebra::Vector2<f64>) -> Vec<PlaceChange> {
    let mut changes = Vec::new();
    for old in a {
        let place = old.id.to_string();
        match b.iter().find(|p| p.id == old.id) {
            None => changes.push(PlaceChange::Removed { place }),
            Some(new) => {
                let at = |p: &Place| p.spots.first().map(|s| s.pose.position());
                let by_m = at(old).zip(at(new)).map_or(0.0, |(p, q)| (q + shift - p).norm());
                if by_m > PLACE_TOLERANCE {
                    changes.push(PlaceChange::Moved { place, by_m });
                } else if old != new && shift == nalgebra::Vector2::zeros() {
                    changes.push(PlaceChange::Altered { place });
                }
            }
        }
    }
    let is_new = |p: &&Place| a.iter().all(|o| o.id != p.id);
    changes.extend(b.iter().filter(is_new).map(|p| PlaceChange::Added { place: p.id.to_string() }));
    changes
}

impl Difference {
    /// Returns the added and removed drivable surface as GeoJSON, in metres of the first map's site frame.
    pub fn geojson(&self) -> String {
        let feature = |p: &Polygon, change: &str| -> String {
            let ring = |r: &[Point2]| -> Vec<[f64; 2]> { r.iter().chain(r.first()).map(|p| [p.x, p.y]).collect() };
            let rings: Vec<Vec<[f64; 2]>> = p.rings().map(ring).collect();
            let about: Value = json!({ "change": change, "area_m2": p.area() });
            json!({ "type": "Feature", "geometry": { "type": "Polygon", "coordinates": rings }, "properties": about })
                .to_string()
        };
        let added = self.added.iter().map(|p| feature(p, "added"));
        let removed = self.removed.iter().map(|p| feature(p, "removed"));
        let lines: Vec<String> = added.chain(removed).collect();
        format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", lines.join(",\n"))
    }
}
