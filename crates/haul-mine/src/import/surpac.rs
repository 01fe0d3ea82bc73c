//! Surpac strings (`.str`) and surfaces (`.dtm`). Northing comes before easting.
//!
//! A strings file has a header line, a line with the axis, and then lines `string number, northing, easting, elevation,
//! descriptions…`. A line with string number 0 ends a part of a string. The last line contains `END`.
//!
//! A surface file lists triangles by the points of the strings file with the same name, counted from 1.

use super::features::{self, Feature};
use super::survey::{LayeredString, Mesh, Survey};
use super::text::{cells, lines, more, nothing, number};
use super::units::Axes;
use crate::build::{EdgeString, StringKind};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Point3};
use std::sync::Arc;

/// Features of strings files.
pub(super) const STR_FEATURES: &[Feature] = &[
    features::read("strings by number", "the layer is the string number"),
    features::refused("values that are not numbers", ""),
];

/// Features of surface files.
pub(super) const DTM_FEATURES: &[Feature] = &[
    features::read("triangles, with the `.str` beside it", ""),
    features::refused("point numbers that are not in the `.str`", ""),
];

const STR_FORM: &str = "a Surpac strings file: a header, the axis, then `string, northing, easting, elevation` lines";
const DTM_FORM: &str = "a Surpac surface file: OBJECT, TRISOLATION, then `triangle, point, point, point, …` lines";

/// Reads a strings file.
///
/// # Errors
///
/// Returns all faults, each with its line and column.
pub(super) fn read_str(source: &Arc<SourceText>) -> Result<Survey, Faults> {
    let mut survey = Survey { axes: Axes::NorthEast, ..Survey::default() };
    for part in parts(source)? {
        let number = part.number;
        let k = survey.strings.iter().filter(|s| s.layer == number).count();
        let name = if k == 0 { number.clone() } else { format!("{number}#{}", k + 1) };
        let mut points = part.points;
        let closed = points.len() > 3 && points.first() == points.last();
        if closed {
            points.pop();
        }
        if points.len() == 1 {
            survey.points.extend(points);
            continue;
        }
        let string = EdgeString { name, kind: StringKind::Drivable, closed, points };
        survey.strings.push(LayeredString { layer: number, string, has_heights: true });
    }
    if survey.strings.is_empty() && survey.points.is_empty() {
        return Err(nothing(source, STR_FORM).into());
    }
    Ok(survey)
}

/// A connected part of a string.
struct StringPart {
    number: String,
    points: Vec<Point3>,
}

/// Reads the parts of all strings.
fn parts(source: &Arc<SourceText>) -> Result<Vec<StringPart>, Faults> {
    let mut faults = Vec::new();
    let mut parts: Vec<StringPart> = Vec::new();
    let mut open: Option<StringPart> = None;
    let mut ended = false;
    let mut records = 0_usize;
    // Skip the header. The line with the axis has string number 0.
    let body = lines(&source.text).enumerate().skip_while(|(_, (_, l))| l.trim().is_empty()).skip(1);
    for (_, (start, line)) in body.filter(|(_, (_, l))| !l.trim().is_empty()) {
        if more(&mut faults, source) {
            break;
        }
        let at = cells(start, line);
        let first = &source.text[at[0].clone()];
        let Ok(string_number) = first.parse::<u32>() else {
            let fault = Fault::new(format!("expected a string number, found `{first}`"));
            faults.push(fault.at(source, at[0].clone()).help(STR_FORM));
            continue;
        };
        records += 1;
        let is_end = at.iter().any(|c| source.text[c.clone()].eq_ignore_ascii_case("END"));
        if string_number == 0 {
            parts.extend(open.take());
            if is_end {
                ended = true;
                break;
            }
            continue;
        }
        if at.len() < 4 {
            faults.push(
                Fault::new(format!("expected four cells or more, found {}", at.len()))
                    .at(source, start..start + line.len())
                    .help("give string, northing, easting and elevation"),
            );
            continue;
        }
        let figures: Vec<f64> = ["northing", "easting", "elevation"]
            .iter()
            .zip(&at[1..4])
            .filter_map(|(what, c)| number(source, c.clone(), what).map_err(|f| faults.push(f)).ok())
            .collect();
        // As in the file: north first. The caller swaps the axes.
        let [n, e, z] = figures[..] else { continue };
        if open.as_ref().is_some_and(|o| o.number != first) {
            parts.extend(open.take());
        }
        let part = open.get_or_insert_with(|| StringPart { number: first.to_owned(), points: Vec::new() });
        part.points.push(Point3::new(n, e, z));
    }
    parts.extend(open.take());
    if !ended && faults.is_empty() && records > 0 {
        faults.push(
            Fault::new("expected an END record at the end, found none; the file was cut off")
                .in_file(&source.path)
                .help("export it again; the last line is `0, 0.000, 0.000, 0.000, END`"),
        );
    }
    Faults::check(faults)?;
    Ok(parts)
}

/// Reads a surface file with its strings file.
///
/// # Errors
///
/// Returns all faults, each with its line and column.
pub(super) fn read_dtm(source: &Arc<SourceText>, strings: &Arc<SourceText>) -> Result<Survey, Faults> {
    let vertices: Vec<Point3> = parts(strings)?.into_iter().flat_map(|p| p.points).collect();
    let mut faults = Vec::new();
    let mut faces = Vec::new();
    let mut inside = false;
    let mut ended = false;
    for (start, line) in lines(&source.text).filter(|(_, l)| !l.trim().is_empty()) {
        if more(&mut faults, source) {
            break;
        }
        let at = cells(start, line);
        let first = &source.text[at[0].clone()];
        if first.eq_ignore_ascii_case("TRISOLATION") {
            inside = true;
            continue;
        }
        if !inside {
            continue;
        }
        if first.eq_ignore_ascii_case("OBJECT") {
            inside = false;
            continue;
        }
        if first.eq_ignore_ascii_case("END") {
            ended = true;
            break;
        }
        let corners: Vec<u32> = at
            .iter()
            .skip(1)
            .take(3)
            .filter_map(|c| {
                let text = &source.text[c.clone()];
                match text.parse::<usize>() {
                    Ok(n) if (1..=vertices.len()).contains(&n) => Some((n - 1) as u32),
                    _ => {
                        let what = format!(
                            "expected a point number from 1 to {} ({}), found `{text}`",
                            vertices.len(),
                            strings.path
                        );
                        faults.push(Fault::new(what).at(source, c.clone()).help(DTM_FORM));
                        None
                    }
                }
            })
            .collect();
        match corners[..] {
            [a, b, c] => faces.push([a, b, c]),
            _ if at.len() < 4 => faults.push(
                Fault::new(format!("expected four cells or more, found {}", at.len()))
                    .at(source, start..start + line.len())
                    .help(DTM_FORM),
            ),
            _ => {}
        }
    }
    if faces.is_empty() && faults.is_empty() {
        faults.push(nothing(source, DTM_FORM));
    } else if !ended && faults.is_empty() {
        faults.push(
            Fault::new("expected END at the end, found none; the file was cut off")
                .in_file(&source.path)
                .help(DTM_FORM),
        );
    }
    Faults::check(faults)?;
    Ok(Survey { mesh: Mesh { vertices, faces }, axes: Axes::NorthEast, ..Survey::default() })
}
