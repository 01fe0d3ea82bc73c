//! The ground as tiles of mesh, finer near the roads, and the safety berm along the edge of the drivable surface.

use crate::frames::LocalOrigin;
use crate::model::solid::{Paint, Solid};
use crate::scene::{Materials, drawn};
use bevy::prelude::*;
use haul_core::{Point2, Point3};
use haul_mine::MineMap;

/// Cells along the side of a fine tile.
const TILE_CELLS: usize = 48;
/// Spacing of the points of fine tiles, m; the terrain's own spacing if that is coarser.
const FINE_SPACING: f64 = 2.0;
/// Ratio of the point spacing of coarse tiles to that of fine ones.
const COARSE_STRIDE: usize = 4;
/// Distance from the drivable surface within which tiles are fine, m.
const FINE_DISTANCE: f64 = 25.0;
/// Depth of a tile's rim below the ground, m. It hides gaps between fine and coarse tiles.
const SKIRT_DEPTH: f64 = 6.0;

/// Spawns the ground.
pub fn spawn(
    commands: &mut Commands,
    meshes: &mut Assets<Mesh>,
    materials: &Materials,
    map: &MineMap,
    origin: &LocalOrigin,
) {
    for tile in tiles(map, origin) {
        commands.spawn(drawn(tile, meshes, &materials.ground));
    }
    for piece in berms(map, origin) {
        commands.spawn(drawn(piece, meshes, &materials.ground));
    }
}

/// All tiles.
pub fn tiles(map: &MineMap, origin: &LocalOrigin) -> Vec<Solid> {
    let (low, high) = map.terrain.bounds();
    let fine = FINE_SPACING.max(map.terrain.spacing());
    let side = fine * TILE_CELLS as f64;
    let count = |extent: f64| (extent / side).ceil().max(1.0) as usize;
    let (columns, rows) = (count(high.x - low.x), count(high.y - low.y));
    let mut tiles = Vec::with_capacity(columns * rows);
    for j in 0..rows {
        for i in 0..columns {
            let corner = Point2::new(low.x + side * i as f64, low.y + side * j as f64);
            let middle = Point2::new(corner.x + side / 2.0, corner.y + side / 2.0);
            let is_near = map.drivable.clearance(middle) > -(FINE_DISTANCE + side * std::f64::consts::FRAC_1_SQRT_2);
            let stride = if is_near { 1 } else { COARSE_STRIDE };
            tiles.push(tile(map, origin, corner, high, fine * stride as f64, TILE_CELLS / stride));
        }
    }
    tiles
}

fn tile(map: &MineMap, origin: &LocalOrigin, corner: Point2, high: Point2, spacing: f64, cells: usize) -> Solid {
    let at = |i: usize, j: usize| {
        let x = (corner.x + spacing * i as f64).min(high.x);
        let y = (corner.y + spacing * j as f64).min(high.y);
        Point3::new(x, y, map.terrain.height(x, y))
    };
    // The skirt is one more ring around the tile, pulled down.
    let points = cells + 3;
    let local = |i: u32, j: u32| {
        let inner = |k: u32| (k as usize).clamp(1, points - 2) - 1;
        let is_rim = |k: u32| k == 0 || k as usize == points - 1;
        let p = at(inner(i), inner(j)) - origin.0;
        [p.x, p.y, if is_rim(i) || is_rim(j) { p.z - SKIRT_DEPTH } else { p.z }]
    };
    let paint = |p: [f64; 3]| colour(map, Point2::new(p[0] + origin.0.x, p[1] + origin.0.y));
    // The skirt takes the normals of the rim, so that no seam is visible between tiles.
    let normal = |i: u32, j: u32| {
        let p = at((i as usize).clamp(1, points - 2) - 1, (j as usize).clamp(1, points - 2) - 1);
        let n = map.terrain.normal(p.x, p.y);
        [n.x, n.y, n.z]
    };
    let mut solid = Solid::new();
    solid.surface(points as u32, points as u32, local, normal, paint);
    solid
}

/// The colour of the ground: packed road, bench, batter with its strata, grass beyond the mine.
fn colour(map: &MineMap, p: Point2) -> Paint {
    const ROAD: Paint = [0.33, 0.265, 0.20];
    const SHOULDER: Paint = [0.27, 0.21, 0.15];
    const BENCH: Paint = [0.25, 0.19, 0.135];
    const BATTER: Paint = [0.17, 0.145, 0.125];
    const SEAM: Paint = [0.075, 0.07, 0.07];
    const GRASS: Paint = [0.17, 0.19, 0.085];
    /// Distance from any road beyond which the ground is natural, m.
    const NATURAL_DISTANCE: f64 = 160.0;
    /// Factor that makes up for the grain, which darkens its ground by about a third.
    const GRAIN_LOSS: f32 = 1.5;
    let clearance = map.drivable.clearance(p);
    let normal = map.terrain.normal(p.x, p.y);
    let height = map.terrain.height(p.x, p.y);
    let mottle = noise(p.x * 0.045, p.y * 0.045) * 0.6 + noise(p.x * 0.31, p.y * 0.31) * 0.4;
    let shade = 1.0 + 0.22 * mottle as f32;
    let base = if clearance > 0.0 {
        // Wheels polish the lanes; the middle and the edges stay rough.
        let rim = (clearance / 3.0).clamp(0.0, 1.0) as f32;
        mix(SHOULDER, ROAD, rim)
    } else {
        let steep = ((0.92 - normal.z) / 0.22).clamp(0.0, 1.0) as f32;
        let band = 0.5 + 0.5 * (height / 7.0 + 0.35 * noise(p.x * 0.02, p.y * 0.02)).sin();
        let wall = mix(BATTER, SEAM, (band.powi(6) * 0.85) as f32);
        let grown = ((-clearance - NATURAL_DISTANCE * 0.6) / (NATURAL_DISTANCE * 0.4)).clamp(0.0, 1.0) as f32;
        mix(mix(BENCH, wall, steep), GRASS, grown * (1.0 - steep))
    };
    base.map(|c| (c * shade * GRAIN_LOSS).clamp(0.0, 1.0))
}

fn mix(a: Paint, b: Paint, t: f32) -> Paint {
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * t)
}

/// Smooth value noise from −1 to 1, a pure function of the position.
fn noise(x: f64, y: f64) -> f64 {
    let corner = |i: i64, j: i64| {
        let mut h = (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (j as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        h = (h ^ (h >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((h >> 40) as f64 / (1_u64 << 24) as f64) * 2.0 - 1.0
    };
    let (i, j) = (x.floor(), y.floor());
    let fade = |t: f64| t * t * (3.0 - 2.0 * t);
    let (u, v) = (fade(x - i), fade(y - j));
    let (i, j) = (i as i64, j as i64);
    let low = corner(i, j) + (corner(i + 1, j) - corner(i, j)) * u;
    let high = corner(i, j + 1) + (corner(i + 1, j + 1) - corner(i, j + 1)) * u;
    low + (high - low) * v
}

/// Height of the berm, m: good practice is at least half the height of the truck's wheel (Colorado DNR).
const BERM_HEIGHT: f64 = 1.4;
/// Width of the berm's foot, m: loose rock at about 37 degrees on both sides.
const BERM_WIDTH: f64 = 3.6;
/// Number of points on each side over which the crest is smoothed.
const BERM_SMOOTHING: usize = 4;
/// Distance between the berm's points, m.
const BERM_STEP: f64 = 2.0;

/// The ridge of rock outside the edge of the drivable surface, with a gap at each machine.
pub fn berms(map: &MineMap, origin: &LocalOrigin) -> Vec<Solid> {
    let polygon = map.drivable.polygon().clone().oriented();
    let is_open = |p: Point2| {
        map.places.iter().filter_map(|place| place.machine).any(|machine| (machine.position() - p).norm() < 14.0)
    };
    let mut pieces = Vec::new();
    for ring in polygon.rings() {
        let points = resampled(ring, BERM_STEP);
        let count = points.len();
        if count < 2 * BERM_SMOOTHING + 1 {
            continue;
        }
        let mut solid = Solid::new();
        let heights: Vec<f64> = points.iter().map(|p| map.terrain.height(p.x, p.y)).collect();
        // The crest follows the road's edge smoothly: the terrain steps where its cells meet the wall.
        let base = |k: usize| {
            let window =
                (0..2 * BERM_SMOOTHING + 1).map(|d| heights[(k + count * BERM_SMOOTHING + d - BERM_SMOOTHING) % count]);
            window.sum::<f64>() / (2 * BERM_SMOOTHING + 1) as f64
        };
        let section = |k: usize| {
            let (before, here, after) = (points[(k + count - 1) % count], points[k % count], points[(k + 1) % count]);
            let along = (after - before).normalize();
            // The region lies to the left of its oriented rings.
            let outward = haul_core::Vector2::new(along.y, -along.x);
            let lump = 1.0 + 0.18 * noise(here.x * 0.4, here.y * 0.4);
            let base = base(k % count);
            let at = |d: f64, z: f64| {
                let p = here + outward * d;
                [p.x - origin.0.x, p.y - origin.0.y, z - origin.0.z]
            };
            let crest = base + BERM_HEIGHT * lump;
            let foot = here + outward * BERM_WIDTH;
            // Its outer side stands on the falling ground, or leans against the rock of a wall.
            let outside = map.terrain.height(foot.x, foot.y).min(base) - 0.6;
            [at(0.1, base - 0.2), at(BERM_WIDTH * 0.42, crest), at(BERM_WIDTH * 0.58, crest), at(BERM_WIDTH, outside)]
        };
        for k in 0..count {
            if is_open(points[k]) || is_open(points[(k + 1) % count]) {
                continue;
            }
            let (a, b) = (section(k), section(k + 1));
            for m in 0..3 {
                let shade = 1.0 + 0.25 * noise(points[k].x * 0.9 + m as f64, points[k].y * 0.9) as f32;
                solid.face(&[a[m], a[m + 1], b[m + 1], b[m]], [0.225, 0.18, 0.135].map(|c| c * shade));
            }
            if k % 256 == 255 {
                pieces.push(std::mem::take(&mut solid));
            }
        }
        pieces.push(solid);
    }
    pieces.retain(|p| !p.is_empty());
    pieces
}

fn resampled(ring: &[Point2], step: f64) -> Vec<Point2> {
    let closed = ring.iter().chain(ring.first()).map(|p| Point3::new(p.x, p.y, 0.0));
    let line = haul_core::Polyline::new(closed).resampled(step);
    let mut points: Vec<Point2> = line.points().iter().map(|p| p.xy()).collect();
    points.pop();
    points
}
