//! The reference of the tracker: the sections of a path, the planned speeds, and the truck's station.

use super::predictive::{Ahead, HORIZON, LEAST_SPEED, STEP_TIMES};
use super::preview::PREVIEW;
use haul_core::Pose2;
use haul_planner::speed::SpeedProfile;
use haul_planner::{Path, PathPoint, PathProjection, Travel};
use std::ops::Range;
use std::sync::Arc;

/// Distance (m) from the last station within which the truck is searched: constant part.
const WINDOW: f64 = 4.0;
/// Increase of the search distance per unit of speed, s.
const WINDOW_TIME: f64 = 0.5;
/// Distance (m) from the end of a section within which the remaining distance is measured to the end pose. That also
/// shows an overshoot.
const END_ZONE: f64 = 1.5;
/// Number of points behind and ahead over which the change of the cross slope is taken. The chassis does not follow
/// changes over shorter distances.
const CROSS_SLOPE_POINTS: usize = 2;
/// Maximum rate at which the speed predicted ahead of the truck rises, m/s². [`SPEED_FALL`] is the rate of its fall.
const SPEED_RISE: f64 = 0.4;
const SPEED_FALL: f64 = 1.2;
/// Distance (m) by which a station hint is kept inside its section: at a cusp the station belongs to the next section.
const HINT_MARGIN: f64 = 1e-6;

/// The path that the truck drives, with its speed profile.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Reference {
    #[serde(with = "haul_core::state::shared")]
    pub path: Arc<Path>,
    #[serde(with = "haul_core::state::shared")]
    pub profile: Arc<SpeedProfile>,
    sections: Vec<Range<usize>>,
    section: usize,
    /// Station of the truck, m.
    pub station: f64,
}

/// The path at one point ahead of the truck.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PathAhead {
    /// Curvature of the path, 1/m.
    pub curvature: f64,
    /// Change of the cross slope per metre, 1/m.
    pub lean_rate: f64,
}

/// Position of the truck relative to the path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PathPosition {
    pub projection: PathProjection,
    pub travel: Travel,
    /// Distance to the end of the present section, m; negative past the end.
    pub remaining: f64,
    /// Curvature at the truck, 1/m.
    pub curvature: f64,
    /// Grade at the truck, rise over run.
    pub grade: f64,
    /// Cross slope at the truck, rise over run to the left of the body.
    pub cross_slope: f64,
    /// True if the present section is the last one of the path.
    pub last: bool,
}

impl Reference {
    pub fn new(path: Arc<Path>, profile: Arc<SpeedProfile>) -> Self {
        let sections = path.sections();
        let station = path.points.first().map_or(0.0, |p| p.station);
        Self { path, profile, sections, section: 0, station }
    }

    /// Replaces the path by one that equals it up to a point ahead of the truck. The truck keeps its station.
    pub fn amend(&mut self, path: Arc<Path>, profile: Arc<SpeedProfile>) {
        self.sections = path.sections();
        self.section = self.section.min(self.sections.len().saturating_sub(1));
        (self.path, self.profile) = (path, profile);
    }

    /// Returns the points of the present section.
    pub fn points(&self) -> &[PathPoint] {
        self.sections.get(self.section).and_then(|s| self.path.points.get(s.clone())).unwrap_or(&[])
    }

    /// Returns the first and the last point of the present section.
    fn bounds(&self) -> Option<(PathPoint, PathPoint)> {
        let points = self.points();
        Some((*points.first()?, *points.last()?))
    }

    /// Moves on to the next section. Returns `false` if there is none.
    pub fn next_section(&mut self) -> bool {
        if self.section + 1 >= self.sections.len() {
            return false;
        }
        self.section += 1;
        if let Some((first, _)) = self.bounds() {
            self.station = first.station;
        }
        true
    }

    /// Finds the truck on the present section. Returns `None` for an empty path.
    pub fn locate(&mut self, pose: Pose2, speed: f64) -> Option<PathPosition> {
        let (first, last) = self.bounds()?;
        let hint = self.station.clamp(first.station, (last.station - HINT_MARGIN).max(first.station));
        let window = WINDOW + WINDOW_TIME * speed.abs();
        let projection = self.path.project(pose, hint, window)?;
        self.station = projection.station.clamp(first.station, last.station);
        let mut remaining = last.station - self.station;
        if remaining < END_ZONE {
            let by_pose = -last.pose.locate(pose.position()).x * last.travel.sign();
            // Over 1.5 m, arc and chord differ only by millimetres.
            remaining = by_pose.min(END_ZONE);
        }
        let here = self.path.at(hint_inside(self.station, &last));
        Some(PathPosition {
            projection,
            travel: last.travel,
            remaining,
            curvature: here.curvature,
            grade: here.grade,
            cross_slope: here.cross_slope,
            last: self.section + 1 == self.sections.len(),
        })
    }

    /// Returns the path at the truck, and at `PREVIEW` points ahead of it, `spacing` apart. Beyond the end of the
    /// section the last values continue.
    pub fn preview(&self, spacing: f64, ahead: &mut [PathAhead; PREVIEW]) -> PathAhead {
        let points = self.points();
        let mut k = points.partition_point(|p| p.station <= self.station).saturating_sub(1);
        let here = lies(points, k, self.station);
        for (i, value) in ahead.iter_mut().enumerate() {
            let station = self.station + spacing * (i + 1) as f64;
            while points.get(k + 1).is_some_and(|p| p.station <= station) {
                k += 1;
            }
            *value = lies(points, k, station);
        }
        here
    }

    /// Returns the path at the instants of a horizon, for a truck that drives at `speed` (m/s along the path) now and
    /// at the planned speed, limited to `limit` (m/s), later.
    pub fn horizon(&self, speed: f64, limit: f64, ahead: &mut [Ahead; HORIZON + 1]) {
        let Some((first, last)) = self.bounds() else { return };
        let (sign, points) = (last.travel.sign(), self.points());
        let (mut speed, mut station) = (speed.max(LEAST_SPEED), self.station);
        let mut k = points.partition_point(|p| p.station <= station).saturating_sub(1);
        for (i, value) in ahead.iter_mut().enumerate() {
            while points.get(k + 1).is_some_and(|p| p.station <= station) {
                k += 1;
            }
            let here = lies(points, k, station);
            let inside = hint_inside(station.clamp(first.station, last.station), &last);
            let cross_slope = self.path.at(inside).cross_slope;
            *value = Ahead { speed: sign * speed, curvature: here.curvature, cross_slope };
            let dt = STEP_TIMES.get(i).copied().unwrap_or(0.0);
            station += speed * dt;
            let planned = self.planned(station).min(limit);
            speed = planned.clamp(speed - SPEED_FALL * dt, speed + SPEED_RISE * dt).max(LEAST_SPEED);
        }
    }

    /// Returns the curvature of the present section at a station, 1/m; constant beyond the section's ends.
    pub fn curvature(&self, station: f64) -> f64 {
        let Some((first, last)) = self.bounds() else { return 0.0 };
        self.path.at(hint_inside(station.clamp(first.station, last.station), &last)).curvature
    }

    /// Returns the cross slope of the present section at a station.
    pub fn cross_slope(&self, station: f64) -> f64 {
        let Some((first, last)) = self.bounds() else { return 0.0 };
        self.path.at(hint_inside(station.clamp(first.station, last.station), &last)).cross_slope
    }

    /// Returns the planned speed at a station of the present section, m/s.
    pub fn planned(&self, station: f64) -> f64 {
        let Some((first, last)) = self.bounds() else { return 0.0 };
        self.profile.speed_at(hint_inside(station.clamp(first.station, last.station), &last))
    }

    /// Returns the station of the end of the present section, m.
    pub fn section_end(&self) -> f64 {
        self.bounds().map_or(self.station, |(_, last)| last.station)
    }
}

/// Returns the path at a station after the point with index `k`.
fn lies(points: &[PathPoint], k: usize, station: f64) -> PathAhead {
    let curvature = match (points.get(k), points.get(k + 1)) {
        (Some(a), Some(b)) if b.station > a.station => {
            let t = ((station - a.station) / (b.station - a.station)).clamp(0.0, 1.0);
            a.curvature + (b.curvature - a.curvature) * t
        }
        (Some(a), _) => a.curvature,
        (None, _) => 0.0,
    };
    let ends = (
        points.get(k.saturating_sub(CROSS_SLOPE_POINTS)),
        points.get((k + 1 + CROSS_SLOPE_POINTS).min(points.len().max(1) - 1)),
    );
    let lean_rate = match ends {
        (Some(a), Some(b)) if b.station > a.station && points.get(k + 1).is_some() => {
            (b.cross_slope - a.cross_slope) / (b.station - a.station)
        }
        _ => 0.0,
    };
    PathAhead { curvature, lean_rate }
}

/// Moves a station inside its section.
fn hint_inside(station: f64, last: &PathPoint) -> f64 {
    station.min(last.station - HINT_MARGIN)
}
