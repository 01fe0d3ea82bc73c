//! The torque converter: capacity factor Kp and torque ratio as functions of the speed ratio.

use crate::spec::quantity::Quantity::{ConverterCapacity, Ratio};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::Lookup;
use serde::Serialize;

/// Data of the torque converter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConverterSpec {
    /// Kp at stall, (rad/s)/√(N·m): pump (engine) speed divided by the square root of the pump torque.
    pub stall_kp: f64,
    /// Torque ratio (turbine to pump) as a function of the speed ratio (turbine to pump).
    pub torque_ratio: Lookup,
    /// (Kp at stall / Kp)² as a function of the speed ratio (turbine to pump); negative if the turbine drives.
    pub capacity: Lookup,
}

impl ConverterSpec {
    pub(crate) fn read(r: &mut Reader) -> Self {
        let stall_ratio = r.figure("converter.stall_ratio", Ratio, FigureRange::Positive);
        let spec = Self {
            stall_kp: r.figure("converter.stall_kp", ConverterCapacity, FigureRange::Positive),
            torque_ratio: r.curve("converter.torque_ratio", Ratio, Ratio, FigureRange::Positive),
            capacity: r.curve("converter.capacity", Ratio, Ratio, FigureRange::Any),
        };
        let read = spec.torque_ratio.at(0.0);
        if stall_ratio < 1.0 {
            r.wrong("converter.stall_ratio.value", "a converter does not lose torque at stall", "1.5 to 3");
        }
        if read > 0.0 && (read - stall_ratio).abs() > RATIO_TOLERANCE {
            let what = format!("`converter.torque_ratio` begins at {read}, `converter.stall_ratio` is {stall_ratio}");
            r.wrong("converter.torque_ratio.value", what, format!("first point [0.0, {stall_ratio}]"));
        }
        if spec.capacity.points().windows(2).any(|w| w[1][1] > w[0][1]) {
            let what = "the capacity rises with the speed ratio";
            r.wrong("converter.capacity.value", what, "1 at stall, falling to 0 where turbine and pump turn alike");
        }
        spec
    }

    /// Returns the torques of pump (taken from the engine) and turbine (given to the gearbox), N·m, at their speeds
    /// (rad/s).
    pub fn torques(&self, pump_speed: f64, turbine_speed: f64) -> (f64, f64) {
        let pump_speed = pump_speed.max(LEAST_PUMP_SPEED);
        let ratio = turbine_speed / pump_speed;
        // Above a ratio of 1 the turbine drives, and its speed determines the flow.
        let driver = if ratio > 1.0 { turbine_speed } else { pump_speed };
        let root = driver / self.stall_kp;
        let pump = root * root * self.capacity.at(ratio);
        (pump, pump * if ratio > 1.0 { 1.0 } else { self.torque_ratio.at(ratio.max(0.0)) })
    }
}

/// Tolerance between the stated stall ratio and the first point of the curve.
const RATIO_TOLERANCE: f64 = 0.01;
/// Lower bound on the pump speed when the speed ratio is computed, rad/s.
const LEAST_PUMP_SPEED: f64 = 1.0;

#[cfg(test)]
mod tests {
    use crate::spec::TruckSpec;
    use crate::spec::quantity::RPM;

    #[test]
    fn stall_is_what_kp_and_ratio_say() {
        let c = TruckSpec::tr100at().transmission.converter;
        let (pump, turbine) = c.torques(1792.0 * RPM, 0.0);
        assert!((pump - (1792.0f64 / 28.0).powi(2)).abs() < 1.0, "{pump}");
        assert!((turbine / pump - 1.86).abs() < 1e-9);
    }

    #[test]
    fn it_gives_no_power_from_nothing() {
        let c = TruckSpec::tr100at().transmission.converter;
        for i in 1..=100 {
            let ratio = i as f64 / 100.0;
            let (pump, turbine) = c.torques(180.0, 180.0 * ratio);
            assert!(turbine * ratio <= pump + 1e-9, "efficiency above 1 at {ratio}");
        }
    }
}
