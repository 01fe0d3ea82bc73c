//! Faults of a truck: hooks through which its sensor readings and its commands pass.
//!
//! The radio line has its own hook: [`crate::Line::silence`].

mod actuators;
mod sensors;

pub(crate) use actuators::SteeringNow;

use haul_record::TruckFault;
use serde::{Deserialize, Serialize};

/// Present faults of a truck, with the values at which parts are stuck.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TruckFaults {
    faults: Vec<TruckFault>,
    /// Wheel speeds that stuck sensors repeat, rad/s.
    held_wheels: Option<[f64; 6]>,
    /// Steering angle that slow or stuck steering has reached, rad.
    held_steering: Option<f64>,
}

impl TruckFaults {
    /// Injects a fault. It replaces a fault of the same name.
    pub(crate) fn fail(&mut self, fault: TruckFault) {
        match self.faults.iter_mut().find(|known| known.name() == fault.name()) {
            Some(known) => *known = fault,
            None => self.faults.push(fault),
        }
    }

    /// Ends the fault that has the same name as `fault`.
    pub(crate) fn repair(&mut self, fault: TruckFault) {
        self.faults.retain(|known| known.name() != fault.name());
    }

    /// Returns the faults that the truck has now, in the order in which they began.
    pub fn active(&self) -> &[TruckFault] {
        &self.faults
    }

    /// Returns true if the truck has exactly this fault.
    pub(crate) fn has(&self, fault: TruckFault) -> bool {
        self.faults.contains(&fault)
    }
}
