//! Slope limit on the drivable surface, for places where surveyed edges contradict each other.
//!
//! The wall between a pad and a lower road is often surveyed only along its crest. The edges on both sides of the wall
//! are then at the height of the crest. The ground of the lower road, interpolated from there to its other edge, would
//! have a crossfall of 20 %.
//!
//! Heights are moved as little as possible until no slope exceeds the limit. The result is the mean of two envelopes
//! within the limit: the highest surface that is nowhere above the given heights, and the lowest surface that is
//! nowhere below them (McShane 1934). This mean has the smallest possible maximum change. Where the heights already
//! keep the limit, nothing moves.

use super::raster::Raster;
use super::stretch::{Mask, NodeKind};
use haul_core::Point2;

/// Maximum number of sweeps. A change spreads at most a few hundred metres along a road.
const GREATEST_SWEEPS: usize = 200;
/// Smallest change of height (m) that counts as a move.
const LEAST_CHANGE: f64 = 0.01;
/// Number of passes that smooth the kinks left by the limit. These passes affect heights up to a distance of about the
/// square root of this number, in nodes.
const ROUNDING_PASSES: usize = 30;
/// Number of nodes around each moved node that are smoothed too.
const SHOULDER_NODES: usize = 5;

/// A connected part of the ground whose heights were moved.
pub(in crate::build) struct Moved {
    /// Position (m) of the largest change in this part.
    pub(in crate::build) at: Point2,
    /// Largest change of height in this part (m).
    pub(in crate::build) by: f64,
    /// Area of this part (m²).
    pub(in crate::build) area: f64,
}

/// Moves heights of the drivable surface so that no slope exceeds `limit` (rise over run). Returns the moved parts, the
/// part with the largest change first.
pub(super) fn limit(raster: &mut Raster, mask: &Mask, limit: f64) -> Vec<Moved> {
    let before = raster.heights.clone();
    let above = envelope(raster, mask, limit, 1.0);
    let below = envelope(raster, mask, limit, -1.0);
    let mut moved = vec![false; before.len()];
    for k in 0..before.len() {
        if mask.nodes[k] != NodeKind::Outside {
            let height = 0.5 * (above[k] + below[k]);
            moved[k] = (height - before[k]).abs() > LEAST_CHANGE;
            if moved[k] {
                raster.heights[k] = height;
            }
        }
    }
    let places = places(raster, &before, &moved);
    round(raster, mask, moved);
    places
}

/// Returns an envelope of the heights within the slope limit. If `sign` is 1, it is the highest surface nowhere above
/// the heights. If `sign` is −1, it is the lowest surface nowhere below them.
fn envelope(raster: &Raster, mask: &Mask, limit: f64, sign: f64) -> Vec<f64> {
    let (w, n) = (raster.columns, raster.rows);
    let mut h: Vec<f64> = raster.heights.iter().map(|h| sign * h).collect();
    let (straight, diagonal) = (limit * raster.spacing, limit * raster.spacing * std::f64::consts::SQRT_2);
    let on: Vec<u32> = (0..w * n)
        .filter(|&k| {
            let (i, j) = (k % w, k / w);
            mask.nodes[k] != NodeKind::Outside && i > 0 && j > 0 && i + 1 < w && j + 1 < n
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
            if mask.nodes[m] != NodeKind::Outside {
                least = least.min(h[m] + step);
            }
        }
        // A change below 0.1 mm is only rounding.
        let changed = least < h[k] - 1e-4;
        h[k] = least;
        changed
    };
    for _ in 0..GREATEST_SWEEPS {
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

/// Returns the connected parts of the moved nodes.
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

/// Smooths the kinks around moved nodes.
fn round(raster: &mut Raster, mask: &Mask, mut moved: Vec<bool>) {
    let (w, n) = (raster.columns, raster.rows);
    if !moved.contains(&true) {
        return;
    }
    for _ in 0..SHOULDER_NODES {
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
                moved[m] = mask.nodes[m] != NodeKind::Outside || moved[m];
            }
        }
    }
    let inner: Vec<usize> = (0..w * n)
        .filter(|&k| {
            let (i, j) = (k % w, k / w);
            moved[k] && i > 0 && j > 0 && i + 1 < w && j + 1 < n
        })
        .collect();
    for _ in 0..ROUNDING_PASSES {
        let next: Vec<f64> = inner
            .iter()
            .map(|&k| {
                let (mut sum, mut count) = (0.0, 0.0);
                for m in [k - 1, k + 1, k - w, k + w] {
                    if mask.nodes[m] != NodeKind::Outside {
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
