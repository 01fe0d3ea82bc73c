//! The ground between roads, where the survey has edges alone: benches with batters between them.

use super::raster::Raster;
use super::stretch::{Mask, Node};

/// Height of a bench, m: usual in open pits of this class.
const BENCH: f64 = 12.0;
/// Share of a bench's rise over which the ground is nearly level.
const LEVEL: f64 = 0.6;
/// Share of the height gained on the level part.
const LEVEL_RISE: f64 = 0.15;
/// Benches begin this far from a road and are whole at the second distance, m, so that a road's shoulder stays as
/// triangulated.
const BEGIN: (f64, f64) = (3.0, 14.0);
/// Passes of the filter that rounds creases.
const ROUNDING: usize = 2;

/// Draws benches beside the roads.
pub(super) fn draw(raster: &mut Raster, mask: &Mask) {
    let distance = distances(raster, mask);
    for (h, d) in raster.heights.iter_mut().zip(&distance) {
        let share = ((f64::from(*d) - BEGIN.0) / (BEGIN.1 - BEGIN.0)).clamp(0.0, 1.0);
        let share = share * share * (3.0 - 2.0 * share);
        *h += share * (stepped(*h) - *h);
    }
    let (w, n) = (raster.columns, raster.rows);
    for _ in 0..ROUNDING {
        let before = raster.heights.clone();
        for j in 1..n.saturating_sub(1) {
            for i in 1..w.saturating_sub(1) {
                let k = j * w + i;
                if mask.nodes[k] == Node::Outside {
                    let around = before[k - 1] + before[k + 1] + before[k - w] + before[k + w];
                    raster.heights[k] = 0.5 * before[k] + 0.125 * around;
                }
            }
        }
    }
}

/// A height moved onto benches and the batters between them.
fn stepped(h: f64) -> f64 {
    let bench = (h / BENCH).floor();
    let part = h / BENCH - bench;
    let rise = if part < LEVEL {
        part / LEVEL * LEVEL_RISE
    } else {
        LEVEL_RISE + (part - LEVEL) / (1.0 - LEVEL) * (1.0 - LEVEL_RISE)
    };
    (bench + rise) * BENCH
}

/// Distance to the drivable surface, m, in two sweeps of a 3–4 chamfer (Borgefors 1986).
fn distances(raster: &Raster, mask: &Mask) -> Vec<f32> {
    let (w, n) = (raster.columns, raster.rows);
    let straight = raster.spacing as f32;
    let diagonal = straight * 4.0 / 3.0;
    let mut d: Vec<f32> = mask.nodes.iter().map(|n| if *n == Node::Outside { f32::MAX } else { 0.0 }).collect();
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
