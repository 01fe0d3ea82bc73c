//! Crossings: ground that two paths have in common.

use super::swept::SweptPath;
use haul_core::angle;
use std::sync::Arc;

/// Trucks whose directions of motion differ by less than this follow each other on common ground, rad (60°).
const SAME_DIRECTION: f64 = std::f64::consts::FRAC_PI_3;
/// Passages of the other path this near to each other are one, in samples.
const SAME_PASSAGE: u32 = 4;

/// Ground of one path that another path covers as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Crossing {
    /// Sample at which this path comes to the ground.
    pub at: u32,
    /// First and last sample at which the other path covers it.
    pub first: u32,
    /// See `first`.
    pub last: u32,
    /// Tells whether the trucks drive in the same direction there, one after the other.
    pub follows: bool,
}

impl Crossing {
    /// Tells whether the other truck covers the ground somewhere between two of its samples, both included.
    pub fn is_covered_between(&self, from: u32, to: u32) -> bool {
        self.first <= to && from <= self.last
    }
}

/// All crossings of one path with another, in the order in which the path comes to them.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Crossings(#[serde(with = "haul_core::state::shared")] Arc<Vec<Crossing>>);

impl Crossings {
    /// Gathers crossings from common cells: for each cell the sample at which `own` comes to it, and the samples
    /// between which `other` covers it. The cells must come in the order of `own`'s samples.
    pub fn gather(own: &SweptPath, other: &SweptPath, common: &[(u32, u32, u32)]) -> Self {
        let mut crossings: Vec<Crossing> = Vec::new();
        let mut begin = 0;
        for &(at, first, last) in common {
            if crossings.get(begin).is_none_or(|c| c.at != at) {
                begin = crossings.len();
            }
            let middle = first.midpoint(last);
            let follows = angle::difference(own.course(at), other.course(middle)).abs() < SAME_DIRECTION;
            let same = |c: &&mut Crossing| {
                c.follows == follows && c.first <= last + SAME_PASSAGE && first <= c.last + SAME_PASSAGE
            };
            match crossings[begin..].iter_mut().find(same) {
                Some(crossing) => {
                    crossing.first = crossing.first.min(first);
                    crossing.last = crossing.last.max(last);
                }
                None => crossings.push(Crossing { at, first, last, follows }),
            }
        }
        Self(Arc::new(crossings))
    }

    /// The crossings to which the path comes after sample `after` and up to sample `to`.
    pub fn between(&self, after: u32, to: u32) -> &[Crossing] {
        let lo = self.0.partition_point(|c| c.at <= after);
        let hi = self.0.partition_point(|c| c.at <= to);
        &self.0[lo..hi.max(lo)]
    }

    /// The crossings to which the path comes after sample `after`.
    pub fn after(&self, after: u32) -> &[Crossing] {
        &self.0[self.0.partition_point(|c| c.at <= after)..]
    }
}
