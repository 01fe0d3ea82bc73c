//! GeoJSON lines, rings and points, in lengths or in degrees of WGS 84 (RFC 7946).
//!
//! A file holds one object, or one feature per line (GeoJSONSeq, RFC 8142). In older files, the member `crs` gives the
//! unit. Without `crs`, coordinates that span less than one unit are degrees, because no mine is only a metre wide.

mod crs;
mod features;
mod projection;
#[cfg(test)]
mod tests;

use super::features::{self as table, Feature};
use super::read::ReadOptions;
use super::survey::Survey;
use super::text::nothing;
use super::units::StatedUnit;
use crs::Crs;
use features::Features;
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults};
use serde_json::Value;
use std::sync::Arc;

/// Features of the GeoJSON format.
pub(super) const FEATURES: &[Feature] = &[
    table::read(
        "LineString, Polygon, Point, their multiples, GeometryCollection",
        "the layer is `layer`, `kind`, `type`, `string` or `name`",
    ),
    table::read("one feature a line, record separators, byte order marks, UTF-16", ""),
    table::read("`crs` member with an EPSG code", "its unit is told"),
    table::read("degrees (RFC 7946) of a mine", "projected about their centre, with a word"),
    table::read("heights in properties, for example `ELEV`", ""),
    table::said("features without geometry", "left out"),
    table::refused(
        "degrees of a country; Web Mercator; an unknown EPSG code",
        "give the file in a grid of metres, or `--unit`",
    ),
    table::refused("TopoJSON, Esri JSON, CityJSON", "by name"),
    table::refused("positions that are not numbers", ""),
];

const FORM: &str = "GeoJSON with LineString, MultiLineString, Polygon or MultiPolygon features";
/// Character before each object of a GeoJSON text sequence (RFC 8142).
const RECORD_SEPARATOR: char = '\u{1e}';

/// Reads a GeoJSON file.
///
/// # Errors
///
/// Returns a fault for invalid JSON (with its position), for invalid coordinates (with the number of the feature), for
/// JSON that is not GeoJSON, and for coordinates that may be either degrees or lengths.
pub(super) fn read(source: &Arc<SourceText>, options: &ReadOptions) -> Result<Survey, Faults> {
    let documents = documents(source)?;
    let mut reader = Features::new(source);
    let mut crs = None;
    for document in &documents {
        other_kind(source, document)?;
        crs = crs.or_else(|| Crs::of(document));
        reader.document(document);
    }
    let (mut survey, mut faults) = reader.finish();
    let is_empty = survey.strings.is_empty() && survey.points.is_empty() && survey.ground_strings.is_empty();
    if faults.is_empty() && is_empty {
        let held: Vec<String> = survey.findings.left_out.iter().map(|l| format!("{} {}", l.count, l.what)).collect();
        faults.push(if held.is_empty() {
            nothing(source, FORM)
        } else {
            let fault = Fault::new(format!("expected lines, rings or points, found only {}", held.join(", ")));
            fault.in_file(&source.path).help(FORM)
        });
    }
    Faults::check(faults)?;
    state_unit(source, crs, &mut survey, options)?;
    Ok(survey)
}

/// Returns the JSON objects of a file: a single object, or one object per line.
fn documents(source: &Arc<SourceText>) -> Result<Vec<Value>, Faults> {
    // A blank replaces the separator, so that byte offsets stay the same.
    let plain = source.text.replace(RECORD_SEPARATOR, " ");
    let text = plain.trim_start_matches('\u{feff}');
    let mut documents = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        match value {
            Ok(Value::Array(list)) if list.iter().all(Value::is_object) => documents.extend(list),
            Ok(value) => documents.push(value),
            Err(error) => {
                let lines = source.text.split_inclusive('\n');
                let start: usize = lines.take(error.line().saturating_sub(1)).map(str::len).sum();
                let at = (start + error.column().saturating_sub(1)).min(source.text.len());
                let fault = Fault::new(format!("expected JSON: {error}")).at(source, at..at);
                return Err(fault
                    .help("correct the text at this place, or export the file again; NaN is no JSON number")
                    .into());
            }
        }
    }
    if documents.is_empty() { Err(nothing(source, FORM).into()) } else { Ok(documents) }
}

/// Checks that a JSON object is GeoJSON. For a known other format, the fault says how to convert it.
fn other_kind(source: &Arc<SourceText>, document: &Value) -> Result<(), Faults> {
    let kind = document.get("type").and_then(Value::as_str).unwrap_or("");
    let first = document.get("features").and_then(|f| f.get(0)).unwrap_or(document);
    let geometry = first.get("geometry").unwrap_or(first);
    let is_esri = document.get("geometryType").is_some()
        || (geometry.get("type").is_none()
            && ["paths", "rings", "points", "x"].iter().any(|k| geometry.get(k).is_some()));
    let convert = "convert it, for example with ogr2ogr -f GeoJSON out.geojson";
    let fault = if kind == "Topology" {
        Fault::new("expected GeoJSON, found TopoJSON").help(convert)
    } else if is_esri {
        Fault::new("expected GeoJSON, found Esri JSON").help(convert)
    } else if kind == "CityJSON" || kind == "CityJSONFeature" {
        Fault::new("expected GeoJSON, found CityJSON").help("export the terrain as GeoTIFF, and the edges as GeoJSON")
    } else if !document.is_object() {
        Fault::new("expected a GeoJSON object, found another JSON value").help(FORM)
    } else if document.get("features").is_none() && !features::TYPES.contains(&kind) {
        let found =
            if kind.is_empty() { "JSON without a type".to_owned() } else { format!("JSON with the type `{kind}`") };
        Fault::new(format!("expected GeoJSON, found {found}")).help(FORM)
    } else {
        return Ok(());
    };
    Err(fault.in_file(&source.path).into())
}

/// Sets the plan unit of a survey. Coordinates in degrees are projected to metres.
fn state_unit(
    source: &Arc<SourceText>,
    crs: Option<Crs>,
    survey: &mut Survey,
    options: &ReadOptions,
) -> Result<(), Faults> {
    let Some(extent) = projection::Extent::of(survey, options) else { return Ok(()) };
    let refused = |what: String, help: &str| Err(Fault::new(what).in_file(&source.path).help(help).into());
    let is_given = options.unit.is_some();
    match crs {
        Some(Crs::Degrees { name }) => {
            if is_given {
                survey.plan_unit = Some(StatedUnit::unknown("degrees", name));
                return Ok(());
            }
            if !extent.is_in_degrees() {
                let what = format!("expected degrees of longitude and latitude ({name}), found {extent}");
                return refused(what, "if latitude comes first, give --axes ne; if they are lengths, give --unit m");
            }
            if !extent.is_site() {
                let what = format!("expected degrees of one site ({name}), found {extent}");
                return refused(what, "cut the site out of the file; a mine is less than 1 degree across");
            }
            projection::project(survey, options, &name);
        }
        Some(Crs::Length(unit)) => {
            if !is_given && extent.is_in_degrees() && extent.is_site() {
                let what = format!("expected lengths ({}), found numbers of degrees: {extent}", unit.source);
                return refused(what, "remove the member crs if they are degrees; give --unit if they are lengths");
            }
            survey.plan_unit = Some(unit);
        }
        Some(Crs::WebMercator { name }) if !is_given => {
            let what = format!(
                "expected lengths of a national or site grid, found Web Mercator ({name}), which stretches them"
            );
            return refused(what, "project the file, for example with ogr2ogr -t_srs EPSG:32650 (UTM zone 50 north)");
        }
        Some(Crs::WebMercator { name }) => survey.plan_unit = Some(StatedUnit::unknown("Web Mercator", name)),
        Some(Crs::Named { name }) => {
            survey
                .findings
                .assumed
                .push(format!("the file names the coordinate system `{name}`, which states no unit; if it is not the metre, give --unit"));
            by_size(source, extent, survey, options)?;
        }
        None => by_size(source, extent, survey, options)?,
    }
    Ok(())
}

/// Decides from the size of the coordinates whether they are degrees or lengths.
fn by_size(
    source: &Arc<SourceText>,
    extent: projection::Extent,
    survey: &mut Survey,
    options: &ReadOptions,
) -> Result<(), Faults> {
    if options.unit.is_some() {
        return Ok(());
    }
    if extent.is_in_degrees() && extent.is_site() {
        projection::project(survey, options, "RFC 7946");
        return Ok(());
    }
    let (what, help) = if extent.is_swapped() && extent.is_site() {
        let what = format!("expected longitude before latitude, found {extent}");
        (what, "if latitude comes first, give --axes ne; if they are lengths, give --unit m")
    } else if extent.is_in_degrees() {
        let what = format!(
            "expected lengths, or degrees of one site, found numbers within degrees of longitude and latitude: {extent}"
        );
        (
            what,
            "GeoJSON is in degrees unless it says otherwise; if the numbers are metres, give --unit m; if they are degrees, cut the \
                site out of the file",
        )
    } else {
        return Ok(());
    };
    Err(Fault::new(what).in_file(&source.path).help(help).into())
}
