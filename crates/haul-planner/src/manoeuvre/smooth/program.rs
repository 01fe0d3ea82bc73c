//! The quadratic program of one smoothing round: finds the change of the steering that reduces the cost the most, with
//! poses and clearances linearised.
//!
//! The changes of the poses are variables too, linked segment by segment. This makes the program sparse, so that its
//! solution time is proportional to the length of the path.

use super::steered::Steered;
use super::{BLOCKED_COST, Evaluated, Smoothing};
use crate::manoeuvre::cost::per_metre;
use crate::manoeuvre::tuning::TUNING;
use clarabel::algebra::CscMatrix;
use clarabel::solver::SupportedConeT::{NonnegativeConeT, ZeroConeT};
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus};

/// Maximum change of a curvature in a round, as a share of the maximum curvature.
const MAX_CURVATURE_STEP: f64 = 0.3;
/// Maximum change of a run's length in a round, m.
const MAX_LENGTH_STEP: f64 = 1.0;
/// Small cost of any change, which makes the solution unique.
const PROXIMAL: f64 = 1e-3;
/// Maximum number of iterations of the interior-point method.
const ITERATIONS: u32 = 40;
/// Tolerance of the solver; the exact path is checked afterwards.
const TOLERANCE: f64 = 1e-4;

/// Linear constraints: sums of variables with factors, and their right-hand sides.
#[derive(Default)]
struct ConstraintRows {
    row: Vec<usize>,
    column: Vec<usize>,
    value: Vec<f64>,
    right: Vec<f64>,
}

impl ConstraintRows {
    fn push(&mut self, terms: impl IntoIterator<Item = (usize, f64)>, right: f64) {
        for (column, value) in terms {
            self.row.push(self.right.len());
            self.column.push(column);
            self.value.push(value);
        }
        self.right.push(right);
    }

    fn extend(&mut self, other: ConstraintRows) {
        let before = self.right.len();
        self.row.extend(other.row.into_iter().map(|r| r + before));
        self.column.extend(other.column);
        self.value.extend(other.value);
        self.right.extend(other.right);
    }
}

/// A quadratic objective: half of its second derivatives (upper triangle), and its linear part.
struct QuadraticCost {
    diagonal: Vec<f64>,
    next: Vec<f64>,
    linear: Vec<f64>,
}

impl QuadraticCost {
    /// Adds `weight` × (value + x_k)².
    fn add(&mut self, k: usize, value: f64, weight: f64) {
        self.diagonal[k] += 2.0 * weight;
        self.linear[k] += 2.0 * weight * value;
    }

    /// Adds `weight` × (rise + x_{k+1} − x_k)².
    fn add_rise(&mut self, k: usize, rise: f64, weight: f64) {
        self.diagonal[k] += 2.0 * weight;
        self.diagonal[k + 1] += 2.0 * weight;
        self.next[k] -= 2.0 * weight;
        self.linear[k] -= 2.0 * weight * rise;
        self.linear[k + 1] += 2.0 * weight * rise;
    }

    fn matrix(&self) -> CscMatrix<f64> {
        let count = self.diagonal.len();
        let mut starts = vec![0];
        let (mut rows, mut values) = (Vec::new(), Vec::new());
        for k in 0..count {
            if let Some(before) = k.checked_sub(1).filter(|&b| self.next[b] != 0.0) {
                rows.push(before);
                values.push(self.next[before]);
            }
            if self.diagonal[k] != 0.0 {
                rows.push(k);
                values.push(self.diagonal[k]);
            }
            starts.push(rows.len());
        }
        CscMatrix::new(count, count, starts, rows, values)
    }
}

/// Returns the best change of a path's variables, or `None` if the solver finds none.
pub(crate) fn best_change(now: &Evaluated, smoothing: &Smoothing) -> Option<Vec<f64>> {
    let (path, poses) = (&now.steered, &now.poses);
    let greatest = smoothing.clothoids.greatest_curvature;
    let variables = path.variables();
    let knots = variables - path.runs.len();
    let near: Vec<usize> = (1..poses.len()).filter(|&n| !now.walls[n].is_empty()).collect();
    // The variables: curvatures as shares of the maximum, lengths, changes of the poses after the start, missing
    // comfort clearance at each pose, and the largest missing required clearance.
    let pose = |node: usize, i: usize| variables + 3 * (node - 1) + i;
    let lacks = variables + 3 * (poses.len() - 1);
    let blocked = lacks + near.len();
    let count = blocked + 1;

    let mut goals = QuadraticCost { diagonal: vec![0.0; count], next: vec![0.0; count], linear: vec![0.0; count] };
    let (mut equal, mut most) = (ConstraintRows::default(), ConstraintRows::default());
    let (mut knot, mut node) = (0, 0);
    for (r, run) in path.runs.iter().enumerate() {
        let length = knots + r;
        goals.linear[length] += per_metre(run.travel);
        goals.add(length, 0.0, PROXIMAL);
        most.push([(length, 1.0)], MAX_LENGTH_STEP);
        most.push([(length, -1.0)], smoothing.shorter(r, run.length).min(MAX_LENGTH_STEP));
        for (k, curvature) in run.curvatures.iter().enumerate() {
            let share = curvature / greatest;
            goals.add(knot + k, share, now.curve_weights[knot + k]);
            goals.add(knot + k, 0.0, PROXIMAL);
            let is_first = r == 0 && k == 0 && smoothing.clothoids.before.is_some();
            let is_last = r + 1 == path.runs.len() && k == run.segments() && smoothing.clothoids.after.is_some();
            if is_first || is_last {
                equal.push([(knot + k, 1.0)], 0.0);
            } else {
                most.push([(knot + k, 1.0)], (1.0 - share).clamp(0.0, MAX_CURVATURE_STEP));
                most.push([(knot + k, -1.0)], (1.0 + share).clamp(0.0, MAX_CURVATURE_STEP));
            }
        }
        for k in 0..run.segments() {
            let rise = (run.curvatures[k + 1] - run.curvatures[k]) / greatest;
            goals.add_rise(knot, rise, now.steering_weights[node]);
            let steepest = (run.step() / (smoothing.clothoids.per_curvature * greatest)).max(rise.abs());
            most.push([(knot + 1, 1.0), (knot, -1.0)], steepest - rise);
            most.push([(knot + 1, -1.0), (knot, 1.0)], steepest + rise);
            let effect = Steered::effect(run, k, poses[node], poses[node + 1]);
            let gone = poses[node + 1].position() - poses[node].position();
            // A shift of the previous pose shifts the next one; a rotation of the previous pose swings it.
            for (i, arm) in [Some(-gone.y), Some(gone.x), None].into_iter().enumerate() {
                let carried = [(pose(node + 1, i), -1.0)].into_iter();
                let carried = carried.chain((node > 0).then(|| (pose(node, i), 1.0)));
                let swung = arm.filter(|_| node > 0).map(|arm| (pose(node, 2), arm));
                let steered = [
                    (knot, greatest * effect.before[i]),
                    (knot + 1, greatest * effect.behind[i]),
                    (length, effect.length[i]),
                ];
                equal.push(carried.chain(swung).chain(steered), 0.0);
            }
            knot += 1;
            node += 1;
        }
        knot += 1;
    }
    (0..3).for_each(|i| equal.push([(pose(node, i), 1.0)], 0.0));
    for (k, &node) in near.iter().enumerate() {
        let lack = lacks + k;
        goals.linear[lack] += TUNING.proximity_cost / TUNING.comfort_clearance * now.spacings[node];
        most.push([(lack, -1.0)], 0.0);
        for wall in &now.walls[node] {
            let nearer =
                |slack: usize| [0, 1, 2].map(|i| (pose(node, i), -wall.gradient[i])).into_iter().chain([(slack, -1.0)]);
            most.push(nearer(blocked), wall.clearance - now.required[node]);
            most.push(nearer(lack), wall.clearance - smoothing.margin - TUNING.comfort_clearance);
        }
    }
    goals.linear[blocked] += BLOCKED_COST;
    most.push([(blocked, -1.0)], 0.0);

    let cones = [ZeroConeT(equal.right.len()), NonnegativeConeT(most.right.len())];
    equal.extend(most);
    let rows = CscMatrix::new_from_triplets(equal.right.len(), count, equal.row, equal.column, equal.value);
    let settings = DefaultSettings {
        verbose: false,
        max_iter: ITERATIONS,
        tol_gap_abs: TOLERANCE,
        tol_gap_rel: TOLERANCE,
        tol_feas: TOLERANCE,
        iterative_refinement_enable: false,
        ..DefaultSettings::default()
    };
    let mut solver = DefaultSolver::new(&goals.matrix(), &goals.linear, &rows, &equal.right, &cones, settings).ok()?;
    solver.solve();
    if !matches!(solver.solution.status, SolverStatus::Solved | SolverStatus::AlmostSolved) {
        return None;
    }
    let scale = |k: usize| if k < knots { greatest } else { 1.0 };
    Some(solver.solution.x[..variables].iter().enumerate().map(|(k, x)| scale(k) * x).collect())
}
