//! A limit on jerk: rounds the corners of a profile.
//!
//! Let w be the square of the speed v. The acceleration is w′/2 and the jerk is w″ v/2, so a maximum jerk bounds w″ to
//! ±2 jerk/v. Where w bends down (braking begins, the pull ends), the largest w under the caps is a convex envelope:
//! that of w + C, minus C, with C″ = 2 jerk/v. Where w bends up (the pull begins, the brake is released), two passes
//! let the slope of w grow no faster than that, away from each minimum.

use super::Binding;
use super::bound::SpeedBound;
use super::nodes::SpeedNode;

/// Speed below which the acceleration may change at once, m/s.
const CRAWL: f64 = 0.3;

/// Rounds the corners of a profile so that `jerk` (m/s³) is not exceeded. Speeds are only reduced, never raised.
pub(crate) fn round_off(nodes: &[SpeedNode], speeds: &mut [SpeedBound], jerk: f64) {
    let n = speeds.len().min(nodes.len());
    if n < 3 {
        return;
    }
    let length: Vec<f64> = nodes[..n].windows(2).map(|w| w[1].station - w[0].station).collect();
    let bend: Vec<f64> = speeds[..n].iter().map(|s| 2.0 * jerk / libm::sqrt(s.squared).max(CRAWL)).collect();
    let mut w: Vec<f64> = speeds[..n].iter().map(|s| s.squared).collect();
    let crawl = |w: f64| w <= CRAWL * CRAWL;
    let mut slope = f64::INFINITY;
    for k in 0..n - 1 {
        let most = slope.max(0.0) + bend[k] * length[k];
        if !crawl(w[k]) {
            w[k + 1] = w[k + 1].min(w[k] + most * length[k]);
        }
        slope = if crawl(w[k]) { f64::INFINITY } else { (w[k + 1] - w[k]) / length[k] };
    }
    slope = f64::INFINITY;
    for k in (0..n - 1).rev() {
        let most = slope.max(0.0) + bend[k + 1] * length[k];
        if !crawl(w[k + 1]) {
            w[k] = w[k].min(w[k + 1] + most * length[k]);
        }
        slope = if crawl(w[k + 1]) { f64::INFINITY } else { (w[k] - w[k + 1]) / length[k] };
    }
    // The speed at the start is given.
    w[0] = speeds[0].squared;
    envelope(nodes, &length, &bend, &mut w);
    for (speed, w) in speeds.iter_mut().zip(w) {
        if w < speed.squared - ROUNDING {
            *speed = SpeedBound::new(w.max(0.0), Binding::Jerk);
        }
    }
}

/// Tolerance of the square of a speed for rounding errors, m²/s².
const ROUNDING: f64 = 1e-6;

/// Lowers `w` to the convex envelope of w + C, minus C.
fn envelope(nodes: &[SpeedNode], length: &[f64], bend: &[f64], w: &mut [f64]) {
    let n = w.len();
    let mut raised = vec![0.0; n];
    let mut slope = 0.0;
    for k in 1..n {
        let before = if k >= 2 { length[k - 2] } else { 0.0 };
        slope += bend[k - 1] * 0.5 * (before + length[k - 1]);
        raised[k] = raised[k - 1] + slope * length[k - 1];
    }
    // The lower hull of a chain of points (A. M. Andrew, 1979).
    let at = |k: usize, w: &[f64]| (nodes[k].station, w[k] + raised[k]);
    let mut hull: Vec<usize> = Vec::with_capacity(n);
    for k in 0..n {
        let c = at(k, w);
        while let [.., i, j] = hull[..] {
            let (a, b) = (at(i, w), at(j, w));
            if (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0) > 0.0 {
                break;
            }
            hull.pop();
        }
        hull.push(k);
    }
    for pair in hull.windows(2) {
        let (i, j) = (pair[0], pair[1]);
        let (a, b) = (at(i, w), at(j, w));
        for k in i + 1..j {
            let share = (nodes[k].station - a.0) / (b.0 - a.0);
            w[k] = w[k].min(a.1 + (b.1 - a.1) * share - raised[k]).max(0.0);
        }
    }
}
