//! Parts of a truck whose failure the truck can detect.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A part of a truck that has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MachinePart {
    /// Engine: it does not run although power is demanded.
    Engine,
    /// Steering: the front wheels do not move although they are commanded to turn.
    Steering,
    /// Hoist: the body does not move although it is commanded to.
    Hoist,
    /// Obstacle detector: it gives no reading.
    Detector,
}

impl fmt::Display for MachinePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MachinePart::Engine => "the engine stands",
            MachinePart::Steering => "the steering does not turn the wheels",
            MachinePart::Hoist => "the hoist does not move the body",
            MachinePart::Detector => "the detector of the surroundings gives no reading",
        })
    }
}
