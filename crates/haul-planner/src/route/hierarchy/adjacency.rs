//! Neighbours in the original graph, by rank. A path is returned as links, which are indices into this structure.

use std::ops::Range;

/// The neighbours of each vertex. A link is one entry: a vertex and one of its neighbours.
#[derive(Debug)]
pub(super) struct Adjacency {
    /// By rank: index of the first link of each vertex; one more entry marks the end.
    first: Vec<u32>,
    /// By link: the neighbour. Neighbours ascend within the links of a vertex.
    pub(super) to: Vec<u32>,
    /// By link: position of the opposite link among the neighbour's links.
    pub(super) back: Vec<u8>,
}

impl Adjacency {
    /// Builds the links from neighbour lists and ranks. Returns `None` if a vertex has more than 256 neighbours.
    pub(super) fn new(neighbours: &[Vec<u32>], rank: &[u32]) -> Option<Self> {
        let mut lists = vec![Vec::new(); neighbours.len()];
        for (list, &here) in neighbours.iter().zip(rank) {
            lists[here as usize].extend(list.iter().map(|&to| rank[to as usize]));
        }
        let (mut first, mut all) = (vec![0], Vec::new());
        for list in &mut lists {
            list.sort_unstable();
            list.dedup();
            all.extend_from_slice(list);
            first.push(all.len() as u32);
        }
        let mut adjacency = Self { first, to: all, back: Vec::new() };
        for (here, list) in (0..).zip(&lists) {
            for &there in list {
                adjacency.back.push(u8::try_from(adjacency.number(there, here)?).ok()?);
            }
        }
        Some(adjacency)
    }

    /// Returns the number of links.
    pub(super) fn count(&self) -> usize {
        self.to.len()
    }

    /// Returns the maximum number of neighbours of any vertex.
    pub(super) fn most(&self) -> usize {
        self.first.windows(2).map(|ends| (ends[1] - ends[0]) as usize).max().unwrap_or(0)
    }

    /// Returns the links of a vertex.
    pub(super) fn of(&self, vertex: u32) -> Range<usize> {
        self.first[vertex as usize] as usize..self.first[vertex as usize + 1] as usize
    }

    /// Returns the link at position `number` among the links of a vertex.
    pub(super) fn at(&self, vertex: u32, number: u8) -> usize {
        self.first[vertex as usize] as usize + usize::from(number)
    }

    /// Returns the position of a neighbour among the links of a vertex.
    fn number(&self, vertex: u32, to: u32) -> Option<usize> {
        self.to[self.of(vertex)].binary_search(&to).ok()
    }

    /// Returns the link from one vertex to another, and the opposite link.
    pub(super) fn between(&self, from: u32, to: u32) -> Option<(usize, usize)> {
        let there = self.of(from).start + self.number(from, to)?;
        Some((there, self.at(to, self.back[there])))
    }
}
