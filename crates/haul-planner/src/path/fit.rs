//! The first row of points along a guide, before the elastic band settles it.

use super::banded::Banded;
use super::elastic::{PointRow, curvature, direction};
use super::guide::Guide;
use haul_core::{Point2, Vector2};

/// Length below which wiggles and corners of the first row are smoothed out, m: the sixth root of the weight of the
/// third differences.
const ROUNDING: f64 = 5.0;
/// Maximum offset of the first row from the centreline, as a share of the bend's radius, so that the row does not fold.
const MAX_OFFSET_SHARE: f64 = 0.6;

/// Returns the first row along a guide, with points `spacing` (m) apart: the smoothed centreline, moved into the lane
/// and smoothed again.
pub(crate) fn first_row(guide: &Guide, spacing: f64) -> PointRow {
    let centre: Vec<Point2> = guide.points.iter().map(|p| p.point).collect();
    let smooth = rounded(&centre, spacing);
    let n = smooth.len();
    let bends: Vec<f64> = (0..n).map(|i| curvature(&smooth, i).abs()).collect();
    let points: Vec<Point2> = (0..n)
        .map(|i| {
            let ahead = direction(&smooth, i);
            // The tightest bend nearby bounds the offset, so that neighbouring points move by similar amounts.
            let near = i.saturating_sub(8)..(i + 9).min(n);
            let bend = near.map(|k| bends[k]).fold(0.0, f64::max);
            let most = MAX_OFFSET_SHARE / bend.max(1e-6);
            smooth[i] + Vector2::new(-ahead.y, ahead.x) * guide.points[i].offset.clamp(-most, most)
        })
        .collect();
    PointRow { cursors: (0..n).map(|i| i as f64).collect(), points: rounded(&points, spacing), spacing }
}

/// Smooths points by penalising their third differences. The end points stay in place.
fn rounded(points: &[Point2], spacing: f64) -> Vec<Point2> {
    let n = points.len();
    let mut matrix = Banded::default();
    matrix.reset(n);
    let weight = (ROUNDING / spacing.max(1e-3)).powi(6);
    const THIRD: [f64; 4] = [-1.0, 3.0, -3.0, 1.0];
    for i in 0..n {
        // A large weight keeps the end points in place.
        matrix.add_diagonal(i, if i == 0 || i + 1 == n { 1e6 * weight } else { 1.0 });
    }
    for i in 0..n.saturating_sub(3) {
        matrix.add_square(weight, i, &THIRD);
    }
    let mut factor = Banded::default();
    let mut coordinates = [0, 1].map(|axis: usize| {
        let held = |i: usize| if i == 0 || i + 1 == n { 1e6 * weight } else { 1.0 };
        let mut rhs: Vec<f64> = points.iter().enumerate().map(|(i, p)| (p[axis] - points[0][axis]) * held(i)).collect();
        // The matrix is the identity plus squares, so it can always be factored.
        let solved = matrix.solve(0.0, &mut factor, &mut rhs);
        debug_assert!(solved || n == 0);
        rhs
    });
    let [xs, ys] = &mut coordinates;
    xs.iter().zip(ys).map(|(x, y)| Point2::new(points[0].x + *x, points[0].y + *y)).collect()
}
