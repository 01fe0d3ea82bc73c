//! Faults of the machine.

use serde::{Deserialize, Serialize};

/// Failed parts. By default, all parts work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Breakdown {
    /// True if the engine does not run: no drive, no pumps; steering and brakes use their accumulators.
    pub engine: bool,
    /// True if the front circuit of the service brake has no pressure.
    pub front_brakes: bool,
    /// True if the rear circuit of the service brake has no pressure; the spring-applied parking brake still works.
    pub rear_brakes: bool,
    /// True if the retarder does not fill.
    pub retarder: bool,
    /// True if the steering pump does not work; steering uses its accumulator.
    pub steering_pump: bool,
    /// True if the hoist does not move.
    pub hoist: bool,
}
