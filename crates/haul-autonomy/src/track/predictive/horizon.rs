//! The horizon of the predictive steering: short steps first, longer ones later.

use super::active_set::MOVES;

/// Number of steps of the horizon.
pub(in super::super) const HORIZON: usize = MOVES;
/// Lengths of steps, s; each is twice the previous one.
pub(super) const LENGTHS: [f64; 3] = [0.05, 0.1, 0.2];
/// Number of steps before the second length, and before the third.
const LONGER: [usize; 2] = [10, 20];
/// Length of each step, s; 3.1 s in total.
pub(in super::super) const STEP_TIMES: [f64; HORIZON] = step_times();

/// Road and planned speed at the start of a step of the horizon.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(in super::super) struct Ahead {
    /// Planned speed, m/s, negative in reverse, never 0.
    pub speed: f64,
    /// Curvature of the path, 1/m.
    pub curvature: f64,
    /// Cross slope, rise over run to the left of the body.
    pub cross_slope: f64,
}

/// Returns the index into [`LENGTHS`] of the length of a step.
pub(super) const fn length(step: usize) -> usize {
    if step < LONGER[0] {
        0
    } else if step < LONGER[1] {
        1
    } else {
        2
    }
}

const fn step_times() -> [f64; HORIZON] {
    let mut times = [0.0; HORIZON];
    let mut k = 0;
    while k < HORIZON {
        times[k] = LENGTHS[length(k)];
        k += 1;
    }
    times
}
