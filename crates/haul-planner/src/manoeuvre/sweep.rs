//! Clearance of the footprint along a path.

use super::search_frame::SearchSpace;
use super::segment_path::{Segment, SegmentPath};
use haul_core::{Footprint, Pose2};

/// Minimum distance between samples, m. Between samples, the clearance can fall short of the margin by about half of
/// this distance.
const LEAST_STEP: f64 = 0.25;
/// Share of the start's clearance that a truck starting closer than the margin must keep while its tail swings.
const MIN_START_CLEARANCE_SHARE: f64 = 0.3;
/// Rate at which the clearance must return to the margin once the truck is farther from the start than its reach, m per
/// m.
const RECOVERY: f64 = 0.05;
/// Rounding error of a clearance, m.
const ROUNDING: f64 = 1e-6;

/// Checks the paths of one truck from one start.
pub(crate) struct Sweep<'a> {
    pub space: &'a SearchSpace<'a>,
    pub footprint: Footprint,
    reach: f64,
    margin: f64,
    /// Clearance beyond which obstacles have no effect, m.
    enough: f64,
    start: Pose2,
    start_clearance: f64,
}

impl<'a> Sweep<'a> {
    pub fn new(space: &'a SearchSpace<'a>, footprint: Footprint, margin: f64, comfort: f64, start: Pose2) -> Self {
        let start_clearance = space.footprint_clearance(&footprint, start);
        let reach = footprint.reach();
        Self { space, footprint, reach, margin, enough: margin + comfort, start, start_clearance }
    }

    pub fn start_clearance(&self) -> f64 {
        self.start_clearance
    }

    /// Returns the clearance required at a pose, m: the margin, or less near a start below the margin.
    pub fn required(&self, pose: Pose2) -> f64 {
        if self.start_clearance >= self.margin {
            return self.margin;
        }
        let kept = self.start_clearance.min(MIN_START_CLEARANCE_SHARE * self.start_clearance);
        self.margin.min(kept + RECOVERY * (pose.distance(self.start) - self.reach).max(0.0))
    }

    /// Returns true if the clearance at the start is less than the margin.
    pub fn is_cramped(&self) -> bool {
        self.start_clearance < self.margin
    }

    /// Returns the minimum clearance along a segment (m), or `None` where the clearance is less than required.
    ///
    /// Clearances beyond `enough` count as `enough`. No point of the footprint moves more than 1 + |curvature| × reach
    /// metres per metre driven. The clearance in excess of the required one therefore gives the distance to the next
    /// sample.
    pub fn segment(&self, pose: Pose2, segment: &Segment) -> Option<f64> {
        let per_metre = 1.0 + segment.from.abs().max(segment.to.abs()) * self.reach + RECOVERY;
        let (mut s, mut least) = (0.0, self.enough);
        loop {
            let at = segment.driven(pose, s);
            let clearance = self.space.footprint_clearance_up_to(&self.footprint, at, self.enough);
            let slack = clearance - self.required(at);
            if slack < -ROUNDING {
                return None;
            }
            least = least.min(clearance);
            if s >= segment.length {
                return Some(least);
            }
            s = (s + (slack / per_metre).max(LEAST_STEP)).min(segment.length);
        }
    }

    /// Returns the length from `pose` along a segment that is clear, m.
    pub fn clear_length(&self, pose: Pose2, segment: &Segment) -> f64 {
        let per_metre = 1.0 + segment.from.abs().max(segment.to.abs()) * self.reach + RECOVERY;
        let (mut s, mut clear) = (0.0, 0.0);
        loop {
            let at = segment.driven(pose, s);
            let slack = self.space.footprint_clearance_up_to(&self.footprint, at, self.enough) - self.required(at);
            if slack < -ROUNDING {
                return clear;
            }
            clear = s;
            if s >= segment.length {
                return s;
            }
            s = (s + (slack / per_metre).max(LEAST_STEP)).min(segment.length);
        }
    }

    /// Returns the minimum clearance along a whole path, m, or `None`, as [`Sweep::segment`].
    pub fn path(&self, path: &SegmentPath) -> Option<f64> {
        let (mut pose, mut least) = (path.start, self.enough);
        for segment in &path.segments {
            least = least.min(self.segment(pose, segment)?);
            pose = segment.driven(pose, segment.length);
        }
        Some(least)
    }
}
