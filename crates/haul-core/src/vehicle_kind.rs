//! Kinds of manned vehicles, with their dimensions and accelerations.

use crate::Footprint;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Kind of a manned vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VehicleKind {
    /// A crew-cab pickup.
    #[default]
    LightVehicle,
    /// A water cart on a road-truck chassis.
    WaterCart,
    /// A motor grader.
    Grader,
}

impl VehicleKind {
    /// Returns the footprint of the vehicle around its rear-axle centre. A crew-cab pickup is 5.3 m by 1.9 m (Toyota
    /// Hilux, data sheet). A 20,000 l water cart on four axles is about 10 m by 2.5 m, the legal width of road trucks. A
    /// motor grader is 10 m long, with a blade of 4.9 m that it carries askew (Caterpillar 16, data sheet).
    pub fn footprint(self) -> Footprint {
        match self {
            VehicleKind::LightVehicle => Footprint { front: 4.1, rear: 1.2, half_width: 0.95 },
            VehicleKind::WaterCart => Footprint { front: 7.2, rear: 2.8, half_width: 1.25 },
            VehicleKind::Grader => Footprint { front: 7.4, rear: 2.6, half_width: 2.0 },
        }
    }

    /// Returns the height of the top of the vehicle, m. The whip flag of a light vehicle does not count.
    pub fn height(self) -> f64 {
        match self {
            VehicleKind::LightVehicle => 1.9,
            VehicleKind::WaterCart => 3.2,
            VehicleKind::Grader => 3.7,
        }
    }

    /// Returns the deceleration at which the driver stops, m/s²: firm for a pickup, gentle with water that sloshes.
    pub fn deceleration(self) -> f64 {
        match self {
            VehicleKind::LightVehicle => 3.0,
            VehicleKind::WaterCart => 1.5,
            VehicleKind::Grader => 2.0,
        }
    }

    /// Returns the acceleration at which the driver starts, m/s².
    pub fn acceleration(self) -> f64 {
        match self {
            VehicleKind::LightVehicle => 1.5,
            VehicleKind::WaterCart => 0.6,
            VehicleKind::Grader => 0.5,
        }
    }
}

impl fmt::Display for VehicleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            VehicleKind::LightVehicle => "light vehicle",
            VehicleKind::WaterCart => "water cart",
            VehicleKind::Grader => "grader",
        })
    }
}
