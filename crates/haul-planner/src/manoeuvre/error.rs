//! Why there is no manoeuvre.

use thiserror::Error;

/// Why a manoeuvre was not found.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ManoeuvreError {
    /// A pose or an option is not a usable number.
    #[error("{what} is not a usable number")]
    NotFinite {
        /// Which one.
        what: &'static str,
    },
    /// The truck stands over the edge or in an obstacle from the beginning.
    #[error("the start is in the wall or an obstacle: {clearance:.2} m from the footprint (negative = overlap)")]
    StartBlocked {
        /// Clearance of the footprint at the start, m.
        clearance: f64,
    },
    /// The footprint does not fit at the goal.
    #[error("the goal leaves {clearance:.2} m around the footprint, {margin:.2} m are asked")]
    GoalBlocked {
        /// Clearance of the footprint at the goal, m.
        clearance: f64,
        /// Clearance asked for, m.
        margin: f64,
    },
    /// Not even a disc as wide as the truck comes through from the goal to the start.
    #[error(
        "no way to the goal: there is no gap for the truck's width, from the goal it ends {nearest:.1} m from the start"
    )]
    CutOff {
        /// Least distance from the start of where the disc can get from the goal, m.
        nearest: f64,
    },
    /// Every pose of the search lattice that can be reached was tried.
    #[error("no way to the goal: all {explored} reachable poses tried, the nearest is {nearest:.1} m from the goal")]
    NoWay {
        /// Poses expanded.
        explored: usize,
        /// Least distance of any of them from the goal, m.
        nearest: f64,
    },
    /// The search's budget ended first.
    #[error(
        "no way to the goal within the budget: {explored} poses tried, the nearest is {nearest:.1} m from the goal"
    )]
    BudgetSpent {
        /// Poses expanded.
        explored: usize,
        /// Least distance of any of them from the goal, m.
        nearest: f64,
    },
    /// Machines that move never leave room for the truck to go on.
    #[error(
        "moving machines never leave room: the truck waits in vain before {x:.1}, {y:.1}, {station:.1} m on its way"
    )]
    NeverFree {
        /// Station of the way that stays taken, m.
        station: f64,
        /// East of it, m.
        x: f64,
        /// North of it, m.
        y: f64,
    },
}
