//! Cost of a manoeuvre, in metres of free forward driving.

use super::segment_path::Segment;
use super::tuning::TUNING;
use crate::path::Travel;

/// Cost of a metre in a direction of travel.
pub(crate) fn per_metre(travel: Travel) -> f64 {
    if travel == Travel::Reverse { TUNING.reverse_cost } else { 1.0 }
}

/// The truck's last motion, as far as it affects the cost of the next segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MotionState {
    /// Direction of travel; `None` at the start, where either direction is free.
    pub travel: Option<Travel>,
    /// Curvature by the steering, 1/m.
    pub curvature: f64,
}

/// Cost of segments for a truck with a given greatest curvature.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ManoeuvreCost {
    /// Greatest curvature of a steady segment, 1/m.
    pub greatest_curvature: f64,
}

impl ManoeuvreCost {
    /// Cost of a segment after a motion, without the cost of nearby obstacles.
    pub fn segment(&self, before: MotionState, segment: &Segment) -> f64 {
        let is_change = before.travel.is_some_and(|t| t != segment.travel);
        let change = if is_change { TUNING.direction_change_cost } else { 0.0 };
        let steered = (segment.from - before.curvature).abs() / self.greatest_curvature;
        let curve = segment.from.abs() / self.greatest_curvature;
        segment.length * (per_metre(segment.travel) + TUNING.curvature_cost * curve)
            + change
            + TUNING.steering_cost * steered
    }

    /// Cost of driving a length near obstacles. `excess` is the least clearance beyond the margin, m.
    pub fn proximity(&self, length: f64, excess: f64) -> f64 {
        length * TUNING.proximity_cost * (1.0 - excess / TUNING.comfort_clearance).clamp(0.0, 1.0)
    }
}
