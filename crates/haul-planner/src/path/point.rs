//! A point of a path: a pose, and the properties of the path there.

use haul_core::{Pose2, RoadId};
use serde::{Deserialize, Serialize};

/// Direction of travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Travel {
    /// Nose first.
    #[default]
    Forward,
    /// Tail first.
    Reverse,
}

impl Travel {
    /// Returns +1 forward and −1 in reverse: the sign of the speed along the body's x axis.
    pub fn sign(self) -> f64 {
        match self {
            Travel::Forward => 1.0,
            Travel::Reverse => -1.0,
        }
    }

    /// Returns the other direction of travel.
    pub fn other(self) -> Travel {
        match self {
            Travel::Forward => Travel::Reverse,
            Travel::Reverse => Travel::Forward,
        }
    }
}

/// One point of a [`Path`](super::Path).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PathPoint {
    /// Pose of the truck's body frame: position of the rear-axle centre, and heading of the nose (also in reverse).
    pub pose: Pose2,
    /// Height of the ground under the rear-axle centre, m.
    pub z: f64,
    /// Grade in the direction of *motion*, rise over run: positive when the truck climbs, also in reverse.
    pub grade: f64,
    /// Cross slope, rise over run: positive if the ground rises to the left of the truck's *body*, also in reverse.
    #[serde(default)]
    pub cross_slope: f64,
    /// Curvature of the rear axle's track set by the steering, 1/m: tan(steering angle) / wheelbase, positive with the
    /// wheels turned to the left, also in reverse. The heading changes by `curvature × travel.sign()` per metre of
    /// station.
    pub curvature: f64,
    /// Distance travelled from the start of the path, m. It never decreases, not even in reverse.
    pub station: f64,
    /// Direction of travel through this point.
    pub travel: Travel,
    /// Minimum distance from the footprint to the edge of the drivable surface, m; negative if a part is outside.
    pub clearance: f64,
    /// Speed limit of the road or a zone, m/s. `None`: no limit.
    #[serde(default)]
    pub speed_limit: Option<f64>,
    /// Road whose lane the path follows. `None` off the road graph (in manoeuvres).
    pub road: Option<RoadId>,
}

impl PathPoint {
    /// Creates a point from its motion. Height, slopes and clearance are 0, and there is no speed limit and no road.
    pub fn at_pose(pose: Pose2, curvature: f64, station: f64, travel: Travel) -> Self {
        Self {
            pose,
            z: 0.0,
            grade: 0.0,
            cross_slope: 0.0,
            curvature,
            station,
            travel,
            clearance: 0.0,
            speed_limit: None,
            road: None,
        }
    }
}
