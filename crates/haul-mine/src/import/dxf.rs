//! DXF drawings in text form: 3D polylines, light polylines at an elevation, lines, points, 3D faces and polyface
//! meshes.
//!
//! A drawing is a list of groups, each a line with a code and a line with a value. Entities are read from the ENTITIES
//! section. Those in blocks are only counted and reported.

use super::features::{self, Feature};
use super::survey::{LayeredString, Mesh, Survey};
use super::text::{GREATEST_COORDINATE, lines, more, nothing};
use super::units::{StatedUnit, Unit};
use crate::build::{EdgeString, StringKind};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Point3};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Features of the format.
pub(super) const FEATURES: &[Feature] = &[
    features::read("POLYLINE, LWPOLYLINE (arcs as chords), LINE, POINT, 3DFACE, polyface meshes", "by layer"),
    features::read("unit (`$INSUNITS`)", ""),
    features::refused("binary DXF", ""),
];

const FORM: &str = "a text DXF with polylines or 3D faces in its ENTITIES section; save as ASCII DXF";
/// Greatest distance between an arc of a light polyline and its chords, m.
const CHORD_TOLERANCE: f64 = 0.02;
/// Greatest number of chords of an arc.
const GREATEST_CHORDS: f64 = 64.0;

/// A group code with the position of its value.
struct Group {
    code: i32,
    at: Range<usize>,
}

/// An entity with its groups.
struct Entity {
    name: String,
    groups: Vec<Group>,
}

impl Entity {
    /// Returns the value of a group.
    fn text<'a>(&self, source: &'a SourceText, code: i32) -> Option<&'a str> {
        self.groups.iter().find(|g| g.code == code).map(|g| &source.text[g.at.clone()])
    }

    /// Returns a group of bit flags; 0 if it is absent.
    fn flags(&self, source: &SourceText, code: i32) -> i64 {
        self.text(source, code).and_then(|t| t.parse().ok()).unwrap_or(0)
    }
}

/// Reads a drawing.
///
/// # Errors
///
/// Returns all faults, each with its line and column.
pub(super) fn read(source: &Arc<SourceText>) -> Result<Survey, Faults> {
    if source.text.starts_with("AutoCAD Binary DXF") {
        return Err(Fault::new("expected a text DXF, found a binary DXF")
            .in_file(&source.path)
            .help("save it as ASCII DXF")
            .into());
    }
    let groups = groups(source)?;
    let mut reader =
        DrawingReader { source, survey: Survey::default(), faults: Vec::new(), open: None, skipped: BTreeMap::new() };
    let mut section = "";
    let mut variable = "";
    let mut k = 0;
    let mut ended = false;
    while k < groups.len() && !more(&mut reader.faults, source) {
        let value = |k: usize| groups.get(k).map_or("", |g: &Group| &source.text[g.at.clone()]);
        match (groups[k].code, value(k)) {
            (0, "SECTION") => {
                section = if groups.get(k + 1).is_some_and(|g| g.code == 2) { value(k + 1) } else { "" };
                k += 2;
                continue;
            }
            (0, "ENDSEC") => section = "",
            (0, "EOF") => {
                ended = true;
                break;
            }
            (9, name) if section == "HEADER" => variable = name,
            (70, units) if section == "HEADER" && variable == "$INSUNITS" => {
                reader.survey.plan_unit = stated_unit(units);
            }
            (0, name) if section == "ENTITIES" || section == "BLOCKS" => {
                let end = groups[k + 1..].iter().position(|g| g.code == 0).map_or(groups.len(), |n| k + 1 + n);
                let own = groups[k + 1..end].iter().map(|g| Group { code: g.code, at: g.at.clone() }).collect();
                let entity = Entity { name: name.to_owned(), groups: own };
                if section == "ENTITIES" {
                    reader.entity(&entity);
                } else if ["POLYLINE", "LWPOLYLINE", "3DFACE", "LINE"].contains(&name) {
                    *reader.skipped.entry("entities in blocks".into()).or_insert(0) += 1;
                }
                k = end;
                continue;
            }
            _ => {}
        }
        k += 1;
    }
    reader.close();
    let DrawingReader { mut survey, mut faults, skipped, .. } = reader;
    if !ended && faults.is_empty() && !groups.is_empty() {
        faults.push(
            Fault::new("expected EOF at the end of the drawing, found none; the file was cut off")
                .in_file(&source.path)
                .help("save it again"),
        );
    }
    if faults.is_empty() && survey.strings.is_empty() && survey.mesh.faces.is_empty() && survey.points.is_empty() {
        faults.push(nothing(source, FORM));
    }
    Faults::check(faults)?;
    for (what, count) in skipped {
        survey.findings.leave_out(count, what, "these are not read");
    }
    Ok(survey)
}

/// Returns the unit of a code of `$INSUNITS` (Autodesk, DXF reference, header variables). Code 0 states no unit.
fn stated_unit(code: &str) -> Option<StatedUnit> {
    let source = format!("$INSUNITS {code}");
    let unknown = |name: &str| StatedUnit::unknown(name, source.clone());
    let unit = match code {
        "0" | "" => return None,
        "1" => Unit::Inch,
        "2" => Unit::Foot,
        "3" => Unit::Mile,
        "4" => Unit::Millimetre,
        "5" => Unit::Centimetre,
        "6" => Unit::Metre,
        "7" => Unit::Kilometre,
        "8" => return Some(unknown("microinches")),
        "9" => return Some(unknown("mils")),
        "10" => Unit::Yard,
        "11" => return Some(unknown("angstroms")),
        "12" => return Some(unknown("nanometres")),
        "13" => Unit::Micrometre,
        "14" => Unit::Decimetre,
        "15" => Unit::Decametre,
        "16" => Unit::Hectometre,
        "17" => return Some(unknown("gigametres")),
        "18" => return Some(unknown("astronomical units")),
        "19" => return Some(unknown("light years")),
        "20" => return Some(unknown("parsecs")),
        "21" => Unit::UsSurveyFoot,
        "22" => Unit::UsSurveyInch,
        "23" => Unit::UsSurveyYard,
        "24" => Unit::UsSurveyMile,
        _ => return Some(unknown("an unknown code")),
    };
    Some(StatedUnit::known(unit, source))
}

/// Splits a drawing into its groups.
fn groups(source: &Arc<SourceText>) -> Result<Vec<Group>, Faults> {
    let mut groups = Vec::new();
    let mut faults = Vec::new();
    let mut lines = lines(&source.text);
    while let Some((start, line)) = lines.next() {
        let code = line.trim();
        let Ok(code) = code.parse::<i32>() else {
            if code.is_empty() && groups.is_empty() {
                continue;
            }
            if code.is_empty() && lines.by_ref().all(|(_, l)| l.trim().is_empty()) {
                break;
            }
            faults.push(
                Fault::new(format!("expected a group code, found `{}`", shortened(code)))
                    .at(source, start..start + line.len())
                    .help(FORM),
            );
            break;
        };
        let Some((start, value)) = lines.next() else {
            faults.push(
                Fault::new("expected a value for the last group, found none; the file was cut off")
                    .in_file(&source.path),
            );
            break;
        };
        let lead = value.len() - value.trim_start().len();
        groups.push(Group { code, at: start + lead..start + lead + value.trim().len() });
    }
    Faults::check(faults)?;
    Ok(groups)
}

/// Returns the first characters of a text, for messages.
fn shortened(text: &str) -> String {
    text.chars().take(24).collect()
}

/// A POLYLINE whose vertices are being read.
struct OpenPolyline {
    layer: String,
    closed: bool,
    is_mesh: bool,
    points: Vec<Point3>,
    first_vertex: usize,
}

struct DrawingReader<'a> {
    source: &'a Arc<SourceText>,
    survey: Survey,
    faults: Vec<Fault>,
    /// The current POLYLINE.
    open: Option<OpenPolyline>,
    skipped: BTreeMap<String, usize>,
}

impl DrawingReader<'_> {
    /// Returns the number of a group; 0 if it is absent.
    fn number(&mut self, entity: &Entity, code: i32) -> f64 {
        let Some(group) = entity.groups.iter().find(|g| g.code == code) else { return 0.0 };
        self.value(group)
    }

    /// Returns the number of a group. Reports a fault and returns 0 if it is not a coordinate.
    fn value(&mut self, group: &Group) -> f64 {
        let text = &self.source.text[group.at.clone()];
        match text.parse::<f64>() {
            Ok(v) if v.is_finite() && v.abs() <= GREATEST_COORDINATE => v,
            _ => {
                let what = format!("expected a coordinate in group {}, found `{}`", group.code, shortened(text));
                self.faults.push(Fault::new(what).at(self.source, group.at.clone()).help("give a finite number"));
                0.0
            }
        }
    }

    /// Returns a point by the code of its first coordinate.
    fn point(&mut self, entity: &Entity, first: i32) -> Point3 {
        let x = self.number(entity, first);
        let y = self.number(entity, first + 10);
        let z = self.number(entity, first + 20);
        Point3::new(x, y, z)
    }

    fn entity(&mut self, entity: &Entity) {
        let layer = entity.text(self.source, 8).unwrap_or("0").to_owned();
        if !matches!(entity.name.as_str(), "VERTEX" | "SEQEND") {
            self.close();
        }
        match entity.name.as_str() {
            "POLYLINE" => {
                let flags = entity.flags(self.source, 70);
                let is_mesh = flags & 64 != 0;
                if flags & 16 != 0 {
                    self.skip("polygon meshes");
                    return;
                }
                let first_vertex = self.survey.mesh.vertices.len();
                self.open =
                    Some(OpenPolyline { layer, closed: flags & 1 != 0, is_mesh, points: Vec::new(), first_vertex });
            }
            "VERTEX" => self.vertex(entity),
            "SEQEND" => self.close(),
            "LWPOLYLINE" => self.light_polyline(entity, layer),
            "LINE" => {
                let points = vec![self.point(entity, 10), self.point(entity, 11)];
                self.string(layer, false, points);
            }
            "POINT" => {
                let p = self.point(entity, 10);
                self.survey.points.push(p);
            }
            "3DFACE" => {
                let corners: Vec<Point3> = (10..14).map(|c| self.point(entity, c)).collect();
                self.face(&corners);
            }
            "ARC" | "CIRCLE" | "SPLINE" | "ELLIPSE" => self.skip("arcs and splines"),
            "INSERT" => self.skip("inserted blocks"),
            _ => {}
        }
    }

    fn skip(&mut self, what: &str) {
        *self.skipped.entry(what.to_owned()).or_insert(0) += 1;
    }

    fn vertex(&mut self, entity: &Entity) {
        let flags = entity.flags(self.source, 70);
        let p = self.point(entity, 10);
        let Some(open) = &mut self.open else { return };
        // Flag 16 marks a control point of a spline's frame. Flag 128 without 64 marks a face of a polyface mesh.
        if open.is_mesh && flags & 128 != 0 && flags & 64 == 0 {
            let count = self.survey.mesh.vertices.len() - open.first_vertex;
            let corners: Vec<usize> = (71..75)
                .map(|c| entity.flags(self.source, c).unsigned_abs() as usize)
                .filter(|n| (1..=count).contains(n))
                .map(|n| open.first_vertex + n - 1)
                .collect();
            let faces = &mut self.survey.mesh.faces;
            for k in 2..corners.len() {
                faces.push([corners[0] as u32, corners[k - 1] as u32, corners[k] as u32]);
            }
        } else if open.is_mesh {
            self.survey.mesh.vertices.push(p);
        } else if flags & 16 == 0 {
            open.points.push(p);
        }
    }

    fn light_polyline(&mut self, entity: &Entity, layer: String) {
        let z = self.number(entity, 38);
        let closed = entity.flags(self.source, 70) & 1 != 0;
        let mut corners: Vec<(Point3, f64)> = Vec::new();
        for group in &entity.groups {
            match group.code {
                10 => {
                    let x = self.value(group);
                    corners.push((Point3::new(x, 0.0, z), 0.0));
                }
                20 => {
                    let y = self.value(group);
                    if let Some(last) = corners.last_mut() {
                        last.0.y = y;
                    }
                }
                42 => {
                    let bulge = self.value(group);
                    if let Some(last) = corners.last_mut() {
                        last.1 = bulge;
                    }
                }
                _ => {}
            }
        }
        let n = corners.len();
        let mut points = Vec::with_capacity(n);
        for (k, (p, bulge)) in corners.iter().enumerate() {
            points.push(*p);
            if *bulge != 0.0 && (closed || k + 1 < n) {
                points.extend(arc(*p, corners[(k + 1) % n].0, *bulge));
            }
        }
        self.string(layer, closed, points);
    }

    fn face(&mut self, corners: &[Point3]) {
        let mesh = &mut self.survey.mesh;
        let Ok(first) = u32::try_from(mesh.vertices.len()) else { return };
        mesh.vertices.extend_from_slice(corners);
        mesh.faces.push([first, first + 1, first + 2]);
        if corners[3] != corners[2] {
            mesh.faces.push([first, first + 2, first + 3]);
        }
    }

    fn string(&mut self, layer: String, closed: bool, points: Vec<Point3>) {
        let name = format!("{layer}#{}", self.survey.strings.iter().filter(|s| s.layer == layer).count() + 1);
        let has_heights = points.iter().any(|p| p.z != 0.0);
        let string = EdgeString { name, kind: StringKind::Drivable, closed, points };
        self.survey.strings.push(LayeredString { layer, string, has_heights });
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take()
            && !open.is_mesh
            && !open.points.is_empty()
        {
            self.string(open.layer, open.closed, open.points);
        }
    }
}

/// Returns the points between the two ends of an arc. The bulge is the tangent of a quarter of its angle, positive
/// anticlockwise.
fn arc(a: Point3, b: Point3, bulge: f64) -> Vec<Point3> {
    let angle = 4.0 * libm::atan(bulge);
    let chord = libm::hypot(b.x - a.x, b.y - a.y);
    let radius = chord / (2.0 * libm::sin(angle / 2.0)).abs();
    if !(radius.is_finite() && chord > 0.0) {
        return Vec::new();
    }
    let step = 2.0 * libm::acos((1.0 - CHORD_TOLERANCE / radius).clamp(-1.0, 1.0));
    let pieces = (angle.abs() / step.max(1e-6)).ceil().clamp(1.0, GREATEST_CHORDS);
    // The centre is to the left of the chord for a positive bulge of less than a half circle.
    let along = ((b.x - a.x) / chord, (b.y - a.y) / chord);
    let off = chord / 2.0 / libm::tan(angle / 2.0);
    let centre = ((a.x + b.x) / 2.0 - along.1 * off, (a.y + b.y) / 2.0 + along.0 * off);
    let start = libm::atan2(a.y - centre.1, a.x - centre.0);
    (1..pieces as usize)
        .map(|k| {
            let at = start + angle * k as f64 / pieces;
            let share = k as f64 / pieces;
            let z = a.z + (b.z - a.z) * share;
            Point3::new(centre.0 + radius * libm::cos(at), centre.1 + radius * libm::sin(at), z)
        })
        .collect()
}

/// Merges corners at the same position, so that separate faces share their edges.
pub(super) fn welded(mesh: &Mesh) -> Mesh {
    let mut places: BTreeMap<[u64; 3], u32> = BTreeMap::new();
    let mut out = Mesh::default();
    let ids: Vec<u32> = mesh
        .vertices
        .iter()
        .map(|p| {
            // Adding 0 turns −0 into 0, so that both have the same key.
            let key = [(p.x + 0.0).to_bits(), (p.y + 0.0).to_bits(), (p.z + 0.0).to_bits()];
            *places.entry(key).or_insert_with(|| {
                out.vertices.push(*p);
                (out.vertices.len() - 1) as u32
            })
        })
        .collect();
    out.faces =
        mesh.faces.iter().map(|f| f.map(|v| ids[v as usize])).filter(|[a, b, c]| a != b && b != c && c != a).collect();
    out
}
