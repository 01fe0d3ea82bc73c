//! The lengths that right of way reckons with.

use haul_core::Footprint;

/// Lengths in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// From the middle of the rear axle to the nose.
    pub front: f64,
    /// From the middle of the rear axle to the tail.
    pub rear: f64,
    /// Kept free ahead of the nose of a truck that stands at the end of its grant.
    pub gap: f64,
    /// The least drivable width on which two trucks may meet.
    pub two_lane_width: f64,
    /// Around a junction's node, along each road: within this a truck is on the junction.
    pub junction_radius: f64,
    /// How far ahead of a truck road is granted. Must exceed the stopping distance from the speeds that the truck is to
    /// keep; more of it blocks others longer.
    pub horizon: f64,
    /// Grants on open road grow in steps of this.
    pub step: f64,
}

/// Two-way haul roads are 3.5 truck widths wide (USBM Information Circular 8758, Kaufman and Ault, 1977).
const TWO_LANE_WIDTHS: f64 = 3.5;
/// Stopping gap, m: a truck's braking is built up in a third of a second, which at 40 km/h is 4 m, and twice that again
/// covers the errors of its position and of the one ahead.
const GAP: f64 = 10.0;
/// Horizon, m: a loaded truck at 40 km/h down a 10 % ramp on wet ground stops within about 130 m; half as much again
/// keeps it from braking while the next stretch is on its way.
const HORIZON: f64 = 200.0;
/// Step, m: about a truck's length, so that grants are neither a stream nor a jerk.
const STEP: f64 = 10.0;

impl Rules {
    /// The rules for a fleet of trucks of one footprint.
    pub fn of(footprint: &Footprint) -> Self {
        Self {
            front: footprint.front,
            rear: footprint.rear,
            gap: GAP,
            two_lane_width: TWO_LANE_WIDTHS * 2.0 * footprint.half_width,
            junction_radius: footprint.length(),
            horizon: HORIZON,
            step: STEP,
        }
    }

    /// From the middle of the rear axle to the end of what is kept free ahead.
    pub fn ahead(&self) -> f64 {
        self.front + self.gap
    }

    /// Steps less than this are not worth a message.
    pub(super) fn least_step(&self) -> f64 {
        self.step / 10.0
    }
}
