//! A customisable contraction hierarchy with labels.
//!
//! Its shape comes from where places are and which are joined, once; what the roads cost is laid over it, and only what a
//! change reaches is worked out again (J. Dibbelt, B. Strasser and D. Wagner 2016). For each place the costs to all places
//! above it, and from there, are tabled (I. Abraham, D. Delling, A. Goldberg and R. Werneck 2011) with the neighbour that
//! comes next: a question compares two rows of a table, and follows the steps from both ends to the place where they meet.
//!
//! Planar networks have separators of some √n places, lattices the largest: a lattice is the worst case. On one of 40,000
//! places with four fifths of its roads no place has more than 300 above it; the tables take some 165 MB.

mod cut;
mod joins;
mod labels;
mod order;
mod question;
mod skeleton;
mod steps;
mod weights;

#[cfg(test)]
mod tests;

use haul_core::Point2;
use labels::Labels;
use question::End;
use skeleton::Skeleton;
use std::sync::Arc;
use weights::Weights;

pub(super) use weights::Way;

/// The cheapest ways from one of some places to one of others.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Best {
    /// With the costs of both ends.
    pub(super) cost: u64,
    /// The tags of the places that it begins and ends with.
    pub(super) from: usize,
    pub(super) to: usize,
    /// These two, and the place above both by way of which it goes, by rank.
    ends: [u32; 2],
    hub: u32,
}

/// Places, the ways between them, and the cheapest of all that these add up to.
#[derive(Debug, Clone)]
pub(super) struct Hierarchy {
    skeleton: Arc<Skeleton>,
    weights: Weights,
    labels: Labels,
}

impl Hierarchy {
    /// Of places by where they are and with which others each is joined, both ways, and the ways between them. `None` where
    /// a way joins places that are not joined, a place is joined with more than 256 others, or the tables would be too large.
    pub(super) fn new(at: &[Point2], joins: &[Vec<u32>], ways: &[Way]) -> Option<Self> {
        let skeleton = Arc::new(Skeleton::new(at, joins)?);
        let (weights, labels) = (Weights::new(&skeleton), Labels::new(&skeleton)?);
        let mut hierarchy = Self { skeleton, weights, labels };
        hierarchy.update(ways)?;
        Some(hierarchy)
    }

    /// Takes up other ways between the same places. `None`, and nothing taken up, where one joins places that are not
    /// joined.
    pub(super) fn update(&mut self, ways: &[Way]) -> Option<()> {
        let changed = self.weights.update(&self.skeleton, ways)?;
        self.labels.update(&self.skeleton, &self.weights, &changed);
        Some(())
    }

    /// The cheapest ways from one of some places to one of others, each with a cost of its own and a tag. `None` where there
    /// is none.
    pub(super) fn best(
        &self,
        from: impl Iterator<Item = (u32, u64, usize)>,
        to: impl Iterator<Item = (u32, u64, usize)>,
    ) -> Option<Best> {
        let (from, to) = (self.ends(from), self.ends(to));
        let one_way_up = |a: &End, b: &End| self.skeleton.is_above(b.place, a.place);
        let sides = from.chunk_by(one_way_up);
        let pairs = sides.flat_map(|side| to.chunk_by(one_way_up).map(move |other| (side, other)));
        pairs.filter_map(|(side, other)| self.meet(side, other)).min_by_key(|best| best.cost)
    }

    /// Ends by rank.
    fn ends(&self, ends: impl Iterator<Item = (u32, u64, usize)>) -> Vec<End> {
        let rank = |place: u32| self.skeleton.rank[place as usize];
        let mut ends: Vec<End> =
            ends.map(|(place, cost, tag)| End { place: rank(place), cost: cost as f64, tag }).collect();
        ends.sort_by(|a, b| a.place.cmp(&b.place).then(a.cost.total_cmp(&b.cost)));
        ends
    }
}
