//! A pose on a path and what holds there.

use haul_core::{Pose2, RoadId};
use serde::{Deserialize, Serialize};

/// The sense in which a truck moves.
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

    /// The other sense.
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
    /// Pose of the truck's body frame: the middle of the rear axle, heading where the nose points (in reverse too).
    pub pose: Pose2,
    /// Height of the ground under the rear axle's middle, m.
    pub z: f64,
    /// Rise over run in the direction the truck *moves*: positive when it climbs, in reverse too.
    pub grade: f64,
    /// Rise over run of the ground to the left of the truck's *body*, in reverse too.
    #[serde(default)]
    pub cross_slope: f64,
    /// Curvature of the rear axle's track by the steering: tan(steer)/wheelbase, 1/m, positive when the wheels are
    /// turned to the left, in reverse too. The heading changes by `curvature × travel.sign()` per metre of station.
    pub curvature: f64,
    /// Distance travelled from the path's start, m; never falls, in reverse neither.
    pub station: f64,
    /// Sense of the motion through this point.
    pub travel: Travel,
    /// Least distance from the footprint to the edge of what may be driven on, m; negative where a part is outside.
    pub clearance: f64,
    /// Greatest speed allowed here by the road or a zone, m/s; `None` where neither says so.
    #[serde(default)]
    pub speed_limit: Option<f64>,
    /// The road the lane lies on; `None` off the road graph (in manoeuvres).
    pub road: Option<RoadId>,
}

impl PathPoint {
    /// A point with nothing known but its motion: height, slopes and clearance are 0, no limit, no road.
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
