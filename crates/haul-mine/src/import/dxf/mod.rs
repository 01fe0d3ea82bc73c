//! DXF drawings in text form and in binary form: polylines, curves as chords, points, faces and meshes.
//!
//! A drawing is a list of groups, each with a code and a value. Entities are read from the ENTITIES section, and from
//! blocks that are placed in the model. Everything else is counted and reported, with a way to convert it.
//!
//! | subject | module |
//! | --- | --- |
//! | text and its encoding; groups; binary form | `encoding`, `groups`, `binary` |
//! | sections; unit | `drawing`, `insunits` |
//! | object coordinate systems; placed blocks | `coordinates`, `blocks` |
//! | entities | `reader`, `polylines`, `curves`, `spline`, `faces` |
//! | kinds that are not read | `unread` |

mod binary;
mod blocks;
mod coordinates;
mod curves;
mod drawing;
mod encoding;
mod faces;
mod groups;
mod insunits;
mod polylines;
mod reader;
mod spline;
#[cfg(test)]
mod tests;
mod unread;

use super::doubled::without_solids;
use super::features::{self, Feature};
use super::findings::Findings;
use super::input::Input;
use super::survey::Survey;
use super::text::more;
use super::units::Unit;
use drawing::Drawing;
use haul_core::{Fault, Faults, Point2};
use reader::{Place, Reader};

/// Features of the DXF format.
pub(super) const FEATURES: &[Feature] = &[
    features::read("POLYLINE, LWPOLYLINE, LINE, POINT", "heights, bulges as arcs, by layer"),
    features::read("ARC, CIRCLE, ELLIPSE, SPLINE", "as chords of 2 cm"),
    features::read("3DFACE, SOLID, TRACE, MESH, polygon and polyface meshes", "closed solids are left out with a word"),
    features::read("placed blocks (INSERT), nested and in arrays", ""),
    features::read("extrusion (groups 210 to 230) of flat entities", ""),
    features::read("code pages, `\\U+XXXX`, `\\M+nXXXX`, Ctrl-Z", "names of layers"),
    features::read("text form and binary form", ""),
    features::read("unit (`$INSUNITS`, codes 0 to 24)", "a unit that is often only a default is doubted"),
    features::said("sheets of paper, hidden and frozen layers", "left out; a layer that `--edges` names is read"),
    features::said(
        "texts, hatches, dimensions, solids of ACIS, proxies and all other entities",
        "counted by kind, with the way to convert them",
    ),
    features::refused("DWG", "save it as DXF"),
    features::refused("drawings that were cut off", ""),
];

const FORM: &str = "a DXF drawing with polylines, points or 3D faces; save it as DXF, with all that is needed exploded";
/// Maximum distance between a curve and its chords (m).
const CHORD_TOLERANCE: f64 = 0.02;
/// Height difference (m) above which overlapping faces of two layers are reported.
const LEAST_APART: f64 = 0.05;

/// Maximum number of names in a message.
const GREATEST_LISTED: usize = 5;
/// Height (m) that all other corners of a line must exceed for a corner at height 0 to look like an error.
const LEAST_FALL: f64 = 10.0;

/// Reads a drawing.
///
/// # Errors
///
/// Returns all faults, each with its line and column.
pub(super) fn read(input: &Input) -> Result<Survey, Faults> {
    let mut findings = Findings::default();
    let groups = groups::groups(input.name, input.bytes()?, &mut findings)?;
    let drawing = Drawing::new(groups);
    let stated = drawing.variable("$INSUNITS").and_then(insunits::stated_unit);
    let unit = input.options.unit.or_else(|| stated.as_ref()?.unit.clone().ok()).unwrap_or(Unit::Metre).metres();
    let mut reader = Reader::new(&drawing, CHORD_TOLERANCE / unit, &input.options.edges);
    reader.survey.findings = findings;
    let model = Place::default();
    for entities in &drawing.entities {
        reader.walk(entities.clone(), &model);
    }
    count_unplaced(&mut reader);
    reader.report_counts();
    let Reader { mut survey, mut faults, faces, .. } = reader;
    more(&mut faults, &drawing.groups.source);
    Faults::check(faults)?;
    faces.tell_overlaps("layers", LEAST_APART / unit, &mut survey.findings);
    let (mesh, solids) = without_solids(faces.into_mesh());
    survey.findings.leave_out(
        solids,
        "closed solids of faces",
        "a closed solid has no single height; export the surface of the ground alone",
    );
    survey.mesh = mesh;
    leave_out_flat_points(&mut survey);
    doubt_fallen_corners(&mut survey, LEAST_FALL / unit);
    if survey.strings.is_empty() && survey.mesh.faces.is_empty() && survey.points.is_empty() {
        return Err(nothing(&drawing, &survey.findings).into());
    }
    if input.options.unit.is_none() {
        match (&stated, bounds(&survey)) {
            (Some(stated), Some((low, high))) => {
                survey.findings.strange.extend(insunits::doubt_of_extent(stated, low, high));
            }
            _ => survey.findings.strange.extend(insunits::doubt_without_unit(&drawing)),
        }
    }
    survey.plan_unit = stated;
    Ok(survey)
}

/// Counts the entities on sheets of paper, and the entities in blocks that are not placed.
fn count_unplaced(reader: &mut Reader) {
    let drawing = reader.drawing;
    let (mut count, mut names) = (0_usize, Vec::new());
    for block in drawing.blocks() {
        if block.is_paper() {
            drawing.entities_in(block.entities.clone()).for_each(|e| reader.leave_out_paper(&e));
        } else if !block.is_model() && !block.is_anonymous() && !reader.placed_blocks.contains(block.name.as_str()) {
            let is_part = |kind: &str| matches!(kind, "VERTEX" | "SEQEND" | "ATTRIB" | "ATTDEF" | "TEXT" | "MTEXT");
            let held = drawing.entities_in(block.entities.clone()).filter(|e| !is_part(e.kind)).count();
            if held > 0 {
                count += held;
                names.push(block.name.as_str());
            }
        }
    }
    let what = format!("entities in blocks that are not placed ({})", listed(&names));
    reader.survey.findings.leave_out(count, what, "the blocks are defined, but the model does not refer to them");
}

/// Returns the first names of a list, separated by commas, for messages.
fn listed(names: &[&str]) -> String {
    let more = if names.len() > GREATEST_LISTED { ", …" } else { "" };
    format!("{}{more}", names[..names.len().min(GREATEST_LISTED)].join(", "))
}

/// Leaves out single points at height 0, if the drawing has other heights.
fn leave_out_flat_points(survey: &mut Survey) {
    let lines = survey.strings.iter().flat_map(|s| &s.string.points);
    let has_heights = lines.chain(&survey.points).chain(&survey.mesh.vertices).any(|p| p.z != 0.0);
    if !has_heights {
        return;
    }
    let before = survey.points.len();
    survey.points.retain(|p| p.z != 0.0);
    let flat = before - survey.points.len();
    survey.findings.leave_out(
        flat,
        "POINT entities at height 0",
        "the rest of the drawing has heights, they have none",
    );
}

/// Adds a doubt for lines in which some corners are at height 0, usually because the draughtsman snapped to a wrong
/// point.
fn doubt_fallen_corners(survey: &mut Survey, least: f64) {
    let mut fallen = (0_usize, Vec::new());
    for string in &survey.strings {
        let points = &string.string.points;
        let count = points.iter().filter(|p| p.z == 0.0).count();
        if count > 0 && count < points.len() && points.iter().all(|p| p.z == 0.0 || p.z.abs() > least) {
            fallen.0 += count;
            fallen.1.push(string.string.name.as_str());
        }
    }
    if let (count @ 1.., names) = fallen {
        let names = listed(&names);
        survey.findings.strange.push(format!(
            "{count} corners lie at height 0, far from the other corners of their lines ({names}); correct them in the \
             drawing if they have lost their heights"
        ));
    }
}

/// Returns the bounding box in plan of all content.
fn bounds(survey: &Survey) -> Option<(Point2, Point2)> {
    let lines = survey.strings.iter().flat_map(|s| &s.string.points);
    lines
        .chain(&survey.points)
        .chain(&survey.mesh.vertices)
        .map(|p| p.xy())
        .fold(None, |found, p| Some(found.map_or((p, p), |(l, h): (Point2, Point2)| (l.inf(&p), h.sup(&p)))))
}

/// Returns the fault for a drawing with nothing to import. The fault names the content of the drawing.
fn nothing(drawing: &Drawing, findings: &Findings) -> Fault {
    let source = &drawing.groups.source;
    if source.text.trim().is_empty() {
        return Fault::new("the file is empty").in_file(&source.path).help(FORM);
    }
    let has_entities = drawing.sections.iter().any(|s| s == "ENTITIES");
    if !has_entities {
        let sections = if drawing.sections.is_empty() { "none".to_owned() } else { drawing.sections.join(", ") };
        let what = format!("expected a section ENTITIES, found these sections: {sections}");
        return Fault::new(what).in_file(&source.path).help(FORM);
    }
    let held: Vec<String> = findings.left_out.iter().map(|l| format!("{} {}", l.count, l.what)).collect();
    if held.is_empty() {
        return Fault::new("the file has nothing to import: its section ENTITIES is empty")
            .in_file(&source.path)
            .help(FORM);
    }
    let mut ways: Vec<String> = Vec::new();
    for left in &findings.left_out {
        ways.push(format!("{}: {}", left.what, left.why));
    }
    let what = format!("the file has nothing to import; it holds {}", held.join(", "));
    Fault::new(what).in_file(&source.path).help(ways.join("; "))
}
