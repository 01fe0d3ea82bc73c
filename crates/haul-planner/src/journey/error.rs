//! Errors of journey planning.

use crate::manoeuvre::ManoeuvreError;
use crate::path::PathError;
use crate::route::RouteError;

/// Reason why there is no journey from start to goal.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A pose or the payload is not a usable number.
    #[error("{what} is not usable: expected finite numbers, positions at most 1e12 m from the datum")]
    NotFinite {
        /// Name of the pose or the number.
        what: &'static str,
    },
    /// No road is near a pose.
    #[error("no road near {what} at ({x:.1}, {y:.1})")]
    OffRoads {
        /// "the start" or "the goal".
        what: &'static str,
        /// East coordinate of the pose, m.
        x: f64,
        /// North coordinate of the pose, m.
        y: f64,
    },
    /// Start and goal are the same pose.
    #[error("start and goal are the same place, ({x:.1}, {y:.1})")]
    SamePlace {
        /// East coordinate of the pose, m.
        x: f64,
        /// North coordinate of the pose, m.
        y: f64,
    },
    /// The goal is in a closed zone, and the truck does not stand in that zone.
    #[error("the goal at ({x:.1}, {y:.1}) is in the closed zone `{zone}`")]
    GoalClosed {
        /// Name of the zone.
        zone: String,
        /// East coordinate of the goal, m.
        x: f64,
        /// North coordinate of the goal, m.
        y: f64,
    },
    /// No route connects the roads at the start and the goal.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// The truck cannot drive along the roads of the route.
    #[error(transparent)]
    Path(#[from] PathError),
    /// No manoeuvre leads from the start to the lane.
    #[error("no way from the start into the lane: {0}")]
    Leave(ManoeuvreError),
    /// No manoeuvre leads from the lane to the goal.
    #[error("no way from the lane to the goal: {0}")]
    Arrive(ManoeuvreError),
    /// Start and goal are near each other, and no manoeuvre connects them.
    #[error("no manoeuvre from start to goal: {0}")]
    Manoeuvre(#[from] ManoeuvreError),
    /// An obstacle blocks the lane, and no manoeuvre leads around it.
    #[error("the lane is blocked near ({x:.1}, {y:.1}), {station:.0} m along it, with no way around: {because}")]
    Blocked {
        /// East coordinate of the blocked point, m.
        x: f64,
        /// North coordinate of the blocked point, m.
        y: f64,
        /// Station of the blocked point along the lane, m.
        station: f64,
        /// Error of the manoeuvre around the obstacle.
        because: ManoeuvreError,
    },
}
