//! Grids as ESRI float grids: raw little-endian 32-bit floats, northern row first, with a text header for GDAL.

use super::settings::GridSettings;
use crate::terrain::{RoadCondition, Terrain};
use haul_core::Point2;

/// Returns the heights of a terrain as the bytes of a float grid.
pub(super) fn bytes(terrain: &Terrain) -> Vec<u8> {
    let (columns, _) = terrain.size();
    terrain.heights().chunks(columns).rev().flatten().flat_map(|h| h.to_le_bytes()).collect()
}

/// Returns the text header for the float grid of a terrain.
pub(super) fn header(terrain: &Terrain) -> String {
    let (columns, rows) = terrain.size();
    let (low, high) = terrain.bounds();
    header_of(columns, rows, (low.x, high.y), terrain.spacing())
}

/// Returns the text header of a float grid. `(x, y)` is the centre of the north-western cell (m).
fn header_of(columns: usize, rows: usize, (x, y): (f64, f64), spacing: f64) -> String {
    format!(
        "BYTEORDER I\nLAYOUT BIL\nNROWS {rows}\nNCOLS {columns}\nNBANDS 1\nNBITS 32\nPIXELTYPE FLOAT\nULXMAP {x}\nULYMAP {y}\nXDIM {spacing}\nYDIM {spacing}\nNODATA -9999\n"
    )
}

/// Reads a terrain from the bytes of a float grid. Returns `None` if the bytes do not fit `grid`.
pub(super) fn terrain(bytes: &[u8], grid: &GridSettings) -> Option<Terrain> {
    let count = grid.columns.checked_mul(grid.rows)?;
    if grid.columns == 0 || bytes.len() != count.checked_mul(4)? {
        return None;
    }
    let heights: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    let southward: Vec<f32> = heights.chunks(grid.columns).rev().flatten().copied().collect();
    let terrain = Terrain::new(Point2::from(grid.origin), grid.spacing_m, grid.columns, southward)?;
    Some(if grid.surveyed { terrain.surveyed() } else { terrain })
}

/// Returns the wear of the roads as the bytes of a float grid.
pub(super) fn condition_bytes(condition: &RoadCondition) -> Vec<u8> {
    let (_, _, columns, wear) = condition.grid();
    wear.chunks(columns.max(1)).rev().flatten().flat_map(|w| w.to_le_bytes()).collect()
}

/// Returns the text header for the float grid of road wear.
pub(super) fn condition_header(condition: &RoadCondition) -> String {
    let (origin, cell, columns, wear) = condition.grid();
    let rows = wear.len() / columns.max(1);
    // Centre of the north-western cell.
    let (x, y) = (origin.x + 0.5 * cell, origin.y + (rows as f64 - 0.5) * cell);
    header_of(columns, rows, (x, y), cell)
}

/// Reads the wear of the roads from the bytes of a float grid. Returns `None` if the bytes do not fit `grid`.
pub(super) fn condition(bytes: &[u8], grid: &GridSettings) -> Option<RoadCondition> {
    let count = grid.columns.checked_mul(grid.rows)?;
    if grid.columns == 0 || bytes.len() != count.checked_mul(4)? {
        return None;
    }
    let wear: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    let southward: Vec<f32> = wear.chunks(grid.columns).rev().flatten().copied().collect();
    RoadCondition::of(Point2::from(grid.origin), grid.spacing_m, grid.columns, southward)
}
