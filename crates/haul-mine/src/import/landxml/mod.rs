//! LandXML surfaces, plan features and the source data of surfaces. Northing comes before easting.
//!
//! | content | use |
//! | --- | --- |
//! | `Surface` with `Pnts` and `Faces` | ground; faces with `i="1"` are invisible and left out |
//! | `Breakline`, `Boundary`, `PlanFeature` | strings |
//! | `Contour` | a line of the ground at its `elev` |
//! | `DataPoints` | single points of the ground |
//! | `Alignment`, `Parcel` | strings, but only if `--edges` names them |
//! | profiles, cross sections, watersheds, pipes, survey observations | left out and reported |

mod elements;
mod geometry;
mod lines;
mod reader;
mod surface;
#[cfg(test)]
mod tests;
mod units;

use super::features::{self, Feature};
use super::read::ReadOptions;
use super::survey::Survey;
use super::text::nothing;
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults};
use reader::Content;
use std::sync::Arc;

/// Features of the LandXML format.
pub(super) const FEATURES: &[Feature] = &[
    features::read("a surface: points and faces of three or four points", "`--surface` where there are several"),
    features::read("`PntList3D` and `PntList2D` strings, contours with `elev`", ""),
    features::read("feature lines: Line, Curve, Spiral, IrregularLine", "arcs and spirals as chords"),
    features::read("data points", "as single points"),
    features::read("units of lengths and of heights (`linearUnit`, `elevationUnit`)", ""),
    features::said(
        "invisible faces, profiles, cross sections, alignments, parcels",
        "left out; `--edges` names alignments and parcels",
    ),
    features::refused("several surfaces over each other", "the question names them"),
    features::refused("coordinate points (CgPoints) only", ""),
    features::refused("faces of unknown points, files that were cut off", ""),
];

const FORM: &str = "LandXML with a Surface (Pnts and Faces) or strings (PntList3D, CoordGeom)";

/// Reads a LandXML file.
///
/// # Errors
///
/// Returns faults with line and column for invalid XML, points, faces and lines. Also returns a fault if several
/// surfaces overlap (with their names), or if the file holds nothing that can be read (with the kinds of its content).
pub(super) fn read(source: &Arc<SourceText>, options: &ReadOptions) -> Result<Survey, Faults> {
    let mut content = Content::read(source, options);
    content.resolve_lines();
    Faults::check(std::mem::take(&mut content.faults))?;
    let Content { mut survey, surfaces, cg_points, other, root, .. } = content;
    let held = surface::select(source, surfaces, &mut survey, options)?;
    if survey.strings.is_empty()
        && survey.mesh.faces.is_empty()
        && survey.points.is_empty()
        && survey.ground_strings.is_empty()
    {
        let mut kinds: Vec<String> = held;
        if !cg_points.is_empty() {
            kinds.push(format!("{} coordinate points (CgPoints)", cg_points.len()));
        }
        kinds.extend(survey.findings.left_out.iter().map(|l| format!("{} {}", l.count, l.what)));
        return Err(nothing_of(source, &root, &kinds).into());
    }
    let points_why =
        "they are single points without a surface or lines; they are used only where a line refers to them";
    survey.findings.leave_out(cg_points.len(), "coordinate points (CgPoints)", points_why);
    survey.findings.notes.extend(other);
    Ok(survey)
}

/// Returns the fault for a file that holds nothing that can be read. The fault names the content that the file holds.
fn nothing_of(source: &Arc<SourceText>, root: &str, kinds: &[String]) -> Fault {
    if source.text.trim().is_empty() {
        return nothing(source, FORM);
    }
    if !root.is_empty() && root != "LandXML" {
        let help = match root {
            "kml" => "convert it with ogr2ogr -f GeoJSON -t_srs, or export LandXML",
            "gpx" => "it holds tracks in degrees; convert it with ogr2ogr -f GeoJSON, and give heights of the survey",
            "svg" | "html" | "HTML" => "it is a picture or a page; export the survey as LandXML, DXF or CSV",
            _ => "export the survey as LandXML, DXF or CSV",
        };
        return Fault::new(format!("expected a LandXML file, found XML with the root `{root}`"))
            .in_file(&source.path)
            .help(help);
    }
    if kinds.is_empty() {
        return nothing(source, FORM);
    }
    let what = format!("expected a surface or lines, found only {}", kinds.join(", "));
    Fault::new(what).in_file(&source.path).help(
        "export a surface with its triangles, or lines (breaklines, feature lines); points can be given as CSV string,x,y,z; an \
         alignment or a parcel is an edge only if --edges gives its name",
    )
}
