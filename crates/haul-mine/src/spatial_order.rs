//! The order in which points are given to a triangulation that takes one after the other.

use haul_core::Point2;

/// Steps of the Hilbert curve's square a side, as a power of two.
const ORDER: u8 = 31;

/// One point of so many is given before the others, and one of so many of these before them.
const SHARE: usize = 64;

/// Indices of points in an order in which an incremental Delaunay triangulation takes time in proportion to them,
/// wherever they lie: the four corners first, then some points from everywhere, then more, then all (a biased randomised
/// insertion order, Amenta, Choi and Rote 2003, with strides in place of chance); each round along a Hilbert curve, so that
/// each point is near the one before. The corners should hold all others between them: what is added outside of all that is
/// known can take the square of the time, and so does a sweep outwards from the middle where points lie along two directions
/// from there, as those of one long road.
pub(crate) fn spatial_order(points: &[Point2]) -> Vec<usize> {
    let Some(&first) = points.first() else { return Vec::new() };
    let (mut low, mut high) = (first, first);
    for p in points {
        (low, high) = (low.inf(p), high.sup(p));
    }
    let side = (high - low).max().max(f64::MIN_POSITIVE);
    let step = f64::from((1_u32 << ORDER) - 1) / side;
    // A conversion of floats to integers saturates, so that not even an infinite place is out of the square.
    let place = |p: &Point2| fast_hilbert::xy2h(((p.x - low.x) * step) as u32, ((p.y - low.y) * step) as u32, ORDER);
    let corners = corners(points);
    let round = |k: usize| match k {
        _ if corners.contains(&k) => 0,
        _ if k.is_multiple_of(SHARE * SHARE) => 1,
        _ if k.is_multiple_of(SHARE) => 2,
        _ => 3_u8,
    };
    let mut keys: Vec<(u8, u64, usize)> = points.iter().enumerate().map(|(k, p)| (round(k), place(p), k)).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(.., k)| k).collect()
}

/// The points that lie farthest out along both diagonals.
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
    fn every_point_comes_once_the_corners_first_and_neighbours_follow_each_other() {
        let points: Vec<Point2> = (0..40_000).map(|k| Point2::new(f64::from(k % 200), f64::from(k / 200))).collect();
        let order = spatial_order(&points);
        let mut seen = order.clone();
        seen.sort_unstable();
        assert!(seen.iter().copied().eq(0..points.len()));
        let mut corners = order[..4].to_vec();
        corners.sort_unstable();
        assert_eq!(corners, [0, 199, 39_800, 39_999]);
        assert!(order[4..13].iter().all(|k| k.is_multiple_of(SHARE * SHARE)));
        assert!(order[13..600].iter().all(|k| k.is_multiple_of(SHARE)));
        let way: f64 = order[700..].windows(2).map(|w| (points[w[1]] - points[w[0]]).norm()).sum();
        assert!(way < 1.1 * points.len() as f64, "{way}");
    }

    #[test]
    fn points_on_a_line_at_one_place_or_none_have_an_order_too() {
        assert!(spatial_order(&[]).is_empty());
        assert_eq!(spatial_order(&[Point2::new(3.0, 4.0); 3]), [0, 1, 2]);
        let line: Vec<Point2> = (0..5).map(|k| Point2::new(f64::from(k), 2.0 * f64::from(k))).collect();
        assert_eq!(spatial_order(&line), [0, 4, 1, 2, 3]);
    }
}
