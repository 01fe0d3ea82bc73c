//! How worn the roads are: the depth that tyres sink into the surface, beyond that of a road just graded.

use haul_core::Point2;

/// Rolling resistance for each metre of tyre penetration: 0.6 % a centimetre (Caterpillar rule, seeds/roads.toml).
const RESISTANCE: f64 = 0.6;
/// Deepest wear that is told apart, m: a rut as deep as a tyre's sidewall bulges.
pub const DEEPEST: f32 = 0.5;

/// Wear on a regular grid of cells, m of tyre penetration beyond a graded road's. Nothing is worn beyond the grid.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoadCondition {
    origin: Point2,
    cell: f64,
    columns: usize,
    wear: Vec<f32>,
}

impl RoadCondition {
    /// Graded roads on a grid of cells from the south-west corner. `None` where the cell is not positive or the grid is
    /// empty or has more cells than memory allows.
    pub fn graded(origin: Point2, cell: f64, columns: usize, rows: usize) -> Option<RoadCondition> {
        let count = columns.checked_mul(rows).filter(|n| *n > 0 && *n <= u32::MAX as usize)?;
        let sound = cell.is_finite() && cell > 0.0 && origin.x.is_finite() && origin.y.is_finite();
        sound.then(|| RoadCondition { origin, cell, columns, wear: vec![0.0; count] })
    }

    /// The grid of these figures: cells row by row from the south, each row from the west. `None` where a wear is not
    /// between 0 and [`DEEPEST`] or their number is no whole number of rows.
    pub fn of(origin: Point2, cell: f64, columns: usize, wear: Vec<f32>) -> Option<RoadCondition> {
        let rows = wear.len().checked_div(columns)?;
        let mut grid = Self::graded(origin, cell, columns, rows)?;
        let sound = wear.len() == grid.wear.len() && wear.iter().all(|w| (0.0..=DEEPEST).contains(w));
        grid.wear = wear;
        sound.then_some(grid)
    }

    /// Whether nothing is known: all roads count as graded.
    pub fn is_empty(&self) -> bool {
        self.wear.is_empty()
    }

    /// South-west corner, side of a cell (m), columns, and the wear of every cell.
    pub fn grid(&self) -> (Point2, f64, usize, &[f32]) {
        (self.origin, self.cell, self.columns, &self.wear)
    }

    fn index(&self, x: f64, y: f64) -> Option<usize> {
        let (u, v) = ((x - self.origin.x) / self.cell, (y - self.origin.y) / self.cell);
        // Written so that NaN is outside, as it is on an empty grid.
        if !(u >= 0.0 && v >= 0.0 && u < self.columns as f64) {
            return None;
        }
        let k = (v as usize).checked_mul(self.columns)?.checked_add(u as usize)?;
        (k < self.wear.len()).then_some(k)
    }

    /// Tyre penetration beyond that of a graded road under a point, m.
    pub fn wear(&self, x: f64, y: f64) -> f64 {
        self.index(x, y).map_or(0.0, |k| f64::from(self.wear[k]))
    }

    /// Rolling resistance under a point beyond that of the road's class, ratio: 0.6 % for each centimetre of tyre
    /// penetration (Caterpillar rule).
    pub fn extra_resistance(&self, x: f64, y: f64) -> f64 {
        RESISTANCE * self.wear(x, y)
    }

    /// Adds wear (m, negative takes it away) to the cells whose middle lies within `radius` (m) of a point.
    pub fn add(&mut self, centre: Point2, radius: f64, depth: f64) {
        if self.is_empty() || !(radius >= 0.0 && depth.is_finite()) {
            return;
        }
        let rows = self.wear.len() / self.columns;
        // Casts saturate; a NaN becomes 0.
        let first = |v: f64, o: f64| ((v - radius - o) / self.cell).floor().max(0.0) as usize;
        let last = |v: f64, o: f64, n: usize| (((v + radius - o) / self.cell).max(0.0) as usize).min(n - 1);
        for j in first(centre.y, self.origin.y)..=last(centre.y, self.origin.y, rows) {
            for i in first(centre.x, self.origin.x)..=last(centre.x, self.origin.x, self.columns) {
                let x = self.origin.x + (i as f64 + 0.5) * self.cell - centre.x;
                let y = self.origin.y + (j as f64 + 0.5) * self.cell - centre.y;
                if x * x + y * y <= radius * radius {
                    let wear = &mut self.wear[j * self.columns + i];
                    *wear = (f64::from(*wear) + depth).clamp(0.0, f64::from(DEEPEST)) as f32;
                }
            }
        }
    }

    /// Adds wear (m) once to every cell whose middle lies within the radius (m) of any of the spots.
    pub fn add_along(&mut self, spots: &[(Point2, f64)], depth: f64) {
        let mut touched = RoadCondition { wear: vec![0.0; self.wear.len()], ..self.clone() };
        for (centre, radius) in spots {
            touched.add(*centre, *radius, f64::from(DEEPEST));
        }
        if depth.is_finite() {
            for (wear, touched) in self.wear.iter_mut().zip(&touched.wear) {
                if *touched > 0.0 {
                    *wear = (f64::from(*wear) + depth).clamp(0.0, f64::from(DEEPEST)) as f32;
                }
            }
        }
    }

    /// Mean wear of the cells that are worn at all, m, and their share of the grid.
    pub fn mean(&self) -> (f64, f64) {
        let worn: Vec<f64> = self.wear.iter().filter(|w| **w > 0.0).map(|w| f64::from(*w)).collect();
        let count = worn.len().max(1) as f64;
        (worn.iter().fold(0.0, |sum, wear| sum + wear) / count, worn.len() as f64 / self.wear.len().max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_centimetres_of_ruts_cost_six_per_cent_until_they_are_graded() {
        let mut roads = RoadCondition::graded(Point2::new(-50.0, -50.0), 5.0, 20, 20).unwrap();
        roads.add(Point2::new(0.0, 0.0), 10.0, 0.1);
        assert!((roads.extra_resistance(1.0, 1.0) - 0.06).abs() < 1e-6);
        assert_eq!(RESISTANCE, haul_vehicle::penetration_rule().per_depth, "the figure of the seeds");
        assert_eq!(roads.extra_resistance(30.0, 1.0), 0.0);
        roads.add(Point2::new(0.0, 0.0), 100.0, -1.0);
        assert_eq!(roads.mean().0, 0.0);
    }

    #[test]
    fn odd_numbers_are_ground_like_any_other() {
        let mut roads = RoadCondition::graded(Point2::origin(), 2.0, 3, 3).unwrap();
        roads.add(Point2::new(f64::NAN, 1e300), 5.0, 0.1);
        roads.add(Point2::new(1.0, 1.0), f64::INFINITY, f64::NAN);
        for v in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
            assert_eq!(roads.wear(v, 1.0) + roads.wear(1.0, v), 0.0);
        }
        assert!(
            RoadCondition::default().wear(0.0, 0.0) == 0.0
                && RoadCondition::of(Point2::origin(), 1.0, 2, vec![0.0; 3]).is_none()
        );
    }
}
