//! What comes into a run from outside: inputs that a recording holds, so that a replay can give them again.

use haul_core::Point2;
use serde::{Deserialize, Serialize};

/// Something done to the world from outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SimInput {
    /// Every truck of the site stops at once.
    AllStop,
    /// The all-stop is over.
    Resume,
    /// A post, rock or vehicle that does not move is put in the way.
    PlaceObstacle {
        /// Its middle, m.
        at: Point2,
        /// Its radius, m.
        radius: f64,
    },
    /// The oldest obstacle still there whose middle lies within its radius of the point (or the nearest one within
    /// 10 m) is taken away.
    RemoveObstacle {
        /// Where, m.
        at: Point2,
    },
    /// The whole mine becomes as slippery as this: the greatest friction a tyre finds anywhere, as a ratio. Rain is
    /// about 0.35, ice 0.12; 1 gives the roads their own friction back.
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
