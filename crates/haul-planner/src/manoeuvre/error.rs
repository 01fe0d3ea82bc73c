//! Errors of manoeuvre planning.

use thiserror::Error;

/// Reason why no manoeuvre was found.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ManoeuvreError {
    /// A pose or an option is not a usable number.
    #[error("{what} is not usable: expected finite numbers, positions at most 1e12 m from the datum")]
    NotFinite {
        /// Name of the quantity.
        what: &'static str,
    },
    /// The truck overlaps the edge or an obstacle at the start.
    #[error(
        "the start is blocked by the edge or an obstacle: {clearance:.2} m from the footprint (negative = overlap)"
    )]
    StartBlocked {
        /// Clearance of the footprint at the start, m.
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
        /// Least distance from the start that the disc reaches from the goal, m.
        nearest: f64,
    },
    /// All poses that the search can reach were tried.
    #[error(
        "no way to the goal: all {explored} reachable poses were tried; the nearest is {nearest:.1} m from the goal"
    )]
    NoWay {
        /// Number of poses expanded.
        explored: usize,
        /// Least distance of these poses from the goal, m.
        nearest: f64,
    },
    /// The search used up its budget.
    #[error(
        "no way to the goal within the budget: {explored} poses were tried; the nearest is {nearest:.1} m from the goal"
    )]
    BudgetSpent {
        /// Number of poses expanded.
        explored: usize,
        /// Least distance of these poses from the goal, m.
        nearest: f64,
    },
    /// Moving machines never leave room for the truck.
    #[error(
        "moving machines never leave room: the truck is blocked at ({x:.1}, {y:.1}), {station:.1} m along its path"
    )]
    NeverFree {
        /// Station that stays blocked, m.
        station: f64,
        /// East coordinate of that point, m.
        x: f64,
        /// North coordinate of that point, m.
        y: f64,
    },
}

impl ManoeuvreError {
    /// Returns true if the search ended without a path: another search may find one.
    pub(crate) fn is_of_search(&self) -> bool {
        matches!(self, ManoeuvreError::NoWay { .. } | ManoeuvreError::BudgetSpent { .. })
    }
}
