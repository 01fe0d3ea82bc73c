//! Tuning of the manoeuvre search.

/// Weights and limits of the manoeuvre search. All costs are in metres of free forward driving.
pub(crate) struct SearchTuning {
    /// Cost of a metre in reverse. The reverse speed is about two fifths of the forward speed of a manoeuvre.
    pub reverse_cost: f64,
    /// Total length in reverse without extra cost, m: enough to back into a spot.
    pub near_reverse: f64,
    /// Increase of the cost of a metre in reverse, for each metre beyond `near_reverse`. The operator's view and the
    /// rear detectors reach only that far, and other traffic does not expect a reversing truck.
    pub far_reverse_rise: f64,
    /// Cost of a change of direction: stop, turn the wheels, start again (about 8 s at 2.5 m/s).
    pub direction_change_cost: f64,
    /// Cost of turning the steering from straight to full lock.
    pub steering_cost: f64,
    /// Extra cost of a metre at maximum curvature: tyres scrub and the truck is slower.
    pub curvature_cost: f64,
    /// Extra cost of a metre driven with only the margin as clearance.
    pub proximity_cost: f64,
    /// Clearance beyond the margin from which proximity costs nothing, m.
    pub comfort_clearance: f64,

    /// Desired length of the straight into the goal, m. A truck that arrives straight also stands straight.
    pub desired_straight: f64,
    /// Cost per squared metre of length that the final straight lacks. The last metres therefore matter most.
    pub missing_straight_cost: f64,
    /// Minimum length driven in the requested direction of travel before the goal, m. Less would be a nudge.
    pub min_final_run: f64,
    /// Maximum length of an analytic expansion that is charged for its minimum clearance, m.
    pub proximity_length: f64,

    /// Weight of the heuristic in the order of expansion (I. Pohl, 1970). It finds a first path sooner; the search then
    /// improves that path.
    pub heuristic_weight: f64,
    /// Maximum number of analytic expansions checked at the start.
    pub expansions_at_start: usize,
    /// Maximum number of analytic expansions checked at each later pose that tries them.
    pub expansions_at_poses: usize,
    /// Maximum number of approaches to staging poses checked at each pose that tries them.
    pub approaches: usize,
    /// Number of turning radii tried by the analytic expansions of a pose other than the start.
    pub radii_at_poses: usize,
    /// Ratio of path cost to obstacle-free cost up to which an analytic expansion from the start ends the search.
    pub accepted_ratio: f64,
    /// Number of poses expanded after the first path is found, to improve that path.
    pub improvement_poses: usize,

    /// Radius around the start in which the finer lattices apply, m: about a truck's length.
    pub fine_lattice_radius: f64,
    /// Minimum length of a primitive that runs until it is blocked, m.
    pub min_blocked_run: f64,
    /// A start is confined if every way out is blocked within this number of coarse steps.
    pub confined_steps: f64,
    /// Divisor of the expansion budget for a search whose primitives run until they are blocked.
    pub until_blocked_budget_divisor: usize,
    /// Minimum distances from the start before the first change of direction, m, where the start must be left in one
    /// direction of travel: about half a truck's length, then a quarter if half is blocked.
    pub exit_lengths: &'static [f64],
    /// Values of `exit_lengths` for a start in a tight place.
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
