//! Common data of the parts outside the pit.

use super::super::original_ground::OriginalGround;
use super::super::spec::PitSpec;
use super::axes::LocalAxes;
use haul_core::Point3;

/// The main road, from the end of the ramp to the crusher's pad.
pub(super) struct MainRoad {
    /// Index of the road's surface element.
    pub(super) road: usize,
    /// Points of the road's centreline.
    pub(super) line: Vec<Point3>,
}

/// Common input for laying out the parts outside the pit.
pub(super) struct Outside<'a> {
    pub(super) spec: &'a PitSpec,
    pub(super) ground: &'a OriginalGround,
    /// Axes at the end of the ramp: along the ramp's last heading, and away from the pit.
    pub(super) exit: LocalAxes,
    /// Half the drivable width of roads, m.
    pub(super) half_width: f64,
}
