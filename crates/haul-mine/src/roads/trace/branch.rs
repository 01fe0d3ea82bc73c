//! A branch of the medial axis between two junctions or ends.

use super::medial_axis::MedialAxis;

/// Axis points from one end of a branch to the other.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    pub(super) path: Vec<u32>,
}

impl Branch {
    /// Returns the first axis point.
    pub(super) fn from(&self) -> u32 {
        self.path[0]
    }

    /// Returns the last axis point.
    pub(super) fn to(&self) -> u32 {
        self.path[self.path.len() - 1]
    }

    /// Returns the length of the branch, m.
    pub(super) fn length(&self, axis: &MedialAxis) -> f64 {
        self.path.windows(2).map(|w| (axis.points[w[0] as usize] - axis.points[w[1] as usize]).norm()).sum()
    }

    /// Joins two branches at the point where they meet.
    pub(super) fn joined(self, other: Branch, at: u32) -> Branch {
        let first = if self.to() == at { self } else { self.reversed() };
        let second = if other.from() == at { other } else { other.reversed() };
        Branch { path: first.path.into_iter().chain(second.path.into_iter().skip(1)).collect() }
    }

    /// Returns the branch in the opposite direction.
    pub(super) fn reversed(mut self) -> Branch {
        self.path.reverse();
        self
    }
}
