//! Right of way along a path: requested ahead of the truck, and requested again if no answer comes.

use haul_core::{SimTime, TruckId};
use haul_messages::{Body, PathPose, Uuid, equipment_id};
use haul_planner::{Path, Travel};
use std::sync::Arc;

/// Time after which a request without an answer is repeated, s.
const REQUEST_PERIOD: f64 = 2.0;
/// Time (s) without an answer after which the poses of the path are sent again: the site may have lost them.
const POSES_PERIOD: f64 = 10.0;
/// Distance (m) after which progress is reported: trucks behind wait for these reports.
const PROGRESS_DISTANCE: f64 = 5.0;
/// Maximum time between two progress reports, s.
const PROGRESS_PERIOD: f64 = 4.0;
/// Maximum distance between two poses of a requested path, m.
const SPACING: f64 = 1.0;

/// Right of way along one path: the present leg and the next legs, through a spot and out of it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Permission {
    id: Uuid,
    #[serde(with = "haul_core::state::shared")]
    path: Arc<Vec<PathPose>>,
    stops: Vec<f64>,
    /// Station (m) up to which the rear-axle centre may go.
    granted: f64,
    behind: Option<TruckId>,
    told: Option<Told>,
    /// Time of the last answer.
    heard: Option<SimTime>,
}

/// The truck's last message to the site.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
struct Told {
    at: SimTime,
    passed: f64,
    wanted: f64,
}

impl Permission {
    /// Creates a request for consecutive legs; the truck stops at the end of each leg. `number` counts the truck's
    /// paths. With the time, it makes an id that the truck does not use again after a restart.
    pub fn new<'a>(truck: TruckId, now: SimTime, number: u64, legs: impl IntoIterator<Item = &'a Path>) -> Self {
        let id = Uuid::new_v5(&equipment_id(truck), format!("path/{}/{number}", now.nanos()).as_bytes());
        let (mut path, mut stops, mut offset) = (Vec::new(), Vec::new(), 0.0);
        for leg in legs {
            path.extend(thinned(leg, offset));
            offset += leg.length();
            stops.push(offset);
        }
        Self { id, path: Arc::new(path), stops, granted: 0.0, behind: None, told: None, heard: None }
    }

    /// Returns the station (m) up to which the rear-axle centre may go.
    pub fn limit(&self) -> f64 {
        self.granted
    }

    /// Returns the truck for which this truck waits, by the site's last answer.
    pub fn behind(&self) -> Option<TruckId> {
        self.behind
    }

    /// Handles a grant. Returns true if it is for this path and larger than before.
    pub fn take(&mut self, now: SimTime, id: Uuid, up_to: f64, behind: Option<TruckId>) -> bool {
        if id != self.id || !up_to.is_finite() {
            return false;
        }
        self.heard = Some(now);
        // A smaller grant is an answer that arrived late: the truck that it names as being ahead is out of date.
        if up_to >= self.granted {
            self.behind = behind;
        }
        let more = up_to > self.granted;
        self.granted = self.granted.max(up_to);
        more
    }

    /// Returns the message that is due, if any: the request, or the truck's station and the station that it wants to
    /// reach.
    pub fn due(&mut self, now: SimTime, passed: f64, wanted: f64) -> Option<Body> {
        let due = match self.told {
            None => true,
            Some(told) if self.heard.is_none() => now.since(told.at) >= REQUEST_PERIOD,
            Some(told) => {
                let more = wanted > told.wanted + PROGRESS_DISTANCE && self.granted < wanted;
                passed - told.passed >= PROGRESS_DISTANCE
                    || now.since(told.at) >= PROGRESS_PERIOD
                    || more && now.since(told.at) >= REQUEST_PERIOD / 4.0
            }
        };
        if !due {
            return None;
        }
        self.told = Some(Told { at: now, passed, wanted });
        let whole = self.heard.is_none_or(|heard| now.since(heard) >= POSES_PERIOD);
        let path = if whole { self.path.to_vec() } else { Vec::new() };
        Some(Body::PathRequestV1 { request_id: self.id, path, stops: self.stops.clone(), passed, wanted })
    }
}

/// Returns poses of a path about 1 m apart, with both poses of each change of direction.
fn thinned(path: &Path, offset: f64) -> Vec<PathPose> {
    let mut poses: Vec<PathPose> = Vec::with_capacity(path.length() as usize + 8);
    let mut waiting: Option<PathPose> = None;
    for point in &path.points {
        let at =
            PathPose { station: offset + point.station, pose: point.pose, reverse: point.travel == Travel::Reverse };
        let keep = poses.last().is_none_or(|last| at.station - last.station >= SPACING || at.reverse != last.reverse);
        if keep {
            // If the gap to the last kept pose exceeds `SPACING`, or the direction changes, keep the previous pose too.
            if let (Some(before), Some(last)) = (waiting, poses.last())
                && (at.station - last.station > SPACING || at.reverse != last.reverse)
                && before.station > last.station
            {
                poses.push(before);
            }
            poses.push(at);
            waiting = None;
        } else {
            waiting = Some(at);
        }
    }
    poses.extend(waiting);
    poses
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Pose2;
    use haul_planner::PathPoint;

    fn path() -> Path {
        let out = (0..=40).map(|i| (f64::from(i) * 0.5, f64::from(i) * 0.5, Travel::Forward));
        let back = (1..=20).map(|i| (20.0 - f64::from(i) * 0.5, 20.0 + f64::from(i) * 0.5, Travel::Reverse));
        let point = |(x, station, travel): (f64, f64, Travel)| {
            PathPoint::at_pose(Pose2::new(x, 0.0, 0.0), 0.0, station, travel)
        };
        Path::new(out.chain(back).map(point).collect())
    }

    #[test]
    fn a_request_holds_the_turning_point_and_the_end() {
        let poses = thinned(&path(), 100.0);
        assert!(poses.windows(2).all(|w| w[1].station - w[0].station <= SPACING + 1e-9), "{poses:?}");
        assert!(poses.iter().any(|p| (p.pose.x - 20.0).abs() < 1e-9), "the cusp");
        let last = poses.last().unwrap();
        assert!((last.station - 130.0).abs() < 1e-9 && (last.pose.x - 10.0).abs() < 1e-9 && last.reverse);
    }

    #[test]
    fn late_grant_from_before_a_wider_one_changes_nothing() {
        let mut permission = Permission::new(TruckId(1), SimTime::START, 1, [&path()]);
        let (now, id) = (SimTime::from_seconds(1.0), permission.id);
        assert!(permission.take(now, id, 25.0, None));
        assert!(!permission.take(now, id, 10.0, Some(TruckId(2))));
        assert_eq!((permission.limit(), permission.behind()), (25.0, None));
        assert!(!permission.take(now, id, 25.0, Some(TruckId(3))));
        assert_eq!(permission.behind(), Some(TruckId(3)), "the newest answer counts");
    }

    #[test]
    fn a_restarted_truck_uses_a_new_path_id() {
        let id = |seconds: f64| Permission::new(TruckId(1), SimTime::from_seconds(seconds), 1, [&path()]).id;
        assert_ne!(id(10.0), id(500.0));
    }

    #[test]
    fn the_poses_are_sent_until_the_site_answers_and_again_when_it_is_silent() {
        let mut permission = Permission::new(TruckId(1), SimTime::START, 1, [&path()]);
        let second = |s: f64| SimTime::from_seconds(s);
        let poses = |body: Option<Body>| match body {
            Some(Body::PathRequestV1 { path, .. }) => Some(path.len()),
            _ => None,
        };
        assert!(poses(permission.due(second(0.0), 0.0, 20.0)).is_some_and(|n| n > 10));
        assert_eq!(poses(permission.due(second(1.0), 0.0, 20.0)), None);
        assert!(poses(permission.due(second(2.0), 0.0, 20.0)).is_some_and(|n| n > 10));
        let id = permission.id;
        assert!(permission.take(second(2.1), id, 20.0, None));
        assert_eq!(poses(permission.due(second(4.0), 6.0, 26.0)), Some(0), "progress");
        assert!(poses(permission.due(second(20.0), 6.0, 26.0)).is_some_and(|n| n > 10), "the site is silent");
    }
}
