//! The hoist that raises the body.

use crate::command::Hoist;
use crate::spec::quantity::Quantity::{Angle, Duration, Length, Power, Speed};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::Point3;
use serde::Serialize;

/// Data of the hoist.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HoistSpec {
    /// Hinge about which the body turns, body frame, m.
    pub hinge: Point3,
    /// Time to raise the body from fully down to the dump angle, s.
    pub raise_time: f64,
    /// Time to lower the body from the dump angle to fully down, s.
    pub lower_time: f64,
    /// Maximum angle of the body, rad.
    pub dump_angle: f64,
    /// Maximum truck speed at which the hoist moves, m/s.
    pub standstill_speed: f64,
    /// Power taken from the engine while the hoist raises the body, W.
    pub power: f64,
    /// Angle from which the body counts as raised, rad.
    pub body_up_angle: f64,
    /// Maximum truck speed with the body raised, m/s.
    pub body_up_speed: f64,
    /// Steepest side slope on which the hoist raises the body, rad.
    pub most_side_slope: f64,
}

impl HoistSpec {
    pub(crate) fn read(r: &mut Reader) -> Self {
        let spec = Self {
            hinge: Point3::new(
                -r.figure("hoist.hinge_behind", Length, FigureRange::NotNegative),
                0.0,
                r.figure("hoist.hinge_height", Length, FigureRange::Positive),
            ),
            raise_time: r.figure("hoist.raise_time", Duration, FigureRange::Positive),
            lower_time: r.figure("hoist.lower_time", Duration, FigureRange::Positive),
            dump_angle: r.figure("hoist.dump_angle", Angle, FigureRange::Positive),
            standstill_speed: r.figure("hoist.standstill_speed", Speed, FigureRange::Positive),
            power: r.figure("hoist.power", Power, FigureRange::NotNegative),
            body_up_angle: r.figure("hoist.body_up_angle", Angle, FigureRange::Positive),
            body_up_speed: r.figure("hoist.body_up_speed", Speed, FigureRange::Positive),
            most_side_slope: r.figure("hoist.most_side_slope", Angle, FigureRange::Positive),
        };
        if spec.dump_angle > MAX_DUMP_ANGLE {
            let what = format!("a dump angle of {:.0}° is out of range", spec.dump_angle.to_degrees());
            r.wrong("hoist.dump_angle.value", what, "45 to 60° on rear-dump trucks");
        }
        spec
    }

    /// Returns the body's angle after `dt`. The body rises only if `free` allows it: near standstill, in neutral or on
    /// the park brake, with the engine running, and not on a steep side slope. A raised body always comes down by its
    /// weight.
    pub(crate) fn advance(&self, angle: f64, lever: Hoist, free: Free, dt: f64) -> f64 {
        let rate = match lever {
            Hoist::Raise if free.to_raise => self.dump_angle / self.raise_time,
            Hoist::Lower if free.to_lower => -self.dump_angle / self.lower_time,
            _ => 0.0,
        };
        (angle + rate * dt).clamp(0.0, self.dump_angle)
    }
}

/// Movements that the machine allows the hoist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Free {
    pub(crate) to_raise: bool,
    pub(crate) to_lower: bool,
}

/// Maximum dump angle of any rear-dump body, rad (75°).
const MAX_DUMP_ANGLE: f64 = 1.309;
