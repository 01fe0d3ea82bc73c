//! Heights of the drawn ground: the terrain of the mine, safety berms, rough rock, and hills up to the horizon.

use crate::scene::noise::{octaves, smooth_step};
use haul_core::{Point2, Vector2};
use haul_mine::MineMap;
use std::sync::Arc;

/// Height of a safety berm, m: good practice is at least half the height of the truck's wheel (Colorado DNR).
const BERM_HEIGHT: f64 = 1.5;
/// Distance of a berm's crest from the edge of the drivable surface, m.
const BERM_CREST: f64 = 1.9;
/// Width of a berm's crest on each side of its middle, m.
const BERM_CREST_HALF: f64 = 0.25;
/// Slopes of a berm's inner and outer side, rise over run: loose rock, and a side that stands on a bench crest.
const BERM_SLOPES: (f64, f64) = (0.9, 1.2);
/// Distance from the edge beyond which a berm has ended, m.
const BERM_END: f64 = 5.5;
/// Distances from a machine, m: up to the first, the berm is open; beyond the second, it has its full height.
const BERM_GAP: (f64, f64) = (13.0, 17.0);
/// Cell of the grid of coarse clearances, m.
const CLEARANCE_CELL: f64 = 8.0;
/// Clearance below which the coarse grid is precise enough, m.
const COARSE_CLEARANCE: f64 = 18.0;
/// Distance over which the mine's rim blends into the hills around it, m.
const RIM_BLEND: f64 = 900.0;

/// The drawn ground as a function of the position.
#[derive(Debug)]
pub struct Relief {
    map: Arc<MineMap>,
    low: Point2,
    high: Point2,
    /// Mean height of the rim of the terrain, m.
    rim: f64,
    /// Machines at which berms are open.
    machines: Vec<Point2>,
    /// Clearance at the nodes of a coarse grid, row by row from the south.
    clearances: Vec<f32>,
    columns: usize,
}

impl Relief {
    /// Makes the relief of a mine.
    pub fn new(map: Arc<MineMap>) -> Self {
        let (low, high) = map.terrain.bounds();
        let count = |extent: f64| (extent / CLEARANCE_CELL).ceil() as usize + 2;
        let (columns, rows) = (count(high.x - low.x), count(high.y - low.y));
        let node = |k: usize| {
            let offset = Vector2::new((k % columns) as f64, (k / columns) as f64) * CLEARANCE_CELL;
            map.drivable.clearance(low + offset) as f32
        };
        let clearances = (0..columns * rows).map(node).collect();
        let around = (0..64).map(|k| {
            let t = f64::from(k % 16) / 16.0;
            let (x, y) = (low.x + t * (high.x - low.x), low.y + t * (high.y - low.y));
            match k / 16 {
                0 => map.terrain.height(x, low.y),
                1 => map.terrain.height(x, high.y),
                2 => map.terrain.height(low.x, y),
                _ => map.terrain.height(high.x, y),
            }
        });
        let rim = around.sum::<f64>() / 64.0;
        let machines = map.places.iter().filter_map(|p| p.machine).map(|m| m.position()).collect();
        Self { map, low, high, rim, machines, clearances, columns }
    }

    /// Returns the mine.
    pub fn map(&self) -> &MineMap {
        &self.map
    }

    /// Returns the south-western and the north-eastern corner of the mine's terrain.
    pub fn bounds(&self) -> (Point2, Point2) {
        (self.low, self.high)
    }

    /// Returns the distance to the edge of the drivable surface, m, positive on the surface. It is exact near the edge
    /// and interpolated elsewhere.
    pub fn clearance(&self, p: Point2) -> f64 {
        let (u, v) = ((p.x - self.low.x) / CLEARANCE_CELL, (p.y - self.low.y) / CLEARANCE_CELL);
        let (i, j) = (u.max(0.0) as usize, v.max(0.0) as usize);
        let k = j * self.columns + i;
        let (Some(a), Some(b), Some(c), Some(d)) = (
            self.clearances.get(k),
            self.clearances.get(k + 1),
            self.clearances.get(k + self.columns),
            self.clearances.get(k + self.columns + 1),
        ) else {
            return self.map.drivable.clearance(p);
        };
        let (s, t) = (u - i as f64, v - j as f64);
        let (a, b, c, d) = (f64::from(*a), f64::from(*b), f64::from(*c), f64::from(*d));
        let (low, high) = (a + (b - a) * s, c + (d - c) * s);
        let coarse = low + (high - low) * t;
        if coarse.abs() > COARSE_CLEARANCE { coarse } else { self.map.drivable.clearance(p) }
    }

    /// Returns the height of the drawn ground, m. On the drivable surface it is the height of the terrain.
    pub fn height(&self, x: f64, y: f64) -> f64 {
        let p = Point2::new(x, y);
        let nearest = Point2::new(x.clamp(self.low.x, self.high.x), y.clamp(self.low.y, self.high.y));
        let beyond = (p - nearest).norm();
        if beyond > 0.0 {
            return self.hills(p, nearest, beyond);
        }
        let clearance = self.clearance(p);
        if clearance >= 0.0 {
            return self.map.terrain.height(x, y);
        }
        let (ground, normal) = self.map.terrain.surface(x, y);
        let rock = ground + self.roughness(p, -clearance, normal.z);
        if clearance < -BERM_END { rock } else { self.berm(p, -clearance, rock) }
    }

    /// Returns the height by which rock and natural ground differ from the surveyed surface, m.
    fn roughness(&self, p: Point2, distance: f64, upright: f64) -> f64 {
        let steep = smooth_step(0.94, 0.72, upright);
        let inside = (p.x - self.low.x).min(self.high.x - p.x).min(p.y - self.low.y).min(self.high.y - p.y);
        let fade = smooth_step(2.0, 9.0, distance) * smooth_step(0.0, 30.0, inside);
        let blocks = octaves(p.x * 0.21, p.y * 0.21, 3) * (0.15 + 1.3 * steep);
        let bulges = octaves(p.x * 0.045, p.y * 0.045, 2) * (0.3 + 1.6 * steep);
        fade * (blocks + bulges)
    }

    /// Returns the height of a berm at a distance outside the edge, or of the ground if that is higher.
    fn berm(&self, p: Point2, distance: f64, ground: f64) -> f64 {
        let gap = self.machines.iter().map(|m| (m - p).norm()).fold(f64::INFINITY, f64::min);
        let open = smooth_step(BERM_GAP.0, BERM_GAP.1, gap);
        let Some(edge) = self.map.drivable.nearest_edge(p).filter(|_| open > 0.0) else { return ground };
        // The foot of the berm is at the height of the road just inside the edge, because the ground outside may fall
        // away.
        let inward = (edge - p).try_normalize(1e-9).unwrap_or_default();
        let foot = edge + inward;
        let base = self.map.terrain.height(foot.x, foot.y);
        let lumps = 1.0 + 0.16 * octaves(p.x * 0.55, p.y * 0.55, 2);
        let aside = distance - BERM_CREST;
        let fall = if aside < 0.0 { BERM_SLOPES.0 } else { BERM_SLOPES.1 };
        let profile = BERM_HEIGHT * lumps - fall * (aside.abs() - BERM_CREST_HALF).max(0.0);
        let end = smooth_step(BERM_END, BERM_END - 1.2, distance);
        let top = base + profile.max(-2.0);
        ground + (top - ground).max(0.0) * open * end
    }

    /// Returns the height of the landscape around the mine, m.
    fn hills(&self, p: Point2, nearest: Point2, beyond: f64) -> f64 {
        // The rim is smoothed more with increasing distance, so that its heights do not continue as stripes.
        let spread = 0.35 * beyond;
        let at = |dx: f64, dy: f64| {
            let q = Point2::new(
                (nearest.x + dx).clamp(self.low.x, self.high.x),
                (nearest.y + dy).clamp(self.low.y, self.high.y),
            );
            self.map.terrain.height(q.x, q.y)
        };
        let along = [-1.0, -0.5, 0.0, 0.5, 1.0].map(|k| k * spread);
        let rim = along.iter().map(|d| at(*d, 0.0) + at(0.0, *d)).sum::<f64>() / (2.0 * along.len() as f64);
        let near = 28.0 * smooth_step(40.0, 1_200.0, beyond) * octaves(p.x / 520.0, p.y / 520.0, 5);
        let ridge = 1.0 - octaves(p.x / 4_300.0 + 3.7, p.y / 4_300.0, 5).abs();
        let far = smooth_step(1_500.0, 8_000.0, beyond) * (520.0 * ridge * ridge - 90.0);
        let blend = smooth_step(0.0, RIM_BLEND, beyond);
        rim + (self.rim - rim) * blend + near + far
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use haul_core::Polygon;
    use haul_mine::{Drivable, RoadGraph, Terrain};

    /// Returns a road of 40 m along a crest: level to the east of x = 0, 20 m deeper to the west of x = −10.
    pub fn crest() -> Relief {
        let heights = (0..101 * 101)
            .map(|k| {
                let x = f64::from(k % 101) * 2.0 - 100.0;
                (x.clamp(-10.0, 0.0) * 2.0) as f32
            })
            .collect();
        let terrain = Terrain::new(Point2::new(-100.0, -100.0), 2.0, 101, heights).unwrap();
        let ring = [(2.0, -60.0), (40.0, -60.0), (40.0, 60.0), (2.0, 60.0)].map(|(x, y)| Point2::new(x, y));
        let drivable = Drivable::new(Polygon { outer: ring.to_vec(), holes: Vec::new() }).unwrap();
        let roads = RoadGraph::new(Vec::new(), Vec::new());
        Relief::new(Arc::new(MineMap::new("crest", terrain, drivable, roads)))
    }

    #[test]
    fn berm_along_a_crest_has_no_hole() {
        let relief = crest();
        for k in -100..=100 {
            let y = f64::from(k) * 0.5;
            let top = (0..60).map(|i| relief.height(2.0 - 0.1 * f64::from(i), y)).fold(f64::MIN, f64::max);
            assert!(top > 0.5 * 2.7 - 0.15 && top < 2.0, "the berm is {top} m high at {y}");
        }
    }

    #[test]
    fn wheels_stand_on_the_drawn_ground() {
        let relief = crest();
        for k in 0..200 {
            let (x, y) = (2.1 + 0.18 * f64::from(k), 50.0 - 0.5 * f64::from(k));
            assert_eq!(relief.height(x, y), relief.map.terrain.height(x, y));
        }
    }

    #[test]
    fn country_continues_the_terrain_without_a_step() {
        let relief = crest();
        for k in -99..99 {
            let t = f64::from(k);
            for (inside, outside) in [((t, 99.99), (t, 100.01)), ((-99.99, t), (-100.01, t))] {
                let step = relief.height(inside.0, inside.1) - relief.height(outside.0, outside.1);
                assert!(step.abs() < 0.2, "a step of {step} m at {inside:?}");
            }
        }
        let far: Vec<f64> = (0..40).map(|k| relief.height(9_000.0, 300.0 * f64::from(k))).collect();
        let (low, high) = far.iter().fold((f64::MAX, f64::MIN), |(l, h), z| (l.min(*z), h.max(*z)));
        assert!(high - low > 80.0, "flat country: {low} to {high}");
    }
}
