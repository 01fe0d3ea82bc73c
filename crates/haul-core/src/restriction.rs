//! Reasons why the safety supervisor restricts a truck.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Reason why the safety supervisor restricts a truck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Restriction {
    /// An object is in the area that the truck sweeps while it brakes.
    Obstacle,
    /// The truck would leave the drivable surface.
    DrivableEdge,
    /// The grant ends within the truck's stopping distance.
    NoGrant,
    /// The site has stopped all trucks.
    AllStop,
    /// The on-board stack cannot trust its own data or actuators.
    Fault(Distrust),
}

/// Data or actuator that the safety supervisor does not trust, so that it stops the truck for a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Distrust {
    /// The localisation has not started, or its pose is not a number.
    NoPosition,
    /// The newest frame is too old, or its time stamp is in the future.
    StaleFrame,
    /// The standard deviation of the position is too large.
    Position,
    /// The standard deviation of the heading is too large.
    Heading,
    /// The wheel speeds disagree with the motion, or the speed is not a number.
    WheelSpeeds,
    /// The front wheels do not follow the commanded angle, or their angle cannot be read.
    Steering,
    /// The body is up while the truck moves or is about to move.
    BodyUp,
    /// The command contains a value that is not a number.
    Command,
}

impl Restriction {
    /// All restrictions.
    pub const ALL: [Restriction; 12] = [
        Restriction::Obstacle,
        Restriction::DrivableEdge,
        Restriction::NoGrant,
        Restriction::AllStop,
        Restriction::Fault(Distrust::NoPosition),
        Restriction::Fault(Distrust::StaleFrame),
        Restriction::Fault(Distrust::Position),
        Restriction::Fault(Distrust::Heading),
        Restriction::Fault(Distrust::WheelSpeeds),
        Restriction::Fault(Distrust::Steering),
        Restriction::Fault(Distrust::BodyUp),
        Restriction::Fault(Distrust::Command),
    ];
}

impl fmt::Display for Restriction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Restriction::Obstacle => f.write_str("obstacle"),
            Restriction::DrivableEdge => f.write_str("edge of the drivable surface"),
            Restriction::NoGrant => f.write_str("end of the grant"),
            Restriction::AllStop => f.write_str("all-stop"),
            Restriction::Fault(cause) => write!(f, "fault: {cause}"),
        }
    }
}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Distrust::NoPosition => "no position",
            Distrust::StaleFrame => "old sensor data",
            Distrust::Position => "position uncertain",
            Distrust::Heading => "heading uncertain",
            Distrust::WheelSpeeds => "wheel speeds not trusted",
            Distrust::Steering => "steering does not follow",
            Distrust::BodyUp => "body up",
            Distrust::Command => "command is not a number",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Restriction;
    use std::collections::BTreeSet;

    #[test]
    fn every_restriction_has_its_own_text() {
        let texts: BTreeSet<_> = Restriction::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), Restriction::ALL.len());
    }
}
