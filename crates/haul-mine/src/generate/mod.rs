//! A parametric open pit: a complete mine from a few design figures and a seed.
//!
//! The steps follow the order in which a pit designer works:
//!
//! 1. the pit floor and the pushbacks ([`outline`]),
//! 2. the ramp from the floor up the wall, with its switchbacks ([`ramp`]),
//! 3. the roads, the pads and the waste dump outside the pit ([`layout`]),
//! 4. the outline of the drivable surface ([`surface_layout`]),
//! 5. the ground around that surface ([`final_ground`]).
//!
//! The result goes through the same pipeline as a surveyed mine. It is then checked against the figures ([`check`]).

mod alignment;
mod check;
mod final_ground;
mod layout;
mod original_ground;
mod outline;
mod plan_grid;
mod ramp;
mod slope_band;
mod slope_edges;
mod slope_projection;
mod spec;
mod surface_layout;
#[cfg(test)]
mod tests;

pub use spec::{MOST_SWITCHBACKS, PitSpec, RampShape};

use crate::build::{BuildInput, BuildOptions, EdgeString, StringKind, build_map_on};
use crate::error::MineError;
use crate::map::{Datum, MineMap};
use crate::places::{PlaceSpec, resolve_place};
use crate::region::densified;
use crate::terrain::Terrain;
use crate::threads::joined;
use haul_core::random::stream;
use haul_core::{Fault, Faults, Point2, Point3, Polygon, Vector2};
use original_ground::OriginalGround;
use plan_grid::PlanGrid;

/// Width of undisturbed ground kept around everything that is dug or built, m.
const MARGIN: f64 = 45.0;
/// Allowance for original ground that is higher at the crest than above the toe, m.
const CREST_RISE: f64 = 5.0;
/// Greatest distance between points of the drivable edge, m. At this distance its heights follow vertical curves.
const EDGE_STEP: f64 = 5.0;
/// Greatest number of draws of a design before the generator gives up.
const ATTEMPTS: u32 = 12;

/// One drawn design of a pit.
pub(crate) struct PitDesign {
    original: OriginalGround,
    pit: outline::Excavation,
    ramp: ramp::Ramp,
    layout: layout::PitLayout,
    surface: Polygon,
    grid: PlanGrid,
}

/// Makes a mine from its design figures.
///
/// The mine is an open pit with benches, a haul ramp, loading faces, crushers, a waste dump, a park and the roads
/// between them. The same figures give the same mine, byte for byte.
///
/// # Errors
///
/// Returns every fault of the figures at once. If the figures are valid but no draw succeeds, returns the faults of the
/// last draw.
pub fn generate_pit(spec: &PitSpec) -> Result<MineMap, MineError> {
    spec.check()?;
    let mut obstacles = Vec::new();
    for attempt in 0..ATTEMPTS {
        match built_draw(spec, attempt) {
            Ok(map) => return Ok(map),
            Err(faults) => {
                tracing::debug!(seed = spec.seed, attempt, %faults, "design rejected");
                obstacles = faults.into_iter().collect();
            }
        }
    }
    let first = Fault::new(format!("no pit fits these figures: all {ATTEMPTS} draws of seed {} failed", spec.seed))
            .help("try another seed, a larger floor, fewer switchbacks or a smaller depth; the faults of the last draw follow");
    obstacles.insert(0, first);
    Err(Faults::check(obstacles).map_or_else(MineError::Faults, |()| MineError::NoSurface("no draw".into())))
}

/// Draws one design, builds its map and checks it.
fn built_draw(spec: &PitSpec, attempt: u32) -> Result<MineMap, Faults> {
    let design = draw_design(spec, attempt)?;
    let faults_of = |e: MineError| match e {
        MineError::Faults(faults) => faults,
        other => Faults::from(Fault::new(other.to_string())),
    };
    let (mut map, _) = build_map_on(input(spec, &design), || design.ground(spec)).map_err(faults_of)?;
    let (faults, places) = std::thread::scope(|scope| {
        let checked = scope.spawn(|| check::check(spec, &design, &map));
        let (mut faults, mut places) = (Vec::new(), Vec::new());
        for place in &design.layout.places {
            match resolve_place(&map, &place_spec(place), &spec.truck) {
                Ok(place) => places.push(place),
                Err(fault) => faults.push(fault),
            }
        }
        faults.extend(places.iter().flat_map(|place| check::ways(spec, &map, place)));
        faults.extend(joined(checked));
        (faults, places)
    });
    map.set_places(places);
    Faults::check(faults)?;
    for moved in map.clear_exit_paths(&spec.truck) {
        tracing::info!(seed = spec.seed, attempt, %moved, "moved a queue off an exit path");
    }
    Ok(map)
}

/// Draws one design.
fn draw_design(spec: &PitSpec, attempt: u32) -> Result<PitDesign, Faults> {
    let draw = |purpose: &str| stream(spec.seed, &format!("pit {attempt}"), purpose);
    let original = OriginalGround::draw(&mut draw("relief"));
    let floor_height = original.height(Point2::origin()) - spec.depth;
    let pit = outline::Excavation::draw(spec, floor_height, &mut draw("outline"));
    let reach = spec.floor_length / 2.0 + 1.3 * spec.depth / spec.wall_slope() + 5.0 * spec.formation();
    let ramp = ramp::lay_ramp(spec, &pit, &original, reach, &mut draw("ramp"))
        .ok_or_else(|| Fault::new("the ramp does not reach the original ground"))?;
    let layout = layout::lay_out(spec, &pit, &ramp, &original, &mut draw("layout"));
    let mut parts = layout.surface.parts();
    if parts.len() != 1 {
        return Err(Fault::new(format!("expected one connected drivable surface, found {} parts", parts.len())).into());
    }
    let surface = parts.remove(0);
    let (low, high) = extent(spec, &pit, &original, &layout, &surface);
    let grid = PlanGrid::covering(low, high, spec.grid_spacing);
    Ok(PitDesign { original, pit, ramp, layout, surface, grid })
}

impl PitDesign {
    /// Returns the ground around the designed surface.
    fn ground(&self, spec: &PitSpec) -> Result<Terrain, MineError> {
        let ground = final_ground::FinalGround {
            spec,
            pit: &self.pit,
            original: &self.original,
            surface_layout: &self.layout.surface,
            surface: &self.surface,
            earthworks: &self.layout.earthworks,
        };
        let PlanGrid { origin, spacing, nx, .. } = self.grid;
        let ground = Terrain::new(origin, spacing, nx, ground.build(&self.grid).values);
        let ground = ground.ok_or_else(|| MineError::NoSurface("the ground is not a grid of finite heights".into()))?;
        Ok(ground.surveyed())
    }
}

/// Returns the corners of the terrain's bounding box, the lower one on whole metres.
///
/// The box holds everything that is dug or built. Around each point it also holds the run of the wall that rises, or
/// the fill that falls, from there to the original ground.
fn extent(
    spec: &PitSpec,
    pit: &outline::Excavation,
    original: &OriginalGround,
    layout: &layout::PitLayout,
    surface: &Polygon,
) -> (Point2, Point2) {
    let floor = pit.floor.iter().map(|p| (*p, pit.floor_height));
    let pushbacks = pit.pushbacks.iter().flat_map(|(ring, height)| ring.iter().map(move |p| (*p, *height)));
    let heights = layout.surface.heights(&surface.outer);
    let roads = surface.outer.iter().zip(heights).filter_map(|(p, height)| Some((*p, height?)));
    let fills = layout.earthworks.fills.iter().flat_map(|(ring, height)| ring.iter().map(move |p| (*p, *height)));
    let start = (Point2::new(f64::MAX, f64::MAX), Point2::new(f64::MIN, f64::MIN));
    let (low, high) = floor.chain(pushbacks).chain(roads).chain(fills).fold(start, |(low, high), (p, height)| {
        let rise = (original.height(p) - height).abs();
        let run = (rise + CREST_RISE) / spec.wall_slope() + MARGIN;
        (low.inf(&(p - Vector2::new(run, run))), high.sup(&(p + Vector2::new(run, run))))
    });
    (low.map(f64::floor), high)
}

/// Returns the design as strings for the survey pipeline. The pipeline takes their heights from the ground.
fn input(spec: &PitSpec, design: &PitDesign) -> BuildInput {
    let strings = design
        .surface
        .rings()
        .enumerate()
        .map(|(k, ring)| EdgeString {
            name: if k == 0 { "outline".to_owned() } else { format!("island {k}") },
            kind: StringKind::Drivable,
            closed: true,
            points: densified(ring, EDGE_STEP).into_iter().map(|p| Point3::new(p.x, p.y, 0.0)).collect(),
        })
        .collect();
    let options = BuildOptions {
        terrain_spacing: spec.grid_spacing,
        truck_width: 2.0 * spec.truck.footprint.half_width,
        spacing: 1.0,
        // Designed edges are smooth, and every road is at least six of these steps wide.
        edge_step: (spec.ramp_width / 6.0).clamp(2.0, 3.0),
        ..BuildOptions::default()
    };
    BuildInput { name: spec.name.clone(), datum: Datum::default(), strings, options, ..BuildInput::default() }
}

/// Returns the specification of a planned place.
fn place_spec(place: &layout::PlannedPlace) -> PlaceSpec {
    let bearing = (90.0 - place.heading.to_degrees()).rem_euclid(360.0);
    PlaceSpec {
        id: place.id.clone(),
        kind: place.kind,
        at: [place.at.x, place.at.y],
        heading_deg: Some(bearing),
        spots: Some(place.bays),
        queue: None,
        material_density: None,
        paddock: None,
    }
}
