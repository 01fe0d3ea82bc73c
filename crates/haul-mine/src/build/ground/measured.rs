//! Measured ground over what the edges tell: faces of surfaces and rasters.

use super::GroundLines;
use super::raster::Raster;
use super::stretch::{Mask, Node};
use super::tin::draw_triangle;
use crate::build::ElevationGrid;
use haul_core::{Point2, Point3};

/// A raster of cells no larger than this shows a road's own surface, m; a coarser one smears the wall beside it.
const FINE: f64 = 2.0;
/// Cells of a surface that is drawn to a raster, at the most, and their least size, m.
const MOST_CELLS: f64 = 4.0e6;
const LEAST_STEP: f64 = 0.5;

/// Sets the nodes that faces and rasters cover. Coarse rasters leave the drivable surface to its edges, where these have
/// heights of their own. Returns whether anything was covered.
pub(super) fn lay_over(raster: &mut Raster, mask: &Mask, lines: &GroundLines) -> bool {
    let mut any = false;
    for grid in &lines.grids {
        let (sx, sy) = grid.step();
        let is_fine = lines.draped || sx.max(sy) <= FINE;
        for k in 0..raster.heights.len() {
            if !is_fine && mask.nodes[k] != Node::Outside {
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

/// A surface as a raster. `None` where it has no extent.
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
