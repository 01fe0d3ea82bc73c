//! Surpac surfaces (`.dtm`).
//!
//! A surface file lists triangles by point numbers. The points are in a strings file, which line 1 of the surface file
//! names. Point numbers start at 1 after the axis record, and null records count too (Surpac Software International,
//! "String and DTM Files": "You must include the null points in this numbering scheme").

use super::super::doubled::without_solids;
use super::super::findings::Findings;
use super::super::input::Input;
use super::super::layered_faces::LayeredFaces;
use super::super::survey::Survey;
use super::super::text::{more, nothing};
use super::super::units::Axes;
use super::binary::{Kind, source};
use super::records::{Record, Records};
use super::strings::{self, PointRecord, StringRecords};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Point3};
use std::ops::Range;
use std::sync::Arc;

const FORM: &str = "a Surpac surface file: OBJECT, TRISOLATION, then `triangle, point, point, point, …` lines";
/// Height difference above which two overlapping parts of a surface are reported, in the unit of the file.
const LEAST_APART: f64 = 0.05;

/// Reads a surface file and the strings file beside it.
///
/// # Errors
///
/// Returns all faults of both files, each with its line and column. Also returns a fault if the strings file is
/// missing.
pub(in super::super) fn read_with_strings(input: &Input) -> Result<Survey, Faults> {
    let surface = source(input.name, &input.bytes()?, Kind::Surface)?;
    let mut findings = Findings::default();
    let (named, at) = {
        let records = Records::new(&surface, &mut Findings::default());
        let first = records.iter().next();
        let at = first.map(|r| r.cells[0].clone()).unwrap_or_default();
        (records.text(&at).to_owned(), at)
    };
    let is_named = !named.is_empty();
    let named = if named.is_empty() || named.to_ascii_lowercase().ends_with(".str") { named } else { named + ".str" };
    let own_name = input.path_beside("str");
    let chosen = match (input.path_named(&named), own_name) {
        (Some(path), own) => {
            findings.notes.push(format!("the points come from {}, which line 1 names", path.display()));
            if let Some(own) = own.filter(|own| *own != path) {
                findings.strange.push(format!(
                    "there is also {}, which was not read; if it holds the points, correct line 1 of the surface file",
                    own.display()
                ));
            }
            path
        }
        (None, Some(own)) if !is_named => own,
        (None, Some(own)) => {
            findings.assumed.push(format!(
                "line 1 names the strings file `{named}`, which is not there; {} was read, as it has the name of the surface",
                own.display()
            ));
            own
        }
        (None, None) => {
            let what =
                format!("expected the strings file `{named}`, which line 1 names, beside the surface, found none");
            let help = "copy the .str file to the folder of the .dtm file; both are needed";
            return Err(Fault::new(what).at(&surface, at).help(help).into());
        }
    };
    let mut survey = {
        let bytes = input.bytes_of(&chosen)?;
        read(&surface, &source(&chosen.display().to_string(), &bytes, Kind::Strings)?)?
    };
    findings.append(std::mem::take(&mut survey.findings));
    survey.findings = findings;
    Ok(survey)
}

/// Reads a surface from its surface file and its strings file.
///
/// # Errors
///
/// Returns all faults, each with its line and column.
pub(in super::super) fn read(source: &Arc<SourceText>, strings: &Arc<SourceText>) -> Result<Survey, Faults> {
    let StringRecords { list: points, mut findings } = strings::records(strings)?;
    let records = Records::new(source, &mut findings);
    let source = &records.source;
    let mut faults = Vec::new();
    let mut faces = LayeredFaces::default();
    let mut used = vec![false; points.len()];
    let mut object = String::new();
    let mut part: Option<String> = None;
    let mut stated_closed = 0_usize;
    let (mut flat, mut border) = (0_usize, 0_usize);
    let mut ended = false;
    let mut all = records.iter();
    for record in all.by_ref() {
        if more(&mut faults, source) {
            break;
        }
        match records.cell(&record, 0).to_ascii_uppercase().as_str() {
            "OBJECT" => {
                object = format!("object {}", records.cell(&record, 1));
                part = None;
            }
            "TRISOLATION" => {
                part = Some(format!("{object}, trisolation {}", records.cell(&record, 1)));
                let states = |c: &Range<usize>| {
                    let text = records.text(c).to_ascii_lowercase().replace(' ', "");
                    matches!(text.as_str(), "closed=yes" | "closed=true" | "direction=solid")
                };
                stated_closed += usize::from(record.cells.iter().any(states));
            }
            "END" if !object.is_empty() => {
                ended = true;
                break;
            }
            _ => {
                let Some(part) = &part else {
                    // Before the first object, the file lists the border of the surface as strings.
                    border += usize::from(records.cell(&record, 0).parse::<u32>().is_ok_and(|n| n > 0));
                    continue;
                };
                let Some(corners) = corners(&records, &record, (&points, strings), &mut faults) else { continue };
                corners.iter().for_each(|k| used[*k] = true);
                let corners: Vec<Point3> = corners.iter().filter_map(|k| points[*k]).map(|(_, p)| p).collect();
                flat += usize::from(!faces.add(part, &corners));
            }
        }
    }
    if !ended && faults.is_empty() && faces.faces() > 0 {
        faults.push(
            Fault::new("expected END at the end, found none; the file was cut off").in_file(&source.path).help(FORM),
        );
    }
    Faults::check(faults)?;
    findings.leave_out(all.count(), "lines after END", "a surface file ends there");
    findings.leave_out(
        border,
        "points of the border in the surface file",
        "the triangles are read, which reach to the border",
    );
    findings.leave_out(flat, "faces of no area", "they have fewer than three different corners");
    let unused = points.iter().zip(&used).filter(|(p, used)| p.is_some() && !**used).count();
    findings.leave_out(unused, format!("points of {}", strings.path), "no triangle uses them");
    faces.tell_overlaps("parts", LEAST_APART, &mut findings);
    if faces.layers() > 1 {
        findings
            .notes
            .push(format!("the surface has {} parts (objects and trisolations); all were read", faces.layers()));
    }
    let before = faces.faces();
    let (mesh, solids) = without_solids(faces.into_mesh());
    if mesh.faces.is_empty() && solids > 0 {
        let what = format!("expected a surface of the ground, found {solids} closed solid of {before} faces");
        let what = if solids == 1 { what } else { what.replace("closed solid of", "closed solids of") };
        return Err(Fault::new(what).in_file(&source.path).help(SOLID_HELP).into());
    }
    if mesh.faces.is_empty() {
        return Err(nothing(source, FORM).into());
    }
    findings.leave_out(before - mesh.faces.len(), "faces of closed solids", SOLID_HELP);
    if stated_closed > solids {
        findings.strange.push(
            "the file states a solid (closed=yes or direction=solid) for a surface that has a border; it was read as ground; if it is a solid, export \
             the surface of the ground instead"
                .to_owned(),
        );
    }
    Ok(Survey { mesh, axes: Axes::NorthEast, findings, ..Survey::default() })
}

const SOLID_HELP: &str =
    "a closed solid has no single height; export the surface of the ground alone (a DTM, not a solid)";

/// Returns the corners of a triangle, as indices into the records of the strings file. Adds a fault if a corner is not
/// a point.
fn corners(
    records: &Records,
    record: &Record,
    (points, strings): (&[PointRecord], &Arc<SourceText>),
    faults: &mut Vec<Fault>,
) -> Option<[usize; 3]> {
    let source = &records.source;
    if record.cells.len() < 4 {
        faults.push(
            Fault::new(format!("expected four cells or more, found {}", record.cells.len()))
                .at(source, record.line.clone())
                .help(FORM),
        );
        return None;
    }
    let mut corners = [0; 3];
    for (cell, corner) in record.cells[1..4].iter().zip(&mut corners) {
        let text = records.text(cell);
        let index = text.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|k| *k < points.len());
        let (what, help) = match index.map(|k| (k, points[k])) {
            Some((k, Some(_))) => {
                *corner = k;
                continue;
            }
            Some((_, None)) => (
                format!("expected the number of a point of {}, found `{text}`, a null record", strings.path),
                "null records count as points; the two files do not belong together, or one was changed: export both again",
            ),
            None => (
                format!("expected a point number from 1 to {} ({}), found `{text}`", points.len(), strings.path),
                "null records count as points; if the two files do not belong together, export both again",
            ),
        };
        faults.push(Fault::new(what).at(source, cell.clone()).help(help));
        return None;
    }
    Some(corners)
}
