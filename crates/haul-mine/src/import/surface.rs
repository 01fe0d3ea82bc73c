//! Derives the edges of the drivable surface for a survey without edges: the border of a surface, or the outline of its
//! gentle part.

use super::contour::rings;
use super::survey::Mesh;
use crate::build::ElevationGrid;
use haul_core::{Point2, Point3};
use std::collections::BTreeMap;

/// Slope (rise over run) above which ground counts as a wall.
const GREATEST_DRIVABLE_SLOPE: f64 = 0.20;
/// Minimum share of gentle ground on a surface that counts as drivable.
const LEAST_GENTLE_SHARE: f64 = 0.9;

/// Returns true if a surface is gentle nearly everywhere. Such a surface was surveyed as the drivable surface, so its
/// border is the drivable edge.
pub(super) fn is_drivable(mesh: &Mesh) -> bool {
    let (mut gentle, mut all) = (0.0, 0.0);
    for face in &mesh.faces {
        let [a, b, c] = face.map(|v| mesh.vertices[v as usize]);
        let normal = (b - a).cross(&(c - a));
        let plan = normal.z.abs();
        let slope = libm::hypot(normal.x, normal.y) / plan.max(f64::MIN_POSITIVE);
        all += plan;
        if slope <= GREATEST_DRIVABLE_SLOPE {
            gentle += plan;
        }
    }
    all > 0.0 && gentle >= LEAST_GENTLE_SHARE * all
}

/// Returns the closed rings of a surface's border: the sides that belong to only one face.
pub(super) fn border(mesh: &Mesh) -> Vec<Vec<Point3>> {
    let mut count: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    // All faces get the same orientation, so that the border sides join end to start.
    let turned = |f: &[u32; 3]| {
        let [a, b, c] = f.map(|v| mesh.vertices[v as usize]);
        let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
        if area >= 0.0 { *f } else { [f[0], f[2], f[1]] }
    };
    let faces: Vec<[u32; 3]> = mesh.faces.iter().map(turned).collect();
    let edges = |f: &[u32; 3]| [(f[0], f[1]), (f[1], f[2]), (f[2], f[0])];
    for f in &faces {
        for (a, b) in edges(f) {
            *count.entry((a.min(b), a.max(b))).or_insert(0) += 1;
        }
    }
    let mut next: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for f in &faces {
        for (a, b) in edges(f) {
            if count.get(&(a.min(b), a.max(b))) == Some(&1) {
                next.entry(a).or_default().push(b);
            }
        }
    }
    let mut rings = Vec::new();
    while let Some((&start, _)) = next.first_key_value() {
        let mut ring = Vec::new();
        let mut at = start;
        while let Some(ways) = next.get_mut(&at) {
            let to = ways.pop();
            if ways.is_empty() {
                next.remove(&at);
            }
            let Some(to) = to else { break };
            ring.push(mesh.vertices[at as usize]);
            at = to;
            if at == start {
                break;
            }
        }
        if ring.len() >= 3 && at == start {
            rings.push(ring);
        }
    }
    rings
}

/// Returns the outlines of the ground that a truck can drive on: no steeper than `slope` (rise over run), and wide
/// enough for a disc of `radius` (m).
pub(super) fn gentle(grid: &ElevationGrid, slope: f64, radius: f64) -> Vec<Vec<Point2>> {
    let (w, h) = grid.size();
    let (sx, sy) = grid.step();
    let flat: Vec<bool> = (0..w * h)
        .map(|k| {
            let (i, j) = (k % w, k / w);
            let Some(_) = grid.cell(i, j) else { return false };
            let at = |i: usize, j: usize| grid.cell(i.min(w - 1), j.min(h - 1));
            let (e, o) = (at(i + 1, j), at(i.saturating_sub(1), j));
            let (n, s) = (at(i, j + 1), at(i, j.saturating_sub(1)));
            let (Some(e), Some(o), Some(n), Some(s)) = (e, o, n, s) else { return false };
            let run = |a: usize, b: usize, step: f64| ((b - a).max(1)) as f64 * step;
            let gx = (e - o) / run(i.saturating_sub(1), (i + 1).min(w - 1), sx);
            let gy = (n - s) / run(j.saturating_sub(1), (j + 1).min(h - 1), sy);
            libm::hypot(gx, gy) <= slope
        })
        .collect();
    let step = sx.max(sy);
    let reach = (radius / step).round().max(0.0) as u32;
    let eroded: Vec<bool> = distances(&flat, w, false).into_iter().map(|d| d > reach).collect();
    let opened: Vec<u8> =
        distances(&eroded, w, true).into_iter().map(|d| if d <= reach { u8::MAX } else { 0 }).collect();
    let place = |(i, j): (f64, f64)| {
        let o = grid.place(0, 0);
        Point2::new(o.x + i * sx, o.y + j * sy)
    };
    rings(&opened, w, 127.5).into_iter().map(|r| r.into_iter().map(place).collect()).collect()
}

/// Returns, for each cell, the distance (in cells) to the nearest cell whose value is `of`. The distance is a 3–4
/// chamfer distance (Borgefors 1986), rounded down. Cells outside the raster count as false.
fn distances(set: &[bool], w: usize, of: bool) -> Vec<u32> {
    let h = set.len() / w;
    let far = u32::MAX / 8;
    let mut d: Vec<u32> = set
        .iter()
        .enumerate()
        .map(|(k, s)| {
            let rim = k % w == 0 || k % w == w - 1 || k / w == 0 || k / w == h - 1;
            if *s == of {
                0
            } else if rim && !of {
                3
            } else {
                far
            }
        })
        .collect();
    let relax = |d: &mut Vec<u32>, k: usize, m: usize, cost: u32| d[k] = d[k].min(d[m] + cost);
    for k in 0..w * h {
        let (i, j) = (k % w, k / w);
        if i > 0 {
            relax(&mut d, k, k - 1, 3);
        }
        if j > 0 {
            relax(&mut d, k, k - w, 3);
            if i > 0 {
                relax(&mut d, k, k - w - 1, 4);
            }
            if i + 1 < w {
                relax(&mut d, k, k - w + 1, 4);
            }
        }
    }
    for k in (0..w * h).rev() {
        let (i, j) = (k % w, k / w);
        if i + 1 < w {
            relax(&mut d, k, k + 1, 3);
        }
        if j + 1 < h {
            relax(&mut d, k, k + w, 3);
            if i > 0 {
                relax(&mut d, k, k + w - 1, 4);
            }
            if i + 1 < w {
                relax(&mut d, k, k + w + 1, 4);
            }
        }
    }
    d.into_iter().map(|v| v / 3).collect()
}
