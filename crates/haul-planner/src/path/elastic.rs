//! An elastic band: a row of points that is pulled to its lane, resists curvature and changes of curvature, and is
//! pushed away from the edges.
//!
//! The unknowns are the displacements of the points along the row's normals, so each step is a banded least-squares
//! problem (Gauss and Newton, damped after Levenberg 1944 and Marquardt 1963). The row is resampled when it has drifted
//! far. The method follows Quinlan and Khatib (1993), with fairness of the curve instead of springs.

use super::banded::Banded;
use super::edges::EdgePoints;
use super::guide::Guide;
use super::spline::Spline;
use super::steering::SteeringBounds;
use haul_core::{Footprint, Point2, Vector2, angle};

/// Spacing of the points, m: wide until the row is in place, then narrow to refine its shape.
const SPACINGS: [f64; 2] = [2.0, 1.0];
/// Motion in a step below which the widely spaced row is in place, m.
const IN_PLACE_MOTION: f64 = 0.1;
/// Number of guide segments whose points share one list of edges.
const EDGE_LIST_LENGTH: f64 = 8.0;
/// Distance beyond the desired clearance within which edges are collected, m. A row that has moved farther is
/// resampled.
const GATHER_SLACK: f64 = 4.0;
/// Extra distance for collecting edges, m, so that most lists also suffice for a resampled row.
const GATHER_SPARE: f64 = 2.0;
/// Maximum displacement in one step, m.
const MAX_STEP: f64 = 1.5;
/// Motion in a step below which the narrowly spaced row is settled, m.
const SETTLED_MOTION: f64 = 0.01;
/// Relative decrease of the cost below which no more steps are made.
const MIN_DECREASE: f64 = 1e-5;
/// Maximum number of steps between two samplings, and maximum number of samplings per spacing.
const STEPS: usize = 10;
const ROUNDS: usize = 8;

/// Weights of the costs per metre of path. A deviation of 1 m from the middle of the lane costs 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BandWeights {
    /// Weight of the squared curvature, m². Bends are cut at a radius equal to the fourth root of this weight divided
    /// by the weight of the deviation.
    pub(crate) curvature: f64,
    /// Weight of the squared rate of curvature, m⁴. Wiggles shorter than its sixth root are smoothed out.
    pub(crate) rate: f64,
    /// Weight of the squared shortfall from the desired clearance.
    pub(crate) desired: f64,
    /// Weight of the squared shortfall from the required clearance.
    pub(crate) required: f64,
    /// Weight of the squared excess of the curvature over its bound.
    pub(crate) excess_curvature: f64,
    /// Weight of the squared excess of the rate of curvature over its bound.
    pub(crate) excess_rate: f64,
}

impl Default for BandWeights {
    fn default() -> Self {
        Self { curvature: 200.0, rate: 3e5, desired: 20.0, required: 1_000.0, excess_curvature: 3e7, excess_rate: 1e8 }
    }
}

/// Requirements that the band must meet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BandRequirements {
    pub(crate) footprint: Footprint,
    pub(crate) steering: SteeringBounds,
    /// Desired clearance, m.
    pub(crate) desired: f64,
    /// Required clearance, m.
    pub(crate) required: f64,
}

/// A row of points along a guide.
#[derive(Debug, Clone, Default)]
pub(crate) struct PointRow {
    pub(crate) points: Vec<Point2>,
    /// Position of each point along the guide: guide segment index plus the share of that segment passed.
    pub(crate) cursors: Vec<f64>,
    /// Distance between consecutive points, m.
    pub(crate) spacing: f64,
}

impl PointRow {
    /// Returns the row resampled along its curve, with points about `spacing` (m) apart.
    pub(crate) fn resampled(&self, spacing: f64) -> PointRow {
        let spline = Spline::through(&self.points);
        let count = (spline.length() / spacing).ceil().max(1.0) as usize;
        let mut row = PointRow { spacing, ..PointRow::default() };
        for k in 0..=count {
            let s = spline.length() * k as f64 / count as f64;
            let (i, share) = spline.share(s);
            if let (Some(place), Some(&a)) = (spline.at(i, share), self.cursors.get(i)) {
                let b = self.cursors.get(i + 1).copied().unwrap_or(a);
                row.points.push(place.point);
                row.cursors.push(a + (b - a) * share);
            }
        }
        row
    }
}

/// A part of the path where clearance has more weight.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Emphasis {
    /// Range of cursors on the guide to which the factor applies.
    pub(crate) cursors: std::ops::Range<f64>,
    /// Factor on the weights of missing clearance.
    pub(crate) factor: f64,
}

/// The elastic band, which settles a row of points.
pub(crate) struct Elastic<'a, G: Fn(Point2, Point2) -> EdgePoints> {
    pub(crate) guide: &'a Guide,
    pub(crate) requirements: BandRequirements,
    pub(crate) weights: BandWeights,
    /// Parts where an earlier result had too little clearance.
    pub(crate) emphasis: &'a [Emphasis],
    /// Function that returns the edges within a box.
    pub(crate) edges: G,
}

/// Cost of a row, with its gradient and its second derivatives.
#[derive(Default)]
struct NormalEquations {
    cost: f64,
    matrix: Banded,
    slope: Vec<f64>,
}

impl NormalEquations {
    /// Adds the term `weight` × (`value` + Σ `by` × displacement)².
    fn term<const N: usize>(&mut self, weight: f64, value: f64, first: usize, by: &[f64; N]) {
        let weighted = weight * value;
        self.cost += weighted * value;
        self.slope[first..first + N].iter_mut().zip(by).for_each(|(slope, u)| *slope += weighted * u);
        self.matrix.add_square(weight, first, by);
    }
}

/// The edges near a part of the guide.
#[derive(Clone, Default)]
struct Nearby {
    /// Box in which the edges were collected.
    bounds: Option<(Point2, Point2)>,
    edges: EdgePoints,
}

/// Edges near each part of the guide, and for each point of a row the part to which it belongs.
struct Surroundings {
    stretches: Vec<Nearby>,
    of_point: Vec<usize>,
}

impl Surroundings {
    fn of(guide: &Guide) -> Self {
        let stretches = (guide.points.len() as f64 / EDGE_LIST_LENGTH) as usize + 1;
        Self { stretches: vec![Nearby::default(); stretches], of_point: Vec::new() }
    }

    /// Returns the edges near a point of the row.
    fn near(&self, i: usize) -> &EdgePoints {
        &self.stretches[self.of_point[i]].edges
    }
}

/// Distance of a point's footprint from all edges when last checked, and the motion of the point since then.
#[derive(Clone, Copy, Default)]
struct LastCheck {
    /// Distance from every edge at the last check, as a lower bound, m.
    free: f64,
    /// Motion of the footprint since the last check, m.
    moved: f64,
}

impl<G: Fn(Point2, Point2) -> EdgePoints> Elastic<'_, G> {
    /// Returns the settled row and the number of steps made.
    pub(crate) fn settle(&self, row: &PointRow) -> (PointRow, usize) {
        let mut row = row.clone();
        let mut steps = 0;
        let mut around = Surroundings::of(self.guide);
        for (spacing, enough) in SPACINGS.into_iter().zip([IN_PLACE_MOTION, SETTLED_MOTION]) {
            for _ in 0..ROUNDS {
                row = row.resampled(spacing);
                self.gather(&row, &mut around);
                if self.relax(&mut row, &around, enough, &mut steps) < enough {
                    break;
                }
            }
        }
        (row, steps)
    }

    /// Collects the edges near each part of a row for which the earlier lists do not suffice.
    fn gather(&self, row: &PointRow, around: &mut Surroundings) {
        let last = around.stretches.len() - 1;
        around.of_point.clear();
        around.of_point.extend(row.cursors.iter().map(|c| ((c / EDGE_LIST_LENGTH) as usize).min(last)));
        let mut bounds: Vec<Option<(Point2, Point2)>> = vec![None; last + 1];
        for (p, &stretch) in row.points.iter().zip(&around.of_point) {
            let (low, high) = bounds[stretch].unwrap_or((*p, *p));
            bounds[stretch] = Some((low.inf(p), high.sup(p)));
        }
        let reach = self.requirements.footprint.reach() + self.requirements.desired + GATHER_SLACK;
        let reach = Vector2::new(reach, reach);
        let spare = Vector2::new(GATHER_SPARE, GATHER_SPARE);
        for (nearby, bounds) in around.stretches.iter_mut().zip(bounds) {
            let Some((low, high)) = bounds.map(|(low, high)| (low - reach, high + reach)) else { continue };
            let serves =
                nearby.bounds.is_some_and(|(known, above)| known.inf(&low) == known && above.sup(&high) == above);
            if !serves {
                let (low, high) = (low - spare, high + spare);
                *nearby = Nearby { bounds: Some((low, high)), edges: (self.edges)(low, high) };
            }
        }
    }

    /// Makes damped Gauss–Newton steps until the row moves less than `enough` (m) in a step, or has drifted too far.
    /// Returns the motion of the last step, m, or 0 if more steps would not help.
    fn relax(&self, row: &mut PointRow, around: &Surroundings, enough: f64, steps: &mut usize) -> f64 {
        let n = row.points.len();
        if n < 6 {
            return 0.0;
        }
        let rates = self.rates(row);
        let mut seen = vec![LastCheck::default(); n];
        let mut damping = 1e-3;
        let (mut equations, mut trial) = (NormalEquations::default(), NormalEquations::default());
        self.linearise(row, around, &rates, &mut seen, &mut equations);
        let (mut factor, mut shift) = (Banded::default(), Vec::new());
        let (mut drift, mut last) = (0.0_f64, f64::INFINITY);
        let reach = self.requirements.footprint.reach();
        for _ in 0..STEPS {
            *steps += 1;
            shift.clear();
            shift.extend(equations.slope.iter().map(|g| -g));
            if !equations.matrix.solve(damping, &mut factor, &mut shift) {
                damping *= 10.0;
                continue;
            }
            let longest = shift.iter().fold(0.0_f64, |m, e| m.max(e.abs()));
            let scale = (MAX_STEP / longest.max(1e-12)).min(1.0);
            let mut moved = displaced(row, &shift, scale);
            for i in 0..n {
                let turn = (shift[(i + 1).min(n - 1)] - shift[i.saturating_sub(1)]) / (2.0 * row.spacing);
                seen[i].moved += scale * (shift[i].abs() + turn.abs() * reach);
            }
            self.linearise(&mut moved, around, &rates, &mut seen, &mut trial);
            if trial.cost <= equations.cost {
                *row = moved;
                let gain = (equations.cost - trial.cost) / equations.cost.max(1e-12);
                std::mem::swap(&mut equations, &mut trial);
                damping = (damping * 0.2).max(1e-6);
                last = longest * scale;
                drift += last;
                if last < enough {
                    return last;
                }
                if gain < MIN_DECREASE {
                    return 0.0;
                }
                if drift > GATHER_SLACK {
                    return last;
                }
            } else {
                damping = (damping * 10.0).max(1e-2);
                if damping > 1e7 {
                    return 0.0;
                }
            }
        }
        last
    }

    /// Returns the bound on the rate of curvature at each point, for the tightest bend within a truck's length.
    fn rates(&self, row: &PointRow) -> Vec<f64> {
        let n = row.points.len();
        let bends: Vec<f64> = (0..n).map(|i| curvature(&row.points, i).abs()).collect();
        let window = (self.requirements.footprint.length() / row.spacing).ceil() as usize;
        (0..n)
            .map(|i| {
                let near = &bends[i.saturating_sub(window)..(i + window + 1).min(n)];
                self.requirements.steering.rate(near.iter().copied().fold(0.0, f64::max))
            })
            .collect()
    }

    /// Computes the cost of a row, with gradient and second derivatives (Gauss–Newton). Also updates the row's cursors.
    fn linearise(
        &self,
        row: &mut PointRow,
        around: &Surroundings,
        rates: &[f64],
        seen: &mut [LastCheck],
        equations: &mut NormalEquations,
    ) {
        let n = row.points.len();
        equations.cost = 0.0;
        equations.matrix.reset(n);
        equations.slope.clear();
        equations.slope.resize(n, 0.0);
        let PointRow { points, cursors, spacing } = row;
        let spacing = *spacing;
        let (w, requirements) = (&self.weights, &self.requirements);
        let length = |i: usize| (points[i + 1] - points[i]).norm().max(1e-6);
        let mut before = None;
        for i in 0..n {
            let ahead = direction(points, i);
            let left = Vector2::new(-ahead.y, ahead.x);
            if let Some(on) = self.guide.locate(points[i], cursors[i]) {
                cursors[i] = on.cursor;
                // Far from the lane the pull stops growing (Huber 1964), so that the row may cut the corner of a
                // junction.
                let weight = on.weight * (HUBER / on.deviation.abs().max(HUBER)) * spacing;
                equations.term(weight, on.deviation, i, &[on.left.dot(&left)]);
            }
            self.clearances(RowPoint { points, i, ahead, cursor: cursors[i], spacing }, around, seen, equations);
            if i == 0 || i + 1 == n {
                continue;
            }
            let bend = curvature(points, i);
            let (back, ahead) = (length(i - 1), length(i));
            let h = (back + ahead) / 2.0;
            let by = [1.0 / (back * h), bend * bend - (1.0 / back + 1.0 / ahead) / h, 1.0 / (ahead * h)];
            equations.term(w.curvature * h, bend, i - 1, &by);
            let over = bend.abs() - requirements.steering.curvature;
            if over > 0.0 {
                let sign = bend.signum();
                equations.term(w.excess_curvature * h, over, i - 1, &by.map(|b| b * sign));
            }
            if let Some((bend0, by0)) = before {
                let by0: [f64; 3] = by0;
                let rate: f64 = (bend - bend0) / back;
                let both = [-by0[0], by[0] - by0[1], by[1] - by0[2], by[2]].map(|b| b / back);
                equations.term(w.rate * back, rate, i - 2, &both);
                let over = rate.abs() - rates[i];
                if over > 0.0 {
                    let sign = rate.signum();
                    equations.term(w.excess_rate * back, over, i - 2, &both.map(|b| b * sign));
                }
            }
            before = Some((bend, by));
        }
    }

    /// Adds the clearance terms of one point. The end points have no such terms, because they lack a neighbour on one
    /// side to define a direction.
    fn clearances(
        &self,
        at: RowPoint<'_>,
        around: &Surroundings,
        seen: &mut [LastCheck],
        equations: &mut NormalEquations,
    ) {
        let (requirements, w) = (&self.requirements, &self.weights);
        let RowPoint { points, i, ahead, cursor, spacing } = at;
        if i == 0 || i + 1 >= points.len() || seen[i].free - seen[i].moved > requirements.desired {
            return;
        }
        let within = requirements.desired + GATHER_SLACK / 2.0;
        let contacts = around.near(i).contacts(&requirements.footprint, points[i], ahead, within);
        let least = contacts.iter().flatten().fold(within, |m, c| m.min(c.distance));
        seen[i] = LastCheck { free: least, moved: 0.0 };
        let emphasis: f64 = self.emphasis.iter().filter(|e| e.cursors.contains(&cursor)).map(|e| e.factor).product();
        let span = (points[i + 1] - points[i - 1]).norm().max(1e-6);
        for contact in contacts.iter().flatten() {
            let turn = contact.per_turn / span;
            // Derivatives of the shortfall, which is the desired or required clearance minus the distance.
            let by = [turn, -contact.per_left, -turn];
            for (wish, weight) in [(requirements.desired, w.desired), (requirements.required, w.required)] {
                let short = wish - contact.distance;
                if short > 0.0 {
                    equations.term(weight * emphasis * spacing, short, i - 1, &by);
                }
            }
        }
    }
}

/// A point of a row, with its direction.
struct RowPoint<'a> {
    points: &'a [Point2],
    i: usize,
    ahead: Vector2,
    cursor: f64,
    spacing: f64,
}

/// Deviation beyond which the pull to the middle of the lane stops growing, m.
const HUBER: f64 = 1.5;

/// Returns the unit vector along a row at a point, from the neighbours of the point.
pub(crate) fn direction(points: &[Point2], i: usize) -> Vector2 {
    let along = points[(i + 1).min(points.len() - 1)] - points[i.saturating_sub(1)];
    along / along.norm().max(1e-9)
}

/// Returns the curvature of a row at a point: that of the circle through the point and its neighbours (K. Menger 1930).
/// Where the row turns back, it is the turn divided by the mean length of both segments. At the ends, it is 0.
pub(crate) fn curvature(points: &[Point2], i: usize) -> f64 {
    if i == 0 || i + 1 >= points.len() {
        return 0.0;
    }
    let (u, v) = (points[i] - points[i - 1], points[i + 1] - points[i]);
    let (across, along) = (u.x * v.y - u.y * v.x, u.dot(&v));
    if along > 0.0 {
        let lengths = u.norm_squared() * v.norm_squared() * (u + v).norm_squared();
        return 2.0 * across / lengths.sqrt().max(1e-12);
    }
    let turn = libm::atan2(across, along);
    angle::wrap(turn) / ((u.norm() + v.norm()) / 2.0).max(1e-6)
}

/// Returns the row with its points displaced along its normals.
fn displaced(row: &PointRow, shift: &[f64], scale: f64) -> PointRow {
    let points = (0..row.points.len())
        .map(|i| {
            let ahead = direction(&row.points, i);
            row.points[i] + Vector2::new(-ahead.y, ahead.x) * (shift[i] * scale)
        })
        .collect();
    PointRow { points, cursors: row.cursors.clone(), spacing: row.spacing }
}
