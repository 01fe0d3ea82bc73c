//! Steering without jumps: clothoids that join segments of constant curvature.
//!
//! A clothoid replaces each jump of curvature, one half in either segment. That moves the end of the path a little.
//! Newton's method then finds the smallest change of lengths and curvatures that brings the end back to the goal. At a
//! change of direction the truck stands still, the wheels turn on the spot, and no clothoid is needed.

use super::segment_path::{Segment, SegmentPath};
use haul_core::Pose2;
use nalgebra::{DMatrix, Vector3};

/// Maximum share of a segment's length for each clothoid, where the segment has clothoids at both ends.
const SHARE_OF_SEGMENT: f64 = 0.48;
/// Maximum share of a segment's length for its clothoid, where the segment has only one.
const SHARE_OF_END_SEGMENT: f64 = 0.9;
/// Scales of the variables: a change of length (m) and a change of curvature (1/m) that count as equally large.
const LENGTH_SCALE: f64 = 1.0;
const CURVATURE_SCALE: f64 = 0.005;
const NEWTON_STEPS: usize = 20;
/// Tolerance of position (m) and heading (rad) at the goal.
const TOLERANCE: f64 = 1e-9;
/// Maximum distance by which a correction may move the end of the path, m. Beyond it the path would be a different one.
const MAX_CORRECTION: f64 = 6.0;

/// Parameters of the clothoids.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clothoids {
    /// Length of a clothoid divided by its change of curvature, m².
    pub per_curvature: f64,
    /// Maximum curvature of a segment, 1/m.
    pub greatest_curvature: f64,
    /// Curvature at which the truck rolls into the path, 1/m. `None` if the truck starts from a standstill.
    pub before: Option<f64>,
    /// Curvature at which the truck rolls on after the path, 1/m. `None` if the truck stops there.
    pub after: Option<f64>,
}

/// Returns the path with clothoids, ending at the goal, or `None` if the correction fails.
pub(crate) fn with_clothoids(path: &SegmentPath, goal: Pose2, clothoids: &Clothoids) -> Option<SegmentPath> {
    let mut segments = path.segments.clone();
    let error = |segments: &[Segment]| {
        let off = goal.relative(lay_clothoids(path.start, segments, clothoids).end());
        Vector3::new(off.x, off.y, off.heading)
    };
    let mut off = error(&segments);
    for _ in 0..NEWTON_STEPS {
        if off.amax() < TOLERANCE {
            return Some(lay_clothoids(path.start, &segments, clothoids));
        }
        if off.xy().norm() > MAX_CORRECTION {
            return None;
        }
        let change = correction(&segments, clothoids, off, &error)?;
        // Take the full step, or a shorter one if the full step does not reduce the error.
        let mut share = 1.0;
        loop {
            let tried = changed(&segments, &change, share, clothoids.greatest_curvature);
            let after = error(&tried);
            if after.norm() < off.norm() {
                (segments, off) = (tried, after);
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

/// Returns the smallest change, in scaled variables (length and curvature of each segment), that removes the linear
/// error.
fn correction(
    segments: &[Segment],
    clothoids: &Clothoids,
    off: Vector3<f64>,
    error: &dyn Fn(&[Segment]) -> Vector3<f64>,
) -> Option<Vec<f64>> {
    const NUDGE: f64 = 1e-5;
    let count = 2 * segments.len();
    let mut jacobian = DMatrix::zeros(3, count);
    for k in 0..count {
        // A curvature at its limit stays there, and a straight stays straight.
        let curvature = segments[k / 2].from;
        if k % 2 == 1 && (curvature == 0.0 || curvature.abs() >= clothoids.greatest_curvature) {
            continue;
        }
        let mut nudge = vec![0.0; count];
        nudge[k] = NUDGE;
        let column = (error(&changed(segments, &nudge, 1.0, f64::INFINITY)) - off) / NUDGE;
        jacobian.set_column(k, &column);
    }
    let square = &jacobian * jacobian.transpose();
    let square = nalgebra::Matrix3::from_fn(|i, j| square[(i, j)] + if i == j { 1e-12 } else { 0.0 });
    let weights = square.lu().solve(&-off)?;
    let weights = nalgebra::DVector::from_column_slice(weights.as_slice());
    Some((jacobian.transpose() * weights).as_slice().to_vec())
}

fn changed(segments: &[Segment], change: &[f64], share: f64, greatest: f64) -> Vec<Segment> {
    segments
        .iter()
        .zip(change.chunks_exact(2))
        .map(|(p, c)| {
            let curvature = (p.from + share * c[1] * CURVATURE_SCALE).clamp(-greatest, greatest);
            let length = (p.length + share * c[0] * LENGTH_SCALE).max(0.0);
            Segment { from: curvature, to: curvature, length, ..*p }
        })
        .collect()
}

/// Replaces the jumps of curvature by clothoids.
fn lay_clothoids(start: Pose2, segments: &[Segment], clothoids: &Clothoids) -> SegmentPath {
    let mut path = SegmentPath::new(start);
    let sections: Vec<&[Segment]> = segments.chunk_by(|a, b| a.travel == b.travel).collect();
    let last = sections.len().saturating_sub(1);
    for (number, section) in sections.iter().enumerate() {
        let entry = clothoids.before.filter(|_| number == 0);
        let exit = clothoids.after.filter(|_| number == last);
        // Maximum length of segment `i` that a clothoid at one of its ends may take.
        let room = |i: usize| {
            let sides = usize::from(i > 0 || entry.is_some()) + usize::from(i + 1 < section.len() || exit.is_some());
            section[i].length * if sides == 2 { SHARE_OF_SEGMENT } else { SHARE_OF_END_SEGMENT }
        };
        let mut taken = entry.map_or(0.0, |k| (clothoids.per_curvature * (section[0].from - k).abs()).min(room(0)));
        if let Some(k) = entry {
            path.push(Segment { from: k, length: taken, ..section[0] });
        }
        for (i, segment) in section.iter().enumerate() {
            let next = section.get(i + 1);
            let half = match (next, exit) {
                (Some(n), _) => {
                    (clothoids.per_curvature * (n.from - segment.from).abs() / 2.0).min(room(i)).min(room(i + 1))
                }
                (None, Some(k)) => (clothoids.per_curvature * (k - segment.from).abs()).min(room(i)),
                (None, None) => 0.0,
            };
            path.push(Segment { length: (segment.length - taken - half).max(0.0), ..*segment });
            match (next, exit) {
                (Some(n), _) => path.push(Segment { to: n.from, length: 2.0 * half, ..*segment }),
                (None, Some(k)) => path.push(Segment { to: k, length: half, ..*segment }),
                (None, None) => {}
            }
            taken = half;
        }
    }
    path
}
