//! Whether a truck stays on the drivable surface.

use haul_core::{Footprint, Point2, Pose2};
use haul_mine::Drivable;
use haul_vehicle::WheelState;

/// What a look at the surface found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurfaceLook {
    /// Least signed distance of the outline from the edge, m.
    pub clearance: f64,
    /// Whether any part of the outline, or any wheel, is outside.
    pub is_off: bool,
}

/// Watches one truck's outline.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SurfaceWatch {
    /// What the truck covers.
    footprint: Footprint,
    was_off: bool,
}

/// What changed with a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    WentOff,
    CameBack,
}

impl SurfaceWatch {
    /// A watch over a truck that covers `footprint`.
    pub fn new(footprint: Footprint) -> Self {
        Self { footprint, was_off: false }
    }

    /// Looks at a truck at `pose` with its wheels.
    pub(crate) fn look(&mut self, drivable: &Drivable, pose: Pose2, wheels: &[WheelState]) -> (SurfaceLook, Change) {
        let clearance = drivable.footprint_clearance(&self.footprint, pose);
        let wheel_off = |w: &WheelState| {
            let at: Point2 = pose.place(w.centre.x, w.centre.y);
            !drivable.contains(at)
        };
        // The wheels lie inside the outline: only near the edge is there a need to ask each.
        let is_off = clearance < 0.0 || (clearance < 1.0 && wheels.iter().any(wheel_off));
        let change = match (self.was_off, is_off) {
            (false, true) => Change::WentOff,
            (true, false) => Change::CameBack,
            _ => Change::None,
        };
        self.was_off = is_off;
        (SurfaceLook { clearance, is_off }, change)
    }
}
