//! Faults that can be injected into a truck: sensors, actuators, radio link.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A fault of a truck's sensors, actuators or radio link.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TruckFault {
    /// The satellite receiver gives no fix.
    SatelliteLost,
    /// The satellite receiver's position has a constant offset.
    SatelliteOffset {
        /// Offset to the east, m.
        east: f64,
        /// Offset to the north, m.
        north: f64,
    },
    /// All wheel-speed sensors repeat their reading from the start of the fault.
    WheelSpeedsStuck,
    /// The struts give no payload reading.
    StrutsDead,
    /// The obstacle detector and the lidar give no reading.
    DetectorBlind,
    /// The front wheels stay at their angle from the start of the fault.
    SteeringStuck,
    /// The front wheels turn at only a share of the normal steering rate.
    SteeringSlow {
        /// Share of the normal steering rate, 0 to 1.
        share: f64,
    },
    /// The steering pump does not work; steering uses its accumulator.
    SteeringPump,
    /// The engine does not run.
    Engine,
    /// The retarder does not fill.
    Retarder,
    /// The front circuit of the service brake has no pressure.
    FrontBrakes,
    /// The rear circuit of the service brake has no pressure.
    RearBrakes,
    /// The wheel-slip control is off: the truck trusts the reported friction, and its wheels may slide.
    SlipControl,
    /// The hoist does not move.
    Hoist,
    /// The truck's radio is off: it neither sends nor receives.
    LineSilent,
}

impl TruckFault {
    /// Returns the fault's name in reports and scenario files.
    pub fn name(&self) -> &'static str {
        match self {
            TruckFault::SatelliteLost => "satellite_lost",
            TruckFault::SatelliteOffset { .. } => "satellite_offset",
            TruckFault::WheelSpeedsStuck => "wheel_speeds_stuck",
            TruckFault::StrutsDead => "struts_dead",
            TruckFault::DetectorBlind => "detector_blind",
            TruckFault::SteeringStuck => "steering_stuck",
            TruckFault::SteeringSlow { .. } => "steering_slow",
            TruckFault::SteeringPump => "steering_pump",
            TruckFault::Engine => "engine",
            TruckFault::Retarder => "retarder",
            TruckFault::FrontBrakes => "front_brakes",
            TruckFault::RearBrakes => "rear_brakes",
            TruckFault::SlipControl => "slip_control",
            TruckFault::Hoist => "hoist",
            TruckFault::LineSilent => "line_silent",
        }
    }
}

impl fmt::Display for TruckFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TruckFault::SatelliteLost => f.write_str("the satellite receiver gives no fix"),
            TruckFault::SatelliteOffset { east, north } => {
                write!(f, "the satellite receiver is off by {east:.2} m east, {north:.2} m north")
            }
            TruckFault::WheelSpeedsStuck => f.write_str("the wheel-speed sensors are stuck"),
            TruckFault::StrutsDead => f.write_str("the struts tell no payload"),
            TruckFault::DetectorBlind => f.write_str("the detector of the surroundings is blind"),
            TruckFault::SteeringStuck => f.write_str("the steering is stuck"),
            TruckFault::SteeringSlow { share } => {
                write!(f, "the steering follows at {:.0} % of its rate", 100.0 * share)
            }
            TruckFault::SteeringPump => f.write_str("the steering pump gives nothing"),
            TruckFault::Engine => f.write_str("the engine stands"),
            TruckFault::Retarder => f.write_str("the retarder does not fill"),
            TruckFault::FrontBrakes => f.write_str("the front circuit of the service brake is empty"),
            TruckFault::RearBrakes => f.write_str("the rear circuit of the service brake is empty"),
            TruckFault::SlipControl => f.write_str("the control of wheel slip is off"),
            TruckFault::Hoist => f.write_str("the hoist does not move"),
            TruckFault::LineSilent => f.write_str("the radio is off"),
        }
    }
}
