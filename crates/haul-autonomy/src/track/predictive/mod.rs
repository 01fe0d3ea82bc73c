//! Model-predictive steering: finds the optimal moves of the steering over the next three seconds, and makes the first.
//!
//! The model (`model`) is a bicycle with the mass, the inertia and the axle loads of the truck's payload. The horizon
//! follows the planned speed. Beyond the horizon, the truck holds a steady turn at the last curvature, and the cost of
//! the unconstrained regulator continues (J. Rawlings, D. Mayne, M. Diehl, *Model Predictive Control*, 2017, section
//! 2.5). Limits are the lock and the rate of the steering, and the grip of the front tyres at the friction that the
//! truck estimates. The programme is condensed to the moves alone and solved exactly (`active_set`). Its costs agree
//! with those of clarabel to nine digits; without active limits, a solution takes some tens of microseconds and no heap
//! memory.

mod active_set;
mod horizon;
mod model;
mod table;

use super::lateral::Steering;
use active_set::{MOVES, Moves, Programme};
use haul_vehicle::TruckSpec;
pub(super) use horizon::{Ahead, HORIZON, STEP_TIMES};
use model::{ASKED, FRONT, HEADING, KNOWN, OFFSET, SIDEWAYS, STATES, State, TURN, WHEEL};
use table::{Entry, Table};

/// Lateral error that has weight 1, m.
pub(super) const LATERAL: f64 = 0.10;
/// Course error that has weight 1, rad.
pub(super) const COURSE: f64 = 0.05;
/// Change of the driven curvature in one control period that has weight 1, 1/m.
pub(super) const CHANGE: f64 = 0.002;
/// Lateral jerk of a change of the commanded curvature that has weight 1, m/s³.
pub(super) const CHANGE_JERK: f64 = 3.0;
/// Control period for which the weights are given, s.
pub(super) const PERIOD: f64 = 0.05;
/// Minimum speed of the model, m/s.
pub(super) const LEAST_SPEED: f64 = 0.3;
/// Time constant (s) with which the offset of the wheel angle is learned.
const SHIFT_TIME: f64 = 1.0;
/// Speed (m/s) below which the turn rate tells nothing about the offset of the wheel angle.
const SHIFT_SPEED: f64 = 1.5;
/// Maximum offset of the wheel angle, as a tangent: 3°.
const SHIFT_LIMIT: f64 = 0.055;
/// Time constant (s) with which the drift of the rear axle is learned in bends.
const DRIFT_TIME: f64 = 2.5;
/// Lateral acceleration above which a bend shows the drift, m/s².
const DRIFT_ACCELERATION: f64 = 0.3;
/// Maximum drift of the rear axle per m/s² of lateral acceleration, rad: three times the slip of the loaded truck on
/// dry ground.
const DRIFT_LIMIT: f64 = 0.06;
/// Maximum shear force of the front tyres in the linear model, as a share of their friction. At this force a brush tyre
/// carries 87 % of its friction; a larger angle brings little more force (Pacejka 2012, eq. 3.11).
const GRIP_USE: f64 = 1.5;
/// Excess over the shear limit that costs as much as an error of weight 1, as a share of the limit.
const GRIP_EXCESS: f64 = 0.1;
/// Time (s) of turning at the full rate by which the commanded angle may be ahead of the wheels.
const LEAD_TIME: f64 = 0.5;

/// Motion of the truck relative to its path, in the axes of its body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Motion {
    /// Offset from the path, m, positive to the left of the body.
    pub offset: f64,
    /// Heading of the truck minus that of the path, rad.
    pub heading: f64,
    /// Speed, m/s, negative in reverse.
    pub speed: f64,
    /// Angle from the heading to the course of the rear axle, rad.
    pub sideslip: f64,
    /// Turn rate, rad/s.
    pub turn: f64,
    /// Measured wheel angle, rad.
    pub steering_angle: f64,
    /// Gross mass, kg.
    pub mass: f64,
    /// Friction coefficient of the road as estimated by the truck.
    pub friction: f64,
}

/// Model-predictive steering controller.
#[derive(Debug, Clone)]
pub(super) struct Predictive {
    steering: Steering,
    table: Table,
    /// Tangent of the last commanded steering angle.
    asked: f64,
    /// Model of the truck's sideways motion, driven by the measured wheel angle.
    model: State,
    /// Offset of the wheel angle that makes the model turn like the truck, as a tangent.
    shift: f64,
    /// Drift of the rear axle that makes the model slip like the truck, rad per m/s² of lateral acceleration.
    drift: f64,
    /// Share of the nominal rate at which the steering turns.
    share: f64,
}

haul_core::keep_state!(Predictive {
    steering: given,
    table: given,
    asked: value,
    model: value,
    shift: value,
    drift: value,
    share: value,
});

impl Predictive {
    /// Creates the steering of a truck, called every [`PERIOD`].
    pub fn new(spec: &TruckSpec, steering: Steering) -> Self {
        let table = Table::new(spec, steering.lag);
        Self { steering, table, asked: 0.0, model: [0.0; STATES], shift: 0.0, drift: 0.0, share: 1.0 }
    }

    /// Sets the share of the nominal rate at which the steering turns.
    pub fn set_share(&mut self, share: f64) {
        self.share = share;
    }

    /// Restarts from the present steering angle.
    pub fn restart(&mut self, steering_angle: f64) {
        self.asked = libm::tan(steering_angle);
        self.model = [0.0; STATES];
        self.shift = 0.0;
    }

    /// Follows the motion of the truck for one period, so that shear and offset are known when the steering needs them.
    /// `here` is the path at the truck.
    pub fn observe(&mut self, motion: &Motion, here: &Ahead) {
        let speed = floored(motion.speed);
        let entry = self.table.at(motion.mass, speed);
        let wheel = libm::tan(motion.steering_angle);
        let mut state = self.model;
        (state[OFFSET], state[HEADING]) = (0.0, 0.0);
        (state[WHEEL], state[ASKED]) = (wheel, wheel);
        let known = Ahead { curvature: 0.0, ..*here };
        self.model = entry.advance(0, &state, &self.known(motion, &known, here.curvature));
        if motion.speed.abs() >= SHIFT_SPEED {
            let missing = (self.model[TURN] - motion.turn) * self.steering.wheelbase / speed;
            self.shift = (self.shift + PERIOD / SHIFT_TIME * missing).clamp(-SHIFT_LIMIT, SHIFT_LIMIT);
            let slid = motion.sideslip - self.model[SIDEWAYS] / speed;
            // Normalised least mean squares (Widrow and Hoff 1960): a straight teaches nothing about the slip in bends.
            let lateral = speed * speed.abs() * here.curvature;
            let step = lateral / (lateral * lateral + DRIFT_ACCELERATION * DRIFT_ACCELERATION);
            self.drift = (self.drift + PERIOD / DRIFT_TIME * step * slid).clamp(-DRIFT_LIMIT, DRIFT_LIMIT);
        } else {
            self.shift *= 1.0 - PERIOD / SHIFT_TIME;
            self.model[TURN] = motion.turn;
        }
    }

    /// Returns the commanded steering angle along the path ahead.
    pub fn step(&mut self, motion: &Motion, ahead: &[Ahead; HORIZON + 1]) -> f64 {
        let speed = floored(motion.speed);
        let lock = libm::tan(self.steering.greatest_angle);
        self.asked = self.asked.clamp(-lock, lock);
        let mut state = self.model;
        state[OFFSET] = motion.offset;
        state[HEADING] = motion.heading;
        state[SIDEWAYS] = speed * libm::tan(motion.sideslip);
        state[TURN] = motion.turn;
        state[WHEEL] = libm::tan(motion.steering_angle);
        state[ASKED] = self.asked;

        let programme = self.condense(motion, &state, ahead, lock);
        let answer = programme.solve();
        if !answer.is_optimal {
            tracing::warn!(active = answer.active, "steering programme not solved; its last moves are used");
        }
        let most = programme.move_limit[0];
        let asked = (self.asked + answer.moves[0].clamp(-most, most)).clamp(-lock, lock);
        let reach = self.share * self.steering.rate * LEAD_TIME;
        let angle = libm::atan(asked).clamp(motion.steering_angle - reach, motion.steering_angle + reach);
        let angle = angle.clamp(-self.steering.greatest_angle, self.steering.greatest_angle);
        self.asked = libm::tan(angle);
        angle
    }

    /// Returns the known inputs on a path, for a truck that turns with the curvature `turn`.
    fn known(&self, motion: &Motion, path: &Ahead, turn: f64) -> [f64; KNOWN] {
        let drift = self.drift * path.speed * path.speed.abs() * turn;
        let relief = self.table.truck(motion.mass).scrub_relief(turn, motion.friction);
        [path.curvature, path.cross_slope, self.shift - relief, drift]
    }

    /// Returns the programme of the moves: every state ahead is linear in the moves.
    fn condense(&self, motion: &Motion, start: &State, ahead: &[Ahead; HORIZON + 1], lock: f64) -> Programme {
        let truck = self.table.truck(motion.mass);
        let grip = GRIP_USE * motion.friction * truck.loads[0] / truck.stiffness[0];
        // The rate limit is one of the angle; the tangent of the angle changes faster towards the lock.
        let slope = 1.0 + start[WHEEL] * start[WHEEL];
        let rate = self.share * self.steering.rate * slope;
        let mut programme = Programme {
            hessian: [[0.0; MOVES]; MOVES],
            gradient: [0.0; MOVES],
            move_limit: STEP_TIMES.map(|dt| rate * dt),
            sum_limits: [-lock - self.asked, lock - self.asked],
            rows: [[0.0; MOVES]; MOVES],
            free: [0.0; MOVES],
            output_limit: grip,
            excess: GRIP_EXCESS * grip,
        };
        // Effect of each move on the state, move by move.
        let mut effects = [[0.0; STATES]; MOVES];
        let mut state = *start;
        for k in 0..HORIZON {
            let (here, next) = (&ahead[k], &ahead[k + 1]);
            let entry = self.table.at(motion.mass, here.speed);
            let curvature = (here.curvature + next.curvature) / 2.0;
            let known = self.known(motion, &Ahead { curvature, ..*here }, curvature);
            let length = horizon::length(k);
            state = entry.advance(length, &state, &known);
            effects[k][ASKED] = 1.0;
            for effect in &mut effects[..=k] {
                *effect = entry.advance(length, effect, &[0.0; KNOWN]);
            }
            let (row, free) = (&mut programme.rows[k], &mut programme.free[k]);
            *free = state[FRONT];
            for (value, effect) in row.iter_mut().zip(&effects).take(k + 1) {
                *value = effect[FRONT];
            }
            let weight = STEP_TIMES[k] / PERIOD;
            if k + 1 < HORIZON {
                let course = |x: &State| x[HEADING] + x[SIDEWAYS] / next.speed;
                let mut error = [0.0; MOVES];
                for (read, size) in [(false, LATERAL), (true, COURSE)] {
                    let output = |x: &State| if read { course(x) } else { x[OFFSET] };
                    for (value, effect) in error.iter_mut().zip(&effects).take(k + 1) {
                        *value = output(effect);
                    }
                    programme.add_square(weight / (size * size), &error, output(&state), k + 1);
                }
            } else {
                let last = self.known(motion, next, next.curvature);
                programme.add_end(&self.table.at(motion.mass, next.speed), &state, &effects, &last);
            }
            let change = table::change(here.speed) * self.steering.wheelbase;
            programme.hessian[k][k] += 1.0 / (weight * change * change);
        }
        programme
    }
}

impl Programme {
    /// Adds half the weighted square of an output: its value without moves, and its change per unit of each of the
    /// first moves.
    fn add_square(&mut self, weight: f64, effects: &Moves, free: f64, count: usize) {
        for i in 0..count {
            let scaled = weight * effects[i];
            self.gradient[i] += scaled * free;
            for (value, effect) in self.hessian[i][..=i].iter_mut().zip(effects) {
                *value += scaled * effect;
            }
        }
    }

    /// Adds the cost beyond the horizon.
    fn add_end(&mut self, entry: &Entry, state: &State, effects: &[[f64; STATES]; MOVES], known: &[f64; KNOWN]) {
        let aim = entry.steady(known);
        let error: State = std::array::from_fn(|i| state[i] - aim[i]);
        let weighted = entry.priced(&error);
        for i in 0..MOVES {
            let priced = entry.priced(&effects[i]);
            self.gradient[i] += (0..STATES).map(|s| effects[i][s] * weighted[s]).sum::<f64>();
            for (value, effect) in self.hessian[i][..=i].iter_mut().zip(effects) {
                *value += (0..STATES).map(|s| priced[s] * effect[s]).sum::<f64>();
            }
        }
    }
}

/// Returns a speed with its sign, its magnitude at least the minimum speed of the model.
fn floored(speed: f64) -> f64 {
    if speed < 0.0 { speed.min(-LEAST_SPEED) } else { speed.max(LEAST_SPEED) }
}
