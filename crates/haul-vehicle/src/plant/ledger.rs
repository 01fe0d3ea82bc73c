//! The truck's energy: work of the engine, and losses by part.

use serde::{Deserialize, Serialize};

/// Energies since the truck was created, J. Each loss is the time integral of its own force times speed; none is
/// computed as a remainder.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Energy {
    /// Net work of the engine at the flywheel.
    pub engine: f64,
    /// Energy lost in the torque converter.
    pub converter: f64,
    /// Energy lost in the slipping lock-up clutch and in shifts.
    pub clutches: f64,
    /// Energy lost in gears, bearings and oil.
    pub gears: f64,
    /// Energy absorbed by the retarder.
    pub retarder: f64,
    /// Energy absorbed by the front and rear brakes.
    pub brakes: [f64; 2],
    /// Energy lost to rolling resistance.
    pub rolling: f64,
    /// Energy lost in the slip of the tyres.
    pub slip: f64,
    /// Energy lost in the struts and in the damping of the tyres.
    pub ride: f64,
    /// Energy lost to air drag.
    pub air: f64,
}

impl Energy {
    /// Returns the sum of all losses, J.
    pub fn lost(&self) -> f64 {
        self.converter
            + self.clutches
            + self.gears
            + self.retarder
            + self.brakes[0]
            + self.brakes[1]
            + self.rolling
            + self.slip
            + self.ride
            + self.air
    }
}
