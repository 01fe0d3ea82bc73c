//! An elastic band: a row of points drawn to its lane, stiff against curvature and its change, pushed off the edges.
//!
//! The unknowns are the points' displacements along the normals of the present row, so that one step is a banded
//! least-squares problem (Gauss and Newton, damped after Levenberg 1944 and Marquardt 1963); the row is laid out anew
//! where its spacing has drifted. After Quinlan and Khatib (1993), with the curve's fairness in place of springs.

use super::banded::Banded;
use super::edges::EdgePoints;
use super::guide::Guide;
use super::spline::Spline;
use super::steering::SteeringBounds;
use haul_core::{Footprint, Point2, Vector2, angle};

/// Distance between the points of a row, m: wide while it finds its place, close for its shape.
const SPACINGS: [f64; 2] = [2.0, 1.0];
/// A wide row that moves less than this between two layings-out has found its place, m.
const PLACED: f64 = 0.1;
/// Points along so many pieces of the guide share one list of edges.
const STRETCH: f64 = 8.0;
/// Edges are gathered so far beyond the wished-for clearance, m; a row that has moved further is laid out anew.
const GATHER_SLACK: f64 = 4.0;
/// And so much farther still, m, that most lists serve a row that is laid out anew as well.
const GATHER_SPARE: f64 = 2.0;
/// Longest displacement in one step, m.
const LONGEST_STEP: f64 = 1.5;
/// A row that moves less than this in a step has settled, m.
const SETTLED: f64 = 0.01;
/// A step that lowers the cost by a smaller share is the last.
const LEAST_GAIN: f64 = 1e-5;
/// Steps between two layings-out, and layings-out at the most.
const STEPS: usize = 10;
const ROUNDS: usize = 8;

/// Costs per metre of path; a deviation of 1 m from the lane's middle costs 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weights {
    /// Of curvature squared, m². Its fourth root against the deviation is the radius at which a bend begins to be cut.
    pub(crate) curvature: f64,
    /// Of change of curvature squared, m⁴. Its sixth root is the length over which the guide's wiggles are ironed out.
    pub(crate) rate: f64,
    /// Of metres short of the clearance wished for, squared.
    pub(crate) wished: f64,
    /// Of metres short of the clearance needed, squared.
    pub(crate) needed: f64,
    /// Of curvature beyond the bound, squared.
    pub(crate) excess_curvature: f64,
    /// Of change of curvature beyond the bound, squared.
    pub(crate) excess_rate: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { curvature: 200.0, rate: 3e5, wished: 20.0, needed: 1_000.0, excess_curvature: 3e7, excess_rate: 1e8 }
    }
}

/// What the band is to keep.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wishes {
    pub(crate) footprint: Footprint,
    pub(crate) steering: SteeringBounds,
    /// Clearance wished for, m.
    pub(crate) wished: f64,
    /// Clearance needed, m.
    pub(crate) needed: f64,
}

/// A row of points along a guide.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) points: Vec<Point2>,
    /// Cursor of each point on the guide.
    pub(crate) cursors: Vec<f64>,
    /// Distance between the points, m.
    pub(crate) spacing: f64,
}

impl Row {
    /// Laid out anew along its curve, about `spacing` apart.
    pub(crate) fn laid_out(&self, spacing: f64) -> Row {
        let spline = Spline::through(&self.points);
        let count = (spline.length() / spacing).ceil().max(1.0) as usize;
        let mut row = Row { spacing, ..Row::default() };
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

/// A stretch where keeping clear of the edges counts more.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Emphasis {
    /// The stretch, as cursors on the guide.
    pub(crate) cursors: std::ops::Range<f64>,
    /// Factor of the clearances' weights.
    pub(crate) factor: f64,
}

/// The band: pulls a row straight.
pub(crate) struct Elastic<'a, G: Fn(Point2, Point2) -> EdgePoints> {
    pub(crate) guide: &'a Guide,
    pub(crate) wishes: Wishes,
    pub(crate) weights: Weights,
    /// Where a first answer was not good enough.
    pub(crate) emphasis: &'a [Emphasis],
    /// The edges within a box.
    pub(crate) edges: G,
}

/// What one look at a row gives.
#[derive(Default)]
struct Look {
    cost: f64,
    matrix: Banded,
    slope: Vec<f64>,
}

impl Look {
    /// One term: `weight` × (`value` + Σ `by` × displacement)².
    fn term<const N: usize>(&mut self, weight: f64, value: f64, first: usize, by: &[f64; N]) {
        let weighted = weight * value;
        self.cost += weighted * value;
        self.slope[first..first + N].iter_mut().zip(by).for_each(|(slope, u)| *slope += weighted * u);
        self.matrix.add_square(weight, first, by);
    }
}

/// The edges near a stretch of the guide.
#[derive(Clone, Default)]
struct Nearby {
    /// The box that they were gathered in.
    bounds: Option<(Point2, Point2)>,
    edges: EdgePoints,
}

/// The edges near each stretch of the guide, and which stretch each point of a row is on.
struct Surroundings {
    stretches: Vec<Nearby>,
    of_point: Vec<usize>,
}

impl Surroundings {
    fn of(guide: &Guide) -> Self {
        let stretches = (guide.points.len() as f64 / STRETCH) as usize + 1;
        Self { stretches: vec![Nearby::default(); stretches], of_point: Vec::new() }
    }

    /// The edges near a point of the row.
    fn near(&self, i: usize) -> &EdgePoints {
        &self.stretches[self.of_point[i]].edges
    }
}

/// What edges a point's footprint has seen and how far it has moved since.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// Every edge was further than this, m.
    free: f64,
    /// Motion since, m.
    moved: f64,
}

impl<G: Fn(Point2, Point2) -> EdgePoints> Elastic<'_, G> {
    /// The settled row, and how many steps that took.
    pub(crate) fn settle(&self, row: &Row) -> (Row, usize) {
        let mut row = row.clone();
        let mut steps = 0;
        let mut around = Surroundings::of(self.guide);
        for (spacing, enough) in SPACINGS.into_iter().zip([PLACED, SETTLED]) {
            for _ in 0..ROUNDS {
                row = row.laid_out(spacing);
                self.gather(&row, &mut around);
                if self.relax(&mut row, &around, enough, &mut steps) < enough {
                    break;
                }
            }
        }
        (row, steps)
    }

    /// Gathers the edges near each stretch of a row where those gathered before do not serve.
    fn gather(&self, row: &Row, around: &mut Surroundings) {
        let last = around.stretches.len() - 1;
        around.of_point.clear();
        around.of_point.extend(row.cursors.iter().map(|c| ((c / STRETCH) as usize).min(last)));
        let mut bounds: Vec<Option<(Point2, Point2)>> = vec![None; last + 1];
        for (p, &stretch) in row.points.iter().zip(&around.of_point) {
            let (low, high) = bounds[stretch].unwrap_or((*p, *p));
            bounds[stretch] = Some((low.inf(p), high.sup(p)));
        }
        let reach = self.wishes.footprint.reach() + self.wishes.wished + GATHER_SLACK;
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

    /// Damped Gauss–Newton steps until the row moves less than `enough` (m) in one or has drifted; the motion of the last
    /// step, m.
    fn relax(&self, row: &mut Row, around: &Surroundings, enough: f64, steps: &mut usize) -> f64 {
        let n = row.points.len();
        if n < 6 {
            return 0.0;
        }
        let rates = self.rates(row);
        let mut seen = vec![Seen::default(); n];
        let mut damping = 1e-3;
        let (mut look, mut trial) = (Look::default(), Look::default());
        self.look(row, around, &rates, &mut seen, &mut look);
        let (mut factor, mut shift) = (Banded::default(), Vec::new());
        let (mut drift, mut last) = (0.0_f64, f64::INFINITY);
        let reach = self.wishes.footprint.reach();
        for _ in 0..STEPS {
            *steps += 1;
            shift.clear();
            shift.extend(look.slope.iter().map(|g| -g));
            if !look.matrix.solve(damping, &mut factor, &mut shift) {
                damping *= 10.0;
                continue;
            }
            let longest = shift.iter().fold(0.0_f64, |m, e| m.max(e.abs()));
            let scale = (LONGEST_STEP / longest.max(1e-12)).min(1.0);
            let mut moved = displaced(row, &shift, scale);
            for i in 0..n {
                let turn = (shift[(i + 1).min(n - 1)] - shift[i.saturating_sub(1)]) / (2.0 * row.spacing);
                seen[i].moved += scale * (shift[i].abs() + turn.abs() * reach);
            }
            self.look(&mut moved, around, &rates, &mut seen, &mut trial);
            if trial.cost <= look.cost {
                *row = moved;
                let gain = (look.cost - trial.cost) / look.cost.max(1e-12);
                std::mem::swap(&mut look, &mut trial);
                damping = (damping * 0.2).max(1e-6);
                last = longest * scale;
                drift += last;
                if last < enough {
                    return last;
                }
                if gain < LEAST_GAIN {
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

    /// Bound on the change of curvature at each point: that of the tightest bend within a truck's length.
    fn rates(&self, row: &Row) -> Vec<f64> {
        let n = row.points.len();
        let bends: Vec<f64> = (0..n).map(|i| curvature(&row.points, i).abs()).collect();
        let window = (self.wishes.footprint.length() / row.spacing).ceil() as usize;
        (0..n)
            .map(|i| {
                let near = &bends[i.saturating_sub(window)..(i + window + 1).min(n)];
                self.wishes.steering.rate(near.iter().copied().fold(0.0, f64::max))
            })
            .collect()
    }

    /// Cost, slope and second derivatives (Gauss–Newton) at a row; keeps its cursors up to date.
    fn look(&self, row: &mut Row, around: &Surroundings, rates: &[f64], seen: &mut [Seen], look: &mut Look) {
        let n = row.points.len();
        look.cost = 0.0;
        look.matrix.reset(n);
        look.slope.clear();
        look.slope.resize(n, 0.0);
        let Row { points, cursors, spacing } = row;
        let spacing = *spacing;
        let (w, wishes) = (&self.weights, &self.wishes);
        let length = |i: usize| (points[i + 1] - points[i]).norm().max(1e-6);
        let mut before = None;
        for i in 0..n {
            let ahead = direction(points, i);
            let left = Vector2::new(-ahead.y, ahead.x);
            if let Some(on) = self.guide.locate(points[i], cursors[i]) {
                cursors[i] = on.cursor;
                // Far from the lane the pull grows no more (Huber 1964): a junction's corner is cut, not hugged.
                let weight = on.weight * (HUBER / on.deviation.abs().max(HUBER)) * spacing;
                look.term(weight, on.deviation, i, &[on.left.dot(&left)]);
            }
            self.clearances(At { points, i, ahead, cursor: cursors[i], spacing }, around, seen, look);
            if i == 0 || i + 1 == n {
                continue;
            }
            let bend = curvature(points, i);
            let (back, ahead) = (length(i - 1), length(i));
            let h = (back + ahead) / 2.0;
            let by = [1.0 / (back * h), bend * bend - (1.0 / back + 1.0 / ahead) / h, 1.0 / (ahead * h)];
            look.term(w.curvature * h, bend, i - 1, &by);
            let over = bend.abs() - wishes.steering.curvature;
            if over > 0.0 {
                let sign = bend.signum();
                look.term(w.excess_curvature * h, over, i - 1, &by.map(|b| b * sign));
            }
            if let Some((bend0, by0)) = before {
                let by0: [f64; 3] = by0;
                let rate: f64 = (bend - bend0) / back;
                let both = [-by0[0], by[0] - by0[1], by[1] - by0[2], by[2]].map(|b| b / back);
                look.term(w.rate * back, rate, i - 2, &both);
                let over = rate.abs() - rates[i];
                if over > 0.0 {
                    let sign = rate.signum();
                    look.term(w.excess_rate * back, over, i - 2, &both.map(|b| b * sign));
                }
            }
            before = Some((bend, by));
        }
    }

    /// The edges' terms at one point. The ends have no neighbours to turn by and are left alone.
    fn clearances(&self, at: At<'_>, around: &Surroundings, seen: &mut [Seen], look: &mut Look) {
        let (wishes, w) = (&self.wishes, &self.weights);
        let At { points, i, ahead, cursor, spacing } = at;
        if i == 0 || i + 1 >= points.len() || seen[i].free - seen[i].moved > wishes.wished {
            return;
        }
        let within = wishes.wished + GATHER_SLACK / 2.0;
        let contacts = around.near(i).contacts(&wishes.footprint, points[i], ahead, within);
        let least = contacts.iter().flatten().fold(within, |m, c| m.min(c.distance));
        seen[i] = Seen { free: least, moved: 0.0 };
        let emphasis: f64 = self.emphasis.iter().filter(|e| e.cursors.contains(&cursor)).map(|e| e.factor).product();
        let span = (points[i + 1] - points[i - 1]).norm().max(1e-6);
        for contact in contacts.iter().flatten() {
            let turn = contact.per_turn / span;
            // Short of the wish: the wish less the distance.
            let by = [turn, -contact.per_left, -turn];
            for (wish, weight) in [(wishes.wished, w.wished), (wishes.needed, w.needed)] {
                let short = wish - contact.distance;
                if short > 0.0 {
                    look.term(weight * emphasis * spacing, short, i - 1, &by);
                }
            }
        }
    }
}

/// A point of a row under consideration.
struct At<'a> {
    points: &'a [Point2],
    i: usize,
    ahead: Vector2,
    cursor: f64,
    spacing: f64,
}

/// Deviation from which the pull to the lane's middle grows no more, m.
const HUBER: f64 = 1.5;

/// Unit vector along a row at a point: along its neighbours.
pub(crate) fn direction(points: &[Point2], i: usize) -> Vector2 {
    let along = points[(i + 1).min(points.len() - 1)] - points[i.saturating_sub(1)];
    along / along.norm().max(1e-9)
}

/// Curvature of a row at a point: that of the circle through it and its neighbours (K. Menger 1930), and turn over mean length
/// where it turns back; 0 at the ends.
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

/// The row displaced along its normals.
fn displaced(row: &Row, shift: &[f64], scale: f64) -> Row {
    let points = (0..row.points.len())
        .map(|i| {
            let ahead = direction(&row.points, i);
            row.points[i] + Vector2::new(-ahead.y, ahead.x) * (shift[i] * scale)
        })
        .collect();
    Row { points, cursors: row.cursors.clone(), spacing: row.spacing }
}
