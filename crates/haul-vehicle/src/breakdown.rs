//! What may fail on the machine, and what is left then.

use serde::{Deserialize, Serialize};

/// Parts that do not work. The default is a sound machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Breakdown {
    /// The engine stands: no drive, no pumps; steering and brakes live on their accumulators.
    pub engine: bool,
    /// The front circuit of the service brake is empty.
    pub front_brakes: bool,
    /// The rear circuit of the service brake is empty; the spring-applied parking brake still holds.
    pub rear_brakes: bool,
    /// The retarder does not fill.
    pub retarder: bool,
    /// The steering pump gives nothing; steering lives on its accumulator.
    pub steering_pump: bool,
    /// The hoist does not move.
    pub hoist: bool,
}
