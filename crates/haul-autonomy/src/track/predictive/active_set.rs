//! Quadratic programme of one control step, solved by a dual active-set method.
//!
//! The method starts at the unconstrained minimum and adds the most violated limit, one at a time (D. Goldfarb and A.
//! Idnani, "A numerically stable dual method for solving strictly convex quadratic programs", Mathematical Programming
//! 27, 1983). In most steps no limit is violated, and that minimum is the answer. The answer is exact: it does not
//! depend on the tolerance of an iteration. All memory is on the stack.
//!
//! Limits on moves and on their sum are hard. Limits on outputs may be exceeded at a quadratic cost, so that the
//! programme always has a solution: a truck that already slides is past its grip.

/// Number of moves (changes of the commanded angle, one per step of the horizon).
pub(super) const MOVES: usize = 28;
/// Violation below which a limit counts as met, relative to the limit.
const TOLERANCE: f64 = 1e-9;
/// Maximum number of limits that are active together: the hard limits of all moves, and the outputs that exceed their
/// limits.
const ROOM: usize = 2 * MOVES;
/// Maximum number of changes of the active set. Steering at its rate limit needs fewer than ten.
const MOST_CHANGES: usize = 300;
/// Minimum part of a limit's normal that must be independent of the active limits.
const INDEPENDENCE: f64 = 1e-12;

/// Vector with one entry per move.
pub(super) type Moves = [f64; MOVES];

/// The programme: minimise ½ uᵀHu + gᵀu within limits.
#[derive(Debug, Clone)]
pub(super) struct Programme {
    /// Hessian H; only its lower triangle is read.
    pub hessian: [Moves; MOVES],
    /// Gradient g.
    pub gradient: Moves,
    /// Maximum absolute value of each move.
    pub move_limit: Moves,
    /// Minimum and maximum sum of the first moves, for each number of moves.
    pub sum_limits: [f64; 2],
    /// Output rows: output `k` is `free[k]` plus the product of row `k` with the moves up to and including move `k`.
    pub rows: [Moves; MOVES],
    /// Outputs if all moves are 0.
    pub free: Moves,
    /// Maximum absolute value of each output.
    pub output_limit: f64,
    /// Excess of an output over its limit that costs ½.
    pub excess: f64,
}

/// Solution of a programme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Answer {
    /// Optimal moves.
    pub moves: Moves,
    /// Number of limits that are active at the solution.
    pub active: usize,
    /// True if the method has ended within the maximum number of changes.
    pub is_optimal: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Move,
    Sum,
    Output,
}

/// One limit: `sign` times the limited value is at most the bound.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Limit {
    kind: Kind,
    index: usize,
    sign: f64,
}

const NO_LIMIT: Limit = Limit { kind: Kind::Move, index: 0, sign: 1.0 };

/// The active limits with their multipliers.
struct Active {
    count: usize,
    limits: [Limit; ROOM],
    multipliers: [f64; ROOM],
    /// Normals of the active limits, multiplied by the inverse of the Hessian's factor.
    normals: [Moves; ROOM],
    /// Products of the normals, with the softness added on the diagonal.
    products: [[f64; ROOM]; ROOM],
    /// Cholesky factor of `products`.
    factor: [[f64; ROOM]; ROOM],
}

impl Programme {
    /// Returns the optimal moves.
    pub fn solve(&self) -> Answer {
        let mut factor = self.hessian;
        if !factorise(&mut factor, 0, MOVES) {
            return Answer { moves: [0.0; MOVES], active: 0, is_optimal: false };
        }
        // The unconstrained minimum is −H⁻¹ g. Each multiplier pushes the solution off it along the limit's normal.
        let mut base = self.gradient.map(|g| -g);
        forward(&factor, &mut base, 0, MOVES);
        let mut moves = base;
        backward(&factor, &mut moves, MOVES);
        if self.most_violated(&moves, &[]).is_none() {
            return Answer { moves, active: 0, is_optimal: true };
        }
        let mut active = Active {
            count: 0,
            limits: [NO_LIMIT; ROOM],
            multipliers: [0.0; ROOM],
            normals: [[0.0; MOVES]; ROOM],
            products: [[0.0; ROOM]; ROOM],
            factor: [[0.0; ROOM]; ROOM],
        };
        let mut changes = 0;
        while let Some(limit) = self.most_violated(&moves, &active.limits[..active.count]) {
            if !self.add(limit, &factor, &base, &mut active, &mut moves, &mut changes) {
                return Answer { moves, active: active.count, is_optimal: false };
            }
        }
        Answer { moves, active: active.count, is_optimal: true }
    }

    /// Adds a violated limit to the active set, and drops the limits that are no longer active. Returns `false` if the
    /// limit cannot be added.
    fn add(
        &self,
        limit: Limit,
        factor: &[Moves; MOVES],
        base: &Moves,
        active: &mut Active,
        moves: &mut Moves,
        changes: &mut usize,
    ) -> bool {
        let normal = self.normal(limit, factor);
        let softness = self.softness(limit);
        let mut multiplier = 0.0;
        loop {
            *changes += 1;
            if *changes > MOST_CHANGES {
                return false;
            }
            let m = active.count;
            let mut across = [0.0; ROOM];
            for (value, other) in across.iter_mut().zip(&active.normals).take(m) {
                *value = dot(other, &normal);
            }
            let mut row = across;
            forward(&active.factor, &mut row, 0, m);
            let mut answer = row;
            backward(&active.factor, &mut answer, m);
            let whole = dot(&normal, &normal) + softness;
            let fresh = whole - row.iter().take(m).map(|a| a * a).sum::<f64>();
            let violation = limit.sign * self.value(limit, moves) - self.bound(limit) - softness * multiplier;
            let full = if fresh > INDEPENDENCE * whole { violation / fresh } else { f64::INFINITY };
            let mut blocking = None;
            let mut most = f64::INFINITY;
            for (i, (held, rate)) in active.multipliers.iter().zip(&answer).enumerate().take(m) {
                if *rate > 0.0 && held / rate < most {
                    most = held / rate;
                    blocking = Some(i);
                }
            }
            let length = full.min(most);
            if !length.is_finite() {
                return false;
            }
            for (held, rate) in active.multipliers.iter_mut().zip(&answer).take(m) {
                *held = (*held - length * rate).max(0.0);
            }
            multiplier += length;
            let drops = most < full;
            if let (true, Some(i)) = (drops, blocking) {
                if !active.drop_limit(i) {
                    return false;
                }
            } else {
                if m == ROOM {
                    return false;
                }
                active.push(limit, multiplier, &normal, &across, whole);
                active.factor[m][..m].copy_from_slice(&row[..m]);
                active.factor[m][m] = libm::sqrt(fresh);
            }
            *moves = active.moves(factor, base, drops.then_some((&normal, multiplier)));
            if !drops {
                return true;
            }
        }
    }

    /// Returns the inactive limit that is violated most, relative to its bound.
    fn most_violated(&self, moves: &Moves, active: &[Limit]) -> Option<Limit> {
        let (mut worst, mut found) = (TOLERANCE, None);
        let mut look = |kind: Kind, index: usize, value: f64, low: f64, high: f64, scale: f64| {
            for (sign, over) in [(1.0, value - high), (-1.0, low - value)] {
                let limit = Limit { kind, index, sign };
                if over > worst * scale && !active.contains(&limit) {
                    worst = over / scale;
                    found = Some(limit);
                }
            }
        };
        let (mut sum, [low, high]) = (0.0, self.sum_limits);
        for (k, (value, limit)) in moves.iter().zip(&self.move_limit).enumerate() {
            look(Kind::Move, k, *value, -limit, *limit, limit.max(f64::MIN_POSITIVE));
            sum += value;
            look(Kind::Sum, k, sum, low, high, (high - low).max(f64::MIN_POSITIVE));
        }
        for (k, (row, free)) in self.rows.iter().zip(&self.free).enumerate() {
            let value = free + dot(row, moves);
            look(Kind::Output, k, value, -self.output_limit, self.output_limit, self.output_limit);
        }
        found
    }

    fn value(&self, limit: Limit, moves: &Moves) -> f64 {
        match limit.kind {
            Kind::Move => moves[limit.index],
            Kind::Sum => moves[..=limit.index].iter().sum(),
            Kind::Output => self.free[limit.index] + dot(&self.rows[limit.index], moves),
        }
    }

    fn bound(&self, limit: Limit) -> f64 {
        match limit.kind {
            Kind::Move => self.move_limit[limit.index],
            Kind::Sum if limit.sign > 0.0 => self.sum_limits[1],
            Kind::Sum => -self.sum_limits[0],
            Kind::Output => self.output_limit,
        }
    }

    fn softness(&self, limit: Limit) -> f64 {
        if limit.kind == Kind::Output { self.excess * self.excess } else { 0.0 }
    }

    /// Returns the normal of a limit, multiplied by the inverse of the Hessian's factor.
    fn normal(&self, limit: Limit, factor: &[Moves; MOVES]) -> Moves {
        let mut normal = [0.0; MOVES];
        match limit.kind {
            Kind::Move => normal[limit.index] = limit.sign,
            Kind::Sum => normal[..=limit.index].fill(limit.sign),
            Kind::Output => normal = self.rows[limit.index].map(|v| limit.sign * v),
        }
        let from = if limit.kind == Kind::Move { limit.index } else { 0 };
        forward(factor, &mut normal, from, MOVES);
        normal
    }
}

impl Active {
    /// Returns the moves for the present multipliers, and for one more limit if given.
    fn moves(&self, factor: &[Moves; MOVES], base: &Moves, more: Option<(&Moves, f64)>) -> Moves {
        let mut moves = *base;
        let held = self.normals.iter().zip(self.multipliers).take(self.count);
        for (normal, multiplier) in held.chain(more) {
            for (value, n) in moves.iter_mut().zip(normal) {
                *value -= multiplier * n;
            }
        }
        backward(factor, &mut moves, MOVES);
        moves
    }

    fn push(&mut self, limit: Limit, multiplier: f64, normal: &Moves, across: &[f64; ROOM], whole: f64) {
        let m = self.count;
        self.limits[m] = limit;
        self.multipliers[m] = multiplier;
        self.normals[m] = *normal;
        self.products[m][..m].copy_from_slice(&across[..m]);
        self.products[m][m] = whole;
        self.count += 1;
    }

    /// Drops a limit. Returns `false` if the remaining limits are not independent.
    fn drop_limit(&mut self, i: usize) -> bool {
        let m = self.count;
        self.limits.copy_within(i + 1..m, i);
        self.multipliers.copy_within(i + 1..m, i);
        self.normals.copy_within(i + 1..m, i);
        for row in i..m - 1 {
            let below = self.products[row + 1];
            self.products[row][..i].copy_from_slice(&below[..i]);
            self.products[row][i..=row].copy_from_slice(&below[i + 1..=row + 1]);
        }
        self.count -= 1;
        // The rows before the dropped one keep their factors.
        for row in i..self.count {
            self.factor[row] = self.products[row];
        }
        factorise(&mut self.factor, i, self.count)
    }
}

fn dot(a: &Moves, b: &Moves) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Replaces the lower triangle of the rows from `from` up to `n` by its factor L with L Lᵀ = H (Cholesky); the rows
/// before `from` hold theirs already. Returns `false` if the matrix is not positive definite.
fn factorise<const N: usize>(h: &mut [[f64; N]; N], from: usize, n: usize) -> bool {
    for i in from..n {
        let (above, rest) = h.split_at_mut(i);
        let row = &mut rest[0];
        for (j, other) in above.iter().enumerate() {
            let sum: f64 = row[..j].iter().zip(&other[..j]).map(|(a, b)| a * b).sum();
            row[j] = (row[j] - sum) / other[j];
        }
        let square: f64 = row[..i].iter().map(|a| a * a).sum();
        let rest = row[i] - square;
        if rest.is_nan() || rest <= 0.0 {
            return false;
        }
        row[i] = libm::sqrt(rest);
    }
    true
}

/// Solves L x = b in place for the first `n` rows; the entries before `from` are 0.
fn forward<const N: usize>(factor: &[[f64; N]; N], b: &mut [f64; N], from: usize, n: usize) {
    for i in from..n {
        let sum: f64 = factor[i][from..i].iter().zip(&b[from..i]).map(|(l, x)| l * x).sum();
        b[i] = (b[i] - sum) / factor[i][i];
    }
}

/// Solves Lᵀ x = b in place for the first `n` rows.
fn backward<const N: usize>(factor: &[[f64; N]; N], b: &mut [f64; N], n: usize) {
    for i in (0..n).rev() {
        let x = b[i] / factor[i][i];
        b[i] = x;
        for (value, l) in b[..i].iter_mut().zip(&factor[i][..i]) {
            *value -= l * x;
        }
    }
}

#[cfg(test)]
#[allow(clippy::print_stdout, reason = "the times of both solvers are worth reading")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn programme(seed: &[f64], limit: f64, output_limit: f64) -> Programme {
        let at = |i: usize| seed[i % seed.len()] * (1.0 + (i / seed.len()) as f64 * 0.37).sin();
        let mut p = Programme {
            hessian: [[0.0; MOVES]; MOVES],
            gradient: std::array::from_fn(|i| 3.0 * at(i * 7 + 1)),
            move_limit: [limit; MOVES],
            sum_limits: [-2.0 * limit, 3.0 * limit],
            rows: [[0.0; MOVES]; MOVES],
            free: std::array::from_fn(|i| at(i * 11 + 3)),
            output_limit,
            excess: 0.05,
        };
        for i in 0..MOVES {
            for j in 0..=i {
                p.rows[i][j] = 0.3 * at(i * 13 + j * 5);
                p.hessian[i][j] = (0..MOVES).map(|k| at(k * 17 + i) * at(k * 17 + j)).sum::<f64>();
            }
            p.hessian[i][i] += 0.5;
        }
        p
    }

    /// Returns the cost of the moves, including the price of exceeded outputs.
    fn cost(p: &Programme, u: &Moves) -> f64 {
        let mut sum = dot(&p.gradient, u);
        for i in 0..MOVES {
            for j in 0..MOVES {
                sum += 0.5 * u[i] * u[j] * p.hessian[i.max(j)][i.min(j)];
            }
            let over = ((p.free[i] + dot(&p.rows[i], u)).abs() - p.output_limit).max(0.0) / p.excess;
            sum += 0.5 * over * over;
        }
        sum
    }

    fn keeps_the_hard_limits(p: &Programme, u: &Moves) -> bool {
        let mut sum = 0.0;
        u.iter().zip(&p.move_limit).all(|(v, most)| {
            sum += v;
            v.abs() <= most * (1.0 + 1e-7) && sum >= p.sum_limits[0] - 1e-7 && sum <= p.sum_limits[1] + 1e-7
        })
    }

    proptest! {
        /// Checks that no direction inside the hard limits lowers the cost.
        #[test]
        fn no_feasible_change_is_better(
            seed in prop::collection::vec(-1.0..1.0_f64, 40), limit in 0.05..2.0_f64, output in 0.1..2.0_f64,
            turns in prop::collection::vec(-1.0..1.0_f64, MOVES)
        ) {
            let p = programme(&seed, limit, output);
            let answer = p.solve();
            prop_assert!(answer.is_optimal);
            prop_assert!(keeps_the_hard_limits(&p, &answer.moves));
            let best = cost(&p, &answer.moves);
            for k in 0..MOVES {
                for size in [-1e-3, 1e-3] {
                    // Test a change of one move, of two opposite moves, and of all moves.
                    for shape in 0..3 {
                        let mut u = answer.moves;
                        u[k] += size * limit;
                        if shape == 1 && k + 1 < MOVES { u[k + 1] -= size * limit }
                        if shape == 2 { u.iter_mut().zip(&turns).for_each(|(u, t)| *u += size * limit * t) }
                        if keeps_the_hard_limits(&p, &u) {
                            prop_assert!(cost(&p, &u) >= best - 1e-7 * best.abs().max(1.0), "{k} {size} {shape}");
                        }
                    }
                }
            }
        }
    }

    /// Solves a programme with clarabel. Each output has its own slack.
    fn by_clarabel(p: &Programme) -> Moves {
        use clarabel::algebra::CscMatrix;
        use clarabel::solver::SupportedConeT::NonnegativeConeT;
        use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver};
        let size = 2 * MOVES;
        let mut cost = vec![vec![0.0; size]; size];
        let (mut rows, mut bounds): (Vec<Vec<f64>>, Vec<f64>) = (Vec::new(), Vec::new());
        for (k, row) in cost.iter_mut().enumerate().take(MOVES) {
            for (value, below) in row.iter_mut().zip(&p.hessian).take(MOVES).skip(k) {
                *value = below[k];
            }
        }
        for k in 0..MOVES {
            cost[MOVES + k][MOVES + k] = 1.0 / (p.excess * p.excess);
            for sign in [1.0, -1.0] {
                let mut limit = |row: Vec<f64>, bound: f64| {
                    rows.push(row);
                    bounds.push(bound);
                };
                let unit = |i: usize| (0..size).map(|j| if j == i { sign } else { 0.0 }).collect::<Vec<f64>>();
                limit(unit(k), p.move_limit[k]);
                let high = if sign > 0.0 { p.sum_limits[1] } else { -p.sum_limits[0] };
                limit((0..size).map(|j| if j <= k { sign } else { 0.0 }).collect(), high);
                let mut output: Vec<f64> =
                    (0..size).map(|j| if j < MOVES { sign * p.rows[k][j] } else { 0.0 }).collect();
                output[MOVES + k] = -1.0;
                limit(output, p.output_limit - sign * p.free[k]);
            }
        }
        let mut gradient = p.gradient.to_vec();
        gradient.resize(size, 0.0);
        let cone = [NonnegativeConeT(bounds.len())];
        let settings = DefaultSettings { verbose: false, ..DefaultSettings::default() };
        let (cost, rows) = (CscMatrix::from(&cost), CscMatrix::from(&rows));
        let mut solver = DefaultSolver::new(&cost, &gradient, &rows, &bounds, &cone, settings).unwrap();
        solver.solve();
        std::array::from_fn(|k| solver.solution.x[k])
    }

    #[test]
    fn agrees_with_clarabel() {
        // Use programmes with none and with most of their limits active.
        let seeds = [[0.3, -0.7, 0.2, 0.9, -0.4], [0.8, 0.1, -0.6, 0.5, 0.7], [-0.2, 0.9, 0.4, -0.9, 0.6]];
        let (mut ours, mut theirs, mut worst) = (0.0, 0.0, 0.0_f64);
        for (seed, limit, output) in seeds.iter().flat_map(|s| [(s, 9.0, 99.0), (s, 0.3, 0.5), (s, 0.05, 0.2)]) {
            let p = programme(seed, limit, output);
            let started = std::time::Instant::now();
            let answer = p.solve();
            ours += started.elapsed().as_secs_f64();
            let started = std::time::Instant::now();
            let other = by_clarabel(&p);
            theirs += started.elapsed().as_secs_f64();
            assert!(answer.is_optimal);
            // An interior-point method ends close to the answer, not at it: the costs are compared.
            let (a, b) = (cost(&p, &answer.moves), cost(&p, &other));
            assert!(a <= b + 1e-6 * b.abs().max(1.0), "{a} here, {b} by clarabel");
            worst = worst.max((a - b).abs() / b.abs().max(1.0));
        }
        println!("costs within {worst:.1e}; {:.0} µs here, {:.0} µs by clarabel", ours / 9e-6, theirs / 9e-6);
    }

    #[test]
    fn without_a_violated_limit_the_gradient_vanishes() {
        let p = programme(&[0.3, -0.7, 0.2, 0.9, -0.4], 1e3, 1e3);
        let answer = p.solve();
        assert_eq!((answer.active, answer.is_optimal), (0, true));
        for i in 0..MOVES {
            let slope: f64 = (0..MOVES).map(|j| p.hessian[i.max(j)][i.min(j)] * answer.moves[j]).sum();
            assert!((slope + p.gradient[i]).abs() < 1e-9);
        }
    }
}
