//! Stages of the haul cycle.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Stage of the haul cycle of a truck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum CycleState {
    /// Stands without work.
    #[default]
    Parked,
    /// Drives to the loading place.
    TravelEmpty,
    /// Waits for a spot at the shovel.
    QueueAtLoad,
    /// Backs into its spot at the shovel.
    SpotAtLoad,
    /// Stands under the shovel.
    Loading,
    /// Drives out of the loading spot.
    LeaveLoad,
    /// Drives to the dump.
    TravelLoaded,
    /// Waits for a spot at the dump.
    QueueAtDump,
    /// Backs into its spot at the dump.
    SpotAtDump,
    /// Raises the body, tips, or lowers the body.
    Dumping,
    /// Drives out of the tipping spot.
    LeaveDump,
    /// Held by an all-stop or a fault.
    Stopped,
}

impl CycleState {
    /// All stages, in the order of the cycle.
    pub const ALL: [CycleState; 12] = [
        CycleState::Parked,
        CycleState::TravelEmpty,
        CycleState::QueueAtLoad,
        CycleState::SpotAtLoad,
        CycleState::Loading,
        CycleState::LeaveLoad,
        CycleState::TravelLoaded,
        CycleState::QueueAtDump,
        CycleState::SpotAtDump,
        CycleState::Dumping,
        CycleState::LeaveDump,
        CycleState::Stopped,
    ];

    /// Returns the name in messages and reports.
    pub const fn name(self) -> &'static str {
        match self {
            CycleState::Parked => "Parked",
            CycleState::TravelEmpty => "TravelEmpty",
            CycleState::QueueAtLoad => "QueueAtLoad",
            CycleState::SpotAtLoad => "SpotAtLoad",
            CycleState::Loading => "Loading",
            CycleState::LeaveLoad => "LeaveLoad",
            CycleState::TravelLoaded => "TravelLoaded",
            CycleState::QueueAtDump => "QueueAtDump",
            CycleState::SpotAtDump => "SpotAtDump",
            CycleState::Dumping => "Dumping",
            CycleState::LeaveDump => "LeaveDump",
            CycleState::Stopped => "Stopped",
        }
    }
}

impl fmt::Display for CycleState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
