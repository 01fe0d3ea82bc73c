//! The pipeline from strings to a mine. Surveyed and generated mines share it.

mod crossing;
mod elevation;
mod ground;
mod heights;
mod options;
mod report;
mod stitch;
mod strings;
mod surface;

pub use elevation::ElevationGrid;
pub(crate) use ground::{faces_between, rasterised};
pub use options::BuildOptions;
pub use report::BuildReport;
pub use strings::{EdgeString, StringKind};
pub(crate) use surface::{distance3, thinned};

use crate::drivable::Drivable;
use crate::error::MineError;
use crate::map::{Datum, MineMap, Repair, RepairKind};
use crate::roads::trace;
use crate::terrain::Terrain;
use crate::threads::joined;
use ground::{BuiltGround, GroundLines};
use haul_core::{Fault, Point2, Point3};
use surface::EdgeRings;

/// Minimum change of height (m) that is reported as a repair.
const HEIGHT_CHANGE: f64 = 0.3;
/// Maximum spacing (m) of boundary points after thinning, so that distances along the boundary stay even.
const LONGEST_SEGMENT: f64 = 5.0;

/// Input for building a mine.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BuildInput {
    /// Name of the mine.
    pub name: String,
    /// Origin of the site frame, in the coordinates of the survey.
    pub datum: Datum,
    /// Edges of the drivable surface and lines of the ground.
    pub strings: Vec<EdgeString>,
    /// Additional points of the ground.
    pub terrain_points: Vec<Point3>,
    /// Measured rasters of the ground.
    pub grids: Vec<ElevationGrid>,
    /// Measured faces of the ground.
    pub faces: Vec<[Point3; 3]>,
    /// True if the edges took their heights from rasters and faces. The rasters and faces then also define the ground
    /// of the roads, regardless of their resolution.
    pub draped: bool,
    /// Ground as a finished grid, for example of a generated mine. It is used unchanged, and nothing is triangulated.
    pub ground: Option<Terrain>,
    /// Settings of the build.
    pub options: BuildOptions,
}

/// Builds a mine: stitches the edges, triangulates the ground, traces the roads and finds the wide areas. The mine has
/// no places and zones yet.
///
/// # Errors
///
/// Returns [`MineError::Faults`] if points are not finite or strings do not close (with their loose ends), and
/// [`MineError::NoSurface`] if no drivable area is enclosed.
pub fn build_map(mut input: BuildInput) -> Result<(MineMap, BuildReport), MineError> {
    let ground = input.ground.take();
    built(input, ground.map(|ground| || Ok(ground)))
}

/// Builds a mine on ground that the function `ground` creates. The function runs in parallel with the tracing of roads.
pub(crate) fn build_map_on(
    input: BuildInput,
    ground: impl FnOnce() -> Result<Terrain, MineError>,
) -> Result<(MineMap, BuildReport), MineError> {
    built(input, Some(ground))
}

/// Builds a mine, on the ground that `known` creates or else on triangulated ground.
fn built(
    input: BuildInput,
    known: Option<impl FnOnce() -> Result<Terrain, MineError>>,
) -> Result<(MineMap, BuildReport), MineError> {
    let options = &input.options;
    let tracing = options.tracing();
    let (strings, points) = (input.strings.len(), input.strings.iter().map(|s| s.points.len()).sum());
    check_finite(&input)?;
    let (edges, lines): (Vec<_>, Vec<_>) = input.strings.into_iter().partition(|s| s.kind == StringKind::Drivable);
    check_length(&edges)?;
    // Tracing roads in plan does not need the ground, and known ground does not need the edges.
    let (surface, axes, ground) = match known {
        Some(known) => std::thread::scope(|scope| {
            let traced = scope.spawn(|| {
                let surface = StitchedSurface::of(edges, false, options)?;
                let axes = trace::axes(&surface.drivable, &tracing);
                Ok::<_, MineError>((surface, axes))
            });
            let terrain = known();
            let (surface, axes) = joined(traced)?;
            Ok::<_, MineError>((surface, axes, BuiltGround { terrain: terrain?, triangles: 0, moved: Vec::new() }))
        })?,
        None => {
            let surface = StitchedSurface::of(edges, true, options)?;
            let lines = GroundLines {
                breaklines: lines.into_iter().map(line_points).collect(),
                points: input.terrain_points,
                grids: input.grids,
                faces: input.faces,
                draped: input.draped,
            };
            let (axes, ground) = std::thread::scope(|scope| {
                let axes = scope.spawn(|| trace::axes(&surface.drivable, &tracing));
                let ground = ground::ground(&surface.edges, &lines, options);
                (joined(axes), ground)
            });
            (surface, axes, ground?)
        }
    };
    let StitchedSurface { drivable, area_before_thinning_m2, mut repairs, .. } = surface;
    note_slopes(&ground, options, &mut repairs);
    let BuiltGround { terrain, triangles, .. } = ground;
    let (roads, areas) = trace::trace(axes, &drivable, &terrain, &tracing);
    let map = MineMap {
        datum: input.datum,
        traffic_side: options.traffic_side,
        road_class: options.road_class.clone(),
        areas,
        repairs,
        ..MineMap::new(input.name, terrain, drivable, roads)
    };
    let report = BuildReport {
        strings,
        points,
        repairs: map.repairs.clone(),
        area_before_thinning_m2,
        area_m2: map.drivable.polygon().area(),
        boundary_points: map.drivable.polygon().rings().map(<[Point2]>::len).sum(),
        triangles,
        summary: map.summary(),
    };
    Ok((map, report))
}

/// The drivable surface, stitched from its edges.
struct StitchedSurface {
    edges: EdgeRings,
    drivable: Drivable,
    area_before_thinning_m2: f64,
    repairs: Vec<Repair>,
}

impl StitchedSurface {
    /// Stitches the edges to a drivable surface. If `has_heights` is true, smooths the heights of the edges.
    fn of(edges: Vec<EdgeString>, has_heights: bool, options: &BuildOptions) -> Result<StitchedSurface, MineError> {
        if edges.is_empty() {
            return Err(MineError::NoSurface("there are no edges of a drivable surface".into()));
        }
        let mut repairs = Vec::new();
        let rings = stitch::stitch(edges, options, &mut repairs)?;
        let mut edges = surface::assemble(rings, options, &mut repairs)?;
        if has_heights {
            smooth_heights(&mut edges, options, &mut repairs);
        }
        let area_before_thinning_m2 = edges.polygon().area();
        let drivable = Drivable::new(thin(&edges, options))
            .ok_or_else(|| MineError::NoSurface("the edge encloses no area".into()))?;
        Ok(StitchedSurface { edges, drivable, area_before_thinning_m2, repairs })
    }
}

/// Returns the points of a breakline. For a closed breakline, repeats the first point at the end.
fn line_points(string: EdgeString) -> Vec<Point3> {
    let mut points = string.points;
    if string.closed && points.len() > 2 {
        points.push(points[0]);
    }
    points
}

/// Maximum distance of a coordinate from the datum (m): the distance from the equator to a pole. A larger coordinate
/// has a wrong unit or no datum.
const GREATEST_COORDINATE: f64 = 1e7;
/// Maximum total length (m) of the edges of a drivable surface. The largest mines have a few hundred kilometres of
/// roads. Coordinates in millimetres that are read as metres exceed this limit.
const LONGEST_EDGES: f64 = 1e6;

/// Checks that the total length of the edges is plausible.
fn check_length(strings: &[EdgeString]) -> Result<(), MineError> {
    let pieces = |s: &EdgeString| {
        let count = s.points.len();
        let closing = (s.closed && count > 2).then(|| (count - 1, 0));
        (1..count).map(|k| (k - 1, k)).chain(closing).collect::<Vec<_>>()
    };
    let all = || strings.iter().flat_map(|s| pieces(s).into_iter().map(move |ends| (s, ends)));
    let of = |(s, (from, to)): (&EdgeString, (usize, usize))| (s.points[to].xy() - s.points[from].xy()).norm();
    let length: f64 = all().map(of).sum();
    let longest = all().max_by(|a, b| of(*a).total_cmp(&of(*b))).filter(|_| length > LONGEST_EDGES);
    let Some((string, (from, to))) = longest else { return Ok(()) };
    let what = format!(
        "expected edges of at most {:.0} km in all, found {:.0} km when read as metres; the longest segment, {:.1} km, is between \
         the points {} and {} of string {}",
        LONGEST_EDGES / 1e3,
        length / 1e3,
        of((string, (from, to))) / 1e3,
        from + 1,
        to + 1,
        string.name
    );
    let help = "state the unit of the file, or correct a point that is far away";
    Err(Fault::new(what).help(help).into())
}

/// Checks that all coordinates are finite and near the datum.
fn check_finite(input: &BuildInput) -> Result<(), MineError> {
    let sound = |p: &Point3| p.iter().all(|c| c.is_finite() && c.abs() <= GREATEST_COORDINATE);
    let mut faults = Vec::new();
    for string in &input.strings {
        if let Some(i) = string.points.iter().position(|p| !sound(p)) {
            let p = string.points[i];
            faults.push(
                Fault::new(format!(
                    "point {} of string {}: expected metres within {GREATEST_COORDINATE:.0} of the datum, found ({}, {}, {})",
                    i + 1, string.name, p.x, p.y, p.z
                )),
            );
        }
    }
    if let Some((k, p)) = input.terrain_points.iter().enumerate().find(|(_, p)| !sound(p)) {
        faults.push(Fault::new(format!(
            "ground point {}: expected metres within {GREATEST_COORDINATE:.0} of the datum, found ({}, {}, {})",
            k + 1,
            p.x,
            p.y,
            p.z
        )));
    }
    haul_core::Faults::check(faults)?;
    Ok(())
}

/// Smooths the heights along the edges. Reports large changes as repairs.
fn smooth_heights(edges: &mut EdgeRings, options: &BuildOptions, repairs: &mut Vec<Repair>) {
    for ring in &mut edges.rings {
        let (change, at) = heights::smooth(ring, options.height_smoothing);
        if change >= HEIGHT_CHANGE {
            let what = format!(
                "heights jump along the edge; they were smoothed over {} m, by up to {change:.2} m here",
                options.height_smoothing
            );
            repairs.push(Repair { kind: RepairKind::HeightsSmoothed, at, what });
        }
    }
}

/// Reports the flattened parts of the ground as repairs.
fn note_slopes(ground: &BuiltGround, options: &BuildOptions, repairs: &mut Vec<Repair>) {
    let limit = options.greatest_slope.unwrap_or(f64::INFINITY);
    for moved in ground.moved.iter().filter(|m| m.by >= HEIGHT_CHANGE) {
        let what = format!(
            "the edges give a slope of more than {:.0} % across or along the road; the ground was moved by up to {:.2} m here, \
             over {:.0} m²",
            limit * 100.0,
            moved.by,
            moved.area
        );
        repairs.push(Repair { kind: RepairKind::SlopeLimited, at: moved.at, what });
    }
}

/// Returns the polygon of the edges with fewer points. If the thinned boundary would cross itself, keeps all points.
fn thin(edges: &EdgeRings, options: &BuildOptions) -> haul_core::Polygon {
    let flattened = |ring: &Vec<Point3>| -> Vec<Point3> { ring.iter().map(|p| Point3::new(p.x, p.y, 0.0)).collect() };
    let rings = edges
        .rings
        .iter()
        .map(|r| surface::thinned(&flattened(r), options.boundary_tolerance, LONGEST_SEGMENT))
        .collect();
    let thin = EdgeRings { rings }.polygon();
    let pieces: Vec<(Point2, Point2)> = thin.segments().collect();
    let crosses = !crossing::crossings(&pieces).is_empty();
    if crosses { edges.polygon() } else { thin }
}
