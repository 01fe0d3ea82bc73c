//! Conversion of drivers, controls and faults in a scenario file to those of the world.

use crate::file::{Action, DriverName, FaultName, GearName, HoistName, LateralControlName};
use haul_record::{Controls, Gear, HoistLever, TruckFault};
use haul_sim::{DriverKind, LateralControl};

/// Returns the driver with a name.
pub fn driver(name: DriverName) -> DriverKind {
    match name {
        DriverName::Stack => DriverKind::Stack,
        DriverName::Manual => DriverKind::Manual,
        DriverName::FullThrottle => DriverKind::FullThrottle,
        DriverName::FullBrake => DriverKind::FullBrake,
    }
}

/// Returns the steering method with a name.
pub fn lateral_control(name: LateralControlName) -> LateralControl {
    match name {
        LateralControlName::Predictive => LateralControl::Predictive,
        LateralControlName::Preview => LateralControl::Preview,
    }
}

/// Returns the controls of a `drive` action; `None` for an action of another kind.
pub fn controls(action: &Action) -> Option<Controls> {
    let Action::Drive { gear, throttle_pct, retarder_pct, brake_pct, park_brake, steering_deg, hoist, .. } = action
    else {
        return None;
    };
    Some(Controls {
        gear: match gear {
            GearName::Forward => Gear::Forward,
            GearName::Neutral => Gear::Neutral,
            GearName::Reverse => Gear::Reverse,
        },
        throttle: throttle_pct / 100.0,
        retarder: retarder_pct / 100.0,
        service_brake: brake_pct / 100.0,
        park_brake: *park_brake,
        steering: steering_deg.to_radians(),
        hoist: match hoist {
            HoistName::Hold => HoistLever::Hold,
            HoistName::Raise => HoistLever::Raise,
            HoistName::Lower => HoistLever::Lower,
        },
    })
}

/// Returns the fault with a name. `offset` is in metres, `rate_pct` in per cent. The check of the file ensures that
/// these are given if the fault needs them.
pub fn truck_fault(name: FaultName, offset: Option<[f64; 2]>, rate_pct: Option<f64>) -> TruckFault {
    match name {
        FaultName::SatelliteLost => TruckFault::SatelliteLost,
        FaultName::SatelliteOffset => {
            let [east, north] = offset.unwrap_or_default();
            TruckFault::SatelliteOffset { east, north }
        }
        FaultName::WheelSpeedsStuck => TruckFault::WheelSpeedsStuck,
        FaultName::StrutsDead => TruckFault::StrutsDead,
        FaultName::DetectorBlind => TruckFault::DetectorBlind,
        FaultName::SteeringStuck => TruckFault::SteeringStuck,
        FaultName::SteeringSlow => TruckFault::SteeringSlow { share: rate_pct.unwrap_or(100.0) / 100.0 },
        FaultName::SteeringPump => TruckFault::SteeringPump,
        FaultName::Engine => TruckFault::Engine,
        FaultName::Retarder => TruckFault::Retarder,
        FaultName::FrontBrakes => TruckFault::FrontBrakes,
        FaultName::RearBrakes => TruckFault::RearBrakes,
        FaultName::SlipControl => TruckFault::SlipControl,
        FaultName::Hoist => TruckFault::Hoist,
        FaultName::LineSilent => TruckFault::LineSilent,
    }
}
