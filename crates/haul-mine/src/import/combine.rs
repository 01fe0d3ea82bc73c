//! Combines several survey files into one mine: selects the drivable edges and the ground, and chooses the datum.

use super::findings::Findings;
use super::read::{ReadOptions, survey_of_file};
use super::report::{ImportReport, SourceReport};
use super::survey::{LayeredString, Mesh, Survey};
use super::{doubts, surface};
use crate::build::{BuildInput, BuildOptions, EdgeString, ElevationGrid, StringKind, build_map, rasterised};
use crate::error::MineError;
use crate::map::{Datum, MineMap};
use haul_core::{Fault, Faults, Point2, Point3};
use rstar::RTree;
use rstar::primitives::GeomWithData;
use std::collections::BTreeSet;
use std::path::Path;

/// Settings for building a mine from surveys.
pub type ImportOptions = BuildOptions;

/// Largest coordinate (m) of a local site grid. From larger coordinates, whole kilometres are subtracted.
const GREATEST_SITE_COORDINATE: f64 = 100_000.0;
/// Step (m) to which the subtracted datum is rounded down.
const DATUM_STEP: f64 = 1_000.0;
/// Words in a layer name that mark the layer's strings as edges of the drivable surface.
const EDGE_WORDS: [&str; 7] = ["drivable", "road", "haul", "edge", "ramp", "boundary", "outline"];
/// Tolerance (m) for thinning the outlines traced from a mask.
const MASK_TOLERANCE: f64 = 0.12;
/// Feet per metre: the scale between a survey in metres and one in feet.
const FEET_PER_METRE: f64 = 1.0 / 0.3048;

/// Reads survey files, combines them and builds the mine. The mine is named after the folder of the first file.
///
/// # Errors
///
/// Returns every fault of every file with its position. Also returns a fault if the files do not overlap, if strings do
/// not close (with their loose ends), or if the edges enclose no drivable surface.
pub fn import_survey(
    paths: &[impl AsRef<Path>],
    read: &ReadOptions,
    options: &ImportOptions,
) -> Result<(MineMap, ImportReport), MineError> {
    let mut faults = Vec::new();
    let mut surveys = Vec::new();
    for path in paths {
        match survey_of_file(path.as_ref(), read) {
            Ok(survey) => surveys.push(survey),
            Err(found) => faults.extend(found),
        }
    }
    Faults::check(faults)?;
    let name = paths.first().map_or_else(|| "mine".to_owned(), |p| name_of(p.as_ref()));
    build_surveys(&name, surveys, read, options)
}

/// Returns the name of the folder that holds the survey file, or the file's own name if its path has no folder.
fn name_of(file: &Path) -> String {
    let folder = file.parent().and_then(Path::file_name);
    folder.or(file.file_stem()).map_or_else(|| "mine".into(), |n| n.to_string_lossy().into_owned())
}

/// Builds a mine from surveys.
///
/// # Errors
///
/// See [`import_survey`].
pub fn build_surveys(
    name: &str,
    surveys: Vec<(Survey, SourceReport)>,
    read: &ReadOptions,
    options: &ImportOptions,
) -> Result<(MineMap, ImportReport), MineError> {
    let (surveys, sources): (Vec<Survey>, Vec<SourceReport>) = surveys.into_iter().unzip();
    lie_on_each_other(&surveys, &sources)?;
    let mut findings = Findings::default();
    let mut strings = Vec::new();
    let mut ground_strings = Vec::new();
    let mut mesh = Mesh::default();
    let mut input = BuildInput { name: name.to_owned(), options: options.clone(), ..BuildInput::default() };
    let mut mask = Vec::new();
    for survey in surveys {
        strings.extend(survey.strings);
        ground_strings.extend(survey.ground_strings);
        input.terrain_points.extend(survey.points);
        let first = mesh.vertices.len() as u32;
        mesh.vertices.extend(survey.mesh.vertices);
        mesh.faces.extend(survey.mesh.faces.iter().map(|f| f.map(|v| v + first)));
        input.grids.extend(survey.grid);
        mask.extend(survey.mask);
    }
    input.faces = mesh.faces.iter().map(|f| f.map(|v| mesh.vertices[v as usize])).collect();
    if input.faces.is_empty() && input.grids.is_empty() {
        input.faces = faces_of_lines(&strings, !mask.is_empty(), &ground_strings, &input.terrain_points, &mut findings);
    }
    let mut flat: Vec<LayeredString> = Vec::new();
    if !mask.is_empty() {
        for string in &mut strings {
            string.string.kind = StringKind::Breakline;
        }
        if !strings.is_empty() {
            findings.notes.push("the mask defines the drivable surface; strings only shape the ground".to_owned());
        }
        flat = mask.iter().enumerate().map(|(k, ring)| outline(&format!("mask {}", k + 1), ring)).collect();
    } else {
        sort_by_layer(&mut strings, &mesh, read, &mut findings);
        edges_are_there(&strings, read)?;
        if strings.iter().all(|s| s.string.kind == StringKind::Breakline) {
            flat = edges_of_ground(&mesh, &input, options, &sources, &mut findings)
                .map_err(|e| with_findings(e, &sources))?;
        }
    }
    strings.extend(flat);
    ground_strings.iter_mut().for_each(|s| s.string.kind = StringKind::Breakline);
    strings.extend(ground_strings);
    input.draped = drape(&mut strings, &input, &mut findings);
    findings.strange.extend(input.grids.iter().filter_map(|g| doubts::cell(g.step())));
    findings.strange.extend(doubts::apart(&heights_of_edges_and_ground(&strings, &input)));
    input.strings = strings.into_iter().map(|s| s.string).collect();
    rebase(&mut input);
    let extent = extent_note(&input, &sources);
    let with_extent = |reason: String| match &extent {
        Some(extent) => MineError::NoSurface(format!("{reason}; {extent}")),
        None => MineError::NoSurface(reason),
    };
    let (map, build) = build_map(input).map_err(|e| match e {
        MineError::NoSurface(reason) => with_findings(with_extent(reason), &sources),
        other => other,
    })?;
    let questions = [doubts::width(&build.summary, &sources), doubts::grade(&build.summary, &sources)];
    if let Some(reason) = doubts::nothing_to_drive_on(&map, options.truck_width) {
        let why = [Some(reason)].into_iter().chain(questions).flatten().collect::<Vec<_>>().join("; ");
        return Err(with_extent(why));
    }
    findings.strange.extend(extent);
    findings.strange.extend(doubts::no_road(&map));
    findings.strange.extend(questions.into_iter().flatten());
    Ok((map, ImportReport { sources, findings, build }))
}

/// Adds the findings of all files to the error "no drivable surface", because they may explain why the surface is
/// missing.
fn with_findings(error: MineError, sources: &[SourceReport]) -> MineError {
    let MineError::NoSurface(mut what) = error else { return error };
    for source in sources {
        let lines: Vec<String> = source.findings.lines().collect();
        if !lines.is_empty() {
            what = format!("{what}; {}: {}", source.file, lines.join("; "));
        }
    }
    MineError::NoSurface(what)
}

/// Minimum number of points that form a surface.
const LEAST_CORNERS: usize = 3;

/// Triangulates contours and single points. Returns no faces if any edge has heights, or if the survey holds only
/// single points.
fn faces_of_lines(
    strings: &[LayeredString],
    has_mask: bool,
    ground_strings: &[LayeredString],
    points: &[Point3],
    findings: &mut Findings,
) -> Vec<[Point3; 3]> {
    let lines: Vec<&[Point3]> =
        ground_strings.iter().filter(|s| s.has_heights).map(|s| s.string.points.as_slice()).collect();
    let is_alone = strings.is_empty() && !has_mask;
    let corners = points.len() + lines.iter().map(|l| l.len()).sum::<usize>();
    if corners < LEAST_CORNERS || (is_alone && lines.is_empty()) || strings.iter().any(|s| s.has_heights) {
        return Vec::new();
    }
    let faces = crate::build::faces_between(&lines, points);
    if !faces.is_empty() {
        findings.assumed.push(format!(
            "the ground is the surface between {} contours and {} single points",
            lines.len(),
            points.len()
        ));
    }
    faces
}

/// Sorts strings into drivable edges and breaklines, by the layers that the user gives or else by the layer names.
fn sort_by_layer(strings: &mut [LayeredString], mesh: &Mesh, read: &ReadOptions, findings: &mut Findings) {
    let asked = |layer: &str| read.edges.iter().any(|e| e.eq_ignore_ascii_case(layer));
    let named = |layer: &str| {
        let layer = layer.to_lowercase();
        EDGE_WORDS.iter().any(|w| layer.contains(w))
    };
    let by_name = strings.iter().any(|s| named(&s.layer));
    let mut edges: Vec<String> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    for string in strings.iter_mut() {
        let layer = string.layer.as_str();
        let is_edge = if !read.edges.is_empty() {
            asked(layer)
        } else if by_name {
            named(layer)
        } else {
            // Strings on a triangulated surface are its breaklines.
            mesh.faces.is_empty()
        };
        string.string.kind = if is_edge { StringKind::Drivable } else { StringKind::Breakline };
        let list = if is_edge { &mut edges } else { &mut others };
        if !layer.is_empty() && !list.contains(&string.layer) {
            list.push(string.layer.clone());
        }
    }
    if !others.is_empty() {
        let edges = if edges.is_empty() { "none".to_owned() } else { edges.join(", ") };
        findings
            .notes
            .push(format!("layers of edges: {edges}; layers that only shape the ground: {}", others.join(", ")));
    }
}

/// Maximum number of layers listed in a fault.
const GREATEST_LAYERS: usize = 20;

/// Checks that at least one string lies in the edge layers that the user gives.
fn edges_are_there(strings: &[LayeredString], read: &ReadOptions) -> Result<(), Faults> {
    if read.edges.is_empty() || strings.iter().any(|s| s.string.kind == StringKind::Drivable) {
        return Ok(());
    }
    let layers: BTreeSet<&str> = strings.iter().map(|s| s.layer.as_str()).filter(|layer| !layer.is_empty()).collect();
    let more = if layers.len() > GREATEST_LAYERS { ", …" } else { "" };
    let help = if layers.is_empty() {
        "the strings of the survey have no layers; leave out --edges to use all strings as edges".to_owned()
    } else {
        format!(
            "layers in the survey: {}{more}",
            layers.into_iter().take(GREATEST_LAYERS).collect::<Vec<_>>().join(", ")
        )
    };
    Err(Fault::new(format!("expected a layer named {}, found none", read.edges.join(" or "))).help(help).into())
}

/// Returns an outline as a drivable edge without heights.
fn outline(name: &str, ring: &[Point2]) -> LayeredString {
    let points = thinned(ring).iter().map(|p| Point3::new(p.x, p.y, 0.0)).collect();
    let string = EdgeString { name: name.to_owned(), kind: StringKind::Drivable, closed: true, points };
    LayeredString { layer: "drivable".into(), string, has_heights: false }
}

/// Thins an outline traced from raster cells: removes the points that only follow the cell boundaries.
fn thinned(ring: &[Point2]) -> Vec<Point2> {
    let lifted: Vec<Point3> = ring.iter().map(|p| Point3::new(p.x, p.y, 0.0)).collect();
    crate::build::thinned(&lifted, MASK_TOLERANCE, f64::INFINITY).iter().map(|p| p.xy()).collect()
}

/// Derives drivable edges from the ground, for a survey without edges.
fn edges_of_ground(
    mesh: &Mesh,
    input: &BuildInput,
    options: &ImportOptions,
    sources: &[SourceReport],
    findings: &mut Findings,
) -> Result<Vec<LayeredString>, MineError> {
    let mut edges = Vec::new();
    if !mesh.faces.is_empty() && surface::is_drivable(mesh) {
        findings
            .assumed
            .push("no edges are given; the surface is gentle nearly everywhere, so its border is the edge".into());
        for (k, points) in surface::border(mesh).into_iter().enumerate() {
            let name = format!("border {}", k + 1);
            let string = EdgeString { name, kind: StringKind::Drivable, closed: true, points };
            edges.push(LayeredString { layer: "drivable".into(), string, has_heights: true });
        }
        return Ok(edges);
    }
    let drawn = if input.faces.is_empty() { None } else { rasterised(&input.faces) };
    let Some(grid) = drawn.as_ref().or(input.grids.first()) else {
        return Err(MineError::NoSurface(
            "the survey has no edges of a drivable surface, and no ground to find them on".into(),
        ));
    };
    let slope = options.greatest_slope.unwrap_or(f64::INFINITY).min(GREATEST_GENTLE_SLOPE);
    for (k, ring) in surface::gentle(grid, slope, options.truck_width / 2.0).iter().enumerate() {
        edges.push(outline(&format!("gentle ground {}", k + 1), ring));
    }
    if edges.is_empty() {
        return Err(MineError::NoSurface(doubts::no_gentle_ground(grid, slope, sources)));
    }
    findings.assumed.push(format!(
        "no edges are given; the largest connected ground with a slope of at most {:.0} % and room for a truck was taken as \
         drivable; give the edges or a mask to be sure",
        100.0 * slope
    ));
    Ok(edges)
}

/// Maximum slope (rise over run) of ground that counts as drivable in a survey without edges.
const GREATEST_GENTLE_SLOPE: f64 = 0.15;

/// Gives heights to edges without heights: from surfaces and rasters, or else from the nearest point with a height.
/// Returns true if the survey has surfaces or rasters.
fn drape(strings: &mut [LayeredString], input: &BuildInput, findings: &mut Findings) -> bool {
    let without = strings.iter().filter(|s| !s.has_heights).count();
    if without == 0 {
        return false;
    }
    let drawn = if input.faces.is_empty() { None } else { rasterised(&input.faces) };
    let grids: Vec<&ElevationGrid> = drawn.iter().chain(&input.grids).collect();
    let known: Vec<GeomWithData<[f64; 2], f64>> = strings
        .iter()
        .filter(|s| s.has_heights)
        .flat_map(|s| &s.string.points)
        .chain(&input.terrain_points)
        .map(|p| GeomWithData::new([p.x, p.y], p.z))
        .collect();
    let nearest = RTree::bulk_load(known);
    let cells = || {
        grids.iter().flat_map(|g| {
            let (w, h) = g.size();
            (0..w * h).filter_map(move |k| {
                let p = g.place(k % w, k / w);
                Some(GeomWithData::new([p.x, p.y], g.cell(k % w, k / w)?))
            })
        })
    };
    // Points outside all rasters get the height of the nearest cell. The index of cells is built only when first
    // needed.
    let mut by_cell: Option<RTree<GeomWithData<[f64; 2], f64>>> = None;
    let (mut flat, mut beside, mut off) = (0_usize, 0_usize, 0_usize);
    for string in strings.iter_mut().filter(|s| !s.has_heights) {
        for p in &mut string.string.points {
            let on_grid = grids.iter().find_map(|g| g.height(p.xy()));
            let by_point = || {
                let height = nearest.nearest_neighbor([p.x, p.y]).map(|n| n.data);
                beside += usize::from(height.is_some() && !grids.is_empty());
                height
            };
            let height = on_grid.or_else(by_point).or_else(|| {
                off += 1;
                by_cell.get_or_insert_with(|| RTree::bulk_load(cells().collect()));
                by_cell.as_ref().and_then(|t| t.nearest_neighbor([p.x, p.y])).map(|n| n.data)
            });
            flat += usize::from(height.is_none());
            p.z = height.unwrap_or(0.0);
        }
    }
    let edges = if without == 1 { "1 edge has".to_owned() } else { format!("{without} edges have") };
    if flat > 0 {
        findings
            .assumed
            .push(format!("{edges} no heights, and there is no ground to take them from; their height is 0 m"));
    } else {
        let mut rest = String::new();
        if beside > 0 {
            rest += &format!(", {beside} points have the height of the nearest point of the survey");
        }
        if off > 0 {
            rest += &format!(", {off} points have the height of the nearest cell with data");
        }
        let were = if without == 1 { "was" } else { "were" };
        findings.notes.push(format!("{edges} no heights and {were} laid on the ground{rest}"));
    }
    !grids.is_empty()
}

/// Returns pairs of heights (m) at the points of drivable edges: height of the edge, height of the raster beneath.
fn heights_of_edges_and_ground(strings: &[LayeredString], input: &BuildInput) -> Vec<(f64, f64)> {
    let edges = strings.iter().filter(|s| s.has_heights && s.string.kind == StringKind::Drivable);
    let points = edges.flat_map(|s| &s.string.points);
    points.filter_map(|p| Some((p.z, input.grids.iter().find_map(|g| g.height(p.xy()))?))).collect()
}

/// Returns the bounding box of a source in plan.
fn bounds(survey: &Survey) -> Option<(Point2, Point2)> {
    let strings = survey.strings.iter().chain(&survey.ground_strings);
    let points = strings.flat_map(|s| &s.string.points).chain(&survey.points);
    let plan = points.chain(&survey.mesh.vertices).map(|p| p.xy()).chain(survey.mask.iter().flatten().copied());
    let grid = survey.grid.iter().flat_map(|g| <[Point2; 2]>::from(g.bounds()));
    plan.chain(grid)
        .fold(None, |found, p| Some(found.map_or((p, p), |(l, h): (Point2, Point2)| (l.inf(&p), h.sup(&p)))))
}

/// Checks that every source overlaps the first one. The fault names the likely cause.
fn lie_on_each_other(surveys: &[Survey], sources: &[SourceReport]) -> Result<(), Faults> {
    let boxes: Vec<Option<(Point2, Point2)>> = surveys.iter().map(bounds).collect();
    let Some(Some(first)) = boxes.first() else { return Ok(()) };
    let meet = |a: &(Point2, Point2), b: &(Point2, Point2)| {
        a.0.x <= b.1.x && b.0.x <= a.1.x && a.0.y <= b.1.y && b.0.y <= a.1.y
    };
    let mut faults = Vec::new();
    for (other, source) in boxes.iter().zip(sources).skip(1) {
        let Some(other) = other else { continue };
        if meet(first, other) {
            continue;
        }
        let swapped = (Point2::new(other.0.y, other.0.x), Point2::new(other.1.y, other.1.x));
        let scaled = |by: f64| (other.0 * by, other.1 * by);
        let fault = Fault::new(format!(
            "expected an overlap with {}, found none: east {:.0} to {:.0}, north {:.0} to {:.0}, compared with east {:.0} to {:.0}, \
             north {:.0} to {:.0}",
            sources[0].file, other.0.x, other.1.x, other.0.y, other.1.y, first.0.x, first.1.x, first.0.y, first.1.y
        ))
        .in_file(&source.file);
        faults.push(fault.help(if meet(first, &swapped) {
            "with swapped axes it would overlap; give --axes ne, or --axes en if its format prescribes north first"
        } else if meet(first, &scaled(FEET_PER_METRE)) || meet(first, &scaled(1.0 / FEET_PER_METRE)) {
            "scaled by feet it would overlap; one of the two is in feet, so give --unit"
        } else {
            "bring both to one coordinate system and one unit"
        }));
    }
    Faults::check(faults)
}

/// Chooses the datum and subtracts it from all plan coordinates. The datum is in whole kilometres for a national grid,
/// and zero for a site grid. Heights do not change.
fn rebase(input: &mut BuildInput) {
    let edges = input.strings.iter().filter(|s| s.kind == StringKind::Drivable).flat_map(|s| &s.points);
    let start = (Point2::new(f64::INFINITY, f64::INFINITY), Point2::new(f64::NEG_INFINITY, f64::NEG_INFINITY));
    let (low, high) = edges.fold(start, |(l, h), p| (l.inf(&p.xy()), h.sup(&p.xy())));
    let step = |least: f64, greatest: f64| {
        if greatest.abs().max(least.abs()) > GREATEST_SITE_COORDINATE {
            (least / DATUM_STEP).floor() * DATUM_STEP
        } else {
            0.0
        }
    };
    let datum = Datum { easting: step(low.x, high.x), northing: step(low.y, high.y), elevation: 0.0 };
    input.datum = datum;
    if datum == Datum::default() || !(datum.easting.is_finite() && datum.northing.is_finite()) {
        input.datum = Datum::default();
        return;
    }
    let shift = |p: &mut Point3| {
        p.x -= datum.easting;
        p.y -= datum.northing;
    };
    input.strings.iter_mut().flat_map(|s| &mut s.points).for_each(shift);
    input.terrain_points.iter_mut().for_each(shift);
    input.faces.iter_mut().flatten().for_each(shift);
    let taken = Point3::new(datum.easting, datum.northing, 0.0);
    input.grids = std::mem::take(&mut input.grids).into_iter().map(|g| g.rebased(taken)).collect();
}

/// Returns a question about the unit if the extent of the mine is implausible.
fn extent_note(input: &BuildInput, sources: &[SourceReport]) -> Option<String> {
    let edges = || input.strings.iter().filter(|s| s.kind == StringKind::Drivable).flat_map(|s| &s.points);
    let first = edges().next()?.xy();
    let (low, high) = edges().fold((first, first), |(l, h), p| (l.inf(&p.xy()), h.sup(&p.xy())));
    doubts::extent(high.x - low.x, high.y - low.y, sources)
}
