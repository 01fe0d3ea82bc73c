//! Features of GeoJSON: the geometries of the features become strings and points.

use super::super::survey::{LayeredString, Survey};
use super::super::text::{GREATEST_COORDINATE, MOST_FAULTS};
use crate::build::{EdgeString, StringKind};
use haul_core::fault::SourceText;
use haul_core::{Fault, Point3};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Types of GeoJSON objects.
pub(super) const TYPES: [&str; 9] = [
    "FeatureCollection",
    "Feature",
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
];
/// Maximum depth of nested geometry collections.
const GREATEST_DEPTH: usize = 16;
/// Properties that name the layer of a feature, ignoring case. The first one that is present counts.
const LAYER_KEYS: [&str; 6] = ["layer", "kind", "type", "string", "name", "layername"];
/// Properties that give a height to a feature without heights, ignoring case. Contours of GDAL have `ELEV`.
const HEIGHT_KEYS: [&str; 9] = ["elev", "elevation", "contour", "height", "z", "altitude", "cota", "höhe", "高程"];
/// Words in a layer name that mark the layer as contours.
const CONTOUR_WORDS: [&str; 5] = ["contour", "curva", "höhenlinie", "isoline", "等高线"];
/// Maximum number of characters of the file that a fault quotes.
const SHOWN: usize = 40;

/// The survey, built up while features are read.
pub(super) struct Features {
    survey: Survey,
    faults: Vec<Fault>,
    path: String,
    /// Number of features read so far.
    features: usize,
    /// For each property name: number of lines and points that take their height from this property.
    heights_from: BTreeMap<String, usize>,
    /// Number of polygon rings whose last position differs from the first.
    open_rings: usize,
}

/// The feature to which a geometry belongs.
struct Feature<'a> {
    number: usize,
    layer: &'a str,
    /// Height from a property, with the property's name.
    height: Option<(f64, &'a str)>,
}

/// A point, and true if the file gives its height.
type Position = (Point3, bool);

impl Features {
    pub(super) fn new(source: &Arc<SourceText>) -> Features {
        Features {
            survey: Survey::default(),
            faults: Vec::new(),
            path: source.path.clone(),
            features: 0,
            heights_from: BTreeMap::new(),
            open_rings: 0,
        }
    }

    /// Returns the finished survey and all faults.
    pub(super) fn finish(mut self) -> (Survey, Vec<Fault>) {
        for (key, count) in &self.heights_from {
            self.survey
                .findings
                .assumed
                .push(format!("the heights of {count} lines and points without heights are their property `{key}`"));
        }
        if self.open_rings > 0 {
            let text = format!("{} rings do not end at their first position; they were closed", self.open_rings);
            self.survey.findings.notes.push(text);
        }
        (self.survey, self.faults)
    }

    /// Reads a feature collection, a feature or a bare geometry.
    pub(super) fn document(&mut self, document: &Value) {
        let name = document.get("name").and_then(Value::as_str).unwrap_or("");
        match document.get("features") {
            Some(Value::Array(list)) => list.iter().for_each(|feature| self.feature(feature, name)),
            _ => self.feature(document, ""),
        }
    }

    /// Reads a feature. `collection` is the name of the feature's collection, which QGIS and GDAL set to the layer
    /// name.
    fn feature(&mut self, feature: &Value, collection: &str) {
        self.features += 1;
        let empty = serde_json::Map::new();
        let properties = feature.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let with = |key: &&str| properties.iter().find(|(name, _)| name.to_lowercase() == **key);
        let word = |value: &Value| match value {
            Value::String(s) => Some(s.clone()),
            Value::Number(n) => Some(n.to_string()),
            _ => None,
        };
        let layer = LAYER_KEYS.iter().find_map(|key| word(with(key)?.1)).unwrap_or_else(|| collection.to_owned());
        let number = |value: &Value| {
            let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
            number.filter(|v| v.is_finite() && v.abs() <= GREATEST_COORDINATE)
        };
        let height = HEIGHT_KEYS.iter().find_map(|key| {
            let (name, value) = with(key)?;
            Some((number(value)?, name.as_str()))
        });
        let owner = Feature { number: self.features, layer: &layer, height };
        match feature.get("geometry") {
            Some(Value::Null) => self.leave_out("features without a geometry", "their geometry is null"),
            Some(geometry) => self.geometry(geometry, &owner, 0),
            None if feature.get("type").and_then(Value::as_str) == Some("Feature") => {
                self.leave_out("features without a geometry", "they have no member `geometry`");
            }
            None => self.geometry(feature, &owner, 0),
        }
    }

    fn leave_out(&mut self, what: &str, why: &str) {
        self.survey.findings.leave_out(1, what, why);
    }

    /// Adds a fault of a feature, unless the list of faults is full.
    fn fault(&mut self, feature: &Feature, what: &str, help: &str) {
        if self.faults.len() < MOST_FAULTS {
            let fault = Fault::new(format!("feature {}: {what}", feature.number));
            self.faults.push(fault.in_file(&self.path).help(help));
        }
    }

    /// Reads a geometry and the geometries nested in it.
    fn geometry(&mut self, geometry: &Value, feature: &Feature, depth: usize) {
        let kind = geometry.get("type").and_then(Value::as_str).unwrap_or("");
        if kind == "GeometryCollection" {
            match geometry.get("geometries").and_then(Value::as_array) {
                Some(_) if depth >= GREATEST_DEPTH => {
                    let what =
                        format!("expected at most {GREATEST_DEPTH} geometry collections in each other, found more");
                    self.fault(feature, &what, "export the geometries on their own");
                }
                Some(list) => list.iter().for_each(|inner| self.geometry(inner, feature, depth + 1)),
                None => self.fault(feature, "expected a list `geometries`, found none", "export the file again"),
            }
            return;
        }
        if !TYPES.contains(&kind) || kind.starts_with("Feature") {
            self.leave_out(&format!("geometries of the type `{kind}`"), "it is no GeoJSON geometry");
            return;
        }
        let Some(list) = geometry.get("coordinates").and_then(Value::as_array) else {
            self.fault(feature, &format!("expected coordinates of a {kind}, found none"), "export the file again");
            return;
        };
        if list.is_empty() {
            self.leave_out("empty geometries", "they have no coordinates");
            return;
        }
        let inner = |value: &Value| value.as_array().cloned().unwrap_or_default();
        match kind {
            "Point" => self.single(&Value::Array(list.clone()), feature),
            "MultiPoint" => list.iter().for_each(|p| self.single(p, feature)),
            "LineString" => self.string(list, feature, false),
            "MultiLineString" => list.iter().for_each(|l| self.string(&inner(l), feature, false)),
            "Polygon" => list.iter().for_each(|r| self.string(&inner(r), feature, true)),
            _ => list.iter().flat_map(inner).for_each(|r| self.string(&inner(&r), feature, true)),
        }
    }

    /// Reads a single point of the ground.
    fn single(&mut self, value: &Value, feature: &Feature) {
        let Some((mut point, mut has_height)) = self.position(value, feature) else { return };
        if let (false, Some((height, key))) = (has_height, feature.height) {
            (point.z, has_height) = (height, true);
            *self.heights_from.entry(key.to_owned()).or_default() += 1;
        }
        if has_height {
            self.survey.points.push(point);
        } else {
            self.leave_out("points", "they have no heights, so that they say nothing of the ground");
        }
    }

    /// Reads a position. Returns the point, and true if the position has a height.
    fn position(&mut self, value: &Value, feature: &Feature) -> Option<Position> {
        let at =
            |k: usize| value.get(k).and_then(Value::as_f64).filter(|v| v.is_finite() && v.abs() <= GREATEST_COORDINATE);
        if value.as_array().is_some_and(|list| list.len() > 3) {
            self.leave_out("fourth numbers of positions", "they are measures, not coordinates");
        }
        match (at(0), at(1), value.get(2)) {
            (Some(x), Some(y), None | Some(Value::Null)) => Some((Point3::new(x, y, 0.0), false)),
            (Some(x), Some(y), Some(_)) if at(2).is_some() => Some((Point3::new(x, y, at(2).unwrap_or(0.0)), true)),
            _ => {
                let shown: String = value.to_string().chars().take(SHOWN).collect();
                let what = format!("expected a position, found `{shown}`");
                self.fault(feature, &what, "use [east, north] or [east, north, height]");
                None
            }
        }
    }

    /// Reads a line or a polygon ring.
    fn string(&mut self, list: &[Value], feature: &Feature, is_ring: bool) {
        let faults = self.faults.len();
        let read: Vec<Position> = list.iter().filter_map(|p| self.position(p, feature)).collect();
        if self.faults.len() > faults {
            return;
        }
        let with_heights = read.iter().filter(|(_, has_height)| *has_height).count();
        let mut has_heights = with_heights == read.len();
        if with_heights > 0 && !has_heights {
            let why = "other positions of the same line have none; the line is laid on the ground";
            self.survey.findings.leave_out(with_heights, "heights", why);
        }
        let mut points: Vec<Point3> = read.into_iter().map(|(p, _)| p).collect();
        if !has_heights {
            let height = feature.height.filter(|_| with_heights == 0);
            points.iter_mut().for_each(|p| p.z = height.map_or(0.0, |(z, _)| z));
            if let Some((_, key)) = height {
                has_heights = true;
                *self.heights_from.entry(key.to_owned()).or_default() += 1;
            }
        }
        let repeats = points.len() > 1 && points.first() == points.last();
        let closed = is_ring || (points.len() > 3 && repeats);
        if closed && repeats {
            points.pop();
        } else if is_ring {
            self.open_rings += 1;
        }
        let least = if is_ring { 3 } else { 2 };
        if points.len() < least {
            let kind = if is_ring { "a ring" } else { "a line" };
            let what = format!("expected {least} different positions or more in {kind}, found {}", points.len());
            self.fault(feature, &what, "remove it, or export the file again");
            return;
        }
        let name = format!("{}#{}", feature.layer, self.survey.strings.len() + self.survey.ground_strings.len() + 1);
        let string = EdgeString { name, kind: StringKind::Drivable, closed, points };
        let layered = LayeredString { layer: feature.layer.to_owned(), string, has_heights };
        let lower = feature.layer.to_lowercase();
        // A line is a contour if its height comes from a property, and its layer is empty or named as contours.
        let is_contour = with_heights == 0
            && feature.height.is_some()
            && (lower.is_empty() || CONTOUR_WORDS.iter().any(|word| lower.contains(word)));
        if is_contour {
            self.survey.ground_strings.push(layered);
        } else {
            self.survey.strings.push(layered);
        }
    }
}
