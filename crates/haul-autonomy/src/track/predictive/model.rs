//! Model of the truck for the predictive steering: a bicycle on brush tyres, in path coordinates.
//!
//! Lateral force, yaw moment and slip are those of a single-track truck (Pacejka, *Tire and Vehicle Dynamics*, 2012,
//! section 1.3) with the mass, the inertia and the axle loads of its payload. The reference point is the rear-axle
//! centre, `b` behind the centre of mass; `v` is the speed, negative in reverse:
//!
//! ```text
//! e'  = v ψ + w                      offset from the path, m, to the left of the body
//! ψ'  = r − v κ                      heading less that of the path; κ is the curvature of the path
//! w'  = (F_f + F_r)/m − v r − b r' − g c    sideways speed of the rear axle; c is the cross slope
//! r'  = ((L − b) F_f − b F_r − s r/|v|)/J   turn rate; s is the scrub of the dual tyres
//! z_f' = −(w + L r − v (δ − d)) − |v| z_f/σ_f    shear of the front tyres; F = k z + c_d z'
//! z_r' = −(w − v u) − |v| z_r/σ_r
//! δ'  = (a − δ)/τ                    wheel angle behind the commanded angle a
//! ```
//!
//! The tyres of an axle share a relaxation length σ (Pacejka 2012, section 5.3). At a crawl the tyres are stiff springs
//! and the truck rolls where its wheels point; at speed they give way, and the turn lags behind the wheels. The offset
//! `d` of the wheel angle and the drift `u` of the rear axle (rad) stand for everything that the model leaves out.
//!
//! The matrices of a step are exact for constant inputs: the exponential of the system with its inputs as constant
//! states (C. F. Van Loan, IEEE Trans. Automatic Control 23(3), 1978).

use haul_core::GRAVITY;
use haul_vehicle::{Load, TruckSpec, axle_loads, mass_properties};
use nalgebra::SMatrix;

/// Number of states: offset, heading, sideways speed, turn rate, shear of the front tyres, shear of the rear tyres,
/// wheel angle, commanded angle.
pub(super) const STATES: usize = 8;
/// Number of inputs that are known ahead: curvature of the path, cross slope, offset of the wheel angle, drift of the
/// rear axle.
pub(super) const KNOWN: usize = 4;
const ALL: usize = STATES + KNOWN;

pub(super) const OFFSET: usize = 0;
pub(super) const HEADING: usize = 1;
pub(super) const SIDEWAYS: usize = 2;
pub(super) const TURN: usize = 3;
pub(super) const FRONT: usize = 4;
pub(super) const REAR: usize = 5;
pub(super) const WHEEL: usize = 6;
pub(super) const ASKED: usize = 7;

/// Number of terms of the exponential's series after scaling: the error is below 1e-9 of the value.
const TERMS: usize = 7;
/// Ratio of the linear force to the friction at which a brush tyre slides as a whole (Pacejka 2012, eq. 3.10).
const FULL_SLIDING: f64 = 3.0;
/// Norm to which the matrix is scaled before the series is summed.
const SCALED_NORM: f64 = 0.25;

/// State vector of the model.
pub(super) type State = [f64; STATES];
/// Square matrix over the states.
pub(super) type Square = SMatrix<f64, STATES, STATES>;

/// Bicycle model at one payload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bicycle {
    /// Gross mass, kg.
    pub mass: f64,
    /// Moment of inertia about the vertical axis, kg·m².
    inertia: f64,
    wheelbase: f64,
    /// Distance of the centre of mass ahead of the rear axle, m.
    centre: f64,
    /// Shear stiffness of the front and the rear axle, N/m.
    pub stiffness: [f64; 2],
    /// Shear damping of the front and the rear axle, N·s/m.
    damping: [f64; 2],
    /// Relaxation lengths of the front and the rear axle, m.
    relaxation: [f64; 2],
    /// Moment against a turn per unit of curvature, N·m².
    scrub: f64,
    /// Drag force of a dual tyre per unit of curvature, N·m, and the load of a tyre, N.
    drag: [f64; 2],
    /// Loads of the front and the rear axle, N.
    pub loads: [f64; 2],
    /// Lag of the steering, s.
    lag: f64,
}

/// One step of the model: `next = a · state + e · known`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub a: Square,
    pub e: SMatrix<f64, STATES, KNOWN>,
}

impl Bicycle {
    /// Creates the bicycle of a truck with a payload (kg) and a steering lag (s).
    pub fn new(spec: &TruckSpec, payload: f64, lag: f64) -> Self {
        let load = Load { mass: payload, centre: spec.mass.heap_centre(payload) };
        let properties = mass_properties(spec, &load, spec.mass.fuel_capacity, 0.0);
        let loads = axle_loads(spec, &properties, 0.0, 0.0);
        let (tyre, [front, rear]) = (&spec.tyre, spec.tyre_counts());
        let each = [spec.front_tyre_load(loads.front), spec.rear_tyre_load(loads.rear)];
        // Both tyres of a pair turn at one speed: in a bend each is dragged by half of their spacing times the
        // curvature.
        let half = spec.geometry.dual_spacing / 2.0;
        Self {
            mass: properties.mass,
            inertia: properties.inertia[(2, 2)],
            wheelbase: spec.geometry.wheelbase,
            centre: properties.centre.x,
            stiffness: [front * tyre.lateral_stiffness, rear * tyre.lateral_stiffness],
            damping: [front * tyre.shear_damping, rear * tyre.shear_damping],
            relaxation: each.map(|load| tyre.cornering_stiffness(load) / tyre.lateral_stiffness),
            scrub: rear * tyre.slip_stiffness(each[1]) * half * half,
            drag: [tyre.slip_stiffness(each[1]) * half, each[1]],
            loads: [loads.front, loads.rear],
            lag,
        }
    }

    /// Returns the matrices of a step of `dt` (s) at a speed (m/s, never 0).
    pub fn step(&self, speed: f64, dt: f64) -> Step {
        let whole = exponential(&(self.rates(speed) * dt));
        Step {
            a: whole.fixed_view::<STATES, STATES>(0, 0).into(),
            e: whole.fixed_view::<STATES, KNOWN>(0, STATES).into(),
        }
    }

    /// Returns the steady turn for each of the known inputs: the state without offset in which the rear axle moves
    /// along the path. Column `i` belongs to one unit of input `i`.
    pub fn steady(&self, speed: f64) -> SMatrix<f64, STATES, KNOWN> {
        let (v, l, b) = (speed, self.wheelbase, self.centre);
        let mut steady = SMatrix::<f64, STATES, KNOWN>::zeros();
        for (column, (curvature, cross_slope)) in [(1.0, 0.0), (0.0, 1.0)].into_iter().enumerate() {
            let turn = v * curvature;
            let side = self.mass * (v * turn + GRAVITY * cross_slope);
            let front = (b * side + self.scrub * turn / v.abs()) / l;
            let forces = [front, side - front];
            let shear = [0, 1].map(|i| forces[i] / self.stiffness[i]);
            let slip = [0, 1].map(|i| -v.abs() * shear[i] / self.relaxation[i]);
            let sideways = slip[1];
            let angle = (sideways + l * turn - slip[0]) / v;
            let state = [0.0, -sideways / v, sideways, turn, shear[0], shear[1], angle, angle];
            steady.column_mut(column).copy_from_slice(&state);
        }
        steady[(WHEEL, 2)] = 1.0;
        steady[(ASKED, 2)] = 1.0;
        steady.column_mut(3).copy_from_slice(&[0.0, -1.0, v, 0.0, 0.0, 0.0, 1.0, 1.0]);
        steady
    }

    /// Returns the amount by which the tangent of the wheel angle for a turn of a curvature (1/m) is smaller than in
    /// the linear model, because the duals slip on a road with a friction coefficient. A brush tyre loses force by
    /// Fromm's cubic (Pacejka 2012, eq. 3.11).
    pub fn scrub_relief(&self, curvature: f64, friction: f64) -> f64 {
        let [drag, load] = self.drag;
        let used = (drag * curvature.abs() / (FULL_SLIDING * friction * load).max(f64::MIN_POSITIVE)).min(1.0);
        let kept = 1.0 - used + used * used / FULL_SLIDING;
        let yielding = [0, 1].map(|i| 1.0 / (self.stiffness[i] * self.relaxation[i]));
        (1.0 - kept) * self.scrub / self.wheelbase * (yielding[0] + yielding[1]) * curvature
    }

    /// Returns the rates of the states and of the constant inputs at a speed.
    fn rates(&self, v: f64) -> SMatrix<f64, ALL, ALL> {
        const CURVATURE: usize = STATES;
        const CROSS_SLOPE: usize = STATES + 1;
        const SHIFT: usize = STATES + 2;
        const DRIFT: usize = STATES + 3;
        let (l, b) = (self.wheelbase, self.centre);
        let mut m = SMatrix::<f64, ALL, ALL>::zeros();
        m[(OFFSET, HEADING)] = v;
        m[(OFFSET, SIDEWAYS)] = 1.0;
        m[(HEADING, TURN)] = 1.0;
        m[(HEADING, CURVATURE)] = -v;
        m[(FRONT, SIDEWAYS)] = -1.0;
        m[(FRONT, TURN)] = -l;
        m[(FRONT, WHEEL)] = v;
        m[(FRONT, SHIFT)] = -v;
        m[(FRONT, FRONT)] = -v.abs() / self.relaxation[0];
        m[(REAR, SIDEWAYS)] = -1.0;
        m[(REAR, DRIFT)] = v;
        m[(REAR, REAR)] = -v.abs() / self.relaxation[1];
        for i in 0..ALL {
            let stiff = [(0, FRONT), (1, REAR)].map(|(axle, row)| {
                let spring = if i == row { self.stiffness[axle] } else { 0.0 };
                spring + self.damping[axle] * m[(row, i)]
            });
            m[(TURN, i)] = ((l - b) * stiff[0] - b * stiff[1]) / self.inertia;
            m[(SIDEWAYS, i)] = (stiff[0] + stiff[1]) / self.mass;
        }
        m[(TURN, TURN)] -= self.scrub / v.abs() / self.inertia;
        for i in 0..ALL {
            let turn = m[(TURN, i)];
            m[(SIDEWAYS, i)] -= b * turn;
        }
        m[(SIDEWAYS, TURN)] -= v;
        m[(SIDEWAYS, CROSS_SLOPE)] = -GRAVITY;
        m[(WHEEL, ASKED)] = 1.0 / self.lag;
        m[(WHEEL, WHEEL)] = -1.0 / self.lag;
        m
    }
}

/// Returns the exponential of a matrix by scaling, series and squaring (C. Moler and C. Van Loan, SIAM Review 45(1),
/// 2003).
fn exponential(m: &SMatrix<f64, ALL, ALL>) -> SMatrix<f64, ALL, ALL> {
    let mut halvings = 0;
    let mut norm = m.abs().column_sum().max();
    while norm > SCALED_NORM {
        norm /= 2.0;
        halvings += 1;
    }
    let small = m / libm::ldexp(1.0, halvings);
    let mut sum = SMatrix::<f64, ALL, ALL>::identity();
    for k in (1..=TERMS).rev() {
        sum = SMatrix::identity() + small * sum / k as f64;
    }
    for _ in 0..halvings {
        sum = sum * sum;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_turn_stays_as_it_is() {
        let spec = TruckSpec::tr100at();
        for (payload, speed) in [(0.0, 12.0), (91e3, 8.0), (91e3, -2.5), (40e3, 0.5)] {
            let truck = Bicycle::new(&spec, payload, 0.14);
            let (step, steady) = (truck.step(speed, 0.1), truck.steady(speed));
            let moved = step.a * steady + step.e - steady;
            // Each known input has its own steady turn.
            assert!(moved.abs().max() < 1e-6, "{payload} kg at {speed} m/s: {moved}");
        }
    }

    #[test]
    fn two_short_steps_are_one_long_step() {
        let truck = Bicycle::new(&TruckSpec::tr100at(), 91e3, 0.14);
        let (short, long) = (truck.step(9.0, 0.05), truck.step(9.0, 0.1));
        assert!((short.a * short.a - long.a).abs().max() < 1e-6);
        assert!((short.a * short.e + short.e - long.e).abs().max() < 1e-6);
    }

    #[test]
    fn at_a_crawl_the_truck_rolls_where_its_wheels_point() {
        // Without slip the curvature is tan δ / L; the scrub of the duals takes 1 to 4 %.
        let truck = Bicycle::new(&TruckSpec::tr100at(), 0.0, 0.14);
        let driven = truck.wheelbase / truck.steady(0.3)[(WHEEL, 0)];
        assert!((0.95..0.995).contains(&driven), "{driven}");
    }

    #[test]
    fn an_empty_truck_understeers_and_a_loaded_one_less() {
        let angle = |payload: f64| Bicycle::new(&TruckSpec::tr100at(), payload, 0.14).steady(12.0)[(WHEEL, 0)];
        let rolling = Bicycle::new(&TruckSpec::tr100at(), 0.0, 0.14).steady(0.3)[(WHEEL, 0)];
        assert!(angle(0.0) > 1.05 * rolling, "{} against {rolling}", angle(0.0));
        assert!(angle(91e3) < angle(0.0));
    }
}
