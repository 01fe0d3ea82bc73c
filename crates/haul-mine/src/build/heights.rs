//! Smoothing of heights along an edge, because a survey has steps where two passes of the instrument meet.

use haul_core::{Point2, Point3};

/// Spacing of the height samples along a ring (m).
const STEP: f64 = 0.5;
/// Half the window (m) of the median filter that removes single spikes.
const MEDIAN_REACH: f64 = 2.5;
/// Number of standard deviations at which the Gaussian is cut off.
const CUT_OFF: f64 = 3.0;

/// Smooths the heights of a ring along its length. A median filter removes spikes, and a Gaussian filter with the
/// standard deviation `sigma` (m) removes steps. Plan positions do not change. Returns the largest change of height (m)
/// and its position.
pub(super) fn smooth(ring: &mut [Point3], sigma: f64) -> (f64, Point2) {
    let nowhere = (0.0, ring.first().map_or(Point2::origin(), |p| p.xy()));
    if ring.len() < 3 || sigma <= 0.0 {
        return nowhere;
    }
    let mut stations = vec![0.0];
    for i in 0..ring.len() {
        let d = (ring[(i + 1) % ring.len()].xy() - ring[i].xy()).norm();
        stations.push(stations[i] + d);
    }
    let length = stations[ring.len()];
    let count = ((length / STEP) as usize).clamp(8, 4_000_000);
    let step = length / count as f64;
    let mut samples = Vec::with_capacity(count);
    let mut piece = 0;
    for k in 0..count {
        let s = k as f64 * step;
        while piece + 1 < ring.len() && stations[piece + 1] <= s {
            piece += 1;
        }
        let span = stations[piece + 1] - stations[piece];
        let t = if span > 0.0 { (s - stations[piece]) / span } else { 0.0 };
        samples.push(ring[piece].z + (ring[(piece + 1) % ring.len()].z - ring[piece].z) * t);
    }
    let samples = gaussian(&median(&samples, (MEDIAN_REACH / step) as usize), sigma / step);
    let mut worst = nowhere;
    for (p, s) in ring.iter_mut().zip(&stations) {
        let u = s / step;
        let k = u as usize;
        let t = u - k as f64;
        let z = samples[k % count] * (1.0 - t) + samples[(k + 1) % count] * t;
        if (z - p.z).abs() > worst.0 {
            worst = ((z - p.z).abs(), p.xy());
        }
        p.z = z;
    }
    worst
}

/// Returns the running median of the samples around a ring, over `reach` samples on either side.
fn median(samples: &[f64], reach: usize) -> Vec<f64> {
    let n = samples.len();
    let reach = reach.min((n - 1) / 2);
    let mut window: Vec<f64> = (0..=2 * reach).map(|k| samples[(k + n - reach) % n]).collect();
    window.sort_by(f64::total_cmp);
    let mut out = Vec::with_capacity(n);
    for k in 0..n {
        out.push(window[reach]);
        let (leaves, enters) = (samples[(k + n - reach) % n], samples[(k + reach + 1) % n]);
        let at = window.partition_point(|v| v.total_cmp(&leaves).is_lt());
        window.remove(at.min(2 * reach));
        let at = window.partition_point(|v| v.total_cmp(&enters).is_lt());
        window.insert(at, enters);
    }
    out
}

/// Returns the samples around a ring, filtered by a Gaussian. `sigma` is the standard deviation, in samples.
fn gaussian(samples: &[f64], sigma: f64) -> Vec<f64> {
    let n = samples.len();
    let reach = ((CUT_OFF * sigma) as usize).min((n - 1) / 2);
    let weights: Vec<f64> = (0..=reach).map(|k| libm::exp(-0.5 * (k as f64 / sigma) * (k as f64 / sigma))).collect();
    let total = weights[0] + 2.0 * weights[1..].iter().sum::<f64>();
    (0..n)
        .map(|k| {
            let aside: f64 = (1..=reach).map(|d| weights[d] * (samples[(k + d) % n] + samples[(k + n - d) % n])).sum();
            (weights[0] * samples[k] + aside) / total
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spike_is_removed_and_ramp_stays() {
        // The road is 400 m long. It climbs at 8 % along one side of the ring and descends along the other. One point
        // is 0.7 m too high.
        let mut ring: Vec<Point3> = (0..800).map(|i| Point3::new(i as f64 * 0.5, 0.0, i as f64 * 0.04)).collect();
        ring.extend((0..800).rev().map(|i| Point3::new(i as f64 * 0.5, 20.0, i as f64 * 0.04)));
        ring[400].z += 0.7;
        let (worst, at) = smooth(&mut ring, 3.0);
        assert!((worst - 0.7).abs() < 0.02 && at == Point2::new(200.0, 0.0), "{worst} at {at}");
        for (i, p) in ring.iter().enumerate().take(700).skip(100) {
            // Near the spike, the median shifts by one rank, which is half the height step of the ramp.
            let allowed = if (360..440).contains(&i) { 0.025 } else { 1e-9 };
            assert!((p.z - i as f64 * 0.04).abs() < allowed, "{i}: {}", p.z);
        }
    }
}
