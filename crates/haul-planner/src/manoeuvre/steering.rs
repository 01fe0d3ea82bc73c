//! Steering that does not jump: the steady pieces of a drive joined by ramps of curvature.
//!
//! Each jump becomes a ramp (a clothoid) laid half into either piece. That moves the end a little; lengths and
//! curvatures of the pieces are then corrected by Newton's method, in the least change that brings the end back to the
//! goal. Where the truck stands, at a cusp, the wheels turn on the spot and no ramp is needed.

use super::drive::{Drive, Piece};
use haul_core::Pose2;
use nalgebra::{DMatrix, Vector3};

/// Of a piece with a ramp at either side, each may use up this share.
const SHARE_OF_PIECE: f64 = 0.48;
/// Of a piece with a ramp at one side, the ramp may use up this share.
const SHARE_OF_END_PIECE: f64 = 0.9;
/// A length (m) and a curvature (1/m) that are equally willing to change.
const LENGTH_SCALE: f64 = 1.0;
const CURVATURE_SCALE: f64 = 0.005;
const NEWTON_STEPS: usize = 20;
/// The end is at the goal, m and rad.
const REACHED: f64 = 1e-9;
/// No correction may move the end of the uncorrected drive further, m: beyond this it is another drive.
const MOST_CORRECTION: f64 = 6.0;

/// How ramps are laid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ramps {
    /// Length of ramp per change of curvature, m per 1/m.
    pub per_curvature: f64,
    /// Curvature that no piece may exceed, 1/m.
    pub greatest_curvature: f64,
    /// Curvature with which the truck rolls into the drive; `None` when it starts from a stand.
    pub before: Option<f64>,
    /// Curvature with which the truck rolls on behind the drive; `None` when it stops there.
    pub after: Option<f64>,
}

/// A drive with ramps that ends at the goal, or `None` where the correction does not succeed.
pub(crate) fn ramped(drive: &Drive, goal: Pose2, ramps: &Ramps) -> Option<Drive> {
    let mut pieces = drive.pieces.clone();
    let error = |pieces: &[Piece]| {
        let off = goal.relative(with_ramps(drive.start, pieces, ramps).end());
        Vector3::new(off.x, off.y, off.heading)
    };
    let mut off = error(&pieces);
    for _ in 0..NEWTON_STEPS {
        if off.amax() < REACHED {
            return Some(with_ramps(drive.start, &pieces, ramps));
        }
        if off.xy().norm() > MOST_CORRECTION {
            return None;
        }
        let change = correction(&pieces, ramps, off, &error)?;
        // A full step, or less where it does not help.
        let mut share = 1.0;
        loop {
            let tried = changed(&pieces, &change, share, ramps.greatest_curvature);
            let after = error(&tried);
            if after.norm() < off.norm() {
                (pieces, off) = (tried, after);
                break;
            }
            share /= 2.0;
            if share < 1e-3 {
                return None;
            }
        }
    }
    None
}

/// The least change, in scaled variables (length and curvature of each piece), that takes the linear error away.
fn correction(
    pieces: &[Piece],
    ramps: &Ramps,
    off: Vector3<f64>,
    error: &dyn Fn(&[Piece]) -> Vector3<f64>,
) -> Option<Vec<f64>> {
    const NUDGE: f64 = 1e-5;
    let count = 2 * pieces.len();
    let mut jacobian = DMatrix::zeros(3, count);
    for k in 0..count {
        // A curvature at its limit may not be asked to go beyond it, and a straight stays straight.
        let curvature = pieces[k / 2].from;
        if k % 2 == 1 && (curvature == 0.0 || curvature.abs() >= ramps.greatest_curvature) {
            continue;
        }
        let mut nudge = vec![0.0; count];
        nudge[k] = NUDGE;
        let column = (error(&changed(pieces, &nudge, 1.0, f64::INFINITY)) - off) / NUDGE;
        jacobian.set_column(k, &column);
    }
    let square = &jacobian * jacobian.transpose();
    let square = nalgebra::Matrix3::from_fn(|i, j| square[(i, j)] + if i == j { 1e-12 } else { 0.0 });
    let weights = square.lu().solve(&-off)?;
    let weights = nalgebra::DVector::from_column_slice(weights.as_slice());
    Some((jacobian.transpose() * weights).as_slice().to_vec())
}

fn changed(pieces: &[Piece], change: &[f64], share: f64, greatest: f64) -> Vec<Piece> {
    pieces
        .iter()
        .zip(change.chunks_exact(2))
        .map(|(p, c)| {
            let curvature = (p.from + share * c[1] * CURVATURE_SCALE).clamp(-greatest, greatest);
            let length = (p.length + share * c[0] * LENGTH_SCALE).max(0.0);
            Piece { from: curvature, to: curvature, length, ..*p }
        })
        .collect()
}

/// Lays the ramps.
fn with_ramps(start: Pose2, pieces: &[Piece], ramps: &Ramps) -> Drive {
    let mut drive = Drive::new(start);
    let sections: Vec<&[Piece]> = pieces.chunk_by(|a, b| a.travel == b.travel).collect();
    let last = sections.len().saturating_sub(1);
    for (number, section) in sections.iter().enumerate() {
        let entry = ramps.before.filter(|_| number == 0);
        let exit = ramps.after.filter(|_| number == last);
        // What each piece can give to a ramp at one of its sides.
        let room = |i: usize| {
            let sides = usize::from(i > 0 || entry.is_some()) + usize::from(i + 1 < section.len() || exit.is_some());
            section[i].length * if sides == 2 { SHARE_OF_PIECE } else { SHARE_OF_END_PIECE }
        };
        let mut taken = entry.map_or(0.0, |k| (ramps.per_curvature * (section[0].from - k).abs()).min(room(0)));
        if let Some(k) = entry {
            drive.push(Piece { from: k, length: taken, ..section[0] });
        }
        for (i, piece) in section.iter().enumerate() {
            let next = section.get(i + 1);
            let half = match (next, exit) {
                (Some(n), _) => (ramps.per_curvature * (n.from - piece.from).abs() / 2.0).min(room(i)).min(room(i + 1)),
                (None, Some(k)) => (ramps.per_curvature * (k - piece.from).abs()).min(room(i)),
                (None, None) => 0.0,
            };
            drive.push(Piece { length: (piece.length - taken - half).max(0.0), ..*piece });
            match (next, exit) {
                (Some(n), _) => drive.push(Piece { to: n.from, length: 2.0 * half, ..*piece }),
                (None, Some(k)) => drive.push(Piece { to: k, length: half, ..*piece }),
                (None, None) => {}
            }
            taken = half;
        }
    }
    drive
}
