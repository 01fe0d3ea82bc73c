//! The elimination order, by nested dissection (A. George 1973): a separator ranks above the two halves that it
//! separates, and each half is ordered in the same way. Separators are found by inertial flow (A. Schild and C. Sommer
//! 2015).

use super::separator::{self, CutSide, Subgraph};
use haul_core::Point2;

/// Share of the vertices at each end of a direction that serve as source or as sink of the flow.
const TERMINAL_SHARE: f64 = 0.35;
/// Number of directions tried for a cut, spread evenly over 180°.
const DIRECTIONS: usize = 4;
/// Maximum number of vertices in a subgraph that is not cut further.
const MAX_UNCUT: usize = 3;
/// Marks a vertex outside the current subgraph.
const OUTSIDE: u32 = u32::MAX;

/// Vertices that still need ranks; all their ranks are less than `below`.
struct Pending {
    vertices: Vec<u32>,
    below: u32,
}

/// Returns the rank of each vertex, given the positions and neighbours of all vertices. The highest rank is the root.
pub(super) fn ranks(at: &[Point2], neighbours: &[Vec<u32>]) -> Vec<u32> {
    let mut rank = vec![0; at.len()];
    let mut local = vec![OUTSIDE; at.len()];
    let count = at.len() as u32;
    let mut open = vec![Pending { vertices: (0..count).collect(), below: count }];
    while let Some(Pending { vertices, mut below }) = open.pop() {
        for part in connected(&vertices, neighbours, &mut local) {
            let top = below;
            below -= part.len() as u32;
            let sides = if part.len() > MAX_UNCUT { separate(at, neighbours, &part, &mut local) } else { None };
            let Some(sides) = sides else {
                part.iter().zip(below..).for_each(|(&p, r)| rank[p as usize] = r);
                continue;
            };
            let of = |side: CutSide| -> Vec<u32> {
                part.iter().zip(&sides).filter(|(_, s)| **s == side).map(|(p, _)| *p).collect()
            };
            let (near, between, far) = (of(CutSide::Near), of(CutSide::Separator), of(CutSide::Far));
            let top = top - between.len() as u32;
            between.iter().zip(top..).for_each(|(&p, r)| rank[p as usize] = r);
            open.push(Pending { below: top - far.len() as u32, vertices: near });
            open.push(Pending { below: top, vertices: far });
        }
    }
    rank
}

/// Splits vertices into connected components.
fn connected(vertices: &[u32], neighbours: &[Vec<u32>], local: &mut [u32]) -> Vec<Vec<u32>> {
    const INSIDE: u32 = 0;
    vertices.iter().for_each(|&p| local[p as usize] = INSIDE);
    let mut parts = Vec::new();
    for &seed in vertices {
        if std::mem::replace(&mut local[seed as usize], OUTSIDE) != INSIDE {
            continue;
        }
        let mut part = vec![seed];
        let mut k = 0;
        while let Some(&here) = part.get(k) {
            k += 1;
            for &to in &neighbours[here as usize] {
                if std::mem::replace(&mut local[to as usize], OUTSIDE) == INSIDE {
                    part.push(to);
                }
            }
        }
        part.sort_unstable();
        parts.push(part);
    }
    parts
}

/// Splits a connected component by the smallest separator found in any direction.
fn separate(at: &[Point2], neighbours: &[Vec<u32>], vertices: &[u32], local: &mut [u32]) -> Option<Vec<CutSide>> {
    vertices.iter().zip(0..).for_each(|(&p, k)| local[p as usize] = k);
    let mut part = Subgraph { first: vec![0], to: Vec::new() };
    for &p in vertices {
        part.to.extend(neighbours[p as usize].iter().map(|&q| local[q as usize]).filter(|&q| q != OUTSIDE));
        part.first.push(part.to.len() as u32);
    }
    vertices.iter().for_each(|&p| local[p as usize] = OUTSIDE);
    let end = ((vertices.len() as f64 * TERMINAL_SHARE) as usize).max(1);
    let mut best: Option<(usize, Vec<CutSide>)> = None;
    for k in 0..DIRECTIONS {
        let angle = std::f64::consts::PI * k as f64 / DIRECTIONS as f64;
        let (sin, cos) = (libm::sin(angle), libm::cos(angle));
        let along: Vec<f64> = vertices.iter().map(|&p| at[p as usize].x * cos + at[p as usize].y * sin).collect();
        let mut sorted: Vec<u32> = (0..vertices.len() as u32).collect();
        let before = |a: &u32, b: &u32| along[*a as usize].total_cmp(&along[*b as usize]).then(a.cmp(b));
        sorted.select_nth_unstable_by(end, before);
        let (near, others) = sorted.split_at_mut(end);
        others.select_nth_unstable_by(vertices.len() - 2 * end, before);
        let far = &others[vertices.len() - 2 * end..];
        let most = best.as_ref().map_or(usize::MAX, |b| b.0 - 1);
        if let Some(sides) = separator::smallest(&mut part, near, far, &along, most) {
            let size = sides.iter().filter(|s| **s == CutSide::Separator).count();
            best = Some((size, sides));
        }
    }
    best.map(|b| b.1)
}
