//! Matrices of the model by payload and speed, computed once per truck.

use super::horizon::LENGTHS;
use super::model::{ASKED, Bicycle, HEADING, KNOWN, OFFSET, SIDEWAYS, STATES, Square, State, Step};
use super::{CHANGE, CHANGE_JERK, COURSE, LATERAL, LEAST_SPEED, PERIOD};
use haul_vehicle::TruckSpec;
use nalgebra::SMatrix;

/// Payloads, as shares of the rated payload.
const PAYLOADS: [f64; 4] = [0.0, 0.35, 0.7, 1.0];
/// Speeds (m/s), closer together where the matrices change fastest. Reverse uses the first of them.
const SPEEDS: [f64; 18] =
    [LEAST_SPEED, 0.5, 0.75, 1.0, 1.4, 1.9, 2.5, 3.2, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.5, 13.0, 15.0];
/// Number of speeds in reverse.
const REVERSE_SPEEDS: usize = 10;
/// Number of doublings of the recursion for the cost beyond the horizon. They cover 16,384 steps.
const DOUBLINGS: usize = 14;
/// Index of the step length used for the cost beyond the horizon.
const END_LENGTH: usize = 1;

/// Model at one payload and speed.
#[derive(Debug, Clone)]
struct Node {
    steps: [Step; 3],
    steady: SMatrix<f64, STATES, KNOWN>,
    /// Cost of a deviation from the steady turn, summed over all time.
    price: Square,
}

/// Nodes of one payload.
#[derive(Debug, Clone)]
struct Row {
    truck: Bicycle,
    forward: Vec<Node>,
    reverse: Vec<Node>,
}

/// Matrices of the model by payload and speed.
#[derive(Debug, Clone)]
pub(super) struct Table {
    rows: Vec<Row>,
}

/// Model between the two nodes next to a speed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    low: &'a Node,
    high: &'a Node,
    share: f64,
}

/// Returns the change of the commanded curvature in one period that has weight 1, 1/m. At high speed the change of
/// lateral force counts instead.
pub(super) fn change(speed: f64) -> f64 {
    CHANGE.min(CHANGE_JERK * PERIOD / (speed * speed))
}

impl Table {
    /// Computes the matrices of a truck with a steering lag (s).
    pub fn new(spec: &TruckSpec, lag: f64) -> Self {
        let rows = PAYLOADS.map(|share| {
            let truck = Bicycle::new(spec, share * spec.rated_payload(), lag);
            let wheelbase = spec.geometry.wheelbase;
            let forward = SPEEDS.iter().map(|v| node(&truck, *v, wheelbase)).collect();
            let reverse = SPEEDS.iter().take(REVERSE_SPEEDS).map(|v| node(&truck, -v, wheelbase)).collect();
            Row { truck, forward, reverse }
        });
        Self { rows: rows.into() }
    }

    /// Returns the model nearest to a gross mass (kg) at a speed (m/s).
    pub fn at(&self, mass: f64, speed: f64) -> Entry<'_> {
        let row = self.row(mass);
        let nodes = if speed < 0.0 { &row.reverse } else { &row.forward };
        let speed = speed.abs();
        let speeds = &SPEEDS[..nodes.len()];
        let upper = speeds.partition_point(|v| *v <= speed).clamp(1, speeds.len() - 1);
        let (v0, v1) = (speeds[upper - 1], speeds[upper]);
        Entry { low: &nodes[upper - 1], high: &nodes[upper], share: ((speed - v0) / (v1 - v0)).clamp(0.0, 1.0) }
    }

    /// Returns the bicycle model nearest to a gross mass (kg).
    pub fn truck(&self, mass: f64) -> &Bicycle {
        &self.row(mass).truck
    }

    fn row(&self, mass: f64) -> &Row {
        let mut best = &self.rows[0];
        for row in &self.rows {
            if (row.truck.mass - mass).abs() < (best.truck.mass - mass).abs() {
                best = row;
            }
        }
        best
    }
}

impl Entry<'_> {
    /// Returns the state after a step of the length with index `length`, with known inputs.
    pub fn advance(&self, length: usize, state: &State, known: &[f64; KNOWN]) -> State {
        let (low, high) = (&self.low.steps[length], &self.high.steps[length]);
        let mut next = [0.0; STATES];
        for (node, share) in [(low, 1.0 - self.share), (high, self.share)] {
            for (column, value) in node.a.as_slice().chunks_exact(STATES).zip(state) {
                for (sum, a) in next.iter_mut().zip(column) {
                    *sum += share * value * a;
                }
            }
            for (column, value) in node.e.as_slice().chunks_exact(STATES).zip(known) {
                for (sum, e) in next.iter_mut().zip(column) {
                    *sum += share * value * e;
                }
            }
        }
        next
    }

    /// Returns the steady turn for known inputs.
    pub fn steady(&self, known: &[f64; KNOWN]) -> State {
        let mut state = [0.0; STATES];
        for (node, share) in [(self.low, 1.0 - self.share), (self.high, self.share)] {
            for (column, value) in node.steady.as_slice().chunks_exact(STATES).zip(known) {
                for (sum, s) in state.iter_mut().zip(column) {
                    *sum += share * value * s;
                }
            }
        }
        state
    }

    /// Returns the product of a deviation and the price matrix beyond the horizon.
    pub fn priced(&self, deviation: &State) -> State {
        let mut priced = [0.0; STATES];
        for (node, share) in [(self.low, 1.0 - self.share), (self.high, self.share)] {
            for (column, value) in node.price.as_slice().chunks_exact(STATES).zip(deviation) {
                for (sum, p) in priced.iter_mut().zip(column) {
                    *sum += share * value * p;
                }
            }
        }
        priced
    }
}

fn node(truck: &Bicycle, speed: f64, wheelbase: f64) -> Node {
    let first = truck.step(speed, LENGTHS[0]);
    let twice = |s: &Step| Step { a: s.a * s.a, e: s.a * s.e + s.e };
    let second = twice(&first);
    let steps = [first, second, twice(&second)];
    Node { price: price(&steps[END_LENGTH], speed, wheelbase), steady: truck.steady(speed), steps }
}

/// Returns the cost of a deviation under optimal unconstrained steering, by the doubling algorithm for the Riccati
/// equation (E. Chu, H. Fan, W. Lin, C. Wang, "Structure-preserving algorithms for periodic discrete-time algebraic
/// Riccati equations", International Journal of Control 77(8), 2004).
fn price(step: &Step, speed: f64, wheelbase: f64) -> Square {
    let weight = LENGTHS[END_LENGTH] / PERIOD;
    let mut course = SMatrix::<f64, STATES, 1>::zeros();
    course[HEADING] = 1.0;
    course[SIDEWAYS] = 1.0 / speed;
    let mut cost = course * course.transpose() * (weight / (COURSE * COURSE));
    cost[(OFFSET, OFFSET)] += weight / (LATERAL * LATERAL);
    // A move changes the commanded angle at the start of a step.
    let by_move = step.a.column(ASKED).into_owned();
    let size = change(speed) * wheelbase;
    let mut a = step.a;
    let mut reach = by_move * by_move.transpose() * (weight * size * size);
    for _ in 0..DOUBLINGS {
        let Some(inverse) = (Square::identity() + reach * cost).try_inverse() else { break };
        let (next, grown) = (a * inverse * a, reach + a * inverse * reach * a.transpose());
        cost += a.transpose() * cost * inverse * a;
        cost = (cost + cost.transpose()) / 2.0;
        (a, reach) = (next, (grown + grown.transpose()) / 2.0);
    }
    cost
}
