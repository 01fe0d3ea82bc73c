//! The hierarchy against Dijkstra's algorithm on random networks, lattices and trees, and after changes.

use super::{Hierarchy, Way};
use haul_core::Point2;
use haul_core::random::{Draw, Stream};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

struct Net {
    at: Vec<Point2>,
    joins: Vec<Vec<u32>>,
    ways: Vec<Way>,
}

impl Net {
    fn new(at: Vec<Point2>) -> Self {
        Self { joins: vec![Vec::new(); at.len()], at, ways: Vec::new() }
    }

    fn join(&mut self, stream: &mut Stream, a: usize, b: usize) {
        self.joins[a].push(b as u32);
        self.joins[b].push(a as u32);
        for (from, to) in [(a, b), (b, a)] {
            // Small whole costs, so that many routes cost the same.
            let way = self.ways.len() as u32;
            if stream.unit() < 0.9 {
                let cost = 1 + (stream.unit() * 9.0) as u64;
                self.ways.push(Way { from: from as u32, to: to as u32, way, cost });
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
                    net.join(stream, k, next);
                }
            }
        }
        net
    }

    fn random(stream: &mut Stream, count: usize, joins: usize) -> Self {
        let mut net = Self::new((0..count).map(|_| Point2::new(stream.unit(), stream.unit())).collect());
        for _ in 0..joins {
            let pick = |u: f64| (u * count as f64) as usize;
            let (a, b) = (pick(stream.unit()), pick(stream.unit()));
            if a != b {
                net.join(stream, a, b);
            }
        }
        net
    }

    fn costs(&self, from: &[(u32, u64)]) -> Vec<u64> {
        let mut known = vec![u64::MAX; self.at.len()];
        let mut open: BinaryHeap<Reverse<(u64, u32)>> = from.iter().map(|&(p, c)| Reverse((c, p))).collect();
        let mut leaves: Vec<Vec<&Way>> = vec![Vec::new(); self.at.len()];
        self.ways.iter().for_each(|w| leaves[w.from as usize].push(w));
        while let Some(Reverse((cost, place))) = open.pop() {
            if cost >= known[place as usize] {
                continue;
            }
            known[place as usize] = cost;
            open.extend(leaves[place as usize].iter().map(|w| Reverse((cost + w.cost, w.to))));
        }
        known
    }

    /// Every answer costs what Dijkstra's algorithm says, and its ways lead from end to end and cost that.
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
                ends.iter().enumerate().map(|(label, &(place, cost))| (place, cost, label)).collect()
            };
            let found = hierarchy.best(labelled(&from).into_iter(), labelled(&to).into_iter());
            assert_eq!(found.as_ref().map(|best| best.cost), least, "{from:?} {to:?}");
            let Some(best) = found else { continue };
            let (mut place, mut cost) = from[best.from];
            for join in hierarchy.follow(&best).unwrap() {
                let way = hierarchy.way(join as usize);
                let way = self.ways.iter().find(|w| Some(w.way as usize) == way).unwrap();
                assert_eq!(way.from, place);
                (place, cost) = (way.to, cost + way.cost);
            }
            assert_eq!((place, cost + to[best.to].1), (to[best.to].0, best.cost));
        }
    }
}

#[test]
fn answers_are_those_of_dijkstra() {
    let mut stream = haul_core::stream(7, "test", "hierarchies");
    for round in 0..12 {
        let net = match round % 4 {
            0 => Net::lattice(&mut stream, 24, 0.8),
            1 => Net::lattice(&mut stream, 30, 0.55),
            2 => Net::random(&mut stream, 300, 360),
            _ => Net::random(&mut stream, 12, 20),
        };
        let hierarchy = Hierarchy::new(&net.at, &net.joins, &net.ways).unwrap();
        net.check(&mut stream, &hierarchy);
    }
}

#[test]
fn changes_are_taken_up_to_the_last_arc() {
    let mut stream = haul_core::stream(8, "test", "hierarchies");
    let mut net = Net::lattice(&mut stream, 24, 0.8);
    let mut hierarchy = Hierarchy::new(&net.at, &net.joins, &net.ways).unwrap();
    for _ in 0..40 {
        for _ in 0..3 {
            let k = (stream.unit() * net.ways.len() as f64) as usize;
            if stream.unit() < 0.3 {
                net.ways.swap_remove(k);
            } else {
                net.ways[k].cost = 1 + (stream.unit() * 30.0) as u64;
            }
        }
        net.ways.sort_unstable_by_key(|w| w.way);
        hierarchy.update(&net.ways).unwrap();
        net.check(&mut stream, &hierarchy);
        let anew = Hierarchy::new(&net.at, &net.joins, &net.ways).unwrap();
        assert!(hierarchy.weights.arcs == anew.weights.arcs, "arcs are other ones");
        for (known, anew) in [(&hierarchy.labels.up, &anew.labels.up), (&hierarchy.labels.down, &anew.labels.down)] {
            assert!(known.costs == anew.costs, "costs are other ones");
            assert!(known.steps == anew.steps, "steps are other ones");
        }
    }
}

#[test]
fn a_way_that_the_skeleton_does_not_know_is_refused() {
    let mut stream = haul_core::stream(9, "test", "hierarchies");
    let mut net = Net::lattice(&mut stream, 6, 1.0);
    let mut hierarchy = Hierarchy::new(&net.at, &net.joins, &net.ways).unwrap();
    let before = hierarchy.weights.arcs.clone();
    // From corner to corner.
    net.ways.push(Way { from: 0, to: 35, way: 1_000, cost: 1 });
    assert!(hierarchy.update(&net.ways).is_none());
    assert_eq!(before, hierarchy.weights.arcs);
}
