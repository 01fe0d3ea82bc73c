//! The pipeline from strings to a mine, the same for surveyed and generated mines.

mod crossing;
mod elevation;
mod ground;
mod heights;
mod options;
mod stitch;
mod strings;
mod surface;

pub use elevation::ElevationGrid;
pub(crate) use ground::rasterised;
pub use options::BuildOptions;
pub use strings::{EdgeString, StringKind};
pub(crate) use surface::{distance3, thinned};

use crate::drivable::Drivable;
use crate::error::MineError;
use crate::import::ImportReport;
use crate::map::{Datum, MineMap, Repair, RepairKind};
use crate::roads::trace;
use crate::terrain::Terrain;
use crate::threads::joined;
use ground::{Ground, GroundLines};
use haul_core::{Fault, Point2, Point3};
use surface::EdgeRings;

/// A change of height by smoothing that is worth a word, m.
const HEIGHT_CHANGE: f64 = 0.3;
/// Greatest spacing of the boundary's points after thinning, m, so that distances along it stay even.
const LONGEST_PIECE: f64 = 5.0;

/// What a mine is built from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BuildInput {
    /// Name of the mine.
    pub name: String,
    /// What was subtracted from the survey's coordinates.
    pub datum: Datum,
    /// Edges of the drivable surface and lines of the ground.
    pub strings: Vec<EdgeString>,
    /// Further points of the ground.
    pub terrain_points: Vec<Point3>,
    /// Measured rasters of the ground.
    pub grids: Vec<ElevationGrid>,
    /// Measured faces of the ground.
    pub faces: Vec<[Point3; 3]>,
    /// Whether the heights of the edges were taken from rasters and faces: then these are the ground of the roads too,
    /// however coarse they are.
    pub draped: bool,
    /// The ground where it is known as a grid, as of a generated mine: it is then taken as it is, and nothing is
    /// triangulated.
    pub ground: Option<Terrain>,
    /// How.
    pub options: BuildOptions,
}

/// Builds a mine: stitches the edges, triangulates the ground, traces the roads, names the wide areas. Places and
/// zones are left empty.
///
/// Errors: [`MineError::Faults`] for points that are not finite and for strings that do not close (with the loose
/// ends), [`MineError::NoSurface`] where nothing drivable is enclosed.
pub fn build_map(mut input: BuildInput) -> Result<(MineMap, ImportReport), MineError> {
    let ground = input.ground.take();
    built(input, ground.map(|ground| || Ok(ground)))
}

/// The same on the ground that a function makes, while the roads are traced.
pub(crate) fn build_map_on(
    input: BuildInput,
    ground: impl FnOnce() -> Result<Terrain, MineError>,
) -> Result<(MineMap, ImportReport), MineError> {
    built(input, Some(ground))
}

fn built(
    input: BuildInput,
    known: Option<impl FnOnce() -> Result<Terrain, MineError>>,
) -> Result<(MineMap, ImportReport), MineError> {
    let options = &input.options;
    let (strings, points) = (input.strings.len(), input.strings.iter().map(|s| s.points.len()).sum());
    check_finite(&input)?;
    let (edges, lines): (Vec<_>, Vec<_>) = input.strings.into_iter().partition(|s| s.kind == StringKind::Drivable);
    check_length(&edges)?;
    // The lines of the roads do not ask for the ground, and a known ground does not ask for the edges.
    let (surface, axes, ground) = match known {
        Some(known) => std::thread::scope(|scope| {
            let traced = scope.spawn(|| {
                let surface = Surface::of(edges, false, options)?;
                let axes = trace::axes(&surface.drivable, options);
                Ok::<_, MineError>((surface, axes))
            });
            let terrain = known();
            let (surface, axes) = joined(traced)?;
            Ok::<_, MineError>((surface, axes, Ground { terrain: terrain?, triangles: 0, moved: Vec::new() }))
        })?,
        None => {
            let surface = Surface::of(edges, true, options)?;
            let lines = GroundLines {
                breaklines: lines.into_iter().map(line_points).collect(),
                points: input.terrain_points,
                grids: input.grids,
                faces: input.faces,
                draped: input.draped,
            };
            let (axes, ground) = std::thread::scope(|scope| {
                let axes = scope.spawn(|| trace::axes(&surface.drivable, options));
                let ground = ground::ground(&surface.edges, &lines, options);
                (joined(axes), ground)
            });
            (surface, axes, ground?)
        }
    };
    let Surface { drivable, area_before_thinning_m2, mut repairs, .. } = surface;
    note_slopes(&ground, options, &mut repairs);
    let Ground { terrain, triangles, .. } = ground;
    let (roads, areas) = trace::trace(axes, &drivable, &terrain, options);
    let map = MineMap {
        datum: input.datum,
        traffic_side: options.traffic_side,
        road_class: options.road_class.clone(),
        areas,
        repairs,
        ..MineMap::new(input.name, terrain, drivable, roads)
    };
    let report = ImportReport {
        strings,
        points,
        repairs: map.repairs.clone(),
        area_before_thinning_m2,
        area_m2: map.drivable.polygon().area(),
        boundary_points: map.drivable.polygon().rings().map(<[Point2]>::len).sum(),
        triangles,
        sources: Vec::new(),
        notes: Vec::new(),
        summary: map.summary(),
    };
    Ok((map, report))
}

/// The drivable surface as its edges give it.
struct Surface {
    edges: EdgeRings,
    drivable: Drivable,
    area_before_thinning_m2: f64,
    repairs: Vec<Repair>,
}

impl Surface {
    fn of(edges: Vec<EdgeString>, has_heights: bool, options: &BuildOptions) -> Result<Surface, MineError> {
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
        Ok(Surface { edges, drivable, area_before_thinning_m2, repairs })
    }
}

/// A closed breakline gets its first point again at its end.
fn line_points(string: EdgeString) -> Vec<Point3> {
    let mut points = string.points;
    if string.closed && points.len() > 2 {
        points.push(points[0]);
    }
    points
}

/// Coordinates beyond this are no metres about a datum; squares of them would lose the millimetre.
const FARTHEST: f64 = 1e7;
/// Edges of a drivable surface that are longer together are no mine's, m; the greatest mines have some hundred kilometres of
/// roads. Millimetres that are read for metres come to such lengths.
const LONGEST_EDGES: f64 = 1e6;

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
        "the edges are {:.0} km long in all, read as metres; the longest piece, {:.1} km, lies between the points {} and {} of \
         string {}",
        length / 1e3,
        of((string, (from, to))) / 1e3,
        from + 1,
        to + 1,
        string.name
    );
    let help = format!(
        "at most {:.0} km: state the unit that the file is in, or mend a point that lies far off",
        LONGEST_EDGES / 1e3
    );
    Err(Fault::new(what).help(help).into())
}

fn check_finite(input: &BuildInput) -> Result<(), MineError> {
    let sound = |p: &Point3| p.iter().all(|c| c.is_finite() && c.abs() <= FARTHEST);
    let mut faults = Vec::new();
    for string in &input.strings {
        if let Some(i) = string.points.iter().position(|p| !sound(p)) {
            let p = string.points[i];
            faults.push(
                Fault::new(format!("point {} of string {} lies at ({}, {}, {})", i + 1, string.name, p.x, p.y, p.z))
                    .help(format!("metres about the datum, at most {FARTHEST:.0} from it")),
            );
        }
    }
    if input.terrain_points.iter().any(|p| !sound(p)) {
        faults.push(Fault::new("a point of the ground is not a finite number of metres about the datum"));
    }
    haul_core::Faults::check(faults)?;
    Ok(())
}

fn smooth_heights(edges: &mut EdgeRings, options: &BuildOptions, repairs: &mut Vec<Repair>) {
    for ring in &mut edges.rings {
        let (change, at) = heights::smooth(ring, options.height_smoothing);
        if change >= HEIGHT_CHANGE {
            let what = format!(
                "heights along the edge jump; they were smoothed over {} m, by {change:.2} m at the most, here",
                options.height_smoothing
            );
            repairs.push(Repair { kind: RepairKind::HeightsSmoothed, at, what });
        }
    }
}

fn note_slopes(ground: &Ground, options: &BuildOptions, repairs: &mut Vec<Repair>) {
    let limit = options.greatest_slope.unwrap_or(f64::INFINITY);
    for moved in ground.moved.iter().filter(|m| m.by >= HEIGHT_CHANGE) {
        let what = format!(
            "the edges ask for more than {:.0} % across or along the road; its ground was moved by {:.2} m at the most, \
             here, over {:.0} m²",
            limit * 100.0,
            moved.by,
            moved.area
        );
        repairs.push(Repair { kind: RepairKind::SlopeLimited, at: moved.at, what });
    }
}

/// The polygon with fewer points; with all of them where fewer would make its edge cross itself.
fn thin(edges: &EdgeRings, options: &BuildOptions) -> haul_core::Polygon {
    let flattened = |ring: &Vec<Point3>| -> Vec<Point3> { ring.iter().map(|p| Point3::new(p.x, p.y, 0.0)).collect() };
    let rings = edges
        .rings
        .iter()
        .map(|r| surface::thinned(&flattened(r), options.boundary_tolerance, LONGEST_PIECE.max(options.spacing)))
        .collect();
    let thin = EdgeRings { rings }.polygon();
    let pieces: Vec<(Point2, Point2)> = thin.segments().collect();
    let crosses = !crossing::crossings(&pieces).is_empty();
    if crosses { edges.polygon() } else { thin }
}
