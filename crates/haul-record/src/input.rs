//! Inputs of a run from outside. A recording holds them, so that a replay can give them again.

use haul_core::{ObstacleId, Point2};
use serde::{Deserialize, Serialize};

/// An act on the world from outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SimInput {
    /// Stops every truck of the site at once.
    AllStop,
    /// Ends the all-stop.
    Resume,
    /// Puts an obstacle in the way: a post, a rock or a vehicle that does not move. Moves the one of the same name
    /// where there is one.
    PlaceObstacle {
        /// Name of the obstacle.
        id: ObstacleId,
        /// Centre, m.
        at: Point2,
        /// Radius, m.
        radius: f64,
    },
    /// Takes the obstacle of a name away. No effect where there is none.
    RemoveObstacle {
        /// Name of the obstacle.
        id: ObstacleId,
    },
    /// Makes the whole mine slippery: the greatest friction coefficient that a tyre finds anywhere. Rain is about
    /// 0.35, ice 0.12; 1 gives the roads their own friction back.
    SetFriction(f64),
}

/// An input and the step before which it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoggedInput {
    /// Physics steps taken when it came.
    pub step: u64,
    /// The input.
    pub input: SimInput,
}
