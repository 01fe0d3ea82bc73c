//! The columns of a body.

use super::{ACROSS, ALONG};
use crate::load::BodySpec;

/// A value for each column, from the tail forward and from right to left.
pub(super) type Columns = [[f64; ACROSS]; ALONG];

/// Sum over all columns, lane by lane, so that several are added in one instruction.
pub(super) fn total(columns: &Columns) -> f64 {
    let mut lanes = [0.0; ACROSS];
    for row in columns {
        for (lane, value) in lanes.iter_mut().zip(row) {
            *lane += value;
        }
    }
    lanes.iter().sum()
}

/// The grid of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeapGrid {
    /// Length of a column, m.
    pub(super) du: f64,
    /// Width of a column, m.
    pub(super) dv: f64,
}

impl HeapGrid {
    pub(super) fn of(body: &BodySpec) -> Self {
        Self { du: body.floor_length / ALONG as f64, dv: body.inside_width / ACROSS as f64 }
    }

    pub(super) fn ahead(self, i: usize) -> f64 {
        (i as f64 + 0.5) * self.du
    }

    /// Distance to the left of the middle.
    pub(super) fn left(self, j: usize) -> f64 {
        (j as f64 + 0.5 - 0.5 * ACROSS as f64) * self.dv
    }

    pub(super) fn area(self) -> f64 {
        self.du * self.dv
    }
}
