//! Faults of the machine.

use serde::{Deserialize, Serialize};

/// Parts that do not work. By default, all of them work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Breakdown {
    /// The engine does not run: no drive, no pumps; steering and brakes use their accumulators.
    pub engine: bool,
    /// The front circuit of the service brake has no pressure.
    pub front_brakes: bool,
    /// The rear circuit of the service brake has no pressure; the spring-applied parking brake still works.
    pub rear_brakes: bool,
    /// The retarder does not fill.
    pub retarder: bool,
    /// The steering pump does not work; steering uses its accumulator.
    pub steering_pump: bool,
    /// The hoist does not move.
    pub hoist: bool,
}
