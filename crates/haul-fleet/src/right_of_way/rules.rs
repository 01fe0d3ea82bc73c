//! The lengths that the right of way uses.

use haul_core::Footprint;

/// Lengths that the right of way uses, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Margin around the outline of a truck that belongs to its claim. Two trucks are at least twice this distance
    /// apart.
    pub margin: f64,
    /// Length beyond the end of a grant that also belongs to the truck's claim.
    pub gap: f64,
    /// Minimum growth of a grant, unless it reaches the station that the truck wants.
    pub least_step: f64,
    /// Distance beyond its grant within which a waiting truck keeps others off the cells that it waits for.
    pub look_ahead: f64,
}

/// Margin, m: the maximum lateral error of the tracking control (0.3 m) and of the position (0.1 m), rounded up.
const MARGIN: f64 = 0.5;
/// Length kept free ahead of a truck at the end of its grant, as a fraction of the truck's length. It is about 4 m: the
/// error of a late stop while the brakes build up at walking pace.
const GAP_LENGTHS: f64 = 0.4;
/// Minimum growth of a grant, as a fraction of the truck's length. It avoids a stream of small grants and jerky
/// driving.
const STEP_LENGTHS: f64 = 0.25;
/// Look-ahead of a waiting truck, in truck lengths.
const LOOK_AHEAD_LENGTHS: f64 = 4.0;

impl Rules {
    /// Creates the rules for a fleet of trucks with one footprint.
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
