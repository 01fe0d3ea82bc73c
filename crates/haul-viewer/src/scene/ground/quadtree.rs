//! Levels of detail of the ground: squares that are smaller near the camera (quadtree, Ulrich 2002).

use bevy::math::DVec3;

/// Number of cells along the side of a square.
pub const CELLS: u32 = 40;
/// Side of the largest square, m: the landscape around a mine up to the horizon.
const ROOT_SIDE: f64 = 40_960.0;
/// Number of levels. The smallest squares have a side of 40 m and points 1 m apart.
const LEVELS: u32 = 11;

/// A square of the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Square {
    /// Level, 0 for the largest square.
    pub level: u32,
    /// Column and row among the squares of its level, from the south-west.
    pub column: u32,
    /// See `column`.
    pub row: u32,
}

impl Square {
    const ROOT: Square = Square { level: 0, column: 0, row: 0 };

    /// Returns side, m.
    pub fn side(&self) -> f64 {
        ROOT_SIDE / f64::from(1_u32 << self.level)
    }

    /// Returns south-western corner relative to the middle of the mine, m.
    pub fn corner(&self) -> (f64, f64) {
        let at = |k: u32| f64::from(k) * self.side() - ROOT_SIDE / 2.0;
        (at(self.column), at(self.row))
    }

    fn parts(&self) -> [Square; 4] {
        [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(i, j)| Square {
            level: self.level + 1,
            column: 2 * self.column + i,
            row: 2 * self.row + j,
        })
    }

    /// Returns distance from a point (east, north, up) to the square at a height, m.
    fn distance(&self, p: DVec3, height: f64) -> f64 {
        let (x, y) = self.corner();
        let dx = (x - p.x).max(p.x - x - self.side()).max(0.0);
        let dy = (y - p.y).max(p.y - y - self.side()).max(0.0);
        let dz = p.z - height;
        (dx * dx + dy * dy + dz * dz).sqrt()
    }
}

/// Returns the squares to draw for a camera, without overlaps. `height` gives the height of the ground in the middle of
/// a square, and `detail` the ratio of distance to side below which a square is divided.
pub fn squares(camera: DVec3, detail: f64, height: impl Fn(f64, f64) -> f64) -> Vec<Square> {
    let mut chosen = Vec::new();
    let mut open = vec![Square::ROOT];
    while let Some(square) = open.pop() {
        let (x, y) = square.corner();
        let half = square.side() / 2.0;
        let far = square.distance(camera, height(x + half, y + half));
        if square.level + 1 < LEVELS && far < detail * square.side() {
            open.extend(square.parts());
        } else {
            chosen.push(square);
        }
    }
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::super::DETAIL;
    use super::*;

    #[test]
    fn squares_cover_everything_once_and_are_small_near_the_camera() {
        for camera in [DVec3::new(30.0, -20.0, 12.0), DVec3::new(2_400.0, 900.0, 700.0), DVec3::new(9e4, 0.0, 50.0)] {
            let all = squares(camera, DETAIL.0, |_, _| 0.0);
            let area: f64 = all.iter().map(|s| s.side() * s.side()).sum();
            assert!((area / (ROOT_SIDE * ROOT_SIDE) - 1.0).abs() < 1e-9);
        }
        let near = squares(DVec3::new(30.0, -20.0, 12.0), DETAIL.1, |_, _| 0.0);
        let here = near.iter().min_by(|a, b| {
            let d = |s: &Square| s.distance(DVec3::new(30.0, -20.0, 0.0), 0.0);
            d(a).total_cmp(&d(b))
        });
        assert_eq!(here.unwrap().side(), 40.0);
    }

    #[test]
    fn number_of_squares_does_not_grow_with_the_mine_as_the_camera_flies() {
        // One spacing of 1 m over 5 km would take 15,625 squares.
        for k in 0..50 {
            let camera = DVec3::new(-2_500.0 + 100.0 * f64::from(k), 800.0, 30.0);
            let count = |detail: f64| squares(camera, detail, |_, _| 0.0).len();
            assert!(count(DETAIL.0) < 500 && count(DETAIL.1) < 250, "{} squares at {camera}", count(DETAIL.0));
        }
    }
}
