//! The order in which points are inserted into an incremental triangulation.

use haul_core::Point2;

/// Number of bits per side of the Hilbert curve's square.
const HILBERT_BITS: u8 = 31;

/// Ratio of the numbers of points in successive rounds of the insertion.
const ROUND_RATIO: usize = 64;

/// Returns the indices of points in an order for an incremental Delaunay triangulation.
///
/// With this order, the time is proportional to the number of points, for any positions. The four corners come first,
/// then a few points from everywhere, then more, then all. Each round follows a Hilbert curve, so that each point is
/// near the previous one. This is a biased randomised insertion order (Amenta, Choi and Rote 2003) with strides instead
/// of random numbers.
///
/// The corners should enclose all other points. Points inserted outside all known ones can take quadratic time. So can
/// a sweep outwards from the middle if the points lie along two directions from there, as those of one long road do.
pub(crate) fn spatial_order(points: &[Point2]) -> Vec<usize> {
    let Some(&first) = points.first() else { return Vec::new() };
    let (mut low, mut high) = (first, first);
    for p in points {
        (low, high) = (low.inf(p), high.sup(p));
    }
    let side = (high - low).max().max(f64::MIN_POSITIVE);
    let step = f64::from((1_u32 << HILBERT_BITS) - 1) / side;
    // A conversion from float to integer saturates, so that even infinite coordinates stay in the square.
    let place =
        |p: &Point2| fast_hilbert::xy2h(((p.x - low.x) * step) as u32, ((p.y - low.y) * step) as u32, HILBERT_BITS);
    let corners = corners(points);
    let round = |k: usize| match k {
        _ if corners.contains(&k) => 0,
        _ if k.is_multiple_of(ROUND_RATIO * ROUND_RATIO) => 1,
        _ if k.is_multiple_of(ROUND_RATIO) => 2,
        _ => 3_u8,
    };
    let mut keys: Vec<(u8, u64, usize)> = points.iter().enumerate().map(|(k, p)| (round(k), place(p), k)).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(.., k)| k).collect()
}

/// Returns the points that lie furthest out along both diagonals.
fn corners(points: &[Point2]) -> [usize; 4] {
    let farthest = |out: fn(&Point2) -> f64| {
        let of = points.iter().map(out).enumerate();
        of.reduce(|best, next| if next.1 > best.1 { next } else { best }).map_or(0, |(k, _)| k)
    };
    [farthest(|p| p.x + p.y), farthest(|p| p.x - p.y), farthest(|p| p.y - p.x), farthest(|p| -p.x - p.y)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_come_first_and_successive_points_are_close() {
        let points: Vec<Point2> = (0..40_000).map(|k| Point2::new(f64::from(k % 200), f64::from(k / 200))).collect();
        let order = spatial_order(&points);
        let mut seen = order.clone();
        seen.sort_unstable();
        assert!(seen.iter().copied().eq(0..points.len()));
        let mut corners = order[..4].to_vec();
        corners.sort_unstable();
        assert_eq!(corners, [0, 199, 39_800, 39_999]);
        assert!(order[4..13].iter().all(|k| k.is_multiple_of(ROUND_RATIO * ROUND_RATIO)));
        assert!(order[13..600].iter().all(|k| k.is_multiple_of(ROUND_RATIO)));
        let way: f64 = order[700..].windows(2).map(|w| (points[w[1]] - points[w[0]]).norm()).sum();
        assert!(way < 1.1 * points.len() as f64, "{way}");
    }

    #[test]
    fn degenerate_points_have_an_order() {
        assert!(spatial_order(&[]).is_empty());
        assert_eq!(spatial_order(&[Point2::new(3.0, 4.0); 3]), [0, 1, 2]);
        let line: Vec<Point2> = (0..5).map(|k| Point2::new(f64::from(k), 2.0 * f64::from(k))).collect();
        assert_eq!(spatial_order(&line), [0, 4, 1, 2, 3]);
    }
}
