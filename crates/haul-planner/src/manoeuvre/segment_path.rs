//! A manoeuvre as a list of segments. Along each segment the curvature is constant or changes linearly.

use super::reeds_shepp::RsPath;
use crate::path::{PathPoint, Travel};
use haul_core::{Pose2, angle};

/// A segment of a path: a straight, an arc or a clothoid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Segment {
    pub travel: Travel,
    /// Curvature set by the steering at the start of the segment, 1/m, + = left.
    pub from: f64,
    /// Curvature set by the steering at the end of the segment, 1/m, + = left.
    pub to: f64,
    /// Length driven, m; never negative.
    pub length: f64,
}

impl Segment {
    pub fn steady(travel: Travel, curvature: f64, length: f64) -> Segment {
        Segment { travel, from: curvature, to: curvature, length }
    }

    /// Returns the pose after `distance` (m) along a segment that starts at `pose`.
    pub fn driven(&self, pose: Pose2, distance: f64) -> Pose2 {
        let sign = self.travel.sign();
        let rate = if self.length > 0.0 { (self.to - self.from) / self.length } else { 0.0 };
        let turn = |s: f64| sign * (self.from * s + rate * s * s / 2.0);
        if rate == 0.0 {
            return super::reeds_shepp::driven(pose, self.from, sign * distance);
        }
        // Simpson's rule along the clothoid: with steps of 0.25 m, the error is below 1e-9 m at any steering.
        let steps = (distance / 0.25).ceil().max(1.0);
        let h = distance / steps;
        let (mut x, mut y) = (0.0, 0.0);
        let (mut sine, mut cosine) = libm::sincos(pose.heading);
        for k in 0..steps as usize {
            let s = k as f64 * h;
            let (sm, cm) = libm::sincos(pose.heading + turn(s + h / 2.0));
            let (s1, c1) = libm::sincos(pose.heading + turn(s + h));
            x += cosine + 4.0 * cm + c1;
            y += sine + 4.0 * sm + s1;
            (sine, cosine) = (s1, c1);
        }
        let k = sign * h / 6.0;
        Pose2::new(pose.x + k * x, pose.y + k * y, angle::wrap(pose.heading + turn(distance)))
    }
}

/// Segments driven one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SegmentPath {
    pub start: Pose2,
    pub segments: Vec<Segment>,
}

/// Minimum length of a segment, m. Shorter segments are rounding errors.
const MIN_SEGMENT: f64 = 1e-7;

impl SegmentPath {
    pub fn new(start: Pose2) -> SegmentPath {
        SegmentPath { start, segments: Vec::new() }
    }

    /// Adds a segment, or extends the last segment if both have the same constant curvature.
    pub fn push(&mut self, segment: Segment) {
        if segment.length < MIN_SEGMENT {
            return;
        }
        if let Some(last) = self.segments.last_mut() {
            let steady = last.from == last.to && segment.from == segment.to;
            if steady && last.travel == segment.travel && (last.from - segment.from).abs() < 1e-12 {
                last.length += segment.length;
                return;
            }
        }
        self.segments.push(segment);
    }

    pub fn push_word(&mut self, word: &RsPath) {
        for s in word.segments() {
            let travel = if s.length < 0.0 { Travel::Reverse } else { Travel::Forward };
            self.push(Segment::steady(travel, s.turn.sign() / word.radius(), s.length.abs()));
        }
    }

    /// Returns this path driven backwards in time. `start` is the end of this path.
    pub fn reversed_in_time(&self, start: Pose2) -> SegmentPath {
        let back = |p: &Segment| Segment { travel: p.travel.other(), from: p.to, to: p.from, length: p.length };
        SegmentPath { start, segments: self.segments.iter().rev().map(back).collect() }
    }

    pub fn end(&self) -> Pose2 {
        self.segments.iter().fold(self.start, |pose, p| p.driven(pose, p.length))
    }

    pub fn length(&self) -> f64 {
        self.segments.iter().map(|p| p.length).sum()
    }

    /// Returns points at most `spacing` (m) apart. At a change of direction, two points share station and pose. The
    /// last point is set to `goal`, from which the end of the path differs only by rounding.
    pub fn points(&self, spacing: f64, goal: Pose2) -> Vec<PathPoint> {
        let mut points: Vec<PathPoint> = Vec::new();
        let (mut pose, mut station) = (self.start, 0.0);
        for section in self.segments.chunk_by(|a, b| a.travel == b.travel) {
            let length: f64 = section.iter().map(|p| p.length).sum();
            let count = (length / spacing).ceil().max(1.0) as usize;
            let (mut index, mut before, mut at) = (0, 0.0, pose);
            for k in 0..=count {
                let s = length * k as f64 / count as f64;
                while index + 1 < section.len() && s > before + section[index].length {
                    at = section[index].driven(at, section[index].length);
                    before += section[index].length;
                    index += 1;
                }
                let segment = &section[index];
                let into = (s - before).clamp(0.0, segment.length);
                let share = if segment.length > 0.0 { into / segment.length } else { 0.0 };
                let curvature = segment.from + (segment.to - segment.from) * share;
                points.push(PathPoint::at_pose(segment.driven(at, into), curvature, station + s, segment.travel));
            }
            (pose, station) = points.last().map_or((pose, station), |p| (p.pose, p.station));
        }
        match points.last_mut() {
            Some(last) => last.pose = goal,
            None => points.push(PathPoint::at_pose(goal, 0.0, 0.0, Travel::Forward)),
        }
        points
    }
}
