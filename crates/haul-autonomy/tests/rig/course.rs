//! Synthetic paths, and their speed profiles.

use haul_core::{Pose2, angle};
use haul_planner::speed::{SpeedProfile, SpeedRequest, speed_profile};
use haul_planner::{Conditions, Path, PathPoint, Travel, TruckModel};
use haul_vehicle::TruckSpec;
use std::sync::Arc;

/// Builder of a path, segment by segment from a pose.
pub struct Course {
    pose: Pose2,
    curvature: f64,
    station: f64,
    travel: Travel,
    slope_east: f64,
    points: Vec<PathPoint>,
}

const FINE: f64 = 0.01;
const SPACING: f64 = 0.5;

impl Course {
    pub fn from(pose: Pose2, travel: Travel, slope_east: f64) -> Self {
        let mut course = Self { pose, curvature: 0.0, station: 0.0, travel, slope_east, points: Vec::new() };
        course.put();
        course
    }

    fn put(&mut self) {
        let mut point = PathPoint::at_pose(self.pose, self.curvature, self.station, self.travel);
        point.grade = self.travel.sign() * self.slope_east * self.pose.heading.cos();
        point.z = self.slope_east * self.pose.x;
        point.clearance = 3.0;
        self.points.push(point);
    }

    /// Adds a segment on which the curvature changes linearly to a new value.
    pub fn bend(mut self, length: f64, to: f64) -> Self {
        let pieces = (length / SPACING).round().max(1.0) as usize;
        let fine = (length / pieces as f64 / FINE).round().max(1.0) as usize;
        let step = length / (pieces * fine) as f64;
        let rise = (to - self.curvature) / (pieces * fine) as f64;
        for _ in 0..pieces {
            for _ in 0..fine {
                let turn = self.travel.sign() * step * (self.curvature + rise / 2.0);
                let course = self.pose.heading + turn / 2.0;
                self.pose.x += self.travel.sign() * step * course.cos();
                self.pose.y += self.travel.sign() * step * course.sin();
                self.pose.heading = angle::wrap(self.pose.heading + turn);
                self.curvature += rise;
                self.station += step;
            }
            self.put();
        }
        self
    }

    /// Adds a segment with the present curvature.
    pub fn keep(self, length: f64) -> Self {
        let curvature = self.curvature;
        self.bend(length, curvature)
    }

    /// Adds a cusp: the wheels turn to a new curvature at a standstill.
    pub fn turn_round(mut self, curvature: f64) -> Self {
        self.travel = self.travel.other();
        self.curvature = curvature;
        self.put();
        self
    }

    pub fn path(self) -> Path {
        Path::new(self.points)
    }
}

/// Returns the planner's speed profile for a path, limited to `top` m/s.
pub fn speeds(path: &Path, top: f64, payload: f64) -> SpeedProfile {
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let request = SpeedRequest { payload_kg: payload, limit: Some(top), ..SpeedRequest::default() };
    speed_profile(path, &truck, &CONDITIONS, &request).unwrap()
}

/// Conditions of a dry, maintained haul road.
pub const CONDITIONS: Conditions = Conditions { friction: 0.55, rolling_resistance: 0.02, speed_cap: f64::INFINITY };
