//! Gains of the preview regulator that steers along a path.
//!
//! The error model describes a rear axle on a path, per control step `dt`, at speed `v ≥ 0` in the direction of travel:
//!
//! ```text
//! lateral  ← lateral + v dt (course + ½ v dt (κ − κ_path))
//! course   ← course  + v dt (κ − κ_path)
//! κ        ← κ + (1 − e^(−dt/τ)) (asked − κ)
//! asked    ← asked + Δ
//! ```
//!
//! `course` is the course error in the direction of travel, so the model is the same forward and in reverse. κ is the
//! curvature of the wheels, `asked` the last commanded curvature, and τ the lag of the steering. The regulator knows
//! the path's curvature ahead. It minimises the sum of squares of lateral error, course error and change Δ of the
//! commanded curvature (M. Tomizuka, "Optimal continuous finite preview problem", IEEE Trans. Automatic Control 20(3),
//! 1975; the discrete form as in R. S. Sharp and V. Valtetsiotis, "Optimal preview car steering control", 2001).
//! Because Δ has a cost, the regulator turns the wheels before a bend begins, and spreads a jump of curvature over
//! time.

use nalgebra::{Matrix4, RowVector4, Vector4};

/// Number of preview steps. At 20 Hz they cover 3 s: twice the time that the wheels need from half lock on one side to
/// half lock on the other.
pub(super) const PREVIEW: usize = 60;
/// Maximum number of iterations of the Riccati recursion, which converges to the last digit well before.
const MAX_ITERATIONS: usize = 4_000;
/// Relative change of the cost matrix at which the recursion has converged.
const CONVERGENCE: f64 = 1e-10;

/// Weights, each given as the size of error that counts equally.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weights {
    /// Lateral error, m.
    pub lateral: f64,
    /// Course error, rad.
    pub course: f64,
    /// Change of the commanded curvature in one step, 1/m.
    pub change: f64,
}

/// Gains at one speed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gains {
    /// Gains on lateral error, course error, wheel curvature minus path curvature, and `asked` minus path curvature.
    pub feedback: RowVector4<f64>,
    /// Gains on the path's curvature at steps 1, 2, … minus that at the truck. The last gain stands for all later
    /// steps.
    pub preview: [f64; PREVIEW],
}

/// Solves for the gains at speed `v` (m/s), step `dt` (s) and steering lag `lag` (s).
pub(super) fn solve(v: f64, dt: f64, lag: f64, weights: Weights) -> Gains {
    let step = v * dt;
    let follow = 1.0 - libm::exp(-dt / lag.max(1e-3));
    #[rustfmt::skip]
    let a = Matrix4::new(
        1.0, step, step * step / 2.0, 0.0,
        0.0, 1.0,  step,              0.0,
        0.0, 0.0,  1.0 - follow,      follow,
        0.0, 0.0,  0.0,               1.0,
    );
    // A change of the command reaches the wheels through `asked` in the same step.
    let b = Vector4::new(0.0, 0.0, follow, 1.0);
    // The path's curvature turns the course error the opposite way.
    let d = Vector4::new(-step * step / 2.0, -step, 0.0, 0.0);
    let q = Matrix4::from_diagonal(&Vector4::new(
        1.0 / (weights.lateral * weights.lateral),
        1.0 / (weights.course * weights.course),
        0.0,
        0.0,
    ));
    let r = 1.0 / (weights.change * weights.change);
    let mut p = q;
    for _ in 0..MAX_ITERATIONS {
        let pb = p * b;
        let s = r + b.dot(&pb);
        let k = (pb.transpose() * a) / s;
        let next = q + a.transpose() * p * (a - b * k);
        let next = (next + next.transpose()) / 2.0;
        let moved = (next - p).norm();
        p = next;
        if moved <= CONVERGENCE * p.norm() {
            break;
        }
    }
    let pb = p * b;
    let s = r + b.dot(&pb);
    let feedback = (pb.transpose() * a) / s;
    let closed = (a - b * feedback).transpose();
    // Gain on w_i is −bᵀ(closedᵀ)^i P d / s. The feedback uses curvatures minus that at the truck, so w_0 = 0.
    let mut carried = p * d;
    let mut preview = [0.0; PREVIEW];
    for gain in preview.iter_mut() {
        carried = closed * carried;
        *gain = -b.dot(&carried) / s;
    }
    // Beyond the last step the curvature is taken as constant: the sum of a geometric series.
    if let Some(inverse) = (Matrix4::identity() - closed).try_inverse() {
        let tail = inverse * carried;
        preview[PREVIEW - 1] = -b.dot(&tail) / s;
    }
    Gains { feedback, preview }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHTS: Weights = Weights { lateral: 0.1, course: 0.05, change: 0.004 };

    /// Drives towards a step of curvature far ahead, by the regulator's own model. Returns the maximum and the final
    /// lateral error.
    fn drive(v: f64, bend: f64) -> (f64, f64) {
        let (dt, lag) = (0.05, 0.25);
        let gains = solve(v, dt, lag, WEIGHTS);
        let path = |k: usize| if k >= 200 { bend } else { 0.0 };
        let (mut lateral, mut course, mut kappa, mut asked) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
        let mut worst = 0.0_f64;
        for k in 0..1_000 {
            let here = path(k);
            let x = Vector4::new(lateral, course, kappa - here, asked - here);
            let ahead: f64 = (0..PREVIEW).map(|i| gains.preview[i] * (path(k + i + 1) - here)).sum();
            asked += -(gains.feedback * x)[0] + ahead;
            let follow = 1.0 - libm::exp(-dt / lag);
            lateral += v * dt * (course + v * dt / 2.0 * (kappa - here));
            course += v * dt * (kappa - here);
            kappa += follow * (asked - kappa);
            worst = worst.max(lateral.abs());
        }
        (worst, lateral)
    }

    #[test]
    fn a_jump_of_curvature_is_anticipated_and_leaves_no_offset() {
        for (v, bend) in [(1.0, 0.1), (3.0, 0.05), (8.0, 0.02), (13.0, 0.008)] {
            let (worst, last) = drive(v, bend);
            assert!(worst < 0.12, "at {v} m/s the error reaches {worst} m");
            assert!(last.abs() < 1e-3, "at {v} m/s an offset of {last} m stays");
        }
    }
}
