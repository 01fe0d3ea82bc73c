//! Tests of the hierarchy against Dijkstra's algorithm on random graphs, lattices and trees, also after updates.

use super::{Hierarchy, WeightedEdge};
use haul_core::Point2;
use haul_core::random::{Draw, Stream};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

struct Net {
    at: Vec<Point2>,
    neighbours: Vec<Vec<u32>>,
    edges: Vec<WeightedEdge>,
}

impl Net {
    fn new(at: Vec<Point2>) -> Self {
        Self { neighbours: vec![Vec::new(); at.len()], at, edges: Vec::new() }
    }

    fn link(&mut self, stream: &mut Stream, a: usize, b: usize) {
        self.neighbours[a].push(b as u32);
        self.neighbours[b].push(a as u32);
        for (from, to) in [(a, b), (b, a)] {
            // Small whole costs, so that many paths cost the same.
            let id = self.edges.len() as u32;
            if stream.unit() < 0.9 {
                let cost = 1 + (stream.unit() * 9.0) as u64;
                self.edges.push(WeightedEdge { from: from as u32, to: to as u32, id, cost });
            }
        }
    }

    fn lattice(stream: &mut Stream, side: usize, exist: f64) -> Self {
        let mut net = Self::new(
            (0..side * side).map(|k| Point2::new((k % side) as f64, (k / side) as f64 + stream.unit())).collect(),
        );
        for k in 0..side * side {
            for (next, fits) in [(k + 1, (k + 1) % side != 0), (k + side, k + side < side * side)] {
                if fits && stream.unit() < exist {
                    net.link(stream, k, next);
                }
            }
        }
        net
    }

    fn random(stream: &mut Stream, count: usize, neighbours: usize) -> Self {
        let mut net = Self::new((0..count).map(|_| Point2::new(stream.unit(), stream.unit())).collect());
        for _ in 0..neighbours {
            let pick = |u: f64| (u * count as f64) as usize;
            let (a, b) = (pick(stream.unit()), pick(stream.unit()));
            if a != b {
                net.link(stream, a, b);
            }
        }
        net
    }

    fn costs(&self, from: &[(u32, u64)]) -> Vec<u64> {
        let mut known = vec![u64::MAX; self.at.len()];
        let mut open: BinaryHeap<Reverse<(u64, u32)>> = from.iter().map(|&(p, c)| Reverse((c, p))).collect();
        let mut leaves: Vec<Vec<&WeightedEdge>> = vec![Vec::new(); self.at.len()];
        self.edges.iter().for_each(|w| leaves[w.from as usize].push(w));
        while let Some(Reverse((cost, vertex))) = open.pop() {
            if cost >= known[vertex as usize] {
                continue;
            }
            known[vertex as usize] = cost;
            open.extend(leaves[vertex as usize].iter().map(|w| Reverse((cost + w.cost, w.to))));
        }
        known
    }

    /// Checks that each result has Dijkstra's cost, and that its edges lead from one end to the other at that cost.
    fn check(&self, stream: &mut Stream, hierarchy: &Hierarchy) {
        let draw = |stream: &mut Stream| -> Vec<(u32, u64)> {
            let count = 1 + (stream.unit() * 3.0) as usize;
            (0..count).map(|_| ((stream.unit() * self.at.len() as f64) as u32, (stream.unit() * 5.0) as u64)).collect()
        };
        for _ in 0..40 {
            let (from, to) = (draw(stream), draw(stream));
            let known = self.costs(&from);
            let reached = to.iter().filter(|end| known[end.0 as usize] < u64::MAX);
            let least = reached.map(|&(p, c)| known[p as usize] + c).min();
            let labelled = |ends: &[(u32, u64)]| -> Vec<(u32, u64, usize)> {
                ends.iter().enumerate().map(|(label, &(vertex, cost))| (vertex, cost, label)).collect()
            };
            let found = hierarchy.query(labelled(&from).into_iter(), labelled(&to).into_iter());
            assert_eq!(found.as_ref().map(|best| best.cost), least, "{from:?} {to:?}");
            let Some(best) = found else { continue };
            let (mut vertex, mut cost) = from[best.from];
            for link in hierarchy.follow(&best).unwrap() {
                let id = hierarchy.edge(link as usize);
                let edge = self.edges.iter().find(|e| Some(e.id as usize) == id).unwrap();
                assert_eq!(edge.from, vertex);
                (vertex, cost) = (edge.to, cost + edge.cost);
            }
            assert_eq!((vertex, cost + to[best.to].1), (to[best.to].0, best.cost));
        }
    }
}

#[test]
fn queries_cost_what_dijkstra_finds() {
    let mut stream = haul_core::stream(7, "test", "hierarchies");
    for round in 0..12 {
        let net = match round % 4 {
            0 => Net::lattice(&mut stream, 24, 0.8),
            1 => Net::lattice(&mut stream, 30, 0.55),
            2 => Net::random(&mut stream, 300, 360),
            _ => Net::random(&mut stream, 12, 20),
        };
        let hierarchy = Hierarchy::new(&net.at, &net.neighbours, &net.edges).unwrap();
        net.check(&mut stream, &hierarchy);
    }
}

#[test]
fn an_updated_hierarchy_equals_a_new_one() {
    let mut stream = haul_core::stream(8, "test", "hierarchies");
    let mut net = Net::lattice(&mut stream, 24, 0.8);
    let mut hierarchy = Hierarchy::new(&net.at, &net.neighbours, &net.edges).unwrap();
    for _ in 0..40 {
        for _ in 0..3 {
            let k = (stream.unit() * net.edges.len() as f64) as usize;
            if stream.unit() < 0.3 {
                net.edges.swap_remove(k);
            } else {
                net.edges[k].cost = 1 + (stream.unit() * 30.0) as u64;
            }
        }
        net.edges.sort_unstable_by_key(|e| e.id);
        hierarchy.update(&net.edges).unwrap();
        net.check(&mut stream, &hierarchy);
        let fresh = Hierarchy::new(&net.at, &net.neighbours, &net.edges).unwrap();
        assert!(hierarchy.arc_costs.arcs == fresh.arc_costs.arcs, "arcs differ");
        for (known, fresh) in [(&hierarchy.labels.up, &fresh.labels.up), (&hierarchy.labels.down, &fresh.labels.down)] {
            assert!(known.costs == fresh.costs, "costs differ");
            assert!(known.hops == fresh.hops, "next hops differ");
        }
    }
}

#[test]
fn a_way_that_the_skeleton_does_not_know_is_refused() {
    let mut stream = haul_core::stream(9, "test", "hierarchies");
    let mut net = Net::lattice(&mut stream, 6, 1.0);
    let mut hierarchy = Hierarchy::new(&net.at, &net.neighbours, &net.edges).unwrap();
    let before = hierarchy.arc_costs.arcs.clone();
    // Add an edge from one corner to the opposite corner.
    net.edges.push(WeightedEdge { from: 0, to: 35, id: 1_000, cost: 1 });
    assert!(hierarchy.update(&net.edges).is_none());
    assert_eq!(before, hierarchy.arc_costs.arcs);
}
