//! Errors of manoeuvre planning.

use thiserror::Error;

/// Reason why no manoeuvre was found.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ManoeuvreError {
    /// A pose or an option is not a usable number.
    #[error("{what} is not usable: expected finite numbers, positions at most 1e12 m from the datum")]
    NotFinite {
        /// Name of the pose or option.
        what: &'static str,
    },
    /// The truck overlaps the edge or an obstacle at the start by more than is tolerated.
    #[error(
        "the start is blocked by the edge or an obstacle: {clearance:.2} m from the footprint (negative = overlap)"
    )]
    StartBlocked {
        /// Clearance of the footprint at the start, m; negative = overlap.
        clearance: f64,
    },
    /// The footprint does not fit at the goal.
    #[error("the goal leaves {clearance:.2} m around the footprint; required are {margin:.2} m")]
    GoalBlocked {
        /// Clearance of the footprint at the goal, m.
        clearance: f64,
        /// Required clearance, m.
        margin: f64,
    },
    /// A disc as wide as the truck cannot pass between goal and start.
    #[error(
        "no way to the goal: no gap is wide enough for the truck; from the goal it gets within {nearest:.1} m of the start"
    )]
    CutOff {
        /// Minimum distance from the start to any point that the disc can reach from the goal, m.
        nearest: f64,
    },
    /// The search has tried all poses that it can reach.
    #[error(
        "no way to the goal: all {explored} reachable poses were tried; the nearest is {nearest:.1} m from the goal"
    )]
    NoWay {
        /// Number of poses expanded.
        explored: usize,
        /// Distance of the nearest expanded pose from the goal, m.
        nearest: f64,
    },
    /// The search used up its budget.
    #[error(
        "no way to the goal within the budget: {explored} poses were tried; the nearest is {nearest:.1} m from the goal"
    )]
    BudgetSpent {
        /// Number of poses expanded.
        explored: usize,
        /// Distance of the nearest expanded pose from the goal, m.
        nearest: f64,
    },
    /// Moving machines never leave room for the truck.
    #[error(
        "moving machines never leave room: the truck is blocked at ({x:.1}, {y:.1}), {station:.1} m along its path"
    )]
    NeverFree {
        /// Station of the blocked point along the path, m.
        station: f64,
        /// East coordinate of the blocked point, m.
        x: f64,
        /// North coordinate of the blocked point, m.
        y: f64,
    },
}

impl ManoeuvreError {
    /// Returns true if a search ended without a path, so that another search may find one.
    pub(crate) fn is_of_search(&self) -> bool {
        matches!(self, ManoeuvreError::NoWay { .. } | ManoeuvreError::BudgetSpent { .. })
    }
}
