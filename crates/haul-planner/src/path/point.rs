//! A point of a path: a pose and the properties there.

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
    /// +1 forward, −1 in reverse: the sign of the speed along the body's x axis.
    pub fn sign(self) -> f64 {
        match self {
            Travel::Forward => 1.0,
            Travel::Reverse => -1.0,
        }
    }

    /// The other direction.
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
    /// Pose of the truck's body frame: the middle of the rear axle, with the heading of the nose (in reverse too).
    pub pose: Pose2,
    /// Height of the ground under the rear axle's middle, m.
    pub z: f64,
    /// Grade, rise over run, in the direction of *motion*: positive when the truck climbs, in reverse too.
    pub grade: f64,
    /// Cross slope, rise over run, to the left of the truck's *body*, in reverse too.
    #[serde(default)]
    pub cross_slope: f64,
    /// Curvature of the rear axle's track by the steering: tan(steer)/wheelbase, 1/m, positive when the wheels are
    /// turned to the left, in reverse too. The heading changes by `curvature × travel.sign()` per metre of station.
    pub curvature: f64,
    /// Distance travelled from the path's start, m; never decreases, in reverse neither.
    pub station: f64,
    /// Direction of travel through this point.
    pub travel: Travel,
    /// Least distance from the footprint to the edge of the drivable surface, m; negative if a part is outside.
    pub clearance: f64,
    /// Speed limit of the road or a zone, m/s; `None` without one.
    #[serde(default)]
    pub speed_limit: Option<f64>,
    /// Road of the lane; `None` off the road graph (in manoeuvres).
    pub road: Option<RoadId>,
}

impl PathPoint {
    /// A point with only its motion: height, slopes and clearance are 0, without limit and road.
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
