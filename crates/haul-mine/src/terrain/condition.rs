//! Wear of the roads: the depth to which tyres sink into the surface, beyond that of a freshly graded road.

use haul_core::Point2;

/// Increase of the rolling resistance coefficient per metre of tyre penetration, 1/m: 0.6 % per centimetre (Caterpillar
/// rule, seeds/roads.toml).
const RESISTANCE_PER_METRE: f64 = 0.6;
/// Maximum recorded wear, m. It is a rut as deep as the bulge of a tyre's sidewall.
pub const GREATEST_WEAR: f32 = 0.5;

/// Wear on a regular grid of cells, as tyre penetration beyond that of a graded road, m. Outside the grid it is 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoadCondition {
    origin: Point2,
    cell: f64,
    columns: usize,
    wear: Vec<f32>,
}

impl RoadCondition {
    /// Creates a grid without wear. `origin` is its south-western corner and `cell` the side of a cell, m. Returns
    /// `None` if the cell size is not positive, or if the grid is empty or has more cells than memory allows.
    pub fn graded(origin: Point2, cell: f64, columns: usize, rows: usize) -> Option<RoadCondition> {
        let count = columns.checked_mul(rows).filter(|n| *n > 0 && *n <= u32::MAX as usize)?;
        let sound = cell.is_finite() && cell > 0.0 && origin.x.is_finite() && origin.y.is_finite();
        sound.then(|| RoadCondition { origin, cell, columns, wear: vec![0.0; count] })
    }

    /// Creates a grid from the wear of its cells, row by row from the south, each row from the west. Returns `None` if
    /// a value is not between 0 m and 0.5 m, or if the values do not fill whole rows.
    pub fn of(origin: Point2, cell: f64, columns: usize, wear: Vec<f32>) -> Option<RoadCondition> {
        let rows = wear.len().checked_div(columns)?;
        let mut grid = Self::graded(origin, cell, columns, rows)?;
        let sound = wear.len() == grid.wear.len() && wear.iter().all(|w| (0.0..=GREATEST_WEAR).contains(w));
        grid.wear = wear;
        sound.then_some(grid)
    }

    /// Returns true if the grid is empty. All roads then count as graded.
    pub fn is_empty(&self) -> bool {
        self.wear.is_empty()
    }

    /// Returns the south-western corner, the side of a cell (m), the number of columns, and the wear of every cell (m).
    pub fn grid(&self) -> (Point2, f64, usize, &[f32]) {
        (self.origin, self.cell, self.columns, &self.wear)
    }

    /// Returns the index of the cell that holds a point.
    fn index(&self, x: f64, y: f64) -> Option<usize> {
        let (u, v) = ((x - self.origin.x) / self.cell, (y - self.origin.y) / self.cell);
        // Written so that NaN counts as outside. On an empty grid, every point is outside.
        if !(u >= 0.0 && v >= 0.0 && u < self.columns as f64) {
            return None;
        }
        let k = (v as usize).checked_mul(self.columns)?.checked_add(u as usize)?;
        (k < self.wear.len()).then_some(k)
    }

    /// Returns the tyre penetration at a point beyond that of a graded road, m.
    pub fn wear(&self, x: f64, y: f64) -> f64 {
        self.index(x, y).map_or(0.0, |k| f64::from(self.wear[k]))
    }

    /// Returns the increase of the rolling resistance coefficient at a point over that of the road's class. It is 0.6 %
    /// per centimetre of tyre penetration (Caterpillar rule).
    pub fn extra_resistance(&self, x: f64, y: f64) -> f64 {
        RESISTANCE_PER_METRE * self.wear(x, y)
    }

    /// Adds wear (m) to the cells whose centre lies within `radius` (m) of a point. A negative depth removes wear.
    pub fn add(&mut self, centre: Point2, radius: f64, depth: f64) {
        if self.is_empty() || !(radius >= 0.0 && depth.is_finite()) {
            return;
        }
        let rows = self.wear.len() / self.columns;
        // The casts saturate, and NaN becomes 0.
        let first = |v: f64, o: f64| ((v - radius - o) / self.cell).floor().max(0.0) as usize;
        let last = |v: f64, o: f64, n: usize| (((v + radius - o) / self.cell).max(0.0) as usize).min(n - 1);
        for j in first(centre.y, self.origin.y)..=last(centre.y, self.origin.y, rows) {
            for i in first(centre.x, self.origin.x)..=last(centre.x, self.origin.x, self.columns) {
                let x = self.origin.x + (i as f64 + 0.5) * self.cell - centre.x;
                let y = self.origin.y + (j as f64 + 0.5) * self.cell - centre.y;
                if x * x + y * y <= radius * radius {
                    let wear = &mut self.wear[j * self.columns + i];
                    *wear = (f64::from(*wear) + depth).clamp(0.0, f64::from(GREATEST_WEAR)) as f32;
                }
            }
        }
    }

    /// Adds wear of `depth` (m) once to every cell whose centre lies within the radius (m) of any of the spots.
    pub fn add_along(&mut self, spots: &[(Point2, f64)], depth: f64) {
        let mut touched = RoadCondition { wear: vec![0.0; self.wear.len()], ..self.clone() };
        for (centre, radius) in spots {
            touched.add(*centre, *radius, f64::from(GREATEST_WEAR));
        }
        if depth.is_finite() {
            for (wear, touched) in self.wear.iter_mut().zip(&touched.wear) {
                if *touched > 0.0 {
                    *wear = (f64::from(*wear) + depth).clamp(0.0, f64::from(GREATEST_WEAR)) as f32;
                }
            }
        }
    }

    /// Returns the mean wear of the worn cells (m), and their share of the grid.
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
    fn ruts_of_10_cm_cost_6_percent_until_graded() {
        let mut roads = RoadCondition::graded(Point2::new(-50.0, -50.0), 5.0, 20, 20).unwrap();
        roads.add(Point2::new(0.0, 0.0), 10.0, 0.1);
        assert!((roads.extra_resistance(1.0, 1.0) - 0.06).abs() < 1e-6);
        assert_eq!(RESISTANCE_PER_METRE, haul_vehicle::penetration_rule().per_depth, "the figure of the seeds");
        assert_eq!(roads.extra_resistance(30.0, 1.0), 0.0);
        roads.add(Point2::new(0.0, 0.0), 100.0, -1.0);
        assert_eq!(roads.mean().0, 0.0);
    }

    #[test]
    fn invalid_numbers_change_nothing() {
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
