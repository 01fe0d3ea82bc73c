//! Smoothing of centrelines: the axis without its kinks, through junctions where two branches continue each other.

use super::medial_axis::MedialAxis;
use super::network::BranchNetwork;
use crate::drivable::Drivable;
use haul_core::{Point2, Vector2};
use std::collections::BTreeMap;

/// Wavelength scale of the smoothing, m. Waves much shorter than 2π times this length are removed.
const SMOOTHING_LENGTH: f64 = 9.0;
/// Maximum turn between two branches that continue each other, rad (50°).
const GREATEST_TURN: f64 = 0.87;
/// Length over which directions at junctions are measured, m.
const LEAD_LENGTH: f64 = 25.0;
/// Fraction of the medial axis' clearance that a centreline keeps where the road is narrow.
const NARROW_SHARE: f64 = 0.85;
/// Maximum number of rounds in which points too near to the edge are tied more firmly to the axis.
const FITTING_ROUNDS: usize = 14;
/// Factor by which the weight that ties a point to the axis grows in each round.
const WEIGHT_FACTOR: f64 = 3.0;
/// Tolerance for rounding of distances, m.
const ROUNDING: f64 = 1e-3;
/// Weight that fixes an end of a line in place.
const FIXED_WEIGHT: f64 = 1e9;

/// One smoothed line between two nodes.
pub(super) struct Centreline {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) points: Vec<Point2>,
}

/// Smoothed lines and the nodes that they join.
pub(super) struct Centrelines {
    pub(super) nodes: Vec<Point2>,
    pub(super) roads: Vec<Centreline>,
}

/// Smooths the branches of a network. Points of the lines are about `spacing` (m) apart. They keep at least `keep` (m)
/// from the edge wherever the axis does.
pub(super) fn smooth(
    network: &BranchNetwork,
    axis: &MedialAxis,
    drivable: &Drivable,
    spacing: f64,
    keep: f64,
) -> Centrelines {
    let mut ids: BTreeMap<u32, usize> = BTreeMap::new();
    for v in network.branches.iter().flat_map(|b| [b.from(), b.to()]) {
        let next = ids.len();
        ids.entry(v).or_insert(next);
    }
    let mut nodes = vec![Point2::origin(); ids.len()];
    for (v, &i) in &ids {
        nodes[i] = axis.points[*v as usize];
    }
    let mut lines: Vec<Centreline> = network
        .branches
        .iter()
        .map(|b| {
            let path: Vec<Point2> = b.path.iter().map(|v| axis.points[*v as usize]).collect();
            Centreline { from: ids[&b.from()], to: ids[&b.to()], points: resampled(&path, spacing) }
        })
        .collect();
    let through = through_pairs(&lines, nodes.len());
    // Chains of branches that continue each other, longest first. A main road is laid before its side roads.
    let mut chains = chains(&lines, &through);
    let length = |chain: &[(usize, bool)]| chain.iter().map(|(i, _)| lines[*i].points.len()).sum::<usize>();
    chains.sort_by_key(|c| (std::cmp::Reverse(length(c)), c[0].0));
    let mut settled = vec![false; nodes.len()];
    let smoother = Smoother { drivable, spacing, keep };
    for chain in &chains {
        smoother.lay(chain, &mut lines, &mut nodes, &mut settled);
    }
    Centrelines { nodes, roads: lines }
}

/// Settings of the smoothing.
struct Smoother<'a> {
    drivable: &'a Drivable,
    /// Spacing of the points of a line, m.
    spacing: f64,
    /// Distance that a line keeps from the edge wherever the axis does, m.
    keep: f64,
}

impl Smoother<'_> {
    /// Smooths one chain as a whole, then splits it at its nodes.
    fn lay(&self, chain: &[(usize, bool)], lines: &mut [Centreline], nodes: &mut [Point2], settled: &mut [bool]) {
        let mut points: Vec<Point2> = Vec::new();
        // Each entry is (index in `points`, node).
        let mut joints: Vec<(usize, usize)> = Vec::new();
        for &(i, forward) in chain {
            let line = &lines[i];
            let (from, to) = if forward { (line.from, line.to) } else { (line.to, line.from) };
            let mut piece = line.points.clone();
            if !forward {
                piece.reverse();
            }
            if points.is_empty() {
                joints.push((0, from));
                points.push(piece[0]);
            }
            points.extend(piece.into_iter().skip(1));
            joints.push((points.len() - 1, to));
        }
        // A node that an earlier chain has laid is fixed. The axis is bent towards it over the lead length.
        let mut held = vec![false; points.len()];
        (held[0], held[points.len() - 1]) = (true, true);
        for &(k, node) in &joints {
            if settled[node] {
                held[k] = true;
                bend(&mut points, k, nodes[node], self.spacing);
            }
        }
        let laid = self.relaxed(&points, &held);
        for (piece, &(i, forward)) in chain.iter().enumerate() {
            let ((start, from), (end, to)) = (joints[piece], joints[piece + 1]);
            let mut part = resampled_smooth(&laid[start..=end], &laid, start, self.spacing);
            (nodes[from], nodes[to]) = (laid[start], laid[end]);
            (settled[from], settled[to]) = (true, true);
            if !forward {
                part.reverse();
            }
            lines[i].points = part;
        }
    }

    /// Returns the line with the least bending that stays near the given axis.
    ///
    /// It minimises Σ S |p₋ − 2p + p₊|² + w |p − m|². Where the line comes too near to the edge, w grows until the line
    /// is clear.
    fn relaxed(&self, axis: &[Point2], held: &[bool]) -> Vec<Point2> {
        let n = axis.len();
        if n < 4 {
            return axis.to_vec();
        }
        let stiff = libm::pow(SMOOTHING_LENGTH / self.spacing, 4.0);
        let mut weights: Vec<f64> = held.iter().map(|h| if *h { FIXED_WEIGHT } else { 1.0 }).collect();
        let clear: Vec<f64> = axis.iter().map(|p| self.drivable.clearance(*p)).collect();
        let needed: Vec<f64> = clear.iter().map(|clear| self.keep.min(NARROW_SHARE * clear)).collect();
        let mut laid = solve(axis, &weights, stiff);
        for _ in 0..FITTING_ROUNDS {
            let is_tight = |i: usize| {
                // The clearance decreases at most by the distance that the point moves.
                let may_be_tight = clear[i] - (laid[i] - axis[i]).norm() < needed[i] + ROUNDING;
                !held[i] && may_be_tight && self.drivable.clearance(laid[i]) < needed[i]
            };
            let tight: Vec<usize> = (0..n).filter(|&i| is_tight(i)).collect();
            if tight.is_empty() {
                break;
            }
            let mut grow = vec![false; n];
            for i in tight {
                for g in &mut grow[i.saturating_sub(2)..=(i + 2).min(n - 1)] {
                    *g = true;
                }
            }
            for i in (0..n).filter(|&i| grow[i] && !held[i]) {
                weights[i] *= WEIGHT_FACTOR;
            }
            laid = solve(axis, &weights, stiff);
        }
        laid
    }
}

/// Moves a point of a line. Neighbouring points move too, by less the further away they are.
fn bend(points: &mut [Point2], at: usize, to: Point2, spacing: f64) {
    let offset = to - points[at];
    let reach = (LEAD_LENGTH / spacing).ceil() as usize;
    let (first, last) = (at.saturating_sub(reach), (at + reach).min(points.len() - 1));
    for (k, p) in points.iter_mut().enumerate().take(last + 1).skip(first) {
        let share = 1.0 - k.abs_diff(at) as f64 / (reach + 1) as f64;
        *p += offset * (share * share * (3.0 - 2.0 * share));
    }
}

/// Solves (W + S D₂ᵀ D₂) p = W m by LDLᵀ factorisation. The matrix is symmetric with five diagonals.
fn solve(axis: &[Point2], weights: &[f64], stiff: f64) -> Vec<Point2> {
    let n = axis.len();
    let (mut d, mut e, mut f) = (weights.to_vec(), vec![0.0; n], vec![0.0; n]);
    for i in 1..n - 1 {
        // The row (1, −2, 1) applies at i − 1, i and i + 1.
        d[i - 1] += stiff;
        d[i] += 4.0 * stiff;
        d[i + 1] += stiff;
        e[i - 1] -= 2.0 * stiff;
        e[i] -= 2.0 * stiff;
        f[i - 1] += stiff;
    }
    let mut right: Vec<Vector2> = axis.iter().zip(weights).map(|(p, w)| p.coords * *w).collect();
    for i in 0..n {
        let (l1, l2) = (e[i] / d[i], f[i] / d[i]);
        if i + 1 < n {
            d[i + 1] -= l1 * e[i];
            let carried = right[i] * l1;
            right[i + 1] -= carried;
            if i + 2 < n {
                e[i + 1] -= l1 * f[i];
                d[i + 2] -= l2 * f[i];
                let carried = right[i] * l2;
                right[i + 2] -= carried;
            }
        }
        (e[i], f[i]) = (l1, l2);
    }
    let mut out: Vec<Vector2> = right.iter().zip(&d).map(|(r, d)| r / *d).collect();
    for i in (0..n).rev() {
        if i + 1 < n {
            let back = out[i + 1] * e[i];
            out[i] -= back;
        }
        if i + 2 < n {
            let back = out[i + 2] * f[i];
            out[i] -= back;
        }
    }
    out.into_iter().map(Point2::from).collect()
}

/// Pairs, at each node, the line ends that continue each other most nearly straight. A line end is given as (line, true
/// at its `from` node).
fn through_pairs(lines: &[Centreline], nodes: usize) -> BTreeMap<(usize, bool), (usize, bool)> {
    let mut ends: Vec<Vec<(usize, bool, Vector2)>> = vec![Vec::new(); nodes];
    for (i, line) in lines.iter().enumerate() {
        ends[line.from].push((i, true, lead(line.points.iter())));
        ends[line.to].push((i, false, lead(line.points.iter().rev())));
    }
    let mut pairs = BTreeMap::new();
    for at in &ends {
        let mut options = Vec::new();
        for (k, a) in at.iter().enumerate() {
            for b in &at[k + 1..] {
                let turn = std::f64::consts::PI - libm::acos(a.2.dot(&b.2).clamp(-1.0, 1.0));
                if turn < GREATEST_TURN && a.0 != b.0 {
                    options.push((turn, (a.0, a.1), (b.0, b.1)));
                }
            }
        }
        options.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (_, a, b) in options {
            if !pairs.contains_key(&a) && !pairs.contains_key(&b) {
                pairs.insert(a, b);
                pairs.insert(b, a);
            }
        }
    }
    pairs
}

/// Returns the direction in which a line leaves its first point.
fn lead<'a>(points: impl Iterator<Item = &'a Point2>) -> Vector2 {
    let mut points = points;
    let Some(first) = points.next() else { return Vector2::zeros() };
    let mut last = *first;
    let mut run = 0.0;
    for p in points {
        run += (p - last).norm();
        last = *p;
        if run >= LEAD_LENGTH {
            break;
        }
    }
    let d = last - first;
    if d.norm() > 0.0 { d.normalize() } else { Vector2::zeros() }
}

/// Returns chains of lines connected by the pairs `through`. Each line occurs once, with the direction in which the
/// chain passes it.
fn chains(lines: &[Centreline], through: &BTreeMap<(usize, bool), (usize, bool)>) -> Vec<Vec<(usize, bool)>> {
    let mut used = vec![false; lines.len()];
    let mut found = Vec::new();
    for start in 0..lines.len() {
        if used[start] {
            continue;
        }
        // Go back to the start of the chain, then forward to its end.
        let (mut at, mut forward) = (start, true);
        let mut steps = 0;
        while let Some(&(next, at_from)) = through.get(&(at, forward)) {
            steps += 1;
            if next == start || used[next] || steps > lines.len() {
                break;
            }
            (at, forward) = (next, !at_from);
        }
        let mut chain = Vec::new();
        loop {
            used[at] = true;
            chain.push((at, forward));
            match through.get(&(at, !forward)) {
                Some(&(next, at_from)) if !used[next] => (at, forward) = (next, at_from),
                _ => break,
            }
        }
        found.push(chain);
    }
    found
}

/// Returns points about `spacing` apart on a polyline, with both ends kept.
fn resampled(path: &[Point2], spacing: f64) -> Vec<Point2> {
    let mut stations = vec![0.0];
    for w in path.windows(2) {
        stations.push(stations[stations.len() - 1] + (w[1] - w[0]).norm());
    }
    let length = stations[stations.len() - 1];
    let pieces = (length / spacing).round().max(1.0) as usize;
    (0..=pieces)
        .map(|k| {
            let s = length * k as f64 / pieces as f64;
            let i = stations.partition_point(|v| *v <= s).clamp(1, path.len() - 1) - 1;
            let span = stations[i + 1] - stations[i];
            let t = if span > 0.0 { ((s - stations[i]) / span).clamp(0.0, 1.0) } else { 0.0 };
            path[i] + (path[i + 1] - path[i]) * t
        })
        .collect()
}

/// Resamples a part of a smooth line, which begins at index `start` of the whole line, to points about `spacing` apart.
///
/// The points lie on cubic splines (Catmull and Rom 1974) instead of chords, so that the curvature stays smooth.
fn resampled_smooth(part: &[Point2], whole: &[Point2], start: usize, spacing: f64) -> Vec<Point2> {
    let n = part.len();
    if n < 3 {
        return part.to_vec();
    }
    let mut stations = vec![0.0];
    for w in part.windows(2) {
        stations.push(stations[stations.len() - 1] + (w[1] - w[0]).norm());
    }
    let length = stations[n - 1];
    let pieces = (length / spacing).round().max(1.0) as usize;
    let at = |k: isize| whole[(start as isize + k).clamp(0, whole.len() as isize - 1) as usize];
    let mut out: Vec<Point2> = (0..=pieces)
        .map(|k| {
            let s = length * k as f64 / pieces as f64;
            let i = stations.partition_point(|v| *v <= s).clamp(1, n - 1) - 1;
            let span = stations[i + 1] - stations[i];
            let t = if span > 0.0 { ((s - stations[i]) / span).clamp(0.0, 1.0) } else { 0.0 };
            let k = i as isize;
            let (a, b, c, d) = (at(k - 1), at(k), at(k + 1), at(k + 2));
            let (m0, m1) = ((c - a) * 0.5, (d - b) * 0.5);
            let (t2, t3) = (t * t, t * t * t);
            Point2::from(
                b.coords * (2.0 * t3 - 3.0 * t2 + 1.0)
                    + m0 * (t3 - 2.0 * t2 + t)
                    + c.coords * (3.0 * t2 - 2.0 * t3)
                    + m1 * (t3 - t2),
            )
        })
        .collect();
    // Neighbouring roads must meet in exactly the same point.
    (out[0], out[pieces]) = (part[0], part[n - 1]);
    out
}
