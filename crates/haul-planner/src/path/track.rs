//! A path: its length, its sections, the point at a station, and the nearest point to a pose.

use super::{PathPoint, Travel};
use haul_core::{Pose2, angle};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A path for a truck: points about 0.5 m apart, with ascending stations. At a change of direction (a *cusp*), two
/// points have the same station and pose but different directions of travel.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Path {
    /// The points, in driving order.
    pub points: Vec<PathPoint>,
}

/// Position of a pose relative to a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathProjection {
    /// Station of the nearest point of the path, m.
    pub station: f64,
    /// Offset of the pose from the path, m: positive to the left of the path's *body* heading, also in reverse.
    pub lateral: f64,
    /// Heading of the pose minus the path's body heading, rad, in (−π, π].
    pub heading_error: f64,
    /// Index of the nearest segment, which lies between points `index` and `index + 1`.
    pub index: usize,
}

/// Length below which a segment has no direction, m.
const MIN_SEGMENT: f64 = 1e-9;
/// Maximum correction of a projection from the chord to the curve, m.
const NEWTON_STEP: f64 = 0.25;

impl Path {
    /// Creates a path through the points.
    pub fn new(points: Vec<PathPoint>) -> Self {
        Self { points }
    }

    /// Returns true if the path has no points.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Returns the distance travelled over the whole path, m.
    pub fn length(&self) -> f64 {
        match (self.points.first(), self.points.last()) {
            (Some(a), Some(b)) => b.station - a.station,
            _ => 0.0,
        }
    }

    /// Returns the sections of one direction of travel as ranges of points, in order. Each section but the last ends at
    /// a cusp.
    pub fn sections(&self) -> Vec<Range<usize>> {
        let mut sections = Vec::new();
        let mut start = 0;
        for i in 1..=self.points.len() {
            if i == self.points.len() || self.points[i].travel != self.points[start].travel {
                sections.push(start..i);
                start = i;
            }
        }
        sections
    }

    /// Returns the section at a station; at a cusp, the section that begins there. `None` for an empty path.
    pub fn section_at(&self, station: f64) -> Option<Range<usize>> {
        let i = self.points.partition_point(|p| p.station <= station).saturating_sub(1);
        let travel = self.points.get(i)?.travel;
        let start = self.points[..i].iter().rposition(|p| p.travel != travel).map_or(0, |k| k + 1);
        let end = self.points[i..].iter().position(|p| p.travel != travel).map_or(self.points.len(), |k| i + k);
        Some(start..end)
    }

    /// Returns the part of the section at a station that a projection within `window` metres can reach. The work does
    /// not grow with the length of the path.
    fn section_about(&self, station: f64, window: f64) -> Option<Range<usize>> {
        let points = &self.points;
        let i = points.partition_point(|p| p.station <= station).saturating_sub(1);
        let travel = points.get(i)?.travel;
        // The segments within the window, and one segment beyond the reach of the last correction.
        let from = points.partition_point(|p| p.station < station - window).saturating_sub(1);
        let from = from.min(i);
        let before = points[from].station - NEWTON_STEP;
        let from = points[..=from].iter().rposition(|p| p.station < before).unwrap_or(0);
        let to = points.partition_point(|p| p.station <= station + window).max(i);
        let after = points.get(to + 1).map_or(f64::INFINITY, |p| p.station + NEWTON_STEP);
        let to =
            points[to.min(points.len())..].iter().position(|p| p.station > after).map_or(points.len(), |k| to + k + 1);
        let start = points[from..i].iter().rposition(|p| p.travel != travel).map_or(from, |k| from + k + 1);
        let end = points[i..to].iter().position(|p| p.travel != travel).map_or(to, |k| i + k);
        Some(start..end)
    }

    /// Returns the point at a station, clamped to the ends of the path. At a cusp, returns the first point of the new
    /// section.
    ///
    /// The position follows the cubic through both neighbouring poses (Hermite), the heading a linear curvature; the
    /// rest is interpolated linearly. An empty path gives a point at the origin.
    pub fn at(&self, station: f64) -> PathPoint {
        let upper = self.points.partition_point(|p| p.station <= station);
        match (upper.checked_sub(1).and_then(|i| self.points.get(i)), self.points.get(upper)) {
            (Some(a), Some(b)) => between(a, b, station),
            (Some(only), None) | (None, Some(only)) => *only,
            (None, None) => PathPoint::at_pose(Pose2::default(), 0.0, 0.0, Travel::Forward),
        }
    }

    /// Returns the point of the path nearest to a pose, within `window` metres of `hint_station` and only in the
    /// section at `hint_station`.
    ///
    /// After a cusp the path returns over itself, and only the caller knows whether the truck has changed direction
    /// yet. Returns `None` for an empty path.
    pub fn project(&self, pose: Pose2, hint_station: f64, window: f64) -> Option<PathProjection> {
        let section = self.section_about(hint_station, window)?;
        let points = &self.points[section.clone()];
        let lo = points.partition_point(|p| p.station < hint_station - window).saturating_sub(1);
        let hi = (points.partition_point(|p| p.station <= hint_station + window) + 1).min(points.len());
        let at = pose.position();
        let mut best: Option<(f64, usize, f64)> = None;
        for k in lo..hi.max(lo + 1) {
            let a = points.get(k)?;
            // The last point counts as a segment without length, so that a path of a single point gives a result too.
            let (along, span) = match points.get(k + 1) {
                Some(b) => (b.pose.position() - a.pose.position(), b.station - a.station),
                None => (nalgebra::Vector2::zeros(), 0.0),
            };
            let square = along.norm_squared();
            let t = if square > MIN_SEGMENT * MIN_SEGMENT {
                ((at - a.pose.position()).dot(&along) / square).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let d = (at - (a.pose.position() + along * t)).norm_squared();
            if best.is_none_or(|(least, ..)| d < least) {
                best = Some((d, k, a.station + span * t));
            }
        }
        let (_, k, mut station) = best?;
        let (first, last) = (points.first()?.station, points.last()?.station);
        // One Newton step from the chord to the curve.
        let near = between_in(points, station);
        let ahead = near.pose.locate(at).x * near.travel.sign();
        station = (station + ahead.clamp(-NEWTON_STEP, NEWTON_STEP)).clamp(first, last);
        let near = between_in(points, station);
        let index = section.start + k.min(points.len().saturating_sub(2));
        Some(PathProjection {
            station,
            lateral: near.pose.locate(at).y,
            heading_error: angle::difference(pose.heading, near.pose.heading),
            index,
        })
    }

    /// Sets height, grade and cross slope of each point from the terrain's height at a position.
    ///
    /// The grade is measured in the direction of motion, over `base` metres. The cross slope is measured over `base`
    /// metres across, at both axles of a truck with about that wheelbase, and averaged.
    pub fn lay_on(&mut self, height: impl Fn(f64, f64) -> f64, base: f64) {
        let half = (base / 2.0).max(0.1);
        for p in &mut self.points {
            p.z = height(p.pose.x, p.pose.y);
            let reach = p.pose.ahead() * half;
            let (ahead, behind) = (p.pose.position() + reach, p.pose.position() - reach);
            p.grade = p.travel.sign() * (height(ahead.x, ahead.y) - height(behind.x, behind.y)) / (2.0 * half);
            let rise = |x: f64| {
                let (left, right) = (p.pose.place(x, half), p.pose.place(x, -half));
                (height(left.x, left.y) - height(right.x, right.y)) / (2.0 * half)
            };
            p.cross_slope = 0.5 * (rise(0.0) + rise(2.0 * half));
        }
    }

    /// Returns the part between two stations, with interpolated ends and stations from 0. Leaves out cusps at the very
    /// ends.
    pub fn cut(&self, from: f64, to: f64) -> Path {
        let mut points = Vec::new();
        if from < to && !self.points.is_empty() {
            points.push(self.at(from));
            points.extend(self.points.iter().filter(|p| p.station > from + 1e-6 && p.station < to - 1e-6));
            // The end belongs to the section before it, even if a new section begins at that station.
            let travel = points.last().map(|p: &PathPoint| p.travel).unwrap_or_default();
            points.push(PathPoint { travel, ..self.at(to) });
        }
        let start = points.first().map_or(0.0, |p| p.station);
        for p in &mut points {
            p.station -= start;
        }
        Path { points }
    }

    /// Appends another path, which must begin where this path ends. Its stations continue from the end of this path.
    /// The shared point is kept twice only at a cusp.
    pub fn append(&mut self, other: &Path) {
        let Some(first) = other.points.first() else { return };
        let (offset, skip) = match self.points.last() {
            Some(last) => (last.station - first.station, usize::from(last.travel == first.travel)),
            None => (-first.station, 0),
        };
        self.points.extend(other.points.iter().skip(skip).map(|p| PathPoint { station: p.station + offset, ..*p }));
    }
}

/// Returns the point at a station like [`Path::at`], within one section.
fn between_in(points: &[PathPoint], station: f64) -> PathPoint {
    let upper = points.partition_point(|p| p.station <= station).clamp(1, points.len().max(1));
    match (points.get(upper - 1), points.get(upper)) {
        (Some(a), Some(b)) => between(a, b, station),
        (Some(a), None) => *a,
        _ => PathPoint::at_pose(Pose2::default(), 0.0, 0.0, Travel::Forward),
    }
}

/// Returns the point at a station between two neighbouring points.
fn between(a: &PathPoint, b: &PathPoint, station: f64) -> PathPoint {
    let span = b.station - a.station;
    if span <= MIN_SEGMENT {
        return *a;
    }
    let t = ((station - a.station) / span).clamp(0.0, 1.0);
    let lerp = |x: f64, y: f64| x + (y - x) * t;
    let sign = a.travel.sign();
    let (m0, m1) = (a.pose.ahead() * (span * sign), b.pose.ahead() * (span * sign));
    let (t2, t3) = (t * t, t * t * t);
    let p = a.pose.position().coords * (2.0 * t3 - 3.0 * t2 + 1.0)
        + m0 * (t3 - 2.0 * t2 + t)
        + b.pose.position().coords * (3.0 * t2 - 2.0 * t3)
        + m1 * (t3 - t2);
    let curvature = lerp(a.curvature, b.curvature);
    // The heading that results from a linear curvature over the segment. The remainder is spread linearly.
    let turn = angle::difference(b.pose.heading, a.pose.heading);
    let bow = sign * span * (b.curvature - a.curvature) / 2.0 * (t2 - t);
    PathPoint {
        pose: Pose2::new(p.x, p.y, angle::wrap(a.pose.heading + turn * t + bow)),
        z: lerp(a.z, b.z),
        grade: lerp(a.grade, b.grade),
        cross_slope: lerp(a.cross_slope, b.cross_slope),
        curvature,
        station,
        travel: a.travel,
        clearance: a.clearance.min(b.clearance),
        speed_limit: if t < 1.0 { a.speed_limit } else { b.speed_limit },
        road: if t < 1.0 { a.road } else { b.road },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_PI_2, PI};

    /// Returns a path forward over a left quarter circle of 20 m radius, then in reverse along the straight tangent for
    /// 10 m.
    fn hook() -> Path {
        let radius = 20.0;
        let quarter = radius * FRAC_PI_2;
        let n = 60;
        let mut points: Vec<PathPoint> = (0..=n)
            .map(|k| {
                let s = quarter * k as f64 / n as f64;
                let h = s / radius;
                let pose = Pose2::new(radius * libm::sin(h), radius * (1.0 - libm::cos(h)), h);
                PathPoint::at_pose(pose, 1.0 / radius, s, Travel::Forward)
            })
            .collect();
        for k in 0..=20 {
            let back = 0.5 * k as f64;
            let pose = Pose2::new(radius, radius - back, FRAC_PI_2);
            points.push(PathPoint::at_pose(pose, 0.0, quarter + back, Travel::Reverse));
        }
        Path::new(points)
    }

    #[test]
    fn a_cusp_parts_two_sections_and_belongs_to_the_later() {
        let path = hook();
        assert_eq!(path.sections(), vec![0..61, 61..82]);
        let cusp = 10.0 * PI;
        assert_eq!(path.at(cusp).travel, Travel::Reverse);
        assert_eq!(path.at(cusp - 1e-6).travel, Travel::Forward);
        assert!((path.length() - (cusp + 10.0)).abs() < 1e-9);
    }

    #[test]
    fn between_points_the_curve_is_kept() {
        let path = hook();
        for k in 0..500 {
            let s = 10.0 * PI * k as f64 / 500.0;
            let p = path.at(s);
            let off = libm::hypot(p.pose.x, p.pose.y - 20.0) - 20.0;
            assert!(off.abs() < 1e-5, "off the circle by {off} at {s}");
            assert!((p.pose.heading - s / 20.0).abs() < 1e-9);
        }
    }

    #[test]
    fn left_of_the_body_is_positive_forward_and_in_reverse() {
        let path = hook();
        let on = path.at(12.3);
        let p = path.project(on.pose.compose(Pose2::new(0.0, 0.7, 0.1)), 10.0, 6.0).unwrap();
        assert!((p.station - 12.3).abs() < 2e-3 && (p.lateral - 0.7).abs() < 1e-4, "{p:?}");
        assert!((p.heading_error - 0.1).abs() < 1e-3);
        let p = path.project(Pose2::new(19.0, 15.0, FRAC_PI_2), 33.0, 10.0).unwrap();
        assert!((p.lateral - 1.0).abs() < 1e-12 && (p.station - (10.0 * PI + 5.0)).abs() < 1e-9, "{p:?}");
    }

    #[test]
    fn a_projection_stays_in_the_section_of_its_hint() {
        let path = hook();
        // The pose is on the reverse straight, but the truck has not changed direction yet.
        let p = path.project(Pose2::new(20.0, 12.0, FRAC_PI_2), 31.0, 30.0).unwrap();
        assert!(p.station <= 10.0 * PI && p.index < 61);
        let p = path.project(Pose2::new(20.0, 12.0, FRAC_PI_2), 31.5, 30.0).unwrap();
        assert!((p.station - (10.0 * PI + 8.0)).abs() < 1e-9 && p.index >= 61);
    }

    #[test]
    fn a_truck_that_backs_up_a_slope_climbs() {
        let mut path = hook();
        path.lay_on(|_, y| 100.0 - 0.1 * y, 4.0);
        assert!((path.at(36.0).grade - 0.1).abs() < 1e-9);
        assert!((path.at(36.0).z - (100.0 - 0.1 * path.at(36.0).pose.y)).abs() < 1e-6);
        assert!(path.at(30.0).grade < -0.09);
    }

    #[test]
    fn the_cross_slope_rises_to_the_left_of_the_body_forward_and_in_reverse() {
        let mut path = hook();
        path.lay_on(|x, _| 100.0 - 0.1 * x, 4.0);
        // Both sections end heading north, so left is west, where the ground is higher.
        assert!((path.at(36.0).cross_slope - 0.1).abs() < 1e-9);
        assert!(path.at(0.0).cross_slope.abs() < 1e-9 && path.at(31.0).cross_slope > 0.09);
        // Where a road begins to lean, a truck leans by half as long as only its front axle is there.
        let mut path = Path::new(vec![PathPoint::at_pose(Pose2::default(), 0.0, 0.0, Travel::Forward)]);
        path.lay_on(|x, y| if x > 2.0 { 0.2 * y } else { 0.0 }, 4.0);
        assert!((path.points[0].cross_slope - 0.1).abs() < 1e-9);
    }

    #[test]
    fn projection_finds_the_nearest_point_of_its_section_within_the_window() {
        // Three sections, forward, back and forward, with segments of very different lengths.
        let spacings = [0.5, 0.02, 1.7, 0.3, 0.11, 0.9];
        let (mut points, mut station, mut x) = (Vec::new(), 0.0, 0.0);
        for (section, travel) in [Travel::Forward, Travel::Reverse, Travel::Forward].into_iter().enumerate() {
            for k in 0..90 {
                if k > 0 {
                    let step = spacings[(k + section) % spacings.len()];
                    (station, x) = (station + step, x + step * travel.sign());
                }
                let heading = libm::atan(libm::cos(x / 15.0) / 5.0);
                let pose = Pose2::new(x, 3.0 * libm::sin(x / 15.0), heading);
                points.push(PathPoint::at_pose(pose, 0.0, station, travel));
            }
        }
        let path = Path::new(points);
        for k in 0..400 {
            let hint = path.length() * f64::from(k) / 399.0;
            let window = [0.4, 2.0, 6.0, 30.0][k as usize % 4];
            let aside = f64::from(k % 7) - 3.0;
            let pose = path.at(hint).pose.compose(Pose2::new(aside / 2.0, aside, 0.0));
            let found = path.project(pose, hint, window).unwrap();
            let section = &path.points[path.section_at(hint).unwrap()];
            let (first, last) = (section[0].station, section[section.len() - 1].station);
            assert!((first..=last).contains(&found.station), "{hint}: {found:?}");
            let distance = |s: f64| between_in(section, s).pose.distance(pose);
            let (low, high) = ((hint - window).max(first), (hint + window).min(last));
            let at = |j: u32| low + (high - low) * f64::from(j) / 2000.0;
            let nearest = (0..=2000).map(|j| distance(at(j))).fold(f64::MAX, f64::min);
            assert!(distance(found.station) < nearest + 0.02, "{hint}: {found:?} is farther than {nearest}");
        }
    }

    #[test]
    fn a_path_without_points_answers_without_a_panic() {
        let path = Path::default();
        assert!(path.project(Pose2::default(), 0.0, 5.0).is_none());
        assert_eq!((path.length(), path.at(3.0).station), (0.0, 0.0));
        let one = Path::new(vec![PathPoint::at_pose(Pose2::default(), 0.0, 0.0, Travel::Forward)]);
        assert_eq!(one.project(Pose2::new(0.0, 2.0, 0.0), 0.0, 5.0).unwrap().lateral, 2.0);
    }

    #[test]
    fn a_cut_keeps_stations_poses_and_cusps() {
        let path = hook();
        let cut = path.cut(3.1, 36.0);
        assert!((cut.length() - 32.9).abs() < 1e-9 && cut.sections().len() == 2);
        for s in [0.0, 7.7, 20.0, 32.0] {
            assert!(cut.at(s).pose.distance(path.at(s + 3.1).pose) < 1e-4);
        }
        assert_eq!(path.cut(3.0, 10.0 * PI).sections().len(), 1);
    }

    #[test]
    fn a_path_appended_goes_on_at_the_end() {
        let path = hook();
        let (mut head, tail) = (Path::new(path.points[..30].to_vec()), Path::new(path.points[29..].to_vec()));
        head.append(&tail);
        assert_eq!(head, path);
        let (mut head, tail) = (Path::new(path.points[..61].to_vec()), Path::new(path.points[61..].to_vec()));
        head.append(&tail);
        assert_eq!(head, path);
    }
}
