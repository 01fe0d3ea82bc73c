//! The truck's energy: work of the engine, and losses by part.

use serde::{Deserialize, Serialize};

/// Energies since the truck was created, J. Each loss is the product of its own force and speed; none is computed as a
/// remainder.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Energy {
    /// Net work of the engine at its flywheel.
    pub engine: f64,
    /// Lost in the torque converter.
    pub converter: f64,
    /// Lost in the slipping lock-up clutch and in shifts.
    pub clutches: f64,
    /// Lost in gears, bearings and oil.
    pub gears: f64,
    /// Taken by the retarder.
    pub retarder: f64,
    /// Taken by the front and rear brakes.
    pub brakes: [f64; 2],
    /// Taken by the rolling resistance.
    pub rolling: f64,
    /// Lost in the slip of the tyres.
    pub slip: f64,
    /// Lost in struts and in the tyres' own damping.
    pub ride: f64,
    /// Lost to the air.
    pub air: f64,
}

impl Energy {
    /// Sum of all losses, J.
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
