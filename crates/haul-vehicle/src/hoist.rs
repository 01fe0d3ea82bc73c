//! The hoist that raises the body, and the load that slides out of it.

use crate::command::Hoist;
use crate::mass::{Load, MassSpec};
use crate::spec::quantity::Quantity::{Angle, Duration, Length, MassFlow, Speed};
use crate::spec::reader::{Bound, Reader};
use haul_core::Point3;
use serde::Serialize;

/// The hoist's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HoistSpec {
    /// Hinge of the body, body frame, m.
    pub hinge: Point3,
    /// Time from down to the dump angle, s.
    pub raise_time: f64,
    /// Time from the dump angle to down, s.
    pub lower_time: f64,
    /// Greatest angle of the body, rad.
    pub dump_angle: f64,
    /// Angle at which the load begins to slide out, rad.
    pub flow_start_angle: f64,
    /// Angle from which it slides out at the full rate, rad.
    pub flow_full_angle: f64,
    /// Full rate of sliding out, kg/s.
    pub flow_rate: f64,
    /// The hoist moves below this speed only, m/s.
    pub standstill_speed: f64,
}

impl HoistSpec {
    pub(crate) fn read(r: &mut Reader) -> Self {
        let spec = Self {
            hinge: Point3::new(
                -r.figure("hoist.hinge_behind", Length, Bound::NotNegative),
                0.0,
                r.figure("hoist.hinge_height", Length, Bound::Positive),
            ),
            raise_time: r.figure("hoist.raise_time", Duration, Bound::Positive),
            lower_time: r.figure("hoist.lower_time", Duration, Bound::Positive),
            dump_angle: r.figure("hoist.dump_angle", Angle, Bound::Positive),
            flow_start_angle: r.figure("hoist.flow_start_angle", Angle, Bound::Positive),
            flow_full_angle: r.figure("hoist.flow_full_angle", Angle, Bound::Positive),
            flow_rate: r.figure("hoist.flow_rate", MassFlow, Bound::Positive),
            standstill_speed: r.figure("hoist.standstill_speed", Speed, Bound::Positive),
        };
        if spec.flow_start_angle >= spec.flow_full_angle {
            let what = "the load flows fully before it begins to flow";
            r.wrong("hoist.flow_full_angle.value", what, "greater than `hoist.flow_start_angle`");
        }
        if spec.flow_full_angle > spec.dump_angle {
            let what = "the body never rises far enough to empty";
            r.wrong("hoist.dump_angle.value", what, "at least `hoist.flow_full_angle`");
        }
        if spec.dump_angle > MOST_DUMP_ANGLE {
            let what = format!("a body does not stand at {:.0}°", spec.dump_angle.to_degrees());
            r.wrong("hoist.dump_angle.value", what, "45 to 60° on rear-dump trucks");
        }
        spec
    }

    /// The body's angle after `dt`; it moves only where `free` (near standstill, in neutral or on the park brake).
    pub(crate) fn advance(&self, angle: f64, lever: Hoist, free: bool, dt: f64) -> f64 {
        let rate = match lever {
            Hoist::Raise if free => self.dump_angle / self.raise_time,
            Hoist::Lower if free => -self.dump_angle / self.lower_time,
            _ => 0.0,
        };
        (angle + rate * dt).clamp(0.0, self.dump_angle)
    }

    /// Lets the load slide for `dt` at a floor angle (rad). Returns the mass that left, kg.
    ///
    /// The rate rises from none at the start angle to the full rate at the full angle, and falls off with what is
    /// left; the rest's centre slides aft by what the flow draws with it.
    pub(crate) fn discharge(&self, load: &mut Load, mass: &MassSpec, angle: f64, dt: f64) -> f64 {
        if load.mass <= 0.0 || angle <= self.flow_start_angle {
            return 0.0;
        }
        let openness =
            ((angle - self.flow_start_angle) / (self.flow_full_angle - self.flow_start_angle)).clamp(0.0, 1.0);
        let rate = (self.flow_rate * openness).min(load.mass / TAIL_TIME);
        let left = if load.mass <= CLEAN_BODY { load.mass } else { (rate * dt).min(load.mass) };
        load.mass -= left;
        // What is gone leaves over the tail and what stays is the tongue behind it: the centre moves aft in
        // proportion, to half a heap's length at the last.
        let aft = 0.5 * mass.payload_size.x * left / mass.rated_payload;
        load.centre.x = (load.centre.x - aft).max(self.hinge.x);
        if load.mass <= 0.0 {
            *load = Load::default();
        }
        left
    }
}

/// No rear-dump body stands steeper than this, rad (75°).
const MOST_DUMP_ANGLE: f64 = 1.309;
/// The last of a load runs out with this time constant, s; E: seen on tipping bodies.
const TAIL_TIME: f64 = 1.0;
/// Below this the body is clean, kg.
const CLEAN_BODY: f64 = 20.0;
