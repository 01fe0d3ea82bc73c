//! Surpac strings (`.str`) and surfaces (`.dtm`). Northing comes before easting.
//!
//! A strings file has a header line, the axis as a second line, then `string number, northing, easting, elevation,
//! descriptions…`; a line with string number 0 ends a piece of string, and the last one says `END`. A surface file
//! names triangles by the points of the strings file of the same name, counted from 1.

use super::survey::{LayeredString, Mesh, Survey};
use super::text::{cells, lines, more, nothing, number};
use super::units::Axes;
use crate::build::{EdgeString, StringKind};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Point3};
use std::sync::Arc;

const STR_FORM: &str = "a Surpac strings file: a header, the axis, then `string, northing, easting, elevation` lines";
const DTM_FORM: &str = "a Surpac surface file: OBJECT, TRISOLATION, then `triangle, point, point, point, …` lines";

/// Reads strings.
///
/// Errors: all faults, each with its line and column.
pub(super) fn read_str(source: &Arc<SourceText>) -> Result<Survey, Faults> {
    let mut survey = Survey { axes: Axes::NorthEast, ..Survey::default() };
    for piece in pieces(source)? {
        let number = piece.number;
        let k = survey.strings.iter().filter(|s| s.layer == number).count();
        let name = if k == 0 { number.clone() } else { format!("{number}#{}", k + 1) };
        let mut points = piece.points;
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

struct Piece {
    number: String,
    points: Vec<Point3>,
}

fn pieces(source: &Arc<SourceText>) -> Result<Vec<Piece>, Faults> {
    let mut faults = Vec::new();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open: Option<Piece> = None;
    let mut ended = false;
    let mut records = 0_usize;
    // The header and the axis.
    let body = lines(&source.text).enumerate().skip_while(|(_, (_, l))| l.trim().is_empty()).skip(1);
    for (_, (start, line)) in body.filter(|(_, (_, l))| !l.trim().is_empty()) {
        if more(&mut faults, source) {
            break;
        }
        let at = cells(start, line);
        let first = &source.text[at[0].clone()];
        let Ok(string_number) = first.parse::<u32>() else {
            faults.push(Fault::new(format!("`{first}` is no string number")).at(source, at[0].clone()).help(STR_FORM));
            continue;
        };
        records += 1;
        let is_end = at.iter().any(|c| source.text[c.clone()].eq_ignore_ascii_case("END"));
        if string_number == 0 {
            pieces.extend(open.take());
            if is_end {
                ended = true;
                break;
            }
            continue;
        }
        if at.len() < 4 {
            faults.push(
                Fault::new(format!("the record has {} cells", at.len()))
                    .at(source, start..start + line.len())
                    .help("four or more: string, northing, easting, elevation"),
            );
            continue;
        }
        let figures: Vec<f64> = ["northing", "easting", "elevation"]
            .iter()
            .zip(&at[1..4])
            .filter_map(|(what, c)| number(source, c.clone(), what).map_err(|f| faults.push(f)).ok())
            .collect();
        // As the file has them: north first. The caller turns the axes.
        let [n, e, z] = figures[..] else { continue };
        if open.as_ref().is_some_and(|o| o.number != first) {
            pieces.extend(open.take());
        }
        let piece = open.get_or_insert_with(|| Piece { number: first.to_owned(), points: Vec::new() });
        piece.points.push(Point3::new(n, e, z));
    }
    pieces.extend(open.take());
    if !ended && faults.is_empty() && records > 0 {
        faults.push(
            Fault::new("the file stops before its END record: it was cut off")
                .in_file(&source.path)
                .help("export it anew; the last line is `0, 0.000, 0.000, 0.000, END`"),
        );
    }
    Faults::check(faults)?;
    Ok(pieces)
}

/// Reads a surface with its strings.
///
/// Errors: all faults, each with its line and column.
pub(super) fn read_dtm(source: &Arc<SourceText>, strings: &Arc<SourceText>) -> Result<Survey, Faults> {
    let vertices: Vec<Point3> = pieces(strings)?.into_iter().flat_map(|p| p.points).collect();
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
                        let what = format!("`{text}` is no point of {}, which has {}", strings.path, vertices.len());
                        faults.push(Fault::new(what).at(source, c.clone()).help(DTM_FORM));
                        None
                    }
                }
            })
            .collect();
        match corners[..] {
            [a, b, c] => faces.push([a, b, c]),
            _ if at.len() < 4 => faults.push(
                Fault::new(format!("the record has {} cells", at.len()))
                    .at(source, start..start + line.len())
                    .help(DTM_FORM),
            ),
            _ => {}
        }
    }
    if faces.is_empty() && faults.is_empty() {
        faults.push(nothing(source, DTM_FORM));
    } else if !ended && faults.is_empty() {
        faults.push(Fault::new("the file stops before its END: it was cut off").in_file(&source.path).help(DTM_FORM));
    }
    Faults::check(faults)?;
    Ok(Survey { mesh: Mesh { vertices, faces }, axes: Axes::NorthEast, ..Survey::default() })
}
