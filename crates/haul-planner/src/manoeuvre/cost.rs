//! Cost of a manoeuvre, in metres of free forward driving.

use super::segment_path::Segment;
use super::tuning::TUNING;
use crate::path::Travel;

/// Returns the cost of a metre in a direction of travel.
pub(crate) fn per_metre(travel: Travel) -> f64 {
    if travel == Travel::Reverse { TUNING.reverse_cost } else { 1.0 }
}

/// The truck's last motion, as far as it affects the cost of the next segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MotionState {
    /// Direction of travel. `None` at the start, where either direction is free.
    pub travel: Option<Travel>,
    /// Curvature set by the steering, 1/m.
    pub curvature: f64,
    /// Length driven in reverse so far, m.
    pub reversed: f64,
}

impl MotionState {
    /// Returns the state of a standing truck whose wheels are turned to `curvature` (1/m).
    pub fn standing(curvature: f64) -> Self {
        Self { travel: None, curvature, reversed: 0.0 }
    }
}

/// Cost of segments for a truck with a given maximum curvature.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ManoeuvreCost {
    /// Maximum curvature of a segment with constant steering, 1/m.
    pub greatest_curvature: f64,
    /// Maximum total length in reverse, m. A segment that exceeds it has an infinite cost.
    pub max_reverse: f64,
    /// Direction of travel in the search in which the truck really reverses. Forward in a search backwards in time.
    pub reverses_in: Travel,
}

impl ManoeuvreCost {
    /// Returns the cost of a segment after the motion `before`, without the cost of nearby obstacles.
    pub fn segment(&self, before: MotionState, segment: &Segment) -> f64 {
        self.local(before, segment) + self.far_reverse(before.reversed, self.reversed(segment))
    }

    /// Returns the cost of a segment after the motion `before`, without the costs of a long reverse and of nearby
    /// obstacles.
    pub fn local(&self, before: MotionState, segment: &Segment) -> f64 {
        let is_change = before.travel.is_some_and(|t| t != segment.travel);
        let change = if is_change { TUNING.direction_change_cost } else { 0.0 };
        let steered = (segment.from - before.curvature).abs() / self.greatest_curvature;
        let curve = segment.from.abs() / self.greatest_curvature;
        segment.length * (per_metre(segment.travel) + TUNING.curvature_cost * curve)
            + change
            + TUNING.steering_cost * steered
    }

    /// Returns the length that the truck reverses on a segment, m.
    pub fn reversed(&self, segment: &Segment) -> f64 {
        if segment.travel == self.reverses_in { segment.length } else { 0.0 }
    }

    /// Returns the extra cost of reversing by `length` (m) after `before` metres in reverse: none up to `near_reverse`,
    /// then rising with each metre, infinite beyond `max_reverse`.
    pub fn far_reverse(&self, before: f64, length: f64) -> f64 {
        /// Rounding of summed lengths, m.
        const ROUNDING: f64 = 1e-6;
        if length <= 0.0 {
            return 0.0;
        }
        if before + length > self.max_reverse + ROUNDING {
            return f64::INFINITY;
        }
        let extra = |reversed: f64| TUNING.far_reverse_rise / 2.0 * (reversed - TUNING.near_reverse).max(0.0).powi(2);
        extra(before + length) - extra(before)
    }

    /// Returns the motion after a segment.
    pub fn after(&self, before: MotionState, segment: &Segment) -> MotionState {
        let reversed = before.reversed + self.reversed(segment);
        MotionState { travel: Some(segment.travel), curvature: segment.to, reversed }
    }

    /// Returns the cost of driving `length` (m) near obstacles. `excess` is the minimum clearance minus the margin, m.
    pub fn proximity(&self, length: f64, excess: f64) -> f64 {
        length * TUNING.proximity_cost * (1.0 - excess / TUNING.comfort_clearance).clamp(0.0, 1.0)
    }
}
