//! A parametric open pit: a complete mine from a few design figures and a seed.
//!
//! The steps follow the order in which a pit designer works:
//!
//! 1. the pit floor and the pushbacks (`outline`),
//! 2. the ramp from the floor up the wall, with its switchbacks (`ramp`),
//! 3. the roads, the pads and the waste dump outside the pit (`layout`),
//! 4. the outline of the drivable surface (`surface_layout`),
//! 5. the ground around that surface (`final_ground`).
//!
//! The result goes through the same pipeline as a surveyed mine. It is then checked against the figures (`check`).

mod alignment;
mod check;
mod final_ground;
mod layout;
mod original_ground;
mod outline;
mod pit_design;
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
use crate::threads::joined;
use haul_core::{Fault, Faults, Point3};
use pit_design::PitDesign;

/// Maximum distance between points of the drivable edge, m. At this spacing, the edge's heights follow vertical curves.
const EDGE_STEP: f64 = 5.0;
/// Maximum number of draws of a design before the generator gives up.
const ATTEMPTS: u32 = 12;

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
    let design = PitDesign::draw(spec, attempt)?;
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
