//! Tabulated centre and inertia of evenly heaped loads in one body.

use super::{BodySpec, Heap, MaterialSpec};
use haul_core::{Lookup, Point3, Vector3};
use nalgebra::Matrix3;

/// Centre and inertia of evenly heaped loads, by mass.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct HeapTable {
    rows: Option<HeapRows>,
}

#[derive(Debug, Clone, PartialEq)]
struct HeapRows {
    ahead: Lookup,
    height: Lookup,
    /// Ratios of the moments of inertia about x, y and z through the centre to the mass, m².
    gyration: [Lookup; 3],
}

/// Number of loads in the table.
const LOADS: usize = 24;
/// Ratio of the heaviest load in the table to the rated payload.
const MAX_LOAD_RATIO: f64 = 1.2;

impl HeapTable {
    /// Creates the table of a body; `None` if its data are not numbers.
    pub(crate) fn new(body: &BodySpec, material: &MaterialSpec, rated: f64) -> Option<Self> {
        let mut rows: [Vec<[f64; 2]>; 5] = Default::default();
        for k in 1..=LOADS {
            let mass = MAX_LOAD_RATIO * rated * k as f64 / LOADS as f64;
            let heap = Heap::even(body, material, mass).weighed(body, material);
            let i = heap.inertia / heap.mass;
            let values = [heap.centre.x, heap.centre.z, i[(0, 0)], i[(1, 1)], i[(2, 2)]];
            for (row, value) in rows.iter_mut().zip(values) {
                row.push([mass, value]);
            }
        }
        let [ahead, height, x, y, z] = rows.map(Lookup::new);
        let rows = HeapRows { ahead: ahead.ok()?, height: height.ok()?, gyration: [x.ok()?, y.ok()?, z.ok()?] };
        Some(Self { rows: Some(rows) })
    }

    /// Returns the centre of a load, body frame with the body down, m.
    pub(crate) fn centre(&self, mass: f64) -> Point3 {
        self.rows.as_ref().map_or(Point3::origin(), |r| Point3::new(r.ahead.at(mass), 0.0, r.height.at(mass)))
    }

    /// Returns the inertia of a load about its centre, kg·m².
    pub(crate) fn inertia(&self, mass: f64) -> Matrix3<f64> {
        let Some(rows) = &self.rows else { return Matrix3::zeros() };
        Matrix3::from_diagonal(&Vector3::from(rows.gyration.each_ref().map(|g| mass * g.at(mass))))
    }
}
