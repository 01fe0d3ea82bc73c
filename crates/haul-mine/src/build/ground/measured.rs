//! Measured ground, which replaces the ground interpolated from edges: faces of surfaces, and rasters.

use super::lines::GroundLines;
use super::raster::Raster;
use super::stretch::{Mask, NodeKind};
use super::tin::draw_triangle;
use crate::build::ElevationGrid;
use haul_core::{Point2, Point3};

/// Maximum cell size (m) of a raster that shows the surface of a road. Larger cells average the road and the wall
/// beside it.
const FINE_STEP: f64 = 2.0;
/// Approximate maximum number of cells when a surface is drawn to a raster.
const MOST_CELLS: f64 = 4.0e6;
/// Minimum cell size (m) when a surface is drawn to a raster.
const LEAST_STEP: f64 = 0.5;

/// Sets the heights of nodes that faces and rasters cover. Returns true if any node was covered.
///
/// If the edges have heights of their own, a coarse raster does not change the drivable surface.
pub(super) fn lay_over(raster: &mut Raster, mask: &Mask, lines: &GroundLines) -> bool {
    let mut any = false;
    for grid in &lines.grids {
        let (sx, sy) = grid.step();
        let is_fine = lines.draped || sx.max(sy) <= FINE_STEP;
        for k in 0..raster.heights.len() {
            if !is_fine && mask.nodes[k] != NodeKind::Outside {
                continue;
            }
            let p = Point2::new(raster.x(k % raster.columns), raster.y(k / raster.columns));
            if let Some(h) = grid.height(p) {
                raster.heights[k] = h;
                any = true;
            }
        }
    }
    for face in &lines.faces {
        draw_triangle(raster, *face);
        any = true;
    }
    any
}

/// Draws a surface to a raster. Returns `None` if the surface has no extent.
pub(crate) fn rasterised(faces: &[[Point3; 3]]) -> Option<ElevationGrid> {
    let first = faces.first()?[0].xy();
    let (low, high) = faces.iter().flatten().fold((first, first), |(l, h), p| (l.inf(&p.xy()), h.sup(&p.xy())));
    let (width, height) = (high.x - low.x, high.y - low.y);
    let step = LEAST_STEP.max((width * height / MOST_CELLS).sqrt()).max(width.max(height) / MOST_CELLS);
    if !step.is_finite() {
        return None;
    }
    let count = |span: f64| (span / step) as usize + 2;
    let (columns, rows) = (count(width), count(height));
    let heights = vec![f64::NAN; columns.checked_mul(rows)?];
    let mut raster = Raster { origin: low, spacing: step, columns, rows, heights };
    for face in faces {
        draw_triangle(&mut raster, *face);
    }
    let heights = raster.heights.iter().map(|h| *h as f32).collect();
    ElevationGrid::new(low, (step, step), columns, heights)
}
