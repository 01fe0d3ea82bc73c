//! Check that a truck stays on the drivable surface.

use haul_core::{Footprint, Point2, Pose2, angle};
use haul_mine::Drivable;
use haul_vehicle::WheelState;

/// Result of a check against the drivable surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurfaceLook {
    /// Minimum signed distance (m) of the outline from the edge; a lower bound for a truck far from the edge.
    pub clearance: f64,
    /// True if any part of the outline, or any wheel, is outside the drivable surface.
    pub is_off: bool,
}

/// Watches one truck's outline.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SurfaceWatch {
    /// Outline of the truck.
    footprint: Footprint,
    was_off: bool,
    /// Pose and clearance (m) at the last measurement of the edge, kept only to save measurements.
    known: Option<(Pose2, f64)>,
}

/// Clearance (m) below which each wheel is checked.
const WHEEL_CHECK_CLEARANCE: f64 = 1.0;

/// Change found by a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    WentOff,
    CameBack,
}

impl SurfaceWatch {
    /// Creates a watch over a truck with this footprint.
    pub fn new(footprint: Footprint) -> Self {
        Self { footprint, was_off: false, known: None }
    }

    /// Checks a truck at `pose` with its wheels. The clearance is exact if it is less than `least` (m) or the truck is
    /// near the edge.
    pub(crate) fn look(
        &mut self,
        drivable: &Drivable,
        pose: Pose2,
        wheels: &[WheelState],
        least: f64,
    ) -> (SurfaceLook, Change) {
        let in_the_open = self.at_least(pose).filter(|clearance| *clearance > least.max(WHEEL_CHECK_CLEARANCE));
        let clearance = in_the_open.unwrap_or_else(|| {
            let measured = drivable.footprint_clearance(&self.footprint, pose);
            self.known = Some((pose, measured));
            measured
        });
        let wheel_off = |w: &WheelState| {
            let at: Point2 = pose.place(w.centre.x, w.centre.y);
            !drivable.contains(at)
        };
        // The wheels lie inside the outline.
        let is_off = clearance < 0.0 || (clearance < WHEEL_CHECK_CLEARANCE && wheels.iter().any(wheel_off));
        let change = match (self.was_off, is_off) {
            (false, true) => Change::WentOff,
            (true, false) => Change::CameBack,
            _ => Change::None,
        };
        self.was_off = is_off;
        (SurfaceLook { clearance, is_off }, change)
    }

    /// Returns a lower bound of the clearance at a pose, m: the change of position and heading limits the movement of
    /// every point of the outline. Returns `None` before the first measurement.
    fn at_least(&self, pose: Pose2) -> Option<f64> {
        let (at, clearance) = self.known?;
        let turn = angle::difference(pose.heading, at.heading).abs();
        Some(clearance - pose.distance(at) - self.footprint.reach() * turn)
    }
}
