//! Stages of the haul cycle.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Stage of a truck in the haul cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum CycleState {
    /// The truck stands without work.
    #[default]
    Parked,
    /// The truck drives to the loading place.
    TravelEmpty,
    /// The truck waits for a spot at the shovel.
    QueueAtLoad,
    /// The truck backs into its spot at the shovel.
    SpotAtLoad,
    /// The truck stands under the shovel.
    Loading,
    /// The truck drives out of the loading spot.
    LeaveLoad,
    /// The truck drives to the dump.
    TravelLoaded,
    /// The truck waits for a spot at the dump.
    QueueAtDump,
    /// The truck backs into its spot at the dump.
    SpotAtDump,
    /// The truck raises its body, tips, or lowers its body.
    Dumping,
    /// The truck drives out of the tipping spot.
    LeaveDump,
    /// An all-stop or a fault holds the truck.
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

    /// Returns the name used in messages and reports.
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
