//! The ground in plan as a lattice of square cells.

use haul_core::{Footprint, Point2, Pose2, Rectangle};
use std::hash::{BuildHasherDefault, Hasher};

/// Side of a cell, m.
pub const CELL: f64 = 1.0;

/// A square cell of the lattice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Cell {
    /// Column, counted eastwards from the datum.
    pub column: i32,
    /// Row, counted northwards from the datum.
    pub row: i32,
}

impl Cell {
    /// Returns the centre of the cell, m.
    pub fn middle(self) -> Point2 {
        Point2::new((f64::from(self.column) + 0.5) * CELL, (f64::from(self.row) + 0.5) * CELL)
    }
}

/// Calls `each` for every cell that the outline of a truck at `pose` covers, including a `margin` (m) around the
/// outline.
///
/// Two trucks whose cells are disjoint are more than twice the margin apart: the middle of the gap between them is at
/// most half a cell's diagonal from the middle of some cell, and a cell counts as covered if its middle is within the
/// margin and half a diagonal of the outline.
pub fn each_cell(footprint: &Footprint, pose: Pose2, margin: f64, mut each: impl FnMut(Cell)) {
    let reach = margin + CELL * std::f64::consts::FRAC_1_SQRT_2;
    let outline = Rectangle::new(footprint, pose);
    let (middle, half) = (outline.middle(), outline.half_box());
    let index = |at: f64| (at / CELL).floor() as i32;
    for row in index(middle.y - half.y - reach)..=index(middle.y + half.y + reach) {
        for column in index(middle.x - half.x - reach)..=index(middle.x + half.x + reach) {
            let cell = Cell { column, row };
            if outline.is_within(cell.middle(), reach) {
                each(cell);
            }
        }
    }
}

/// Hashes cells by one multiplication (Knuth, The Art of Computer Programming 3, section 6.4), because some hundred
/// thousand cells are looked up for each path.
#[derive(Debug, Clone, Copy, Default)]
pub struct CellHasher(u64);

impl Hasher for CellHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_i32(i32::from(*byte)));
    }

    fn write_i32(&mut self, value: i32) {
        self.0 = (self.0.rotate_left(32) ^ u64::from(value.cast_unsigned())).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// A hash map with cells as keys. Nothing depends on its iteration order.
pub type CellMap<T> = std::collections::HashMap<Cell, T, BuildHasherDefault<CellHasher>>;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const TRUCK: Footprint = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };

    fn cells(pose: Pose2, margin: f64) -> BTreeSet<Cell> {
        let mut cells = BTreeSet::new();
        each_cell(&TRUCK, pose, margin, |cell| {
            cells.insert(cell);
        });
        cells
    }

    proptest! {
        #[test]
        fn trucks_without_a_common_cell_are_twice_the_margin_apart(
            x in -20.0..20.0_f64, y in -20.0..20.0_f64, heading in -3.2..3.2_f64, margin in 0.0..1.0_f64,
        ) {
            let (a, b) = (Pose2::new(0.3, 0.4, 0.2), Pose2::new(x, y, heading));
            let apart = TRUCK.outline(b, 0.1).map(|p| TRUCK.distance(a, p)).fold(f64::INFINITY, f64::min);
            if cells(a, margin).is_disjoint(&cells(b, margin)) {
                prop_assert!(apart > 2.0 * margin - 0.01, "{} m apart", apart);
            } else {
                // Disjoint cells do not keep the trucks much further apart either.
                prop_assert!(apart < 2.0 * margin + 2.0 * CELL, "{} m apart", apart);
            }
        }
    }
}
