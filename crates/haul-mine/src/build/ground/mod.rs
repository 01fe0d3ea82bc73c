//! The ground of a mine, built from edges, lines, points and measured surfaces.
//!
//! On the drivable surface, heights are interpolated between the edges by Laplace's equation, like a membrane. The
//! ground is therefore smooth wherever a truck can drive, and does not depend on a neighbouring switchback. Outside the
//! drivable surface, the ground is a constrained Delaunay triangulation of the edges, breaklines and points. If the
//! survey has only edges, the ground between roads gets benches.

mod benches;
mod limit;
mod lines;
mod measured;
mod raster;
mod stretch;
mod tin;

use super::BuildOptions;
use super::surface::{EdgeRings, thinned};
use crate::error::MineError;
use crate::terrain::Terrain;
use haul_core::Point3;
pub(super) use limit::Moved;
pub(super) use lines::GroundLines;
pub(crate) use measured::rasterised;
use raster::Raster;
use tin::Tin;
pub(crate) use tin::faces_between;

/// Tolerance (m) for thinning edges before the triangulation, which shapes only the ground beside the roads.
const TIN_TOLERANCE: f64 = 0.25;
/// Maximum spacing (m) of edge points in the triangulation, which keeps triangles compact.
const TIN_SPACING: f64 = 8.0;

/// The built ground, with figures for the report.
pub(super) struct BuiltGround {
    pub(super) terrain: Terrain,
    /// Number of triangles from which the ground was drawn.
    pub(super) triangles: usize,
    /// Parts of the drivable surface that were too steep and were flattened.
    pub(super) moved: Vec<Moved>,
}

/// Builds the ground on and around the drivable surface.
pub(super) fn ground(edges: &EdgeRings, lines: &GroundLines, options: &BuildOptions) -> Result<BuiltGround, MineError> {
    let Some(mut raster) = Raster::about(edges, lines, options) else {
        return Err(MineError::NoSurface("the edges have no extent".into()));
    };
    let thin: Vec<Vec<Point3>> = edges.rings.iter().map(|r| thinned(r, TIN_TOLERANCE, TIN_SPACING)).collect();
    let tin = Tin::new(&thin, lines, raster.frame());
    tin.draw(&mut raster);
    let mask = stretch::mark(&raster, edges);
    if lines.breaklines.is_empty() && lines.points.is_empty() && lines.grids.is_empty() && lines.faces.is_empty() {
        benches::draw(&mut raster, &mask);
    }
    stretch::stretch(&mut raster, &mask);
    let moved = options.greatest_slope.map_or_else(Vec::new, |slope| limit::limit(&mut raster, &mask, slope));
    let measured = measured::lay_over(&mut raster, &mask, lines);
    let (origin, spacing, columns) = (raster.origin, raster.spacing, raster.columns);
    let heights = raster.heights.iter().map(|h| *h as f32).collect();
    let terrain = Terrain::new(origin, spacing, columns, heights)
        .ok_or_else(|| MineError::NoSurface("the heights of the edges are not finite".into()))?;
    let is_known = measured || !(lines.breaklines.is_empty() && lines.points.is_empty());
    let terrain = if is_known { terrain.surveyed() } else { terrain };
    Ok(BuiltGround { terrain, triangles: tin.triangles(), moved })
}
