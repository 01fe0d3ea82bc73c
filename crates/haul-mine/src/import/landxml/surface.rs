//! Surfaces of a LandXML file: their faces and source data, and the choice between several surfaces.

use super::super::findings::Findings;
use super::super::read::ReadOptions;
use super::super::survey::{LayeredString, Mesh, Survey};
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Point2, Point3};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Number of faces of a surface whose centroids are located on another surface.
const SAMPLES: usize = 400;
/// Minimum share of these centroids that must lie on the other surface for the two surfaces to overlap.
const LEAST_SHARE_OVER: f64 = 0.02;
/// Minimum share of the smaller bounding box that must be covered for two surfaces without faces to overlap.
const LEAST_BOX_OVER: f64 = 0.1;
/// Maximum number of surfaces that a fault names.
const MOST_NAMES: usize = 12;
/// Words in a boundary's name that mark it as an edge of the drivable surface, if the surface has faces.
const ROAD_WORDS: [&str; 4] = ["drivable", "road", "haul", "ramp"];

/// A line in the source data of a surface.
#[derive(Debug, Clone)]
pub(super) struct SourceLine {
    pub(super) kind: LineKind,
    pub(super) line: LayeredString,
}

/// Kind of a line in the source data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    Breakline,
    Boundary,
    Contour,
}

/// A surface, built up while the file is read.
#[derive(Debug, Default)]
pub(super) struct Surface {
    pub(super) name: String,
    /// Corners in order of first mention. A corner is `None` while only faces have mentioned it.
    vertices: Vec<Option<Point3>>,
    by_id: HashMap<String, u32>,
    /// Uses of corners whose coordinates were not yet known: index of the corner, byte range of the face.
    awaited: Vec<(u32, Range<usize>)>,
    faces: Vec<[u32; 3]>,
    pub(super) invisible: usize,
    /// Number of faces with four corners, each split into two triangles.
    pub(super) split: usize,
    /// Number of points that have no id.
    pub(super) unnamed: usize,
    pub(super) data_points: Vec<Point3>,
    pub(super) lines: Vec<SourceLine>,
    /// Number of references to files with points, which are not read.
    pub(super) point_files: usize,
}

impl Surface {
    /// Creates an empty surface with this name.
    pub(super) fn named(name: String) -> Surface {
        Surface { name, ..Surface::default() }
    }

    /// Adds a corner. A corner without an id gets its number as id. Returns false if the id already has a point.
    pub(super) fn add_point(&mut self, id: Option<String>, point: Point3) -> bool {
        let id = id.unwrap_or_else(|| {
            self.unnamed += 1;
            self.unnamed.to_string()
        });
        let index = self.index_of(&id) as usize;
        self.vertices[index].replace(point).is_none()
    }

    /// Returns the index of the corner with this id, and reserves an index for a new id.
    fn index_of(&mut self, id: &str) -> u32 {
        if let Some(index) = self.by_id.get(id) {
            return *index;
        }
        let index = self.vertices.len() as u32;
        self.by_id.insert(id.to_owned(), index);
        self.vertices.push(None);
        index
    }

    /// Adds a face, given the ids of its corners. Returns false if the number of corners is not three or four.
    pub(super) fn add_face<'a>(&mut self, ids: impl Iterator<Item = &'a str>, at: &Range<usize>) -> bool {
        let mut corners: Vec<u32> = Vec::with_capacity(4);
        for id in ids {
            let index = self.index_of(id);
            if self.vertices[index as usize].is_none() {
                self.awaited.push((index, at.clone()));
            }
            corners.push(index);
        }
        match corners[..] {
            [a, b, c] => self.faces.push([a, b, c]),
            // Some exports repeat the last corner of a triangle.
            [a, b, c, d] if c == d || d == a => self.faces.push([a, b, c]),
            [a, b, c, d] => {
                self.split += 1;
                self.faces.extend([[a, b, c], [a, c, d]]);
            }
            _ => return false,
        }
        true
    }

    /// Returns the byte ranges of faces that refer to a corner without coordinates in the file.
    pub(super) fn unknown_corners(&mut self) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = std::mem::take(&mut self.awaited)
            .into_iter()
            .filter(|(index, _)| self.vertices[*index as usize].is_none())
            .map(|(_, at)| at)
            .collect();
        places.dedup();
        self.by_id = HashMap::new();
        places
    }

    /// Returns true if the surface has no points, data points and lines.
    fn is_empty(&self) -> bool {
        self.vertices.is_empty() && self.data_points.is_empty() && self.lines.is_empty()
    }

    fn corner(&self, index: u32) -> Point3 {
        self.vertices[index as usize].unwrap_or_default()
    }

    /// Returns all points of the surface.
    fn points(&self) -> impl Iterator<Item = Point3> {
        let lines = self.lines.iter().flat_map(|l| l.line.string.points.iter().copied());
        self.vertices.iter().flatten().copied().chain(self.data_points.iter().copied()).chain(lines)
    }

    /// Returns the bounding box in plan.
    fn bounds(&self) -> Option<(Point2, Point2)> {
        self.points().map(|p| p.xy()).fold(None, |found, p| {
            Some(found.map_or((p, p), |(low, high): (Point2, Point2)| (low.inf(&p), high.sup(&p))))
        })
    }

    /// Returns the minimum and maximum height.
    fn heights(&self) -> [f64; 2] {
        self.points().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], p| [low.min(p.z), high.max(p.z)])
    }

    /// Returns the centroids of a sample of the faces.
    fn samples(&self) -> Vec<Point3> {
        let step = self.faces.len().div_ceil(SAMPLES).max(1);
        let middle = |f: &[u32; 3]| {
            let [a, b, c] = f.map(|v| self.corner(v));
            Point3::from((a.coords + b.coords + c.coords) / 3.0)
        };
        self.faces.iter().step_by(step).map(middle).collect()
    }

    /// Returns the height of each given point above this surface. Omits points that lie on no face in plan.
    fn heights_of(&self, mut points: Vec<Point3>) -> Vec<f64> {
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        let mut found = vec![None; points.len()];
        for face in &self.faces {
            let [a, b, c] = face.map(|v| self.corner(v));
            let low = a.x.min(b.x).min(c.x);
            let high = a.x.max(b.x).max(c.x);
            let first = points.partition_point(|p| p.x < low);
            for (k, p) in points.iter().enumerate().skip(first).take_while(|(_, p)| p.x <= high) {
                if let Some(z) = height_in(a, b, c, p.xy()) {
                    found[k] = Some(p.z - z);
                }
            }
        }
        found.into_iter().flatten().collect()
    }
}

/// Returns the height of a triangle at a point in plan, or `None` if the point lies outside the triangle.
fn height_in(a: Point3, b: Point3, c: Point3, p: Point2) -> Option<f64> {
    let cross = |o: Point2, u: Point2, v: Point2| (u.x - o.x) * (v.y - o.y) - (u.y - o.y) * (v.x - o.x);
    let area = cross(a.xy(), b.xy(), c.xy());
    if area == 0.0 {
        return None;
    }
    let weights = [cross(b.xy(), c.xy(), p) / area, cross(c.xy(), a.xy(), p) / area, cross(a.xy(), b.xy(), p) / area];
    weights.iter().all(|w| *w >= 0.0).then(|| weights[0] * a.z + weights[1] * b.z + weights[2] * c.z)
}

/// Adds the surfaces of a file to its survey. Returns descriptions of the empty surfaces, which were left out.
///
/// # Errors
///
/// Returns a fault that lists the surfaces if the file has no surface with the name that the user gives, or if several
/// surfaces overlap and the user gives no name.
pub(super) fn select(
    source: &Arc<SourceText>,
    mut surfaces: Vec<Surface>,
    survey: &mut Survey,
    options: &ReadOptions,
) -> Result<Vec<String>, Faults> {
    let empty: Vec<Surface> = surfaces.extract_if(.., |s| s.is_empty()).collect();
    let held = empty.iter().map(|s| format!("an empty surface `{}`", s.name)).collect();
    for surface in &empty {
        let why = format!("`{}` has no points and faces", surface.name);
        survey.findings.leave_out(1, "surfaces", why);
        let why = "their points are in other files; export the points with the surface";
        survey.findings.leave_out(surface.point_files, "point files", why);
    }
    if let Some(name) = &options.surface {
        let is_asked = |s: &Surface| s.name.trim().eq_ignore_ascii_case(name.trim());
        if !surfaces.iter().any(is_asked) && !surfaces.is_empty() {
            let fault = Fault::new(format!("expected a surface named `{name}`, found none")).in_file(&source.path);
            return Err(fault.help(format!("surfaces of the file: {}", names(&surfaces))).into());
        }
        for other in surfaces.extract_if(.., |s| !is_asked(s)) {
            survey.findings.leave_out(1, "surfaces", format!("`{}` was not asked for by --surface", other.name));
        }
    }
    if let Some((a, b, apart)) = over_each_other(&surfaces) {
        let apart = apart.map_or_else(String::new, |d| format!("; their heights differ by {d:.2} on average"));
        let what = format!(
            "expected one surface, found {} of which `{}` and `{}` lie over each other{apart}",
            surfaces.len(),
            surfaces[a].name,
            surfaces[b].name
        );
        let help = if options.surface.is_some() {
            "give each surface a name of its own in the survey program, and export them again".to_owned()
        } else {
            let list = names(&surfaces);
            format!(
                "name the one to read, for example --surface \"{}\"; surfaces of the file: {list}",
                surfaces[b].name
            )
        };
        return Err(Fault::new(what).in_file(&source.path).help(help).into());
    }
    if surfaces.len() > 1 {
        let list = names(&surfaces);
        survey.findings.assumed.push(format!(
            "the {} surfaces lie beside each other and make one ground: {list}; to read one of them, give --surface",
            surfaces.len()
        ));
    }
    for surface in surfaces {
        add(surface, survey, options);
    }
    Ok(held)
}

/// Returns the names of surfaces, with their number of faces and range of heights, for messages.
fn names(surfaces: &[Surface]) -> String {
    let of = |s: &Surface| {
        let [low, high] = s.heights();
        format!("`{}` ({} faces, heights {low:.1} to {high:.1})", s.name, s.faces.len())
    };
    let more = if surfaces.len() > MOST_NAMES { ", …" } else { "" };
    surfaces.iter().take(MOST_NAMES).map(of).collect::<Vec<_>>().join(", ") + more
}

/// Returns the indices of two surfaces that overlap in plan. If both have faces, also returns their mean height
/// difference.
fn over_each_other(surfaces: &[Surface]) -> Option<(usize, usize, Option<f64>)> {
    let boxes: Vec<Option<(Point2, Point2)>> = surfaces.iter().map(Surface::bounds).collect();
    let share = |a: (Point2, Point2), b: (Point2, Point2)| {
        let common = a.1.inf(&b.1) - a.0.sup(&b.0);
        let area = |(low, high): (Point2, Point2)| (high.x - low.x) * (high.y - low.y);
        let least = area(a).min(area(b));
        if common.x > 0.0 && common.y > 0.0 && least > 0.0 { common.x * common.y / least } else { 0.0 }
    };
    for b in 1..surfaces.len() {
        for a in 0..b {
            let (Some(box_a), Some(box_b)) = (boxes[a], boxes[b]) else { continue };
            let over = share(box_a, box_b);
            if over == 0.0 {
                continue;
            }
            if surfaces[a].faces.is_empty() || surfaces[b].faces.is_empty() {
                if over >= LEAST_BOX_OVER {
                    return Some((a, b, None));
                }
                continue;
            }
            // The centroids of each surface are located on the other, because one surface may be a part of the other.
            for (on, of, sign) in [(a, b, 1.0), (b, a, -1.0)] {
                let samples = surfaces[of].samples();
                let count = samples.len() as f64;
                let apart = surfaces[on].heights_of(samples);
                if apart.len() as f64 >= LEAST_SHARE_OVER * count && !apart.is_empty() {
                    return Some((a, b, Some(sign * apart.iter().sum::<f64>() / apart.len() as f64)));
                }
            }
        }
    }
    None
}

/// Adds a surface to a survey.
fn add(surface: Surface, survey: &mut Survey, options: &ReadOptions) {
    let Surface { name, vertices, faces, invisible, split, unnamed, data_points, lines, point_files, .. } = surface;
    let findings: &mut Findings = &mut survey.findings;
    findings.leave_out(invisible, "faces", "these are marked as invisible");
    findings.leave_out(
        point_files,
        "point files",
        "their points are in other files; export the points with the surface",
    );
    if split > 0 {
        findings.notes.push(format!("{split} faces of four points were split into triangles"));
    }
    if unnamed > 0 && !faces.is_empty() {
        findings.assumed.push(format!("{unnamed} points have no id; faces refer to them by their number in the list"));
    }
    let has_faces = !faces.is_empty();
    if !has_faces && !vertices.is_empty() {
        let count = vertices.len();
        findings
            .assumed
            .push(format!("surface `{name}` has {count} points and no faces; they are single points of the ground"));
        survey.points.extend(vertices.iter().flatten());
    }
    if has_faces {
        let first = survey.mesh.vertices.len() as u32;
        let Mesh { vertices: all, faces: list } = &mut survey.mesh;
        all.extend(vertices.iter().map(|v| v.unwrap_or_default()));
        list.extend(faces.iter().map(|f| f.map(|v| v + first)));
        let why = format!("the faces of surface `{name}` were made from them");
        findings.leave_out(data_points.len(), "data points", why);
    } else {
        survey.points.extend(data_points);
    }
    for SourceLine { kind, line } in lines {
        let is_asked = options.edges.iter().any(|e| e.eq_ignore_ascii_case(&line.layer));
        let lower = line.layer.to_lowercase();
        match kind {
            LineKind::Contour if has_faces && !is_asked => {
                survey.findings.leave_out(1, "contours", format!("the faces of surface `{name}` give their heights"));
            }
            LineKind::Contour if !is_asked => survey.ground_strings.push(line),
            LineKind::Boundary if has_faces && !is_asked && !ROAD_WORDS.iter().any(|w| lower.contains(w)) => {
                survey.findings.leave_out(
                    1,
                    "boundaries",
                    format!(
                        "the faces of surface `{name}` end there; to use one as an edge, give --edges \"{}\"",
                        line.layer
                    ),
                );
            }
            _ => survey.strings.push(line),
        }
    }
}
