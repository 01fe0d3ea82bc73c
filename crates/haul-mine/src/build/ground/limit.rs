//! Slopes no mine road has: where the surveyed edges of one road contradict each other.
//!
//! A wall between a pad and the road below it is often surveyed along its crest alone, and both sides of it are then
//! edges at the height of the crest. Stretched to the other edge, the road below would lean by a fifth. The heights are
//! moved as little as can be to where no slope exceeds a limit: half way between the lowest surface above and the
//! highest surface below that keep it (McShane 1934; the mean of both envelopes is the nearest such surface in the
//! sense of the greatest deviation). Where the limit is kept already, nothing moves.

use super::raster::Raster;
use super::stretch::{Mask, Node};
use haul_core::Point2;

/// Sweeps at the most; a change travels along its road a few hundred metres at most.
const SWEEPS: usize = 200;
/// A change that counts, m.
const CHANGE: f64 = 0.01;
/// The kinks that the limit leaves are rounded in so many passes, over about their square root in nodes.
const ROUNDING: usize = 30;
/// Nodes so near to a changed one are rounded as well.
const SHOULDER: usize = 5;

/// A place where heights were moved.
pub(in crate::build) struct Moved {
    /// Where the most.
    pub(in crate::build) at: Point2,
    /// By how much there, m.
    pub(in crate::build) by: f64,
    /// Over how much ground, m².
    pub(in crate::build) area: f64,
}

/// Moves heights on the surface so that no slope exceeds `limit` (rise/run). Returns the places, largest change first.
pub(super) fn limit(raster: &mut Raster, mask: &Mask, limit: f64) -> Vec<Moved> {
    let before = raster.heights.clone();
    let above = envelope(raster, mask, limit, 1.0);
    let below = envelope(raster, mask, limit, -1.0);
    let mut moved = vec![false; before.len()];
    for k in 0..before.len() {
        if mask.nodes[k] != Node::Outside {
            let height = 0.5 * (above[k] + below[k]);
            moved[k] = (height - before[k]).abs() > CHANGE;
            if moved[k] {
                raster.heights[k] = height;
            }
        }
    }
    let places = places(raster, &before, &moved);
    round(raster, mask, moved);
    places
}

/// With `sign` 1 the greatest surface that nowhere rises above the heights nor is steeper than the limit; with −1 the
/// least that nowhere falls below.
fn envelope(raster: &Raster, mask: &Mask, limit: f64, sign: f64) -> Vec<f64> {
    let (w, n) = (raster.columns, raster.rows);
    let mut h: Vec<f64> = raster.heights.iter().map(|h| sign * h).collect();
    let (straight, diagonal) = (limit * raster.spacing, limit * raster.spacing * std::f64::consts::SQRT_2);
    let on: Vec<u32> = (0..w * n)
        .filter(|&k| {
            let (i, j) = (k % w, k / w);
            mask.nodes[k] != Node::Outside && i > 0 && j > 0 && i + 1 < w && j + 1 < n
        })
        .map(|k| k as u32)
        .collect();
    let mut relax = |k: usize| {
        let mut least = h[k];
        for (m, step) in [
            (k - 1, straight),
            (k + 1, straight),
            (k - w, straight),
            (k + w, straight),
            (k - w - 1, diagonal),
            (k - w + 1, diagonal),
            (k + w - 1, diagonal),
            (k + w + 1, diagonal),
        ] {
            if mask.nodes[m] != Node::Outside {
                least = least.min(h[m] + step);
            }
        }
        // Less than a tenth of a millimetre is rounding.
        let changed = least < h[k] - 1e-4;
        h[k] = least;
        changed
    };
    for _ in 0..SWEEPS {
        let mut changed = false;
        for &k in on.iter().chain(on.iter().rev()) {
            changed |= relax(k as usize);
        }
        if !changed {
            break;
        }
    }
    h.iter_mut().for_each(|h| *h *= sign);
    h
}

/// Connected places of moved nodes.
fn places(raster: &Raster, before: &[f64], moved: &[bool]) -> Vec<Moved> {
    let (w, n) = (raster.columns, raster.rows);
    let mut seen = vec![false; moved.len()];
    let mut found = Vec::new();
    for start in 0..moved.len() {
        if !moved[start] || seen[start] {
            continue;
        }
        seen[start] = true;
        let mut open = vec![start];
        let (mut by, mut at, mut count) = (0.0, start, 0_usize);
        while let Some(k) = open.pop() {
            count += 1;
            let change = (raster.heights[k] - before[k]).abs();
            if change > by {
                (by, at) = (change, k);
            }
            let (i, j) = (k % w, k / w);
            for j in j.saturating_sub(1)..=(j + 1).min(n - 1) {
                for i in i.saturating_sub(1)..=(i + 1).min(w - 1) {
                    let m = j * w + i;
                    if moved[m] && !std::mem::replace(&mut seen[m], true) {
                        open.push(m);
                    }
                }
            }
        }
        let area = count as f64 * raster.spacing * raster.spacing;
        found.push(Moved { at: Point2::new(raster.x(at % w), raster.y(at / w)), by, area });
    }
    found.sort_by(|a, b| b.by.total_cmp(&a.by));
    found
}

/// Rounds the kinks about moved nodes.
fn round(raster: &mut Raster, mask: &Mask, mut moved: Vec<bool>) {
    let (w, n) = (raster.columns, raster.rows);
    if !moved.contains(&true) {
        return;
    }
    for _ in 0..SHOULDER {
        let grown = moved.clone();
        for k in (0..w * n).filter(|&k| grown[k]) {
            let (i, j) = (k % w, k / w);
            for m in [
                (i > 0).then(|| k - 1),
                (i + 1 < w).then_some(k + 1),
                (j > 0).then(|| k.wrapping_sub(w)),
                (j + 1 < n).then_some(k + w),
            ]
            .into_iter()
            .flatten()
            {
                moved[m] = mask.nodes[m] != Node::Outside || moved[m];
            }
        }
    }
    let inner: Vec<usize> = (0..w * n)
        .filter(|&k| {
            let (i, j) = (k % w, k / w);
            moved[k] && i > 0 && j > 0 && i + 1 < w && j + 1 < n
        })
        .collect();
    for _ in 0..ROUNDING {
        let next: Vec<f64> = inner
            .iter()
            .map(|&k| {
                let (mut sum, mut count) = (0.0, 0.0);
                for m in [k - 1, k + 1, k - w, k + w] {
                    if mask.nodes[m] != Node::Outside {
                        sum += raster.heights[m];
                        count += 1.0;
                    }
                }
                let h = raster.heights[k];
                if count > 0.0 { 0.5 * h + 0.5 * sum / count } else { h }
            })
            .collect();
        for (k, h) in inner.iter().zip(next) {
            raster.heights[*k] = h;
        }
    }
}
