//! The lengths that right of way works with.

use haul_core::Footprint;

/// Lengths in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Ground around the outline of a truck that is its own. Two trucks are at least twice this apart.
    pub margin: f64,
    /// Ground along the path, beyond the end of a grant, that is the truck's own as well.
    pub gap: f64,
    /// A grant grows by at least this, unless it reaches what the truck wants.
    pub least_step: f64,
    /// A waiting truck keeps others out of the ground that it waits for, where that begins within this of its grant.
    pub look_ahead: f64,
}

/// Margin, m: the greatest lateral error of the tracking control (0.3 m) and of the position (0.1 m), rounded up.
const MARGIN: f64 = 0.5;
/// Share of the truck's length that is kept free ahead of a truck at the end of its grant: about 4 m, the error of a
/// late stop with its brakes' build-up at walking pace.
const GAP_LENGTHS: f64 = 0.4;
/// Share of the truck's length by which a grant grows: grants are neither a stream nor a jerk.
const STEP_LENGTHS: f64 = 0.25;
/// Lengths of the truck within which a waiting truck has a claim to what lies ahead of it.
const LOOK_AHEAD_LENGTHS: f64 = 4.0;

impl Rules {
    /// The rules for a fleet of trucks of one footprint.
    pub fn of(footprint: &Footprint) -> Self {
        let length = footprint.length();
        Self {
            margin: MARGIN,
            gap: GAP_LENGTHS * length,
            least_step: STEP_LENGTHS * length,
            look_ahead: LOOK_AHEAD_LENGTHS * length,
        }
    }
}
