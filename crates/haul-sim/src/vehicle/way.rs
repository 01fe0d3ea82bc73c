//! The route that a manned vehicle follows.

use haul_core::{Pose2, angle};
use serde::{Deserialize, Serialize};

/// A pose on a route.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WayPose {
    /// Distance from the start of the route, m.
    pub station: f64,
    /// Pose of the rear-axle centre; the nose points along the heading, in reverse too.
    pub pose: Pose2,
}

/// A stop on a route.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WayStop {
    /// Distance from the start of the route, m.
    pub station: f64,
    /// Time for which the vehicle stands at the stop, s.
    pub seconds: f64,
}

/// A route with its stops: poses in the order of their stations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VehicleWay {
    poses: Vec<WayPose>,
    stops: Vec<WayStop>,
}

impl VehicleWay {
    /// Creates a route through some poses. Returns `None` if there is no pose, a number is not finite, or a station is
    /// lower than the previous one.
    pub fn new(poses: Vec<WayPose>, mut stops: Vec<WayStop>) -> Option<Self> {
        let finite = poses.iter().all(|p| p.station.is_finite() && p.pose.is_finite());
        let timed = stops.iter().all(|s| s.station.is_finite() && s.seconds.is_finite() && s.seconds >= 0.0);
        let rises = poses.windows(2).all(|w| w[0].station <= w[1].station);
        stops.sort_by(|a, b| a.station.total_cmp(&b.station));
        (!poses.is_empty() && finite && timed && rises).then_some(Self { poses, stops })
    }

    /// Returns the length of the route, m.
    pub fn length(&self) -> f64 {
        self.poses.last().map_or(0.0, |p| p.station)
    }

    /// Returns the stops, in the order of their stations.
    pub fn stops(&self) -> &[WayStop] {
        &self.stops
    }

    /// Returns the pose at a station, interpolated on the straight line between neighbouring poses.
    pub fn pose(&self, station: f64) -> Pose2 {
        let next = self.poses.partition_point(|p| p.station <= station);
        let (Some(before), after) = (self.poses.get(next.saturating_sub(1)), self.poses.get(next)) else {
            return Pose2::default();
        };
        let Some(after) = after.filter(|after| after.station > before.station) else { return before.pose };
        let share = ((station - before.station) / (after.station - before.station)).clamp(0.0, 1.0);
        let turn = angle::difference(after.pose.heading, before.pose.heading);
        Pose2::new(
            before.pose.x + share * (after.pose.x - before.pose.x),
            before.pose.y + share * (after.pose.y - before.pose.y),
            angle::wrap(before.pose.heading + share * turn),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(station: f64, x: f64, heading: f64) -> WayPose {
        WayPose { station, pose: Pose2::new(x, 0.0, heading) }
    }

    #[test]
    fn poses_between_are_on_the_line_and_turn_the_short_way() {
        let way = VehicleWay::new(vec![at(0.0, 0.0, 3.0), at(10.0, 20.0, -3.0)], Vec::new()).unwrap();
        let middle = way.pose(5.0);
        assert!((middle.x - 10.0).abs() < 1e-12 && (middle.heading.abs() - std::f64::consts::PI).abs() < 1e-9);
        assert_eq!((way.pose(-1.0).x, way.pose(99.0).x), (0.0, 20.0));
    }

    #[test]
    fn a_way_without_poses_or_with_falling_stations_is_none() {
        assert!(VehicleWay::new(Vec::new(), Vec::new()).is_none());
        assert!(VehicleWay::new(vec![at(1.0, 0.0, 0.0), at(0.5, 1.0, 0.0)], Vec::new()).is_none());
        assert!(VehicleWay::new(vec![at(f64::NAN, 0.0, 0.0)], Vec::new()).is_none());
    }
}
