//! Parts of a truck whose failure the truck itself can tell.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A part of a truck that does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MachinePart {
    /// The engine: it stands though the truck asks for drive.
    Engine,
    /// The steering: the front wheels do not move though the truck asks for it.
    Steering,
    /// The hoist: the body does not move though the truck asks for it.
    Hoist,
    /// The detector of the surroundings: it gives no reading.
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
