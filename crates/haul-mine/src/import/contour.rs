//! Outlines of the part of a raster that is above a level: marching squares (Lorensen and Cline's cubes in plan), with
//! corners where the values meet the level between cells.

use std::collections::BTreeMap;

/// Closed rings in cell coordinates, (column, row) of cell middles. Beyond the rim counts as 0. Where two diagonal cells
/// are above the level they are kept apart.
pub(super) fn rings(values: &[u8], columns: usize, level: f64) -> Vec<Vec<(f64, f64)>> {
    let rows = values.len().checked_div(columns).unwrap_or(0);
    let at = |i: i64, j: i64| {
        let inside = i >= 0 && j >= 0 && (i as usize) < columns && (j as usize) < rows;
        if inside { f64::from(values[j as usize * columns + i as usize]) } else { 0.0 }
    };
    // An edge between two cells, by its lower left cell and whether it is upright; each is met by two squares.
    type Edge = (i64, i64, bool);
    let mut next: BTreeMap<Edge, Edge> = BTreeMap::new();
    for j in -1..rows as i64 {
        for i in -1..columns as i64 {
            let above = |di: i64, dj: i64| at(i + di, j + dj) > level;
            let (sw, se, ne, nw) = (above(0, 0), above(1, 0), above(1, 1), above(0, 1));
            let (south, east, north, west) = ((i, j, false), (i + 1, j, true), (i, j + 1, false), (i, j, true));
            // Each piece runs with what is above the level on its left.
            let mut piece = |from: Edge, to: Edge| {
                next.insert(from, to);
            };
            match (sw, se, ne, nw) {
                (true, false, false, false) => piece(south, west),
                (false, true, false, false) => piece(east, south),
                (false, false, true, false) => piece(north, east),
                (false, false, false, true) => piece(west, north),
                (true, true, false, false) => piece(east, west),
                (false, true, true, false) => piece(north, south),
                (false, false, true, true) => piece(west, east),
                (true, false, false, true) => piece(south, north),
                (false, true, true, true) => piece(west, south),
                (true, false, true, true) => piece(south, east),
                (true, true, false, true) => piece(east, north),
                (true, true, true, false) => piece(north, west),
                (true, false, true, false) => {
                    piece(south, west);
                    piece(north, east);
                }
                (false, true, false, true) => {
                    piece(east, south);
                    piece(west, north);
                }
                _ => {}
            }
        }
    }
    let place = |(i, j, upright): Edge| {
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
    fn a_square_with_a_hole_has_two_rings_of_the_right_areas() {
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
        // Half-way corners cut an eighth of a cell each off the outer ring and off the hole alike.
        assert!((total - (144.0 - 16.0)).abs() < 1.1, "{total}");
    }

    #[test]
    fn full_rasters_and_diagonals_close() {
        assert_eq!(rings(&[255; 6], 3, 127.5).len(), 1);
        assert_eq!(rings(&[255, 0, 0, 255], 2, 127.5).len(), 2);
        assert!(rings(&[], 0, 127.5).is_empty());
    }
}
