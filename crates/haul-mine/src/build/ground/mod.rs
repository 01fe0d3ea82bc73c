//! The ground of a mine.
//!
//! On the drivable surface the height is stretched between the surface's own edges like a membrane (Laplace's
//! equation), so that it is smooth wherever a truck can be and knows nothing of a neighbouring switchback. Outside it
//! is a constrained Delaunay triangulation of the edges, breaklines and points; where the survey has edges alone, the
//! ground between roads is drawn as benches.

mod benches;
mod limit;
mod measured;
mod raster;
mod stretch;
mod tin;

use super::surface::{EdgeRings, thinned};
use super::{BuildOptions, ElevationGrid};
use crate::error::MineError;
use crate::terrain::Terrain;
use haul_core::{Point2, Point3};
pub(super) use limit::Moved;
pub(crate) use measured::rasterised;
use raster::Raster;
use tin::Tin;

/// Edges are thinned for the triangulation to this, m: it shapes the ground beside the roads alone.
const TIN_TOLERANCE: f64 = 0.25;
/// Greatest spacing of edge points in the triangulation, m, so that triangles stay compact.
const TIN_SPACING: f64 = 8.0;

/// The lines of the ground beside the edges of the drivable surface.
pub(super) struct GroundLines {
    /// Crests, toes and the like.
    pub(super) breaklines: Vec<Vec<Point3>>,
    /// Single points.
    pub(super) points: Vec<Point3>,
    /// Measured rasters.
    pub(super) grids: Vec<ElevationGrid>,
    /// Measured faces.
    pub(super) faces: Vec<[Point3; 3]>,
    /// Whether rasters and faces are the ground of the roads too.
    pub(super) draped: bool,
}

/// The ground with what is to be told of it.
pub(super) struct Ground {
    pub(super) terrain: Terrain,
    /// The triangles it was drawn from.
    pub(super) triangles: usize,
    /// Where the drivable surface was made less steep.
    pub(super) moved: Vec<Moved>,
}

/// Builds the ground about the edges.
pub(super) fn ground(edges: &EdgeRings, lines: &GroundLines, options: &BuildOptions) -> Result<Ground, MineError> {
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
    Ok(Ground { terrain, triangles: tin.triangles(), moved })
}

/// The box of all edges and lines.
fn extent(edges: &EdgeRings, lines: &GroundLines) -> Option<(Point2, Point2)> {
    let all = edges.rings.iter().chain(&lines.breaklines).flatten().chain(&lines.points);
    all.fold(None, |found, p| {
        let p = p.xy();
        Some(found.map_or((p, p), |(l, h): (Point2, Point2)| (l.inf(&p), h.sup(&p))))
    })
}
