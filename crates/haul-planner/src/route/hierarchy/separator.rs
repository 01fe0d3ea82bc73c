//! The smallest vertex separator between two ends of a subgraph. Its size equals the maximum number of vertex-disjoint
//! paths between the ends (K. Menger 1927), found by maximum flow (L. R. Ford and D. R. Fulkerson 1956).

/// A part of the graph, with vertices numbered from 0.
pub(super) struct Subgraph {
    /// Index in `to` of each vertex's first neighbour; one more entry marks the end.
    pub(super) first: Vec<u32>,
    /// Neighbours; each link is listed from both sides.
    pub(super) to: Vec<u32>,
}

impl Subgraph {
    fn neighbours(&self, vertex: usize) -> &[u32] {
        &self.to[self.first[vertex] as usize..self.first[vertex + 1] as usize]
    }
}

/// Position of a vertex relative to a separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CutSide {
    Near,
    Separator,
    Far,
}

const NONE: u32 = u32::MAX;
/// Marks of a state that no later search needs to visit, and of a state reached by the last search.
const DEAD_END: u32 = u32::MAX;
const REACHED: u32 = u32::MAX - 1;
/// Marks the origin and the destination of the flow, outside the subgraph.
const OUTSIDE: u32 = u32::MAX - 1;

/// A flow that passes each vertex at most once. A vertex has two states: 2 × vertex is its entrance, 2 × vertex + 1 its
/// exit.
struct Flow<'a> {
    part: &'a Subgraph,
    /// By vertex: the previous and the next vertex along the flow.
    before: Vec<u32>,
    after: Vec<u32>,
    /// By state: the last search that visited the state, and the next step to try from it.
    seen: Vec<u32>,
    next: Vec<u32>,
    search: u32,
    /// By vertex: true if the vertex lies inside one of the two ends, where no flow needs to go.
    is_inner: Vec<bool>,
    is_sink: Vec<bool>,
}

/// Returns the side of each vertex for the smallest separator between two ends of a connected subgraph.
///
/// Of several smallest separators, this is the one nearest to `near`; it may contain border vertices of the ends. Paths
/// towards greater `along` are tried first, which affects only the search time. Returns `None` if the separator has
/// more than `most` vertices.
pub(super) fn smallest(
    part: &mut Subgraph,
    near: &[u32],
    far: &[u32],
    along: &[f64],
    most: usize,
) -> Option<Vec<CutSide>> {
    let count = part.first.len() - 1;
    let mut side_of = vec![CutSide::Separator; count];
    near.iter().for_each(|&p| side_of[p as usize] = CutSide::Near);
    far.iter().for_each(|&p| side_of[p as usize] = CutSide::Far);
    let is_inner = |vertex: usize| {
        let side = side_of[vertex];
        side != CutSide::Separator && part.neighbours(vertex).iter().all(|&to| side_of[to as usize] == side)
    };
    let is_inner: Vec<bool> = (0..count).map(is_inner).collect();
    for vertex in (0..count).filter(|&vertex| !is_inner[vertex]) {
        let neighbours = &mut part.to[part.first[vertex] as usize..part.first[vertex + 1] as usize];
        neighbours.sort_unstable_by(|a, b| along[*b as usize].total_cmp(&along[*a as usize]));
    }
    let mut flow = Flow {
        part,
        before: vec![NONE; count],
        after: vec![NONE; count],
        seen: vec![0; 2 * count],
        next: vec![0; 2 * count],
        search: 0,
        is_inner,
        is_sink: side_of.iter().map(|side| *side == CutSide::Far).collect(),
    };
    let sources: Vec<usize> = near.iter().map(|&p| p as usize).filter(|&p| !flow.is_inner[p]).collect();
    let mut size = 0;
    for &source in &sources {
        size += usize::from(flow.augment(source));
        if size > most {
            return None;
        }
    }
    flow.reach(&sources);
    let is_reached = |state: usize| flow.seen[state] == REACHED;
    let side = |vertex: usize| match (is_reached(2 * vertex), is_reached(2 * vertex + 1)) {
        _ if flow.is_inner[vertex] => side_of[vertex],
        (_, true) => CutSide::Near,
        (true, false) => CutSide::Separator,
        (false, false) => CutSide::Far,
    };
    Some((0..count).map(side).collect())
}

impl Flow<'_> {
    /// Returns the `k`th step out of a state, if there is one.
    fn step(&self, state: usize, k: usize) -> Option<usize> {
        let vertex = state / 2;
        if state.is_multiple_of(2) {
            return match self.before[vertex] {
                _ if k > 0 => None,
                NONE => Some(state + 1),
                OUTSIDE => None,
                // The flow that enters this vertex can be sent elsewhere from its previous vertex.
                before => Some(2 * before as usize + 1),
            };
        }
        let neighbours = self.part.neighbours(vertex);
        match neighbours.get(k) {
            Some(&to) => Some(2 * to as usize),
            None => (k == neighbours.len() && self.before[vertex] != NONE).then_some(state - 1),
        }
    }

    fn is_end(&self, state: usize) -> bool {
        !state.is_multiple_of(2) && self.is_sink[state / 2] && self.after[state / 2] != OUTSIDE
    }

    /// Sends one more unit of flow from a source. Returns false if that is impossible.
    fn augment(&mut self, source: usize) -> bool {
        self.search += 1;
        let mut states = Vec::new();
        let mut seen = Vec::new();
        self.enter(2 * source, &mut states);
        while let Some(&here) = states.last() {
            if self.is_end(here) {
                self.take(source, &states);
                return true;
            }
            let Some(there) = self.step(here, self.next[here] as usize) else {
                seen.extend(states.pop());
                continue;
            };
            self.next[here] += 1;
            self.enter(there, &mut states);
        }
        // None of these states can reach a sink, so later searches skip them.
        seen.iter().for_each(|&state| self.seen[state] = DEAD_END);
        false
    }

    /// Moves to a state that this search has not visited.
    fn enter(&mut self, state: usize, states: &mut Vec<usize>) {
        if self.seen[state] < self.search && !self.is_inner[state / 2] {
            (self.seen[state], self.next[state]) = (self.search, 0);
            states.push(state);
        }
    }

    /// Marks all states that can be reached from the sources.
    fn reach(&mut self, sources: &[usize]) {
        let mut open: Vec<usize> = sources.iter().map(|s| 2 * s).collect();
        open.iter().for_each(|&state| self.seen[state] = REACHED);
        while let Some(here) = open.pop() {
            let mut k = 0;
            while let Some(there) = self.step(here, k) {
                if self.seen[there] != REACHED && !self.is_inner[there / 2] {
                    self.seen[there] = REACHED;
                    open.push(there);
                }
                k += 1;
            }
        }
    }

    /// Updates the flow along an augmenting path of states.
    fn take(&mut self, source: usize, states: &[usize]) {
        self.before[source] = OUTSIDE;
        for pair in states.windows(2).filter(|pair| !pair[0].is_multiple_of(2)) {
            let (from, to) = (pair[0] / 2, pair[1] / 2);
            if from == to {
                (self.before[from], self.after[from]) = (NONE, NONE);
            } else {
                self.after[from] = to as u32;
                self.before[to] = from as u32;
            }
        }
        if let Some(last) = states.last() {
            self.after[last / 2] = OUTSIDE;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::random::Draw;

    fn part(count: usize, neighbours: &[(usize, usize)]) -> Subgraph {
        let mut to: Vec<Vec<u32>> = vec![Vec::new(); count];
        for &(a, b) in neighbours {
            to[a].push(b as u32);
            to[b].push(a as u32);
        }
        let mut part = Subgraph { first: vec![0], to: Vec::new() };
        for list in to {
            part.to.extend(list);
            part.first.push(part.to.len() as u32);
        }
        part
    }

    fn is_separator(part: &Subgraph, sides: &[CutSide]) -> bool {
        (0..sides.len())
            .all(|p| sides[p] != CutSide::Near || part.neighbours(p).iter().all(|&q| sides[q as usize] != CutSide::Far))
    }

    #[test]
    fn a_waist_is_found() {
        // Two fans of five vertices, joined by two vertices that touch all ten.
        let neighbours: Vec<(usize, usize)> = (0..5).flat_map(|k| [(k, 5), (k, 6), (7 + k, 5), (7 + k, 6)]).collect();
        let (mut part, along) = (part(12, &neighbours), [0.0; 12]);
        let sides = smallest(&mut part, &[0, 1, 2, 3, 4], &[7, 8, 9, 10, 11], &along, 9).unwrap();
        assert!(is_separator(&part, &sides));
        let between: Vec<usize> = (0..12).filter(|&p| sides[p] == CutSide::Separator).collect();
        assert_eq!(between, [5, 6]);
        assert!(smallest(&mut part, &[0, 1, 2, 3, 4], &[7, 8, 9, 10, 11], &along, 1).is_none());
    }

    #[test]
    fn no_fewer_places_separate() {
        let mut stream = haul_core::stream(3, "test", "cuts");
        for _ in 0..200 {
            let count = 8;
            let mut neighbours: Vec<(usize, usize)> =
                (1..count).map(|k| (k, (stream.unit() * k as f64) as usize)).collect();
            for _ in 0..7 {
                let pick = |u: f64| (u * count as f64) as usize;
                let (a, b) = (pick(stream.unit()), pick(stream.unit()));
                if a != b && !neighbours.contains(&(a, b)) && !neighbours.contains(&(b, a)) {
                    neighbours.push((a, b));
                }
            }
            let mut part = part(count, &neighbours);
            let along: Vec<f64> = (0..count).map(|_| stream.unit()).collect();
            let (near, far) = ([0_u32, 1], [6_u32, 7]);
            let sides = smallest(&mut part, &near, &far, &along, count).unwrap();
            assert!(is_separator(&part, &sides));
            let size = sides.iter().filter(|s| **s == CutSide::Separator).count();
            // Try all sets of vertices whose removal cuts off the far end.
            let least = (0..1_usize << count)
                .filter(|set| {
                    let free = |p: usize| set >> p & 1 == 0;
                    let mut open: Vec<usize> = near.iter().map(|&p| p as usize).filter(|&p| free(p)).collect();
                    let mut seen = *set;
                    while let Some(p) = open.pop() {
                        if seen >> p & 1 == 1 {
                            continue;
                        }
                        seen |= 1 << p;
                        open.extend(part.neighbours(p).iter().map(|&q| q as usize));
                    }
                    far.iter().all(|&p| !free(p as usize) || seen >> p & 1 == 0)
                })
                .map(|set| set.count_ones() as usize)
                .min();
            assert_eq!(Some(size), least, "{neighbours:?}");
        }
    }
}
