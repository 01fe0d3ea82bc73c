//! Mass, centre and inertia of a heap.

use super::grid::HeapGrid;
use super::{ACROSS, Heap};
use crate::load::{BodySpec, MaterialSpec};
use haul_core::{Point3, Vector3};
use nalgebra::Matrix3;

/// Mass, centre and inertia of a heap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Weighed {
    /// Mass, kg.
    pub(crate) mass: f64,
    /// Centre of mass in the body frame with the body down, m.
    pub(crate) centre: Point3,
    /// Inertia about the centre of mass, body axes with the body down, kg·m².
    pub(crate) inertia: Matrix3<f64>,
}

impl Heap {
    /// Returns mass, centre and inertia of the load in the body.
    pub(crate) fn weighed(&self, body: &BodySpec, material: &MaterialSpec) -> Weighed {
        let grid = HeapGrid::of(body);
        let column = grid.area() * material.density;
        let left: [f64; ACROSS] = std::array::from_fn(|j| grid.left(j));
        let (first, step) = (body.floor(grid.ahead(0)), body.floor(grid.ahead(1)) - body.floor(grid.ahead(0)));
        // Sums over all columns: mass, mass times position, and mass times products of positions.
        let (mut mass, mut moment) = (0.0, Vector3::zeros());
        let [mut xx, mut yy, mut zz, mut xy, mut xz, mut yz] = [0.0; 6];
        for (i, row) in self.depth.iter().enumerate() {
            let (x, floor) = (grid.ahead(i) - body.tail_behind, first + step * i as f64);
            let [mut m, mut my, mut mz, mut myy, mut mzz, mut myz] = [0.0; 6];
            for (depth, y) in row.iter().zip(&left) {
                let (here, z) = (depth * column, floor + 0.5 * depth);
                m += here;
                my += here * y;
                mz += here * z;
                myy += here * y * y;
                // The material of a column is as high as the column's depth.
                mzz += here * (z * z + depth * depth / 12.0);
                myz += here * y * z;
            }
            mass += m;
            moment += Vector3::new(m * x, my, mz);
            xx += m * (x * x + grid.du * grid.du / 12.0);
            yy += myy + m * grid.dv * grid.dv / 12.0;
            zz += mzz;
            xy += my * x;
            xz += mz * x;
            yz += myz;
        }
        if mass <= 0.0 {
            return Weighed { mass: 0.0, centre: Point3::origin(), inertia: Matrix3::zeros() };
        }
        let centre = moment / mass;
        let second = Matrix3::new(xx, xy, xz, xy, yy, yz, xz, yz, zz);
        let about = second - centre * centre.transpose() * mass;
        Weighed { mass, centre: Point3::from(centre), inertia: Matrix3::identity() * about.trace() - about }
    }
}
