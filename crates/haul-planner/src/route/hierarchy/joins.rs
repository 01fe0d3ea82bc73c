//! Which places are joined by roads, by rank: what a path is followed along.

use std::ops::Range;

/// The neighbours of each place.
#[derive(Debug)]
pub(super) struct Joins {
    /// By rank: where the joins of each place begin, and where the last one's end.
    first: Vec<u32>,
    /// By join: the place that it leads to, rising within the joins of a place.
    pub(super) to: Vec<u32>,
    /// By join: its number among the joins of the place that it leads to.
    pub(super) back: Vec<u8>,
}

impl Joins {
    /// Of places by their ranks and with which others each is joined. `None` where one has more neighbours than a byte can
    /// tell.
    pub(super) fn new(joins: &[Vec<u32>], rank: &[u32]) -> Option<Self> {
        let mut lists = vec![Vec::new(); joins.len()];
        for (list, &here) in joins.iter().zip(rank) {
            lists[here as usize].extend(list.iter().map(|&to| rank[to as usize]));
        }
        let (mut first, mut all) = (vec![0], Vec::new());
        for list in &mut lists {
            list.sort_unstable();
            list.dedup();
            all.extend_from_slice(list);
            first.push(all.len() as u32);
        }
        let mut joins = Self { first, to: all, back: Vec::new() };
        for (here, list) in (0..).zip(&lists) {
            for &there in list {
                joins.back.push(u8::try_from(joins.number(there, here)?).ok()?);
            }
        }
        Some(joins)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.to.len()
    }

    /// How many neighbours the place with the most of them has.
    pub(super) fn most(&self) -> usize {
        self.first.windows(2).map(|ends| (ends[1] - ends[0]) as usize).max().unwrap_or(0)
    }

    /// The joins of a place.
    pub(super) fn of(&self, place: u32) -> Range<usize> {
        self.first[place as usize] as usize..self.first[place as usize + 1] as usize
    }

    /// The join of a number at a place.
    pub(super) fn at(&self, place: u32, number: u8) -> usize {
        self.first[place as usize] as usize + usize::from(number)
    }

    /// The number of a neighbour among those of a place.
    fn number(&self, place: u32, to: u32) -> Option<usize> {
        self.to[self.of(place)].binary_search(&to).ok()
    }

    /// The join from one place to another one, and the one back.
    pub(super) fn between(&self, from: u32, to: u32) -> Option<(usize, usize)> {
        let there = self.of(from).start + self.number(from, to)?;
        Some((there, self.at(to, self.back[there])))
    }
}
