//! Controls of a truck that is driven by hand.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Set points of a truck's controls, held until they are changed. The default is a standing truck: neutral, park brake
/// set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Controls {
    /// Selected direction of drive.
    pub gear: Gear,
    /// Throttle demand, 0 to 1.
    pub throttle: f64,
    /// Position of the retarder lever, 0 to 1.
    pub retarder: f64,
    /// Service brake demand, 0 to 1.
    pub service_brake: f64,
    /// True if the park brake is set.
    pub park_brake: bool,
    /// Target angle of the virtual front wheel, rad, positive to the left.
    pub steering: f64,
    /// Position of the hoist lever.
    pub hoist: HoistLever,
}

impl Default for Controls {
    fn default() -> Self {
        Self {
            gear: Gear::Neutral,
            throttle: 0.0,
            retarder: 0.0,
            service_brake: 0.0,
            park_brake: true,
            steering: 0.0,
            hoist: HoistLever::Hold,
        }
    }
}

/// Direction of drive that a person selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gear {
    /// Forward.
    Forward,
    /// Neutral, no drive.
    #[default]
    Neutral,
    /// Reverse.
    Reverse,
}

/// A position of the hoist lever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoistLever {
    /// Holds the body at its current angle.
    #[default]
    Hold,
    /// Raises the body.
    Raise,
    /// Lowers the body.
    Lower,
}

impl fmt::Display for Controls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.gear {
            Gear::Forward => "forward",
            Gear::Neutral => "neutral",
            Gear::Reverse => "reverse",
        })?;
        for (name, value) in
            [("throttle", self.throttle), ("retarder", self.retarder), ("service brake", self.service_brake)]
        {
            if value != 0.0 {
                write!(f, ", {name} {:.0} %", 100.0 * value)?;
            }
        }
        if self.steering != 0.0 {
            write!(f, ", wheels at {:.1}°", self.steering.to_degrees())?;
        }
        if self.park_brake {
            f.write_str(", park brake set")?;
        }
        match self.hoist {
            HoistLever::Hold => Ok(()),
            HoistLever::Raise => f.write_str(", body up"),
            HoistLever::Lower => f.write_str(", body down"),
        }
    }
}
