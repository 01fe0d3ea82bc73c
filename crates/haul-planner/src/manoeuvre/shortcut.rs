//! Fewer and wider turns: parts of a drive between its changes of travel replaced by an arc, a straight and an arc.

use super::cost::{Cost, Motion};
use super::drive::{Drive, Piece};
use super::reeds_shepp::forward_words;
use super::sweep::Sweep;
use crate::path::Travel;
use haul_core::Pose2;

/// Knots that a replaced part may begin and end at are at most this far apart, m.
const KNOT_SPACING: f64 = 6.0;
/// Turns of these multiples of the least planned radius are tried, the widest first.
const RADII: [f64; 6] = [12.0, 6.0, 3.0, 2.0, 1.4, 1.0];
/// A replacement must better the cost by this.
const WORTH: f64 = 0.1;
/// A long replacement often leaves a shorter one to be found.
const PASSES: usize = 2;
/// Most replacements whose clearance is looked at.
const MOST_CHECKS: usize = 120;

/// A drive that costs no more, over the same changes of travel.
pub(crate) fn shortened(drive: &Drive, cost: &Cost, margin: f64, sweep: &Sweep, before: Motion) -> Drive {
    let mut shorter = Drive::new(drive.start);
    let (mut pose, mut motion, mut checks) = (drive.start, before, 0);
    for section in drive.pieces.chunk_by(|a, b| a.travel == b.travel) {
        let mut knots = Knots::of(pose, section);
        pose = knots.poses[knots.poses.len() - 1];
        for _ in 0..PASSES {
            let mut from = 0;
            while from + 1 < knots.poses.len() {
                // Long replacements first; each one changes the knots.
                let better = (from + 1..knots.poses.len()).rev().find_map(|to| {
                    let pieces = knots.replacement(from, to, cost, margin, sweep, motion, &mut checks)?;
                    Some((to, pieces))
                });
                if let Some((to, pieces)) = better {
                    knots.replace(from, to, &pieces);
                }
                from += 1;
            }
        }
        for piece in &knots.pieces {
            motion = Motion { travel: Some(piece.travel), curvature: piece.to };
            shorter.push(*piece);
        }
    }
    shorter
}

/// A section cut into short pieces: piece `i` leads from pose `i` to pose `i + 1`.
struct Knots {
    poses: Vec<Pose2>,
    pieces: Vec<Piece>,
}

impl Knots {
    fn of(start: Pose2, section: &[Piece]) -> Knots {
        let mut knots = Knots { poses: vec![start], pieces: Vec::new() };
        let mut pose = start;
        for piece in section {
            let count = (piece.length / KNOT_SPACING).ceil().max(1.0);
            let part = Piece { length: piece.length / count, ..*piece };
            for _ in 0..count as usize {
                pose = part.driven(pose, part.length);
                knots.poses.push(pose);
                knots.pieces.push(part);
            }
        }
        knots
    }

    /// Cost of the pieces between two knots when they follow `motion`, with the change of steering behind them.
    fn cost(&self, pieces: &[Piece], to: usize, cost: &Cost, motion: Motion) -> f64 {
        let mut sum = 0.0;
        let mut now = motion;
        for piece in pieces.iter().chain(self.pieces.get(to)) {
            sum += cost.piece(now, piece);
            now = Motion { travel: Some(piece.travel), curvature: piece.to };
        }
        sum
    }

    #[allow(clippy::too_many_arguments)]
    fn replacement(
        &self,
        from: usize,
        to: usize,
        cost: &Cost,
        margin: f64,
        sweep: &Sweep,
        before: Motion,
        checks: &mut usize,
    ) -> Option<Vec<Piece>> {
        let old = &self.pieces[from..to];
        let motion = match from.checked_sub(1) {
            Some(k) => Motion { travel: Some(self.pieces[k].travel), curvature: self.pieces[k].to },
            None => before,
        };
        let travel = old.first()?.travel;
        let cost_now = self.cost(old, to, cost, motion);
        let mut found: Vec<(f64, Vec<Piece>)> = Vec::new();
        for factor in RADII {
            between(self.poses[from], self.poses[to], travel, factor / cost.greatest_curvature, |pieces| {
                let new = self.cost(&pieces, to, cost, motion);
                if new < cost_now - WORTH {
                    found.push((new, pieces));
                }
            });
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut near_now = None;
        for (new, pieces) in found {
            *checks += 1;
            if *checks > MOST_CHECKS {
                return None;
            }
            let Some(near) = nearness(self.poses[from], &pieces, cost, margin, sweep) else { continue };
            // What is replaced was clear when it was found.
            let near_now =
                *near_now.get_or_insert_with(|| nearness(self.poses[from], old, cost, margin, sweep).unwrap_or(0.0));
            if new + near < cost_now + near_now - WORTH {
                return Some(pieces);
            }
        }
        None
    }

    fn replace(&mut self, from: usize, to: usize, pieces: &[Piece]) {
        let part = Knots::of(self.poses[from], pieces);
        // The last pose stays as it was, free of rounding.
        let inner = part.poses[1..part.poses.len() - 1].iter().copied();
        self.poses.splice(from + 1..to, inner);
        self.pieces.splice(from..to, part.pieces);
    }
}

/// Cost of nearness over pieces; `None` where they are not clear.
fn nearness(start: Pose2, pieces: &[Piece], cost: &Cost, margin: f64, sweep: &Sweep) -> Option<f64> {
    let (mut pose, mut sum) = (start, 0.0);
    for piece in &Knots::of(start, pieces).pieces {
        sum += cost.nearness(piece.length, sweep.piece(pose, piece)? - margin);
        pose = piece.driven(pose, piece.length);
    }
    Some(sum)
}

/// The pieces of each arc-straight-arc drive in one travel: in reverse it is the forward drive the other way round.
fn between(from: Pose2, to: Pose2, travel: Travel, radius: f64, mut found: impl FnMut(Vec<Piece>)) {
    let (a, b) = if travel == Travel::Forward { (from, to) } else { (to, from) };
    forward_words(a, b, radius, |word| {
        let piece =
            |s: &super::reeds_shepp::RsSegment| Piece::steady(travel, s.turn.sign() / word.radius(), s.length.max(0.0));
        let mut pieces: Vec<Piece> = word.segments().iter().map(piece).collect();
        if travel == Travel::Reverse {
            pieces.reverse();
        }
        if !pieces.is_empty() {
            found(pieces);
        }
    });
}
