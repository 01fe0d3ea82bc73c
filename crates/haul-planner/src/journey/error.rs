//! Why there is no journey.

use crate::manoeuvre::ManoeuvreError;
use crate::path::PathError;
use crate::route::RouteError;

/// Why no plan leads from start to goal.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A pose or payload that is no usable number.
    #[error("{what} is not a usable number")]
    NotFinite {
        /// Which one.
        what: &'static str,
    },
    /// The mine has no roads near a pose.
    #[error("no road near {what} at ({x:.1}, {y:.1})")]
    OffRoads {
        /// Start or goal.
        what: &'static str,
        /// East, m.
        x: f64,
        /// North, m.
        y: f64,
    },
    /// Start and goal are the same pose.
    #[error("start and goal are the same place, ({x:.1}, {y:.1})")]
    SamePlace {
        /// East, m.
        x: f64,
        /// North, m.
        y: f64,
    },
    /// The goal lies in a closed zone that the truck does not stand in.
    #[error("the goal at ({x:.1}, {y:.1}) is in the closed zone `{zone}`")]
    GoalClosed {
        /// Name of the zone.
        zone: String,
        /// East, m.
        x: f64,
        /// North, m.
        y: f64,
    },
    /// No route between the roads at both ends.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// The route's roads cannot be driven.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The truck does not get from where it stands into the lane.
    #[error("no way out of the start into the lane: {0}")]
    Leave(ManoeuvreError),
    /// The truck does not get from the lane to the goal.
    #[error("no way from the lane to the goal: {0}")]
    Arrive(ManoeuvreError),
    /// Start and goal are near each other and no manoeuvre joins them.
    #[error("no manoeuvre from start to goal: {0}")]
    Manoeuvre(#[from] ManoeuvreError),
    /// An obstacle blocks the lane and there is no way round it.
    #[error("the lane is blocked near ({x:.1}, {y:.1}), {station:.0} m along it, and there is no way round: {because}")]
    Blocked {
        /// East, m.
        x: f64,
        /// North, m.
        y: f64,
        /// How far along the lane, m.
        station: f64,
        /// Why no way round.
        because: ManoeuvreError,
    },
}
