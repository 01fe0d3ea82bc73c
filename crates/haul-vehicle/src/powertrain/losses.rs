//! Losses of gears, bearings and oil between the turbine and the hubs: a share of the torque in the gear meshes, and a
//! drag that grows with the shaft speed. The efficiency is high at high load and low at low load.

use crate::spec::quantity::Quantity::{Ratio, Rotation, Torque};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::Lookup;
use serde::Serialize;

/// The final drive from the gearbox output to the hubs, and all losses from the turbine to the hubs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FinalDriveSpec {
    /// Ratio of output-shaft speed to hub speed.
    pub ratio: f64,
    /// Efficiency from the engine's flywheel to the hubs, locked up, at rated power.
    pub efficiency: f64,
    /// Share of the torque that the gear meshes pass on.
    pub mesh_efficiency: f64,
    /// Drag of oil, bearings and seals at the turbine (N·m), as a function of turbine speed (rad/s).
    pub spin_torque: Lookup,
}

/// Tolerance between stated and computed efficiency at rated power, ratio.
const TOLERANCE: f64 = 0.01;

impl FinalDriveSpec {
    pub(crate) fn read(r: &mut Reader) -> Self {
        Self {
            ratio: r.figure("final_drive.differential", Ratio, FigureRange::Positive)
                * r.figure("final_drive.planetary", Ratio, FigureRange::Positive),
            efficiency: r.figure("final_drive.efficiency", Ratio, FigureRange::Share),
            mesh_efficiency: r.figure("final_drive.mesh_efficiency", Ratio, FigureRange::Share),
            spin_torque: r.curve("final_drive.spin_torque", Rotation, Torque, FigureRange::NotNegative),
        }
    }

    /// Adds a fault if the losses contradict the stated efficiency, at a net engine torque (N·m) and engine speed
    /// (rad/s).
    pub(crate) fn check(&self, r: &mut Reader, torque: f64, speed: f64) {
        let found = self.passed(torque, speed) / torque;
        if (found - self.efficiency).abs() > TOLERANCE {
            let what = format!(
                "meshes and drag pass {:.1} % at rated power, `final_drive.efficiency` is {:.1} %",
                100.0 * found,
                100.0 * self.efficiency
            );
            r.wrong("final_drive.efficiency.value", what, "correct the efficiency, the meshes or the drag");
        }
        if self.spin_torque.at(0.0) > 0.0 {
            let what = "shafts at a standstill have a drag";
            r.wrong("final_drive.spin_torque.value", what, "first point [0, 0]: brakes hold the standing truck");
        }
    }

    /// Returns the torque at the hubs divided by the overall ratio (N·m), for a turbine torque (N·m) at a signed
    /// turbine speed (rad/s). The losses reduce the torque on drive and increase it on overrun.
    pub fn passed(&self, torque: f64, turbine_speed: f64) -> f64 {
        self.passed_by(torque, turbine_speed, 1.0)
    }

    /// Returns the same torque as [`passed`](Self::passed), with the drag multiplied by `thickness` for cold oil.
    pub fn passed_by(&self, torque: f64, turbine_speed: f64, thickness: f64) -> f64 {
        let drag = thickness * self.spin_torque.at(turbine_speed.abs()).copysign(turbine_speed);
        let left = torque - drag;
        // If torque and speed have the same sign, the engine drives the truck; otherwise the truck drives the engine.
        let drives = left * if turbine_speed == 0.0 { 1.0 } else { turbine_speed.signum() } >= 0.0;
        if drives { left * self.mesh_efficiency } else { left / self.mesh_efficiency }
    }

    /// Returns the turbine torque (N·m) for a torque at the hubs divided by the overall ratio (N·m): the inverse of
    /// [`FinalDriveSpec::passed`] on drive.
    pub fn needed(&self, passed: f64, turbine_speed: f64) -> f64 {
        passed / self.mesh_efficiency + self.spin_torque.at(turbine_speed.abs())
    }
}

#[cfg(test)]
mod tests {
    use crate::spec::TruckSpec;
    use crate::spec::quantity::RPM;

    #[test]
    fn efficiency_falls_with_the_load_and_is_the_stated_one_at_rated_power() {
        let spec = TruckSpec::tr100at();
        let drive = &spec.final_drive;
        let (torque, speed) = (spec.engine.full_torque(spec.engine.rated), spec.engine.rated);
        let at = |share: f64| drive.passed(share * torque, speed) / (share * torque);
        assert!((at(1.0) - 0.87).abs() < 0.01, "{}", at(1.0));
        assert!(at(0.25) < at(0.5) && at(0.5) < at(1.0));
        let slow = drive.passed(torque, 1200.0 * RPM) / torque;
        assert!(slow > at(1.0), "slower shafts drag less");
        assert!((drive.needed(drive.passed(torque, speed), speed) / torque - 1.0).abs() < 1e-12);
    }

    #[test]
    fn losses_never_give_power() {
        let drive = TruckSpec::tr100at().final_drive;
        for speed in [-100.0, -1.0, 0.0, 1.0, 200.0] {
            for torque in [-3000.0, -10.0, 0.0, 10.0, 3000.0] {
                let (into, out) = (torque * speed, drive.passed(torque, speed) * speed);
                assert!(out <= into + 1e-9, "{torque} N·m at {speed} rad/s: {into} W in, {out} W out");
            }
        }
    }
}
