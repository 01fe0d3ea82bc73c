//! Heights as an ESRI float grid: raw 32-bit floats, little endian, north row first, with a text header for GDAL.

use super::settings::GridSettings;
use crate::terrain::Terrain;
use haul_core::Point2;

pub(super) fn bytes(terrain: &Terrain) -> Vec<u8> {
    let (columns, _) = terrain.size();
    terrain.heights().chunks(columns).rev().flatten().flat_map(|h| h.to_le_bytes()).collect()
}

pub(super) fn header(terrain: &Terrain) -> String {
    let (columns, rows) = terrain.size();
    let (low, high) = terrain.bounds();
    let spacing = terrain.spacing();
    format!(
        "BYTEORDER I\nLAYOUT BIL\nNROWS {rows}\nNCOLS {columns}\nNBANDS 1\nNBITS 32\nPIXELTYPE FLOAT\nULXMAP {}\nULYMAP {}\nXDIM {spacing}\nYDIM {spacing}\nNODATA -9999\n",
        low.x, high.y
    )
}

/// `None` where the bytes are not the grid described.
pub(super) fn terrain(bytes: &[u8], grid: &GridSettings) -> Option<Terrain> {
    let count = grid.columns.checked_mul(grid.rows)?;
    if grid.columns == 0 || bytes.len() != count.checked_mul(4)? {
        return None;
    }
    let heights: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    let southward: Vec<f32> = heights.chunks(grid.columns).rev().flatten().copied().collect();
    Terrain::new(Point2::from(grid.origin), grid.spacing_m, grid.columns, southward)
}
