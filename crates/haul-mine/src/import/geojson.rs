//! GeoJSON lines, rings and points, in metres or in degrees of WGS 84 (RFC 7946).
//!
//! Coordinates that span less than one unit are degrees, because no mine is a metre wide. They are projected about
//! their centre by a transverse Mercator projection of the GRS 80 ellipsoid, with series to the third order.

use super::features::{self, Feature};
use super::survey::{LayeredString, Survey};
use super::text::{GREATEST_COORDINATE, nothing};
use crate::build::{EdgeString, StringKind};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Point3};
use serde_json::Value;
use std::sync::Arc;

/// Features of the format.
pub(super) const FEATURES: &[Feature] = &[
    features::read(
        "LineString, Polygon, Point, their multiples, GeometryCollection",
        "the layer is `layer`, `kind`, `type`, `string` or `name`",
    ),
    features::read("degrees (RFC 7946)", "projected about their centre, with a word"),
    features::refused("positions that are not numbers", ""),
];

const FORM: &str = "GeoJSON with LineString, MultiLineString, Polygon or MultiPolygon features";
/// Greatest depth of nested geometry collections that are read.
const GREATEST_DEPTH: usize = 16;

/// Reads a GeoJSON file.
///
/// # Errors
///
/// Returns a fault with its position for invalid JSON, and with the feature's number for invalid coordinates.
pub(super) fn read(source: &Arc<SourceText>) -> Result<Survey, Faults> {
    let value: Value = serde_json::from_str(&source.text).map_err(|e| {
        let start: usize = source.text.split_inclusive('\n').take(e.line().saturating_sub(1)).map(str::len).sum();
        let at = (start + e.column().saturating_sub(1)).min(source.text.len());
        if source.text.trim().is_empty() { nothing(source, FORM) } else { Fault::new(e.to_string()).at(source, at..at) }
    })?;
    let mut reader = Features { survey: Survey::default(), faults: Vec::new(), path: source.path.clone() };
    let one = [value];
    let features = match one[0].get("features") {
        Some(Value::Array(list)) => list.as_slice(),
        _ => &one,
    };
    for (k, feature) in features.iter().enumerate() {
        let properties = feature.get("properties");
        let word = |key: &str| match properties.and_then(|p| p.get(key)) {
            Some(Value::String(s)) => Some(s.clone()),
            Some(Value::Number(n)) => Some(n.to_string()),
            _ => None,
        };
        let layer = ["layer", "kind", "type", "string", "name"].iter().find_map(|k| word(k)).unwrap_or_default();
        let geometry = feature.get("geometry").unwrap_or(feature);
        reader.geometry(geometry, &layer, k + 1, 0);
    }
    let Features { mut survey, mut faults, .. } = reader;
    if faults.is_empty() && survey.strings.is_empty() && survey.points.is_empty() {
        faults.push(nothing(source, FORM));
    }
    Faults::check(faults)?;
    project(&mut survey);
    Ok(survey)
}

/// The survey while its features are read.
struct Features {
    survey: Survey,
    faults: Vec<Fault>,
    path: String,
}

impl Features {
    /// Reads a geometry and the geometries in it.
    fn geometry(&mut self, geometry: &Value, layer: &str, feature: usize, depth: usize) {
        let kind = geometry.get("type").and_then(Value::as_str).unwrap_or("");
        let coordinates = geometry.get("coordinates");
        let list = |v: Option<&Value>| v.and_then(Value::as_array).cloned().unwrap_or_default();
        match kind {
            "LineString" => self.string(coordinates, layer, feature, false),
            "MultiLineString" => list(coordinates).iter().for_each(|l| self.string(Some(l), layer, feature, false)),
            "Polygon" => list(coordinates).iter().for_each(|r| self.string(Some(r), layer, feature, true)),
            "MultiPolygon" => {
                for polygon in list(coordinates) {
                    list(Some(&polygon)).iter().for_each(|r| self.string(Some(r), layer, feature, true));
                }
            }
            "Point" => {
                if let Some((p, _)) = self.point(coordinates.unwrap_or(&Value::Null), feature) {
                    self.survey.points.push(p);
                }
            }
            "MultiPoint" => {
                for p in list(coordinates) {
                    if let Some((p, _)) = self.point(&p, feature) {
                        self.survey.points.push(p);
                    }
                }
            }
            "GeometryCollection" if depth < GREATEST_DEPTH => {
                for inner in list(geometry.get("geometries")) {
                    self.geometry(&inner, layer, feature, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// Reads a position. Also returns whether it has a height.
    fn point(&mut self, value: &Value, feature: usize) -> Option<(Point3, bool)> {
        let at =
            |k: usize| value.get(k).and_then(Value::as_f64).filter(|v| v.is_finite() && v.abs() <= GREATEST_COORDINATE);
        match (at(0), at(1), value.get(2)) {
            (Some(x), Some(y), None) => Some((Point3::new(x, y, 0.0), false)),
            (Some(x), Some(y), Some(_)) if at(2).is_some() => Some((Point3::new(x, y, at(2).unwrap_or(0.0)), true)),
            _ => {
                if self.faults.len() < super::text::MOST_FAULTS {
                    let shown: String = value.to_string().chars().take(40).collect();
                    let fault = Fault::new(format!("feature {feature}: expected a position, found `{shown}`"));
                    self.faults.push(fault.in_file(&self.path).help("use [east, north] or [east, north, height]"));
                }
                None
            }
        }
    }

    /// Reads a line or ring.
    fn string(&mut self, coordinates: Option<&Value>, layer: &str, feature: usize, ring: bool) {
        let Some(Value::Array(list)) = coordinates else { return };
        let read: Vec<(Point3, bool)> = list.iter().filter_map(|p| self.point(p, feature)).collect();
        let has_heights = !read.is_empty() && read.iter().all(|(_, z)| *z);
        let mut points: Vec<Point3> = read.into_iter().map(|(p, _)| p).collect();
        let closed = ring || (points.len() > 3 && points.first() == points.last());
        if closed && points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        let name = format!("{layer}#{}", self.survey.strings.len() + 1);
        let string = EdgeString { name, kind: StringKind::Drivable, closed, points };
        self.survey.strings.push(LayeredString { layer: layer.to_owned(), string, has_heights });
    }
}

/// Semi-major axis of GRS 80, m.
const SEMI_MAJOR_AXIS: f64 = 6_378_137.0;
/// Squared first eccentricity of GRS 80.
const SQUARED_ECCENTRICITY: f64 = 0.006_694_380_022_9;
/// Extent below which coordinates are degrees.
const LEAST_METRE_EXTENT: f64 = 1.0;

/// Projects degrees to metres from their centre.
fn project(survey: &mut Survey) {
    let all = || survey.strings.iter().flat_map(|s| &s.string.points).chain(&survey.points);
    let start = (Point3::new(f64::MAX, f64::MAX, 0.0), Point3::new(f64::MIN, f64::MIN, 0.0));
    let (low, high) = all().fold(start, |(l, h), p| (l.inf(p), h.sup(p)));
    let is_degrees = high.x - low.x < LEAST_METRE_EXTENT
        && high.y - low.y < LEAST_METRE_EXTENT
        && low.x.abs().max(high.x.abs()) <= 180.0
        && low.y.abs().max(high.y.abs()) <= 90.0;
    if !is_degrees {
        return;
    }
    let (lon, lat) = ((low.x + high.x) / 2.0, (low.y + high.y) / 2.0);
    let metres = |p: &mut Point3| {
        let phi = p.y.to_radians();
        let l = (p.x - lon).to_radians();
        let (sin, cos) = (libm::sin(phi), libm::cos(phi));
        let n = SEMI_MAJOR_AXIS / libm::sqrt(1.0 - SQUARED_ECCENTRICITY * sin * sin);
        let t = libm::tan(phi) * libm::tan(phi);
        let eta = SQUARED_ECCENTRICITY / (1.0 - SQUARED_ECCENTRICITY) * cos * cos;
        p.x = n * cos * l * (1.0 + cos * cos * l * l / 6.0 * (1.0 - t + eta));
        p.y = meridian(phi) - meridian(lat.to_radians()) + n * sin * cos * l * l / 2.0;
    };
    for string in &mut survey.strings {
        string.string.points.iter_mut().for_each(metres);
    }
    survey.points.iter_mut().for_each(metres);
    survey.findings.assumed.push(format!(
        "coordinates are degrees of WGS 84; they were projected about longitude {lon:.6}, latitude {lat:.6}"
    ));
}

/// Returns the length of the meridian from the equator, m, by the usual series in the eccentricity.
fn meridian(phi: f64) -> f64 {
    let e = SQUARED_ECCENTRICITY;
    let (e2, e3) = (e * e, e * e * e);
    SEMI_MAJOR_AXIS
        * ((1.0 - e / 4.0 - 3.0 * e2 / 64.0 - 5.0 * e3 / 256.0) * phi
            - (3.0 * e / 8.0 + 3.0 * e2 / 32.0 + 45.0 * e3 / 1024.0) * libm::sin(2.0 * phi)
            + (15.0 * e2 / 256.0 + 45.0 * e3 / 1024.0) * libm::sin(4.0 * phi)
            - 35.0 * e3 / 3072.0 * libm::sin(6.0 * phi))
}
