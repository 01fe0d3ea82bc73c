//! The grid of columns in a body.

use super::{ACROSS, ALONG};
use crate::load::BodySpec;

/// One value per column, ordered from the tail forward and from right to left.
pub(super) type Columns = [[f64; ACROSS]; ALONG];

/// Returns the sum over all columns, lane by lane, so that the compiler can add several in one instruction.
pub(super) fn total(columns: &Columns) -> f64 {
    let mut lanes = [0.0; ACROSS];
    for row in columns {
        for (lane, value) in lanes.iter_mut().zip(row) {
            *lane += value;
        }
    }
    lanes.iter().sum()
}

/// Column sizes of a body's grid.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeapGrid {
    /// Size of a column along the body, m.
    pub(super) du: f64,
    /// Size of a column across the body, m.
    pub(super) dv: f64,
}

impl HeapGrid {
    pub(super) fn of(body: &BodySpec) -> Self {
        Self { du: body.floor_length / ALONG as f64, dv: body.inside_width / ACROSS as f64 }
    }

    pub(super) fn ahead(self, i: usize) -> f64 {
        (i as f64 + 0.5) * self.du
    }

    /// Returns the distance of column `j` to the left of the centreline, m.
    pub(super) fn left(self, j: usize) -> f64 {
        (j as f64 + 0.5 - 0.5 * ACROSS as f64) * self.dv
    }

    pub(super) fn area(self) -> f64 {
        self.du * self.dv
    }
}
