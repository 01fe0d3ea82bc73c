//! Index ranges of points along a road's line.

use std::ops::Range;

/// Length of a road on either side of a branch that its joint includes, m.
pub(super) const BRANCH_REACH: f64 = 60.0;
/// Number of points per metre of a road's line. Points are 2 m apart.
pub(super) const POINTS_PER_METRE: f64 = 0.5;

/// Returns the number of line points in a length.
pub(super) fn index(metres: f64) -> usize {
    (metres * POINTS_PER_METRE) as usize
}

/// Returns the points of a road around a branch that the branch's joint includes.
pub(super) fn around_branch(at: usize) -> Range<usize> {
    at.saturating_sub(index(BRANCH_REACH))..at + index(BRANCH_REACH)
}

/// Returns the last points of a road, over a length (m).
pub(super) fn tail(points: usize, length: f64) -> Range<usize> {
    points.saturating_sub(index(length))..usize::MAX
}
