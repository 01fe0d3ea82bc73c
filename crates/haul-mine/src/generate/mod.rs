//! A parametric open pit: from a few design figures and a seed to a whole mine.
//!
//! The order is a pit designer's: the floor and the pushbacks ([`outline`]), the ramp from the floor up along the
//! wall with its switchbacks ([`ramp`]), the roads, pads and the dump on the surface ([`layout`]), the outline of
//! everything drivable ([`design`]), and last the ground that this leaves ([`terrain`]). The result goes through the
//! same pipeline as a surveyed mine and is then checked against what was asked ([`check`]).

mod alignment;
mod band;
mod check;
mod design;
mod edges;
mod lattice;
mod layout;
mod outline;
mod ramp;
mod relief;
mod spec;
mod spread;
mod terrain;
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
use lattice::Lattice;

/// Ground kept around everything that is dug or built, m.
const MARGIN: f64 = 45.0;
/// How much the ground may be higher at the crest than above the toe, m.
const RELIEF: f64 = 5.0;
/// Greatest distance between points of the drivable edge, m, so that its heights follow vertical curves.
const EDGE_STEP: f64 = 5.0;
/// Designs drawn before the figures are given up on.
const ATTEMPTS: u32 = 12;

/// A pit as designed.
pub(crate) struct Plan {
    relief: relief::Relief,
    pit: outline::Excavation,
    ramp: ramp::Ramp,
    layout: layout::Layout,
    surface: Polygon,
    lattice: Lattice,
}

/// Makes a mine from its design figures: an open pit with benches, a haul ramp with switchbacks, two loading faces, a
/// crusher, a waste dump, a park and the roads between them. The same figures give the same mine, byte for byte.
///
/// Errors: every fault of the figures at once; what stood in the way of the last of a dozen draws where the figures
/// do not go together.
pub fn generate_pit(spec: &PitSpec) -> Result<MineMap, MineError> {
    spec.check()?;
    let mut obstacles = Vec::new();
    for attempt in 0..ATTEMPTS {
        match attempted(spec, attempt) {
            Ok(map) => return Ok(map),
            Err(faults) => {
                tracing::debug!(seed = spec.seed, attempt, %faults, "design rejected");
                obstacles = faults.into_iter().collect();
            }
        }
    }
    let first = Fault::new(format!("no pit of these figures was found in {ATTEMPTS} draws of seed {}", spec.seed))
        .help("change the seed, a larger floor, fewer switchbacks or a smaller depth; the last draw failed for what follows");
    obstacles.insert(0, first);
    Err(Faults::check(obstacles).map_or_else(MineError::Faults, |()| MineError::NoSurface("no draw".into())))
}

/// One draw of the design, built and checked.
fn attempted(spec: &PitSpec, attempt: u32) -> Result<MineMap, Faults> {
    let plan = plan(spec, attempt)?;
    let faults_of = |e: MineError| match e {
        MineError::Faults(faults) => faults,
        other => Faults::from(Fault::new(other.to_string())),
    };
    let (mut map, _) = build_map_on(input(spec, &plan), || plan.ground(spec)).map_err(faults_of)?;
    let (faults, places) = std::thread::scope(|scope| {
        let checked = scope.spawn(|| check::check(spec, &plan, &map));
        let (mut faults, mut places) = (Vec::new(), Vec::new());
        for spot in &plan.layout.spots {
            match resolve_place(&map, &place_spec(spot), &spec.truck) {
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
        tracing::info!(seed = spec.seed, attempt, %moved, "queue on a way out");
    }
    Ok(map)
}

/// One draw of the design.
fn plan(spec: &PitSpec, attempt: u32) -> Result<Plan, Faults> {
    let draw = |purpose: &str| stream(spec.seed, &format!("pit {attempt}"), purpose);
    let relief = relief::Relief::draw(&mut draw("relief"));
    let floor_height = relief.height(Point2::origin()) - spec.depth;
    let pit = outline::Excavation::draw(spec, floor_height, &mut draw("outline"));
    let reach = spec.floor_length / 2.0 + 1.3 * spec.depth / spec.wall_slope() + 5.0 * spec.formation();
    let ramp = ramp::lay_ramp(spec, &pit, &relief, reach, &mut draw("ramp"))
        .ok_or_else(|| Fault::new("the ramp does not reach the ground"))?;
    let layout = layout::lay_out(spec, &pit, &ramp, &relief, &mut draw("layout"));
    let mut pieces = layout.design.surface();
    if pieces.len() != 1 {
        return Err(Fault::new(format!("the drivable surface falls into {} pieces", pieces.len())).into());
    }
    let surface = pieces.remove(0);
    let (low, high) = extent(spec, &pit, &relief, &layout, &surface);
    let lattice = Lattice::covering(low, high, spec.grid_spacing);
    Ok(Plan { relief, pit, ramp, layout, surface, lattice })
}

impl Plan {
    /// The ground that the design leaves.
    fn ground(&self, spec: &PitSpec) -> Result<Terrain, MineError> {
        let ground = terrain::Ground {
            spec,
            pit: &self.pit,
            relief: &self.relief,
            design: &self.layout.design,
            surface: &self.surface,
            earthworks: &self.layout.earthworks,
        };
        let Lattice { origin, spacing, nx, .. } = self.lattice;
        let ground = Terrain::new(origin, spacing, nx, ground.build(&self.lattice).values);
        let ground = ground.ok_or_else(|| MineError::NoSurface("the ground is not a grid of finite heights".into()))?;
        Ok(ground.surveyed())
    }
}

/// The box of the terrain, its corner on whole metres: everything dug or built, and as far beyond as the wall above it
/// needs to rise to the ground.
fn extent(
    spec: &PitSpec,
    pit: &outline::Excavation,
    relief: &relief::Relief,
    layout: &layout::Layout,
    surface: &Polygon,
) -> (Point2, Point2) {
    let floor = pit.floor.iter().map(|p| (*p, pit.floor_height));
    let pushbacks = pit.pushbacks.iter().flat_map(|(ring, height)| ring.iter().map(move |p| (*p, *height)));
    let heights = layout.design.heights(&surface.outer);
    let roads = surface.outer.iter().zip(heights).filter_map(|(p, height)| Some((*p, height?)));
    let fills = layout.earthworks.fills.iter().flat_map(|(ring, height)| ring.iter().map(move |p| (*p, *height)));
    let start = (Point2::new(f64::MAX, f64::MAX), Point2::new(f64::MIN, f64::MIN));
    let (low, high) = floor.chain(pushbacks).chain(roads).chain(fills).fold(start, |(low, high), (p, height)| {
        let rise = (relief.height(p) - height).abs();
        let run = (rise + RELIEF) / spec.wall_slope() + MARGIN;
        (low.inf(&(p - Vector2::new(run, run))), high.sup(&(p + Vector2::new(run, run))))
    });
    (low.map(f64::floor), high)
}

/// The design as strings for the pipeline of surveyed mines, which takes their heights from the ground.
fn input(spec: &PitSpec, plan: &Plan) -> BuildInput {
    let strings = plan
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
        // Designed edges are smooth, and no road is narrower than six of these.
        edge_step: (spec.ramp_width / 6.0).clamp(2.0, 3.0),
        ..BuildOptions::default()
    };
    BuildInput { name: spec.name.clone(), datum: Datum::default(), strings, options, ..BuildInput::default() }
}

fn place_spec(spot: &layout::Spot) -> PlaceSpec {
    let bearing = (90.0 - spot.heading.to_degrees()).rem_euclid(360.0);
    PlaceSpec {
        id: spot.id.clone(),
        kind: spot.kind,
        at: [spot.at.x, spot.at.y],
        heading_deg: Some(bearing),
        spots: Some(spot.bays),
        queue: None,
        material_density: None,
        paddock: None,
    }
}
