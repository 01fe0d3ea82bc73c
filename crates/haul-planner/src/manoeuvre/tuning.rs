//! Tuning of the manoeuvre search.

/// Weights and limits of the manoeuvre search. Costs are in metres of free forward driving.
pub(crate) struct SearchTuning {
    /// Cost of a metre in reverse: its speed is about two fifths of the forward speed of a manoeuvre.
    pub reverse_cost: f64,
    /// Length in reverse that has no extra cost, m: a truck that backs into a spot.
    pub near_reverse: f64,
    /// Rise of the extra cost of a metre in reverse beyond it, per metre: the operator's view and the rear detectors
    /// reach this far, and other traffic expects no truck in reverse.
    pub far_reverse_rise: f64,
    /// Cost of a change of direction: stop, turn the wheels, start again; about 8 s at 2.5 m/s.
    pub direction_change_cost: f64,
    /// Cost of turning the steering from straight to full lock.
    pub steering_cost: f64,
    /// Extra cost of a metre at the greatest curvature: tyres scrub and the truck is slower.
    pub curvature_cost: f64,
    /// Extra cost of a metre at the margin.
    pub proximity_cost: f64,
    /// Clearance beyond the margin that has no extra cost, m.
    pub comfort_clearance: f64,

    /// Desired straight run into the goal, m: a truck that arrives straight stands straight.
    pub desired_straight: f64,
    /// Cost of missing straight run, per square metre: the last metres matter most.
    pub missing_straight_cost: f64,
    /// Least run into a goal in a requested direction of travel, m; less would be a nudge.
    pub min_final_run: f64,
    /// Length for which an analytic expansion pays for its least clearance, at most, m.
    pub proximity_length: f64,

    /// Weight of the heuristic in the order of expansion (I. Pohl, 1970): a first path is found sooner, and is improved
    /// afterwards.
    pub heuristic_weight: f64,
    /// Analytic expansions checked at the start.
    pub expansions_at_start: usize,
    /// Analytic expansions checked at each other pose that tries them.
    pub expansions_at_poses: usize,
    /// Approaches to staging poses checked at each of these poses.
    pub approaches: usize,
    /// Number of radii tried by the analytic expansions of a pose other than the start.
    pub radii_at_poses: usize,
    /// An analytic expansion that costs at most this multiple of the obstacle-free cost ends the search.
    pub accepted_ratio: f64,
    /// Number of poses expanded to improve the first path found.
    pub improvement_poses: usize,

    /// Radius around the start in which the finer lattices apply, m; about a truck's length.
    pub fine_lattice_radius: f64,
    /// Least length of a primitive that runs until it is blocked, m.
    pub min_blocked_run: f64,
    /// A start is confined if no way out is clear for this number of coarse steps.
    pub confined_steps: f64,
    /// Divisor of the budget for a search whose primitives run until they are blocked.
    pub until_blocked_budget_divisor: usize,
    /// Minimum distance from the start before the first change of direction, m, where the start must be left in one
    /// direction of travel. About half a truck's length, or half of that where no more is free.
    pub exit_lengths: &'static [f64],
    /// The same distances for a start in a tight place.
    pub tight_exit_lengths: &'static [f64],
    /// Distance beyond start and goal that the search may use, m.
    pub window: f64,
}

/// The tuning in use.
pub(crate) const TUNING: SearchTuning = SearchTuning {
    reverse_cost: 2.5,
    near_reverse: 40.0,
    far_reverse_rise: 0.1,
    direction_change_cost: 20.0,
    steering_cost: 2.0,
    curvature_cost: 0.3,
    proximity_cost: 0.5,
    comfort_clearance: 1.5,

    desired_straight: 8.0,
    missing_straight_cost: 0.4,
    min_final_run: 0.5,
    proximity_length: 10.0,

    heuristic_weight: 2.5,
    expansions_at_start: 60,
    expansions_at_poses: 3,
    approaches: 8,
    radii_at_poses: 2,
    accepted_ratio: 1.1,
    improvement_poses: 250,

    fine_lattice_radius: 11.0,
    min_blocked_run: 0.15,
    confined_steps: 1.5,
    until_blocked_budget_divisor: 4,
    exit_lengths: &[6.0, 3.0],
    tight_exit_lengths: &[6.0, 3.0, 1.6, 0.8],
    window: 60.0,
};
