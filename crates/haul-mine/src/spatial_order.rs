//! The order in which points are given to a triangulation that takes one after the other.

use haul_core::Point2;

/// Steps of the Hilbert curve's square a side, as a power of two.
const ORDER: u8 = 31;

/// Indices of points in an order in which an incremental Delaunay triangulation takes time in proportion to them,
/// wherever they lie: first three that span them, so that all later ones are not on one line; then along a Hilbert curve, so
/// that each is near the one before (spatial sorting; Delage and Devillers, CGAL). A sweep outwards from the middle
/// takes the square of the time where points lie along two directions from there, as those of one long road.
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
    let mut keys: Vec<(u64, usize)> = points.iter().enumerate().map(|(k, p)| (place(p), k)).collect();
    keys.sort_unstable();
    let mut order: Vec<usize> = keys.into_iter().map(|(_, k)| k).collect();
    let corners = corners(points);
    order.retain(|k| !corners.contains(k));
    order.splice(0..0, corners);
    order
}

/// The first point, the one farthest from it, and the one farthest from the line of both; without repetition.
fn corners(points: &[Point2]) -> Vec<usize> {
    let farthest = |distance: &dyn Fn(&Point2) -> f64| {
        let of = points.iter().map(distance).enumerate();
        of.reduce(|best, next| if next.1 > best.1 { next } else { best }).filter(|(_, d)| *d > 0.0)
    };
    let a = points[0];
    let Some((second, _)) = farthest(&|p| (p - a).norm_squared()) else { return vec![0] };
    let along = points[second] - a;
    match farthest(&|p| along.perp(&(p - a)).abs()) {
        Some((third, _)) => vec![0, second, third],
        None => vec![0, second],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_comes_once_the_first_three_span_all_and_neighbours_follow_each_other() {
        let points: Vec<Point2> = (0..40_000).map(|k| Point2::new(f64::from(k % 200), f64::from(k / 200))).collect();
        let order = spatial_order(&points);
        let mut seen = order.clone();
        seen.sort_unstable();
        assert!(seen.iter().copied().eq(0..points.len()));
        assert_eq!(order[..2], [0, 39_999]);
        assert!([199, 39_800].contains(&order[2]));
        let way: f64 = order[3..].windows(2).map(|w| (points[w[1]] - points[w[0]]).norm()).sum();
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
