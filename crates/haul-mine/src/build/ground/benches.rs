//! Generated ground between roads, for a survey that has only edges: benches with batters between them.

use super::raster::Raster;
use super::stretch::{Mask, NodeKind};

/// Bench height (m), as usual in open pits of this class.
const BENCH_HEIGHT: f64 = 12.0;
/// Share of a bench interval in which the ground is nearly level.
const LEVEL_SHARE: f64 = 0.6;
/// Share of the bench height that the nearly level part gains.
const LEVEL_RISE_SHARE: f64 = 0.15;
/// Distances from a road (m) at which benches start to form, and at which they are complete. Closer to the road, the
/// shoulder keeps the triangulated heights.
const BENCH_DISTANCES: (f64, f64) = (3.0, 14.0);
/// Number of passes of the smoothing filter that rounds creases.
const ROUNDING_PASSES: usize = 2;

/// Forms benches on the ground beside the roads.
pub(super) fn draw(raster: &mut Raster, mask: &Mask) {
    let distance = distances(raster, mask);
    for (h, d) in raster.heights.iter_mut().zip(&distance) {
        let share = ((f64::from(*d) - BENCH_DISTANCES.0) / (BENCH_DISTANCES.1 - BENCH_DISTANCES.0)).clamp(0.0, 1.0);
        let share = share * share * (3.0 - 2.0 * share);
        *h += share * (stepped(*h) - *h);
    }
    let (w, n) = (raster.columns, raster.rows);
    for _ in 0..ROUNDING_PASSES {
        let before = raster.heights.clone();
        for j in 1..n.saturating_sub(1) {
            for i in 1..w.saturating_sub(1) {
                let k = j * w + i;
                if mask.nodes[k] == NodeKind::Outside {
                    let around = before[k - 1] + before[k + 1] + before[k - w] + before[k + w];
                    raster.heights[k] = 0.5 * before[k] + 0.125 * around;
                }
            }
        }
    }
}

/// Maps a height to the profile of benches and batters.
fn stepped(h: f64) -> f64 {
    let bench = (h / BENCH_HEIGHT).floor();
    let part = h / BENCH_HEIGHT - bench;
    let rise = if part < LEVEL_SHARE {
        part / LEVEL_SHARE * LEVEL_RISE_SHARE
    } else {
        LEVEL_RISE_SHARE + (part - LEVEL_SHARE) / (1.0 - LEVEL_SHARE) * (1.0 - LEVEL_RISE_SHARE)
    };
    (bench + rise) * BENCH_HEIGHT
}

/// Returns the distance (m) from each node to the drivable surface, by a two-pass 3–4 chamfer (Borgefors 1986).
fn distances(raster: &Raster, mask: &Mask) -> Vec<f32> {
    let (w, n) = (raster.columns, raster.rows);
    let straight = raster.spacing as f32;
    let diagonal = straight * 4.0 / 3.0;
    let mut d: Vec<f32> = mask.nodes.iter().map(|n| if *n == NodeKind::Outside { f32::MAX } else { 0.0 }).collect();
    for j in 0..n {
        for i in 0..w {
            let k = j * w + i;
            let mut least = d[k];
            if i > 0 {
                least = least.min(d[k - 1] + straight);
            }
            if j > 0 {
                least = least.min(d[k - w] + straight);
                if i > 0 {
                    least = least.min(d[k - w - 1] + diagonal);
                }
                if i + 1 < w {
                    least = least.min(d[k - w + 1] + diagonal);
                }
            }
            d[k] = least;
        }
    }
    for j in (0..n).rev() {
        for i in (0..w).rev() {
            let k = j * w + i;
            let mut least = d[k];
            if i + 1 < w {
                least = least.min(d[k + 1] + straight);
            }
            if j + 1 < n {
                least = least.min(d[k + w] + straight);
                if i + 1 < w {
                    least = least.min(d[k + w + 1] + diagonal);
                }
                if i > 0 {
                    least = least.min(d[k + w - 1] + diagonal);
                }
            }
            d[k] = least;
        }
    }
    d
}
