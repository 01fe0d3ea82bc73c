//! Crossings: ground that two paths have in common.

use super::swept::SweptPath;
use haul_core::angle;
use std::sync::Arc;

/// Trucks whose directions of motion differ by less than this follow each other on common ground, rad (60°).
const SAME_DIRECTION: f64 = std::f64::consts::FRAC_PI_3;
/// Crossings of a block of a search, and blocks of a row of them.
const BLOCK: usize = 16;
const ROW: usize = 16;
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
pub struct Crossings {
    #[serde(with = "haul_core::state::shared")]
    all: Arc<Vec<Crossing>>,
    #[serde(with = "haul_core::state::shared")]
    blocks: Arc<Vec<Block>>,
    #[serde(with = "haul_core::state::shared")]
    rows: Arc<Vec<Block>>,
}

/// Up to [`BLOCK`] crossings one after the other, or [`ROW`] blocks: a search passes over those whose ground is elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
struct Block {
    /// Sample at which the path comes to the first of them.
    at: u32,
    /// Least first and greatest last sample of the other path.
    first: u32,
    last: u32,
}

impl Crossings {
    fn new(all: Vec<Crossing>) -> Self {
        let block = |part: &[Crossing]| {
            let none = Block { at: part[0].at, first: u32::MAX, last: 0 };
            part.iter().fold(none, |b, c| Block { first: b.first.min(c.first), last: b.last.max(c.last), ..b })
        };
        let join = |part: &[Block]| {
            part.iter().fold(part[0], |b, c| Block { first: b.first.min(c.first), last: b.last.max(c.last), ..b })
        };
        let blocks: Vec<Block> = all.chunks(BLOCK).map(block).collect();
        let rows = blocks.chunks(ROW).map(join).collect();
        Self { all: Arc::new(all), blocks: Arc::new(blocks), rows: Arc::new(rows) }
    }

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
        Self::new(crossings)
    }

    /// The crossings to which the path comes after sample `after` and up to sample `to`.
    pub fn between(&self, after: u32, to: u32) -> &[Crossing] {
        let lo = self.all.partition_point(|c| c.at <= after);
        let hi = self.all.partition_point(|c| c.at <= to);
        &self.all[lo..hi.max(lo)]
    }

    /// The crossings of [`Crossings::between`] that the other truck covers somewhere between two of its samples, both
    /// included.
    pub fn covered(&self, after: u32, to: u32, (from, until): (u32, u32)) -> impl Iterator<Item = &Crossing> {
        let is_near = move |b: &Block| b.at <= to && b.first <= until && from <= b.last;
        let begin = self.rows.partition_point(|b| b.at <= after).saturating_sub(1);
        let end = self.rows.partition_point(|b| b.at <= to).max(begin);
        let rows = (begin..end).filter(move |k| is_near(&self.rows[*k]));
        let blocks = rows.flat_map(|k| k * ROW..((k + 1) * ROW).min(self.blocks.len()));
        let near = blocks.filter(move |k| is_near(&self.blocks[*k]));
        let crossings = near.flat_map(|k| &self.all[k * BLOCK..((k + 1) * BLOCK).min(self.all.len())]);
        crossings.filter(move |c| after < c.at && c.at <= to && c.is_covered_between(from, until))
    }

    /// The crossings to which the path comes after sample `after`.
    pub fn after(&self, after: u32) -> &[Crossing] {
        &self.all[self.all.partition_point(|c| c.at <= after)..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::random::Draw;
    use haul_core::stream;

    #[test]
    fn search_over_blocks_finds_the_crossings_that_a_search_over_all_finds() {
        let mut random = stream(7, "test", "crossings");
        let mut draw = |most: f64| random.between(0.0, most) as u32;
        for _ in 0..200 {
            let mut at = 0;
            let all: Vec<Crossing> = (0..draw(900.0))
                .map(|_| {
                    at += draw(3.0);
                    let first = draw(400.0);
                    Crossing { at, first, last: first + draw(12.0), follows: false }
                })
                .collect();
            let crossings = Crossings::new(all);
            for _ in 0..20 {
                let (after, from) = (draw(1500.0), draw(400.0));
                let (to, until) = (after + draw(800.0), from + draw(60.0));
                let slow: Vec<_> =
                    crossings.between(after, to).iter().filter(|c| c.is_covered_between(from, until)).collect();
                assert_eq!(crossings.covered(after, to, (from, until)).collect::<Vec<_>>(), slow);
            }
        }
    }
}
