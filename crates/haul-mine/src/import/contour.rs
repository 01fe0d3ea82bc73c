//! Outlines of the raster area above a level, by marching squares (the plan version of Lorensen and Cline's marching
//! cubes). Vertices of an outline lie where the interpolated value equals the level.

use std::collections::BTreeMap;

/// Returns the outlines as closed rings of (column, row), where whole numbers are cell centres. Cells outside the
/// raster count as 0. Two cells above the level that touch only diagonally are kept apart.
pub(super) fn rings(values: &[u8], columns: usize, level: f64) -> Vec<Vec<(f64, f64)>> {
    let rows = values.len().checked_div(columns).unwrap_or(0);
    let at = |i: i64, j: i64| {
        let inside = i >= 0 && j >= 0 && (i as usize) < columns && (j as usize) < rows;
        if inside { f64::from(values[j as usize * columns + i as usize]) } else { 0.0 }
    };
    // A link between two neighbouring cells: column and row of its lower left cell, and true if the link is vertical.
    // Each link belongs to two squares.
    type CellLink = (i64, i64, bool);
    let mut next: BTreeMap<CellLink, CellLink> = BTreeMap::new();
    for j in -1..rows as i64 {
        for i in -1..columns as i64 {
            let above = |di: i64, dj: i64| at(i + di, j + dj) > level;
            let (sw, se, ne, nw) = (above(0, 0), above(1, 0), above(1, 1), above(0, 1));
            let (south, east, north, west) = ((i, j, false), (i + 1, j, true), (i, j + 1, false), (i, j, true));
            // The area above the level is on the left of each segment.
            let mut segment = |from: CellLink, to: CellLink| {
                next.insert(from, to);
            };
            match (sw, se, ne, nw) {
                (true, false, false, false) => segment(south, west),
                (false, true, false, false) => segment(east, south),
                (false, false, true, false) => segment(north, east),
                (false, false, false, true) => segment(west, north),
                (true, true, false, false) => segment(east, west),
                (false, true, true, false) => segment(north, south),
                (false, false, true, true) => segment(west, east),
                (true, false, false, true) => segment(south, north),
                (false, true, true, true) => segment(west, south),
                (true, false, true, true) => segment(south, east),
                (true, true, false, true) => segment(east, north),
                (true, true, true, false) => segment(north, west),
                (true, false, true, false) => {
                    segment(south, west);
                    segment(north, east);
                }
                (false, true, false, true) => {
                    segment(east, south);
                    segment(west, north);
                }
                _ => {}
            }
        }
    }
    let place = |(i, j, upright): CellLink| {
        let (a, b) = if upright { (at(i, j), at(i, j + 1)) } else { (at(i, j), at(i + 1, j)) };
        let share = ((level - a) / (b - a)).clamp(0.0, 1.0);
        if upright { (i as f64, j as f64 + share) } else { (i as f64 + share, j as f64) }
    };
    let mut rings = Vec::new();
    while let Some((&start, _)) = next.first_key_value() {
        let mut ring = Vec::new();
        let mut edge = start;
        while let Some(to) = next.remove(&edge) {
            ring.push(place(edge));
            edge = to;
        }
        if ring.len() >= 3 {
            rings.push(ring);
        }
    }
    rings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(ring: &[(f64, f64)]) -> f64 {
        let next = |k: usize| ring[(k + 1) % ring.len()];
        (0..ring.len()).map(|k| ring[k].0 * next(k).1 - next(k).0 * ring[k].1).sum::<f64>() / 2.0
    }

    #[test]
    fn square_with_a_hole_has_two_rings_of_the_right_areas() {
        let values: Vec<u8> = (0..400)
            .map(|k| {
                let (i, j) = (k % 20, k / 20);
                let hole = (8..12).contains(&i) && (8..12).contains(&j);
                if (4..16).contains(&i) && (4..16).contains(&j) && !hole { 255 } else { 0 }
            })
            .collect();
        let rings = rings(&values, 20, 127.5);
        assert_eq!(rings.len(), 2);
        let total: f64 = rings.iter().map(|r| area(r)).sum();
        // At each corner of the outer ring and of the hole, vertices half-way between cells cut off an eighth of a
        // cell.
        assert!((total - (144.0 - 16.0)).abs() < 1.1, "{total}");
    }

    #[test]
    fn full_rasters_and_diagonal_cells_give_closed_rings() {
        assert_eq!(rings(&[255; 6], 3, 127.5).len(), 1);
        assert_eq!(rings(&[255, 0, 0, 255], 2, 127.5).len(), 2);
        assert!(rings(&[], 0, 127.5).is_empty());
    }
}
