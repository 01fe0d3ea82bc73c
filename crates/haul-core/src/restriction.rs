//! Reasons of the safety supervisor.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Reason for which the safety supervisor restricts a truck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Restriction {
    /// An object is in the strip that the truck sweeps while it brakes.
    Obstacle,
    /// The truck would leave the drivable surface.
    DrivableEdge,
    /// The grant ends.
    NoGrant,
    /// The site has stopped all trucks.
    AllStop,
    /// The stack cannot rely on the truck: stale frames, lost position, steering that does not follow, a raised body.
    Fault,
}

impl fmt::Display for Restriction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Restriction::Obstacle => "obstacle",
            Restriction::DrivableEdge => "edge of the drivable surface",
            Restriction::NoGrant => "end of the grant",
            Restriction::AllStop => "all-stop",
            Restriction::Fault => "fault",
        })
    }
}
