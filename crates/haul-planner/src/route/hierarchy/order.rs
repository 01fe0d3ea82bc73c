//! The order of places by nested dissection (A. George 1973): what separates a part of the network in two comes above both
//! halves, and each half is ordered the same way. Separators are found by inertial flow (A. Schild and C. Sommer 2015).

use super::cut::{self, Part, Side};
use haul_core::Point2;

/// Share of the places at either end of a direction that a separator leaves together.
const END: f64 = 0.35;
/// Directions in which a part is cut, evenly over a half turn.
const DIRECTIONS: usize = 4;
/// Parts of so few places are not cut any more.
const FEW: usize = 3;
/// Not in the part looked at.
const OUTSIDE: u32 = u32::MAX;

/// Places that are still to be ordered, below a rank.
struct Piece {
    places: Vec<u32>,
    below: u32,
}

/// The rank of each place by where the places are and with which others each is joined. The greatest rank is the top.
pub(super) fn ranks(at: &[Point2], joins: &[Vec<u32>]) -> Vec<u32> {
    let mut rank = vec![0; at.len()];
    let mut local = vec![OUTSIDE; at.len()];
    let count = at.len() as u32;
    let mut open = vec![Piece { places: (0..count).collect(), below: count }];
    while let Some(Piece { places, mut below }) = open.pop() {
        for part in connected(&places, joins, &mut local) {
            let top = below;
            below -= part.len() as u32;
            let sides = if part.len() > FEW { separate(at, joins, &part, &mut local) } else { None };
            let Some(sides) = sides else {
                part.iter().zip(below..).for_each(|(&p, r)| rank[p as usize] = r);
                continue;
            };
            let of = |side: Side| -> Vec<u32> {
                part.iter().zip(&sides).filter(|(_, s)| **s == side).map(|(p, _)| *p).collect()
            };
            let (near, between, far) = (of(Side::Near), of(Side::Between), of(Side::Far));
            let top = top - between.len() as u32;
            between.iter().zip(top..).for_each(|(&p, r)| rank[p as usize] = r);
            open.push(Piece { below: top - far.len() as u32, places: near });
            open.push(Piece { below: top, places: far });
        }
    }
    rank
}

/// The connected parts of some places.
fn connected(places: &[u32], joins: &[Vec<u32>], local: &mut [u32]) -> Vec<Vec<u32>> {
    const INSIDE: u32 = 0;
    places.iter().for_each(|&p| local[p as usize] = INSIDE);
    let mut parts = Vec::new();
    for &seed in places {
        if std::mem::replace(&mut local[seed as usize], OUTSIDE) != INSIDE {
            continue;
        }
        let mut part = vec![seed];
        let mut k = 0;
        while let Some(&here) = part.get(k) {
            k += 1;
            for &to in &joins[here as usize] {
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

/// Cuts a connected part in two, by the fewest places of the directions tried.
fn separate(at: &[Point2], joins: &[Vec<u32>], places: &[u32], local: &mut [u32]) -> Option<Vec<Side>> {
    places.iter().zip(0..).for_each(|(&p, k)| local[p as usize] = k);
    let mut part = Part { first: vec![0], to: Vec::new() };
    for &p in places {
        part.to.extend(joins[p as usize].iter().map(|&q| local[q as usize]).filter(|&q| q != OUTSIDE));
        part.first.push(part.to.len() as u32);
    }
    places.iter().for_each(|&p| local[p as usize] = OUTSIDE);
    let end = ((places.len() as f64 * END) as usize).max(1);
    let mut best: Option<(usize, Vec<Side>)> = None;
    for k in 0..DIRECTIONS {
        let angle = std::f64::consts::PI * k as f64 / DIRECTIONS as f64;
        let (sin, cos) = (libm::sin(angle), libm::cos(angle));
        let along: Vec<f64> = places.iter().map(|&p| at[p as usize].x * cos + at[p as usize].y * sin).collect();
        let mut sorted: Vec<u32> = (0..places.len() as u32).collect();
        let before = |a: &u32, b: &u32| along[*a as usize].total_cmp(&along[*b as usize]).then(a.cmp(b));
        sorted.select_nth_unstable_by(end, before);
        let (near, others) = sorted.split_at_mut(end);
        others.select_nth_unstable_by(places.len() - 2 * end, before);
        let far = &others[places.len() - 2 * end..];
        let most = best.as_ref().map_or(usize::MAX, |b| b.0 - 1);
        if let Some(sides) = cut::smallest(&mut part, near, far, &along, most) {
            let size = sides.iter().filter(|s| **s == Side::Between).count();
            best = Some((size, sides));
        }
    }
    best.map(|b| b.1)
}
