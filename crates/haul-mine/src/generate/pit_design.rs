//! One drawn design of a pit: its parts, its drivable surface and its ground.

use super::final_ground::FinalGround;
use super::layout::{PitLayout, lay_out};
use super::original_ground::OriginalGround;
use super::outline::Excavation;
use super::plan_grid::PlanGrid;
use super::ramp::{Ramp, lay_ramp};
use super::spec::PitSpec;
use crate::error::MineError;
use crate::terrain::Terrain;
use haul_core::random::stream;
use haul_core::{Fault, Faults, Point2, Polygon, Vector2};

/// Width of undisturbed ground kept around everything that is dug or built, m.
const MARGIN: f64 = 45.0;
/// Allowance for original ground that is higher at the crest than above the toe, m.
const CREST_RISE: f64 = 5.0;
/// Width that is kept free around the floor for the ramp, as a multiple of the wall's length in plan.
const WALL_SHARE: f64 = 1.3;
/// Number of formation widths that are kept free around the floor for the ramp.
const FORMATIONS: f64 = 5.0;

/// One drawn design of a pit.
pub(super) struct PitDesign {
    /// Original ground.
    pub(super) original: OriginalGround,
    /// Floor and pushbacks.
    pub(super) pit: Excavation,
    /// Haul ramp.
    pub(super) ramp: Ramp,
    /// Roads, pads, earthworks and places.
    pub(super) layout: PitLayout,
    /// Outline of the drivable surface.
    pub(super) surface: Polygon,
    /// Grid of the terrain.
    pub(super) grid: PlanGrid,
}

impl PitDesign {
    /// Draws one design.
    ///
    /// # Errors
    ///
    /// Returns a fault if the ramp does not reach the original ground or the surface is not connected.
    pub(super) fn draw(spec: &PitSpec, attempt: u32) -> Result<PitDesign, Faults> {
        let draw = |purpose: &str| stream(spec.seed, &format!("pit {attempt}"), purpose);
        let original = OriginalGround::draw(&mut draw("relief"));
        let floor_height = original.height(Point2::origin()) - spec.depth;
        let pit = Excavation::draw(spec, floor_height, &mut draw("outline"));
        let reach =
            spec.floor_length / 2.0 + WALL_SHARE * spec.depth / spec.wall_slope() + FORMATIONS * spec.formation();
        let ramp = lay_ramp(spec, &pit, &original, reach, &mut draw("ramp"))
            .ok_or_else(|| Fault::new("the ramp does not reach the original ground"))?;
        let layout = lay_out(spec, &pit, &ramp, &original, &mut draw("layout"));
        let mut parts = layout.surface.parts();
        if parts.len() != 1 {
            let what = format!("expected one connected drivable surface, found {} parts", parts.len());
            return Err(Fault::new(what).into());
        }
        let surface = parts.remove(0);
        let (low, high) = extent(spec, &pit, &original, &layout, &surface);
        let grid = PlanGrid::covering(low, high, spec.grid_spacing);
        Ok(PitDesign { original, pit, ramp, layout, surface, grid })
    }

    /// Returns the ground around the designed surface.
    pub(super) fn ground(&self, spec: &PitSpec) -> Result<Terrain, MineError> {
        let ground = FinalGround {
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
/// The box holds everything that is dug or built. Around each point, it also holds the slope from there to the original
/// ground, and a margin.
fn extent(
    spec: &PitSpec,
    pit: &Excavation,
    original: &OriginalGround,
    layout: &PitLayout,
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
